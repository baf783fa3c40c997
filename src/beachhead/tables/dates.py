"""Dates as people write them, decided on whole columns: day-first or month-first, names of months."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from beachhead.tables.numbers import MISSING

MONTHS = {
    1: "jan january januar jänner jan. janvier janv enero ene janeiro gennaio gen januari",
    2: "feb february februar febr février févr fevrier fevr febrero fevereiro fev febbraio februari",
    3: "mar march mär märz maerz mrz mars marzo março marco maart mrt",
    4: "apr april avril avr abril abr aprile",
    5: "may mai mayo maio mag maggio mei",
    6: "jun june juni juin junio junho giu giugno",
    7: "jul july juli juillet juil julio julho lug luglio",
    8: "aug august août aout agosto ago augustus",
    9: "sep sept september septembre septiembre setembro set settembre",
    10: "oct october okt oktober octobre octubre outubro out ott ottobre",
    11: "nov november novembre noviembre novembro",
    12: "dec december dez dezember décembre decembre déc diciembre dic dezembro dicembre",
}
"""Names of months, in lower case: English, German, French, Spanish, Portuguese, Italian, Dutch."""
MONTH_OF = {name: month for month, names in MONTHS.items() for name in names.split()}

FIRST_YEAR, LAST_YEAR = 1902, 2199
"""Days of business lie within these years."""
_NO_DAYS = (date(1904, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(2099, 12, 31), date(2100, 1, 1))

_ZONE = r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_TIME = rf"(?:[T ,]+\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:[.,]\d+)?\s*(?:[aApP]\.?[mM]\.?)?\s*{_ZONE})?"
_NAME = r"([A-Za-zÀ-ÿ]{3,12})"
_BETWEEN = r"(?:[-/. ]+|\s+de\s+)"
_YY = r"(\d{4}|\d{2})"
_DAY_NAME = r"^(?:[A-Za-zÀ-ÿ]{2,10}\.?,\s+)?"
_ISO = rf"^(\d{{4}})([-/.])(\d{{1,2}})([-/.])(\d{{1,2}}){_TIME}$"
PLAIN_ISO = rf"^\d{{4}}-\d\d-\d\d{_TIME}$"
_COMPACT = r"^((?:1[6-9]|20|21)\d{2})(\d{2})(\d{2})$"
_PARTS = rf"{_DAY_NAME}(\d{{1,2}})([-/. ]\s?)(\d{{1,2}})([-/. ]\s?){_YY}{_TIME}$"
_NAMED = rf"{_DAY_NAME}(\d{{1,2}})(?:st|nd|rd|th|\.)?{_BETWEEN}{_NAME}\.?,?{_BETWEEN}{_YY}{_TIME}$"
_AMERICAN = rf"{_DAY_NAME}{_NAME}\.?[-/. ]+(\d{{1,2}})(?:st|nd|rd|th)?,?[-/. ]+{_YY}{_TIME}$"
_SERIAL = r"^\d{5}(\.\d+)?$"


def is_placeholder(days: pl.Series) -> pl.Series:
    """Which days stand for none: the first and last that some program knows, such as 0001-01-01, 1900-01-01, 1970-01-01.

    Only for tables of business: an adoption series may well begin in 1900.
    """
    return ~days.dt.year().is_between(FIRST_YEAR, LAST_YEAR) | days.is_in(pl.Series(_NO_DAYS).implode())


@dataclass(frozen=True)
class Ambiguous:
    """A column of dates that can be read day-first and month-first: one cell of it, both ways."""

    value: str
    day_first: date
    month_first: date
    rows: list[int]

    def __str__(self) -> str:
        return (
            f"{self.value!r} is {_spelt(self.day_first)} day-first and {_spelt(self.month_first)} month-first"
        )


def _spelt(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class Dates:
    """A column as dates.

    ``values`` Date, null where nothing stands; ``bad`` the indexes of cells that are no date; ``format`` how
    the column is written (``ISO``, ``day first``, ``month first``, ``month names``, ``Excel day numbers``,
    ``dates`` for a typed column, None if nothing was there); ``ambiguous`` both readings where the column
    does not tell (its cells are then null in ``values``).
    """

    values: pl.Series
    bad: list[int] = field(default_factory=list)
    format: str | None = None
    ambiguous: Ambiguous | None = None


def parse_dates(column: pl.Series, day_first: bool | None = None) -> Dates:
    """Read a column of dates. Day-first or month-first is told from the whole column, never cell by cell.

    ``day_first`` settles a column that could be both. Times of day are dropped. Numbers are Excel's days
    since 1900, YYYYMMDD, or seconds or milliseconds since 1970 (UTC). Dotted dates are day-first.
    """
    dtype = column.dtype
    if dtype == pl.Date:
        return Dates(column, format="dates")
    if isinstance(dtype, pl.Datetime):
        return Dates(column.dt.date(), format="dates")
    if dtype == pl.Null:
        return Dates(column.cast(pl.Date))
    if dtype.is_numeric():
        text = column.cast(pl.Float64).cast(pl.Int64, strict=False).cast(pl.String)
    else:
        text = column.cast(pl.String, strict=False).str.strip_chars(" \t\r\n\u00a0")
        text = pl.select(pl.when(~text.str.to_lowercase().is_in(MISSING)).then(text)).to_series()
    if text.null_count() == len(text):
        return Dates(text.cast(pl.Date).rename(column.name))
    if text.str.contains(PLAIN_ISO).all():
        values = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).rename(column.name)
        return Dates(values, (values.is_null() & text.is_not_null()).arg_true().to_list(), "ISO")
    return _read(text.rename(column.name), day_first)


def _read(text: pl.Series, day_first: bool | None) -> Dates:
    frame = pl.DataFrame({"text": text})
    t = pl.col("text")
    iso = t.str.extract_groups(_ISO)
    found = frame.select(
        iso=pl.when(iso.struct[1] == iso.struct[3]).then(_date(iso.struct[0], iso.struct[2], iso.struct[4])),
        compact=_date(*(t.str.extract(_COMPACT, i) for i in (1, 2, 3))),
        named=_date(
            _year(t.str.extract(_NAMED, 3)), _month(t.str.extract(_NAMED, 2)), t.str.extract(_NAMED, 1)
        ),
        american=_date(
            _year(t.str.extract(_AMERICAN, 3)),
            _month(t.str.extract(_AMERICAN, 1)),
            t.str.extract(_AMERICAN, 2),
        ),
        serial=_serial(t),
        epoch=_epoch(t),
        a=pl.when(t.str.extract(_PARTS, 2) == t.str.extract(_PARTS, 4)).then(
            t.str.extract(_PARTS, 1).cast(pl.Int32)
        ),
        b=t.str.extract(_PARTS, 3).cast(pl.Int32),
        year=_year(t.str.extract(_PARTS, 5)),
        dotted=t.str.extract(_PARTS, 2).str.starts_with("."),
    )
    found = found.with_columns(
        day=pl.when(pl.col("a").is_not_null()).then(_date("year", "b", "a")),
        month=pl.when(pl.col("a").is_not_null()).then(_date("year", "a", "b")),
    )
    order, ambiguous = _order(found, text, day_first)
    sure = pl.when(pl.col("day") == pl.col("month")).then(pl.col("day"))
    parts = {"day": pl.col("day"), "month": pl.col("month")}.get(
        order,
        pl.coalesce(
            sure,
            pl.when(pl.col("month").is_null()).then("day"),
            pl.when(pl.col("day").is_null()).then("month"),
        ),
    )
    values = found.select(
        pl.coalesce("iso", "compact", "named", "american", "serial", "epoch", parts)
    ).to_series()
    unknown = values.is_null() & text.is_not_null()
    if ambiguous:
        unknown = unknown & ~pl.Series(range(len(text))).is_in(ambiguous.rows)
    return Dates(values.rename(text.name), unknown.arg_true().to_list(), _format(found, order), ambiguous)


def _order(found: pl.DataFrame, text: pl.Series, day_first: bool | None) -> tuple[str, Ambiguous | None]:
    day, month, dotted = (found.get_column(c) for c in ("day", "month", "dotted"))
    if day_first is not None:
        return ("day" if day_first else "month"), None
    only_day = int((day.is_not_null() & month.is_null()).sum())
    only_month = int((month.is_not_null() & day.is_null()).sum())
    if only_day and only_month <= only_day // 100:
        return "day", None
    if only_month and only_day <= only_month // 100:
        return "month", None
    both = day.is_not_null() & month.is_not_null() & (day != month)
    if not both.any():
        return "either", None
    if not only_month and not only_day and dotted.filter(both).all():
        return "day", None
    rows = both.arg_true().to_list()
    return "either", Ambiguous(text[rows[0]], day[rows[0]], month[rows[0]], rows)


def _format(found: pl.DataFrame, order: str) -> str | None:
    names = {
        "iso": "ISO",
        "compact": "YYYYMMDD",
        "named": "month names",
        "american": "month names",
        "serial": "Excel day numbers",
        "epoch": "seconds since 1970",
        "a": {"day": "day first", "month": "month first"}.get(order, "day and month"),
    }
    counts = {c: found.get_column(c).count() for c in names}
    best = max(counts, key=lambda c: counts[c])
    return names[best] if counts[best] else None


def _date(year: pl.Expr | str, month: pl.Expr | str, day: pl.Expr | str) -> pl.Expr:
    """A date of parts, null where there is no such day (31 June)."""

    def part(x: pl.Expr | str) -> pl.Expr:
        return (pl.col(x) if isinstance(x, str) else x).cast(pl.Int32, strict=False)

    y, m, d = part(year), part(month), part(day)
    text = (
        y.cast(pl.String).str.zfill(4)
        + "-"
        + m.cast(pl.String).str.zfill(2)
        + "-"
        + d.cast(pl.String).str.zfill(2)
    )
    return text.str.to_date("%Y-%m-%d", strict=False)


def _year(text: pl.Expr) -> pl.Expr:
    """Two digits are 1969 to 2068, as in POSIX."""
    y = text.cast(pl.Int32, strict=False)
    short = text.str.len_chars() == 2
    return pl.when(short & (y < 69)).then(y + 2000).when(short).then(y + 1900).otherwise(y)


def _month(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().replace_strict(MONTH_OF, default=None, return_dtype=pl.Int32)


def _serial(text: pl.Expr) -> pl.Expr:
    """Excel's days since 1899-12-30, between 1954 and 2064."""
    days = (
        pl.when(text.str.contains(_SERIAL))
        .then(text)
        .cast(pl.Float64, strict=False)
        .cast(pl.Int32, strict=False)
    )
    return pl.when(days.is_between(20_000, 60_000)).then(pl.lit(date(1899, 12, 30)) + pl.duration(days=days))


def _epoch(text: pl.Expr) -> pl.Expr:
    number = pl.when(text.str.contains(r"^\d{9,10}$|^\d{12,13}$")).then(text).cast(pl.Int64, strict=False)
    milliseconds = pl.when(text.str.len_chars() > 10).then(number).otherwise(number * 1000)
    return pl.from_epoch(milliseconds, time_unit="ms").cast(pl.Date)
