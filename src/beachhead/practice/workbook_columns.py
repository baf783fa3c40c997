"""The sheets and columns of a blueprint workbook, and how lists and references stand in a cell."""

from __future__ import annotations

import json
import re
from typing import Any

META = {
    "id": "lower case, digits, dashes; answers refer to it",
    "version": "raise it with every change; 0 while it is a draft",
    "name": "what people call it",
    "language": "code of its language, such as en",
    "author": "who wrote it",
    "licence": "under which terms it may be used",
    "source": "where it comes from, or that it is judgement",
    "edition": "the version that an imported model gives itself",
    "about": "what it is for and how to answer it",
    "between": "yes: levels between those of the scale may be answered, such as 37 of 100",
    "scoring": "mean, or stages (as OWASP SAMM scores)",
    "retired": "ids of points of earlier versions, one per line",
    "ref": "identifier in the model that it was imported from",
    "effort weight of knowledge": "how much knowledge above 1 adds to the effort (0.25)",
    "effort weight of money": "how much money above 1 adds to the effort (0.25)",
}
LEVELS = ("scale", "level", "name", "about")
SECTIONS = ("id", "within", "name", "about", "weight", "ref")
BEFORE_LEVELS = ("section", "id", "name", "about", "question", "without", "pragmatist")
AFTER_LEVELS = (
    "criteria", "choices", "rules", "evidence", "owners", "hands_over_to", "value", "days", "knowledge", "money",
    "needs", "from_stage", "groups", "weight", "scale", "stage", "stream", "references", "ref",
)  # fmt: skip
NUMBERS = {"version", "weight", "value", "days", "knowledge", "money", "stage", "level"}
LANGUAGE = re.compile(r"^(?P<field>.+)\[(?P<language>[^\]]+)\]$")
LEVEL = re.compile(r"^level (?P<level>\d+(?:\.\d+)?)$")

STRUCTURED = ("choices", "rules")
"""Fields that stand in their cell as JSON."""

# What may stand between the items of a list; they are written one per line.
_BETWEEN = dict.fromkeys(("owners", "hands_over_to", "needs", "retired"), "\n;,") | {
    "groups": "\n;",
    "criteria": "\n",
}
LISTS = frozenset(_BETWEEN)


def joined(field: str, items: list[str]) -> str:
    """A list in one cell; as JSON where an item holds what may stand between items."""
    plain = "\n".join(items)
    return plain if split(field, plain) == items else json.dumps(items, ensure_ascii=False)


def split(field: str, cell: str) -> list[str]:
    """The items of a cell."""
    told = _json(cell)
    if isinstance(told, list):
        return told
    return [part.strip() for part in re.split(f"[{_BETWEEN[field]}]", cell) if part.strip()]


def references_cell(references: dict[str, list[str]]) -> str:
    """``ISO 27001: A.9; A.12``, one standard per line; as JSON where that could not be read back."""
    plain = "\n".join(f"{name}: {'; '.join(clauses)}" for name, clauses in references.items())
    return plain if references_of(plain) == references else json.dumps(references, ensure_ascii=False)


def references_of(cell: str) -> dict[str, list[str]]:
    """Standard → clauses."""
    told = _json(cell)
    if isinstance(told, dict):
        return told
    found = {}
    for line in cell.splitlines():
        name, _, clauses = line.partition(":")
        if name.strip():
            found[name.strip()] = [part.strip() for part in clauses.split(";") if part.strip()]
    return found


def structure(cell: str) -> Any:
    """What a cell of JSON holds; its text where it is none, so that what checks it can name it."""
    found = _json(cell)
    return cell if found is None else found


def _json(cell: str) -> Any:
    try:
        return json.loads(cell) if cell.lstrip()[:1] in ("[", "{") else None
    except ValueError:
        return None
