"""Every series against every atom in one multiplication, and what the user knows, as weights that sum to one.

The likelihood of an atom is (SSE + s)^−2, the noise variance integrated out, with SSE the discounted squared distance
between the series' increments over its present level and the atom's, plus a little of the same for the square root
of the level. Expanding the square turns all of it into one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from . import kernel
from .dictionary import Dictionary, generic, joined, launched
from .laws import SPREAD
from .lives import Growth, Lives, growth
from .settings import Settings
from .views import likelihood

BASS_ODDS = 1.0  # with a known launch, the Bass curve and all other shapes are believed equally
NEAR_LAUNCH = 0.02  # a shape without a beginning has reached about this much at its launch
MOST_FRACTIONS = 96
Z80 = 1.2815515655446004


@dataclass(frozen=True, eq=False)
class Atoms:
    """A dictionary as it meets series of one kind, and everything about it that does not depend on their figures.

    ``share_seen`` (A) is the part of the present level that lies in the record: one unless a flow's beginnings are
    unknown (``open_start``), when it is the atom's own share. ``steps`` is the series' own periods per step.
    """

    dictionary: Dictionary
    share_seen: np.ndarray
    open_start: bool
    flow: bool
    steps: float
    settings: Settings

    @cached_property
    def prior(self) -> np.ndarray:
        """Prior odds of the atoms, the likeliest at one (A, float32)."""
        log_prior = self.dictionary.log_prior
        return np.exp(log_prior - log_prior.max()).astype(np.float32)

    @cached_property
    def positions(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The distinct fractions, once on the rise and once after the peak (F each: fraction, whether after), and
        each atom's place among them."""
        d = self.dictionary
        distinct, place = np.unique(d.fraction + 2.0 * d.after, return_inverse=True)
        after = distinct > 1.5
        return distinct - 2.0 * after, after, place.astype(np.int32)

    @cached_property
    def compared(self) -> np.ndarray:
        """What the dictionary puts into the expanded square (A × features, float32)."""
        K = self.settings.window
        back = self.dictionary.level(-np.arange(K + 1.0))
        back /= back.max(1, keepdims=True)
        grew = (back[:, :-1] - back[:, 1:]) / self.share_seen[:, None]
        columns = [-2 * grew, grew**2]
        if not self.open_start:
            # what happened before a flow's record is unknown, and its levels with it
            root = 1 - np.sqrt(back)
            columns += [-2 * root, root**2]
        return np.ascontiguousarray(np.hstack([*columns, np.ones((len(back), 1))]), dtype=np.float32)

    @cached_property
    def rising(self) -> tuple[np.ndarray, np.ndarray]:
        """Where lives on the rise may stand (F), and which atoms do, each one over its place (F × A, float32)."""
        d = self.dictionary
        fractions = np.unique(d.fraction)
        if len(fractions) > MOST_FRACTIONS:
            fractions = np.quantile(d.fraction, np.linspace(0, 1, MOST_FRACTIONS))
        nearest = np.abs(d.fraction[:, None] - fractions).argmin(1)
        here = np.zeros((len(fractions), len(d)), np.float32)
        here[nearest, np.arange(len(d))] = ~d.after / fractions[nearest]
        return fractions, here

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What answers have worked out for these atoms, by answer."""
        return {}


@dataclass(frozen=True)
class Group:
    """Series that share their atoms: ``rows`` of the whole, their ``lives`` and ``growth``.

    Levels are ``growth.level / atoms.share_seen``.
    """

    rows: np.ndarray
    lives: Lives
    growth: Growth
    atoms: Atoms

    def slice(self, start: int, size: int) -> Group:
        """``size`` of the group's series from ``start``, or as many as there are."""
        if start == 0 and size >= len(self.rows):
            return self
        rows = slice(start, start + size)
        return Group(self.rows[rows], self.lives.take(rows), self.growth.take(rows), self.atoms)

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Posterior weights of the atoms (A + 1 × n, float32; every column sums to one, the last row is zero), and the
        root mean square of what the curves leave unexplained of a step's growth over the present level (n)."""
        atoms, g = self.atoms, self.growth
        s, d = atoms.settings, atoms.dictionary
        noise = s.floor_energy * g.energy + s.floor_roughness * g.rough * g.weight.sum(1) + 1e-9
        # distances in units of the noise, so that single precision is enough for any scale
        far = _distance(self, noise)  # and one more
        factor, place = self._factors()
        weights = np.empty((len(d) + 1, len(noise)), np.float32)
        weights[-1] = 0.0
        odds = weights[:-1]
        if kernel.LIBRARY is not None:
            unexplained = kernel.weigh(kernel.LIBRARY, far, atoms.prior, factor, place, odds)
        else:
            # rounding alone makes a square negative; a row of ones is much faster than a single one
            np.maximum(far, np.ones(len(noise), np.float32), out=far)
            np.multiply(far, far, out=odds)
            np.divide(atoms.prior[:, None], odds, out=odds)
            odds *= factor if len(factor) == len(d) else factor.take(place, axis=0)
            odds /= odds.sum(0)
            far -= np.float32(1.0)
            far *= odds
            unexplained = far.sum(0)
        return weights, g.unit * np.sqrt(unexplained * noise / np.maximum(g.weight.sum(1), 1e-9))

    def _factors(self) -> tuple[np.ndarray, np.ndarray]:
        """What is believed of where a series stands, beside how well the curves fit (F × n, float32), and the row of
        each atom (A, int32): what depends on the position alone is worked out once per position."""
        atoms, g = self.atoms, self.growth
        s, d = atoms.settings, atoms.dictionary
        # a life still on the rise does not fall: what noise does not explain speaks for one past its peak
        still = ((1 + (g.fallen / s.dip) ** 6) ** -s.dip_slope).astype(np.float32)
        if atoms.open_start:
            reached, after, place = d.fraction * atoms.share_seen, d.after, np.arange(len(d), dtype=np.int32)
            begun = _beginning(s, (d.fraction - reached).astype(np.float32))[:, None]
        else:
            reached, after, place = atoms.positions
            first = np.nan_to_num(g.first, nan=1e-3).astype(np.float32)
            begun = _beginning(s, reached.astype(np.float32)[:, None] * first)
        factor = begun * np.where(after[:, None], np.float32(1.0), still)
        if (known := _knowledge(self, reached)) is not None:
            factor *= known.T.astype(np.float32)
        fraction = d.fraction if atoms.open_start else reached
        if (viewed := likelihood(self.lives.viewed, fraction)) is not None:
            factor *= viewed.T.astype(np.float32)
        return np.ascontiguousarray(factor), place


def groups(lives: Lives, settings: Settings, fixed: tuple[float, float] | None = None) -> list[Group]:
    """Series grouped by the dictionary that fits them; ``fixed`` holds known (p, q) per year."""
    everything = growth(lives, settings)
    observed = np.where(lives.open_start, everything.observed, 0.0)
    age = np.nan_to_num(lives.age / lives.steps, nan=-1.0)
    key = [observed, age, lives.steps, lives.flow, lives.per_year]
    out = []
    for rows in alike(*key):
        seen, since, steps, flow, per_year = (column[rows[0]].item() for column in key)
        atoms = _atoms(seen, since, steps, flow, steps / per_year if fixed else 0.0, settings, fixed)
        if len(rows) == len(lives):
            return [Group(rows, lives, everything, atoms)]
        out.append(Group(rows, lives.take(rows), everything.take(rows), atoms))
    return out


def alike(*columns: np.ndarray) -> list[np.ndarray]:
    """Rows that agree in every column (n each), as arrays of their places."""
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        if len(column) and (column != column[0]).any():
            values, which = np.unique(column, return_inverse=True)
            code = np.unique(code * len(values) + which, return_inverse=True)[1]
    order = np.argsort(code, kind="stable")
    return np.split(order, np.cumsum(np.bincount(code))[:-1]) if len(code) else []


@lru_cache(maxsize=32)
def _atoms(
    seen: float,
    since: float,
    steps: float,
    flow: bool,
    years: float,
    settings: Settings,
    fixed: tuple[float, float] | None,
) -> Atoms:
    dictionary = _dictionary(since, years, settings, fixed)
    share_seen = np.ones(len(dictionary))
    if seen > 0:
        share_seen = np.clip(1 - dictionary.ratio(-seen)[:, 0], 1e-6, 1.0)
    return Atoms(dictionary, share_seen, seen > 0, flow, steps, settings)


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
        exact = np.log(np.where(group.atoms.open_start, np.nan, g.exact))
    sharp = np.where(np.isfinite(exact), SPREAD**-2, 0.0)
    precision = np.where(np.isfinite(precision), precision, 0.0)
    total = precision + sharp
    known = total > 0
    middle = (np.nan_to_num(stated) * precision + np.nan_to_num(exact) * sharp) / np.where(known, total, 1.0)
    return np.where(known, middle, np.nan), np.where(known, total, np.nan) ** -0.5


def _distance(group: Group, unit: np.ndarray) -> np.ndarray:
    """One and the discounted squared distance of each series from each atom in units of ``unit`` (A × n, float32)."""
    g = group.growth
    columns = [g.weight * g.grew, g.weight]
    energy = g.energy
    if not group.atoms.open_start:
        columns += [g.root_weight * g.root, g.root_weight]
        energy = energy + g.root_energy
    mine = np.hstack([*columns, (energy + unit)[:, None]]) / unit[:, None]
    return group.atoms.compared @ np.ascontiguousarray(mine.T, dtype=np.float32)


def _beginning(s: Settings, at_start: np.ndarray) -> np.ndarray:
    """A record is believed to begin early in a life, unless it does not: odds of a fraction at its start."""
    late = np.exp(s.start_power * np.log(np.maximum(at_start, 1e-9) / s.start))
    early = np.exp(-s.start_slope * np.log1p(late))
    return s.start_anywhere + (1 - s.start_anywhere) * early


def _knowledge(group: Group, fraction: np.ndarray) -> np.ndarray | None:
    """What is known of the potential m = level / fraction: a range, a hard ceiling (n × F; None where nothing)."""
    lives, g, d = group.lives, group.growth, group.atoms.dictionary
    middle, spread = known_potential(group)
    ranged, capped = np.isfinite(middle), np.isfinite(lives.ceiling)
    left = np.isfinite(g.exact) & group.atoms.open_start
    if not (ranged.any() or capped.any() or left.any()):
        return None
    log_m = -np.log(fraction)
    out = np.zeros((len(lives), len(fraction)))
    # no range is narrower than the cell of fractions that an atom stands for
    cell = np.interp(fraction, *_cell_widths(d))
    if ranged.any():
        wide = np.sqrt(spread[ranged, None] ** 2 + cell**2)
        out[ranged] -= ((log_m - middle[ranged, None]) / wide) ** 2 / 2
    if capped.any():
        top = np.log(lives.ceiling[capped]) - np.log(np.maximum(g.level[capped], 1e-300))
        out[capped] -= group.atoms.settings.ceiling_power * np.maximum(log_m - top[:, None], 0)
    if left.any():
        # a flow that obeys its law tells what is still to be sold, whatever came before the record
        to_come = np.log((1 - d.fraction) / fraction)
        told = np.log(np.maximum(g.exact[left] - 1, 1e-6))[:, None]
        out[left] -= ((to_come - told) / np.sqrt(SPREAD**2 + cell**2 / (1 - d.fraction) ** 2)) ** 2 / 2
    out -= out.max(1, keepdims=True)
    return np.exp(out)


def _cell_widths(d: Dictionary) -> tuple[np.ndarray, np.ndarray]:
    """Positions and the standard deviation of log fraction within their cells."""
    position, first = np.unique(d.fraction, return_index=True)
    return position, np.log(d.high[first] / d.low[first]) / np.sqrt(12)
