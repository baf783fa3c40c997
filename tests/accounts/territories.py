"""Simulated territories of which the truth is known. Not a test module."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.accounts.positions import Floats

BEGIN = dt.date(2000, 1, 1)
AS_OF = dt.date(2009, 12, 31)
SPAN = (AS_OF - BEGIN).days


@dataclass(frozen=True)
class Territory:
    """``trait``: true θ (standard deviations); ``next``: true fraction at which each account adopts something new."""

    adoptions: pl.DataFrame
    accounts: pl.DataFrame
    trait: Floats
    next: Floats


def simulate(
    *, accounts: int, products: int, rho: float, censored: float, seed: int = 1, shift: Floats | None = None
) -> Territory:
    """A territory of the model's own equations: ``censored`` of the accounts have not adopted by AS_OF.

    ``shift``: added to each account's trait.
    """
    rng = np.random.default_rng(seed)
    trait = rng.normal(0, np.sqrt(rho), accounts) + (0 if shift is None else shift)
    noise = rng.normal(0, np.sqrt(1 - rho), (accounts, products + 1))
    return _observed(trait, trait[:, None] + noise, censored)


def simulate_otherwise(*, accounts: int, products: int, censored: float, seed: int = 1) -> Territory:
    """A territory of quite other equations: each account is told of a product by those that have it already.

    Every month an account adopts with a hazard that is its own readiness (gamma distributed) times what it hears:
    a little from the vendor, the more the more accounts have the product. The correlation of adoption times comes
    from readiness. The trait is its rank, as a normal score.
    """
    rng = np.random.default_rng(seed)
    readiness = rng.gamma(1.0, 1.0, accounts)
    order = np.zeros((accounts, products + 1))
    for k in range(products + 1):
        when = np.full(accounts, np.inf)
        month = 0
        while np.isinf(when).any() and month < 2000:
            have = np.mean(np.isfinite(when))
            hazard = readiness * rng.lognormal(0, 0.8, accounts) * (0.004 + 0.25 * have)
            buys = np.isinf(when) & (rng.random(accounts) < 1 - np.exp(-hazard))
            when[buys] = month + rng.random(int(buys.sum()))
            month += 1
        order[:, k] = when
    rank = (-readiness).argsort().argsort()
    return _observed((rank + 0.5) / accounts * 2 - 1, order, censored)


def _observed(trait: Floats, order: NDArray[np.float64], censored: float) -> Territory:
    """Adoption days in the order of the columns of ``order``; the last one is the technology that is still to come."""
    size, columns = order.shape
    fraction = (order.argsort(axis=0).argsort(axis=0) + 0.5) / size
    names = np.array([f"a{j:06}" for j in range(size)])
    tables = []
    for k in range(columns - 1):
        seen = np.flatnonzero(fraction[:, k] < 1 - censored)
        days = (fraction[seen, k] / (1 - censored) * SPAN).astype(int)
        tables.append(
            pl.DataFrame(
                {
                    "account": names[seen],
                    "product": f"p{k}",
                    "date": pl.Series(days).cast(pl.Int32) + (BEGIN - dt.date(1970, 1, 1)).days,
                }
            ).with_columns(pl.col("date").cast(pl.Date))
        )
    return Territory(pl.concat(tables), pl.DataFrame({"account": names}), trait, fraction[:, -1])
