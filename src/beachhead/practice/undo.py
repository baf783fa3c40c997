"""Taking back an outcome that was logged by mistake."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from beachhead.errors import BadQuestion
from beachhead.tables.hand_kept import rewrite
from beachhead.tables.workspace import Workspace


@dataclass(frozen=True)
class TakenBack:
    """The outcome that was taken back."""

    account: str
    play: str
    date: dt.date
    result: str


def undo_outcome(workspace: Workspace, number: int | None = None) -> TakenBack:
    """Take the row ``number`` (counted from 1; None: the last one) out of the table ``outcomes``.

    The other rows and columns of the file are kept. Raises BadQuestion where there is no such outcome, BadInput
    where the file cannot be written.
    """
    gone: list[TakenBack] = []

    def without(table: pl.DataFrame) -> pl.DataFrame:
        if not table.height:
            raise BadQuestion("No outcome is logged, so there is none to take back.")
        at = table.height if number is None else number
        if not 1 <= at <= table.height:
            raise BadQuestion(
                f"There is no outcome {at}: beachhead outcomes lists them, numbered from 1 to {table.height}."
            )
        gone.append(TakenBack(**table.select("account", "play", "date", "result").row(at - 1, named=True)))
        return table.with_row_index("_row").filter(pl.col("_row") != at - 1).drop("_row")

    rewrite(workspace, {"outcomes": without}, "taking back an outcome")
    return gone[0]
