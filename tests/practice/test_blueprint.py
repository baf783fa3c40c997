from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from beachhead.errors import BadKnowledge, BadQuestion
from beachhead.practice.assessment import on_scale
from beachhead.practice.blueprint import Blueprint, sections, shown
from beachhead.practice.library import load_blueprint, to_yaml
from tests.practice.models import SMALL, STAGED, blueprint, write


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(BadKnowledge) as refused:
        blueprint(folder, text)
    return str(refused.value)


def test_it_works(tmp_path: Path) -> None:
    small = blueprint(tmp_path)
    assert [p.point.id for p in small.placed] == ["catalogue", "agreements", "change-record", "change-board"]
    record = small.place("change-record")
    assert (record.domain.id, record.section.id, record.weight) == ("change", "records", 6.0)
    assert record.point.levels == {1: "Some have", 2: "Most have", 3: "All have"}
    assert [s.id for s, _ in sections(small)] == ["service", "change", "records", "board"]
    assert [p.point.id for p in small.in_group(["first-meeting"])] == ["catalogue", "change-record"]
    assert blueprint(tmp_path, STAGED).stages == 3


def test_a_blueprint_is_written_and_read_back_without_loss(tmp_path: Path) -> None:
    for text in (SMALL, STAGED):
        one = blueprint(tmp_path, text)
        again = load_blueprint(write(tmp_path / "again", to_yaml(one, ["A comment", "and another"])))
        assert again == one


def test_levels_are_written_as_people_write_them() -> None:
    assert [shown(x) for x in (2.0, 0.25, 37.5, 100)] == ["2", "0.25", "37.5", "100"]


def test_a_scale_of_its_own_and_levels_between(tmp_path: Path) -> None:
    text = SMALL.replace("{level: 3, name: improved}", "{level: 100, name: improved}").replace(
        "levels: {1: On demand, 2: Each week, 3: With numbers}",
        "scale: yes-no",
    )
    text = (
        text.replace("3: ", "100: ") + "scales: {yes-no: [{level: 0, name: 'no'}, {level: 1, name: 'yes'}]}\n"
    )
    one = blueprint(tmp_path, text)
    assert [step.level for step in one.scale(one.place("change-board").point)] == [0, 1]
    assert "37 is not on its scale" in refusal(
        tmp_path, text.replace("2: It is measured", "37: It is measured")
    )
    blueprint(tmp_path, text.replace("2: It is measured", "37: It is measured") + "between: true\n")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("levels:\n  -", "levles:\n  -", "line 8: there is no field 'levles' (did you mean 'levels'?)"),
        ("version: 1", "version: one", "line 2: 'version' should be a valid integer"),
        ("version: 1", "version: true", "line 2: 'version' should be a valid integer"),
        ("version: 1\n", "", "line 1: 'version' is missing"),
        ("licence: Apache-2.0\n", "", "'licence' is missing"),
        (
            "id: agreements",
            "id: Agreements",
            "line 29: id: should be lower case letters, digits and single dashes, found 'Agreements'",
        ),
        (
            "name: Services are in a catalogue",
            "nam: x",
            "line 20: there is no field 'nam' of 'catalogue' (did you mean",
        ),
        (
            "owners: [management]",
            "owners: [managment]",
            "line 33: owners of point 'agreements': there is no department",
        ),
        ("owners: [management]", "owners: [managment]", "(did you mean 'management'?)"),
        (
            "needs: [catalogue]",
            "needs: [catalog]",
            "line 37: needs of point 'agreements': there is no point 'catalog' (did",
        ),
        ("needs: [catalogue]", "needs: [agreements]", "line 37: point 'agreements' needs itself"),
        ("groups: [first-meeting]", "groups: [first-meting]", "(did you mean 'first-meeting'?)"),
        (
            "{level: 3, name: improved}",
            "{level: 2, name: improved}",
            "line 8: the scale must rise from level to level",
        ),
        ("  - {level: 0, name: nothing}", "  - {level: -1, name: nothing}", "the scale begins at -1"),
        (
            "3: Penalties follow",
            "4: Penalties follow",
            "line 32: levels of point 'agreements': 4 is not on its scale (0, 1,",
        ),
        (
            "2: It is measured",
            "2: One is  WRITTEN",
            "levels 1 and 2 of point 'agreements' have the same criterion",
        ),
        ("id: agreements", "id: catalogue", "line 29: the point id 'catalogue' stands twice"),
        ("id: board\n", "id: records\n", "the section id 'records' stands twice"),
        ("weight: 2", "weight: 0", "line 40: weight: should be above zero"),
        ("weight: 2", "weight: heavy", "line 40: weight: should be a number"),
        (
            "value: 2",
            "value: 9",
            "line 35: 'value' of 'agreements' should be less than or equal to 5, found 9",
        ),
        ("from_stage: late_majority", "from_stage: majority", "should be 'innovators', 'early_adopters'"),
        ("domains:", "retired: [catalogue]\ndomains:", "the point id 'catalogue' is retired"),
        (
            "        weight: 3",
            "        scale: percent",
            "scale of point 'change-record': there is no scale 'percent'",
        ),
    ],
)
def test_what_is_refused_says_where_and_what(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    assert was in SMALL
    message = refusal(tmp_path, SMALL.replace(was, becomes, 1))
    assert said in message
    assert "blueprint.yaml line " in message


def test_a_circle_of_prerequisites_is_told_once(tmp_path: Path) -> None:
    text = SMALL.replace(
        "value: 3\n        effort: {days: 10",
        "needs: [change-board]\n        value: 3\n        effort: {days: 10",
    )
    message = refusal(tmp_path, text)
    assert "points need each other in a circle: catalogue → change-board → agreements → catalogue" in message
    assert len(message.splitlines()) == 1


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = SMALL.replace("owners: [server]", "owners: [servers]").replace(
        "[change-record, agreements]", "[nothing]"
    )
    message = refusal(tmp_path, text)
    assert "'servers'" in message
    assert "'nothing'" in message
    assert len(message.splitlines()) == 2


def test_a_department_of_its_own_may_be_declared(tmp_path: Path) -> None:
    text = SMALL.replace("owners: [server]", "owners: [laboratory]")
    assert "laboratory" in refusal(tmp_path, text)
    blueprint(tmp_path, text + "departments: {laboratory: Laboratory}\n")


def test_stages_need_a_stage(tmp_path: Path) -> None:
    message = refusal(tmp_path, STAGED.replace("name: Policy A 2, stage: 2", "name: Policy A 2"))
    assert "point 'p-a-2' needs a 'stage'" in message


def test_an_empty_section_is_refused(tmp_path: Path) -> None:
    assert "neither points nor sections" in refusal(tmp_path, SMALL + "  - {id: people, name: People}\n")


def test_an_unknown_point_or_group_is_a_sentence(tmp_path: Path) -> None:
    small: Blueprint = blueprint(tmp_path)
    with pytest.raises(BadQuestion, match=r"has no point 'catalog' \(did you mean 'catalogue'\?\)"):
        small.place("catalog")
    with pytest.raises(BadQuestion, match=r"has no group 'first'; it has first-meeting"):
        small.in_group(["first"])


def test_texts_lose_what_stands_around_them_and_are_not_empty(tmp_path: Path) -> None:
    named = SMALL.replace("name: Small blueprint", "name: '  Small one '")
    assert blueprint(tmp_path, named).name == "Small one"
    for nothing in ("''", "'  '"):
        assert "'name'" in refusal(tmp_path, SMALL.replace("name: Small blueprint", f"name: {nothing}"))


def test_levels_between_may_be_answered_up_to_both_ends() -> None:
    step = SimpleNamespace
    point = step(scale=None)
    one = step(between=True, scale=lambda _: [step(level=0), step(level=50), step(level=100)])
    assert [on_scale(one, point, level) for level in (-0.5, 0, 37.5, 99.5, 100, 100.5)] == [
        False, True, True, True, True, False,
    ]  # fmt: skip
    one.between = False
    assert [on_scale(one, point, level) for level in (0, 37.5, 50)] == [True, False, True]
