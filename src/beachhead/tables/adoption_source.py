"""Where adoption figures come from: a file or a table object, in long form, with the place of every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.adoption_columns import EXPECTED
from beachhead.tables.adoption_facts import UNKNOWN
from beachhead.tables.adoption_kinds import kind_in
from beachhead.tables.adoption_rows import Ledger, Rows
from beachhead.tables.adoption_shapes import Tidy, tidy
from beachhead.tables.counted import counted
from beachhead.tables.files import TextTable, file_kind, read_text_table
from beachhead.tables.frames import to_polars
from beachhead.tables.headers import literal_name
from beachhead.tables.labels import BAD, NUMBER, UNIT_FREQ, Labels, parse_labels
from beachhead.tables.numbers import Numbers
from beachhead.tables.paths import read_parquet
from beachhead.tables.periods import Ints, numbered_end
from beachhead.tables.sheets import filled_sheets
from beachhead.tables.signs import printable


@dataclass(frozen=True)
class Source:
    tidy: Tidy
    where: str | None
    place: Callable[[int], dict[str, Any]]
    notes: list[str]
    id_type: pl.DataType
    """The type of the user's own unique_id."""


def load(
    source: Any, sheet: str | None = None, header_row: int | None = None, encoding: str | None = None
) -> Source:
    """A file or an object as a long table, and where each of its rows stands."""
    notes: list[str] = []
    row_of: Callable[[int], int] = _second
    t: Tidy | None = None
    id_type: pl.DataType = pl.String()
    if isinstance(source, str | Path):
        path = Path(source)
        where, default_id = path.name, path.name.split(".")[0] or "series"
        if file_kind(path) == "parquet":
            frame = read_parquet(path, path.name)
        else:
            table, t = _of_file(path, default_id, sheet, header_row, encoding)
            frame, row_of, notes, where = table.frame, table.row, table.notes, table.where
    else:
        frame, where, default_id = to_polars(source), None, "series"
        id_type = frame.schema.get("unique_id", id_type)
    frame.columns = [literal_name(name, i) for i, name in enumerate(frame.columns, start=1)]
    t = tidy(frame, where, default_id) if t is None else t
    plain = t.ids.unique()
    if any(printable(name) != name for name in plain.drop_nulls().to_list()):
        names = {name: printable(name).strip() for name in plain.drop_nulls().to_list()}
        t = replace(t, ids=t.ids.replace_strict(names, default=None, return_dtype=pl.String))
        notes = [*notes, "control characters in the names of series are left out"]

    def place(row: int) -> dict[str, Any]:
        at: dict[str, Any] = {"file": where, "row": row_of(row % t.height + t.skipped)}
        return at | {"column": t.melted[row // t.height]} if t.melted else at

    return Source(t, where, place, notes, id_type)


def _of_file(
    path: Path, default_id: str, sheet: str | None, header_row: int | None, encoding: str | None
) -> tuple[TextTable, Tidy]:
    """A file as a long table. Of a workbook without a named sheet: the first one that holds adoption figures."""
    sheets: list[str | None] = [sheet]
    if sheet is None and file_kind(path) == "xlsx":
        sheets = [*filled_sheets(path, path.name)] or [None]
    refused: list[BadInput] = []
    for name in sheets:
        try:
            table = read_text_table(path, name, header_row=header_row, encoding=encoding)
            found = tidy(table.frame, table.where, default_id)
        except BadInput as no:
            refused.append(no)
            continue
        if table.title and "unit" not in found.optional and kind_in(pl.Series([table.title])).item():
            found.optional["unit"] = pl.Series([table.title]).new_from_index(
                0, found.height * (len(found.melted) or 1)
            )
        others = [repr(other) for other in sheets if other != name]
        if others:
            said = f"sheet {name!r} is read; also there: {', '.join(others)} (choose with sheet, --sheet)"
            table.notes.insert(0, said)
        return table, found
    raise refused[0] if len(refused) == 1 else _no_sheet(path.name, refused)


def _no_sheet(file: str, refused: list[BadInput]) -> BadInput:
    """Why none of several sheets is read: what is wrong with each."""
    reasons = [str(no).split(f"{file}, ", 1)[-1].split("; expected")[0].rstrip(".") for no in refused[:3]]
    more = f" (and {len(refused) - 3} more)" if len(refused) > 3 else ""
    return BadInput(
        f"no sheet holds adoption figures that can be read{more}: {'; '.join(reasons)}",
        file=file,
        expected=EXPECTED,
    )


def _second(row: int) -> int:
    """As a spreadsheet counts: the header is row 1."""
    return row + 2


def number_series(ids: pl.Series) -> tuple[pl.Series, Ints]:
    """The distinct series in order of appearance, and the number of each row's (−1: it names none)."""
    new = ids.ne_missing(ids.shift(1))
    if len(ids):
        new = new.scatter(0, True)
    runs = ids.filter(new)
    run = new.to_numpy().astype(np.int64).cumsum() - 1
    if runs.n_unique() == len(runs) and not runs.null_count():
        return runs, run
    distinct = runs.drop_nulls().unique(maintain_order=True)
    codes = (
        pl.DataFrame({"id": runs})
        .join(
            pl.DataFrame({"id": distinct}).with_row_index("code"), on="id", how="left", maintain_order="left"
        )
        .get_column("code")
        .cast(pl.Int64)
        .fill_null(-1)
        .to_numpy()
    )
    return distinct, codes[run]


def rows_of(sid: Ints, labels: Labels, numbers: Numbers, freq: str | None, ledger: Ledger) -> Rows:
    y = numbers.values
    y = y.fill_null(np.nan) if y.null_count() else y
    day, unit = labels.day, labels.unit
    numbered = unit == NUMBER
    if numbered.any():
        step = freq or "Y"
        day = np.where(numbered, numbered_end(day, step), day)
        unit = np.where(numbered, _UNIT_OF[step], unit).astype(np.uint8)
        if freq is None:
            ledger.say(
                "counted periods are taken for years; state freq if they are quarters, months or weeks"
            )
    rows = Rows(sid, day, unit, y.to_numpy(), np.arange(len(sid)))
    nameless = sid < 0
    if nameless.any():
        told = int((nameless & ~np.isnan(rows.y)).sum())
        if told:
            ledger.say(f"{counted(told, 'figure')} without a name of the series left out")
        rows = rows.only(~nameless)
    if (rows.sid[1:] < rows.sid[:-1]).any():
        rows = rows.take(np.argsort(rows.sid, kind="stable"))
    return rows


_UNIT_OF = {freq: unit for unit, freq in UNIT_FREQ.items()}


def known_on_of(column: pl.Series | None, rows: Rows, ledger: Ledger) -> Ints | None:
    """The day on which each row of the table became known; a blank one counts as known all along."""
    if column is None:
        return None
    labels = parse_labels(column)
    bad = (labels.unit == NUMBER) | (labels.unit == BAD)
    if bad.any():
        ledger.refuse_rows(
            rows,
            bad[rows.row],
            "this is no date",
            lambda row: column[row],
            column="known_on",
            expected="a date",
        )
    return np.where(labels.unit < NUMBER, labels.day, UNKNOWN)
