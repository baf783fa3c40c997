"""The header of a table: which row holds it, what its columns are called, and whether there is one at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from beachhead.errors import BadInput
from beachhead.tables.counted import counted
from beachhead.tables.signs import printable

LEAD_IN = 40  # a report has at most this many rows above its header
_NUMBER = re.compile(r"[-+]?[\d.,'\u00a0\u202f ]*\d[\d.,]*\s*%?$")
_YEAR = re.compile(r"(1[89]|20|21)\d\d(\.0)?$")
_DAY = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T].*)?$")

Row = Sequence[str | None]


def clean_name(cell: str | None) -> str:
    """A header cell without byte-order marks, line breaks, doubled spaces and signs that steer a terminal."""
    return " ".join(printable(cell or "").replace("\ufeff", "").replace("\u200b", "").split())


def literal_name(name: str, i: int) -> str:
    """The name of column ``i``, or one that no reader takes for a pattern of names (``*``, ``^a.*$``)."""
    return f"column {i} ({name})" if re.fullmatch(r"\*|\^.*\$", name, re.S) else name


def filled(row: Row) -> int:
    """How many cells of a row hold something."""
    return sum(1 for cell in row if cell and cell.strip())


def find_header(rows: Sequence[Row]) -> int:
    """The index of the header among the first rows of a table.

    It is the first row that holds anything, unless that one does not fit what stands below it (a title, an
    instruction, a block of facts about the report) and a row further down does.
    """
    first = next((i for i, row in enumerate(rows) if filled(row)), 0)
    if not rows or _heads(rows, first):
        return first
    for i in range(first + 1, min(len(rows), LEAD_IN)):
        if _heads(rows, i) and (_over_figures(rows, i) or _stands_out(rows, first, i)):
            return i
    return first


def _below(rows: Sequence[Row], header: int) -> list[Row]:
    return [row for row in rows[header + 1 : header + 51] if filled(row)]


def _used(below: Sequence[Row]) -> list[int]:
    """The columns that most of the rows use."""
    widest = max((len(row) for row in below), default=0)
    counts = [sum(1 for row in below if i < len(row) and (row[i] or "").strip()) for i in range(widest)]
    return [i for i, n in enumerate(counts) if n * 2 >= len(below)]


def _heads(rows: Sequence[Row], i: int) -> bool:
    """Whether a row names the columns of what follows it at once: all that are used, but for one at most."""
    cells, below = rows[i], _below(rows, i)
    if not below:
        return False
    used = _used(below)
    named = sum(1 for k in used if k < len(cells) and (cells[k] or "").strip())
    if len(used) > 1 and (named < len(used) - 1 or filled(cells) < 2):
        return bool(named) and not (cells[0] or "").strip() and len(used) == 2
    return named > 0 and bool(filled(rows[i + 1])) and _data_cell(cells, below) is None


def _over_figures(rows: Sequence[Row], i: int) -> bool:
    """Whether some name of a row stands over figures or dates."""
    below = _below(rows, i)
    for k, cell in enumerate(rows[i]):
        kinds = [kind for row in below if k < len(row) and (kind := _type(row[k])) != "blank"]
        if (cell or "").strip() and sum(kind != "text" for kind in kinds) * 2 > len(kinds) > 0:
            return True
    return False


def _stands_out(rows: Sequence[Row], first: int, i: int) -> bool:
    """Whether a row of names is much wider than the single cell that a file begins with."""
    padded = len([cell for cell in rows[first] if cell is not None]) > 2
    return filled(rows[first]) == 1 and filled(rows[i]) > 2 and not padded


def column_names(cells: Row, file: str) -> tuple[list[str], list[str]]:
    """Names for all columns, and notes on what was changed: blank names are numbered, repeated ones too."""
    names: list[str] = []
    notes: list[str] = []
    taken: set[str] = set()
    for i, cell in enumerate(cells, start=1):
        name = clean_name(cell)
        if not name:
            name = f"column {i}"
        name = literal_name(name, i)
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
    return [f"{file}: {counted(header, 'title row')} above the header skipped"] if header else []


def title_of(above: Sequence[Row]) -> str:
    """What the rows above the header say, as one text."""
    return " ".join(cell.strip() for row in above for cell in row if cell and cell.strip())


def _type(cell: str | None) -> str:
    text = (cell or "").strip()
    if not text:
        return "blank"
    if _DAY.match(text):
        return "date"
    if _YEAR.match(text):
        return "year"
    return "number" if _NUMBER.match(text) else "text"


def _data_cell(cells: Row, below: Sequence[Row]) -> int | None:
    """The cell that shows a row to be data and no header: a number over numbers, a date over dates, or no text."""
    kinds = [_type(cell) for cell in cells]
    for i, kind in enumerate(kinds):
        under = [t for r in below[:50] if i < len(r) and (t := _type(r[i])) != "blank"]
        if kind in ("number", "date") and under and under.count(kind) * 2 > len(under):
            return i
    if all(kind in ("number", "year", "date") for kind in kinds) and not _periods_in_order(kinds, cells):
        return 0
    return None


def refuse_missing_header(cells: Row, below: Sequence[Row], file: str, row: int) -> None:
    """Refuse a table whose first row is data.

    Years and dates do stand in the headers of wide tables, over numbers.
    """
    guilty = _data_cell(cells, below)
    if guilty is not None:
        raise BadInput(
            "the first row is data, not a header",
            file=file,
            row=row,
            value=cells[guilty],
            expected="a first row that names the columns: export again with column names, or say which row has them "
            "(header_row)",
        )


def header_at(rows: Sequence[Row], stated: int | None, file: str, above: int = 0) -> int:
    """The index of the header: the row that is stated (as a spreadsheet counts, ``above`` rows before the first), else
    the one that is found. Raises BadInput for a stated row that holds nothing.
    """
    if stated is None:
        return find_header(rows)
    index = stated - 1 - above
    if not 0 <= index < len(rows) or not filled(rows[index]):
        raise BadInput(
            f"header_row = {stated} names a row without names",
            file=file,
            expected=f"the row of the column names, one of the first {len(rows) + above}",
        )
    return index
