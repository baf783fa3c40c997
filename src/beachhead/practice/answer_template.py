"""A questionnaire as a YAML file: every point with its criteria as comments, the answers to fill in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from beachhead.practice.answer_files import to_yaml
from beachhead.practice.assessment import Answer, Assessment
from beachhead.practice.blueprint import Blueprint, Placed, shown
from beachhead.practice.questionnaire import Asked


def answer_template(blueprint: Blueprint, asked: Asked, known: Assessment | None = None) -> str:
    """The text of an answer file in which every asked point waits for its ``level``.

    ``known``: answers that are already there, such as those that a mapping pre-filled.
    """
    points = blueprint.in_group(list(asked.groups))
    given = known.answers if known else {}
    empty = Assessment(
        subject=asked.shown,
        kind=asked.kind,  # type: ignore[arg-type]  # checked by the model
        blueprint=blueprint.id,
        blueprint_version=blueprint.version,
        date=asked.date,
        respondent=asked.respondent,
        groups=list(asked.groups),
        answers={p.point.id: given.get(p.point.id, Answer()) for p in points},
    )
    answers = dict(
        zip((p.point.id for p in points), to_yaml(empty).splitlines()[-len(points) :], strict=True)
    )
    head = to_yaml(empty).splitlines()[: -len(points)]
    lines = [
        "# Give each point a level, dont_know, or not_applicable with a reason:",
        "#   some-point: {level: 2, evidence: what was shown, comment: what was said, confidence: high}",
        *head,
    ]
    section = None
    for placed in points:
        if placed.section.id != section:
            section = placed.section.id
            lines += ["", f"  # ---- {' / '.join(s.name for s in placed.path)}"]
        lines += ["", *_comments(blueprint, placed)]
        empty_answer = "{choices: }" if placed.point.choices else "{level: }"
        waiting = answers[placed.point.id].replace("{}", empty_answer)
        lines.append(waiting)
    return "\n".join(lines) + "\n"


def _comments(blueprint: Blueprint, placed: Placed) -> Iterator[str]:
    point = placed.point
    told = [point.question or point.name]
    told += [
        f"{shown(step.level)}: {point.levels[step.level]}"
        for step in blueprint.scale(point)
        if step.level in point.levels
    ]
    if point.choices:
        told.append("Tick what holds, as [id, id], or none:")
        told += [f"{choice.id}: {choice.name}" for choice in point.choices]
    elif not point.levels:
        told += [f"{shown(step.level)}: {step.name}" for step in blueprint.scale(point)]
    told += [f"Must be true: {criterion}" for criterion in point.criteria]
    if point.evidence:
        told.append(f"Ask to be shown: {point.evidence}")
    for paragraph in told:
        for line in paragraph.splitlines():
            yield from textwrap.wrap(line, 106, initial_indent="  # ", subsequent_indent="  #   ")
