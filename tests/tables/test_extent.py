"""Workbooks are read within bounds, whatever they claim about themselves."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from beachhead.errors import BadInput
from beachhead.tables import extent
from beachhead.tables.files import read_text_table
from beachhead.tables.sheets import filled_sheets

CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
NS = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def ods(path: Path, rows: list[str], name: str = "Data") -> Path:
    body = f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
    content = (
        f'<?xml version="1.0"?><office:document-content {NS}><office:body><office:spreadsheet>{body}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", kind)
        book.writestr("META-INF/manifest.xml", manifest)
        book.writestr("content.xml", content)
    return path


def row(*cells: str, more: str = "", repeated: int = 1) -> str:
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(CELL.format(c) for c in cells)}{more}</table:table-row>"


BLANK = '<table:table-cell table:number-columns-repeated="16380"/>'
TABLE = [row("name", "n", more=BLANK), row("Ash", "1", more=BLANK), row("Elm", "2", more=BLANK)]


def test_a_sheet_of_opendocument_whose_blank_rest_is_repeated(tmp_path: Path) -> None:
    rest = f'<table:table-row table:number-rows-repeated="1048573">{BLANK}</table:table-row>'
    path = ods(tmp_path / "t.ods", [*TABLE, rest])
    assert read_text_table(path).frame.rows() == [("Ash", "1"), ("Elm", "2")]
    assert filled_sheets(path, "t.ods") == ["Data"]


@pytest.mark.parametrize(
    "far",
    [
        row("x", "y", repeated=900_000_000),
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
        + row("x", more=BLANK + CELL.format("far")),
        row(
            "x",
            more=CELL.format("y").replace(
                "<table:table-cell", '<table:table-cell table:number-columns-repeated="99999999"'
            ),
        ),
    ],
)
def test_repeated_cells_of_opendocument_are_bounded(tmp_path: Path, far: str) -> None:
    with pytest.raises(BadInput, match=r"t\.ods: a sheet of this workbook spans .* as far as row"):
        read_text_table(ods(tmp_path / "t.ods", [*TABLE, far]))


@pytest.mark.parametrize(("last", "named"), [("XFD1048576", "XFD1048576"), ("AD1048576", "AD1048576")])
def test_a_cell_in_the_last_corner(tmp_path: Path, last: str, named: str) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["name", "n"])
        sheet.write_row("A2", ["Ash", 1])
        sheet.write(last, " ")
    with pytest.raises(BadInput, match=rf"1,048,576 rows and .* as far as {named}; expected at most"):
        read_text_table(tmp_path / "t.xlsx")


def test_a_full_sheet_is_merely_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MOST_CELLS", 50)
    monkeypatch.setattr(extent, "_PIECE", 97)  # tags are cut anywhere
    monkeypatch.setattr(extent, "_TAG", 96)
    frame = pl.DataFrame({f"c{i}": range(20) for i in range(5)})
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, frame.columns)
        for i, cells in enumerate(frame.rows()):
            sheet.write_row(i + 1, 0, cells)
    assert read_text_table(tmp_path / "t.xlsx").frame.height == 20
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(29, 1, ["far"])
    with pytest.raises(BadInput, match="30 rows and 2 columns, as far as B30"):
        read_text_table(tmp_path / "t.xlsx")


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MOST_BYTES", 300)
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, ["name", "n"])
    with pytest.raises(BadInput, match="unpacks to more than can be read"):
        read_text_table(tmp_path / "t.xlsx")


def test_odd_types_of_parquet_are_text_or_left_out(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": ["a"],
            "lasted": [dt.timedelta(days=3)],
            "blob": [b"\xff"],
            "at": [dt.time(9, 30)],
            "kind": pl.Series(["x"], dtype=pl.Categorical),
            "sum": pl.Series(["1.50"]).cast(pl.Decimal(10, 2)),
        }
    )
    frame.write_parquet(tmp_path / "t.parquet")
    table = read_text_table(tmp_path / "t.parquet")
    assert table.frame.rows() == [("a", "P3D", "09:30:00", "x", "1.50")]
    assert table.notes == ["t.parquet: column 'blob' holds bytes, not cells, and is left out"]
    frame.select("blob").write_parquet(tmp_path / "t.parquet")
    with pytest.raises(BadInput, match="no column holds text, dates or numbers"):
        read_text_table(tmp_path / "t.parquet")


def test_numbers_of_thousands_of_digits_and_half_characters(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"id": "\\ud800x", "n": ' + "1" * 5000 + ', "m": 12}]')
    assert read_text_table(tmp_path / "t.json").frame.rows() == [("?x", "1" * 5000, "12")]


def test_binary_workbooks_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsb", "w") as book:
        book.writestr("xl/worksheets/sheet1.bin", b"\0")
    with pytest.raises(BadInput, match="binary workbooks are not read; expected the same saved as XLSX"):
        read_text_table(tmp_path / "t.xlsb")
