"""The folder ``answers`` of a workspace: ``answers/SUBJECT/BLUEPRINT-YYYY-MM-DD[-RESPONDENT].yaml``.

History is the files: a new assessment is a new file. A milestone is frozen: once it was seen by a check or
an assessment, its answers are remembered in ``milestones.json`` beside them, and a change is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput, BadKnowledge, BadQuestion, did_you_mean
from beachhead.practice.assessment import (
    Answers,
    Assessment,
    Filed,
    answer_problems,
    answer_tables,
    with_levels,
)
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.library import blueprints, load_blueprint
from beachhead.practice.locks import Lock, digest, lock_text, read_lock, write_lock
from beachhead.tables.journal import replace_files
from beachhead.tables.locks import one_writer
from beachhead.tables.paths import YAML, encoded, inside, listed, place
from beachhead.tables.writing import write_whole
from beachhead.tables.yaml_files import dump_yaml, load_model, parse_yaml, validate, where, yaml_word

FOLDER, MILESTONES = "answers", "milestones.json"


def places(workspace: Path, folder: str, subject: str) -> list[Path]:
    """The folders of a subject in ``folder``: where its files are written, then where they may lie already."""
    return place(workspace, folder, subject, folder_name(subject))


def folder_name(subject: str) -> str:
    """The folder of a subject by an earlier rule: what a file system cannot hold replaced by a dash."""
    return re.sub(r'[\\/:*?"<>|\s]+', "-", subject).strip("-.") or "subject"


def file_name(assessment: Assessment) -> str:
    """``operations-2009-02-12-head-of-operations.yaml``."""
    parts = [assessment.blueprint, assessment.date.isoformat()]
    if assessment.status == "planned":
        parts.append("planned")
    if assessment.respondent:
        parts.append(re.sub(r"[^\w]+", "-", assessment.respondent.casefold()).strip("-"))
    return "-".join(parts) + ".yaml"


def answer_files(workspace: Path, subject: str | None = None) -> list[Path]:
    """The answer files of a workspace, or of one subject of it, in the order of their names."""
    if subject is None:
        files = listed(workspace, FOLDER, endings=YAML)
        return [path for path in files if path.parent.parent == workspace / FOLDER]
    found = (
        listed(workspace, p.relative_to(workspace), endings=YAML, deep=False)
        for p in places(workspace, FOLDER, subject)
    )
    return [path for files in found for path in files]


def load_answers(path: Path) -> Filed:
    """The assessment of one file. Raises BadKnowledge with every problem, each with its line."""
    assessment, lines = load_model(Assessment, path)
    return Filed(assessment, path, lines)


def misplaced(filed: Filed) -> list[str]:
    """Where folder and file name do not say what the file says."""
    one, path, found = filed.assessment, filed.path, []
    if path.parent.name != encoded(one.subject) and path.parent not in places(
        path.parents[2], FOLDER, one.subject
    ):
        found.append(
            f"{where(path, filed.lines, ['subject'])}: the subject is {one.subject!r}, but the folder is "
            f"{path.parent.name!r}; rename one of them."
        )
    if not path.name.startswith(f"{one.blueprint}-{one.date.isoformat()}"):
        found.append(
            f"{where(path, filed.lines, ['blueprint'])}: the file should be called {file_name(one)!r}, after "
            "its blueprint and date (and respondent)."
        )
    return found


def read_answers(
    workspace: Path, blueprint: Blueprint, subject: str | None = None
) -> tuple[Answers, list[Filed]]:
    """All assessments of ``subject`` (or of all subjects) to ``blueprint``, checked, as tables and as files.

    Raises BadKnowledge with every problem of every file.
    """
    found: list[Filed] = []
    problems: list[str] = []
    for path in answer_files(workspace, subject):
        try:
            filed = load_answers(path)
        except BadKnowledge as no:
            problems += no.problems
            continue
        if filed.assessment.blueprint == blueprint.id:
            problems += misplaced(filed)
            problems += answer_problems(filed, blueprint)
            found.append(filed)
    if problems := problems or _thawed(found):
        raise BadKnowledge(problems)
    if subject is not None:  # a folder named by an earlier rule may hold another subject's answers, too
        found = [filed for filed in found if filed.assessment.subject == subject]
    return answer_tables([with_levels(f.assessment, blueprint) for f in found]), found


def subjects(workspace: Path) -> dict[str, set[str]]:
    """Every subject with answers → the blueprints it answered; files that cannot be read are passed over."""
    found: dict[str, set[str]] = {}
    for path in answer_files(workspace):
        try:
            one = load_answers(path).assessment
        except BadKnowledge:
            continue
        found.setdefault(one.subject, set()).add(one.blueprint)
    return found


def check_answers(workspace: Path) -> list[str]:
    """Every problem of every answer file, against the blueprints at hand."""
    at_hand = blueprints(workspace)
    loaded: dict[str, Blueprint | None] = {}
    problems: list[str] = []
    sound: list[Filed] = []
    for path in answer_files(workspace):
        try:
            filed = load_answers(path)
            sound.append(filed)
            problems += misplaced(filed)
            name = filed.assessment.blueprint
            if name not in at_hand:
                guess = did_you_mean(name, at_hand)
                at = where(path, filed.lines, ["blueprint"])
                problems.append(f"{at}: there is no blueprint {name!r}{guess}.")
                continue
            if name not in loaded:
                loaded[name] = _loaded(at_hand[name])
            if (model := loaded[name]) is not None:
                problems += answer_problems(filed, model)
        except BadKnowledge as no:
            problems += no.problems
    broken = set(answer_files(workspace)) - {filed.path for filed in sound}
    torn = {path.parent for path in broken}
    return problems + _thawed(filed for filed in sound if filed.path.parent not in torn)


def _loaded(path: Path) -> Blueprint | None:
    try:
        return load_blueprint(path)
    except BadKnowledge:  # told where the blueprints are checked
        return None


def write_answers(workspace: Path, assessment: Assessment, *, replace: bool = False) -> Path:
    """Write ``assessment`` to its place. Refused where another file or a frozen milestone is there."""
    with one_writer(workspace, "the taking in of answers"):
        return _write_answers(workspace, assessment, replace)


def _write_answers(workspace: Path, assessment: Assessment, replace: bool) -> Path:
    folder = places(workspace, FOLDER, assessment.subject)[0]
    path = inside(workspace, folder.relative_to(workspace), file_name(assessment))
    if path.exists() and (other := _subject(path)) not in (None, assessment.subject):
        raise BadInput(
            f"there are answers of {other!r} already; move them to a folder of their own", file=path
        )
    if path.exists() and not replace:
        raise BadInput(
            "there are answers already; give another date or respondent, or say that they are to be replaced",
            file=path,
        )
    frozen = read_lock(folder / MILESTONES).get(assessment.blueprint, {})
    for name, entry in frozen.items():
        if assessment.date.isoformat() in entry.get("dates", []) and assessment.status == "actual":
            raise BadInput(
                f"the assessment of {assessment.date} is frozen as milestone {name!r}; give another date",
                file=path,
            )
    return write_whole(path, to_yaml(assessment), folder=True)


def _subject(path: Path) -> str | None:
    try:
        return load_answers(path).assessment.subject
    except BadKnowledge:
        return None


def to_yaml(assessment: Assessment) -> str:
    """``assessment`` as the text of an answer file, one line per answer."""
    head = assessment.model_dump(mode="json", exclude_defaults=True, exclude={"answers"})
    head["date"] = assessment.date
    lines = [dump_yaml(head).rstrip(), "answers:"]
    for name, answer in assessment.answers.items():
        content: dict[str, Any] = answer.model_dump(mode="python", exclude_defaults=True)
        lines.append(f"  {yaml_word(name)}: {dump_yaml(content, flow=True).strip()}")
    return "\n".join(lines) + "\n"


def freeze(found: Iterable[Filed]) -> list[Path]:
    """Remember the milestones among ``found`` that are not yet remembered; the files that were written."""
    written = []
    for folder, lock in _locks_with(found).items():
        write_lock(folder / MILESTONES, lock)
        written.append(folder / MILESTONES)
    return written


def _locks_with(found: Iterable[Filed]) -> dict[Path, Lock]:
    """Folder → what is to be remembered there, where a milestone among ``found`` is not yet."""
    changed = {}
    for folder, filed in _by_folder(found).items():
        lock = read_lock(folder / MILESTONES)
        for (blueprint, name), files in _milestones(filed).items():
            names = lock.setdefault(blueprint, {})
            if name not in names:
                names[name] = _frozen(files)
                changed[folder] = lock
    return changed


def name_milestone(found: Sequence[Filed], name: str) -> None:
    """Write ``milestone: name`` into the files of one assessment and freeze it.

    Only that line is added; comments and layout stay. Refused where the name is taken or a file has another
    one.
    """
    for filed in found:
        one = filed.assessment
        if one.milestone not in (None, name):
            raise BadQuestion(
                f"{filed.path}: the assessment of {one.date} is already the milestone {one.milestone!r}."
            )
        taken = read_lock(filed.path.parent / MILESTONES).get(one.blueprint, {}).get(name)
        if taken and one.date.isoformat() not in taken.get("dates", []):
            raise BadQuestion(
                f"Milestone {name!r} of {one.subject!r} is that of {', '.join(taken['dates'])}."
            )
    line = dump_yaml({"milestone": name})
    texts: dict[Path, str] = {}
    for filed in found:
        if filed.assessment.milestone is None:
            lines = filed.path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
            lines.insert(filed.lines[("answers",)] - 1, line)
            texts[filed.path] = "".join(lines)
    after = [_reread(filed, texts) for filed in found]
    files = {path: text.encode() for path, text in texts.items()}
    for folder, lock in _locks_with(after).items():
        files[folder / MILESTONES] = lock_text(lock).encode()
    workspace = found[0].path.parents[2]
    names = {path.relative_to(workspace).as_posix(): content for path, content in files.items()}
    replace_files(workspace, names, [], doing="the naming of a milestone")


def _reread(filed: Filed, texts: dict[Path, str]) -> Filed:
    if filed.path not in texts:
        return filed
    data, lines = parse_yaml(texts[filed.path], filed.path)
    return Filed(validate(Assessment, data, lines, filed.path), filed.path, lines)


def _by_folder(found: Iterable[Filed]) -> dict[Path, list[Filed]]:
    folders: dict[Path, list[Filed]] = {}
    for filed in found:
        folders.setdefault(filed.path.parent, []).append(filed)
    return folders


def _milestones(found: list[Filed]) -> dict[tuple[str, str], list[Filed]]:
    """Blueprint and milestone → the files of that assessment, those of the same day included."""
    actual = [f for f in found if f.assessment.status == "actual"]
    named: dict[tuple[str, str], set[Any]] = {}
    for filed in actual:
        if filed.assessment.milestone:
            key = (filed.assessment.blueprint, filed.assessment.milestone)
            named.setdefault(key, set()).add(filed.assessment.date)
    return {
        key: [f for f in actual if f.assessment.blueprint == key[0] and f.assessment.date in days]
        for key, days in named.items()
    }


def _frozen(files: list[Filed]) -> dict[str, Any]:
    answers = {
        f.path.name: f.assessment.model_dump(mode="json", exclude={"milestone"}, exclude_defaults=True)
        for f in files
    }
    return {"sha256": digest(answers), "dates": sorted({f.assessment.date.isoformat() for f in files})}


def _thawed(found: Iterable[Filed]) -> list[str]:
    """Frozen assessments whose answers are not those that were frozen."""
    problems = []
    for folder, filed in _by_folder(found).items():
        for blueprint, names in read_lock(folder / MILESTONES).items():
            for name, entry in names.items():
                days = set(entry.get("dates", []))
                files = [
                    f
                    for f in filed
                    if f.assessment.blueprint == blueprint
                    and f.assessment.status == "actual"
                    and f.assessment.date.isoformat() in days
                ]
                asked = any(f.assessment.blueprint == blueprint for f in filed)
                named = any(f.assessment.milestone == name for f in files)
                if asked and not (named and _frozen(files)["sha256"] == entry["sha256"]):
                    problems.append(
                        f"{folder}: the answers of milestone {name!r} to {blueprint!r} "
                        f"({', '.join(sorted(days))}) were frozen and have changed since; put them back, and "
                        "write what is new under a later date."
                    )
    return problems
