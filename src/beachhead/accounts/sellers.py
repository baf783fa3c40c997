"""Who sold: us, the vendor itself, or another firm; and the names under which they are shown."""

from __future__ import annotations

import polars as pl

from beachhead.tables.names import normal


def with_sellers(
    purchases: pl.DataFrame, products: pl.DataFrame, partners: pl.DataFrame, us: str
) -> pl.DataFrame:
    """Purchases with products as ids and sellers as names, and three columns more.

    ``sold_by``: us, vendor (the firm that makes it sold it), partner (any other firm), null where the
    seller is not known. ``served_by`` likewise for who serves it. ``other``: name of the other firm,
    neither us nor a vendor, that serves or sold it; null where there is none. Names are compared without
    case and legal form.
    """
    rows = purchases.with_columns(product=product_ids(purchases["product"], products))
    made_by = dict(products.select("product", "vendor").drop_nulls().iter_rows())
    rows = rows.with_columns(
        vendor=pl.coalesce("vendor", pl.col("product").replace_strict(made_by, default=None))
    )
    firms = _firms(partners)
    for role, result in (("seller", "sold_by"), ("serviced_by", "served_by")):
        written = [name for name in rows[role].drop_nulls().unique() if normal(name)]
        known = {name: firms.get(normal(name), (name.strip(), None)) for name in written}
        rows = rows.with_columns(
            pl.col(role).replace_strict({w: name for w, (name, _) in known.items()}, default=None),
            _relation(role, {w: kind for w, (_, kind) in known.items()}, us, rows["vendor"]).alias(result),
        )
    other = (
        pl.when(pl.col("served_by") == "partner")
        .then("serviced_by")
        .when(pl.col("sold_by") == "partner")
        .then("seller")
    )
    return rows.with_columns(other=other)


def product_ids(written: pl.Series, products: pl.DataFrame) -> pl.Series:
    """Products as ids where the products table knows their names; others stay as they are."""
    ids = products["product"].to_list()
    by_name = {
        normal(name): product for product, name in products.select("product", "name").drop_nulls().iter_rows()
    }
    known = by_name | {normal(product): product for product in ids}
    distinct = written.drop_nulls().unique()
    return written.replace({name: known.get(normal(name), name) for name in distinct if name not in ids})


def _firms(partners: pl.DataFrame) -> dict[str, tuple[str, str | None]]:
    """Every spelling (id or name) of a partner, made ``normal``: the name to show and its kind."""
    firms: dict[str, tuple[str, str | None]] = {}
    for partner, name, kind in partners.select("partner", "name", "kind").iter_rows():
        for spelling in (partner, name):
            if spelling:
                firms[normal(spelling)] = (name or partner, kind)
    return firms


def _relation(role: str, kinds: dict[str, str | None], us: str, vendors: pl.Series) -> pl.Expr:
    """us, vendor or partner for the firm in column ``role``; null where it is blank."""
    firm = pl.col(role)
    ours = [written for written in kinds if normal(written) in (normal(us or "us"), "us")]
    makers = [written for written, kind in kinds.items() if kind == "vendor"]
    keys = {name: normal(name) for name in {*kinds, *vendors.drop_nulls().unique()}}
    sells_its_own = firm.replace(keys) == pl.col("vendor").replace(keys)
    return (
        pl.when(~firm.is_in(list(kinds)).fill_null(False))
        .then(None)
        .when(firm.is_in(ours))
        .then(pl.lit("us"))
        .when(firm.is_in(makers) | sells_its_own.fill_null(False))
        .then(pl.lit("vendor"))
        .otherwise(pl.lit("partner"))
    )
