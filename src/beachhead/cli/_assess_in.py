"""Questionnaires out, answers in, milestones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from beachhead.errors import BadInput, BadKnowledge, BadQuestion
from beachhead.practice import fingerprints
from beachhead.practice.answer_files import load_answers, name_milestone, read_answers, write_answers
from beachhead.practice.answer_template import answer_template
from beachhead.practice.assessment import Answer, Assessment, answer_problems
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.languages import in_language
from beachhead.practice.library import find_blueprint, find_file
from beachhead.practice.mapping import find_mapping, prefill
from beachhead.practice.questionnaire import Asked, write_questionnaire
from beachhead.practice.questionnaire_reading import read_questionnaire
from beachhead.practice.results import results
from beachhead.practice.rollup import latest
from beachhead.tables.workspace import Workspace


def hand_out(at: Workspace, subject: str, model: Blueprint, given: dict[str, Any]) -> None:
    """Write a questionnaire for ``subject``."""
    path = Path(given["questionnaire"])
    day = _day(given["day"]) or at.as_of
    asked = Asked(subject, _kind(at, subject, given["kind"]), day, given["respondent"], tuple(given["group"]))
    known = _known(at, subject, model, given["prefill"], asked) if given["prefill"] else None
    shown = in_language(model, given["language"]) if given["language"] else model
    if path.suffix.lower() == ".xlsx":
        write_questionnaire(path, shown, asked, known=known)
    elif path.suffix.lower() in (".yaml", ".yml"):
        path.write_text(answer_template(shown, asked, known), encoding="utf-8")
    else:
        raise BadInput(
            "a questionnaire is a workbook or a YAML file",
            file=path,
            expected="a name that ends in .xlsx or .yaml",
        )
    _remember(at, model)
    count = len(model.in_group(list(asked.groups)))
    filled = f", {len(known.answers)} of them pre-filled" if known else ""
    click.echo(f"{count} points to answer{filled}: {path}. Take the answers in with --answers {path}.")


def take_in(at: Workspace, subject: str | None, model: Blueprint, path: Path, *, replace: bool) -> None:
    """Store the answers of a filled-in questionnaire at their place in the workspace."""
    found = _read(path, model)
    if subject is not None and found.subject != subject:
        raise BadInput(f"the answers are those of {found.subject!r}, not of {subject!r}", file=path)
    if not any(answer.state != "unanswered" for answer in found.answers.values()):
        raise BadInput("nothing was answered", file=path)
    stored = write_answers(at.folder, found, replace=replace)
    _remember(at, model)
    who = f" of {found.respondent}" if found.respondent else ""
    click.echo(f"{len(found.answers)} answers{who} of {found.date} lie in {stored}.")


def freeze_last(at: Workspace, subject: str, model: Blueprint, name: str) -> None:
    """Make the last actual assessment of ``subject`` the milestone ``name``."""
    found = results(at.folder, subject, model, as_of=at.as_of)
    name_milestone(found.files, name)
    click.echo(
        f"The assessment of {found.head['date']} is the milestone {name!r}: its answers no longer change."
    )


def _read(path: Path, model: Blueprint) -> Assessment:
    """The answers in a workbook or YAML file, without those that are still empty."""
    if path.suffix.lower() in (".yaml", ".yml"):
        filed = load_answers(path)
        name, found = filed.assessment.blueprint, filed.assessment
        if name == model.id and (wrong := answer_problems(filed, model)):
            raise BadKnowledge(wrong)
    else:
        name, _ = read_questionnaire(path)
        if name == model.id:
            _, read = read_questionnaire(path, model)
            assert read is not None
            found = read
    if name != model.id:
        raise BadInput(f"this asks the blueprint {name!r}", file=path, expected=f"--blueprint {name}")
    kept = {point: answer for point, answer in found.answers.items() if answer != Answer()}
    return found.model_copy(update={"answers": kept})


def _kind(at: Workspace, subject: str, given: str | None) -> str:
    """What ``subject`` is: as given, else an account or partner of that id, else as it was assessed before."""
    if given:
        return given
    accounts = at.table("accounts")
    if subject in accounts["account"]:
        return "account"
    names = {at.us, *at.table("partners")["partner"], *at.table("partners")["name"]}
    if subject in names or subject in {str(n).casefold().replace(" ", "-") for n in names if n}:
        return "partner"
    raise BadQuestion(f"What is {subject!r}? Say it with --kind account, --kind partner or --kind release.")


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
