from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from beachhead.practice.assessment import answer_tables
from beachhead.practice.rollup import compare, latest, rollup, trend, weakest_points
from tests.practice.test_scoring import SMALL_MODEL, one

FULL = {"catalogue": 3, "agreements": 3, "change-record": 3, "change-board": 3}
MANY = answer_tables(
    [
        one(FULL, subject="A-1", date="2008-06-01"),
        one(FULL | {"catalogue": 0}, subject="A-1", date="2009-02-01"),
        one({"catalogue": 1}, subject="A-2", date="2009-01-01"),
        one(dict.fromkeys(FULL, 0), subject="A-3", date="2009-01-01"),
        one(FULL, subject="A-3", date="2009-12-31", status="planned"),
    ]
)


def test_the_last_actual_assessment_of_each_subject() -> None:
    assert latest(MANY).assessments.select("subject", "date").rows() == [
        ("A-1", dt.date(2009, 2, 1)),
        ("A-2", dt.date(2009, 1, 1)),
        ("A-3", dt.date(2009, 1, 1)),
    ]
    assert latest(MANY).answers.height == 4 + 1 + 4


def test_subjects_side_by_side() -> None:
    found = compare(latest(MANY), SMALL_MODEL)
    assert found["subject"].to_list() == ["A-1", "A-2", "A-3"]
    assert found["score"].to_list() == pytest.approx([0.9, 1 / 3, 0])
    assert found["service"].to_list() == pytest.approx([0.5, 1 / 3, 0])
    assert found["change"].to_list() == [1.0, None, 0.0]


def test_a_territory_rolled_up() -> None:
    found = rollup(latest(MANY), SMALL_MODEL)
    in_all = found.filter(part="all").row(0, named=True)
    assert (in_all["subjects"], in_all["scored"]) == (3, 3)
    assert in_all["mean"] == pytest.approx((0.9 + 1 / 3) / 3)
    assert in_all["median"] == pytest.approx(1 / 3)
    assert found.filter(part="change")["scored"].item() == 2


def test_rolled_up_by_group() -> None:
    segments = pl.DataFrame({"subject": ["A-1", "A-2", "A-3"], "group": ["banks", "banks", "hospitals"]})
    found = rollup(latest(MANY), SMALL_MODEL, segments).filter(part="all")
    assert dict(found.select("group", "subjects").iter_rows()) == {"banks": 2, "hospitals": 1}


def test_the_weakest_points_come_first() -> None:
    found = weakest_points(latest(MANY), SMALL_MODEL)
    first = found.row(0, named=True)
    assert first["point"] == "catalogue"
    assert first["mean"] == pytest.approx((0 + 1 / 3 + 0) / 3)
    assert first["at_lowest"] == pytest.approx(2 / 3)
    assert found.filter(point="agreements")["open"].item() == pytest.approx(1 / 3)


def test_a_trend_compares_what_was_answered_both_times() -> None:
    answers = answer_tables(
        [
            one({"catalogue": 3}, date="2008-01-01", milestone="start"),
            one({"catalogue": 3, "agreements": 0}, date="2009-01-01"),
            one({"catalogue": 3, "agreements": 3}, date="2009-06-01"),
        ]
    )
    found = trend(answers, SMALL_MODEL).filter(part="service")
    assert found["score"].to_list() == pytest.approx([1.0, 0.5, 1.0])
    assert found["change"].to_list() == [None, 0.0, 0.5]
    assert found["compared"].to_list() == [None, 1, 2]
    assert found["milestone"].to_list() == ["start", None, None]


def test_one_assessment_has_no_change() -> None:
    found = trend(answer_tables([one({"catalogue": 1})]), SMALL_MODEL)
    assert found["change"].null_count() == found.height
