"""What the targets are fed: cells that have hurt before, tables of them, and files damaged on purpose."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

SEEDS = Path(__file__).parent / "seeds"


def one_of(words: str, separator: str | None = None) -> st.SearchStrategy[str]:
    """One of some words that are written in a row."""
    return st.sampled_from(words.split(separator))


NUMBERS = one_of(
    "0 -0 1 -1 2 7 12e5 1e999 -1e308 nan inf 0x1F 1.234 1.234,56 1,234.56 1.23457E+11 <1 3.1b "
    "2010* (5) 50% 12:30 "
    "€5 0000108945 99999999999999999999 ٣ ½ : n/a - . NULL None true YES"
)
DAYS = one_of(
    "2001 2002 2003 2004 2005 2006 2001Q1 2001Q2 2001-01 2001-W05 2024E 0001-01-01 1753-01-01 "
    "1900-01-00 9999-12-31 "
    "10000-01-01 2009-02-29 2009-02-28 31/12/2008 12/31/2008 31.12.08 2008-12-31T23:59:59Z 39813 2008.5 FY09"
)
SIGNS = st.sampled_from(
    [
        "",
        " ",
        "\t",
        "\x00",
        "\x0b",
        "\x1b[2J",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\u202e",
        "株式会社",
        "İ",
    ]
)
WORDS = st.one_of(
    one_of(
        "Acme acme.example ACME-BAKERY A/1 [1] * ? .. ../x ~ $HOME CON nul =1+1 @SUM(A1) -x +y ' "
        '" ; | \\ # %s {0} '
        "GmbH <b> &amp; won lost yes"
    ),
    st.sampled_from(["{{ us }}", "{% for x in y %}", "Nöller & Söhne", "x" * 300]),
)
CELLS = st.one_of(
    NUMBERS, DAYS, WORDS, SIGNS, st.text(max_size=8), st.integers().map(str), st.floats().map(str)
)
HEADERS = st.one_of(
    one_of(
        "unique_id ds y kind freq name unit potential_low potential_high launch account product "
        "date amount currency "
        "seller stage closed outcome domain segment size region owner Datum Kunde Account\xa0ID "
        "Amount Jahr Year 2001 2002 "
        "Name Id account source"
    ),
    CELLS,
)


@st.composite
def tables(draw: st.DrawFn, headers: st.SearchStrategy[str] = HEADERS) -> list[list[str]]:
    """Rows of cells, the first of them headers; one in four is ragged or empty."""
    if draw(st.booleans()):
        top = draw(st.sampled_from([["unique_id", "ds", "y"], ["ds", "y"], ["Year", "A", "B"]]))
        columns = [
            st.sampled_from(["a", "b"])
            if h == "unique_id"
            else DAYS | CELLS
            if h in ("ds", "Year")
            else NUMBERS
            for h in top
        ]
    else:
        top = draw(st.lists(headers, max_size=7))
        columns = [draw(st.sampled_from([NUMBERS, DAYS, WORDS, CELLS])) for _ in top]
    rows = [[draw(c) for c in columns] for _ in range(draw(st.integers(0, 12)))]
    if draw(st.integers(0, 3)) == 0 and rows:
        rows.insert(draw(st.integers(0, len(rows))), draw(st.lists(CELLS, max_size=9)))
    return [top, *rows]


@st.composite
def regular(draw: st.DrawFn) -> list[list[str]]:
    """A table of adoption that is right but for what is done to a few of its cells."""
    n, first = draw(st.integers(1, 30)), draw(st.integers(1, 9990))
    rows = [["unique_id", "ds", "y"]]
    for name in draw(st.sampled_from([["a"], ["a", "b"]])):
        rows += [[name, f"{first + k:04}", str(draw(st.integers(0, 10**6)))] for k in range(n)]
    for _ in range(draw(st.integers(0, 3))):
        rows[draw(st.integers(0, len(rows) - 1))][draw(st.integers(0, 2))] = draw(CELLS)
    return rows


TABLES = tables() | regular()


def delimited(separators: str) -> st.SearchStrategy[bytes]:
    """Tables as text files, in the encodings and with the quoting that programs write."""

    def written(rows: list[list[str]], separator: str, ends: str, quoting: int, coding: str) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator, lineterminator=ends, quoting=quoting, escapechar="\\")
        writer.writerows(rows)
        return out.getvalue().encode(coding, errors="replace")

    return st.builds(
        written,
        TABLES,
        st.sampled_from(separators),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp437", "shift-jis", "utf-32"]),
    )


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Bytes of a file, half of the time with some of them changed, cut out or doubled."""
    data = draw(whole)
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 3]))):
        at, long = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        new = draw(st.binary(max_size=6) | SIGNS.map(lambda s: s.encode("utf-8", "surrogatepass")))
        data = data[:at] + draw(st.sampled_from([new, data[at : at + long] * 2, b""])) + data[at + long :]
    return data


@st.composite
def damaged_parts(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """An archive whose parts are damaged, so that what reads their XML is reached."""
    data = draw(whole)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        victim = draw(st.sampled_from(before.namelist()))
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, draw(damaged(st.just(part))) if name == victim else part)
    return out.getvalue()


def archives(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Archives: whole, with damaged parts, or damaged themselves."""
    return whole | damaged_parts(whole) | damaged(whole)


def xlsx(rows: list[list[str]]) -> bytes:
    """A workbook; cells that are plainly numbers are numbers."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "nan_inf_to_errors": True})
    page = book.add_worksheet()
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            page.write_number(
                r, c, float(cell)
            ) if cell.isdecimal() and cell.isascii() else page.write_string(r, c, cell)
    book.close()
    return out.getvalue()


def ods(rows: list[list[str]]) -> bytes:
    """A spreadsheet of OpenDocument, as little of it as readers need."""
    from xml.sax.saxutils import escape

    def cell(text: str) -> str:
        plain = "".join(
            c for c in text if c >= " " and c not in "\ufffe\uffff" and not 0xD800 <= ord(c) < 0xE000
        )
        return f'<table:table-cell office:value-type="string"><text:p>{escape(plain)}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for n in ("office", "table", "text", "manifest")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("mimetype", kind)
        pack.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest {spaces}><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            "</manifest:manifest>",
        )
        pack.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def records(rows: list[list[str]]) -> bytes:
    """JSON records of a table."""
    return json.dumps([dict(zip(rows[0], row, strict=False)) for row in rows[1:]]).encode()


LEAVES: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers() | st.floats() | CELLS
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HEADERS, inner, max_size=4),
    max_leaves=20,
)


def typed(rows: list[list[str]]) -> pl.DataFrame:
    """A table whose columns have the types that a program would give them."""
    width, names = len(rows[0]), list(dict.fromkeys(rows[0]))
    columns = {}
    for i, name in enumerate(names[:width]):
        cells = pl.Series([row[i] if i < len(row) else None for row in rows[1:]], dtype=pl.String)
        kinds: list[Callable[[pl.Series], pl.Series]] = [
            lambda s: s,
            lambda s: s.cast(pl.Float64, strict=False),
            lambda s: s.cast(pl.Int64, strict=False),
            lambda s: s.str.to_date(strict=False, format="%Y-%m-%d"),
            lambda s: s.cast(pl.Categorical),
            lambda s: s.str.split(" "),
        ]
        columns[name] = kinds[(i + len(rows)) % len(kinds)](cells)
    return pl.DataFrame(columns)


def parquet(rows: list[list[str]]) -> bytes:
    """The table as a Parquet file."""
    out = io.BytesIO()
    typed(rows).write_parquet(out)
    return out.getvalue()


def seeds(ending: str) -> st.SearchStrategy[bytes]:
    """The files in ``seeds`` with an ending."""
    return st.sampled_from([p.read_bytes() for p in sorted(SEEDS.glob(f"*{ending}"))])
