"""The header is found below titles and instructions, in text as in workbooks, and can be stated."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from beachhead.errors import BadInput
from beachhead.tables.files import TextTable, read_text_table
from beachhead.tables.headers import find_header


def read(folder: Path, text: str | bytes, **stated: object) -> TextTable:
    path = folder / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_text_table(path, **stated)  # type: ignore[arg-type]


BELOW = [
    ('INSTRUCTIONS:,,\n,"Use line 4 as header",\n,,\nAccount,Product,Date\nAsh,Alpha,2008-03-01\n', 4),
    ("Category: All\n\nMonth,alder: (Worldwide)\n2008-01,<1\n2008-02,1\n2008-03,2\n", 3),
    ("Accounts of the East\n\nid,name,n\nA,x,1\nB,y,2\n", 3),
    ("Title,,\nid,name,n\nA,x,1\nB,y,2\n", 2),
    (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2019-01-30",\n\n'
        '"Country Name","Country Code","Indicator","1960","1961"\nAlderland,ALD,Phones,,1\nBirchia,BIR,Phones,2,3\n',
        5,
    ),
    (
        'Graph Observations,\nEconomic Data,\n\nUNITS,"Units sold, monthly"\n\nFrequency: Monthly,\n'
        "observation_date,UNITS\n1948-01-01,3.4\n1948-02-01,3.8\n1948-03-01,4\n",
        7,
    ),
    ("Report\n,2007,2008\nx,1,2\ny,3,4\n", 2),
]


@pytest.mark.parametrize(("text", "row"), BELOW)
def test_a_header_below_titles_and_instructions(tmp_path: Path, text: str, row: int) -> None:
    table = read(tmp_path, text)
    assert table.first_row == row + 1
    assert any(f"{row - 1} title row" in note for note in table.notes)


@pytest.mark.parametrize(
    "text",
    [
        "name,\nAsh,x\nBirch,y\n",
        "id,,\nA,x,y\nB,z,w\n",
        "year,\n2001,5\n2002,6\n",
        ",2007\nx,1\ny,2\n",
        "name,city\n\nAsh,Ulm\nElm,Bonn\n",
        "account\nA\nB\n",
        "a,b\n",
        "Name,Note\nAsh,\nBirch,\nElm,x\n",
    ],
)
def test_a_first_row_that_is_the_header_stays_it(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).first_row == 2


def test_a_header_row_that_is_stated(tmp_path: Path) -> None:
    text = "a,b\nc,d\nname,city\nAsh,Ulm\n"
    table = read(tmp_path, text, header_row=3)
    assert table.frame.rows() == [("Ash", "Ulm")]
    assert table.row(0) == 4
    assert read(tmp_path, "sep=,\n" + text, header_row=4).frame.columns == ["name", "city"]
    for wrong in (0, 9, -1):
        with pytest.raises(BadInput, match=f"header_row = {wrong} names a row without names"):
            read(tmp_path, text, header_row=wrong)


def test_a_header_row_of_a_workbook(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "t.xlsx")) as book:
        sheet = book.add_worksheet("Data")
        for i, row in enumerate([["a", "b"], ["c", "d"], ["name", "city"], ["Ash", "Ulm"]]):
            sheet.write_row(i, 0, row)
    assert read_text_table(tmp_path / "t.xlsx", header_row=3).frame.rows() == [("Ash", "Ulm")]


def test_no_rows_have_no_header() -> None:
    assert find_header([]) == 0


def test_tabs_separate_whatever_stands_between_them(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,c,d\t2008 \t2009 \nw,x,y,z\t1 \t2 \n").frame.columns == [
        "a,b,c,d",
        "2008",
        "2009",
    ]


def test_lines_that_end_with_a_carriage_return(tmp_path: Path) -> None:
    for text in ("a,b\r1,x\r2,y\r", gzip.compress(b"a,b\r1,x\r2,y\r"), "a,b\r1,x\r2,y\r".encode("utf-16")):
        assert read(tmp_path, text).frame.rows() == [("1", "x"), ("2", "y")]


@pytest.mark.parametrize("separator", ["é", "x", "5", '"'])
def test_what_is_no_separator(tmp_path: Path, separator: str) -> None:
    with pytest.raises(BadInput, match=r"row 1, value '.*': this is no separator"):
        read(tmp_path, f"sep={separator}\na{separator}b\n1{separator}2\n")


@pytest.mark.parametrize("name", ["*", "^.*$", "^a$"])
def test_a_name_of_signs_is_a_name_and_no_pattern(tmp_path: Path, name: str) -> None:
    table = read(tmp_path, f"a,b,{name}\n1,2,\n3,4,x\n")
    assert table.frame.columns == ["a", "b", f"column 3 ({name})"]
    pl.DataFrame({"a": ["1"], name: ["x"]}).write_parquet(tmp_path / "t.parquet")
    assert read_text_table(tmp_path / "t.parquet").frame.columns == ["a", f"column 2 ({name})"]
