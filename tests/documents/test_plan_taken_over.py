"""What somebody wrote into an account plan is in the next one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from beachhead.documents.plan_taken_over import taken_over
from beachhead.errors import BadInput
from beachhead.tables.workbooks import Sheet, write_workbook

DAY = dt.date(2009, 2, 28)
TASKS = {
    "Due": pl.Date,
    "Task": pl.String,
    "Play": pl.String,
    "Who": pl.String,
    "Status": pl.String,
    "Remark": pl.String,
}


def _plan(*tasks: tuple[object, ...], questions: list[str]) -> list[Sheet]:
    asked = {"Question": questions, "About": [None] * len(questions), "Answer": [None] * len(questions)}
    return [
        Sheet("Account", pl.DataFrame({"What": ["Account ID"], "Value": ["A-1"]})),
        Sheet("Tasks", pl.DataFrame(list(tasks), schema=TASKS, orient="row")),
        Sheet("Questions", pl.DataFrame(asked, schema=dict.fromkeys(asked, pl.String))),
    ]


@pytest.fixture
def worked_in(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    write_workbook(
        path, _plan((DAY, "Call", "P", "Ann", "open", None), questions=["Who decides?", "Old?"]), made=DAY
    )
    book = openpyxl.load_workbook(path)
    book["Tasks"]["E2"], book["Tasks"]["F2"] = "done", "She was glad"
    book["Tasks"].append([dt.date(2009, 5, 1), "My own", None, "me", "open", None])
    book["Questions"]["C2"], book["Questions"]["C3"] = "The board", "Yes"
    book.save(path)
    return path


def test_tasks_remarks_and_answers_stay_and_new_ones_are_there(worked_in: Path) -> None:
    later = dt.date(2009, 3, 31)
    new = _plan(
        (later, "Call", "P", "Ann", "open", None),
        (later, "Visit", "P", "Ann", "open", None),
        questions=["Who decides?"],
    )
    _, tasks, questions = taken_over(new, worked_in, "A-1")
    assert tasks.frame.rows() == [
        (DAY, "Call", "P", "Ann", "done", "She was glad"),
        (later, "Visit", "P", "Ann", "open", None),
        (dt.date(2009, 5, 1), "My own", None, "me", "open", None),
    ]
    assert questions.frame.rows() == [("Who decides?", None, "The board"), ("Old?", None, "Yes")]


def test_a_sheet_that_the_next_plan_lacks_stays(worked_in: Path) -> None:
    kept = taken_over(_plan(questions=[])[:1], worked_in, "A-1")
    assert [sheet.name for sheet in kept] == ["Account", "Tasks", "Questions"]
    assert kept[1].frame["Remark"].to_list() == ["She was glad", None]


def test_what_is_no_plan_of_this_account_is_refused(worked_in: Path) -> None:
    with pytest.raises(BadInput, match="is no plan of this account"):
        taken_over(_plan(questions=[]), worked_in, "A-2")
