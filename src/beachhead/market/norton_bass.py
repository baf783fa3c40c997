"""Successive generations in closed form (Norton and Bass, Management Science 33, 1987).

A generation takes its buyers from the whole potential that it opens and from all that the one before has won:
U_1 = m_1 F_1, U_i = F_i (m_i + U_{i-1}), and the next generation takes what it has won of that away again,
S_i = U_i (1 − F_{i+1}). F_i is the Bass curve from the generation's own launch; p and q are the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def bass(time: np.ndarray, p: float, q: float) -> np.ndarray:
    """The Bass curve (1969): fraction won ``time`` after the launch, zero before it; p, q per unit of time.

    F = (1 − e^−(p+q)t) / (1 + (q/p) e^−(p+q)t).
    """
    decay = np.exp(-(p + q) * np.maximum(np.asarray(time, float), 0.0))
    fraction: np.ndarray = (1 - decay) / (1 + q / p * decay)
    return fraction


def norton_bass(
    time: np.ndarray, launches: Sequence[float], potentials: Sequence[float], p: float, q: float
) -> np.ndarray:
    """Systems in use, or sales per period, of every generation (generations × times).

    ``potentials``: what each generation adds to the potential of those before it, in the unit of the answer.
    """
    won = np.stack([bass(np.asarray(time, float) - launch, p, q) for launch in launches])
    reached = np.zeros(won.shape[1])
    out = np.empty_like(won)
    for i, potential in enumerate(potentials):
        reached = won[i] * (potential + reached)
        taken = won[i + 1] if i + 1 < len(won) else 0.0
        out[i] = reached * (1 - taken)
    return out
