"""Dirty adoption data: what an analyst would do, done and told; what cannot be used, refused by name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from beachhead.errors import BadInput
from beachhead.tables.adoption import Adoption, read_adoption
from tests.tables.test_adoption import figures, said

D = dt.date


def one(ds: list[Any], y: list[Any], **arguments: Any) -> Adoption:
    """A stock called a, read."""
    frame = pl.DataFrame({"unique_id": ["a"] * len(ds), "ds": ds, "y": y}, strict=False)
    return read_adoption(frame, **({"kind": "stock"} | arguments))


def csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "adoption.csv"
    path.write_text(text, encoding="utf-8")
    return path


def reason(adoption: Adoption, unique_id: str) -> str:
    return adoption.refused.filter(pl.col("unique_id") == unique_id)["reason"].item()


# --- rows ---------------------------------------------------------------------------------------------------


def test_gaps_stay_empty_and_are_named() -> None:
    read = one([2001, 2002, 2005, 2007, 2010], [1.0, 2, 3, 4, 5])
    assert figures(read, "a") == [1, 2, None, None, 3, None, 4, None, None, 5]
    assert said(read, "a") == "5 years are missing: 2003, 2004, 2006, 2008 and 1 more"


def test_empty_cells_are_missing_and_ends_are_trimmed() -> None:
    read = one([2001, 2002, 2003, 2004, 2005], [None, 1.0, float("nan"), 3, None])
    assert figures(read, "a") == [1, None, 3]
    assert read.frame["ds"].to_list()[0] == D(2002, 12, 31)


def test_rows_are_sorted() -> None:
    read = one([2003, 2001, 2002], [3.0, 1, 2])
    assert figures(read, "a") == [1, 2, 3]
    assert "sorted" in said(read, "a")
    backwards = one([2003, 2002, 2001], [3.0, 2, 1])
    assert figures(backwards, "a") == [1, 2, 3]
    assert said(backwards, "a") == ""


def test_series_may_be_mixed_with_each_other() -> None:
    table = pl.DataFrame(
        {"unique_id": ["a", "b"] * 3, "ds": [1, 1, 2, 2, 3, 3], "y": [1.0, 10, 2, 20, 3, 30]}
    )
    read = read_adoption(table, kind="stock")
    assert figures(read, "a") == [1, 2, 3]
    assert figures(read, "b") == [10, 20, 30]


def test_repeated_rows_are_dropped() -> None:
    read = one([2001, 2001, 2002, 2002], [1.0, 1, None, 2])
    assert figures(read, "a") == [1, 2]
    assert said(read, "a") == "1 repeated row dropped"


def test_two_figures_for_a_date_refuse_the_series_and_name_both(tmp_path: Path) -> None:
    path = csv(tmp_path, "unique_id,ds,y\na,2001,1\nb,2001,5\na,2002,3\na,2002,4\nb,2002,6\n")
    read = read_adoption(path, kind="stock")
    assert read.series["unique_id"].to_list() == ["b"]
    assert reason(read, "a") == (
        "adoption.csv, row 5, column 'y', value '4': series 'a' has another figure for 2002-12-31 (3); expected one "
        "figure per date: add parts up, name them as series of their own, or state known_on."
    )


def test_of_revised_figures_the_one_known_last_counts() -> None:
    table = pl.DataFrame(
        {
            "unique_id": ["a"] * 4,
            "ds": [2001, 2002, 2002, 2003],
            "y": [1.0, 2.5, 2.0, 3.0],
            "known_on": ["2002-02-01", "2004-01-01", "2003-02-01", "2004-02-01"],
        }
    )
    assert figures(read_adoption(table, kind="stock"), "a") == [1, 2.5, 3]
    assert "superseded" in said(read_adoption(table, kind="stock"), "a")
    assert figures(read_adoption(table, kind="stock", as_of="2003-12-31"), "a") == [1, 2]


def test_a_year_beside_its_own_quarters() -> None:
    read = one(["2008Q1", "2008Q2", "2008Q3", "2008Q4", "2008"], [1.0, 2, 3, 4, 10], kind="flow")
    assert figures(read, "a") == [1, 2, 3, 4]
    assert said(read, "a") == "1 yearly figure beside quarterly ones left out"


def test_total_rows_are_left_out(tmp_path: Path) -> None:
    path = csv(tmp_path, "unique_id,ds,y\na,2001,1\na,2002,2\na,Total,3\nSumme,2001,1\nSumme,2002,2\n")
    read = read_adoption(path, kind="flow")
    assert read.series["unique_id"].to_list() == ["a"]
    assert "1 total row in column 'ds' left out" in said(read)
    assert "'Summe' left out" in said(read)


def test_rows_without_a_series_or_a_date_are_counted() -> None:
    table = pl.DataFrame(
        {"unique_id": ["a", "a", None, "a"], "ds": ["2001", "2002", "2001", None], "y": [1.0, 2, 3, 4]}
    )
    read = read_adoption(table, kind="stock")
    assert figures(read, "a") == [1, 2]
    assert "1 figure without a name" in said(read)
    assert "1 figure without a date" in said(read, "a")


# --- figures ------------------------------------------------------------------------------------------------


def test_a_stock_may_decline_and_zeros_before_launch_go() -> None:
    read = one(range(2000, 2006), [0.0, 0, 5, 9, 8, 7])
    assert figures(read, "a") == [5, 9, 8, 7]
    assert "2 zeros before the first adoption (2002) left out" in said(read, "a")
    assert "the stock declines 2 times" in said(read, "a")
    assert read.series["zero_before"].to_list() == [True]


def test_a_zero_long_before_says_nothing_about_the_launch() -> None:
    assert one([1990, 2000, 2001], [0.0, 1, 2]).series["zero_before"].to_list() == [False]


def test_zeros_after_launch_stay() -> None:
    assert figures(one([2001, 2002, 2003], [1.0, 0, 2], kind="flow"), "a") == [1, 0, 2]


def test_nothing_but_zeros_is_refused() -> None:
    with pytest.raises(BadInput, match="series 'a' holds nothing but zeros; expected adoptions"):
        one([2001, 2002], [0.0, 0])


def test_returns_are_kept_while_they_are_few() -> None:
    read = one([2001, 2002, 2003], [10.0, -1, 12], kind="flow")
    assert figures(read, "a") == [10, -1, 12]
    assert "kept as returns (1 of 22)" in said(read, "a")
    assert "kept as returns (2 of 10)" in said(one([2001, 2002, 2003], [4.0, -2, 6], kind="flow"), "a")
    with pytest.raises(
        BadInput, match=r"row 3, column 'y', value '-9.0': series 'a' takes 9 of 10 adoptions back"
    ):
        one([2001, 2002], [10.0, -9], kind="flow")


@pytest.mark.parametrize("kind", ["stock", "share"])
def test_a_negative_stock_or_share_is_refused(kind: str) -> None:
    with pytest.raises(
        BadInput, match=r"row 3, column 'y', value '-1.0': a stock or share cannot be negative"
    ):
        one([2001, 2002], [10.0, -1], kind=kind)


def test_thousands_decimal_commas_and_signs(tmp_path: Path) -> None:
    german = csv(tmp_path, "unique_id;ds;y\na;31.12.2001;1.234,5\na;31.12.2002;2.345,6\n")
    assert figures(read_adoption(german, kind="stock"), "a") == [1234.5, 2345.6]
    assert "decimal comma" in said(read_adoption(german, kind="stock"))
    english = csv(tmp_path, 'unique_id,ds,y\na,2001,"$1,234.50"\na,2002,"$2,345.60"\n')
    assert figures(read_adoption(english, kind="stock"), "a") == [1234.5, 2345.6]


@pytest.mark.parametrize("cell", ["abc", "1e400", "inf", "12-13"])
def test_what_is_no_figure_refuses_its_series_and_no_other(tmp_path: Path, cell: str) -> None:
    path = csv(tmp_path, f"unique_id,ds,y\na,2001,1\na,2002,{cell}\nb,2001,1\nb,2002,2\n")
    read = read_adoption(path, kind="stock")
    assert figures(read, "b") == [1, 2]
    assert reason(read, "a") == (
        f"adoption.csv, row 3, column 'y', value '{cell}': this is no figure; expected a number or nothing."
    )


def test_absurd_figures_are_refused() -> None:
    with pytest.raises(BadInput, match="absurdly large"):
        one([2001, 2002], [1.0, 1e16])


def test_what_is_no_date_refuses_its_series(tmp_path: Path) -> None:
    read = read_adoption(csv(tmp_path, "unique_id,ds,y\na,20O1,1\na,2002,2\nb,2001,1\n"), kind="stock")
    assert reason(read, "a") == (
        "adoption.csv, row 2, column 'ds', value '20O1': this is no date or period; expected a date, 2008, 2008Q3 or "
        "2008-07."
    )


def test_a_cell_of_a_wide_table_is_named_by_its_column(tmp_path: Path) -> None:
    read = read_adoption(csv(tmp_path, "country,2001,2002\nfr,1,x\nde,3,4\n"), kind="stock")
    assert "row 2, column '2002', value 'x'" in reason(read, "fr")


def test_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Land;Jahr;Anteil\nÖsterreich;2001;5 %\nÖsterreich;2002;6 %\n".encode("cp1252"))
    read = read_adoption(path)
    assert read.series.select("unique_id", "kind", "scale").rows() == [("Österreich", "share", 100)]
    assert "cp1252" in said(read)


def test_if_nothing_is_left_the_reason_is_raised(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none of the 2 series can be used. The first: adoption.csv, row 2"):
        read_adoption(csv(tmp_path, "unique_id,ds,y\na,2001,x\nb,2001,y\n"))
    with pytest.raises(BadInput, match="series 'a' has no figures"):
        one([2001, 2002], [None, None])
    with pytest.raises(BadInput, match="there are no figures"):
        read_adoption(pl.DataFrame({"unique_id": [None], "ds": [2001], "y": [1.0]}))


def test_one_observation_is_kept_and_told() -> None:
    read = one([D(2009, 10, 21)], [0.16], kind="share")
    assert figures(read, "a") == [0.16]
    assert "one figure only" in said(read, "a")
    assert read.series.select("freq", "n").rows() == [("M", 1)]


# --- shares -------------------------------------------------------------------------------------------------


def shares(**columns: Any) -> Adoption:
    table = pl.DataFrame({"unique_id": ["a", "a", "b", "b"], "ds": [2001, 2002] * 2} | columns)
    return read_adoption(table, kind="share")


def test_the_scale_of_shares_is_decided_for_the_whole_table() -> None:
    fractions = shares(y=[0.1, 0.2, 0.01, 0.02])
    assert fractions.series.select("scale", "ceiling").rows() == [(1, 1), (1, 1)]
    assert "fractions (0 to 1), for none is above 1" in said(fractions)
    percents = shares(y=[10.0, 20.0, 0.01, 0.02])
    assert percents.series.select("scale", "ceiling").rows() == [(100, 100), (100, 100)]
    assert "percents (0 to 100), for they reach 20" in said(percents)
    assert figures(percents, "b") == [0.01, 0.02]


def test_a_declared_percent_is_never_rescaled() -> None:
    assert shares(y=["0.1 %", "0.2 %", "0.01", "0.02"]).series["scale"].to_list() == [100, 100]
    assert shares(y=[0.1, 0.2, 0.01, 0.02], unit=["percent of firms"] * 4).series["scale"].to_list() == [
        100,
        100,
    ]
    read = shares(y=[0.1, 0.2, 0.01, 0.02], unit=["%", "%", "share", "share"])
    assert read.series["scale"].to_list() == [100, 1]
    table = pl.DataFrame({"unique_id": ["a"] * 2, "ds": [2001, 2002], "percent": [0.1, 0.2]})
    assert read_adoption(table).series.select("kind", "scale").rows() == [("share", 100)]


def test_a_percent_in_a_remark_declares_nothing() -> None:
    read = shares(y=[0.1, 0.2, 0.4, 0.5], unit=["share of workloads (a floor: above 50 %)"] * 4)
    assert read.series["scale"].to_list() == [1, 1]


def test_a_stated_potential_tells_the_scale() -> None:
    table = pl.DataFrame({"unique_id": ["a"] * 2, "ds": [2001, 2002], "y": [0.1, 0.2]})
    assert read_adoption(table, kind="share", potential=(30, 60)).series["scale"].to_list() == [100]
    assert read_adoption(table, kind="share", potential=(0.3, 0.6)).series["scale"].to_list() == [1]


def test_more_than_all_is_a_stock_per_hundred() -> None:
    read = shares(y=[90.0, 120.0, 50.0, 100.5])
    assert read.series.select("kind", "scale").rows() == [("stock", None), ("share", 100)]
    assert "above 100 %" in said(read, "a")


# --- what was known when ------------------------------------------------------------------------------------


def test_as_of_uses_only_what_was_known() -> None:
    quarters = ["2008Q1", "2008Q2", "2008Q3", "2008Q4"]
    assert len(figures(one(quarters, [1.0, 2, 3, 4], as_of="2008-09-30"), "a")) == 3
    assert len(figures(one(quarters, [1.0, 2, 3, 4], as_of=D(2008, 9, 29)), "a")) == 2
    assert len(figures(one([2006, 2007, 2008], [1.0, 2, 3], as_of=2007), "a")) == 2
    read = one(quarters, [1.0, 2, 3, 4], as_of="2008-06")
    assert "2 figures not known by 2008-06-30 left out" in said(read)


def test_a_year_dated_by_its_first_day_is_known_when_it_is_over() -> None:
    starts = [D(2006, 1, 1), D(2007, 1, 1), D(2008, 1, 1)]
    assert len(figures(one(starts, [1.0, 2, 3], as_of="2008-06-30"), "a")) == 2
    ends = [D(2005, 12, 31), D(2006, 12, 31), D(2007, 12, 31)]
    assert len(figures(one(ends, [1.0, 2, 3], as_of="2008-06-30"), "a")) == 3


def test_what_becomes_known_later_does_not_count() -> None:
    table = pl.DataFrame(
        {
            "unique_id": ["a", "a", "b"],
            "ds": ["2008-09-30", "2008-12-31", "2008-12-31"],
            "y": [1.0, 2, 3],
            "known_on": [D(2008, 10, 21), D(2009, 3, 1), D(2009, 3, 1)],
        }
    )
    read = read_adoption(table, kind="stock", as_of="2009-02-28")
    assert figures(read, "a") == [1]
    assert reason(read, "b") == "series 'b' has no figure that was known by 2009-02-28."
    wrong = table.with_columns(known_on=pl.lit("soon"))
    with pytest.raises(BadInput, match="column 'known_on', value 'soon': this is no date"):
        read_adoption(wrong, kind="stock")


def test_the_same_as_if_the_later_rows_were_not_there() -> None:
    whole = pl.DataFrame({"ds": range(1990, 2010), "y": [float(i * i) for i in range(1, 21)]})
    for year in (1995, 2000):
        cut = read_adoption(whole.filter(pl.col("ds") <= year), kind="stock")
        known = read_adoption(whole, kind="stock", as_of=f"{year}-12-31")
        assert cut.frame.equals(known.frame)
        assert cut.series.equals(known.series)


def test_figures_of_the_future_are_forecasts() -> None:
    year = dt.date.today().year
    read = one([year - 2, year - 1, year, year + 1, year + 2], [1.0, 2, 3, 4, 5])
    assert figures(read, "a") == [1, 2, 3]
    assert "2 figures dated after today" in said(read, "a")
    if dt.date.today() < D(year, 12, 31):
        assert f"{year} is not over yet" in said(read, "a")
