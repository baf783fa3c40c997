"""Where in a product's diffusion each account adopted: dates become intervals of the fraction of accounts
adopted.

An account that adopted lies between two fractions F; one that has not lies between the fraction today and 1;
one that had adopted before the data begin lies between 0 and the fraction at their begin. F is the curve of
the product's market where one is given, else the territory's own: the nonparametric maximum-likelihood
estimate of Turnbull (1976) over the addressable accounts, which for dated adoptions is their empirical
distribution. Accounts that never buy count as the last: a fraction is always one of the addressable
accounts, not of those that buy in the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beachhead.accounts.normal import ndtri

Days = NDArray[np.int64]
Floats = NDArray[np.float64]

ALWAYS, NEVER = -1_000_000, 4_000_000
"""Days (since 1970) beyond any date: "before anything was recorded" and "later, or never"."""
FURTHEST = 1.0
"""Standard deviations between territory and market beyond which the market's curve counts something
else (money, say, instead of adopters): judgement.
"""
_BITS = 23  # a day shifted by ALWAYS fits in these


@dataclass(frozen=True)
class Curve:
    """Fraction of a market that had adopted at the end of each of ``days`` (both rising); linear in
    between.
    """

    days: Days
    fraction: Floats

    def at(self, days: Days) -> Floats:
        """The fraction at ``days``; level before the first and after the last known one."""
        return np.interp(days, self.days, self.fraction)

    def between(self, days: Days) -> Floats:
        """(n, 2): fractions between which an account lies that adopted between the two days of each row.

        What lies before the first or after the last known day is known only to do so.
        """
        low = np.where(days[:, 0] < self.days[0], 0.0, self.at(days[:, 0]))
        high = np.where(days[:, 1] > self.days[-1], 1.0, self.at(days[:, 1]))
        return np.stack([low, high], axis=1)


@dataclass(frozen=True)
class Positions:
    """One product's history. ``code`` per account: 0 not in question, j: row j − 1 of ``bounds`` and
    ``days``.
    """

    product: str
    code: NDArray[np.uint32]
    bounds: Floats
    """(intervals, 2): fractions between which an account of that code adopted."""
    days: Days
    """(intervals, 2): the day after which, and the last day by which, it adopted."""
    counts: NDArray[np.int64]
    """Accounts per interval."""
    fraction_now: float
    from_market: bool
    apart: float | None = None
    """Where the market stands, if that is too far from the territory's own fraction to be used."""

    @property
    def population(self) -> int:
        """Accounts that the fractions refer to: the addressable ones and those that will be."""
        return int(self.counts.sum())

    @property
    def waiting(self) -> NDArray[np.bool_]:
        """Accounts that are addressable and have not adopted."""
        return np.append(False, (self.days[:, 1] == NEVER) & (self.days[:, 0] > ALWAYS))[self.code]

    @property
    def adopters(self) -> int:
        return int(self.counts[self.days[:, 1] < NEVER].sum())


def positions(
    product: str,
    after: Days,
    until: Days,
    population: NDArray[np.bool_],
    as_of: int,
    market: Curve | None = None,
) -> Positions:
    """The history of one product from the days between which each account adopted: ``after`` < t ≤ ``until``.

    ``until`` is NEVER where it has not adopted, ``after`` then being the last day on which that was
    known, or ALWAYS for an account that is not addressable yet: it belongs to the population, but
    says nothing itself. ``market``: the curve of the product's market, or None for the territory's
    own.
    """
    key = ((after[population] - ALWAYS) << _BITS) | (until[population] - ALWAYS)
    distinct, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    days = np.stack([distinct >> _BITS, distinct & ((1 << _BITS) - 1)], axis=1) + ALWAYS
    later = (days[:, 0] == ALWAYS) & (days[:, 1] == NEVER)
    apart = None if market is None else _apart(market, as_of, days, counts)
    market = market if apart is None else None
    curve = market or own_curve(np.where(later[:, None], [as_of, NEVER], days), counts)
    code = np.zeros(len(after), dtype=np.uint32)
    code[population] = inverse + 1
    return Positions(
        product=product,
        code=code,
        bounds=_open(curve.between(days), len(inverse)),
        days=days,
        counts=counts,
        fraction_now=float(curve.at(np.array([as_of]))[0]),
        from_market=market is not None,
        apart=apart,
    )


def _apart(market: Curve, as_of: int, days: Days, counts: NDArray[np.int64]) -> float | None:
    """The market's fraction today, if the territory's own lies more than FURTHEST from it."""
    adopters, population = int(counts[days[:, 1] < NEVER].sum()), int(counts.sum())
    fraction = float(market.at(np.array([as_of]))[0])
    z = ndtri([(adopters + 0.5) / (population + 1), min(max(fraction, 1e-4), 1 - 1e-4)])
    return fraction if abs(z[0] - z[1]) > FURTHEST else None


def own_curve(days: Days, counts: NDArray[np.int64]) -> Curve:
    """The territory's own curve from intervals of days (rows of ``days``) and how many accounts have each.

    Turnbull's self-consistency algorithm (1976): the mass of each cell between two known days is shared out
    among the intervals that hold it until nothing changes; at once exact where no two intervals overlap.
    """
    edges = np.unique(days[(days > ALWAYS) & (days < NEVER)])
    if len(edges) == 0:
        return Curve(np.array([0]), np.array([0.0]))
    first = np.where(days[:, 0] == ALWAYS, 0, np.searchsorted(edges, days[:, 0]) + 1)
    last = np.where(days[:, 1] == NEVER, len(edges), np.searchsorted(edges, days[:, 1]))
    mass = np.full(len(edges) + 1, 1 / (len(edges) + 1))
    share = counts / max(counts.sum(), 1)
    for _ in range(2000):
        below = np.concatenate([[0.0], np.cumsum(mass)])
        weight = share / np.maximum(below[last + 1] - below[first], 1e-300)
        change = np.zeros(len(mass) + 1)
        np.add.at(change, first, weight)
        np.add.at(change, last + 1, -weight)
        new = mass * np.cumsum(change)[:-1]
        done = np.abs(new - mass).max() < 1e-9
        mass = new
        if done:
            break
    return Curve(edges, np.minimum(np.cumsum(mass)[:-1], 1.0))


def _open(bounds: Floats, accounts: int) -> Floats:
    """Intervals that hold something: a curve that stands still still has room for one account."""
    half = 0.5 / max(accounts, 1)
    thin = bounds[:, 1] - bounds[:, 0] < 1e-9
    return np.where(
        thin[:, None], np.clip(bounds.mean(axis=1, keepdims=True) + np.array([-half, half]), 0, 1), bounds
    )
