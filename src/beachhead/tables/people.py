"""The table ``people``: own staff and partners' staff who train. Customers' people are never rows here."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "people",
    "our own and our partners' people who train, one row each",
    (
        Column("person", pl.String, "short id, such as initials", required=True),
        Column("name", pl.String, "name, as accounts write it under owner"),
        Column("firm", pl.String, "partner that the person works for; blank: us"),
        Column("role", pl.String, "what the person does"),
        Column("team", pl.String, "team"),
        Column("region", pl.String, "region"),
        Column("told", pl.Date, "day on which the person was told what is kept; blank: nothing is logged"),
        VANISHED,
    ),
    key="person",
)
