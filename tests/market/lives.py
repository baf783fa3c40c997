"""Simulated lives whose truth is known, shared by the market's tests."""

from __future__ import annotations

import numpy as np
import polars as pl

# p, q (per year), m (thousands) and years from launch to peak: Bass (1969), tables 1 and 2
DURABLES = {
    "electric refrigerators": (0.0026167, 0.21566, 40_001, 20.1),
    "home freezers": (0.018119, 0.17110, 21_973, 11.6),
    "black and white television": (0.027877, 0.25105, 96_717, 7.8),
    "water softeners": (0.017703, 0.29695, 5_793, 8.9),
    "room air conditioners": (0.010399, 0.41861, 16_895, 8.6),
    "clothes dryers": (0.017206, 0.35688, 15_092, 8.1),
    "power lawnmowers": (0.0091837, 0.33790, 44_751, 10.3),
    "electric bed coverings": (0.005876, 0.24387, 76_589, 14.9),
    "automatic coffee makers": (0.017135, 0.30145, 58_838, 9.0),
    "steam irons": (0.028632, 0.32791, 55_696, 6.8),
    "record players": (0.024796, 0.65410, 21_937, 4.8),
}


def bass(t: np.ndarray, p: float, q: float) -> np.ndarray:
    """Cumulative fraction of adopters t years after launch (Bass 1969)."""
    decay = np.exp(-(p + q) * np.asarray(t, float))
    return (1 - decay) / (1 + q / p * decay)


def table(series: dict[str, np.ndarray], first: int = 1950) -> pl.DataFrame:
    """unique_id, ds (years), y."""
    return pl.concat(
        pl.DataFrame(
            {"unique_id": [name] * len(y), "ds": np.arange(first, first + len(y)), "y": np.asarray(y, float)}
        )
        for name, y in series.items()
    )


def noisy_lives(
    n: int, seed: int, noise: float = 0.05, length: tuple[int, int] = (6, 25)
) -> tuple[dict, dict]:
    """Random logistic and Gompertz lives seen up to random times: level per year by name, true fraction by name."""
    rng = np.random.default_rng(seed)
    series, truth = {}, {}
    for k in range(n):
        years = int(rng.integers(*length))
        speed = float(np.exp(rng.normal(np.log(0.35), 0.5)))
        now = float(rng.beta(1.2, 1.2) * 0.93 + 0.02)
        t = np.arange(-years + 1, 6)
        f = (
            1 / (1 + (1 / now - 1) * np.exp(-speed * t))
            if k % 2
            else np.exp(np.log(now) * np.exp(-0.7 * speed * t))
        )
        growth = np.diff(f, prepend=f[0] * 0.8) * np.exp(noise * 3 * rng.normal(size=len(f)))
        level = np.cumsum(np.maximum(growth, 0)) * float(np.exp(rng.normal(5, 2)))
        name = f"life {k}"
        series[name], truth[name] = level, now
    return series, truth
