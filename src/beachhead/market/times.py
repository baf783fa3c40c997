"""Days, and periods counted from the last observation of each series."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl

from beachhead.errors import BadQuestion
from beachhead.tables.adoption import Adoption
from beachhead.tables.periods import PER_YEAR, shift

DAYS_PER_YEAR = 365.2425


def as_day(value: Any, name: str) -> date:
    """A day from a date, an ISO text, or a year (its first day)."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, np.integer)) and 1000 < value < 3000:
        return date(int(value), 1, 1)
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise BadQuestion(f"{name}={value!r} is no day: write it as 2009-02-28.") from None


def last_days(adoption: Adoption) -> pl.Series:
    """The last day of the last period of each series."""
    frame = adoption.frame
    runs = frame.get_column("unique_id").rle().struct.field("len")
    return frame.get_column("ds").gather(runs.cum_sum() - 1)


def periods_per_year(freq: pl.Series) -> np.ndarray:
    """Periods in a year of each series (n)."""
    return np.array([PER_YEAR[f] for f in freq.to_list()])


def periods_from_now(day: date, last: pl.Series, per_year: np.ndarray) -> np.ndarray:
    """Periods from the end of each series' last period to ``day`` (n, negative in the past)."""
    days = (day - date(1970, 1, 1)).days - last.to_physical().to_numpy().astype(np.int64)
    # to the nearest hundredth of a period, so that ends of periods that are a day apart share one window
    return np.round(days / DAYS_PER_YEAR * per_year, 2)


def by_period(adoption: Adoption, last: pl.Series, offsets: np.ndarray) -> pl.DataFrame:
    """unique_id, ds: for every series the periods at ``offsets`` from its last one."""
    n, k = len(last), len(offsets)
    ends = last.to_physical().to_numpy().astype(np.int64).repeat(k)
    freqs = adoption.series.get_column("freq").to_numpy().repeat(k)
    days = shift(ends, freqs, np.tile(offsets.astype(np.int64), n))
    ids = adoption.series.get_column("unique_id").gather(np.arange(n, dtype=np.uint32).repeat(k))
    return pl.DataFrame({"unique_id": ids, "ds": pl.Series(days.astype(np.int32)).cast(pl.Date)})


def shifted(last: pl.Series, per_year: np.ndarray, periods: np.ndarray) -> pl.Series:
    """The day that lies ``periods`` (a fraction, n) after each series' last one, within 200 years."""
    years = np.clip(np.nan_to_num(periods / per_year, nan=0.0), -200, 200)
    days = last.to_physical().to_numpy() + np.round(years * DAYS_PER_YEAR)
    return pl.Series(days.astype(np.int32)).cast(pl.Date)
