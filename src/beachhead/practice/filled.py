"""Filled-in questionnaires, workbook or YAML: read, and carried into a newer form of the same questions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from beachhead.errors import BadInput, BadKnowledge
from beachhead.practice.answer_files import load_answers
from beachhead.practice.assessment import Answer, Assessment, answer_problems
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.questionnaire import Asked
from beachhead.practice.questionnaire_reading import form_number, read_questionnaire


@dataclass(frozen=True)
class Filled:
    """The answers of a filled-in questionnaire (those that were given), and its form number if it has one."""

    answers: Assessment
    form: str | None


def read_filled(path: Path, blueprint: Blueprint) -> Filled:
    """The answers in a workbook or YAML file to ``blueprint``.

    Raises BadInput for another file or blueprint, BadKnowledge with every problem of the answers.
    """
    form = None
    if path.suffix.lower() in (".yaml", ".yml"):
        filed = load_answers(path)
        name, found = filed.assessment.blueprint, filed.assessment
        if name == blueprint.id and (wrong := answer_problems(filed, blueprint)):
            raise BadKnowledge(wrong)
    else:
        name, _ = read_questionnaire(path)
        if name == blueprint.id:
            _, read = read_questionnaire(path, blueprint)
            assert read is not None
            found, form = read, form_number(path)
    if name != blueprint.id:
        raise BadInput(f"this asks the blueprint {name!r}", file=path, expected=f"--blueprint {name}")
    given = {point: answer for point, answer in found.answers.items() if answer != Answer()}
    return Filled(found.model_copy(update={"answers": given}), form)


def carried_over(
    path: Path, blueprint: Blueprint, asked: Asked, known: Assessment | None = None
) -> tuple[Asked, Assessment | None]:
    """What the questionnaire at ``path`` already holds, for one that is to be written over it.

    The head to write (with the day of the answers, and their respondent where ``asked`` names none) and the
    answers: those that were given, then those of ``known`` for points that they leave open. Raises BadInput
    where an answer would be lost: another subject, respondent or blueprint, or a point that is not asked again.
    """
    filled = read_filled(path, blueprint)
    old = filled.answers
    if not old.answers:
        return asked, known
    if filled.form not in (None, asked.form) or old.subject not in (asked.subject, asked.name):
        raise _other(path, f"answers of {old.subject!r}")
    if old.respondent and asked.respondent and old.respondent != asked.respondent:
        raise _other(path, f"answers of {old.respondent!r}")
    points = {placed.point.id for placed in blueprint.in_group(list(asked.groups))}
    if lost := [point for point in old.answers if point not in points]:
        raise _other(path, f"an answer to {lost[0]!r}, which would no longer be asked,")
    head = replace(asked, date=old.date, respondent=asked.respondent or old.respondent)
    return head, old.model_copy(update={"answers": {**(known.answers if known else {}), **old.answers}})


def _other(path: Path, what: str) -> BadInput:
    return BadInput(
        f"this file holds {what} already", file=path, expected="another name for the new questionnaire"
    )
