"""A blueprint in words, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from beachhead.practice.blueprint import Blueprint, Placed, sections, shown
from beachhead.practice.choices import asked_for
from beachhead.tables.departments import departments


def outline(blueprint: Blueprint) -> list[str]:
    """Head, domains and sections with one line per point."""
    scale = ", ".join(f"{shown(s.level)} {s.name}" for s in blueprint.levels)
    lines = [
        f"{blueprint.name} ({blueprint.id}, version {blueprint.version})",
        f"{blueprint.author}; {textwrap.shorten(blueprint.licence, 100)}; {textwrap.shorten(blueprint.source, 100)}",
        f"Levels: {scale}",
    ]
    lines += [f"Group {name}: {told}" for name, told in blueprint.groups.items()]
    width = max((len(p.point.id) for p in blueprint.placed), default=0)
    for section, above in sections(blueprint):
        indent = "  " * len(above)
        lines += ["", f"{indent}{section.name} ({section.id})"]
        for point in section.points:
            needs = f"  needs {', '.join(point.needs)}" if point.needs else ""
            lines.append(f"{indent}  {point.id:{width}}  {textwrap.shorten(point.name, 90)}{needs}")
    return lines


def point_lines(blueprint: Blueprint, placed: Placed) -> list[str]:
    """All about one point."""
    return list(_point(blueprint, placed))


def _point(blueprint: Blueprint, placed: Placed) -> Iterator[str]:
    point = placed.point
    names = {**{d.id: d.name for d in departments().values()}, **blueprint.departments}
    yield f"{point.name} ({point.id})"
    yield f"  in {' → '.join(s.name for s in placed.path)}"
    for label, told in (
        ("", point.question),
        ("", point.about),
        ("Without it: ", point.without),
        ("Why it matters: ", point.pragmatist),
    ):
        if told:
            yield from _wrapped(f"{label}{told}")
    scale = blueprint.scale(point)
    for step in scale:
        if told := point.levels.get(step.level):
            yield from _wrapped(f"Level {shown(step.level)}: {told}")
    for choice in point.choices:
        yield from _wrapped(f"May be ticked: {choice.name} ({choice.id})")
    for step in scale if point.rules else ():
        if ticks := asked_for(point, step.level):
            yield from _wrapped(f"{step.name}: {ticks}")
    if not point.levels and not point.rules:
        yield f"  Answers: {', '.join(f'{shown(s.level)} {s.name}' for s in scale)}"
    for criterion in point.criteria:
        yield from _wrapped(f"Must be true: {criterion}")
    if point.evidence:
        yield from _wrapped(f"Ask to be shown: {point.evidence}")
    if point.owners:
        to = (
            f"; hands over to {', '.join(names[d] for d in point.hands_over_to)}"
            if point.hands_over_to
            else ""
        )
        yield f"  Owned by {', '.join(names[d] for d in point.owners)}{to}"
    days = f", {shown(point.effort.days)} days a level" if point.effort.days else ""
    yield f"  Value {point.value}{days}, knowledge {point.effort.knowledge}, money {point.effort.money}"
    if point.needs:
        yield f"  Needs first: {', '.join(point.needs)}"


def _wrapped(told: str) -> Iterator[str]:
    for line in told.splitlines():
        yield from textwrap.wrap(line, 108, initial_indent="  ", subsequent_indent="    ")
