"""Questionnaires out, answers in, milestones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import click

from beachhead.errors import BadInput, BadQuestion
from beachhead.practice import fingerprints
from beachhead.practice.answer_files import name_milestone, read_answers, write_answers
from beachhead.practice.answer_template import answer_template
from beachhead.practice.assessment import Assessment
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.filled import carried_over, read_filled
from beachhead.practice.languages import in_language
from beachhead.practice.library import find_blueprint, find_file
from beachhead.practice.mapping import find_mapping, prefill
from beachhead.practice.questionnaire import Asked, write_questionnaire
from beachhead.practice.results import results
from beachhead.practice.rollup import latest
from beachhead.practice.subjects import Subject, find_subject, identified, reference
from beachhead.tables.workspace import Workspace
from beachhead.tables.writing import write_whole


def hand_out(at: Workspace, subject: Subject, model: Blueprint, given: dict[str, Any]) -> None:
    """Write a questionnaire for ``subject``; one that lies there keeps its answers."""
    path = Path(given["questionnaire"])
    if path.suffix.lower() not in (".xlsx", ".yaml", ".yml"):
        raise BadInput(
            "a questionnaire is a workbook or a YAML file",
            file=path,
            expected="a name that ends in .xlsx or .yaml",
        )
    named = {"name": subject.name, "form": reference(subject.id)} if subject.name != subject.id else {}
    day, groups = _day(given["day"]) or at.as_of, tuple(given["group"])
    asked = Asked(subject.id, subject.kind, day, given["respondent"], groups, **named)
    known = _known(at, subject.id, model, given["prefill"], asked) if given["prefill"] else None
    kept = 0
    if path.exists():
        head, known = carried_over(path, model, asked, known)
        asked = dataclasses.replace(head, date=day) if given["day"] else head
        kept = sum(answer.prefilled is None for answer in known.answers.values()) if known else 0
    shown = in_language(model, given["language"]) if given["language"] else model
    if path.suffix.lower() == ".xlsx":
        write_questionnaire(path, shown, asked, known=known)
    else:
        write_whole(path, answer_template(shown, asked, known))
    _remember(at, model)
    count = len(model.in_group(list(asked.groups)))
    taken = len(known.answers) - kept if known else 0
    filled = f", {taken} of them pre-filled" if taken else ""
    filled += f", {kept} answered before and kept" if kept else ""
    click.echo(f"{count} points to answer{filled}: {path}. Take the answers in with --answers {path}.")


def take_in(at: Workspace, asked: str | None, model: Blueprint, path: Path, *, replace: bool) -> None:
    """Store the answers of a filled-in questionnaire (``asked``: those of whom) at their place in the workspace."""
    filled = read_filled(path, model)
    subject = find_subject(at, asked, filled.answers.kind) if asked else None
    found = identified(at, filled.answers, filled.form, subject, path)
    if not any(answer.state != "unanswered" for answer in found.answers.values()):
        raise BadInput("nothing was answered", file=path)
    stored = write_answers(at.folder, found, replace=replace)
    _remember(at, model)
    who = f" of {found.respondent}" if found.respondent else ""
    click.echo(f"{len(found.answers)} answers{who} of {found.date} lie in {stored}.")


def freeze_last(at: Workspace, subject: Subject, model: Blueprint, name: str) -> None:
    """Make the last actual assessment of ``subject`` the milestone ``name``."""
    found = results(at.folder, subject.id, model, as_of=at.as_of)
    name_milestone(found.files, name)
    click.echo(
        f"The assessment of {found.head['date']} is the milestone {name!r}: its answers no longer change."
    )


def _day(given: str | None) -> dt.date | None:
    if given is None:
        return None
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise BadQuestion(f"{given!r} is no date; write it as 2009-02-28.") from None


def _known(at: Workspace, subject: str, model: Blueprint, other: str, asked: Asked) -> Assessment:
    """What ``subject`` answered to another blueprint, taken over by a mapping."""
    source = find_blueprint(other, at.folder)
    answers, _ = read_answers(at.folder, source, subject)
    last = latest(answers)
    if not last.assessments.height:
        raise BadQuestion(f"There are no answers of {subject!r} to {other!r} to take over.")
    mapping = find_mapping(source.id, model.id, at.folder)
    return prefill(last, source, model, mapping, date=asked.date, respondent=asked.respondent)


def _remember(at: Workspace, model: Blueprint) -> None:
    """From now on answers rely on the blueprint: a changed one needs a higher version."""
    path = find_file(model.id, at.folder)
    if path.is_relative_to(at.folder):
        fingerprints.record(model, path)
