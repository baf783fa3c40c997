"""Dates as people write them, day-first or month-first told from the whole column."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.tables.dates import parse_dates

D = dt.date


@pytest.mark.parametrize(
    ("cells", "expected", "format"),
    [
        (["2008-01-31", "2008-2-1", None], [D(2008, 1, 31), D(2008, 2, 1), None], "ISO"),
        (["1996-07-04 00:00:00.000", "2008-01-31T10:00:00Z"], [D(1996, 7, 4), D(2008, 1, 31)], "ISO"),
        (
            ["2017-03-01T09:30:00+02:00", "2017/03/02", "2017.03.03"],
            [D(2017, 3, i) for i in (1, 2, 3)],
            "ISO",
        ),
        (["31/01/2008", "01/02/2008"], [D(2008, 1, 31), D(2008, 2, 1)], "day first"),
        (["12/25/2026", "3/2/2026 9:00 AM"], [D(2026, 12, 25), D(2026, 3, 2)], "month first"),
        (["01.02.2008", "03.04.08"], [D(2008, 2, 1), D(2008, 4, 3)], "day first"),
        (["25-12-2017", "01-03-2017"], [D(2017, 12, 25), D(2017, 3, 1)], "day first"),
        (
            ["3 Mar 2008", "Mar 3, 2008", "5. März 2009", "1st July 2008"],
            [D(2008, 3, 3), D(2008, 3, 3), D(2009, 3, 5), D(2008, 7, 1)],
            "month names",
        ),
        (
            ["3-Mar-09", "Tue, 3 Mar 2009", "3 de enero de 2009"],
            [D(2009, 3, 3), D(2009, 3, 3), D(2009, 1, 3)],
            "month names",
        ),
        (["20080131"], [D(2008, 1, 31)], "YYYYMMDD"),
        (["39846", "39846.5"], [D(2009, 2, 2), D(2009, 2, 2)], "Excel day numbers"),
        (["1233619200000", "1233619200"], [D(2009, 2, 3), D(2009, 2, 3)], "seconds since 1970"),
    ],
)
def test_one_format_for_the_whole_column(
    cells: list[str | None], expected: list[D | None], format: str
) -> None:
    read = parse_dates(pl.Series(cells, dtype=pl.String))
    assert read.values.to_list() == expected
    assert read.bad == []
    assert read.ambiguous is None
    assert read.format == format


@pytest.mark.parametrize(
    "cell", ["31 Feb 2008", "2008-02-30", "yesterday", "2008", "99/99/2008", "2008-13-01", "1/2-2008"]
)
def test_what_is_no_date_is_bad_and_null(cell: str) -> None:
    read = parse_dates(pl.Series(["2008-01-31", cell, "n/a"]))
    assert read.bad == [1]
    assert read.values.to_list() == [D(2008, 1, 31), None, None]


def test_a_column_that_could_be_both_shows_both_readings() -> None:
    read = parse_dates(pl.Series(["01/02/2008", "03/03/2008", "04/05/2008"]))
    assert read.ambiguous is not None
    assert read.ambiguous.rows == [0, 2]
    assert str(read.ambiguous) == "'01/02/2008' is 1 February 2008 day-first and 2 January 2008 month-first"
    assert read.values.to_list() == [None, D(2008, 3, 3), None]
    assert read.bad == []


def test_the_caller_can_settle_it() -> None:
    column = pl.Series(["01/02/2008", "04/05/2008"])
    assert parse_dates(column, day_first=True).values.to_list() == [D(2008, 2, 1), D(2008, 5, 4)]
    assert parse_dates(column, day_first=False).values.to_list() == [D(2008, 1, 2), D(2008, 4, 5)]


def test_settled_against_the_evidence_is_bad() -> None:
    assert parse_dates(pl.Series(["31/01/2008", "01/02/2008"]), day_first=False).bad == [0]


def test_contradicting_rows_leave_the_others_undecided() -> None:
    read = parse_dates(pl.Series(["13/02/2008", "02/13/2008", "01/02/2008"]))
    assert read.values.to_list() == [D(2008, 2, 13), D(2008, 2, 13), None]
    assert read.ambiguous is not None


def test_one_slip_in_a_long_column_does_not_decide_it() -> None:
    read = parse_dates(pl.Series([f"{d}/02/2008" for d in range(13, 29)] * 10 + ["02/13/2008", "05/04/2008"]))
    assert read.bad == [160]
    assert read.values[161] == D(2008, 4, 5)


def test_typed_columns_pass() -> None:
    assert parse_dates(pl.Series([D(2008, 1, 31), None])).values.to_list() == [D(2008, 1, 31), None]
    assert parse_dates(pl.Series([dt.datetime(2008, 1, 31, 23, 59)])).values.to_list() == [D(2008, 1, 31)]
    assert parse_dates(pl.Series([39846, 20080131])).values.to_list() == [D(2009, 2, 2), D(2008, 1, 31)]
    assert parse_dates(pl.Series([None])).values.to_list() == [None]


days = st.lists(st.dates(D(1970, 1, 1), D(2060, 12, 31)), min_size=1, max_size=20)
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y", "%d %B %Y", "%d-%b-%y", "%B %d, %Y", "%Y%m%d"]


@given(days, st.sampled_from(FORMATS))
def test_dates_written_without_doubt_are_read_back(written: list[D], format: str) -> None:
    read = parse_dates(pl.Series([d.strftime(format) for d in written]))
    assert read.values.to_list() == written


@given(days, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%y"]))
def test_a_day_above_twelve_settles_the_column_and_else_nothing_is_guessed(
    written: list[D], format: str
) -> None:
    read = parse_dates(pl.Series([d.strftime(format) for d in written]))
    if any(d.day > 12 for d in written):
        assert read.values.to_list() == written
    else:
        told = [v for v, d in zip(read.values.to_list(), written, strict=True) if d.day != d.month]
        assert told == [None] * len(told)


@given(st.lists(st.text(max_size=12), max_size=10))
def test_any_text_is_a_date_nothing_or_bad(cells: list[str]) -> None:
    read = parse_dates(pl.Series("d", cells, dtype=pl.String))
    assert read.values.dtype == pl.Date
    assert len(read.values) == len(cells)


def test_a_few_dates_of_the_other_order_leave_the_column_undecided() -> None:
    """One cell in a hundred may be a slip of the pen; one in ten may be another clerk, and then 3/4 can be either."""
    ten = pl.Series(["25/12/2008"] * 10 + ["12/25/2008", "03/04/2008"])
    read = parse_dates(ten)
    assert read.ambiguous is not None
    assert read.ambiguous.value == "03/04/2008"
    hundred = parse_dates(pl.Series(["25/12/2008"] * 100 + ["12/25/2008", "03/04/2008"]))
    assert hundred.ambiguous is None
    assert hundred.values[-1] == dt.date(2008, 4, 3)
    other = parse_dates(pl.Series(["12/25/2008"] * 10 + ["25/12/2008", "03/04/2008"]))
    assert other.ambiguous is not None
