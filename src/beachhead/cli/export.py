"""``beachhead export``: columns that the CRM can import back."""

from __future__ import annotations

from pathlib import Path

import click

from beachhead.cli._output import outputs, write_table


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A .csv or .xlsx file.")
@outputs(output=(".csv", ".xlsx"))
def command(workspace: Path, output: Path) -> None:
    """Write what is known of each account of WORKSPACE for the CRM to import: one row per account, by its
    own id.

    Standing, relationship with its reason, next buy with its probability and reason, next play with its reason
    and next step, and the day that it is told as of. Map the columns to custom fields of the account once; the
    CRM remembers the mapping.
    """
    import polars as pl

    from beachhead.accounts.export import COLUMNS, export_table
    from beachhead.accounts.territory import territory
    from beachhead.cli._progress import working
    from beachhead.practice.next_plays import EXPORT, next_plays
    from beachhead.tables.workbooks import Sheet, write_workbook
    from beachhead.tables.workspace import Workspace

    with working("Export") as say:
        found = territory(Workspace(workspace), say)
        plays = next_plays(found.workspace, found.facts, say).export()
        table = export_table(found).join(plays, on="Account ID", how="left", maintain_order="left")
        table = table.select(pl.exclude("As Of"), "As Of")
    if output.suffix.lower() == ".csv":
        # With a mark that tells Excel and CRM importers that this is UTF-8.
        write_table(table, output)
    else:
        write_workbook(output, [Sheet("Accounts", table, notes=COLUMNS | EXPORT)], made=found.workspace.as_of)
    click.echo(f"{table.height:,} accounts, {table.width} columns: {output}")
