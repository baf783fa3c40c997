"""``beachhead account-plan``: one account as a workbook to go on working in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.argument("account")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="An .xlsx file.")
def command(workspace: Path, account: str, output: Path) -> None:
    """Write a plan for ACCOUNT of WORKSPACE (its id, its name or a part of the name) as XLSX, for colleagues.

    What is known of it, tasks with their days, plays, products, what an offering changes, the business case,
    questions and references, a sheet each.
    """
    from beachhead.accounts.find import find_account
    from beachhead.cli._progress import working
    from beachhead.documents.account_data import gather
    from beachhead.documents.account_plan import write_account_plan
    from beachhead.errors import BadQuestion
    from beachhead.tables.workspace import Workspace

    if output.suffix.lower() != ".xlsx":
        raise BadQuestion(f"{output.name} is no .xlsx file, and an account plan is written as XLSX.")
    with working("Account plan") as say:
        gathered = gather(Workspace(workspace), say)
    found = find_account(gathered.facts, account)
    write_account_plan(gathered.for_one(found), found, output)
    click.echo(f"{gathered.row(found)['name'] or found}: {output}")
