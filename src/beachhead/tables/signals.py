"""The table ``signals``: what an account said, asked or did that shows what kind of adopter it is."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "signals",
    "what accounts said, asked and did, one row each",
    (
        Column("account", pl.String, "id of the account", required=True),
        Column("date", pl.Date, "day on which it was heard", required=True),
        Column("signal", pl.String, "id of the signal in the list of signals", required=True),
        Column("said_by", pl.String, "role of who said it, never a name"),
        VANISHED,
    ),
)
