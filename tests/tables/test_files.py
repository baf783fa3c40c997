"""Files as people have them: every way to write a table is read, and what is no table is refused with advice."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadInput, BeachheadError
from beachhead.tables.csv_cells import neutral
from beachhead.tables.files import TextTable, is_total, read_text_table

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


def rows(table: TextTable) -> list[tuple[str | None, ...]]:
    return table.frame.rows()


PLAIN = [("Zürich", "1"), ("Łódź", None)]


@pytest.mark.parametrize(
    "content",
    [
        "name,n\nZürich,1\nŁódź,\n".encode(),
        "\ufeffname,n\r\nZürich,1\r\nŁódź,\r\n".encode(),
        "name;n\nZürich;1\nŁódź;\n".encode(),
        "name\tn\nZürich\t1\nŁódź\t\n".encode(),
        "name|n\nZürich|1\nŁódź|\n".encode(),
        "name,n\nZürich,1\nŁódź,\n".encode("utf-16"),
        "name,n\nZürich,1\nŁódź,\n".encode("utf-16-le"),
        "sep=;\nname;n\nZürich;1\nŁódź;\n".encode(),
        " name , n \n Zürich ,1\nŁódź,  \n".encode(),
        gzip.compress("name,n\nZürich,1\nŁódź,\n".encode()),
        b'[{"name": "Z\xc3\xbcrich", "n": 1}, {"name": "\xc5\x81\xc3\xb3d\xc5\xba", "n": null}]',
        b'{"name": "Z\xc3\xbcrich", "n": 1.0}\n{"name": "\xc5\x81\xc3\xb3d\xc5\xba"}\n',
        '{"records": [{"name": "Zürich", "n": 1}, {"name": "Łódź", "n": null}]}'.encode(),
        '{"name": ["Zürich", "Łódź"], "n": [1, null]}'.encode(),
    ],
    ids=[
        *(
            "plain",
            "bom-crlf",
            "semicolon",
            "tab",
            "bar",
            "utf-16",
            "utf-16-without-mark",
            "sep-line",
            "spaces",
            "gzip",
        ),
        *("json", "json-lines", "json-records", "json-columns"),
    ],
)
def test_one_table_however_it_is_written(write: Write, content: bytes) -> None:
    table = read_text_table(write(content, "any.name"))
    assert table.frame.columns == ["name", "n"]
    assert rows(table) == PLAIN
    assert set(table.frame.dtypes) == {pl.String}


def test_cp1252_is_recognised_and_told(write: Write) -> None:
    table = read_text_table(write("name\nZürich – 5 €\n".encode("cp1252")))
    assert rows(table) == [("Zürich – 5 €",)]
    assert table.notes == ["table.csv: read as cp1252"]


def test_a_letter_that_breaks_utf8_far_down_the_file(write: Write) -> None:
    content = ("name,n\n" + "plain,1\n" * 60_000).encode() + "Zürich,2\n".encode("cp1252")
    table = read_text_table(write(content))
    assert rows(table)[-1] == ("Zürich", "2")
    assert table.notes == ["table.csv: read as cp1252"]


def test_a_character_cut_by_the_sample_does_not_change_the_encoding(write: Write) -> None:
    for shift in range(4):
        content = "a\n" + "x" * shift + "ü" * 200_000 + "\n"
        assert rows(read_text_table(write(content)))[0][0] == "x" * shift + "ü" * 200_000


def test_quotes_line_breaks_and_separators_inside_cells(write: Write) -> None:
    table = read_text_table(write('a,b\n"x, ""y""\nz",2\n"3",4\n'))
    assert rows(table) == [('x, "y"\nz', "2"), ("3", "4")]


def test_titles_above_the_header_and_a_foot_below(write: Write) -> None:
    table = read_text_table(
        write("Accounts of the East\n\nid,name,n\nA,x,1\nB,y,2\n\nConfidential - do not pass on\n")
    )
    assert table.frame.columns == ["id", "name", "n"]
    assert rows(table) == [("A", "x", "1"), ("B", "y", "2")]
    assert table.first_row == 4
    assert any("2 title rows" in n for n in table.notes)
    assert any("foot of the report" in n for n in table.notes)


def test_ragged_rows_are_named_and_never_shifted(write: Write) -> None:
    table = read_text_table(write("id,name,n\nA,x,1\nB,Smith, John,2\nC,y\nD,Roe,Jane,4\nE,z,5,\n"))
    assert rows(table) == [("A", "x", "1"), ("B", "Smith, John", "2"), ("C", "y", None), ("E", "z", "5")]
    assert [table.row(i) for i in range(4)] == [2, 3, 4, 6]
    told = " ".join(table.notes)
    assert "row 3 has 4 cells" in told
    assert "part of the text" in told
    assert "row 5 has 4 cells where the header has 3 and set aside" in told
    assert "row 4 has 2 cells" in told


def test_a_short_row_is_told_even_where_last_cells_are_often_blank(write: Write) -> None:
    table = read_text_table(write('a,b,c\n1,2,\n"q",2,3\n1,2\n'))
    assert rows(table)[-1] == ("1", "2", None)
    assert "row 4 has 2 cells" in table.notes[0]


def test_blank_rows_go_and_rows_keep_their_numbers(write: Write) -> None:
    table = read_text_table(write("a,b\n1,2\n,\n\n3,4\n"))
    assert rows(table) == [("1", "2"), ("3", "4")]
    assert [table.row(0), table.row(1)] == [2, 5]


def test_columns_without_a_name_or_with_the_same_one(write: Write) -> None:
    table = read_text_table(write("n,n,,\n1,2,3,\n"))
    assert table.frame.columns == ["n", "n (2)", "column 3"]
    assert "two columns are called 'n'" in table.notes[0]


def test_a_table_of_one_column(write: Write) -> None:
    assert rows(read_text_table(write("account\nA\nB\n"))) == [("A",), ("B",)]


def test_years_may_stand_in_a_header(write: Write) -> None:
    assert read_text_table(write(",2007,2008\nx,1,2\n")).frame.columns == ["column 1", "2007", "2008"]
    assert read_text_table(write("2007,2008\n1,2\n")).frame.columns == ["2007", "2008"]


# --- workbooks ---------------------------------------------------------------------------------------------


def workbook(path: Path, hide_first: bool = True) -> Path:
    book = xlsxwriter.Workbook(str(path))
    first = book.add_worksheet("hiddenSheet")
    book.add_worksheet("Empty")
    sheet = book.add_worksheet("Active Accounts")
    other = book.add_worksheet("Other")
    if hide_first:
        sheet.activate()
        sheet.set_first_sheet()
        first.hide()
    first.write_row(0, 0, ["wrong", "sheet"])
    first.write_row(1, 0, ["x", 1])
    day, moment = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    sheet.write_row(0, 0, ["Report of 3 March"])
    sheet.write_row(2, 0, ["id", "when", "n", "seen", "ok"])
    sheet.write_string(3, 0, "007")
    sheet.write_datetime(3, 1, dt.datetime(2008, 1, 31), day)
    sheet.write_number(3, 2, 2008)
    sheet.write_datetime(3, 3, dt.datetime(2008, 1, 31, 9, 30), moment)
    sheet.write_boolean(3, 4, True)
    sheet.write_string(5, 0, "8")
    sheet.write_number(5, 2, 1234567.25)
    other.write_row(0, 0, ["a", "b"])
    other.write_row(1, 0, [1, 2])
    book.close()
    return path


def test_a_workbook_skips_hidden_and_empty_sheets(tmp_path: Path) -> None:
    table = read_text_table(workbook(tmp_path / "book.xlsx"))
    assert table.sheet == "Active Accounts"
    assert table.frame.columns == ["id", "when", "n", "seen", "ok"]
    assert rows(table) == [
        ("007", "2008-01-31", "2008", "2008-01-31 09:30:00", "true"),
        ("8", None, "1234567.25", None, None),
    ]
    assert [table.row(0), table.row(1)] == [4, 6]
    assert any("also there: Other" in note for note in table.notes)


def test_a_sheet_by_name_and_a_wrong_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx")
    assert rows(read_text_table(path, "Other")) == [("1", "2")]
    with pytest.raises(BadInput, match="did you mean 'Other'"):
        read_text_table(path, "Othr")


def test_a_workbook_without_a_table(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
    book.add_worksheet().write(0, 0, "only a title")
    book.close()
    with pytest.raises(BadInput, match="no visible sheet with a table"):
        read_text_table(tmp_path / "book.xlsx")


def test_parquet_reads_like_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": ["a", "b"],
            "ds": [dt.date(2008, 1, 31), None],
            "n": [2008.0, None],
            "y": [1.5, 2.0],
            "l": [[1], [2]],
        }
    )
    frame.write_parquet(tmp_path / "t.parquet")
    table = read_text_table(tmp_path / "t.parquet")
    assert table.frame.columns == ["id", "ds", "n", "y"]
    assert rows(table) == [("a", "2008-01-31", "2008", "1.5"), ("b", None, None, "2.0")]
    assert "column 'l' holds lists" in table.notes[0]


def test_sobject_json_keeps_nested_names(write: Write) -> None:
    table = read_text_table(
        write('{"records": [{"attributes": {"type": "A"}, "Id": "1", "Owner": {"Name": "x"}}]}')
    )
    assert {"Id", "Owner.Name"} <= set(table.frame.columns)


# --- what is no table --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (
            "-- dump\nINSERT INTO a VALUES (1,2);\n",
            "t.csv",
            "SQL dump, not a table; expected each table exported as CSV",
        ),
        ("CREATE TABLE [dbo].[A] (id int)\n", "t.csv", "SQL dump"),
        ("<html><table><tr><td>1</td></tr></table></html>", "report.xls", "web page, whatever its name"),
        ("<?xml version='1.0'?><rows/>", "t.csv", "XML, not a table"),
        (
            "id,body\n1,<?xml version='1.0'?><a/>\n",
            "t.csv",
            "column 'body': the cells of this column hold XML",
        ),
        ("id,body\n1,\"<a xmlns='urn:x'>1</a>\"\n", "t.csv", "hold XML"),
        ("A,2008-01-31,12.5\nB,2008-02-29,13\n", "t.csv", "row 1, value '2008-01-31': the first row is data"),
        ("A,12.5\nB,13\n", "t.csv", "row 1, value '12.5': the first row is data, not a header"),
        ("1,2\n3,4\n", "t.csv", "the first row is data, not a header"),
        ("", "t.csv", "the file is empty"),
        ("\n\n  \n", "t.csv", "the file is empty"),
        ('a,b\n1,"open\n3,4\n5,6\n', "t.csv", "row 2: a quote is opened in this row and never closed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "t.csv", "binary file"),
        (b"PK\x03\x04 no workbook", "t.xlsx", "cannot be opened"),
        (b"PAR1 no parquet", "t.parquet", "Parquet file is damaged"),
        (b"\x1f\x8b damaged", "t.csv.gz", "compressed file is damaged"),
        ("%PDF-1.4", "t.csv", "a document, not a table"),
        ('{"a": 1,', "t.json", "row 1: this is not valid JSON"),
        ('{"a": {"b": 1}}', "t.json", "holds no table"),
        ("[]", "t.json", "holds no records"),
        ("[1, 2]", "t.json", "holds no table"),
        ("[" * 100_000, "t.json", "nested too deeply"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(
    write: Write, content: str | bytes, name: str, says: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_text_table(write(content, name))
    assert says in str(refused.value)
    assert name in str(refused.value)


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_text_table(tmp_path / "nothing.csv")
    with pytest.raises(BadInput, match="a folder"):
        read_text_table(tmp_path)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(content)
    try:
        table = read_text_table(path)
    except BeachheadError:
        return
    assert set(table.frame.dtypes) <= {pl.String}


_STEERING = "".join(chr(c) for c in (*range(9), *range(11, 32), 127))
cells = st.text(st.characters(exclude_characters=_STEERING, exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_a_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]], separator: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    frame = pl.DataFrame(
        table, schema={"alpha": pl.String, "beta": pl.String, "gamma": pl.String}, orient="row"
    )
    neutral(frame).write_csv(path, separator=separator, quote_style="always")
    strip = pl.all().str.strip_chars().replace("", None)
    expected = frame.with_columns(strip).filter(~pl.all_horizontal(pl.all().is_null()))
    read = read_text_table(path)
    if not any("foot of the report" in note for note in read.notes):
        assert rows(read) == expected.rows()


def test_northwind_and_salesforce_are_read(shared: Path) -> None:
    orders = read_text_table(shared / "data/crm/northwind/orders.csv")
    assert orders.frame.height == 830
    assert orders.frame["shipCountry"].n_unique() == 21
    accounts = read_text_table(shared / "data/crm/salesforce-lwc-recipes/Accounts.json")
    assert "NumberOfEmployees" in accounts.frame.columns
    assert accounts.frame["NumberOfEmployees"][0] == "12345"
    contacts = read_text_table(shared / "data/crm/salesforce-lwc-recipes/Accounts-Contacts.csv")
    assert contacts.frame.columns[0] == "Account: Account Name"


@pytest.mark.parametrize(
    ("cell", "adds_up"),
    [
        ("Total", True),
        ("Grand Totals (2 records)", True),
        ("Gesamtsumme:", True),
        ("Total SA", False),
        ("", False),
        (None, False),
    ],
)
def test_rows_that_add_up(cell: str | None, adds_up: bool) -> None:
    assert is_total(cell) == adds_up
