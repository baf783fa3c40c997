"""Series that obey a life cycle's own law without error tell their potential, and are believed.

A Richards curve reached at even steps satisfies Y(t)^−ν = a + b Y(t−1)^−ν exactly, a logistic or Bass curve (however
shifted) a Möbius recursion Y(t) = (α Y(t−1) + β) / (1 + γ Y(t−1)); the potential is the fixed point. Real records never
pass; simulated lives, forecasts of other models and typed-in curves do, and answers about them should be exact.
"""

from __future__ import annotations

import numpy as np

POWERS = (0.0, 0.03, 0.1, 0.3, 0.6, 1.0, 2.0)  # the first is the Gompertz curve: log Y(t) = a + b log Y(t−1)
LEAST = 4  # steps that have to obey, and one more for the recursion with three numbers
ERROR = 1e-3  # root mean square error over that of the increments
SPREAD = 0.02  # log standard deviation that remains
FLAT = 1e-7  # a record that moves less than this over its level is flat: its last digits are no law
MOST = 5.0  # times the present level: further away the fixed point is an extrapolation of rounding errors


def exact_potential(scaled: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Potential over the present level (n) where a law is obeyed, else NaN.

    ``scaled`` (n × T) is level over present level, back in time from now, NaN where unknown; of a ``flow`` (n) the
    level is what the record has sold, whose true zero is unknown: only the recursion that does not need it is tried.
    """
    out = np.full(len(scaled), np.nan)
    begins = scaled[:, : LEAST + 1]
    rows = np.flatnonzero(np.isfinite(begins).all(1) & (begins > 0).all(1) & _smooth(scaled))
    if not len(rows):
        return out
    y = scaled[rows]
    usable = np.isfinite(y) & (y > 0)
    usable = np.cumprod(usable, axis=1).astype(bool)  # back to the first gap
    pair = usable[:, :-1] & usable[:, 1:]
    y = np.where(usable, y, 1.0)
    now, before = y[:, :-1], y[:, 1:]
    size = np.sqrt((pair * (now - before) ** 2).sum(1))
    found, least = np.full(len(rows), np.nan), np.full(len(rows), ERROR)
    with np.errstate(all="ignore"):
        tried = [_mobius(now, before, pair), *(_power(now, before, pair, nu) for nu in POWERS)]
    for k, (potential, predicted) in enumerate(tried):
        miss = np.sqrt((pair * (predicted - now) ** 2).sum(1)) / np.where(size > 0, size, np.inf)
        better = (miss < least) & (potential >= 0.999) & (potential <= MOST) & (size > 0)
        better &= ~flow[rows] if k else pair.sum(1) > LEAST
        found[better], least[better] = potential[better], miss[better]
    out[rows] = found
    return out


def _smooth(scaled: np.ndarray) -> np.ndarray:
    """Rows worth a closer look (n booleans): third differences of a curve keep their sign, those of noise do not."""
    third = np.diff(scaled, n=3, axis=1)
    turns = (third[:, 1:] * third[:, :-1] < 0).sum(1)
    return turns <= 2


def _power(now: np.ndarray, before: np.ndarray, pair: np.ndarray, nu: float) -> tuple[np.ndarray, np.ndarray]:
    x, z = (before**-nu, now**-nu) if nu else (-np.log(before), -np.log(now))
    n = pair.sum(1)
    mx, mz = (pair * x).sum(1) / n, (pair * z).sum(1) / n
    dx = pair * (x - mx[:, None])
    b = (dx * (z - mz[:, None])).sum(1) / (dx**2).sum(1)
    a = mz - b * mx
    limit, next_one = a / (1 - b), a[:, None] + b[:, None] * x
    settles = (b > 0) & (b < 1)
    if nu == 0:
        return np.where(settles, np.exp(-limit), np.nan), np.exp(-next_one)
    return np.where(settles & (a > 0), limit ** (-1 / nu), np.nan), next_one ** (-1 / nu)


def _mobius(now: np.ndarray, before: np.ndarray, pair: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # such a recursion stays one when levels are shifted and stretched: over the middle and spread of the record the
    # system is regular, where it is all but singular for the levels of a flat tail
    n = pair.sum(1)
    middle = (pair * before).sum(1) / n
    spread = np.sqrt((pair * (before - middle[:, None]) ** 2).sum(1) / n)
    a, b = ((y - middle[:, None]) / spread[:, None] for y in (before, now))
    x = np.stack([a, np.ones_like(a), -a * b], axis=2) * pair[:, :, None]
    normal = np.einsum("nti,ntj->nij", x, x) + 1e-12 * np.eye(3)
    regular = np.isfinite(normal).all((1, 2)) & (spread > FLAT)
    normal = np.where(regular[:, None, None], normal, np.eye(3))
    right = np.where(regular[:, None], np.einsum("nti,nt->ni", x, pair * b), 0.0)
    alpha, beta, gamma = np.linalg.solve(normal, right[:, :, None])[:, :, 0].T
    root = np.sqrt((1 - alpha) ** 2 + 4 * gamma * beta)
    settles = regular & (gamma > 1e-6)
    potential = np.where(settles, middle + spread * (alpha - 1 + root) / (2 * gamma), np.nan)
    predicted = (alpha[:, None] * a + beta[:, None]) / (1 + gamma[:, None] * a)
    return potential, middle[:, None] + spread[:, None] * predicted
