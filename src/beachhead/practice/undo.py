"""Taking back an outcome that was logged by mistake."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from beachhead.errors import BadInput, BadQuestion
from beachhead.tables.journal import replace_files
from beachhead.tables.locks import one_writer
from beachhead.tables.workspace import Workspace, definition, read_typed


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
    with one_writer(workspace.folder, "taking back an outcome"):
        there = Workspace(workspace.folder)
        path = there.path("outcomes")
        table = read_typed(path, definition("outcomes")) if path else definition("outcomes").empty()
        if not table.height:
            raise BadQuestion("No outcome is logged, so there is none to take back.")
        at = table.height if number is None else number
        if not 1 <= at <= table.height:
            raise BadQuestion(
                f"There is no outcome {at}: beachhead outcomes lists them, numbered from 1 to {table.height}."
            )
        if path is not None and path.suffix not in (".csv", ".parquet"):
            raise BadInput(
                "outcomes cannot be taken out of this file", file=path, expected="the table as outcomes.csv"
            )
        kept = table.with_row_index("_row").filter(pl.col("_row") != at - 1).drop("_row")
        parquet = path is not None and path.suffix == ".parquet"
        written = (
            {"outcomes.parquet": kept.write_parquet}
            if parquet
            else {"outcomes.csv": kept.write_csv().encode()}
        )
        replace_files(there.folder, written, [])
        return TakenBack(**table.select("account", "play", "date", "result").row(at - 1, named=True))
