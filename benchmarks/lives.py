"""Simulated lives for the benchmarks: noisy Bass curves of random potential, speed and stage, 25 years each."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

YEARS = 25


def simulated(n: int, seed: int = 0) -> pl.DataFrame:
    """unique_id, ds (ends of years), y (stock): ``n`` series of 25 points, in order, with 2 % noise."""
    rng = np.random.default_rng(seed)
    p, q, m = rng.uniform(0.0005, 0.03, n), rng.uniform(0.15, 0.6, n), rng.lognormal(8, 1, n)
    t = np.arange(1, YEARS + 1)
    decay = np.exp(-(p + q)[:, None] * t)
    level = m[:, None] * (1 - decay) / (1 + (q / p)[:, None] * decay)
    level *= 1 + 0.02 * rng.normal(size=level.shape)
    days = pl.date_range(date(1990, 12, 31), date(1990 + YEARS - 1, 12, 31), "1y", eager=True)
    return pl.DataFrame(
        {
            "unique_id": pl.Series(np.char.mod("s%07d", np.arange(n)).repeat(YEARS)),
            "ds": pl.Series(np.tile(days.to_numpy(), n)),
            "y": np.maximum.accumulate(level, axis=1).ravel(),
        }
    )
