"""Our own buyers by adopter category: a year ago, now, and a year from now."""

from __future__ import annotations

from datetime import date

import polars as pl

from beachhead.accounts.months import months_before
from beachhead.accounts.sellers import with_sellers
from beachhead.accounts.territory import Territory, ours
from beachhead.tables.categories import CATEGORIES

WINDOWS = {"a year ago": (24, 12), "now": (12, 0), "next year": (0, -12)}
"""Label → months before the as-of day at which the window begins and ends."""


def buyers_by_category(found: Territory) -> pl.DataFrame:
    """How those who buy a product for the first time fall over the categories.

    window (a year ago, now, next year), start, end, innovators … laggards (shares that sum to 1; missing
    where nobody buys), buyers. Past windows count accounts and products that were first bought from us
    (from anyone, where it is not known who we are); the next year weighs every account that may buy a
    product of ours by the probability that it does. An account counts for each category by its standing,
    never wholly for one.
    """
    as_of = found.workspace.as_of
    stands = found.standing.table.select("account", *CATEGORIES)
    rows = []
    for label, (begins, ends) in WINDOWS.items():
        start, end = months_before(as_of, begins), months_before(as_of, ends)
        weights = _expected(found) if ends < 0 else _bought(found, start, end)
        sums = (
            weights.join(stands, on="account")
            .select((pl.col(c) * pl.col("weight")).sum() for c in CATEGORIES)
            .row(0)
        )
        total = sum(sums)
        shares = {c: s / total if total > 0 else None for c, s in zip(CATEGORIES, sums, strict=True)}
        rows.append({"window": label, "start": start, "end": end, **shares, "buyers": total})
    schema = {"window": pl.String, "start": pl.Date, "end": pl.Date, **dict.fromkeys(CATEGORIES, pl.Float64)}
    return pl.DataFrame(rows, schema={**schema, "buyers": pl.Float64})


def _bought(found: Territory, start: date, end: date) -> pl.DataFrame:
    """account, weight 1 for every first purchase from us after ``start`` and not after ``end``."""
    tables, us = found.tables, found.workspace.us
    sold = with_sellers(tables.purchases, tables.products, found.workspace.table("partners"), us)
    first = (
        sold.sort("date", maintain_order=True)
        .unique(["account", "product"], keep="first", maintain_order=True)
        .filter((pl.col("date") > start) & (pl.col("date") <= end))
    )
    from_us = first.filter(pl.col("sold_by") == "us") if us else first
    return from_us.select("account", weight=pl.lit(1.0))


def _expected(found: Territory) -> pl.DataFrame:
    ranked = found.next_buyers.ranked(ours(found.tables.products, found.next_buyers))
    return ranked.select("account", weight="within-12")
