"""``beachhead report``: the report of a workspace, as one HTML file."""

from __future__ import annotations

import click


@click.command()
@click.argument("workspace", type=click.Path())
@click.option(
    "-o", "--output", type=click.Path(), default="report", show_default=True, help="Folder to write into."
)
def command(workspace: str, output: str) -> None:
    """Write the report of WORKSPACE as one HTML file that opens offline and prints well.

    It holds a page for everything that the workspace has tables for, first of all where its markets stand.
    """
    from beachhead.documents.report import write_report
    from beachhead.tables.workspace import Workspace

    path = write_report(Workspace(workspace), output)
    click.echo(f"The report lies in {path}")
