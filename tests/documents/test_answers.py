"""What is gathered about a market, and the paragraph that is made of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.documents import words
from beachhead.documents.answers import Answer, gather
from beachhead.documents.market_tables import windows
from beachhead.documents.words import in_short, market_paragraph, place
from beachhead.tables.adoption import read_adoption
from beachhead.tables.categories import CATEGORIES

STOCK = pl.DataFrame({"ds": list(range(1998, 2009)), "y": [1.0, 2, 3, 5, 8, 13, 21, 33, 50, 72, 96]})


def answer(frame: pl.DataFrame = STOCK, **known: Any) -> Answer:
    (found,) = gather(read_adoption(frame, **{"kind": "stock", **known})).answers
    return found


def test_it_gathers_every_answer() -> None:
    a = answer()
    assert a.freq == "Y"
    assert a.last == (date(2008, 12, 31), 96.0)
    assert a.level == 96
    assert a.forecast["ds"].to_list() == [date(y, 12, 31) for y in (2009, 2010, 2011)]
    assert list(a.buyers) == ["a year ago", "now", "next year"]
    assert a.curve["ds"].min() == date(1998, 12, 31)
    assert a.curve["ds"].max() == date(2011, 12, 31)
    assert a.year_before(date(2009, 12, 31)) == (date(2008, 12, 31), 96.0)
    for row in a.buyers.values():
        assert sum(row[c] for c in CATEGORIES) == pytest.approx(1)


@pytest.mark.parametrize("dates", ["{y}", "{y}-12-31", "{y}-01-01", "FY{y}"])
def test_periods_are_known_by_their_last_day_however_dates_are_written(dates: str) -> None:
    frame = STOCK.with_columns(pl.Series("ds", [dates.format(y=y) for y in STOCK["ds"]]))
    assert answer(frame).forecast["ds"][0] == date(2009, 12, 31)
    assert answer(frame).standing["ds"] == date(2008, 12, 31)


def test_counted_periods_are_not_given_years() -> None:
    a = answer(STOCK.with_columns(pl.Series("ds", range(1, 12))))
    assert a.when(a.last[0]) == "period 11"
    assert market_paragraph(a)[0].startswith("At the end of period 11 ")
    assert a.when(a.forecast["ds"][0]) == "period 12"


def test_a_category_borders_where_the_level_is_its_cut_of_the_potential() -> None:
    borders = {c: (low, high) for c, low, high in answer().borders()}
    assert borders["innovators"] == (96 / 0.025, float("inf"))
    assert borders["early_majority"] == (96 / 0.5, 96 / 0.16)
    assert borders["laggards"][0] == 96


def test_a_share_is_of_all_at_most() -> None:
    a = answer(pl.DataFrame({"ds": [2007], "y": [0.37]}), kind="share", potential=(0.6, 0.9))
    assert a.borders() == [
        ("early_majority", pytest.approx(0.74), 1.0),
        ("late_majority", pytest.approx(0.37 / 0.84), pytest.approx(0.74)),
        ("laggards", pytest.approx(0.37), pytest.approx(0.37 / 0.84)),
    ]
    assert a.figure(0.37) == "37 %"


def test_percents_and_fractions_are_shown_alike() -> None:
    fractions = answer(
        pl.DataFrame({"ds": [2006, 2007], "y": [0.146, 0.183], "unit": "of servers"}), kind="share"
    )
    percents = answer(
        pl.DataFrame({"ds": [2006, 2007], "y": [14.6, 18.3], "unit": "% of servers"}), kind="share"
    )
    assert fractions.figure(fractions.last[1]) == percents.figure(percents.last[1]) == "18.3 % of servers"


def test_one_figure_is_placed_only_by_a_stated_potential() -> None:
    one = pl.DataFrame({"ds": [2007], "y": [100_000.0]})
    alone, stated = answer(one), answer(one, potential=(150_000, 300_000))
    assert not alone.placed
    assert stated.placed
    assert alone.year_ahead() is stated.year_ahead() is None
    told = " ".join(market_paragraph(alone))
    assert "%" not in told
    assert "only a potential that somebody states can place it" in told


def test_a_decline_has_no_buyers_and_says_nothing_of_them() -> None:
    falling = answer(
        pl.DataFrame({"ds": list(range(2000, 2010)), "y": [10.0, 30, 60, 90, 100, 95, 80, 60, 40, 25]})
    )
    assert falling.fallen_from == (date(2004, 12, 31), 100.0)
    told = " ".join(market_paragraph(falling))
    assert "It has fallen from 100 (2004) to 25: users move on or away" in told
    assert answer().fallen_from is None
    gone = answer(pl.DataFrame({"ds": list(range(2000, 2006)), "y": [10.0, 30, 60, 20, 5, 0]}))
    assert gone.borders() == []
    assert market_paragraph(gone)


@pytest.mark.parametrize(("last", "fallen"), [(91.0, False), (90.0, True), (85.0, True), (55.0, True)])
def test_a_tenth_less_than_the_highest_figure_is_a_fall(last: float, fallen: bool) -> None:
    found = answer(pl.DataFrame({"ds": list(range(2000, 2006)), "y": [10.0, 30, 60, 90, 100, last]}))
    assert found.fallen_from == ((date(2004, 12, 31), 100.0) if fallen else None)
    assert any("It has fallen from 100 (2004)" in told for told in market_paragraph(found)) == fallen


def test_windows_of_buyers_follow_each_other() -> None:
    found = windows(date(2008, 2, 29))
    assert found["a year ago"] == (date(2006, 2, 28), date(2007, 2, 28))
    assert found["now"] == (date(2007, 2, 28), date(2008, 2, 29))
    assert found["next year"] == (date(2008, 2, 29), date(2009, 2, 28))


odds = st.lists(st.floats(0.001, 1), min_size=5, max_size=5).map(lambda v: [x / sum(v) for x in v])


@given(odds)
def test_no_place_is_claimed_that_is_not_likelier_than_not(shares: list[float]) -> None:
    standing = dict(zip(CATEGORIES, shares, strict=True))
    told = place(standing)
    best = max(shares)
    assert told.startswith("open: ") == (round(best, 2) < words.DECIDED)
    first = max(standing, key=standing.__getitem__)
    assert f"{words.category_name(first)} ({words.percent(best)})" in told


def test_in_short_names_what_is_decided_and_what_is_not() -> None:
    grows, begun = (
        answer(),
        answer(pl.DataFrame({"ds": [2007], "y": [0.7]}), kind="share", potential=(0.85, 1.0)),
    )
    told = " ".join(in_short([grows, begun]))
    assert told.startswith("Who counts as an adopter decides the answer.")
    assert place(begun.standing) in told
