"""Customers that can be pointed to at an account: of the same kind, for the same product, and agreed to be named."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

REFERENCES = pl.Schema(
    {
        "account": pl.String(),
        "name": pl.String(),
        "product": pl.String(),
        "segment": pl.String(),
        "category": pl.String(),
        "text": pl.String(),
        "date": pl.Date(),
        "alike": pl.List(pl.String()),
    }
)


def references_like(
    references: pl.DataFrame, facts: pl.DataFrame, account: str, products: Collection[str] = ()
) -> pl.DataFrame:
    """The references for ``account``, the most alike first, then the latest: columns ``REFERENCES``.

    ``references``: the table of that name; where it says nothing of segment and category, those of the
    reference's own account count. ``alike``: what it has in common, of product (one of ``products``), segment
    and category. Only references that may be named are given, never the account itself, and none that has
    nothing in common.
    """
    who = facts.filter(account=account).select("segment", "standing")
    if not who.height:
        return REFERENCES.to_frame()
    segment, category = who.row(0)
    own = facts.select("account", "name", own_segment="segment", own_standing="standing")
    same = {
        "product": pl.col("product").is_in(list(products)),
        "segment": pl.col("segment") == pl.lit(segment, pl.String),
        "category": pl.col("category") == pl.lit(category, pl.String),
    }
    return (
        references.filter(
            pl.col("vanished").is_null()
            & pl.col("may_be_named").fill_null(False)
            & (pl.col("account") != account)
        )
        .join(own, on="account", how="left", maintain_order="left")
        .with_columns(
            name=pl.coalesce("name", "account"),
            segment=pl.coalesce("segment", "own_segment"),
            category=pl.coalesce("category", "own_standing"),
        )
        .with_columns(
            alike=pl.concat_list(
                pl.when(test.fill_null(False)).then(pl.lit(name)) for name, test in same.items()
            ).list.drop_nulls()
        )
        .filter(pl.col("alike").list.len() > 0)
        .sort(pl.col("alike").list.len(), "date", descending=True, nulls_last=True, maintain_order=True)
        .select(REFERENCES.names())
    )
