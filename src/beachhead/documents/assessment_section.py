"""One assessment on a page: its scores with their spread, hand-overs, gaps, road map, trend and arithmetic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from beachhead.documents.html import figure
from beachhead.documents.plain_charts import heat_map, radar
from beachhead.documents.words import day, join
from beachhead.practice.answer_files import read_answers
from beachhead.practice.assessment import Answers
from beachhead.practice.blueprint import shown
from beachhead.practice.explain import explain
from beachhead.practice.gaps import known_levels
from beachhead.practice.results import Results, level_shown
from beachhead.practice.scoring import point_levels, scores
from beachhead.tables.departments import departments

GAPS, FEW, COLUMNS = 8, 5, 8
"""So many gaps, other rows and dates are shown; ``beachhead assess`` has all."""


def assessment_section(workspace: Path, found: Results) -> dict[str, Any]:
    """What the template ``report/assessment_section.html`` needs of the results of one subject."""
    planned = planned_of(workspace, found)
    in_all = found.scores.filter(part="all").row(0, named=True)
    domains = [row for row in found.scores.iter_rows(named=True) if row["depth"] == 1]
    change = dict(
        found.trend.filter(assessment=found.head["assessment"]).select("part", "change").iter_rows()
    )
    names = {**{d.id: d.name for d in departments().values()}, **found.blueprint.departments}
    points = {p.point.id: p.point.name for p in found.blueprint.placed}
    hand_overs = found.hand_overs.filter(pl.col("score").is_not_null()).head(FEW)
    return {
        "under": _under(found),
        "lead": " ".join(_lead(in_all, domains, change.get("all"))),
        "radar": _radar(found, domains, planned),
        "history": _history(found, planned),
        "changed": any(value is not None for value in change.values()),
        "domains": [
            _score_row(row, change.get(row["part"])) for row in [*domains, {**in_all, "name": "In all"}]
        ],
        "hand_overs": [
            {
                "between": f"{names.get(r['from'], r['from'])} → {names.get(r['to'], r['to'])}",
                "score": f"{r['score']:.2f}",
                "spread": f"{r['lo']:.2f} to {r['hi']:.2f}",
                "weakest": points[r["weakest"]],
            }
            for r in hand_overs.iter_rows(named=True)
        ],
        "gaps": [gap_row(r, points) for r in found.gaps.head(GAPS).iter_rows(named=True)],
        "more_gaps": max(found.gaps.height - GAPS, 0),
        "roadmap": _roadmap(found, planned),
        "disagreements": [
            {"name": r["name"], "said": r["said"]}
            for r in found.disagreements.head(FEW).iter_rows(named=True)
        ],
        "open": [
            {"name": r["name"], "whom": join([names.get(o, o) for o in r["owners"]])}
            for r in found.open.head(FEW).iter_rows(named=True)
        ],
        "more_open": max(found.open.height - FEW, 0),
        "arithmetic": _arithmetic(found, domains),
    }


def gap_row(gap: Mapping[str, Any], points: Mapping[str, str]) -> dict[str, Any]:
    """One row of ``gaps.gaps`` as it is printed."""
    return {
        "name": gap["name"],
        "criterion": gap["criterion"] or "",
        "step": f"{level_shown(gap['level'])} → {level_shown(gap['next_level'])}",
        "value": gap["value"],
        "days": f"{shown(gap['days'])}{'?' if gap['assumed'] else ''}",
        "after": join([points[p] for p in gap["waits_for"]]),
    }


def planned_of(workspace: Path, found: Results) -> Answers:
    """The planned assessments of the subject that were saved and lie after the assessment."""
    everything, _ = read_answers(workspace, found.blueprint, found.head["subject"])
    planned = everything.of(status="planned")
    later = planned.assessments.filter(pl.col("date") > found.head["date"]).sort("date")
    return Answers(later, planned.answers.join(later.select("assessment"), on="assessment", how="semi"))


def _under(found: Results) -> str:
    head, in_all = found.head, found.scores.filter(part="all").row(0, named=True)
    told = f"{day(head['date'])}"
    told += f", milestone “{head['milestone']}”" if head["milestone"] else ""
    told += f"; answered by {join(head['respondents'])}" if head["respondents"] else ""
    told += f"; {in_all['answered']} of {in_all['points']} points answered"
    for state, word in (("dont_know", "not known"), ("not_applicable", "do not apply")):
        told += f", {in_all[state]} {word}" if in_all[state] else ""
    return f"{told}."


def _lead(in_all: Mapping[str, Any], domains: list[dict[str, Any]], change: float | None) -> list[str]:
    if in_all["score"] is None:
        return ["Nothing that was asked has an answer, so there is no score."]
    level = f"level {level_shown(in_all['level'])} of {level_shown(in_all['out_of'])}"
    told = [f"In all it stands at {in_all['score']:.2f} of 1 ({level})."]
    if in_all["hi"] > in_all["lo"]:
        told.append(
            f"Open answers and disagreement leave anything from {in_all['lo']:.2f} to {in_all['hi']:.2f}."
        )
    scored = sorted((row for row in domains if row["score"] is not None), key=lambda row: row["score"])
    if len(scored) > 1:
        low, high = (f"{row['name']} ({row['score']:.2f})" for row in (scored[0], scored[-1]))
        told.append(f"Weakest is {low}, strongest {high}.")
    if change is not None:
        told.append(
            f"Over the points that were answered both times, that is {change:+.2f} since the assessment before."
        )
    return told


def _score_row(row: Mapping[str, Any], change: float | None) -> dict[str, Any]:
    return {
        "name": row["name"],
        "score": "–" if row["score"] is None else f"{row['score']:.2f}",
        "spread": f"{row['lo']:.2f} to {row['hi']:.2f}",
        "answered": f"{row['answered']} of {row['points']}",
        "change": "" if change is None else f"{change:+.2f}",
    }


def _radar(found: Results, domains: list[dict[str, Any]], planned: Answers) -> Markup | str:
    if len(domains) < 3:
        return ""
    series: dict[str, list[float | None]] = {}
    parts = [row["part"] for row in domains]
    earlier = found.trend.filter(pl.col("assessment") != found.head["assessment"])
    if earlier.height:
        last = earlier.filter(pl.col("date") == earlier["date"].max())
        by = dict(last.select("part", "score").iter_rows())
        series[str(last["date"][0])] = [by.get(p) for p in parts]
    series[str(found.head["date"])] = [row["score"] for row in domains]
    if planned.assessments.height:
        end = planned.assessments["date"].to_list()[-1]
        by = planned_scores(found, planned)[end]
        series[f"planned, {end}"] = [by.get(p) for p in parts]
    chart = radar("Scores of the domains", [row["name"] for row in domains], series, size=280)
    return figure(chart, "Scores of the domains; the outermost ring is 1, everything at its highest level.")


def planned_scores(found: Results, planned: Answers) -> dict[dt.date, dict[str, float | None]]:
    """Date → part → score, over the points that are known today: what is first found out is no step back."""
    known = found.points.filter(state="answered").select("point")
    levels = point_levels(planned, found.blueprint).join(known, on="point", how="semi", maintain_order="left")
    scored = scores(levels, found.blueprint).join(
        planned.assessments.select("assessment", "date"), on="assessment", maintain_order="left"
    )
    told: dict[dt.date, dict[str, float | None]] = {}
    for when, part, score in scored.select("date", "part", "score").iter_rows():
        told.setdefault(when, {})[part] = score
    return told


def _history(found: Results, planned: Answers) -> Markup | str:
    """Domain × assessment, actual ones and then planned ones: trend and road map in one picture."""
    columns: list[tuple[str, dict[str, float | None]]] = []
    for (_, when), rows in found.trend.group_by("assessment", "date", maintain_order=True):
        columns.append((str(when), dict(rows.select("part", "score").iter_rows())))
    told = planned_scores(found, planned) if planned.assessments.height else {}
    columns += [(f"planned {when}", by) for when, by in told.items()]
    if len(columns) < 2:
        return ""
    rows_of = [(d.id, d.name) for d in found.blueprint.domains] + [("all", "In all")]
    cells = [
        {
            "row": name,
            "column": title,
            "value": by.get(part),
            "text": "" if by.get(part) is None else f"{by[part]:.2f}",
        }
        for part, name in rows_of
        for title, by in columns[-COLUMNS:]
    ]
    return figure(
        heat_map("Scores over time", cells, step=(68, 28)),
        "Scores by domain, actual and planned. Where more points were asked than before, scores are not comparable "
        "one to one: the changes in the table compare only what was answered both times. Planned scores "
        "are over the points known today; where respondents disagree, a plan starts from the level below their mean.",
    )


def _roadmap(found: Results, planned: Answers) -> list[dict[str, Any]]:
    """Per planned assessment the points that rise, and what that takes in person-days."""
    rows = []
    before = known_levels(found.points, found.blueprint)
    for head in planned.assessments.iter_rows(named=True):
        one = planned.of(assessment=head["assessment"])
        now = known_levels(point_levels(one, found.blueprint), found.blueprint)
        steps, days = [], 0.0
        for placed in found.blueprint.placed:
            point, level = placed.point, now.get(placed.point.id)
            was = before.get(point.id)
            lowest = float(found.blueprint.scale(point)[0].level)
            if level is None or level <= (lowest if was is None else was):
                continue
            start = lowest if was is None else was
            steps.append(
                f"{point.name} ({'not known' if was is None else level_shown(was)} → {shown(level)})"
            )
            days += (level - start) * float(point.effort.days or 0)
        rows.append({"until": day(head["date"]), "steps": steps, "days": f"{days:.0f}" if days else "–"})
        before = {**before, **{p: v for p, v in now.items() if v is not None}}
    return rows


def _arithmetic(found: Results, domains: list[dict[str, Any]]) -> list[str]:
    """How the score in all came about, and that of the weakest domain."""
    lines = list(explain(found.answers, found.blueprint).lines)
    scored = [row for row in domains if row["score"] is not None]
    if scored:
        weakest = min(scored, key=lambda row: row["score"])
        lines += explain(found.answers, found.blueprint, weakest["part"]).lines
    return lines
