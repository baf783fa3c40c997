from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from beachhead.practice.assessment import answer_tables
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.gaps import gaps, hand_overs, open_points, usual_days
from beachhead.practice.scoring import point_levels, scores, shares
from tests.practice.models import SMALL, STAGED, blueprint
from tests.practice.test_scoring import one


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("small"), SMALL)


def levels(model: Blueprint, answers: dict[str, object]) -> pl.DataFrame:
    return point_levels(answer_tables([one(answers)]), model)


ALL = {"catalogue": 1, "agreements": 1, "change-record": 1, "change-board": 1}


def test_gaps_are_ranked_by_value_over_effort(small: Blueprint) -> None:
    found = gaps(levels(small, ALL), small)
    # value × share × 1/3 over days × (1 + 0.25 (knowledge − 1) + 0.25 (money − 1)), shares 1, 1, 6, 2 of 10
    by_hand = {
        "catalogue": 3 * 0.1 / 3 / 10 * 4,
        "agreements": 2 * 0.1 / 3 / (4 * 1.25) * 4,
        "change-record": 3 * 0.6 / 3 / (6 * 1.25) * 4,
        "change-board": 1 * 0.2 / 3 / 2 * 4,
    }
    assert found["point"].to_list() == sorted(by_hand, key=lambda p: -by_hand[p])
    assert dict(found.select("point", "ratio").iter_rows()) == pytest.approx(by_hand)
    assert found["rank"].to_list() == [1, 2, 3, 4]
    first = found.row(0, named=True)
    assert (first["point"], first["level"], first["next_level"]) == ("change-record", 1.0, 2.0)
    assert first["criterion"] == "Most have"
    assert first["gain"] == pytest.approx(0.2)


def test_nothing_stands_before_what_it_needs(small: Blueprint) -> None:
    found = gaps(levels(small, dict.fromkeys(ALL, 0)), small)
    order = found["point"].to_list()
    for point, waits in found.select("point", "waits_for").iter_rows():
        assert all(order.index(need) < order.index(point) for need in waits)
    assert found.filter(point="change-board")["waits_for"].to_list() == [["change-record", "agreements"]]
    assert found.filter(point="catalogue")["unlocks"].to_list() == [["agreements"]]


def test_what_unlocks_much_is_raised_before_its_own_ratio_would_say(tmp_path: Path) -> None:
    # Alone, the catalogue (value 1, 10 days) is the worst; the agreements behind it (value 5, 1 day) lift it.
    text = (
        SMALL.replace("value: 3\n        effort: {days: 10", "value: 1\n        effort: {days: 10")
        .replace(
            "value: 2\n        effort: {days: 4, knowledge: 2",
            "value: 5\n        effort: {days: 1, knowledge: 1",
        )
        .replace("weight: 2", "weight: 0.01")
    )
    model = blueprint(tmp_path, text)
    found = gaps(levels(model, dict.fromkeys(ALL, 0)), model)
    assert found["point"].to_list()[:2] == ["catalogue", "agreements"]


def test_what_is_not_known_is_no_gap_but_to_be_found_out(small: Blueprint) -> None:
    known = levels(small, {"catalogue": 1, "agreements": "dont_know"})
    assert gaps(known, small)["point"].to_list() == ["catalogue"]
    found = open_points(known, small)
    assert found["point"].to_list() == ["change-record", "change-board", "agreements"]
    assert found["state"].to_list() == ["unanswered", "unanswered", "dont_know"]
    assert found["spread"].to_list() == pytest.approx([0.6, 0.2, 0.1])


def test_an_unknown_prerequisite_comes_along(small: Blueprint) -> None:
    found = gaps(levels(small, {"agreements": 1}), small)
    assert found["point"].to_list() == ["catalogue", "agreements"]
    assert found["level"].to_list() == [None, 1.0]


def test_what_does_not_apply_stands_in_nobodys_way(small: Blueprint) -> None:
    away = {"level": "not_applicable", "reason": "none"}
    found = gaps(levels(small, {"catalogue": away, "agreements": 0}), small)
    assert found["point"].to_list() == ["agreements"]
    assert found["waits_for"].to_list() == [[]]


def test_only_what_matters_up_to_a_stage(small: Blueprint) -> None:
    everything = gaps(levels(small, ALL), small)["point"].to_list()
    assert "change-board" in everything
    assert "change-board" not in gaps(levels(small, ALL), small, stage="early_majority")["point"].to_list()
    assert "change-board" in gaps(levels(small, ALL), small, stage="late_majority")["point"].to_list()


def test_nothing_is_left_at_the_top(small: Blueprint) -> None:
    assert gaps(levels(small, dict.fromkeys(ALL, 3)), small).height == 0


def test_days_that_are_not_stated_are_marked(tmp_path: Path) -> None:
    model = blueprint(tmp_path, SMALL.replace("effort: {days: 2}", "effort: {money: 1}"))
    assert usual_days(model) == 6
    row = gaps(levels(model, ALL), model).filter(point="change-board").row(0, named=True)
    assert (row["days"], row["assumed"]) == (6.0, True)


def test_hand_overs_weakest_first(small: Blueprint) -> None:
    found = hand_overs(levels(small, {"catalogue": 3, "agreements": 1, "change-record": "dont_know"}), small)
    assert found.select("from", "to", "score").rows() == [
        ("management", "business", pytest.approx(1 / 3)),
        ("operations", "service-desk", 1.0),
        ("server", "operations", None),
    ]
    assert found["weakest"].to_list() == ["agreements", "catalogue", "change-record"]
    assert found.select("lo", "hi").rows()[2] == (0.0, 1.0)


@pytest.mark.parametrize("text", [SMALL, STAGED])
def test_shares_are_what_a_point_adds_to_the_score(tmp_path: Path, text: str) -> None:
    model = blueprint(tmp_path, text)
    points = list(model.by_id)
    share = shares(model, points)
    assert sum(share.values()) == pytest.approx(1)
    for point in points:
        answers = {p: float(model.scale(model.by_id[p].point)[-1].level) for p in points} | {point: 0}
        score = scores(levels(model, dict(answers)), model).filter(part="all")["score"].item()
        assert 1 - score == pytest.approx(share[point])
