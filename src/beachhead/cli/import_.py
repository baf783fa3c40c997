"""``beachhead import``: exports of a CRM and other tables into a workspace."""

from __future__ import annotations

import click


@click.command()
@click.argument("folder", type=click.Path())
@click.option(
    "--into", "workspace", required=True, type=click.Path(), help="The workspace; made when absent."
)
@click.option("--dry-run", is_flag=True, help="Show what would happen and write nothing.")
def command(folder: str, workspace: str, dry_run: bool) -> None:
    """Read the exports in FOLDER (CSV, XLSX, ODS, Parquet, JSON) into a workspace.

    Says which file was taken for what and which column for what, and what could not be placed with the lines in
    beachhead.toml that would place it. Importing the same files again changes nothing.
    """
    from beachhead.cli._import_report import show
    from beachhead.cli._progress import working
    from beachhead.tables.importing import import_folder

    with working("Importing") as say:
        report = import_folder(folder, workspace, dry_run=dry_run, say=say)
    show(report)
