"""Who moves: which categories and accounts are meant by a share of all customers.

How early an account is among adopters of any technology (Rogers' scale, z standard normal) is remembered in part: its
place among those who move to one release is z' = √ρ z + √(1 − ρ) ε. So of a category that spans (a, b) of z the share
P(z' ≤ x) has moved when the share Φ(x) of all has.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from beachhead.accounts.normal import ndtr, ndtri
from beachhead.tables.categories import CATEGORIES, CUTS

_GRID = 400


@dataclass(frozen=True)
class Movers:
    """``moved``: share of each category that has moved (grid × categories); ``all``: share of all customers (grid)."""

    moved: np.ndarray
    all: np.ndarray

    def at(self, share: np.ndarray) -> np.ndarray:
        """Share of each category that has moved when ``share`` of all customers have (… × categories)."""
        flat = np.asarray(share, float).ravel()
        out = np.stack([np.interp(flat, self.all, self.moved[:, c]) for c in range(len(CATEGORIES))], axis=-1)
        return out.reshape(*np.shape(share), len(CATEGORIES))


def movers(mix: np.ndarray, remembered: float) -> Movers:
    """For customers of whom the shares ``mix`` (sum 1) are of each category; ``remembered``: ρ."""
    borders = np.array([0.0, *CUTS, 1.0])
    middles = np.array([np.linspace(a, b, 42)[1:-1] for a, b in pairwise(borders)])
    place = ndtri(middles)  # where in Rogers' order members of each category stand (categories × 40)
    x = ndtri(np.linspace(0.0005, 0.9995, _GRID))
    reach = (x[:, None, None] - np.sqrt(remembered) * place) / np.sqrt(max(1 - remembered, 1e-6))
    moved = ndtr(reach).mean(-1)
    moved = np.vstack([np.zeros(len(CATEGORIES)), moved, np.ones(len(CATEGORIES))])
    return Movers(moved, moved @ mix)
