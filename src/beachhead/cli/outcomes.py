"""``beachhead outcomes``: what became of plays, as it was logged, and taking back what was logged by mistake."""

from __future__ import annotations

from pathlib import Path

import click


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option(
    "--undo",
    is_flag=False,
    flag_value="last",
    metavar="[NUMBER]",
    help="Take back the last outcome that was logged, or the one of this number in the list.",
)
def command(workspace: Path, undo: str | None) -> None:
    """List the outcomes that were logged with won and lost at the accounts of WORKSPACE, the last one last."""
    from beachhead.cli._tables import table
    from beachhead.errors import BadQuestion
    from beachhead.practice.undo import undo_outcome
    from beachhead.tables.workspace import Workspace

    there = Workspace(workspace)
    names = dict(there.table("accounts").select("account", "name").drop_nulls().iter_rows())
    if undo is not None:
        if undo != "last" and not undo.isdecimal():
            raise BadQuestion(
                f"--undo takes the number of an outcome in the list, or nothing for the last; not {undo!r}."
            )
        gone = undo_outcome(there, None if undo == "last" else int(undo))
        click.echo(
            f"Taken back: {gone.play} {gone.result} at {names.get(gone.account, gone.account)} "
            f"on {gone.date.day} {gone.date:%B %Y}."
        )
        return
    rows = there.table("outcomes").select("date", "account", "play", "result", "note").iter_rows()
    told = [
        (str(n), f"{day}", names.get(account, account), play, result, note or "")
        for n, (day, account, play, result, note) in enumerate(rows, 1)
    ]
    if not told:
        click.echo("No outcome is logged. beachhead won and beachhead lost log them.")
        return
    table(["", "Day", "Account", "Play", "Result", "Note"], told, numbers=[""], whole=["Day"])
