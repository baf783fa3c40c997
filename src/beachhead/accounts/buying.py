"""What makes an account buy a product next: a logistic regression whose weights the territory's own last
year gives.

log odds = (one constant per product) + Σ weight · sign. Signs are the adopter trait (log odds that the
account adopts before its market has gone on), whether something else is needed first, an open opportunity,
how often it bought and how often we talked. The weights begin as judgement and move to what happened in the
last twelve months as far as that bears (a normal prior, so ridge regression); the constants are set so that
the sums agree with the market's forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beachhead.accounts.snapshots import Bools, Snapshot

Floats = NDArray[np.float64]

SIGNS = ("trait", "later", "offered", "buys", "talks")
PRIOR = np.array([0.8, -1.5, 1.0, 0.3, 0.2])
"""Judgement: log odds per unit of each sign."""
SURE = np.array([0.3, 0.8, 0.7, 0.3, 0.2])
"""Standard deviation of that judgement."""
FEWEST = 20  # purchases in a year below which nothing is learned


@dataclass(frozen=True)
class Weights:
    """``values`` of SIGNS, and from how many first purchases they were learned (0: judgement)."""

    values: Floats
    learned_from: int = 0


def signs(snap: Snapshot, trait: Floats, k: int) -> Floats:
    """(accounts, signs) for product ``k``; ``trait``: probabilities of adopting it, as ``Trait.predict`` gives."""
    clipped = np.clip(trait, 1e-6, 1 - 1e-6)
    return np.stack(
        [
            np.log(clipped / (1 - clipped)),
            snap.later[:, k].astype(np.float64),
            snap.offered[:, k].astype(np.float64),
            np.log1p(snap.buys),
            np.log1p(snap.talks),
        ],
        axis=1,
    )


def learn(snap: Snapshot, trait: Floats, bought: Bools) -> Weights:
    """Weights from what those waiting at ``snap`` did in the year after it.

    ``trait``, ``bought``: (accounts, products). Products that nobody bought teach nothing.
    """
    learned_from = [k for k in range(bought.shape[1]) if (bought[:, k] & snap.waiting[:, k]).any()]
    events = sum(int((bought[:, k] & snap.waiting[:, k]).sum()) for k in learned_from)
    if events < FEWEST:
        return Weights(PRIOR)
    rows = [snap.waiting[:, k] for k in learned_from]
    x = np.concatenate([signs(snap, trait[:, k], k)[r] for k, r in zip(learned_from, rows, strict=True)])
    y = np.concatenate([bought[r, k] for k, r in zip(learned_from, rows, strict=True)])
    group = np.repeat(learned_from, [int(r.sum()) for r in rows])
    return Weights(_newton(x, y.astype(np.float64), group), events)


def _newton(x: Floats, y: Floats, group: NDArray[np.int64]) -> Floats:
    """Maximum a posteriori weights, with one free constant per group (solved for along with them)."""
    groups, index = np.unique(group, return_inverse=True)
    beta = PRIOR.copy()
    means = np.bincount(index, y) / np.bincount(index)
    constant = np.log(means / (1 - np.minimum(means, 1 - 1e-9))) - _group_mean(x @ beta, index)
    precision = np.diag(1 / SURE**2)
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(constant[index] + x @ beta, -30, 30)))
        w = np.maximum(p * (1 - p), 1e-9)
        # Block elimination: the Hessian of the constants is diagonal.
        of_constants = np.bincount(index, w)
        cross = np.stack([np.bincount(index, w * x[:, j], len(groups)) for j in range(x.shape[1])], axis=1)
        g_constants = np.bincount(index, y - p, len(groups))
        g_beta = x.T @ (y - p) - precision @ (beta - PRIOR)
        schur = (x * w[:, None]).T @ x + precision - cross.T @ (cross / of_constants[:, None])
        step = np.linalg.solve(schur, g_beta - cross.T @ (g_constants / of_constants))
        beta = beta + step
        constant = constant + (g_constants - cross @ step) / of_constants
        if np.abs(step).max() < 1e-8:
            break
    return beta


def _group_mean(values: Floats, index: NDArray[np.int64]) -> Floats:
    return np.bincount(index, values) / np.bincount(index)


def calibrated(score: Floats, expected: Floats) -> Floats:
    """(n, horizons): probabilities σ(score + c) that sum to each of ``expected`` (within 1e-6 of n).

    ``score``: (n,) log odds. An expectation of nobody gives zeros; one of more than n leaves each just
    below 1.
    """
    n = len(score)
    found = np.zeros((n, len(expected)))
    for j, wanted in enumerate(expected):
        if n == 0 or wanted <= 0:
            continue
        target = min(float(wanted), n * (1 - 1e-6))
        low, high = -60.0 - score.max(), 60.0 - score.min()
        binned, count = _binned(score)
        for _ in range(60):
            middle = (low + high) / 2
            if (count / (1 + np.exp(-np.clip(binned + middle, -60, 60)))).sum() < target:
                low = middle
            else:
                high = middle
        shift = (low + high) / 2
        for _ in range(3):  # what the bins left over
            p = 1 / (1 + np.exp(-np.clip(score + shift, -60, 60)))
            shift += (target - p.sum()) / max((p * (1 - p)).sum(), 1e-12)
        found[:, j] = 1 / (1 + np.exp(-np.clip(score + shift, -60, 60)))
    return found


def _binned(score: Floats) -> tuple[Floats, Floats]:
    """At most a few thousand values that stand for all of them, and how many each stands for."""
    if len(score) <= 4096:
        return score, np.ones(len(score))
    edges = np.linspace(score.min(), score.max() + 1e-9, 4097)
    which = np.clip(np.searchsorted(edges, score, side="right") - 1, 0, 4095)
    count = np.bincount(which, minlength=4096).astype(np.float64)
    middle = np.bincount(which, score, 4096) / np.maximum(count, 1)
    return middle[count > 0], count[count > 0]
