from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from beachhead.errors import BadQuestion
from beachhead.practice.assessment import answer_tables
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.gaps import known_levels
from beachhead.practice.roadmap import Roadmap, infeasible, roadmap
from beachhead.practice.scoring import point_levels, scores
from tests.practice.models import SMALL
from tests.practice.test_scoring import POINTS, SMALL_MODEL, one

NOW = dt.date(2009, 2, 28)


def plan(
    answers: dict[str, object], days: float = 12, quarters: int = 4, model: Blueprint = SMALL_MODEL
) -> Roadmap:
    return roadmap(answer_tables([one(answers)]), model, days_per_quarter=days, quarters=quarters, after=NOW)


def test_it_works() -> None:
    found = plan(dict.fromkeys(POINTS, 0))
    assert found.steps.select("quarter", "point", "next_level", "days").rows() == [
        ("2009 Q2", "change-record", 1.0, 6.0),
        ("2009 Q3", "change-record", 2.0, 6.0),
        ("2009 Q4", "change-record", 3.0, 6.0),
        ("2010 Q1", "catalogue", 1.0, 10.0),
    ]
    assert found.scores.filter(part="all")["score"].to_list() == pytest.approx(
        [0, 0.2, 0.4, 0.6, 0.6 + 1 / 30]
    )


def test_quarters_have_names_and_ends() -> None:
    found = plan(dict.fromkeys(POINTS, 0), quarters=5)
    assert [str(p.date) for p in found.planned] == [
        "2009-06-30",
        "2009-09-30",
        "2009-12-31",
        "2010-03-31",
        "2010-06-30",
    ]
    assert {p.status for p in found.planned} == {"planned"}


def test_the_scores_are_those_of_the_planned_answers() -> None:
    found = plan(
        {"catalogue": 1, "agreements": 0, "change-record": 2, "change-board": "dont_know"}, quarters=3
    )
    again = scores(point_levels(answer_tables(found.planned), SMALL_MODEL), SMALL_MODEL)
    told = found.scores.filter(pl.col("quarter") != "today")
    assert_frame_equal(again.drop("assessment"), told.drop("quarter"))


def test_a_step_longer_than_a_quarter_runs_on() -> None:
    found = plan({"catalogue": 0}, days=4)
    assert found.steps.select("quarter", "days", "days_in_all", "done").rows() == [
        ("2009 Q2", 4.0, 10.0, False),
        ("2009 Q3", 4.0, 10.0, False),
        ("2009 Q4", 2.0, 10.0, True),
        ("2010 Q1", 4.0, 10.0, False),
    ]
    assert [p.answers["catalogue"].number for p in found.planned] == [0, 0, 1, 1]


def test_what_found_no_place_is_told() -> None:
    found = plan(dict.fromkeys(POINTS, 0), quarters=1)
    why = dict(found.waiting.select("point", "why").iter_rows())
    assert why["agreements"] == "waits for catalogue"
    assert why["catalogue"] == "10 person-days found no place"


def test_what_is_not_known_but_needed_is_planned_and_marked() -> None:
    found = plan({"agreements": 0}, days=20)
    assert found.steps.select("quarter", "point", "known").rows()[:2] == [
        ("2009 Q2", "catalogue", False),
        ("2009 Q3", "agreements", True),
    ]
    assert "change-record" not in found.steps["point"]


def test_disagreement_is_planned_from_the_level_below() -> None:
    answers = answer_tables([one({"catalogue": 1}, respondent="a"), one({"catalogue": 2}, respondent="b")])
    found = roadmap(answers, SMALL_MODEL, days_per_quarter=10, quarters=1, after=NOW)
    assert found.steps.select("level", "next_level").row(0) == (1.0, 2.0)


def test_what_is_found_out_on_the_way_is_no_step_back() -> None:
    found = plan({"agreements": 2, "change-record": 3}, days=20)
    assert "catalogue" in found.steps["point"]  # needed, not known today
    totals = found.scores.filter(part="all")["score"]
    assert totals.is_sorted()
    assert totals[0] == pytest.approx((2 + 6 * 3) / 3 / 7)
    assert found.planned[-1].answers["catalogue"].number == 1


def test_what_does_not_apply_stays_so_with_its_reason() -> None:
    found = plan({"catalogue": {"level": "not_applicable", "reason": "outsourced"}, "agreements": 1})
    assert found.planned[-1].answers["catalogue"].reason == "outsourced"


@pytest.mark.parametrize(("days", "quarters"), [(0, 4), (-1, 4), (10, 0), (10, 41), (float("nan"), 4)])
def test_what_cannot_be_planned_is_refused(days: float, quarters: int) -> None:
    with pytest.raises(BadQuestion):
        plan({"catalogue": 0}, days=days, quarters=quarters)


def test_a_plan_that_jumps_over_what_is_needed_is_infeasible() -> None:
    before: dict[str, float | None] = dict.fromkeys(POINTS, 0.0)
    assert infeasible(before, before | {"agreements": 1.0}, SMALL_MODEL) == [("agreements", "catalogue")]
    assert infeasible(before, before | {"agreements": 1.0, "catalogue": 1.0}, SMALL_MODEL) == []
    started = before | {"agreements": 2.0}
    assert infeasible(started, started, SMALL_MODEL) == []


@st.composite
def models(draw: st.DrawFn) -> Blueprint:
    """Blueprints of up to a dozen points whose prerequisites point backwards."""
    count = draw(st.integers(2, 12))
    points = []
    for n in range(count):
        needs = draw(st.lists(st.integers(0, n - 1), unique=True, max_size=3)) if n else []
        points.append(
            {
                "id": f"p{n}",
                "name": f"Point {n}",
                "value": draw(st.integers(1, 3)),
                "effort": {"days": draw(st.integers(1, 25))},
                "needs": [f"p{m}" for m in needs],
            }
        )
    head = {"id": "random", "version": 1, "name": "R", "language": "en", "author": "T", "licence": "CC0-1.0"}
    levels = [{"level": n, "name": str(n)} for n in range(4)]
    return Blueprint.model_validate(
        {
            **head,
            "source": "judgement",
            "levels": levels,
            "domains": [{"id": "d", "name": "D", "points": points}],
        }
    )


@settings(max_examples=30)
@given(models(), st.data())
def test_every_road_map_is_feasible(model: Blueprint, data: st.DataObject) -> None:
    points = list(model.by_id)
    # What is answered is consistent: a point above 0 has what it needs.
    answers: dict[str, object] = {}
    for point in points:
        ready = all(answers.get(need, 0) for need in model.by_id[point].point.needs)
        answers[point] = data.draw(st.integers(0, 3 if ready else 0))
    capacity = data.draw(st.integers(3, 40))
    found = roadmap(
        answer_tables([one(answers, blueprint="random")]),
        model,
        days_per_quarter=capacity,
        quarters=6,
        after=NOW,
    )
    spent = found.steps.group_by("quarter").agg(pl.col("days").sum())
    assert spent.filter(pl.col("days") > capacity + 1e-9).height == 0
    done = found.steps.filter("done").group_by("quarter", "point").len()
    assert done.filter(pl.col("len") > 1).height == 0
    whole = found.steps.group_by("point", "next_level").agg(
        pl.col("days").sum(), pl.col("days_in_all").first(), pl.col("done").any()
    )
    assert whole.filter(pl.col("done") & ((pl.col("days") - pl.col("days_in_all")).abs() > 1e-9)).height == 0
    before = known_levels(point_levels(answer_tables([one(answers, blueprint="random")]), model), model)
    for planned in found.planned:
        after = {name: answer.number for name, answer in planned.answers.items()}
        assert infeasible(before, after, model) == []
        for point, level in after.items():
            start = before[point]
            assert start is not None
            assert level is not None
            assert start <= level <= start + 1
            if level > start:  # what it needs was there when the quarter began
                assert all((before[need] or 0) > 0 for need in model.by_id[point].point.needs)
        before = after
    totals = found.scores.filter(part="all")["score"]
    assert totals.is_sorted()


def test_the_small_model_is_the_one_of_the_file() -> None:
    assert SMALL_MODEL.id in SMALL


def test_a_mean_is_lowered_to_the_level_below_however_near_the_one_above_is() -> None:
    said = [one({"catalogue": 2}, respondent=who) for who in ("a", "b")] + [
        one({"catalogue": 1}, respondent="c")
    ]
    found = roadmap(answer_tables(said), SMALL_MODEL, days_per_quarter=12, quarters=1, after=NOW)
    assert found.steps.row(0, named=True) | {"level": 1.0, "next_level": 2.0} == found.steps.row(
        0, named=True
    )
