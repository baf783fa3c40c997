"""Seasons within the year: which are found, and how strong they may be."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from beachhead.market.lives import align
from beachhead.market.seasons import deseasonalise
from beachhead.tables.adoption import read_adoption

QUARTER = np.array([0.85, 1.0, 0.9, 1.25])
YEARS = 5
SALES = np.exp(np.linspace(3, 5, 4 * YEARS)) * np.tile(QUARTER, YEARS)


def seasons_of(sales: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of sales (series × quarters): the season's factors by quarter of the year, and whether one was found."""
    names = [f"{2000 + k // 4}Q{k % 4 + 1}" for k in range(sales.shape[1])]
    rows = [pl.DataFrame({"unique_id": f"{i:03}", "ds": names, "y": y}) for i, y in enumerate(sales)]
    _, season = deseasonalise(align(read_adoption(pl.concat(rows), kind="flow")))
    return season.factor[:, 3::-1], season.found


def test_a_season_without_noise_is_found_as_it_is() -> None:
    factor, found = seasons_of(SALES[None])
    assert found.all()
    assert np.allclose(factor[0], QUARTER / QUARTER.mean(), atol=1e-3)


def test_noise_does_not_make_a_season_look_stronger_than_it_is() -> None:
    """The sum of squares that noise adds to the estimated effects is taken off again (James and Stein 1961)."""
    noise = np.exp(0.1 * np.random.default_rng(11).normal(size=(400, 4 * YEARS)))
    factor, found = seasons_of(SALES * noise)
    assert found.mean() > 0.9
    strength = (np.log(factor[found]) ** 2).sum(1).mean()
    true = (np.log(QUARTER / QUARTER.mean()) ** 2).sum()
    assert strength == pytest.approx(true, rel=0.07)
