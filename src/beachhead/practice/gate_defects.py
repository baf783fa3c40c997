"""What is known to be wrong with a release: open defects by severity, and how fast they are found and closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from beachhead.accounts.sellers import product_ids
from beachhead.practice.gate_base import QUARTER, ReleaseAsked
from beachhead.tables.defects import SEVERITIES
from beachhead.tables.workspace import Workspace


@dataclass(frozen=True)
class KnownDefects:
    """``open``: severity → how many are open; None where no defect that it has, open or closed, was ever listed.

    ``unjudged``: open ones without a severity; ``reported``: severity → how many were reported in the last quarter;
    ``closed``: how many the last quarter closed; ``left``: how many are open.
    """

    open: dict[str, int] | None
    unjudged: int
    reported: dict[str, int]
    closed: int
    left: int


def known_defects(workspace: Workspace, release: ReleaseAsked) -> KnownDefects:
    """What is known on the as-of day to be wrong with the release."""
    as_of, since = workspace.as_of, workspace.as_of - dt.timedelta(round(QUARTER))
    table = workspace.table("defects").filter(
        pl.col("vanished").is_null() & (pl.col("opened").is_null() | (pl.col("opened") <= as_of))
    )
    table = table.with_columns(product_ids(table["product"], workspace.table("products")).alias("product"))
    if release.product is not None:
        table = table.filter(pl.col("product").is_null() | (pl.col("product") == release.product))
    ids = [v for v in (release.id, release.name) if v]
    named = (
        pl.col("affects")
        .list.eval(pl.element().str.to_lowercase().is_in([i.casefold() for i in ids]))
        .list.any()
    )
    own = table.filter(pl.col("affects").is_null() | (pl.col("affects").list.len() == 0) | named)
    closed = pl.col("closed") <= as_of
    still = own.filter(~closed.fill_null(False))
    counts = {s: still.filter(severity=s).height for s in SEVERITIES}
    fresh = own.filter((pl.col("opened") > since).fill_null(False))
    lately = own.filter(closed.fill_null(False) & (pl.col("closed") > since)).height
    return KnownDefects(
        open=counts if own.height else None,
        unjudged=still["severity"].null_count(),
        reported={s: fresh.filter(severity=s).height for s in SEVERITIES},
        closed=lately,
        left=still.height,
    )
