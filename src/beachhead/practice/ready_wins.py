"""Whether those who were ready won more often: outcomes of ready sellers against those of others, like with like.

Compared within the same play and category, and put together by Mantel and Haenszel's weights; the interval is that of
Sato, Greenland and Robins (1989, Biometrics 45, On the variance estimator for the Mantel-Haenszel risk difference).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from beachhead.practice.practice_log import practised
from beachhead.practice.readiness import Readiness
from beachhead.practice.training import Training

ENOUGH, OF_EACH = 20, 5
"""Outcomes in plays and categories in which both kinds of seller were at work, and so many of each kind, from which
something is said."""
_Z80 = 1.2815515655446004


@dataclass(frozen=True)
class Compared:
    """Won and lost of ready and of other sellers where both were at work. ``more``: by how much the ready ones' win
    rate is higher, with its 80 % interval; None while there is not enough.
    """

    ready: tuple[int, int]
    others: tuple[int, int]
    more: tuple[float, float, float] | None

    @property
    def outcomes(self) -> int:
        return sum(self.ready) + sum(self.others)


def ready_wins(found: Training) -> Compared:
    """Compare the outcomes of accounts whose owner was ready for their category on the day with the others."""
    return compared(outcomes_by_readiness(found))


def outcomes_by_readiness(found: Training) -> pl.DataFrame:
    """play, category, won, ready: every logged outcome whose account has a category and one of the people as owner."""
    holders = found.expected.select("account", "person").unique("account")
    seen = found.plays.seen.join(holders, on="account", how="left", maintain_order="left")
    known = seen.drop_nulls(["category", "person"])
    readiness = Readiness(practised(found.workspace), found.readiness.cards)
    ready = [
        readiness.until(person, category, day) is not None
        for person, category, day in known.select("person", "category", "date").iter_rows()
    ]
    return known.select("play", "category", "won", ready=pl.Series(ready, dtype=pl.Boolean))


def compared(outcomes: pl.DataFrame) -> Compared:
    """Of columns play, category, won, ready: the difference of win rates within play and category."""
    strata = [
        _counts(rows)
        for rows in outcomes.partition_by("play", "category", maintain_order=True)
        if 0 < rows["ready"].sum() < rows.height
    ]
    totals = {key: sum(one[key] for one in strata) for key in ("y1", "n1", "y0", "n0")}
    ready = (totals["y1"], totals["n1"] - totals["y1"])
    others = (totals["y0"], totals["n0"] - totals["y0"])
    enough = sum(ready) + sum(others) >= ENOUGH and min(sum(ready), sum(others)) >= OF_EACH
    return Compared(ready, others, _difference(strata) if enough else None)


def _counts(rows: pl.DataFrame) -> dict[str, int]:
    ready, others = rows.filter("ready"), rows.filter(~pl.col("ready"))
    return {
        "y1": int(ready["won"].sum()),
        "n1": ready.height,
        "y0": int(others["won"].sum()),
        "n0": others.height,
    }


def _difference(strata: list[dict[str, int]]) -> tuple[float, float, float]:
    weight = above = p = q = 0.0
    for s in strata:
        y1, n1, y0, n0 = s["y1"], s["n1"], s["y0"], s["n0"]
        n = n1 + n0
        weight += n1 * n0 / n
        above += (y1 * n0 - y0 * n1) / n
        p += (n1**2 * y0 - n0**2 * y1 + n1 * n0 * (n0 - n1) / 2) / n**2
        q += (y1 * (n0 - y0) + y0 * (n1 - y1)) / (2 * n)
    difference = above / weight
    spread = _Z80 * math.sqrt(max(difference * p + q, 0.0)) / weight
    return difference, max(difference - spread, -1.0), min(difference + spread, 1.0)
