"""The forecasts that people use today, to stand beside Beachhead's: drift, and Bass by least squares."""

from __future__ import annotations

import numpy as np

GRID_P = np.geomspace(1e-4, 0.1, 9)
GRID_Q = np.linspace(0.05, 1.0, 14)
REFINEMENTS = 14


def drift(y: np.ndarray, h: int, flow: bool) -> np.ndarray:
    """Random walk with drift: the last value plus the mean change, for h periods (Hyndman, Athanasopoulos 2021).

    ``y`` (n) holds no gaps. A flow's drift applies to the flow itself, as in any forecasting library.
    """
    slope = (y[-1] - y[0]) / max(len(y) - 1, 1)
    return y[-1] + slope * np.arange(1, h + 1)


def bass_least_squares(y: np.ndarray, h: int, flow: bool) -> np.ndarray:
    """Bass (1969) fitted to cumulative adoption by nonlinear least squares (Srinivasan and Mason 1986).

    The record is taken to begin at launch, as that method does. m is solved for exactly at each (p, q); p and q by
    a grid that is refined around its best point, so that no starting value is needed.
    """
    level = np.cumsum(y) if flow else y
    t = np.arange(1, len(level) + 1.0)
    p_grid, q_grid = GRID_P, GRID_Q
    best = (np.inf, 0.01, 0.3, float(level[-1]))
    for _ in range(REFINEMENTS):
        p, q = (g.ravel() for g in np.meshgrid(p_grid, q_grid))
        shape = _bass(p[:, None], q[:, None], t)
        m = (shape @ level) / np.maximum((shape**2).sum(1), 1e-300)
        rss = ((level - m[:, None] * shape) ** 2).sum(1)
        k = int(rss.argmin())
        if rss[k] < best[0]:
            best = (float(rss[k]), float(p[k]), float(q[k]), float(m[k]))
        step_p = (p_grid[1] / p_grid[0]) ** 1.2
        step_q = (q_grid[1] - q_grid[0]) * 1.5
        p_grid = np.geomspace(best[1] / step_p, best[1] * step_p, 9)
        q_grid = np.linspace(max(best[2] - step_q, 1e-3), best[2] + step_q, 9)
    _, p_hat, q_hat, m_hat = best
    ahead = m_hat * _bass(p_hat, q_hat, np.arange(len(level), len(level) + h + 1.0))
    return np.diff(ahead) if flow else ahead[1:]


def _bass(p: np.ndarray | float, q: np.ndarray | float, t: np.ndarray) -> np.ndarray:
    decay = np.exp(-(np.asarray(p) + q) * t)
    return (1 - decay) / (1 + np.asarray(q) / p * decay)
