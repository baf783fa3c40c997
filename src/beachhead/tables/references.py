"""The table ``references``: customers that can be pointed to."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "references",
    "customers and what they can be a reference for, one row each",
    (
        Column("account", pl.String, "id of the account", required=True),
        Column("product", pl.String, "id of the product, or its name"),
        Column("segment", pl.String, "segment in your own terms"),
        Column("category", pl.String, "adopter category, such as early_majority"),
        Column("text", pl.String, "what can be told"),
        Column("date", pl.Date, "day of the reference"),
        Column("may_be_named", pl.Boolean, "whether the account agreed to be named"),
        VANISHED,
    ),
)
