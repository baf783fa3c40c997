"""Calibration on simulated lives whose truth is known: do intervals and probabilities say what they should?

Lives come from shapes that are not all in the dictionary (Bass curves without a known launch, Weibull curves, Richards
curves of other asymmetry), with noise in growth that lasts from one period to the next, seen from their first
tenth on up to a random stage.
"""

from __future__ import annotations

import numpy as np
import polars as pl

import beachhead as bh
from beachhead.tables.categories import CATEGORIES, CUTS

AHEAD = 5


def lives(n: int, seed: int) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Table of ``n`` series, true fraction now (n), true levels of the next five periods (n × 5)."""
    rng = np.random.default_rng(seed)
    rows, now, future = [], np.empty(n), np.empty((n, AHEAD))
    for k in range(n):
        speed = float(np.exp(rng.normal(np.log(0.35), 0.6)))
        t = np.arange(0, 12 / speed + AHEAD + 2)
        kind = k % 3
        if kind == 0:
            q = speed * rng.uniform(0.85, 0.99)
            decay = np.exp(-speed * t)
            f = (1 - decay) / (1 + q / (speed - q) * decay)
        elif kind == 1:
            f = 1 - np.exp(-((t * speed / 4) ** rng.uniform(1.8, 3.5)))
        else:
            nu = rng.uniform(0.1, 1.8)
            f = (1 + nu * np.exp(-speed * (t - 6 / speed))) ** (-1 / nu)
        shake = np.zeros(len(t))
        for j in range(1, len(t)):
            shake[j] = 0.6 * shake[j - 1] + 0.15 * rng.normal()
        f = np.cumsum(np.diff(f, prepend=0) * np.exp(shake))
        f /= f[-1]
        stage = rng.uniform(0.02, 0.95)
        end = max(int((f < stage).sum()), 4)
        begin = int((f < rng.uniform(0.001, 0.1)).sum())
        begin = min(begin, end - 3)
        level = f * 10 ** rng.uniform(0, 6)
        rows += [(f"life {k:05d}", 1900 + j, level[j]) for j in range(begin, end + 1)]
        now[k] = f[end]
        padded = np.r_[level[end + 1 : end + 1 + AHEAD], np.full(AHEAD, level[-1])][:AHEAD]
        future[k] = padded
    return pl.DataFrame(rows, schema=["unique_id", "ds", "y"], orient="row"), now, future


def run(n: int = 3000) -> None:
    table, now, future = lives(n, seed=2026)
    fit = bh.fit(table, kind="stock")
    s, f = fit.standing(), fit.forecast(AHEAD, level=[80])
    low, high = (f[f"Beachhead-{side}-80"].to_numpy().reshape(n, AHEAD) for side in ("lo", "hi"))
    inside = ((future >= low) & (future <= high)).mean(1)
    reached = (now >= s["fraction-lo-80"].to_numpy()) & (now <= s["fraction-hi-80"].to_numpy())
    p = s.select(CATEGORIES).to_numpy()
    true = np.searchsorted(CUTS, now, side="right")
    print(f"\nMarket: calibration on {n} simulated lives (80 % intervals; growth alone)")
    print("  stage            lives  fraction inside  next five levels inside")
    for k, name in enumerate(CATEGORIES):
        rows = true == k
        if rows.any():
            print(f"  {name:<16} {rows.sum():5d} {reached[rows].mean():16.2f} {inside[rows].mean():24.2f}")
    print(f"  {'all':<16} {n:5d} {reached.mean():16.2f} {inside.mean():24.2f}")
    print("  category probability stated, how often it was so (all categories together)")
    stated, happened = p.ravel(), (true[:, None] == np.arange(5)).ravel()
    for lo in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        rows = (stated >= lo) & (stated < lo + 0.1)
        if rows.sum() >= 20:
            print(f"    {stated[rows].mean():.2f}  {happened[rows].mean():.2f}  ({rows.sum()})")


if __name__ == "__main__":
    run()
