"""A custom lens of the AWS Well-Architected tool: pillars → questions → choices, one JSON file.

A question becomes a section and each of its choices a point that is in place or not. The risk rules, boolean
expressions over the choices, become the points' value: 3 where the lack of that choice alone is a high risk,
2 for a medium one, 1 for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers.draft import Content, Ids, Notes, finished, text, together

NONE = re.compile(r"^none of (these|the above|the choices)\b", re.I)
RISKS = {"NO_RISK": 1, "MEDIUM_RISK": 2, "HIGH_RISK": 3}
_TOKEN = re.compile(r"\s*(&&|\|\||!|\(|\)|[\w.:-]+)")


def recognised(data: Any) -> bool:
    """Whether JSON data is a lens."""
    return isinstance(data, dict) and isinstance(data.get("pillars"), list)


def read(path: Path, data: Content, notes: Notes) -> Blueprint:
    """The lens in ``data``."""
    notes.unknown(data, {"schemaVersion", "name", "description", "pillars"}, "lens", "the lens")
    notes.say(
        "Each choice is a point that is in place or not; a question's score is the share of its choices."
    )
    notes.say(
        "The risk rules became the value of the choices; the risk of a question as a whole is not computed."
    )
    sections, points = Ids(), Ids()
    domains = []
    for pillar in data["pillars"]:
        notes.unknown(pillar, {"id", "name", "questions"}, "pillar", str(pillar.get("name")))
        name = text(pillar.get("name")) or text(pillar.get("id")) or "Pillar"
        domain: Content = {
            "id": sections.new(pillar.get("id"), name),
            "name": name,
            "ref": text(pillar.get("id")),
        }
        domain["sections"] = [
            _question(question, sections, points, notes) for question in pillar.get("questions") or []
        ]
        domains.append(domain)
    name = text(data.get("name")) or path.stem
    return finished(
        {
            "id": Ids().new(name, path.stem, otherwise="lens"),
            "version": 1,
            "name": name,
            "language": "en",
            "author": "not stated",
            "licence": "not stated",
            "source": f"AWS Well-Architected custom lens, {path.name}",
            "edition": text(data.get("schemaVersion")),
            "about": text(data.get("description")),
            "levels": [{"level": 0, "name": "Not in place"}, {"level": 1, "name": "In place"}],
            "domains": domains,
        },
        notes,
        path,
    )


def _question(question: Content, sections: Ids, points: Ids, notes: Notes) -> Content:
    title = text(question.get("title")) or text(question.get("id")) or "Question"
    notes.unknown(question, {"id", "title", "description", "choices", "riskRules"}, "question", title)
    choices = []
    for choice in question.get("choices") or []:
        name = text(choice.get("title")) or text(choice.get("id")) or "Choice"
        if NONE.match(name):
            notes.left_out("the choice 'none of these' (it is every point at its lowest level)", title)
        else:
            choices.append((text(choice.get("id")) or name, name, choice))
    rules = [r for r in question.get("riskRules") or [] if isinstance(r, dict)]
    value = _values(rules, [key for key, _, _ in choices], title, notes)
    return {
        "id": sections.new(question.get("id"), title),
        "name": title,
        "about": text(question.get("description")),
        "ref": text(question.get("id")),
        "points": [
            _point(points.new(key, name), name, title, choice, value[key], notes)
            for key, name, choice in choices
        ],
    }


def _point(own: str, name: str, title: str, choice: Content, value: int, notes: Notes) -> Content:
    known = {"id", "title", "description", "helpfulResource", "improvementPlan", "additionalResources"}
    notes.unknown(choice, known, "choice", name)
    helpful, plan = _resource(choice.get("helpfulResource")), _resource(choice.get("improvementPlan"))
    more = [
        item
        for entry in choice.get("additionalResources") or []
        if isinstance(entry, dict)
        for item in (entry.get("content") or [])
    ]
    links = [link for _, link in (helpful, plan, *(_resource(item) for item in more)) if link]
    told = [words for words, _ in map(_resource, more) if words]
    return {
        "id": own,
        "name": name,
        "about": together(text(choice.get("description")), helpful[0], *told),
        "question": f"{title}: {name}",
        "levels": {1: plan[0]} if plan[0] else {},
        "value": value,
        "ref": text(choice.get("id")),
        "references": {"links": list(dict.fromkeys(links))} if links else {},
    }


def _resource(entry: Any) -> tuple[str | None, str | None]:
    """Text and link of a resource, however its keys are spelt."""
    fields = {k.lower(): v for k, v in entry.items()} if isinstance(entry, dict) else {}
    return text(fields.get("displaytext")), text(fields.get("url"))


def _values(rules: list[Content], choices: list[str], title: str, notes: Notes) -> dict[str, int]:
    """Choice → 1 to 3 by the risk that its lack alone leaves."""
    found = {}
    for choice in choices:
        try:
            found[choice] = RISKS.get(risk(rules, set(choices) - {choice}), 1)
        except (ValueError, RecursionError) as no:
            notes.left_out(f"risk rules that cannot be read ({str(no)[:40]})", title)
            return dict.fromkeys(choices, 1)
    return found


def risk(rules: list[Content], selected: set[str]) -> str:
    """The risk of the first rule that holds for the ticked choices; ValueError for a broken rule."""
    for rule in rules:
        condition = str(rule.get("condition", "")).strip()
        if condition.lower() == "default" or _Expression(condition, selected).value():
            return str(rule.get("risk", "")).strip().upper()
    return "NO_RISK"


class _Expression:
    """``a && (!b || c)`` read from left to right: ``||`` binds weakest, ``!`` strongest."""

    def __init__(self, condition: str, selected: set[str]) -> None:
        self.tokens = list(self._tokens(condition))
        self.at = 0
        self.selected = selected

    @staticmethod
    def _tokens(condition: str) -> Iterator[str]:
        at = 0
        while condition[at:].strip():
            found = _TOKEN.match(condition, at)
            if not found:
                raise ValueError(condition[:40])
            yield found.group(1)
            at = found.end()

    def value(self) -> bool:
        result = self._either()
        if self.at != len(self.tokens):
            raise ValueError(" ".join(self.tokens)[:40])
        return result

    def _take(self) -> str:
        if self.at >= len(self.tokens):
            raise ValueError(" ".join(self.tokens)[:40])
        self.at += 1
        return self.tokens[self.at - 1]

    def _next_is(self, token: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == token

    def _either(self) -> bool:
        result = self._both()
        while self._next_is("||"):
            self.at += 1
            result = self._both() or result
        return result

    def _both(self) -> bool:
        result = self._single()
        while self._next_is("&&"):
            self.at += 1
            result = self._single() and result
        return result

    def _single(self) -> bool:
        token = self._take()
        if token == "!":
            return not self._single()
        if token == "(":
            result = self._either()
            if self._take() != ")":
                raise ValueError(" ".join(self.tokens)[:40])
            return result
        if token in ("&&", "||", ")"):
            raise ValueError(" ".join(self.tokens)[:40])
        return token in self.selected
