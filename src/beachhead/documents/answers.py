"""Everything that is told about one market, gathered from a fit: what the page, the words and the brief need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl

from beachhead.documents.market_tables import LEVELS, buyers_table, some
from beachhead.documents.words import number, number_range, period, period_index
from beachhead.market.evidence import drives
from beachhead.market.fit import Fit
from beachhead.market.settings import DEFAULT
from beachhead.tables.adoption import Adoption
from beachhead.tables.categories import CATEGORIES, CUTS
from beachhead.tables.periods import Form

PER_YEAR = {"Y": 1, "Q": 4, "M": 12, "W": 52}
HORIZON = {"Y": 3, "Q": 8, "M": 24, "W": 104}
"""Periods ahead that are told: three years, two where the figures are finer."""


@dataclass(frozen=True)
class Answer:
    """One market: what came in, and every answer about it.

    ``standing``, ``parameters``: rows of the tables of ``Fit``. ``history``: ``ds, y`` as known.
    ``forecast``: levels 80 and 95. ``stated``: the potential that somebody stated, as an 80 % range.
    ``buyers``: window → shares of the categories and ``adopters``. ``curve``: fraction reached over time.
    Every ``ds`` is the last day of its period;
    ``counted``: periods have numbers only, and days stand in for them.
    """

    unique_id: str
    name: str
    unit: str
    kind: str
    freq: str
    counted: bool
    scale: float
    stated: tuple[float, float] | None
    standing: dict[str, Any]
    parameters: dict[str, Any]
    history: pl.DataFrame
    forecast: pl.DataFrame
    buyers: dict[str, dict[str, Any]]
    curve: pl.DataFrame
    evidence: list[str]
    notes: list[str]

    @property
    def single(self) -> bool:
        """One figure: it says how far adoption is, and nothing of how fast it moves, so nothing is forecast."""
        return self.history.drop_nulls("y").height < 2

    @property
    def placed(self) -> bool:
        """Whether anything places it: growth or a stated potential. One figure alone does not."""
        return not self.single or self.stated is not None

    def when(self, end: date) -> str:
        """The name of the period that ends with a day."""
        return period(end, self.freq, self.counted)

    @property
    def last(self) -> tuple[date, float]:
        """The last period known and its figure."""
        row = self.history.row(-1)
        return row[0], row[1]

    @property
    def fallen_from(self) -> tuple[date, float] | None:
        """When and what the highest figure was, where a stock or share has lost a tenth of it or more."""
        if self.kind == "flow":
            return None
        known = self.history.drop_nulls("y")
        ds, highest = known.row(int(known["y"].arg_max() or 0))
        return (ds, highest) if self.last[1] <= 0.9 * highest else None

    @property
    def level(self) -> float:
        """All that has been adopted so far; for sales an estimate, as those before the record are unknown."""
        if self.kind == "flow":
            return float(self.standing["fraction"] * self.standing["potential"])
        return float(self.last[1])

    @property
    def factor(self) -> float:
        """What the figures are multiplied by for show: shares are shown in percent."""
        return 100.0 / self.scale if self.kind == "share" else 1.0

    @property
    def measure(self) -> str:
        """What stands behind a number: ``million USD``, ``% of data centres``."""
        if self.kind != "share":
            return self.unit
        words = self.unit.removeprefix("%").removeprefix("percent").strip()
        return f"% {words}".strip()

    def figure(self, value: float) -> str:
        """A figure of the series with its unit: ``1,880 million USD``, ``37 % of IT departments``."""
        return f"{number(value * self.factor)} {self.measure}".strip()

    def figures(self, low: float, high: float) -> str:
        """A range of figures with its unit."""
        return f"{number_range(low * self.factor, high * self.factor)} {self.measure}".strip()

    def year_ahead(self) -> dict[str, Any] | None:
        """The forecast one year after the last period known; None where nothing is forecast."""
        steps = PER_YEAR[self.freq]
        return (
            None if self.single or self.forecast.height < steps else self.forecast.row(steps - 1, named=True)
        )

    def year_before(self, end: date) -> tuple[date, float] | None:
        """The period one year before the one that ends with ``end``, and its figure, if that is known."""
        wanted = period_index(end, self.freq) - PER_YEAR[self.freq]
        rows = self.history.drop_nulls("y").iter_rows()
        return next(((ds, y) for ds, y in rows if period_index(ds, self.freq) == wanted), None)

    def borders(self) -> list[tuple[str, float, float]]:
        """Per category the potentials, from and to, under which it stands there.

        The fraction reached is level / potential, so the category from F₁ to F₂ means level / F₂ to level / F₁.
        A share is of all at most, so a category that would need more is left out; the last one goes to all.
        """
        if self.level <= 0:
            return []
        most = self.scale if self.kind == "share" else float("inf")
        borders = pairwise([0.0, *CUTS, 1.0])
        ends = [(self.level / high, min(self.level / low, most) if low else most) for low, high in borders]
        return [(c, low, high) for c, (low, high) in zip(CATEGORIES, ends, strict=True) if low < most]


def with_period_ends(adoption: Adoption) -> Adoption:
    """The same series, answered with the last days of periods as dates, whatever form they came in."""
    ends = adoption.series.with_columns(
        pl.lit(0, pl.Int64).alias("back"),
        pl.when(pl.col("freq") == "W").then(0).otherwise(31).cast(pl.Int64).alias("day"),
    )
    return replace(adoption, series=ends, form=Form())


@dataclass(frozen=True)
class Markets:
    """All that is told about the series of a table, in its order; ``notes`` and ``refused`` as in ``Fit``."""

    answers: list[Answer]
    notes: pl.DataFrame
    refused: pl.DataFrame


def gather(adoption: Adoption, first: int | None = None, horizon: int | None = None) -> Markets:
    """Every answer about the series (or the ``first`` ones), ``horizon`` periods ahead (see ``HORIZON``)."""
    if first is not None and adoption.series.height > first:
        adoption = some(adoption, adoption.series["unique_id"].head(first))
    fit, counted = Fit(with_period_ends(adoption), DEFAULT), adoption.form.kind == "number"
    ahead = horizon or max(HORIZON[freq] for freq in fit.series["freq"])
    standing, parameters = _rows(fit.standing()), _rows(fit.parameters())
    buyers: dict[str, dict[str, dict[str, Any]]] = {}
    for row in buyers_table(fit).iter_rows(named=True):
        buyers.setdefault(row["unique_id"], {})[row["window"]] = row
    history = _parts(fit.adoption.frame)
    curve = _parts(fit.curve(ahead=ahead))
    forecast = _parts(fit.forecast(ahead, level=LEVELS))
    evidence = _texts(drives(fit).select("unique_id", "says"))  # the page tells the rest itself
    notes = _texts(fit.notes.select("unique_id", "note"))
    answers = []
    for row in fit.series.iter_rows(named=True):
        unique_id = row["unique_id"]
        answers.append(
            Answer(
                unique_id=unique_id,
                name=row["name"] or unique_id,
                unit=row["unit"] or "",
                kind=row["kind"],
                freq=row["freq"],
                counted=counted,
                scale=row["scale"] or 1.0,
                stated=_stated(row["potential_low"], row["potential_high"]),
                standing=standing[unique_id],
                parameters=parameters[unique_id],
                history=history[unique_id],
                forecast=forecast[unique_id].head(horizon or HORIZON[row["freq"]]),
                buyers=buyers.get(unique_id, {}),
                curve=_around(curve[unique_id], history[unique_id], row["freq"]),
                evidence=evidence.get(unique_id, []),
                notes=notes.get(unique_id, []),
            )
        )
    return Markets(answers, fit.notes, fit.refused)


def _stated(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


def _around(curve: pl.DataFrame, history: pl.DataFrame, freq: str) -> pl.DataFrame:
    """The curve from the first figure known to the end of the horizon."""
    first, last = (period_index(history["ds"][i], freq) for i in (0, -1))
    until = last + HORIZON[freq]
    inside = [first <= period_index(ds, freq) <= until for ds in curve["ds"]]
    return curve.filter(pl.Series(inside))


def _rows(table: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["unique_id"]: row for row in table.iter_rows(named=True)}


def _parts(table: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {
        key[0]: part.drop("unique_id") for key, part in table.partition_by("unique_id", as_dict=True).items()
    }


def _texts(table: pl.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for unique_id, text in table.drop_nulls("unique_id").iter_rows():
        found.setdefault(unique_id, []).append(text)
    return found
