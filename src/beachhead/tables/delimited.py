"""Text files with a separator: encodings, separators, quotes, title rows, ragged rows."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.csv_cells import restored
from beachhead.tables.encodings import decode
from beachhead.tables.headers import column_names, header_at, refuse_missing_header, title_note, title_of
from beachhead.tables.mending import mended
from beachhead.tables.paths import read_csv
from beachhead.tables.ragged import has_short_rows, read_ragged

SEPARATORS = ",;\t|"
SAMPLE = 262_144  # bytes that are looked at to find encoding, separator and header

csv.field_size_limit(16_777_216)


@dataclass
class Delimited:
    """What was read: all columns text, the spreadsheet row of the first data row, rows set aside, notes."""

    frame: pl.DataFrame
    first_row: int
    gone: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    title: str = ""


def sniff_separator(text: str) -> str:
    """The separator under which most of the first records have the same number (over one) of fields.

    Tabs on every line are never there by chance, whatever else stands between them.
    """
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths = [len(row) for row in _records(text, separator, 50) if any(cell.strip() for cell in row)]
        if not widths:
            continue
        common = max(set(widths), key=lambda w: (widths.count(w), w))
        wide = [w for w in widths if w > 2]
        if common == 1 and wide:  # a small table below a long title and above a long foot
            often = max(set(wide), key=lambda w: (wide.count(w), w))
            common = often if wide.count(often) >= 3 else 1
        share = widths.count(common) / len(widths) if common > 1 else 0.0
        score = (share + (separator == "\t" and share == 1), common)
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


@dataclass
class _Layout:
    """How a text is laid out: lines before the table, separator, which record is the header, its names."""

    skipped: int
    separator: str
    header: int
    names: list[str]
    lines: int  # physical lines down to the header, which may have line breaks in its cells
    notes: list[str]
    title: str


def read_delimited(
    path: Path, file: str, header_row: int | None = None, stated: str | None = None
) -> Delimited:
    """Read a CSV, TSV or other separated file. ``header_row`` and ``stated`` (the encoding) where they are known.

    A clean UTF-8 file is read by polars straight from disk; only other encodings and ragged or badly quoted
    files take the slower way through Python's csv module.
    """
    source, sample, encoding, mendings = _source(path, file, stated)
    layout = _layout(sample, file, header_row)
    layout.notes += [f"{file}: {note}" for note in mendings]
    first_row = layout.skipped + layout.header + 2
    try:
        if encoding.startswith("utf-8"):
            return Delimited(restored(_fast(source, layout)), first_row, [], layout.notes, layout.title)
        return Delimited(
            restored(_fast(source, layout)),
            first_row,
            [],
            [*layout.notes, f"{file}: read as {encoding}"],
            layout.title,
        )
    except pl.exceptions.PolarsError:
        pass
    text, again = decode(source if isinstance(source, bytes) else source.read_bytes(), file)
    encoding = again if encoding.startswith("utf-8") else encoding
    notes = layout.notes + ([] if encoding.startswith("utf-8") else [f"{file}: read as {encoding}"])
    for _ in range(layout.skipped):
        text = text.split("\n", 1)[1]
    read = read_ragged(text, layout.separator, len(layout.names), layout.header, layout.skipped, file)
    frame = pl.DataFrame(read.rows, schema=dict.fromkeys(layout.names, pl.String), orient="row")
    return Delimited(restored(frame), first_row, read.gone, notes + read.notes, layout.title)


def _source(path: Path, file: str, stated: str | None) -> tuple[Path | bytes, str, str, list[str]]:
    """UTF-8 bytes (or the path of a file that holds them as far as seen), the beginning as text, the
    encoding, and what was mended.
    """
    with path.open("rb") as f:
        head = f.read(SAMPLE)
    whole: Path | bytes = path
    if head.startswith(b"\x1f\x8b"):
        try:
            whole = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error) as e:
            raise BadInput("this compressed file is damaged", file=file) from e
        head = whole[:SAMPLE]
    # a character cut in two at the end of the sample must not decide the encoding
    complete = head if len(head) < SAMPLE else head[: head.rfind(b"\n") + 1] or head
    data = whole if isinstance(whole, bytes) else whole.read_bytes()
    plain = stated is None and _is_utf8(complete)
    sample, encoding = decode(complete, file) if plain else ("", "")
    if not plain or ("\r" in sample and "\n" not in sample):
        text, encoding = decode(data, file, stated)
        if "\n" not in text:  # lines of an old Mac end with a carriage return
            text = text.replace("\r", "\n")
        data = whole = text.encode(errors="replace")
        sample = text[:SAMPLE]
    better, notes = mended(data)
    if notes:
        whole, sample = better, better[:SAMPLE].decode("utf-8-sig", errors="ignore")
    return whole, sample, encoding, notes


def _is_utf8(data: bytes) -> bool:
    if b"\0" in data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _layout(sample: str, file: str, header_row: int | None) -> _Layout:
    skipped = 0
    named = re.match(r"sep=(.)\r?\n", sample)
    if named:  # Excel's own way to name the separator
        if not named[1].isascii() or named[1].isalnum() or named[1] in "\"'\r":
            raise BadInput(
                "this is no separator", file=file, row=1, value=named[1], expected="sep= and , ; | or a tab"
            )
        skipped, sample = 1, sample[named.end() :]
    separator = named[1] if named else sniff_separator(sample)
    rows = _records(sample, separator, 100)
    if not any(cell.strip() for row in rows for cell in row):
        raise BadInput("the file is empty", file=file, expected="a row of column names and rows of data")
    header = header_at(rows, header_row, file, skipped)
    cells = rows[header]
    while (
        len(cells) > 1
        and not cells[-1].strip()
        and not any("".join(r[len(cells) - 1 :]).strip() for r in rows)
    ):
        cells = cells[:-1]  # a separator at the end of every row
    refuse_missing_header(cells, rows[header + 1 :], file, skipped + header + 1)
    names, notes = column_names(cells, file)
    return _Layout(
        skipped,
        separator,
        header,
        names,
        skipped + _lines_of(sample, separator, header + 1),
        notes + title_note(header, file),
        title_of(rows[:header]),
    )


def _lines_of(text: str, separator: str, records: int) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for _ in range(records):
        next(reader)
    return reader.line_num


class _Ragged(pl.exceptions.PolarsError):
    """Rows with fewer cells than the header: polars would fill them up without a word."""


def _fast(source: Path | bytes, layout: _Layout) -> pl.DataFrame:
    frame = read_csv(
        source,
        has_header=False,
        separator=layout.separator,
        skip_lines=layout.lines,
        schema=dict.fromkeys(layout.names, pl.String),
        raise_if_empty=False,
    )
    if frame.width > 1 and frame.height:
        doubtful = pl.col(layout.names[-1]).is_null() & pl.any_horizontal(pl.all().is_not_null())
        if frame.select(doubtful.any()).item():
            with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
                for _ in range(layout.lines):
                    text.readline()
                if has_short_rows(text, layout.separator, frame.width):
                    raise _Ragged
    return frame
