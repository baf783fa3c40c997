"""A custom lens of the AWS Well-Architected tool: pillars → questions → choices, one JSON file.

A question is one point: its choices are ticked, and its risk rules, boolean expressions over the choices of
which the first that holds decides, give the level: high risk, medium risk, no risk.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from beachhead.practice import expressions
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers.draft import Content, Ids, Notes, finished, text, together

NONE = re.compile(r"^none (of (these|the above|the choices|them)\b|apply\b|applies\b)", re.I)
RISKS = ("HIGH_RISK", "MEDIUM_RISK", "NO_RISK")
"""The risks in the order of their levels 0, 1, 2."""


def recognised(data: Any) -> bool:
    """Whether JSON data is a lens."""
    return isinstance(data, dict) and isinstance(data.get("pillars"), list)


def read(path: Path, data: Content, notes: Notes) -> Blueprint:
    """The lens in ``data``."""
    notes.unknown(data, {"schemaVersion", "name", "description", "pillars"}, "lens", "the lens")
    notes.say(
        "Each question is a point that is answered by ticking its choices; its risk rules give the level."
    )
    sections, points = Ids(), Ids()
    domains = []
    for pillar in data["pillars"]:
        notes.unknown(pillar, {"id", "name", "questions"}, "pillar", str(pillar.get("name")))
        name = text(pillar.get("name")) or text(pillar.get("id")) or "Pillar"
        domains.append(
            {
                "id": sections.new(pillar.get("id"), name),
                "name": name,
                "ref": text(pillar.get("id")),
                "points": [_question(question, points, notes) for question in pillar.get("questions") or []],
            }
        )
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
            "levels": [
                {"level": level, "name": risk.replace("_", " ").capitalize()}
                for level, risk in enumerate(RISKS)
            ],
            "domains": domains,
        },
        notes,
        path,
    )


def _question(question: Content, points: Ids, notes: Notes) -> Content:
    title = text(question.get("title")) or text(question.get("id")) or "Question"
    notes.unknown(question, {"id", "title", "description", "choices", "riskRules"}, "question", title)
    choices: dict[str, Content] = {}
    plans: list[str | None] = []
    links: list[str] = []
    for choice in question.get("choices") or []:
        key, made, plan, found = _choice(choice, notes)
        if key in choices:
            notes.left_out("choices whose id stands twice in their question", f"{title}: {key}")
            continue
        choices[key] = made
        plans.append(plan)
        links += found
    rules = _rules(question, choices, title, notes)
    worst = min((rule["level"] for rule in rules), default=2)
    return {
        "id": points.new(question.get("id"), title, otherwise="question"),
        "name": title,
        "about": together(text(question.get("description")), *plans),
        "question": title,
        "choices": list(choices.values()) if rules else [],
        "rules": rules,
        "criteria": []
        if rules
        else [choice["name"] for choice in choices.values() if not choice.get("none")],
        "value": 3 - worst,
        "ref": text(question.get("id")),
        "references": {"links": list(dict.fromkeys(links))} if links else {},
    }


def _choice(choice: Content, notes: Notes) -> tuple[str, Content, str | None, list[str]]:
    """Id, choice, what to do for it, and the links of its resources."""
    name = text(choice.get("title")) or text(choice.get("id")) or "Choice"
    known = {"id", "title", "description", "helpfulResource", "improvementPlan", "additionalResources"}
    notes.unknown(choice, known, "choice", name)
    helpful, plan = _resource(choice.get("helpfulResource")), _resource(choice.get("improvementPlan"))
    more = [
        _resource(item)
        for entry in choice.get("additionalResources") or []
        if isinstance(entry, dict)
        for item in (entry.get("content") or [])
    ]
    key = text(choice.get("id")) or name
    made = {
        "id": key,
        "name": name,
        "about": together(text(choice.get("description")), helpful[0], *(words for words, _ in more)),
        "none": bool(NONE.match(name)),
    }
    todo = f"{name.rstrip('.')}: {plan[0]}" if plan[0] else None
    return key, made, todo, [link for _, link in (helpful, plan, *more) if link]


def _resource(entry: Any) -> tuple[str | None, str | None]:
    """Text and link of a resource, however its keys are spelt."""
    fields = {k.lower(): v for k, v in entry.items()} if isinstance(entry, dict) else {}
    return text(fields.get("displaytext")), text(fields.get("url"))


def _rules(question: Content, choices: Content, title: str, notes: Notes) -> list[Content]:
    """The rules with levels for risks; none where they cannot be used, and the level is then chosen by hand."""
    found: list[Content] = []
    for rule in question.get("riskRules") or []:
        condition, risk = (
            (text(rule.get(key)) or "" for key in ("condition", "risk"))
            if isinstance(rule, dict)
            else ("", "")
        )
        condition = expressions.DEFAULT if condition.lower() == expressions.DEFAULT else condition
        try:
            level = RISKS.index(risk.upper().replace(" ", "_"))
            unknown = expressions.names(condition) - set(choices)
        except ValueError:
            notes.left_out(f"risk rules that cannot be read ({(condition or 'empty')[:40]})", title)
            return []
        if unknown:
            notes.left_out(
                "risk rules that name a choice which their question lacks", f"{title}: {min(unknown)}"
            )
            return []
        found.append({"when": condition, "level": level})
    if not found or not choices:
        notes.left_out("risk rules or choices, as there are none (the level is chosen by hand)", title)
        return []
    if found[-1]["when"] != expressions.DEFAULT:
        notes.left_out("a rule 'default', as there is none: answers that no rule names are refused", title)
    return found
