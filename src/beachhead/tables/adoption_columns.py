"""Which column of an adoption table is what, and wide tables made long.

The names that forecasting users know (``unique_id, ds, y``) need no recognition; the usual other names, years
as columns and one column per series are recognised, and what was taken for what is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.labels import NOTHING, NUMBER, TOTALS, is_period, parse_labels
from beachhead.tables.numbers import parse_numbers

EXPECTED = (
    "columns unique_id, ds (the date) and y (the figure), or years as columns, or one column per series"
)

ID = (
    *("unique_id", "series_id", "series", "series_name", "technology", "tech", "innovation", "product"),
    *(
        "product_name",
        "item",
        "metric",
        "measure",
        "indicator",
        "indicator_name",
        "id",
        "key",
        "name",
        "title",
    ),
    *("category", "brand", "model", "offering", "solution", "market", "segment", "region", "country"),
    *("country_name", "entity", "state", "territory", "location", "geography", "variable"),
    *("technologie", "produkt", "reihe", "serie", "land", "bezeichnung"),
)
DATE = (
    *("ds", "date", "period", "time", "timestamp", "datetime", "date_time", "period_end", "reporting_period"),
    *("year", "quarter", "month", "week", "day", "fiscal_year", "fiscal_quarter", "yr", "fy", "time_period"),
    *("datum", "jahr", "quartal", "monat", "woche", "zeitraum", "periode", "annee", "année", "fecha", "año"),
)
FIGURE = (
    *("y", "value", "values", "adoptions", "adopters", "adoption", "level", "obs_value", "figure"),
    *(
        "new_adopters",
        "new_adoptions",
        "cumulative_adopters",
        "cumulative_adoptions",
        "cumulative",
        "installed_base",
    ),
    *(
        "stock",
        "flow",
        "share",
        "penetration",
        "penetration_rate",
        "adoption_rate",
        "percent",
        "percentage",
        "pct",
    ),
    *(
        "sales",
        "units_sold",
        "units",
        "unit_sales",
        "shipments",
        "revenue",
        "users",
        "subscribers",
        "subscriptions",
    ),
    *("customers", "new_customers", "installations", "installs", "downloads", "volume", "quantity", "qty"),
    *("count", "number", "amount", "wert", "anzahl", "menge", "absatz", "umsatz", "bestand", "anteil"),
)
OPTIONAL = {
    "kind": ("kind",),
    "freq": ("freq", "frequency"),
    "potential_low": ("potential_low", "potential_lo", "potential_min"),
    "potential_high": ("potential_high", "potential_hi", "potential_max"),
    "ceiling": ("ceiling",),
    "launch": ("launch", "launch_date", "launched"),
    "name": ("name",),
    "unit": ("unit",),
    "note": ("note", "notes", "comment"),
    "known_on": ("known_on", "known", "published_on", "published"),
}


@dataclass
class Tidy:
    """An adoption table in long form: a series, a date and a figure per row, and where each row stood.

    ``figure`` is the user's name of the column of figures; ``height`` rows stood in the file, and long row i
    came from row ``i % height`` and, in a wide table, from column ``melted[i // height]``.
    """

    ids: pl.Series
    ds: pl.Series
    y: pl.Series
    optional: dict[str, pl.Series]
    figure: str
    date: str
    height: int
    melted: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def tidy(frame: pl.DataFrame, where: str | None, default_id: str) -> Tidy:
    """Recognise the columns of a table and bring it to long form. Raises BadInput where dates or figures are
    missing.
    """
    if not frame.width or not frame.height:
        raise BadInput("the table is empty", file=where, expected=EXPECTED)
    frame = _cells_only(frame, where)
    if {"unique_id", "ds", "y"} <= set(frame.columns):
        optional = {role: frame.get_column(role) for role in OPTIONAL if role in frame.columns}
        return _long(frame, frame.get_column("unique_id"), "ds", "y", optional, [])
    names = {_normal(c): c for c in reversed(frame.columns)}
    periods = [c for c in frame.columns if is_period(c) or _is_day(c)]
    date, frame, notes = _date_column(frame, names, where, periods)
    if date is None and len(periods) >= 2:
        return _from_period_columns(frame, names, periods, default_id)
    if date is None:
        raise BadInput(
            f"no column of dates is found among {_listed(frame.columns)}", file=where, expected=EXPECTED
        )
    optional_names = {
        role: names[s] for role, known in OPTIONAL.items() for s in reversed(known) if s in names
    }
    id_names = [names[s] for s in ID if s in names and names[s] != date]
    figure = next((names[s] for s in FIGURE if s in names and names[s] != date), None)
    figures = [names[s] for s in FIGURE if s in names and names[s] != date]
    taken = {date, *id_names, *(c for c in optional_names.values())}
    others = [c for c in frame.columns if c not in taken and _is_numeric(frame.get_column(c))]
    by_name = _normal(figure) in ("y", "value", "values") if figure else False
    if not by_name and not id_names and len(others) > 1:
        return _from_series_columns(frame, date, others, notes)
    if figure is None or not _is_numeric(frame.get_column(figure)):
        if len(others) > 1 and not id_names:
            return _from_series_columns(frame, date, others, notes)
        if len(others) != 1:
            found = f"{_listed(others)} could all be it" if others else f"found are {_listed(frame.columns)}"
            raise BadInput(
                f"no column of figures is found: {found}", file=where, expected="one column named y"
            )
        figure = others[0]
    elif not by_name and len(figures) > 1:
        rest = [c for c in figures[1:] if c != figure]
        notes.append(
            f"column {figure!r} is taken for the figures; for {_listed(rest)} rename that column to y"
        )
    ids, used = _ids(frame, id_names, date, figure, default_id)
    optional_names = {r: c for r, c in optional_names.items() if c not in used and c != figure}
    said = [f"{_listed(used)} for the series"] if used and used != ["unique_id"] else []
    said += [f"{date!r} for the date"] if date not in ("ds", "year and part") else []
    said += [f"{figure!r} for the figures"] if figure != "y" else []
    if said:
        notes.insert(0, "taken: " + ", ".join(said))
    unused = [
        c for c in frame.columns if c not in {date, figure, *used, *optional_names.values()} and c != _JOINED
    ]
    if unused:
        notes.append(f"not used: {_listed(unused)}")
    optional = {role: frame.get_column(c) for role, c in optional_names.items()}
    return _long(frame, ids, date, figure, optional, notes)


_JOINED = "year and part"
_NO_CELLS = (pl.Object, pl.Binary, pl.Duration, pl.Time)


def _cells_only(frame: pl.DataFrame, where: str | None) -> pl.DataFrame:
    """Without columns of lists, durations and other things that are neither a name, a date nor a figure."""
    odd = [c for c, t in frame.schema.items() if t.is_nested() or t in _NO_CELLS]
    if not odd:
        return frame
    needed = next((c for c in odd if c in ("unique_id", "ds", "y")), None)
    if needed is not None:
        kind = str(frame.schema[needed])
        raise BadInput(
            f"this column holds {kind}", file=where, column=needed, expected="names, dates or numbers"
        )
    if len(odd) == frame.width:
        raise BadInput("no column holds dates or figures", file=where, expected=EXPECTED)
    return frame.drop(odd)


def _filled_down(ids: pl.Series, notes: list[str]) -> pl.Series:
    """A name above blank cells stands for them too (merged cells), unless some name comes back further down."""
    named = ids.drop_nulls()
    if not ids.null_count() or not len(named) or ids[0] is None or named.n_unique() < len(named):
        return ids
    notes.append("blank names of series are filled with the name above them")
    return ids.forward_fill()


def _long(
    frame: pl.DataFrame,
    ids: pl.Series,
    date: str,
    figure: str,
    optional: dict[str, pl.Series],
    notes: list[str],
) -> Tidy:
    text = ids if ids.dtype == pl.String else ids.cast(pl.String, strict=False)
    text = _filled_down(text, notes)
    return Tidy(
        text,
        frame.get_column(date),
        frame.get_column(figure),
        optional,
        figure,
        date,
        frame.height,
        [],
        notes,
    )


def _normal(name: str) -> str:
    return re.sub(r"[^\w%]+", "_", name.strip().casefold()).strip("_")


def _listed(names: Sequence[str]) -> str:
    shown = [repr(n) for n in names[:8]]
    return ", ".join(shown) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _is_day(name: str) -> bool:
    return bool(
        re.fullmatch(r"\d{4}-\d\d-\d\d(?:[T ]00:00:00(?:\.0+)?)?|\d{1,2}[./]\d{1,2}[./]\d{4}", name.strip())
    )


def _is_numeric(column: pl.Series) -> bool:
    if column.dtype.is_numeric():
        return True
    if column.dtype not in (pl.String, pl.Null):
        return False
    sample = column.drop_nulls().head(200)
    if not len(sample):
        return False
    read = parse_numbers(sample)
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
    good = (unit < NUMBER).sum()
    return bool(good * 10 >= 9 * max(1, (unit != NOTHING).sum()))


def _counts_up(column: pl.Series) -> bool:
    unit = parse_labels(column.drop_nulls().head(200)).unit
    return bool(len(unit) > 1 and (unit == NUMBER).all())


def _date_column(
    frame: pl.DataFrame, names: dict[str, str], where: str | None, periods: list[str]
) -> tuple[str | None, pl.DataFrame, list[str]]:
    """The column of dates by its name, else by what it holds; a year beside a quarter or month is joined with
    it.
    """
    year = next((names[n] for n in ("year", "fiscal_year", "yr", "fy", "jahr") if n in names), None)
    if year and not {"ds", "date"} & names.keys():
        for part, sign in (
            ("quarter", "Q"),
            ("quartal", "Q"),
            ("month", "-"),
            ("monat", "-"),
            ("week", "-W"),
        ):
            if part in names and not _reads_as_dates(frame.get_column(names[part])):
                joined = _joined(frame, year, names[part], sign)
                if joined is not None:
                    said = [f"taken: {year!r} and {names[part]!r} together for the date"]
                    return _JOINED, frame.with_columns(joined.alias(_JOINED)).drop(year, names[part]), said
    for name in DATE:
        if name in names and names[name] not in periods:
            return names[name], frame, []
    if len(periods) >= 2:
        return None, frame, []
    for column in frame.columns:
        if _normal(column) not in FIGURE and _reads_as_dates(frame.get_column(column)):
            return column, frame, []
    if frame.width > 1 and _counts_up(frame.get_column(frame.columns[0])):
        return frame.columns[0], frame, []
    return None, frame, []


def _joined(frame: pl.DataFrame, year: str, part: str, sign: str) -> pl.Series | None:
    years = frame.get_column(year).cast(pl.String, strict=False).str.extract(r"(\d{4})", 1)
    parts = frame.get_column(part).cast(pl.String, strict=False).str.strip_chars()
    if sign == "-" and parts.str.contains(r"^[^\W\d]{3,}").any():
        return parts + " " + years
    number = parts.str.extract(r"^[^\d]*(\d{1,2})(?:\.0+)?[^\d]*$", 1)
    if number.null_count() == len(number):
        return None
    return years + sign + (number.str.zfill(2) if sign != "Q" else number)


def _ids(
    frame: pl.DataFrame, candidates: list[str], date: str, figure: str, default_id: str
) -> tuple[pl.Series, list[str]]:
    """The series of each row: the first of the naming columns, and more of them while dates repeat."""
    candidates = [c for c in candidates if c != figure]
    if not candidates:
        name = figure if _normal(figure) not in ("y", "value", "values") else default_id
        return pl.Series([name]).new_from_index(0, frame.height), []
    used = candidates[:1]
    if used != ["unique_id"]:
        for more in candidates[1:]:
            if not frame.select(pl.struct([*used, date]).is_duplicated().any()).item():
                break
            used.append(more)
        varied = [c for c in used if frame.get_column(c).n_unique() > 1]
        used = sorted(varied or used[:1], key=frame.columns.index)
    if len(used) == 1:
        return frame.get_column(used[0]), used
    return frame.select(pl.concat_str(used, separator=" / ", ignore_nulls=True)).to_series(), used


def _from_period_columns(
    frame: pl.DataFrame, names: dict[str, str], periods: list[str], default_id: str
) -> Tidy:
    """Years (quarters, months) as columns, a series per row."""
    optional_names = {
        role: names[s] for role, known in OPTIONAL.items() for s in reversed(known) if s in names
    }
    rest = [c for c in frame.columns if c not in periods and c.strip().casefold() not in TOTALS]
    id_names = [names[s] for s in ID if s in names and names[s] in rest]
    if not id_names:
        id_names = [c for c in rest if c not in optional_names.values()][:1]
    used = id_names[:1]
    for more in id_names[1:]:
        if not frame.select(pl.struct(used).is_duplicated().any()).item():
            break
        used.append(more)
    if len(used) > 1:
        used = (
            sorted((c for c in used if frame.get_column(c).n_unique() > 1), key=frame.columns.index)
            or used[:1]
        )
    if used:
        ids = frame.select(
            pl.concat_str([pl.col(c).cast(pl.String) for c in used], separator=" / ", ignore_nulls=True)
        )
        own = ids.to_series().replace("", None)
    else:
        own = pl.Series(
            [default_id if frame.height == 1 else f"{default_id} {i + 1}" for i in range(frame.height)]
        )
    h, w = frame.height, len(periods)
    y = _stacked([frame.get_column(c) for c in periods])
    ds = pl.Series(periods).gather(np.repeat(np.arange(w, dtype=np.uint32), h))
    again = np.tile(np.arange(h, dtype=np.uint32), w)
    optional = {r: frame.get_column(c).gather(again) for r, c in optional_names.items() if c not in used}
    notes = [
        f"wide table: the columns {periods[0]} to {periods[-1]} are taken for dates, each row for a series"
    ]
    return Tidy(own.gather(again), ds, y, optional, "y", "ds", h, periods, notes)


def _from_series_columns(frame: pl.DataFrame, date: str, columns: list[str], notes: list[str]) -> Tidy:
    """One column per series beside the dates."""
    h, w = frame.height, len(columns)
    y = _stacked([frame.get_column(c) for c in columns])
    ids = pl.Series(columns).gather(np.repeat(np.arange(w, dtype=np.uint32), h))
    ds = frame.get_column(date).gather(np.tile(np.arange(h, dtype=np.uint32), w))
    said = (
        f"wide table: column {date!r} is taken for the date, the others for a series each: {_listed(columns)}"
    )
    return Tidy(ids, ds, y, {}, "y", date, h, columns, [*notes, said])


def _stacked(columns: list[pl.Series]) -> pl.Series:
    """Columns below each other: as numbers where all are, else as text."""
    if all(c.dtype.is_numeric() for c in columns):
        return pl.concat([c.cast(pl.Float64).alias("y") for c in columns])
    return pl.concat([c.cast(pl.String, strict=False).alias("y") for c in columns])
