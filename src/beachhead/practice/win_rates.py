"""Win rates of plays with their intervals, per adopter category, shrunk towards each other as far as they are alike.

    μ, s          rate of all plays and how alike they are: uniform over a grid beforehand
    θ of a play   ~ Beta(s μ, s (1 − μ))
    φ of a play in a category ~ Beta(k θ, k (1 − θ)), k = ``BY_CATEGORY``
    outcomes there ~ Bernoulli(φ); where the category is not known, Bernoulli(θ)

The posteriors are exact but for the grid: a Beta mixture for each play and each category (a hierarchical
beta-binomial: Gelman et al., Bayesian Data Analysis, 3rd edition, section 5.3). So a play with few outcomes
stays near the others, one with many stands on its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from beachhead.practice.matching import Lifts
from beachhead.tables.categories import CATEGORIES

STRENGTHS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""s: how many outcomes the rate of all plays is worth beside those of one play."""
CENTRES = tuple((i + 0.5) / 40 for i in range(40))
"""μ."""
BY_CATEGORY = 10.0
"""k: how many outcomes a play's own rate is worth beside those in one category. Judgement."""

RATES = pl.Schema(
    {
        "play": pl.String(),
        "category": pl.String(),
        "won": pl.Int64(),
        "lost": pl.Int64(),
        "rate": pl.Float64(),
        "rate-lo-80": pl.Float64(),
        "rate-hi-80": pl.Float64(),
    }
)
Array = np.ndarray[Any, Any]
Counts = tuple[int, int]
"""Won and lost."""

_GRID: Array = (np.arange(500) + 0.5) / 500


@dataclass(frozen=True)
class WinRates:
    """``counts``: play → category (None: not known) → won and lost; a play that was never tried has none."""

    counts: Mapping[str, Mapping[str | None, Counts]]

    @classmethod
    def of(cls, seen: pl.DataFrame, plays: Sequence[str]) -> WinRates:
        """From logged outcomes (columns play, category, won); ``plays``: also those without an outcome."""
        counts: dict[str, dict[str | None, Counts]] = {name: {} for name in plays}
        grouped = seen.group_by("play", "category", maintain_order=True).agg(
            won=pl.col("won").sum(), n=pl.len()
        )
        for play, category, won, n in grouped.iter_rows():
            counts.setdefault(play, {})[category] = (int(won), int(n - won))
        return cls(counts)

    @property
    def overall(self) -> float:
        """The expected rate of a play of which nothing is known."""
        return float(self._untried @ _GRID)

    def table(self) -> pl.DataFrame:
        """Columns ``RATES``: per play a row with ``category`` null, then one per category with outcomes."""
        rows: list[tuple[Any, ...]] = []
        for play, own in self.counts.items():
            won, lost = (sum(n[i] for n in own.values()) for i in (0, 1))
            rows.append((play, None, won, lost, *_summary(self.posterior(play))))
            for category in CATEGORIES:
                if category in own:
                    rows.append((play, category, *own[category], *_summary(self.posterior(play, category))))
        return pl.DataFrame(rows, schema=RATES, orient="row")

    def lifts(self) -> Lifts:
        """Play → category → expected rate over that of all plays, for the ranking."""
        return {
            play: {
                c: float(self.posterior(play, c if c in own else None) @ _GRID) / self.overall
                for c in CATEGORIES
            }
            for play, own in self.counts.items()
        }

    def below(self, play: str, base: Counts) -> float:
        """Probability that ``play`` wins less often than opportunities of which ``base`` were won and lost."""
        theirs = _normal(_log_beta_density(1.0 + base[0], 1.0 + base[1]))
        own = self.posterior(play)
        return float(np.sum(theirs * (np.cumsum(own) - own / 2)))

    def posterior(self, play: str, category: str | None = None) -> Array:
        """Probabilities of the rates of the grid: of ``play`` in all, or in one ``category``."""
        own = self.counts.get(play, {})
        prior = self._priors[list(self.counts).index(play)] if play in self.counts else self._untried
        theta = prior * _normal(_log_likelihood(own))
        theta = theta / theta.sum()
        if category is None:
            return theta
        won, lost = own.get(category, (0, 0))
        cells = np.stack([_normal(_log_beta_density(_k(t) + won, _k(1 - t) + lost)) for t in _GRID])
        mixed: Array = theta @ cells
        return mixed

    @cached_property
    def _densities(self) -> Array:
        """Prior of θ on the grid for every μ and s: one row each."""
        return np.stack([_normal(_log_beta_density(s * m, s * (1 - m))) for m in CENTRES for s in STRENGTHS])

    @cached_property
    def _evidence(self) -> Array:
        """Log probability of each play's outcomes for every μ and s."""
        logs = np.stack([_log_likelihood(own) for own in self.counts.values()] or [np.zeros_like(_GRID)])
        highest = logs.max(axis=1, keepdims=True)
        return np.log(np.exp(logs - highest) @ self._densities.T) + highest

    @cached_property
    def _priors(self) -> Array:
        """Prior of each play's θ given the outcomes of all other plays."""
        others = self._evidence.sum(axis=0) - self._evidence
        weights = np.exp(others - others.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True) @ self._densities

    @cached_property
    def _untried(self) -> Array:
        """Posterior of the θ of a play without outcomes, given those of all plays."""
        logs = self._evidence.sum(axis=0)
        weights = np.exp(logs - logs.max())
        untried: Array = weights / weights.sum() @ self._densities
        return untried


def _k(share: float) -> float:
    return BY_CATEGORY * share


def _log_likelihood(own: Mapping[str | None, Counts]) -> Array:
    """Log probability of a play's outcomes, in their order, at each θ of the grid."""
    log = np.zeros_like(_GRID)
    for category, (won, lost) in own.items():
        if category is None:
            log = log + won * np.log(_GRID) + lost * np.log1p(-_GRID)
        else:
            log = log + np.array(
                [_log_beta(_k(t) + won, _k(1 - t) + lost) - _log_beta(_k(t), _k(1 - t)) for t in _GRID]
            )
    return log


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_beta_density(a: float, b: float) -> Array:
    density: Array = (a - 1) * np.log(_GRID) + (b - 1) * np.log1p(-_GRID)
    return density


def _normal(log: Array) -> Array:
    """Probabilities that sum to one, from their logs."""
    weights: Array = np.exp(log - log.max())
    return weights / weights.sum()


def _summary(posterior: Array) -> tuple[float, float, float]:
    """Mean and the bounds of the middle 80 %."""
    low, high = np.interp([0.1, 0.9], np.cumsum(posterior) - posterior / 2, _GRID)
    return float(posterior @ _GRID), float(low), float(high)
