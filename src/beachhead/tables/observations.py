"""The table ``observations``: what people in the field see of a market."""

import polars as pl

from beachhead.tables.categories import CATEGORIES
from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "observations",
    "what people in the field see of a market, one row per view",
    (
        Column("market", pl.String, "unique_id of the series in the table adoption", required=True),
        Column("date", pl.Date, "day", required=True),
        Column("observer", pl.String, "id of the person; blank: from another firm"),
        Column("firm", pl.String, "firm of the observer; blank: ours"),
        Column("region", pl.String, "region that is meant"),
        Column("segment", pl.String, "segment that is meant"),
        Column(
            "low",
            pl.Float64,
            "share of the eventual adopters that has adopted, 0 to 1: at least (80 % sure) …",
        ),
        Column("high", pl.Float64, "… and at most"),
        *(
            Column(c, pl.Float64, f"tenths of the buyers met now that are {c.replace('_', ' ')}")
            for c in CATEGORIES
        ),
        Column("changed", pl.String, "what is different from a year ago"),
        Column("customers", pl.Int64, "how many customers it rests on"),
        Column("comment", pl.String, "remark"),
        Column("named", pl.Boolean, "whether the observer may be named beside it; blank: no"),
        Column("round", pl.String, "Delphi round that it answers"),
        VANISHED,
    ),
)
