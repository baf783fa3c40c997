"""What did the customer say? The objections that a sentence sounds like, looked up offline.

Every text is three bundles of features: the stems of its words, pieces of three to five letters of its words,
and what its words stand for (``synonyms.yaml``). A feature counts for more the fewer texts have it (its inverse
document frequency: Spärck Jones, Journal of Documentation 28, 1972), each bundle has the length one. An
objection is the mean of its phrasings, with its name, its meanings and its questions added in part (``PARTS``;
Rocchio's centroid). Its score is its product with what was said: 0 where nothing is shared.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Id, Text
from beachhead.practice.plays import Objection
from beachhead.practice.stems import stems, words
from beachhead.tables.kept import kept
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import load_model

PARTS = {"name": 0.5, "means": 0.3, "ask": 0.3}
"""What the parts of an objection count for beside its phrasings, which count 1."""
LETTERS = (3, 5)
FAINT = 0.1
"""Below this score nothing is said to be recognised: a sentence about something else stays below it."""
AS_LIKELY = 0.5
"""An objection is told beside the best one if its score is at least that share of the best."""

_STOPPED = (
    "a an the is it to of we our us i you for and or that this in on at be have has do does with are was were will "
    "would there what by as so if they them their my your me he she can could any some all one just then than now "
    "s re ve ll d m"
)
STOP = frozenset(stems(_STOPPED))
SYNONYMS = "synonyms.yaml"


class Synonyms(BaseModel):
    """Words and phrases that stand for the same thing, by group."""

    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    groups: dict[Id, Annotated[list[Text], Field(min_length=1)]] = Field(
        description="Group → its words and phrases; a word may stand in several"
    )


@dataclass(frozen=True)
class Heard:
    """An objection that was recognised. ``phrasing``: the phrasing of it that is nearest to what was said."""

    objection: Objection
    score: float
    phrasing: str


Bundle = dict[str, float]
Bundles = tuple[Bundle, ...]


def synonym_groups(workspace: Workspace | None = None) -> dict[str, list[str]]:
    """The shipped groups, and those of ``synonyms.yaml`` in the workspace; groups of one name are joined."""
    groups: dict[str, list[str]] = {}
    own = workspace.inside(SYNONYMS) if workspace else None
    for path in (folder(SYNONYMS), *([own] if own and own.is_file() else [])):
        for name, listed in _read(path).groups.items():
            groups[name] = [*groups.get(name, []), *listed]
    return groups


def check_synonyms(workspace: Workspace) -> list[str]:
    """What is wrong with the workspace's own synonyms, if it has some."""
    try:
        synonym_groups(workspace)
    except BadKnowledge as no:
        return no.problems
    return []


def _read(path: Path) -> Synonyms:
    return load_model(Synonyms, path)[0]


class Lookup:
    """Finds the objections that a sentence sounds like. Build it once, ask often: a question takes a millisecond.

    >>> Lookup(playbook().objections, synonym_groups()).hear("Somebody else looks after that for us.")
    """

    def __init__(self, objections: Mapping[str, Objection], synonyms: Mapping[str, Iterable[str]]) -> None:
        self.objections = dict(objections)
        self._groups: dict[tuple[str, ...], set[str]] = {}
        for group, listed in synonyms.items():
            for phrase in listed:
                self._groups.setdefault(_telling(phrase), set()).add(group)
        self._groups.pop((), None)  # phrases of nothing but words that everybody uses
        self._longest = max(map(len, self._groups), default=0)
        texts = {text for o in objections.values() for text in (*o.says, *_parts(o).values())}
        self._count = len(texts)
        self._phrases = Counter(p for text in texts for p in set(self._phrases_in(_telling(text))))
        counted = [self._counted(text) for text in texts]
        self._known = [Counter(f for bundles in counted for f in bundles[kind]) for kind in range(3)]
        self._says = {o.id: [(said, self._features(said)) for said in o.says] for o in objections.values()}
        self._centres = {o.id: self._centre(o) for o in objections.values()}

    def hear(self, said: str, n: int = 3) -> list[Heard]:
        """The ``n`` objections that ``said`` sounds most like, best first; none where nothing is alike."""
        asked = self._features(said)
        scores = {name: _product(asked, centre) for name, centre in self._centres.items()}
        best = sorted(
            (name for name in scores if scores[name] >= FAINT), key=lambda name: (-scores[name], name)
        )
        return [Heard(self.objections[name], scores[name], self._nearest(name, asked)) for name in best[:n]]

    def _nearest(self, name: str, asked: Bundles) -> str:
        return max(self._says[name], key=lambda one: _product(asked, one[1]))[0]

    def _centre(self, objection: Objection) -> Bundles:
        says = self._says[objection.id]
        weighed = [(features, 1 / len(says)) for _, features in says]
        weighed += [(self._features(text), PARTS[part]) for part, text in _parts(objection).items()]
        centre: Bundles = ({}, {}, {})
        for features, weight in weighed:
            for total, bundle in zip(centre, features, strict=True):
                for feature, value in bundle.items():
                    total[feature] = total.get(feature, 0.0) + weight * value
        return centre

    def _features(self, text: str) -> Bundles:
        weighed = []
        for known, bundle in zip(self._known, self._counted(text), strict=True):
            own = {f: v * math.log(1 + self._count / known[f]) for f, v in bundle.items() if f in known}
            length = math.sqrt(sum(v * v for v in own.values()))
            weighed.append({f: v / length for f, v in own.items()} if length else {})
        return tuple(weighed)

    def _counted(self, text: str) -> Bundles:
        own = _telling(text)
        said = Counter(own)
        letters = Counter(piece for word in words(text) for piece in _pieces(word))
        meant: Bundle = {}
        for phrase, times in Counter(self._phrases_in(own)).items():
            # Words that everybody uses tell little of what a sentence is about, nor do words with many meanings.
            rarity = math.log(1 + self._count / max(self._phrases[phrase], 1)) / math.log(1 + self._count)
            for group in self._groups[phrase]:
                value = times * rarity**2 / math.sqrt(len(self._groups[phrase]))
                meant[group] = meant.get(group, 0.0) + value
        return _damped(said), _damped(letters), meant

    def _phrases_in(self, own: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        for start in range(len(own)):
            for end in range(start + 1, min(start + self._longest, len(own)) + 1):
                if own[start:end] in self._groups:
                    yield own[start:end]


def lookup(objections: Mapping[str, Objection], workspace: Workspace | None = None) -> Lookup:
    """The look-up over ``objections`` with the synonyms of the workspace; that of what ships is built only once."""
    synonyms = synonym_groups(workspace)
    if workspace and (workspace.files("objections") or workspace.inside(SYNONYMS).is_file()):
        return Lookup(objections, synonyms)
    source = json.dumps([synonyms, [(o.id, o.says, _parts(o)) for o in objections.values()]])
    found = kept("objections", source.encode(), lambda: Lookup(objections, synonyms))
    found.objections = dict(objections)
    return found


def understand(heard_by: Lookup, said: str) -> list[Heard]:
    """The one to three objections that ``said`` may be, best first; none where it sounds like nothing known."""
    heard = heard_by.hear(said)
    return [one for one in heard if one.score >= AS_LIKELY * heard[0].score]


def _telling(text: str) -> tuple[str, ...]:
    """The stems of ``text`` without those of words that everybody uses."""
    return tuple(s for s in stems(text) if s not in STOP)


def _parts(objection: Objection) -> dict[str, str]:
    return {
        "name": objection.name,
        "means": " ".join(meaning.text for meaning in objection.means),
        "ask": " ".join(objection.ask),
    }


def _pieces(word: str) -> Iterable[str]:
    padded = f" {word} "
    for size in range(LETTERS[0], LETTERS[1] + 1):
        yield from (padded[i : i + size] for i in range(len(padded) - size + 1))


def _damped(counts: Mapping[str, int]) -> Bundle:
    return {feature: 1 + math.log(times) for feature, times in counts.items()}


def _product(one: Bundles, other: Bundles) -> float:
    return sum(v * b.get(f, 0.0) for a, b in zip(one, other, strict=True) for f, v in a.items()) / 3
