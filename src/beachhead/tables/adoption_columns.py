"""Which column of an adoption table is what: the names people use, and what the cells look like."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from beachhead.tables.adoption_marks import without_marks
from beachhead.tables.labels import NOTHING, NUMBER, parse_labels
from beachhead.tables.numbers import parse_numbers

EXPECTED = (
    "columns unique_id, ds (the date) and y (the figure), or years as columns, or one column per series"
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ID = _words(
    """unique_id series_id series series_name technology tech innovation product product_name item metric measure
    indicator indicator_name id key name title category brand model offering solution market segment region country
    country_name entity entity_name state territory location geography variable technologie produkt reihe serie land
    bezeichnung ref_area geo libelle libellé"""
)
"""Names of the column that names the series: the first found counts, with others where it alone does not do."""
DATE = _words(
    """ds date period time timestamp datetime date_time period_end reporting_period year quarter month week day
    fiscal_year fiscal_quarter yr fy time_period data_year ref_date datum jahr quartal monat woche zeitraum periode annee
    année fecha año"""
)
FIGURE = _words(
    """y value values adoptions adopters adoption level obs_value data_value figure new_adopters new_adoptions
    cumulative_adopters cumulative_adoptions cumulative installed_base stock flow share penetration penetration_rate
    adoption_rate percent percentage pct sales units_sold units unit_sales shipments revenue users subscribers
    subscriptions customers new_customers installations installs downloads volume quantity qty count number amount
    wert anzahl menge absatz umsatz bestand anteil"""
)
UNTOLD = ("y", "value", "values", "obs_value", "data_value")
"""Names of the column of figures that say nothing of what the figures are."""
OPTIONAL = {
    "kind": ("kind",),
    "freq": ("freq", "frequency"),
    "potential_low": ("potential_low", "potential_lo", "potential_min"),
    "potential_high": ("potential_high", "potential_hi", "potential_max"),
    "ceiling": ("ceiling", "cap"),
    "stock_before": ("stock_before", "sold_before"),
    "launch": ("launch", "launch_date", "launched"),
    "name": ("name",),
    "unit": ("unit", "unit_measure", "unit_of_measure", "uom", "series_units", "einheit", "unité", "unite"),
    "note": ("note", "notes", "comment"),
    "known_on": ("known_on", "known", "published_on", "published"),
}

JOINED = "year and part"
"""The column of dates that is put together from a year and a quarter, month or week."""


def normal(name: str) -> str:
    """A column's name without regard to case, spaces and punctuation: ``dataValue`` is ``data_value``."""
    apart = re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])", "_", name.strip())
    return re.sub(r"[^\w%]+", "_", apart.casefold()).strip("_")


def listed(names: Sequence[str]) -> str:
    """Some names for a message, and how many more there are."""
    shown = [repr(n) for n in names[:8]]
    return ", ".join(shown) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def is_day(name: str) -> bool:
    """Whether a header is a date, as in wide tables by month."""
    days = r"\d{4}-\d\d-\d\d(?:[T ]00:00:00(?:\.0+)?)?|\d{1,2}[./]\d{1,2}[./]\d{4}"
    return re.fullmatch(days, name.strip()) is not None


def is_numeric(column: pl.Series) -> bool:
    """Whether nearly all of the first cells are numbers."""
    if column.dtype.is_numeric():
        return True
    if column.dtype not in (pl.String, pl.Null):
        return False
    sample = column.drop_nulls().head(200)
    if not len(sample):
        return False
    read = parse_numbers(without_marks(sample)[0])
    return len(read.bad) * 5 <= len(sample) and read.values.count() > 0


def _reads_as_dates(column: pl.Series) -> bool:
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        return True
    if column.dtype.is_nested() or column.dtype == pl.Boolean:
        return False
    sample = column.drop_nulls().head(200)
    if not len(sample):
        return False
    unit = parse_labels(sample).unit
    dated = np.flatnonzero(unit < NUMBER)
    if not len(dated):
        return False
    # units and sources may stand above the dates and notes below them
    apart = len(unit) - (dated[-1] + 1 - dated[0])
    inside = unit[dated[0] : dated[-1] + 1] if apart <= min(12, len(dated)) else unit
    return bool(len(dated) * 10 >= 9 * (inside != NOTHING).sum())


def _counts_up(column: pl.Series) -> bool:
    unit = parse_labels(column.drop_nulls().head(200)).unit
    return bool(len(unit) > 1 and (unit == NUMBER).all())


def date_column(
    frame: pl.DataFrame, names: dict[str, str], periods: list[str]
) -> tuple[str | None, pl.DataFrame, list[str]]:
    """The column of dates: by its name, else by what it holds. A year beside a quarter is joined with it."""
    year = next((names[n] for n in ("year", "fiscal_year", "yr", "fy", "jahr") if n in names), None)
    if year and not {"ds", "date"} & names.keys():
        for part, sign in _PARTS.items():
            if part in names and not _reads_as_dates(frame.get_column(names[part])):
                joined = _joined(frame, year, names[part], sign)
                if joined is not None:
                    said = [f"taken: {year!r} and {names[part]!r} together for the date"]
                    return JOINED, frame.with_columns(joined.alias(JOINED)).drop(year, names[part]), said
    for name in DATE:
        if name in names and names[name] not in periods:
            return names[name], frame, []
    if len(periods) >= 2:
        return None, frame, []
    for column in frame.columns:
        if normal(column) not in FIGURE and _reads_as_dates(frame.get_column(column)):
            return column, frame, []
    if frame.width > 1 and _counts_up(frame.get_column(frame.columns[0])):
        return frame.columns[0], frame, []
    return None, frame, []


_PARTS = {"quarter": "Q", "quartal": "Q", "month": "-", "monat": "-", "week": "-W"}


def _joined(frame: pl.DataFrame, year: str, part: str, sign: str) -> pl.Series | None:
    years = frame.get_column(year).cast(pl.String, strict=False).str.extract(r"(\d{4})", 1)
    parts = frame.get_column(part).cast(pl.String, strict=False).str.strip_chars()
    if sign == "-" and parts.str.contains(r"^[^\W\d]{3,}").any():
        return parts + " " + years
    number = parts.str.extract(r"^[^\d]*(\d{1,2})(?:\.0+)?[^\d]*$", 1)
    if number.null_count() == len(number):
        return None
    return years + sign + (number.str.zfill(2) if sign != "Q" else number)


def naming_columns(frame: pl.DataFrame, candidates: list[str], apart: list[str]) -> list[str]:
    """The columns that name the series: the first candidate, and more while rows that agree in it and in
    ``apart`` repeat. Of several those that vary, in the order of the table.
    """
    used = candidates[:1]
    if used == ["unique_id"]:
        return used
    for more in candidates[1:]:
        if not frame.select(pl.struct([*used, *apart]).is_duplicated().any()).item():
            break
        used.append(more)
    varied = [c for c in used if frame.get_column(c).n_unique() > 1] or used[:1]
    return sorted(varied, key=frame.columns.index)


def names_of(frame: pl.DataFrame, used: list[str]) -> pl.Series:
    """The series of each row, from the columns that name it: ``mobile / France``."""
    texts = [pl.col(c).cast(pl.String, strict=False) for c in used]
    joined = pl.concat_str(texts, separator=" / ", ignore_nulls=True) if len(texts) > 1 else texts[0]
    return frame.select(joined.replace("", None)).to_series()
