"""Text files with a separator: encodings, separators, quotes, title rows, ragged rows."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.headers import column_names, find_header, refuse_missing_header

SEPARATORS = ",;\t|"
SAMPLE = 262_144  # bytes that are looked at to find encoding, separator and header
_NAMED_AT_MOST = 5

csv.field_size_limit(16_777_216)


@dataclass
class Delimited:
    """What was read: all columns text, the spreadsheet row of the first data row, rows set aside, notes."""

    frame: pl.DataFrame
    first_row: int
    gone: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Text and its encoding: by byte-order mark, else UTF-8, else UTF-16 by its zeros, else cp1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding
    if b"\0" in data:
        even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
        if max(even, odd) * 5 < min(len(data), 4000):
            raise BadInput(
                "this is a binary file, not a table", file=file, expected="CSV, XLSX, Parquet or JSON"
            )
        encoding = "utf-16-be" if even > odd else "utf-16-le"
        return data.decode(encoding, errors="replace"), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def sniff_separator(text: str) -> str:
    """The separator under which most of the first records have the same number (over one) of fields."""
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths = [len(row) for row in _records(text, separator, 50) if any(cell.strip() for cell in row)]
        if not widths:
            continue
        common = max(set(widths), key=lambda w: (widths.count(w), w))
        score = (widths.count(common) / len(widths) if common > 1 else 0.0, common)
        if score > best_score:
            best, best_score = separator, score
    return best


def _records(text: str, separator: str, limit: int) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) >= limit:
                break
    except csv.Error:
        pass
    return rows


def read_delimited(path: Path, file: str) -> Delimited:
    """Read a CSV, TSV or other separated file.

    A clean UTF-8 file is read by polars straight from disk; only other encodings and ragged or badly quoted
    files take the slower way through Python's csv module.
    """
    with path.open("rb") as f:
        packed = f.read(2) == b"\x1f\x8b"
    if packed:
        try:
            data = gzip.decompress(path.read_bytes())
        except (OSError, EOFError) as e:
            raise BadInput("this compressed file is damaged", file=file) from e
        head, whole = data[:SAMPLE], data
    else:
        with path.open("rb") as f:
            head = f.read(SAMPLE)
        whole = None
    complete = len(head) < SAMPLE
    # a character cut in two at the end of the sample must not decide the encoding
    sample_bytes = head if complete else head[: head.rfind(b"\n") + 1] or head
    sample, encoding = decode(sample_bytes, file)
    if encoding in ("utf-8", "utf-8-sig"):
        source: Path | bytes = whole if whole is not None else path
    else:
        sample, encoding = decode(whole if whole is not None else path.read_bytes(), file)
        source = sample.encode()
        sample = sample[:SAMPLE]
    notes = [] if encoding.startswith("utf-8") else [f"{file}: read as {encoding}"]
    skipped_lines = 0
    if sample.startswith("sep=") and len(sample.split("\n", 1)[0].strip()) == 5:
        separator = sample[4]
        skipped_lines, sample = 1, sample.split("\n", 1)[1] if "\n" in sample else ""
    else:
        separator = sniff_separator(sample)
    rows = _records(sample, separator, 100)
    if not any(cell.strip() for row in rows for cell in row):
        raise BadInput("the file is empty", file=file, expected="a row of column names and rows of data")
    header = find_header(rows)
    while (
        len(rows[header]) > 1
        and not rows[header][-1].strip()
        and all(
            len(r) <= len(rows[header]) and (len(r) < len(rows[header]) or not r[-1].strip()) for r in rows
        )
    ):
        rows = [r[:-1] if len(r) == len(rows[header]) else r for r in rows]
    refuse_missing_header(rows[header], rows[header + 1 :], file, skipped_lines + header + 1)
    names, named = column_names(rows[header], file)
    notes += named
    if header:
        notes.append(f"{file}: {header} title row{'s' if header > 1 else ''} above the header skipped")
    first_row = skipped_lines + header + 2
    try:
        frame = _fast(source, separator, names, skipped_lines + _lines_of(sample, separator, header + 1))
        return Delimited(frame, first_row, [], notes)
    except pl.exceptions.PolarsError:
        pass
    if isinstance(source, Path):
        source = source.read_bytes()
    text, encoding = decode(source, file)
    if encoding == "cp1252":
        notes.append(f"{file}: read as cp1252")
    return _slow(text, separator, names, header, skipped_lines, file, notes)


def _lines_of(text: str, separator: str, records: int) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for _ in range(records):
        next(reader)
    return reader.line_num


class _Ragged(pl.exceptions.PolarsError):
    """Rows with fewer fields than the header: polars would fill them up without a word."""


def _fast(source: Path | bytes, separator: str, names: list[str], lines: int) -> pl.DataFrame:
    frame = pl.read_csv(
        source,
        has_header=False,
        separator=separator,
        skip_lines=lines,
        schema=dict.fromkeys(names, pl.String),
        raise_if_empty=False,
    )
    if len(names) > 1 and frame.height and frame.get_column(names[-1]).null_count():
        suspects = frame.filter(pl.col(names[-1]).is_null() & ~pl.all_horizontal(pl.all().is_null())).height
        if suspects and _has_short_rows(source, separator, len(names), lines):
            raise _Ragged
    return frame


def _has_short_rows(source: Path | bytes, separator: str, width: int, lines: int) -> bool:
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
        for _ in range(lines):
            text.readline()
        return any(0 < len(row) < width and any(row) for row in csv.reader(text, delimiter=separator))


def _rejoin(cells: list[str], separator: str) -> list[str]:
    """``2, rue du Commerce`` without quotes is one cell: a separator before a space belongs to the text."""
    joined = cells[:1]
    for cell in cells[1:]:
        if cell.startswith(" ") and cell.strip():
            joined[-1] += separator + cell
        else:
            joined.append(cell)
    return joined


def _numbered(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            yield row, cells
    except csv.Error as e:
        raise BadInput(
            "this row cannot be read: a quote is opened and never closed", file=file, row=row + 1
        ) from e


def _slow(
    text: str, separator: str, names: list[str], header: int, skipped: int, file: str, notes: list[str]
) -> Delimited:
    width = len(names)
    kept: list[list[str]] = []
    gone: list[int] = []
    long: list[tuple[int, int]] = []
    short: list[tuple[int, int]] = []
    if skipped:
        text = text.split("\n", 1)[1]
    rejoined: list[tuple[int, int]] = []
    cells: list[str] = []
    for row, cells in _numbered(text, separator, file):
        if row <= header + 1:
            continue
        row += skipped
        if len(cells) > width:
            joined = _rejoin(cells, separator)
            if len(joined) == width:
                rejoined.append((row, len(cells)))
                cells = joined
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            long.append((row, len(cells)))
            gone.append(row)
            continue
        if any("\n" in cell and cell.count("\n") > 50 and separator in cell for cell in cells):
            raise BadInput("a quote is opened in this row and not closed for many lines", file=file, row=row)
        if any(cells) and len(cells) < width:
            short.append((row, len(cells)))
        kept.append((cells + [""] * width)[:width])
    if cells and "\n" in cells[-1] and not text.rstrip().endswith('"'):
        raise BadInput("a quote is opened in this row and never closed", file=file, row=row)
    if rejoined:
        notes.append(
            f"{file}: {_rows(rejoined)} more cells than the header; a {_name(separator)} before a space is "
            "taken there as part of the text"
        )
    if long:
        notes.append(
            f"{file}: {_rows(long)} more cells than the header ({_cells(long)} instead of {width}) and set "
            f"aside: a {_name(separator)} inside a text needs quotes around it"
        )
    if short:
        notes.append(
            f"{file}: {_rows(short)} fewer cells than the header ({_cells(short)} instead of {width}); the "
            "missing ones at the end are taken as empty"
        )
    frame = (
        pl.DataFrame(kept, schema=dict.fromkeys(names, pl.String), orient="row")
        if kept
        else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    )
    return Delimited(frame, header + skipped + 2, gone, notes)


def _rows(found: list[tuple[int, int]]) -> str:
    named = ", ".join(str(row) for row, _ in found[:_NAMED_AT_MOST])
    rest = len(found) - _NAMED_AT_MOST
    return (
        f"row{'s' if len(found) > 1 else ''} {named}"
        + (f" and {rest} more" if rest > 0 else "")
        + (" have" if len(found) > 1 else " has")
    )


def _cells(found: list[tuple[int, int]]) -> str:
    return " or ".join(str(n) for n in sorted({n for _, n in found})[:3])


def _name(separator: str) -> str:
    return (
        {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[separator]
        if separator in SEPARATORS
        else separator
    )
