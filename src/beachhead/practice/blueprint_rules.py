"""What a blueprint must obey beyond the form of its fields: every breach at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from beachhead.errors import did_you_mean
from beachhead.practice.blueprint import Blueprint, Level, Placed, Section, shown
from beachhead.practice.expressions import names
from beachhead.tables.departments import departments
from beachhead.tables.yaml_files import Lines, where

At = tuple[str | int, ...]
"""Keys and positions that lead to an entry of the file."""


def problems(blueprint: Blueprint, lines: Lines, path: str | Path) -> list[str]:
    """Every rule that ``blueprint`` breaks, as a sentence with file and line; none for a sound one."""
    found = [
        *_scales(blueprint),
        *_identities(blueprint),
        *_points(blueprint),
        *((at, sentence) for at, sentence in _circles(blueprint)),
    ]
    placed = sorted(((lines.get(_known(at, lines), 1), at, sentence) for at, sentence in found))
    return [f"{where(path, lines, at)}: {sentence}." for _, at, sentence in placed]


def _known(at: At, lines: Lines) -> At:
    while at and at not in lines:
        at = at[:-1]
    return at


def _scales(blueprint: Blueprint) -> Iterator[tuple[At, str]]:
    named: list[tuple[At, str, list[Level]]] = [(("levels",), "the scale", blueprint.levels)]
    named += [(("scales", name), f"scale {name!r}", scale) for name, scale in blueprint.scales.items()]
    for at, name, scale in named:
        numbers = [step.level for step in scale]
        if len(numbers) < 2:
            yield at, f"{name} has {len(numbers)} level, a scale needs two or more"
        elif numbers != sorted(set(numbers)):
            yield at, f"{name} must rise from level to level, found {', '.join(map(shown, numbers))}"
        elif numbers[0] < 0:
            low = shown(numbers[0])
            yield at, f"{name} begins at {low}; scores are level over highest level, so begin at 0 or more"


def _identities(blueprint: Blueprint) -> Iterator[tuple[At, str]]:
    if not blueprint.domains:
        yield ("domains",), "a blueprint needs a domain with points"
    sections: dict[str, At] = {}
    points: dict[str, At] = {}
    for at, section in _sections(blueprint):
        if section.id in sections:
            yield (
                (*at, "id"),
                f"the section id {section.id!r} stands twice; ids of domains and sections are unique",
            )
        sections[section.id] = at
        if not section.points and not section.sections:
            yield at, f"section {section.id!r} has neither points nor sections"
        for position, point in enumerate(section.points):
            here = (*at, "points", position, "id")
            if point.id in points:
                yield here, f"the point id {point.id!r} stands twice; ids of points are unique"
            if point.id in blueprint.retired:
                yield here, f"the point id {point.id!r} is retired; a new point needs a new id"
            points[point.id] = here


def _points(blueprint: Blueprint) -> Iterator[tuple[At, str]]:
    known_departments = {**departments(), **blueprint.departments}
    for at, placed in _located(blueprint):
        point = placed.point
        of = f"of point {point.id!r}"
        for field in ("owners", "hands_over_to"):
            for position, name in enumerate(getattr(point, field)):
                if name not in known_departments:
                    guess = did_you_mean(name, known_departments)
                    yield (*at, field, position), f"{field} {of}: there is no department {name!r}{guess}"
        for position, name in enumerate(point.needs):
            if name == point.id:
                yield (*at, "needs", position), f"point {point.id!r} needs itself"
            elif name not in blueprint.by_id:
                guess = did_you_mean(name, blueprint.by_id)
                yield (*at, "needs", position), f"needs {of}: there is no point {name!r}{guess}"
        for position, name in enumerate(point.groups):
            if name not in blueprint.groups:
                guess = did_you_mean(name, blueprint.groups) or "; declare it under 'groups' of the blueprint"
                yield (*at, "groups", position), f"groups {of}: there is no group {name!r}{guess}"
        if point.scale is not None and point.scale not in blueprint.scales:
            guess = did_you_mean(point.scale, blueprint.scales)
            yield (*at, "scale"), f"scale {of}: there is no scale {point.scale!r}{guess}"
        else:
            yield from _levels(blueprint, at, placed)
        yield from _choices(blueprint, at, placed)
        if blueprint.scoring == "stages" and point.stage is None:
            yield at, f"point {point.id!r} needs a 'stage', because the scoring of the blueprint is 'stages'"


def _levels(blueprint: Blueprint, at: At, placed: Placed) -> Iterator[tuple[At, str]]:
    point = placed.point
    scale = [step.level for step in blueprint.scale(point)]
    seen: dict[str, float] = {}
    for level, criterion in point.levels.items():
        here = (*at, "levels", shown(level))
        if level not in scale and not (blueprint.between and point.scale is None):
            allowed = ", ".join(map(shown, scale))
            yield here, f"levels of point {point.id!r}: {shown(level)} is not on its scale ({allowed})"
        plain = " ".join(criterion.casefold().split())
        if plain in seen:
            same = shown(seen[plain])
            yield here, f"levels {same} and {shown(level)} of point {point.id!r} have the same criterion"
        seen[plain] = level


def _choices(blueprint: Blueprint, at: At, placed: Placed) -> Iterator[tuple[At, str]]:
    point = placed.point
    of = f"of point {point.id!r}"
    if bool(point.choices) != bool(point.rules):
        yield at, f"choices {of}: choices need rules that give the level, and rules need choices"
    known = [choice.id for choice in point.choices]
    for position, name in enumerate(known):
        if name in known[:position]:
            yield (*at, "choices", position, "id"), f"choices {of}: the choice {name!r} stands twice"
    scale = [step.level for step in blueprint.scales.get(point.scale or "", blueprint.levels)]
    for position, rule in enumerate(point.rules):
        here = (*at, "rules", position, "when")
        if rule.level not in scale:
            yield (*at, "rules", position, "level"), f"rules {of}: {shown(rule.level)} is not on its scale"
        try:
            for name in sorted(names(rule.when) - set(known)):
                yield here, f"rules {of}: there is no choice {name!r}{did_you_mean(name, known)}"
        except ValueError:
            yield here, f"rules {of}: {rule.when!r} cannot be read; write it as a && (!b || c)"


def _circles(blueprint: Blueprint) -> Iterator[tuple[At, str]]:
    """Each circle of prerequisites once, told from its first point in reading order."""
    at_point = {placed.point.id: at for at, placed in _located(blueprint)}
    done: set[str] = set()
    for start in at_point:
        trail: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            stack, trail = [(start, iter(blueprint.by_id[start].point.needs))], [start]
        while stack:
            here, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done.add(here)
                stack.pop()
                trail.pop()
            elif following in trail and following != here:
                circle = [*trail[trail.index(following) :], following]
                yield (
                    (*at_point[following], "needs"),
                    f"points need each other in a circle: {' → '.join(circle)}",
                )
            elif following in at_point and following not in done and following != here:
                stack.append((following, iter(blueprint.by_id[following].point.needs)))
                trail.append(following)


def _sections(blueprint: Blueprint) -> Iterator[tuple[At, Section]]:
    def walk(sections: Sequence[Section], at: At) -> Iterator[tuple[At, Section]]:
        for position, section in enumerate(sections):
            yield (*at, position), section
            yield from walk(section.sections, (*at, position, "sections"))

    yield from walk(blueprint.domains, ("domains",))


def _located(blueprint: Blueprint) -> Iterator[tuple[At, Placed]]:
    placed = iter(blueprint.placed)
    for at, section in _sections(blueprint):
        for position in range(len(section.points)):
            yield (*at, "points", position), next(placed)
