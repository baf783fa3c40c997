"""A road map: steps per quarter under a capacity in person-days, and the planned assessments that they lead
to.

A step is one level of one point. In a quarter a point rises at most one level, and only where what it needs
was in place when the quarter began: a level must be lived before the next builds on it. A step that takes
more than a quarter's capacity runs over several quarters. Each quarter's planned assessment is a full set of
answers, so its scores are computed like those of an actual one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from beachhead.errors import BadQuestion
from beachhead.practice.assessment import Answer, Answers, Assessment, answer_tables
from beachhead.practice.blueprint import Blueprint, Stage
from beachhead.practice.gaps import Step, criterion, in_place, known_levels, lowest, ranked, wanted
from beachhead.practice.scoring import point_levels, scores

STEPS = pl.Schema(
    [
        ("quarter", pl.String()),
        ("until", pl.Date()),
        *((name, pl.String()) for name in ("point", "name", "domain")),
        *((name, pl.Float64()) for name in ("level", "next_level", "days", "days_in_all")),
        ("done", pl.Boolean()),
        ("known", pl.Boolean()),
        ("criterion", pl.String()),
        ("owners", pl.List(pl.String)),
    ]
)


@dataclass(frozen=True)
class Roadmap:
    """A plan over some quarters.

    ``steps``: quarter, until (its last day), point, name, domain, level → next_level, days (spent in this
    quarter), days_in_all, done (the level is reached in this quarter), known (False: the level now is not
    known, so check first), criterion (what must be seen), owners. ``planned``: one assessment per quarter.
    ``scores``, over what is known today: those of today, of the start of the plan where that is lower
    (disagreements), and of each quarter, ``quarter`` first, then as ``scoring.scores``. ``waiting``: steps
    that found no place, with ``why``.
    """

    steps: pl.DataFrame
    planned: list[Assessment]
    scores: pl.DataFrame
    waiting: pl.DataFrame


def roadmap(
    answers: Answers,
    blueprint: Blueprint,
    *,
    days_per_quarter: float,
    quarters: int,
    after: dt.date,
    stage: Stage | None = None,
) -> Roadmap:
    """Plan the quarters that follow ``after`` from one actual assessment (``answers`` holds exactly one).

    Where respondents disagree, the plan starts from the level at or below their mean. ``stage``: only what
    matters up to this life-cycle stage. Raises BadQuestion for a capacity or a number of quarters that cannot
    be planned.
    """
    if not days_per_quarter > 0:
        raise BadQuestion(
            f"The capacity must be above zero person-days a quarter, found {days_per_quarter:g}."
        )
    if not 1 <= quarters <= 40:
        raise BadQuestion(f"A road map has 1 to 40 quarters, found {quarters}.")
    now = point_levels(answers, blueprint)
    levels = _on_scale(blueprint, known_levels(now, blueprint))
    first = dict(levels)
    among = wanted(blueprint, levels, stage)
    start = _planned(answers, blueprint, now, levels, first, after)
    rows: list[tuple[object, ...]] = []
    planned: list[Assessment] = []
    running: tuple[Step, float] | None = None
    for name, last in _quarters(after, quarters):
        free = days_per_quarter
        at_start = dict(levels)
        if running:
            step, left = running
            spent = min(free, left)
            free -= spent
            running = (step, left - spent) if left > spent else None
            rows.append(_row(blueprint, first, name, last, step, spent, running is None))
            if running is None:
                levels[step.point] = step.next_level
        for step, waits in ranked(blueprint, at_start, among):
            if waits or step.point in {r[2] for r in rows if r[0] == name} or free <= 0:
                continue
            if step.days > free and (step.days <= days_per_quarter or running):
                continue  # it fits a whole quarter, so it comes in one of the next
            spent = min(step.days, free)
            free -= spent
            if spent < step.days:
                running = (step, step.days - spent)
            else:
                levels[step.point] = step.next_level
            rows.append(_row(blueprint, first, name, last, step, spent, spent == step.days))
        planned.append(_planned(answers, blueprint, now, levels, first, last))
    steps = pl.DataFrame(rows, schema=STEPS, orient="row")
    return Roadmap(
        steps,
        planned,
        _scores(answers, blueprint, start, planned, [name for name, _ in _quarters(after, quarters)]),
        _waiting(blueprint, levels, among, days_per_quarter),
    )


def infeasible(
    before: Mapping[str, float | None], after: Mapping[str, float | None], blueprint: Blueprint
) -> list[tuple[str, str]]:
    """Points that rise though what they need is not in place by then, each with that need."""
    found = []
    for point, level in after.items():
        start = before.get(point)
        if level is None or (start is not None and level <= start) or level <= lowest(blueprint, point):
            continue
        needs = blueprint.place(point).point.needs
        found += [(point, need) for need in needs if not in_place(blueprint, after, need)]
    return found


def _on_scale(blueprint: Blueprint, levels: Mapping[str, float | None]) -> dict[str, float | None]:
    """Means of respondents lowered to a level of the scale."""
    found: dict[str, float | None] = {}
    for point, level in levels.items():
        placed = blueprint.place(point)
        between = blueprint.between and placed.point.scale is None
        scale = [float(step.level) for step in blueprint.scale(placed.point)]
        found[point] = level if level is None or between else max(s for s in scale if s <= level + 1e-9)
    return found


def _quarters(after: dt.date, count: int) -> list[tuple[str, dt.date]]:
    """Name and last day of the quarters that begin after ``after``."""
    found = []
    year, quarter = after.year, (after.month - 1) // 3 + 1
    for _ in range(count):
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
        month = quarter * 3
        following = dt.date(year + month // 12, month % 12 + 1, 1)
        found.append((f"{year} Q{quarter}", following - dt.timedelta(days=1)))
    return found


def _row(
    blueprint: Blueprint,
    first: Mapping[str, float | None],
    quarter: str,
    until: dt.date,
    step: Step,
    spent: float,
    done: bool,
) -> tuple[object, ...]:
    placed = blueprint.place(step.point)
    known = first[step.point] is not None
    told = criterion(blueprint, placed, step.next_level)
    return (
        quarter,
        until,
        step.point,
        placed.point.name,
        placed.domain.id,
        step.level,
        step.next_level,
        spent,
        step.days,
        done,
        known,
        told,
        placed.point.owners,
    )


def _planned(
    answers: Answers,
    blueprint: Blueprint,
    now: pl.DataFrame,
    levels: Mapping[str, float | None],
    first: Mapping[str, float | None],
    until: dt.date,
) -> Assessment:
    """The answers as they are planned to stand at the end of a quarter."""
    head = answers.assessments.row(0, named=True)
    reasons = dict(answers.answers.drop_nulls("reason").select("point", "reason").iter_rows())
    found: dict[str, Answer] = {}
    for point, state in now.select("point", "state").iter_rows():
        if state == "not_applicable":
            found[point] = Answer(level="not_applicable", reason=reasons[point])
        elif state == "dont_know" and levels[point] is None:
            found[point] = Answer(level="dont_know")
    for point, level in levels.items():
        if level is not None:
            begun = first[point]
            raised = level > (lowest(blueprint, point) if begun is None else begun)
            found[point] = Answer(level=level, comment="planned" if raised else None)
    order = [p.point.id for p in blueprint.placed if p.point.id in found]
    return Assessment(
        subject=head["subject"],
        kind=head["kind"],
        blueprint=blueprint.id,
        blueprint_version=blueprint.version,
        date=until,
        status="planned",
        groups=head["groups"],
        answers={point: found[point] for point in order},
    )


def _scores(
    answers: Answers, blueprint: Blueprint, start: Assessment, planned: list[Assessment], names: list[str]
) -> pl.DataFrame:
    """Scores of today, of the start of the plan where it differs, and of each quarter.

    All over the points that are known today: what is planned to be found out and raised on the way would
    otherwise enter at a low level and look like a step back.
    """
    today = scores(point_levels(answers, blueprint), blueprint).drop("assessment")
    kept = [today.select(pl.lit("today").alias("quarter"), *today.columns)]
    for name, assessment in zip(["start", *names], [start, *planned], strict=True):
        known = {
            p: answer if (at_start := start.answers.get(p)) and at_start.number is not None else at_start
            for p, answer in assessment.answers.items()
        }
        same = assessment.model_copy(update={"answers": {p: answer for p, answer in known.items() if answer}})
        own = scores(point_levels(answer_tables([same]), blueprint), blueprint)
        own = own.select(pl.lit(name).alias("quarter"), *today.columns)
        if name != "start" or not own["score"].equals(today["score"], null_equal=True):
            kept.append(own)
    return pl.concat(kept)


def _waiting(
    blueprint: Blueprint, levels: Mapping[str, float | None], among: set[str], capacity: float
) -> pl.DataFrame:
    rows = []
    for step, waits in ranked(blueprint, levels, among):
        why = f"waits for {', '.join(waits)}" if waits else f"{step.days:g} person-days found no place"
        name = blueprint.place(step.point).point.name
        rows.append((step.point, name, step.level, step.next_level, step.days, why))
    columns = {"point": pl.String, "name": pl.String, "level": pl.Float64, "next_level": pl.Float64}
    return pl.DataFrame(rows, schema=columns | {"days": pl.Float64, "why": pl.String}, orient="row")
