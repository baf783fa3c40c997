"""Separated text that does not keep to its header: rows of too many or too few cells, open quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from beachhead.errors import BadInput

Found = list[tuple[int, int]]  # spreadsheet rows and how many cells they have
_NAMED_AT_MOST = 5
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass
class Ragged:
    """Rows as wide as the header, the spreadsheet rows set aside, and what was done."""

    rows: list[list[str]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_ragged(text: str, separator: str, width: int, header: int, skipped: int, file: str) -> Ragged:
    """The rows below the header of ``width`` cells in record ``header``, ``skipped`` lines into the file.

    Too short rows are filled up at the end, too long ones set aside unless the surplus is blank or comes from
    a separator before a space (``2, rue du Commerce``); all are named. Raises BadInput for a quote never
    closed.
    """
    out = Ragged()
    long: Found = []
    short: Found = []
    joined: Found = []
    row = 0
    cells: list[str] = []
    for record, cells in _records(text, separator, file):
        row = record + skipped
        if record <= header + 1:
            continue
        if any(cell.count("\n") > 50 and separator in cell for cell in cells):
            raise BadInput("a quote is opened in this row and not closed for many lines", file=file, row=row)
        found = len(cells)
        if found > width and len(whole := _rejoined(cells, separator)) == width:
            joined.append((row, found))
            cells = whole
        if any(cell.strip() for cell in cells[width:]):
            long.append((row, found))
            out.gone.append(row)
            continue
        if any(cells) and found < width:
            short.append((row, found))
        out.rows.append((cells + [""] * width)[:width])
    if cells and "\n" in cells[-1] and not text.rstrip().endswith('"'):
        raise BadInput("a quote is opened in this row and never closed", file=file, row=row)
    name = _NAMES.get(separator, repr(separator))
    for these, said in (
        (joined, f"; a {name} before a space is taken there as part of the text"),
        (long, f" and set aside: a {name} inside a text needs quotes around it"),
        (short, "; the missing ones at the end are taken as empty"),
    ):
        if these:
            out.notes.append(f"{file}: {_cells(these, width)}{said}")
    return out


def has_short_rows(lines: io.TextIOBase, separator: str, width: int) -> bool:
    """Whether any row that is not blank has fewer cells than ``width``."""
    return any(0 < len(row) < width and any(row) for row in csv.reader(lines, delimiter=separator))


def _records(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    row = 0
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1):
            yield row, cells
    except csv.Error as e:
        raise BadInput("this row cannot be read: is a quote never closed?", file=file, row=row + 1) from e


def _rejoined(cells: list[str], separator: str) -> list[str]:
    joined = cells[:1]
    for cell in cells[1:]:
        if cell.startswith(" ") and cell.strip():
            joined[-1] += separator + cell
        else:
            joined.append(cell)
    return joined


def _cells(found: Found, width: int) -> str:
    rows = ", ".join(str(row) for row, _ in found[:_NAMED_AT_MOST])
    rest = len(found) - _NAMED_AT_MOST
    more = f" and {rest} more" if rest > 0 else ""
    counts = " or ".join(str(n) for n in sorted({n for _, n in found})[:3])
    subject = f"rows {rows}{more} have" if len(found) > 1 else f"row {rows} has"
    return f"{subject} {counts} cell{'s' if counts != '1' else ''} where the header has {width}"
