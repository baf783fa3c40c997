"""The commands of this room on the example territory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from beachhead.accounts.export import COLUMNS
from beachhead.accounts.fact_columns import NAMES
from beachhead.accounts.territory import Territory
from beachhead.cli.accounts import _widths
from beachhead.cli.accounts import command as accounts
from beachhead.cli.export import command as export
from beachhead.errors import BadQuestion
from beachhead.practice.next_plays import EXPORT

KESTREL = "001A0000004xQ2ZIAU"


@pytest.fixture(autouse=True)
def worked_out(example: Territory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The territory is worked out once for all tests, not once per command."""
    monkeypatch.setattr("beachhead.accounts.territory.territory", lambda workspace, say: example)


def run(command: object, *arguments: object) -> str:
    found = CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)  # type: ignore[arg-type]
    assert found.exit_code == 0, found.output
    return found.output


def test_the_table_shows_the_likeliest_buyers_one_line_each(example_folder: Path, example: Territory) -> None:
    lines = run(accounts, example_folder, "--top", 7).splitlines()
    assert lines[0].startswith(f"{example.facts.height} accounts as of 2009-02-28. Expected: ")
    assert lines[1].startswith("Commonest relationships: ")
    header = lines[3]
    assert header.startswith("Account  ")
    rows = lines[5:12]
    chances = [int(row[header.index("Chance") : header.index("Chance") + 6].strip(" %")) for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert max(map(len, lines[3:12])) <= 150
    assert f"{example.facts.height - 7} more: --top" in lines[13]
    assert any(line.startswith("Note: ") for line in lines)


@pytest.mark.parametrize("room", [60, 80, 100, 120, 200])
def test_the_table_fits_into_any_terminal(room: int) -> None:
    widths = _widths(room)
    assert list(widths)[:5] == ["Account", "Standing", "Relationship", "Next buy", "Chance"]
    assert sum(widths.values()) + 2 * len(widths) - 2 <= max(room, 65)


def test_csv_holds_every_fact_of_every_account(
    example_folder: Path, example: Territory, tmp_path: Path
) -> None:
    path = tmp_path / "facts.csv"
    assert str(path) in run(accounts, example_folder, "-o", path)
    table = pl.read_csv(path, infer_schema_length=None)
    assert table.columns[: len(NAMES)] == list(NAMES)
    assert table.height == example.facts.height
    kestrel = table.filter(pl.col("account") == KESTREL).row(0, named=True)
    assert kestrel["last_quantity"] == 42
    assert kestrel["patterns"].split(";")[0] == "partner-in-name"
    assert run(accounts, example_folder, "--format", "csv") == path.read_text("utf-8-sig")


def test_the_workbook_is_readable(example_folder: Path, example: Territory, tmp_path: Path) -> None:
    path = tmp_path / "accounts.xlsx"
    run(accounts, example_folder, "-o", path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Accounts", "Relationships", "Next buyers", "Whitespace", "Columns", "Notes"]
    for page in book:
        assert page.freeze_panes in ("B2", "C2")
        assert page.auto_filter.ref.startswith("A1:")
        assert page.max_row > 5
    rows = book["Accounts"].iter_rows(values_only=True)
    header = next(rows)
    assert header[:4] == ("Account ID", "Account name", "Standing", "Relationship")
    assert not any("_" in name for name in header if name != "server_rooms" and name != "created_date")
    kestrel = dict(zip(header, next(r for r in rows if r[0] == KESTREL), strict=True))
    assert kestrel["Relationship"] == "Has a partner in name"
    assert kestrel["Products owned"] == "Server virtualisation"
    assert kestrel["Last product"] == "Server virtualisation"
    assert kestrel["Departments met"] == "Server"
    assert {c.value for c in book["Columns"]["C"][1:]} == set(example.facts.columns)


def test_the_workbook_is_the_same_each_time(example_folder: Path, tmp_path: Path) -> None:
    run(accounts, example_folder, "-o", tmp_path / "a.xlsx")
    run(accounts, example_folder, "-o", tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_export_is_ready_to_import_back(
    example_folder: Path, example: Territory, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"back.{ending}"
    assert "12 columns" in run(export, example_folder, "-o", path)
    if ending == "csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        table = pl.read_csv(path)
        rows = [table.columns, *table.rows()]
    else:
        rows = [[c.value for c in row] for row in openpyxl.load_workbook(path)["Accounts"].iter_rows()]
    assert list(rows[0]) == [*list(COLUMNS)[:-1], *EXPORT, "As Of"]
    assert {row[0] for row in rows[1:]} == set(example.facts["account"])
    kestrel = dict(zip(rows[0], next(r for r in rows if r[0] == KESTREL), strict=True))
    assert kestrel["Relationship"] == "Has a partner in name"
    assert kestrel["Relationship Reason"].startswith("bought 42 licences from Contoso Systems 19 months ago")
    assert 0 < kestrel["Next Buy Probability"] < 1
    assert kestrel["Next Play"] == "They have a partner in name"
    assert kestrel["Next Play Reason"].startswith("bought 42 licences")
    assert kestrel["Next Step"]
    assert str(kestrel["As Of"]).startswith("2009-02-28")


def test_formats_that_cannot_be_written_are_refused(example_folder: Path, tmp_path: Path) -> None:
    for command, arguments, says in (
        (accounts, ("-o", tmp_path / "a.pdf"), "possible is"),
        (accounts, ("--format", "xlsx"), "needs a file"),
        (export, ("-o", tmp_path / "a.json"), "possible is .csv or .xlsx"),
    ):
        with pytest.raises(BadQuestion, match=says):
            run(command, example_folder, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_without_anything_is_refused(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "beachhead", "accounts", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "neither accounts nor purchases" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_barest_workspace_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    (tmp_path / "purchases.csv").write_text("account,product,date\nA,x,2008-01-01\nB,y,2008-02-01\n")
    said = run(accounts, tmp_path)
    assert "2 accounts as of" in said
    assert "set as_of = 2008-02-01 in beachhead.toml" in said
    run(accounts, tmp_path, "-o", tmp_path / "a.xlsx")
    run(export, tmp_path, "-o", tmp_path / "a.csv")


def test_a_folder_that_is_not_there_is_a_sentence_not_a_traceback() -> None:
    for name in ("accounts", "overlap"):
        more = ["-o", "x.csv"] if name == "accounts" else ["theirs.csv"]
        refused = subprocess.run(
            [sys.executable, "-m", "beachhead", name, "no/such/folder", *more],
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode == 1
        assert "no/such/folder" in refused.stderr
        assert "Traceback" not in refused.stderr
