"""What became of plays: logging an outcome, and what all outcomes say of each play.

Rates (``win_rates``) are used for ranking only from ``ENOUGH`` logged outcomes on.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from beachhead.errors import BadQuestion
from beachhead.practice.win_rates import Counts, WinRates
from beachhead.tables.hand_kept import rewrite, with_row
from beachhead.tables.workspace import Workspace

ENOUGH = 20
"""Outcomes in all from which plays are ranked by them."""
WITHIN = 6
"""An opportunity counts as closed without a play if its account has no outcome within so many months."""
CLEARLY = 0.8
"""Probability from which a play is said to do worse than opportunities closed without any."""


def log_outcome(
    workspace: Workspace, account: str, play: str, result: str, *, date: dt.date, note: str | None = None
) -> str:
    """Add an outcome to the table ``outcomes`` of the workspace: "logged", "corrected" or "unchanged".

    An outcome is known by account, play and day: another one of that day is corrected, not doubled. Other
    columns of the file are kept. Raises BadInput where the file cannot be added to, BadQuestion for a day after the
    as-of day.
    """
    if date > workspace.as_of:
        raise BadQuestion(
            f"An outcome of {date} lies after the as-of day, {workspace.as_of}, on which nobody can know it yet; give "
            "another --date, or set as_of in beachhead.toml."
        )
    done = "unchanged"

    def logged_in(old: pl.DataFrame) -> pl.DataFrame:
        nonlocal done
        same = (pl.col("account") == account) & (pl.col("play") == play) & (pl.col("date") == date)
        before = old.filter(same)
        if before.height and before["result"][-1] == result and note in (None, before["note"][-1]):
            return old
        done = "corrected" if before.height else "logged"
        mine = {"account": account, "play": play, "date": date, "result": result, "note": note}
        return with_row(old.filter(~same), "outcomes", mine)

    rewrite(workspace, {"outcomes": logged_in}, "the outcome of a play")
    return done


def logged(outcomes: pl.DataFrame, facts: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Outcomes up to ``as_of``: account, play, date, won (yes or no), category (where the account stands now)."""
    return (
        outcomes.filter(pl.col("vanished").is_null() & (pl.col("date") <= as_of))
        .join(facts.select("account", category="standing"), on="account", how="left", maintain_order="left")
        .select("account", "play", "date", "category", won=pl.col("result") == "won")
    )


def without_play(opportunities: pl.DataFrame, seen: pl.DataFrame, as_of: dt.date) -> Counts:
    """Won and lost among the opportunities closed without any play.

    These are the ones whose account has no logged outcome within ``WITHIN`` months of the day they closed.
    """
    closed = opportunities.filter(
        pl.col("vanished").is_null() & pl.col("outcome").is_in(["won", "lost"]) & (pl.col("closed") <= as_of)
    ).with_row_index("_row")
    near = (
        closed.join(seen.select("account", "date"), on="account")
        .filter(
            pl.col("date").is_between(
                pl.col("closed").dt.offset_by(f"-{WITHIN}mo"), pl.col("closed").dt.offset_by(f"{WITHIN}mo")
            )
        )
        .select("_row")
    )
    alone = closed.join(near, on="_row", how="anti")
    won = alone.filter(outcome="won").height
    return won, alone.height - won


def worse_than_none(rates: WinRates, without: Counts) -> dict[str, float]:
    """Play → probability that it wins less often than opportunities closed without a play (``without``).

    Only plays that were tried and of which that is clear (``CLEARLY``), and only from ``ENOUGH`` outcomes on.
    """
    tried = {play: sum(map(sum, own.values())) for play, own in rates.counts.items()}
    if sum(tried.values()) < ENOUGH or not sum(without):
        return {}
    below = {play: rates.below(play, without) for play, times in tried.items() if times}
    return {play: probability for play, probability in below.items() if probability >= CLEARLY}
