"""Every series against every atom in one multiplication, and what the user knows, as weights that sum to one.

The likelihood of an atom is (SSE + s)^−2, the noise variance integrated out, with SSE the discounted squared distance
between the series' increments over its present level and the atom's, plus a little of the same for the square root
of the level. Expanding the square turns all of it into one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .dictionary import Dictionary, generic, joined, launched
from .laws import SPREAD
from .lives import Growth, Lives, growth
from .settings import Settings

BASS_ODDS = 1.0  # with a known launch, the Bass curve and all other shapes are believed equally
NEAR_LAUNCH = 0.02  # a shape without a beginning has reached about this much at its launch
Z80 = 1.2815515655446004


@dataclass(frozen=True)
class Group:
    """Series that share a dictionary: ``rows`` of the whole, their ``lives`` and ``growth``, the ``dictionary``.

    ``share_seen`` (A) is the part of the present level that lies in the record: one unless a flow's beginnings are
    unknown, when it is the atom's own share. Levels are ``growth.level / share_seen``.
    """

    rows: np.ndarray
    lives: Lives
    growth: Growth
    dictionary: Dictionary
    share_seen: np.ndarray
    open_start: bool
    settings: Settings

    def slice(self, start: int, size: int) -> Group:
        """``size`` of the group's series from ``start``, or as many as there are."""
        rows = np.arange(start, min(start + size, len(self.rows)))
        growth = Growth(**{name: getattr(self.growth, name)[rows] for name in Growth.__dataclass_fields__})
        piece = replace(self, rows=self.rows[rows], lives=self.lives.take(rows), growth=growth)
        for name in ("prior", "positions", "compared"):
            piece.__dict__[name] = getattr(self, name)
        return piece

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Posterior weights of the atoms (n × A, float32, not normalised), and the root mean square of what the
        curves leave unexplained of a step's growth over the present level (n)."""
        s, g, d = self.settings, self.growth, self.dictionary
        noise = s.floor_energy * g.energy + s.floor_roughness * g.rough * g.weight.sum(1) + 1e-9
        # distances in units of the noise, so that single precision is enough for any scale
        distance = _distance(self, noise)
        weights = distance + np.float32(1.0)
        weights *= weights
        np.divide(self.prior, weights, out=weights)
        if self.open_start:
            weights *= _beginning(s, d.fraction * (1 - self.share_seen)).astype(np.float32)
            weights *= _knowledge(self, d.fraction * self.share_seen, d).astype(np.float32)
        else:
            # what depends on the position alone is worked out once per position
            fractions, place = self.positions
            first = np.nan_to_num(g.first, nan=1e-3)[:, None] * fractions
            weights *= (_beginning(s, first) * _knowledge(self, fractions, d)).astype(np.float32)[:, place]
        fell = np.flatnonzero(g.fallen > 0.01)
        if len(fell):
            # a life still on the rise does not fall: what noise does not explain speaks for one past its peak
            still = (1 + (g.fallen[fell, None] / s.dip) ** 6) ** -s.dip_slope
            weights[fell] *= np.where(d.after, 1.0, still).astype(np.float32)
        unexplained = np.einsum("na,na->n", weights, distance) / weights.sum(1)
        return weights, g.unit * np.sqrt(unexplained * noise / np.maximum(g.weight.sum(1), 1e-9))

    @cached_property
    def prior(self) -> np.ndarray:
        """Prior odds of the atoms, the likeliest at one (A, float32)."""
        return np.exp(self.dictionary.log_prior - self.dictionary.log_prior.max()).astype(np.float32)

    @cached_property
    def positions(self) -> tuple[np.ndarray, np.ndarray]:
        """The distinct fractions of the dictionary, and each atom's place among them."""
        return np.unique(self.dictionary.fraction, return_inverse=True)

    @cached_property
    def compared(self) -> np.ndarray:
        """What the dictionary puts into the expanded square (features × A, float32)."""
        K = self.settings.window
        back = self.dictionary.level(-np.arange(K + 1.0))
        back /= back.max(1, keepdims=True)
        grew = (back[:, :-1] - back[:, 1:]) / self.share_seen[:, None]
        columns = [-2 * grew, grew**2]
        if not self.open_start:
            # what happened before a flow's record is unknown, and its levels with it
            root = 1 - np.sqrt(back)
            columns += [-2 * root, root**2]
        return np.ascontiguousarray(np.hstack(columns).T, dtype=np.float32)


def groups(lives: Lives, settings: Settings, fixed: tuple[float, float] | None = None) -> Iterator[Group]:
    """Series grouped by the dictionary that fits them; ``fixed`` holds known (p, q) per year."""
    everything = growth(lives, settings)
    observed = np.where(lives.open_start, everything.observed, 0.0)
    age = lives.age / lives.steps
    key = np.stack([observed, np.nan_to_num(age, nan=-1.0), lives.steps, lives.flow, lives.per_year], axis=1)
    kinds, which = np.unique(key, axis=0, return_inverse=True)
    order = np.argsort(which, kind="stable")
    for (seen, since, steps, _, per_year), rows in zip(
        kinds, np.split(order, np.cumsum(np.bincount(which, minlength=len(kinds)))[:-1]), strict=True
    ):
        dictionary = _dictionary(float(since), float(steps / per_year), settings, fixed)
        share_seen = np.ones(len(dictionary))
        if seen > 0:
            share_seen = np.clip(1 - dictionary.ratio(-seen)[:, 0], 1e-6, 1.0)
        part = Growth(**{name: getattr(everything, name)[rows] for name in Growth.__dataclass_fields__})
        yield Group(rows, lives.take(rows), part, dictionary, share_seen, bool(seen > 0), settings)


def _dictionary(
    age: float, years: float, settings: Settings, fixed: tuple[float, float] | None
) -> Dictionary:
    if age < 0:
        return generic(settings)
    if fixed is not None:
        p, q = fixed[0] * years, fixed[1] * years
        return launched(age, settings, (p / (p + q),), (p + q,))
    shapes = generic(settings)
    at_launch = shapes.level(-age)[:, 0]
    consistent = shapes.log_prior - 2 * np.log1p((at_launch / NEAR_LAUNCH) ** 2)
    return joined(replace(shapes, log_prior=consistent), launched(age, settings), BASS_ODDS)


def known_potential(group: Group) -> tuple[np.ndarray, np.ndarray]:
    """Logarithm of the potential over the present level, and its standard deviation (n each, NaN where not known).

    From the stated 80 % range and from records that obey a law without error, weighted by their precision. Of a flow
    whose beginnings are unknown the level is what the record has sold.
    """
    lives, g = group.lives, group.growth
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.log(lives.low), np.log(lives.high)
        stated = (low + high) / 2 - np.log(g.level)
        precision = (2 * Z80 / (high - low)) ** 2
        exact = np.log(np.where(group.open_start, np.nan, g.exact))
    sharp = np.where(np.isfinite(exact), SPREAD**-2, 0.0)
    precision = np.where(np.isfinite(precision), precision, 0.0)
    total = precision + sharp
    known = total > 0
    middle = (np.nan_to_num(stated) * precision + np.nan_to_num(exact) * sharp) / np.where(known, total, 1.0)
    return np.where(known, middle, np.nan), np.where(known, total, np.nan) ** -0.5


def _distance(group: Group, unit: np.ndarray) -> np.ndarray:
    """Discounted squared distance of each series from each atom in units of ``unit`` (n × A, float32)."""
    g = group.growth
    columns = [g.weight * g.grew, g.weight]
    energy = g.energy
    if not group.open_start:
        columns += [g.root_weight * g.root, g.root_weight]
        energy = energy + g.root_energy
    mine = (np.hstack(columns) / unit[:, None]).astype(np.float32)
    distance = mine @ group.compared
    distance += (energy / unit).astype(np.float32)[:, None]
    return np.maximum(distance, 0, out=distance)


def _beginning(s: Settings, at_start: np.ndarray) -> np.ndarray:
    """A record is believed to begin early in a life, unless it does not: odds of a fraction at its start."""
    early = (1 + (at_start / s.start) ** s.start_power) ** -s.start_slope
    return s.start_anywhere + (1 - s.start_anywhere) * early


def _knowledge(group: Group, fraction: np.ndarray, d: Dictionary) -> np.ndarray:
    """What is known of the potential m = level / fraction: a range, a hard ceiling (n × F, or 1 × 1)."""
    lives, g = group.lives, group.growth
    middle, spread = known_potential(group)
    ranged, capped = np.isfinite(middle), np.isfinite(lives.ceiling)
    left = group.open_start & np.isfinite(g.exact)
    if not (ranged.any() or capped.any() or left.any()):
        return np.ones((1, 1))
    log_m = -np.log(fraction)
    out = np.zeros((len(lives), len(fraction)))
    # no range is narrower than the cell of fractions that an atom stands for
    cell = np.interp(fraction, *_cell_widths(d))
    if ranged.any():
        wide = np.sqrt(spread[ranged, None] ** 2 + cell**2)
        out[ranged] -= ((log_m - middle[ranged, None]) / wide) ** 2 / 2
    if capped.any():
        top = np.log(lives.ceiling[capped]) - np.log(np.maximum(g.level[capped], 1e-300))
        out[capped] -= group.settings.ceiling_power * np.maximum(log_m - top[:, None], 0)
    if left.any():
        # a flow that obeys its law tells what is still to be sold, whatever came before the record
        to_come = np.log((1 - d.fraction) / fraction)
        told = np.log(np.maximum(g.exact[left] - 1, 1e-6))[:, None]
        out[left] -= ((to_come - told) / np.sqrt(SPREAD**2 + cell**2 / (1 - d.fraction) ** 2)) ** 2 / 2
    return np.exp(out - out.max(1, keepdims=True))


def _cell_widths(d: Dictionary) -> tuple[np.ndarray, np.ndarray]:
    """Positions and the standard deviation of log fraction within their cells."""
    position, first = np.unique(d.fraction, return_index=True)
    return position, np.log(d.high[first] / d.low[first]) / np.sqrt(12)
