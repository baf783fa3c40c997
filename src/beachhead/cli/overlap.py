"""``beachhead overlap``: which accounts two firms share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from beachhead.cli._output import outputs, write_table

if TYPE_CHECKING:
    from beachhead.accounts.overlap import AccountList, Overlap


@click.command
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path), required=False)
@click.option("--names", is_flag=True, help="Show names where both sides agree; with --keyed: agree to it.")
@click.option("--secret", type=click.Path(path_type=Path), help="File with the secret that both firms share.")
@click.option("--keyed", type=click.Path(path_type=Path), help="Write OURS as a keyed list to this CSV file.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the matrix to this .csv or .xlsx file."
)
@outputs(output=(".csv", ".xlsx"), keyed=(".csv",))
def command(
    ours: Path, theirs: Path | None, names: bool, secret: Path | None, keyed: Path | None, output: Path | None
) -> None:
    """My customers, open opportunities and prospects against another firm's.

    OURS and THEIRS are workspaces, exports of accounts (CSV, XLSX) or keyed lists. Accounts are matched by
    internet domain, else by name without legal form. With --keyed no THEIRS is needed: the list that is
    written holds no names, only keys made with the secret, and can be handed over to whoever holds the secret too.
    """
    from beachhead.accounts import overlap as mapping
    from beachhead.errors import BadQuestion

    shared = _secret(secret)
    mine = mapping.read_account_list(ours)
    if keyed is not None:
        if shared is None:
            raise BadQuestion("A keyed list needs a secret: name the file that holds it with --secret.")
        _write_keyed(mapping.with_keys(mine, shared), keyed, names)
    if theirs is None:
        if keyed is None:
            raise BadQuestion(
                "Name the other firm's list, or write your own keyed with --keyed FILE --secret FILE."
            )
        return
    found = mapping.overlap(mine, mapping.read_account_list(theirs), shared)
    _show(found, names)
    if output is not None:
        write_table(found.matrix, output)


def _secret(path: Path | None) -> str | None:
    from beachhead.errors import BadInput

    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as no:
        raise BadInput(
            "the secret cannot be read", file=path, expected="a text file that both firms hold"
        ) from no


def _write_keyed(accounts: AccountList, path: Path, names: bool) -> None:
    import polars as pl

    from beachhead.accounts.overlap import keyed_table

    table = keyed_table(accounts)
    if not names:
        table = table.with_columns(agrees=pl.lit("no"))
    write_table(table, path)
    click.echo(f"{table.height} accounts, keyed, without a name in the clear: {path}")
    click.echo(
        "Whoever holds the list sees how many accounts of each kind there are; with the secret, names can be tried, "
        "some 700 a second on one core."
    )


def _show(found: Overlap, names: bool) -> None:
    from beachhead.accounts.overlap import NOT_LISTED, POPULATIONS
    from beachhead.cli._tables import table

    count = {(ours, theirs): n for ours, theirs, n in found.matrix.iter_rows()}
    sides = (*POPULATIONS, NOT_LISTED)
    rows = [
        [ours, *(f"{count[ours, theirs]:,}" if (ours, theirs) in count else "" for theirs in sides)]
        for ours in sides
    ]
    table(["ours \\ theirs", *sides], rows, numbers=sides)
    for note in found.notes:
        click.echo(f"Note: {note}.")
    if names:
        for ours, theirs, name in found.names.iter_rows():
            click.echo(f"ours: {ours}, theirs: {theirs}: {name}")
        hidden = sum(n for pair, n in count.items() if NOT_LISTED not in pair) - found.names.height
        if hidden:
            click.echo(f"{hidden} more, which one side did not agree to name.")
