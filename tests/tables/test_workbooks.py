"""Workbooks: read back with another library, and as people expect them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from beachhead.errors import BadQuestion
from beachhead.tables import workbooks
from beachhead.tables.workbooks import Sheet, write_workbook

FRAME = pl.DataFrame(
    {
        "name": ["Ł & Söhne <AG>", "=1+1", "http://x.example", None],
        "share": [0.25, None, 1.0, float("nan")],
        "last": [date(2009, 2, 28), None, date(1999, 1, 1), None],
        "owned": [["a", "b"], [], None, ["c"]],
        "n": [1200, 3, None, 4],
    }
)
SHEET = Sheet(
    "Accounts", FRAME, {"name": "Account name"}, {"share": "percent", "n": "number"}, {"share": "0 to 1"}
)


def written(path: Path) -> openpyxl.Workbook:
    fills = {"a": "#FF0000"}
    write_workbook(
        path, [SHEET, Sheet("Empty", FRAME.clear(), fills=fills)], made=date(2009, 2, 28), title="Test"
    )
    return openpyxl.load_workbook(path)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    page = written(tmp_path / "a.xlsx")["Accounts"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == ["Account name", "share", "last", "owned", "n"]
    assert [row[0] for row in rows[1:]] == ["Ł & Söhne <AG>", "=1+1", "http://x.example", None]
    assert page["A3"].data_type == "s", "text is never taken for a formula"
    assert page["A4"].hyperlink is None
    assert rows[1][1] == 0.25
    assert rows[1][3:] == ["a; b", 1200]
    assert rows[1][2].date() == date(2009, 2, 28)
    assert rows[3][3] is None


def test_it_has_a_frozen_header_filters_and_formats(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx")
    page = book["Accounts"]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:E5"
    assert page["B2"].number_format == "0 %"
    assert page["E2"].number_format == "#,##0"
    assert page["B1"].comment.text == "0 to 1"
    assert page.column_dimensions["A"].width >= len("http://x.example")
    assert book["Empty"]["A1"].value == "name"


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx")
    written(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_table_that_is_too_long_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    with pytest.raises(BadQuestion, match="Write CSV instead"):
        written(tmp_path / "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()
