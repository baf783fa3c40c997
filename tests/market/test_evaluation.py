"""Rolling-origin evaluation, its peers, and skill on real curves."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import beachhead as bh
from beachhead.errors import BadQuestion
from beachhead.market.laws import exact_potential
from beachhead.market.peers import bass_least_squares, drift
from tests.market.lives import DURABLES, bass, table


@pytest.mark.parametrize(("p", "q", "m"), [v[:3] for v in DURABLES.values()], ids=list(DURABLES))
def test_least_squares_finds_the_bass_curve_that_made_the_data(p: float, q: float, m: float) -> None:
    cumulative = m * bass(np.arange(1, 21), p, q)
    ahead = bass_least_squares(cumulative[:15], 5, flow=False)
    assert ahead == pytest.approx(cumulative[15:], rel=0.02)
    sales = np.diff(cumulative, prepend=0)
    assert bass_least_squares(sales[:15], 5, flow=True) == pytest.approx(sales[15:], rel=0.1)


def test_drift_is_the_line_through_first_and_last() -> None:
    assert drift(np.array([1.0, 9.0, 5.0]), 2, flow=False) == pytest.approx([7, 9])


def test_cross_validation_has_statsforecast_form_and_looks_at_the_past_only() -> None:
    series = {"a": 100 * bass(np.arange(1, 15), 0.02, 0.4), "b": 50 * bass(np.arange(1, 20), 0.01, 0.4)}
    data = table(series, first=2000)
    cv = bh.cross_validate(data, h=3, n_windows=2, kind="stock")
    names = [
        "unique_id",
        "ds",
        "cutoff",
        "y",
        "Beachhead",
        "Beachhead-mean",
        "Beachhead-lo-80",
        "Beachhead-hi-80",
    ]
    assert cv.columns == [*names, "Drift", "BassLeastSquares"]
    assert cv.height == 2 * 2 * 3
    assert (cv["ds"] > cv["cutoff"]).all()
    spoiled = data.with_columns(y=pl.when(pl.col("ds") > 2009).then(pl.col("y") * 1.7).otherwise("y"))
    first = pl.col("cutoff") <= 2009
    forecast = ["unique_id", "ds", "cutoff", "Beachhead"]
    again = bh.cross_validate(spoiled, h=3, n_windows=2, kind="stock")
    assert again.filter(first).select(forecast).equals(cv.filter(first).select(forecast))


def test_series_too_short_for_an_origin_are_refused() -> None:
    with pytest.raises(BadQuestion, match="long enough"):
        bh.cross_validate(table({"a": np.arange(1, 6)}), h=3, n_windows=2, kind="stock")


@pytest.mark.parametrize(
    "known", [{"n_windows": 0}, {"step_size": 0}, {"step_size": 1.5}, {"n_windows": True}]
)
def test_windows_and_steps_are_whole_numbers_from_one(known: dict) -> None:
    data = table({"a": 100 * bass(np.arange(1, 15), 0.02, 0.4)})
    with pytest.raises(BadQuestion, match="whole number from 1"):
        bh.cross_validate(data, h=2, kind="stock", **known)


def test_origins_lie_a_step_apart() -> None:
    data = table({"a": 100 * bass(np.arange(1, 21), 0.02, 0.4)}, first=2000)
    cv = bh.cross_validate(data, h=2, n_windows=3, step_size=4, kind="stock")
    assert sorted(set(cv["cutoff"])) == [2009, 2013, 2017]


def test_laws_are_recognised_without_noise_and_not_with_it() -> None:
    rng = np.random.default_rng(1)
    level = bass(np.arange(1, 11), 0.03, 0.4)[::-1]
    noisy = level * (1 + 0.01 * rng.normal(size=level.shape))
    got = exact_potential(np.stack([level / level[0], noisy / noisy[0]]), np.zeros(2, bool))
    assert got[0] == pytest.approx(1 / level[0], rel=1e-3)
    assert np.isnan(got[1])


def test_skill_on_the_real_curves_has_not_been_lost(shared) -> None:
    """A guard, not a benchmark: real mobile-phone curves against saying that nothing changes."""
    data = pl.read_csv(shared / "data" / "country_adoption.csv.gz").filter(
        pl.col("technology") == "cell_phones"
    )
    data = data.filter(pl.col("region").is_in(data["region"].unique().sort()[:40].implode()))
    cv = bh.cross_validate(
        data.select(unique_id="region", ds="ds", y="y").filter(pl.col("ds") <= 2010), 5, 2, kind="stock"
    )
    error = {m: (cv[m] - cv["y"]).abs().median() for m in ("Beachhead", "Drift", "BassLeastSquares")}
    assert error["Beachhead"] < error["Drift"]
    inside = cv["y"].is_between(cv["Beachhead-lo-80"], cv["Beachhead-hi-80"]).mean()
    assert inside > 0.55
