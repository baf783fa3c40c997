"""What a practice changes for those who buy next year, and whether a release is ready for the majority.

No table says which service suits which adopter category. What is derived here is judgement on data: the
stage from which a point of the blueprint matters is the blueprint's (judgement); who buys next year is
the territory's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from beachhead.accounts.buyers import buyers_by_category
from beachhead.accounts.territory import Territory
from beachhead.documents.assessment_section import gap_row
from beachhead.documents.words import category_name, join, percent
from beachhead.practice.blueprint import STAGES, Blueprint, Placed
from beachhead.practice.gaps import criterion, known_levels
from beachhead.practice.results import Results, level_shown
from beachhead.tables.categories import CATEGORIES

PLANNED, NAMED = 10, 3
GATE = 0.5
"""A point is ready for the majority at the first level above half of its scale (judgement): on the shipped
scale at 2 of 3, where people from outside have seen it."""
FEW_BUYERS = 1.0
"""A service that fewer buyers of a category are expected to buy next year is not for that category (judgement)."""


def practice_plan(found: Results, territory: Territory | None) -> dict[str, Any]:
    """The partner practice plan: ``gaps`` in the order of who buys next year, ``categories`` with what to add,
    change and drop for each; ``known``: whether anything says who buys.
    """
    windows = (
        {}
        if territory is None
        else {row["window"]: row for row in buyers_by_category(territory).iter_rows(named=True)}
    )
    shares = _shares(windows.get("next year"))
    points = {p.point.id: p.point.name for p in found.blueprint.placed}
    plan = by_next_buyers(found.gaps, found.blueprint, shares)
    return {
        "known": shares is not None,
        "gaps": [
            gap_row(row, points)
            | {
                "from": category_name(
                    found.blueprint.by_id[row["point"]].point.from_stage or "every category"
                ),
                "share": percent(row["share"]) if shares else "",
            }
            for row in plan.head(PLANNED).iter_rows(named=True)
        ],
        "categories": [
            _category(c, found, plan, windows, services(territory) if territory else None) for c in CATEGORIES
        ],
    }


def by_next_buyers(
    gaps: pl.DataFrame, blueprint: Blueprint, shares: Mapping[str, float] | None
) -> pl.DataFrame:
    """``gaps`` with ``share``, ordered by value over effort × share; what a gap waits for stays before it.

    ``share``: of next year's buyers, those that stand at or behind the stage from which the point
    matters (1 where nobody knows who buys).
    """
    share = {p.point.id: _reach(p, shares) for p in blueprint.placed}
    rows = [row | {"share": share[row["point"]]} for row in gaps.iter_rows(named=True)]
    rows.sort(key=lambda row: -row["ratio"] * row["share"])
    placed: list[dict[str, Any]] = []
    while rows:
        waiting = {row["point"] for row in rows}
        ready = next((r for r in rows if not waiting & set(r["waits_for"])), rows[0])
        rows.remove(ready)
        placed.append(ready)
    return pl.DataFrame(placed, schema={**gaps.schema, "share": pl.Float64}, orient="row")


def services(found: Territory) -> pl.DataFrame:
    """service (name), category, buyers: expected first buyers within twelve months of each service of our own."""
    own = found.tables.products.filter(
        pl.col("ours").fill_null(False) & (pl.col("vendor") == found.workspace.us)
    )
    ranked = found.next_buyers.ranked(
        [p for p in found.next_buyers.snapshot.products if p in set(own["product"])]
    )
    stands = found.standing.table.select("account", *CATEGORIES)
    return (
        ranked.join(stands, on="account")
        .group_by("product", maintain_order=True)
        .agg((pl.col(c) * pl.col("within-12")).sum() for c in CATEGORIES)
        .unpivot(index="product", variable_name="category", value_name="buyers")
        .select(pl.col("product").replace(found.products).alias("service"), "category", "buyers")
    )


def release_readiness(found: Results) -> dict[str, Any]:
    """Whether a release can go to the early majority: points below the gate, points nobody knows, the rest.

    ``verdict``; ``below``: name, level, gate, what must be seen there, days; ``open``: names;
    ``passed``: how many; ``asked``: how many points matter up to the early majority and apply.
    """
    levels = known_levels(found.points, found.blueprint)
    early = STAGES[: STAGES.index("early_majority") + 1]
    below: list[dict[str, Any]] = []
    unknown: list[str] = []
    passed = 0
    for placed in found.blueprint.placed:
        point = placed.point
        if point.id not in levels or (point.from_stage and point.from_stage not in early):
            continue
        gate, level = gate_level(found.blueprint, placed), levels[point.id]
        if level is None:
            unknown.append(point.name)
        elif level < gate:
            below.append(
                {
                    "name": point.name,
                    "level": level_shown(level),
                    "gate": level_shown(gate),
                    "criterion": criterion(found.blueprint, placed, gate) or "",
                    "value": point.value,
                    "days": f"{float(point.effort.days) * (gate - level):.0f}" if point.effort.days else "–",
                }
            )
        else:
            passed += 1
    below.sort(key=lambda row: -row["value"])
    asked = len(below) + len(unknown) + passed
    return {
        "verdict": _verdict(len(below), len(unknown), asked),
        "below": below,
        "open": join(unknown),
        "passed": passed,
        "asked": asked,
    }


def gate_level(blueprint: Blueprint, placed: Placed) -> float:
    """The level from which a point is good enough for the majority."""
    scale = [float(step.level) for step in blueprint.scale(placed.point)]
    return next((level for level in scale if level > GATE * scale[-1]), scale[-1])


def _verdict(below: int, unknown: int, asked: int) -> str:
    if not asked:
        return "No point of this blueprint matters to the early majority, so there is nothing to decide."
    if below:
        more = f", and nobody knows about {unknown} more" if unknown else ""
        return f"Not ready for the early majority: {below} of {asked} points stand below the gate{more}."
    if unknown:
        return (
            f"Open: nothing known stands below the gate, but nobody knows about {unknown} of {asked} points."
        )
    return f"Ready for the early majority: all {asked} points stand at or above the gate."


def _shares(row: Mapping[str, Any] | None) -> dict[str, float] | None:
    return None if row is None or row["innovators"] is None else {c: float(row[c]) for c in CATEGORIES}


def _reach(placed: Placed, shares: Mapping[str, float] | None) -> float:
    stage = placed.point.from_stage
    if shares is None or stage is None:
        return 1.0
    return sum(shares[c] for c in CATEGORIES[CATEGORIES.index(stage) :])


def _category(
    category: str,
    found: Results,
    plan: pl.DataFrame,
    windows: Mapping[str, Mapping[str, Any]],
    sold: pl.DataFrame | None,
) -> dict[str, Any]:
    """Who of a category buys, what begins to matter for it (missing: add; begun: change), what to leave out."""
    own = [
        r
        for r in plan.iter_rows(named=True)
        if found.blueprint.by_id[r["point"]].point.from_stage == category
    ]
    at_lowest = [r for r in own if r["level"] is not None and r["level"] <= float(_lowest(found, r["point"]))]
    begun = [r for r in own if r["level"] is not None and r not in at_lowest]
    dropped = []
    if sold is not None:
        few = sold.filter((pl.col("category") == category) & (pl.col("buyers") < FEW_BUYERS)).sort("buyers")
        dropped = [f"{service} ({buyers:.1f})" for service, _, buyers in few.iter_rows()]
    told = {
        label: percent(row[category])
        for label in ("now", "next year")
        if (row := windows.get(label)) and row[category] is not None
    }
    return {
        "name": category_name(category),
        "now": told.get("now", "–"),
        "next": told.get("next year", "–"),
        "add": [r["name"] for r in at_lowest[:NAMED]],
        "change": [r["name"] for r in begun[:NAMED]],
        "drop": dropped,
    }


def _lowest(found: Results, point: str) -> float:
    return float(found.blueprint.scale(found.blueprint.by_id[point].point)[0].level)
