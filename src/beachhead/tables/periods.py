"""Calendar periods: years, quarters, months and weeks as whole numbers, their ends, and the user's own way to
write them.

A day is counted from 1970-01-01, a month from January 1970, both as whole numbers, so that a grid of periods
is plain arithmetic. A period is known by its last day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.errors import BadQuestion, did_you_mean

FREQS = ("Y", "Q", "M", "W")
"""Yearly, quarterly, monthly, weekly: the coarsest first."""
MONTHS = {"Y": 12, "Q": 3, "M": 1}
"""Months in a period; a week has none."""
PER_YEAR = {"Y": 1.0, "Q": 4.0, "M": 12.0, "W": 365.25 / 7}
"""Periods in a year."""
WORD = {"Y": "yearly", "Q": "quarterly", "M": "monthly", "W": "weekly"}
NOUN = {"Y": "year", "Q": "quarter", "M": "month", "W": "week"}

Ints = NDArray[np.int64]

_ALIASES = {
    **dict.fromkeys(
        ("y", "ye", "ys", "a", "as", "ae", "1y", "year", "years", "yearly", "annual", "annually"), "Y"
    ),
    **dict.fromkeys(("q", "qe", "qs", "1q", "quarter", "quarters", "quarterly"), "Q"),
    **dict.fromkeys(("m", "me", "ms", "1mo", "mo", "month", "months", "monthly"), "M"),
    **dict.fromkeys(("w", "1w", "week", "weeks", "weekly"), "W"),
    **dict.fromkeys(("by", "bye", "bys", "ba", "bas"), "Y"),
    **dict.fromkeys(("bq", "bqe", "bqs"), "Q"),
    **dict.fromkeys(("bm", "bme", "bms"), "M"),
}
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def anchor(freq: str) -> int | None:
    """The last month (1 to 12) of a year as ``Y-JUN``, ``Q-JAN`` or ``YS-JUL`` says it, or the last day (0: Monday) of
    a week as ``W-WED`` does; None where ``freq`` says none.
    """
    name, _, end = str(freq).strip().upper().partition("-")
    if end in _MONTH_NAMES and frequency(name) in ("Y", "Q"):
        month = _MONTH_NAMES.index(end) + 1
        return (month - 2) % 12 + 1 if name.endswith("S") else month
    if end in _WEEKDAYS and frequency(name) == "W":
        return _WEEKDAYS.index(end)
    return None


def frequency(freq: str) -> str:
    """``Y``, ``Q``, ``M`` or ``W`` for any usual way to say it (``QE-DEC``, ``monthly``, ``1mo``)."""
    found = _ALIASES.get(str(freq).strip().casefold().split("-")[0])
    if found is None:
        raise BadQuestion(
            f"freq {freq!r} is none that adoption is told in{did_you_mean(str(freq), _ALIASES)}: "
            "say Y (yearly), Q (quarterly), M (monthly) or W (weekly)."
        )
    return found


def _by_table(values: Ints, rule: Callable[[Ints], Ints]) -> Ints:
    """A rule on many whole numbers of a small range: worked out once for each number of the range, then
    looked up.
    """
    if len(values) < 1000:
        return rule(values)
    low, high = int(values.min()), int(values.max())
    return rule(np.arange(low, high + 1))[values - low] if high - low < len(values) else rule(values)


LONGEST_HORIZON = 600
"""Periods that can be asked for: fifty years of months, and more than any life cycle of years."""


def check_horizon(h: object) -> int:
    """``h`` as a number of periods. Raises BadQuestion for what is none or too many."""
    if isinstance(h, bool) or not isinstance(h, int | np.integer) or h < 1:
        raise BadQuestion(f"A horizon of {h!r} periods is none: ask for a whole number from 1.")
    if h > LONGEST_HORIZON:
        raise BadQuestion(
            f"A horizon of {h} periods is more than can be said: ask for at most {LONGEST_HORIZON}."
        )
    return int(h)


def months_of(days: Ints) -> Ints:
    """The month that each day lies in."""
    return _by_table(days, lambda d: d.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def first_days(months: Ints) -> Ints:
    """The first day of each month."""
    return _by_table(months, lambda m: m.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def last_days(months: Ints) -> Ints:
    """The last day of each month."""
    return first_days(months + 1) - 1


def weeks_of(days: Ints) -> Ints:
    """The ISO week (Monday to Sunday) of each day, counted from the one of 1970-01-01."""
    return (days + 3) // 7


def last_days_of_weeks(weeks: Ints) -> Ints:
    """The Sunday that ends each week."""
    return weeks * 7 + 3


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - 719_163


def to_date(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(int(day) + 719_163)


def period_name(end: int, freq: str) -> str:
    """A period in words for a message: 2008, 2008Q3, 2008-07, 2008-W27, or its last day where it is no
    calendar one.
    """
    day = to_date(end)
    if freq == "Y" and day.month == 12:
        return f"{day.year}"
    if freq == "Y":
        return f"the year to {day:%Y-%m}"
    if freq == "Q" and day.month % 3 == 0:
        return f"{day.year}Q{day.month // 3}"
    if freq == "Q":
        return f"the quarter to {day:%Y-%m}"
    if freq == "M":
        return f"{day:%Y-%m}"
    if day.weekday() != 6:
        return f"the week to {day:%Y-%m-%d}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def period_names(ends: Ints, freqs: NDArray[Any]) -> list[str]:
    """Many periods in words, as ``period_name``."""
    known: dict[tuple[int, str], str] = {}
    return [
        known.get(key) or known.setdefault(key, period_name(*key))
        for key in zip(ends.tolist(), freqs.tolist(), strict=True)
    ]


def shift(ends: Ints, freqs: NDArray[Any], steps: Ints) -> Ints:
    """Last days of the periods ``steps`` after (before, if negative) those that end on ``ends``."""
    out = ends + 7 * steps
    for freq, months in MONTHS.items():
        own = freqs == freq
        if own.any():
            out[own] = last_days(months_of(ends[own]) + months * steps[own])
    return out


@dataclass(frozen=True)
class Form:
    """How the user writes dates, so that forecasts come back in the same form.

    ``kind`` is ``date`` (Date or Datetime, as ``dtype`` says), ``label`` (text or whole numbers such as 2008,
    2008Q3, ``templates`` per frequency) or ``number`` (periods counted from 0 or 1, without a calendar). ``fiscal`` is
    the month that labelled years end with.
    """

    kind: str = "date"
    dtype: pl.DataType = field(default_factory=pl.Date)
    templates: dict[str, str] = field(default_factory=dict)
    fiscal: int = 12

    def write(self, ends: Ints, freqs: NDArray[Any], back: Ints, day: Ints) -> pl.Series:
        """Period ends in the user's form. ``back`` and ``day`` are the series' anchors (see
        ``Adoption.series``).
        """
        if self.kind == "number":
            return pl.Series(_numbers(ends, freqs)).cast(self.dtype)
        if self.kind == "date":
            dates = pl.Series(_anchored(ends, freqs, back, day).astype(np.int32)).cast(pl.Date)
            if isinstance(self.dtype, pl.Datetime):
                naive = dates.cast(pl.Datetime(self.dtype.time_unit))
                zone = self.dtype.time_zone
                days = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
                # where clocks are put forward at midnight the day begins an hour later
                later = naive.dt.offset_by("1h").dt.replace_time_zone(
                    zone, ambiguous="earliest", non_existent="null"
                )
                return days.fill_null(later)
            return dates
        keys = pl.DataFrame({"end": ends, "freq": freqs.astype(str)})
        each = keys.unique()
        if self.fiscal != 12:
            moved = last_days(months_of(each.get_column("end").to_numpy()) + 12 - self.fiscal)
            texts = [self._label(end, freq) for end, freq in zip(moved, each.get_column("freq"), strict=True)]
        else:
            texts = [self._label(end, freq) for end, freq in each.iter_rows()]
        labels = keys.join(
            each.with_columns(label=pl.Series(texts, dtype=pl.String)), on=["end", "freq"], how="left"
        )
        column = labels.get_column("label")
        as_is = column.cast(self.dtype, strict=False)
        return as_is if as_is.null_count() == column.null_count() else column

    def _label(self, end: int, freq: str) -> str:
        day = to_date(end)
        default = {
            "Y": "{y}" if day.month == 12 else "{y}-{m}",
            "Q": "{y}Q{q}",
            "M": "{y}-{m}",
            "W": "{y}-W{w}",
        }[freq]
        year, week = (day.isocalendar()[:2]) if freq == "W" else (day.year, 0)
        return self.templates.get(freq, default).format(
            y=year,
            yy=f"{year % 100:02d}",
            before=year - 1,
            q=(day.month + 2) // 3,
            m=f"{day.month:02d}",
            month=day.month,
            w=f"{week:02d}",
            name=f"{day:%B}",
            abbr=f"{day:%b}",
        )


NUMBERED_FROM = 2000
"""Periods that are counted, not dated, are put on a calendar on which period 0 begins with this year."""


def numbered_end(numbers: Ints, freq: str) -> Ints:
    """Last days of counted periods, on the calendar that stands in for the one not told."""
    if freq == "W":
        return last_days_of_weeks(weeks_of(np.array([day_number(date(NUMBERED_FROM, 1, 3))])) + numbers)
    months = MONTHS[freq]
    return last_days((NUMBERED_FROM - 1970) * 12 + numbers * months + months - 1)


def _numbers(ends: Ints, freqs: NDArray[Any]) -> Ints:
    out = weeks_of(ends) - weeks_of(np.array([day_number(date(NUMBERED_FROM, 1, 3))]))
    for freq, months in MONTHS.items():
        own = freqs == freq
        out[own] = (months_of(ends[own]) - (NUMBERED_FROM - 1970) * 12) // months
    return out


def _anchored(ends: Ints, freqs: NDArray[Any], back: Ints, day: Ints) -> Ints:
    weekly = freqs == "W"
    month = months_of(ends) - back
    in_month = np.minimum(first_days(month) + day - 1, last_days(month))
    return np.where(weekly, ends - day, in_month)
