"""The OWASP SAMM data model: small YAML files that refer to each other by id, recognised by their ``type``.

Business function → security practice → stream × maturity level → activity → question → answer set. A question
becomes a point with the answers of its set as scale; streams and levels are kept, and the blueprint is scored
as SAMM does: a practice is the sum over its levels of the mean of its streams.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers.draft import (
    Content,
    Ids,
    Notes,
    documents,
    finished,
    number,
    text,
    texts,
    together,
)
from beachhead.tables.paths import YAML, files_in

TYPES = {
    "function": "functions",
    "practice": "practices",
    "stream": "streams",
    "practicelevel": "practice levels",
    "maturitylevel": "maturity levels",
    "activity": "activities",
    "question": "questions",
    "answerset": "answer sets",
}
KNOWN = {
    "function": {"model", "id", "name", "description", "order", "type"},
    "practice": {
        "function", "id", "name", "shortName", "shortDescription", "longDescription", "order", "type",
    },
    "stream": {"practice", "id", "name", "letter", "description", "order", "type"},
    "practicelevel": {"practice", "maturityLevel", "id", "objective", "type"},
    "maturitylevel": {"id", "number", "description", "type"},
    "activity": {
        "stream", "level", "id", "title", "benefit", "shortDescription", "longDescription", "results",
        "metrics", "costs", "personnel", "notes", "relatedActivities", "type",
    },
    "question": {"activity", "answerSet", "id", "text", "order", "quality", "type"},
    "answerset": {"id", "values", "type"},
}  # fmt: skip


def recognised(path: Path) -> list[Path]:
    """The files of a SAMM model in the folder ``path`` (at any depth), empty where it is none."""
    if not path.is_dir():
        return []
    files = files_in(path, YAML, deep=True)
    heads = (p.read_bytes()[:100_000].lower() for p in files[:500])
    return (
        files
        if sum(b"type: answerset" in head or b"type: practicelevel" in head for head in heads) >= 2
        else []
    )


def read(path: Path, files: Iterable[Path], notes: Notes) -> Blueprint:
    """The model in ``files``. Raises BadInput for a model with a link that leads nowhere."""
    found: dict[str, dict[str, Content]] = {kind: {} for kind in TYPES}
    for file in files:
        for entry in documents(file):
            kind = str(entry.get("type", "")).replace(" ", "").lower() if isinstance(entry, dict) else ""
            if kind not in TYPES:
                notes.left_out("files that are no part of the model", file.name)
                continue
            notes.unknown(entry, KNOWN[kind], kind, str(entry.get("name") or entry.get("title") or file.stem))
            found[kind][str(entry.get("id"))] = {**entry, "file": file}
    missing = [name for kind, name in TYPES.items() if not found[kind]]
    if missing:
        raise BadInput(f"is not a whole SAMM model: it has no {', no '.join(missing)}", file=path)
    return finished(_content(found, notes, path), notes, path)


def _content(found: dict[str, dict[str, Content]], notes: Notes, path: Path) -> Content:
    scales = _scales(found["answerset"], notes)
    names = {key: f"answers-{n}" for n, key in enumerate(scales, 1)}
    points = _points(found, notes, names)
    first = next(iter(scales.values()))
    ids = Ids()
    levels = sorted(found["maturitylevel"].values(), key=lambda m: _order(m, "number"))
    about = [f"Level {m['number']}: {text(m.get('description'))}" for m in levels]
    notes.say("Each level of a stream needs the level before it, which is SAMM's own order of work.")
    notes.say(
        "SAMM states neither value, effort nor departments: every activity counts alike until you state them."
    )
    return {
        "id": "samm",
        "version": 1,
        "name": "OWASP SAMM",
        "language": "en",
        "author": "OWASP SAMM project",
        "licence": "CC-BY-SA-4.0",
        "source": "OWASP Software Assurance Maturity Model, core data model",
        "edition": next((text(f.get("model")) for f in found["function"].values()), None),
        "about": "\n".join(about),
        "levels": first,
        "scales": {names[key]: scale for key, scale in scales.items()},
        "scoring": "stages",
        "domains": [
            {
                "id": ids.new(function["name"]),
                "name": function["name"],
                "about": text(function.get("description")),
                "ref": function["id"],
                "sections": _practices(found, points, function["id"], ids),
            }
            for function in sorted(found["function"].values(), key=lambda f: _order(f, "order"))
        ],
    }


def _order(entry: Content, key: str) -> float:
    return number(entry.get(key)) or 0.0


def _scales(sets: dict[str, Content], notes: Notes) -> dict[str, list[Content]]:
    found = {}
    for key, answers in sorted(sets.items(), key=lambda item: str(item[1]["file"])):
        values = sorted(answers["values"], key=lambda v: number(v.get("value")) or 0.0)
        if any((number(v.get("weight")) or 1.0) != 1.0 for v in values):
            notes.left_out("weights of answers", str(answers["file"].stem))
        found[key] = [{"level": number(v["value"]), "name": text(v["text"]) or "?"} for v in values]
    return found


def _practices(
    found: dict[str, dict[str, Content]], points: dict[str, list[Content]], function: str, ids: Ids
) -> list[Content]:
    mine = [p for p in found["practice"].values() if p["function"] == function]
    sections = []
    for practice in sorted(mine, key=lambda p: _order(p, "order")):
        streams = sorted(
            (s for s in found["stream"].values() if s["practice"] == practice["id"]),
            key=lambda s: s["letter"],
        )
        objectives = sorted(
            (
                _order(found["maturitylevel"].get(level["maturityLevel"], {}), "number"),
                text(level["objective"]),
            )
            for level in found["practicelevel"].values()
            if level["practice"] == practice["id"]
        )
        sections.append(
            {
                "id": ids.new(practice["name"]),
                "name": practice["name"],
                "about": together(
                    text(practice.get("longDescription")) or text(practice.get("shortDescription")),
                    "\n".join(f"Level {n:g}: {objective}" for n, objective in objectives),
                    "\n".join(
                        f"Stream {s['letter']}, {s['name']}: {text(s.get('description'))}" for s in streams
                    ),
                ),
                "ref": practice["id"],
                "points": points.get(practice["id"], []),
            }
        )
    return sections


def _points(
    found: dict[str, dict[str, Content]], notes: Notes, scales: dict[str, str]
) -> dict[str, list[Content]]:
    """Security practice → its points, by stream and level."""
    ids = Ids()
    placed: dict[str, list[tuple[tuple[str, int, float], Content]]] = {}
    activities: dict[str, list[str]] = {}
    for question in found["question"].values():
        activity = _linked(found["activity"], question, "activity")
        stream = _linked(found["stream"], activity, "stream")
        level = _linked(found["practicelevel"], activity, "level")
        practice = _linked(found["practice"], stream, "practice")
        stage = int(_order(_linked(found["maturitylevel"], level, "maturityLevel"), "number"))
        function = _linked(found["function"], practice, "function")
        _linked(found["answerset"], question, "answerSet")
        letters = f"{function['name'][0]}-{practice.get('shortName') or practice['name']}"
        point: Content = {
            "id": ids.new(f"{letters}-{stream['letter']}-{stage}"),
            "name": text(activity["title"]),
            "about": together(
                text(activity.get("shortDescription")),
                text(activity.get("longDescription")),
                *(
                    f"{name.capitalize()}: {'; '.join(texts(activity.get(name)))}"
                    for name in ("results", "metrics", "costs", "personnel", "notes")
                    if texts(activity.get(name))
                ),
            ),
            "question": text(question["text"]),
            "pragmatist": text(activity.get("benefit")),
            "criteria": texts(question.get("quality")),
            "scale": scales[question["answerSet"]],
            "stage": stage,
            "stream": f"{stream['letter']} {stream['name']}",
            "ref": question["id"],
            "needs": [f"@{name}" for name in texts(activity.get("relatedActivities"))],
        }
        activities.setdefault(activity["id"], []).append(point["id"])
        key = (stream["letter"], stage, _order(question, "order"))
        placed.setdefault(practice["id"], []).append((key, point))
    return {practice: _in_order(several, activities) for practice, several in placed.items()}


def _in_order(
    several: list[tuple[tuple[str, int, float], Content]], activities: dict[str, list[str]]
) -> list[Content]:
    """By level, then stream; related activities and the level before become prerequisites."""
    several.sort(key=lambda item: (item[0][1], item[0][0], item[0][2]))
    points = [point for _, point in several]
    for point in points:
        related = [p for name in point["needs"] for p in activities.get(name[1:], [name[1:]])]
        below = [p for p in points if p["stream"] == point["stream"] and p["stage"] < point["stage"]]
        nearest = max((p["stage"] for p in below), default=0)
        point["needs"] = [*related, *(p["id"] for p in below if p["stage"] == nearest)]
    return points


def _linked(entries: dict[str, Content], entry: Content, key: str) -> Content:
    target: Any = entry.get(key)
    if str(target) not in entries:
        raise BadInput(f"{key} {target!r} leads to nothing in this model", file=entry["file"])
    return entries[str(target)]
