"""What an answer rests on, and how it would change with what the user may know: numbers and plain sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from beachhead.tables.categories import CATEGORIES
from beachhead.tables.numbers import percent

from .answers import Standing
from .lives import growth
from .posterior import groups
from .projections import project

if TYPE_CHECKING:
    from .fit import Fit

MULTIPLES = (1.25, 2.0, 4.0, 8.0, 16.0)  # potentials tried, over the present level
SURE = 0.6  # a category below this probability is not an answer by itself
FACTOR = np.exp(
    0.2 * 1.2815515655446004
)  # a stated potential is tried as an 80 % range of this factor each way
WORDS = {c: c.replace("_", " ") for c in CATEGORIES}


def sensitivity(fit: Fit) -> pl.DataFrame:
    """The standing under potentials of several times the present level, each taken as an 80 % range of ± 29 %.

    unique_id, potential, fraction, a probability per category, category, crossed. The level of a flow is taken as
    known from its record: what lies before it is part of what the potential settles.
    """
    lives = fit._lives
    level = growth(lives, fit._settings).level
    tables = []
    for multiple in MULTIPLES:
        middle = level * multiple
        supposed = replace(lives, low=middle / FACTOR, high=middle * FACTOR)
        parts = groups(supposed, fit._settings, fit._fixed)
        got = project(parts, [Standing()], len(lives))[0]
        tables.append(
            pl.DataFrame({"unique_id": fit.series["unique_id"], "potential": middle}).with_columns(
                pl.Series("fraction", got["fraction"][:, 0]),
                *(pl.Series(c, got["categories"][:, k]) for k, c in enumerate(CATEGORIES)),
                pl.Series("category", np.asarray(CATEGORIES)[got["categories"].argmax(1)]),
                pl.Series("crossed", got["crossed"]),
            )
        )
    order = pl.DataFrame({"unique_id": fit.series["unique_id"]}).with_row_index("_order")
    every = pl.concat(tables).join(order, on="unique_id").sort("_order", "potential")
    # a share cannot be supposed to go beyond its ceiling
    ceilings = pl.DataFrame({"unique_id": fit.series["unique_id"], "_top": lives.ceiling}).fill_nan(None)
    possible = every.join(ceilings, on="unique_id").filter(
        pl.col("_top").is_null() | (pl.col("potential") <= pl.col("_top"))
    )
    return possible.drop("_order", "_top")


def evidence(fit: Fit) -> pl.DataFrame:
    """unique_id, evidence (growth, record, standing, potential), says: one sentence each."""
    supposed = sensitivity(fit).partition_by("unique_id", as_dict=True)
    stands = fit.standing().iter_rows(named=True)
    told = [
        says
        | {
            "standing": _standing(row),
            "potential": _potential(supposed.get((row["unique_id"],)), bool(np.isfinite(low))),
        }
        for says, row, low in zip(_of_the_record(fit), stands, fit._lives.low, strict=True)
    ]
    return _sentences(fit, told)


def drives(fit: Fit) -> pl.DataFrame:
    """The sentences on growth and record alone, which need no further comparison."""
    return _sentences(fit, _of_the_record(fit))


def _sentences(fit: Fit, told: list[dict[str, str]]) -> pl.DataFrame:
    ids = fit.series["unique_id"]
    rows = [
        {"unique_id": unique_id, "evidence": name, "says": text}
        for unique_id, says in zip(ids, told, strict=True)
        for name, text in says.items()
        if text
    ]
    return pl.DataFrame(rows, schema={"unique_id": ids.dtype, "evidence": pl.String, "says": pl.String})


def _of_the_record(fit: Fit) -> list[dict[str, str]]:
    """Of every series: what its growth and its record say."""
    lives = fit._lives
    g = growth(lives, fit._settings)
    return [
        {
            "growth": _growth(g.grew[k] * g.unit[k], g.weight[k] > 0, lives.per_year[k] / lives.steps[k]),
            "record": _record(lives.count[k], float(g.first[k]), bool(lives.open_start[k])),
        }
        for k in range(len(lives))
    ]


def _growth(grew: np.ndarray, known: np.ndarray, per_year: float) -> str:
    if not known[:1].any():
        return "There is no growth to compare: the record holds a single figure, so its curve says nothing."
    period = {1: "year", 4: "quarter", 12: "month", 52: "week"}.get(round(per_year), "step")
    # over the level before it, as people say it
    levels = 1 - np.cumsum(grew * known)
    before = np.r_[1.0, levels[:-1]]
    rates = [
        f"{100 * (b / a - 1):.0f} %"
        for a, b, ok in zip(levels, before, known, strict=True)
        if ok and a > 0.01
    ][:3]
    if not rates:
        return f"Nearly everything was adopted in the last {period}."
    if len(rates) == 1:
        return f"The level grew by {rates[0]} in the last {period}."
    return f"The level grew by {rates[0]} in the last {period}, after {' and '.join(rates[1:])} before."


def _record(count: int, first: float, open_start: bool) -> str:
    if open_start:
        return (
            f"The record shows {count} periods of sales; what was sold before it is not known and is left open, "
            "with the belief that records mostly begin early in a life."
        )
    if not np.isfinite(first) or count < 2:
        return ""
    return (
        f"The record begins at {100 * min(first, 1):.1f} % of the present level; "
        "records are believed to begin early in a life, mostly below 12 % of the potential."
    )


def _standing(row: dict[str, Any]) -> str:
    low, high = row["fraction-lo-80"], row["fraction-hi-80"]
    odds = sorted(((row[c], WORDS[c]) for c in CATEGORIES), reverse=True)
    span = f"between {100 * low:.0f} and {100 * high:.0f} % of the potential (80 % interval)"
    if row["past_peak"] > 0.5:
        return (
            f"The level is probably past its peak ({percent(row['past_peak'])}): its users move on or away."
        )
    if odds[0][0] >= SURE:
        return f"It stands among the {odds[0][1]} with {percent(odds[0][0])} probability, {span}."
    return (
        f"These figures alone do not decide where it stands: {odds[0][1]} ({percent(odds[0][0])}) and "
        f"{odds[1][1]} ({percent(odds[1][0])}) both fit, {span}."
    )


def _potential(supposed: pl.DataFrame | None, stated: bool) -> str:
    if supposed is None or not supposed.height:
        return ""
    parts: list[str] = []
    for row in supposed.iter_rows(named=True):
        name = WORDS[row["category"]]
        if not parts or not parts[-1].endswith(f"the {name}"):
            parts.append(f"with a potential around {_round(row['potential'])} it stands among the {name}")
    start = "Had another potential been stated" if stated else "A stated potential would decide"
    return f"{start}: {'; '.join(parts)}."


def _round(value: float) -> str:
    """Two significant figures, with thousands separated."""
    if not np.isfinite(value) or value == 0:
        return f"{value:g}"
    digits = 1 - int(np.floor(np.log10(abs(value))))
    rounded = round(value, digits)
    return f"{rounded:,.0f}".replace(",", " ") if digits <= 0 else f"{rounded:.{digits}f}"
