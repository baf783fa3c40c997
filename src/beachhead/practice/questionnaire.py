"""A questionnaire as a workbook: criteria and evidence to read, answers to fill in, the structure locked.

Written by ``write_questionnaire``, filled in with Excel or any office suite, read back by
``read_questionnaire`` with every problem at once, each by its sheet and cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from beachhead.errors import BadQuestion
from beachhead.practice import cells, choices
from beachhead.practice.assessment import Answer, Assessment
from beachhead.practice.blueprint import Blueprint, Level, Placed, Point, shown
from beachhead.tables.departments import departments
from beachhead.tables.xlsx import new_workbook

COVER, QUESTIONS, LISTS = "Assessment", "Questions", "Lists"
DONT_KNOW, DOES_NOT_APPLY = "don't know", "does not apply"
SURE = ("low", "medium", "high")
LABELS = {
    "subject": "Subject",
    "kind": "Kind",
    "blueprint": "Blueprint",
    "version": "Version",
    "groups": "Groups asked",
    "date": "Date of the assessment",
    "respondent": "Answered by (role)",
    "form": "Form",
}
OPEN_LABELS = ("date", "respondent")
ALL = "all"
WIDE, COVER_WIDTH = 32, 100
ID, POINT, CRITERIA, CHOICES = "id", "Point", "What must be true", "Possible answers"
EVIDENCE = "Ask to be shown"
ANSWER, SEEN, COMMENT, HOW_SURE, TAKEN, BEFORE = (
    "Answer",
    "Evidence seen",
    "Comment, or why it does not apply",
    "How sure",
    "Taken over from (clear when confirmed)",
    "answer before",
)


WIDTHS = {ID: 11, POINT: 40, EVIDENCE: 26, ANSWER: 17, SEEN: 24, COMMENT: 24, HOW_SURE: 8, TAKEN: 22}


@dataclass(frozen=True)
class Asked:
    """Who is asked what: the head of an assessment that is yet to be answered.

    ``subject``: the id that the answers will be kept under. ``name``: what the questionnaire shows instead, as
    it may go to a customer; ``form``: the number by which its reader finds the id again.
    """

    subject: str
    kind: str
    date: dt.date
    respondent: str | None = None
    groups: tuple[str, ...] = ()
    name: str | None = None
    form: str | None = None

    @property
    def shown(self) -> str:
        """The subject as it is written."""
        return self.name or self.subject


def write_questionnaire(
    path: Path, blueprint: Blueprint, asked: Asked, *, known: Assessment | None = None
) -> None:
    """Write the questionnaire of ``blueprint`` (or of the groups in ``asked``) for one respondent.

    ``known``: answers that are already there, such as those that a mapping pre-filled.
    """
    points = blueprint.in_group(list(asked.groups))
    if not points:
        raise BadQuestion(f"Blueprint {blueprint.id!r} has no point to ask in {', '.join(asked.groups)}.")
    with new_workbook(path, made=asked.date, title=blueprint.name) as book:
        style = cells.formats(book)
        cover, sheet, lists = (book.add_worksheet(name) for name in (COVER, QUESTIONS, LISTS))
        lists.hide()
        questions = _Questions(sheet, lists, blueprint, known, style, path)
        last = questions.write(points)
        _cover(
            cover,
            blueprint,
            asked,
            len(points),
            sum(p.point.id in questions.known for p in points),
            f"{questions.letter(ANSWER)}2:{questions.letter(ANSWER)}{last + 1}",
            style,
        )
        for each in (cover, sheet):
            each.set_landscape()
            each.set_paper(8)
            each.fit_to_pages(1, 0)
            each.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
            each.set_footer(f"&L{asked.shown}, {blueprint.name}&R&P / &N".replace("\n", " ")[:250])
            each.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})


def _cover(
    sheet: Any,
    blueprint: Blueprint,
    asked: Asked,
    count: int,
    filled: int,
    answers: str,
    style: dict[str, Any],
) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, COVER_WIDTH)
    sheet.write_string(0, 0, blueprint.name, style["title"])
    values: dict[str, Any] = {
        "subject": asked.shown,
        "kind": asked.kind,
        "blueprint": blueprint.id,
        "version": blueprint.version,
        "groups": ", ".join(asked.groups) or ALL,
        "date": asked.date,
        "respondent": asked.respondent,
        "form": asked.form,
    }
    for row, (key, label) in enumerate(LABELS.items(), 2):
        sheet.write_string(row, 0, label, style["bold"])
        value, kind = values[key], style["open" if key in OPEN_LABELS else "left"]
        if isinstance(value, dt.date):
            sheet.write_datetime(row, 1, dt.datetime.combine(value, dt.time()), style["open_date"])
        else:
            sheet.write(row, 1, value, kind)
    row = len(LABELS) + 3
    sheet.write_string(row, 0, "Progress", style["bold"])
    progress = f'=COUNTA({QUESTIONS}!{answers})&" of {count} answered"'
    sheet.write_formula(row, 1, progress, style["text"], f"{filled} of {count} answered")
    for line in _instructions(blueprint):
        row += 2
        sheet.set_row(row, cells.height([(line, COVER_WIDTH)]))
        sheet.write_string(row, 1, line, style["text"])
    row += 2
    sheet.write_string(row, 0, "Level", style["head"])
    sheet.write_string(row, 1, "What it means", style["head"])
    for step in blueprint.levels:
        row += 1
        sheet.write_string(row, 0, _option(step), style["bold"])
        sheet.write_string(row, 1, step.about or "", style["text"])
        sheet.set_row(row, cells.height([(step.about, COVER_WIDTH)]))


def _instructions(blueprint: Blueprint) -> Iterator[str]:
    if blueprint.about:
        yield cells.fits(blueprint.about, "the text about the blueprint", Path(blueprint.id))
    yield (
        "Fill in the yellow cells of the sheet Questions; all else is locked, without a password. Choose the highest "
        "level whose criterion is met together with those below it."
    )
    if any(p.point.choices for p in blueprint.placed):
        yield (
            "Where choices are listed by letters, write the letters of all that hold, such as a, c; "
            f"'{choices.NOTHING[0]}' if none does."
        )
    yield (
        f"'{DONT_KNOW}' and an empty answer are not a zero: they widen the result. '{DOES_NOT_APPLY}' needs the reason "
        "in the column beside."
    )


def _option(step: Level) -> str:
    return f"{shown(step.level)} – {step.name}"


class _Questions:
    """Writes the sheet of questions, a row per point under the headings of its sections."""

    def __init__(
        self,
        sheet: Any,
        lists: Any,
        blueprint: Blueprint,
        known: Assessment | None,
        style: dict[str, Any],
        path: Path,
    ) -> None:
        self.sheet, self.lists, self.blueprint, self.style, self.path = sheet, lists, blueprint, style, path
        self.known = known.answers if known else {}
        spelt = {level for p in blueprint.placed for level in p.point.levels}
        self.levels = [step for step in blueprint.levels if step.level in spelt]
        criteria = [CRITERIA] if any(p.point.criteria for p in blueprint.placed) else []
        offers = [CHOICES] if any(p.point.scale or p.point.choices for p in blueprint.placed) else []
        evidence = [EVIDENCE] if any(p.point.evidence or p.point.owners for p in blueprint.placed) else []
        titles = [ID, POINT, *map(_option, self.levels), *criteria, *offers, *evidence]
        self.columns = [*titles, ANSWER, SEEN, COMMENT, HOW_SURE, TAKEN, BEFORE]
        self.ranges: dict[tuple[str, ...], str] = {}
        self.texts: list[tuple[str | None, float]] = []

    def letter(self, title: str) -> str:
        return str(xl_col_to_name(self.columns.index(title)))

    def write(self, points: list[Placed]) -> int:
        """All rows; the last one, counted from 0."""
        for column, title in enumerate(self.columns):
            self.sheet.write_string(0, column, title, self.style["head"])
            self.sheet.set_column(column, column, WIDTHS.get(title, WIDE))
        self.sheet.set_row(0, 30)
        taken = any(answer.prefilled for answer in self.known.values())
        for title in [BEFORE] if taken else [TAKEN, BEFORE]:
            column = self.columns.index(title)
            self.sheet.set_column(column, column, None, None, {"hidden": True})
        self.sheet.freeze_panes(1, 2)
        self.sheet.repeat_rows(0)
        row = 0
        above: set[str] = set()
        for placed in points:
            for depth, section in enumerate(placed.path):
                if section.id not in above:
                    row += 1
                    kind = self.style["sub" if depth else "band"]
                    for column in range(len(self.columns)):
                        self.sheet.write_blank(row, column, None, kind)
                    self.sheet.write_string(row, 1, section.name, kind)
            above = {section.id for section in placed.path}
            row += 1
            self._question(row, placed)
            self._answer(row, placed)
        reason = f'AND(${self.letter(ANSWER)}2="{DOES_NOT_APPLY}",LEN(${self.letter(COMMENT)}2)=0)'
        column = self.columns.index(COMMENT)
        rule = {"type": "formula", "criteria": f"={reason}", "format": self.style["missing"]}
        self.sheet.conditional_format(1, column, row, column, rule)
        self.sheet.autofilter(0, 0, row, len(self.columns) - 1)
        return row

    def _text(self, row: int, title: str, text: str | None, kind: str = "text") -> None:
        told = cells.fits(text or "", f"{title} of row {row + 1}", self.path)
        column = self.columns.index(title)
        self.texts.append((told, WIDTHS.get(title, WIDE)))
        if told:
            self.sheet.write_string(row, column, told, self.style[kind])
        else:
            self.sheet.write_blank(row, column, None, self.style[kind])

    def _question(self, row: int, placed: Placed) -> None:
        point = placed.point
        self.texts = []
        self._text(row, ID, point.id, "grey")
        name, asked = _asked(point)
        if name and asked:
            parts = [self.style["strong"], f"{name}\n", self.style["normal"], asked]
            cells.fits(f"{name}\n{asked}", f"{POINT} of row {row + 1}", self.path)
            self.sheet.write_rich_string(row, 1, *parts, self.style["text"])
            self.texts.append((f"{name}\n{asked}", WIDTHS[POINT] * 0.95))
        else:
            self._text(row, POINT, name or asked, "bold")
        told = [f"Without it: {point.without}"] * bool(point.without)
        told += [point.pragmatist] if point.pragmatist else []
        told += [point.about] if point.about and point.about != asked else []
        if told:
            note = "\n\n".join(told)
            self.sheet.write_comment(row, 1, note[:3000], {"x_scale": 3, "y_scale": 2.5, "author": ""})
        for step in self.levels:
            self._text(row, _option(step), point.levels.get(step.level) if point.scale is None else None)
        if CRITERIA in self.columns:
            self._text(row, CRITERIA, "\n".join(f"• {c}" for c in point.criteria))
        if CHOICES in self.columns:
            steps = map(_option, self.blueprint.scale(point)) if point.scale else []
            self._text(row, CHOICES, "\n".join(choices.offered(point) if point.choices else steps) or None)
        if EVIDENCE in self.columns:
            self._evidence(row, point)
        self.sheet.set_row(row, cells.height(self.texts))

    def _evidence(self, row: int, point: Point) -> None:
        owners = {**{d.id: d.name for d in departments().values()}, **self.blueprint.departments}
        whom = f"Whom: {', '.join(owners[o] for o in point.owners)}" if point.owners else None
        self._text(row, EVIDENCE, "\n".join(part for part in (point.evidence, whom) if part))

    def _answer(self, row: int, placed: Placed) -> None:
        point = placed.point
        scale = self.blueprint.scale(point)
        options = (*map(_option, scale), DONT_KNOW, DOES_NOT_APPLY)
        between = self.blueprint.between and point.scale is None
        ends = f"{shown(scale[0].level)} to {shown(scale[-1].level)}"
        column = self.columns.index(ANSWER)
        ticks = {
            "validate": "any",
            "input_title": "Tick what holds",
            "input_message": f"The letters of all that hold, such as a, c; '{choices.NOTHING[0]}' if none does.",
        }
        self.sheet.data_validation(
            row,
            column,
            row,
            column,
            ticks if point.choices else {
                "validate": "list",
                "source": self._range(options),
                "error_type": "warning" if between else "stop",
                "error_title": "Choose from the list",
                "error_message": f"Any number from {ends} may be written too." if between else
                "Choose one of the answers in the list.",
            },
        )  # fmt: skip
        self.sheet.data_validation(
            row,
            self.columns.index(HOW_SURE),
            row,
            self.columns.index(HOW_SURE),
            {"validate": "list", "source": list(SURE)},
        )
        answer = self.known.get(point.id, Answer())
        ticked = answer.choices if point.choices else None
        spoken = _spoken(answer, scale) if ticked is None else choices.spoken(point, ticked)
        self._text(row, ANSWER, spoken, "open")
        self._text(row, SEEN, answer.evidence, "open")
        self._text(row, COMMENT, answer.reason or answer.comment, "open")
        self._text(row, HOW_SURE, answer.confidence, "open")
        self._text(row, TAKEN, answer.prefilled, "open")
        self._text(row, BEFORE, spoken)

    def _range(self, options: tuple[str, ...]) -> str:
        """Where a drop-down list stands on the hidden sheet; each list once."""
        if options not in self.ranges:
            column = len(self.ranges)
            for row, option in enumerate(options):
                self.lists.write_string(row, column, option)
            letter = xl_col_to_name(column, True)
            self.ranges[options] = f"={LISTS}!{letter}$1:{letter}${len(options)}"
        return self.ranges[options]


def _asked(point: Point) -> tuple[str | None, str | None]:
    """What stands in bold and what below it; a name that only begins the question is not said twice."""
    asked = point.question or point.about
    ref, _, rest = point.name.rpartition(": ")
    if asked and asked.startswith(rest.removesuffix(" …")):
        return ref or None, asked
    return point.name, asked


def _spoken(answer: Answer, scale: list[Level]) -> str | None:
    """An answer as the list offers it."""
    if answer.number is None:
        return {"dont_know": DONT_KNOW, "not_applicable": DOES_NOT_APPLY}.get(answer.state)
    named = next((step for step in scale if step.level == answer.number), None)
    return _option(named) if named else shown(answer.number)
