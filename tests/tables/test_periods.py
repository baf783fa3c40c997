"""Periods as whole numbers, and labels as people write them."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadQuestion
from beachhead.tables.labels import BAD, NOTHING, NUMBER, TOTAL, is_period, parse_labels
from beachhead.tables.periods import (
    FREQS,
    day_number,
    first_days,
    frequency,
    last_days,
    months_of,
    numbered_end,
    period_name,
    period_names,
    shift,
    to_date,
)

D = dt.date


@pytest.mark.parametrize(
    ("said", "freq"),
    [
        *(
            ("Y", "Y"),
            ("YE", "Y"),
            ("A-DEC", "Y"),
            ("annual", "Y"),
            ("Yearly", "Y"),
            ("QS", "Q"),
            ("QE-MAR", "Q"),
        ),
        *(("quarterly", "Q"), ("ME", "M"), ("MS", "M"), ("1mo", "M"), ("W-SUN", "W"), ("weekly", "W")),
    ],
)
def test_frequencies_as_other_tools_say_them(said: str, freq: str) -> None:
    assert frequency(said) == freq


@pytest.mark.parametrize("said", ["", "D", "daily", "2Q", "hour"])
def test_frequencies_that_are_none(said: str) -> None:
    with pytest.raises(BadQuestion, match=r"say Y .yearly., Q .quarterly., M .monthly. or W"):
        frequency(said)


@given(st.lists(st.dates(D(1600, 1, 1), D(2400, 1, 1)), min_size=1, max_size=30))
def test_days_and_months_agree_with_the_calendar(days: list[D]) -> None:
    numbers = np.array([day_number(d) for d in days])
    assert [to_date(n) for n in numbers] == days
    months = months_of(numbers)
    assert [to_date(d) for d in first_days(months)] == [d.replace(day=1) for d in days]
    assert [to_date(d + 1) for d in last_days(months)] == [
        (d.replace(day=1) + dt.timedelta(32)).replace(day=1) for d in days
    ]


def test_a_long_column_is_looked_up_as_a_short_one_is_worked_out() -> None:
    days = np.arange(-200_000, 200_000)
    assert (months_of(days)[::997] == months_of(days[::997])).all()


@given(
    st.dates(D(1900, 1, 1), D(2100, 1, 1)), st.sampled_from(FREQS), st.integers(-50, 50), st.integers(-50, 50)
)
def test_shifts_add_up(day: D, freq: str, one: int, two: int) -> None:
    end = last_days(months_of(np.array([day_number(day)])))
    freqs = np.array([freq])
    there = shift(end, freqs, np.array([one]))
    assert shift(there, freqs, np.array([two])) == shift(end, freqs, np.array([one + two]))
    assert shift(there, freqs, np.array([-one])) == end


@pytest.mark.parametrize(
    ("end", "freq", "name"),
    [
        (D(2008, 12, 31), "Y", "2008"),
        (D(2008, 6, 30), "Y", "the year to 2008-06"),
        (D(2008, 9, 30), "Q", "2008Q3"),
        (D(2008, 10, 31), "Q", "the quarter to 2008-10"),
        (D(2008, 7, 31), "M", "2008-07"),
        (D(2008, 12, 28), "W", "2008-W52"),
        (D(2010, 1, 3), "W", "2009-W53"),
    ],
)
def test_names_of_periods(end: D, freq: str, name: str) -> None:
    assert period_name(day_number(end), freq) == name
    assert period_names(np.array([day_number(end)] * 2), np.array([freq] * 2)) == [name] * 2


@pytest.mark.parametrize("freq", FREQS)
def test_counted_periods_lie_side_by_side(freq: str) -> None:
    ends = numbered_end(np.arange(40), freq)
    assert (shift(ends[:-1], np.full(39, freq), np.ones(39, dtype=np.int64)) == ends[1:]).all()


def ends(*cells: object) -> list[str]:
    labels = parse_labels(pl.Series(cells, strict=False))
    return [str(to_date(d)) for d in labels.day]


@pytest.mark.parametrize(
    ("cell", "end"),
    [
        *(
            ("2008", "2008-12-31"),
            ("2008.0", "2008-12-31"),
            ("FY08", "2008-12-31"),
            ("CY 2008", "2008-12-31"),
        ),
        *(
            ("2008Q1", "2008-03-31"),
            ("2008 q2", "2008-06-30"),
            ("2008-Q3", "2008-09-30"),
            ("Q4/2008", "2008-12-31"),
        ),
        *(("Q4 FY2008", "2008-12-31"), ("1Q08", "2008-03-31"), ("2nd quarter 2008", "2008-06-30")),
        *(("3. Quartal 2008", "2008-09-30"), ("H1 2008", "2008-06-30"), ("2008-H2", "2008-12-31")),
        *(
            ("2008-02", "2008-02-29"),
            ("2/2008", "2008-02-29"),
            ("2008M02", "2008-02-29"),
            ("200802", "2008-02-29"),
        ),
        *(
            ("Feb 2008", "2008-02-29"),
            ("Februar 2008", "2008-02-29"),
            ("Feb-08", "2008-02-29"),
            ("Sept. 1998", "1998-09-30"),
        ),
        *(
            ("2008 March", "2008-03-31"),
            ("2008-W01", "2008-01-06"),
            ("2008W52", "2008-12-28"),
            ("KW 53 2009", "2010-01-03"),
        ),
        *(("2007/2008", "2008-06-30"), ("2008-02-29", "2008-02-29"), ("29.2.2008", "2008-02-29")),
    ],
)
def test_the_last_day_of_what_a_label_names(cell: str, end: str) -> None:
    assert ends(cell) == [end]


@pytest.mark.parametrize(
    "cell", ["20O8", "2008Q5", "2008-13", "2008-W54", "Foo 2008", "99", "1399", "2008-02-30", "now"]
)
def test_what_is_no_label(cell: str) -> None:
    assert parse_labels(pl.Series([cell, "2008"])).unit[0] in (BAD, NUMBER)
    assert not is_period(cell)


def test_totals_nothing_and_counted_periods() -> None:
    assert (
        parse_labels(pl.Series(["Total", "Summe:", "grand total", "", "n/a", None])).unit.tolist()
        == [TOTAL] * 3 + [NOTHING] * 3
    )
    counted = parse_labels(pl.Series(["1", "2", "13"]))
    assert counted.day.tolist() == [1, 2, 13]
    assert parse_labels(pl.Series(["1", "2", "2008"])).unit.tolist()[0] == BAD


def test_pairs_of_years_are_years_only_where_all_follow_each_other() -> None:
    assert ends("2007/08", "2008/09") == ["2008-06-30", "2009-06-30"]
    assert ends("2007-08", "2007-09") == ["2007-08-31", "2007-09-30"]
    assert ends("2007-08") == ["2007-08-31"]


def test_every_way_to_write_quarters_is_written_back() -> None:
    for first, second in itertools.pairwise(["2008Q2", "2008Q3", "2008Q4", "2009Q1"]):
        y, q = int(first[:4]), first[-1]
        z, r = int(second[:4]), second[-1]
        for form in (
            "{y}Q{q}",
            "{y}-Q{q}",
            "Q{q} {y}",
            "Q{q}/{y}",
            "{q}Q{s}",
            "Q{q} {s}",
            "{q}. Quartal {y}",
            "Q{q} FY{y}",
        ):
            labels = parse_labels(pl.Series([form.format(y=y, q=q, s=f"{y % 100:02}")]))
            after = shift(labels.day, np.array(["Q"]), np.array([1]))
            zero = np.zeros(1, dtype=np.int64)
            assert labels.form.write(after, np.array(["Q"]), zero, zero).to_list() == [
                form.format(y=z, q=r, s=f"{z % 100:02}")
            ]
