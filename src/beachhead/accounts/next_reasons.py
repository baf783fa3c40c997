"""Why an account may buy a product next: the facts that speak for it, in a sentence."""

from __future__ import annotations

import numpy as np
import polars as pl

from beachhead.accounts.next_buyers import MONTHS, NextBuyers
from beachhead.accounts.whitespace import MOST_PRODUCTS, fits, with_owned
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.numbers import percents


def with_reasons(
    pairs: pl.DataFrame, found: NextBuyers, products: pl.DataFrame, standing: pl.DataFrame
) -> pl.DataFrame:
    """``pairs`` (account, product and whatever else) with the column ``reason``.

    ``standing``: account, a probability per category, category.
    """
    snap = found.snapshot
    rows = dict(zip(snap.accounts.to_list(), range(len(snap.accounts)), strict=True))
    columns = {product: k for k, product in enumerate(snap.products)}
    row = np.array([rows[a] for a in pairs["account"]], dtype=np.int64)
    column = np.array([columns[p] for p in pairs["product"]], dtype=np.int64)
    year = found.expected.filter(pl.col("months") == MONTHS[-1]).select(
        "product", pl.col("buyers").round(0).cast(pl.Int64), "waiting"
    )
    likeliest = standing.select("account", "category", sure=pl.max_horizontal(CATEGORIES))
    told = (
        pairs.with_columns(
            offered=pl.Series(snap.offered[row, column]),
            buys=pl.Series(snap.buys[row]),
            talks=pl.Series(snap.talks[row]),
            fit=_fit_reasons(pairs, found, products),
        )
        .join(likeliest, on="account", how="left", maintain_order="left")
        .join(year, on="product", how="left", maintain_order="left")
    )
    return pairs.with_columns(reason=told.select(_sentence()).to_series())


def _sentence() -> pl.Expr:
    category = pl.col("category").str.replace_all("_", " ", literal=True)
    parts = [
        pl.when(pl.col("offered")).then(pl.lit("an opportunity for it is open")),
        pl.when(pl.col("fit") != "needs nothing first").then("fit"),
        pl.when(pl.col("sure").is_not_null()).then(
            pl.format("likeliest {} ({})", category, percents(pl.col("sure")))
        ),
        pl.when(pl.col("buys") > 1).then(pl.format("bought on {} days in the last twelve months", "buys")),
        pl.when(pl.col("talks") == 1).then(pl.lit("one contact in six months")),
        pl.when(pl.col("talks") > 1).then(pl.format("{} contacts in six months", "talks")),
        pl.when(pl.col("waiting").is_not_null()).then(
            pl.format("{} of the {} that could are expected to buy it within a year", "buyers", "waiting")
        ),
    ]
    return pl.concat_list(parts).list.drop_nulls().list.join("; ")


def _fit_reasons(pairs: pl.DataFrame, found: NextBuyers, products: pl.DataFrame) -> pl.Series:
    """What the whitespace says of each pair; blank where no products are listed."""
    owned = found.snapshot.first.group_by("account").agg(products_owned="product")
    asked = pairs.select("account", "product").with_row_index("at").join(owned, on="account", how="left")
    known = fits(products) if products.height <= MOST_PRODUCTS else []
    table = with_owned(asked, products) if known else asked
    said = [table.filter(pl.col("product") == fit.product).select("at", reason=fit.reason) for fit in known]
    told = pl.concat(said) if said else pl.DataFrame(schema={"at": pl.UInt32, "reason": pl.String})
    return asked.select("at").join(told, on="at", how="left", maintain_order="left")["reason"]
