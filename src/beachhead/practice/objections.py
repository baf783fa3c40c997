"""What did the customer say? The objections that a sentence sounds like, and whether it is one at all, offline.

The ear is trained on phrasings of every objection and on sentences that are none (``ear``); what a sentence is nearest
to among the phrasings is told beside what the ear says, so that a colleague can judge it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from beachhead.accounts.signals import load_signals
from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Id, Text
from beachhead.practice.ear import Ear, shipped, trained
from beachhead.practice.ear_features import STOP, features, groups_of, telling
from beachhead.practice.phrasings import NONE, kind_names, no_objections, own_phrasings, shipped_phrasings
from beachhead.practice.playbook import Playbook, playbook
from beachhead.practice.plays import Objection
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import load_model

LEAST = 0.25
"""Below this probability of being an objection a sentence is told as probably none."""
FAINT, CLEAR = 0.06, 0.35
"""An objection is told where its nearest phrasing is at least so much alike, or a little and the ear is that sure."""
MOST_WORDS = 4
CONTENT = (0, 2, 3)  # the bundles that tell what a sentence is about
AS_LIKELY = 0.5
"""An objection is told beside the best one if its score is at least that share of the best."""
SIGNAL = "signal"
SIGNAL_ALIKE = 0.3
"""A signal is named where one of its sentences is at least so much alike."""
_OTHER = "~"  # before the kinds that are no objection, so that none has the name of one
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
    """An objection that was recognised. ``phrasing``: the phrasing of it that is nearest to what was said;
    ``words``: those of what was said that speak most for it."""

    objection: Objection
    score: float
    phrasing: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listened:
    """What was heard. ``objection``: the probability that it is one; ``kind``: what else it sounds like, if it is
    probably none; ``heard``: the likeliest objections, best first, also where it is probably none."""

    said: str
    objection: float
    heard: list[Heard]
    kind: str | None = None

    @property
    def is_objection(self) -> bool:
        return bool(self.heard) and self.objection >= LEAST


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
    """Finds the objections that a sentence sounds like. Build it once, ask often: a question takes milliseconds.

    >>> lookup_of_book(playbook()).listen("Somebody else looks after that for us.")
    """

    def __init__(
        self, objections: Mapping[str, Objection], ear: Ear, phrasings: Mapping[str, Sequence[str]]
    ) -> None:
        self.objections, self._ear, self._phrasings = dict(objections), ear, phrasings
        self._about: dict[str, list[dict[str, float]]] = {}

    @classmethod
    def over(
        cls,
        objections: Mapping[str, Objection],
        synonyms: Mapping[str, Iterable[str]],
        others: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> Lookup:
        """A look-up of nothing but ``objections``, trained at once; ``others``: kind → sentences that are none."""
        sentences = [(o.id, text) for o in objections.values() for text in (*o.says, o.name)]
        sentences += [(_OTHER + kind, text) for kind, listed in others.items() for text in listed]
        ear = trained(sentences, frozenset(_OTHER + kind for kind in others), groups_of(synonyms))
        return cls(objections, ear, {})

    def listen(self, said: str, n: int = 3) -> Listened:
        """The ``n`` objections that ``said`` sounds most like, best first, and whether it is one at all."""
        told = self._ear.hear(said)
        asked = self._of(said)
        scores = {name: told.scores[name] for name in self.objections if name in told.scores}
        heard = []
        best = sorted(scores, key=lambda name: (-scores[name], name))[:n] if telling(said) else []
        for name in best:
            alike, phrasing = max((_alike(asked, self._of(text)), text) for text in self._said(name))
            if scores[name] > 0 and alike >= (0.01 if scores[name] >= CLEAR else FAINT):
                heard.append(
                    Heard(self.objections[name], scores[name], phrasing, _telling(told.by_word, name, scores))
                )
        other = max(
            (label for label in told.scores if label.startswith(_OTHER)),
            key=told.scores.__getitem__,
            default="",
        )
        return Listened(
            said, told.objection if heard else 0.0, heard, self._kind(said, other.removeprefix(_OTHER))
        )

    def hear(self, said: str, n: int = 3) -> list[Heard]:
        """The objections of ``listen``; none where it is probably no objection."""
        listened = self.listen(said, n)
        return listened.heard if listened.is_objection else []

    def _kind(self, said: str, kind: str) -> str | None:
        """What a kind is called; a signal by its own name, where one of its sentences is alike."""
        if kind == SIGNAL:
            asked = self._of(said)
            alike = [
                (_alike(asked, self._of(text)), signal.name, signal.id)
                for signal in load_signals().known
                for text in signal.says
            ]
            likeness, name, key = max(alike)
            if likeness >= SIGNAL_ALIKE:
                return f"the signal “{name}” ({key})"
        name = kind_names().get(kind, "")
        return f"“{name}”" if name else None

    def _of(self, text: str) -> list[dict[str, float]]:
        """What ``text`` is about: the bundles of its content; made once for each phrasing."""
        if text not in self._about:
            self._about[text] = _content(features(text, self._ear.groups))
        return self._about[text]

    def _said(self, name: str) -> Iterable[str]:
        return (*self.objections[name].says, *self._phrasings.get(name, ()))


def lookup_of_book(book: Playbook, workspace: Workspace | None = None) -> Lookup:
    """The look-up over all that ships, with what a workspace has of its own learned on top."""
    synonyms = synonym_groups(workspace)
    own_synonyms = synonyms != synonym_groups()
    further, others = shipped_phrasings(), no_objections()
    first = playbook()
    sentences = [(o.id, text) for o in first.objections.values() for text in (*o.says, o.name)]
    sentences += [
        (name, text) for name, listed in further.items() if name in first.objections for text in listed
    ]
    sentences += [(_OTHER + kind, text) for kind, listed in others.items() for text in listed]
    sentences += [(_OTHER + SIGNAL, text) for signal in load_signals().known for text in signal.says]
    none = frozenset(label for label, _ in sentences if label.startswith(_OTHER))
    ear = (trained if own_synonyms else shipped)(sentences, none, groups_of(synonyms))
    known = set(sentences)
    own = [(o.id, text) for o in book.objections.values() for text in o.says if (o.id, text) not in known]
    heard = own_phrasings(workspace)
    own += [(name, text) for name, listed in heard.items() if name in book.objections for text in listed]
    own += [(_OTHER + NONE, text) for text in heard.get(NONE, ())]
    joined = {name: [*further.get(name, ()), *heard.get(name, ())] for name in book.objections}
    return Lookup(book.objections, ear.taught(own, frozenset({_OTHER + NONE})), joined)


def understand(listened: Listened) -> list[Heard]:
    """The one to three objections that what was said may be, best first; none where it is probably no objection."""
    if not listened.is_objection:
        return []
    return [one for one in listened.heard if one.score >= AS_LIKELY * listened.heard[0].score]


def _telling(
    by_word: Mapping[str, Mapping[str, float]], name: str, scores: Mapping[str, float]
) -> tuple[str, ...]:
    """The words that speak most for ``name`` against the other objections."""
    speaks = {
        word: own[name] - sum(own[other] for other in scores) / len(scores)
        for word, own in by_word.items()
        if name in own
    }
    most = sorted((word for word in speaks if speaks[word] > 0), key=lambda word: (-speaks[word], word))
    return tuple(most[:MOST_WORDS])


def _content(bundles: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    return [
        {f: v for f, v in bundles[bundle].items() if f.removeprefix("stem ") not in STOP}
        for bundle in CONTENT
    ]


def _alike(asked: Sequence[Mapping[str, float]], said: Sequence[Mapping[str, float]]) -> float:
    """How much of stems, letters and meanings two sentences share, from 0 to 1."""
    shared = 0.0
    for one, other in zip(asked, said, strict=True):
        length = math.sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
        shared += sum(v * other[f] for f, v in one.items() if f in other) / length if length else 0.0
    return shared / len(CONTENT)
