"""A blueprint as a workbook, so that it can be written in Excel; ``workbook_reading`` reads it back without
loss.

Sheets: Blueprint (what it is), Levels (its scales), Sections (domains and sections, in their order), Points
(one row each), Groups, Departments. Columns such as ``name[fr]`` hold translations. Lists stand one item per
line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from beachhead.practice import cells
from beachhead.practice.blueprint import STAGES, Blueprint, Level, Point, Section, sections, shown
from beachhead.practice.workbook_columns import (
    AFTER_LEVELS,
    BEFORE_LEVELS,
    LANGUAGE,
    LEVEL,
    LEVELS,
    LISTS,
    META,
    SECTIONS,
    STRUCTURED,
    joined,
    references_cell,
)
from beachhead.tables.departments import departments
from beachhead.tables.xlsx import new_workbook

WIDTHS = {"id": 22, "section": 16, "name": 30, "about": 40, "question": 40, "without": 36, "pragmatist": 36,
          "criteria": 36, "evidence": 32, "references": 24, "value": 60, "meaning": 60, "what": 26, "what for": 60,
          "whose": 60}  # fmt: skip
TALLEST = 160.0
NARROW = {"Points": {"value": 8}}


def to_xlsx(blueprint: Blueprint, path: Path) -> None:
    """Write ``blueprint`` as a workbook that ``from_xlsx`` reads back as the same blueprint."""
    with new_workbook(path, title=blueprint.name) as book:
        style = cells.formats(book)
        for name, head, rows in _tables(blueprint):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 3 if name == "Points" else 0)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            for column, title in enumerate(head):
                sheet.write_string(0, column, title, style["head"])
                sheet.set_column(column, column, _width(name, title))
                if meaning := _meaning(name, title):
                    sheet.write_comment(0, column, meaning, {"x_scale": 2, "author": ""})
            widths = [_width(name, title) for title in head]
            for line, row in enumerate(rows, 1):
                told = [(str(v), w) for v, w in zip(row, widths, strict=True) if v is not None]
                sheet.set_row(line, min(cells.height(told), TALLEST))
                for column, value in enumerate(row):
                    _write(sheet, line, column, value, style, f"{name}: {head[column]} of {row[0]}", path)
            if name == "Points":
                sheet.autofilter(0, 0, max(len(rows), 1), len(head) - 1)
                _choices(sheet, head, blueprint, max(len(rows), 1) + 200)


def _write(
    sheet: Any, line: int, column: int, value: Any, style: dict[str, Any], where: str, path: Path
) -> None:
    kind = style["bold"] if column == 0 else style["text"]
    if value is None or value == "":
        sheet.write_blank(line, column, None, kind)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(line, column, value, style["left"])
    else:
        sheet.write_string(line, column, cells.fits(str(value), where, path), kind)


def _tables(blueprint: Blueprint) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    plain = blueprint.model_dump(mode="json", exclude_defaults=True)
    weights = plain.pop("effort_weights", {})
    plain.setdefault("scoring", blueprint.scoring)
    plain |= {f"effort weight of {k}": v for k, v in weights.items()}
    meta = [[key, _cell(key, plain[key]) if key in plain else None, told] for key, told in META.items()]
    for language, texts in plain.get("translations", {}).items():
        meta += [[f"{key}[{language}]", text, None] for key, text in texts.items()]
    yield "Blueprint", ["what", "value", "meaning"], meta
    scales: list[tuple[str | None, list[Level]]] = [(None, blueprint.levels), *blueprint.scales.items()]
    levels = [
        {"scale": name} | step.model_dump(exclude_defaults=True) for name, steps in scales for step in steps
    ]
    yield _table("Levels", LEVELS, levels)
    yield _table("Sections", SECTIONS, list(_section_rows(blueprint)))
    steps = {level for p in blueprint.placed for level in p.point.levels} | {
        s.level for s in blueprint.levels[1:]
    }
    columns = (*BEFORE_LEVELS, *(f"level {shown(level)}" for level in sorted(steps)), *AFTER_LEVELS)
    yield _table("Points", columns, [_point_row(p.section.id, p.point) for p in blueprint.placed])
    yield "Groups", ["group", "what for"], [list(item) for item in blueprint.groups.items()]
    own = [[key, name, "of this blueprint"] for key, name in blueprint.departments.items()]
    shared = [[d.id, d.name, f"shared: runs {d.runs}"] for d in departments().values()]
    yield "Departments", ["department", "name", "whose"], own + shared


def _table(
    name: str, columns: tuple[str, ...], rows: list[dict[str, Any]]
) -> tuple[str, list[str], list[list[Any]]]:
    """Rows of fields as a table; fields in other languages become columns at its end."""
    flat = [_flat(row) for row in rows]
    more = sorted({key for row in flat for key in row if key not in columns}, key=_by_language)
    head = [*columns, *more]
    return name, head, [[row.get(key) for key in head] for row in flat]


def _by_language(title: str) -> tuple[str, str]:
    match = LANGUAGE.match(title)
    return (match["language"], match["field"]) if match else ("", title)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in row.items():
        if key == "translations":
            for language, texts in value.items():
                found |= {f"{k}[{language}]": v for k, v in _flat(texts).items()}
        elif key == "levels":
            found |= {f"level {shown(float(level))}": text for level, text in value.items()}
        else:
            found[key] = _cell(key, value)
    return found


def _cell(field: str, value: Any) -> Any:
    """A field as what its cell shows."""
    if field in LISTS:
        return joined(field, value)
    if field == "references":
        return references_cell(value)
    if field in STRUCTURED:
        return json.dumps(value, ensure_ascii=False)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _section_rows(blueprint: Blueprint) -> Iterator[dict[str, Any]]:
    for section, above in sections(blueprint):
        row = section.model_dump(mode="json", exclude_defaults=True, exclude={"points", "sections"})
        yield row | {"within": above[-1].id if above else None}


def _point_row(section: str, point: Point) -> dict[str, Any]:
    row = point.model_dump(mode="json", exclude_defaults=True)
    effort = row.pop("effort", {})
    return {"section": section, **row, **effort}


def _width(sheet: str, title: str) -> int:
    field = LANGUAGE.sub(r"\g<field>", title)
    return 34 if LEVEL.match(field) else NARROW.get(sheet, {}).get(field, WIDTHS.get(field, 14))


def _meaning(sheet: str, title: str) -> str | None:
    """What a column holds, from the descriptions of the model's own fields."""
    models: dict[str, type[BaseModel]] = {"Points": Point, "Sections": Section, "Levels": Level}
    if sheet not in models:
        return None
    if LEVEL.match(title):
        return "What must be seen at this level"
    listed = " (one per line)" if title in LISTS else ""
    own = {
        "section": "Id of the domain or section that it stands in (sheet Sections)",
        "within": "Id of the section above; empty for a domain",
        "days": "Person-days to rise one level",
        "knowledge": "1: anybody can do it, 3: needs a specialist",
        "money": "1: none to speak of, 3: needs a budget of its own",
        "references": "Standard: clause; clause (one standard per line)",
    }
    if title in own:
        return own[title]
    field = models[sheet].model_fields.get(title)
    return f"{field.description}{listed}" if field and field.description else None


def _choices(sheet: Any, head: list[str], blueprint: Blueprint, last: int) -> None:
    """Drop-down lists where only some words are allowed."""
    allowed: dict[str, list[Any]] = {
        "value": [1, 2, 3],
        "knowledge": [1, 2, 3],
        "money": [1, 2, 3],
        "from_stage": list(STAGES),
        "scale": list(blueprint.scales),
    }
    for title, words in allowed.items():
        if words and sum(len(str(w)) + 1 for w in words) < 250:
            column = head.index(title)
            options = {"validate": "list", "source": words, "error_type": "warning"}
            sheet.data_validation(1, column, last, column, options)
