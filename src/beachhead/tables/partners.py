"""The table ``partners``: firms that make, sell or serve; never rows among the customers."""

import polars as pl

from beachhead.tables.schema import TEXTS, VANISHED, Column, Table

KINDS = ("vendor", "reseller", "integrator", "service", "distributor")

TABLE = Table(
    "partners",
    "firms that make, sell or serve, one row each",
    (
        Column("partner", pl.String, "the partner's id", required=True),
        Column("name", pl.String, "name of the firm"),
        Column("kind", pl.String, "what it does", choices=KINDS),
        Column("regions", TEXTS, "regions that it covers"),
        Column("practices", TEXTS, "what it is good at"),
        VANISHED,
    ),
    key="partner",
)
