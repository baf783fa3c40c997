"""Reads a filled-in questionnaire: every problem at once, each with its sheet and cell."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput, BadKnowledge, did_you_mean
from beachhead.practice.assessment import SPOKEN, Answer, Assessment, on_scale
from beachhead.practice.blueprint import Blueprint, Point, shown
from beachhead.practice.cells import Sheet, read_cells
from beachhead.practice.choices import heard, problem
from beachhead.practice.questionnaire import (
    ALL,
    ANSWER,
    BEFORE,
    COMMENT,
    COVER,
    HOW_SURE,
    ID,
    LABELS,
    QUESTIONS,
    SEEN,
    SURE,
    TAKEN,
)

_NUMBER = re.compile(r"^(-?\d+(?:[.,]\d+)?)\s*(?:[–—-].*)?$", re.S)


def read_questionnaire(path: Path, blueprint: Blueprint | None = None) -> tuple[str, Assessment | None]:
    """The id of the blueprint that a workbook asks, and its answers checked against ``blueprint``.

    Without ``blueprint`` only the id is read. Raises BadInput for another workbook, BadKnowledge with every
    problem of a filled-in one.
    """
    book = read_cells(path)
    if COVER not in book or QUESTIONS not in book:
        raise BadInput(
            f"is not a questionnaire: it has no sheets {COVER!r} and {QUESTIONS!r}",
            file=path,
            expected="a workbook such as 'beachhead assess --questionnaire' writes",
        )
    reader = _Reader(path, book[COVER], book[QUESTIONS])
    name = reader.label("blueprint") or ""
    if blueprint is None:
        return name, None
    assessment = reader.assessment(blueprint)
    if reader.problems:
        raise BadKnowledge([f"{path}, {problem}." for problem in reader.problems])
    return name, assessment


def form_number(path: Path) -> str | None:
    """The form number on a questionnaire, by which the account that it is about is found again."""
    book = read_cells(path)
    return _Reader(path, book[COVER], book[QUESTIONS]).label("form")


class _Reader:
    def __init__(self, path: Path, cover: Sheet, questions: Sheet) -> None:
        self.path, self.cover, self.questions = path, cover, questions
        self.problems: list[str] = []
        self.rows = {cover.cell(row, 0): row for row in range(len(cover.rows))}

    def label(self, key: str) -> str | None:
        """What stands beside a label of the first sheet."""
        row = self.rows.get(LABELS[key])
        return self.cover.cell(row, 1) if row is not None else None

    def _wrong(self, key: str, told: str) -> None:
        row = self.rows.get(LABELS[key])
        at = self.cover.at(row, 1) if row is not None else f"sheet {self.cover.name!r}"
        self.problems.append(f"{at}: {told}")

    def assessment(self, blueprint: Blueprint) -> Assessment | None:
        head = self._head(blueprint)
        answers = self._answers(blueprint)
        if self.problems:
            return None
        return Assessment(**head, blueprint=blueprint.id, answers=answers)

    def _head(self, blueprint: Blueprint) -> dict[str, Any]:
        version = self.label("version") or ""
        if not version.isdigit() or int(version) > blueprint.version:
            self._wrong(
                "version",
                f"the version is {version!r}, but the blueprint at hand is version {blueprint.version}",
            )
        if not self.label("subject"):
            self._wrong("subject", "the subject is missing")
        kind = self.label("kind")
        if kind not in ("account", "partner", "release"):
            self._wrong("kind", f"the kind is {kind!r}, expected account, partner or release")
        groups = [] if self.label("groups") in (None, ALL) else str(self.label("groups")).split(", ")
        for group in groups:
            if group not in blueprint.groups:
                self._wrong(
                    "groups",
                    f"{blueprint.id!r} has no group {group!r}{did_you_mean(group, blueprint.groups)}",
                )
        return {
            "subject": self.label("subject"),
            "kind": kind,
            "blueprint_version": int(version) if version.isdigit() else 0,
            "date": self._date(),
            "respondent": self.label("respondent"),
            "groups": groups,
        }

    def _date(self) -> dt.date | None:
        told = self.label("date")
        if told is None:
            self._wrong("date", "the date is missing; write it as 2009-02-28")
            return None
        try:
            if re.fullmatch(r"\d{5}(\.0+)?", told):  # a date whose format was lost is a count of days
                return dt.date(1899, 12, 30) + dt.timedelta(days=int(float(told)))
            return dt.date.fromisoformat(told[:10])
        except ValueError:
            self._wrong("date", f"{told!r} is no date; write it as 2009-02-28")
            return None

    def _answers(self, blueprint: Blueprint) -> dict[str, Answer]:
        sheet = self.questions
        at = {title: column for column, title in enumerate(sheet.rows[0] if sheet.rows else []) if title}
        missing = [title for title in (ID, ANSWER) if title not in at]
        if missing:
            self.problems.append(f"{sheet.at(0, 0)}: the column {missing[0]!r} is missing")
            return {}
        found: dict[str, Answer] = {}
        seen: dict[str, int] = {}
        for row in range(1, len(sheet.rows)):
            cell = {title: sheet.cell(row, column) for title, column in at.items()}
            name = cell[ID]
            if name is None:
                if cell[ANSWER]:
                    self.problems.append(f"{sheet.at(row, at[ANSWER])}: an answer in a row without a point")
                continue
            if name in blueprint.retired:
                continue
            if name not in blueprint.by_id:
                guess = did_you_mean(name, blueprint.by_id)
                self.problems.append(
                    f"{sheet.at(row, at[ID])}: {blueprint.id!r} has no point {name!r}{guess}"
                )
                continue
            if name in seen:
                first = sheet.at(seen[name], at[ID])
                self.problems.append(f"{sheet.at(row, at[ID])}: point {name!r} stands in {first} already")
                continue
            seen[name] = row
            answer = self._answer(blueprint, blueprint.by_id[name].point, cell, row, at)
            if answer and answer != Answer():
                found[name] = answer
        return found

    def _answer(
        self, blueprint: Blueprint, point: Point, cell: dict[str, str | None], row: int, at: dict[str, int]
    ) -> Answer | None:
        sheet, told = self.questions, cell[ANSWER]
        level: Any = None
        ticked = heard(point, told) if told is not None and point.choices else None
        if ticked is not None:
            if wrong := problem(point, ticked, None):
                self.problems.append(f"{sheet.at(row, at[ANSWER])}: {wrong}")
                return None
        elif told is not None:
            level = _level(told, blueprint, point)
            if level is None:
                steps = (f"{shown(s.level)} ({s.name})" for s in blueprint.scale(point))
                allowed = "the letters of choices, none" if point.choices else ", ".join(steps)
                self.problems.append(
                    f"{sheet.at(row, at[ANSWER])}: {told!r} is no answer to point {point.id!r}; expected {allowed}, "
                    "don't know or does not apply"
                )
                return None
        comment = cell.get(COMMENT)
        away = level == "not_applicable"
        if away and not comment:
            column = at.get(COMMENT, at[ANSWER])
            self.problems.append(
                f"{sheet.at(row, column)}: point {point.id!r} is said not to apply; write why"
            )
        sure = cell.get(HOW_SURE)
        if sure is not None and sure.lower() not in SURE:
            self.problems.append(f"{sheet.at(row, at[HOW_SURE])}: {sure!r} is not low, medium or high")
            return None
        unchanged = cell.get(BEFORE) == told
        content = {
            "level": level,
            "choices": ticked,
            "reason": comment if away else None,
            "comment": None if away else comment,
            "evidence": cell.get(SEEN),
            "confidence": sure.lower() if sure else None,
            "prefilled": cell.get(TAKEN) if unchanged and told is not None else None,
        }
        return (
            Answer(**{key: value for key, value in content.items() if value is not None})
            if not away or comment
            else None
        )


def _level(told: str, blueprint: Blueprint, point: Point) -> Any:
    """What a cell answers: a level, dont_know or not_applicable; None where it is none of them."""
    word = told.strip().casefold()
    if word in SPOKEN:
        return SPOKEN[word]
    if match := _NUMBER.match(told.strip()):
        level = float(match.group(1).replace(",", "."))
        return level if on_scale(blueprint, point, level) else None
    named = {step.name.casefold(): step.level for step in blueprint.scale(point)}
    return named.get(word)
