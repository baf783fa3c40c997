"""The table ``delphi_rounds``: rounds in which several people say anonymously what they see, twice."""

import polars as pl

from beachhead.tables.schema import TEXTS, VANISHED, Column, Table

TABLE = Table(
    "delphi_rounds",
    "Delphi rounds, one row each",
    (
        Column("round", pl.String, "id of the round", required=True),
        Column("market", pl.String, "unique_id of the series in the table adoption", required=True),
        Column("opened", pl.Date, "day on which it was opened", required=True),
        Column("invited", TEXTS, "ids of the people who are asked", required=True),
        Column("closed", pl.Date, "day on which it was closed; blank: still open"),
        VANISHED,
    ),
    key="round",
)
