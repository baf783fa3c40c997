"""DSOMM, the DevSecOps maturity model: dimension → sub-dimension → activity, one YAML file.

An activity is done or not (or as far as the model's own progress words go) and stands at a level from 1 up.
It is scored in stages: a sub-dimension is the sum over its levels of the mean of its activities.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers.draft import (
    Content,
    Ids,
    Notes,
    finished,
    number,
    short,
    text,
    texts,
    together,
)

DAYS = {1: 2, 2: 5, 3: 10, 4: 20, 5: 40}
"""Person-days for DSOMM's five ratings of time (judgement)."""
KNOWN = {
    "uuid", "description", "risk", "measure", "assessment", "level", "difficultyOfImplementation",
    "usefulness", "dependsOn", "implementation", "references", "comments", "tags", "evidence",
}  # fmt: skip
Activity = tuple[str, str, str, Content]


def recognised(data: list[Any]) -> bool:
    """Whether YAML documents hold a DSOMM model."""
    return any(True for document in data for _ in _activities(document))


def read(path: Path, data: list[Any], notes: Notes) -> Blueprint:
    """The model in ``data``."""
    activities = [activity for document in data for activity in _activities(document)]
    meta: Content = next(
        (d["meta"] for d in data if isinstance(d, dict) and isinstance(d.get("meta"), dict)), {}
    )
    notes.unknown(meta, {"version", "released", "publisher", "progressDefinition"}, "meta", "the model")
    ids = Ids()
    names: dict[str, str] = {}
    own_ids = []
    for _, _, name, activity in activities:
        own = ids.new(name, activity.get("uuid"), otherwise="activity")
        own_ids.append(own)
        names |= {key: own for key in (name, text(activity.get("uuid"))) if key}
    tags = sorted({tag for *_, a in activities for tag in texts(a.get("tags")) if tag != "none"})
    sections = Ids()
    domains: dict[str, Content] = {}
    inner: dict[tuple[str, str], Content] = {}
    for own, (dimension, sub, name, activity) in zip(own_ids, activities, strict=True):
        if dimension not in domains:
            domains[dimension] = {"id": sections.new(dimension), "name": dimension, "sections": []}
        if (dimension, sub) not in inner:
            section: Content = {"id": sections.new(sub), "name": sub, "points": []}
            inner[dimension, sub] = section
            domains[dimension]["sections"].append(section)
        inner[dimension, sub]["points"].append(_point(own, name, activity, names, notes))
    _tell(notes, activities)
    released = text(meta.get("released"))
    return finished(
        {
            "id": "dsomm",
            "version": 1,
            "name": "DevSecOps Maturity Model (DSOMM)",
            "language": "en",
            "author": "OWASP DSOMM project",
            "licence": "GPL-3.0-or-later",
            "source": text(meta.get("publisher")) or "OWASP DevSecOps Maturity Model",
            "edition": together(text(meta.get("version"))),
            "about": f"Released {released}." if released else None,
            "levels": _scale(meta, notes),
            "scoring": "stages",
            "groups": {tag: f"Activities tagged {tag}" for tag in tags},
            "domains": list(domains.values()),
        },
        notes,
        path,
    )


def _activities(document: Any) -> Iterator[Activity]:
    for dimension, subs in document.items() if isinstance(document, dict) else ():
        for sub, activities in subs.items() if isinstance(subs, dict) else ():
            for name, activity in activities.items() if isinstance(activities, dict) else ():
                if isinstance(activity, dict) and "level" in activity and {"risk", "measure"} & set(activity):
                    yield dimension, sub, name, activity


def _scale(meta: Content, notes: Notes) -> list[Content]:
    """The model's own words of progress where it has them, else done or not."""
    words = meta.get("progressDefinition")
    if isinstance(words, dict):
        found = {}
        for name, entry in words.items():
            score = entry.get("score") if isinstance(entry, dict) else entry
            value = number(str(score).rstrip("% "))
            if value is not None:
                found[value / 100 if str(score).strip().endswith("%") or value > 1 else value] = name
        if len(found) > 1:
            return [{"level": level, "name": name} for level, name in sorted(found.items())]
        notes.left_out("progress words without a score", "meta")
    return [{"level": 0, "name": "Not implemented"}, {"level": 1, "name": "Implemented"}]


def _point(own: str, name: str, activity: Content, names: dict[str, str], notes: Notes) -> Content:
    implementations = activity.get("implementation")
    tools = [t for t in (implementations if isinstance(implementations, list) else []) if isinstance(t, dict)]
    notes.unknown(activity, KNOWN, "activity", name)
    difficulty = activity.get("difficultyOfImplementation") or {}
    references = activity.get("references") or {}
    return {
        "id": own,
        "name": name,
        "about": together(text(activity.get("description")), text(activity.get("comments"))),
        "question": text(activity.get("measure")),
        "without": text(activity.get("risk")),
        "evidence": text(activity.get("assessment")) or text(activity.get("evidence")),
        "value": _rating(activity.get("usefulness")),
        "effort": {
            key: value
            for key, value in (
                ("days", DAYS.get(_rating(difficulty.get("time")))),
                ("knowledge", _rating(difficulty.get("knowledge"))),
                ("money", _rating(difficulty.get("resources"))),
            )
            if value
        },
        "needs": [names.get(need, need) for need in texts(activity.get("dependsOn"))],
        "groups": [tag for tag in texts(activity.get("tags")) if tag != "none"],
        "stage": max(1, int(number(activity["level"]) or 1)),
        "references": {
            **{key: found for key, value in references.items() if (found := texts(value))},
            **({"implementation": [_tool(t) for t in tools]} if tools else {}),
        },
        "ref": text(activity.get("uuid")),
    }


def _rating(value: Any) -> int:
    return min(5, max(1, round(number(value) or 1)))


def _tool(tool: Content) -> str:
    name = text(tool.get("name")) or text(tool.get("$ref")) or text(tool.get("uuid")) or "tool"
    return " ".join(part for part in (short(name), text(tool.get("url"))) if part)


def _tell(notes: Notes, activities: list[Activity]) -> None:
    days = ", ".join(f"{rating}: {days}" for rating, days in DAYS.items())
    notes.say(
        f"DSOMM rates time from 1 to 5; taken as person-days ({days}), which is judgement: change them."
    )
    notes.say(
        "DSOMM's resources became money, usefulness became value, dependsOn became needs, tags became groups."
    )
    for *_, name, activity in activities:
        implementations = activity.get("implementation")
        for tool in implementations if isinstance(implementations, list) else []:
            if isinstance(tool, dict) and text(tool.get("description")):
                notes.left_out(
                    "descriptions and tags of tools (names and links are kept as references)", name
                )
