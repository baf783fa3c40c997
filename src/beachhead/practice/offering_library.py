"""Offering files: those that ship and those of a workspace, checked against each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from beachhead.errors import BadInput, BadKnowledge, BadQuestion, did_you_mean
from beachhead.practice import customer_words, packs
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.library import blueprints as blueprint_files
from beachhead.practice.library import load_blueprint
from beachhead.practice.offering import Change, Mitigation, Offering
from beachhead.practice.offering_rules import problems
from beachhead.practice.slots import filled_model
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import Lines, load_model, where

FOLDER = "offerings"


@dataclass(frozen=True)
class Filed:
    """An offering and the file that it was read from."""

    offering: Offering
    path: Path
    lines: Lines


def offerings(workspace: Workspace | None = None) -> dict[str, Offering]:
    """Every offering at hand by its id: those of the core and of the packs that serve the workspace (without one: all),
    replaced and joined by those of the workspace.

    Bundles come with the products and changes of what they combine; a shipped bundle that no longer fits what
    the workspace has replaced is left out. Raises BadKnowledge with every problem
    of every file, each with its line.
    """
    return workspace.once("offerings", lambda: _offerings(workspace)) if workspace else _shipped()


@cache
def _shipped() -> dict[str, Offering]:
    return _offerings(None)


def _offerings(workspace: Workspace | None) -> dict[str, Offering]:
    found, broken = _read(workspace)
    if broken := broken or _problems(found.values(), workspace):
        raise BadKnowledge(broken)
    return {name: bundled(filed.offering, found) for name, filed in found.items()}


def find_offering(name: str, at_hand: dict[str, Offering]) -> Offering:
    """The offering called ``name`` (its id or name). Raises BadQuestion, with the nearest one."""
    by_name = {one.name.casefold(): one for one in at_hand.values()}
    found = at_hand.get(name) or by_name.get(name.casefold())
    if found is None:
        known = ", ".join(sorted(at_hand))
        raise BadQuestion(f"There is no offering {name!r}{did_you_mean(name, at_hand)}; there are {known}.")
    return found


def check_offerings(workspace: Workspace | None = None) -> list[str]:
    """Every problem of every offering file at hand, each a sentence with file and line.

    Business cases are worked out as well: one that can divide by zero is told.
    """
    found, broken = _read(workspace)
    if broken := broken + _problems(found.values(), workspace):
        return broken
    from beachhead.practice.business_case import business_case  # it reads offerings itself

    for filed in found.values():
        if workspace and filed.path.is_relative_to(workspace.folder):
            broken += [
                f"{where(filed.path, filed.lines, loc)}: {no}."
                for loc, text in customer_words.of_offering(filed.offering)
                if (no := customer_words.told(text))
            ]
        try:
            business_case(filed.offering)
        except BadInput as no:
            broken.append(f"{where(filed.path, filed.lines, ['business_case'])}: {no}")
    return broken


def ids_in(workspace: Workspace, table: str, column: str) -> set[str]:
    """The ids of a table; none where it cannot be read, which is told where tables are checked."""
    try:
        return set(workspace.table(table)[column])
    except BadInput:
        return set()


def blueprints_asked(asking: Iterable[Offering], workspace: Workspace | None) -> dict[str, Blueprint]:
    """The blueprints whose points ``asking`` ask for; those that cannot be read are told elsewhere."""
    whens = (w for one in asking for m in one.measures.values() for w in m.when)
    at_hand = blueprint_files(workspace.folder if workspace else None)
    found: dict[str, Blueprint] = {}
    for name in sorted({w.blueprint for w in whens if w.kind == "point"} & set(at_hand)):
        with contextlib.suppress(BadKnowledge):
            found[name] = load_blueprint(at_hand[name])
    return found


def bundled(offering: Offering, at_hand: dict[str, Filed]) -> Offering:
    """``offering`` with the products and changes of what it combines in front of its own."""
    if not offering.combines:
        return offering
    members = [bundled(at_hand[name].offering, at_hand) for name in offering.combines]
    products = [p for one in (*members, offering) for p in one.products]
    changes: list[Change] = []
    told: set[str] = set()
    for change in (c for one in (*members, offering) for c in one.changes):
        # A measure that several members know is told in full once.
        own = [
            m if not m.told or m.id not in told else type(m)(id=m.id, takes_away=m.takes_away)
            for m in change.mitigations
        ]
        told |= {m.id for m in own if m.told}
        changes.append(change.model_copy(update={"mitigations": own}))
    return offering.model_copy(update={"products": list(dict.fromkeys(products)), "changes": changes})


def _read(workspace: Workspace | None) -> tuple[dict[str, Filed], list[str]]:
    found: dict[str, Filed] = {}
    broken: list[str] = []
    own = workspace.files(FOLDER) if workspace else []
    serve = packs.serving(workspace)
    words = packs.slots(workspace, serve)
    for pack, path in (*packs.files(FOLDER, workspace, serve), *(("", path) for path in own)):
        try:
            offering, lines = load_model(Offering, path)
            if pack == packs.CORE:
                offering = filled_model(offering, words, str(path))
        except BadKnowledge as no:
            broken += no.problems
            continue
        before = found.get(offering.id)
        if before and path in own and before.path in own:
            at = where(path, lines, ["id"])
            broken.append(f"{at}: the offering id {offering.id!r} is that of {before.path} already.")
        found[offering.id] = Filed(offering, path, lines)
    replaced = {name for name, one in found.items() if one.path in own}
    unfit = [
        name
        for name, one in found.items()
        if name not in replaced and replaced & set(one.offering.combines) and _combination(one, found)
    ]
    return {name: one for name, one in found.items() if name not in unfit}, broken


def _problems(found: Iterable[Filed], workspace: Workspace | None) -> list[str]:
    filed = list(found)
    ids = {one.offering.id: one for one in filed}
    products = {p for one in filed for p in one.offering.products}
    if workspace:
        products |= ids_in(workspace, "products", "product")
    books = blueprints_asked((one.offering for one in filed), workspace)
    told: list[str] = []
    for one in filed:
        told += problems(one.offering, one.lines, one.path, products=products, blueprints=books)
        told += _combination(one, ids)
    return told


def _combination(filed: Filed, ids: dict[str, Filed]) -> list[str]:
    """What is wrong with the parts of a bundle."""
    offering, told = filed.offering, []
    for position, name in enumerate(offering.combines):
        at = where(filed.path, filed.lines, ("combines", position))
        if name not in ids:
            told.append(f"{at}: there is no offering {name!r}{did_you_mean(name, ids)}.")
        elif ids[name].offering.combines:
            told.append(f"{at}: {name!r} is a bundle itself; combine what it consists of.")
    if told or not offering.combines:
        return told
    seen: dict[str, str] = {}
    measures: dict[str, tuple[str, Mitigation]] = {}
    for member in [*(ids[name].offering for name in offering.combines), offering]:
        for name, measure in member.measures.items():
            other, its = measures.setdefault(name, (member.id, measure))
            if its.model_copy(update={"takes_away": measure.takes_away}) != measure:
                at = where(filed.path, filed.lines, ("combines",))
                told.append(
                    f"{at}: the mitigation {name!r} is one thing in {other!r} and another in {member.id!r}; "
                    "give one of them another id, or tell both alike."
                )
        for change in member.changes:
            if change.id in seen:
                at = where(filed.path, filed.lines, ("combines",))
                told.append(
                    f"{at}: the change {change.id!r} stands in {seen[change.id]!r} and in {member.id!r}; "
                    "give one of them another id."
                )
            seen[change.id] = member.id
    for position, name in enumerate(offering.includes):
        if name not in measures:
            at = where(filed.path, filed.lines, ("includes", position))
            told.append(
                f"{at}: none of its offerings has a mitigation {name!r}{did_you_mean(name, measures)}."
            )
    return told
