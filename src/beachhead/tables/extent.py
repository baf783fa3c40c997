"""How far the cells of a workbook reach, before a reader makes room for all of them.

Readers of spreadsheets hold a sheet as a full rectangle. One cell in the last corner of an empty sheet would take
hundreds of gigabytes; so would a small file that unpacks to a large one. Both are found here from the packed file,
in bounded memory.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from beachhead.errors import BadInput

MOST_CELLS = 30_000_000
"""Cells of the rectangle that a sheet's cells span, where most of it is empty."""
_DENSE = 0.25  # share of the rectangle that cells fill in a sheet that is merely large
MOST_BYTES = 1_500_000_000
"""Bytes of a workbook's sheets, unpacked."""
_PIECE = 4_194_304
_TAG = 4096  # no tag of a cell or row is longer than this
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_ODS = re.compile(
    rb"<table:(?:table(?=[ >/])|table-row|table-cell|covered-table-cell)\b[^>]*>|<text:p|office:value="
)
_REPEATED = re.compile(rb'table:number-(rows|columns)-repeated="(\d{1,9})"')


def check_extent(path: Path, file: str) -> None:
    """Refuse a workbook whose sheets cannot be held: cells far away from the others, or too much of them."""
    if not zipfile.is_zipfile(path):
        return  # the older XLS has at most 65,536 rows of 256 columns
    try:
        with zipfile.ZipFile(path) as book:
            sheets = [
                i
                for i in book.infolist()
                if re.fullmatch(r"(?i)xl/worksheets/[^/]+\.(xml|bin)|content\.xml", i.filename)
            ]
            texts = [i for i in book.infolist() if i.filename.casefold() == "xl/sharedstrings.xml"]
            if sum(i.file_size for i in [*sheets, *texts]) > MOST_BYTES:
                raise BadInput(
                    "this workbook unpacks to more than can be read",
                    file=file,
                    expected="the sheet that is needed alone, saved as CSV",
                )
            for sheet in sheets:
                if sheet.filename.casefold().endswith(".bin"):
                    raise BadInput(
                        "binary workbooks are not read", file=file, expected="the same saved as XLSX"
                    )
                find = _of_ods if sheet.filename.casefold() == "content.xml" else _of_xlsx
                find(_pieces(book, sheet), file)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as e:
        raise BadInput(
            "this workbook cannot be opened", file=file, expected="an XLSX without a password"
        ) from e


def _pieces(book: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> Iterator[bytes]:
    """The text of a sheet piece by piece, each beginning with the end of the one before, from its last tag on."""
    left = b""
    with book.open(sheet) as stream:
        while piece := stream.read(_PIECE):
            piece = left + piece
            cut = piece.rfind(b"<")
            cut = cut if cut > len(piece) - _TAG else len(piece)
            left = piece[cut:]
            yield piece[:cut]
    yield left


def _of_xlsx(pieces: Iterator[bytes], file: str) -> None:
    left, right, top, bottom, far, cells = 10**9, 0, 10**9, 0, b"", 0
    for piece in pieces:
        columns: set[bytes] = set()
        for column, row in _CELL.findall(piece):
            cells += 1
            columns.add(column)
            if int(row) > bottom:
                bottom, far = int(row), column + row
            top = min(top, int(row))
        for column in columns:
            at = _column(column)
            left, right = min(left, at), max(right, at)
    if cells:
        _refuse_wide(bottom - top + 1, right - left + 1, cells, far.decode(), file)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _of_ods(pieces: Iterator[bytes], file: str) -> None:
    """Repeated rows and cells are spelt out once; blank ones at the ends of rows and sheets take no room."""
    row = column = repeat = blank_rows = cells = 0
    width = span = 0
    holds = False

    def end_row() -> None:
        nonlocal row, blank_rows
        if holds:
            row += blank_rows + repeat
            blank_rows = 0
            _refuse_wide(row, width, cells, f"row {row}", file)
        else:
            blank_rows += repeat

    for piece in pieces:
        for found in _ODS.finditer(piece):
            tag = found[0]
            cells += tag.startswith(b"<table:table-cell")
            if tag.startswith(b"<table:table-row"):
                end_row()
                repeat, column, span, holds = _times(tag, b"rows"), 0, 0, False
            elif tag.startswith((b"<table:table-cell", b"<table:covered")):
                column += span
                span = _times(tag, b"columns")
                if b"office:value" in tag or b"office:date-value" in tag or b"office:string-value" in tag:
                    holds, width = True, max(width, column + span)
            elif tag.startswith(b"<table:table"):
                end_row()
                row = blank_rows = repeat = width = 0
                holds = False
            else:
                holds, width = True, max(width, column + span)
    end_row()


def _times(tag: bytes, what: bytes) -> int:
    found = [int(n) for name, n in _REPEATED.findall(tag) if name == what]
    return found[0] if found else 1


def _refuse_wide(rows: int, columns: int, cells: int, far: str, file: str) -> None:
    if rows * columns > MOST_CELLS and cells < _DENSE * rows * columns:
        raise BadInput(
            f"a sheet of this workbook spans {rows:,} rows and {columns:,} columns, as far as {far}",
            file=file,
            expected=f"at most {MOST_CELLS:,} cells: delete what stands far away from the table",
        )
