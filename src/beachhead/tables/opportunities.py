"""The table ``opportunities``: what may be bought, and what was won and lost."""

import polars as pl

from beachhead.tables.schema import VANISHED, Column, Table

TABLE = Table(
    "opportunities",
    "open, won and lost opportunities, one row each",
    (
        Column("opportunity", pl.String, "the opportunity's id"),
        Column("account", pl.String, "id of the account", required=True),
        Column("product", pl.String, "id of the product, or its name"),
        Column("stage", pl.String, "stage in the words of the CRM"),
        Column("amount", pl.Float64, "expected or actual amount"),
        Column("currency", pl.String, "currency of the amount, such as EUR"),
        Column("expected", pl.Date, "day on which it is expected to close"),
        Column("closed", pl.Date, "day on which it closed"),
        Column("outcome", pl.String, "how it stands", choices=("open", "won", "lost")),
        Column("created", pl.Date, "day on which it was created"),
        Column("name", pl.String, "what the CRM calls it"),
        Column("type", pl.String, "type in the words of the CRM, such as Renewal"),
        Column("owner", pl.String, "who of us looks after it"),
        Column("probability", pl.Float64, "probability of winning that the CRM has, in percent"),
        Column("pipeline", pl.String, "pipeline that it runs through"),
        Column("term_end", pl.Date, "day on which the term that it sells or renews ends"),
        VANISHED,
    ),
    key="opportunity",
)
