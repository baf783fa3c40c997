"""What cannot be a table is refused in a sentence that says what to export instead, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.errors import BadInput
from beachhead.tables.importing import import_folder
from tests.tables.importing_helpers import Desk

REFUSED = [
    ("dump.sql", b"INSERT INTO `customers` VALUES (1,'Acme');\n", "each table exported as CSV"),
    ("dump.csv", b"-- MySQL dump\nCREATE TABLE `customers` (id int);\n", "each table exported as CSV"),
    ("data.csv", b"1,Acme,2009-01-31\n2,Globex,2009-02-28\n", "export again with column names"),
    (
        "pictures.csv",
        b"id,name,thumb\n1,Acme,<?xml version='1.0'?><a/>\n2,Globex,<?xml version='1.0'?><a/>\n",
        "without that column",
    ),
    (
        "report.xls",
        b"<html><body><table><tr><td>Account ID</td></tr></table></body></html>",
        "saved as XLSX or CSV",
    ),
    ("feed.xml", b"<?xml version='1.0'?><rows><row/></rows>", "an export as CSV or XLSX"),
    ("empty.csv", b"", "a row of column names"),
    ("nonsense.json", b'{"a": 1}', "a list of records"),
]


@pytest.mark.parametrize(("name", "content", "says"), REFUSED)
def test_alone_it_refuses_the_import(desk: Desk, name: str, content: bytes, says: str) -> None:
    (desk.exports / name).write_bytes(content)
    with pytest.raises(BadInput, match=says):
        desk.run()
    assert not desk.into.exists()


@pytest.mark.parametrize(("name", "content", "says"), REFUSED)
def test_among_others_it_is_named_and_they_are_read(desk: Desk, name: str, content: bytes, says: str) -> None:
    (desk.exports / name).write_bytes(content)
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Acme,x")
    report = desk.run()
    assert [t.file for t in report.taken] == ["accounts.csv"]
    ((file, why),) = report.left
    assert file == name
    assert says in why


def test_other_files_are_passed_over(desk: Desk) -> None:
    desk.put("README.md", "# Exports")
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Acme,x")
    assert [file for file, _ in desk.run().no_tables] == ["README.md"]


def test_a_folder_that_is_not_there_or_holds_no_tables(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        import_folder(tmp_path / "nowhere", tmp_path / "w")
    (tmp_path / "outer" / "crm").mkdir(parents=True)
    (tmp_path / "outer" / "crm" / "accounts.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadInput, match="there are tables in crm/"):
        import_folder(tmp_path / "outer", tmp_path / "w")
    with pytest.raises(BadInput, match="two different folders"):
        import_folder(tmp_path / "outer", tmp_path / "outer")


def test_a_workspace_that_is_a_file_is_refused(desk: Desk) -> None:
    desk.into.write_text("x")
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Acme,x")
    with pytest.raises(BadInput, match="this is a file"):
        desk.run()


def test_one_file_can_be_imported_by_itself(desk: Desk) -> None:
    path = desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Acme,x")
    assert import_folder(path, desk.into).files == ["accounts.csv", "beachhead.toml"]
