"""An ear that was trained: is a sentence an objection, and which? With NumPy alone, offline, the same every time.

Every sentence is compared with every sentence that it was trained on, through their features (``ear_features``): a
kernel that is a weighted sum of the six bundles' products. Ridge regression on it (Saunders, Gammerman and Vovk,
*Ridge regression learning algorithm in dual variables*, ICML 1998) gives a score for each objection and for each kind of
sentence that is none, and one more for "an objection at all". A logistic layer on four of these (the last, the best
objection's, how far it is before the second, the best of the others) tells the probability of an objection; it is
fitted on what each training sentence would have scored had it been left out, which ridge regression gives at once.

Training takes seconds, so what it gave for the sentences that ship is kept beside the package (``tables/kept.py``).
Sentences of a workspace are learned on top of it (``Ear.taught``), one coordinate of the same problem after the other
with the shipped ones held fixed (Hsieh et al., *A dual coordinate descent method for large-scale linear SVM*, ICML 2008):
in milliseconds, and nothing of a user's is kept.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beachhead.practice.ear_features import STOP, Groups, features
from beachhead.practice.stems import stem, words
from beachhead.tables.kept import kept

Floats = NDArray[np.float64]
WHICH = np.array((1.0, 0.7, 1.0, 1.0, 0.3, 0.2)) ** 2
WHETHER = np.array((1.0, 1.0, 0.7, 0.8, 1.0, 1.0)) ** 2
"""What each bundle weighs in telling objections apart, and in telling them from other sentences."""
RIDGE_WHICH, RIDGE_WHETHER = 1.0, 2.0
"""Chosen, as the weights, on the half of ``benchmarks/heard.csv`` that is not reported."""
OWN = 10.0
"""What a sentence of a workspace weighs beside a shipped one: who corrects the ear wants to see that it heard."""
RARE_KIND = 0.5
"""A sentence of an objection with few of them weighs that power more."""
FAR = {4: 1, 8: 2}
"""Letters of a word that is not known, from so many on → in how many it may differ from one that is."""


@dataclass(frozen=True)
class Heard:
    """Scores of one sentence. ``by_word``: what each of its words brought to each label."""

    objection: float
    scores: dict[str, float]
    by_word: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Ear:
    """What training gave. ``weights``: a row per feature, a column per label and one for "an objection at all"."""

    labels: tuple[str, ...]
    others: frozenset[str]
    rows: Mapping[str, int]
    rarity: Floats
    bundle_of: NDArray[np.uint8]
    weights: NDArray[np.float32]
    layer: Floats
    known: frozenset[str]
    groups: Groups

    def hear(self, said: str) -> Heard:
        """The probability that ``said`` is an objection (1.0 where the ear knows nothing else), and all scores."""
        text = self._spelt(said)
        rows, values = _vector(features(text, self.groups), self.rows, self.rarity)
        total = (
            values @ self.weights[rows].astype(np.float64) if len(rows) else np.zeros(len(self.labels) + 1)
        )
        probability = 1.0
        if self.others:
            told = _told(total[None, :-1], total[None, -1], self._is_other)
            probability = float(_logistic(told @ self.layer)[0])
        return Heard(
            probability, dict(zip(self.labels, map(float, total), strict=False)), self._by_word(text)
        )

    def taught(self, sentences: Sequence[tuple[str, str]], others: frozenset[str] = frozenset()) -> Ear:
        """The ear that has learned further ``sentences`` (label, text); their labels may be new."""
        if not sentences:
            return self
        labels = (*self.labels, *sorted({label for label, _ in sentences} - set(self.labels)))
        found = [features(text, self.groups) for _, text in sentences]
        fresh = {
            f: b
            for bundles in found
            for b, bundle in enumerate(bundles)
            for f in bundle
            if f not in self.rows
        }
        rows = {**self.rows, **{f: len(self.rows) + i for i, f in enumerate(fresh)}}
        rarity = np.concatenate([self.rarity, np.full(len(fresh), self.rarity.max(initial=1.0))])
        bundle_of = np.concatenate([self.bundle_of, np.array(list(fresh.values()), dtype=np.uint8)])
        weights = np.zeros((len(rows), len(labels) + 1))
        weights[: len(self.rows), : len(self.labels)] = self.weights[:, :-1]
        weights[: len(self.rows), -1] = self.weights[:, -1]
        column = {label: i for i, label in enumerate(labels)}
        for (label, _), bundles in zip(sentences, found, strict=True):
            own, values = _vector(bundles, rows, rarity)
            wanted = np.zeros(len(labels) + 1)
            wanted[column[label]] = 1.0
            wanted[-1] = -1.0 if label in others | self.others else 1.0
            missed = wanted - values @ weights[own]
            for bundle, ridge, part in (
                (WHICH, RIDGE_WHICH, slice(-1)),
                (WHETHER, RIDGE_WHETHER, slice(-1, None)),
            ):
                heavy = values * bundle[bundle_of[own]]
                weights[own, part] += heavy[:, None] * missed[part] / (heavy @ values + ridge / OWN)
        known = self.known | {word for _, text in sentences for word in words(text)}
        return replace(
            self,
            labels=labels,
            others=self.others | (others & set(labels) if self.others else frozenset()),
            rows=rows,
            rarity=rarity,
            bundle_of=bundle_of,
            weights=weights.astype(np.float32),
            known=known,
        )

    @cached_property
    def _is_other(self) -> NDArray[np.bool_]:
        return np.array([label in self.others for label in self.labels])

    def _by_word(self, text: str) -> dict[str, dict[str, float]]:
        brought: dict[str, dict[str, float]] = {}
        for word in words(text):
            row = self.rows.get(f"stem {stem(word)}")
            if row is not None and stem(word) not in STOP:
                own = self.rarity[row] * self.weights[row].astype(np.float64)
                brought[word] = dict(zip(self.labels, map(float, own), strict=False))
        return brought

    def _spelt(self, said: str) -> str:
        """``said`` with words that nobody taught in the spelling of the nearest that somebody did, if it is near."""
        wrong = {word for word in words(said) if word not in self.known and len(word) >= min(FAR)}
        if not wrong or not self.known:
            return said
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        for word in wrong:
            far = max(n for length, n in FAR.items() if len(word) >= length)
            near = extract(word, self._spellings, scorer=OSA.distance, score_cutoff=far, limit=None)
            if near:
                nearest = min(near, key=lambda one: (one[1], self._rare(one[0]), one[0]))[0]
                said = said.casefold().replace(word, nearest)
        return said

    def _rare(self, word: str) -> float:
        """Of two words that are as near, the one that is said more often is meant."""
        return float(self.rarity[self.rows[f"stem {stem(word)}"]])

    @cached_property
    def _spellings(self) -> list[str]:
        return sorted(word for word in self.known if len(word) >= min(FAR) - 1)


def shipped(
    sentences: Sequence[tuple[str, str]],
    others: frozenset[str],
    groups: Groups,
) -> Ear:
    """As ``trained``, for sentences that ship: trained once per installation."""
    rests = [sorted(sentences), sorted(others), sorted((list(p), sorted(g)) for p, g in groups.items())]
    source = json.dumps([rests, np.__version__]).encode()
    return _thawed(kept("ear", source, lambda: _frozen(trained(sentences, others, groups))), groups)


def trained(
    sentences: Sequence[tuple[str, str]],
    others: frozenset[str],
    groups: Groups,
) -> Ear:
    """The ear for ``sentences`` (label, text); labels in ``others`` are no objections."""
    if not sentences:
        return _nothing(groups)
    labels = tuple(sorted({label for label, _ in sentences}))
    found = [features(text, groups) for _, text in sentences]
    counts = [Counter(f for bundles in found for f in bundles[b]) for b in range(len(WHICH))]
    rows = {f: i for i, f in enumerate(f for bundle in counts for f in bundle)}
    bundle_of = np.repeat(np.arange(len(counts), dtype=np.uint8), [len(bundle) for bundle in counts])
    seen = np.array([n for bundle in counts for n in bundle.values()], dtype=np.float64)
    rarity = np.log(1 + len(sentences) / np.maximum(seen, 1))
    vectors = [_vector(bundles, rows, rarity) for bundles in found]
    products = _products(vectors, bundle_of, seen)
    label = np.array([labels.index(name) for name, _ in sentences], dtype=np.intp)
    is_other = np.array([name in others for name in labels])
    weight = (1 / np.bincount(label, minlength=len(labels))[label]) ** RARE_KIND
    which, alone = _ridge(
        np.tensordot(WHICH, products, 1), np.eye(len(labels))[label], weight / weight.mean(), RIDGE_WHICH
    )
    weights = np.zeros((len(rows), len(labels) + 1))
    layer = np.zeros(5)
    objection = ~is_other[label]
    both = bool(objection.any() and not objection.all())
    whether = np.zeros((len(label), 1))
    if both:
        share = objection.mean()
        even = np.where(objection, 0.5 / share, 0.5 / (1 - share))
        sign = np.where(objection, 1.0, -1.0)[:, None]
        whether, alone_whether = _ridge(np.tensordot(WHETHER, products, 1), sign, even, RIDGE_WHETHER)
        layer = _layer(_told(alone, alone_whether[:, 0], is_other), objection, even)
    for (own, values), a, b in zip(vectors, which, whether, strict=True):
        weights[own, :-1] += values[:, None] * WHICH[bundle_of[own], None] * a
        weights[own, -1] += values * WHETHER[bundle_of[own]] * b[0]
    known = frozenset(word for _, text in sentences for word in words(text))
    return Ear(
        labels,
        frozenset(labels) & others if both else frozenset(),
        rows,
        rarity,
        bundle_of,
        weights.astype(np.float32),
        layer,
        known,
        groups,
    )


def _nothing(groups: Groups) -> Ear:
    """The ear that was taught nothing."""
    none = np.zeros(0)
    weights = np.zeros((0, 1), dtype=np.float32)
    return Ear((), frozenset(), {}, none, none.astype(np.uint8), weights, np.zeros(5), frozenset(), groups)


def _vector(
    bundles: Sequence[Mapping[str, float]], rows: Mapping[str, int], rarity: Floats
) -> tuple[NDArray[np.intp], Floats]:
    """Rows of the features that are known, and their values, each bundle of length one."""
    own: list[int] = []
    values: list[Floats] = []
    for bundle in bundles:
        there = [(rows[f], v) for f, v in bundle.items() if f in rows]
        if there:
            at = [row for row, _ in there]
            weighed = np.array([v for _, v in there]) * rarity[at]
            own += at
            values.append(weighed / np.linalg.norm(weighed))
    return np.array(own, dtype=np.intp), np.concatenate(values) if values else np.zeros(0)


def _products(
    vectors: Sequence[tuple[NDArray[np.intp], Floats]], bundle_of: NDArray[np.uint8], seen: Floats
) -> Floats:
    """For each bundle the products of all sentences with all; what only one has meets nothing but itself."""
    made = np.zeros((len(WHICH), len(vectors), len(vectors)))
    for b in range(len(WHICH)):
        shared = (bundle_of == b) & (seen > 1)
        column = np.cumsum(shared) - 1
        table = np.zeros((len(vectors), int(shared.sum())), dtype=np.float32)
        full = np.zeros(len(vectors))
        for i, (own, values) in enumerate(vectors):
            mine = bundle_of[own] == b
            full[i] = float(mine.any())
            there = mine & shared[own]
            table[i, column[own[there]]] = values[there]
        made[b] = table @ table.T
        np.fill_diagonal(made[b], full)
    return made


def _ridge(product: Floats, wanted: Floats, weight: Floats, ridge: float) -> tuple[Floats, Floats]:
    """Coefficients of the sentences, and what each sentence scores when it is left out."""
    inverse = np.linalg.inv(product + np.diag(ridge / weight))
    coefficients = inverse @ wanted
    # left out: the residual over one less the leverage, and (K + R)⁻¹ y is the residual over the ridge
    return coefficients, wanted - coefficients / np.diag(inverse)[:, None]


def _told(scores: Floats, whether: Floats, is_other: NDArray[np.bool_]) -> Floats:
    """The four columns that the logistic layer looks at, and a one."""
    own = np.sort(scores[:, ~is_other], axis=1)
    second = own[:, -2] if own.shape[1] > 1 else np.zeros(len(own))
    return np.column_stack(
        [whether, own[:, -1], own[:, -1] - second, scores[:, is_other].max(axis=1), np.ones(len(own))]
    )


def _layer(told: Floats, objection: NDArray[np.bool_], weight: Floats) -> Floats:
    """Coefficients of a logistic regression by Newton's method, a little drawn to zero."""
    found = np.zeros(told.shape[1])
    for _ in range(50):
        said = _logistic(told @ found)
        slope = told.T @ (weight * (said - objection)) + 0.02 * found
        bend = (told * (weight * said * (1 - said))[:, None]).T @ told + 0.02 * np.eye(len(found))
        found = found - np.linalg.solve(bend, slope)
    return found


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


# ---- kept from run to run ----


def _frozen(ear: Ear) -> bytes:
    out = io.BytesIO()
    texts = {
        "labels": ear.labels,
        "others": sorted(ear.others),
        "rows": list(ear.rows),
        "known": sorted(ear.known),
    }
    np.savez(
        out,
        texts=np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8),
        rarity=ear.rarity,
        bundle_of=ear.bundle_of,
        weights=ear.weights.astype(np.float16),
        layer=ear.layer,
    )
    return out.getvalue()


def _thawed(kept: bytes, groups: Groups) -> Ear:
    with np.load(io.BytesIO(kept), allow_pickle=False) as found:
        texts: dict[str, Any] = json.loads(found["texts"].tobytes())
        return Ear(
            tuple(texts["labels"]),
            frozenset(texts["others"]),
            {f: i for i, f in enumerate(texts["rows"])},
            found["rarity"],
            found["bundle_of"],
            found["weights"],
            found["layer"],
            frozenset(texts["known"]),
            groups,
        )
