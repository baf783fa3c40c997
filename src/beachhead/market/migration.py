"""How users move to a new release: curves of earlier releases, as atoms with weights.

A migration curve is G(τ), the share of all users that are on a release *or a later one*, τ periods after its launch. It
is compared as its hazard, log H = log(−log(1 − G)): "twice as many would have moved by now" adds the same everywhere.

Atoms of a release are the curves of the releases before it (each beyond its own record by its last growth, damped), their
weighted middle, and Bass curves as Norton and Bass (1987) take them. Before a release has figures of its own each atom is
shifted by as much as releases have differed; afterwards it continues from the last figure, faster or slower, and
atoms are weighted by how well they explain the release's own growth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist

import numpy as np

from .norton_bass import bass
from .settings import DEFAULT

FADES = 0.5  # weight of a release against that of the one after it
SPREAD = 0.9  # how far releases differ (log hazard) before any has been seen …
WORTH = 2  # … which counts as much as so many releases
LIMIT = 2.0  # one release that was quite unlike the rest counts as that far away
SLOWER = -0.2  # a release is a fifth slower than those before it: what six families of releases asked for
MIDDLE, GENERIC = 0.5, 0.1  # prior weight of the middle of the earlier curves, and of Bass curves
COMPARED = np.array([1.0, 2.0, 3.0, 4.0])  # periods after launch at which releases are compared
PACES = np.exp(0.35 * np.array([-1.8, -1.2, -0.6, 0.0, 0.6, 1.2, 1.8]))
SMALL = 0.005  # a share of this size is known with a relative error of about one
RECENT = 6  # own steps of growth that weigh atoms
STEEPEST = 2.5  # steepest slope of log H over log τ that is carried on
DAMPED = 0.8
NOISE = 0.15  # log standard deviation of one step's growth that no curve explains
EXTERNAL = (0.01, 0.03, 0.1)  # p / (p + q) of the Bass curves
FIRST, TINY = 1.5, 1e-5


def hazard(share: np.ndarray) -> np.ndarray:
    """Log of the cumulative hazard of a share between 0 and 1."""
    out: np.ndarray = np.log(-np.log1p(-np.clip(share, TINY, 1 - 1e-6)))
    return out


def share_of(log_hazard: np.ndarray) -> np.ndarray:
    """The share (0 to 1) of a log cumulative hazard."""
    out: np.ndarray = -np.expm1(-np.exp(np.minimum(log_hazard, 5.0)))
    return out


@dataclass(frozen=True)
class Curve:
    """The record of a release: ``age`` in periods since launch (above zero, rising), ``share`` on it or a later one."""

    name: str
    age: np.ndarray
    share: np.ndarray

    @cached_property
    def _points(self) -> tuple[np.ndarray, np.ndarray]:
        return np.log(self.age), hazard(np.maximum.accumulate(self.share))

    def at(self, age: np.ndarray) -> np.ndarray:
        """Log hazard at ``age``: between its figures on a line, after the last by its last slope, damped."""
        x, y = self._points
        t = np.log(np.maximum(np.asarray(age, float), 1e-3))
        out = np.interp(t, x, y)
        before, after = t < x[0], t > x[-1]
        back = min(3, len(x) - 1)
        slope = (y[-1] - y[-1 - back]) / (x[-1] - x[-1 - back]) if back else FIRST
        beyond = (1 - np.exp(-DAMPED * (t - x[-1]))) / DAMPED
        out[before] = (y[0] + FIRST * (t - x[0]))[before]
        out[after] = (y[-1] + min(slope, STEEPEST) * beyond)[after]
        return out


@lru_cache(maxsize=1)
def _bass_speeds() -> tuple[np.ndarray, np.ndarray]:
    speeds = np.geomspace(0.03, 2.5, 16)
    weight = np.exp(-(((np.log(speeds) - np.log(DEFAULT.speed)) / DEFAULT.speed_spread) ** 2) / 2)
    return speeds, weight / weight.sum()


@dataclass(frozen=True)
class Atoms:
    """Paths of log hazard (atoms × ages), the weight of each (sums to one), and the curve that each is taken from."""

    path: np.ndarray
    weight: np.ndarray
    like: np.ndarray  # index into ``names``
    names: tuple[str, ...]

    def by_name(self) -> dict[str, float]:
        """Weight of all atoms that are taken from each curve."""
        return {n: float(self.weight[self.like == i].sum()) for i, n in enumerate(self.names)}


BETWEEN, BASS = "the earlier releases together", "Norton-Bass"


def _fading(n: int) -> np.ndarray:
    weight = FADES ** np.arange(n - 1.0, -1.0, -1.0)
    out: np.ndarray = weight / weight.sum()
    return out


def spread_of(earlier: Sequence[Curve]) -> float:
    """How far a release lies from what those before it led to expect (standard deviation of log hazard)."""
    height = np.array([c.at(COMPARED).mean() for c in earlier])
    missed = [height[k] - _fading(k) @ height[:k] for k in range(1, len(height))]
    squares = np.minimum(np.square(missed), LIMIT**2)
    return float(np.sqrt((WORTH * SPREAD**2 + squares.sum()) / (WORTH + len(missed))))


def atoms_of(earlier: Sequence[Curve], own: Curve | None, ages: np.ndarray) -> Atoms:
    """The atoms of a release at ``ages`` (periods since its launch).

    ``earlier``: records of the releases before it, oldest first, as known now; ``own``: its own record, if it has one.
    """
    base, prior, names = _base(earlier)
    fresh = _unseen(base, prior, names, earlier, ages)
    if own is None or not len(own.age):
        return fresh
    trust = 1 / (1 + (SMALL / own.share[-1]) ** 2)
    seen = _seen(base, prior, names, earlier, own, ages)
    return Atoms(
        np.vstack([seen.path, fresh.path]),
        np.r_[trust * seen.weight, (1 - trust) * fresh.weight],
        np.r_[seen.like, fresh.like],
        names,
    )


class _Middle:
    """The weighted middle of the earlier curves."""

    def __init__(self, earlier: Sequence[Curve]) -> None:
        self._curves, self._weight = earlier, _fading(len(earlier))

    def at(self, age: np.ndarray) -> np.ndarray:
        """Log hazard at ``age``."""
        out: np.ndarray = self._weight @ np.stack([c.at(age) for c in self._curves])
        return out


class _Bass:
    """A Bass curve of speed p + q per period."""

    def __init__(self, speed: float, external: float) -> None:
        self._p, self._q = speed * external, speed * (1 - external)

    def at(self, age: np.ndarray) -> np.ndarray:
        """Log hazard at ``age``."""
        return hazard(bass(np.asarray(age, float), self._p, self._q))


def _base(
    earlier: Sequence[Curve],
) -> tuple[list[tuple[int, Curve | _Middle | _Bass]], np.ndarray, tuple[str, ...]]:
    """The curves (index of name, curve), their prior weights, the names."""
    curves: list[tuple[int, Curve | _Middle | _Bass]] = []
    weights: list[float] = []
    generic = GENERIC if earlier else 1.0
    names: tuple[str, ...] = (BASS,)
    for external in EXTERNAL:
        for speed, weight in zip(*_bass_speeds(), strict=True):
            curves.append((0, _Bass(speed, external)))
            weights.append(generic * weight / len(EXTERNAL))
    if earlier:
        names = (BASS, BETWEEN, *(c.name for c in earlier))
        curves.append((1, _Middle(earlier)))
        weights.append((1 - generic) * MIDDLE)
        for i, (curve, fading) in enumerate(zip(earlier, _fading(len(earlier)), strict=True)):
            curves.append((i + 2, curve))
            weights.append((1 - generic) * (1 - MIDDLE) * fading)
    return curves, np.array(weights), names


def _shifts(earlier: Sequence[Curve]) -> np.ndarray:
    grid = np.array([NormalDist().inv_cdf((k + 0.5) / 21) for k in range(21)])
    return SLOWER + spread_of(earlier) * grid


def _unseen(
    base: list[tuple[int, Curve | _Middle | _Bass]],
    prior: np.ndarray,
    names: tuple[str, ...],
    earlier: Sequence[Curve],
    ages: np.ndarray,
) -> Atoms:
    """Before there are own figures: every curve, shifted by as much as releases have differed."""
    paths, weights, like = [], [], []
    shifts = _shifts(earlier)
    for (index, curve), weight in zip(base, prior, strict=True):
        by = np.zeros(1) if isinstance(curve, _Bass) else shifts
        paths.append(curve.at(ages)[None, :] + by[:, None])
        weights.append(np.full(len(by), weight / len(by)))
        like.append(np.full(len(by), index))
    return Atoms(np.vstack(paths), np.concatenate(weights), np.concatenate(like), names)


def _seen(
    base: list[tuple[int, Curve | _Middle | _Bass]],
    prior: np.ndarray,
    names: tuple[str, ...],
    earlier: Sequence[Curve],
    own: Curve,
    ages: np.ndarray,
) -> Atoms:
    """From the last own figure on, weighted by how each curve explains the level and the last steps."""
    now, level = own.age[-1:], hazard(own.share[-1:])[0]
    steps = own.age[-RECENT - 1 :]
    grown = np.diff(hazard(own.share[-RECENT - 1 :]))
    told = 1 / (1 + (SMALL / own.share[-RECENT - 1 :][:-1]) ** 2) * 0.8 ** np.arange(len(grown) - 1.0, -1, -1)
    spread = spread_of(earlier)
    paths, weights, like = [], [], []
    for (index, curve), weight in zip(base, prior, strict=True):
        then = curve.at(np.r_[steps, ages])
        grew, ahead = np.diff(then[: len(steps)]), then[len(steps) :] - curve.at(now)[0]
        miss = (
            0.0 if isinstance(curve, _Bass) and not earlier else (level - curve.at(now)[0] - SLOWER) / spread
        )
        errors = (told * (grown - PACES[:, None] * grew) ** 2).sum(1)
        log = -(miss**2) / 2 - errors / (2 * (NOISE**2 + 0.02 * (told * grown**2).sum()))
        paths.append(level + PACES[:, None] * ahead)
        weights.append(np.log(weight) + log - (np.log(PACES) / 0.35) ** 2 / 2)
        like.append(np.full(len(PACES), index))
    log_weight = np.concatenate(weights)
    weight = np.exp(log_weight - log_weight.max())
    return Atoms(np.vstack(paths), weight / weight.sum(), np.concatenate(like), names)


def drawn(atoms: Atoms, steps: np.ndarray, n: int, seed: int) -> np.ndarray:
    """``n`` paths of the share on the release or a later one (n × ages), each a curve with noise; never falling.

    ``steps``: periods from now to each age, for the noise. The draw is even over the weights, in a shuffled order.
    """
    random = np.random.default_rng(seed)
    at = np.searchsorted(np.cumsum(atoms.weight), (np.arange(n) + 0.5) / n)
    rows = random.permutation(np.minimum(at, len(atoms.weight) - 1))
    wide = NOISE * random.standard_normal(n)[:, None] * np.sqrt(np.maximum(steps, 0.0))
    out: np.ndarray = np.maximum.accumulate(share_of(atoms.path[rows] + wide), axis=1)
    return out
