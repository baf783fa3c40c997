"""The normal distribution over arrays, exact far into the tails, without SciPy.

log Φ is tabulated once and interpolated by cubic Hermite polynomials (its slope φ/Φ is known exactly); the
error stays below 1e-11. Beyond 37 standard deviations values are held at the table's end.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_LOW, _HIGH, _STEP = -37.0, 9.0, 0.01


def log_ndtr(x: ArrayLike) -> Floats:
    """log Φ(x), element by element; ±inf are allowed."""
    value, slope = _table()
    position = (np.clip(np.asarray(x, dtype=np.float64), _LOW, _HIGH) - _LOW) / _STEP
    left = np.minimum(position.astype(np.int64), len(value) - 2)
    t = position - left
    y0, y1, m0, m1 = value[left], value[left + 1], slope[left], slope[left + 1]
    return y0 + t * (m0 + t * (3 * (y1 - y0) - 2 * m0 - m1 + t * (2 * (y0 - y1) + m0 + m1)))


def ndtr(x: ArrayLike) -> Floats:
    """Φ(x), element by element."""
    return np.exp(log_ndtr(x))


def ndtri(p: ArrayLike) -> Floats:
    """Φ⁻¹(p), element by element; 0 and 1 give ∓inf."""
    p = np.asarray(p, dtype=np.float64)
    inverse = NormalDist().inv_cdf
    flat = [-math.inf if v <= 0 else math.inf if v >= 1 else inverse(v) for v in p.ravel().tolist()]
    return np.array(flat).reshape(p.shape)


def log_interval(low: ArrayLike, high: ArrayLike) -> Floats:
    """log(Φ(high) − Φ(low)) for low < high, without cancellation in either tail."""
    low, high = np.broadcast_arrays(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
    flip = low > 0
    a, b = np.where(flip, -high, low), np.where(flip, -low, high)
    log_a, log_b = log_ndtr(a), log_ndtr(b)
    with np.errstate(divide="ignore"):
        inside = log_b + np.log1p(-np.exp(np.where(np.isneginf(a), -np.inf, log_a - log_b)))
    # where the two meet within rounding, the density times the width is exact
    narrow = (b - a < 1e-6) & np.isfinite(a) & np.isfinite(b)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (a + b) / 2
        density = -middle * middle / 2 - 0.5 * math.log(2 * math.pi) + np.log(b - a)
    return np.where(narrow, density, inside)


@cache
def _table() -> tuple[Floats, Floats]:
    nodes = _LOW + _STEP * np.arange(round((_HIGH - _LOW) / _STEP) + 1)
    value = np.array([_log_phi(x) for x in nodes.tolist()])
    slope = np.exp(-nodes * nodes / 2 - 0.5 * math.log(2 * math.pi) - value) * _STEP
    return value, slope


def _log_phi(x: float) -> float:
    return (
        math.log(0.5 * math.erfc(-x / math.sqrt(2)))
        if x < 5
        else math.log1p(-0.5 * math.erfc(x / math.sqrt(2)))
    )
