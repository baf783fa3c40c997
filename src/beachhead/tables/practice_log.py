"""The table ``practice_log``: who practised what, when, and how it went."""

import polars as pl

from beachhead.tables.schema import TEXTS, VANISHED, Column, Table

RECALL, ROLE_PLAY, FIELD = "recall", "role play", "field"

TABLE = Table(
    "practice_log",
    "what people practised, one row each time",
    (
        Column("person", pl.String, "id of the person", required=True),
        Column("card", pl.String, "id of the card, such as play/cloud-ready", required=True),
        Column("date", pl.Date, "day", required=True),
        Column("kind", pl.String, "how", required=True, choices=(RECALL, ROLE_PLAY, FIELD)),
        Column("rating", pl.Int64, "1 forgotten, 2 hard, 3 good, 4 easy; of role plays how many behaviours"),
        Column("observer", pl.String, "id of the person who watched"),
        Column("seen", TEXTS, "which behaviours the observer saw"),
        Column("note", pl.String, "remark"),
        VANISHED,
    ),
)
