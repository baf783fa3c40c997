"""The table ``releases``: the releases of products, out or about to come."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "releases",
    "releases of products, one row each",
    (
        Column(
            "release", pl.String, "the release's id, as installed versions and defects name it", required=True
        ),
        Column("product", pl.String, "id of the product, or its name"),
        Column("name", pl.String, "what it is called"),
        Column("announced", pl.Date, "day on which it was announced"),
        Column("available", pl.Date, "day of general availability, as it was or as it is planned"),
        Column(
            "subject", pl.String, "subject of its whole-product assessment, where it is not the release's id"
        ),
        VANISHED,
    ),
    key="release",
)
