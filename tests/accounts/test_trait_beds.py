"""The adopter trait on real adopters: US states' policies (ρ small) and countries' technologies (ρ large)."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from benchmarks import accounts_skill as bench


@pytest.fixture(scope="module")
def _here(shared: Path) -> None:
    """Skips where the data sets are absent."""


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("level", [2, 10])
def test_where_earliness_carries_over_it_beats_the_count_and_is_calibrated(level: int) -> None:
    bed = bench.Countries(level)
    told = [bench.predictions(bed, cut) for cut in (1995, 2000, 2005)]
    rows = pl.concat([rows for rows, _ in told])
    assert all(rho > 0.8 for _, rho in told)
    forecast, came = (rows.filter(pl.col("course") == course) for course in ("forecast", "came"))
    assert bench.skill(forecast, "trait") > max(bench.skill(forecast, "count"), 0.2)
    assert bench.skill(came, "trait") > bench.skill(came, "count") + 0.1
    assert bench.log_loss(came, "trait") < bench.log_loss(came, "count")
    for step in bench.reliability(came).filter(pl.col("n") >= 80).iter_rows(named=True):
        assert step["observed"] == pytest.approx(step["predicted"], abs=0.12)


@pytest.mark.usefixtures("_here")
def test_where_it_carries_over_little_it_stays_near_the_base_rates() -> None:
    bed = bench.Policies()
    rows, rho = bench.predictions(bed, 1990)
    assert 0.03 < rho < 0.12
    assert (rows["trait"] - rows["base"]).abs().mean() < 0.04  # type: ignore[operator]
    for course in ("forecast", "came"):
        part = rows.filter(pl.col("course") == course)
        assert abs(bench.skill(part, "trait")) < 0.02  # it says little, and does no harm
    for step in (
        bench.reliability(rows.filter(pl.col("course") == "came"))
        .filter(pl.col("n") >= 50)
        .iter_rows(named=True)
    ):
        assert step["observed"] == pytest.approx(step["predicted"], abs=0.06)
