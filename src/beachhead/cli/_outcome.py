"""What ``beachhead won`` and ``beachhead lost`` share: logging what became of a play."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click


def logs(result: str) -> Callable[..., click.Command]:
    """Make the command that logs ``result``."""

    def made(function: Callable[..., None]) -> click.Command:
        def run(workspace: Path, account: str, play: str, date: datetime | None, note: str | None) -> None:
            log(workspace, account, play, result, date, note)

        run.__doc__ = function.__doc__
        run = click.option("--note", help="Why; kept in the table.")(run)
        run = click.option(
            "--date",
            type=click.DateTime(["%Y-%m-%d"]),
            help="Day, such as 2009-02-28; default: the as-of day.",
        )(run)
        for name in ("play", "account"):
            run = click.argument(name)(run)
        run = click.argument("workspace", type=click.Path(path_type=Path))(run)
        return click.command()(run)

    return made


def log(
    workspace: Path, account: str, play: str, result: str, date: datetime | None, note: str | None
) -> None:
    """Log the outcome and say how the play does by now."""
    from beachhead.accounts.find import find_account
    from beachhead.practice.outcomes import ENOUGH, log_outcome
    from beachhead.practice.playbook import playbook
    from beachhead.tables.workspace import Workspace

    there = Workspace(workspace)
    one = playbook(there).play(play)
    accounts = there.table("accounts")
    if not accounts.height:  # whoever bought is an account, too
        accounts = there.table("purchases").select("account", name="account").unique(maintain_order=True)
    which = find_account(accounts, account)
    day = date.date() if date else there.as_of
    done = log_outcome(there, which, one.id, result, date=day, note=note)
    name = accounts.filter(account=which)["name"][0] or which
    told = {"logged": "Logged", "corrected": "Corrected", "unchanged": "Logged before, nothing changed"}[done]
    click.echo(f"{told}: “{one.name}” ({one.id}) {result} at {name} on {day.day} {day:%B %Y}.")
    table = there.table("outcomes")
    mine = table.filter(play=one.id)
    won = mine.filter(result="won").height
    logged = "1 outcome is" if table.height == 1 else f"{table.height} outcomes are"
    ranked = (
        f"; plays are ranked by them from {ENOUGH} on"
        if table.height < ENOUGH
        else "; plays are ranked by them"
    )
    click.echo(f"Of this play: {won} won, {mine.height - won} lost. In all {logged} logged{ranked}.")
