from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.practice.assessment import Answers, Assessment, answer_tables
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.scoring import point_levels, scores
from tests.practice.models import SMALL, STAGED, blueprint

POINTS = ["catalogue", "agreements", "change-record", "change-board"]


def one(answers: dict[str, object], **fields: object) -> Assessment:
    given = {
        "subject": "A-1",
        "kind": "account",
        "blueprint": "small",
        "blueprint_version": 1,
        "date": "2009-02-12",
    }
    return Assessment.model_validate({**given, **fields, "answers": answers})


def score(model: Blueprint, *assessments: Assessment, part: str = "all") -> dict[str, object]:
    answers = answer_tables(assessments)
    return scores(point_levels(answers, model), model).filter(part=part).row(0, named=True)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    return blueprint(tmp_path_factory.mktemp("staged"), STAGED)


def test_a_weighted_mean_worked_by_hand(small: Blueprint) -> None:
    # weights: catalogue 1, agreements 1, change-record 3 × 2 = 6, change-board 1 × 2 = 2
    told = score(small, one({"catalogue": 3, "agreements": 1, "change-record": 2, "change-board": 0}))
    assert told["score"] == pytest.approx((1 * 3 + 1 * 1 + 6 * 2 + 2 * 0) / 3 / 10)
    assert told["lo"] == told["hi"] == told["score"]
    assert told["level"] == pytest.approx(1.6)
    assert told["out_of"] == 3
    assert (told["points"], told["answered"]) == (4, 4)
    change = score(small, one({"change-record": 2, "change-board": 0}), part="change")
    assert change["score"] == pytest.approx((3 * 2 + 1 * 0) / 3 / 4)
    assert score(small, one({"change-record": 2}), part="records")["score"] == pytest.approx(2 / 3)


def test_unanswered_and_dont_know_are_not_zero_but_leave_a_spread(small: Blueprint) -> None:
    told = score(small, one({"catalogue": 3, "agreements": "dont_know"}), part="service")
    assert told["score"] == 1.0
    assert (told["lo"], told["hi"]) == (0.5, 1.0)
    assert (told["answered"], told["dont_know"], told["unanswered"]) == (1, 1, 0)
    in_all = score(small, one({"catalogue": 3, "agreements": "dont_know"}))
    assert in_all["score"] == 1.0
    assert in_all["lo"] == pytest.approx(1 / 10)
    assert in_all["unanswered"] == 2


def test_nothing_answered_has_no_score(small: Blueprint) -> None:
    told = score(small, one({"catalogue": "dont_know"}))
    assert told["score"] is None
    assert (told["lo"], told["hi"]) == (0.0, 1.0)
    assert score(small, one({"catalogue": 1}), part="change")["score"] is None


def test_what_does_not_apply_counts_nowhere(small: Blueprint) -> None:
    away = {"level": "not_applicable", "reason": "no board by law"}
    told = score(small, one({"catalogue": 3, "agreements": 0, "change-record": 3, "change-board": away}))
    assert told["score"] == told["lo"] == told["hi"] == pytest.approx((3 + 0 + 6 * 3) / 3 / 8)
    assert (told["points"], told["not_applicable"]) == (3, 1)


def test_respondents_who_disagree_widen_the_bounds(small: Blueprint) -> None:
    told = score(
        small,
        one({"catalogue": 1, "agreements": 2}, respondent="head of operations"),
        one({"catalogue": 3, "agreements": "dont_know"}, respondent="service desk lead"),
        part="service",
    )
    assert told["score"] == pytest.approx((2 + 2) / 3 / 2)
    assert told["lo"] == pytest.approx((1 + 2) / 3 / 2)
    assert told["hi"] == pytest.approx((3 + 2) / 3 / 2)
    assert told["disagreeing"] == 1


def test_one_says_it_does_not_apply_another_gives_a_level(small: Blueprint) -> None:
    away = {"level": "not_applicable", "reason": "outsourced"}
    answers = answer_tables([one({"catalogue": 2}, respondent="a"), one({"catalogue": away}, respondent="b")])
    row = point_levels(answers, small).filter(point="catalogue").row(0, named=True)
    assert (row["state"], row["level"], row["disagree"]) == ("answered", 2.0, True)


def test_a_short_assessment_is_scored_on_what_was_asked(small: Blueprint) -> None:
    told = score(small, one({"catalogue": 3}, groups=["first-meeting"]))
    assert (told["points"], told["answered"], told["unanswered"]) == (2, 1, 1)
    assert told["lo"] == pytest.approx(1 / 7)
    more = score(small, one({"catalogue": 3, "change-board": 1}, groups=["first-meeting"]))
    assert (more["points"], more["score"]) == (2, told["score"])


def test_samm_scores_are_sums_over_levels_of_the_mean_of_the_streams(staged: Blueprint) -> None:
    # Level 1: (1 + 0.5) / 2, level 2: (0.25 + 0.5) / 2, level 3: (0 + 0.25) / 2
    answers = {"s-a-1": 1, "s-b-1": 0.5, "s-a-2": 0.25, "s-b-2": 0.5, "s-a-3": 0, "s-b-3": 0.25}
    policy = {"p-a-1": 0.5, "p-a-2": 0.5, "p-a-3": 0.5}
    told = score(staged, one(answers | policy), part="strategy")
    assert told["level"] == pytest.approx(0.75 + 0.375 + 0.125)
    assert told["out_of"] == 3
    assert score(staged, one(answers | policy), part="policy")["level"] == pytest.approx(1.5)
    assert score(staged, one(answers | policy), part="govern")["level"] == pytest.approx((1.25 + 1.5) / 2)
    assert score(staged, one(answers | policy))["level"] == pytest.approx((1.25 + 1.5) / 2)


def test_a_stage_without_an_answer_adds_nothing_yet_and_is_open(staged: Blueprint) -> None:
    told = score(staged, one({"s-a-1": 1, "s-b-1": 1}), part="strategy")
    assert told["level"] == pytest.approx(1.0)
    assert told["lo"] == pytest.approx(1 / 3)
    assert told["hi"] == pytest.approx(1.0)
    assert score(staged, one({"s-a-1": 1}), part="policy")["score"] is None


def test_a_stream_that_does_not_apply_leaves_the_other(staged: Blueprint) -> None:
    away = {"level": "not_applicable", "reason": "no suppliers"}
    answers = {"s-a-1": 0.5, "s-b-1": away, "s-a-2": 0.25, "s-b-2": away, "s-a-3": 0, "s-b-3": away}
    assert score(staged, one(answers), part="strategy")["level"] == pytest.approx(0.75)


def test_scales_that_begin_at_one(tmp_path: Path) -> None:
    text = SMALL.replace("  - {level: 0, name: nothing}\n", "")
    told = score(blueprint(tmp_path, text), one({"catalogue": 1}), part="service")
    assert told["score"] == pytest.approx(1 / 3)
    assert (told["lo"], told["hi"]) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


level = st.one_of(st.none(), st.sampled_from(["dont_know"]), st.integers(0, 3))


@given(st.lists(st.dictionaries(st.sampled_from(POINTS), level), min_size=1, max_size=3))
def test_bounds_hold_the_score_and_close_when_all_agree(answers: list[dict[str, object]]) -> None:
    model = SMALL_MODEL
    told = score(model, *(one(given, respondent=f"r{n}") for n, given in enumerate(answers)))
    lo, hi = told["lo"], told["hi"]
    assert isinstance(lo, float)
    assert isinstance(hi, float)
    assert 0 <= lo <= hi <= 1
    if told["score"] is not None:
        assert lo - 1e-12 <= float(str(told["score"])) <= hi + 1e-12
    assert told["points"] == told["answered"] + told["dont_know"] + told["unanswered"]  # type: ignore[operator]


@given(st.dictionaries(st.sampled_from(POINTS), st.integers(0, 3), min_size=1), st.sampled_from(POINTS))
def test_a_better_answer_never_lowers_the_bounds(answers: dict[str, int], point: str) -> None:
    better = answers | {point: min(answers.get(point, 0) + 1, 3)}
    before, after = score(SMALL_MODEL, one(dict(answers))), score(SMALL_MODEL, one(dict(better)))
    assert float(str(after["lo"])) >= float(str(before["lo"])) - 1e-12


def test_many_assessments_are_scored_as_each_alone(small: Blueprint) -> None:
    many = [one({"catalogue": n % 4, "change-board": (n * 7) % 4}, subject=f"A-{n}") for n in range(8)]
    together = scores(point_levels(answer_tables(many), small), small)
    for number, alone in enumerate(many):
        one_row = scores(point_levels(answer_tables([alone]), small), small).drop("assessment")
        assert together.filter(assessment=number).drop("assessment").equals(one_row)


def test_respondents_of_one_day_or_milestone_are_one_assessment() -> None:
    tables = answer_tables(
        [
            one({"catalogue": 1}, respondent="a", milestone="first"),
            one({"catalogue": 2}, respondent="b"),
            one({"catalogue": 3}, respondent="c", date="2009-02-20", milestone="first"),
            one({"catalogue": 3}, date="2009-01-01"),
        ]
    )
    assert isinstance(tables, Answers)
    assert tables.assessments["date"].to_list() == [dt.date(2009, 1, 1), dt.date(2009, 2, 20)]
    assert tables.assessments["respondents"].to_list() == [[], ["a", "b", "c"]]
    assert tables.of(milestone="first").answers.height == 3
    assert tables.of(milestone="first").answers["answered_on"].to_list() == [
        dt.date(2009, 2, 12),
        dt.date(2009, 2, 12),
        dt.date(2009, 2, 20),
    ]


def test_no_assessments_give_empty_tables(small: Blueprint) -> None:
    empty = answer_tables([])
    assert scores(point_levels(empty, small), small).height == 0
    assert empty.answers.schema["level"] == pl.Float64


def _small_model() -> Blueprint:
    import yaml

    return Blueprint.model_validate(yaml.safe_load(SMALL))


SMALL_MODEL = _small_model()
