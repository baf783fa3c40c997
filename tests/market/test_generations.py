"""Successive releases: Norton and Bass in closed form, shares that add up, who moves and past what, bad input."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import beachhead as bh
from beachhead.errors import BadQuestion
from beachhead.market.migration import Curve, atoms_of, hazard, share_of
from beachhead.market.norton_bass import bass, norton_bass
from beachhead.market.releases import LATER

P, Q = 0.02, 0.5
TIME = np.arange(0.0, 24.0)


def quarters(n: int, first: int = 2004) -> list[date]:
    months = [first * 12 + 3 * (k + 1) for k in range(n)]
    return [date(m // 12, m % 12 + 1, 1) - timedelta(1) for m in months]


def table(levels: np.ndarray, names: str = "ABCD") -> pl.DataFrame:
    """Rows of generations (generations × quarters)."""
    days = quarters(levels.shape[1])
    parts = [pl.DataFrame({"unique_id": n, "ds": days, "y": y}) for n, y in zip(names, levels, strict=False)]
    return pl.concat(parts)


THREE = norton_bass(TIME, [-6, 4, 13], [1000, 0, 0], P, Q)


# closed forms -----------------------------------------------------------------------------------------------


def test_two_generations_are_those_of_norton_and_bass() -> None:
    """S₁ = m₁F₁(1 − F₂), S₂ = F₂(m₂ + m₁F₁): their equations (1) and (2)."""
    one, two = norton_bass(TIME, [0, 8], [100, 40], P, Q)
    f1, f2 = bass(TIME, P, Q), bass(TIME - 8, P, Q)
    assert one == pytest.approx(100 * f1 * (1 - f2))
    assert two == pytest.approx(f2 * (40 + 100 * f1))


@given(
    gaps=st.lists(st.floats(0.0, 9.0), min_size=1, max_size=5),
    potentials=st.lists(st.floats(0.0, 100.0), min_size=5, max_size=5),
)
def test_all_generations_together_are_the_sum_of_their_own_potentials(
    gaps: list[float], potentials: list[float]
) -> None:
    launches = np.cumsum(gaps)
    whole = norton_bass(TIME, list(launches), potentials[: len(gaps)], P, Q).sum(0)
    parts = [m * bass(TIME - t, P, Q) for m, t in zip(potentials, launches, strict=False)]
    assert whole == pytest.approx(np.sum(parts, axis=0))


def test_a_share_and_its_hazard_are_one_another() -> None:
    share = np.array([1e-4, 0.02, 0.5, 0.97])
    assert share_of(hazard(share)) == pytest.approx(share)


# curves and atoms -------------------------------------------------------------------------------------------


def test_a_curve_goes_through_its_figures_and_on_from_the_last() -> None:
    curve = Curve("a", np.array([1.0, 2, 3]), np.array([0.05, 0.15, 0.3]))
    assert share_of(curve.at(np.array([1.0, 2, 3]))) == pytest.approx([0.05, 0.15, 0.3])
    ahead = share_of(curve.at(np.array([4.0, 8, 100])))
    assert (np.diff([0.3, *ahead]) > 0).all()
    assert ahead[-1] <= 1


def test_the_atoms_of_a_release_are_weighted_by_its_own_growth() -> None:
    age = np.arange(1.0, 9)
    slow, fast = (Curve(n, age, bass(age, 0.01, q)) for n, q in (("slow", 0.1), ("fast", 0.9)))
    ages = np.arange(5.0, 9)
    before = atoms_of([slow, fast], None, ages)
    assert before.weight.sum() == pytest.approx(1)
    after = atoms_of([slow, fast], Curve("own", age[:4], bass(age[:4], 0.01, 0.1)), ages)
    assert after.by_name()["slow"] > 3 * after.by_name()["fast"]
    assert before.by_name()["fast"] > before.by_name()["slow"]  # the last release counts more


# whole jobs -------------------------------------------------------------------------------------------------


def test_the_next_release_does_as_those_before_it_did() -> None:
    known = table(THREE[:2, :12])
    told = bh.generations(known, kind="stock", launches={"C": quarters(14)[13]})
    ahead = told.forecast(8, level=[80]).filter(unique_id="C").sort("ds")
    assert ahead["Beachhead"][:2].to_list() == [0.0, 0.0]  # it is not out yet
    assert ahead["Beachhead"][2] > 0
    share = THREE[2] / THREE.sum(0)
    whole = THREE.sum(0)[12:20]
    truth = share[12:20] * whole
    low, high = ahead["Beachhead-lo-80"].to_numpy(), ahead["Beachhead-hi-80"].to_numpy()
    assert ((truth >= low - 1) & (truth <= high + 1)).mean() >= 0.75


@pytest.mark.parametrize("kind", ["stock", "flow"])
def test_means_of_the_releases_add_up_to_the_whole(kind: str) -> None:
    told = bh.generations(table(THREE[:, :18]), kind=kind)
    ahead = told.forecast(6, level=[80, 95])
    total = ahead.group_by("ds").agg(pl.col("Beachhead-mean").sum()).sort("ds")["Beachhead-mean"]
    assert total.to_numpy() == pytest.approx(told._total(6).mean(0))
    assert (ahead["Beachhead-lo-95"] <= ahead["Beachhead-lo-80"]).all()
    assert (ahead["Beachhead-lo-80"] <= ahead["Beachhead"]).all()


def test_shares_add_up_to_all_users_where_the_first_release_is_older_than_the_record() -> None:
    shares = THREE / THREE.sum(0) * 100
    told = bh.generations(table(shares[:, :17]), kind="share")
    ahead = told.forecast(4, level=80)
    total = ahead.group_by("ds").agg(pl.col("Beachhead-mean").sum())["Beachhead-mean"]
    assert total.to_list() == pytest.approx([100.0] * 4, abs=0.5)
    assert ahead["unique_id"].unique(maintain_order=True).to_list() == ["A", "B", "C", LATER]


def test_who_moves_is_told_by_category_and_who_passes_a_release_over() -> None:
    told = bh.generations(table(THREE[:, :17]), kind="stock")
    start, end = told.now, told.now + timedelta(365)
    movers = told.movers(start, end)
    named = movers.filter(pl.col("unique_id") == "C").row(0, named=True)
    reached = THREE[2, 16] / THREE[:, 16].sum()
    assert 0.025 < reached < 0.5
    assert named["innovators"] == 0  # they have moved already
    assert named["early_adopters"] + named["early_majority"] > 0.5
    assert named["movers-lo-80"] <= named["movers"] <= named["movers-hi-80"]
    moves = told.moves(start, end)
    assert moves.filter((pl.col("from") == "A") & (pl.col("to") == "C"))["skips"].to_list() == [1]
    into = moves.filter(pl.col("to") == "C")["share"].sum()
    assert into == pytest.approx(named["movers"], abs=0.02)


def test_what_is_known_at_a_day_does_not_know_what_comes() -> None:
    early = bh.generations(table(THREE[:, :16]), kind="stock").forecast(3)
    later = bh.generations(table(THREE), kind="stock", as_of=quarters(16)[-1]).forecast(3)
    assert early.equals(later)


def test_the_same_question_has_the_same_answer() -> None:
    one, two = (bh.generations(table(THREE), kind="stock").forecast(3) for _ in range(2))
    assert one.equals(two)


def test_explain_says_whose_curves_a_forecast_is_taken_from() -> None:
    said = bh.generations(table(THREE[:, :17]), kind="stock").explain()
    weights = said.group_by("unique_id").agg(pl.col("weight").sum())["weight"]
    assert weights.to_list() == pytest.approx([1.0] * len(weights))
    assert "B" in said.filter(unique_id="C")["like"].to_list()


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 22), st.integers(1, 8), st.sampled_from(["stock", "share"]))
def test_no_release_is_ever_below_nothing_or_above_all(cut: int, h: int, kind: str) -> None:
    levels = THREE[:, :cut] if kind == "stock" else THREE[:, :cut] / THREE.sum(0)[:cut]
    told = bh.generations(table(levels), kind=kind)
    paths = told._paths(h)
    assert paths.min() >= 0
    assert paths.max() <= 1 + 1e-9
    assert (np.diff(paths, axis=0) <= 1e-9).all()  # a later release has no more than an earlier one or later


# bad questions ----------------------------------------------------------------------------------------------


def test_a_release_without_figures_that_came_long_ago_is_a_mistake_in_its_name() -> None:
    with pytest.raises(BadQuestion, match="did you mean 'B'"):
        bh.generations(table(THREE), kind="stock", launches={"b": date(2005, 1, 1)})


def test_figures_of_different_kinds_are_no_generations_of_one_product() -> None:
    mixed = table(THREE).with_columns(
        kind=pl.when(pl.col("unique_id") == "A").then(pl.lit("flow")).otherwise(pl.lit("stock"))
    )
    with pytest.raises(BadQuestion, match="different kinds"):
        bh.generations(mixed)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [("2001-01-01", "2002-01-01", "figures end on"), ("2011-01-01", "2010-01-01", "is empty")],
)
def test_a_window_in_the_past_or_without_a_day_is_refused(start: str, end: str, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        bh.generations(table(THREE), kind="stock").movers(start, end)
