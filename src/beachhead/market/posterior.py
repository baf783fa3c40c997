"""Every series against every atom in one multiplication, and what the user knows, as weights that sum to one.

The likelihood of an atom is (SSE + s)^−2, the noise variance integrated out, with SSE the discounted squared distance
between the series' increments over its present level and the atom's, plus a little of the same for the square root
of the level. Expanding the square turns all of it into one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .dictionary import Dictionary, generic, joined, launched
from .lives import Growth, Lives, growth
from .settings import Settings

BASS_ODDS = 1.0  # with a known launch, the Bass curve and all other shapes are believed equally
NEAR_LAUNCH = 0.02  # a shape without a beginning has reached about this much at its launch
SHARP_BELOW = 0.02  # unexplained energy below which the usual grid is coarser than the data
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

    def slice(self, start: int, stop: int) -> Group:
        """Some of the group's series."""
        part = slice(start, stop)
        growth = Growth(**{name: getattr(self.growth, name)[part] for name in Growth.__dataclass_fields__})
        return replace(self, rows=self.rows[part], lives=self.lives.take(part), growth=growth)

    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Posterior weights of the atoms (n × A, float32, rows sum to one), and the root mean square of what the
        curves leave unexplained of a step's growth over the present level (n)."""
        distance = np.maximum(_distance(self), 0)
        weights = _weights(self, distance)
        unexplained = np.einsum("na,na->n", weights, distance)
        residual = np.sqrt(unexplained / np.maximum(self.growth.weight.sum(1), 1e-9))
        return weights.astype(np.float32), residual


def groups(lives: Lives, settings: Settings, fixed: tuple[float, float] | None = None) -> Iterator[Group]:
    """Series grouped by the dictionary that fits them; ``fixed`` holds known (p, q) per period."""
    everything = growth(lives, settings)
    observed = np.where(lives.open_start, everything.observed, 0.0)
    age = lives.age / lives.steps
    sharp = _sharp(lives, everything)
    key = np.stack([observed, np.nan_to_num(age, nan=-1.0), sharp, lives.steps, lives.flow], axis=1)
    kinds, which = np.unique(key, axis=0, return_inverse=True)
    order = np.argsort(which, kind="stable")
    for (seen, since, fine, steps, _), rows in zip(
        kinds, np.split(order, np.cumsum(np.bincount(which, minlength=len(kinds)))[:-1]), strict=True
    ):
        dictionary = _dictionary(float(since), bool(fine), float(steps), settings, fixed)
        share_seen = np.ones(len(dictionary))
        if seen > 0:
            share_seen = np.clip(1 - dictionary.ratio(-seen)[:, 0], 1e-6, 1.0)
        part = Growth(**{name: getattr(everything, name)[rows] for name in Growth.__dataclass_fields__})
        yield Group(rows, lives.take(rows), part, dictionary, share_seen, bool(seen > 0), settings)


def _dictionary(
    age: float, sharp: bool, steps: float, settings: Settings, fixed: tuple[float, float] | None
) -> Dictionary:
    if age < 0:
        return generic(settings, sharp)
    if fixed is not None:
        p, q = fixed[0] * steps, fixed[1] * steps
        return launched(age, settings, (p / (p + q),), (p + q,))
    shapes = generic(settings, sharp)
    at_launch = shapes.level(-age)[:, 0]
    consistent = shapes.log_prior - 2 * np.log1p((at_launch / NEAR_LAUNCH) ** 2)
    return joined(replace(shapes, log_prior=consistent), launched(age, settings), BASS_ODDS)


def _sharp(lives: Lives, g: Growth) -> np.ndarray:
    """Which series deserve the fine grid: all but free of noise over six steps or more, or a potential known closely."""
    known = (g.weight > 0).sum(1) >= 6
    smooth = known & (g.rough * g.weight.sum(1) < SHARP_BELOW**2 * g.energy)
    with np.errstate(invalid="ignore", divide="ignore"):
        close = np.log(lives.high / lives.low) < 0.5
    return smooth | close


def _distance(group: Group) -> np.ndarray:
    """Discounted squared distance of each series from each atom (n × A)."""
    g, K = group.growth, group.settings.window
    back = group.dictionary.ratio(-np.arange(K + 1.0))
    grew = (back[:, :-1] - back[:, 1:]) / group.share_seen[:, None]
    if group.open_start:
        # what happened before the record is not compared: the atom's growth is taken over what the record saw
        return (
            g.energy[:, None] + np.hstack([g.weight * g.grew, g.weight]) @ np.hstack([-2 * grew, grew**2]).T
        )
    root = np.sqrt(back[:, 1:])
    mine = np.hstack([g.weight * g.grew, g.weight, g.root_weight * g.root, g.root_weight])
    theirs = np.hstack([-2 * grew, grew**2, -2 * root, root**2])
    return (g.energy + g.root_energy)[:, None] + mine @ theirs.T


def _weights(group: Group, distance: np.ndarray) -> np.ndarray:
    s, g, d = group.settings, group.growth, group.dictionary
    noise = s.floor_energy * g.energy + s.floor_roughness * g.rough * g.weight.sum(1) + 1e-9
    weights = np.exp(d.log_prior - d.log_prior.max()) / (distance + noise[:, None]) ** 2
    weights *= _beginning(group)
    weights *= _knowledge(group)
    total = weights.sum(1, keepdims=True)
    return weights / np.where(total > 0, total, 1.0)


def _beginning(group: Group) -> np.ndarray:
    """A record is believed to begin early in a life, unless it does not (n × A, or 1 × A)."""
    s, g, d = group.settings, group.growth, group.dictionary
    if group.open_start:
        at_start = (d.fraction * (1 - group.share_seen))[None, :]
    else:
        at_start = np.nan_to_num(g.first, nan=1e-3)[:, None] * d.fraction
    early = (1 + (at_start / s.start) ** s.start_power) ** -s.start_slope
    return s.start_anywhere + (1 - s.start_anywhere) * early


def _knowledge(group: Group) -> np.ndarray:
    """What the user knows of the potential m = level / fraction: an 80 % range, a hard ceiling (n × A, or 1)."""
    lives, d = group.lives, group.dictionary
    ranged, capped = np.isfinite(lives.low) & np.isfinite(lives.high), np.isfinite(lives.ceiling)
    if not (ranged.any() or capped.any()):
        return np.ones((1, 1))
    with np.errstate(divide="ignore"):
        log_m = np.log(group.growth.level)[:, None] - np.log(d.fraction * group.share_seen)
    out = np.zeros(log_m.shape)
    if ranged.any():
        low, high = np.log(lives.low[ranged]), np.log(lives.high[ranged])
        middle, spread = (low + high) / 2, (high - low) / (2 * Z80)
        # no range is narrower than the cell of fractions that an atom stands for
        cell = np.log(d.high / d.low) / np.sqrt(12)
        spread = np.sqrt(spread[:, None] ** 2 + cell**2)
        out[ranged] -= ((log_m[ranged] - middle[:, None]) / spread) ** 2 / 2
    if capped.any():
        over = np.maximum(log_m[capped] - np.log(lives.ceiling[capped])[:, None], 0)
        out[capped] -= group.settings.ceiling_power * over
    return np.exp(out - out.max(1, keepdims=True))
