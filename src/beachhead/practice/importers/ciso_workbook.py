"""CISO Assistant's current workbooks: a sheet ``library_meta``, then a ``…_meta`` and a ``…_content`` per object.

They are brought into the form of its YAML libraries, and read as these are. Of the form before, mapping sets are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from beachhead.errors import BadInput
from beachhead.practice.cells import Sheet, read_cells
from beachhead.practice.importers.draft import Content, Notes, text

LISTS = ("implementation_groups", "threats", "reference_controls")
_TRANSLATED = re.compile(r"^(\w+)\[([\w-]+)\]$")


def library(path: Path, notes: Notes) -> Content | None:
    """The library of a workbook, None for another workbook. Raises BadInput for a sheet that is missing."""
    book = {name.strip(): sheet for name, sheet in read_cells(path).items()}
    if "library_meta" not in book:
        return _older(book)
    blocks: dict[str, tuple[Content, list[Content]]] = {}
    frameworks: list[tuple[Content, list[Content]]] = []
    objects: Content = {}
    for name in book:
        if not name.endswith("_meta") or name == "library_meta":
            continue
        prefix = name.removesuffix("_meta")
        if f"{prefix}_content" not in book:
            raise BadInput(f"has a sheet {name!r}, but no sheet '{prefix}_content'", file=path)
        meta, rows = _pairs(book[name]), _rows(book[f"{prefix}_content"])
        blocks[prefix] = (meta, rows)
        blocks.setdefault(str(meta.get("name")), (meta, rows))
        kind = str(meta.get("type") or "").lower()
        if kind == "framework":
            frameworks.append((meta, rows))
        elif kind == "requirement_mapping_set":
            objects.setdefault("requirement_mapping_sets", []).append({**meta, "requirement_mappings": rows})
        elif kind in ("threats", "reference_controls", "risk_matrix"):
            objects[kind] = [*objects.get(kind, []), *rows]
    if not blocks:
        return None
    made = [_framework(meta, rows, blocks, notes, path) for meta, rows in frameworks]
    return {**_pairs(book["library_meta"]), "objects": {**objects, **({"frameworks": made} if made else {})}}


def _older(book: Mapping[str, Sheet]) -> Content | None:
    """The mapping set of a workbook in the form before: a sheet ``library_content`` that names the sheets."""
    if "library_content" not in book:
        return None
    head = book["library_content"]
    tabs = [head.cell(row, 1) or "" for row in range(len(head.rows))
            if head.cell(row, 0) == "tab" and head.cell(row, 2) == "mappings"]  # fmt: skip
    told = _pairs(head)
    rows = [row for name in tabs if name.strip() in book for row in _rows(book[name.strip()])]
    if not tabs:
        return None
    own = {key.removeprefix("mapping_"): value for key, value in told.items() if key.startswith("mapping_")}
    library = {key.removeprefix("library_"): v for key, v in told.items() if key.startswith("library_")}
    return {**library, "objects": {"requirement_mapping_sets": [{**own, "requirement_mappings": rows}]}}


def _pairs(sheet: Sheet) -> Content:
    """Keys in the first column, values in the second."""
    found = {}
    for row in range(len(sheet.rows)):
        key, value = sheet.cell(row, 0), sheet.cell(row, 1)
        if key and value is not None:
            found[key.strip().lower()] = value
    return _told(found)


def _rows(sheet: Sheet) -> list[Content]:
    """A row per entry under the header in the first row; empty rows are passed over."""
    head = [(title or "").strip().lower() for title in (sheet.rows[0] if sheet.rows else [])]
    rows = [{k: v for k, v in zip(head, row, strict=False) if k and v is not None} for row in sheet.rows[1:]]
    return [_told(row) for row in rows if row]


def _told(row: Mapping[str, str]) -> Content:
    """``name[fr]`` as a translation."""
    found: Content = {}
    for key, value in row.items():
        if match := _TRANSLATED.match(key):
            found.setdefault("translations", {}).setdefault(match[2], {})[match[1]] = value
        else:
            found[key] = value
    return found


def _framework(
    meta: Content,
    rows: list[Content],
    blocks: Mapping[str, tuple[Content, list[Content]]],
    notes: Notes,
    path: Path,
) -> Content:
    def defined(key: str) -> list[Content]:
        name = text(meta.get(key))
        if name is None:
            return []
        if name not in blocks:
            raise BadInput(
                f"the framework names {name!r} as its {key.replace('_', ' ')}, which is missing", file=path
            )
        return blocks[name][1]

    answers = {str(row.get("id")): row for row in defined("answers_definition")}
    base = text(meta.get("base_urn")) or "row"
    nodes = [_node(row, f"{base}:{number}", base, answers, notes) for number, row in enumerate(rows, 1)]
    links = ("scores_definition", "implementation_groups_definition", "answers_definition")
    return {
        **{k: v for k, v in meta.items() if k not in (*links, "type", "base_urn")},
        "scores_definition": defined("scores_definition"),
        "implementation_groups_definition": defined("implementation_groups_definition"),
        "requirement_nodes": nodes,
    }


def _node(row: Content, otherwise: str, base: str, answers: Mapping[str, Content], notes: Notes) -> Content:
    own = text(row.get("urn_id")) or (text(row.get("ref_id")) or "").lower().replace(" ", "-")
    node = {
        k: v for k, v in row.items() if k not in ("urn_id", "questions", "answer", "skip_count", "fix_count")
    }
    node |= {key: re.split(r"\s*[,\n]\s*", str(row[key]).strip()) for key in LISTS if key in row}
    asked = str(row.get("questions") or "").split("\n")
    given = [line.strip() for line in str(row.get("answer") or "").split("\n") if line.strip()]
    questions = []
    for position, told in enumerate(line.strip() for line in asked if line.strip()):
        name = given[0] if len(given) == 1 else given[position] if position < len(given) else ""
        if name and name not in answers:
            notes.left_out("answers that the workbook does not define", f"{name} of {own or otherwise}")
        kind = answers.get(name, {})
        questions.append({"text": told, "type": kind.get("question_type"), "choices": _choices(kind)})
    return {
        **node,
        "urn": f"{base}:{own}" if own else otherwise,
        **({"questions": questions} if questions else {}),
    }


def _choices(answer: Content) -> list[Content]:
    """One choice a line; ``|`` continues the one above, and other columns hold a line per choice."""
    found: list[Content] = []
    for line in str(answer.get("question_choices") or "").split("\n"):
        if line.strip().startswith("|") and found:
            found[-1]["value"] += "\n" + line.strip()[1:].strip()
        elif line.strip():
            found.append({"value": line.strip()})
    for key in ("add_score", "compute_result"):
        for choice, line in zip(found, str(answer.get(key) or "").split("\n"), strict=False):
            if line.strip():
                choice[key] = line.strip()
    return found
