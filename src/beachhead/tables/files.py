"""Files that hold a table: what they are, and their cells as text.

Every reader of files goes through ``read_text_table``; what a cell means (a number, a date, an id) is decided
afterwards on whole columns, in ``numbers`` and ``dates``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables import paths
from beachhead.tables.delimited import read_delimited
from beachhead.tables.headers import literal_name

TABLES = "CSV, TSV, XLSX, ODS, Parquet or JSON"


@dataclass(frozen=True)
class TextTable:
    """A table as text.

    ``frame`` has only String columns, cells trimmed and blank ones null; ``first_row`` is the spreadsheet row
    of its first row (the first of the file is 1); ``gone`` the spreadsheet rows set aside; ``notes`` what was
    done; ``title`` what the rows above the header say.
    """

    frame: pl.DataFrame
    file: str
    sheet: str | None
    first_row: int
    notes: list[str] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    title: str = ""

    def row(self, index: int) -> int:
        """The spreadsheet row of row ``index`` of the frame."""
        row = self.first_row + index
        for gone in self.gone:
            if gone > row:
                break
            row += 1
        return row

    @property
    def where(self) -> str:
        """File and sheet, for messages."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file


def read_text_table(
    path: str | Path, sheet: str | None = None, *, header_row: int | None = None, encoding: str | None = None
) -> TextTable:
    """Read a table file with every cell as text.

    CSV and TSV (comma, semicolon, tab, bar; UTF-8, UTF-16, cp1252; gzipped too), XLSX, XLS and ODS, Parquet, JSON
    records and sObject JSON, recognised by content rather than by name. ``sheet`` names a sheet of a
    workbook; by default its first visible one that holds a table. ``header_row`` is the row of the column names, as a
    spreadsheet counts, and ``encoding`` the one of a text, where they are not found. Raises BadInput for what is no
    table.
    """
    path = Path(path)
    file = path.name
    match file_kind(path):
        case "xlsx":
            from beachhead.tables.sheets import read_sheet

            table, sheet = read_sheet(path, file, sheet, header_row)
        case "parquet":
            table, sheet = _read_parquet(path, file), None
        case "json":
            from beachhead.tables.records import read_records

            table, sheet = read_records(path, file, encoding), None
        case _:
            read = read_delimited(path, file, header_row, encoding)
            table, sheet = (
                TextTable(read.frame, file, None, read.first_row, read.notes, read.gone, read.title),
                None,
            )
    return _clean(table, sheet)


def file_kind(path: Path) -> str:
    """``xlsx``, ``parquet``, ``json`` or ``text``, by the first bytes. Refuses what is plainly no table."""
    file = path.name
    if path.is_dir():
        raise BadInput("this is a folder", file=path, expected=f"a file: {TABLES}")
    try:
        with path.open("rb") as f:
            head = f.read(4096)
    except FileNotFoundError:
        raise BadInput("there is no such file", file=path) from None
    except (OSError, ValueError) as e:
        raise BadInput(f"the file cannot be read ({getattr(e, 'strerror', None) or e})", file=path) from e
    if not head.strip():
        raise BadInput("the file is empty", file=file, expected="a row of column names and rows of data")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    text = head.decode("utf-8-sig", errors="ignore").lstrip()
    if text[:1] in "[{" and re.match(r"[\[{]\s*([\[{\"\]}\d-]|$)", text):
        return "json"
    if re.match(r"<(!doctype html|html|head|body|table|meta|style|div)\b", text, re.I):
        raise BadInput(
            "this is a web page, whatever its name",
            file=file,
            expected="the same report saved as XLSX or CSV",
        )
    if text.startswith("<"):
        raise BadInput("this is XML, not a table", file=file, expected="an export as CSV or XLSX")
    if text.startswith(("%PDF", "{\\rtf")):
        raise BadInput("this is a document, not a table", file=file, expected=TABLES)
    lines = "\n".join(line for line in text.splitlines() if not line.startswith(("--", "/*", "#")))
    if re.match(
        r"\s*(insert\s+into|create\s+(table|database|schema)|drop\s+table|set\s+\w|use\s+[`\[\w]+;|begin\s+transaction|"
        r"pragma\s+\w+|if\s+(not\s+)?exists|alter\s+(table|database)|copy\s+\w.*from\s+stdin)",
        lines,
        re.I,
    ):
        raise BadInput(
            "this is an SQL dump, not a table",
            file=file,
            expected="each table exported as CSV with column names",
        )
    return "text"


NO_CELLS = (pl.Object, pl.Binary)
"""Types of Parquet whose values are no cells, beside lists and the like."""


def _read_parquet(path: Path, file: str) -> TextTable:
    frame = paths.read_parquet(path, file)
    kept = {c: t for c, t in frame.schema.items() if not t.is_nested() and t not in NO_CELLS}
    text = pl.DataFrame([as_text(frame.get_column(c)) for c in kept], schema=dict.fromkeys(kept, pl.String))
    notes = [
        f"{file}: column {c!r} holds {'lists' if t.is_nested() else 'bytes'}, not cells, and is left out"
        for c, t in frame.schema.items()
        if c not in kept
    ]
    if not kept:
        raise BadInput("no column holds text, dates or numbers", file=file, expected="a table of cells")
    return TextTable(text, file, None, 2, notes)


def as_text(column: pl.Series) -> pl.Series:
    """A typed column as its cells would stand in a text file: whole numbers without a point, days without a time."""
    if column.dtype == pl.Duration:
        return column.dt.to_string("iso")
    if _whole(column):
        column = column.cast(pl.Int64)
    return column.cast(pl.String, strict=False)


def _whole(column: pl.Series) -> bool:
    """Whole numbers kept as floats only because some are missing: 2008.0 is to read 2008."""
    return column.dtype.is_float() and bool(
        (
            (column.is_null()) | (column.is_finite() & (column == column.floor()) & (column.abs() < 2**53))
        ).all()
    )


_XML = r"^<\?xml|^<[A-Za-z][^>]*\sxmlns[:=]"


def _clean(table: TextTable, sheet: str | None) -> TextTable:
    frame = table.frame
    frame.columns = [literal_name(name, i) for i, name in enumerate(frame.columns, start=1)]
    frame = frame.with_columns(pl.all().str.strip_chars().replace("", None))
    notes = list(table.notes)
    for name in frame.columns:
        if frame.get_column(name).head(200).str.contains(_XML).any():
            raise BadInput(
                "the cells of this column hold XML",
                file=table.file,
                column=name,
                expected="an export without that column",
            )
    empty = [
        c
        for c in frame.columns
        if re.fullmatch(r"column \d+", c) and frame.get_column(c).null_count() == frame.height
    ]
    frame = frame.drop(empty) if len(empty) < frame.width else frame
    frame, gone, dropped = _without_blank_rows(frame, table)
    return TextTable(frame, table.file, sheet, table.first_row, notes + dropped, gone, table.title)


_MOST_FOOT = 20  # rows


def _without_blank_rows(frame: pl.DataFrame, table: TextTable) -> tuple[pl.DataFrame, list[int], list[str]]:
    """Drop blank rows, and a report's foot."""
    if not frame.height:
        return frame, table.gone, []
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    if not blank.any():
        return frame, table.gone, []
    drop = blank
    notes: list[str] = []
    foot = _foot(frame, blank)
    if foot < frame.height:
        drop = blank | pl.Series([False] * foot + [True] * (frame.height - foot))
        notes.append(f"{table.file}: the foot of the report below the table is left out")
    gone = sorted({*table.gone, *(table.row(int(i)) for i in drop.arg_true())})
    return frame.filter(~drop), gone, notes


def _foot(frame: pl.DataFrame, blank: pl.Series) -> int:
    """Where a report's foot begins, behind a blank row; the height where there is none.

    It is paragraphs of single cells in a wider table, and totals: 'Grand Totals (2 records)', with figures or without.
    """
    filled = frame.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    first = frame.get_column(frame.columns[0])
    at = frame.height
    while at and frame.height - at < _MOST_FOOT:
        row = at - 1
        alone = frame.width >= 3 and filled[row] == 1 and first[row] is not None
        if not (blank[row] or alone or is_total(first[row])):
            break
        at = row
    below = blank.slice(at).arg_true()
    # only what stands below a blank row is a foot
    return at + int(below[0]) if len(below) and at + int(below[0]) else frame.height


def is_total(cell: str | None) -> bool:
    """Whether a row that begins with this cell adds the others up.

    >>> is_total("Grand Totals (2 records)"), is_total("Gesamtsumme:"), is_total("Total SA")
    (True, True, False)
    """
    if cell is None:
        return False
    from beachhead.tables.labels import TOTALS

    return re.sub(r"\s*\(.*\)$", "", cell.casefold()).strip(" :=*-") in TOTALS
