"""Cells of workbooks as texts with their addresses, and the few formats that our own workbooks share."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastexcel
from xlsxwriter.utility import xl_rowcol_to_cell

from beachhead.errors import BadInput
from beachhead.tables.sheets import open_workbook

LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
INK, PAPER, HEAD, BAND, OPEN = "#1F2933", "#FFFFFF", "#243B53", "#D9E2EC", "#FFFBEA"


@dataclass(frozen=True)
class Sheet:
    """A sheet as rows of texts (None for blank); row and column count from 0."""

    name: str
    rows: list[list[str | None]]

    def cell(self, row: int, column: int) -> str | None:
        """The text of a cell; None where it is blank or beyond the sheet."""
        line = self.rows[row] if row < len(self.rows) else []
        return line[column] if column < len(line) else None

    def at(self, row: int, column: int) -> str:
        """``sheet 'Points', cell C7``."""
        return f"sheet {self.name!r}, cell {xl_rowcol_to_cell(row, column)}"


def read_cells(path: Path) -> dict[str, Sheet]:
    """Every sheet of a workbook by its name, hidden ones too. Raises BadInput for what is no workbook."""
    if not path.is_file():
        raise BadInput("there is no such file", file=path)
    book = open_workbook(path, str(path))
    found = {}
    for name in book.sheet_names:
        try:
            frame = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
        except (fastexcel.FastExcelError, ValueError):  # a chart sheet, or one without a cell
            continue
        found[name] = Sheet(name, [[_plain(cell) for cell in row] for row in frame.rows()])
    return found


def _plain(cell: str | None) -> str | None:
    if cell is None:
        return None
    text = re.sub(r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(\.0+)?$", r"\1", cell.replace("\r\n", "\n").strip())
    return text or None


def number(cell: str | None) -> Any:
    """A cell as the number that it holds, else as its text, so that what checks it can name it."""
    if cell is None:
        return None
    try:
        value = float(cell.replace(",", ".") if re.fullmatch(r"-?\d+,\d+", cell) else cell)
    except ValueError:
        return cell
    return int(value) if value.is_integer() else value


def fits(text: str, where: str, path: Path) -> str:
    """``text`` if a cell can hold it; BadInput otherwise."""
    if len(text) > LONGEST:
        raise BadInput(f"{where} has {len(text)} characters, a cell holds {LONGEST}", file=path)
    return text


def height(texts: Iterable[tuple[str | None, float]], lowest: float = 18.0) -> float:
    """Points that a row needs for wrapped ``texts``, each with the width of its column in characters.

    Not every office suite fits rows by itself, least of all on a protected sheet.
    """
    most = 1
    for text, width in texts:
        lines = (text or "").split("\n")
        most = max(most, sum(max(1, math.ceil(len(line) * 0.85 / width)) for line in lines))
    return min(409.0, max(lowest, most * 12.8 + 5.0))


def formats(book: Any) -> dict[str, Any]:
    """The formats of our workbooks by name."""
    base = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top", "text_wrap": True}
    line = {"bottom": 1, "bottom_color": "#D9E2EC"}
    kinds: dict[str, dict[str, Any]] = {
        "text": line,
        "grey": {**line, "font_color": "#829AB1", "font_size": 8},
        "bold": {**line, "bold": True},
        "strong": {"bold": True},
        "normal": {},
        "left": {**line, "align": "left"},
        "share": {**line, "num_format": "0.00", "text_wrap": False},
        "number": {**line, "num_format": "0.##", "text_wrap": False},
        "missing": {"bg_color": "#FFBDBD"},
        "title": {"bold": True, "font_size": 16, "text_wrap": False},
        "plain": {"text_wrap": False},
        "head": {"bold": True, "font_color": PAPER, "bg_color": HEAD, "valign": "vcenter"},
        "band": {"bold": True, "bg_color": BAND, "text_wrap": False, "font_size": 11},
        "sub": {"italic": True, "bg_color": "#F0F4F8", "text_wrap": False},
        "open": {**line, "bg_color": OPEN, "locked": False},
        "open_date": {**line, "bg_color": OPEN, "locked": False, "num_format": "yyyy-mm-dd", "align": "left"},
    }
    return {name: book.add_format({**base, **kind}) for name, kind in kinds.items()}
