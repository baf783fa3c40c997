"""The adopter trait: how early an account adopts, as its past adoptions show it, with as much confidence as
they bear.

Rogers' categories are standard deviations of adoption time. Let u be the fraction of a product's market that
had adopted when the account did, and z = Φ⁻¹(u) = θ + ε with θ ~ N(μ, ρ), ε ~ N(0, 1 − ρ): θ is the
account's trait, ρ how much of earliness is the account's own rather than the product's chance. A probit
model with a random effect, censored where an account has not adopted yet or had done so before the data
begin. The posterior of θ + ε is the account's category for the *next* technology. Where ρ is near zero the
answer stays near the base rates.

>>> trait = adopter_trait(adoptions, accounts, as_of=date(2009, 2, 28))   # adoptions: account, product, date
>>> trait.rho, trait.rho_lo, trait.rho_hi, trait.accounts, trait.notes
>>> trait.predict("distributed-switch", fraction_now=0.04, fraction_then=0.12)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from beachhead.accounts.alignment import ALIGNMENTS, aligned, population_z, selected
from beachhead.accounts.histories import Histories, histories
from beachhead.accounts.normal import ndtri
from beachhead.accounts.quadrature import Evidence, Floats, Quadrature, Weights, evidence, grid
from beachhead.accounts.trait_groups import classes
from beachhead.accounts.trait_prior import TraitPrior, estimate_prior
from beachhead.accounts.trait_words import history_words, notes
from beachhead.errors import BadQuestion
from beachhead.tables.categories import CATEGORIES, CUTS

_CUT_Z = ndtri(CUTS)


@dataclass(frozen=True)
class Trait:
    """The fitted model of one territory. ``adopter_trait`` makes it."""

    prior: TraitPrior
    histories: Histories
    data: Evidence

    @property
    def rho(self) -> float:
        """Posterior mean of ρ: the correlation between an account's adoption times for two technologies."""
        return self.prior.rho.value

    @property
    def rho_lo(self) -> float:
        """Lower end of the 95 % profile-likelihood interval of ρ."""
        return self.prior.rho.low

    @property
    def rho_hi(self) -> float:
        """Upper end of the 95 % profile-likelihood interval of ρ."""
        return self.prior.rho.high

    @property
    def products(self) -> pl.DataFrame:
        """product, curve (market or territory), population (accounts that fractions refer to), adopters,
        fraction.
        """
        return self.histories.products

    @cached_property
    def notes(self) -> list[str]:
        """What the answer rests on, a sentence each: how much ρ bears, which curve each product is measured
        against.
        """
        return notes(self.prior, self.histories)

    def words(self, names: Mapping[str, str] | None = None) -> pl.DataFrame:
        """account, words: its past adoptions, such as "third of 61 to buy server virtualisation". ``names``
        of products.
        """
        return history_words(self.histories, names or {})

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """One row per account: account, trait (posterior mean of θ, in standard deviations of adoption time;
        negative is early), trait-lo-80, trait-hi-80, innovators … laggards (probability of being one for the
        next technology), category (the likeliest), adoptions (products adopted so far).
        """
        summary = np.zeros((self.data.accounts, 3))
        found = np.zeros((self.data.accounts, len(CATEGORIES)))
        for part, mixed, theta, each in self._walk():
            summary[part, 0] = mixed @ theta
            summary[part, 1:] = _quantiles(mixed, theta, (0.1, 0.9))
            found[part] = _mean(weight @ _cells(q, _CUT_Z) for q, weight in each)
        found /= found.sum(axis=1, keepdims=True)  # what single precision left over
        return pl.DataFrame(
            {
                "account": self.histories.accounts,
                "trait": summary[:, 0],
                "trait-lo-80": summary[:, 1],
                "trait-hi-80": summary[:, 2],
                **{c: found[:, j] for j, c in enumerate(CATEGORIES)},
                "category": likeliest(found),
                "adoptions": self.histories.adoptions,
            }
        )

    def predict(
        self,
        product: str,
        fraction_now: float,
        fraction_then: float | Sequence[float],
        odds: pl.DataFrame | None = None,
    ) -> pl.DataFrame:
        """account, probability: that it adopts ``product`` while its market goes from ``fraction_now`` to
        ``fraction_then``, for each account that is addressable and has not adopted it.

        ``fraction_then``: one value or several equally likely ones, such as the quantiles of a
        forecast. Fractions are those of the product's market where it is measured against one, else
        of the territory's addressable accounts. The product's own history does not enter, beyond that
        an account has not adopted yet, and ``product`` may be new. ``odds``: account and a factor per
        category (innovators … laggards), as signals give them. Raises BadQuestion unless
        0 ≤ fraction_now ≤ fraction_then ≤ 1.
        """
        thens = np.atleast_1d(np.asarray(fraction_then, dtype=np.float64))
        if not (
            0 <= fraction_now <= 1 and len(thens) and bool(((thens >= fraction_now) & (thens <= 1)).all())
        ):
            raise BadQuestion(
                "A market goes from a fraction now to one then, 0 ≤ now ≤ then ≤ 1; not from "
                f"{fraction_now} to {fraction_then}."
            )
        k = self.histories.index(product)
        waiting = np.ones(self.data.accounts, dtype=bool) if k is None else self.histories.items[k].waiting
        z = self._cuts(k, np.append(fraction_now, thens))
        edges = np.unique(np.concatenate([_CUT_Z, z]))
        begins = np.append(-np.inf, edges)  # of the cells that the categories, now and then divide z into
        category = np.searchsorted(_CUT_Z, begins, side="right")
        waits = begins >= z[0]
        buys = waits * (begins[:, None] < z[1:]).mean(axis=1)
        factors = self._factors(odds)
        chance = np.zeros(self.data.accounts)
        for part, _, _, each in self._walk(k):
            cells = _mean(weight @ _cells(q, edges) for q, weight in each) * factors[part][:, category]
            chance[part] = (cells @ buys) / np.maximum(cells @ waits, 1e-30)
        chances = pl.Series("probability", np.clip(chance, 0, 1))
        return pl.DataFrame([self.histories.accounts, chances]).filter(waiting)

    @cached_property
    def _quadratures(self) -> list[Quadrature]:
        """One per node of ρ, over the same grid."""
        rhos = list(self.prior.rho.nodes)
        priors = [self.prior.at(rho, self.data.accounts) for rho in rhos]
        theta = grid(rhos, priors[int(np.argmax(rhos))], self.data.depth)
        return [Quadrature(self.data, prior, rho, theta) for rho, prior in zip(rhos, priors, strict=True)]

    def _walk(
        self, skip: int | None = None
    ) -> Iterator[tuple[slice, Weights, Floats, list[tuple[Quadrature, Weights]]]]:
        """Chunks of accounts: which, their posterior over the grid, the grid, the one at each node of ρ.

        ``skip``: a product whose history is left out.
        """
        quadratures = self._quadratures
        for parts in zip(*(q.posterior(skip) for q in quadratures), strict=True):
            each = [(q, weight) for q, (_, weight) in zip(quadratures, parts, strict=True)]
            yield parts[0][0], _mean(weight for _, weight in each), quadratures[0].theta, each

    def _cuts(self, k: int | None, fractions: Floats) -> Floats:
        """The z that ``fractions`` of product ``k`` correspond to.

        For fractions of a market, Φ⁻¹. For fractions of the territory's own accounts, the z that so
        many of the product's population lie below, as their other adoptions show them: they may be
        early ones.
        """
        if k is None or self.histories.items[k].from_market:
            return ndtri(fractions)
        return population_z(self._quadratures, self.histories.items[k].code > 0, k, fractions)

    def _factors(self, odds: pl.DataFrame | None) -> Floats:
        """(accounts, categories): what to multiply each category's probability with."""
        if odds is None:
            return np.ones((self.data.accounts, len(CATEGORIES)))
        known = pl.DataFrame([self.histories.accounts]).join(
            odds, on="account", how="left", maintain_order="left"
        )
        return known.select(pl.col(CATEGORIES).fill_null(1.0)).to_numpy()


def adopter_trait(
    adoptions: Any,
    accounts: Any,
    *,
    addressable: Any = None,
    markets: Any = None,
    start: Mapping[str, dt.date] | None = None,
    as_of: dt.date,
    groups: Sequence[str] = (),
) -> Trait:
    """Fit the model to a territory. Tables may be Polars, pandas, Arrow or DuckDB.

    ``adoptions``: account, product, date (blank: some time before the as-of day); with a column
    ``not_before`` an adoption is known only to lie after that day (blank: any time) and not after
    ``date``. The first of an account and product counts, and none after ``as_of`` does. An account
    without one has not adopted. ``accounts``: account and whatever ``groups`` name (texts are
    classes, numbers are cut into fifths). ``addressable``: account, product of the pairs that come
    into question (default: all); with a column ``fit``, ``never`` is left out and ``later`` counts
    among the population but says nothing yet, as in the whitespace table. Or product → a number per
    account: 0 never, 1 now, 2 later. ``markets``: product, ds, fraction, the curve of a product's
    market; without one, positions are those among the territory's own accounts. ``start``: product
    → day on which its data begin; what adopted before is left-censored. Raises BadInput for tables
    without these columns.
    """
    known = histories(adoptions, accounts, addressable=addressable, markets=markets, start=start, as_of=as_of)
    data = evidence(known.items, len(known.accounts))
    found = classes(accounts, groups)
    offset = any(item.from_market for item in known.items)
    prior = estimate_prior(data, found, offset=offset)
    for _ in range(ALIGNMENTS if selected(known.items, data.accounts) else 0):
        was = prior.rho.value
        data = aligned(data, known.items, prior.at(was, data.accounts), was)
        prior = estimate_prior(data, found, offset=offset)
        if abs(prior.rho.value - was) < 0.01:
            break
    return Trait(prior, known, data)


def likeliest(probabilities: Floats) -> pl.Series:
    """The likeliest category of each row of (accounts, categories)."""
    return pl.Series("category", CATEGORIES)[probabilities.argmax(axis=1)]


def _cells(quadrature: Quadrature, z: Floats) -> Weights:
    """(grid, len(z) + 1): probability at each θ of adopting something new between each two of the sorted
    ``z``.
    """
    by = quadrature.adopted_by(z)
    return np.diff(np.pad(by, ((0, 0), (1, 1)), constant_values=(0, 1)), axis=1).astype(np.float32)


def _mean(arrays: Iterable[Weights]) -> Weights:
    each = list(arrays)
    return each[0] if len(each) == 1 else np.mean(each, axis=0)


def _quantiles(weight: Weights, theta: Floats, levels: tuple[float, ...]) -> Floats:
    """(accounts, levels): quantiles of θ, each grid point's mass spread evenly around it."""
    total, step = np.cumsum(weight, axis=1), theta[1] - theta[0]
    found = []
    for level in levels:
        at = np.minimum((total < level).sum(axis=1), len(theta) - 1)[:, None]
        mass = np.take_along_axis(weight, at, axis=1)[:, 0]
        below = np.take_along_axis(total, at, axis=1)[:, 0] - mass
        found.append(theta[at[:, 0]] + step * ((level - below) / np.maximum(mass, 1e-30) - 0.5))
    return np.stack(found, axis=1)
