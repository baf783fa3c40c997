"""What all accounts together say about the adopter trait: ρ, and how segment or size shift its mean.

ρ is the correlation between the (normal) adoption times of one account for two technologies. It is estimated
by maximum likelihood, with a profile-likelihood interval; answers average over what remains uncertain, under
the prior Beta(1, 3), which matters only where the data say little (with one product, ρ cannot be told at
all). Group effects are empirical Bayes: the variance between groups is estimated from the data, and with it
each is shrunk to zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from beachhead.accounts.quadrature import Evidence, Floats, Prior, Quadrature, flat_prior

_LOWEST, _HIGHEST = 1e-4, 0.985
_HALF_CHI2_95 = 1.920729  # half the 95 % quantile of χ² with one degree of freedom
_SHARES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def _rho_prior(rho: Floats) -> Floats:
    """Beta(1, 3), mean 0.25. Judgement, between 0.1 (policies of US states) and 0.9 (networks of
    countries).
    """
    return 3 * (1 - rho) ** 2


@dataclass(frozen=True)
class Rho:
    """``value``: posterior mean; ``ml``: maximum-likelihood estimate; ``low``, ``high``: 95 % profile
    interval.

    ``nodes``: equally likely values of ρ that answers are averaged over (a single one where ρ is known well).
    """

    value: float
    ml: float
    low: float
    high: float
    nodes: tuple[float, ...]

    @property
    def told(self) -> bool:
        """Whether the data say anything about ρ."""
        return self.high - self.low < 0.95


def estimate_rho(log_likelihood: Callable[[float], float]) -> Rho:
    """ρ from its log-likelihood, evaluated some 20 to 40 times where it matters.

    The search refines a grid over arcsin √ρ around its best point. Between points, the signed root of the
    deviance is interpolated, which is nearly linear.
    """
    bounds = math.asin(math.sqrt(_LOWEST)), math.asin(math.sqrt(_HIGHEST))
    seen: dict[float, float] = {}
    points = np.linspace(*bounds, 9)
    for _ in range(8):
        seen |= {p: log_likelihood(math.sin(p) ** 2) for p in points.tolist() if p not in seen}
        phi = np.array(sorted(seen))
        level = np.array([seen[p] for p in phi.tolist()])
        best = int(level.argmax())
        left, right = max(best - 1, 0), min(best + 1, len(phi) - 1)
        if level[best] - min(level[left], level[right]) < 1.0:
            break
        points = np.linspace(phi[left], phi[right], 8)
    top_phi, top = _peak(phi[left : right + 1], level[left : right + 1])
    root = np.sign(phi - top_phi) * np.sqrt(np.maximum(top - level, 0))
    at = int(np.searchsorted(phi, top_phi))
    phi, root = np.insert(phi, at, top_phi), np.insert(root, at, 0.0)
    near = np.flatnonzero(root**2 < 15)
    fine = np.linspace(phi[max(near[0] - 1, 0)], phi[min(near[-1] + 1, len(phi) - 1)], 2001)
    deviance = np.interp(fine, phi, root) ** 2
    inside = fine[deviance <= _HALF_CHI2_95]
    nodes, value = _nodes(fine, deviance)
    return Rho(
        value=value,
        ml=math.sin(top_phi) ** 2,
        low=0.0 if inside[0] <= bounds[0] else math.sin(inside[0]) ** 2,
        high=1.0 if inside[-1] >= bounds[1] else math.sin(inside[-1]) ** 2,
        nodes=nodes,
    )


def _peak(phi: Floats, level: Floats) -> tuple[float, float]:
    """Top of the parabola through three points, or the best point where it lies at an end."""
    best = int(level.argmax())
    if len(phi) < 3 or best in (0, len(phi) - 1):
        return float(phi[best]), float(level[best])
    a, b, c = np.polyfit(phi - phi[best], level, 2)
    return (
        (float(phi[best] - b / (2 * a)), float(c - b * b / (4 * a)))
        if a < 0
        else (float(phi[best]), float(c))
    )


def _nodes(phi: Floats, deviance: Floats) -> tuple[tuple[float, ...], float]:
    """Five equally likely values of ρ, each the mean of its fifth of the posterior, and the mean of all."""
    rho = np.sin(phi) ** 2
    weight = np.exp(-deviance) * _rho_prior(rho) * np.sin(2 * phi)
    weight /= weight.sum()
    mean = float(weight @ rho)
    if math.sqrt(float(weight @ (rho - mean) ** 2)) < min(0.01, 0.1 * mean):
        return (mean,), mean
    total = np.concatenate([[0.0], np.cumsum(weight)])
    first = np.concatenate([[0.0], np.cumsum(weight * rho)])
    fifths = np.interp(np.linspace(0, 1, 6), total, first)
    return tuple((np.diff(fifths) * 5).tolist()), mean


@dataclass(frozen=True)
class Groups:
    """One column of the accounts as classes: ``level`` per account, the name of each, and its estimated
    effect on θ.

    ``share``: part of ρ that lies between the classes.
    """

    column: str
    level: NDArray[np.uint32]
    names: tuple[str, ...]
    effect: Floats
    share: float = 0.0


@dataclass(frozen=True)
class TraitPrior:
    """ρ, the offset of the territory against the markets (0 without markets), and the effects of groups."""

    rho: Rho
    offset: float
    groups: tuple[Groups, ...]
    sampled: int
    """Accounts that these were estimated on."""

    def at(self, rho: float, accounts: int) -> Prior:
        """The prior of every account's θ at one value of ρ: effects keep their share of it."""
        return _prior(self.offset, self.groups, math.sqrt(rho / max(self.rho.value, _LOWEST)), accounts)


def estimate_prior(data: Evidence, groups: list[Groups], *, offset: bool) -> TraitPrior:
    """ρ and group effects by empirical Bayes; ``offset``: estimate the territory's mean, else it is 0 by
    definition.
    """
    sample, chosen = data.sample()
    size = sample.accounts
    inner = [replace(g, level=g.level[chosen]) for g in groups]
    mean = 0.0
    if offset:
        mean = _mean(sample, mean, 0.3)
        mean = _mean(sample, mean, _rho(sample, mean).ml)
    rho_found = _rho(sample, mean)
    if inner and rho_found.told:
        inner = _effects(sample, inner, mean, rho_found.value)
    found = tuple(replace(g, effect=i.effect, share=i.share) for g, i in zip(groups, inner, strict=True))
    return TraitPrior(rho_found, mean, found, size)


def _rho(sample: Evidence, mean: float) -> Rho:
    prior = _prior(mean, (), 1.0, sample.accounts)
    return estimate_rho(lambda rho: Quadrature(sample, prior, rho).log_likelihood())


def _prior(mean: float, groups: tuple[Groups, ...] | list[Groups], scale: float, accounts: int) -> Prior:
    if not groups:
        return replace(flat_prior(accounts), mean=np.array([mean]))
    sizes = tuple(len(g.names) for g in groups)
    mixed = np.ravel_multi_index(tuple(g.level for g in groups), sizes)
    distinct, group = np.unique(mixed, return_inverse=True)
    means = np.full(len(distinct), mean)
    for g, level in zip(groups, np.unravel_index(distinct, sizes), strict=True):
        means = means + scale * g.effect[level]
    return Prior(group.astype(np.uint32), means, 1 - sum(g.share for g in groups))


def _slopes(sample: Evidence, prior: Prior, rho: float) -> tuple[Floats, Floats]:
    """First derivative and negative second derivative of each account's log-likelihood in its prior mean."""
    spread = rho * prior.within
    mean, variance = Quadrature(sample, prior, rho).moments()
    return (mean - prior.mean[prior.group]) / spread, (1 - variance / spread) / spread


def _mean(sample: Evidence, mean: float, rho: float) -> float:
    """Newton's method for the mean of θ over the territory, under a wide prior."""
    for _ in range(12):
        slope, curvature = _slopes(sample, _prior(mean, (), 1.0, sample.accounts), rho)
        step = float((slope.sum() - mean) / (max(curvature.sum(), 0.0) + 1))
        mean += max(-1.0, min(1.0, step))
        if abs(step) < 1e-3:
            break
    return mean


def _effects(sample: Evidence, groups: list[Groups], mean: float, rho: float) -> list[Groups]:
    """Each column's effects in turn, given the others', to convergence: Newton steps, shrunk."""
    for _ in range(6):
        moved = 0.0
        for g, group in enumerate(groups):
            slope, curvature = _slopes(sample, _prior(mean, groups, 1.0, sample.accounts), rho)
            size = len(group.names)
            precision = np.maximum(np.bincount(group.level, curvature, size), 1e-9)
            raw = group.effect + np.bincount(group.level, slope, size) / precision
            others = sum(o.share for o in groups) - group.share
            share = _between(raw, 1 / precision, rho, 0.9 - others)
            effect = raw * (share * rho) / (share * rho + 1 / precision)
            moved = max(moved, float(np.abs(effect - group.effect).max()))
            groups[g] = replace(group, effect=effect, share=share)
        if moved < 0.005:
            break
    return groups


def _between(raw: Floats, variance: Floats, rho: float, most: float) -> float:
    """Share of ρ between groups that makes their raw effects (each with its ``variance``) likeliest."""
    total = np.array([s for s in _SHARES if s <= most])[:, None] * rho + variance
    return _SHARES[int((-0.5 * (np.log(total) + raw**2 / total)).sum(axis=1).argmax())]
