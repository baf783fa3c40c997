"""``beachhead demo``: the worked example, which ships inside the package."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "-o", "--output", type=click.Path(), default="report", show_default=True, help="Folder to write into."
)
def command(output: str) -> None:
    """Answer the worked example: VMware and server virtualisation in February 2009.

    Its workspace is copied beside the report, unless it lies there already, so that it can be changed.
    """
    import shutil
    from pathlib import Path

    from beachhead.documents.report import write_report
    from beachhead.knowledge import example
    from beachhead.tables.workspace import Workspace

    workspace = Workspace(example("vmware-2009"))
    path = write_report(workspace, output)
    copied = Path(output) / "vmware-2009"
    if not copied.exists():
        shutil.copytree(workspace.folder, copied)
    click.echo(f"The report lies in {path}")
    click.echo(f"Its workspace lies in {copied}: change it, then run  beachhead report {copied}")
