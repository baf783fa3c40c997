"""Workbooks: the sheet that holds the table, with dates and numbers as plain text."""

from __future__ import annotations

import re
from pathlib import Path

import fastexcel
import polars as pl

from beachhead.errors import BadInput, did_you_mean
from beachhead.tables.files import TextTable
from beachhead.tables.headers import (
    LEAD_IN,
    column_names,
    filled,
    find_header,
    refuse_missing_header,
    title_note,
)


def read_sheet(path: Path, file: str, sheet: str | None) -> tuple[TextTable, str]:
    """The named sheet, or the first visible one that holds a header and data."""
    try:
        book = fastexcel.read_excel(path)
        names = book.sheet_names
    except (fastexcel.FastExcelError, OSError, ValueError) as e:
        raise BadInput(
            "this workbook cannot be opened", file=file, expected="an XLSX without a password"
        ) from e
    if sheet is not None and sheet not in names:
        raise BadInput(
            f"there is no sheet {sheet!r}{did_you_mean(sheet, names)}", file=file, expected=f"one of {names}"
        )
    others: list[str] = []
    chosen: tuple[str, pl.DataFrame] | None = None
    for name in [sheet] if sheet is not None else names:
        try:
            loaded = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet is None and loaded.visible != "visible":
                continue
            frame = loaded.to_polars()
        except (fastexcel.FastExcelError, ValueError):
            continue
        if frame.width and sum(1 for row in frame.head(LEAD_IN + 5).iter_rows() if filled(row)) > 1:
            if chosen is None:
                chosen = (name, frame)
            else:
                others.append(name)
    if chosen is None:
        raise BadInput(
            "the workbook has no visible sheet with a table",
            file=file,
            expected="a row of column names and rows of data",
        )
    name, frame = chosen
    notes = [f"{file}: sheet {name!r} is read; also there: {', '.join(others)}"] if others else []
    return _table(frame, file, name, notes), name


def _table(frame: pl.DataFrame, file: str, sheet: str, notes: list[str]) -> TextTable:
    top = [[_plain(cell) for cell in row] for row in frame.head(100).rows()]
    header = find_header(top)
    cells = top[header]
    while (
        len(cells) > 1
        and not cells[-1]
        and frame.get_column(frame.columns[len(cells) - 1]).null_count() == frame.height
    ):
        cells = cells[:-1]
    refuse_missing_header(cells, top[header + 1 :], file, header + 1)
    names, named = column_names(cells, file)
    body = frame.slice(header + 1).select(frame.columns[: len(names)])
    body.columns = names
    # whole days come as 2008-01-31 00:00:00
    body = body.with_columns(pl.all().str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00(\.0+)?$", "$1"))
    return TextTable(body, file, sheet, header + 2, notes + named + title_note(header, file))


def _plain(cell: str | None) -> str | None:
    return re.sub(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", cell.strip()) if cell else None
