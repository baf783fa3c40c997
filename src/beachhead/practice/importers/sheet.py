"""A flat sheet, XLSX or CSV: one row per point, the columns guessed from their headers.

Domains and sections come from their columns (a blank cell repeats the one above), from rows that hold nothing
but a heading, or from the sheet's name; levels from columns such as "Level 1", "2 - Managed" or "Optimizing".
CISO Assistant's own workbooks (columns ``assessable`` and ``depth``) are read as its libraries are.
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from beachhead.errors import BadInput
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers import ciso
from beachhead.practice.importers.draft import (
    Content,
    Ids,
    Notes,
    finished,
    number,
    short,
    slug,
    text,
    together,
)
from beachhead.practice.importers.sheet_columns import Columns, guess, stage_of
from beachhead.tables.departments import department_id
from beachhead.tables.files import file_kind, read_text_table
from beachhead.tables.sheets import open_workbook, visible_sheets

WORDS = {
    3: ("high", "must", "mandatory", "critical", "hoch"),
    2: ("medium", "moderate", "should", "mittel"),
    1: ("low", "could", "optional", "niedrig"),
}
FOUR = ("Not in place", "Partly in place", "Largely in place", "Fully in place")
THREE = ((0, "Not in place"), (0.5, "Partly in place"), (1, "In place"))
Sheets = list[tuple[str, pl.DataFrame]]


def read(path: Path, notes: Notes) -> Blueprint:
    """The sheet or sheets of ``path``. Raises BadInput where no column of points is found."""
    sheets = _sheets(path, notes)
    for _, frame in sheets:
        if {"assessable", "depth"} <= {c.strip().lower() for c in frame.columns}:
            return _ciso_workbook(path, frame, notes)
    found = [
        (name, frame, columns)
        for name, frame in sheets
        if (columns := guess(frame)).roles.keys() & {"name", "question"}
    ]
    for name, frame in sheets:
        if name not in {known for known, _, _ in found}:
            held = ", ".join(frame.columns[:6])
            notes.say(f"Sheet {name!r} was left out: no column of it looks like points ({held}).")
    if not found:
        held = ", ".join(sheets[0][1].columns[:8]) if sheets else "none"
        raise BadInput(
            "no column holds the points",
            file=path,
            value=held,
            expected="a column called Name, Control, Requirement or Question",
        )
    return _blueprint(path, found, notes)


def _sheets(path: Path, notes: Notes) -> Sheets:
    if file_kind(path) != "xlsx":
        return [(path.stem, read_text_table(path).frame)]
    sheets = []
    for name in visible_sheets(open_workbook(path, str(path))):
        try:
            sheets.append((name, read_text_table(path, name).frame))
        except BadInput as no:
            notes.say(f"Sheet {name!r} was left out: {no.problem}.")
    return sheets


def _blueprint(path: Path, found: list[tuple[str, pl.DataFrame, Columns]], notes: Notes) -> Blueprint:
    levels = {level: name for _, _, c in found for level, (_, name) in c.levels.items()}
    staged = not levels and all(columns.stage for _, _, columns in found)
    tree = _Tree(notes)
    for name, frame, columns in found:
        _tell(name, columns, notes)
        for row in frame.iter_rows(named=True):
            tree.add(name, row, columns, staged)
    tree.link_needs()
    name = path.stem.replace("_", " ").replace("-", " ").strip() or "Imported model"
    return finished(
        {
            "id": Ids().new(path.stem, otherwise="imported"),
            "version": 1,
            "name": name[0].upper() + name[1:],
            "language": "en",
            "author": "not stated",
            "licence": "not stated",
            "source": path.name,
            "levels": _scale(levels, staged, notes),
            "scoring": "stages" if staged else "mean",
            "groups": dict.fromkeys(tree.groups, "Group"),
            "departments": tree.departments,
            "domains": tree.domains,
        },
        notes,
        path,
    )


def _scale(levels: dict[float, str], staged: bool, notes: Notes) -> list[Content]:
    if staged:
        notes.say(
            "Each row has a level: scored in stages, each point answered not, partly or fully in place."
        )
        return [{"level": level, "name": name} for level, name in THREE]
    if not levels:
        notes.say("No columns of levels: a scale from 0, not in place, to 3, fully in place, is taken.")
        return [{"level": level, "name": name} for level, name in enumerate(FOUR)]
    if min(levels) == 1:
        notes.say("The levels begin at 1: a level 0, not even the first, was put below them.")
        levels = {0.0: "None of them", **levels}
    return [{"level": level, "name": name or f"Level {level:g}"} for level, name in sorted(levels.items())]


def _tell(sheet: str, columns: Columns, notes: Notes) -> None:
    read_as = [f"{column!r} as {role}" for role, column in columns.roles.items()]
    read_as += [f"{column!r} as level {level:g}" for level, (column, _) in columns.levels.items()]
    if columns.stage:
        read_as.append(f"{columns.stage!r} as the level of a row")
    read_as += [f"{column!r} as a reference" for column in columns.standards]
    notes.say(f"Sheet {sheet!r}: read {', '.join(read_as)}.")
    for column in columns.rest:
        notes.left_out("columns without a meaning here", f"{column!r} of sheet {sheet!r}")


class _Tree:
    """Domains and sections as rows come in."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.domains: list[Content] = []
        self.groups: list[str] = []
        self.departments: dict[str, str] = {}
        self._sections: dict[tuple[str, ...], Content] = {}
        self._ids, self._points = Ids(), Ids()
        self._above: dict[str, str] = {}
        self._needs: list[tuple[Content, list[str]]] = []
        self._known: dict[str, str] = {}
        self._sheet = ""

    def add(self, sheet: str, row: dict[str, str | None], columns: Columns, staged: bool) -> None:
        """One row: a point, or a heading for those below it."""
        if sheet != self._sheet:
            self._sheet, self._above = sheet, {}
        cell = {role: text(row[column]) for role, column in columns.roles.items()}
        name = cell.get("name") or short(cell.get("question") or "")
        filled = [told for value in row.values() if (told := text(value))]
        if len(filled) == 1 and len(row) > 2 and "domain" not in columns.roles:
            self._above = {"domain": short(filled[0])}
            return
        for role in ("domain", "section"):
            if told := cell.get(role):
                if role == "domain" and told != self._above.get("domain"):
                    self._above.pop("section", None)
                self._above[role] = told
        if not name:
            if filled and not (len(filled) <= 2 and (cell.get("domain") or cell.get("section"))):
                self.notes.left_out("rows without a name", " ".join(filled)[:40])
            return
        domain = self._above.get("domain", sheet)
        section = self._section(domain, self._above.get("section"))
        section["points"].append(self._point(name, cell, row, columns, staged))

    def _section(self, domain: str, section: str | None) -> Content:
        if (domain,) not in self._sections:
            self._sections[domain,] = self._new(domain)
            self.domains.append(self._sections[domain,])
        if section is None or section == domain:
            return self._sections[domain,]
        if (domain, section) not in self._sections:
            self._sections[domain, section] = self._new(section)
            self._sections[domain,]["sections"].append(self._sections[domain, section])
        return self._sections[domain, section]

    def _new(self, name: str) -> Content:
        return {"id": self._ids.new(name, otherwise="domain"), "name": name, "points": [], "sections": []}

    def _point(
        self,
        name: str,
        cell: dict[str, str | None],
        row: dict[str, str | None],
        columns: Columns,
        staged: bool,
    ) -> Content:
        given = cell.get("id")
        own = self._points.new(given, name, otherwise="point")
        self._known |= {key.casefold(): own for key in (name, given) if key}
        weight = number((cell.get("weight") or "").rstrip("% "))
        days = number(cell.get("days"))
        groups = _split(cell.get("groups"))
        self.groups += [g for g in groups if g not in self.groups]
        point: Content = {
            "id": own,
            "name": name if len(name) <= 160 else short(name, 160),
            "about": together(name if len(name) > 160 else None, cell.get("about")),
            "question": cell.get("question"),
            "without": cell.get("without"),
            "pragmatist": cell.get("pragmatist"),
            "levels": {
                level: told for level, (column, _) in columns.levels.items() if (told := text(row[column]))
            },
            "evidence": cell.get("evidence"),
            "owners": [self._department(owner) for owner in _split(cell.get("owners"))],
            "value": _rating(cell.get("value")),
            "effort": {"days": days} if days and days > 0 else {},
            "weight": weight if weight and weight > 0 else 1,
            "groups": groups,
            "ref": given,
            "references": {c: found for c in columns.standards if (found := _split(row[c]))},
        }
        if staged and columns.stage:
            point["stage"] = max(1, stage_of(row[columns.stage]) or 1)
        elif columns.stage and text(row[columns.stage]):
            point["references"] = point["references"] | {columns.stage: [row[columns.stage]]}
        self._needs.append((point, _split(cell.get("needs"))))
        return point

    def _department(self, name: str) -> str:
        known = department_id(name)
        if known is None:
            known = slug(name) or "department"
            self.departments[known] = name
        return known

    def link_needs(self) -> None:
        """Prerequisites may be told by id or by name, and come later in the sheet."""
        for point, needs in self._needs:
            point["needs"] = [self._known.get(need.casefold(), need) for need in needs]


def _split(cell: str | None) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in re.split(r"[;,\n|]", cell or "") if text(part)))


def _rating(cell: str | None) -> int:
    word = (cell or "").strip().lower()
    for rating, words in WORDS.items():
        if word in words:
            return rating
    value = number(word)
    return min(5, max(1, round(value))) if value is not None else 1


def _ciso_workbook(path: Path, frame: pl.DataFrame, notes: Notes) -> Blueprint:
    """The ``_content`` sheet of a framework in CISO Assistant's workbook format."""
    lists = ("implementation_groups", "threats", "reference_controls")
    nodes = []
    for line, row in enumerate(frame.iter_rows(named=True)):
        entry = {k.strip().lower(): v for k, v in row.items() if v is not None}
        translated: Content = {}
        for key in [k for k in entry if re.fullmatch(r"\w+\[\w+\]", k)]:
            told, language = key[:-1].split("[")
            translated.setdefault(language, {})[told] = entry.pop(key)
        nodes.append(
            {
                **entry,
                **{k: _split(entry.get(k)) for k in lists},
                "urn": f"row:{line}",
                "translations": translated,
            }
        )
    framework = {"requirement_nodes": nodes, "name": path.stem}
    return ciso.framework_blueprint(path, {"ref_id": path.stem}, framework, notes)
