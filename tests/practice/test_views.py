"""Views of others: what one is worth, the pool, Delphi rounds, what is refused."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.views_honesty import log_loss, views_of
from click.testing import CliRunner

from beachhead.cli import commands
from beachhead.documents.pages import views as page
from beachhead.documents.views_words import spread
from beachhead.errors import BadInput, BadQuestion
from beachhead.market import views
from beachhead.market.fit import Fit
from beachhead.market.settings import DEFAULT
from beachhead.market.views import (
    SHARED,
    last_views,
    likelihood,
    of_range,
    of_tenths,
    pool,
    pooled,
    with_views,
)
from beachhead.practice.check import check_workspace
from beachhead.practice.delphi import answer_round, close_round, find_round, open_round
from beachhead.practice.observing import Seen, add_view, observations, track_record, viewed_markets
from beachhead.practice.people import find_person, forget_person
from beachhead.tables.adoption import read_adoption
from beachhead.tables.observations import TABLE
from beachhead.tables.workspace import Workspace
from tests.market.lives import noisy_lives, table

AS_OF = dt.date(2009, 2, 28)


@pytest.fixture
def there(tmp_path: Path) -> Workspace:
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n")
    ids = ("AB", "CD", "EF", "GH", "IJ")
    rows = "".join(f"{name},Name {name},2008-12-01\n" for name in ids)
    (tmp_path / "people.csv").write_text(f"person,name,told\n{rows}KL,Name KL,\n")
    levels = "".join(f"m,{year},{round(100 * 1.3 ** (year - 2000))}\n" for year in range(2000, 2009))
    (tmp_path / "adoption.csv").write_text(f"unique_id,ds,y\n{levels}")
    return Workspace(tmp_path)


def person(there: Workspace, name: str):
    return find_person(there, name)


def rows(*told: dict) -> pl.DataFrame:
    return TABLE.conform(pl.DataFrame([{"market": "m", "date": AS_OF, **one} for one in told]))


# ---- one view ----


def test_a_view_is_a_range_widened_by_how_few_customers_it_rests_on() -> None:
    wide, close = of_range(0.1, 0.3, 3), of_range(0.1, 0.3, 300)
    assert wide.middle == close.middle == pytest.approx((-1.2816 - 0.5244) / 2, abs=1e-3)
    said = ((-0.5244 + 1.2816) / 2 / 1.28155) ** 2
    assert close.variance == pytest.approx(said + np.pi / 600, abs=1e-3)
    assert wide.variance - close.variance == pytest.approx(np.pi / 6 - np.pi / 600)
    assert of_range(0.1, 0.3, None).variance > close.variance


def test_tenths_say_where_those_who_buy_now_stand() -> None:
    early, late = of_tenths([3, 7, 0, 0, 0], 10), of_tenths([0, 0, 1, 8, 1], 10)
    assert early.middle < -1 < 0 < late.middle
    assert of_tenths([5, 0, 0, 0, 5], 10).variance > of_tenths([0, 0, 10, 0, 0], 10).variance


# ---- the pool ----


def test_no_number_of_observers_takes_away_the_error_that_they_share() -> None:
    assert pool([(0.0, 1.0)] * 10_000)[1] == pytest.approx(SHARED, rel=0.01)
    assert pool([(0.0, 0.1), (1.0, 0.9)])[0] == pytest.approx(0.1)


def test_the_last_view_of_everybody_counts_and_none_too_old_or_to_come() -> None:
    told = rows(
        {"observer": "AB", "low": 0.1, "high": 0.2},
        {"observer": "AB", "low": 0.3, "high": 0.4},
        {"observer": None, "firm": "x", "low": 0.3, "high": 0.4},
        {"observer": None, "firm": "x", "low": 0.3, "high": 0.4},
        {"observer": "CD", "low": 0.5, "high": 0.6, "date": AS_OF - dt.timedelta(731)},
        {"observer": "EF", "low": 0.5, "high": 0.6, "date": AS_OF + dt.timedelta(1)},
    )
    assert last_views(told, AS_OF)["low"].to_list() == [0.3, 0.3, 0.3]
    assert pooled(told, AS_OF)["views"].to_list() == [3]


def test_whoever_missed_before_weighs_less_and_whoever_did_not_more() -> None:
    told = rows({"observer": "AB", "low": 0.1, "high": 0.2}, {"observer": "CD", "low": 0.5, "high": 0.6})
    plain = pooled(told, AS_OF)["view_middle"][0]
    assert pooled(told, AS_OF, {"AB": [1.0, -1.2, 0.9]})["view_middle"][0] > plain
    assert pooled(told, AS_OF, {"AB": [0.0, 0.05, 0.0]})["view_middle"][0] < plain


def test_the_likelihood_is_flat_where_nobody_says_anything_and_never_rules_out() -> None:
    fractions = np.linspace(0.01, 0.99, 99)
    assert likelihood(np.full((2, 2), np.nan), fractions) is None
    found = likelihood(np.array([[np.nan, np.nan], [-1.0, 0.3]]), fractions)
    assert found is not None
    assert (found[0] == 1).all()
    assert found[1].max() == pytest.approx(1)
    assert found[1].min() >= views.ASTRAY * 0.999
    assert fractions[found[1].argmax()] == pytest.approx(0.16, abs=0.15)


@pytest.mark.parametrize("bias", [0.5, 1.0, 2.0])
def test_views_do_no_harm_on_average_even_where_all_are_wrong(bias: float) -> None:
    series, true = noisy_lives(80, 5)
    adoption = read_adoption(table(series), kind="stock")
    ids = adoption.series["unique_id"]
    truth = np.array([true[name] for name in ids])
    without = log_loss(Fit(adoption, DEFAULT), truth)
    pools = views_of(truth, bias, ("ten", 10, 0.3, 0.5), np.random.default_rng(1))
    told = pl.DataFrame({"unique_id": ids, "view_middle": pools[:, 0], "view_spread": pools[:, 1]})
    with_them = log_loss(Fit(with_views(adoption, told), DEFAULT), truth)
    assert with_them < without + 0.02
    if bias == 1:
        assert with_them < without - 0.05


def test_views_move_sales_with_an_unknown_beginning_as_well() -> None:
    sales = pl.DataFrame({"ds": list(range(2000, 2009)), "y": [10.0 * 1.3**n for n in range(9)]})
    adoption = read_adoption(sales, kind="flow")
    ids = adoption.series["unique_id"]

    def reached(middle: float) -> float:
        told = pl.DataFrame({"unique_id": ids, "view_middle": middle, "view_spread": 0.5})
        return float(Fit(with_views(adoption, told), DEFAULT).standing()["fraction"][0])

    assert reached(-2.5) < Fit(adoption, DEFAULT).standing()["fraction"][0] < reached(1.5)


# ---- in the workspace ----


def test_a_view_is_written_counts_and_can_be_forgotten(there: Workspace) -> None:
    add_view(there, person(there, "AB"), Seen("m", 0.6, 0.8, customers=50, comment="all have it", named=True))
    one = viewed_markets(there)[0]
    assert one.those["fraction"] > one.without["fraction"]
    made = page.page(there)
    assert made is not None
    assert "Name AB" in made.body
    assert "all have it" in made.body
    forget_person(there, "AB")
    assert there.table("observations").height == 0
    assert page.page(there) is None


def test_who_did_not_agree_is_not_named(there: Workspace) -> None:
    add_view(there, person(there, "AB"), Seen("m", 0.6, 0.8))
    made = page.page(there)
    assert made is not None
    assert "Name AB" not in made.body
    assert "one of us" in made.body


@pytest.mark.parametrize(
    ("seen", "no"),
    [
        (Seen("m"), "A view says a share"),
        (Seen("m", 0.3, 0.2), "low below high"),
        (Seen("m", 0.3, 1.2), "within 0 and 1"),
        (Seen("m", 0.3), "both ends of the range"),
        (Seen("m", tenths={"innovators": 4.0}), "tenths that sum to 10"),
        (Seen("m", tenths={"innovators": -1.0, "laggards": 11.0}), "tenths that sum to 10"),
        (Seen("m", 0.1, 0.2, customers=0), "whole number from 1"),
        (Seen("n", 0.1, 0.2), "no market 'n'"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_written(there: Workspace, seen: Seen, no: str) -> None:
    with pytest.raises(BadQuestion, match=no):
        add_view(there, person(there, "AB"), seen)
    with pytest.raises(BadQuestion, match="has not been told"):
        add_view(there, person(there, "KL"), Seen("m", 0.1, 0.2))
    assert there.path("observations") is None


@pytest.mark.parametrize(
    ("row", "no"),
    [
        ("m,2009-01-01,AB,0.5,0.4", "row 2, column 'low', value '0.5 with high 0.4'"),
        ("m,2009-01-01,XX,0.4,0.5", "column 'observer', value 'XX'"),
        ("n,2009-01-01,AB,0.4,0.5", "column 'market', value 'n'"),
        ("m,2009-03-01,AB,0.4,0.5", "after the as-of day"),
    ],
)
def test_what_cannot_be_meant_in_the_table_is_told(there: Workspace, row: str, no: str) -> None:
    (there.folder / "observations.csv").write_text(f"market,date,observer,low,high\n{row}\n")
    problems = check_workspace(there.folder).problems
    assert len(problems) == 1
    assert re.search(no, problems[0]), problems[0]


def test_a_range_turned_round_is_refused_where_it_is_used(there: Workspace) -> None:
    (there.folder / "observations.csv").write_text("market,date,low,high\nm,2009-01-01,0.5,0.4\n")
    with pytest.raises(BadInput, match="it cannot be meant"):
        observations(Workspace(there.folder))


def test_later_figures_tell_how_a_view_fared(tmp_path: Path) -> None:
    (tmp_path / "beachhead.toml").write_text("as_of = 2030-01-01\n")
    f = 1 / (1 + np.exp(-0.6 * (np.arange(1995, 2030) - 2005)))
    lines = "".join(
        f"m,{year},{1000 * share:.2f}\n" for year, share in zip(range(1995, 2030), f, strict=True)
    )
    (tmp_path / "adoption.csv").write_text(f"unique_id,ds,y\n{lines}")
    (tmp_path / "observations.csv").write_text(
        "market,date,observer,low,high\nm,2004-12-31,AB,0.45,0.55\nm,2004-12-31,CD,0.05,0.1\nm,2029-12-31,EF,0.1,0.2\n"
    )
    record = track_record(Workspace(tmp_path))
    assert set(record) == {"AB", "CD"}
    assert abs(record["AB"][0]) < 0.5
    assert record["CD"][0] < -0.8


# ---- Delphi ----


def test_a_round_over_five_people(there: Workspace) -> None:
    names = ["AB", "CD", "EF", "GH", "IJ"]
    found = open_round(there, "m", [person(there, name) for name in names])
    for n, name in enumerate(names):
        assert find_round(there, found.id).part == 1
        said = Seen("", 0.1 * (n + 1), 0.1 * (n + 2), comment=f"because {name}")
        found = answer_round(there, found.id, person(there, name), said)
        if n < 4:
            assert len(spread(found)) == 1, "nobody sees the others' before everybody has answered"
            with pytest.raises(BadQuestion, match="awaited"):
                answer_round(there, found.id, person(there, name), said)
    assert found.part == 2
    told = "\n".join(spread(found))
    assert "from 14 % to 55 %" in told
    assert "“because AB”" in told
    assert "Name" not in told
    for name in names:
        found = answer_round(there, found.id, person(there, name), Seen("", 0.25, 0.35))
    assert "from 30 % to 30 %" in "\n".join(spread(found))
    with pytest.raises(BadQuestion, match="answered twice"):
        answer_round(there, found.id, person(there, "AB"), Seen("", 0.25, 0.35))
    assert close_round(there, found.id).closed
    with pytest.raises(BadQuestion, match="closed already"):
        close_round(there, found.id)
    with pytest.raises(BadQuestion, match="is closed"):
        answer_round(there, found.id, person(there, "AB"), Seen("", 0.25, 0.35))
    assert viewed_markets(there)[0].views.height == 5
    forget_person(there, "AB")
    assert "AB" not in (there.folder / "delphi_rounds.csv").read_text()


def test_a_round_that_cannot_be_held_is_refused(there: Workspace) -> None:
    three = [person(there, name) for name in ("AB", "CD", "EF")]
    for no, asked, market in (
        ("needs 3 people", three[:2], "m"),
        ("needs 3 people", [three[0]] * 3, "m"),
        ("Name KL has not been told", [*three, person(there, "KL")], "m"),
        ("no market 'x'", three, "x"),
    ):
        with pytest.raises(BadQuestion, match=no):
            open_round(there, market, asked)
    assert there.path("delphi_rounds") is None
    found = open_round(there, "m", three)
    with pytest.raises(BadQuestion, match="opened today already"):
        open_round(there, "m", three)
    with pytest.raises(BadQuestion, match="not invited"):
        answer_round(there, found.id, person(there, "GH"), Seen("", 0.1, 0.2))
    with pytest.raises(BadQuestion, match="has no answer yet"):
        close_round(there, found.id)
    with pytest.raises(BadQuestion, match=r"no round 'm-2009'.*did you mean"):
        find_round(there, "m-2009")


@pytest.mark.parametrize("said", [("--share", "10"), ("--share", "a-b"), ("--tenths", "1,2,7")])
def test_what_is_no_range_is_refused_in_the_terminal(there: Workspace, said: tuple[str, str]) -> None:
    words = ["views", "add", str(there.folder), "--market", "m", "--person", "AB", *said]
    with pytest.raises(BadQuestion, match=r"--share is a range|five numbers"):
        CliRunner().invoke(commands, words, catch_exceptions=False)
