"""What of a sentence tells whether it is an objection, and which: six bundles of features.

The stems of its words, neighbouring stems, pieces of three to five letters of its words, what its words stand for
(``synonyms.yaml``), what is denied in it, and how it is put (its first words, its length, a question mark, who is
spoken of). A feature counts for more the fewer sentences have it (its inverse document frequency: Spärck Jones,
Journal of Documentation 28, 1972); each bundle has the length one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from beachhead.practice.stems import stem, stems, words

LETTERS = (3, 5)
REACH = 4
"""How many words after a negation are taken as denied."""
NEGATION = re.compile(
    r"no|not|never|nobody|none|nothing|without|nor|neither|kein\w*|nicht|nie|niemand\w*|nichts|ohne"
)
SPEAKERS = frozenset(
    words(
        "we our my you your i they it please thank thanks too but why "
        "wir unser unsere mein meine sie ihr ihre ich es bitte danke zu aber warum"
    )
)
Bundle = dict[str, float]
Groups = Mapping[tuple[str, ...], frozenset[str]]
"""Stems of a phrase → the groups of synonyms that it stands in."""

_STOPPED = (
    "a an the is it to of we our us i you for and or that this in on at be have has do does with are was were will "
    "would there what by as so if they them their my your me he she can could any some all one just then than now "
    "s re ve ll d m"
)
STOP = frozenset(stems(_STOPPED))


def telling(text: str) -> tuple[str, ...]:
    """The stems of ``text`` without those of words that everybody uses."""
    return tuple(s for s in stems(text) if s not in STOP)


def groups_of(synonyms: Mapping[str, Iterable[str]]) -> Groups:
    """The phrases of a table of synonyms by their telling stems."""
    found: dict[tuple[str, ...], set[str]] = {}
    for group, listed in synonyms.items():
        for phrase in listed:
            found.setdefault(telling(phrase), set()).add(group)
    found.pop((), None)  # phrases of nothing but words that everybody uses
    return {phrase: frozenset(groups) for phrase, groups in found.items()}


def features(text: str, groups: Groups) -> tuple[Bundle, ...]:
    """The six bundles of ``text``, each feature with how often it stands there (damped by the logarithm)."""
    said = words(text)
    roots = [stem(word) for word in said]
    meant = Counter[str]()
    for phrase in phrases_in(telling(text), groups):
        meant.update(dict.fromkeys((f"means {g}" for g in groups[phrase]), 1))
    letters = Counter(f"piece {piece}" for word in said for piece in _pieces(word))
    pairs = {f"pair {a} {b}": 0.7 for a, b in zip(["^", *roots], [*roots, "$"], strict=True)}
    pairs |= {f"over {a} {b}": 0.5 for a, b in zip(roots, roots[2:], strict=False)}
    return (
        _damped(Counter(f"stem {root}" for root in roots)),
        pairs,
        _damped(letters),
        _damped(meant),
        _denied(said, roots, meant),
        _put(text, said),
    )


def phrases_in(roots: tuple[str, ...], groups: Groups) -> Iterator[tuple[str, ...]]:
    """The phrases of the table of synonyms that stand in ``roots``."""
    longest = max(map(len, groups), default=0)
    for start in range(len(roots)):
        for end in range(start + 1, min(start + longest, len(roots)) + 1):
            if roots[start:end] in groups:
                yield roots[start:end]


def _denied(said: list[str], roots: list[str], meant: Iterable[str]) -> Bundle:
    """Words within reach of a negation, and for each thing meant whether something is denied in the sentence."""
    found: Bundle = {}
    left = 0
    for word, root in zip(said, roots, strict=True):
        if NEGATION.fullmatch(word):
            left = REACH
        elif left:
            found[f"denied {root}"] = 1.0
            left -= 1
    sign = "no" if any(NEGATION.fullmatch(word) for word in said) else "yes"
    return found | {f"{sign} {name}": 1.0 for name in meant}


def _put(text: str, said: list[str]) -> Bundle:
    """How the sentence is put, whatever it is about."""
    found: Bundle = {
        f"question {'?' in text}": 1.0,
        f"negations {min(2, sum(bool(NEGATION.fullmatch(word)) for word in said))}": 1.0,
        f"length {min(4, len(said) // 4)}": 0.5,
    }
    found |= {f"begins {' '.join(said[:n])}": weight for n, weight in ((1, 2.0), (2, 1.0), (3, 0.7))}
    found[f"ends {' '.join(said[-1:])}"] = 0.7
    return found | {f"speaks {word}": 1.0 for word in SPEAKERS.intersection(said)}


def _pieces(word: str) -> Iterator[str]:
    padded = f" {word} "
    for size in range(LETTERS[0], LETTERS[1] + 1):
        yield from (padded[i : i + size] for i in range(len(padded) - size + 1))


def _damped(counts: Mapping[str, int]) -> Bundle:
    return {feature: 1 + math.log(times) for feature, times in counts.items()}
