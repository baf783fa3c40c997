from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from beachhead.errors import BadInput, BadKnowledge, BadQuestion
from beachhead.practice.answer_files import (
    check_answers,
    file_name,
    freeze,
    load_answers,
    name_milestone,
    places,
    read_answers,
    subjects,
    to_yaml,
    write_answers,
)
from beachhead.practice.assessment import Assessment
from beachhead.practice.blueprint import Blueprint
from tests.practice.models import SMALL, blueprint, write

ANSWERS = """\
subject: A-0001
kind: account
blueprint: small
blueprint_version: 1
date: 2009-02-12
respondent: head of operations
status: actual
# what was heard
answers:
  catalogue: {level: 2, evidence: catalogue of January, confidence: high}
  agreements: dont_know
  change-record: 1
  change-board: {level: not_applicable, reason: no board by law}
"""
PLACE = "answers/A-0001/small-2009-02-12-head-of-operations.yaml"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    write(tmp_path, SMALL, "blueprints/small.yaml")
    write(tmp_path, ANSWERS, PLACE)
    return tmp_path


@pytest.fixture
def small(tmp_path: Path) -> Blueprint:
    return blueprint(tmp_path / "elsewhere", SMALL)


def test_it_works(workspace: Path, small: Blueprint) -> None:
    tables, files = read_answers(workspace, small, "A-0001")
    assert tables.assessments.row(0, named=True) == {
        "assessment": 0,
        "subject": "A-0001",
        "kind": "account",
        "blueprint": "small",
        "blueprint_version": 1,
        "date": dt.date(2009, 2, 12),
        "status": "actual",
        "milestone": None,
        "groups": [],
        "respondents": ["head of operations"],
    }
    assert tables.answers.select("point", "state", "level").rows() == [
        ("catalogue", "answered", 2.0),
        ("agreements", "dont_know", None),
        ("change-record", "answered", 1.0),
        ("change-board", "not_applicable", None),
    ]
    assert [f.path.name for f in files] == [Path(PLACE).name]
    assert check_answers(workspace) == []
    assert subjects(workspace) == {"A-0001": {"small"}}


def test_answers_are_written_and_read_back(workspace: Path, small: Blueprint) -> None:
    one = load_answers(workspace / PLACE).assessment
    later = one.model_copy(update={"date": dt.date(2009, 5, 1), "respondent": "Head of Service, Zürich"})
    path = write_answers(workspace, later)
    assert path.name == "small-2009-05-01-head-of-service-zürich.yaml"
    assert load_answers(path).assessment == later
    with pytest.raises(BadInput, match="there are answers already"):
        write_answers(workspace, later)
    assert write_answers(workspace, later, replace=True) == path


@pytest.mark.parametrize(
    ("spoken", "state"),
    [
        ("dont_know", "dont_know"),
        ('"don\'t know"', "dont_know"),
        ('"?"', "dont_know"),
        ("null", "unanswered"),
    ],
)
def test_what_people_write_is_understood(workspace: Path, small: Blueprint, spoken: str, state: str) -> None:
    write(workspace, ANSWERS.replace("agreements: dont_know", f"agreements: {spoken}"), PLACE)
    tables, _ = read_answers(workspace, small)
    assert tables.answers.filter(point="agreements")["state"].to_list() == [state]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (
            "level: 2,",
            "level: 5,",
            "line 10: the answer to point 'catalogue' is 5, its levels are 0, 1, 2, 3",
        ),
        (
            "level: 2,",
            "level: two,",
            "should be the number of a level, dont_know or not_applicable, found 'two'",
        ),
        ("catalogue:", "catalog:", "line 10: 'small' has no point 'catalog' (did you mean 'catalogue'?)"),
        (
            ", reason: no board by law",
            "",
            "point 'change-board' is said not to apply, which needs a 'reason'",
        ),
        ("evidence:", "evidance:", "there is no field 'evidance' (did you mean 'evidence'?)"),
        ("date: 2009-02-12", "date: 12.02.2009", "line 5: date: should be a date such as 2009-02-28"),
        (
            "date: 2009-02-12",
            "date: 2009-02-13",
            "should be called 'small-2009-02-13-head-of-operations.yaml'",
        ),
        ("subject: A-0001", "subject: A-0002", "the subject is 'A-0002', but the folder is 'A-0001'"),
        (
            "blueprint_version: 1",
            "blueprint_version: 2",
            "to version 2 of 'small', but the blueprint at hand is",
        ),
        ("kind: account", "kind: customer", "line 2: 'kind' should be 'account', 'partner' or 'release'"),
        ("confidence: high", "confidence: sure", "should be 'low', 'medium' or 'high'"),
        ("status: actual", "groups: [first]", "'small' has no group 'first'"),
        ("blueprint: small", "blueprint: smal", "there is no blueprint 'smal' (did you mean 'small'?)"),
        ("  catalogue:", "  catalogue: 1\n  catalogue:", "the key 'catalogue' stands twice"),
    ],
)
def test_what_is_refused_says_where_and_what(workspace: Path, was: str, becomes: str, said: str) -> None:
    assert was in ANSWERS
    write(workspace, ANSWERS.replace(was, becomes, 1), PLACE)
    found = "\n".join(check_answers(workspace))
    assert said in found
    assert PLACE in found


def test_all_problems_of_all_files_are_told_at_once(workspace: Path, small: Blueprint) -> None:
    write(workspace, ANSWERS.replace("level: 2", "level: 7"), PLACE)
    write(workspace, "subject: A-0002\n", "answers/A-0002/small-2009-01-01.yaml")
    with pytest.raises(BadKnowledge) as refused:
        read_answers(workspace, small)
    assert any("is 7" in problem for problem in refused.value.problems)
    assert any("'kind' is missing" in problem for problem in refused.value.problems)


def test_a_retired_point_in_older_answers_is_passed_over(workspace: Path) -> None:
    newer = SMALL.replace("version: 1", "version: 2").replace("id: change-board", "id: change-meeting")
    model = blueprint(workspace / "newer", newer + "retired: [change-board]\n")
    tables, _ = read_answers(workspace, model)
    assert tables.answers.height == 4


def test_a_milestone_is_frozen(workspace: Path, small: Blueprint) -> None:
    _, files = read_answers(workspace, small)
    name_milestone(files, "first workshop")
    text = (workspace / PLACE).read_text()
    assert "# what was heard\nmilestone: first workshop\nanswers:" in text
    tables, files = read_answers(workspace, small)
    assert tables.assessments["milestone"].to_list() == ["first workshop"]
    assert freeze(files) == []

    write(workspace, text.replace("level: 2", "level: 3"), PLACE)
    with pytest.raises(
        BadKnowledge, match=r"milestone 'first workshop' .* were frozen and have changed since"
    ):
        read_answers(workspace, small)
    write(workspace, text, PLACE)

    late = load_answers(workspace / PLACE).assessment.model_copy(
        update={"respondent": "latecomer", "milestone": None}
    )
    with pytest.raises(BadInput, match="frozen as milestone 'first workshop'"):
        write_answers(workspace, late)
    write(workspace, to_yaml(late), "answers/A-0001/" + file_name(late))
    assert "were frozen" in "\n".join(check_answers(workspace))


def test_comments_and_evidence_of_layout_do_not_thaw_it(workspace: Path, small: Blueprint) -> None:
    _, files = read_answers(workspace, small)
    name_milestone(files, "first")
    text = (workspace / PLACE).read_text()
    write(workspace, text.replace("# what was heard", "# another remark"), PLACE)
    read_answers(workspace, small)


def test_a_milestone_written_by_hand_is_frozen_once_seen(workspace: Path, small: Blueprint) -> None:
    write(workspace, ANSWERS.replace("status: actual", "status: actual\nmilestone: by hand"), PLACE)
    _, files = read_answers(workspace, small)
    assert [p.name for p in freeze(files)] == ["milestones.json"]
    write(workspace, ANSWERS, PLACE)
    with pytest.raises(BadKnowledge, match="'by hand'"):
        read_answers(workspace, small)


def test_a_name_is_given_once(workspace: Path, small: Blueprint) -> None:
    _, files = read_answers(workspace, small)
    name_milestone(files, "first")
    later = files[0].assessment.model_copy(update={"date": dt.date(2009, 5, 1)})
    write_answers(workspace, later)
    _, files = read_answers(workspace, small)
    with pytest.raises(BadQuestion, match="Milestone 'first' of 'A-0001' is that of 2009-02-12"):
        name_milestone([f for f in files if f.assessment.date.month == 5], "first")
    with pytest.raises(BadQuestion, match="already the milestone 'first'"):
        name_milestone([f for f in files if f.assessment.date.month == 2], "second")


@pytest.mark.parametrize(
    ("subject", "folder"),
    [
        ("001A0000004xQ2", "001A0000004xQ2"),
        ("Müller & Söhne", "Müller %26 Söhne"),
        ("a/b\\c:d", "a%2Fb%5Cc%3Ad"),
        ("..", "%2E%2E"),
    ],
)
def test_folders_of_subjects(subject: str, folder: str, tmp_path: Path) -> None:
    assert places(tmp_path, "answers", subject) == [tmp_path / "answers" / folder]


def test_planned_answers_have_a_file_of_their_own() -> None:
    one = Assessment.model_validate(
        {
            "subject": "A-1",
            "kind": "account",
            "blueprint": "small",
            "blueprint_version": 1,
            "date": "2009-06-30",
            "status": "planned",
            "answers": {},
        }
    )
    assert file_name(one) == "small-2009-06-30-planned.yaml"
