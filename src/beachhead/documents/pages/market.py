"""Where each market stands: the first page of the report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from beachhead.documents.answers import Answer, gather
from beachhead.documents.figures_used import figures_used
from beachhead.documents.html import own_templates, render
from beachhead.documents.later import later_view
from beachhead.documents.market_section import placed_cells, section
from beachhead.documents.pages import Page
from beachhead.documents.what_if import with_stated
from beachhead.documents.words import in_short
from beachhead.errors import BadInput
from beachhead.tables.workspace import Workspace

SETTINGS = {
    "about": str,
    "one_technology": bool,
    "reading": dict,
    "what_if": list,
    "also_known": list,
    "later": str,
}
SECTIONS, ROWS = 12, 60
"""So many series have a section of their own, and so many a row in the overview; ``beachhead market`` has all."""


def page(workspace: Workspace) -> Page | None:
    """The page; None without an adoption table. Raises BadInput for one that cannot be read."""
    file = workspace.path("adoption")
    if file is None:
        return None
    settings, as_of = workspace.section("market", SETTINGS), workspace.as_of
    own = own_templates(workspace)
    adoption = workspace.adoption()
    markets = gather(adoption, ROWS)
    answers = markets.answers
    detailed = answers[:SECTIONS]
    stated = with_stated(adoption, detailed, settings.get("what_if", []))
    readings, used = settings.get("reading", {}), figures_used(file, as_of)
    later = later_view(workspace.adoption_on, answers, as_of, settings.get("later", ""), own)
    anchors = {a.unique_id: f"market-{i}" for i, a in enumerate(detailed, start=1)}
    body = render(
        "report/market.html",
        own=own,
        about=settings.get("about", ""),
        in_short=" ".join(in_short(answers)) if settings.get("one_technology") else "",
        overview=[_overview(a, anchors.get(a.unique_id)) for a in answers],
        without_section=len(answers) - len(detailed),
        without_row=adoption.series.height - len(answers),
        refused=_refused(markets.refused, workspace),
        also_known=_also_known(workspace, settings.get("also_known", [])),
        on_the_whole=markets.notes.filter(pl.col("unique_id").is_null())["note"].to_list(),
        answers=[
            section(a, readings.get(a.unique_id, ""), stated[a.unique_id], used.get(a.unique_id))
            | {"anchor": anchors[a.unique_id]}
            for a in detailed
        ],
        later=later or "",
    )
    sections = [(anchors[a.unique_id], a.name) for a in detailed]
    return Page(
        "Where the market stands",
        body,
        [*sections, *([("later", "What happened later")] if later else [])],
        order=10,
    )


def _overview(answer: Answer, anchor: str | None) -> dict[str, Any]:
    end, value = answer.last
    return {
        "name": answer.name,
        "anchor": anchor,
        "latest": f"{answer.figure(value)}, {answer.when(end)}",
        **placed_cells(answer),
    }


def _refused(refused: pl.DataFrame, workspace: Workspace) -> list[dict[str, str]]:
    """The series without an answer, by the names that they have in the file."""
    if not refused.height:
        return []
    names = dict(workspace.adoption_on(None).series.select("unique_id", "name").iter_rows())
    file = workspace.path("adoption")
    prefix = f"{file.name}: " if file else ""
    return [
        {
            "name": names.get(unique_id) or unique_id,
            "reason": reason.removeprefix(prefix).removeprefix(f"series {unique_id!r} "),
        }
        for unique_id, reason in refused.select("unique_id", "reason").iter_rows()
    ]


def _also_known(workspace: Workspace, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the settings name as known besides the figures, as far as it was known on the as-of day."""
    for item in items:
        if not {"text", "source", "known_on"} <= set(item):
            raise BadInput(
                "an entry of also_known is not complete",
                file=workspace.folder / "beachhead.toml",
                value=item.get("text"),
                expected="text, source and known_on",
            )
        if type(item["known_on"]) is not dt.date:
            raise BadInput(
                "known_on of an entry of also_known is no day",
                file=workspace.folder / "beachhead.toml",
                value=item["known_on"],
                expected="a day without quotes, such as known_on = 2009-02-28",
            )
    return [item for item in items if item["known_on"] <= workspace.as_of]
