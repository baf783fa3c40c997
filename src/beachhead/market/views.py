"""What people in the field see, as a likelihood on the fraction reached.

A view is an 80 % range of the fraction that has adopted, or the kinds of buyer that are met now, in tenths. On the probit
scale, z = Φ⁻¹(F), it is a normal with a middle and a variance that adds up

    what the observer says (its range) + what so few customers show (π/2 ÷ customers, at F = ½)
    + the observer's own error (``OWN``², moved to what earlier views missed by, as worth ``RECORD`` of them)
    + what the market moved since (``DRIFT`` a year)

Views of one market are put together by their precisions. All observers read the same press and meet the same vendors, so
the pool as a whole keeps an error that no number of observers takes away (``SHARED``²): its weight is capped. All of them
may be wrong by one factor, up to ``WRONG`` either way, each as likely on the log scale; and with the odds ``ASTRAY`` the
pool says nothing. These three were chosen on simulated observers (``benchmarks/views_honesty.py``) so that views do not
make the log loss worse on average even where all of them are wrong by a factor of two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from beachhead.tables.adoption import Adoption
from beachhead.tables.categories import CATEGORIES, CUTS

OWN, RECORD = 0.4, 4.0
SHARED, WRONG, ASTRAY = 1.1, 4.0, 0.1
STEPS = 15
DRIFT = 0.3
FEW = 5
"""Customers that a view is taken to rest on where it does not say."""
OLDEST = 730
"""Days after which a view no longer counts."""
EDGE = 0.002
"""No view says that less, or more than all but that, has adopted."""
Z80 = 1.2815515655446004
_NORMAL = NormalDist()


@dataclass(frozen=True)
class View:
    """One view on the probit scale: its middle, and the variance of what is said and of so few customers."""

    middle: float
    variance: float


def probit(share: Any) -> np.ndarray:
    """Φ⁻¹ of shares, kept away from 0 and 1."""
    inside = np.clip(np.asarray(share, float), EDGE, 1 - EDGE)
    return np.vectorize(_NORMAL.inv_cdf, otypes=[float])(inside)


def of_range(low: float, high: float, customers: int | None) -> View:
    """The view that the fraction lies between ``low`` and ``high``, four to one."""
    ends = probit([low, high])
    return View(float(ends.mean()), float((ends[1] - ends[0]) / 2 / Z80) ** 2 + _few(customers))


def of_tenths(tenths: Sequence[float], customers: int | None) -> View:
    """The view that buyers met now are of the five categories in these tenths: they adopt where the market stands."""
    edges = probit([EDGE, *CUTS, 1 - EDGE])
    shares = np.asarray(tenths, float) / np.sum(tenths)
    middles, widths = (edges[1:] + edges[:-1]) / 2, edges[1:] - edges[:-1]
    middle = float(shares @ middles)
    within = float(shares @ ((middles - middle) ** 2 + widths**2 / 12))
    return View(middle, within + _few(customers))


def view(row: Mapping[str, Any]) -> View | None:
    """The view in a row of the table ``observations``; None where it says nothing of the fraction."""
    if row["low"] is not None and row["high"] is not None:
        return of_range(row["low"], row["high"], row["customers"])
    tenths = [row[c] or 0.0 for c in CATEGORIES]
    return of_tenths(tenths, row["customers"]) if sum(tenths) > 0 else None


def last_views(observations: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """The rows that count on ``as_of``: the last of every observer on a market, none to come, none too old.

    Rows without an observer (from packs) each stand for themselves.
    """
    since = as_of - dt.timedelta(OLDEST)
    told = observations.filter(pl.col("vanished").is_null() & pl.col("date").is_between(since, as_of))
    named = pl.coalesce("observer", pl.format("row {}", pl.int_range(pl.len())))
    return (
        told.with_columns(_who=named)
        .sort("date", maintain_order=True)
        .unique(["_who", "market"], keep="last", maintain_order=True)
        .drop("_who")
    )


def pooled(
    observations: pl.DataFrame, as_of: dt.date, record: Mapping[str, Sequence[float]] | None = None
) -> pl.DataFrame:
    """unique_id (market), view_middle, view_spread (probit scale), views: what all views of a market say together.

    ``record``: observer → by how much earlier views of theirs missed (probit scale).
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for row in last_views(observations, as_of).iter_rows(named=True):
        one = view(row)
        if one is None:
            continue
        missed = (record or {}).get(row["observer"] or "", ())
        years = (as_of - row["date"]).days / 365.25
        variance = one.variance + own_error(missed) ** 2 + DRIFT**2 * years
        found.setdefault(row["market"], []).append((one.middle, variance))
    rows = [(market, *pool(views), len(views)) for market, views in found.items()]
    schema = {
        "unique_id": pl.String,
        "view_middle": pl.Float64,
        "view_spread": pl.Float64,
        "views": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def own_error(missed: Sequence[float]) -> float:
    """The standard deviation of an observer's own error, from ``OWN`` and what earlier views missed by."""
    return float(np.sqrt((RECORD * OWN**2 + np.sum(np.square(missed))) / (RECORD + len(missed))))


def pool(views: Sequence[tuple[float, float]], shared: float = SHARED) -> tuple[float, float]:
    """Middle and spread of views, each a middle and a variance; ``shared``: the error that they have in common."""
    middles, variances = np.array(views, float).T
    precision = 1 / variances
    middle = float(middles @ precision / precision.sum())
    return middle, float(np.sqrt(shared**2 + 1 / precision.sum()))


def with_views(adoption: Adoption, views: pl.DataFrame) -> Adoption:
    """``adoption`` with what ``pooled`` gave, so that a fit takes it into account."""
    series = adoption.series.drop("view_middle", "view_spread", strict=False)
    told = views.select("unique_id", "view_middle", "view_spread")
    return replace(adoption, series=series.join(told, on="unique_id", how="left", maintain_order="left"))


def likelihood(
    viewed: np.ndarray, fraction: np.ndarray, astray: float = ASTRAY, wrong: float = WRONG
) -> np.ndarray | None:
    """How well fractions (F) agree with views (n × 2: middle, spread): n × F, at most one; None where nobody says
    anything."""
    there = np.isfinite(viewed[:, 0])
    if not there.any():
        return None
    out = np.ones((len(viewed), len(fraction)))
    middle, spread = viewed[there, :1], viewed[there, 1:]
    factors = np.exp(np.linspace(-1, 1, STEPS) * np.log(wrong))
    agrees = np.zeros((int(there.sum()), len(fraction)))
    for factor in factors:
        agrees += np.exp(-(((probit(fraction * factor) - middle) / spread) ** 2) / 2) / STEPS
    agrees /= np.maximum(agrees.max(1, keepdims=True), 1e-12)
    out[there] = astray + (1 - astray) * agrees
    return out


def _few(customers: int | None) -> float:
    return float(np.pi / 2 / max(customers or FEW, 1))
