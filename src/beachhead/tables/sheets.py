"""Workbooks: the sheet that holds the table, with dates and numbers as plain text."""

from __future__ import annotations

import re
from pathlib import Path

import fastexcel
import polars as pl

from beachhead.errors import BadInput, did_you_mean
from beachhead.tables.extent import check_extent
from beachhead.tables.files import TextTable
from beachhead.tables.headers import (
    LEAD_IN,
    column_names,
    filled,
    header_at,
    refuse_missing_header,
    title_note,
    title_of,
)


def open_workbook(path: Path, file: str) -> fastexcel.ExcelReader:
    """A workbook whose sheets can be read within bounds. Raises BadInput for what cannot be opened."""
    try:
        check_extent(path, file)
        return fastexcel.read_excel(path)
    except (fastexcel.FastExcelError, OSError, ValueError) as e:
        raise BadInput(
            "this workbook cannot be opened", file=file, expected="an XLSX without a password"
        ) from e


def visible_sheets(book: fastexcel.ExcelReader) -> list[str]:
    """The names of the sheets that their author has not hidden, without sheets of charts."""
    visible = []
    for name in book.sheet_names:
        try:
            if book.load_sheet(name, n_rows=0, header_row=None, dtypes="string").visible == "visible":
                visible.append(name)
        except (fastexcel.FastExcelError, ValueError):
            continue
    return visible


def read_sheet(
    path: Path, file: str, sheet: str | None, header_row: int | None = None
) -> tuple[TextTable, str]:
    """The named sheet, or the first visible one that holds a header and data."""
    book = open_workbook(path, file)
    names = book.sheet_names
    if sheet is not None and sheet not in names:
        raise BadInput(
            f"there is no sheet {sheet!r}{did_you_mean(sheet, names)}", file=file, expected=f"one of {names}"
        )
    filled_sheets = [
        (name, frame)
        for name in ([sheet] if sheet is not None else visible_sheets(book))
        if (frame := _cells(book, name)) is not None
    ]
    if not filled_sheets:
        raise BadInput(
            "the workbook has no visible sheet with a table",
            file=file,
            expected="a row of column names and rows of data",
        )
    (name, frame), *others = filled_sheets
    also = ", ".join(other for other, _ in others)
    notes = [f"{file}: sheet {name!r} is read; also there: {also}"] if others else []
    return _table(frame, file, name, notes, header_row), name


def filled_sheets(path: Path, file: str) -> list[str]:
    """The names of the visible sheets that hold more than a row."""
    book = open_workbook(path, file)
    return [name for name in visible_sheets(book) if _cells(book, name) is not None]


def _cells(book: fastexcel.ExcelReader, name: str) -> pl.DataFrame | None:
    """The cells of a sheet as text, None where it holds no more than a row."""
    try:
        frame = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, ValueError):
        return None
    rows = sum(1 for row in frame.head(LEAD_IN + 5).iter_rows() if filled(row)) if frame.width else 0
    return frame if rows > 1 else None


def _table(frame: pl.DataFrame, file: str, sheet: str, notes: list[str], header_row: int | None) -> TextTable:
    top = [[_plain(cell) for cell in row] for row in frame.head(100).rows()]
    header = header_at(top, header_row, file)
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
    notes = notes + named + title_note(header, file)
    return TextTable(body, file, sheet, header + 2, notes, title=title_of(top[:header]))


def _plain(cell: str | None) -> str | None:
    return re.sub(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", cell.strip()) if cell else None
