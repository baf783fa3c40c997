"""The worked example: its figures are those of the source, and only what was known is used."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from beachhead.documents.answers import gather
from beachhead.documents.words import market_paragraph, undecided
from beachhead.tables.adoption import read_adoption
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "vmware-2009"
DAY = dt.date(2009, 2, 28)
FIGURES = pl.read_csv(EXAMPLE / "adoption.csv", schema_overrides={"y": pl.Float64})
METRIC = {
    "revenue": "revenue_total",
    "revenue-by-quarter": "revenue_quarter",
    "licences-by-quarter": "licence_revenue_quarter",
    "customers": "customers",
    "organisations-using": "organisations_using",
    "data-centres-using": "data_centres_in_production",
    "virtual-machines": "virtual_machines",
    "workloads-virtualised": "workloads_virtualised",
    "servers-shipped-western-europe": "servers_shipped_virtualised_western_europe",
    "servers-shipped-worldwide": "servers_shipped_virtualised_worldwide",
}


def test_every_figure_has_a_source_a_status_and_the_day_it_was_known() -> None:
    assert FIGURES.select("source", "status", "known_on").null_count().sum_horizontal().item() == 0
    assert set(FIGURES["status"]) == {"sourced", "derived", "unverified here"}
    early = FIGURES.with_columns(pl.col("ds", "known_on").str.to_date()).filter(
        pl.col("known_on") < pl.col("ds")
    )
    assert early["unique_id"].to_list() == ["workloads-virtualised"]  # an estimate for the year's end


def test_the_figures_are_those_of_the_source(shared: Path) -> None:
    source = pl.read_csv(shared / "data" / "vmware.csv", schema_overrides={"value": pl.Float64})
    known = {
        (m, d): (v, k) for m, d, v, k in source.select("metric", "date", "value", "known_on").iter_rows()
    }
    for uid, ds, y, known_on, status in FIGURES.select(
        "unique_id", "ds", "y", "known_on", "status"
    ).iter_rows():
        found = known.get((METRIC[uid], ds))
        if found is None:
            assert status == "derived", (uid, ds)
        else:
            assert found == (y, known_on), (uid, ds)


def test_what_is_derived_follows_from_what_is_sourced() -> None:
    y = {(u, d): v for u, d, v in FIGURES.select("unique_id", "ds", "y").iter_rows()}
    assert y["licences-by-quarter", "2007-03-31"] == pytest.approx(294 / 1.73, abs=0.1)
    assert y["licences-by-quarter", "2007-09-30"] == pytest.approx(285 / 1.15, abs=0.1)
    assert y["customers", "2008-12-31"] == y["customers", "2009-06-30"] - 21_000
    for year in ("2007", "2008"):
        quarters = sum(v for (u, d), v in y.items() if u == "revenue-by-quarter" and d.startswith(year))
        assert quarters == pytest.approx(y["revenue", f"{year}-12-31"], abs=0.11)


def test_only_what_was_known_on_the_day_is_used() -> None:
    adoption = Workspace(EXAMPLE).adoption()
    known = FIGURES.filter(pl.col("known_on").str.to_date() <= DAY)
    assert adoption.frame.drop_nulls("y").height == known.height == 21
    without_later = read_adoption(known, as_of=DAY)
    assert without_later.frame.equals(adoption.frame)


def test_growth_alone_does_not_decide_it_and_a_stated_potential_does() -> None:
    answers = {a.unique_id: a for a in gather(Workspace(EXAMPLE).adoption()).answers}
    for name in ("revenue", "revenue-by-quarter", "licences-by-quarter"):
        assert undecided(answers[name].standing)
    revenue = answers["revenue"].standing
    assert {"early_adopters", "early_majority"} == set(
        sorted(
            ("innovators", "early_adopters", "early_majority", "late_majority", "laggards"), key=revenue.get
        )[-2:]
    )
    assert "Growth alone does not decide it" in " ".join(market_paragraph(answers["revenue"]))
    assert answers["data-centres-using"].standing["category"] == "late_majority"
    assert not undecided(answers["data-centres-using"].standing)
    for name in ("customers", "virtual-machines"):
        assert not answers[name].placed
        assert "only a potential that somebody states can place it" in " ".join(
            market_paragraph(answers[name])
        )


def test_what_came_later_lay_inside_the_intervals_of_the_day() -> None:
    answers = {a.unique_id: a for a in gather(Workspace(EXAMPLE).adoption()).answers}
    fan = answers["revenue"].forecast
    for year, happened in ((2009, 2023.9), (2010, 2857.3)):
        row = fan.filter(pl.col("ds").dt.year() == year).row(0, named=True)
        assert row["Beachhead-lo-95"] <= happened <= row["Beachhead-hi-95"]
