"""Adoption series as matrices that end now: the form in which the engine compares them with the dictionary."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from .laws import exact_potential

if TYPE_CHECKING:
    from beachhead.tables.adoption import Adoption

KINDS = ("flow", "stock", "share")
STEPS_PER_YEAR = {"Y": 1, "Q": 4, "M": 12, "W": 52}
# A long record that is finer than a year is compared in longer steps, so that it tells what its aggregate tells.
LONGEST = 36
NEAR_TOP = 0.02  # a level that lies no further below the record's highest is still a growing one's
COARSER = {"Y": (1,), "Q": (1, 4), "M": (1, 3, 12), "W": (1, 4, 13, 52)}


@dataclass(frozen=True)
class Lives:
    """N series, aligned at their last observation (column 0), going back in time with the column.

    ``values`` are as they came in (N × T, NaN where missing or before the record); ``flow`` marks sales per period
    (N); ``steps`` how many of the series' own periods one step of the comparison spans (N); ``count`` periods from
    first to last observation (N); ``low`` and ``high`` the stated 80 % range of the potential, ``ceiling`` a hard
    one, ``age`` periods from launch to now, ``before`` the stock that a flow's record does not show (N, NaN where not
    known); ``per_year`` periods in a year; ``viewed`` what people say of the fraction reached, as middle and spread on
    the probit scale (N × 2, NaN where nobody says anything; see ``views.py``).
    """

    values: np.ndarray
    flow: np.ndarray
    steps: np.ndarray
    count: np.ndarray
    low: np.ndarray
    high: np.ndarray
    ceiling: np.ndarray
    age: np.ndarray
    before: np.ndarray
    per_year: np.ndarray
    viewed: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    @property
    def open_start(self) -> np.ndarray:
        """Which series are flows whose stock before the record is unknown (N booleans)."""
        return self.flow & ~np.isfinite(self.before)

    def take(self, rows: Any) -> Lives:
        """The series of some rows, in that order."""
        return Lives(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def align(adoption: Adoption) -> Lives:
    """Series of an ``Adoption`` as ``Lives``. Every series has a regular grid of periods already."""
    frame, series = adoption.frame, adoption.series
    n = frame.get_column("unique_id").rle().struct.field("len").to_numpy().astype(np.int64)
    values = frame["y"].to_numpy().astype(float)
    ends = np.cumsum(n)
    longest = int(n.max(initial=0))
    if len(n) and (n == longest).all():
        matrix = values.reshape(len(n), longest)[:, ::-1]
    else:
        matrix = np.full((len(n), longest), np.nan)
        row = np.repeat(np.arange(len(n)), n)
        matrix[row, ends[row] - 1 - np.arange(len(values))] = values
    freq = series["freq"].to_numpy()
    kind = series["kind"].to_numpy()
    per_year = np.select([freq == f for f in STEPS_PER_YEAR], list(STEPS_PER_YEAR.values()), 1).astype(float)
    last = frame["ds"].gather(pl.Series(ends - 1)) if len(n) else frame["ds"]
    ceiling = _floats(series, "ceiling")
    # a share of a population is never more than all of it
    ceiling = np.where((kind == "share") & np.isnan(ceiling), _floats(series, "scale"), ceiling)
    before, age = _floats(series, "stock_before"), _age(series, last, per_year)
    if "zero_before" in series.columns:
        from_zero = series["zero_before"].to_numpy().astype(bool) & np.isnan(before)
        before = np.where(from_zero & (kind == "flow"), 0.0, before)
        age = np.where(from_zero & np.isnan(age), n, age)
    return Lives(
        values=matrix,
        flow=kind == "flow",
        steps=step_length(n, freq),
        count=n,
        low=_floats(series, "potential_low"),
        high=_floats(series, "potential_high"),
        ceiling=ceiling,
        age=age,
        before=before,
        per_year=per_year,
        viewed=np.stack([_floats(series, "view_middle"), _floats(series, "view_spread")], axis=1),
    )


def step_length(count: np.ndarray, freq: np.ndarray) -> np.ndarray:
    """Periods per step: the least coarsening of each frequency that leaves at most ``LONGEST`` steps."""
    out = np.ones(len(count), np.int64)
    for name, lengths in COARSER.items():
        mine = freq == name
        if not mine.any():
            continue
        for length in reversed(lengths):
            out[mine & (count / length <= LONGEST)] = length
        out[mine & (count / lengths[-1] > LONGEST)] = lengths[-1]
    return out


def _floats(series: pl.DataFrame, column: str) -> np.ndarray:
    if column not in series.columns:
        return np.full(series.height, np.nan)
    return series[column].to_numpy().astype(float)  # nulls are read as NaN


def _age(series: pl.DataFrame, last: pl.Series, per_year: np.ndarray) -> np.ndarray:
    """Periods from launch to the end of the last observed period (NaN where no launch is known)."""
    if "launch" not in series.columns or series["launch"].null_count() == series.height:
        return np.full(series.height, np.nan)
    days = (last.cast(pl.Date) - series["launch"].cast(pl.Date)).dt.total_days()
    years = days.cast(pl.Float64).fill_null(float("nan")).to_numpy() / 365.2425
    return np.where(years > 0, np.maximum(np.round(years * per_year), 1.0), np.nan)


@dataclass(frozen=True)
class Growth:
    """What the likelihood compares, per series (N) and per step back from now (N × K).

    ``level`` is the present level (of a flow: all that was sold in the record), ``unit`` the highest level of the
    window over it. In that unit: ``grew`` increments, with ``weight`` (0 where unknown); ``root`` one less the
    square root of the level now and back (N × K + 1), with ``root_weight``; ``energy`` and ``root_energy`` the
    series' own sums of squares; ``rough`` the noise variance that the jumps of the increments suggest; ``recent``
    mean absolute growth of the last four steps. ``first`` is the first level of the record over the present one
    (of a flow with unknown beginnings: NaN); ``observed`` steps in the record; ``exact`` the potential over the
    present level where the record obeys a law without error, else NaN (``laws.py``); ``fallen`` how far the level
    lies below the record's highest, over that, where it has lately been falling (else 0);
    ``rising`` whether it lies at the record's highest or a hair below.
    """

    level: np.ndarray
    grew: np.ndarray
    weight: np.ndarray
    root: np.ndarray
    root_weight: np.ndarray
    energy: np.ndarray
    root_energy: np.ndarray
    rough: np.ndarray
    first: np.ndarray
    observed: np.ndarray
    recent: np.ndarray
    exact: np.ndarray
    unit: np.ndarray
    fallen: np.ndarray
    rising: np.ndarray

    def take(self, rows: Any) -> Growth:
        """The series of some rows, in that order."""
        return Growth(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def growth(lives: Lives, settings: Any) -> Growth:
    """Increments over the highest level of the window, in steps of each series' own length."""
    levels, seen = _levels(lives)
    K = settings.window
    n, width = levels.shape
    if width < K + 1:
        pad = np.full((n, K + 1 - width), np.nan)
        levels, seen = np.hstack([levels, pad]), np.hstack([seen, np.zeros_like(pad, bool)])
    now = np.where(levels[:, 0] > 0, levels[:, 0], np.nan)
    # the unit is the present level, or a higher one before it: after a fall the present level would make any
    # earlier noise look large
    unit = np.fmax.reduce(levels[:, : K + 1], axis=1)
    unit = np.where(unit > 0, unit, np.nan)
    scaled = levels[:, : K + 1] / unit[:, None]
    grew = scaled[:, :-1] - scaled[:, 1:]
    known = np.isfinite(grew)
    both = seen[:, :K] & seen[:, 1 : K + 1]
    weight = settings.discount ** np.arange(K) * known * np.where(both, 1.0, 0.5)
    grew = np.where(known, grew, 0.0)
    # a flow's levels before the record are unknown, so only its increments are compared
    root_known = np.isfinite(scaled) & ~lives.open_start[:, None]
    # one less the root: in single precision the squares of a flat tail's roots would swamp their differences
    root = 1 - np.sqrt(np.maximum(np.where(root_known, scaled, 1.0), 0))
    root_weight = settings.level_weight * settings.level_discount ** (np.arange(K + 1) - 1.0) * root_known
    jump = grew[:, :-2] - 2 * grew[:, 1:-1] + grew[:, 2:]
    near = min(8, K - 2)
    shown = (known[:, :-2] & known[:, 1:-1] & known[:, 2:])[:, :near] * 0.8 ** np.arange(near)
    rough = (shown * jump[:, :near] ** 2).sum(1) / np.maximum(shown.sum(1), 1e-9) / 6
    recency = np.array([0.4, 0.3, 0.2, 0.1])[: min(4, K)] * known[:, :4]
    recent = (recency * np.abs(grew[:, :4])).sum(1) / np.maximum(recency.sum(1), 1e-9)
    return Growth(
        level=levels[:, 0],
        grew=grew,
        weight=weight,
        root=root,
        root_weight=root_weight,
        energy=(weight * grew**2).sum(1),
        root_energy=(root_weight * root**2).sum(1),
        rough=rough,
        first=np.where(lives.open_start, np.nan, _first(levels) / now),
        observed=lives.count / lives.steps,
        recent=np.maximum(recent, 0.003),
        exact=exact_potential(levels[:, : K + 1] / now[:, None], lives.open_start),
        unit=np.nan_to_num(unit / now, nan=1.0),
        fallen=np.where((recency * grew[:, :4]).sum(1) < 0, _fallen(levels), 0.0),
        rising=_fallen(levels) < NEAR_TOP,
    )


def _fallen(levels: np.ndarray) -> np.ndarray:
    """One less the present level over the highest of the record (n)."""
    highest = np.fmax.reduce(levels, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.clip(np.nan_to_num(1 - levels[:, 0] / highest), 0, 1)


def _first(levels: np.ndarray) -> np.ndarray:
    """The earliest known positive level of each row."""
    known = np.isfinite(levels) & (levels > 0)
    last = levels.shape[1] - 1 - known[:, ::-1].argmax(1)
    return np.where(known.any(1), levels[np.arange(len(levels)), last], np.nan)


def native_levels(lives: Lives) -> tuple[np.ndarray, np.ndarray]:
    """Levels by period back from now (gaps inside interpolated), and which of them were seen.

    Of a flow the level is what the record has sold by then, after any stated stock before it; the level before its
    first period is one column more.
    """
    values, seen, flow = fill_gaps(lives.values), np.isfinite(lives.values), lives.flow
    if not flow.any():
        return values, seen
    sales = np.where(np.isfinite(values[flow]), values[flow], 0.0)
    before = np.nan_to_num(lives.before[flow])[:, None]
    sold = np.hstack([np.cumsum(sales[:, ::-1], axis=1)[:, ::-1] + before, before])
    inside = np.arange(values.shape[1] + 1) <= lives.count[flow][:, None]
    levels, saw = (
        np.hstack([m, np.full((len(m), 1), fill)]) for m, fill in ((values, np.nan), (seen, False))
    )
    levels[flow] = np.where(inside, sold, np.nan)
    saw[flow] = np.hstack([seen[flow], np.ones_like(before, bool)]) & inside
    return levels, saw


def _levels(lives: Lives) -> tuple[np.ndarray, np.ndarray]:
    """``native_levels`` by step instead of by period."""
    levels, seen = native_levels(lives)
    return _coarsen(levels, seen, lives.steps) if (lives.steps > 1).any() else (levels, seen)


def _coarsen(values: np.ndarray, seen: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every ``steps``-th level back from now; levels between them are not needed, their sum is in the next."""
    out, saw = np.full_like(values, np.nan), np.zeros_like(seen)
    for length in np.unique(steps):
        rows = steps == length
        picked = values[rows][:, ::length]
        out[rows, : picked.shape[1]] = picked
        saw[rows, : picked.shape[1]] = seen[rows][:, ::length]
    return out, saw


def fill_gaps(values: np.ndarray) -> np.ndarray:
    """Missing values inside a record, interpolated linearly in time; those before it stay NaN."""
    known = np.isfinite(values)
    inside = np.cumsum(known[:, ::-1], axis=1)[:, ::-1] > 0
    rows = np.flatnonzero((inside & ~known).any(1))
    if not len(rows):
        return values
    values = values.copy()
    at = np.arange(values.shape[1])
    for row in rows:
        gap = inside[row] & ~known[row]
        values[row, gap] = np.interp(at[gap], at[known[row]], values[row, known[row]])
    return values
