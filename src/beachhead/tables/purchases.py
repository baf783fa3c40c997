"""The table ``purchases``: who bought what, when, from whom."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "purchases",
    "who bought what, when, from whom, one row per purchase",
    (
        Column("purchase", pl.String, "the row's own id, where it has one"),
        Column("account", pl.String, "id of the account", required=True),
        Column("product", pl.String, "id of the product, or its name", required=True),
        Column("vendor", pl.String, "who makes the product"),
        Column("date", pl.Date, "day of the purchase", required=True),
        Column("quantity", pl.Float64, "how many"),
        Column("amount", pl.Float64, "what was paid for all of them"),
        Column("currency", pl.String, "currency of the amount, such as EUR"),
        Column("seller", pl.String, "who sold it: id of a partner, its name, or us"),
        Column("serviced_by", pl.String, "who serves it: id of a partner, its name, or us"),
        Column("term_end", pl.Date, "day on which a term or subscription ends"),
        Column("version", pl.String, "installed version"),
        VANISHED,
    ),
    key="purchase",
)
