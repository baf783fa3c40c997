"""Scores of assessments: per point, section, domain and in all, each with the bounds that open answers leave.

``mean`` (the default): score = Σ w · level / highest over Σ w, over the points that were answered and apply.
``stages`` (as OWASP SAMM scores): within a section, the mean of the answers of a stream at each stage, the
mean of the streams at that stage, and the sum over the stages; a stage without an answer adds nothing yet.
Domains are the means of their sections. SAMM's practice score of 0 to 3 is ``level`` (``score`` ×
``out_of``).

Several respondents: a point's level is the mean of those who gave one, its bounds are their lowest and
highest. Unanswered and "don't know" are left out of the score, and put at the lowest and the highest level
for the bounds; points that do not apply count nowhere. A score is null where nothing was answered.

Everything is columnar: ten thousand assessments take as many table operations as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from beachhead.practice.assessment import Answers
from beachhead.practice.blueprint import Blueprint, Point, Section, sections

_SCORED = ("score", "lo", "hi")
LEVEL_COLUMNS = (
    "assessment", "point", "state", "level", "lo", "hi", "fraction", "fraction-lo", "fraction-hi",
    "respondents", "disagree", "prefilled", "unsure",
)  # fmt: skip
SCORE_COLUMNS = (
    "assessment", "part", "name", "depth", *_SCORED, "level", "out_of", "points", "answered", "dont_know",
    "unanswered", "not_applicable", "disagreeing", "prefilled",
)  # fmt: skip


def point_levels(answers: Answers, blueprint: Blueprint) -> pl.DataFrame:
    """One row per assessment and asked point, in the order of the blueprint.

    Columns: assessment, point, state (answered, dont_know, not_applicable, unanswered), level, lo, hi (levels
    of its scale), fraction, fraction-lo, fraction-hi (level over highest), respondents (how many gave a
    level), disagree, prefilled (by mapping, unconfirmed), unsure (somebody's confidence is low).
    """
    points = _points(blueprint)
    given = answers.answers.group_by("assessment", "point").agg(
        pl.col("level").mean(),
        pl.col("level").min().alias("lo"),
        pl.col("level").max().alias("hi"),
        pl.col("level").count().cast(pl.Int64).alias("respondents"),
        (pl.col("state") == "not_applicable").any().alias("not_applicable"),
        (pl.col("state") == "dont_know").any().alias("dont_know"),
        pl.col("prefilled").is_not_null().any(),
        (pl.col("confidence") == "low").any().fill_null(False).alias("unsure"),
    )
    state = (
        pl.when(pl.col("respondents") > 0)
        .then(pl.lit("answered"))
        .when("not_applicable")
        .then(pl.lit("not_applicable"))
        .when("dont_know")
        .then(pl.lit("dont_know"))
        .otherwise(pl.lit("unanswered"))
    )
    open_ = state.is_in(["dont_know", "unanswered"])
    return (
        _asked(answers, blueprint, points)
        .join(given, on=["assessment", "point"], how="left", maintain_order="left")
        .with_columns(
            pl.col("respondents").fill_null(0),
            pl.col("not_applicable", "dont_know", "prefilled", "unsure").fill_null(False),
        )
        .with_columns(
            state.alias("state"),
            pl.when(open_).then("lowest").otherwise("lo").alias("lo"),
            pl.when(open_).then("highest").otherwise("hi").alias("hi"),
            ((pl.col("hi") > pl.col("lo")) | ((pl.col("respondents") > 0) & pl.col("not_applicable")))
            .fill_null(False)
            .alias("disagree"),
        )
        .with_columns(
            (pl.col("level") / pl.col("highest")).alias("fraction"),
            (pl.col("lo") / pl.col("highest")).alias("fraction-lo"),
            (pl.col("hi") / pl.col("highest")).alias("fraction-hi"),
        )
        .select(LEVEL_COLUMNS)
    )


def scores(levels: pl.DataFrame, blueprint: Blueprint) -> pl.DataFrame:
    """One row per assessment and part of the blueprint, from ``point_levels``.

    Columns: assessment, part (``all``, or the id of a domain or section), name, depth (0 in all, 1 domain, 2
    and more sections), score, lo, hi (0 to 1), level, out_of (the same in the model's own units), points
    (that apply), answered, dont_know, unanswered, not_applicable, disagreeing, prefilled.
    """
    parts = _parts(blueprint)
    member = levels.join(parts, on="point", how="inner")
    counts = member.group_by("assessment", "part").agg(
        (pl.col("state") != "not_applicable").sum().cast(pl.Int64).alias("points"),
        *(
            (pl.col("state") == state).sum().cast(pl.Int64).alias(state)
            for state in ("answered", "dont_know", "unanswered", "not_applicable")
        ),
        pl.col("disagree").sum().cast(pl.Int64).alias("disagreeing"),
        (pl.col("prefilled") & (pl.col("state") == "answered")).sum().cast(pl.Int64).alias("prefilled"),
    )
    scored = _staged(levels, blueprint) if blueprint.scoring == "stages" else _means(member)
    out_of = float(blueprint.stages if blueprint.scoring == "stages" else blueprint.levels[-1].level)
    order = pl.DataFrame(
        [("all", blueprint.name, 0, 0)]
        + [(s.id, s.name, len(above) + 1, n) for n, (s, above) in enumerate(sections(blueprint), 1)],
        schema={"part": pl.String, "name": pl.String, "depth": pl.Int64, "order": pl.Int64},
        orient="row",
    )
    return (
        counts.join(scored, on=["assessment", "part"], how="left")
        .join(order, on="part", how="inner")
        # Scales that do not begin at 0 can leave the mean of the answered outside: the bounds hold it.
        .with_columns(
            pl.min_horizontal("lo", "score").alias("lo"),
            pl.max_horizontal("hi", "score").alias("hi"),
            (pl.col("score") * out_of).alias("level"),
            pl.lit(out_of).alias("out_of"),
        )
        .sort("assessment", "order")
        .select(SCORE_COLUMNS)
    )


def shares(blueprint: Blueprint, points: Iterable[str]) -> dict[str, float]:
    """What each of ``points`` adds to the score in all when it rises from nothing to its highest level.

    The shares sum to 1. Sections without one of ``points`` count nowhere.
    """
    kept = [p for name in points if (p := blueprint.by_id.get(name))]
    if blueprint.scoring == "stages":
        inside = {section.id for p in kept for section in p.path}
        return dict(_split(blueprint.domains, [], {p.point.id for p in kept}, inside, 1.0))
    total = sum(p.weight for p in kept)
    return {p.point.id: p.weight / total for p in kept}


def _split(
    inner: list[Section], own: list[Point], kept: set[str], inside: set[str], share: float
) -> Iterator[tuple[str, float]]:
    """``share`` of a section split over the sections in it and its own points, as ``stages`` scores them."""
    beside = [section for section in inner if section.id in inside]
    mine = [point for point in own if point.id in kept]
    total = sum(section.weight for section in beside) + bool(mine)
    for section in beside:
        part = share * section.weight / total
        yield from _split(section.sections, section.points, kept, inside, part)
    stages = {point.stage or 1 for point in mine}
    for stage in stages:
        streams: dict[str, list[Point]] = {}
        for point in mine:
            if (point.stage or 1) == stage:
                streams.setdefault(point.stream or "", []).append(point)
        for stream in streams.values():
            part = share / total / len(stages) / len(streams)
            weight = sum(point.weight for point in stream)
            yield from ((point.id, part * point.weight / weight) for point in stream)


def _points(blueprint: Blueprint) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                p.point.id,
                n,
                float(blueprint.scale(p.point)[0].level),
                float(blueprint.scale(p.point)[-1].level),
                p.point.groups,
            )
            for n, p in enumerate(blueprint.placed)
        ],
        schema={
            "point": pl.String,
            "order": pl.Int64,
            "lowest": pl.Float64,
            "highest": pl.Float64,
            "groups": pl.List(pl.String),
        },
        orient="row",
    )


def _asked(answers: Answers, blueprint: Blueprint, points: pl.DataFrame) -> pl.DataFrame:
    """Assessment × point: all, or those of the groups that were asked.

    Answers outside these groups are not scored: a longer list would be another measure.
    """
    everything = answers.assessments.filter(pl.col("groups").list.len() == 0).select("assessment")
    pairs = everything.join(points.drop("groups"), how="cross")
    short = answers.assessments.filter(pl.col("groups").list.len() > 0)
    if short.height:
        wanted = short.select("assessment", pl.col("groups").alias("group")).explode("group")
        grouped = points.explode("groups").rename({"groups": "group"}).drop_nulls("group")
        asked = wanted.join(grouped, on="group").drop("group").unique()
        pairs = pl.concat([pairs, asked.select(pairs.columns)])
    return pairs.sort("assessment", "order")


def _parts(blueprint: Blueprint) -> pl.DataFrame:
    """Point × part that it belongs to, with its weight."""
    return pl.DataFrame(
        [
            (p.point.id, part, p.weight)
            for p in blueprint.placed
            for part in ("all", *(section.id for section in p.path))
        ],
        schema={"point": pl.String, "part": pl.String, "weight": pl.Float64},
        orient="row",
    )


def _means(member: pl.DataFrame) -> pl.DataFrame:
    weight, answered = pl.col("weight"), pl.col("state") == "answered"
    applies = pl.col("state") != "not_applicable"
    return member.group_by("assessment", "part").agg(
        _weighted("fraction", weight, answered).alias("score"),
        _weighted("fraction-lo", weight, applies).alias("lo"),
        _weighted("fraction-hi", weight, applies).alias("hi"),
    )


def _weighted(value: str, weight: pl.Expr, where: pl.Expr) -> pl.Expr:
    """Σ w · value / Σ w over the rows of ``where``; null where there is none."""
    total = (weight.filter(where)).sum()
    return pl.when(total > 0).then((weight * pl.col(value)).filter(where).sum() / total)


def _staged(levels: pl.DataFrame, blueprint: Blueprint) -> pl.DataFrame:
    place = pl.DataFrame(
        [
            (p.point.id, p.section.id, p.point.stage or 1, p.point.stream or "", float(p.point.weight))
            for p in blueprint.placed
        ],
        schema={
            "point": pl.String,
            "part": pl.String,
            "stage": pl.Int64,
            "stream": pl.String,
            "weight": pl.Float64,
        },
        orient="row",
    )
    answered = pl.col("state") == "answered"
    streams = (
        levels.filter(pl.col("state") != "not_applicable")
        .join(place, on="point")
        .group_by("assessment", "part", "stage", "stream")
        .agg(
            _weighted("fraction", pl.col("weight"), answered).alias("score"),
            _weighted("fraction-lo", pl.col("weight"), pl.lit(True)).alias("lo"),
            _weighted("fraction-hi", pl.col("weight"), pl.lit(True)).alias("hi"),
        )
    )
    stages = streams.group_by("assessment", "part", "stage").agg(pl.col(_SCORED).mean())
    own = stages.group_by("assessment", "part").agg(
        pl.when(pl.col("score").count() > 0).then(pl.col("score").fill_null(0).mean()),
        pl.col("lo", "hi").mean(),
    )
    return pl.concat(_rolled_up(own, blueprint))


def _rolled_up(own: pl.DataFrame, blueprint: Blueprint) -> Iterator[pl.DataFrame]:
    """Scores of sections from their own points and from the sections in them, deepest first."""
    tree = [
        (section.id, above[-1].id if above else "all", float(section.weight), len(above) + 1)
        for section, above in sections(blueprint)
    ]
    below = own.clear().with_columns(pl.lit(1.0).alias("weight"))
    for depth in range(max((d for *_, d in tree), default=1), -1, -1):
        here = [t for t in tree if t[3] == depth] if depth else [("all", "", 1.0, 0)]
        names = pl.DataFrame(
            [(name, parent, weight) for name, parent, weight, _ in here],
            schema={"part": pl.String, "parent": pl.String, "own_weight": pl.Float64},
            orient="row",
        )
        inner = pl.concat(
            [own.with_columns(pl.lit(1.0).alias("weight")).select(below.columns), below], how="vertical"
        ).join(names, on="part", how="semi")
        scored = inner.group_by("assessment", "part").agg(
            _weighted("score", pl.col("weight"), pl.col("score").is_not_null()).alias("score"),
            _weighted("lo", pl.col("weight"), pl.lit(True)).alias("lo"),
            _weighted("hi", pl.col("weight"), pl.lit(True)).alias("hi"),
        )
        yield scored
        below = scored.join(names, on="part").select(
            "assessment", pl.col("parent").alias("part"), *_SCORED, pl.col("own_weight").alias("weight")
        )
