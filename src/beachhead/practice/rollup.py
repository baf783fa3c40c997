"""Many assessments at once: subjects compared, a territory rolled up, and the trend of one subject."""

from __future__ import annotations

import itertools

import polars as pl

from beachhead.practice.assessment import Answers
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.scoring import point_levels, scores


def latest(answers: Answers) -> Answers:
    """The last actual assessment of every subject."""
    kept = (
        answers.assessments.filter(pl.col("status") == "actual")
        .sort("date", "assessment")
        .unique("subject", keep="last", maintain_order=True)
        .sort("subject")
    )
    return Answers(kept, answers.answers.join(kept.select("assessment"), on="assessment", how="semi"))


def compare(answers: Answers, blueprint: Blueprint) -> pl.DataFrame:
    """One row per assessment: subject, kind, date, status, milestone, score, lo, hi, answered, points, then a
    column per domain.

    All scores are 0 to 1; null where nothing was answered.
    """
    scored = scores(point_levels(answers, blueprint), blueprint)
    head = answers.assessments.select("assessment", "subject", "kind", "date", "status", "milestone")
    in_all = scored.filter(part="all").select("assessment", "score", "lo", "hi", "answered", "points")
    table = head.join(in_all, on="assessment", how="left", maintain_order="left")
    for domain in blueprint.domains:
        name = f"{domain.id}-domain" if domain.id in table.columns else domain.id
        own = scored.filter(part=domain.id).select("assessment", pl.col("score").alias(name))
        table = table.join(own, on="assessment", how="left", maintain_order="left")
    return table.drop("assessment")


def rollup(answers: Answers, blueprint: Blueprint, groups: pl.DataFrame | None = None) -> pl.DataFrame:
    """How a set of assessments stands, per part of the blueprint.

    ``groups``: columns subject and group (a segment, a region); without it all are one group. Columns: group,
    part, name, depth, subjects, scored (with an answer in that part), mean, low (10 % are below), median,
    high (10 % are above), lo, hi (means of the bounds).
    """
    scored = scores(point_levels(answers, blueprint), blueprint)
    return (
        _grouped(scored, answers, groups)
        .group_by("group", "part", "name", "depth", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("subjects"),
            pl.col("score").count().cast(pl.Int64).alias("scored"),
            pl.col("score").mean().alias("mean"),
            pl.col("score").quantile(0.1, "linear").alias("low"),
            pl.col("score").median().alias("median"),
            pl.col("score").quantile(0.9, "linear").alias("high"),
            pl.col("lo", "hi").mean(),
        )
    )


def weakest_points(
    answers: Answers, blueprint: Blueprint, groups: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The points at which most subjects stand low, weakest first.

    Columns: group, point, name, domain, answered, mean (level over highest), at_lowest (share of those who
    answered that stand at the lowest level), open (share of subjects without an answer).
    """
    names = pl.DataFrame(
        [
            (p.point.id, p.point.name, p.domain.id, float(blueprint.scale(p.point)[0].level))
            for p in blueprint.placed
        ],
        schema={"point": pl.String, "name": pl.String, "domain": pl.String, "lowest": pl.Float64},
        orient="row",
    )
    levels = point_levels(answers, blueprint).filter(pl.col("state") != "not_applicable")
    return (
        _grouped(levels.join(names, on="point", maintain_order="left"), answers, groups)
        .group_by("group", "point", "name", "domain", maintain_order=True)
        .agg(
            pl.col("level").count().cast(pl.Int64).alias("answered"),
            pl.col("fraction").mean().alias("mean"),
            (pl.col("level") <= pl.col("lowest")).mean().alias("at_lowest"),
            pl.col("level").is_null().mean().alias("open"),
        )
        .sort("group", "mean", nulls_last=True, maintain_order=True)
    )


def _grouped(table: pl.DataFrame, answers: Answers, groups: pl.DataFrame | None) -> pl.DataFrame:
    subjects = answers.assessments.select("assessment", "subject")
    joined = table.join(subjects, on="assessment", maintain_order="left")
    if groups is None:
        return joined.with_columns(pl.lit("all").alias("group"))
    return joined.join(groups.select("subject", "group"), on="subject", maintain_order="left")


def trend(answers: Answers, blueprint: Blueprint) -> pl.DataFrame:
    """The assessments of one subject in order of date, with what changed from each to the next.

    ``change`` compares only the points that were answered both times, so that a longer questionnaire is no
    change. Columns: assessment, date, status, milestone, part, name, depth, score, lo, hi, change (null at
    the first), compared (points that were answered both times).
    """
    ordered = answers.assessments.sort("date", "assessment")
    levels = point_levels(answers, blueprint)
    scored = scores(levels, blueprint).select("assessment", "part", "name", "depth", "score", "lo", "hi")
    numbers = ordered["assessment"].to_list()
    changes = [_change(levels, blueprint, a, b) for a, b in itertools.pairwise(numbers)]
    schema = {
        "assessment": pl.Int64,
        "part": pl.String,
        "change": pl.Float64,
        "compared": pl.Int64,
    }
    changed = pl.concat([pl.DataFrame(schema=schema), *changes])
    return (
        ordered.select("assessment", "date", "status", "milestone")
        .join(scored, on="assessment", maintain_order="left")
        .join(changed, on=["assessment", "part"], how="left", maintain_order="left")
    )


def _change(levels: pl.DataFrame, blueprint: Blueprint, before: int, after: int) -> pl.DataFrame:
    both = levels.filter(pl.col("assessment").is_in([before, after]))
    common = (
        both.filter(pl.col("state") == "answered")
        .group_by("point")
        .len()
        .filter(pl.col("len") == 2)
        .select("point")
    )
    kept = both.join(common, on="point", how="semi")
    scored = scores(kept, blueprint)
    earlier = scored.filter(assessment=before).select("part", pl.col("score").alias("earlier"))
    return (
        scored.filter(assessment=after)
        .join(earlier, on="part")
        .select(
            pl.lit(after, pl.Int64).alias("assessment"),
            "part",
            (pl.col("score") - pl.col("earlier")).alias("change"),
            pl.col("answered").alias("compared"),
        )
    )
