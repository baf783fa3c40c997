"""How long it takes to score and roll up ten thousand assessments of sixty points (to reach: 5 s)."""

from __future__ import annotations

import time

import numpy as np
import polars as pl

from beachhead.practice.assessment import ANSWERS, ASSESSMENTS, Answers
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.library import find_blueprint
from beachhead.practice.rollup import compare, rollup, weakest_points

TO_REACH = 5.0


def made_up(blueprint: Blueprint, count: int, seed: int = 1) -> Answers:
    """``count`` full assessments with random levels; one answer in ten is missing."""
    rng = np.random.default_rng(seed)
    points = [p.point.id for p in blueprint.placed]
    assessments = pl.DataFrame(
        {"assessment": np.arange(count), "subject": [f"A-{n:05d}" for n in range(count)]}
    ).with_columns(
        pl.lit("account").alias("kind"),
        pl.lit(blueprint.id).alias("blueprint"),
        pl.lit(blueprint.version, pl.Int64).alias("blueprint_version"),
        pl.date(2009, 2, 28).alias("date"),
        pl.lit("actual").alias("status"),
        pl.lit(None, pl.String).alias("milestone"),
        pl.lit([], pl.List(pl.String)).alias("groups"),
        pl.lit([], pl.List(pl.String)).alias("respondents"),
    )
    answers = pl.DataFrame(
        {
            "assessment": np.repeat(np.arange(count), len(points)),
            "point": points * count,
            "level": rng.integers(0, 4, count * len(points)).astype(float),
        }
    ).filter(pl.Series(rng.random(count * len(points)) > 0.1))
    rest = [
        pl.lit(None, kind).alias(n)
        for n, kind in ANSWERS.items()
        if n not in answers.columns and n != "state"
    ]
    answers = answers.with_columns(pl.lit("answered").alias("state"), *rest).select(ANSWERS.names())
    return Answers(assessments.cast(ASSESSMENTS), answers.cast(ANSWERS))


def run(counts: tuple[int, ...] = (1_000, 10_000, 100_000)) -> None:
    """Print seconds for comparing all subjects, the roll-up per segment and the weakest points, together."""
    blueprint = find_blueprint("operations")
    for count in counts:
        answers = made_up(blueprint, count)
        segments = answers.assessments.select(
            "subject", (pl.col("assessment") % 8).cast(pl.String).alias("group")
        )
        start = time.perf_counter()
        compare(answers, blueprint)
        rollup(answers, blueprint, segments)
        weakest_points(answers, blueprint, segments)
        seconds = time.perf_counter() - start
        reach = f", to reach {TO_REACH:g} s" if count == 10_000 else ""
        print(
            f"roll-up of {count:,} assessments of {len(blueprint.placed)} points: {seconds:.2f} s{reach}",
            flush=True,
        )


if __name__ == "__main__":
    run()
