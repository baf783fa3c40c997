"""The tables that lie in a folder of exports: every file, every visible sheet, large ones without reading them whole."""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.crm.reading import ROW, cleaned
from beachhead.tables.crm.recognition import Evidence
from beachhead.tables.csv_cells import restored
from beachhead.tables.delimited import SAMPLE, sniff_separator
from beachhead.tables.encodings import decode
from beachhead.tables.files import NO_CELLS, TextTable, file_kind, is_total, read_text_table
from beachhead.tables.mending import mended_copy
from beachhead.tables.paths import files_in, scan_csv, scan_parquet, undamaged
from beachhead.tables.sheets import open_workbook, visible_sheets

LARGE = 32_000_000
"""Bytes from which a file is streamed instead of read whole."""
ENDINGS = frozenset(
    ".csv .tsv .txt .tab .xlsx .xlsm .xls .ods .parquet .pq .json .jsonl .ndjson .gz .sql .html .htm .xml .dat".split()  # noqa: SIM905
)
_SEEN = 2_000  # rows that recognition looks at
_NOT_FOR_IMPORT = ("beachhead.toml", "matches.csv")
_ABOUT = frozenset(
    "license licence copying notice readme changelog contributing authors credits datapackage package "  # noqa: SIM905
    "package-lock data-plan manifest metadata schema tsconfig sfdx-project".split()
)
"""Names of files that tell about others."""


@dataclass
class Source:
    """One table of a folder, as text, with ``_row`` as its last column."""

    file: str
    sheet: str | None
    frame: pl.LazyFrame
    headers: list[str]
    sample: pl.DataFrame
    rows: int
    notes: list[str] = field(default_factory=list)
    object: str = ""
    big: bool = False

    @property
    def where(self) -> str:
        return f"{self.file}, sheet {self.sheet!r}" if self.sheet else self.file

    @property
    def evidence(self) -> Evidence:
        """What recognition may look at beside the headers."""
        names = (Path(self.file).stem, self.sheet or "", self.object)
        return Evidence(tuple(n for n in names if n), self._unique, self._first)

    def _unique(self, header: str) -> float:
        if header not in self.sample.columns:
            return 0.0
        filled = self.sample.get_column(header).drop_nulls()
        return filled.n_unique() / len(filled) if len(filled) > 4 else 0.0

    def _first(self, header: str) -> list[str]:
        return (
            self.sample.get_column(header).drop_nulls().head(50).to_list()
            if header in self.sample.columns
            else []
        )


@dataclass
class NotRead:
    """A file that holds no table that could be read, and why, as a sentence; "" where none was expected."""

    file: str
    why: str


How = Callable[[str, str | None], dict[str, Any]]
"""File and sheet → what ``beachhead.toml`` says about how to read them: header_row, encoding."""


def read_folder(path: Path, scratch: Path, how: How = lambda *_: {}) -> Iterator[Source | NotRead]:
    """Every table of a folder (or the one file that ``path`` is), in the order of names.

    A file that is the same as an earlier one, byte by byte, is passed over. What is no table is a ``NotRead``.
    Large files are unpacked into the folder ``scratch``, which must stay until they have been used.
    """
    seen: list[Path] = []
    for file in _files(path):
        if is_no_table(file):
            yield NotRead(file.name, "")
            continue
        twin = next((f for f in seen if _same(f, file)), None)
        if twin:
            yield NotRead(file.name, f"{file.name}: it is the same as {twin.name}, byte by byte")
            continue
        seen.append(file)
        try:
            yield from _tables(file, scratch, how)
        except BadInput as refused:
            yield NotRead(file.name, str(refused).removesuffix("."))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadInput("there is no such folder", file=path, expected="a folder of exports, or one export")
    found = [p for p in files_in(path) if p.name not in _NOT_FOR_IMPORT]
    if all(is_no_table(p) for p in found):
        below = tables_below(path)
        raise BadInput(
            f"no tables lie in this folder{f'; there are tables in {below}' if below else ''}",
            file=path,
            expected="exports as CSV, XLSX, ODS, Parquet or JSON",
        )
    return found


def is_no_table(file: Path) -> bool:
    """Whether a file is plainly none by its name: a licence, a readme, an image, the description of a data package."""
    stem, ending = file.stem.casefold(), file.suffix.casefold()
    return ending not in ENDINGS or (ending in (".txt", ".json", ".html") and stem in _ABOUT)


def tables_below(folder: Path) -> str:
    """The folders below that hold tables, the first five of them; empty when there are none."""
    below = sorted(
        {
            f"{p.parent.relative_to(folder).as_posix()}/"
            for p in files_in(folder, deep=True)
            if p.parent != folder and not is_no_table(p)
        }
    )
    return ", ".join(below[:5]) + (" and others" if len(below) > 5 else "")


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and filecmp.cmp(one, other, shallow=False)


def _tables(file: Path, scratch: Path, how: How) -> Iterator[Source | NotRead]:
    kind = file_kind(file)
    if kind == "xlsx":
        yield from _sheets(file, how)
    elif file.stat().st_size > LARGE and kind in ("text", "parquet") and not _packed(file):
        yield _large_text(file, scratch) if kind == "text" else _large_parquet(file, scratch)
    else:
        yield _source(read_text_table(file, **how(file.name, None)))


def _of_sheets(how: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in how.items() if k != "encoding"}


def _packed(file: Path) -> bool:
    with file.open("rb") as f:
        return f.read(2) == b"\x1f\x8b"


def _sheets(file: Path, how: How) -> Iterator[Source | NotRead]:
    """Every visible sheet that holds a table; when one alone does, it needs no name."""
    visible = visible_sheets(open_workbook(file, file.name))
    if len(visible) < 2:
        yield _source(read_text_table(file, **_of_sheets(how(file.name, None))))
        return
    found, refused = [], []
    for name in visible:
        try:
            found.append(read_text_table(file, sheet=name, **_of_sheets(how(file.name, name))))
        except BadInput as no:
            refused.append(NotRead(f"{file.name}, sheet {name!r}", str(no).removesuffix(".")))
    yield from (_source(t) for t in found)
    yield from (r for r in refused if "no visible sheet" not in r.why)


def _source(table: TextTable) -> Source:
    frame, of = table.frame, ""
    if "attributes.type" in frame.columns:
        of = frame.get_column("attributes.type").drop_nulls().head(1).to_list()[0]
        frame = _with_references(frame)
    frame, totals = _without_totals(frame.with_columns(cleaned(pl.all())))
    rows = (
        [table.row(i) for i in range(frame.height)]
        if table.gone
        else range(table.first_row, table.first_row + frame.height)
    )
    headers = frame.columns
    frame = frame.with_columns(pl.Series(ROW, rows, dtype=pl.Int64))
    notes = [n.removeprefix(f"{table.file}: ") for n in [*table.notes, *totals]]
    return Source(table.file, table.sheet, frame.lazy(), headers, frame.head(_SEEN), frame.height, notes, of)


def _without_totals(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Without last rows that add the others up: they begin with the word for it and lack most cells."""
    kept = frame.height
    while kept > 1:
        filled = [cell for cell in frame.row(kept - 1) if cell is not None]
        if not filled or not is_total(filled[0]) or len(filled) * 2 > frame.width:
            break
        kept -= 1
    if kept == frame.height:
        return frame, []
    return frame.head(kept), [
        f"the last row ({frame.row(kept)[0] or 'total'}) adds the others up and is left out"
    ]


def _with_references(frame: pl.DataFrame) -> pl.DataFrame:
    """Salesforce's sObjects refer to each other as ``@AccountRef1``: that is their id where they have none."""
    frame = frame.drop("attributes.type")
    if "attributes.referenceId" in frame.columns:
        reference = pl.col("attributes.referenceId")
        own = pl.coalesce("Id", reference) if "Id" in frame.columns else reference
        frame = frame.with_columns(own.alias("Id")).drop("attributes.referenceId")
    return frame.with_columns(pl.all().str.replace(r"^@(\w+Ref\d+)$", "$1"))


def _large_text(file: Path, scratch: Path) -> Source:
    """A large file's header and first rows are read as any file's; the rest is streamed into a form to read often."""
    with file.open("rb") as f:
        head = f.read(SAMPLE)
    head = head[: head.rfind(b"\n") + 1]
    text, encoding = decode(head, file.name)
    if not encoding.startswith("utf-8"):
        raise BadInput(
            f"a file of this size cannot be read as {encoding}",
            file=file.name,
            expected="the file saved as UTF-8",
        )
    first = _of_head(file.name, head)
    names = first.frame.columns
    whole, mendings = mended_copy(file, scratch)
    frame = scan_csv(
        whole,
        has_header=False,
        separator=sniff_separator(text),
        skip_lines=first.first_row - 1,
        schema=dict.fromkeys(names, pl.String),
        row_index_name=ROW,
        row_index_offset=first.first_row,
    )
    return _large(file, restored(frame), first.frame, [*first.notes, *mendings], scratch)


def _of_head(name: str, head: bytes) -> TextTable:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(head)
        return read_text_table(path)


def _large_parquet(file: Path, scratch: Path) -> Source:
    with undamaged(file.name):
        return _cells(file, scan_parquet(file), scratch)


def _cells(file: Path, scan: pl.LazyFrame, scratch: Path) -> Source:
    cells = [
        pl.col(n).dt.to_string("iso") if t == pl.Duration else pl.col(n).cast(pl.String)
        for n, t in scan.collect_schema().items()
        if not t.is_nested() and t not in NO_CELLS
    ]
    sample = scan.select(cells).head(_SEEN).collect()
    return _large(file, scan.select(cells).with_row_index(ROW, 2), sample, [], scratch)


def _large(file: Path, frame: pl.LazyFrame, sample: pl.DataFrame, notes: list[str], scratch: Path) -> Source:
    """Unpack a large table, its cells cleaned, into a form that is quick to read again and again."""
    unpacked = scratch / f"{file.stem}-{len(list(scratch.iterdir()))}.parquet"
    names = sample.columns
    tidy = frame.select(pl.col(ROW).cast(pl.Int64), *(cleaned(pl.col(n)) for n in names))
    try:
        tidy.sink_parquet(unpacked, compression="lz4", statistics=False)
    except pl.exceptions.PolarsError as error:
        raise BadInput(
            f"some rows of this large file cannot be read ({str(error).splitlines()[0]})",
            file=file.name,
            expected="an export with the same number of cells in every row",
        ) from error
    scan = scan_parquet(unpacked)
    rows = scan.select(pl.len()).collect(engine="streaming").item()
    sample = sample.head(_SEEN).with_columns(cleaned(pl.all()))
    return Source(file.name, None, scan, names, sample, rows, notes, big=True)
