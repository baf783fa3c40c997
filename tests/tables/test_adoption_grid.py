"""How often a series is told, read off its dates; several figures to a period; odd dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest

from beachhead.errors import BadInput
from beachhead.tables.adoption import Adoption, read_adoption
from tests.tables.test_adoption import figures, said

D = dt.date
DECEMBER = D(2004, 12, 31)


def every(months: int, n: int, start: D = DECEMBER, day: int | None = None) -> list[D]:
    """n dates, some months apart: the same day of each month, or its last."""
    out = []
    for i in range(n):
        month = start.year * 12 + start.month - 1 + i * months
        last = (D((month + 1) // 12, (month + 1) % 12 + 1, 1) - dt.timedelta(1)).day
        out.append(D(month // 12, month % 12 + 1, min(day or last, last)))
    return out


def a(ds: list[Any], y: list[Any] | None = None, **arguments: Any) -> Adoption:
    values = y if y is not None else [float(i + 1) for i in range(len(ds))]
    return read_adoption(
        pl.DataFrame({"unique_id": "a", "ds": ds, "y": values}), **({"kind": "stock"} | arguments)
    )


def freq(read: Adoption) -> str:
    return read.series["freq"].item()


@pytest.mark.parametrize("day", [None, 1, 15, 28])
@pytest.mark.parametrize(("months", "expected"), [(12, "Y"), (3, "Q"), (1, "M")])
@pytest.mark.parametrize("month", [1, 2, 6, 12])
def test_the_spacing_of_dates_tells_the_frequency(
    day: int | None, months: int, expected: str, month: int
) -> None:
    read = a(every(months, 8, D(2004, month, 1), day))
    assert freq(read) == expected
    assert figures(read, "a") == [float(i + 1) for i in range(8)]
    assert read.notes.height == 0


def test_weeks_and_days() -> None:
    weeks = [D(2008, 1, 5) + dt.timedelta(7 * i) for i in range(10)]
    assert freq(a(weeks)) == "W"
    assert len(figures(a(weeks), "a")) == 10
    days = [D(2008, 1, 7) + dt.timedelta(i) for i in range(21)]
    flow = a(days, [1.0] * 21, kind="flow")
    assert freq(flow) == "W"
    assert figures(flow, "a") == [7, 7, 7]
    assert "every few days are brought together by week" in said(flow, "a")
    working = [d for d in days if d.weekday() < 5]
    assert figures(a(working, [1.0] * 15, kind="flow"), "a") == [5, 5, 5]
    cut = a(days[3:-1], [1.0] * 17, kind="flow")
    assert figures(cut, "a") == [7, 7]
    assert "1 incomplete week left out" in said(cut, "a")
    assert figures(a(days, [float(i) for i in range(1, 22)]), "a") == [7, 14, 21]


def test_gaps_do_not_hide_the_frequency() -> None:
    months = every(1, 24)
    assert freq(a([m for i, m in enumerate(months) if i not in (3, 4, 9, 15)])) == "M"
    quarters = every(3, 12)
    read = a([q for i, q in enumerate(quarters) if i % 4 != 1])
    assert freq(read) == "Q"
    assert figures(read, "a").count(None) == 3


def test_ends_that_slip_into_the_next_month() -> None:
    ends = [D(2008, 2, 1), D(2008, 5, 2), D(2008, 8, 1), D(2008, 10, 31), D(2009, 1, 30)]
    read = a(ends)
    assert freq(read) == "Q"
    assert read.frame["ds"].to_list() == [
        D(2008, 1, 31),
        D(2008, 4, 30),
        D(2008, 7, 31),
        D(2008, 10, 31),
        D(2009, 1, 31),
    ]


def test_half_years_become_years() -> None:
    read = a(every(6, 5, D(2007, 6, 30)), [1.0, 2, 3, 4, 5], kind="flow")
    assert (freq(read), figures(read, "a")) == ("Y", [5, 9])
    assert read.frame["ds"].to_list() == [D(2008, 6, 30), D(2009, 6, 30)]
    assert "every 6 months are brought together by year" in said(read, "a")
    assert "1 incomplete year left out" in said(read, "a")
    stock = a(every(6, 5, D(2007, 6, 30)), [1.0, 2, 3, 4, 5])
    assert figures(stock, "a") == [1, 3, 5]
    labels = a(["H1 2008", "H2 2008", "H1 2009", "H2 2009"], [1.0, 2, 3, 4], kind="flow")
    assert figures(labels, "a") == [3, 7]


def test_years_that_turn_into_quarters() -> None:
    flow = a([*every(12, 6), D(2010, 3, 31), D(2010, 6, 30)], [10.0, 12, 14, 16, 18, 20, 5, 6], kind="flow")
    assert (freq(flow), figures(flow, "a")) == ("Y", [10, 12, 14, 16, 18, 20])
    assert "1 incomplete year left out" in said(flow, "a")
    labels = ["2005", "2006", "2007", "2008Q1", "2008Q2", "2008Q3", "2008Q4"]
    values = [10.0, 12, 14, 3, 4, 4, 5]
    for stated in (None, "Y"):
        assert figures(a(labels, values, kind="flow", freq=stated), "a") == [10, 12, 14, 16]
    assert figures(a(labels, values), "a") == [10, 12, 14, 5]
    dates = [*every(12, 3, D(2005, 12, 31)), *every(3, 4, D(2008, 3, 31))]
    assert figures(a(dates, values, kind="flow"), "a") == [10, 12, 14, 16]
    stock = a(dates, values)
    assert freq(stock) == "Q"
    assert figures(stock, "a")[-4:] == [3, 4, 4, 5]


def test_odd_dates_go_to_the_nearest_period_counted_from_the_last() -> None:
    read = a([D(2009, 10, 21), D(2010, 12, 31), D(2012, 6, 11)], [0.16, 0.25, 0.5], kind="share")
    assert freq(read) == "Y"
    assert read.frame["ds"].to_list()[-1] == D(2012, 6, 30)
    assert "follow no pattern" in said(read, "a")
    assert [f for f in figures(read, "a") if f is not None] == [0.16, 0.25, 0.5]


def test_a_stated_frequency_brings_figures_together() -> None:
    months = every(1, 15, D(2008, 2, 1), day=1)
    values = [float(i + 1) for i in range(15)]
    flow = a(months, values, kind="flow", freq="Q")
    assert figures(flow, "a") == [3 + 4 + 5, 6 + 7 + 8, 9 + 10 + 11, 12 + 13 + 14]
    assert flow.frame["ds"].to_list()[0] == D(2008, 6, 30)
    assert "2 incomplete quarters left out" in said(flow, "a")
    assert figures(a(months, values, freq="Q"), "a") == [2, 5, 8, 11, 14]
    weekly = [D(2008, 1, 6) + dt.timedelta(7 * i) for i in range(53)]
    year = a(weekly, [1.0] * 53, kind="flow", freq="Q")
    assert figures(year, "a") == [13, 13, 13, 13]


def test_months_of_a_year_that_began_before_the_data() -> None:
    months = every(1, 23, D(2008, 2, 29))
    assert figures(a(months, [1.0] * 23, kind="flow", freq="Y"), "a") == [12]
    with pytest.raises(BadInput, match="has no complete year; expected figures for a whole year"):
        a(every(1, 8, D(2008, 2, 29)), [1.0] * 8, kind="flow", freq="Y")


def test_a_hole_in_the_months_of_a_flow_leaves_its_year_open() -> None:
    months = [m for m in every(1, 36, D(2008, 1, 31)) if m != D(2009, 5, 31)]
    read = a(months, [1.0] * 35, kind="flow", freq="Y")
    assert figures(read, "a") == [12, None, 12]


def test_a_stated_frequency_that_is_finer_leaves_gaps() -> None:
    read = a(every(12, 3), freq="Q")
    assert figures(read, "a") == [1, None, None, None, 2, None, None, None, 3]
    assert said(read, "a") == "6 quarters are missing: 2005Q1, 2005Q2, 2005Q3, 2006Q1 and 2 more"


def test_the_unit_tells_the_frequency() -> None:
    table = pl.DataFrame(
        {
            "unique_id": "a",
            "ds": every(6, 3, D(2008, 3, 31)),
            "y": [294.0, 285, 257],
            "unit": "USD per quarter",
        }
    )
    read = read_adoption(table)
    assert (freq(read), read.series["kind"].item()) == ("Q", "flow")
    assert figures(read, "a") == [294, None, 285, None, 257]


def test_a_frequency_in_a_column_holds_for_its_series() -> None:
    table = pl.DataFrame(
        {
            "unique_id": ["a", "a", "b", "b"],
            "ds": every(12, 2) * 2,
            "y": [1.0, 2, 3, 4],
            "freq": ["Q", "Q", None, None],
        }
    )
    read = read_adoption(table, kind="stock")
    assert dict(read.series.select("unique_id", "freq").iter_rows()) == {"a": "Q", "b": "Y"}


def test_counted_periods_take_a_stated_frequency() -> None:
    read = a([1, 2, 3, 5], freq="Q")
    assert (freq(read), figures(read, "a")) == ("Q", [1, 2, 3, None, 4])
    assert read.in_user_form(read.ahead(2))["ds"].to_list() == [6, 7]
    weeks = a([0, 1, 2], freq="W")
    assert weeks.in_user_form(weeks.ahead(1))["ds"].to_list() == [3]


def test_one_date_takes_the_frequency_of_the_others_or_of_its_day() -> None:
    for day, expected in (
        (D(2008, 12, 31), "Y"),
        (D(2008, 1, 1), "Y"),
        (D(2008, 6, 30), "Q"),
        (D(2008, 4, 1), "Q"),
        (D(2008, 7, 9), "M"),
    ):
        assert freq(a([day])) == expected
    table = pl.DataFrame(
        {"unique_id": ["a", "b", "b", "b"], "ds": [D(2008, 7, 9), *every(12, 3)], "y": [1.0, 2, 3, 4]}
    )
    assert read_adoption(table, kind="stock").series["freq"].to_list() == ["Y", "Y"]


def test_a_mistyped_year_is_refused_and_named() -> None:
    ds = [*every(1, 24, D(1814, 12, 31)), D(2009, 12, 31)]
    with pytest.raises(
        BadInput, match=r"'a' has 25 figures in 2341 months, 1814-12 to 2009-12; expected .*mistyped year"
    ):
        a(ds)


def test_two_figures_in_one_month_are_refused() -> None:
    ds = sorted([*every(1, 24), D(2005, 8, 20)])
    with pytest.raises(
        BadInput, match="'a' has two figures for 2005-08: 9 and 10; expected one figure per period"
    ):
        a(ds)


def test_many_series_at_once_are_as_each_alone() -> None:
    rng = np.random.default_rng(5)
    tables = []
    for i in range(60):
        months = int(rng.choice([1, 3, 12, 6]))
        ds = every(
            months,
            int(rng.integers(2, 30)),
            D(int(rng.integers(1960, 1990)), int(rng.integers(1, 13)), 28),
            rng.choice([None, 1, 15]),
        )
        keep = np.sort(rng.choice(len(ds), max(1, int(len(ds) * 0.9)), replace=False))
        tables.append(
            pl.DataFrame(
                {"unique_id": f"s{i}", "ds": [ds[k] for k in keep], "y": rng.random(len(keep)) + 0.1}
            )
        )
    whole = read_adoption(pl.concat(tables), kind="flow")
    for table in tables:
        own = table["unique_id"][0]
        if table.height == 1:  # takes its frequency from the others
            continue
        try:
            alone = read_adoption(table, kind="flow")
        except BadInput:
            assert own in whole.refused["unique_id"].to_list()
            continue
        assert alone.frame.equals(whole.frame.filter(pl.col("unique_id") == own))
        assert alone.series.equals(whole.series.filter(pl.col("unique_id") == own))


def days(n: int, start: D | None = None) -> list[D]:
    return [(start or D(2008, 1, 7)) + dt.timedelta(i) for i in range(n)]


def test_days_count_in_weeks_back_from_the_last_known_one() -> None:
    """59 days of a stock from Monday to a Wednesday: all weeks end on a Wednesday and the last figure counts."""
    read = a(days(59), [float(i * (i + 1) // 2) + 1 for i in range(59)])
    assert read.frame["ds"].to_list()[-1] == D(2008, 3, 5)
    assert figures(read, "a")[-1] == 58 * 59 // 2 + 1
    assert len(figures(read, "a")) == 9
    assert read.in_user_form(read.ahead(1))["ds"].to_list() == [D(2008, 3, 12)]
    sundays = a(days(59), freq="W-SUN").frame["ds"].to_list()
    assert {d.weekday() for d in sundays} == {6}


def test_a_first_week_of_a_few_days_is_no_week_of_a_flow() -> None:
    assert figures(a(days(17), [1.0] * 17, kind="flow"), "a") == [7, 7]
    assert figures(a(days(20), [1.0] * 20, kind="flow"), "a") == [6, 7, 7]
    assert figures(a(days(17)), "a") == [3, 10, 17]


@pytest.mark.parametrize("weekday", range(7))
def test_weeks_count_in_the_month_that_they_end_in(weekday: int) -> None:
    weeks = days(104 * 7, D(2006, 1, 1))[weekday::7]
    table = pl.DataFrame({"ds": weeks, "y": [float(i + 1) for i in range(len(weeks))]})
    for freq_, every_ in (("M", "1mo"), ("Q", "1q")):
        read = read_adoption(table, kind="flow", freq=freq_)
        truth = table.group_by_dynamic("ds", every=every_).agg(pl.col("y").sum())["y"].to_list()
        found = list(figures(read, "series"))
        assert found == truth[: len(found)]
        assert len(truth) - len(found) <= 1
        last = read_adoption(table, kind="stock", freq=freq_).frame["y"].to_list()
        ends = table.group_by_dynamic("ds", every=every_).agg(pl.col("y").last())["y"].to_list()
        assert last == ends[: len(last)]


def test_days_count_in_the_month_that_they_lie_in() -> None:
    read = a(days(100, D(2006, 1, 1)), [1.0] * 100, kind="flow", freq="M")
    assert figures(read, "a") == [31, 28, 31]
    assert "daily figures are brought together by month, as stated" in said(read, "a")
    assert "1 incomplete month left out" in said(read, "a")


def test_weeks_are_dated_by_the_day_that_they_end_on() -> None:
    for start in (D(2008, 1, 7), D(2008, 1, 9), D(2008, 1, 13)):
        weeks = [start + dt.timedelta(7 * i) for i in range(6)]
        read = a(weeks)
        assert read.frame["ds"].to_list() == weeks
        assert read.in_user_form(read.ahead(1))["ds"].to_list() == [weeks[-1] + dt.timedelta(7)]
    holiday = [D(2008, 1, 7), D(2008, 1, 14), D(2008, 1, 22), D(2008, 1, 28)]
    assert figures(a(holiday, [1.0, 2, 3, 4], kind="flow"), "a") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("ds", "ends", "next_"),
    [
        ([D(2008, 1, 1), D(2008, 2, 1), D(2008, 3, 3), D(2008, 4, 1)], D(2008, 4, 30), D(2008, 5, 1)),
        ([D(2008, 1, 7), D(2008, 2, 4), D(2008, 3, 3), D(2008, 4, 7)], D(2008, 4, 30), D(2008, 5, 1)),
        ([D(2006, 1, 2), D(2006, 4, 3), D(2006, 7, 3), D(2006, 10, 2)], D(2006, 12, 31), D(2007, 1, 1)),
        ([D(2005, 1, 3), D(2006, 1, 2), D(2007, 1, 1), D(2008, 1, 1)], D(2008, 12, 31), D(2009, 1, 1)),
    ],
)
def test_first_business_days_begin_their_periods(ds: list[D], ends: D, next_: D) -> None:
    read = a(ds)
    assert read.frame["ds"].to_list()[-1] == ends
    assert read.in_user_form(read.ahead(1))["ds"].to_list() == [next_]
    assert "taken for the beginnings of their periods" in said(read, "a")


def test_years_and_quarters_that_end_with_a_stated_month() -> None:
    months = every(1, 24, D(2006, 7, 31))
    years = a(months, [1.0] * 24, kind="flow", freq="Y-JUN")
    assert years.frame["ds"].to_list() == [D(2007, 6, 30), D(2008, 6, 30)]
    assert figures(years, "a") == [12, 12]
    assert a(months, [1.0] * 24, kind="flow", freq="YS-JUL").frame.equals(years.frame)
    quarters = a(months, [1.0] * 24, kind="flow", freq="Q-JAN").frame["ds"].to_list()
    assert quarters[:2] == [D(2006, 10, 31), D(2007, 1, 31)]


def test_labels_of_fiscal_years_and_quarters() -> None:
    """pandas: 2008Q1 of years that end in January is February to April 2007."""
    read = a(["2007Q3", "2007Q4", "2008Q1"], kind="flow", freq="Q-JAN")
    assert read.frame["ds"].to_list() == [D(2006, 10, 31), D(2007, 1, 31), D(2007, 4, 30)]
    assert read.in_user_form(read.ahead(2))["ds"].to_list() == ["2008Q2", "2008Q3"]
    years = a(["2007", "2008"], freq="Y-JUN")
    assert years.frame["ds"].to_list() == [D(2007, 6, 30), D(2008, 6, 30)]
    assert years.in_user_form(years.ahead(1))["ds"].to_list() == [2009]
    pairs = a(["2006/07", "2007/08"], freq="Y-MAR")
    assert pairs.frame["ds"].to_list() == [D(2007, 3, 31), D(2008, 3, 31)]
    assert pairs.in_user_form(pairs.ahead(1))["ds"].to_list() == ["2008/09"]


def test_a_week_that_begins_where_the_clocks_change_at_midnight() -> None:
    weeks = pl.datetime_range(
        dt.datetime(2018, 8, 5), dt.datetime(2018, 10, 28), "7d", time_zone="America/Sao_Paulo", eager=True
    )
    read = a(weeks.to_list(), [float(i) for i in range(1, 14)])
    ahead = read.in_user_form(read.ahead(2))["ds"]
    assert ahead.dt.date().to_list() == [D(2018, 11, 4), D(2018, 11, 11)]


@pytest.mark.parametrize("day", [D(1, 1, 1), D(9999, 12, 31), D(1499, 12, 31), D(2200, 1, 1)])
def test_dates_that_adoption_cannot_have_are_refused(day: D) -> None:
    for value in (day, day.isoformat()):
        with pytest.raises(BadInput, match=r"row 2, column 'ds', value '.*': this is no date or period"):
            a([value, value])
    far = pl.Series("ds", [6_585_000, 6_585_365], dtype=pl.Int32).cast(pl.Date)
    with pytest.raises(BadInput, match=r"\+19999-02-13"):
        read_adoption(pl.DataFrame({"ds": far, "y": [1.0, 2.0]}))


ALONE: dict[str, list[D]] = {
    "weeks": [D(2008, 1, 5) + dt.timedelta(7 * i) for i in range(10)],
    "uneven weeks": [D(2008, 1, 5) + dt.timedelta(7 * i + i % 2) for i in range(10)],
    "days": [D(2008, 1, 7) + dt.timedelta(i) for i in range(21)],
    "months": every(1, 9),
    "days within months": every(1, 9, day=15),
    "quarters": every(3, 9),
    "years and quarters": [*every(12, 4, D(2001, 12, 31)), *every(3, 4, D(2005, 3, 31))],
    "no pattern": [D(2001, 2, 3), D(2002, 3, 20), D(2003, 1, 9), D(2004, 6, 30)],
}


@pytest.mark.parametrize("kind", ["stock", "flow"])
@pytest.mark.parametrize("nothing", ["before", "zz after"])
def test_a_series_is_read_the_same_beside_others_and_beside_one_without_figures(
    kind: str, nothing: str
) -> None:
    rows = [(name, day, float(i + 1)) for name, ds in ALONE.items() for i, day in enumerate(ds)]
    table = pl.DataFrame(
        [*rows, (nothing, D(2004, 1, 31), None)], schema=["unique_id", "ds", "y"], orient="row"
    )
    together = read_adoption(table, kind=kind)
    for name, ds in ALONE.items():
        lone = a(ds, kind=kind)
        of_it = pl.col("unique_id") == name
        assert together.series.filter(of_it)["freq"].item() == freq(lone), name
        assert together.frame.filter(of_it).drop("unique_id").equals(lone.frame.drop("unique_id")), name


@pytest.mark.parametrize(("days", "ends"), [(4, "2008-03-11"), (5, "2008-03-16")])
def test_figures_every_few_days_count_in_weeks_back_from_the_last_and_rarer_ones_in_calendar_weeks(
    days: int, ends: str
) -> None:
    last = D(2008, 3, 11)  # a Tuesday
    read = a([last - dt.timedelta(days * i) for i in reversed(range(20))])
    assert freq(read) == "W"
    assert str(read.frame["ds"].to_list()[-1]) == ends


def test_two_figures_of_one_month_are_no_years() -> None:
    with pytest.raises(BadInput, match="two figures for 2008-01: 1 and 2"):
        a([D(2008, 1, 8), D(2008, 1, 30)], kind="flow")


def test_dates_without_a_pattern_go_to_the_nearest_year_from_nine_months_apart_on() -> None:
    def dates(*steps: int) -> list[D]:
        return [D(int(m // 12), int(m % 12) + 1, 15) for m in np.cumsum([2000 * 12, *steps])]

    assert freq(a(dates(7, 10))) == "Q"
    with pytest.raises(BadInput, match="two figures for the year to 2000-07"):
        a(dates(7, 11))
