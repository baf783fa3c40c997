"""``beachhead account-plan``: one account as a workbook to go on working in."""

from __future__ import annotations

from pathlib import Path

import click

from beachhead.cli._output import outputs


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.argument("account")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="An .xlsx file.")
@outputs(merged=True, output=(".xlsx",))
def command(workspace: Path, account: str, output: Path) -> None:
    """Write a plan for ACCOUNT of WORKSPACE (its id, its name or a part of the name) as XLSX, for colleagues.

    What is known of it, tasks with their days, plays, products, what an offering changes, the business case,
    questions and references, a sheet each. A plan of this account that was worked in keeps its tasks, remarks and
    answers, and its former state is put beside it.
    """
    from beachhead.accounts.find import find_account
    from beachhead.cli._progress import working
    from beachhead.documents.account_data import gather
    from beachhead.documents.account_plan import write_account_plan
    from beachhead.tables.workspace import Workspace

    with working("Account plan") as say:
        gathered = gather(Workspace(workspace), say)
    found = find_account(gathered.facts, account)
    former = write_account_plan(gathered.for_one(found), found, output)
    click.echo(f"{gathered.row(found)['name'] or found}: {output}")
    if former:
        click.echo(f"Tasks, remarks and answers that were in it are kept; the former workbook: {former}")
