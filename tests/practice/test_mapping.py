from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from beachhead.errors import BadKnowledge, BadQuestion
from beachhead.practice.answer_files import to_yaml
from beachhead.practice.assessment import Assessment, answer_tables
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.mapping import Mapping, find_mapping, load_mapping, mapping_files, prefill
from beachhead.practice.scoring import point_levels, scores
from tests.practice.models import SMALL, STAGED, blueprint, write
from tests.practice.test_scoring import SMALL_MODEL, one

MAPPING = """\
id: staged-to-small
version: 1
name: From staged to small
language: en
author: Tests
licence: CC0-1.0
source: judgement
from_blueprint: staged
to_blueprint: small
pairs:
  - {from: s-a-1, to: catalogue, relation: equal}
  - {from: s-b-1, to: agreements, relation: subset, why: only the written part}
  - {from: p-a-1, to: change-record, relation: superset}
  - {from: p-a-2, to: change-record, relation: superset}
  - {from: s-a-2, to: change-board, relation: intersects}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    write(tmp_path, SMALL, "blueprints/small.yaml")
    write(tmp_path, STAGED, "blueprints/staged.yaml")
    write(tmp_path, MAPPING, "mappings/staged-small.yaml")
    return tmp_path


def filled(workspace: Path, answers: dict[str, object]) -> Assessment:
    staged = blueprint(workspace / "elsewhere", STAGED)
    mapping = find_mapping("staged", "small", workspace)
    given = answer_tables([one(answers, blueprint="staged", date="2008-11-01")])
    return prefill(given, staged, SMALL_MODEL, mapping, date=dt.date(2009, 2, 12), respondent="consultant")


def test_levels_are_carried_over_and_marked(workspace: Path) -> None:
    found = filled(workspace, {"s-a-1": 0.5, "s-b-1": 1, "p-a-1": 1, "p-a-2": 0.5, "s-a-2": 0.25})
    assert {p: a.level for p, a in found.answers.items()} == {
        "catalogue": 1,  # half of three, rounded down
        "agreements": 2,  # a part never carries the highest level
        "change-record": 1,  # the lower of two
        "change-board": 0,
    }
    assert found.answers["catalogue"].prefilled == "staged of 2008-11-01, point s-a-1 (equal): level 0.5"
    assert {p: a.confidence for p, a in found.answers.items()} == {
        "catalogue": "medium",
        "agreements": "low",
        "change-record": "medium",
        "change-board": "low",
    }
    told = scores(point_levels(answer_tables([found]), SMALL_MODEL), SMALL_MODEL).filter(part="all")
    assert told["prefilled"].item() == 4
    assert "prefilled: " in to_yaml(found)


def test_what_says_nothing_fills_nothing(workspace: Path) -> None:
    assert filled(workspace, {"s-a-1": "dont_know", "s-a-2": 0}).answers == {}


def test_what_does_not_apply_is_carried_with_its_reason(workspace: Path) -> None:
    found = filled(workspace, {"s-a-1": {"level": "not_applicable", "reason": "no such thing"}})
    answer = found.answers["catalogue"]
    assert answer.state == "not_applicable"
    assert answer.reason == "did not apply in staged of 2008-11-01, point s-a-1 (equal)"


def test_it_works_in_the_other_direction(workspace: Path) -> None:
    turned = find_mapping("small", "staged", workspace)
    assert [(p.source, p.to, p.relation) for p in turned.pairs][1:3] == [
        ("agreements", "s-b-1", "superset"),
        ("change-record", "p-a-1", "subset"),
    ]


def test_no_mapping_is_a_sentence(workspace: Path) -> None:
    with pytest.raises(
        BadQuestion, match=r"no mapping from blueprint 'small' to 'other'; there are .*staged to small"
    ):
        find_mapping("small", "other", workspace)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("from: s-a-1", "from: s-a-9", "line 11: 'staged' has no point 's-a-9' (did you mean"),
        (
            "to: catalogue",
            "to: catalog",
            "line 11: 'small' has no point 'catalog' (did you mean 'catalogue'?)",
        ),
        (
            "from_blueprint: staged",
            "from_blueprint: stage",
            "there is no blueprint 'stage' (did you mean 'staged'?)",
        ),
        ("relation: equal", "relation: same", "should be 'equal', 'subset', 'superset' or 'intersects'"),
        ("pairs:", "pears:", "there is no field 'pears' (did you mean 'pairs'?)"),
    ],
)
def test_what_is_refused_says_where_and_what(workspace: Path, was: str, becomes: str, said: str) -> None:
    path = write(workspace, MAPPING.replace(was, becomes, 1), "mappings/staged-small.yaml")
    with pytest.raises(BadKnowledge) as refused:
        load_mapping(path, workspace)
    assert said in str(refused.value)


def test_shipped_mappings_are_sound() -> None:
    for path in mapping_files():
        assert isinstance(load_mapping(path), Mapping)


def test_models_are_those_of_the_files(workspace: Path) -> None:
    assert isinstance(blueprint(workspace / "x", SMALL), Blueprint)
