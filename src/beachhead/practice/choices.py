"""Points that are answered by ticking choices: rules, boolean expressions over the choices, give the level.

As in lenses of the AWS Well-Architected tool, the first rule that holds decides, and the last is ``default``.
In an expression ``!`` binds strongest, then ``&&``, then ``||``; there are parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from beachhead.errors import did_you_mean
from beachhead.practice.blueprint import Choice, Point
from beachhead.practice.expressions import DEFAULT, holds, in_words

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NOTHING = ("none", "none of these", "nothing")


def level_of(point: Point, ticked: Collection[str]) -> float | None:
    """The level that the rules give for the ids of the ticked choices; None where no rule holds.

    Nothing ticked is the same as the choice 'none of these', where there is one.
    """
    selected = set(ticked) or {choice.id for choice in point.choices if choice.none}
    return next((float(rule.level) for rule in point.rules if holds(rule.when, selected)), None)


def problem(point: Point, ticked: Sequence[str] | None, level: object) -> str | None:
    """What is wrong with ``ticked`` (and a ``level`` told beside it) as an answer; None where nothing is."""
    if ticked is None:
        return None
    known = {choice.id: choice for choice in point.choices}
    if not known:
        return f"point {point.id!r} is answered by a level, not by choices"
    for name in ticked:
        if name not in known:
            return f"point {point.id!r} has no choice {name!r}{did_you_mean(name, known)}"
    none = [name for name in ticked if known[name].none]
    if none and len(set(ticked)) > 1:
        return f"the answer to point {point.id!r} ticks {known[none[0]].name!r} beside other choices"
    found = level_of(point, ticked)
    if found is None:
        return f"no rule of point {point.id!r} says the level of {', '.join(ticked) or 'no choice'}"
    if level not in (None, found):
        return f"the choices of point {point.id!r} give the level {found:g}, but {level} stands beside them"
    return None


def letter(position: int) -> str:
    """a, b, …, z, aa, ab: what a choice is called on a questionnaire (``1, 3`` would become a number in Excel)."""
    ahead = letter(position // 26 - 1) if position >= 26 else ""
    return ahead + LETTERS[position % 26]


def offered(point: Point) -> list[str]:
    """The choices as a questionnaire lists them: ``a) Yes.``."""
    return [f"{letter(n)}) {choice.name}" for n, choice in enumerate(point.choices)]


def spoken(point: Point, ticked: Sequence[str]) -> str:
    """Ticked choices as a cell holds them: ``a, c``."""
    letters = [letter(n) for n, choice in enumerate(point.choices) if choice.id in ticked]
    return ", ".join(letters) or NOTHING[0]


def heard(point: Point, cell: str) -> list[str] | None:
    """The ids of the choices that a cell names, by letter, title or id; None where it names anything else."""
    if cell.strip().casefold() in NOTHING:
        return [choice.id for choice in point.choices if choice.none]
    by_name: dict[str, Choice] = {}
    for n, choice in reversed(list(enumerate(point.choices))):
        by_name |= {_plain(told): choice for told in (choice.id, choice.name, f"{letter(n)}) {choice.name}")}
    by_name |= {letter(n): choice for n, choice in enumerate(point.choices)}
    if whole := by_name.get(_plain(cell)):
        return [whole.id]
    for between in (r"\n", r"[;\n]", r"[,;\n]", r"[\s,;+&]+|\band\b"):
        names = [_plain(part) for part in re.split(between, cell) if _plain(part)]
        if names and all(name in by_name for name in names):
            return list(dict.fromkeys(by_name[name].id for name in names))
    return None


def _plain(told: str) -> str:
    return " ".join(told.casefold().split()).rstrip(".)")


def asked_for(point: Point, level: float) -> str | None:
    """What must be ticked for ``level``, in words; None for a point without rules."""
    names = {choice.id: choice.name.rstrip(".") for choice in point.choices}
    told = [
        "none of the other rules holds" if rule.when == DEFAULT else in_words(rule.when, names)
        for rule in point.rules
        if rule.level == level
    ]
    return "; or ".join(told) or None
