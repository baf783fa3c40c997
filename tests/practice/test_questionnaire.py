"""A questionnaire goes out, is filled in as Excel would, and comes back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from beachhead.errors import BadInput, BadKnowledge, BadQuestion
from beachhead.practice.assessment import Answer, Assessment
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.questionnaire import Asked, _asked, write_questionnaire
from beachhead.practice.questionnaire_reading import read_questionnaire
from tests.practice.models import SMALL, STAGED, blueprint
from tests.practice.test_scoring import one

DAY = dt.date(2009, 2, 12)
ASKED = Asked("001A0000004xQ2", "account", DAY, "head of operations")


@pytest.fixture
def small(tmp_path: Path) -> Blueprint:
    return blueprint(tmp_path, SMALL)


@pytest.fixture
def sheet(tmp_path: Path, small: Blueprint) -> Path:
    path = tmp_path / "questions.xlsx"
    write_questionnaire(path, small, ASKED)
    return path


def fill(path: Path, cells: dict[tuple[str, str], Any]) -> None:
    """Write answers as a respondent does: ``(point, column) → value``."""
    book = openpyxl.load_workbook(path)
    questions = book["Questions"]
    column = {c.value: c.column for c in questions[1]}
    row = {questions.cell(r, column["id"]).value: r for r in range(2, questions.max_row + 1)}
    for (point, title), value in cells.items():
        questions.cell(row[point], column[title]).value = value
    book.save(path)


def read(path: Path, model: Blueprint) -> Assessment:
    _, found = read_questionnaire(path, model)
    assert found is not None
    return found


def refused(path: Path, model: Blueprint) -> str:
    with pytest.raises((BadKnowledge, BadInput)) as no:
        read_questionnaire(path, model)
    return str(no.value)


def test_it_works(sheet: Path, small: Blueprint) -> None:
    fill(
        sheet,
        {
            ("catalogue", "Answer"): "2 – lived",
            ("catalogue", "Evidence seen"): "catalogue of January",
            ("catalogue", "How sure"): "High",
            ("agreements", "Answer"): "don't know",
            ("agreements", "Comment, or why it does not apply"): "ask finance",
            ("change-record", "Answer"): "does not apply",
            ("change-record", "Comment, or why it does not apply"): "outsourced",
        },
    )
    assert read_questionnaire(sheet)[0] == "small"
    found = read(sheet, small)
    assert (found.subject, found.kind, found.date, found.respondent) == (
        *(ASKED.subject, "account", DAY),
        ASKED.respondent,
    )
    assert found.answers == {
        "catalogue": Answer(level=2, evidence="catalogue of January", confidence="high"),
        "agreements": Answer(level="dont_know", comment="ask finance"),
        "change-record": Answer(level="not_applicable", reason="outsourced"),
    }


@pytest.mark.parametrize("typed", ["2 – lived", "2 - lived", 2, 2.0, "2", "lived", "Lived "])
def test_a_level_may_be_chosen_or_typed(sheet: Path, small: Blueprint, typed: Any) -> None:
    fill(sheet, {("catalogue", "Answer"): typed})
    assert read(sheet, small).answers == {"catalogue": Answer(level=2)}


def test_fractions_and_numbers_between(tmp_path: Path) -> None:
    staged = blueprint(tmp_path, STAGED)
    path = tmp_path / "staged.xlsx"
    write_questionnaire(path, staged, ASKED)
    fill(path, {("s-a-1", "Answer"): "0,25", ("s-b-1", "Answer"): 0.5, ("p-a-1", "Answer"): "most"})
    assert {k: a.level for k, a in read(path, staged).answers.items()} == {
        "s-a-1": 0.25,
        "s-b-1": 0.5,
        "p-a-1": 1,
    }
    wide = blueprint(tmp_path, STAGED + "between: true\n")
    fill(path, {("s-a-1", "Answer"): 0.37})
    assert read(path, wide).answers["s-a-1"].level == 0.37
    assert "'0.37' is no answer" in refused(path, staged)


def test_only_the_asked_groups_are_in_it(tmp_path: Path, small: Blueprint) -> None:
    path = tmp_path / "short.xlsx"
    write_questionnaire(path, small, Asked("A-1", "account", DAY, groups=("first-meeting",)))
    ids = [c.value for c in openpyxl.load_workbook(path)["Questions"]["A"] if c.value]
    assert ids == ["id", "catalogue", "change-record"]
    assert read(path, small).groups == ["first-meeting"]
    with pytest.raises(BadQuestion, match="has no group 'first'"):
        write_questionnaire(path, small, Asked("A-1", "account", DAY, groups=("first",)))


def test_the_structure_is_locked_and_the_answers_are_not(sheet: Path) -> None:
    book = openpyxl.load_workbook(sheet)
    questions = book["Questions"]
    column = {c.value: c.column for c in questions[1]}
    assert questions.protection.sheet
    assert book["Lists"].sheet_state == "hidden"
    rows = [r for r in range(2, questions.max_row + 1) if questions.cell(r, column["id"]).value]
    for row in rows:
        assert not questions.cell(row, column["Answer"]).protection.locked
        assert questions.cell(row, column["id"]).protection.locked
        assert questions.cell(row, column["Point"]).protection.locked
    lists = {
        str(v.formula1): v for v in questions.data_validations.dataValidation if "Lists" in str(v.formula1)
    }
    (formula,) = lists
    options = [c.value for (c,) in book["Lists"][formula.split("!")[1].replace("$", "")]]
    assert options == [
        "0 – nothing",
        "1 – begun",
        "2 – lived",
        "3 – improved",
        "don't know",
        "does not apply",
    ]


def test_criteria_evidence_and_owners_are_there_to_read(sheet: Path) -> None:
    questions = openpyxl.load_workbook(sheet)["Questions"]
    text = "\n".join(str(c.value) for row in questions.iter_rows() for c in row if c.value)
    for told in (
        "Services are in a catalogue",
        "Users order from it",
        "Is there a catalogue?",
        "Whom: Operations",
    ):
        assert told in text


def test_pre_filled_answers_are_marked_until_they_are_confirmed_or_changed(
    tmp_path: Path, small: Blueprint
) -> None:
    path = tmp_path / "prefilled.xlsx"
    came = {"level": 1, "confidence": "low", "prefilled": "samm of 2008-11-01"}
    known = one({"catalogue": came, "agreements": came, "change-record": came})
    write_questionnaire(path, small, ASKED, known=known)
    fill(
        path, {("agreements", "Answer"): 2, ("change-record", "Taken over from (clear when confirmed)"): None}
    )
    found = read(path, small).answers
    assert found["catalogue"] == Answer.model_validate(came)
    assert found["agreements"] == Answer(level=2, confidence="low")
    assert found["change-record"] == Answer(level=1, confidence="low")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {("catalogue", "Answer"): "maybe"},
            "'maybe' is no answer to point 'catalogue'; expected 0 (nothing), 1 (begun)",
        ),
        ({("catalogue", "Answer"): 4}, "'4' is no answer to point 'catalogue'"),
        ({("catalogue", "Answer"): "1.5"}, "'1.5' is no answer"),
        ({("catalogue", "Answer"): "n/a"}, "point 'catalogue' is said not to apply; write why"),
        ({("catalogue", "How sure"): "very"}, "'very' is not low, medium or high"),
        ({("catalogue", "id"): "catalog"}, "'small' has no point 'catalog' (did you mean 'catalogue'?)"),
        (
            {("agreements", "id"): "catalogue"},
            "point 'catalogue' stands in sheet 'Questions', cell A3 already",
        ),
        ({("agreements", "id"): None, ("agreements", "Answer"): 1}, "an answer in a row without a point"),
    ],
)
def test_what_is_wrong_is_told_by_sheet_and_cell(
    sheet: Path, small: Blueprint, cells: dict[tuple[str, str], Any], said: str
) -> None:
    fill(sheet, cells)
    message = refused(sheet, small)
    assert said in message
    assert "questions.xlsx, sheet 'Questions', cell " in message


def test_all_problems_are_told_at_once(sheet: Path, small: Blueprint) -> None:
    fill(sheet, {("catalogue", "Answer"): "perhaps", ("agreements", "Answer"): "sometimes"})
    message = refused(sheet, small)
    assert "perhaps" in message
    assert "sometimes" in message


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (dt.date(2009, 3, 1), None),
        ("2009-03-01", None),
        (39873, None),
        ("1st of March", "'1st of March' is no date; write it as 2009-02-28"),
        (None, "the date is missing"),
    ],
)
def test_the_date_of_the_cover(sheet: Path, small: Blueprint, value: Any, said: str | None) -> None:
    book = openpyxl.load_workbook(sheet)
    book["Assessment"]["B8"].value = value
    book["Assessment"]["B8"].number_format = "yyyy-mm-dd" if isinstance(value, dt.date) else "General"
    book.save(sheet)
    if said is None:
        assert read(sheet, small).date == dt.date(2009, 3, 1)
    else:
        assert f"sheet 'Assessment', cell B8: {said}" in refused(sheet, small)


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("B6", 2, "cell B6: the version is '2', but the blueprint at hand is version 1"),
        ("B4", "customer", "cell B4: the kind is 'customer', expected account, partner or release"),
        ("B3", None, "cell B3: the subject is missing"),
        (
            "B7",
            "first-meting",
            "cell B7: 'small' has no group 'first-meting' (did you mean 'first-meeting'?)",
        ),
    ],
)
def test_a_head_that_was_changed_is_told(
    sheet: Path, small: Blueprint, cell: str, value: Any, said: str
) -> None:
    book = openpyxl.load_workbook(sheet)
    book["Assessment"][cell].value = value
    book.save(sheet)
    assert said in refused(sheet, small)


def test_rows_may_be_sorted_or_gone(sheet: Path, small: Blueprint) -> None:
    fill(sheet, {("catalogue", "Answer"): 1, ("change-board", "Answer"): 2})
    book = openpyxl.load_workbook(sheet)
    book["Questions"].delete_rows(2, 2)
    book.save(sheet)
    assert {k: a.level for k, a in read(sheet, small).answers.items()} == {"change-board": 2}


def test_other_files_are_refused(tmp_path: Path, small: Blueprint) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    assert "is not a questionnaire" in refused(path, small)
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 nothing")
    assert "this workbook cannot be opened" in refused(tmp_path / "broken.xlsx", small)


@pytest.mark.parametrize(
    ("name", "question", "bold", "below"),
    [
        ("1.2: Are disks …", "Are disks spread?", "1.2", "Are disks spread?"),
        ("Are disks …", "Are disks spread?", None, "Are disks spread?"),
        ("Disks", "Are they spread?", "Disks", "Are they spread?"),
        ("Disks", None, "Disks", None),
    ],
)
def test_a_name_that_begins_the_question_is_not_said_twice(
    name: str, question: str | None, bold: str | None, below: str | None
) -> None:
    assert _asked(SimpleNamespace(name=name, question=question, about=None)) == (bold, below)


def test_what_else_is_known_of_a_question_stands_in_its_note(tmp_path: Path) -> None:
    text = SMALL.replace(
        "        question: Is there a catalogue?\n",
        "        question: Is there a catalogue?\n        about: For IT\n",
    ).replace("        question: Is a level agreed?\n", "        about: Whether a level is agreed\n")
    path = tmp_path / "q.xlsx"
    write_questionnaire(path, blueprint(tmp_path, text), ASKED)
    questions = openpyxl.load_workbook(path)["Questions"]
    notes = {row[0].value: row[1].comment for row in questions.iter_rows(min_row=2)}
    assert notes["catalogue"].text == "For IT"
    assert notes["agreements"] is None  # it is the question itself
    last = questions.max_column
    assert questions.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(last)}{questions.max_row}"
