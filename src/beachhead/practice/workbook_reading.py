"""Reads a blueprint from a workbook: every problem at once, each with its sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput, BadKnowledge, did_you_mean
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.blueprint_rules import problems
from beachhead.practice.cells import Sheet, number, read_cells
from beachhead.practice.workbook_columns import (
    AFTER_LEVELS,
    BEFORE_LEVELS,
    LANGUAGE,
    LEVEL,
    LEVELS,
    LISTS,
    META,
    NUMBERS,
    SECTIONS,
    STRUCTURED,
    references_of,
    split,
    structure,
)
from beachhead.tables.departments import departments
from beachhead.tables.yaml_files import Lines, validate

Loc = tuple[str | int, ...]
Holder = tuple[dict[str, Any], Loc]


def from_xlsx(path: Path) -> Blueprint:
    """The blueprint of a workbook. Raises BadKnowledge with every problem, each with its sheet and cell."""
    book = read_cells(path)
    missing = [name for name in ("Blueprint", "Levels", "Sections", "Points") if name not in book]
    if missing:
        raise BadInput(
            f"is not a blueprint workbook: it has no sheet {', no sheet '.join(map(repr, missing))}",
            file=path,
            expected="a workbook such as 'beachhead blueprint to-xlsx' writes",
        )
    reader = _Reader(path)
    content = reader.content(book)
    if reader.problems:
        raise BadKnowledge([f"{path}, {problem}." for problem in reader.problems])
    try:
        blueprint = validate(Blueprint, content, reader.lines, path)
        found = problems(blueprint, reader.lines, path)
    except BadKnowledge as no:
        found = no.problems
    if found:
        raise BadKnowledge([reader.located(problem) for problem in found])
    return blueprint


class _Reader:
    """Builds the plain content of a blueprint and remembers the cell that every entry came from.

    ``lines`` speaks of cells as if they were lines: the number is a place in ``places``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = Lines({(): 0})
        self.places = ["sheet 'Blueprint'"]
        self.problems: list[str] = []

    def mark(self, loc: Loc, sheet: Sheet, row: int, column: int) -> None:
        self.places.append(sheet.at(row, column))
        self.lines[loc] = len(self.places) - 1
        for length in range(1, len(loc)):  # what leads to it has a place too
            self.lines.setdefault(loc[:length], len(self.places) - 1)

    def located(self, problem: str) -> str:
        """``FILE line 7: …`` → ``FILE, sheet 'Points', cell C4: …``."""
        prefix = f"{self.path} line "
        if not problem.startswith(prefix):
            return problem
        place, told = problem.removeprefix(prefix).split(": ", 1)
        return f"{self.path}, {self.places[int(place)]}: {told}"

    def content(self, book: dict[str, Sheet]) -> dict[str, Any]:
        content = self._meta(book["Blueprint"])
        self._levels(book["Levels"], content)
        by_id = self._sections(book["Sections"], content)
        self._points(book["Points"], by_id)
        content["groups"] = self._pairs(book.get("Groups"), "groups", ("group", "what for"))
        shared = departments()
        own = self._pairs(book.get("Departments"), "departments", ("department", "name"))
        content["departments"] = {k: v for k, v in own.items() if k not in shared}
        return content

    def _meta(self, sheet: Sheet) -> dict[str, Any]:
        content: dict[str, Any] = {}
        weights: dict[str, Any] = {}
        for row in range(1, len(sheet.rows)):
            key, value = sheet.cell(row, 0), sheet.cell(row, 1)
            if key is None or value is None:
                continue
            if match := LANGUAGE.match(key):
                texts = content.setdefault("translations", {}).setdefault(match["language"], {})
                texts[match["field"]] = value
                self.mark(("translations", match["language"], match["field"]), sheet, row, 1)
            elif key.startswith("effort weight of "):
                weights[key.removeprefix("effort weight of ")] = number(value)
                self.mark(("effort_weights", key.removeprefix("effort weight of ")), sheet, row, 1)
            elif key in META:
                content[key] = _value(key, value)
                self.mark((key,), sheet, row, 1)
            else:
                self.problems.append(f"{sheet.at(row, 0)}: there is no {key!r} here{did_you_mean(key, META)}")
        if weights:
            content["effort_weights"] = weights
        return content

    def _rows(
        self, sheet: Sheet, columns: tuple[str, ...], levels: bool = False
    ) -> Iterator[tuple[int, dict[str, int]]]:
        """The filled rows of a sheet with the column of each field; unknown headers are problems."""
        at: dict[str, int] = {}
        for column, title in enumerate(sheet.rows[0] if sheet.rows else []):
            if title is None:
                continue
            field = LANGUAGE.sub(r"\g<field>", title)
            if field in columns or (levels and LEVEL.match(field)):
                at[title] = column
            else:
                known = did_you_mean(title, columns)
                self.problems.append(f"{sheet.at(0, column)}: there is no column {title!r} here{known}")
        for row in range(1, len(sheet.rows)):
            if any(sheet.rows[row]):
                yield row, at

    def _entry(self, sheet: Sheet, row: int, at: dict[str, int], loc: Loc) -> dict[str, Any]:
        """The fields of a row, translations and levels gathered, each marked with its cell."""
        entry: dict[str, Any] = {}
        self.mark(loc, sheet, row, 0)
        for title, column in at.items():
            value = sheet.cell(row, column)
            if value is None:
                continue
            match = LANGUAGE.match(title)
            field = match["field"] if match else title
            target, place = entry, loc
            if match:
                target = entry.setdefault("translations", {}).setdefault(match["language"], {})
                place = (*loc, "translations", match["language"])
            if step := LEVEL.match(field):
                level = number(step["level"])
                target.setdefault("levels", {})[level] = value
                self.mark((*place, "levels", str(level)), sheet, row, column)
            elif field in ("days", "knowledge", "money"):
                target.setdefault("effort", {})[field] = number(value)
                self.mark((*place, "effort", field), sheet, row, column)
            else:
                target[field] = _value(field, value)
                self.mark((*place, field), sheet, row, column)
                if isinstance(target[field], list):
                    for position in range(len(target[field])):
                        self.mark((*place, field, position), sheet, row, column)
        return entry

    def _levels(self, sheet: Sheet, content: dict[str, Any]) -> None:
        content["levels"] = []
        self.mark(("levels",), sheet, 0, 0)
        for row, at in self._rows(sheet, LEVELS):
            name = sheet.cell(row, at["scale"]) if "scale" in at else None
            if name is not None and name not in content.get("scales", {}):
                self.mark(("scales", name), sheet, row, 0)
            steps = content.setdefault("scales", {}).setdefault(name, []) if name else content["levels"]
            loc = ("scales", name, len(steps)) if name else ("levels", len(steps))
            entry = self._entry(sheet, row, at, loc)
            entry.pop("scale", None)
            steps.append(entry)

    def _sections(self, sheet: Sheet, content: dict[str, Any]) -> dict[str, Holder]:
        content["domains"] = []
        self.mark(("domains",), sheet, 0, 0)
        by_id: dict[str, Holder] = {}
        for row, at in self._rows(sheet, SECTIONS):
            above = sheet.cell(row, at["within"]) if "within" in at else None
            if above is not None and above not in by_id:
                known = did_you_mean(above, by_id) or "; it must stand in a row above"
                self.problems.append(f"{sheet.at(row, at['within'])}: there is no section {above!r}{known}")
                continue
            inner = by_id[above][0].setdefault("sections", []) if above else content["domains"]
            loc = (*by_id[above][1], "sections", len(inner)) if above else ("domains", len(inner))
            entry = self._entry(sheet, row, at, loc)
            entry.pop("within", None)
            inner.append(entry)
            by_id.setdefault(str(entry.get("id")), (entry, loc))
        return by_id

    def _points(self, sheet: Sheet, by_id: dict[str, Holder]) -> None:
        for row, at in self._rows(sheet, (*BEFORE_LEVELS, *AFTER_LEVELS), levels=True):
            column = at.get("section", 0)
            section = sheet.cell(row, column)
            if section is None or section not in by_id:
                known = did_you_mean(section or "", by_id) or f"; there are {', '.join(by_id) or 'none'}"
                self.problems.append(f"{sheet.at(row, column)}: there is no section {section!r}{known}")
                continue
            holder, loc = by_id[section]
            points = holder.setdefault("points", [])
            entry = self._entry(sheet, row, at, (*loc, "points", len(points)))
            entry.pop("section", None)
            points.append(entry)

    def _pairs(self, sheet: Sheet | None, name: str, columns: tuple[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for row in range(1, len(sheet.rows) if sheet else 0):
            assert sheet is not None
            key, value = sheet.cell(row, 0), sheet.cell(row, 1)
            if key is not None:
                found[key] = value
                self.mark((name, key), sheet, row, 1)
        return found


def _value(field: str, cell: str) -> Any:
    """The text of a cell as what its field holds."""
    if field in LISTS:
        return split(field, cell)
    if field in NUMBERS:
        return number(cell)
    if field == "references":
        return references_of(cell)
    if field in STRUCTURED:
        return structure(cell)
    if field == "between":
        return {"yes": True, "true": True, "no": False, "false": False}.get(cell.lower(), cell)
    return cell
