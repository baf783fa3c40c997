"""The header of a table: which row holds it, what its columns are called, and whether there is one at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from beachhead.errors import BadInput

LEAD_IN = 20  # a report has at most this many title rows above its header
_NUMBER = re.compile(r"[-+]?[\d.,'\u00a0\u202f ]*\d[\d.,]*\s*%?$")
_YEAR = re.compile(r"(1[89]|20|21)\d\d(\.0)?$")
_DAY = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T].*)?$")

Row = Sequence[str | None]


def clean_name(cell: str | None) -> str:
    """A header cell without byte-order marks, line breaks and doubled spaces."""
    return " ".join((cell or "").replace("\ufeff", "").replace("\u200b", "").split())


def filled(row: Row) -> int:
    """How many cells of a row hold something."""
    return sum(1 for cell in row if cell and cell.strip())


def find_header(rows: Sequence[Row]) -> int:
    """The index of the header among the first rows of a table.

    It is the first row, unless title rows of one cell (a report's name, its date) stand above a wider one.
    """
    first = next((i for i, row in enumerate(rows) if filled(row)), 0)
    widest = max((filled(row) for row in rows[: LEAD_IN + 5]), default=0)
    if widest < 3 or filled(rows[first]) > 1 or len([c for c in rows[first] if c is not None]) > 2:
        return first
    for i in range(first, min(len(rows), LEAD_IN)):
        if filled(rows[i]) > max(2, widest // 2):
            return i
    return first


def column_names(cells: Row, file: str) -> tuple[list[str], list[str]]:
    """Names for all columns, and notes on what was changed: blank names are numbered, repeated ones too."""
    names: list[str] = []
    notes: list[str] = []
    taken: set[str] = set()
    for i, cell in enumerate(cells, start=1):
        name = clean_name(cell)
        if not name:
            name = f"column {i}"
        if name in taken:
            again = 2
            while f"{name} ({again})" in taken:
                again += 1
            notes.append(
                f"{file}: two columns are called {name!r}; the later one is taken as '{name} ({again})'"
            )
            name = f"{name} ({again})"
        taken.add(name)
        names.append(name)
    return names, notes


def _periods_in_order(kinds: list[str], cells: Row) -> bool:
    """2006, 2007, 2008: the header of a wide table of one series that names nothing but its periods."""
    return (
        set(kinds) in ({"year"}, {"date"}) and len(cells) > 1 and list(cells) == sorted(set(cells), key=str)
    )


def title_note(header: int, file: str) -> list[str]:
    """What is said about title rows above the header."""
    return (
        [f"{file}: {header} title row{'s' if header > 1 else ''} above the header skipped"] if header else []
    )


def _type(cell: str | None) -> str:
    text = (cell or "").strip()
    if not text:
        return "blank"
    if _DAY.match(text):
        return "date"
    if _YEAR.match(text):
        return "year"
    return "number" if _NUMBER.match(text) else "text"


def refuse_missing_header(cells: Row, below: Sequence[Row], file: str, row: int) -> None:
    """Refuse a table whose first row is data: a number over numbers, a date over dates, or no text at all.

    Years and dates do stand in the headers of wide tables, over numbers.
    """
    kinds = [_type(cell) for cell in cells]
    guilty = None
    for i, kind in enumerate(kinds):
        under = [t for r in below[:50] if i < len(r) and (t := _type(r[i])) != "blank"]
        same = under.count(kind) * 2 > len(under)
        if kind in ("number", "date") and under and same:
            guilty = i
            break
    no_text = all(kind in ("number", "year", "date") for kind in kinds)
    if guilty is None and no_text and not _periods_in_order(kinds, cells):
        guilty = 0
    if guilty is not None:
        raise BadInput(
            "the first row is data, not a header",
            file=file,
            row=row,
            value=cells[guilty],
            expected="a first row that names the columns: export again with column names",
        )
