"""The table ``defects``: what is known to be wrong with releases."""

import polars as pl

from beachhead.tables.schema import TEXTS, VANISHED, Column, Table

SEVERITIES = ("critical", "major", "minor", "cosmetic")
"""The gravest first. critical: work stops; major: it is hindered and there is no good way round; minor: there is one."""

TABLE = Table(
    "defects",
    "known defects of releases, open and closed, one row each",
    (
        Column("defect", pl.String, "the defect's own id", required=True),
        Column("product", pl.String, "id of the product, or its name"),
        Column("affects", TEXTS, "releases that have it; blank: all of the product"),
        Column("title", pl.String, "what goes wrong"),
        Column("severity", pl.String, "how grave it is; blank: not judged", choices=SEVERITIES),
        Column("opened", pl.Date, "day on which it was reported"),
        Column("closed", pl.Date, "day on which it was resolved; blank: it is open"),
        VANISHED,
    ),
    key="defect",
)
