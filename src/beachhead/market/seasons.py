"""Seasons of sub-annual series: found before the comparison, put back into the forecast.

A year-end quarter is not a saddle. The seasonal part of the increments is estimated beside a smooth trend of their
logarithm, kept only where it is worth its parameters (corrected Akaike criterion), and taken out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .lives import Lives, fill_gaps

CYCLE = {4.0: 4, 12.0: 12, 52.0: 52}
YEARS = 6  # seasons change: only the latest years speak
HARMONICS = 4  # of a weekly series
GAIN = 4.0  # how much better by the criterion a season has to be


@dataclass(frozen=True)
class Season:
    """``factor``: of each series' periods, by place in the cycle counted back from now (n × 52; one where none)."""

    factor: np.ndarray
    cycle: np.ndarray
    found: np.ndarray
    flow: np.ndarray
    level: np.ndarray

    def notes(self) -> list[tuple[np.ndarray, str]]:
        rows = np.flatnonzero(self.found)
        text = "a season within the year was found, taken out for the standing and put back into the forecast"
        return [(rows, text)] if len(rows) else []

    def restore(self, columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Forecasts (n × h) with their season again; ``Beachhead`` is the median."""
        rows = np.flatnonzero(self.found)
        if not len(rows):
            return columns
        median = columns["Beachhead"]
        h = np.arange(1, median.shape[1] + 1)
        factor = np.ones_like(median)
        place = (-h[None, :]) % self.cycle[rows, None]
        factor[rows] = self.factor[rows[:, None], place]
        steps = np.diff(np.hstack([self.level[:, None], median]), axis=1)
        moved = np.cumsum((factor - 1) * steps, axis=1)
        flow = self.flow[:, None]
        return {name: np.where(flow, v * factor, np.maximum(v + moved, 0)) for name, v in columns.items()}

    def restore_totals(
        self, each: dict[str, np.ndarray], together: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Totals over the next periods (n × h) with the season that the forecast of ``each`` period has."""
        if not self.found.any():
            return together
        plain, seasonal = each["Beachhead"], self.restore(each)["Beachhead"]
        sold = np.cumsum(plain, axis=1)
        share = np.where(sold > 0, np.cumsum(seasonal, axis=1) / np.where(sold > 0, sold, 1.0), 1.0)
        flow = self.flow[:, None]
        return {name: np.where(flow, v * share, v + seasonal - plain) for name, v in together.items()}


def deseasonalise(lives: Lives) -> tuple[Lives, Season]:
    """``lives`` without their seasons, and the seasons."""
    n = len(lives)
    none = Season(np.ones((n, 1)), np.ones(n, int), np.zeros(n, bool), lives.flow, lives.values[:, 0])
    if not (lives.per_year > 1).any():
        return lives, none
    values = fill_gaps(lives.values).copy()
    factor, cycle, found = np.ones((n, 52)), np.ones(n, int), np.zeros(n, bool)
    for per_year, length in CYCLE.items():
        span = np.minimum(lives.count - ~lives.flow, YEARS * length)
        enough = span >= 2 * length + 2
        for size in np.unique(span[(lives.per_year == per_year) & enough]):
            rows = np.flatnonzero((lives.per_year == per_year) & (span == size))
            seasonal, which = _estimate(_increments(values[rows], lives.flow[rows])[:, :size], length)
            rows = rows[which]
            if not len(rows):
                continue
            factor[rows, :length] = seasonal[which]
            cycle[rows], found[rows] = length, True
            values[rows] = _without(values[rows], lives.flow[rows], seasonal[which])
    values[np.isnan(lives.values)] = np.nan
    season = Season(factor, cycle, found, lives.flow, lives.values[:, 0])
    return replace(lives, values=values), season


def _increments(values: np.ndarray, flow: np.ndarray) -> np.ndarray:
    after = np.full_like(values, np.nan)
    after[:, :-1] = values[:, :-1] - values[:, 1:]
    return np.where(flow[:, None], values, after)


def _estimate(flow: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Factors by place in the cycle (n × length, mean one) and which rows have a season (n booleans)."""
    n, size = flow.shape
    none = np.ones((n, length)), np.zeros(n, bool)
    usable = (np.isfinite(flow) & (flow > 0)).all(1)
    t = np.linspace(-1, 1, size)
    trend = np.vander(t, 4 if size >= 4 * length else 3)
    places = np.arange(size) % length
    dummies = _season_columns(length)[places]
    parameters = trend.shape[1] + dummies.shape[1] + 1
    if not usable.any() or size - parameters - 1 <= 0:
        return none
    logs = np.log(np.where(flow > 0, flow, 1.0))
    plain, _ = _least_squares(trend, logs)
    both, coefficients = _least_squares(np.hstack([trend, dummies]), logs)
    gain = _criterion(plain, size, trend.shape[1] + 1) - _criterion(both, size, parameters)
    found = usable & (gain > GAIN)
    # what noise alone would have shown is taken off again
    k = dummies.shape[1]
    ratio = (plain - both) / k / np.maximum(both / (size - parameters + 1), 1e-300)
    keep = np.clip(1 - 1 / np.maximum(ratio, 1e-9), 0, 1)
    effect = keep[:, None] * (coefficients[:, trend.shape[1] :] @ _season_columns(length).T)
    factor = np.exp(effect)
    return factor / factor.mean(1, keepdims=True), found


def _season_columns(length: int) -> np.ndarray:
    """Seasonal regressors by place in the cycle, each summing to zero: one per place, or waves for weeks."""
    if length <= 12:
        return np.eye(length)[:, :-1] - np.eye(length)[:, [-1]]
    angle = 2 * np.pi * np.arange(length)[:, None] * np.arange(1, HARMONICS + 1) / length
    return np.hstack([np.sin(angle), np.cos(angle)])


def _least_squares(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Residual sum of squares (n) and coefficients (n × k) of every row of y on the columns of x."""
    solved = y @ np.linalg.pinv(x).T
    return ((y - solved @ x.T) ** 2).sum(1), solved


def _criterion(rss: np.ndarray, n: int, k: int) -> np.ndarray:
    """Corrected Akaike criterion (Hurvich and Tsai 1989)."""
    return n * np.log(np.maximum(rss, 1e-12) / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def _without(values: np.ndarray, flow: np.ndarray, factor: np.ndarray) -> np.ndarray:
    places = np.arange(values.shape[1]) % factor.shape[1]
    by_period = factor[:, places]
    steps = _increments(values, flow)
    plain = steps / by_period
    # a stock keeps its first and its present level: only the path between them loses its season
    known = np.isfinite(steps)
    total, seasonless = np.where(known, steps, 0).sum(1), np.where(known, plain, 0).sum(1)
    scale = np.where(seasonless != 0, total / np.where(seasonless != 0, seasonless, 1), 1.0)
    down = np.cumsum(np.where(known, plain, 0) * scale[:, None], axis=1)
    level = values[:, [0]] - np.hstack([np.zeros((len(values), 1)), down[:, :-1]])
    level = np.where(np.isfinite(values), level, np.nan)
    return np.where(flow[:, None], plain, level)
