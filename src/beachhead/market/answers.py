"""The answers that the engine gives, each from sums over the atoms: standing, forecast, buyers, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from beachhead.tables.categories import CUTS

from .dictionary import Dictionary
from .posterior import Z80, Atoms, Group, known_potential
from .projections import Chunk, Quantiles, interpolate

BORDERS = np.r_[0.0, CUTS, 1.0]
MIDDLE_80 = (0.5, 0.1, 0.9)
RECENT = 2  # last periods whose mean is a flow's present pace
EDGES = 112  # of a forecast's distribution: where many atoms lie is not where the posterior does, so few edges bias it
CLOSE = (
    0.12  # log standard deviation of a potential below which the grid of fractions is the coarser of the two
)


def normal_cdf(z: np.ndarray) -> np.ndarray:
    """Standard normal distribution function."""
    return np.vectorize(NormalDist().cdf, otypes=[float])(z)


@dataclass(frozen=True)
class Standing:
    """Where a series stands: category weights, fraction reached, odds of having crossed, potential."""

    def prepare(self, atoms: Atoms) -> tuple[Any, ...]:
        d = atoms.dictionary
        flags = np.stack([d.crossed, d.in_saddle, d.after])
        edges, within = _fractions(d)
        columns = np.vstack([d.categories.T, flags, within]).astype(np.float32)
        potential = Quantiles(1 / (d.fraction * atoms.share_seen)) if atoms.open_start else None
        return columns, edges, potential

    def finish(self, ready: tuple[Any, ...], part: Chunk) -> dict[str, np.ndarray]:
        columns, edges, potential = ready
        group = part.group
        sums = columns @ part.weights[:-1]
        head = sums[:8].T.astype(float)
        categories = head[:, :5] / head[:, :5].sum(1, keepdims=True)
        crossed = head[:, 5]
        within = sums[8:]
        top = within.max(0)
        reached = np.stack([interpolate(edges, within, np.float32(p) * top) for p in MIDDLE_80], axis=1)
        share = 1 / reached[:, [0, 2, 1]]
        if potential is not None:
            share = np.stack(potential.at(part, MIDDLE_80), axis=1)
        middle, spread = known_potential(group)
        close = (spread < CLOSE) & (head[:, 7] < 0.5) & (potential is None)
        if close.any():
            # a potential known more closely than the grid: the fraction is the level over it
            at, by = -middle[close], spread[close]
            reached[close] = np.minimum(np.exp(at[:, None] + by[:, None] * np.array([0, -Z80, Z80])), 1.0)
            share[close] = np.exp(-at[:, None] + by[:, None] * np.array([0, -Z80, Z80]))
            below = normal_cdf((np.log(CUTS) - at[:, None]) / by[:, None])
            categories[close] = np.diff(below, axis=1, prepend=0.0, append=1.0)
            crossed[close] = (1 - below[:, 1]) * (1 - head[close, 6])
        categories = np.maximum(categories, group.atoms.settings.category_floor)
        return {
            "categories": categories / categories.sum(1, keepdims=True),
            "crossed": np.clip(crossed, 0, 1),
            "in_saddle": np.clip(head[:, 6], 0, 1),
            "past_peak": np.clip(head[:, 7], 0, 1),
            "fraction": reached,
            "potential": group.growth.level[:, None] * share,
        }


def _fractions(d: Dictionary) -> tuple[np.ndarray, np.ndarray]:
    """Edges of the distribution of the fraction reached, and how much of each atom lies below (edges × A).

    Each atom's weight is spread evenly (in logits) over its cell."""
    borders = np.unique(np.round(np.concatenate([d.low, d.high]), 12))
    count = 160
    if len(borders) > count:
        borders = borders[np.unique(np.linspace(0, len(borders) - 1, count).astype(int))]
    z, lo, hi = (np.log(v / (1 - v)) for v in (borders, d.low, d.high))
    return borders, np.clip((z[:, None] - lo) / (hi - lo), 0.0, 1.0)


@dataclass(frozen=True)
class Forecast:
    """Levels (or sales per period) ``horizon`` periods ahead: median, mean, intervals at each level in percent.

    ``total`` asks for what the next h periods bring together, h = 1 … horizon, instead of the level or the sales of
    each: the quantile of a sum is not the sum of quantiles. Every atom is a whole path, so the quantiles of a growing
    stock hold together: neither its middle nor an end of an interval falls, and no interval narrows.
    """

    horizon: int
    levels: tuple[float, ...]
    total: bool = False

    def prepare(self, atoms: Atoms) -> tuple[np.ndarray, list[Quantiles]]:
        ahead = (
            atoms.dictionary.ratio(np.arange(self.horizon + 1.0) / atoms.steps) / atoms.share_seen[:, None]
        )
        weight, slow = _pulled(atoms)
        if atoms.flow:
            sold = (
                np.maximum(np.diff(ahead, axis=1), 0.0) * slow[:, None]
            )  # what was sold comes back in no life
            values = np.cumsum(sold, axis=1) if self.total else sold
        else:
            values = ahead[:, 1:] - (ahead[:, :1] if self.total else 0.0)
        columns = np.vstack([atoms.dictionary.after, weight, (values * weight[:, None]).T])
        counts = weight if atoms.flow else None
        quantiles = [Quantiles(values[:, h], counts, bins=EDGES) for h in range(self.horizon)]
        return columns.astype(np.float32), quantiles

    def finish(self, ready: tuple[np.ndarray, list[Quantiles]], part: Chunk) -> dict[str, np.ndarray]:
        columns, quantiles = ready
        group, s = part.group, part.group.atoms.settings
        sums = part.sums(columns)
        level = group.growth.level[:, None]
        per_step = 1.0 / group.atoms.steps
        sales = group.atoms.flow and not self.total
        step = s.noise_sales if group.atoms.flow else s.noise_step
        noise = step * group.growth.unit * group.growth.recent + s.noise_residual * part.residual
        pace = _own_pace(group)[:, None]
        tails = [(1 - interval / 100) / 2 for interval in sorted(self.levels)]
        wanted = [0.5, *(p for tail in tails for p in (tail, 1 - tail))]
        by_period = [q.at(part, wanted) for q in quantiles]
        middle, *ends = (np.stack(at, axis=1) * pace for at in zip(*by_period, strict=True))
        h = np.arange(1, self.horizon + 1) * per_step
        # the noise of a level adds up over the periods, that of sales per period does not
        spread = noise[:, None] * (np.full(self.horizon, per_step) if sales else np.sqrt(h))
        out = {"mean": sums[:, 2:] * pace / sums[:, 1:2]}
        for interval, tail, low, high in zip(sorted(self.levels), tails, ends[::2], ends[1::2], strict=True):
            reach = spread * NormalDist().inv_cdf(1 - tail) / Z80
            # what is not known of the curve and what no curve explains are independent
            out[f"lo-{interval:g}"] = middle - np.hypot(middle - low, reach)
            out[f"hi-{interval:g}"] = middle + np.hypot(high - middle, reach)
        out["median"] = middle
        if not sales:
            _hold_together(out, rows=(sums[:, 0] < 0.5) & (group.growth.rising))
        return {name: np.maximum(values, 0) * level for name, values in out.items()}


def _pulled(atoms: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """For what is still to come: each atom's weight beside its posterior one, and what its sales are multiplied by.

    The next sales of a flow follow its own last ones more closely than a curve through the whole record does. So every
    atom's path is moved part of the way (``pull``, a power) to start from them: an atom's own recent pace is divided
    out here, the series' multiplied in by ``_own_pace``. Levels need none of this: they start from the present one.
    """
    d, s = atoms.dictionary, atoms.settings
    if not atoms.flow:
        return np.ones(len(d)), np.ones(len(d))
    back = d.ratio(-RECENT / atoms.steps)[:, 0] / atoms.share_seen
    pace = np.maximum(1 / atoms.share_seen - back, 1e-9) / RECENT
    return d.fraction**s.sales_power, pace**-s.pull


def _own_pace(group: Group) -> np.ndarray:
    """The recent sales of each series over its level, to the power by which forecasts are pulled to them (n)."""
    lives = group.lives
    if not group.atoms.flow:
        return np.ones(len(lives))
    last = lives.values[:, :RECENT]
    known = np.isfinite(last)
    recent = np.where(known, last, 0.0).sum(1) / np.maximum(known.sum(1), 1)
    share = recent / np.maximum(group.growth.level, 1e-300)
    return np.maximum(share, 1e-9) ** group.atoms.settings.pull


def _hold_together(paths: dict[str, np.ndarray], rows: np.ndarray) -> None:
    """Make the paths of growing stocks (``rows``) rise and their intervals widen, narrower intervals first, in place.

    Each atom's path rises; what falls is left of the grid on which quantiles are read, and of noise that grows faster
    than the level."""
    for name, values in paths.items():
        if not name.startswith("hi-"):
            values[rows] = np.maximum.accumulate(values[rows], axis=1)
    inner = paths["median"][rows]
    for name in [n for n in paths if n.startswith("hi-")]:
        low, high = paths[f"lo-{name[3:]}"][rows], np.maximum.accumulate(paths[name][rows], axis=1)
        inner = np.maximum(low + np.maximum.accumulate(high - low, axis=1), inner)
        paths[name][rows] = inner


@dataclass(frozen=True)
class Buyers:
    """How the adopters between two times fall over the categories; times in periods from now (n), start < end.

    Inside the record the course is the record's own; before and after it, the curves'.
    """

    start: float
    end: float

    def prepare(self, atoms: Atoms) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Columns of what comes after now, and of what came before it where the record does not tell."""
        d, steps = atoms.dictionary, atoms.steps
        scale = 1 / (d.fraction * atoms.share_seen)
        later = past = None
        if self.end > 0:
            # by the curves, as the forecast's mean does, so that both tell of the same number of adopters
            weight, slow = _pulled(atoms)
            gained = _by_category(*(d.level(max(t, 0.0) / steps)[:, 0] for t in (self.start, self.end)))
            later = np.vstack([weight, (gained * (scale * weight * slow)[:, None]).T]).astype(np.float32)
        if self.start < 0 and atoms.open_start:
            # of a flow the record's part of the level differs by atom, so its past goes by the curves
            gained = _by_category(*(d.level(min(t, 0.0) / steps)[:, 0] for t in (self.start, self.end)))
            past = (gained * scale[:, None]).T.astype(np.float32)
        return later, past

    def finish(
        self, ready: tuple[np.ndarray | None, np.ndarray | None], part: Chunk
    ) -> dict[str, np.ndarray]:
        later, past = ready
        group = part.group
        gained = np.zeros((len(group.rows), 5))
        if later is not None:
            sums = part.sums(later)
            gained += sums[:, 1:] * _own_pace(group)[:, None] / sums[:, :1]
        if past is not None:
            gained += part.sums(past)
        elif self.start < 0:
            top = np.maximum(group.growth.level, 1e-300)
            begin, finish = (_below(_level_at(part, min(t, 0.0)) / top, part) for t in (self.start, self.end))
            gained += np.clip(finish - begin, 0, None)
        buyers = gained * group.growth.level[:, None]
        total = buyers.sum(1)
        shares = buyers / np.where(total > 0, total, np.nan)[:, None]
        return {"shares": shares, "adopters": total}


def _below(reached: np.ndarray, part: Chunk) -> np.ndarray:
    """Mean adopters of each category up to a level ``reached`` (n, over the present one), over that one (n × 5)."""
    at = np.clip(reached * part.group.atoms.rising[0][:, None], 0, 1)
    upto = [(np.minimum(at, border) * part.rising).sum(0) for border in BORDERS[1:]]
    return np.diff(np.stack(upto, axis=1), axis=1, prepend=0.0)


def _by_category(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Part of [begin, end] (fractions) that lies in each category; a decline brings no adopters."""
    lo, hi = np.maximum(begin[:, None], BORDERS[:-1]), np.minimum(end[:, None], BORDERS[1:])
    return np.clip(hi - lo, 0.0, None)


def _level_at(part: Chunk, periods: float) -> np.ndarray:
    """The record's own level ``periods`` (≤ 0) from now; before the record, the first level falling to zero."""
    values = part.levels
    at = -periods
    low = int(np.floor(at))
    high = low + 1
    width = values.shape[1]
    left = values[:, min(low, width - 1)]
    right = values[:, min(high, width - 1)]
    share = at - low
    return np.nan_to_num(left) * (1 - share) + np.nan_to_num(right) * share


@dataclass(frozen=True)
class Parameters:
    """Potential m, speed, date of the greatest adoption per period; Bass p and q where the launch is known."""

    def prepare(self, atoms: Atoms) -> dict[str, Quantiles]:
        d = atoms.dictionary
        bass = np.isfinite(d.external)
        out = {"speed": Quantiles(d.speed, bins=16), "busiest": Quantiles(d.steps_to_busiest)}
        if bass.any():
            p = np.where(bass, d.external * d.speed, 0.0)
            q = np.where(bass, (1 - d.external) * d.speed, 0.0)
            out["p"] = Quantiles(p, bass.astype(float), bins=160)
            out["q"] = Quantiles(q, bass.astype(float), bins=160)
        return out

    def finish(self, ready: dict[str, Quantiles], part: Chunk) -> dict[str, np.ndarray]:
        lives, steps = part.group.lives, part.group.atoms.steps
        per_year = (lives.per_year / steps)[:, None]
        found = {name: np.stack(q.at(part, MIDDLE_80), axis=1) for name, q in ready.items()}
        out = {name: values * (steps if name == "busiest" else per_year) for name, values in found.items()}
        for name in ("p", "q"):
            out.setdefault(name, np.full((len(lives), 3), np.nan))
        return out


@dataclass(frozen=True)
class Course:
    """Fraction reached at several times (periods from now): median and 80 % band, for charts."""

    times: tuple[float, ...]

    def prepare(self, atoms: Atoms) -> list[Quantiles]:
        levels = atoms.dictionary.level(np.asarray(self.times, float) / atoms.steps)
        return [Quantiles(levels[:, k]) for k in range(levels.shape[1])]

    def finish(self, ready: list[Quantiles], part: Chunk) -> dict[str, np.ndarray]:
        by_time = zip(*(q.at(part, MIDDLE_80) for q in ready), strict=True)
        return {
            name: np.stack(at, axis=1) for name, at in zip(("median", "low", "high"), by_time, strict=True)
        }
