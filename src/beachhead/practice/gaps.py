"""What to do first: gaps ranked by value over effort with prerequisites respected, and the weakest
hand-overs.

A gap is one step of one point: from where it stands to the next level of its scale. It is worth its value
times what the step adds to the score; it costs days × (1 + Σ weight × (rating − 1)) over knowledge and money,
with the weights of the blueprint (judgement). A point that waits for others is worth doing together with
them: the ranking repeatedly takes the open point whose whole bundle, itself and what it still needs, has the
best value over effort, and puts the best member of the bundle that is ready first. So nothing ever stands
before what it needs.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from beachhead.practice.blueprint import STAGES, Blueprint, Placed, Stage
from beachhead.practice.choices import asked_for
from beachhead.practice.scoring import shares

UNSTATED_DAYS = 5.0
"""Person-days of a step where a blueprint states none at all (judgement)."""


@dataclass(frozen=True)
class Step:
    """From ``level`` to ``next_level`` of a point; ``days`` are assumed where the blueprint states none."""

    point: str
    level: float
    next_level: float
    gain: float
    value: float
    days: float
    assumed: bool
    effort: float


def usual_days(blueprint: Blueprint) -> float:
    """Person-days that are taken for a step without stated days: the median of those stated."""
    stated = [float(p.point.effort.days) for p in blueprint.placed if p.point.effort.days is not None]
    return statistics.median(stated) if stated else UNSTATED_DAYS


def next_step(blueprint: Blueprint, placed: Placed, level: float, share: float) -> Step | None:
    """The step from ``level`` to the next level of the point's scale; None at the top.

    ``share`` is the point's share of the score in all (``scoring.shares``).
    """
    point = placed.point
    scale = [float(step.level) for step in blueprint.scale(point)]
    above = [step for step in scale if step > level]
    if not above:
        return None
    climbed = (above[0] - level) / scale[-1]
    days = float(point.effort.days) if point.effort.days is not None else usual_days(blueprint)
    weights = blueprint.effort_weights
    effort = days * (
        1 + weights.knowledge * (point.effort.knowledge - 1) + weights.money * (point.effort.money - 1)
    )
    return Step(
        point=point.id,
        level=level,
        next_level=above[0],
        gain=climbed * share,
        value=point.value * climbed * share,
        days=days,
        assumed=point.effort.days is None,
        effort=effort,
    )


def in_place(blueprint: Blueprint, levels: Mapping[str, float | None], point: str) -> bool:
    """Whether ``point`` has left its lowest level, which is what a point that needs it asks.

    ``levels`` holds the known level of each applicable point (None: not known, counts as not in place); a
    point that is not in it does not apply and stands in nobody's way.
    """
    if point not in levels:
        return True
    level = levels[point]
    return level is not None and level > lowest(blueprint, point)


def known_levels(point_levels: pl.DataFrame, blueprint: Blueprint) -> dict[str, float | None]:
    """Point → level of every point that applies, from the ``scoring.point_levels`` of one assessment.

    None for points that were not asked, not answered or not known.
    """
    levels = dict(point_levels.select("point", "level").iter_rows())
    away = set(point_levels.filter(pl.col("state") == "not_applicable")["point"])
    return {p.point.id: levels.get(p.point.id) for p in blueprint.placed if p.point.id not in away}


def lowest(blueprint: Blueprint, point: str) -> float:
    """The lowest level of the scale of ``point``."""
    return float(blueprint.scale(blueprint.place(point).point)[0].level)


def wanted(blueprint: Blueprint, levels: Mapping[str, float | None], stage: Stage | None = None) -> set[str]:
    """The points whose level is known and which matter up to the life-cycle ``stage``."""
    matters = STAGES[: STAGES.index(stage) + 1] if stage else STAGES
    return {
        p.point.id
        for p in blueprint.placed
        if levels.get(p.point.id) is not None
        and (p.point.from_stage is None or p.point.from_stage in matters)
    }


def ranked(
    blueprint: Blueprint, levels: Mapping[str, float | None], among: set[str]
) -> list[tuple[Step, list[str]]]:
    """The next steps of the points ``among``, best first, each with what it still waits for.

    What they need comes along, from its lowest level where its level is not known.
    """
    share = shares(blueprint, levels)
    steps: dict[str, Step] = {}
    for point, level in levels.items():
        start = lowest(blueprint, point) if level is None else level
        if step := next_step(blueprint, blueprint.by_id[point], start, share[point]):
            steps[point] = step
    waits = {
        p: [n for n in blueprint.by_id[p].point.needs if not in_place(blueprint, levels, n)] for p in steps
    }
    place = {p.point.id: -n for n, p in enumerate(blueprint.placed)}
    bundles = {p: _with_needs(waits, {p}) for p in _with_needs(waits, among & set(steps))}
    order: list[str] = []
    ratio = {p: _ratio(steps, bundle) for p, bundle in bundles.items()}
    while ratio:
        best = max(ratio, key=lambda p: (ratio[p], place[p]))
        ready = [p for p in bundles[best] if not any(need in ratio for need in waits[p])]
        first = max(ready, key=lambda p: (_ratio(steps, {p}), place[p]))
        order.append(first)
        del ratio[first]
        for p in ratio:
            if first in bundles[p]:
                bundles[p].discard(first)
                ratio[p] = _ratio(steps, bundles[p])
    return [(steps[p], waits[p]) for p in order]


def _ratio(steps: Mapping[str, Step], points: set[str]) -> float:
    return sum(steps[p].value for p in points) / sum(steps[p].effort for p in points)


def _with_needs(waits: Mapping[str, list[str]], points: set[str]) -> set[str]:
    """``points`` and all that they wait for, however far back."""
    found: set[str] = set()
    todo = list(points)
    while todo:
        point = todo.pop()
        if point not in found:
            found.add(point)
            todo += [need for need in waits.get(point, []) if need in waits]
    return found


def gaps(point_levels: pl.DataFrame, blueprint: Blueprint, *, stage: Stage | None = None) -> pl.DataFrame:
    """The gaps of one assessment, best first: points whose level is known, and what these need first.

    ``stage``: only what matters up to this life-cycle stage (with what that needs first).

    Columns: rank, point, name, domain, level (null: not known, find out first), next_level, criterion (of the
    next level), value, days, assumed (the blueprint states no days), knowledge, money, gain (what the step
    adds to the score in all), ratio (value over effort), waits_for (points that come first), unlocks (points
    that wait for it), owners, hands_over_to, evidence.
    """
    levels = known_levels(point_levels, blueprint)
    found = ranked(blueprint, levels, wanted(blueprint, levels, stage))
    unlocks: dict[str, list[str]] = {}
    for step, waits in found:
        for need in waits:
            unlocks.setdefault(need, []).append(step.point)
    rows = []
    for rank, (step, waits) in enumerate(found, 1):
        placed = blueprint.place(step.point)
        point = placed.point
        rows.append(
            (
                rank,
                point.id,
                point.name,
                placed.domain.id,
                levels[point.id],
                step.next_level,
                criterion(blueprint, placed, step.next_level),
                point.value,
                step.days,
                step.assumed,
                point.effort.knowledge,
                point.effort.money,
                step.gain,
                step.value / step.effort * len(levels),
                waits,
                unlocks.get(point.id, []),
                point.owners,
                point.hands_over_to,
                point.evidence,
            )
        )
    return pl.DataFrame(rows, schema=GAPS, orient="row")


GAPS = pl.Schema(
    [
        ("rank", pl.Int64()),
        *((name, pl.String()) for name in ("point", "name", "domain")),
        *((name, pl.Float64()) for name in ("level", "next_level")),
        ("criterion", pl.String()),
        ("value", pl.Int64()),
        ("days", pl.Float64()),
        ("assumed", pl.Boolean()),
        ("knowledge", pl.Int64()),
        ("money", pl.Int64()),
        ("gain", pl.Float64()),
        ("ratio", pl.Float64()),
        *((name, pl.List(pl.String)) for name in ("waits_for", "unlocks", "owners", "hands_over_to")),
        ("evidence", pl.String()),
    ]
)


def criterion(blueprint: Blueprint, placed: Placed, level: float) -> str | None:
    """What must be seen at ``level``: the criterion of the point, else what the scale says."""
    point = placed.point
    if level in point.levels:
        return point.levels[level]
    if ticks := asked_for(point, level):
        return ticks
    step = next((s for s in blueprint.scale(point) if s.level == level), None)
    told = "; ".join(point.criteria)
    return " – ".join(text for text in ((step.about or step.name) if step else "", told) if text) or None


def open_points(point_levels: pl.DataFrame, blueprint: Blueprint) -> pl.DataFrame:
    """Asked points without a level, those first that leave most open.

    Columns: point, name, domain, state (unanswered or dont_know), spread (how far the score in all may still
    move by it), owners (whom to ask), evidence (what to ask to be shown).
    """
    share = shares(blueprint, known_levels(point_levels, blueprint))
    rows = []
    for point, state in point_levels.select("point", "state").iter_rows():
        if state in ("unanswered", "dont_know"):
            placed = blueprint.by_id[point]
            spread = share[point] * (1 - lowest(blueprint, point) / blueprint.scale(placed.point)[-1].level)
            told = placed.point
            rows.append((point, told.name, placed.domain.id, state, spread, told.owners, told.evidence))
    schema = pl.Schema(
        [
            *((name, pl.String()) for name in ("point", "name", "domain", "state")),
            ("spread", pl.Float64()),
            ("owners", pl.List(pl.String)),
            ("evidence", pl.String()),
        ]
    )
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.sort("spread", descending=True, maintain_order=True)


def hand_overs(point_levels: pl.DataFrame, blueprint: Blueprint) -> pl.DataFrame:
    """How well departments hand over to each other, weakest first.

    A point counts for every pair of a department that owns it and one that it hands over to. Columns: from,
    to, points, answered, score, lo, hi (weighted means of level over highest), weakest (the point with the
    lowest level). Pairs without an answer stand last.
    """
    pairs = pl.DataFrame(
        [
            (p.point.id, owner, to, p.weight)
            for p in blueprint.placed
            for owner in p.point.owners
            for to in p.point.hands_over_to
        ],
        schema={"point": pl.String, "from": pl.String, "to": pl.String, "weight": pl.Float64},
        orient="row",
    )
    answered = pl.col("state") == "answered"
    weight = pl.col("weight")
    return (
        pairs.join(point_levels, on="point", maintain_order="left")
        .filter(pl.col("state") != "not_applicable")
        .group_by("from", "to", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("points"),
            answered.sum().cast(pl.Int64).alias("answered"),
            pl.when(answered.any())
            .then((weight * pl.col("fraction")).filter(answered).sum() / weight.filter(answered).sum())
            .alias("score"),
            ((weight * pl.col("fraction-lo")).sum() / weight.sum()).alias("lo"),
            ((weight * pl.col("fraction-hi")).sum() / weight.sum()).alias("hi"),
            pl.col("point").sort_by("fraction", nulls_last=True).first().alias("weakest"),
        )
        .sort("score", "points", descending=[False, True], nulls_last=True, maintain_order=True)
    )
