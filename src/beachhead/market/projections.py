"""Answers as weighted sums: each is some columns over the atoms, and what to make of the sums.

All answers asked for at once share one pass over the posterior, in chunks that fit the processor's cache.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from .posterior import Group

CHUNK = 256
WORKERS = min(4, os.cpu_count() or 1)
ATOMS_PER_BIN = 32


class Answer(Protocol):
    """``columns`` (A × q) are summed under the weights; ``finish`` makes named results (n or n × …) of the sums."""

    def columns(self, group: Group) -> np.ndarray: ...

    def finish(self, sums: np.ndarray, part: Chunk) -> dict[str, np.ndarray]: ...


@dataclass(frozen=True)
class Chunk:
    """Some rows of a group, and the unexplained growth of each (n)."""

    group: Group
    residual: np.ndarray


@dataclass(frozen=True)
class Quantiles:
    """Distribution function of an atom's value, summed at edges that follow the atoms' own density.

    ``columns`` are (A × (edges + 1)): the weight at or below each edge, and the whole weight.
    """

    edges: np.ndarray
    columns: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, weight: np.ndarray | None = None, bins: int | None = None) -> Quantiles:
        order = np.sort(values)
        count = bins or min(128, max(8, len(values) // ATOMS_PER_BIN))
        picks = np.unique(order[np.linspace(0, len(order) - 1, count + 1).astype(int)])
        if len(picks) == 1:
            picks = np.array([picks[0], picks[0] * (1 + 1e-9) + 1e-12])
        weight = np.ones(len(values)) if weight is None else weight
        below = np.zeros((len(values), len(picks) + 1))
        # an atom at an edge counts half, so that the function is the mid-distribution
        below[:, :-1] = (values[:, None] < picks) + 0.5 * (values[:, None] == picks)
        below[:, -1] = 1.0
        return cls(picks, below * weight[:, None])

    def at(self, sums: np.ndarray, probability: float) -> np.ndarray:
        """The value below which ``probability`` of the weight lies (n), by straight lines between edges."""
        return interpolate(self.edges, sums[:, :-1], probability * sums[:, -1])


def interpolate(edges: np.ndarray, cumulated: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Where each row of a distribution function (n × E, not falling) reaches its target (n)."""
    upper = np.clip((cumulated < target[:, None]).sum(1), 1, len(edges) - 1)
    rows = np.arange(len(cumulated))
    below, above = cumulated[rows, upper - 1], cumulated[rows, upper]
    gap = above - below
    share = np.clip((target - below) / np.where(gap > 0, gap, 1.0), 0.0, 1.0)
    return edges[upper - 1] * (1 - share) + edges[upper] * share


def project(groups: Sequence[Group], answers: Sequence[Answer], n: int) -> list[dict[str, np.ndarray]]:
    """Results of every answer for all ``n`` series, in the order of the series."""
    results: list[dict[str, np.ndarray]] = [{} for _ in answers]
    # chunks run side by side, so each product gets one thread: more would only wait for each other
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(WORKERS) as pool:
        for group in groups:
            matrices = [answer.columns(group) for answer in answers]
            borders = np.cumsum([m.shape[1] for m in matrices])[:-1]
            # the last column is the whole weight
            wide = np.empty((len(group.dictionary), sum(m.shape[1] for m in matrices) + 1), np.float32)
            np.concatenate([*matrices, np.ones((len(wide), 1))], axis=1, out=wide, casting="same_kind")
            starts = range(0, len(group.rows), CHUNK)
            for rows, parts in pool.map(partial(_piece, group, wide, borders, answers), starts):
                for part, into in zip(parts, results, strict=True):
                    for name, values in part.items():
                        if name not in into:
                            into[name] = np.full((n, *values.shape[1:]), np.nan, dtype=values.dtype)
                        into[name][rows] = values
    return results


def _piece(
    group: Group, wide: np.ndarray, borders: np.ndarray, answers: Sequence[Answer], start: int
) -> tuple[np.ndarray, list[dict[str, np.ndarray]]]:
    piece = group.slice(start, CHUNK)
    weights, residual = piece.weights()
    sums = (weights @ wide).astype(float)
    sums = sums[:, :-1] / sums[:, -1:]
    chunk = Chunk(piece, residual)
    parts = [a.finish(s, chunk) for a, s in zip(answers, np.split(sums, borders, axis=1), strict=True)]
    return piece.rows, parts
