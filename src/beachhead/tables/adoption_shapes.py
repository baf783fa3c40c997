"""The shapes of adoption tables, long and wide, made long.

The names that forecasting users know (``unique_id, ds, y``) need no recognition; the usual other names, years
as columns and one column per series are recognised, and what was taken for what is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.adoption_columns import (
    EXPECTED,
    FIGURE,
    ID,
    JOINED,
    OPTIONAL,
    UNTOLD,
    date_column,
    is_day,
    is_numeric,
    listed,
    names_of,
    naming_columns,
    normal,
)
from beachhead.tables.adoption_layouts import is_code, said_of_all, telling_apart, year_and_parts
from beachhead.tables.counted import counted
from beachhead.tables.labels import BAD, TOTAL, TOTALS, is_period, parse_labels
from beachhead.tables.numbers import parse_numbers


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
    skipped: int = 0
    """Rows between the header and the first figure that were left out."""
    by_rows: bool = False
    """Whether the user's order of time runs along the rows of a wide table."""
    ceiling: str | None = None
    """The user's name of the column of ceilings."""


def tidy(frame: pl.DataFrame, where: str | None, default_id: str) -> Tidy:
    """Recognise the columns of a table and bring it to long form.

    Raises BadInput where dates or figures are missing.
    """
    if not frame.width or not frame.height:
        raise BadInput("the table is empty", file=where, expected=EXPECTED)
    frame = _cells_only(frame, where)
    names = {normal(c): c for c in reversed(frame.columns)}
    ceiling = next((names[n] for n in OPTIONAL["ceiling"] if n in names), None)
    found, skipped = _recognised(frame, names, where, default_id)
    return replace(found, skipped=skipped, ceiling=ceiling)


def _recognised(
    frame: pl.DataFrame, names: dict[str, str], where: str | None, default_id: str
) -> tuple[Tidy, int]:
    """The table in long form, and how many rows below its header were left out."""
    if {"unique_id", "ds", "y"} <= set(frame.columns):
        given = {role: role for role in OPTIONAL if role in frame.columns}
        if "ceiling" not in given and "cap" in frame.columns:
            given["ceiling"] = "cap"
        optional = {role: frame.get_column(name) for role, name in given.items()}
        return _long(frame, frame.get_column("unique_id"), "ds", "y", optional, []), 0
    split = year_and_parts(frame, names)
    if split is not None:
        return _from_years_and_parts(frame, names, *split, where, default_id), 0
    periods = [c for c in frame.columns if is_period(c) or is_day(c)]
    date, frame, notes = date_column(frame, names, periods)
    if date is None and len(periods) >= 2:
        return _from_period_columns(frame, names, periods, default_id), 0
    if date is None:
        raise BadInput(
            f"no column of dates is found among {listed(frame.columns)}", file=where, expected=EXPECTED
        )
    frame, skipped = _dated_rows(frame, date, notes)
    optional_names = _optional_names(names)
    id_names = [names[s] for s in ID if s in names and names[s] != date]
    figures = [names[s] for s in FIGURE if s in names and names[s] != date]
    taken = {date, *id_names, *optional_names.values()}
    others = [
        c for c in frame.columns if c not in taken and not is_code(c) and is_numeric(frame.get_column(c))
    ]
    plain = bool(figures) and normal(figures[0]) in UNTOLD
    usable = bool(figures) and is_numeric(frame.get_column(figures[0]))
    if not id_names and len(others) > 1 and not (plain and usable):
        return _from_series_columns(frame, date, others, notes), skipped
    if usable:
        figure = figures[0]
        could = [c for c in dict.fromkeys([*figures[1:], *others]) if c != figure]
        could = [c for c in could if is_numeric(frame.get_column(c))]
        if not plain and could:
            notes.append(
                f"column {figure!r} is taken for the figures; for {listed(could)} rename that column to y"
            )
    elif len(others) == 1:
        figure = others[0]
    else:
        raise _no_figures(frame, others, [*figures, *(c for c in frame.columns if c not in taken)], where)
    candidates = [c for c in id_names if c != figure]
    if "known_on" not in optional_names:
        candidates += telling_apart(frame, candidates, date, {figure, date, *optional_names.values()})
    used = naming_columns(frame, candidates, [date])
    if used:
        ids = names_of(frame, used)
    else:
        alone = default_id if normal(figure) in UNTOLD else figure
        ids = pl.Series([alone]).new_from_index(0, frame.height)
    optional_names = {r: c for r, c in optional_names.items() if c not in used and c != figure}
    _tell(frame, used, date, figure, list(optional_names.values()), notes)
    optional = _stated(frame, optional_names, used, [c for c in frame.columns if c not in (date, figure)])
    return _long(frame, ids, date, figure, optional, notes), skipped


_MOST_ROWS_BETWEEN = 12


def _dated_rows(frame: pl.DataFrame, date: str, notes: list[str]) -> tuple[pl.DataFrame, int]:
    """Without the rows above the first date (units, codes, sources) and below the last one that hold no figure (notes),
    and how many stood above.
    """
    column = frame.get_column(date)
    if column.dtype != pl.String or frame.height < 3:
        return frame, 0
    ends = [parse_labels(column.slice(i, 1)) for i in (0, frame.height - 1)]
    if all(e.unit[0] != BAD for e in ends):
        return frame, 0
    labels = parse_labels(column)
    dated = np.flatnonzero(labels.unit < TOTAL)
    if labels.ambiguous is not None or len(dated) < 2:
        return frame, 0
    first, last = int(dated[0]), int(dated[-1]) + 1
    while last < frame.height and labels.unit[last] != BAD:
        last += 1
    figures = [c for c in frame.columns if c != date and is_numeric(frame.get_column(c))]
    if any(frame.get_column(c).slice(last).count() for c in figures):
        last = frame.height
    if first > _MOST_ROWS_BETWEEN or (labels.unit[:first] != BAD).any():
        first = 0
    for lost, where in ((first, "above the first date"), (frame.height - last, "below the last date")):
        if lost:
            notes.append(f"{counted(lost, 'row')} {where} left out: no date stands there")
    return frame.slice(first, last - first), first


def _optional_names(names: dict[str, str]) -> dict[str, str]:
    """Columns of optional facts, by what they state."""
    return {role: names[s] for role, known in OPTIONAL.items() for s in reversed(known) if s in names}


def _no_figures(frame: pl.DataFrame, others: list[str], could: list[str], where: str | None) -> BadInput:
    """Why no column is taken for the figures: too many could be it, or a cell of the one that could is none."""
    wanted = "one column named y"
    if others:
        return BadInput(
            f"no column of figures is found: {listed(others)} could all be it", file=where, expected=wanted
        )
    for column in could:
        cells = frame.get_column(column).cast(pl.String, strict=False).drop_nulls()
        odd = cells.filter(cells.str.contains(r"\d"))
        if len(odd) * 2 > len(cells):
            bad = parse_numbers(odd).bad
            if bad and not is_code(column):
                said = f"no column of figures is found; in column {column!r} {odd[bad[0]]!r} is no figure"
                return BadInput(said, file=where, expected="plain numbers such as 1200000")
    return BadInput(
        f"no column of figures is found: found are {listed(frame.columns)}", file=where, expected=wanted
    )


def _tell(
    frame: pl.DataFrame, used: list[str], date: str, figure: str, optional: list[str], notes: list[str]
) -> None:
    """Which column was taken for what, and which were not used."""
    said = [f"{listed(used)} for the series"] if used and used != ["unique_id"] else []
    said += [f"{date!r} for the date"] if date not in ("ds", JOINED) else []
    said += [f"{figure!r} for the figures"] if figure != "y" else []
    if said:
        notes.insert(0, "taken: " + ", ".join(said))
    unused = [c for c in frame.columns if c not in {date, figure, *used, *optional}]
    if unused:
        notes.append(f"not used: {listed(unused)}")


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
    text = _filled_down(ids if ids.dtype == pl.String else ids.cast(pl.String, strict=False), notes)
    ds, y = frame.get_column(date), frame.get_column(figure)
    return Tidy(text, ds, y, optional, figure, date, frame.height, [], notes)


def _from_period_columns(
    frame: pl.DataFrame, names: dict[str, str], periods: list[str], default_id: str
) -> Tidy:
    """Years (quarters, months) as columns, a series per row."""
    frame, foot = _without_foot(frame, periods)
    optional_names = _optional_names(names)
    rest = [c for c in frame.columns if c not in periods and c.strip().casefold() not in TOTALS]
    id_names = [names[s] for s in ID if s in names and names[s] in rest]
    if not id_names:
        id_names = [c for c in rest if c not in optional_names.values()][:1]
    used = naming_columns(frame, id_names, [])
    if used:
        own = names_of(frame, used)
    else:
        own = pl.Series(
            [default_id if frame.height == 1 else f"{default_id} {i + 1}" for i in range(frame.height)]
        )
    optional = _stated(frame, optional_names, used, rest)
    notes = [
        f"wide table: the columns {periods[0]} to {periods[-1]} are taken for dates, each row for a series",
        *foot,
    ]
    return _melted(frame, periods, periods, own, optional, "ds", notes)


def _without_foot(frame: pl.DataFrame, periods: list[str]) -> tuple[pl.DataFrame, list[str]]:
    """Without the notes below a wide table: rows with one cell and no figure."""
    cells = pl.sum_horizontal(pl.all().is_not_null())
    inside = frame.select(pl.any_horizontal(pl.col(periods).is_not_null()) | (cells > 1)).to_series()
    last = frame.height - int(inside.reverse().arg_max() or 0)
    if last == frame.height or not inside.any():
        return frame, []
    left = frame.height - last
    return frame.head(last), [
        f"{counted(left, 'row')} below the last figures left out: no figure stands there"
    ]


def _from_years_and_parts(
    frame: pl.DataFrame,
    names: dict[str, str],
    year: str,
    parts: dict[str, str],
    where: str | None,
    default_id: str,
) -> Tidy:
    """A year per row and its months (or quarters) as columns."""
    if list(parts.values()) != sorted(parts.values()):
        raise BadInput(
            f"the columns {', '.join(parts)} are no calendar year in order, so {year!r} can be the year in which they "
            "begin or in which they end",
            file=where,
            expected="a date per row, such as 2008-07",
        )
    optional_names = _optional_names(names)
    apart = {year, *parts, *optional_names.values()}
    id_names = [names[s] for s in ID if s in names and names[s] not in apart]
    used = naming_columns(frame, [*id_names, *telling_apart(frame, id_names, year, apart)], [year])
    own = names_of(frame, used) if used else pl.Series([default_id]).new_from_index(0, frame.height)
    optional = _stated(frame, optional_names, used, [c for c in frame.columns if c not in {year, *parts}])
    unused = [c for c in frame.columns if c not in {year, *parts, *used, *optional_names.values()}]
    notes = [f"taken: {year!r} and the columns {', '.join(parts)} together for the date"]
    notes += [f"not used: {listed(unused)}"] if unused else []
    years = frame.get_column(year).cast(pl.String, strict=False).str.extract(r"(\d{4})", 1)
    dates = [years + part for part in parts.values()]
    found = _melted(frame, list(parts), dates, own, optional, year, notes)
    found.by_rows = True
    return found


def _stated(
    frame: pl.DataFrame, optional_names: dict[str, str], used: list[str], columns: list[str]
) -> dict[str, pl.Series]:
    """What else is stated, by role; for the unit also what ``columns`` say of all rows alike."""
    stated = {role: frame.get_column(c) for role, c in optional_names.items() if c not in used}
    said = None if "unit" in stated else said_of_all(frame, columns)
    if said is not None:
        stated["unit"] = pl.Series("unit", [said]).new_from_index(0, frame.height)
    return stated


def _melted(
    frame: pl.DataFrame,
    columns: list[str],
    dates: Sequence[str | pl.Series],
    own: pl.Series,
    optional: dict[str, pl.Series],
    date: str,
    notes: list[str],
) -> Tidy:
    """A figure per row from ``columns`` of figures: ``dates`` by column, the rest by row of ``frame``."""
    h, w = frame.height, len(columns)
    y = _stacked([frame.get_column(c) for c in columns])
    ds = pl.concat([pl.Series([d]).new_from_index(0, h) if isinstance(d, str) else d for d in dates])
    again = np.tile(np.arange(h, dtype=np.uint32), w)
    optional = {role: column.gather(again) for role, column in optional.items()}
    return Tidy(own.gather(again), ds, y, optional, "y", date, h, columns, notes)


def _from_series_columns(frame: pl.DataFrame, date: str, columns: list[str], notes: list[str]) -> Tidy:
    """One column per series beside the dates."""
    h, w = frame.height, len(columns)
    y = _stacked([frame.get_column(c) for c in columns])
    ids = pl.Series(columns).gather(np.repeat(np.arange(w, dtype=np.uint32), h))
    ds = frame.get_column(date).gather(np.tile(np.arange(h, dtype=np.uint32), w))
    said = (
        f"wide table: column {date!r} is taken for the date, the others for a series each: {listed(columns)}"
    )
    return Tidy(ids, ds, y, {}, "y", date, h, columns, [*notes, said])


def _stacked(columns: list[pl.Series]) -> pl.Series:
    """Columns below each other: as numbers where all are, else as text."""
    if all(c.dtype.is_numeric() for c in columns):
        return pl.concat([c.cast(pl.Float64).alias("y") for c in columns])
    return pl.concat([c.cast(pl.String, strict=False).alias("y") for c in columns])
