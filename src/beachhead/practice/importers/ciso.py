"""A library in CISO Assistant's YAML: a framework as a tree of requirement nodes.

Nodes that can be assessed become points, the others sections; a node that is both is a section that begins
with its own point. Scores become the scale, implementation groups become groups, importance becomes value,
and what the texts say in other languages comes along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers.ciso_questions import answered_by, questions
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
    without,
)

LIBRARY = {
    "urn", "locale", "ref_id", "name", "description", "copyright", "version", "publication_date", "provider",
    "packager", "translations", "objects", "convert_library_version", "type", "dependencies",
}  # fmt: skip
FRAMEWORK = {
    "urn", "ref_id", "name", "description", "min_score", "max_score", "scores_definition",
    "requirement_nodes", "implementation_groups_definition", "translations", "annotation",
}  # fmt: skip
NODE = {
    "urn", "ref_id", "name", "description", "annotation", "assessable", "depth", "parent_urn", "weight",
    "typical_evidence", "implementation_groups", "reference_controls", "threats", "importance",
    "translations", "questions", "question", "min_score", "max_score", "scores_definition",
}  # fmt: skip
VALUE = {"mandatory": 3, "recommended": 2, "nice_to_have": 1, "nice to have": 1}
LEVELS = re.compile(
    r"^[ \t]*(?:niveau|level|nivel|livello|stufe|nível)[ \t]*(\d+)[ \t]*[:.–-][ \t]*", re.I | re.M
)
DEFAULT_LOWEST, DEFAULT_HIGHEST = 0.0, 100.0
"""The scale that CISO Assistant takes where a framework states none."""


@dataclass
class Node:
    """A requirement node and those below it."""

    entry: Content
    inner: list[Node] = field(default_factory=list)

    @property
    def assessable(self) -> bool:
        return str(self.entry.get("assessable", "")).strip().lower() in ("true", "1", "x", "yes")


def recognised(data: Any) -> bool:
    """Whether YAML data is such a library."""
    return isinstance(data, dict) and isinstance(data.get("objects"), dict)


def frameworks(library: Content) -> list[Content]:
    """The frameworks that ``library`` holds."""
    objects = library["objects"]
    return [f for key in ("framework", "frameworks") for f in _list(objects.get(key)) if isinstance(f, dict)]


def read(path: Path, data: Content, notes: Notes) -> Blueprint:
    """The framework of the library ``data``. Raises BadInput for a library without one."""
    objects = data["objects"]
    if not (held_frameworks := frameworks(data)):
        held = ", ".join(sorted(k.replace("_", " ") for k in objects)) or "nothing"
        raise BadInput(f"is a library without a framework; it holds {held}", file=path)
    framework, *others = held_frameworks
    notes.unknown(data, LIBRARY, "library", "the library")
    notes.unknown(framework, FRAMEWORK, "framework", "the framework")
    for other in others:
        notes.left_out("further frameworks of the library", str(other.get("name")))
    for kind, held in objects.items():
        if kind not in ("framework", "frameworks"):
            for entry in _list(held):
                name = entry.get("name") or entry.get("ref_id") if isinstance(entry, dict) else kind
                again = " (import it again with -o in a folder 'mappings')" if "mapping" in kind else ""
                notes.left_out(f"{kind.replace('_', ' ')} of the library{again}", str(name))
    return framework_blueprint(path, data, framework, notes)


def framework_blueprint(path: Path, library: Content, framework: Content, notes: Notes) -> Blueprint:
    """A blueprint from a ``framework`` with a list of requirement nodes, described by its ``library``."""
    nodes = [n for n in _list(framework.get("requirement_nodes")) if isinstance(n, dict)]
    levels, between = scale(framework, notes)
    context = _Context(notes, levels, between)
    roots = _tree(nodes, notes)
    while len(roots) == 1 and not roots[0].assessable and sum(bool(n.inner) for n in roots[0].inner) > 1:
        notes.say(
            f"The only top node, {_label(roots[0].entry)}, stands for the whole; its parts are the domains."
        )
        roots = roots[0].inner
    domains = _domains(roots, text(framework.get("name")) or "Requirements", context)
    groups = {
        str(g.get("ref_id") or g.get("name")): together(text(g.get("name")), text(g.get("description")))
        or "Group"
        for g in _list(framework.get("implementation_groups_definition"))
        if isinstance(g, dict)
    }
    for group in _list(framework.get("implementation_groups_definition")):
        if isinstance(group, dict) and str(group.get("default_selected", "")).lower() == "true":
            notes.left_out(
                "that a group is selected from the start (choose with --group)", str(group.get("ref_id"))
            )
    groups |= {name: "Group" for name in context.groups if name not in groups}
    name = text(framework.get("name")) or text(library.get("name")) or path.stem
    language = text(library.get("locale")) or "en"
    published = text(library.get("publication_date"))
    return finished(
        {
            "id": Ids().new(library.get("ref_id"), framework.get("ref_id"), path.stem, otherwise="framework"),
            "version": max(1, int(number(library.get("version")) or 1)),
            "name": name,
            "language": language,
            "author": text(library.get("provider")) or text(library.get("packager")) or "not stated",
            "licence": text(library.get("copyright")) or "not stated",
            "source": ", packaged by ".join(
                told
                for told in (text(library.get("urn")) or path.name, text(library.get("packager")))
                if told
            ),
            "edition": f"published {published}" if published else None,
            "about": text(framework.get("description")) or text(library.get("description")),
            "levels": levels,
            "between": between,
            "scales": context.scales,
            "groups": {key: words for key, words in groups.items() if key in context.groups},
            "domains": domains,
            "ref": text(framework.get("urn")),
            "translations": _translations(framework, {"name": "name", "description": "about"}),
        },
        notes,
        path,
    )


@dataclass
class _Context:
    """What grows while the tree is walked."""

    notes: Notes
    levels: list[Content]
    between: bool
    points: Ids = field(default_factory=Ids)
    sections: Ids = field(default_factory=Ids)
    groups: set[str] = field(default_factory=set)
    scales: dict[str, list[Content]] = field(default_factory=dict)

    def allows(self, level: float) -> bool:
        """Whether ``level`` may be answered."""
        known = [step["level"] for step in self.levels]
        return level in known or (self.between and known[0] <= level <= known[-1])

    def scale_name(self, steps: list[Content]) -> str:
        """The name of a scale with these steps, new where there is none yet."""
        for name, known in self.scales.items():
            if known == steps:
                return name
        name = f"answers-{len(self.scales) + 1}"
        self.scales[name] = steps
        return name


def scale(framework: Content, notes: Notes) -> tuple[list[Content], bool]:
    """The scale of a framework or node, and whether levels between its steps may be answered."""
    defined = []
    for entry in _list(framework.get("scores_definition")):
        level = number(entry.get("score")) if isinstance(entry, dict) else None
        if level is None:
            notes.left_out("score definitions without a number", str(entry)[:40])
            continue
        step = without(
            {
                "level": level,
                "name": text(entry.get("name")) or f"{level:g}",
                "about": text(entry.get("description")),
                "translations": _translations(entry, {"name": "name", "description": "about"}),
            }
        )
        defined.append(step)
    defined.sort(key=lambda step: step["level"])
    lowest, highest = number(framework.get("min_score")), number(framework.get("max_score"))
    if lowest is None:
        lowest = defined[0]["level"] if defined else DEFAULT_LOWEST
    if highest is None:
        highest = defined[-1]["level"] if defined else max(DEFAULT_HIGHEST, lowest + 1)
    if not defined:
        if framework.get("max_score") is None:
            notes.say(
                "The framework states no scores: a scale from 0 to 100 is taken, as CISO Assistant does."
            )
        if float(highest - lowest).is_integer() and 1 <= highest - lowest <= 10:
            steps = range(int(highest - lowest) + 1)
            return [{"level": lowest + n, "name": f"{lowest + n:g}"} for n in steps], False
    known = {step["level"] for step in defined}
    ends = [{"level": end, "name": f"{end:g}"} for end in (lowest, highest) if end not in known]
    steps_ = sorted([*defined, *ends], key=lambda step: step["level"])
    return steps_, len(steps_) < highest - lowest + 1 and highest - lowest > 10


def _tree(nodes: list[Content], notes: Notes) -> list[Node]:
    """The nodes as a tree, by ``parent_urn`` or, without one, by ``depth``."""
    made = [Node(entry) for entry in nodes]
    by_urn = {str(n.entry.get("urn")): n for n in made if n.entry.get("urn")}
    roots: list[Node] = []
    trail: list[tuple[float, Node]] = []
    for node in made:
        depth = number(node.entry.get("depth")) or 1.0
        while trail and trail[-1][0] >= depth:
            trail.pop()
        parent = by_urn.get(str(node.entry.get("parent_urn"))) if text(node.entry.get("parent_urn")) else None
        if parent is None and text(node.entry.get("parent_urn")):
            notes.left_out("parents that the library does not hold", _label(node.entry))
        if parent is None and not text(node.entry.get("parent_urn")) and trail:
            parent = trail[-1][1]
        if parent is node:
            parent = None
        (parent.inner if parent else roots).append(node)
        trail.append((depth, node))
    reached = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        reached.add(id(node))
        stack += node.inner
    for node in made:
        if id(node) not in reached:
            notes.left_out("nodes that are their own ancestors", _label(node.entry))
    return roots


def _domains(roots: list[Node], name: str, context: _Context) -> list[Content]:
    """Top nodes as domains; top nodes that are points only come into one domain named after the framework."""
    domains: list[Content] = []
    loose: Content | None = None
    for node in roots:
        if node.inner or not node.assessable:
            domains.append(_section(node, context))
            loose = None
        else:
            if loose is None:
                loose = {"id": context.sections.new("points", otherwise="points"), "name": name, "points": []}
                domains.append(loose)
            loose["points"] += _points(node, context)
    return domains


def _section(node: Node, context: _Context) -> Content:
    entry = node.entry
    section: Content = {
        "id": context.sections.new(entry.get("ref_id"), _tail(entry), entry.get("name"), otherwise="section"),
        "name": _label(entry),
        "about": _about(entry),
        "ref": text(entry.get("urn")),
        "translations": _translations(entry, {"name": "name", "description": "about"}),
        "points": _points(node, context) if node.assessable else [],
        "sections": [],
    }
    if not node.assessable:
        context.notes.unknown(entry, NODE, "node", section["name"])
    for inner in node.inner:
        if inner.inner or not inner.assessable:
            section["sections"].append(_section(inner, context))
        else:
            section["points"] += _points(inner, context)
    return section


def _about(entry: Content) -> str | None:
    """The texts of a section that are not its name."""
    told = together(text(entry.get("description")), text(entry.get("annotation")))
    return told if told and told != _label(entry) else None


def _points(node: Node, context: _Context) -> list[Content]:
    """The point of a node; several where it is answered by several questions."""
    entry, notes = node.entry, context.notes
    name = _label(entry)
    notes.unknown(entry, NODE, "node", name)
    question, criteria = _criteria(text(entry.get("description")), context)
    groups = texts(entry.get("implementation_groups"))
    context.groups.update(groups)
    references = {
        key.replace("_", " "): found
        for key in ("reference_controls", "threats")
        if (found := texts(entry.get(key)))
    }
    point: Content = {
        "id": context.points.new(entry.get("ref_id"), _tail(entry), entry.get("name"), otherwise="point"),
        "name": name,
        "question": question,
        "levels": criteria,
        "about": text(entry.get("annotation")),
        "evidence": text(entry.get("typical_evidence")),
        "weight": max(number(entry.get("weight")) or 1, 0) or 1,
        "value": VALUE.get(str(entry.get("importance") or "").lower(), 1),
        "groups": groups,
        "references": references,
        "ref": text(entry.get("urn")),
        "translations": _translations(
            entry,
            {
                "name": "name",
                "description": "question",
                "annotation": "about",
                "typical_evidence": "evidence",
            },
        ),
    }
    for words in point["translations"].values():
        if "name" not in words and not text(entry.get("name")) and "question" in words:
            words["name"] = _label({"ref_id": entry.get("ref_id"), "description": words["question"]})
        if criteria:
            words.pop("question", None)
    if any(entry.get(key) is not None for key in ("scores_definition", "max_score")):
        steps, _ = scale(entry, notes)
        if steps != context.levels:
            point["scale"] = context.scale_name(steps)
    return answered_by(entry, point, context.levels, context.scale_name, context.points, notes)


def _criteria(told: str | None, context: _Context) -> tuple[str | None, dict[float, str]]:
    """A description that spells out "Level 0: …, Level 1: …" gives a criterion per level."""
    found = list(LEVELS.finditer(told or ""))
    numbers = [float(match.group(1)) for match in found]
    if len(found) < 2 or not all(context.allows(n) for n in numbers) or len(set(numbers)) < len(numbers):
        return told, {}
    assert told is not None
    ends = [match.start() for match in found[1:]] + [len(told)]
    pieces = {n: told[m.end() : end].strip() for n, m, end in zip(numbers, found, ends, strict=True)}
    if not all(pieces.values()):
        return told, {}
    return told[: found[0].start()].strip() or None, pieces


def _label(entry: Content) -> str:
    """``GV.OC-01: Mission is understood``: reference, name, or the beginning of the description."""
    ref, name, told = (text(entry.get(key)) for key in ("ref_id", "name", "description"))
    if name and ref and ref.lower() not in name.lower():
        return f"{ref}: {name}"
    if name:
        return name
    told = told or next((words for q in questions(entry) if (words := text(q.get("text")))), None)
    if told and ref:
        return f"{ref}: {short(told)}"
    return (short(told) if told else None) or ref or _tail(entry) or "Without a name"


def _tail(entry: Content) -> str:
    return str(entry.get("urn") or "").rsplit(":", 1)[-1]


def _translations(entry: Content, fields: dict[str, str]) -> dict[str, Content]:
    """Language → our field → text, of what the entry says in other languages."""
    given = entry.get("translations")
    found = {}
    for language, words in given.items() if isinstance(given, dict) else ():
        told = (
            {ours: text(words.get(theirs)) for theirs, ours in fields.items()}
            if isinstance(words, dict)
            else {}
        )
        if kept := without(told):
            found[language] = kept
    return found


def _list(value: Any) -> list[Any]:
    if value is None or value == "" or value == "null":
        return []
    return value if isinstance(value, list) else [value]
