"""Whether an offering fits an account now: it owns what is needed first, and nothing of the offering yet.

An offering of several products fits if one of them fits now and the others now or later: what a product of a
bundle needs first may come with the bundle. Who owns a part of it does not need the bundle.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import polars as pl

from beachhead.practice.offering import Offering


@dataclass(frozen=True)
class Fit:
    """``when``: owned, now, later or never; ``reason``: why."""

    when: Literal["owned", "now", "later", "never"]
    reason: str


def fits_now(offering: Offering) -> pl.Expr:
    """Whether ``offering`` fits now, over the facts (products_owned, fits_now, fits_later): true or false.

    Without a products table (fits_now is missing) what is owned decides alone.
    """

    def holds(column: str, product: str) -> pl.Expr:
        return pl.col(column).list.contains(product).fill_null(False)

    needed = [holds("products_owned", p) for p in offering.needs_first]
    owned = [holds("products_owned", p) for p in offering.products]
    now = [holds("fits_now", p) for p in offering.products]
    possible = [n | holds("fits_later", p) for n, p in zip(now, offering.products, strict=True)]
    if not offering.products and not needed:  # a service on what is there
        return pl.col("products_owned").list.len().fill_null(0) > 0
    listed = pl.col("fits_now").is_null() | (_any(now) & _all(possible)) | pl.lit(not offering.products)
    return _all(needed) & ~_any(owned) & listed


def foreign(own: Collection[str], others: Collection[str]) -> pl.Expr:
    """Whether products of ``others`` are owned and none of ``own``, over the facts: true or false."""
    owned = pl.col("products_owned").fill_null([]).list
    return owned.set_intersection(list(others)).list.len().gt(0) & owned.set_intersection(
        list(own)
    ).list.len().eq(0)


def of_our_products(offering: Offering, products: Collection[str], shipped: bool) -> bool:
    """Whether ``offering`` is for the technology of a workspace with these ``products``, ids or names.

    One that ships is, where a product of it, or one that it needs first, is among them; the workspace's own always is,
    and so is a service that comes with no product.
    """
    known = {_plain(p) for p in products}
    return not (shipped and offering.products) or any(
        _plain(p) in known for p in (*offering.products, *offering.needs_first)
    )


def _plain(product: str) -> str:
    return "-".join(re.findall(r"\w+", product.casefold()))


def fit(offering: Offering, facts: Mapping[str, Any], names: Mapping[str, str]) -> Fit:
    """Whether ``offering`` fits the account with these ``facts``, and why; ``names``: what products are called."""
    owned = set(facts["products_owned"] or ())
    missing = [names.get(p, p) for p in offering.needs_first if p not in owned]
    have = [names.get(p, p) for p in offering.products if p in owned]
    if not (offering.products or offering.needs_first or owned):
        return Fit("later", "it is a service on what they own, and nothing is on record")
    if have:
        part = "it" if len(have) == len(offering.products) else f"{' and '.join(have)} of it"
        return Fit("owned", f"they own {part} already")
    if facts["fits_now"] is not None:
        now, later = set(facts["fits_now"]), set(facts["fits_later"] or ())
        strange = [p for p in offering.products if p not in now | later]
        if strange:
            called = " and ".join(names.get(p, p) for p in strange)
            return Fit("never", f"{called} does not fit what they have, or is not in the products table")
        if not missing and offering.products and not now & set(offering.products):
            return Fit("later", "something else is needed first")
    if missing:
        return Fit("later", f"needs {' and '.join(missing)} first")
    return Fit("now", "they own what it needs first" if offering.needs_first else "needs nothing first")


def _all(tests: list[pl.Expr]) -> pl.Expr:
    return reduce(lambda a, b: a & b, tests) if tests else pl.lit(True)


def _any(tests: list[pl.Expr]) -> pl.Expr:
    return reduce(lambda a, b: a | b, tests) if tests else pl.lit(False)
