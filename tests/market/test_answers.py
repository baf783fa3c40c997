"""The answers over the atoms: how uncertainty grows with the horizon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import beachhead as bh
from beachhead.market.settings import DEFAULT
from tests.market.lives import bass, table

LEVEL = 1000 * bass(np.arange(1, 13), 0.02, 0.4)
NOISIER = replace(DEFAULT, noise_step=2 * DEFAULT.noise_step, noise_residual=2 * DEFAULT.noise_residual)


@pytest.mark.parametrize(
    ("kind", "y", "growing"),
    [("stock", LEVEL, np.sqrt(np.arange(1, 10))), ("flow", np.diff(LEVEL), np.ones(9))],
    ids=["a level adds the noise of its periods up", "sales of a period have their own noise only"],
)
def test_noise_widens_a_forecast_by_the_horizon(kind: str, y: np.ndarray, growing: np.ndarray) -> None:
    plain, noisier = (
        bh.fit(table({"a": y}), kind=kind, settings=s).forecast(9, level=[80])["Beachhead-hi-80"].to_numpy()
        for s in (DEFAULT, NOISIER)
    )
    more = noisier - plain
    assert more[0] > 0
    assert more / more[0] == pytest.approx(growing)
