"""The rows of an adoption table as arrays, and the ledger of what is said and refused about each series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.errors import BadInput
from beachhead.tables.periods import Ints

Mask = NDArray[np.bool_]


@dataclass
class Rows:
    """Figures in order of series and time: ``sid`` the number of the series, ``day`` the last day of what
    ``unit`` names (see ``labels``), ``y`` the figure (NaN: missing), ``row`` where the figure stood in the
    table.
    """

    sid: Ints
    day: Ints
    unit: NDArray[np.uint8]
    y: NDArray[np.float64]
    row: Ints

    def __len__(self) -> int:
        return len(self.sid)

    def only(self, keep: Mask) -> Rows:
        """The rows of a mask."""
        return Rows(self.sid[keep], self.day[keep], self.unit[keep], self.y[keep], self.row[keep])

    def take(self, order: Ints) -> Rows:
        """The rows in another order."""
        return Rows(self.sid[order], self.day[order], self.unit[order], self.y[order], self.row[order])

    def with_y(self, y: NDArray[np.float64]) -> Rows:
        """The same rows with other figures."""
        return replace(self, y=y)

    def and_then(self, more: Rows) -> Rows:
        """These rows and then others."""
        return Rows(
            np.concatenate([self.sid, more.sid]),
            np.concatenate([self.day, more.day]),
            np.concatenate([self.unit, more.unit]),
            np.concatenate([self.y, more.y]),
            np.concatenate([self.row, more.row]),
        )

    @property
    def same(self) -> Mask:
        """Whether each row has the series of the row before."""
        out = np.zeros(len(self.sid), dtype=bool)
        out[1:] = self.sid[1:] == self.sid[:-1]
        return out

    @property
    def starts(self) -> Ints:
        """The first row of each series that has rows."""
        return np.flatnonzero(~self.same)


@dataclass
class Ledger:
    """What is told about the series: notes and refusals by the number of the series."""

    ids: pl.Series
    where: str | None
    place: Callable[[int], dict[str, Any]]
    alive: Mask = field(init=False)
    _notes: list[tuple[Ints, list[str]]] = field(default_factory=list)
    _general: list[str] = field(default_factory=list)
    _refused: dict[int, BadInput] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.alive = np.ones(len(self.ids), dtype=bool)

    def say(self, text: str) -> None:
        """A note on the whole table."""
        if text not in self._general:
            self._general.append(text)

    def note(self, sids: Ints, texts: str | Sequence[str]) -> None:
        """A note on each of some series: the same, or one each."""
        if len(sids):
            self._notes.append(
                (np.asarray(sids), [texts] * len(sids) if isinstance(texts, str) else list(texts))
            )

    def refuse(self, sid: int, problem: str, *, row: int | None = None, **parts: Any) -> None:
        """Refuse a series, once: the first reason stands. ``row`` is a row of the long table."""
        if not self.alive[sid]:
            return
        self.alive[sid] = False
        place = self.place(row) if row is not None else {"file": self.where}
        self._refused[sid] = BadInput(problem, **(parts | place))

    def refuse_rows(
        self, rows: Rows, bad: Mask, problem: str, value: Callable[[int], Any], **parts: Any
    ) -> None:
        """Refuse the series of all bad rows, each naming its first bad row."""
        index = np.flatnonzero(bad)
        sids, first = np.unique(rows.sid[index], return_index=True)
        for sid, i in zip(sids, index[first], strict=True):
            row = int(rows.row[i])
            self.refuse(int(sid), problem, row=row, value=value(row), **parts)

    def living(self, rows: Rows) -> Rows:
        """Rows of series that are not refused."""
        return rows if self.alive.all() else rows.only(self.alive[rows.sid])

    @property
    def reasons(self) -> list[BadInput]:
        """Why series are refused, in their order."""
        return [self._refused[sid] for sid in sorted(self._refused)]

    def notes(self) -> pl.DataFrame:
        """``unique_id`` (null: the whole table), ``note``; refused series have a reason instead."""
        schema = {"unique_id": pl.String, "note": pl.String}
        general = pl.DataFrame(
            {"unique_id": [None] * len(self._general), "note": self._general}, schema=schema
        )
        if not self._notes:
            return general
        sids = np.concatenate([s for s, _ in self._notes])
        texts = pl.Series([t for _, each in self._notes for t in each], dtype=pl.String)
        order = np.argsort(sids, kind="stable")
        order = order[self.alive[sids[order]]]
        own = pl.DataFrame(
            {"unique_id": self.ids.gather(sids[order]), "note": texts.gather(order)}, schema=schema
        )
        return pl.concat([general, own])

    def refused(self) -> pl.DataFrame:
        """``unique_id``, ``reason``."""
        sids = sorted(self._refused)
        return pl.DataFrame(
            {"unique_id": [self.ids[s] for s in sids], "reason": [str(self._refused[s]) for s in sids]},
            schema={"unique_id": pl.String, "reason": pl.String},
        )


def count(sid: Ints, mask: Mask, n: int) -> Ints:
    """How many rows of a mask each of ``n`` series has."""
    return np.bincount(sid[mask], minlength=n).astype(np.int64)
