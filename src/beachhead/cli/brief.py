"""``beachhead brief``: all about one account, or about each of them, on two pages."""

from __future__ import annotations

from pathlib import Path

import click

from beachhead.cli._output import outputs


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.argument("account", required=False)
@click.option("--all", "every", is_flag=True, help="A brief on every account of the workspace.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A .pdf file; with --all a folder, which gets one file per account, called by its id.",
)
@outputs(output=(".pdf", ""))
def command(workspace: Path, account: str | None, every: bool, output: Path) -> None:
    """Write a brief on ACCOUNT of WORKSPACE (its id, its name or a part of the name) as PDF, for colleagues.

    Two pages: where it stands and why, the relationship, what it owns and lacks, maturity, what an offering would
    disrupt, the three best plays with the words to say, questions, references and the next step.
    """
    from beachhead.errors import BadQuestion

    if (account is None) == (not every):
        raise BadQuestion("Name one account, or say --all for a brief on each of them.")
    if account is not None and output.suffix.lower() != ".pdf":
        raise BadQuestion(f"{output.name} is no .pdf file, and a brief is written as PDF.")
    from beachhead.cli._progress import working
    from beachhead.documents.account_data import gather
    from beachhead.tables.workspace import Workspace

    with working("Brief") as say:
        gathered = gather(Workspace(workspace), say)
    if account is None:
        _all(gathered, output)
        return
    from beachhead.accounts.find import find_account
    from beachhead.documents.brief import brief_pdf
    from beachhead.tables.writing import write_whole

    found = find_account(gathered.facts, account)
    write_whole(output, brief_pdf(gathered.for_one(found), found))
    click.echo(f"{gathered.row(found)['name'] or found}: {output}")


def _all(gathered: object, folder: Path) -> None:
    """Every account, with a bar on a terminal; those that failed are told, and then the exit code is 1."""
    from rich.progress import track

    from beachhead.cli._streams import console
    from beachhead.documents.account_data import Gathered
    from beachhead.documents.brief import briefs

    assert isinstance(gathered, Gathered)
    accounts, there = gathered.accounts, console(stderr=True)
    done = track(
        briefs(gathered, accounts, folder),
        "Briefs",
        total=len(accounts),
        console=there,
        disable=not there.is_terminal,
    )
    failed = [one for one in done if one.file is None]
    for one in failed:
        click.echo(f"{one.account} failed: {one.problem}", err=True)
    click.echo(f"{len(accounts) - len(failed):,} of {len(accounts):,} briefs: {folder}")
    if failed:
        raise SystemExit(1)
