"""The table ``outcomes``: what became of a play at an account."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "outcomes",
    "what became of plays, one row each",
    (
        Column("account", pl.String, "id of the account", required=True),
        Column("play", pl.String, "id of the play", required=True),
        Column("date", pl.Date, "day of the outcome", required=True),
        Column("result", pl.String, "how it ended", required=True, choices=("won", "lost")),
        Column("note", pl.String, "why"),
        VANISHED,
    ),
)
