"""The one door through which workbooks are written: whole or not at all, the same bytes on every run, printable texts."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from beachhead.errors import BadInput
from beachhead.tables.signs import printable
from beachhead.tables.writing import why, write_whole

NO_DAY = dt.date(1980, 1, 1)
"""When a workbook was made that is told no day: the first that its archive can hold."""


class _Sheet(Worksheet):  # type: ignore[misc]
    def _write_string(self, row: int, column: int, text: str, cell_format: Any = None) -> Any:
        return super()._write_string(row, column, printable(text, lines=True), cell_format)

    def _write_comment(self, row: int, column: int, comment: str, options: Any = None) -> Any:
        return super()._write_comment(row, column, printable(comment, lines=True), options)


class _Book(xlsxwriter.Workbook):  # type: ignore[misc]
    def add_worksheet(self, name: str | None = None, worksheet_class: Any = _Sheet) -> Any:
        return super().add_worksheet(printable(name) if name else name, worksheet_class)


@contextmanager
def new_workbook(path: Path, *, made: dt.date = NO_DAY, title: str = "", **options: Any) -> Iterator[Any]:
    """A workbook to be filled; at the end it lies at ``path``, and not before. Text is never a formula or a link.

    ``made`` is the day that it says it was made on, never the clock's. Raises BadInput where it cannot be written.
    """
    file = io.BytesIO()
    fixed = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    try:
        with _Book(file, fixed | options) as book:
            book.set_properties({"title": printable(title), "created": dt.datetime.combine(made, dt.time())})
            yield book
    except FileCreateError as error:  # the zip library needs room of its own
        raise BadInput(f"it cannot be written: {why(error.args[0])}", file=path) from error
    write_whole(path, file.getvalue())
