"""Outcomes: logged once, win rates as their posterior, used in the ranking only when there are enough."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from scipy import stats

from beachhead.cli import commands
from beachhead.errors import BadInput, BadQuestion
from beachhead.practice import outcomes, win_rates
from beachhead.practice.outcomes import ENOUGH, log_outcome, logged, without_play, worse_than_none
from beachhead.practice.undo import undo_outcome
from beachhead.practice.win_rates import WinRates
from beachhead.tables.opportunities import TABLE as OPPORTUNITIES
from beachhead.tables.outcomes import TABLE as OUTCOMES
from beachhead.tables.workspace import Workspace
from tests.practice.play_models import facts

AS_OF = dt.date(2009, 2, 28)


def seen(*counts: tuple[str, str | None, int, int]) -> pl.DataFrame:
    """Logged outcomes: play, category, won, lost."""
    rows = [
        (f"{play}{category}{n}", play, AS_OF, category, n < won)
        for play, category, won, lost in counts
        for n in range(won + lost)
    ]
    schema = {
        "account": pl.String,
        "play": pl.String,
        "date": pl.Date,
        "category": pl.String,
        "won": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def rate(found: pl.DataFrame, play: str, category: str | None = None) -> dict[str, float]:
    same = pl.col("category").eq_missing(pl.lit(category, pl.String))
    return found.filter((pl.col("play") == play) & same).row(0, named=True)


# ---- logging ----


def test_an_outcome_is_logged_and_read_back(tmp_path: Path) -> None:
    there = Workspace(tmp_path)
    assert log_outcome(there, "a", "x", "won", date=AS_OF, note='good; "very" good') == "logged"
    table = there.table("outcomes")
    assert table.select("account", "play", "date", "result", "note").rows() == [
        ("a", "x", AS_OF, "won", 'good; "very" good')
    ]


def test_the_same_outcome_again_changes_nothing(tmp_path: Path) -> None:
    there = Workspace(tmp_path)
    log_outcome(there, "a", "x", "won", date=AS_OF, note="good")
    before = (tmp_path / "outcomes.csv").read_bytes()
    assert log_outcome(there, "a", "x", "won", date=AS_OF) == "unchanged"
    assert (tmp_path / "outcomes.csv").read_bytes() == before


def test_another_result_of_that_day_corrects_it_and_another_day_is_another_outcome(tmp_path: Path) -> None:
    there = Workspace(tmp_path)
    log_outcome(there, "a", "x", "won", date=AS_OF)
    assert log_outcome(there, "a", "x", "lost", date=AS_OF) == "corrected"
    assert log_outcome(there, "a", "x", "won", date=dt.date(2009, 3, 1)) == "logged"
    assert there.table("outcomes")["result"].to_list() == ["lost", "won"]


def test_what_else_the_file_holds_is_kept(tmp_path: Path) -> None:
    (tmp_path / "outcomes.csv").write_text("Account;Play;Date;Result;Who\nb;y;28.01.2009;lost;Ada\n")
    there = Workspace(tmp_path)
    log_outcome(there, "a", "x", "won", date=AS_OF)
    text = (tmp_path / "outcomes.csv").read_text()
    assert "Ada" in text
    assert there.table("outcomes")["account"].to_list() == ["b", "a"]


def test_a_parquet_file_stays_one(tmp_path: Path) -> None:
    OUTCOMES.conform(
        pl.DataFrame({"account": ["b"], "play": ["y"], "date": [AS_OF], "result": ["won"]})
    ).write_parquet(tmp_path / "outcomes.parquet")
    there = Workspace(tmp_path)
    log_outcome(there, "a", "x", "won", date=AS_OF)
    assert [p.name for p in tmp_path.iterdir()] == ["outcomes.parquet"]
    assert there.table("outcomes").height == 2


def test_a_file_that_cannot_be_added_to_is_refused_and_untouched(tmp_path: Path) -> None:
    pl.DataFrame({"account": ["b"], "play": ["y"], "date": ["2009-01-01"], "result": ["won"]}).write_excel(
        tmp_path / "outcomes.xlsx"
    )
    before = (tmp_path / "outcomes.xlsx").read_bytes()
    with pytest.raises(BadInput, match=r"outcomes\.csv"):
        log_outcome(Workspace(tmp_path), "a", "x", "won", date=AS_OF)
    assert (tmp_path / "outcomes.xlsx").read_bytes() == before


def test_outcomes_take_the_category_that_the_account_stands_in_and_none_of_the_future() -> None:
    table = pl.DataFrame(
        [("0", "x", AS_OF, "won"), ("9", "x", AS_OF, "lost"), ("0", "x", dt.date(2009, 3, 1), "won")],
        schema=["account", "play", "date", "result"],
        orient="row",
    )
    found = logged(OUTCOMES.conform(table), facts({"standing": "laggards"}), AS_OF)
    assert found.select("account", "category", "won").rows() == [("0", "laggards", True), ("9", None, False)]


# ---- rates ----


def rates(counts: pl.DataFrame, plays: list[str]) -> pl.DataFrame:
    return WinRates.of(counts, plays).table()


def fixed(patch: pytest.MonkeyPatch, centre: float, strength: float) -> None:
    """Take the rate of all plays and their likeness for known."""
    patch.setattr(win_rates, "STRENGTHS", (strength,))
    patch.setattr(win_rates, "CENTRES", (centre,))


def test_the_posterior_is_the_beta_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed(monkeypatch, 0.45, 8.0)
    counts = seen(("x", None, 6, 2), ("y", None, 3, 9))
    for play, won, lost in (("x", 6, 2), ("y", 3, 9), ("z", 0, 0)):
        exact = stats.beta(8 * 0.45 + won, 8 * 0.55 + lost)
        got = rate(rates(counts, ["x", "y", "z"]), play)
        assert got["rate"] == pytest.approx(exact.mean(), abs=1e-3)
        assert got["rate-lo-80"] == pytest.approx(exact.ppf(0.1), abs=2e-3)
        assert got["rate-hi-80"] == pytest.approx(exact.ppf(0.9), abs=2e-3)


def test_categories_are_those_of_the_hierarchy_drawn_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    fixed(monkeypatch, 0.5, 4.0)
    monkeypatch.setattr(win_rates, "BY_CATEGORY", 6.0)
    rng = np.random.default_rng(11)
    n = 400_000
    theta = rng.beta(2, 2, n)
    early, late = rng.beta(6 * theta, 6 * (1 - theta)), rng.beta(6 * theta, 6 * (1 - theta))
    # The weight of each draw: how probable it makes 5 won of 6 here, 1 of 4 there, 2 of 3 somewhere.
    weight = early**5 * (1 - early) * late * (1 - late) ** 3 * theta**2 * (1 - theta)
    counts = seen(("x", "early_majority", 5, 1), ("x", "laggards", 1, 3), ("x", None, 2, 1))
    found = rates(counts, [])
    for category, drawn in ((None, theta), ("early_majority", early), ("laggards", late)):
        got = rate(found, "x", category)
        assert got["rate"] == pytest.approx(np.average(drawn, weights=weight), abs=3e-3)
        order = np.argsort(drawn)
        below = np.cumsum(weight[order]) / weight.sum()
        low, high = drawn[order][np.searchsorted(below, [0.1, 0.9])]
        assert (got["rate-lo-80"], got["rate-hi-80"]) == pytest.approx((low, high), abs=6e-3)


def test_a_play_with_few_outcomes_stays_nearer_to_the_others() -> None:
    found = rates(seen(("few", None, 2, 0), ("many", None, 40, 0), ("rest", None, 10, 40)), ["none"])
    overall = rate(found, "none")["rate"]
    assert overall < rate(found, "few")["rate"] < rate(found, "many")["rate"] < 1
    wide, narrow = rate(found, "few"), rate(found, "many")
    assert narrow["rate-hi-80"] - narrow["rate-lo-80"] < wide["rate-hi-80"] - wide["rate-lo-80"]


def test_plays_that_are_alike_are_drawn_together_more_than_plays_that_differ() -> None:
    even = [(f"p{n}", None, 5, 5) for n in range(12)]
    apart = [(f"p{n}", None, 10 * (n % 2), 10 - 10 * (n % 2)) for n in range(12)]
    alike, differ = (rates(seen(*others, ("one", None, 3, 0)), []) for others in (even, apart))
    assert rate(alike, "one")["rate"] < rate(differ, "one")["rate"]


def test_without_a_single_outcome_every_rate_is_open() -> None:
    got = rate(rates(seen(), ["x"]), "x")
    assert got["rate"] == pytest.approx(0.5, abs=1e-3)
    assert got["rate-hi-80"] - got["rate-lo-80"] > 0.6


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    inside = []
    for _ in range(80):
        centre, strength = rng.random(), rng.choice(win_rates.STRENGTHS)
        truth = rng.beta(strength * centre, strength * (1 - centre), 12)
        tried = rng.integers(2, 25, 12)
        won = rng.binomial(tried, truth)
        names = [f"p{i:02}" for i in range(12)]
        counts = [(p, None, int(w), int(n - w)) for p, w, n in zip(names, won, tried, strict=True)]
        found = {row["play"]: row for row in rates(seen(*counts), []).iter_rows(named=True)}
        inside += [
            found[p]["rate-lo-80"] <= t <= found[p]["rate-hi-80"] for p, t in zip(names, truth, strict=True)
        ]
    assert 0.77 <= np.mean(inside) <= 0.84


def test_lifts_are_above_one_for_what_wins_more_and_one_for_what_was_never_tried() -> None:
    counts = seen(("good", "laggards", 15, 5), ("bad", None, 4, 16))
    found = WinRates.of(counts, ["good", "bad", "new"]).lifts()
    assert found["good"]["laggards"] > found["good"]["innovators"] > 1 > found["bad"]["laggards"]
    assert found["new"]["innovators"] == pytest.approx(1.0, abs=1e-9)


# ---- against no play at all ----


def opportunities(*rows: tuple[str, dt.date | None, str]) -> pl.DataFrame:
    table = pl.DataFrame(
        rows, schema={"account": pl.String, "closed": pl.Date, "outcome": pl.String}, orient="row"
    )
    return OPPORTUNITIES.conform(table)


def test_opportunities_near_an_outcome_are_not_without_a_play() -> None:
    table = opportunities(
        ("a", dt.date(2008, 12, 1), "won"),  # near the outcome of a
        ("a", dt.date(2007, 1, 1), "lost"),  # long before it
        ("b", dt.date(2008, 12, 1), "won"),
        ("c", None, "open"),
        ("d", dt.date(2009, 6, 1), "won"),  # still to come
    )
    done = pl.DataFrame({"account": ["a"], "play": ["x"], "date": [AS_OF], "category": [None], "won": [True]})
    assert without_play(table, done, AS_OF) == (1, 1)


def test_a_play_that_does_worse_than_none_is_told_with_its_probability() -> None:
    counts = seen(("bad", None, 1, 19), ("good", None, 15, 5), ("new", None, 0, 0))
    found = worse_than_none(WinRates.of(counts, ["new"]), (50, 50))
    assert set(found) == {"bad"}
    assert found["bad"] > 0.99


def test_the_probability_of_being_worse_is_that_of_the_two_posteriors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fixed(monkeypatch, 0.4, 4.0)
    monkeypatch.setattr(outcomes, "CLEARLY", 0.0)
    counts = seen(("x", None, 8, 12))
    rng = np.random.default_rng(3)
    own = rng.beta(4 * 0.4 + 8, 4 * 0.6 + 12, 200_000)
    base = rng.beta(1 + 30, 1 + 20, 200_000)
    assert worse_than_none(WinRates.of(counts, []), (30, 20))["x"] == pytest.approx(
        np.mean(own < base), abs=5e-3
    )


@pytest.mark.parametrize(("n", "without"), [(ENOUGH - 1, (50, 0)), (ENOUGH, (0, 0))])
def test_nothing_is_said_on_too_few_outcomes_or_without_anything_to_compare_with(
    n: int, without: tuple[int, int]
) -> None:
    counts = seen(("bad", None, 0, n))
    assert worse_than_none(WinRates.of(counts, []), without) == {}


# ---- taking back ----


def test_an_outcome_is_taken_back_and_the_others_stay(tmp_path: Path) -> None:
    there = Workspace(tmp_path)
    for account in "abc":
        log_outcome(there, account, "x", "won", date=AS_OF, note=f"of {account}")
    assert undo_outcome(there).account == "c"
    gone = undo_outcome(there, 1)
    assert (gone.account, gone.play, gone.date, gone.result) == ("a", "x", AS_OF, "won")
    assert Workspace(tmp_path).table("outcomes").select("account", "note").rows() == [("b", "of b")]
    with pytest.raises(BadQuestion, match=r"There is no outcome 2: .* from 1 to 1"):
        undo_outcome(there, 2)
    undo_outcome(there)
    with pytest.raises(BadQuestion, match="none to take back"):
        undo_outcome(there)


def test_taking_back_keeps_what_else_the_file_holds(tmp_path: Path) -> None:
    (tmp_path / "outcomes.csv").write_text(
        "account,play,date,result,who\na,x,2009-01-01,won,me\nb,x,2009-01-02,lost,you\n"
    )
    undo_outcome(Workspace(tmp_path))
    text = (tmp_path / "outcomes.csv").read_text()
    assert "who" in text.splitlines()[0]
    assert text.splitlines()[1].startswith("a,x,2009-01-01,won")
    assert len(text.splitlines()) == 2


def test_a_day_after_the_as_of_day_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n")
    with pytest.raises(BadQuestion, match="2009-03-01 lies after the as-of day, 2009-02-28"):
        log_outcome(Workspace(tmp_path), "a", "x", "won", date=dt.date(2009, 3, 1))
    assert not (tmp_path / "outcomes.csv").exists()
    assert log_outcome(Workspace(tmp_path), "a", "x", "won", date=AS_OF) == "logged"


def test_the_list_numbers_what_undo_takes(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        found = CliRunner().invoke(commands, ["outcomes", str(tmp_path), *arguments], catch_exceptions=False)
        return found.output

    (tmp_path / "accounts.csv").write_text("account,name\na,Acme plc\n")
    assert "No outcome is logged" in run()
    for account in "ab":
        log_outcome(Workspace(tmp_path), account, "x", "lost", date=AS_OF, note="price")
    lines = [line.split() for line in run().splitlines()]
    assert ["1", "2009-02-28", "Acme", "plc", "x", "lost", "price"] in lines
    assert ["2", "2009-02-28", "b", "x", "lost", "price"] in lines
    assert run("--undo", "1") == "Taken back: x lost at Acme plc on 28 February 2009.\n"
    assert run("--undo") == "Taken back: x lost at b on 28 February 2009.\n"
    with pytest.raises(BadQuestion, match="takes the number"):
        run("--undo", "nonsense")
