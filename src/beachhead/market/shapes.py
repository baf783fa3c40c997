"""The shapes of life cycles: how the fraction of adopters rises, and sometimes falls, over normalised time.

A shape is one function ``level(x)``: the level reached at normalised time ``x``, at most one. ``x`` runs in units of
the main rise from 10 to 90 %, and zero is its middle, so that one speed grid serves every shape. To add a shape,
add one entry to ``SHAPES`` (a few lines of mathematics); everything else follows from its curve. Other packages add
theirs by an entry point (``docs/additions.md``).

Sources. Richards (1959), "A flexible growth function for empirical use": F(x) = (1 + ν e^−x)^(−1/ν), which is the
logistic at ν = 1 and the Gompertz curve as ν → 0. Bass (1969), "A new product growth for model consumer durables":
F(t) = (1 − e^−(p+q)t) / (1 + (q/p) e^−(p+q)t). Goldenberg, Libai and Muller (2002), "Riding the saddle": an early
market and a main market whose adopters hardly influence each other. Fisher and Pry (1971): a technology that is
replaced loses its share along a second logistic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from beachhead.additions import Addition, added

Curve = Callable[[np.ndarray], np.ndarray]


def richards(nu: float) -> Curve:
    """Richards curve with asymmetry ``nu``, scaled so that it rises from 10 to 90 % in one unit around x = 0."""

    def inverse(fraction: float) -> float:
        return float(-np.log((fraction**-nu - 1) / nu))

    width, middle = inverse(0.9) - inverse(0.1), inverse(0.5)

    def level(x: np.ndarray) -> np.ndarray:
        return (1 + nu * np.exp(-np.clip(middle + width * x, -600, 600))) ** (-1 / nu)

    return level


def two_markets(early_share: float, gap: float) -> Curve:
    """An early market of ``early_share`` that rises twice as fast, ``1.5 · gap`` units before the main market."""
    rise = richards(1.0)

    def level(x: np.ndarray) -> np.ndarray:
        return early_share * rise(2 * x + gap) + (1 - early_share) * rise(x - gap / 2)

    return level


def replaced(delay: float, speed: float, nu: float = 1.0) -> Curve:
    """A rise that a successor takes away again, ``delay`` units later and ``speed`` times as fast."""
    rise = richards(nu)

    def level(x: np.ndarray) -> np.ndarray:
        return rise(x) * (1 - rise((x - delay) * speed))

    return level


def bass(external: float) -> Curve:
    """Bass curve from its launch, for ``external`` = p / (p + q); x = 0 at the launch, x = (p + q) t / (2 ln 9).

    With L(t) = 1 / (1 + (q/p) e^−(p+q)t), logistic with L(0) = p / (p+q), it is F = (L(t) − L(0)) / (1 − L(0)).
    """

    def level(x: np.ndarray) -> np.ndarray:
        decay = np.exp(-UNIT * np.maximum(x, 0.0))
        return (1 - decay) / (1 + (1 / external - 1) * decay)

    return level


UNIT = 2 * np.log(9.0)  # a logistic of speed r rises from 10 to 90 % in UNIT / r


@dataclass(frozen=True)
class Shape:
    """One shape of the dictionary.

    ``weight`` is its prior weight, ``fine`` whether it gets the fine grid of positions and speeds, ``falls`` whether
    it has a life after its peak.
    """

    name: str
    level: Curve
    weight: float
    fine: bool = False
    falls: bool = False

    @cached_property
    def table(self) -> tuple[np.ndarray, np.ndarray]:
        """The curve on a grid (x, level over peak): reading the table is much faster than the formula."""
        x = np.linspace(-9.0, 16.0, 12_501)
        y = self.level(x)
        return x, y / y.max()

    @cached_property
    def peak_at(self) -> float:
        """The x at which the level peaks (the end of the table for a shape that does not fall)."""
        x, y = self.table
        return float(x[y.argmax()]) if self.falls else float(x[-1])

    @cached_property
    def busiest_at(self) -> float:
        """The x at which adoption per unit of time is greatest: the peak of a sales curve."""
        x, y = self.table
        return float(x[np.gradient(y).argmax()])

    def at(self, x: np.ndarray) -> np.ndarray:
        """Level over peak at ``x``, of any shape; zero long before, the last value long after."""
        grid, y = self.table
        return np.interp(x, grid, y, left=0.0)

    def where(self, fraction: np.ndarray) -> np.ndarray:
        """The x on the rise at which ``fraction`` of the peak is reached."""
        x, y = self.table
        top = y.argmax() + 1
        return np.interp(fraction, y[:top], x[:top])

    def where_falling(self, fraction: np.ndarray) -> np.ndarray:
        """The x after the peak at which the level has come down to ``fraction`` of it."""
        x, y = self.table
        top = y.argmax()
        return np.interp(-np.asarray(fraction), -y[top:], x[top:])

    @cached_property
    def trough(self) -> tuple[float, float]:
        """Where adoption per unit of time lies below an earlier peak that it will pass again; (0, 0) where never.

        This is the saddle of Goldenberg, Libai and Muller: an early peak, a trough, then sales above that peak.
        """
        x, y = self.table
        flow = np.gradient(y)
        rising = (flow[1:-1] > flow[:-2]) & (flow[1:-1] >= flow[2:]) & (flow[1:-1] > 1e-3 * flow.max())
        peaks = np.flatnonzero(rising) + 1
        if len(peaks) < 2 or flow[peaks[0]] >= flow[peaks[1]]:
            return 0.0, 0.0
        after = np.flatnonzero(flow[peaks[0] + 1 :] > flow[peaks[0]])
        return float(x[peaks[0]]), float(x[peaks[0] + 1 + after[0]])


SHAPES: tuple[Shape, ...] = (
    Shape("gompertz", richards(0.03), weight=1.0, fine=True),
    Shape("skewed", richards(0.3), weight=1.0, fine=True),
    Shape("logistic", richards(1.0), weight=1.0, fine=True),
    Shape("early market of a sixth", two_markets(0.16, 0.8), weight=0.15),
    Shape("early market of a third", two_markets(0.3, 1.0), weight=0.15),
    Shape("replaced soon", replaced(1.2, 1.0), weight=0.05, falls=True),
    Shape("replaced late", replaced(2.0, 0.6), weight=0.05, falls=True),
)


@lru_cache
def shapes() -> tuple[Shape, ...]:
    """Our shapes, then those that installed packages add. Raises BadInput for one that is no life cycle."""
    for addition in added("beachhead.shapes"):
        _check(addition)
    return SHAPES + tuple(addition.value for addition in added("beachhead.shapes"))


def _check(addition: Addition) -> None:
    """That a life cycle can be read off the shape: it begins at nothing, rises once, and ends as it says."""
    shape = addition.value
    addition.check(isinstance(shape, Shape), "is no beachhead.market.shapes.Shape")
    addition.check(shape.name not in {s.name for s in SHAPES}, f"is called {shape.name!r}, as one of ours")
    addition.check(0 < shape.weight < np.inf, f"has a weight of {shape.weight} and not one above zero")
    x, y = addition.call(lambda: shape.table)
    addition.check(
        y.shape == x.shape and bool(np.isfinite(y).all()), "does not give one number for every time"
    )
    top = y.argmax()
    addition.check(
        bool(y[0] < 0.001 and (np.diff(y[: top + 1]) >= 0).all()),
        "does not rise from nothing (below 0.001 of its peak at x = -9) to its peak without a fall",
    )
    end = "come down to 0.05 of its peak" if shape.falls else "stay at its peak"
    fallen = y[-1] <= 0.05 and (np.diff(y[top:]) <= 0).all() if shape.falls else (np.diff(y) >= 0).all()
    addition.check(bool(fallen), f"does not {end} by x = 16, though falls={shape.falls}")
    low, middle, high = shape.where(np.array([0.1, 0.5, 0.9]))
    addition.check(
        bool(0.5 <= high - low <= 4 and abs(middle) <= 1.5),
        f"rises from 10 to 90 % in {high - low:.2g} units around x = {middle:.2g}, and not in about one around zero",
    )


@lru_cache
def bass_shape(external: float) -> Shape:
    """The Bass shape of one p / (p + q), for series whose launch is known."""
    return Shape(f"bass {external:.6g}", bass(external), weight=1.0, fine=True)
