"""What happened later: figures that became known after the as-of day, beside what had been expected on it.

Nothing here enters the answers; it is how a reader learns what they were worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from beachhead.documents import charts
from beachhead.documents.answers import Answer, with_period_ends
from beachhead.documents.html import figure, render
from beachhead.documents.market_section import standing_cells
from beachhead.documents.words import join, number, period, period_index
from beachhead.market.fit import fit
from beachhead.tables.adoption import Adoption

Known = Callable[[date | None], Adoption]
AFTER = (182, 365, 730)
"""The question is asked again so many days after the as-of day, and when all is known."""
FIGURES, ROWS = 6, 30
"""So many charts, and so many series in the lists."""


def later_view(
    known_on: Known, answers: Sequence[Answer], as_of: date, about: str, own: Path
) -> Markup | None:
    """The section; None when nothing became known later.

    ``known_on``: the series with what was known on a day; of None with all that is known today.
    """
    whole = with_period_ends(known_on(None))
    last = known_on(as_of).frame.group_by("unique_id").agg(pl.col("ds").last().alias("last"))
    after = (
        whole.frame.drop_nulls("y")
        .join(last, on="unique_id", how="left", maintain_order="left")
        .filter((pl.col("ds") > pl.col("last")).fill_null(True))
    )
    if not after.height:
        return None
    rows = {key[0]: part for key, part in after.partition_by("unique_id", as_dict=True).items()}
    forecast = [a for a in answers if not a.single and a.unique_id in rows]
    scored = [row for a in forecast for row in _scored(a, rows[a.unique_id])]
    facts = whole.series.to_dicts()
    told = {a.unique_id for a in forecast}
    rest = [f for f in facts if f["unique_id"] in rows and f["unique_id"] not in told]
    return render(
        "report/later.html",
        own=own,
        as_of=as_of,
        about=about,
        figures=[_fan(a, rows[a.unique_id]) for a in forecast[:FIGURES]],
        scored=scored,
        inside=sum(row["inside"] for row in scored),
        above=sum(row["above"] for row in scored),
        others=[(f["name"] or f["unique_id"], _told(f, rows[f["unique_id"]])) for f in rest[:ROWS]],
        again=_again(known_on, as_of, facts[:ROWS]),
    )


def _scored(answer: Answer, after: pl.DataFrame) -> list[dict[str, Any]]:
    """Each later figure beside its forecast."""
    expected = {period_index(row["ds"], answer.freq): row for row in answer.forecast.iter_rows(named=True)}
    rows = []
    for ds, y in after.select("ds", "y").iter_rows():
        row = expected.get(period_index(ds, answer.freq))
        if row is not None:
            low, high = row["Beachhead-lo-80"], row["Beachhead-hi-80"]
            rows.append(
                {
                    "name": answer.name,
                    "period": answer.when(ds),
                    "happened": answer.figure(y),
                    "middle": number(row["Beachhead"] * answer.factor),
                    "interval": f"{number(low * answer.factor)} to {number(high * answer.factor)}",
                    "inside": low <= y <= high,
                    "above": y > row["Beachhead"],
                }
            )
    return rows


def _fan(answer: Answer, after: pl.DataFrame) -> Markup:
    chart = charts.adoption(
        answer.history,
        answer.forecast,
        freq=answer.freq,
        unit=answer.measure,
        factor=answer.factor,
        later=after.filter(pl.col("ds") <= answer.forecast["ds"].max()),
    )
    key = [("ink", "known on the day"), ("expected", "forecast of the day"), ("later", "what happened")]
    return figure(chart, f"{answer.name}, {answer.measure}.", key)


def _told(facts: dict[str, Any], after: pl.DataFrame) -> str:
    """``16 % at the end of 2009, 25 % at the end of 2010``."""
    share = facts["kind"] == "share"
    factor = 100 / facts["scale"] if share else 1.0
    return join(
        [
            f"{number(y * factor)}{' %' if share else ''} in {period(ds, facts['freq'])}"
            for ds, y in after.select("ds", "y").iter_rows()
        ]
    )


def _again(known_on: Known, as_of: date, facts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The standings that the same question got on later days, for the series that had new figures by then."""
    rows, latest = [], _standings(known_on(as_of))
    for asked in (*(as_of + timedelta(days=n) for n in AFTER), None):
        now = _standings(known_on(asked))
        for series in facts:
            standing = now.get(series["unique_id"])
            if standing is not None and standing != latest.get(series["unique_id"]):
                cells = standing_cells(standing) | {"saddle": standing["in_saddle"]}
                rows.append({"asked": asked, "name": series["name"] or series["unique_id"]} | cells)
        latest = now
    order = [series["name"] or series["unique_id"] for series in facts]
    return sorted(rows, key=lambda row: order.index(row["name"]))


def _standings(known: Adoption) -> dict[str, dict[str, Any]]:
    """Standing by series, for those that more than one figure, or a stated potential, places."""
    found = fit(known)
    placed = found.series.filter((pl.col("n") > 1) | pl.col("potential_high").is_not_null())["unique_id"]
    table = found.standing().filter(pl.col("unique_id").is_in(placed.to_list()))
    return {row["unique_id"]: row for row in table.iter_rows(named=True)}
