"""Which play fits which account: all plays over all accounts in one pass, ranked.

A play fits where all its conditions hold. Those that fit an account are ranked by

    score = value / 2 × fit × rarity × lift / place

value   1 to 3, as the play says (judgement); 2 unless it does
fit     probability that the account is of a category that the play is made for (unknown: Rogers' shares)
rarity  what is true of few says more: the mean of log2((all + 2) / (fits + 1)) and log2((known + 2) / (fits + 1)),
        each at most ``RAREST`` bits. ``fits``: accounts that the play fits; ``all``: all accounts; ``known``:
        those whose facts it asks for are known. With ``all`` alone a play would gain by asking for what is
        seldom recorded, with ``known`` alone what somebody took the trouble to find out would count for nothing
lift    win rate that the play can expect there over that of all plays (``outcomes``); 1 without
place   1 for the best play of an offering, 2 for the second, …: the same offer twice is not two ideas

Ties go to the play that asks for more facts, then to the first id. A play is not proposed where one that
excludes it fits as well; of two that exclude each other the better one stays. What was won, lost or dismissed
there is not proposed either, and excludes nothing (``settled``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
import polars as pl

from beachhead.practice.offering_fit import foreign
from beachhead.practice.playbook import Grounds, Playbook
from beachhead.practice.plays import Play
from beachhead.tables.categories import CATEGORIES, SHARES

MATCHES = pl.Schema(
    {
        "account": pl.String(),
        "play": pl.String(),
        "rank": pl.UInt32(),
        "score": pl.Float32(),
        "excluded_by": pl.String(),
    }
)
RAREST = 5.0
"""Bits: a play that fits fewer than one account in 32 says no more than one that fits one in 32. Judgement."""

_SLICE = 1 << 20  # accounts ranked at a time: bounds the memory, and a row's number takes 20 bits
_STEPS = 4096  # scores count in steps of 1/4096 …
_MOST = (1 << 20) - 1  # … and take 20 bits
Lifts = Mapping[str, Mapping[str, float]]
"""Play → adopter category → expected win rate over that of all plays."""
Array = np.ndarray[Any, Any]


def holds(facts: pl.DataFrame, book: Playbook) -> pl.DataFrame:
    """A yes-or-no column per play of ``book``, a row per account: where all its conditions hold.

    Conditions that several plays share are evaluated once. What a pack brings does not hold where only products of
    other packs are owned.
    """
    tests = {g.condition.text: g.condition for lines in book.grounds.values() for g in lines}
    true = facts.select(test.expression().alias(text) for text, test in tests.items())
    barred = {key: _barred(facts, *key) for key in {_key_of(told) for told in book.elsewhere.values()}}

    def column(name: str, lines: Sequence[Grounds]) -> pl.Series:
        found = reduce(lambda a, b: a & b, (true[g.condition.text] for g in lines))
        return (found & ~barred[_key_of(book.elsewhere[name])] if name in book.elsewhere else found).alias(
            name
        )

    return pl.DataFrame([column(name, lines) for name, lines in book.grounds.items()])


def _key_of(told: tuple[list[str], list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(told[0]), tuple(told[1])


def _barred(facts: pl.DataFrame, own: tuple[str, ...], others: tuple[str, ...]) -> pl.Series:
    """Where products of ``others`` are owned and none of ``own``."""
    return facts.select(foreign(own, others)).to_series()


def match(
    facts: pl.DataFrame,
    book: Playbook,
    *,
    settled: pl.DataFrame | None = None,
    lifts: Lifts | None = None,
    found: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row per account and play that fits it, columns ``MATCHES``; accounts as in ``facts``, best play first.

    ``rank`` is null, and the row stands last, where a play that fits as well excludes it (``excluded_by``).
    ``settled``: columns account and play, what is not to be proposed. ``found``: what ``holds`` gave for these
    facts, if it is at hand.
    """
    true = holds(facts, book) if found is None else found
    if not true.width or not facts.height:
        return MATCHES.to_frame()
    names = sorted(book.plays, key=lambda name: (-len(_asked(book, name)), name))
    rarity = _rarity(facts, true, book)
    true = _but_settled(true, facts["account"], settled)
    pieces = []
    for start in range(0, facts.height, _SLICE):
        part = facts.slice(start, _SLICE)
        scores = _Scores(part, book, rarity, lifts or {})
        pieces.append(_ranked(part, true.slice(start, _SLICE), book, names, scores))
    return pl.concat(pieces)


def with_reasons(
    matches: pl.DataFrame, facts: pl.DataFrame, book: Playbook, called: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """``matches`` with ``because``: one sentence per line of the play's ``when``, with the account's facts in it.

    ``called``: names of the ids that facts hold (product → its name).
    """
    rows = facts.select("account").with_row_index("_row")
    table = matches.with_row_index("_match").join(rows, on="account")
    parts = [pl.DataFrame(schema={"_match": pl.UInt32, "because": pl.List(pl.String)})]
    for (name,), own in table.partition_by("play", as_dict=True).items():
        sentences = [line.because for line in book.grounds[str(name)]]
        asked = sorted({"account", *(column for sentence in sentences for column in sentence.columns)})
        said = facts.select(pl.col(asked).gather(own["_row"])).select(
            because=pl.concat_list(sentence.expression(called) for sentence in sentences)
        )
        parts.append(said.insert_column(0, own["_match"]))
    return matches.hstack(pl.concat(parts).sort("_match").select("because"))


class _Scores:
    """The score of each play at each account of ``part``, whether the play fits or not; before ``place``."""

    def __init__(self, part: pl.DataFrame, book: Playbook, rarity: Mapping[str, float], lifts: Lifts) -> None:
        self.book, self.rarity, self.lifts = book, rarity, lifts
        known = part.select(
            pl.col(f"p_{category}").fill_null(share).cast(pl.Float32)
            for category, share in zip(CATEGORIES, SHARES, strict=True)
        )
        self.p = {category: known[f"p_{category}"].to_numpy() for category in CATEGORIES}
        self._fits: dict[tuple[str, ...], Array] = {}

    def of(self, name: str) -> Array:
        play = self.book.plays[name]
        score: Array = self.fit(play) * np.float32(self.rarity[name] * play.value / 2)
        if name in self.lifts:
            score = score * sum(self.p[c] * np.float32(self.lifts[name][c]) for c in CATEGORIES)
        return score

    def fit(self, play: Play) -> Array:
        key = tuple(sorted(play.audience.categories))
        if key not in self._fits:
            self._fits[key] = np.sum([self.p[c] for c in key], axis=0)
        return self._fits[key]


def _ranked(
    part: pl.DataFrame, true: pl.DataFrame, book: Playbook, names: Sequence[str], scores: _Scores
) -> pl.DataFrame:
    """The rows of ``match`` for some accounts.

    Each row is one integer, of row, offering, score turned round, and play (20, 12, 20 and 12 bits): sorting
    these is several times faster than sorting a table by columns. What is excluded has the score 0.
    """
    offers = {offer: n for n, offer in enumerate(dict.fromkeys(_offer(book.plays[name]) for name in names))}
    keys, excluded = [], []
    for n, name in enumerate(names):
        rows = np.flatnonzero(true[name].to_numpy()).astype(np.uint64)
        if not len(rows):
            continue
        steps = np.clip(scores.of(name)[rows] * _STEPS, 1, _MOST).astype(np.uint64)
        by = _excluders(name, names, true, book, scores, rows)
        steps[by >= 0] = 0
        excluded.append(np.stack([rows << 12 | n, by.astype(np.uint64)])[:, by >= 0])
        keys.append(_key(rows, offers[_offer(book.plays[name])], steps, n))
    if not keys:
        return MATCHES.to_frame()
    key: Array = np.sort(np.concatenate(keys))
    step: Array = _MOST - (key >> 12 & _MOST)
    place = _position(key >> 32)
    key = np.sort(_key(key >> 44, 0, np.where(step > 0, np.maximum(step // (place + 1), 1), 0), key & 4095))
    step = _MOST - (key >> 12 & _MOST)
    order: Array = key >> 44
    other: Array = np.full(len(key), -1, dtype=np.int64)
    out = np.concatenate(excluded, axis=1)
    other[step == 0] = out[1, np.argsort(out[0])]
    called = pl.Series(names, dtype=pl.String)
    return pl.DataFrame(
        {
            "account": part["account"].gather(pl.Series(order.astype(np.uint32))),
            "play": called.gather(pl.Series((key & 4095).astype(np.uint32))),
            "rank": pl.Series(_position(order).astype(np.uint32) + 1),
            "score": pl.Series((step / _STEPS).astype(np.float32)),
            "excluded_by": called.gather(pl.Series(other).replace(-1, None)),
        }
    ).with_columns(pl.when(pl.col("excluded_by").is_null()).then("rank").alias("rank"))


def _key(rows: Array, offer: Array | int, step: Array, play: Array | int) -> Array:
    return (rows << 44) | (np.uint64(offer) << 32) | ((_MOST - step) << 12) | np.asarray(play, np.uint64)


def _position(group: Array) -> Array:
    """0, 1, 2 … within each run of equal values."""
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    lengths = np.diff(np.append(starts, len(group)))
    return np.arange(len(group), dtype=np.uint64) - np.repeat(starts, lengths).astype(np.uint64)


def _excluders(
    name: str, names: Sequence[str], true: pl.DataFrame, book: Playbook, scores: _Scores, rows: Array
) -> Array:
    """For each of ``rows``, the number of the play that excludes ``name`` there; -1 where none does."""
    by = np.full(len(rows), -1, dtype=np.int64)
    for n, other in enumerate(names):
        if name not in book.plays[other].excludes:
            continue
        excludes = true[other].to_numpy()[rows]
        if other in book.plays[name].excludes:  # each the other: the better one stays, of equals the first
            mine, its = scores.of(name)[rows], scores.of(other)[rows]
            excludes &= (its > mine) | ((its == mine) & (n < names.index(name)))
        by[excludes & (by < 0)] = n
    return by


def _but_settled(true: pl.DataFrame, accounts: pl.Series, settled: pl.DataFrame | None) -> pl.DataFrame:
    if settled is None or not settled.height:
        return true
    row = pl.DataFrame({"account": accounts}).with_row_index("row")
    found = settled.join(row, on="account")
    changed = []
    for (name,), own in found.partition_by("play", as_dict=True).items():
        if name in true.columns:
            kept = true[name].to_numpy().copy()
            kept[own["row"].to_numpy()] = False
            changed.append(pl.Series(name, kept))
    return true.with_columns(changed)


def _asked(book: Playbook, name: str) -> set[str]:
    """The facts that a play asks for."""
    return {column for line in book.grounds[name] for column in line.condition.columns}


def _rarity(facts: pl.DataFrame, true: pl.DataFrame, book: Playbook) -> dict[str, float]:
    columns = sorted(set().union(*(_asked(book, name) for name in book.plays)))
    known = facts.select(pl.col(columns).is_not_null())
    found = {}
    for name in book.plays:
        all_known = reduce(lambda a, b: a & b, (known[c] for c in _asked(book, name)))
        known_there, fits = int((all_known | true[name]).sum()), int(true[name].sum())
        bits = [min(RAREST, math.log2((of + 2) / (fits + 1))) for of in (facts.height, known_there)]
        found[name] = sum(bits) / 2
    return found


def _offer(play: Play) -> str:
    return f"offering {play.offering}" if play.offering else f"play {play.id}"
