"""Adoption tables of every usual shape become the same regular series, and come back as the user writes dates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from beachhead.errors import BadInput, BadQuestion
from beachhead.tables.adoption import Adoption, read_adoption

D = dt.date
YEARS = [D(y, 12, 31) for y in (2005, 2006, 2007)]
LONG = pl.DataFrame(
    {
        "unique_id": ["mobile"] * 3 + ["fixed"] * 3,
        "ds": [2005, 2006, 2007] * 2,
        "y": [1.0, 2.0, 4.0, 9.0, 8.0, 8.5],
    }
)


def said(adoption: Adoption, unique_id: str | None = None) -> str:
    """What is told about a series, or about the whole table."""
    own = pl.col("unique_id").eq_missing(pl.lit(unique_id, dtype=pl.String))
    return "; ".join(adoption.notes.filter(own)["note"].to_list())


def figures(adoption: Adoption, unique_id: str) -> list[float | None]:
    return adoption.frame.filter(pl.col("unique_id") == unique_id)["y"].to_list()


def test_the_frame_and_the_series() -> None:
    read = read_adoption(LONG, kind="stock")
    assert read.frame.schema == {"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}
    assert read.frame.rows()[:3] == [("mobile", day, y) for day, y in zip(YEARS, (1, 2, 4), strict=True)]
    assert read.series.select("unique_id", "kind", "freq", "n").rows() == [
        ("mobile", "stock", "Y", 3),
        ("fixed", "stock", "Y", 3),
    ]
    assert read.series.schema["potential_low"] == pl.Float64
    assert read.series.schema["launch"] == pl.Date
    assert read.refused.is_empty()


# --- where it comes from ------------------------------------------------------------------------------------


def as_file(kind: str, folder: Path) -> Path:
    path = folder / f"adoption.{kind}"
    match kind:
        case "csv":
            LONG.write_csv(path)
        case "tsv":
            LONG.write_csv(path, separator="\t")
        case "xlsx":
            LONG.write_excel(path)
        case "parquet":
            LONG.write_parquet(path)
        case "json":
            LONG.write_json(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "parquet", "json"])
def test_every_file_says_the_same(kind: str, tmp_path: Path) -> None:
    expected = read_adoption(LONG, kind="stock")
    for path in (as_file(kind, tmp_path), str(as_file(kind, tmp_path))):
        assert_frame_equal(read_adoption(path, kind="stock").frame, expected.frame)


@pytest.mark.parametrize(
    "make",
    [pl.DataFrame.to_pandas, pl.DataFrame.to_arrow, pl.DataFrame.lazy],
    ids=["pandas", "arrow", "lazy"],
)
def test_every_table_object_says_the_same(make: Any) -> None:
    assert_frame_equal(read_adoption(make(LONG), kind="stock").frame, read_adoption(LONG, kind="stock").frame)


def test_a_duckdb_relation() -> None:
    relation = duckdb.from_arrow(LONG.to_arrow())
    assert_frame_equal(read_adoption(relation, kind="stock").frame, read_adoption(LONG, kind="stock").frame)


# --- columns ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("series", "date", "value"),
        ("Technology", "Year", "Adoptions"),
        ("ID", "Period", "Level"),
        ("Product Name", "Fiscal Year", "Installed base"),
        ("name", "YEAR", "sales"),
    ],
)
def test_usual_names_are_recognised_and_told(names: tuple[str, str, str]) -> None:
    read = read_adoption(LONG.rename(dict(zip(LONG.columns, names, strict=True))), kind="stock")
    assert_frame_equal(read.frame, read_adoption(LONG, kind="stock").frame)
    for name in names:
        assert repr(name) in said(read)


def test_one_series_needs_no_name(tmp_path: Path) -> None:
    own = LONG.head(3).select("ds", "y")
    assert read_adoption(own, kind="stock").series["unique_id"].to_list() == ["series"]
    own.write_csv(tmp_path / "vmware.csv")
    assert read_adoption(tmp_path / "vmware.csv", kind="stock").series["unique_id"].to_list() == ["vmware"]
    assert read_adoption(own.rename({"y": "servers"}), kind="stock").series["unique_id"].to_list() == [
        "servers"
    ]


def test_two_names_make_a_series_where_one_does_not() -> None:
    table = pl.DataFrame(
        {
            "region": ["east", "east", "west", "west"] * 2,
            "technology": ["a"] * 4 + ["b"] * 4,
            "year": [2005, 2006] * 4,
            "y": [1.0, 2, 3, 4, 5, 6, 7, 8],
        }
    )
    read = read_adoption(table, kind="stock")
    assert read.series["unique_id"].to_list() == ["east / a", "west / a", "east / b", "west / b"]
    alone = read_adoption(table.filter(pl.col("technology") == "a"), kind="stock")
    assert alone.series["unique_id"].to_list() == ["east", "west"]


def test_year_and_quarter_in_columns_of_their_own() -> None:
    table = pl.DataFrame(
        {"year": [2008] * 3 + [2009], "quarter": ["Q2", "Q3", "Q4", "Q1"], "sales": [1, 2, 3, 4]}
    )
    read = read_adoption(table)
    assert read.frame["ds"].to_list() == [D(2008, 6, 30), D(2008, 9, 30), D(2008, 12, 31), D(2009, 3, 31)]
    months = pl.DataFrame({"year": [2008, 2008], "month": [7, 8], "y": [1, 2]})
    assert read_adoption(months, kind="flow").frame["ds"].to_list() == [D(2008, 7, 31), D(2008, 8, 31)]


def test_years_as_columns() -> None:
    wide = pl.DataFrame({"country": ["fr", "de"], "2005": [1.0, 5], "2006": [None, 6.0], "2007": [3.0, 7]})
    read = read_adoption(wide, kind="stock")
    assert figures(read, "fr") == [1, None, 3]
    assert figures(read, "de") == [5, 6, 7]
    assert "the columns 2005 to 2007 are taken for dates" in said(read)


def test_quarters_as_columns_with_text_figures() -> None:
    wide = pl.DataFrame({"": ["x"], "Q1 2008": ["1.000,5"], "Q2 2008": ["2.000"], "Total": ["3.000,5"]})
    read = read_adoption(wide, kind="flow")
    assert read.frame.select("ds", "y").rows() == [(D(2008, 3, 31), 1000.5), (D(2008, 6, 30), 2000)]


def test_one_column_per_series() -> None:
    wide = pl.DataFrame({"Date": ["2008-01", "2008-02"], "Win7": [1, 2], "Vista": [3, 4], "Total": [4, 6]})
    read = read_adoption(wide, kind="stock")
    assert read.series["unique_id"].to_list() == ["Win7", "Vista"]
    assert "'Total' left out: it adds the other series up" in said(read)


def test_names_of_merged_cells_are_filled_down() -> None:
    table = pl.DataFrame(
        {"series": ["a", None, "b", None], "year": [2001, 2002] * 2, "value": [1.0, 2, 3, 4]}
    )
    read = read_adoption(table, kind="stock")
    assert figures(read, "a") == [1, 2]
    assert "filled with the name above" in said(read)
    again = table.with_columns(series=pl.Series(["a", None, "a", None]), year=pl.int_range(2001, 2005))
    assert "2 figures without a name" in said(read_adoption(again, kind="stock"))


def test_columns_that_hold_no_cells() -> None:
    table = LONG.with_columns(name=pl.lit([1, 2]), other=pl.lit(dt.timedelta(1)))
    assert read_adoption(table, kind="stock").series["name"].to_list() == [None, None]
    with pytest.raises(BadInput, match=r"column .y.: this column holds List"):
        read_adoption(LONG.with_columns(y=pl.lit([1])))
    with pytest.raises(BadInput, match="no column holds dates or figures"):
        read_adoption(LONG.select(a=pl.lit([1, 2])))


def test_a_sum_alone_is_a_series() -> None:
    assert (
        read_adoption(LONG.head(3).with_columns(unique_id=pl.lit("Total")), kind="stock").series.height == 1
    )


def test_columns_that_do_not_make_a_table() -> None:
    with pytest.raises(BadInput, match=r"no column of dates is found among 'a', 'b'; expected .*unique_id"):
        read_adoption(pl.DataFrame({"a": ["x"], "b": ["y"]}))
    with pytest.raises(BadInput, match="'height', 'weight' could all be it"):
        read_adoption(pl.DataFrame({"id": ["x"], "ds": [2008], "height": [1.0], "weight": [2.0]}))
    with pytest.raises(BadInput, match="no column of figures"):
        read_adoption(pl.DataFrame({"id": ["x"], "ds": [2008], "note": ["z"]}))
    with pytest.raises(BadInput, match="the table is empty"):
        read_adoption(LONG.clear())
    with pytest.raises(BadInput, match="no such file"):
        read_adoption("nothing.csv")


# --- forms of dates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ds", "ends", "ahead"),
    [
        ([2007, 2008], [D(2007, 12, 31), D(2008, 12, 31)], [2009, 2010]),
        (["2007", "2008"], [D(2007, 12, 31), D(2008, 12, 31)], [2009, 2010]),
        (["FY2007", "FY2008"], [D(2007, 12, 31), D(2008, 12, 31)], ["FY2009", "FY2010"]),
        (["2007/08", "2008/09"], [D(2008, 6, 30), D(2009, 6, 30)], ["2009/10", "2010/11"]),
        (["2008Q3", "2008Q4"], [D(2008, 9, 30), D(2008, 12, 31)], ["2009Q1", "2009Q2"]),
        (["2008-Q3", "2008-Q4"], [D(2008, 9, 30), D(2008, 12, 31)], ["2009-Q1", "2009-Q2"]),
        (["Q3 2008", "Q4 2008"], [D(2008, 9, 30), D(2008, 12, 31)], ["Q1 2009", "Q2 2009"]),
        (["3Q08", "4Q08"], [D(2008, 9, 30), D(2008, 12, 31)], ["1Q09", "2Q09"]),
        (["2008-07", "2008-08"], [D(2008, 7, 31), D(2008, 8, 31)], ["2008-09", "2008-10"]),
        (["Jul 2008", "Aug 2008"], [D(2008, 7, 31), D(2008, 8, 31)], ["Sep 2008", "Oct 2008"]),
        (
            ["November 2008", "December 2008"],
            [D(2008, 11, 30), D(2008, 12, 31)],
            ["January 2009", "February 2009"],
        ),
        ([200807, 200808], [D(2008, 7, 31), D(2008, 8, 31)], [200809, 200810]),
        (["2008-W52", "2009-W01"], [D(2008, 12, 28), D(2009, 1, 4)], ["2009-W02", "2009-W03"]),
        (
            [D(2007, 12, 31), D(2008, 12, 31)],
            [D(2007, 12, 31), D(2008, 12, 31)],
            [D(2009, 12, 31), D(2010, 12, 31)],
        ),
        ([D(2007, 1, 1), D(2008, 1, 1)], [D(2007, 12, 31), D(2008, 12, 31)], [D(2009, 1, 1), D(2010, 1, 1)]),
        ([D(2008, 7, 1), D(2008, 10, 1)], [D(2008, 9, 30), D(2008, 12, 31)], [D(2009, 1, 1), D(2009, 4, 1)]),
        (
            [D(2008, 1, 31), D(2008, 2, 29)],
            [D(2008, 1, 31), D(2008, 2, 29)],
            [D(2008, 3, 31), D(2008, 4, 30)],
        ),
        (
            [D(2008, 1, 15), D(2008, 2, 15)],
            [D(2008, 1, 31), D(2008, 2, 29)],
            [D(2008, 3, 15), D(2008, 4, 15)],
        ),
        (
            [D(2007, 6, 30), D(2008, 6, 30)],
            [D(2007, 6, 30), D(2008, 6, 30)],
            [D(2009, 6, 30), D(2010, 6, 30)],
        ),
        ([D(2008, 7, 5), D(2008, 7, 12)], [D(2008, 7, 5), D(2008, 7, 12)], [D(2008, 7, 19), D(2008, 7, 26)]),
        (
            [dt.datetime(2007, 12, 31), dt.datetime(2008, 12, 31)],
            [D(2007, 12, 31), D(2008, 12, 31)],
            [dt.datetime(2009, 12, 31), dt.datetime(2010, 12, 31)],
        ),
        ([1, 2], [D(2001, 12, 31), D(2002, 12, 31)], [3, 4]),
    ],
    ids=lambda v: str(v[0]),
)
def test_forecasts_continue_in_the_form_that_came_in(ds: list[Any], ends: list[D], ahead: list[Any]) -> None:
    read = read_adoption(pl.DataFrame({"unique_id": ["a", "a"], "ds": ds, "y": [1.0, 2.0]}), kind="stock")
    assert read.frame["ds"].to_list() == ends
    assert read.in_user_form(read.ahead(2))["ds"].to_list() == ahead
    assert read.in_user_form(read.frame)["ds"].to_list() == ds if not isinstance(ahead[0], int) else True


def test_series_of_different_frequency_keep_their_own_form() -> None:
    table = pl.DataFrame(
        {
            "unique_id": ["y", "y", "q", "q"],
            "ds": [D(2007, 1, 1), D(2008, 1, 1), D(2008, 6, 30), D(2008, 9, 30)],
            "y": [1.0, 2, 3, 4],
        }
    )
    read = read_adoption(table, kind="stock")
    assert read.in_user_form(read.ahead(1))["ds"].to_list() == [D(2009, 1, 1), D(2008, 12, 31)]
    assert "1 yearly, 1 quarterly" in said(read)
    for h, said_of_it in ((0, "whole number from 1"), (9000, "at most 600"), (1.5, "whole number")):
        with pytest.raises(BadQuestion, match=said_of_it):
            read.ahead(h)  # type: ignore[arg-type]


def test_days_and_months_that_cannot_be_told_apart_are_refused_unless_the_grid_tells() -> None:
    quarters = pl.DataFrame({"ds": ["01/01/2008", "01/04/2008", "01/07/2008"], "y": [1, 2, 3]})
    read = read_adoption(quarters, kind="stock")
    assert read.series["freq"].to_list() == ["Q"]
    assert "day-first" in said(read)
    american = read_adoption(
        pl.DataFrame({"ds": ["1/1/2008", "4/1/2008", "7/1/2008"], "y": [1, 2, 3]}), kind="stock"
    )
    assert_frame_equal(read.frame, american.frame)
    with pytest.raises(BadInput, match="'03/04/2008' is 3 April 2008 day-first and 4 March 2008 month-first"):
        read_adoption(pl.DataFrame({"ds": ["03/04/2008", "05/06/2008"], "y": [1, 2]}))


# --- what is stated -----------------------------------------------------------------------------------------


def test_optional_columns() -> None:
    table = LONG.with_columns(
        kind=pl.Series(["stock"] * 3 + ["Share"] * 3),
        potential_low=pl.Series([50.0, None, None, None, None, None]),
        potential_high=pl.Series([80.0, None, None, None, None, None]),
        launch=pl.Series(["2004"] * 3 + [None] * 3),
        name=pl.lit("Phones"),
        unit=pl.Series(["million"] * 3 + ["percent"] * 3),
        note=pl.lit("typed"),
    )
    rows = read_adoption(table).series.rows(named=True)
    assert (
        rows[0]
        | {
            "kind": "stock",
            "potential_low": 50,
            "potential_high": 80,
            "ceiling": None,
            "launch": D(2004, 1, 1),
            "name": "Phones",
            "unit": "million",
            "note": "typed",
        }
        == rows[0]
    )
    assert (rows[1]["kind"], rows[1]["scale"], rows[1]["ceiling"]) == ("share", 100, 100)


def test_a_stated_potential_and_launch() -> None:
    read = read_adoption(LONG, kind="stock", potential=(10, 20), launch=2004)
    assert read.series["potential_high"].to_list() == [20, 20]
    assert read.series["launch"].to_list() == [D(2004, 1, 1)] * 2
    table = pl.DataFrame(
        {"unique_id": ["fixed"], "potential_low": [5], "potential_high": [9], "launch": ["2001Q3"]}
    )
    one = read_adoption(LONG, kind="stock", potential=table).series
    assert one["potential_low"].to_list() == [None, 5]
    assert one["launch"].to_list() == [None, D(2001, 7, 1)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"kind": "stok"}, "did you mean 'stock'"),
        ({"freq": "fortnightly"}, "say Y .yearly., Q"),
        ({"potential": (5, 1)}, "no range"),
        ({"potential": (0, 1)}, "no range"),
        ({"potential": "5:10"}, "no range|no table"),
        ({"potential": (1, 2, 3)}, "no range"),
        ({"potential": pl.DataFrame({"unique_id": ["x"], "ceiling": [1]})}, "names none of the series"),
        ({"potential": pl.DataFrame({"unique_id": ["fixed"]})}, "needs unique_id and"),
        (
            {"potential": pl.DataFrame({"unique_id": ["fixed"], "ceiling": ["high"]})},
            "'high' in column 'ceiling'",
        ),
        ({"launch": "soon"}, "launch 'soon' is no date"),
        ({"as_of": "never"}, "as_of 'never' is no date"),
    ],
)
def test_questions_that_cannot_be_asked(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises((BadQuestion, BadInput), match=says):
        read_adoption(LONG, **arguments)


def test_facts_that_contradict_are_told() -> None:
    table = LONG.with_columns(
        potential_low=pl.Series([9.0] * 3 + [1.0] * 3),
        potential_high=pl.Series([5.0] * 3 + [None] * 3, dtype=pl.Float64),
        ceiling=pl.Series([-1.0] * 3 + [50.0, 60.0, 70.0]),
        launch=pl.Series([2006] * 3 + [None] * 3),
    )
    read = read_adoption(table, kind="stock")
    assert "the potential 9 to 5 is no range" in said(read, "mobile")
    assert "the ceiling -1 is not above 0" in said(read, "mobile")
    assert "launch lies after the first figure" in said(read, "mobile")
    assert "needs both potential_low and potential_high" in said(read, "fixed")
    assert "column 'ceiling' says different things; the latest row counts" in said(read, "fixed")
    assert read.series["ceiling"].to_list() == [None, 70]
    assert read.series["launch"].to_list() == [None, None]


def test_figures_beyond_what_is_stated_are_told() -> None:
    read = read_adoption(LONG.with_columns(ceiling=pl.lit(8.5)), kind="stock", potential=(1, 3))
    assert "reach 9, above the ceiling 8.5, which is not used" in said(read, "fixed")
    assert "reach 4, above the stated potential of at most 3" in said(read, "mobile")
    assert read.series["ceiling"].to_list() == [8.5, None]
    assert "reach 7, above" in said(read_adoption(LONG.head(3), kind="flow", potential=(1, 6)), "mobile")


# --- real tables --------------------------------------------------------------------------------------------


def test_vmware_as_known_in_february_2009(shared: Path) -> None:
    read = read_adoption(shared / "data/vmware.csv", as_of="2009-02-28")
    kinds = dict(read.series.select("unique_id", "kind").iter_rows())
    freqs = dict(read.series.select("unique_id", "freq").iter_rows())
    assert figures(read, "revenue_quarter") == [258.7, 296.8, 357.8, 412.5, 438.2, 456.1, 472.1, 514.6]
    assert (kinds["revenue_quarter"], freqs["revenue_quarter"]) == ("flow", "Q")
    assert (kinds["revenue_total"], freqs["revenue_total"]) == ("flow", "Y")
    assert figures(read, "revenue_total")[-1] == 1881.0  # known since 26 February 2009
    assert (kinds["customers"], kinds["organisations_using"]) == ("stock", "share")
    assert figures(read, "licence_revenue_quarter") == [294, None, 285]
    assert "workloads_virtualised" in read.refused["unique_id"].to_list()
    assert read.frame["ds"].max() <= D(2009, 2, 28)


def test_countries_and_other_technologies(shared: Path) -> None:
    read = read_adoption(shared / "data/country_adoption.csv.gz", kind="stock")
    assert read.series.height == 705
    assert set(read.series["freq"]) == {"Y"}
    assert read.refused.is_empty()
    more = read_adoption(shared / "data/adoption_more.csv.gz", kind="stock")
    assert more.series["freq"].value_counts(sort=True).rows() == [("Y", 442), ("Q", 137)]
    assert more.series.height == 579


def test_wide_tables_of_others(shared: Path) -> None:
    ibm = read_adoption(shared / "data/ibm_generations.csv", kind="stock")
    assert ibm.series["unique_id"].to_list() == ["SIU1", "SIU2", "SIU3", "SIU4"]
    assert figures(ibm, "SIU2")[0] == 880
    assert ibm.series["zero_before"].to_list() == [False, True, True, True]
    assert "are taken for years" in said(ibm)
    windows = read_adoption(shared / "data/windows_versions.csv")
    assert set(windows.series["freq"]) == {"M"}
    assert set(windows.series["kind"]) == {"share"}
    assert set(windows.series["scale"]) == {1.0}
