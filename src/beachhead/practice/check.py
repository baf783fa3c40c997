"""Everything that is wrong with a workspace, all at once, each with its file and line.

What is checked is a list: a kind of file is added by one line in ``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import polars as pl

from beachhead.accounts.fact_columns import NAMES, conditions_schema
from beachhead.accounts.facts import OWN_NAME
from beachhead.accounts.patterns import load_patterns
from beachhead.accounts.signals import load_signals
from beachhead.errors import BadInput, BadKnowledge, did_you_mean
from beachhead.practice import fingerprints
from beachhead.practice.answer_files import (
    answer_files,
    check_answers,
    freeze,
    load_answers,
)
from beachhead.practice.assessment import Assessment, Filed
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.library import blueprint_files, blueprints, load_blueprint
from beachhead.practice.mapping import load_mapping, mapping_files
from beachhead.practice.roadmap import infeasible
from beachhead.tables.dates import is_placeholder, parse_dates
from beachhead.tables.files import read_text_table
from beachhead.tables.paths import YAML, listed
from beachhead.tables.workspace import SETTINGS, TABLES, Workspace, definition
from beachhead.tables.yaml_files import where

Check = Callable[[Workspace], list[str]]


def _blueprints(workspace: Workspace) -> list[str]:
    own = [p for p in blueprint_files(workspace.folder) if p.is_relative_to(workspace.folder)]
    problems: list[str] = []
    seen: dict[tuple[str, int], Path] = {}
    for path in own:
        try:
            one = load_blueprint(path)
        except BadKnowledge as no:
            problems += no.problems
            continue
        key = (one.id, one.version)
        if key in seen:
            problems.append(
                f"{path}: blueprint {one.id!r} version {one.version} stands in {seen[key]} already."
            )
        seen[key] = path
    return problems


def _mappings(workspace: Workspace) -> list[str]:
    problems = []
    for path in mapping_files(workspace.folder):
        if path.is_relative_to(workspace.folder):
            try:
                load_mapping(path, workspace.folder)
            except BadKnowledge as no:
                problems += no.problems
    return problems


def _answers(workspace: Workspace) -> list[str]:
    return check_answers(workspace.folder) or _plans(workspace.folder)


def _plans(workspace: Path) -> list[str]:
    """Planned answers that raise a point before what it needs."""
    filed = [load_answers(path) for path in answer_files(workspace)]
    filed.sort(key=lambda f: f.assessment.date)
    at_hand = blueprints(workspace)
    models: dict[str, Blueprint] = {}
    before: dict[tuple[str, str], dict[str, float | None]] = {}
    problems = []
    for one in filed:
        assessment = one.assessment
        if assessment.blueprint not in models:
            models[assessment.blueprint] = load_blueprint(at_hand[assessment.blueprint])
        model = models[assessment.blueprint]
        key = (assessment.subject, assessment.blueprint)
        levels = _levels(assessment, model)
        if assessment.status == "planned":
            problems += _too_early(one, before.get(key, {}), levels, model)
            before[key] = levels
        else:  # several respondents: the highest counts as reached
            known = before.get(key, {})
            before[key] = levels | {
                p: max(x for x in (level, levels.get(p)) if x is not None)
                for p, level in known.items()
                if level is not None
            }
    return problems


def _levels(assessment: Assessment, model: Blueprint) -> dict[str, float | None]:
    away = {name for name, answer in assessment.answers.items() if answer.state == "not_applicable"}
    known = {name: answer.number for name, answer in assessment.answers.items()}
    return {p.point.id: known.get(p.point.id) for p in model.placed if p.point.id not in away}


def _too_early(
    filed: Filed, before: dict[str, float | None], after: dict[str, float | None], model: Blueprint
) -> list[str]:
    return [
        f"{where(filed.path, filed.lines, ['answers', point])}: point {point!r} is planned to rise, but {need!r}, "
        "which it needs, is not in place by then."
        for point, need in infeasible(before, after, model)
    ]


def _tables(workspace: Workspace) -> list[str]:
    problems: list[str] = []
    _try(lambda: (workspace.as_of, workspace.us, workspace.currency), problems)
    for name in TABLES:
        _try(partial(workspace.table, name), problems)
        _try(partial(_no_days, workspace, name, problems), [])
    _try(lambda: workspace.path("adoption") and workspace.adoption(), problems)
    return problems


def _no_days(workspace: Workspace, name: str, problems: list[str]) -> None:
    """Days that stand for none: they count as blank, and whoever keeps the table should know."""
    path = workspace.path(name)
    days = [c.name for c in definition(name).columns if c.dtype == pl.Date and not c.required]
    if path is None or path.suffix == ".parquet":
        return
    read = read_text_table(path)
    for day in (d for d in days if d in read.frame.columns):
        found = read.frame.get_column(day)
        nothing = is_placeholder(parse_dates(found).values).fill_null(False).arg_true()
        if len(nothing):
            problems.append(
                f"{path}, row {read.row(nothing[0])}, column {day!r}: {found[nothing[0]]} stands for no day and counts "
                f"as blank{f', as do {len(nothing) - 1} more' if len(nothing) > 1 else ''}."
            )


def _try(read: Callable[[], object], problems: list[str]) -> None:
    try:
        read()
    except BadInput as no:
        problems.append(str(no))


def _patterns(workspace: Workspace) -> list[str]:
    own = {
        n: t for n, t in workspace.table("accounts").schema.items() if n not in definition("accounts").names
    }
    columns = conditions_schema({f"{n}{OWN_NAME}" if n in NAMES else n: t for n, t in own.items()})
    return _refusals(lambda: load_patterns(workspace.files("patterns"), columns))


def _signals(workspace: Workspace) -> list[str]:
    return _refusals(lambda: load_signals(workspace.files("signals")))


def _refusals(read: Callable[[], object]) -> list[str]:
    try:
        read()
    except BadKnowledge as no:
        return no.problems
    return []


CHECKS: dict[str, str | Check] = {
    "tables": _tables,
    "blueprints": _blueprints,
    "mappings": _mappings,
    "answers": _answers,
    "patterns": _patterns,
    "signals": _signals,
    "offerings": "beachhead.practice.offering_library:check_offerings",
    "cases": "beachhead.practice.case_files:check_all_cases",
    "releases": "beachhead.practice.release_changes:check_releases",
    "gate": "beachhead.practice.gate_settings:check_gate",
    "tolerance": "beachhead.practice.tolerance:check_tolerance",
    "plays and objections": "beachhead.practice.playbook:check_playbook",
    "matches": "beachhead.practice.match_table:check_matches",
    "synonyms": "beachhead.practice.objections:check_synonyms",
    "views": "beachhead.practice.observing:check_observations",
    "practice log": "beachhead.practice.practice_log:check_practice_log",
    "phrasings": "beachhead.practice.phrasings:check_phrasings",
}
"""What is checked → a function of the workspace that returns its problems, or the place of one."""

KNOWN_FOLDERS = (
    "answers", "blueprints", "cases", "mappings", "objections", "offerings", "patterns", "plays", "releases",
    "signals", "templates",
)  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """``files``: how many YAML files and tables there are; ``problems``: every one of them, a sentence each."""

    files: int
    problems: list[str]


def check_workspace(folder: str | Path) -> Checked:
    """Check every file of a workspace. Raises BadInput only where there is no such folder."""
    workspace = Workspace(folder)
    problems: list[str] = []
    for check in CHECKS.values():
        try:
            problems += _function(check)(workspace)
        except BadInput as no:  # what the check reads is broken itself
            problems += no.problems if isinstance(no, BadKnowledge) else [str(no)]
    files = listed(workspace.folder, endings=YAML)
    problems += _strays(workspace.folder, files)
    tables = [p for p in listed(workspace.folder, deep=False) if p.stem in (*TABLES, "adoption")]
    settings = [p for p in (workspace.inside(SETTINGS),) if p.exists()]
    return Checked(len(files) + len(tables) + len(settings), list(dict.fromkeys(problems)))


def _function(check: str | Check) -> Check:
    if not isinstance(check, str):
        return check
    module, name = check.split(":")
    found: Check = getattr(import_module(module), name)
    return found


def _strays(folder: Path, files: list[Path]) -> list[str]:
    """Folders of YAML files that nothing reads, most often a name that was misspelt."""
    found = []
    for name in sorted({p.relative_to(folder).parts[0] for p in files if p.parent != folder}):
        guess = did_you_mean(name, KNOWN_FOLDERS)
        if name not in KNOWN_FOLDERS and guess:
            found.append(f"{folder / name}: nothing reads this folder{guess}.")
    return found


def record_seen(folder: Path) -> list[Path]:
    """Remember the blueprints and milestones of a sound workspace, so that a later change is refused.

    Returns the files that were written.
    """
    written = []
    for path in blueprint_files(folder):
        if path.is_relative_to(folder) and fingerprints.record(load_blueprint(path), path):
            written.append(path.parent / fingerprints.FILE)
    written += freeze([load_answers(path) for path in answer_files(folder)])
    return list(dict.fromkeys(written))
