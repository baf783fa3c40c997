"""Whole months between a date and the as-of date, as people count them."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl


def months_since(column: str | pl.Expr, as_of: date) -> pl.Expr:
    """Whole months from a date column to ``as_of`` (Int64; negative for a date that is still to come).

    The last day of a month is a month after the last day of the month before: 31 January to 28 February is
    one.
    """
    day = pl.col(column) if isinstance(column, str) else column
    ends_month = (as_of + timedelta(days=1)).day == 1
    years, months = pl.lit(as_of.year) - day.dt.year(), pl.lit(as_of.month) - day.dt.month().cast(pl.Int32)
    unfinished = (day.dt.day() > as_of.day) & pl.lit(not ends_month)
    return (12 * years + months - unfinished.cast(pl.Int32)).cast(pl.Int64)


def months_until(column: str | pl.Expr, as_of: date) -> pl.Expr:
    """Whole months from ``as_of`` to a date that is still to come: 0 within the next month."""
    day = pl.col(column) if isinstance(column, str) else column
    years, months = day.dt.year() - pl.lit(as_of.year), day.dt.month().cast(pl.Int32) - pl.lit(as_of.month)
    at_end = day.dt.month_end() == day
    unfinished = (day.dt.day() < as_of.day) & ~at_end
    return (12 * years + months - unfinished.cast(pl.Int32)).cast(pl.Int64)


def months_before(as_of: date, months: int) -> date:
    """The day ``months`` months before ``as_of``, at most the last day of its month."""
    return pl.select(pl.lit(as_of).dt.offset_by(f"{-months}mo")).item()
