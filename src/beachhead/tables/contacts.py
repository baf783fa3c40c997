"""The table ``contacts``: departments and roles known at an account; no names, no judgement of persons."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "contacts",
    "departments and roles known at each account, one row per person known",
    (
        Column("account", pl.String, "id of the account", required=True),
        Column("department", pl.String, "department, as in the list of departments"),
        Column("role", pl.String, "role, such as CIO or network lead"),
        VANISHED,
    ),
)
