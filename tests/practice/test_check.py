from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.errors import BadInput
from beachhead.practice.check import CHECKS, check_workspace, record_seen
from tests.practice.models import SMALL, write
from tests.practice.test_assessment import ANSWERS, PLACE


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    write(tmp_path, SMALL, "blueprints/small.yaml")
    write(tmp_path, ANSWERS, PLACE)
    write(tmp_path, "account,name\nA-0001,First\n", "accounts.csv")
    write(tmp_path, 'us = "Harbour IT"\nas_of = 2009-02-28\n', "beachhead.toml")
    return tmp_path


def problems(workspace: Path) -> str:
    return "\n".join(check_workspace(workspace).problems)


def test_a_sound_workspace_has_no_problem(workspace: Path) -> None:
    checked = check_workspace(workspace)
    assert checked.problems == []
    assert checked.files == 4


def test_everything_is_told_at_once(workspace: Path) -> None:
    write(workspace, SMALL.replace("owners: [server]", "owners: [servers]"), "blueprints/small.yaml")
    write(workspace, "subject: A-0001\n", "answers/A-0001/small-2009-01-01.yaml")
    write(workspace, "name,size\nFirst,4\n", "accounts.csv")
    write(workspace, "as_of = nothing\n", "beachhead.toml")
    told = problems(workspace)
    assert "small.yaml line 48: owners of point 'change-record': there is no department 'servers'" in told
    assert "small-2009-01-01.yaml line 1: 'kind' is missing" in told
    assert "accounts.csv" in told
    assert "beachhead.toml: it is not valid TOML" in told


def test_answers_to_a_broken_blueprint_are_not_blamed(workspace: Path) -> None:
    write(workspace, SMALL.replace("version: 1", "version: x"), "blueprints/small.yaml")
    assert problems(workspace).count("\n") == 0
    assert "'version' should be a valid integer" in problems(workspace)


def test_a_plan_that_jumps_over_what_is_needed_is_told(workspace: Path) -> None:
    planned = ANSWERS.replace("status: actual", "status: planned").replace("2009-02-12", "2009-06-30")
    planned = planned.replace("respondent: head of operations\n", "")
    place = "answers/A-0001/small-2009-06-30-planned.yaml"
    write(workspace, planned, place)
    assert problems(workspace) == ""
    jumped = planned.replace("agreements: dont_know", "agreements: 1").replace("{level: 2,", "{level: 0,")
    write(workspace, jumped, place)
    told = problems(workspace)
    assert f"{place} line 10: point 'agreements' is planned to rise, but 'catalogue', which it needs" in told


def test_the_same_blueprint_twice_is_told(workspace: Path) -> None:
    write(workspace, SMALL, "blueprints/copy.yaml")
    assert "blueprint 'small' version 1 stands in" in problems(workspace)


def test_a_misspelt_folder_is_told(workspace: Path) -> None:
    write(workspace, ANSWERS, "answer/A-0001/x.yaml")
    write(workspace, "a: 1\n", "notes-of-mine/x.yaml")
    assert (
        problems(workspace) == f"{workspace / 'answer'}: nothing reads this folder (did you mean 'answers'?)."
    )


def test_what_was_seen_is_remembered(workspace: Path) -> None:
    write(workspace, ANSWERS.replace("status: actual", "milestone: first"), PLACE)
    assert sorted(p.name for p in record_seen(workspace)) == ["fingerprints.json", "milestones.json"]
    assert record_seen(workspace) == []
    write(workspace, SMALL.replace("A list exists", "A list is there"), "blueprints/small.yaml")
    assert "differs from the version 1 that was recorded" in problems(workspace)
    write(workspace, SMALL, "blueprints/small.yaml")
    write(
        workspace,
        ANSWERS.replace("status: actual", "milestone: first").replace("level: 2", "level: 3"),
        PLACE,
    )
    assert "were frozen and have changed since" in problems(workspace)


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        check_workspace(tmp_path / "gone")


def test_an_empty_workspace_is_sound(tmp_path: Path) -> None:
    assert check_workspace(tmp_path).problems == []


def test_every_check_can_be_called(workspace: Path) -> None:
    assert set(CHECKS) >= {"tables", "blueprints", "mappings", "answers"}
