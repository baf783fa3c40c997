"""The table ``installed_versions``: which account runs which release, and since when."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "installed_versions",
    "which account runs which release, one row per account, release and day on which it was installed",
    (
        Column("account", pl.String, "id of the account", required=True),
        Column("product", pl.String, "id of the product, or its name"),
        Column("release", pl.String, "id or name of the release", required=True),
        Column("since", pl.Date, "day on which it was installed, or first seen"),
        Column("until", pl.Date, "day on which it was taken out; blank: it is there"),
        Column("quantity", pl.Float64, "how many: machines, users, licences in use"),
        VANISHED,
    ),
)
