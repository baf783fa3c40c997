"""The table ``activities``: when we were in contact with an account, and with which department."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

KINDS = ("call", "meeting", "email", "visit", "task", "note")

TABLE = Table(
    "activities",
    "contacts with accounts, one row each",
    (
        Column("account", pl.String, "id of the account", required=True),
        Column("date", pl.Date, "day of the activity", required=True),
        Column("kind", pl.String, "what it was", choices=KINDS),
        Column("department", pl.String, "department that was met, as in the list of departments"),
        Column("role", pl.String, "role that was met"),
        Column("our_person", pl.String, "who of us"),
        Column("note", pl.String, "what it was about"),
        Column("activity", pl.String, "the row's own id, where it has one"),
        VANISHED,
    ),
    key="activity",
)
