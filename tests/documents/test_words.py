"""Words never claim more than the numbers beside them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.documents import words
from beachhead.tables.categories import CATEGORIES


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.344, "34 %"),
        (0.0, "under 1 %"),
        (0.004, "under 1 %"),
        (0.999, "above 99 %"),
        (1.0, "above 99 %"),
        (0.5, "50 %"),
    ],
)
def test_a_percentage_is_never_rounded_to_none_or_certainty(fraction: float, text: str) -> None:
    assert words.percent(fraction) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.4237, "0.424"),
        (9.996, "10"),
        (1881.04, "1,880"),
        (999_900, "1 million"),
        (2_312_000, "2.31 million"),
        (58e6, "58 million"),
        (1.881e9, "1.88 billion"),
        (-1500, "-1,500"),
        (float("inf"), "unlimited"),
    ],
)
def test_numbers_in_three_figures(value: float, text: str) -> None:
    assert words.number(value) == text


def test_a_range_names_its_unit_once() -> None:
    assert words.number_range(1_900_000, 2_800_000) == "1.9 to 2.8 million"
    assert words.number_range(900_000, 2_800_000) == "900,000 to 2.8 million"
    assert words.percent_range(0.08, 0.45) == "8 to 45 %"
    assert words.percent_range(0.001, 0.45) == "under 45 %"
    assert words.percent_range(0.4, 0.999) == "above 40 %"


@pytest.mark.parametrize(
    ("end", "freq", "name"),
    [
        (date(2008, 12, 31), "Y", "2008"),
        (date(2009, 3, 31), "Q", "Q1 2009"),
        (date(2009, 2, 28), "M", "Feb 2009"),
        (date(2009, 3, 1), "W", "week to 2009-03-01"),
    ],
)
def test_periods_are_named_as_people_name_them(end: date, freq: str, name: str) -> None:
    assert words.period(end, freq) == name


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from("YQM"))
def test_the_index_of_a_period_rises_by_one(day: date, freq: str) -> None:
    months = {"Y": 12, "Q": 3, "M": 1}[freq]
    month = day.year * 12 + day.month - 1 + months
    following = date(month // 12, month % 12 + 1, 1)
    assert words.period_index(following, freq) == words.period_index(day, freq) + 1


@given(st.floats(0, 1))
def test_the_scale_of_words_rises_with_the_probability(p: float) -> None:
    order = [word for _, word in reversed(words._SCALE)]
    assert order.index(words.likely(p)) <= order.index(words.likely(min(1.0, p + 0.05)))


def test_the_word_is_that_of_the_figure_that_stands_beside_it() -> None:
    for probability, printed, word in (
        (0.7951, "80 %", "very probably"),
        (0.7949, "79 %", "probably"),
        (0.5951, "60 %", "probably"),
        (0.3951, "40 %", ""),
        (0.1951, "20 %", "probably not"),
        (0.0451, "5 %", "very probably not"),
    ):
        assert words.percent(probability) == printed
        assert words.likely(probability) == word


def test_join() -> None:
    assert words.join([]) == ""
    assert words.join(["a"]) == "a"
    assert words.join(["a", "b", "c"], "or") == "a, b or c"


@pytest.mark.parametrize(("before", "told"), [(0.50, True), (0.58, False), (0.62, False), (0.70, True)])
def test_who_bought_two_years_earlier_is_told_where_it_differs(before: float, told: bool) -> None:
    def shares(majority: float) -> dict[str, float]:
        return {**dict.fromkeys(CATEGORIES, (1 - majority) / 4), "early_majority": majority}

    answer = SimpleNamespace(buyers={"a year ago": shares(before), "next year": shares(0.6)}, single=False)
    said = words._buyers(answer)
    assert said.startswith("Of those who buy in the following year, 60 % are expected to be early majority")
    assert ("two years earlier" in said) == told


def test_where_it_is_open_every_category_from_fifteen_percent_on_is_named() -> None:
    p = dict(zip(CATEGORIES, (0.05, 0.15, 0.45, 0.21, 0.14), strict=True))
    standing = {**p, "fraction-lo-80": 0.1, "fraction-hi-80": 0.6}
    answer = SimpleNamespace(
        standing=standing, last=(date(2008, 12, 31), 1.0), when=lambda end: str(end.year), placed=True,
        single=False, stated=False,
    )  # fmt: skip
    assert words.undecided(standing)
    said = words._stood(answer)[0]
    assert said == (
        "At the end of 2008 it is open where this market stood: early majority (45 %), late majority (21 %) or "
        "early adopters (15 %)."
    )
