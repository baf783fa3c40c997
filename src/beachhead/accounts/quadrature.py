"""The adopter trait integrated out on a grid: one table of log-likelihoods, then gather and add.

z = θ + ε, θ ~ N(μ, ω), ε ~ N(0, 1 − ρ), and an account's history is a list of intervals of z (positions.py).
Accounts share few distinct intervals, so the log-likelihood of each is laid out once over a grid of θ, and
an account's is the sum of its rows. ω = ρ unless groups of accounts explain a part of ρ (trait_prior.py).
The trapezoid rule on a grid finer than the posterior is wide converges exponentially (Trefethen & Weideman
2014).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beachhead.accounts.normal import log_interval, ndtr, ndtri
from beachhead.accounts.positions import Positions

Floats = NDArray[np.float64]
Weights = NDArray[np.floating[Any]]

SAMPLE = 50_000
"""Accounts that what all have in common is estimated on: the standard error of ρ is then about 0.002."""
_CELLS = 1 << 21  # accounts × grid points worked on at once: some 8 MB, about what a processor's cache holds
Z = np.linspace(-7, 7, 1401)
"""Where ``Quadrature.adoption`` is tabulated."""
_IMPOSSIBLE = -1e4  # a log-likelihood that still can be compared: an account may contradict itself
_REACH = 4.5  # half the grid's width in standard deviations of the prior


@dataclass(frozen=True)
class Evidence:
    """The histories of all accounts: ``rows`` (products, accounts) point into ``bounds`` (intervals of z)."""

    rows: NDArray[np.uint32]
    bounds: Floats
    """(rows, 2); row 0 is the whole line: a product that the account is not addressable for."""
    counts: NDArray[np.int64]
    """How many accounts point to each row."""

    @property
    def accounts(self) -> int:
        return self.rows.shape[1]

    @property
    def depth(self) -> int:
        """The most products that any account has a history with."""
        return int((self.rows > 0).sum(axis=0).max(initial=0)) if self.rows.size else 0

    def sample(self, size: int = SAMPLE) -> tuple[Evidence, NDArray[np.int64]]:
        """Evenly spaced accounts, ``size`` at most, and which they are."""
        if self.accounts <= size:
            return self, np.arange(self.accounts)
        chosen = np.linspace(0, self.accounts - 1, size).astype(np.int64)
        rows = np.ascontiguousarray(self.rows[:, chosen])
        return Evidence(rows, self.bounds, np.bincount(rows.ravel(), minlength=len(self.bounds))), chosen


def evidence(histories: list[Positions], accounts: int) -> Evidence:
    """One table of intervals from the histories of all products, fractions turned into z = Φ⁻¹(F)."""
    rows = np.zeros((len(histories), accounts), dtype=np.uint32)
    bounds, start = [np.array([[-np.inf, np.inf]])], 1
    for k, history in enumerate(histories):
        np.add(history.code, np.uint32(start - 1), out=rows[k], where=history.code > 0)
        bounds.append(ndtri(history.bounds))
        start += len(history.bounds)
    return Evidence(rows, np.concatenate(bounds), np.bincount(rows.ravel(), minlength=start))


@dataclass(frozen=True)
class Prior:
    """θ ~ N(mean[group[i]], ρ · within): ``within`` is the part of ρ that groups leave unexplained."""

    group: NDArray[np.uint32]
    mean: Floats
    within: float = 1.0

    def of(self, chosen: NDArray[np.int64]) -> Prior:
        return Prior(self.group[chosen], self.mean, self.within)


def flat_prior(accounts: int) -> Prior:
    """All accounts alike."""
    return Prior(np.zeros(accounts, dtype=np.uint32), np.zeros(1))


class Quadrature:
    """The posterior of θ for every account at one ρ. ``theta`` is the grid; ``posterior`` walks over the
    accounts.
    """

    def __init__(self, data: Evidence, prior: Prior, rho: float, theta: Floats | None = None) -> None:
        self.data, self.prior, self.rho = data, prior, rho
        self.noise = math.sqrt(1 - rho)
        self.theta = grid([rho], prior, data.depth) if theta is None else theta
        log_rows = _log_rows(data.bounds, self.theta, self.noise)
        self._offset = log_rows.max(axis=1)
        self._rows = (log_rows - self._offset[:, None]).astype(np.float32)
        spread = max(rho * prior.within, 1e-12)
        log_prior = -((self.theta - prior.mean[:, None]) ** 2) / (2 * spread)
        log_prior -= np.log(np.exp(log_prior).sum(axis=1, keepdims=True))
        self._prior = log_prior.astype(np.float32)

    def _log_joint(self, skip: int | None = None) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Chunks of accounts with the log of prior × likelihood over ``theta``, to be written into."""
        size = self.data.accounts
        step = max(1, _CELLS // len(self.theta))
        if size <= step:  # a small territory is summed up once
            total = self._whole if skip is None else self._whole - self._rows[self.data.rows[skip]]
            yield slice(0, size), total.copy() if skip is None else total
            return
        for start in range(0, size, step):
            part = slice(start, min(start + step, size))
            yield part, self._summed(part, skip)

    @cached_property
    def _whole(self) -> NDArray[np.float32]:
        return self._summed(slice(0, self.data.accounts), None)

    def _summed(self, part: slice, skip: int | None) -> NDArray[np.float32]:
        total = self._prior[self.prior.group[part]]
        gathered = np.empty_like(total)
        for k, row in enumerate(self.data.rows):
            if k != skip:
                np.take(self._rows, row[part], axis=0, out=gathered, mode="clip")
                total += gathered
        return total

    def posterior(self, skip: int | None = None) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Chunks of accounts with their probabilities over ``theta``; product ``skip`` is left out."""
        for part, total in self._log_joint(skip):
            total -= total.max(axis=1, keepdims=True)
            np.exp(total, out=total)
            total /= total.sum(axis=1, keepdims=True)
            yield part, total

    def log_likelihood(self) -> float:
        """Σ over accounts of the log of their marginal likelihood."""
        found = float(self._offset @ self.data.counts)
        for _, total in self._log_joint():
            top = total.max(axis=1)
            found += float(np.sum(top + np.log(np.exp(total - top[:, None]).sum(axis=1)), dtype=np.float64))
        return found

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and variance of θ per account."""
        powers = np.stack([self.theta, self.theta**2], axis=1).astype(np.float32)
        found = np.concatenate([weight @ powers for _, weight in self.posterior()]).astype(np.float64)
        return found[:, 0], np.maximum(found[:, 1] - found[:, 0] ** 2, 0.0)

    @cached_property
    def adoption(self) -> Floats:
        """(Z, grid): probability at each θ of adopting something new before each of ``Z``."""
        return self.adopted_by(Z).T

    def adopted_by(self, z: NDArray[np.float64] | float) -> Floats:
        """(grid, cut points): probability at each θ of adopting something new before each z."""
        return ndtr((np.atleast_1d(z) - self.theta[:, None]) / self.noise)


def _log_rows(bounds: Floats, theta: Floats, noise: float) -> Floats:
    """(rows, grid): log probability of each interval of z at each θ.

    An interval narrower than a tenth of the noise is its middle's density times its width; the error is
    below 0.4 % within three standard deviations. Most are: an adoption known to the day.
    """
    width = bounds[:, 1] - bounds[:, 0]
    narrow = width < 0.1 * noise
    found = np.empty((len(bounds), len(theta)))
    middle = bounds[narrow].mean(axis=1)
    constant = np.log(width[narrow] / noise) - 0.5 * math.log(2 * math.pi)
    found[narrow] = constant[:, None] - 0.5 * ((middle[:, None] - theta) / noise) ** 2
    wide = bounds[~narrow]
    found[~narrow] = log_interval((wide[:, :1] - theta) / noise, (wide[:, 1:] - theta) / noise)
    return np.maximum(found, _IMPOSSIBLE)


def grid(rhos: list[float], prior: Prior, depth: int) -> Floats:
    """A grid of θ that covers the prior at each of ``rhos`` and is finer than any posterior is wide."""
    reach = _REACH * math.sqrt(max(rhos) * prior.within)
    low, high = float(prior.mean.min()) - reach, float(prior.mean.max()) + reach
    width = min(math.sqrt(r * prior.within / (1 + depth * r * prior.within / (1 - r))) for r in rhos)
    points = math.ceil((high - low) / (1.2 * width)) + 1
    return np.linspace(low, high, min(max(points, 9), 401))
