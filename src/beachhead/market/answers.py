"""The answers that the engine gives, each as columns over the atoms: standing, forecast, buyers, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from beachhead.tables.categories import CUTS

from .dictionary import Dictionary
from .lives import native_levels
from .posterior import Z80, Group, known_potential
from .projections import Chunk, Quantiles, interpolate

BORDERS = np.r_[0.0, CUTS, 1.0]
RECENT = 2  # last periods whose mean is a flow's present pace
EDGES = 112  # of a forecast's distribution: where many atoms lie is not where the posterior does, so few edges bias it
CLOSE = (
    0.12  # log standard deviation of a potential below which the grid of fractions is the coarser of the two
)


def normal_cdf(z: np.ndarray) -> np.ndarray:
    """Standard normal distribution function."""
    return np.vectorize(NormalDist().cdf, otypes=[float])(z)


class Standing:
    """Where a series stands: category weights, fraction reached, odds of having crossed, potential."""

    def columns(self, group: Group) -> np.ndarray:
        d = group.dictionary
        self.fraction = FractionQuantiles(d)
        flags = np.stack([d.crossed, d.in_saddle, d.after], axis=1)
        columns = [d.categories, flags, self.fraction.columns]
        if group.open_start:
            self.potential = Quantiles.of(1 / (d.fraction * group.share_seen))
            columns.append(self.potential.columns)
        return np.hstack(columns)

    def finish(self, sums: np.ndarray, part: Chunk) -> dict[str, np.ndarray]:
        group = part.group
        floor = group.settings.category_floor
        categories = sums[:, :5] / sums[:, :5].sum(1, keepdims=True)
        crossed = sums[:, 5]
        split = 8 + len(self.fraction.edges)
        reached = np.stack([self.fraction.at(sums[:, 8:split], p) for p in (0.5, 0.1, 0.9)], axis=1)
        level = group.growth.level
        if group.open_start:
            share = np.stack([self.potential.at(sums[:, split:], p) for p in (0.5, 0.1, 0.9)], axis=1)
        else:
            share = 1 / reached[:, [0, 2, 1]]
        middle, spread = known_potential(group)
        close = (spread < CLOSE) & (sums[:, 7] < 0.5) & (not group.open_start)
        if close.any():
            # a potential known more closely than the grid: the fraction is the level over it
            at, by = -middle[close], spread[close]
            reached[close] = np.minimum(np.exp(at[:, None] + by[:, None] * np.array([0, -Z80, Z80])), 1.0)
            share[close] = np.exp(-at[:, None] + by[:, None] * np.array([0, -Z80, Z80]))
            below = normal_cdf((np.log(CUTS) - at[:, None]) / by[:, None])
            categories[close] = np.diff(below, axis=1, prepend=0.0, append=1.0)
            crossed[close] = (1 - below[:, 1]) * (1 - sums[close, 6])
        categories = np.maximum(categories, floor)
        return {
            "categories": categories / categories.sum(1, keepdims=True),
            "crossed": np.clip(crossed, 0, 1),
            "in_saddle": np.clip(sums[:, 6], 0, 1),
            "past_peak": np.clip(sums[:, 7], 0, 1),
            "fraction": reached,
            "potential": level[:, None] * share,
        }


class FractionQuantiles:
    """Distribution of the fraction reached; each atom's weight is spread evenly (in logits) over its cell."""

    def __init__(self, d: Dictionary) -> None:
        borders = np.unique(np.round(np.concatenate([d.low, d.high]), 12))
        count = 160
        if len(borders) > count:
            borders = borders[np.unique(np.linspace(0, len(borders) - 1, count).astype(int))]
        self.edges = borders
        z, lo, hi = (np.log(v / (1 - v)) for v in (borders, d.low, d.high))
        self.columns = np.clip((z[None, :] - lo[:, None]) / (hi - lo)[:, None], 0.0, 1.0)

    def at(self, sums: np.ndarray, probability: float) -> np.ndarray:
        top = sums.max(1)
        return interpolate(self.edges, sums, probability * top)


@dataclass
class Forecast:
    """Levels (or sales per period) ``horizon`` periods ahead: median, mean, intervals at each level in percent.

    ``total`` asks for what the next h periods bring together, h = 1 … horizon, instead of the level or the sales of
    each: the quantile of a sum is not the sum of quantiles. Every atom is a whole path, so the quantiles of a growing
    stock hold together: neither its middle nor an end of an interval falls, and no interval narrows.
    """

    horizon: int
    levels: tuple[float, ...]
    total: bool = False

    def columns(self, group: Group) -> np.ndarray:
        d = group.dictionary
        self.flow = bool(group.lives.flow[0])
        self.sales = self.flow and not self.total
        ahead = d.ratio(np.arange(self.horizon + 1.0) / group.lives.steps[0]) / group.share_seen[:, None]
        values = ahead[:, 1:] - ahead[:, :1] if self.total else ahead[:, 1:]
        values = np.diff(ahead, axis=1) if self.sales else values
        weight, slow = _pulled(group)
        values = values * slow[:, None]
        self.quantiles = [Quantiles.of(values[:, h], weight, bins=EDGES) for h in range(self.horizon)]
        return np.hstack(
            [
                d.after[:, None],
                weight[:, None],
                values * weight[:, None],
                *(q.columns for q in self.quantiles),
            ]
        )

    def finish(self, sums: np.ndarray, part: Chunk) -> dict[str, np.ndarray]:
        group, s = part.group, part.group.settings
        level = group.growth.level[:, None]
        per_step = 1.0 / group.lives.steps[0]
        step = s.noise_sales if self.flow else s.noise_step
        noise = step * group.growth.unit * group.growth.recent + s.noise_residual * part.residual
        borders = np.cumsum([self.horizon, *(q.columns.shape[1] for q in self.quantiles)])[:-1]
        mean, *parts = np.split(sums[:, 2:], borders, axis=1)
        by_period = list(zip(self.quantiles, parts, strict=True))
        pace = _own_pace(group)[:, None]

        def at(probability: float) -> np.ndarray:
            return np.stack([q.at(x, probability) for q, x in by_period], axis=1) * pace

        h = np.arange(1, self.horizon + 1) * per_step
        # the noise of a level adds up over the periods, that of sales per period does not
        spread = noise[:, None] * (np.full(self.horizon, per_step) if self.sales else np.sqrt(h))
        middle, out = at(0.5), {"mean": mean * pace / sums[:, 1:2]}
        for interval in sorted(self.levels):
            tail = (1 - interval / 100) / 2
            reach = spread * NormalDist().inv_cdf(1 - tail) / Z80
            # what is not known of the curve and what no curve explains are independent
            out[f"lo-{interval:g}"] = middle - np.hypot(middle - at(tail), reach)
            out[f"hi-{interval:g}"] = middle + np.hypot(at(1 - tail) - middle, reach)
        out["median"] = middle
        if not self.sales:
            _hold_together(out, rows=(sums[:, 0] < 0.5) & (group.growth.rising))
        return {name: np.maximum(values, 0) * level for name, values in out.items()}


def _pulled(group: Group) -> tuple[np.ndarray, np.ndarray]:
    """For what is still to come: each atom's weight beside its posterior one, and what its sales are multiplied by.

    The next sales of a flow follow its own last ones more closely than a curve through the whole record does. So every
    atom's path is moved part of the way (``pull``, a power) to start from them: an atom's own recent pace is divided
    out here, the series' multiplied in by ``_own_pace``. Levels need none of this: they start from the present one.
    """
    d, s = group.dictionary, group.settings
    if not group.lives.flow[0]:
        return np.ones(len(d)), np.ones(len(d))
    back = d.ratio(-RECENT / group.lives.steps[0])[:, 0] / group.share_seen
    pace = np.maximum(1 / group.share_seen - back, 1e-9) / RECENT
    return d.fraction**s.sales_power, pace**-s.pull


def _own_pace(group: Group) -> np.ndarray:
    """The recent sales of each series over its level, to the power by which forecasts are pulled to them (n)."""
    lives = group.lives
    if not lives.flow[0]:
        return np.ones(len(lives))
    last = lives.values[:, :RECENT]
    known = np.isfinite(last)
    recent = np.where(known, last, 0.0).sum(1) / np.maximum(known.sum(1), 1)
    share = recent / np.maximum(group.growth.level, 1e-300)
    return np.maximum(share, 1e-9) ** group.settings.pull


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


@dataclass
class Buyers:
    """How the adopters between two times fall over the categories; times in periods from now (n), start < end.

    Inside the record the course is the record's own; before and after it, the curves'.
    """

    start: float
    end: float

    def columns(self, group: Group) -> np.ndarray:
        d, steps = group.dictionary, group.lives.steps[0]
        # later: by the curves, as the forecast's mean does, so that both tell of the same number of adopters
        t0, t1 = max(self.start, 0.0), max(self.end, 0.0)
        later = _by_category(d.level(t0 / steps)[:, 0], d.level(t1 / steps)[:, 0])
        scale = 1 / (d.fraction * group.share_seen)
        weight, slow = _pulled(group)
        columns = [weight[:, None], later * (scale * weight * slow)[:, None]]
        self.fractions = np.unique(d.fraction)
        if len(self.fractions) > 96:
            self.fractions = np.quantile(d.fraction, np.linspace(0, 1, 96))
        if group.open_start:
            # of a flow the record's part of the level differs by atom, so its past goes by the curves
            t0, t1 = min(self.start, 0.0), min(self.end, 0.0)
            past = _by_category(d.level(t0 / steps)[:, 0], d.level(t1 / steps)[:, 0])
            return np.hstack([*columns, past * scale[:, None]])
        nearest = np.abs(d.fraction[:, None] - self.fractions).argmin(1)
        here = np.zeros((len(d), len(self.fractions)))
        here[np.arange(len(d)), nearest] = ~d.after
        return np.hstack([*columns, here])

    def finish(self, sums: np.ndarray, part: Chunk) -> dict[str, np.ndarray]:
        group = part.group
        level = group.growth.level[:, None]
        buyers = sums[:, 1:6] * _own_pace(group)[:, None] / sums[:, :1] * level
        if group.open_start:
            buyers += sums[:, 6:] * level
        elif self.start < 0:
            begin = _level_at(group, min(self.start, 0.0))
            finish = _level_at(group, min(self.end, 0.0))
            top = np.maximum(group.growth.level, 1e-300)
            lo = np.clip(np.multiply.outer(begin / top, self.fractions), 0, 1)[:, :, None]
            hi = np.clip(np.multiply.outer(finish / top, self.fractions), 0, 1)[:, :, None]
            gained = np.clip(np.minimum(hi, BORDERS[1:]) - np.maximum(lo, BORDERS[:-1]), 0, None)
            buyers += np.einsum("nf,nfc->nc", sums[:, 6:] / self.fractions, gained) * level
        total = buyers.sum(1)
        shares = buyers / np.where(total > 0, total, np.nan)[:, None]
        return {"shares": shares, "adopters": total}


def _by_category(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Part of [begin, end] (fractions) that lies in each category; a decline brings no adopters."""
    lo, hi = np.maximum(begin[:, None], BORDERS[:-1]), np.minimum(end[:, None], BORDERS[1:])
    return np.clip(hi - lo, 0.0, None)


def _level_at(group: Group, periods: float) -> np.ndarray:
    """The record's own level ``periods`` (≤ 0) from now; before the record, the first level falling to zero."""
    values, _ = native_levels(group.lives)
    at = -periods
    low = int(np.floor(at))
    high = low + 1
    width = values.shape[1]
    left = values[:, min(low, width - 1)]
    right = values[:, min(high, width - 1)]
    share = at - low
    return np.nan_to_num(left) * (1 - share) + np.nan_to_num(right) * share


class Parameters:
    """Potential m, speed, date of the greatest adoption per period; Bass p and q where the launch is known."""

    def columns(self, group: Group) -> np.ndarray:
        d = group.dictionary
        bass = np.isfinite(d.external)
        self.q = {
            "speed": Quantiles.of(d.speed, bins=16),
            "busiest": Quantiles.of(d.steps_to_busiest),
        }
        if bass.any():
            p = np.where(bass, d.external * d.speed, 0.0)
            q = np.where(bass, (1 - d.external) * d.speed, 0.0)
            self.q["p"] = Quantiles.of(p, bass.astype(float), bins=160)
            self.q["q"] = Quantiles.of(q, bass.astype(float), bins=160)
        return np.hstack([q.columns for q in self.q.values()])

    def finish(self, sums: np.ndarray, part: Chunk) -> dict[str, np.ndarray]:
        steps = part.group.lives.steps[0]
        per_year = part.group.lives.per_year / steps
        borders = np.cumsum([q.columns.shape[1] for q in self.q.values()])[:-1]
        out = {}
        n = len(sums)
        for (name, quantiles), mine in zip(self.q.items(), np.split(sums, borders, axis=1), strict=True):
            values = np.stack([quantiles.at(mine, p) for p in (0.5, 0.1, 0.9)], axis=1)
            values = values * per_year[:, None] if name in ("speed", "p", "q") else values * steps
            out[name] = values
        for name in ("p", "q"):
            out.setdefault(name, np.full((n, 3), np.nan))
        return out


@dataclass
class Course:
    """Fraction reached at several times (periods from now): median and 80 % band, for charts."""

    times: tuple[float, ...]

    @cached_property
    def grid(self) -> np.ndarray:
        return np.asarray(self.times, float)

    def columns(self, group: Group) -> np.ndarray:
        levels = group.dictionary.level(self.grid / group.lives.steps[0])
        self.quantiles = [Quantiles.of(levels[:, k]) for k in range(levels.shape[1])]
        return np.hstack([q.columns for q in self.quantiles])

    def finish(self, sums: np.ndarray, part: Chunk) -> dict[str, np.ndarray]:
        borders = np.cumsum([q.columns.shape[1] for q in self.quantiles])[:-1]
        pairs = list(zip(self.quantiles, np.split(sums, borders, axis=1), strict=True))
        return {
            name: np.stack([q.at(x, p) for q, x in pairs], axis=1)
            for name, p in (("median", 0.5), ("low", 0.1), ("high", 0.9))
        }
