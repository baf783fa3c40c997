"""What an assessment says, on the terminal and in files."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import shorten
from typing import Any

import click
import polars as pl

from beachhead.cli._tables import table
from beachhead.errors import BadInput, BadQuestion, did_you_mean
from beachhead.practice.answer_files import read_answers, write_answers
from beachhead.practice.blueprint import Blueprint, shown
from beachhead.practice.explain import explain
from beachhead.practice.results import Results, level_shown, results
from beachhead.practice.roadmap import Roadmap, roadmap
from beachhead.practice.rollup import compare, latest, rollup, weakest_points
from beachhead.practice.subjects import Subject
from beachhead.tables.counted import counted
from beachhead.tables.csv_cells import csv_text
from beachhead.tables.departments import departments
from beachhead.tables.workbooks import Sheet, write_workbook
from beachhead.tables.workspace import Workspace
from beachhead.tables.writing import write_whole
from beachhead.tables.xlsx import NO_DAY

FEW = 8


def show(at: Workspace, subject: Subject, model: Blueprint, given: dict[str, Any]) -> None:
    """The results of ``subject``, or the arithmetic of a score, or a road map."""
    found = results(at.folder, subject.id, model, as_of=at.as_of, stage=given["stage"])
    if given["explain"]:
        _explain(found, given["explain"])
        return
    plan = None
    if given["plan"] is not None:
        plan = roadmap(
            found.answers,
            model,
            days_per_quarter=given["plan"],
            quarters=given["quarters"],
            after=max(at.as_of, found.head["date"]),
            stage=given["stage"],
        )
    if given["output"]:
        _write(found, plan, Path(given["output"]), subject)
        click.echo(f"The results lie in {given['output']}.")
        return
    _head(found, subject)
    if plan is not None:
        _plan(plan, model)
        if given["save"]:
            for planned in plan.planned:
                click.echo(f"Planned: {write_answers(at.folder, planned, replace=True)}")
        return
    _scores(found)
    _hand_overs(found)
    _gaps(found)
    _open(found)


def _head(found: Results, subject: Subject) -> None:
    head, in_all = found.head, found.scores.filter(part="all").row(0, named=True)
    milestone = f", milestone {head['milestone']!r}" if head["milestone"] else ""
    who = f", answered by {', '.join(head['respondents'])}" if head["respondents"] else ""
    asked = f" (groups {', '.join(head['groups'])})" if head["groups"] else ""
    click.echo(f"{found.blueprint.name}, {head['kind']} {subject.shown}, {head['date']}{milestone}{who}")
    counts = f"{in_all['points']} points{asked}, {in_all['answered']} answered"
    for state, word in (
        ("dont_know", "not known"),
        ("unanswered", "unanswered"),
        ("not_applicable", "do not apply"),
    ):
        counts += f", {in_all[state]} {word}" if in_all[state] else ""
    counts += f", {in_all['disagreeing']} with disagreement" if in_all["disagreeing"] else ""
    counts += f", {in_all['prefilled']} taken over and not confirmed" if in_all["prefilled"] else ""
    click.echo(counts + "\n")


def _scores(found: Results) -> None:
    change = dict(
        found.trend.filter(pl.col("assessment") == found.head["assessment"])
        .select("part", "change")
        .iter_rows()
    )
    before = any(value is not None for value in change.values())
    head = ["", "score", "", "between", "level", "answered", *(["since before"] if before else [])]
    rows = []
    for part in found.scores.iter_rows(named=True):
        moved = change.get(part["part"])
        rows.append(
            [
                "  " * max(part["depth"] - 1, 0) + ("In all" if part["depth"] == 0 else part["name"]),
                _number(part["score"]),
                _bar(part["score"]),
                f"{part['lo']:.2f}–{part['hi']:.2f}",
                f"{level_shown(part['level'])} of {level_shown(part['out_of'])}",
                f"{part['answered']} of {part['points']}",
                *([f"{moved:+.2f}" if moved is not None else ""] if before else []),
            ]
        )
    table(head, rows, numbers=("score", "since before"))
    click.echo()


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _bar(value: float | None) -> str:
    return "" if value is None else "█" * round(value * 20) + "·" * (20 - round(value * 20))


def _hand_overs(found: Results) -> None:
    weak = found.hand_overs.filter(pl.col("score").is_not_null()).head(5)
    if not weak.height:
        return
    names = {**{d.id: d.name for d in departments().values()}, **found.blueprint.departments}
    points = {p.point.id: p.point.name for p in found.blueprint.placed}
    click.echo("Weakest hand-overs between departments")
    rows = [
        [
            f"{names[r['from']]} → {names[r['to']]}",
            _number(r["score"]),
            str(r["answered"]),
            points[r["weakest"]],
        ]
        for r in weak.iter_rows(named=True)
    ]
    table(["", "score", "points", "weakest at"], rows, numbers=("score", "points"))
    click.echo()


def _gaps(found: Results) -> None:
    if not found.gaps.height:
        click.echo("No gaps: everything that was answered stands at its highest level.\n")
        return
    click.echo(
        f"What to do first ({counted(found.gaps.height, 'step')}, by value over effort, "
        "what is needed before comes first)"
    )
    rows = [
        [
            str(r["rank"]),
            f"{r['name']} ({r['point']})" + (f"\n  {shorten(r['criterion'], 200)}" if r["criterion"] else ""),
            f"{level_shown(r['level'])} → {level_shown(r['next_level'])}",
            str(r["value"]),
            f"{shown(r['days'])}{'?' if r['assumed'] else ''}",
            f"{r['gain'] * 100:.1f}",
            ", ".join(r["waits_for"]),
        ]
        for r in found.gaps.head(FEW).iter_rows(named=True)
    ]
    table(
        ["", "step", "level", "value", "days", "gain %", "after"], rows, numbers=("value", "days", "gain %")
    )
    if found.gaps.head(FEW)["assumed"].any():
        click.echo("? the blueprint states no days; the usual ones are taken.")
    click.echo()


def _open(found: Results) -> None:
    if found.disagreements.height:
        click.echo("Where respondents disagree")
        rows = [
            [f"{r['name']} ({r['point']})", r["said"]]
            for r in found.disagreements.head(FEW).iter_rows(named=True)
        ]
        table(["point", "who says what"], rows)
        click.echo()
    if found.open.height:
        click.echo(f"Find out first ({counted(found.open.height, 'point')} without an answer)")
        rows = [
            [
                f"{r['name']} ({r['point']})",
                r["state"].replace("_", " "),
                f"{r['spread'] * 100:.1f}",
                ", ".join(r["owners"]),
            ]
            for r in found.open.head(FEW).iter_rows(named=True)
        ]
        table(["point", "", "leaves open %", "whom to ask"], rows, numbers=("leaves open %",))


def _explain(found: Results, part: str) -> None:
    told = explain(found.answers, found.blueprint, part)
    for line in told.lines:
        click.echo(line)
    click.echo()
    rows = [
        [
            r["point"],
            r["answers"] or r["state"].replace("_", " "),
            level_shown(r["level"]),
            shown(r["highest"]),
            shown(r["weight"]),
            _number(r["contribution"]),
        ]
        for r in told.points.iter_rows(named=True)
    ]
    table(
        ["point", "answers", "level", "of", "weight", "counts"],
        rows,
        numbers=("level", "of", "weight", "counts"),
    )


def _plan(plan: Roadmap, model: Blueprint) -> None:
    in_all = plan.scores.filter(part="all").select("quarter", "score")
    domains = [d for d in model.domains if d.id in plan.scores["part"]]
    by = {(q, p): s for q, p, s in plan.scores.select("quarter", "part", "score").iter_rows()}
    rows = [[q, _number(s), *(_number(by.get((q, d.id))) for d in domains)] for q, s in in_all.iter_rows()]
    heads = ["", "in all", *(d.name for d in domains)]
    table(heads, rows, numbers=heads[1:])
    click.echo()
    for (quarter,), steps in plan.steps.group_by("quarter", maintain_order=True):
        click.echo(f"{quarter}: {steps['days'].sum():g} person-days")
        rows = [
            [
                f"{r['name']} ({r['point']})" + ("" if r["known"] else "; not known today, check first"),
                f"{level_shown(r['level'])} → {level_shown(r['next_level'])}"
                + ("" if r["done"] else " (goes on)"),
                shown(r["days"]),
                ", ".join(r["owners"]),
            ]
            for r in steps.iter_rows(named=True)
        ]
        table(["step", "level", "days", "owners"], rows, numbers=("days",))
        click.echo()
    if plan.waiting.height:
        click.echo(f"{plan.waiting.height} steps found no place in these quarters.")


def compare_all(at: Workspace, model: Blueprint, *, by: str | None, output: str | None) -> None:
    """All subjects side by side, and rolled up."""
    answers, _ = read_answers(at.folder, model)
    kept = answers.assessments.filter(pl.col("date") <= at.as_of)
    last = latest(
        type(answers)(kept, answers.answers.join(kept.select("assessment"), on="assessment", how="semi"))
    )
    if not last.assessments.height:
        raise BadQuestion(f"There are no answers to {model.id!r} in {at.folder}.")
    subjects = compare(last, model)
    called = dict(zip(subjects["subject"], _names(at, subjects), strict=True))
    if output:
        named = pl.Series("subject_name", list(called.values()), pl.String)
        _write_table(subjects.insert_column(1, named), Path(output))
        click.echo(f"{subjects.height} subjects lie in {output}.")
        return
    domains = [d for d in model.domains if d.id in subjects.columns]
    kind = (
        ["kind"] if subjects["kind"].n_unique() > 1 else []
    )  # mostly all are accounts, and the line is short
    rows = [
        [called[r["subject"]], *(r[k] for k in kind), str(r["date"]), _number(r["score"]),
         f"{r['lo']:.2f}–{r['hi']:.2f}", *(_number(r[d.id]) for d in domains)]
        for r in subjects.sort("score", descending=True, nulls_last=True).iter_rows(named=True)
    ]  # fmt: skip
    heads = ["subject", *kind, "date", "in all", "between", *(d.name for d in domains)]
    table(
        heads,
        rows,
        numbers=["in all", *(d.name for d in domains)],
        whole=["date", "between", *(d.name for d in domains)],
    )
    groups = _groups(at, by) if by else None
    click.echo("\nRolled up" + (f" by {by}" if by else ""))
    rolled = rollup(last, model, groups).filter(pl.col("depth") <= 1)
    rows = [
        [r["group"] or "–", "In all" if r["depth"] == 0 else r["name"], str(r["subjects"]),
         *(_number(r[c]) for c in ("mean", "low", "median", "high"))]
        for r in rolled.iter_rows(named=True)
    ]  # fmt: skip
    table(["group", "", "subjects", "mean", "10 % below", "median", "10 % above"], rows,
          numbers=("subjects", "mean", "10 % below", "median", "10 % above"))  # fmt: skip
    click.echo("\nWeakest points")
    weak = weakest_points(last, model).filter(pl.col("answered") > 0).head(FEW)
    rows = [
        [f"{r['name']} ({r['point']})", _number(r["mean"]), str(r["answered"])]
        for r in weak.iter_rows(named=True)
    ]
    table(["point", "mean", "answered"], rows, numbers=("mean", "answered"))


def _names(at: Workspace, subjects: pl.DataFrame) -> list[str]:
    """What each of ``subjects`` is called: an account's name, with its id where several go by the same one."""
    known = {row["account"]: row["name"] for row in at.table("accounts").iter_rows(named=True)}
    pairs = [
        (i, known.get(i) or i if k == "account" else i) for i, k in subjects.select("subject", "kind").rows()
    ]
    ids: dict[str, set[str]] = {}
    for subject, name in pairs:
        ids.setdefault(name, set()).add(subject)
    return [name if len(ids[name]) == 1 else f"{name} ({subject})" for subject, name in pairs]


def _groups(at: Workspace, by: str) -> pl.DataFrame:
    accounts = at.table("accounts")
    if by not in accounts.columns:
        raise BadQuestion(f"Accounts have no column {by!r}{did_you_mean(by, accounts.columns)}.")
    return accounts.select(subject="account", group=pl.col(by).cast(pl.String))


def _write(found: Results, plan: Roadmap | None, path: Path, subject: Subject) -> None:
    if path.suffix.lower() == ".xlsx":
        from beachhead.practice.results_workbook import write_results

        write_results(path, found, plan, title=subject.name)
    elif path.suffix.lower() == ".json":
        tables = {"scores": found.scores, "points": found.points, "gaps": found.gaps, "hand_overs": found.hand_overs,
                  "open": found.open, "trend": found.trend}  # fmt: skip
        if plan is not None:
            tables |= {"steps": plan.steps, "planned_scores": plan.scores, "waiting": plan.waiting}
        content = {"assessment": found.head} | {name: t.to_dicts() for name, t in tables.items()}
        write_whole(path, json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n")
    else:
        raise BadInput(
            "results are a workbook or JSON", file=path, expected="a name that ends in .xlsx or .json"
        )


def _write_table(rows: pl.DataFrame, path: Path) -> None:
    if path.suffix.lower() == ".csv":
        write_whole(path, "\ufeff" + csv_text(rows))
    elif path.suffix.lower() == ".json":
        write_whole(path, json.dumps(rows.to_dicts(), indent=1, ensure_ascii=False, default=str) + "\n")
    elif path.suffix.lower() == ".xlsx":
        write_workbook(path, [Sheet("Subjects", rows)], made=NO_DAY)
    else:
        raise BadInput("subjects are a table", file=path, expected="a name that ends in .csv, .xlsx or .json")
