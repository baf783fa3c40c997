"""How mature the practice is: every subject that was assessed, its gaps and its road map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from beachhead.documents.assessment_section import assessment_section
from beachhead.documents.html import figure, own_templates, render
from beachhead.documents.pages import Page, territory_of
from beachhead.documents.plain_charts import heat_map
from beachhead.documents.practice_plan import practice_plan, release_readiness
from beachhead.errors import BadQuestion
from beachhead.practice.answer_files import subjects
from beachhead.practice.library import blueprints, load_blueprint
from beachhead.practice.results import Results, results
from beachhead.tables.workspace import Workspace

SECTIONS = 12
"""So many assessments are shown in detail, the latest first; ``beachhead assess`` has every one."""


def page(workspace: Workspace) -> Page | None:
    """The page; None where nothing was assessed up to the as-of day."""
    found = _found(workspace)
    if not found:
        return None
    names = _names(workspace)
    shown = found[:SECTIONS]
    sections = [(f"assessed-{n}", _title(one, names)) for n, one in enumerate(shown, 1)]
    body = render(
        "report/assessment.html",
        own=own_templates(workspace),
        maps=_maps(found, names),
        more=len(found) - len(shown),
        count=len(found),
        shown=[
            _section(workspace, one) | {"anchor": anchor, "title": title}
            for one, (anchor, title) in zip(shown, sections, strict=True)
        ],
    )
    return Page("How mature the practice is", body, sections, order=30)


def _found(workspace: Workspace) -> list[Results]:
    """The last assessment of every subject and blueprint as known on the as-of day: partner, release, accounts."""
    at_hand = blueprints(workspace.folder)
    asked = subjects(workspace.folder)
    wanted = sorted({name for names in asked.values() for name in names} & set(at_hand))
    models = {name: load_blueprint(at_hand[name]) for name in wanted}
    found = []
    for subject, answered in sorted(asked.items()):
        for name in sorted(answered & set(models)):
            try:
                found.append(results(workspace.folder, subject, models[name], as_of=workspace.as_of))
            except BadQuestion:  # only planned, or only later
                continue
    place = {"partner": 0, "release": 1, "account": 2}
    found.sort(key=lambda one: one.head["date"], reverse=True)
    return sorted(found, key=lambda one: place[one.head["kind"]])


def _names(workspace: Workspace) -> dict[str, str | None]:
    """Subject → its name, as accounts and partners have it; we are called as the settings call us."""
    ours = re.sub(r"\W+", "-", workspace.us.casefold()).strip("-")
    return {
        **dict(workspace.table("accounts").select("account", "name").iter_rows()),
        **dict(workspace.table("partners").select("partner", "name").iter_rows()),
        ours: workspace.us,
    }


def _title(one: Results, names: dict[str, str | None]) -> str:
    subject = one.head["subject"]
    kind = {"partner": "Partner practice plan", "release": "Release readiness", "account": one.blueprint.name}
    return f"{kind[one.head['kind']]}: {names.get(subject) or subject}"


def _section(workspace: Workspace, one: Results) -> dict[str, Any]:
    kind = one.head["kind"]
    known = workspace.path("accounts") is not None and workspace.path("purchases") is not None
    return assessment_section(workspace.folder, one) | {
        "plan": practice_plan(one, territory_of(workspace) if known else None) if kind == "partner" else None,
        "readiness": release_readiness(one) if kind == "release" else None,
    }


def _maps(found: Sequence[Results], names: dict[str, str | None]) -> list[Markup]:
    """A heat map, subject × domain, for every blueprint that several subjects answered."""
    drawn = []
    for name in dict.fromkeys(one.blueprint.id for one in found):
        many = [one for one in found if one.blueprint.id == name]
        if len(many) < 2:
            continue
        cells = []
        for one in many[:30]:
            by = {row["part"]: row for row in one.scores.filter(pl.col("depth") <= 1).iter_rows(named=True)}
            title = names.get(one.head["subject"]) or one.head["subject"]
            for domain, label in [*((d.id, d.name) for d in one.blueprint.domains), ("all", "In all")]:
                score = by[domain]["score"] if domain in by else None
                text = "" if score is None else f"{score:.2f}"
                cells.append({"row": title, "column": label, "value": score, "text": text})
        drawn.append(
            figure(
                heat_map(f"{many[0].blueprint.name}, compared", cells, step=(82, 30)),
                f"{many[0].blueprint.name}: the last assessment of each subject, 0 to 1.",
            )
        )
    return drawn
