"""The table ``play_matches`` of a workspace: which play was found to fit which account, since when, and how it
stands.

A match is known by account and play: matching again updates its row and never adds a second one. Rows stay when
a play fits no more (``gone``), so that history is kept. A colleague may write ``dismissed`` into ``status``: the
play is then no longer proposed there. Plays that were won or lost there rest for twelve months.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from beachhead.accounts.months import months_since
from beachhead.errors import BadInput
from beachhead.tables.csv_cells import csv_text
from beachhead.tables.journal import Writer, replace_files
from beachhead.tables.schema import Column, Table
from beachhead.tables.workspace import ENDINGS, Workspace, read_typed

RESTS = 12
"""Months for which a play is not proposed again where it was won or lost. Judgement."""

OPEN, EXCLUDED, GONE, DISMISSED = "open", "excluded", "gone", "dismissed"
STATUS = (OPEN, EXCLUDED, "won", "lost", GONE, DISMISSED)

TABLE = Table(
    "play_matches",
    "which plays fit which accounts, one row per account and play",
    (
        Column("account", pl.String, "id of the account", required=True),
        Column("play", pl.String, "id of the play", required=True),
        Column("status", pl.String, "open, or why it is not proposed", choices=STATUS),
        Column("rank", pl.Int64, "1 for the play to begin with; blank unless open"),
        Column("first_matched", pl.Date, "day on which the play first fitted"),
        Column("last_matched", pl.Date, "day on which it last did"),
    ),
    extras=True,
)
_KEY = ["account", "play"]
_PARQUET_FROM = 500_000  # rows from which the table is kept as Parquet


def read_matches(workspace: Workspace) -> pl.DataFrame:
    """The recorded matches, with any columns of the user's own; empty where nothing was recorded."""
    for ending in ENDINGS:
        path = workspace.inside(f"{TABLE.name}{ending}")
        if path.is_file():
            return read_typed(path, TABLE).unique(_KEY, keep="last", maintain_order=True)
    return TABLE.empty()


def check_matches(workspace: Workspace) -> list[str]:
    """What is wrong with the recorded matches, if there are any."""
    try:
        read_matches(workspace)
    except BadInput as no:
        return [str(no)]
    return []


def settled(recorded: pl.DataFrame, outcomes: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """account, play, status of what is not to be proposed: won, lost or dismissed.

    ``outcomes``: the table of that name. An outcome counts for ``RESTS`` months; of several, the last.
    """
    recent = pl.col("vanished").is_null() & (pl.col("date") <= as_of) & (months_since("date", as_of) < RESTS)
    done = outcomes.filter(recent).sort("date").unique(_KEY, keep="last", maintain_order=True)
    by_hand = recorded.filter(status=DISMISSED).select(*_KEY, "status")
    return pl.concat([done.select(*_KEY, status="result"), by_hand]).unique(
        _KEY, keep="last", maintain_order=True
    )


def updated(
    recorded: pl.DataFrame, matches: pl.DataFrame, rests: pl.DataFrame, as_of: dt.date
) -> pl.DataFrame:
    """The table after matching on ``as_of``: old rows in their place, new ones behind them.

    ``matches``: as ``matching.match`` gives them; ``rests``: as ``settled`` does.
    """
    status = pl.when(pl.col("rank").is_null()).then(pl.lit(EXCLUDED)).otherwise(pl.lit(OPEN))
    now = matches.select(*_KEY, _status=status, _rank=pl.col("rank").cast(pl.Int64))
    seen = pl.col("_status").is_not_null()
    table = (
        recorded.join(now, on=_KEY, how="full", coalesce=True, maintain_order="left_right")
        .join(rests.rename({"status": "_settled"}), on=_KEY, how="left", maintain_order="left")
        .with_columns(
            status=pl.coalesce(
                "_settled",
                "_status",
                pl.when(pl.col("status").is_in([OPEN, EXCLUDED])).then(pl.lit(GONE)),
                "status",
                pl.lit(GONE),
            ),
            rank=pl.when(pl.col("_settled").is_null()).then("_rank"),
            first_matched=pl.when(seen)
            .then(pl.coalesce("first_matched", pl.lit(as_of)))
            .otherwise("first_matched"),
            last_matched=pl.when(seen)
            .then(pl.max_horizontal("last_matched", pl.lit(as_of)))
            .otherwise("last_matched"),
        )
    )
    return table.select(*TABLE.names, *(c for c in recorded.columns if c not in TABLE.names))


def write_matches(workspace: Workspace, table: pl.DataFrame) -> None:
    """Write the table into the workspace, whole or not at all; raises BadInput where that cannot be done."""
    csv, parquet = f"{TABLE.name}.csv", f"{TABLE.name}.parquet"
    big = table.height >= _PARQUET_FROM
    writer: Writer | bytes = table.write_parquet if big else csv_text(table).encode()
    replace_files(workspace.folder, {parquet if big else csv: writer}, [csv if big else parquet])
