"""Scores of assessments: per point, section, domain and in all, each with the bounds that open answers leave.

``mean`` (the default): score = Σ w · level / highest over Σ w, over the points that were answered and apply.
``stages`` (as OWASP SAMM scores): within a section, the mean of the answers of a stream at each stage, the
mean of the streams at that stage, and the sum over the stages; a stage without an answer adds nothing yet, and
one above a stage that the section lacks counts for both. So a section whose stages 1 and 2 are complete shows
the level 2 of as many as it has. The level of a domain is the mean of those of its sections, its score that
level over the mean of theirs. SAMM's practice score of 0 to 3 is ``level`` (``score`` × ``out_of``).

Several respondents: a point's level is the mean of those who gave one, its bounds are their lowest and
highest. Unanswered and "don't know" are left out of the score, and put at the lowest and the highest level
for the bounds; points that do not apply count nowhere. A score is null where nothing was answered.

Everything is columnar: ten thousand assessments take a few table operations and matrix products, as one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from beachhead.practice.assessment import Answers
from beachhead.practice.blueprint import Blueprint, Point, Section, sections

_SCORED = ("score", "lo", "hi")
LEVEL_COLUMNS = (
    "assessment", "point", "state", "level", "lo", "hi", "fraction", "fraction-lo", "fraction-hi",
    "respondents", "disagree", "prefilled", "unsure",
)  # fmt: skip
STATES = ("answered", "dont_know", "unanswered", "not_applicable")
_AT_ONCE = 20_000  # assessments in memory as matrices
SCORE_COLUMNS = (
    "assessment", "part", "name", "depth", *_SCORED, "level", "out_of", "points", "answered", "dont_know",
    "unanswered", "not_applicable", "disagreeing", "prefilled",
)  # fmt: skip
_SCORES = {"assessment": pl.Int64(), "part": pl.String(), "name": pl.String(), "depth": pl.Int64()} | {
    name: pl.Float64() if name in (*_SCORED, "level", "out_of") else pl.Int64() for name in SCORE_COLUMNS[4:]
}


def point_levels(answers: Answers, blueprint: Blueprint) -> pl.DataFrame:
    """One row per assessment and asked point, in the order of the blueprint.

    Columns: assessment, point, state (answered, dont_know, not_applicable, unanswered), level, lo, hi (levels
    of its scale), fraction, fraction-lo, fraction-hi (level over highest), respondents (how many gave a
    level), disagree, prefilled (by mapping, unconfirmed), unsure (somebody's confidence is low).
    """
    numbers = answers.assessments["assessment"].unique().sort()
    ids = [p.point.id for p in blueprint.placed]
    own = answers.answers.filter(pl.col("point").is_in(ids) & pl.col("assessment").is_in(numbers.implode()))
    place = _rows(own["assessment"], numbers) * len(ids) + _columns(own["point"], ids)
    size = len(numbers) * len(ids)

    def any_of(which: pl.Series) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.bincount(place[which.fill_null(False).to_numpy()], minlength=size) > 0
        return found

    answered = (own["state"] == "answered").to_numpy()
    level, at = own["level"].filter(own["state"] == "answered").to_numpy(), place[answered]
    count = np.bincount(at, minlength=size)
    lo, hi = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(lo, at, level)
    np.maximum.at(hi, at, level)
    lowest, highest = (np.tile(ends, len(numbers)) for ends in _ends(blueprint))
    away, unknown = any_of(own["state"] == "not_applicable"), any_of(own["state"] == "dont_know")
    state = np.select([count > 0, away, unknown], [0, 3, 1], 2)
    open_ = (state == 1) | (state == 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(at, level, minlength=size) / count
        lo, hi = (
            np.where(open_, end, np.where(count > 0, own_, np.nan))
            for end, own_ in ((lowest, lo), (highest, hi))
        )
        disagree = (hi > lo) & ~open_ | ((count > 0) & away)
    table = pl.DataFrame(
        {
            "assessment": np.repeat(numbers.to_numpy(), len(ids)),
            "level": mean,
            "lo": lo,
            "hi": hi,
            "fraction": mean / highest,
            "fraction-lo": lo / highest,
            "fraction-hi": hi / highest,
            "respondents": count,
            "disagree": disagree,
            "prefilled": any_of(own["prefilled"].is_not_null()),
            "unsure": any_of(own["confidence"] == "low"),
        }
    ).with_columns(pl.col("assessment", "respondents").cast(pl.Int64), cs.float().fill_nan(None))
    words = pl.Series("state", STATES).gather(state)
    names = pl.Series("point", ids).gather(np.tile(np.arange(len(ids)), len(numbers)))
    asked = _asked(answers, blueprint, numbers)
    return table.with_columns(words, names).filter(asked).select(LEVEL_COLUMNS)


def _rows(assessments: pl.Series, numbers: pl.Series) -> NDArray[np.int64]:
    """The place of each assessment among ``numbers``, which are sorted."""
    return np.searchsorted(numbers.to_numpy(), assessments.to_numpy()).astype(np.int64)


def _columns(points: pl.Series, ids: list[str]) -> NDArray[np.int64]:
    """The place of each point in the blueprint."""
    return points.cast(pl.Enum(ids)).to_physical().to_numpy().astype(np.int64)


def _ends(blueprint: Blueprint) -> NDArray[np.float64]:
    """Lowest and highest level of every point: 2 × points."""
    scales = [blueprint.scale(p.point) for p in blueprint.placed]
    return np.array([[float(s[0].level) for s in scales], [float(s[-1].level) for s in scales]])


def _asked(answers: Answers, blueprint: Blueprint, numbers: pl.Series) -> pl.Series:
    """Assessment × point: whether it was asked: all, or those of the assessment's groups.

    Answers outside these groups are not scored: a longer list would be another measure.
    """
    mask = np.ones((len(numbers), len(blueprint.placed)), dtype=bool)
    short = answers.assessments.filter(pl.col("groups").list.len() > 0)
    for row, groups in zip(_rows(short["assessment"], numbers), short["groups"].to_list(), strict=True):
        mask[row] = [bool(set(groups) & set(p.point.groups)) for p in blueprint.placed]
    return pl.Series("asked", mask.ravel())


def scores(levels: pl.DataFrame, blueprint: Blueprint) -> pl.DataFrame:
    """One row per assessment and part of the blueprint, from ``point_levels``.

    Columns: assessment, part (``all``, or the id of a domain or section), name, depth (0 in all, 1 domain, 2
    and more sections), score, lo, hi (0 to 1), level, out_of (the same in the model's own units), points
    (that apply), answered, dont_know, unanswered, not_applicable, disagreeing, prefilled.
    """
    if not levels.height:
        return pl.DataFrame(schema=_SCORES)
    numbers = levels["assessment"].unique().sort()
    pieces = [
        _summed(levels.join(some.to_frame(), on="assessment", how="semi"), some, blueprint)
        for some in (numbers[i : i + _AT_ONCE] for i in range(0, len(numbers), _AT_ONCE))
    ]
    table = pl.concat(pieces)
    if blueprint.scoring == "stages":
        staged = _staged(levels, blueprint)
        table = table.drop(_SCORED).join(staged, on=["assessment", "part"], how="left", maintain_order="left")
    else:
        table = table.with_columns(out_of=pl.lit(float(blueprint.levels[-1].level)))
    return table.with_columns(
        # Scales that do not begin at 0 can leave the mean of the answered outside: the bounds hold it.
        pl.min_horizontal("lo", "score").alias("lo"),
        pl.max_horizontal("hi", "score").alias("hi"),
        (pl.col("score") * pl.col("out_of")).alias("level"),
    ).select(SCORE_COLUMNS)


def _summed(levels: pl.DataFrame, numbers: pl.Series, blueprint: Blueprint) -> pl.DataFrame:
    """Counts and weighted means of every part, for the assessments ``numbers``: one matrix product for each.

    Assessments are rows, points columns; a matrix of points × parts holds the weights.
    """
    ids = [p.point.id for p in blueprint.placed]
    row, column = _rows(levels["assessment"], numbers), _columns(levels["point"], ids)
    parts, member, weight = _membership(blueprint)

    def spread(values: pl.Series) -> NDArray[np.float64]:
        full = np.zeros((len(numbers), len(ids)))
        full[row, column] = values.fill_null(0).cast(pl.Float64).to_numpy()
        return full

    state = {s: spread(levels["state"] == s) for s in STATES}
    applies = sum(state.values()) - state["not_applicable"]
    told = {"points": applies, **state, "disagreeing": spread(levels["disagree"])}
    told["prefilled"] = spread(levels["prefilled"]) * state["answered"]
    with np.errstate(invalid="ignore"):  # 0 / 0: nothing was answered
        means = {
            "score": (spread(levels["fraction"]) * state["answered"]) @ weight / (state["answered"] @ weight),
            "lo": (spread(levels["fraction-lo"]) * applies) @ weight / (applies @ weight),
            "hi": (spread(levels["fraction-hi"]) * applies) @ weight / (applies @ weight),
        }
    asked = sum(state.values()) @ member
    table = pl.DataFrame(
        {"assessment": np.repeat(numbers.to_numpy(), len(parts)), "asked": asked.ravel()}
        | {name: (values @ member).ravel() for name, values in told.items()}
        | {name: values.ravel() for name, values in means.items()}
    )
    labels = pl.DataFrame(
        parts, schema={"part": pl.String, "name": pl.String, "depth": pl.Int64}, orient="row"
    )
    return (
        pl.concat([table, pl.concat([labels] * len(numbers))], how="horizontal")
        .filter(pl.col("asked") > 0)
        .with_columns(pl.col(list(told)).cast(pl.Int64), pl.col(_SCORED).fill_nan(None))
    )


def _membership(
    blueprint: Blueprint,
) -> tuple[list[tuple[str, str, int]], NDArray[np.float64], NDArray[np.float64]]:
    """Parts (id, name, depth), which point belongs to which of them, and with what weight: points × parts."""
    parts = [("all", blueprint.name, 0)] + [
        (s.id, s.name, len(above) + 1) for s, above in sections(blueprint)
    ]
    at = {name: n for n, (name, _, _) in enumerate(parts)}
    member = np.zeros((len(blueprint.placed), len(parts)))
    for row, placed in enumerate(blueprint.placed):
        member[row, [0, *(at[section.id] for section in placed.path)]] = 1.0
    weights = np.array([p.weight for p in blueprint.placed]).reshape(-1, 1)
    return parts, member, member * weights


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
    height = {section.id: section.weight * _height(section, kept, inside) for section in beside}
    spans = stage_spans({point.stage or 1 for point in mine})
    total = sum(height.values()) + sum(spans.values())
    for section in beside:
        part = share * height[section.id] / total
        yield from _split(section.sections, section.points, kept, inside, part)
    for stage, span in spans.items():
        streams: dict[str, list[Point]] = {}
        for point in mine:
            if (point.stage or 1) == stage:
                streams.setdefault(point.stream or "", []).append(point)
        for stream in streams.values():
            part = share * span / total / len(streams)
            weight = sum(point.weight for point in stream)
            yield from ((point.id, part * point.weight / weight) for point in stream)


def _height(section: Section, kept: set[str], inside: set[str]) -> float:
    """The level that a section reaches when all of ``kept`` is complete: the mean of those of its parts."""
    beside = [inner for inner in section.sections if inner.id in inside]
    parts = [(float(inner.weight), _height(inner, kept, inside)) for inner in beside]
    mine = [point.stage or 1 for point in section.points if point.id in kept]
    parts += [(1.0, float(max(mine)))] if mine else []
    return sum(weight * height for weight, height in parts) / sum(weight for weight, _ in parts)


def stage_spans(stages: Iterable[int]) -> dict[int, int]:
    """Stage → how many levels its completion adds: one, and those of the stages below that are missing."""
    ordered = sorted(stages)
    return {stage: stage - below for below, stage in zip([0, *ordered], ordered, strict=False)}


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
        .group_by("assessment", "part", "stage", "stream", maintain_order=True)
        .agg(
            _weighted("fraction", pl.col("weight"), answered).alias("score"),
            _weighted("fraction-lo", pl.col("weight"), pl.lit(True)).alias("lo"),
            _weighted("fraction-hi", pl.col("weight"), pl.lit(True)).alias("hi"),
        )
    )
    stages = (
        streams.group_by("assessment", "part", "stage", maintain_order=True)
        .agg(pl.col(_SCORED).mean())
        .sort("stage")
    )
    below = pl.col("stage").shift(1, fill_value=0).over("assessment", "part")
    height = stages.with_columns(span=(pl.col("stage") - below).cast(pl.Float64))
    summed = [(pl.col(name).fill_null(0) * pl.col("span")).sum().alias(name) for name in _SCORED]
    own = height.group_by("assessment", "part", maintain_order=True).agg(
        pl.when(pl.col("score").count() > 0).then(summed[0]).alias("score"),
        *summed[1:],
        pl.col("span").sum().alias("out_of"),
        pl.col("span").sum().alias("out_of_all"),
    )
    told = pl.concat(_rolled_up(own, blueprint))
    return told.select(
        "assessment",
        "part",
        pl.col("score") / pl.col("out_of"),
        pl.col("lo", "hi") / pl.col("out_of_all"),
        pl.coalesce("out_of", "out_of_all").alias("out_of"),
    )


def _rolled_up(own: pl.DataFrame, blueprint: Blueprint) -> Iterator[pl.DataFrame]:
    """Levels of sections from their own points and from the sections in them, deepest first.

    ``score`` is over what was answered, out of ``out_of``; ``lo`` and ``hi`` are over all, out of ``out_of_all``.
    """
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
            [own.with_columns(pl.lit(1.0).alias("weight")).select(below.columns), below.select(below.columns)]
        ).join(names, on="part", how="semi")
        answered = pl.col("score").is_not_null()
        scored = inner.group_by("assessment", "part", maintain_order=True).agg(
            *(_weighted(name, pl.col("weight"), answered).alias(name) for name in ("score", "out_of")),
            *(
                _weighted(name, pl.col("weight"), pl.lit(True)).alias(name)
                for name in ("lo", "hi", "out_of_all")
            ),
        )
        yield scored
        below = scored.join(names, on="part").select(
            "assessment",
            pl.col("parent").alias("part"),
            *scored.columns[2:],
            pl.col("own_weight").alias("weight"),
        )
