"""The table ``accounts``: the firms that buy or may buy. Partners are never rows here."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "accounts",
    "customers and prospects, one row each",
    (
        Column("account", pl.String, "the account's id, the CRM's own where it has one", required=True),
        Column("name", pl.String, "name of the firm"),
        Column("kind", pl.String, "whether it has bought", choices=("customer", "prospect")),
        Column("parent", pl.String, "id of the account that it belongs to"),
        Column("domain", pl.String, "internet domain, such as example.com"),
        Column("segment", pl.String, "segment in your own terms"),
        Column("industry", pl.String, "industry"),
        Column("region", pl.String, "region, state or territory"),
        Column("country", pl.String, "country"),
        Column("size", pl.Int64, "number of employees"),
        Column("owner", pl.String, "who of us looks after it"),
        Column("last_activity", pl.Date, "day of the last activity that the CRM knows of"),
        VANISHED,
    ),
    key="account",
    extras=True,
)
