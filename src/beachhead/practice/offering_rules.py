"""What an offering must obey beyond the form of its fields: every breach at once, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from beachhead.errors import BadInput, did_you_mean
from beachhead.practice.formula import Formula, in_order
from beachhead.practice.offering import BusinessCase, Change, Mitigation, Offering
from beachhead.practice.units import MONEY, Unit
from beachhead.tables.departments import departments
from beachhead.tables.yaml_files import Lines, where

if TYPE_CHECKING:
    from beachhead.practice.blueprint import Blueprint

At = tuple[str | int, ...]

REQUIRED = {
    "investment": Unit.parse(MONEY),
    "annual_benefit": Unit.parse(f"{MONEY} per year"),
}
OPTIONAL = {"months_before_benefit": Unit.parse("month")}
"""Formulas that the payback is made of, and what they must come out in."""


def problems(
    offering: Offering,
    lines: Lines,
    path: str | Path,
    *,
    products: Collection[str],
    blueprints: Mapping[str, Blueprint],
) -> list[str]:
    """Every rule that ``offering`` breaks, as a sentence with file and line; none for a sound one.

    ``products``: ids that may be owned; ``blueprints``: those at hand, whose points answers can be given to.
    """
    found = [
        *_parts(offering, products),
        *_of_changes(offering, products, blueprints),
        *_inputs(offering.business_case),
    ]
    sentences = [(lines.get(at, 1), f"{where(path, lines, at)}: {said}.") for at, said in found]
    if not any(at[:2] == ("business_case", "inputs") for at, _ in found):
        sentences += [(line, f"{said}.") for line, said in _formulas(offering.business_case, lines, path)]
    return [said for _, said in sorted(sentences, key=lambda pair: pair[0])]


def change_problems(
    offering: Offering,
    lines: Lines,
    path: str | Path,
    *,
    products: Collection[str],
    blueprints: Mapping[str, Blueprint],
) -> list[str]:
    """As ``problems``, of the changes and their mitigations alone."""
    found = _of_changes(offering, products, blueprints)
    return [
        f"{where(path, lines, at)}: {said}."
        for at, said in sorted(found, key=lambda one: lines.get(one[0], 1))
    ]


def _of_changes(
    offering: Offering, products: Collection[str], blueprints: Mapping[str, Blueprint]
) -> list[tuple[At, str]]:
    return [*_changes(offering), *_mitigations(offering), *_conditions(offering, products, blueprints)]


def parsed(case: BusinessCase, lines: Lines | None = None, path: str | Path = "") -> dict[str, Formula]:
    """The formulas of ``case`` by name, each behind those that it uses. Raises BadInput."""
    names = [*(one.id for one in case.inputs), *case.formulas]
    formulas = {
        name: Formula.parse(
            text, names, where(path, lines, ("business_case", "formulas", name)) if lines else ""
        )
        for name, text in case.formulas.items()
    }
    return {name: formulas[name] for name in in_order(formulas)}


def units(case: BusinessCase, formulas: Mapping[str, Formula]) -> dict[str, Unit]:
    """The unit of every input and formula of ``case``. Raises BadInput where units do not agree."""
    found = {one.id: one.parsed_unit for one in case.inputs}
    for name, formula in formulas.items():
        found[name] = formula.unit(found)
    return found


def _parts(offering: Offering, products: Collection[str]) -> Iterator[tuple[At, str]]:
    if not offering.changes and not offering.combines:
        yield ("changes",), f"offering {offering.id!r} has no changes; say at least what stays as it is"
    if offering.includes and not offering.combines:
        yield ("includes",), "'includes' is for bundles; write 'when: included' at the mitigation itself"
    for field in ("products", "needs_first"):
        for position, name in enumerate(getattr(offering, field)):
            if name not in products:
                yield (field, position), f"there is no product {name!r}{did_you_mean(name, products)}"
            elif field == "needs_first" and name in offering.products:
                yield (field, position), f"{name!r} is part of the offering, so it cannot be needed first"


def _changes(offering: Offering) -> Iterator[tuple[At, str]]:
    known, seen = departments(), set()
    for n, change in enumerate(offering.changes):
        at: At = ("changes", n)
        if change.id in seen:
            yield (*at, "id"), f"the change id {change.id!r} stands twice"
        seen.add(change.id)
        if change.department not in known:
            guess = did_you_mean(change.department, known)
            yield (*at, "department"), f"there is no department {change.department!r}{guess}"
        if change.depth == 0 and change.mitigations:
            yield (*at, "mitigations"), f"change {change.id!r} has depth 0, so there is nothing to take away"


def _each(offering: Offering) -> Iterator[tuple[At, Change, Mitigation]]:
    for n, change in enumerate(offering.changes):
        for m, mitigation in enumerate(change.mitigations):
            yield ("changes", n, "mitigations", m), change, mitigation


def _mitigations(offering: Offering) -> Iterator[tuple[At, str]]:
    told: dict[str, At] = {}
    for at, change, mitigation in _each(offering):
        name = mitigation.id
        if [m.id for m in change.mitigations].count(name) > 1:
            yield at, f"mitigation {name!r} stands twice at change {change.id!r}"
        if not mitigation.told:
            extra = [f for f in ("kind", "when", "days", "owners", "text") if getattr(mitigation, f)]
            if extra:
                yield at, f"mitigation {name!r} has no 'name', so it cannot have {extra[0]!r} here"
            if name not in offering.measures:
                guess = did_you_mean(name, offering.measures)
                yield at, f"mitigation {name!r} is nowhere told in full, with kind, name and text{guess}"
            continue
        if name in told:
            yield at, f"mitigation {name!r} is told in full twice; repeat only its id and takes_away"
        told[name] = at
        for field in ("kind", "text"):
            if getattr(mitigation, field) is None:
                yield at, f"mitigation {name!r} has no {field!r}"
        if mitigation.takes_away > change.depth:
            yield (*at, "takes_away"), f"mitigation {name!r} takes away more than change {change.id!r} has"
        for position, owner in enumerate(mitigation.owners):
            if owner not in departments():
                guess = did_you_mean(owner, departments())
                yield (*at, "owners", position), f"owners: there is no department {owner!r}{guess}"
        free = any(w.kind in ("included", "point") for w in mitigation.when)
        if mitigation.days is None and not free:
            yield at, f"mitigation {name!r} has no 'days': how many person-days does it take"


def _conditions(
    offering: Offering, products: Collection[str], blueprints: Mapping[str, Blueprint]
) -> Iterator[tuple[At, str]]:
    for at, _, mitigation in _each(offering):
        for when in mitigation.when:
            here = (*at, "when")
            if when.kind in ("owned", "reference") and when.name not in products:
                yield here, f"there is no product {when.name!r}{did_you_mean(when.name, products)}"
            if when.kind != "point":
                continue
            if when.blueprint not in blueprints:
                yield (
                    here,
                    f"there is no blueprint {when.blueprint!r}{did_you_mean(when.blueprint, blueprints)}",
                )
                continue
            blueprint = blueprints[when.blueprint]
            if when.name not in blueprint.by_id:
                guess = did_you_mean(when.name, blueprint.by_id)
                yield here, f"blueprint {when.blueprint!r} has no point {when.name!r}{guess}"
                continue
            scale = [step.level for step in blueprint.scale(blueprint.by_id[when.name].point)]
            if not scale[0] < when.level <= scale[-1]:
                yield here, f"point {when.name!r} has levels to {scale[-1]:g}, so {when} says nothing"


def _inputs(case: BusinessCase) -> Iterator[tuple[At, str]]:
    seen: set[str] = set()
    for n, one in enumerate(case.inputs):
        at = ("business_case", "inputs", n)
        if one.id in seen:
            yield (*at, "id"), f"the input {one.id!r} stands twice"
        if one.id in case.formulas:
            yield (*at, "id"), f"{one.id!r} is an input and a formula; give one of them another name"
        seen.add(one.id)
        if not one.low <= one.likely <= one.high:
            yield (
                at,
                f"input {one.id!r}: low, likely and high must rise, found {one.low}, {one.likely}, {one.high}",
            )


def _formulas(case: BusinessCase, lines: Lines, path: str | Path) -> Iterator[tuple[int, str]]:
    at = ("business_case", "formulas")
    for name, unit in REQUIRED.items():
        if name not in case.formulas:
            yield (
                lines.get(at, 1),
                f"{where(path, lines, at)}: the business case has no formula {name!r}, in {unit.said()}",
            )
    try:
        formulas = parsed(case, lines, path)
        found = units(case, formulas)
    except BadInput as no:
        yield lines.get(at, 1), str(no).removesuffix(".")
        return
    for name, unit in (REQUIRED | OPTIONAL).items():
        if name in found and found[name] != unit:
            here = (*at, name)
            yield (
                lines.get(here, 1),
                f"{where(path, lines, here)}: {name} comes out in {found[name].said()}, "
                f"it should be in {unit.said()}",
            )
    used = {used for formula in formulas.values() for used in formula.names}
    for n, one in enumerate(case.inputs):
        if one.id not in used:
            at_input: At = ("business_case", "inputs", n)
            at_line = lines.get(at_input, 1)
            yield at_line, f"{where(path, lines, at_input)}: no formula uses the input {one.id!r}"
