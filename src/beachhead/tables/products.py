"""The table ``products``: what is sold, by us and by others."""

import polars as pl

from beachhead.tables.schema import TEXTS, VANISHED, Column, Table

TABLE = Table(
    "products",
    "products and services, ours and others', one row each",
    (
        Column("product", pl.String, "the product's id", required=True),
        Column("name", pl.String, "name of the product"),
        Column("vendor", pl.String, "who makes it"),
        Column("ours", pl.Boolean, "whether we sell it"),
        Column("need", pl.String, "category of need that it meets"),
        Column("needs_first", TEXTS, "ids of the products that must be there first"),
        Column(
            "pack", pl.String, "id of the pack of knowledge that serves it; recognised from names when blank"
        ),
        Column("market", pl.String, "unique_id of its market in the table adoption"),
        VANISHED,
    ),
    key="product",
)
