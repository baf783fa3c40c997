"""The rules that the shipped blueprints obey beyond those of any blueprint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Blueprint, Placed
from beachhead.practice.fingerprints import fingerprint, recorded
from beachhead.practice.library import blueprints, load_blueprint
from beachhead.tables.departments import departments

FOLDER = folder("blueprints")
SHIPPED = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}
# Words that a criterion cannot be looked at by: a reader would have to judge.
VAGUE = re.compile(
    r"\b(adequate|appropriate|sufficient|suitable|proper|properly|good|effective|mature|best)\b", re.I
)


def shipped(name: str) -> Blueprint:
    if name not in SHIPPED:
        pytest.fail(f"knowledge/blueprints/{name}.yaml does not ship")
    return load_blueprint(SHIPPED[name])


def every_point() -> list[tuple[str, Placed]]:
    return [(name, placed) for name in SHIPPED for placed in shipped(name).placed]


def breaches(check: object) -> list[str]:
    """``blueprint/point`` of every shipped point for which ``check`` fails."""
    assert callable(check)
    return [f"{name}/{placed.point.id}" for name, placed in every_point() if not check(placed.point)]


def test_operations_has_exactly_sixty_points_in_five_domains_of_twelve() -> None:
    operations = shipped("operations")
    assert [d.id for d in operations.domains] == ["service", "operation", "change", "integration", "people"]
    assert [sum(p.domain is d for p in operations.placed) for d in operations.domains] == [12] * 5


def test_fifteen_points_make_a_first_meeting_and_every_domain_is_asked() -> None:
    first = shipped("operations").in_group(["first-meeting"])
    assert len(first) == 15
    assert len({p.domain.id for p in first}) == 5


@pytest.mark.parametrize(("name", "points"), [("partner-practice", 24), ("whole-product", 20)])
def test_the_others_have_enough_points(name: str, points: int) -> None:
    assert len(shipped(name).placed) >= points


@pytest.mark.parametrize("name", ["operations", "partner-practice", "whole-product"])
def test_the_file_is_named_after_its_id_and_tells_what_it_is(name: str) -> None:
    one = shipped(name)
    assert one.id == name
    assert one.licence == "Apache-2.0"
    assert one.about
    assert [level.level for level in one.levels] == [0, 1, 2, 3]
    first_line = SHIPPED[name].read_text(encoding="utf-8").splitlines()[0]
    assert first_line == "# yaml-language-server: $schema=../../../../docs/schemas/blueprint.json"


def test_every_point_says_all_that_a_workshop_asks_for() -> None:
    needed = ("question", "without", "pragmatist", "evidence", "owners", "from_stage")
    assert {field: breaches(lambda p, f=field: bool(getattr(p, f))) for field in needed} == {
        field: [] for field in needed
    }


def test_every_question_is_a_question() -> None:
    assert breaches(lambda p: p.question.endswith("?")) == []


def test_every_level_is_observable_and_distinct() -> None:
    assert breaches(lambda p: sorted(p.levels) == [1, 2, 3]) == []
    assert breaches(lambda p: len({text.casefold() for text in p.levels.values()}) == 3) == []
    assert breaches(lambda p: all(20 <= len(text) <= 400 for text in p.levels.values())) == []
    assert breaches(lambda p: not any(VAGUE.search(text) for text in p.levels.values())) == []


def test_no_two_points_ask_the_same() -> None:
    for name in SHIPPED:
        questions = [p.point.question for p in shipped(name).placed]
        assert len(set(questions)) == len(questions)


def test_value_and_effort_are_on_the_agreed_scales() -> None:
    assert breaches(lambda p: 1 <= p.value <= 3) == []
    assert breaches(lambda p: p.effort.days and p.effort.knowledge <= 3 and p.effort.money <= 3) == []


def test_values_and_efforts_tell_points_apart() -> None:
    for name in SHIPPED:
        points = [p.point for p in shipped(name).placed]
        assert len({p.value for p in points}) > 1
        assert len({p.effort.days for p in points}) > 2


def test_every_department_is_known_and_none_is_added() -> None:
    for name in SHIPPED:
        assert not shipped(name).departments
    assert breaches(lambda p: set(p.owners) | set(p.hands_over_to) <= set(departments())) == []
    assert breaches(lambda p: not set(p.owners) & set(p.hands_over_to)) == []


def test_prerequisites_are_those_of_an_earlier_or_equal_stage() -> None:
    order = ["innovators", "early_adopters", "early_majority", "late_majority", "laggards"]
    for name in SHIPPED:
        one = shipped(name)
        stage = {p.point.id: order.index(str(p.point.from_stage)) for p in one.placed}
        late = [
            f"{p.point.id} needs {need}, which matters only later"
            for p in one.placed
            for need in p.point.needs
            if stage[need] > stage[p.point.id]
        ]
        assert late == []


def test_operations_shows_hand_overs_between_departments() -> None:
    pairs = {
        (owner, to)
        for p in shipped("operations").placed
        for owner in p.point.owners
        for to in p.point.hands_over_to
    }
    assert len(pairs) >= 15


def test_shipped_blueprints_are_the_recorded_ones() -> None:
    lock = recorded(FOLDER)
    for name in SHIPPED:
        one = shipped(name)
        assert lock[name][str(one.version)]["sha256"] == fingerprint(one), (
            f"{name} changed: raise its version"
        )


def test_a_changed_copy_of_a_shipped_blueprint_needs_a_higher_version(tmp_path: Path) -> None:
    for name, original in SHIPPED.items():
        copy = tmp_path / "blueprints" / f"{name}.yaml"
        copy.parent.mkdir(exist_ok=True)
        text = original.read_text(encoding="utf-8")
        copy.write_text(text, encoding="utf-8")
        assert blueprints(tmp_path)[name] == copy
        assert load_blueprint(copy) == shipped(name)
        copy.write_text(text.replace("\nauthor: ", "\nauthor: Somebody and ", 1), encoding="utf-8")
        with pytest.raises(
            BadKnowledge, match=r"that was shipped, .*set 'version: 3' \(or give it an id of its own\)"
        ):
            load_blueprint(copy)
