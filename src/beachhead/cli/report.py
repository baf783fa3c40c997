"""``beachhead report``: the report of a workspace, as one HTML file."""

from __future__ import annotations

import click


@click.command()
@click.argument("workspace", type=click.Path())
@click.option(
    "-o", "--output", type=click.Path(), default="report", show_default=True, help="Folder to write into."
)
@click.option(
    "--force", is_flag=True, help="Replace an index.html even where somebody else wrote or changed it."
)
def command(workspace: str, output: str, force: bool) -> None:
    """Write the report of WORKSPACE as one HTML file that opens offline and prints well.

    It holds a page for everything that the workspace has tables for, first of all where its markets stand.
    """
    from pathlib import Path

    from beachhead.documents.report import write_report
    from beachhead.tables.workspace import Workspace
    from beachhead.tables.writing import refuse_worked_in

    if not force:
        refuse_worked_in(Path(output) / "index.html")
    path = write_report(Workspace(workspace), output)
    click.echo(f"The report lies in {path}")
