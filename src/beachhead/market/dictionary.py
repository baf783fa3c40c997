"""The dictionary of life cycles: every shape at every speed, anchored at every fraction reached now.

An atom is (shape, speed, fraction reached now). It is anchored at *now*, so that series of any length, date and scale
share it. Time runs in steps of the series; step 0 is the last observation, step −1 the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from beachhead.tables.categories import CUTS

from .settings import CHASM, DEFAULT, Settings
from .shapes import UNIT, Shape, bass_shape, shapes

FINE, COARSE = (14, 12), (14, 6)  # positions × speeds
FRACTIONS, SPEEDS = (0.01, 0.985), (0.03, 2.5)
AFTER_PEAK = (0.93, 0.65, 0.35, 0.15, 0.05)  # levels anchored on the way down …
FALLING_SPEEDS = (0.1, 2.5, 8)  # … and their speeds (lowest, highest, count)
BASS_EXTERNAL = (
    0.001,
    0.003,
    0.01,
    0.03,
    0.08,
    0.2,
    0.5,
)  # p / (p + q); Sultan, Farley and Lehmann's mean is 0.07


def logit(p: np.ndarray | float) -> np.ndarray:
    return np.log(p) - np.log1p(-np.asarray(p))


@dataclass(frozen=True)
class Dictionary:
    """Atoms as columns, all of length A.

    ``shape`` indexes ``shapes``; ``x`` is the shape's time now; ``speed`` is logistic speed per step; ``fraction`` is
    the fraction of the peak reached now; ``low`` and ``high`` bound the cell of fractions that the atom stands for;
    ``after`` marks atoms past their peak; ``log_prior`` holds everything the prior says without having seen data.
    """

    shapes: tuple[Shape, ...]
    shape: np.ndarray
    x: np.ndarray
    speed: np.ndarray
    fraction: np.ndarray
    low: np.ndarray
    high: np.ndarray
    after: np.ndarray
    log_prior: np.ndarray
    external: np.ndarray  # p / (p + q) of Bass atoms, else NaN

    def __len__(self) -> int:
        return len(self.x)

    def level(self, steps: np.ndarray | Sequence[float] | float) -> np.ndarray:
        """Fraction of the peak at ``steps`` from now (A × T). Never above one."""
        steps = np.atleast_1d(np.asarray(steps, float))
        x = self.x[:, None] + self.speed[:, None] / UNIT * steps
        out = np.empty_like(x)
        for index, shape in enumerate(self.shapes):
            rows = self.shape == index
            out[rows] = shape.at(x[rows])
        return out

    def ratio(self, steps: np.ndarray | Sequence[float] | float) -> np.ndarray:
        """Level at ``steps`` from now over the level now (A × T)."""
        return self.level(steps) / self.fraction[:, None]

    @cached_property
    def categories(self) -> np.ndarray:
        """How each atom's cell of fractions falls over the five categories (A × 5), rows sum to one."""
        return self._split(CUTS)

    def _split(self, cuts: Sequence[float]) -> np.ndarray:
        borders = np.r_[-np.inf, logit(np.asarray(cuts)), np.inf]
        lo, hi = logit(self.low), logit(self.high)
        inside = np.minimum(hi[:, None], borders[1:]) - np.maximum(lo[:, None], borders[:-1])
        out = np.clip(inside, 0, None) / (hi - lo)[:, None]
        out[self.after] = 0.0
        out[self.after, -1] = 1.0  # past the peak everyone who will adopt has adopted
        return out

    @cached_property
    def in_saddle(self) -> np.ndarray:
        """Which atoms are now in the trough between two markets (A booleans)."""
        start = np.array([s.trough[0] for s in self.shapes])[self.shape]
        end = np.array([s.trough[1] for s in self.shapes])[self.shape]
        return (self.x > start) & (self.x < end)

    @cached_property
    def crossed(self) -> np.ndarray:
        """Share of each atom's cell that is above 16 % and out of any trough (A)."""
        return np.where(self.in_saddle, 0.0, self._split((CHASM,))[:, 1])

    @cached_property
    def steps_to_busiest(self) -> np.ndarray:
        """Steps from now to the greatest adoption per step (A); negative where it is past."""
        busiest = np.array([s.busiest_at for s in self.shapes])[self.shape]
        return (busiest - self.x) * UNIT / self.speed


def _cells(fractions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Borders of the cells around a grid that is even on the logit scale."""
    grid = logit(fractions)
    half = (grid[1] - grid[0]) / 2 if len(grid) > 1 else 0.25
    return 1 / (1 + np.exp(half - grid)), 1 / (1 + np.exp(-half - grid))


def _prior(fraction: np.ndarray, speed: np.ndarray, settings: Settings) -> np.ndarray:
    """Log density of a position (on the logit scale) and a speed (on the log scale)."""
    z = (np.log(speed) - np.log(settings.speed)) / settings.speed_spread
    return (
        settings.power_reached * np.log(fraction)
        + settings.power_left * np.log1p(-np.minimum(fraction, 0.999))
        - z**2 / 2
    )


def _assemble(shapes: tuple[Shape, ...], blocks: list[tuple]) -> Dictionary:
    columns = [np.concatenate(c) for c in zip(*blocks, strict=True)]
    return Dictionary(shapes, *columns)


@lru_cache(maxsize=8)
def generic(settings: Settings = DEFAULT) -> Dictionary:
    """Atoms of every shape, ours and added ones: on the rise, and of shapes that fall after their peak as well."""
    blocks = []
    for index, shape in enumerate(shapes()):
        positions, speeds = FINE if shape.fine else COARSE
        ends = logit(np.asarray(FRACTIONS))
        grid = 1 / (1 + np.exp(-np.linspace(ends[0], ends[1], positions)))
        rise = (shape.where(grid), grid, *_cells(grid))
        blocks.append(_block(index, rise, np.geomspace(*SPEEDS, speeds), shape.weight, settings))
        if shape.falls:
            levels = np.asarray(AFTER_PEAK)
            fall = (shape.where_falling(levels), levels, levels * 0.99, levels * 1.01)
            speed = np.geomspace(*FALLING_SPEEDS)
            blocks.append(_block(index, fall, speed, shape.weight, settings, after=True))
    return _assemble(shapes(), blocks)


def _block(
    index: int, places: tuple, speeds: np.ndarray, weight: float, settings: Settings, after: bool = False
) -> tuple:
    """Every place at every speed; ``weight`` is spread over however many atoms the grid has."""
    x, fraction, low, high = (np.tile(c, len(speeds)) for c in places)
    speed = np.repeat(speeds, len(places[0]))
    size = len(x)
    prior = _prior(fraction, speed, settings) + np.log(weight / size)
    past = np.full(size, after)
    return np.full(size, index), x, speed, fraction, low, high, past, prior, np.full(size, np.nan)


@lru_cache(maxsize=256)
def launched(
    age: float, settings: Settings = DEFAULT, external: tuple[float, ...] = BASS_EXTERNAL, speeds: tuple = ()
) -> Dictionary:
    """Bass atoms launched ``age`` steps before now; ``external`` and ``speeds`` may be fixed by known p and q."""
    shapes = tuple(bass_shape(e) for e in external)
    grid = np.asarray(speeds) if speeds else np.geomspace(SPEEDS[0], SPEEDS[1], 64)
    blocks = []
    for index, (shape, e) in enumerate(zip(shapes, external, strict=True)):
        x = grid * age / UNIT
        fraction = np.clip(shape.at(x), 1e-6, 1 - 1e-9)
        size = len(grid)
        # neighbouring speeds bound the cell of fractions that an atom stands for
        ratio = np.sqrt(grid[1] / grid[0]) if size > 1 else 1.02
        low, high = (np.clip(shape.at(x * f), 1e-7, 1 - 1e-10) for f in (1 / ratio, ratio))
        keep = (fraction < 0.999) if not speeds else np.ones(size, bool)
        prior = _prior(fraction, grid, settings) - np.log(size * len(external))
        columns = (np.full(size, index), x, grid, fraction, low, np.maximum(high, low * 1.0001))
        rest = (np.zeros(size, bool), prior, np.full(size, e))
        blocks.append(tuple(c[keep] for c in (*columns, *rest)))
    return _assemble(shapes, blocks)


def joined(first: Dictionary, second: Dictionary, odds: float) -> Dictionary:
    """Both dictionaries as one, the second with ``odds`` prior weight against the first."""
    shift = len(first.shapes)
    a, b = _normalised(first), _normalised(second) + np.log(odds)
    columns = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in ("x", "speed", "fraction", "low", "high", "after", "external")
    }
    return Dictionary(
        shapes=first.shapes + second.shapes,
        shape=np.concatenate([first.shape, second.shape + shift]),
        log_prior=np.concatenate([a, b]),
        **columns,
    )


def _normalised(dictionary: Dictionary) -> np.ndarray:
    top = dictionary.log_prior.max()
    return dictionary.log_prior - top - np.log(np.exp(dictionary.log_prior - top).sum())
