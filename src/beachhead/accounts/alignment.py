"""Which z a fraction of a selected population corresponds to.

The accounts that a product is addressable for may be early ones (large firms, say, that other
technologies reached first). A fraction of them is then reached at a smaller z than the same
fraction of all accounts: at the z that so many of the population lie below, as their other
adoptions show them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from beachhead.accounts.positions import Positions
from beachhead.accounts.quadrature import Evidence, Floats, Prior, Quadrature, Z

ALIGNMENTS = 4
"""Rounds of fitting and aligning, at most; where the selection is weak, the second changes nothing."""


def population_z(
    quadratures: list[Quadrature], population: NDArray[np.bool_], product: int, fractions: Floats
) -> Floats:
    """z of ``fractions`` of a ``population`` (accounts) in ``product``, whose own history does not enter.

    ``quadratures``: the posterior at equally likely values of ρ.
    """
    by = np.zeros(len(Z))
    for quadrature in quadratures:
        total = np.zeros(len(quadrature.theta))
        for part, weight in quadrature.posterior(skip=product):
            total += weight[population[part]].sum(axis=0, dtype=np.float64)
        by += quadrature.adoption @ total
    by /= population.sum() * len(quadratures)
    z = np.interp(fractions, by, Z)
    return np.where(fractions <= 0, -np.inf, np.where(fractions >= 1, np.inf, z))


def selected(items: list[Positions], accounts: int) -> list[int]:
    """Products whose own fractions are not those of all accounts on the common scale.

    Those measured among a part of the territory only; all, if the scale is that of other products' markets.
    """
    markets = any(p.from_market for p in items)
    return [
        k
        for k, p in enumerate(items)
        if not p.from_market and p.population > 0 and (markets or p.population < 0.98 * accounts)
    ]


def aligned(data: Evidence, items: list[Positions], prior: Prior, rho: float) -> Evidence:
    """``data`` with the bounds of every product in z of all accounts, given a fit of all of them.

    On 210 countries, where data of some technologies exist for rich countries only, this raised the skill
    of predictions from 0.366 to 0.376 and from 0.392 to 0.396 (``benchmarks/accounts_skill.py``).
    """
    bounds = data.bounds.copy()
    sample, chosen = data.sample()
    quadrature = Quadrature(sample, prior.of(chosen), rho)
    start = np.cumsum([1, *(len(item.bounds) for item in items)])
    for k in selected(items, data.accounts):
        population = (items[k].code > 0)[chosen]
        bounds[start[k] : start[k + 1]] = population_z([quadrature], population, k, items[k].bounds)
    return replace(data, bounds=bounds)
