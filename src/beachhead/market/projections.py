"""Answers as sums over the posterior: what each needs of the atoms is worked out once, what it makes of them per series.

All answers asked for at once share one pass over the posterior, in chunks that fit the processor's cache: atoms down,
series across, so that every sum over atoms is a sum of whole rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Protocol

import numpy as np
from threadpoolctl import ThreadpoolController

from . import kernel
from .lives import native_levels
from .posterior import Atoms, Group

CHUNK = 256
WORKERS = min(4, os.cpu_count() or 1)
ATOMS_PER_BIN = 32
WIDEST = 2.0  # a table of rows that would read each atom this often is summed as a product instead
ANSWERS_KEPT = 16  # by atoms, so that windows without end do not fill the memory


class Answer(Protocol):
    """A question. ``prepare`` works out what it needs of the atoms; ``finish`` makes named results of a chunk
    (n or n × …). Equal questions share what was prepared."""

    def prepare(self, atoms: Atoms) -> Any: ...

    def finish(self, ready: Any, part: Chunk) -> dict[str, np.ndarray]: ...


@dataclass(frozen=True)
class Chunk:
    """Some rows of a group, their posterior ``weights`` (A + 1 × n, columns sum to one, the last row is zero) and the
    unexplained growth of each (n)."""

    group: Group
    weights: np.ndarray
    residual: np.ndarray

    def sums(self, columns: np.ndarray) -> np.ndarray:
        """Weighted sums of columns over the atoms (q × A, float32), as n × q."""
        return (columns @ self.weights[:-1]).T.astype(float)

    @cached_property
    def rising(self) -> np.ndarray:
        """Weight of the lives on the rise by the fraction they stand at, over that fraction (F × n)."""
        return (self.group.atoms.rising[1] @ self.weights[:-1]).astype(float)

    @cached_property
    def levels(self) -> np.ndarray:
        """Levels by period back from now (n × T)."""
        return native_levels(self.group.lives)[0]


class Quantiles:
    """Distribution function of an atom's value, summed at edges that follow the atoms' own density.

    ``values`` (A); ``weight`` (A) is what each atom counts beside its posterior weight.
    """

    def __init__(self, values: np.ndarray, weight: np.ndarray | None = None, bins: int | None = None) -> None:
        ordered = np.sort(values)
        count = bins or min(128, max(8, len(values) // ATOMS_PER_BIN))
        edges = np.unique(ordered[np.linspace(0, len(ordered) - 1, count + 1).astype(int)])
        if len(edges) == 1:
            edges = edges + np.array([0.0, 1e-9 * abs(edges[0]) + 1e-12])
        self.edges = edges
        self.values = values
        self.counts = (np.ones(len(values)) if weight is None else weight).astype(np.float32)
        self.even = weight is None

    @cached_property
    def walk(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The atoms in the order of their values, and how many lie below and up to each edge (int32)."""
        order = np.argsort(self.values)
        below, upto = (np.searchsorted(self.values[order], self.edges, side) for side in ("left", "right"))
        return order.astype(np.int32), below.astype(np.int32), upto.astype(np.int32)

    @cached_property
    def rows(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The atoms above the edge before and up to each edge, and those at it; None where atoms are so unevenly
        spread that a product with ``columns`` is faster."""
        place = np.searchsorted(self.edges, self.values)
        tied = np.where(self.edges[place] == self.values, place, -1)
        upto, at = _table(place, len(self.edges)), _table(tied, len(self.edges))
        return (upto, at) if upto.size + at.size < WIDEST * len(self.values) else None

    @cached_property
    def columns(self) -> np.ndarray:
        """The part of each atom that lies below each edge, and last the whole of it (edges + 1 × A, float32)."""
        edges = self.edges[:, None]
        # an atom at an edge counts half, so that the function is the mid-distribution
        below = (self.values < edges) + 0.5 * (self.values == edges)
        return np.vstack([below, np.ones(len(self.values))]).astype(np.float32)

    def at(self, part: Chunk, probabilities: Sequence[float]) -> Sequence[np.ndarray]:
        """The values below which ``probabilities`` of the weight lie (n each), by straight lines between edges."""
        weights = part.weights
        if kernel.LIBRARY is not None:
            order, below, upto = self.walk
            wanted = np.array(probabilities)
            return list(
                kernel.quantiles(kernel.LIBRARY, weights, self.counts, order, below, upto, self.edges, wanted)
            )
        if not self.even:
            weights = weights * np.r_[self.counts, np.float32(0.0)][:, None]
        if self.rows is None:
            sums = self.columns @ weights[:-1]
            reached, whole = sums[:-1], sums[-1]
        else:
            between, at = (
                weights.take(r, axis=0).sum(1) if r.shape[1] > 1 else weights[r[:, 0]] for r in self.rows
            )
            reached = np.tri(len(at), dtype=np.float32) @ between
            whole = reached[-1].copy()
            at *= np.float32(0.5)
            reached -= at
        return [interpolate(self.edges, reached, np.float32(p) * whole) for p in probabilities]


def _table(place: np.ndarray, count: int) -> np.ndarray:
    """The atoms at each place (count × most at one; filled up with the number of atoms, whose weight is zero)."""
    size = np.bincount(place[place >= 0], minlength=count)
    table = np.full((count, max(int(size.max()), 1)), len(place))
    order = np.argsort(place, kind="stable")[np.count_nonzero(place < 0) :]
    column = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)
    table[place[order], column] = order
    return table


def interpolate(edges: np.ndarray, below: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Where each column of a distribution function (E × n, not falling) reaches its target (n)."""
    # counted in bytes, many times as fast as in words: there are never more than 200 edges
    upper = np.add.reduce((below < target).view(np.uint8), axis=0, dtype=np.uint8).astype(np.intp)
    np.minimum(np.maximum(upper, 1, out=upper), len(edges) - 1, out=upper)
    columns = np.arange(len(target))
    low = below[upper - 1, columns].astype(float)
    gap = below[upper, columns] - low
    share = np.minimum(np.maximum((target - low) / np.where(gap > 0, gap, 1.0), 0.0), 1.0)
    start = edges[upper - 1]
    return start + (edges[upper] - start) * share


@cache
def _libraries() -> ThreadpoolController:
    """The libraries whose threads are limited; looking them up takes longer than answering a series."""
    return ThreadpoolController()


def project(
    groups: Sequence[Group],
    answers: Sequence[Answer],
    n: int,
    threads: int | None = None,
    kept: dict[tuple[int, int], Chunk] | None = None,
) -> list[dict[str, np.ndarray]]:
    """Results of every answer for all ``n`` series, in the order of the series.

    ``threads`` at most work side by side. ``kept`` holds the chunks of an earlier pass over the same groups, and gets
    those of this one.
    """
    ready = [[_prepared(answer, group.atoms) for answer in answers] for group in groups]
    work = [(k, start) for k, group in enumerate(groups) for start in range(0, len(group.rows), CHUNK)]
    results: list[dict[str, np.ndarray]] = [{} for _ in answers]

    def piece(which: tuple[int, int]) -> tuple[np.ndarray, list[dict[str, np.ndarray]]]:
        chunk = kept.get(which) if kept else None
        if chunk is None:
            part = groups[which[0]].slice(which[1], CHUNK)
            chunk = Chunk(part, *part.weights())
            if kept is not None:
                kept[which] = chunk
        found = [a.finish(r, chunk) for a, r in zip(answers, ready[which[0]], strict=True)]
        return chunk.group.rows, found

    workers = min(threads or WORKERS, len(work))
    # chunks run side by side, so each product gets one thread: more would only wait for each other
    with _libraries().limit(limits=1, user_api="blas"):
        if workers < 2:
            _collect(map(piece, work), results, n)
        else:
            with ThreadPoolExecutor(workers) as pool:
                _collect(pool.map(piece, work), results, n)
    return results


def _prepared(answer: Answer, atoms: Atoms) -> Any:
    if answer not in atoms.kept:
        if len(atoms.kept) >= ANSWERS_KEPT:
            atoms.kept.clear()
        atoms.kept[answer] = answer.prepare(atoms)
    return atoms.kept[answer]


def _collect(
    pieces: Iterable[tuple[np.ndarray, list[dict[str, np.ndarray]]]],
    results: list[dict[str, np.ndarray]],
    n: int,
) -> None:
    for rows, found in pieces:
        for part, into in zip(found, results, strict=True):
            for name, values in part.items():
                if name not in into:
                    into[name] = np.full((n, *values.shape[1:]), np.nan, dtype=values.dtype)
                into[name][rows] = values
