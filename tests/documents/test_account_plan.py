"""The account plan: a workbook that says what the brief says, with tasks by their days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl

from beachhead.documents.account_data import Gathered
from beachhead.documents.account_plan import _beside, sheets, write_account_plan
from tests.documents.conftest import KESTREL


def test_the_workbook_is_read_back(gathered: Gathered, tmp_path: Path) -> None:
    write_account_plan(gathered, KESTREL, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames[:4] == ["Account", "Tasks", "Plays", "Products"]
    account = {row[0]: row[1] for row in book["Account"].iter_rows(values_only=True) if row[0]}
    assert account["Account"] == "Kestrel Valves GmbH"
    assert account["Relationship"] == "Has a partner in name"
    rows = list(book["Tasks"].iter_rows(min_row=2, values_only=True))
    dues = [row[0] for row in rows]
    assert dues == sorted(dues)
    assert min(dues).date() >= gathered.workspace.as_of
    first = gathered.plays.book.plays["partner-in-name"].do.tasks[0]
    assert (gathered.workspace.as_of + dt.timedelta(days=first.days), first.task) in [
        (r[0].date(), r[1]) for r in rows
    ]


def test_the_same_input_gives_the_same_bytes(gathered: Gathered, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_account_plan(gathered, KESTREL, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_account_of_which_little_is_known_has_fewer_sheets(gathered: Gathered) -> None:
    known = gathered.of(KESTREL) | {"plays": [], "case": None, "discontinuity": None, "references": []}
    names = [sheet.name for sheet in sheets(known, gathered.workspace.as_of)]
    assert "Account" in names
    assert not {"Tasks", "Plays", "Business case", "Changes", "References"} & set(names)


def test_a_former_plan_is_kept_once(tmp_path: Path) -> None:
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(b"as she left it")
    assert _beside(plan).name == "plan (former 1).xlsx"
    (tmp_path / "plan (former 1).xlsx").write_bytes(b"of another day")
    (tmp_path / "plan (former 2).xlsx").write_bytes(b"as she left it")  # a writer was killed after this copy
    assert _beside(plan).name == "plan (former 2).xlsx"
