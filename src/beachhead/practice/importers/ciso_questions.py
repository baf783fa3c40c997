"""Requirement nodes of CISO Assistant that are answered by questions with choices.

A single question whose choices carry scores or results gives the point a scale of its own: its choices.
Several such questions become a point each. Choices that say "not applicable" or "I do not know" are answers
that every point has anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from beachhead.practice.importers.draft import Content, Ids, Notes, number, text, together

AWAY = re.compile(
    r"^(n/?a|not applicable|non applicable|sans objet|no aplicable|no aplica|nicht anwendbar|"
    r"nicht zutreffend|"
    r"(i |we )?do(n['’]t| not) know|unknown|je ne sais pas|no s[eé]|weiß nicht|ich weiß (es )?nicht)\b",
    re.I,
)
YES = re.compile(r"^(yes|oui|ja|s[ií]|sim)\b", re.I)
NO = re.compile(r"^(no|non|nein|não|nee)\b", re.I)


def answered_by(
    entry: Content,
    point: Content,
    levels: list[Content],
    scale_name: Callable[[list[Content]], str],
    ids: Ids,
    notes: Notes,
) -> list[Content]:
    """``point`` as the questions of its node have it: itself, or a point per question."""
    scored = []
    for question in questions(entry):
        steps = _steps(question, levels, notes)
        if steps:
            scored.append((question, steps))
        else:
            _keep_as_text(question, point, notes)
        if question.get("depends_on"):
            notes.left_out(
                "questions that appear only after another answer (they are always asked)", point["name"]
            )
        if any(isinstance(c, dict) and c.get("select_implementation_groups") for c in _choices(question)):
            notes.left_out("choices that switch groups on (choose the groups yourself)", point["name"])
    if not scored:
        return [point]
    if len(scored) == 1:
        question, steps = scored[0]
        return [_with_scale(point, question, steps, scale_name)]
    notes.say(
        "A requirement with several scored questions became one point per question, sharing its weight; "
        "CISO Assistant adds up their scores instead."
    )
    return [
        _with_scale(
            {
                **point,
                "id": point["id"] if n == 0 else ids.new(point["id"]),
                "name": f"{point['name']} ({n + 1})",
                "weight": point["weight"] / len(scored),
            },
            question,
            steps,
            scale_name,
        )
        for n, (question, steps) in enumerate(scored)
    ]


def questions(entry: Content) -> list[Content]:
    """Questions in today's form (urn → question) and in the older one (one ``question`` for all)."""
    given = entry.get("questions")
    if isinstance(given, dict):
        return [q for q in given.values() if isinstance(q, dict)]
    if isinstance(given, list):
        return [q for q in given if isinstance(q, dict)]
    old = entry.get("question")
    if isinstance(old, dict):
        asked = old.get("questions")
        common = {"type": old.get("question_type"), "choices": old.get("question_choices")}
        return (
            [{**common, **q} for q in asked if isinstance(q, dict)]
            if isinstance(asked, list)
            else [{**common, **old}]
        )
    return []


def _choices(question: Content) -> list[Any]:
    choices = question.get("choices") or question.get("question_choices") or []
    return choices if isinstance(choices, list) else []


def _steps(question: Content, levels: list[Content], notes: Notes) -> list[Content]:
    """The choices as a scale, lowest first; empty where they say nothing about more or less."""
    kept = []
    for choice in _choices(question):
        words = text(choice.get("value") or choice.get("text")) if isinstance(choice, dict) else text(choice)
        if words and not AWAY.match(words):
            kept.append((words, choice if isinstance(choice, dict) else {}))
    ends = (levels[0]["level"], levels[-1]["level"])
    given = [_stated(words, choice, ends) for words, choice in kept]
    if text(question.get("type")) == "multiple_choice" or not _places(given, kept, ends, notes):
        return []
    found: dict[float, str] = {}
    for level, (words, _) in zip(given, kept, strict=True):
        assert level is not None
        found[level] = f"{found[level]}; or {words}" if level in found else words
    if len(found) < 2 or min(found) < 0:
        return []
    return [{"level": level, "name": name} for level, name in sorted(found.items())]


def _stated(words: str, choice: Content, ends: tuple[float, float]) -> float | None:
    """The level that a choice states by its score, its result, or a plain yes or no."""
    score = number(choice.get("add_score"))
    if score is not None:
        return min(max(score, ends[0]), ends[1])
    result = str(choice.get("compute_result", "")).lower()
    if result in ("true", "false"):
        return ends[1] if result == "true" else ends[0]
    if NO.match(words):
        return ends[0]
    return ends[1] if YES.fullmatch(words) else None


def _places(
    given: list[float | None], kept: list[tuple[str, Content]], ends: tuple[float, float], notes: Notes
) -> bool:
    """Give the choices that state no level one, where the others say how; False where they do not."""
    stated = {level for level in given if level is not None}
    if len(stated) >= 2:
        if None in given:
            notes.say("Choices without a score beside choices with one were put half-way between the ends.")
        given[:] = [sum(ends) / 2 if level is None else level for level in given]
        return True
    if stated == {ends[0]} and given[0] == ends[0] and len(kept) > 1 and all(g is None for g in given[1:]):
        notes.say(
            "Choices without scores that begin with no were taken in their order, evenly up to the last."
        )
        given[:] = [ends[0] + (ends[1] - ends[0]) * n / (len(kept) - 1) for n in range(len(kept))]
        return True
    return False


def _with_scale(
    point: Content, question: Content, steps: list[Content], scale_name: Callable[[list[Content]], str]
) -> Content:
    asked = text(question.get("text"))
    about = together(point["question"] if asked else None, point["about"])
    return {
        **point,
        "question": asked or point["question"],
        "about": about,
        "levels": {},
        "scale": scale_name(steps),
    }


def _keep_as_text(question: Content, point: Content, notes: Notes) -> None:
    """A question that gives no level is still read: it stands in the guidance of its point."""
    choices = [
        words
        for c in _choices(question)
        if (words := text(c.get("value") or c.get("text")) if isinstance(c, dict) else text(c))
    ]
    told = text(question.get("text"))
    listed = f" ({' / '.join(choices)})" if 0 < len(choices) <= 12 else ""
    if told and point["question"] is None:
        point["question"] = f"{told}{listed}"
    elif told:
        point["about"] = together(point["about"], f"{told}{listed}")
    kind = (text(question.get("type")) or "question").replace("_", " ")
    notes.left_out(f"the answers to {kind} questions (what they ask is kept as text)", point["name"])
