"""All that one assessment says, together: what the command line prints and the report shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.practice.answer_files import read_answers, subjects
from beachhead.practice.assessment import Answers, Filed
from beachhead.practice.blueprint import Blueprint, Stage, shown
from beachhead.practice.explain import said_by
from beachhead.practice.gaps import gaps, hand_overs, open_points
from beachhead.practice.rollup import latest, trend
from beachhead.practice.scoring import point_levels, scores


@dataclass(frozen=True)
class Results:
    """The last actual assessment of a subject up to a day, and what came before it.

    ``head``: the assessment (as ``assessment.ASSESSMENTS``); ``scores``, ``gaps``, ``hand_overs`` and
    ``open`` as the functions of these names give them; ``points``: as ``scoring.point_levels``, with name,
    domain and ``said`` (who said what); ``disagreements``: the points of these where respondents differ;
    ``trend``: all actual assessments, as ``rollup.trend``; ``answers``: the assessment itself; ``files``:
    those it was read from.
    """

    blueprint: Blueprint
    head: dict[str, Any]
    scores: pl.DataFrame
    points: pl.DataFrame
    gaps: pl.DataFrame
    hand_overs: pl.DataFrame
    open: pl.DataFrame
    disagreements: pl.DataFrame
    trend: pl.DataFrame
    answers: Answers
    files: list[Filed]


def results(
    workspace: Path,
    subject: str,
    blueprint: Blueprint,
    *,
    as_of: dt.date | None = None,
    stage: Stage | None = None,
) -> Results:
    """The results of ``subject`` against ``blueprint``, as known on ``as_of``.

    ``stage``: gaps only up to this life-cycle stage. Raises BadQuestion where nothing was answered,
    BadKnowledge for answers that do not fit.
    """
    everything, files = read_answers(workspace, blueprint, subject)
    actual = everything.of(status="actual")
    if as_of is not None:
        kept = actual.assessments.filter(pl.col("date") <= as_of)
        actual = Answers(kept, actual.answers.join(kept.select("assessment"), on="assessment", how="semi"))
    if not actual.assessments.height:
        raise BadQuestion(_nobody(workspace, subject, blueprint, everything, as_of))
    last = latest(actual)
    head = last.assessments.row(0, named=True)
    levels = point_levels(last, blueprint)
    points = _named(levels, blueprint, last)
    return Results(
        blueprint=blueprint,
        head=head,
        scores=scores(levels, blueprint),
        points=points,
        gaps=gaps(levels, blueprint, stage=stage),
        hand_overs=hand_overs(levels, blueprint),
        open=open_points(levels, blueprint),
        disagreements=points.filter("disagree").sort(
            pl.col("fraction-hi") - pl.col("fraction-lo"), descending=True, maintain_order=True
        ),
        trend=trend(actual, blueprint),
        answers=last,
        files=[f for f in files if _is_of(f, head)],
    )


def _nobody(
    workspace: Path, subject: str, blueprint: Blueprint, everything: Answers, as_of: dt.date | None
) -> str:
    later = everything.assessments.filter(pl.col("status") == "actual")
    if later.height:
        first = later.row(0, named=True)["date"]
        return f"{subject!r} was first assessed against {blueprint.id!r} on {first}, after {as_of}."
    known = sorted(name for name, asked in subjects(workspace).items() if blueprint.id in asked)
    guess = did_you_mean(subject, known)
    listed = f"; there are answers of {', '.join(known)}" if known and not guess else ""
    return (
        f"There are no answers of {subject!r} to {blueprint.id!r}{guess}{listed}. Write a questionnaire with "
        "--questionnaire FILE.xlsx."
    )


def _is_of(filed: Filed, head: dict[str, Any]) -> bool:
    one = filed.assessment
    same = (
        one.milestone == head["milestone"]
        if head["milestone"] and one.milestone
        else one.date == head["date"]
    )
    return one.status == head["status"] and same


def _named(levels: pl.DataFrame, blueprint: Blueprint, answers: Answers) -> pl.DataFrame:
    said = said_by(answers)
    names = pl.DataFrame(
        [(p.point.id, p.point.name, p.domain.id, said.get(p.point.id)) for p in blueprint.placed],
        schema=dict.fromkeys(("point", "name", "domain", "said"), pl.String()),
        orient="row",
    )
    return levels.join(names, on="point", maintain_order="left")


def level_shown(level: float | None) -> str:
    """A level as people write it, a dash where there is none."""
    return "–" if level is None else shown(round(level, 2))
