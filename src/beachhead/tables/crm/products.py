"""Files of products and their categories, and what other files tell of the products in them."""

from __future__ import annotations

import polars as pl

from beachhead.tables.crm.context import Context, Taken
from beachhead.tables.crm.reading import ROW
from beachhead.tables.crm.rows import known, once, replaced


def read_categories(context: Context, files: list[Taken]) -> None:
    """Categories of products: only their names, to stand where other files have their ids."""
    for taken in files:
        rows = taken.frame.select("category", "name").collect()
        context.categories |= {c: n for c, n in rows.iter_rows() if c and n}


def read_products(context: Context, files: list[Taken]) -> None:
    """Files of products."""
    for taken in files:
        key = pl.coalesce(taken.expr("product"), taken.expr("code"), taken.expr("name"))
        rows = taken.frame.select(
            ROW,
            taken.expr("code"),
            product=key,
            name=taken.expr("name"),
            vendor=taken.expr("vendor"),
            need=taken.expr("need").replace(context.categories),
        )
        rows = context.seller(pl.col("vendor"), rows, "vendor") if taken.has("vendor") else rows
        made = rows.with_columns(vendor=_names_of(context, rows)).collect()
        known(context.products, made, "product")
        coded = made.filter(pl.col("code").is_not_null() & pl.col("product").is_not_null())
        context.products.add(coded.get_column("product"), coded.get_column("code"))
        known(context.products, made, "product")
        given = [c for c in ("name", "vendor", "need") if taken.has(c)]
        context.put("products", taken, once(made, "product", context.products), ["product", *given])


def _names_of(context: Context, rows: pl.LazyFrame) -> pl.Expr:
    return replaced(pl.col("vendor"), rows, lambda v: context.partners.names.get(v) or v)


def products_beside(context: Context, taken: Taken, frame: pl.LazyFrame) -> None:
    """What a file of purchases tells of the products in it."""
    told = [f for f in ("category", "vendor") if taken.has(f)]
    if not told or not taken.has("product", "product_code", "product_name"):
        return
    name = [pl.col("product_name").drop_nulls().first().alias("name")] if taken.has("product_name") else []
    need = (
        [pl.col("category").drop_nulls().first().replace(context.categories).alias("need")]
        if "category" in told
        else []
    )
    vendor = [pl.col("vendor").drop_nulls().first()] if "vendor" in told else []
    some = (
        frame.filter(pl.col("product").is_not_null())
        .group_by("product", maintain_order=True)
        .agg(pl.col(ROW).first(), *name, *need, *vendor)
    )
    given = [
        "product",
        *(["name"] if name else []),
        *(["need"] if need else []),
        *(["vendor"] if vendor else []),
    ]
    context.put("products", taken, some, given, weak=True)
