"""The answers over the atoms: how uncertainty grows with the horizon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import beachhead as bh
from beachhead.market.settings import DEFAULT
from tests.market.lives import bass, table

LEVEL = 1000 * bass(np.arange(1, 13), 0.02, 0.4)
SILENT = replace(DEFAULT, noise_step=0.0, noise_sales=0.0, noise_residual=0.0)


@pytest.mark.parametrize(
    ("kind", "y", "growing"),
    [("stock", LEVEL, np.sqrt(np.arange(1, 10))), ("flow", np.diff(LEVEL), np.ones(9))],
    ids=["a level adds the noise of its periods up", "sales of a period have their own noise only"],
)
def test_noise_widens_a_forecast_by_the_horizon(kind: str, y: np.ndarray, growing: np.ndarray) -> None:
    quiet, plain = (
        bh.fit(table({"a": y}), kind=kind, settings=s).forecast(9, level=[80]) for s in (SILENT, DEFAULT)
    )
    # noise and what is not known of the curve are independent: their squares add up
    reach = [(f["Beachhead-hi-80"] - f["Beachhead"]).to_numpy() for f in (quiet, plain)]
    noise = np.sqrt(reach[1] ** 2 - reach[0] ** 2)
    assert noise[0] > 0
    assert noise / noise[0] == pytest.approx(growing, rel=0.02)


def test_a_growing_stock_never_falls_and_its_intervals_never_narrow() -> None:
    rows = {f"{n}": LEVEL[:n] * (1 + 0.02 * np.sin(3.0 * np.arange(n))) for n in range(4, 13)}
    rising = {k: np.maximum.accumulate(v) for k, v in rows.items()}
    for _, f in bh.fit(table(rising), kind="stock").forecast(12, level=[80, 95]).group_by("unique_id"):
        for name in ("Beachhead", "Beachhead-lo-80", "Beachhead-hi-80", "Beachhead-lo-95", "Beachhead-hi-95"):
            assert (np.diff(f[name].to_numpy()) >= -1e-9).all(), name
        for level in (80, 95):
            assert (
                np.diff((f[f"Beachhead-hi-{level}"] - f[f"Beachhead-lo-{level}"]).to_numpy()) >= -1e-6
            ).all()
        assert (f["Beachhead-hi-95"] >= f["Beachhead-hi-80"]).all()
