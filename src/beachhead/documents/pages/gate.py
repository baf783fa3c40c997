"""The release gate: one section for every release that is still to come."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from beachhead.documents import gate_words as words
from beachhead.documents.gate_charts import adopters_chart, incidents_chart
from beachhead.documents.html import category_key, figure, own_templates, render
from beachhead.documents.pages import Page, territory_of
from beachhead.documents.words import category_name, day, percent
from beachhead.practice.gate import Gate, gate
from beachhead.practice.gate_base import releases_of
from beachhead.tables.workspace import Workspace

ACCOUNTS, GAPS = 12, 6
"""So many accounts and points are listed; ``beachhead gate -o`` has all."""


def page(workspace: Workspace) -> Page | None:
    """The page; None where no release is still to come."""
    if workspace.path("releases") is None:
        return None
    table = releases_of(workspace)
    coming = table.filter(table["available"].is_null() | (table["available"] > workspace.as_of))
    if not coming.height:
        return None
    place = territory_of(workspace) if workspace.path("accounts") or workspace.path("purchases") else None
    return gate_page(workspace, [gate(workspace, name, place) for name in coming["release"]])


def gate_page(workspace: Workspace, found: list[Gate]) -> Page:
    """The page of these gates."""
    sections = [(f"gate-{n}", one.release.name) for n, one in enumerate(found, 1)]
    body = render(
        "report/gate.html",
        own=own_templates(workspace),
        gates=[_gate(one, anchor) for one, (anchor, _) in zip(found, sections, strict=True)],
    )
    title = f"Release gate: {found[0].release.name}" if len(found) == 1 else "Release gate"
    return Page(title, body, sections if len(sections) > 1 else [], order=34)


def _gate(found: Gate, anchor: str) -> dict[str, Any]:
    whole, change = found.whole_product, found.change
    return {
        "anchor": anchor,
        "name": found.release.name,
        "as_of": day(found.as_of),
        "verdict": words.verdict_sentence(found),
        "turning": words.turning(found),
        "reasons": [
            {"what": what, "state": state, "said": said} for what, state, said in words.reasons(found)
        ],
        "customers": words.customers_sentence(found),
        "courses": words.courses_rows(found),
        "rows": words.course_measures(found),
        "about": found.file.about if found.file else "",
        "later": found.file.later if found.file and found.file.later else "",
        "adopters": _adopters(found),
        "incidents": _incidents(found),
        "defects": words.defects_sentence(found),
        "forgives": words.forgives_rows(found),
        "accounts": _accounts(found),
        "of": found.accounts.height,
        "gaps": [] if whole is None else whole.gaps.head(GAPS).to_dicts(),
        "measures": [] if change is None else change.measures.head(GAPS).to_dicts(),
        "basis": words.basis(found),
    }


def _adopters(found: Gate) -> Markup:
    caption = "Customers on the release by the end of each quarter, by category; the line is the middle 80 %."
    return figure(adopters_chart(found), caption) + category_key()


def _incidents(found: Gate) -> Markup | str:
    chart = incidents_chart(found)
    if chart is None:
        return ""
    return figure(
        chart,
        "Incidents within a year that customers who forgive little do not forgive: expected, and the middle 80 %.",
    )


def _accounts(found: Gate) -> list[dict[str, str]]:
    if not found.counted:
        return []
    return [
        {
            "name": row["name"] or row["account"],
            "standing": category_name(row["standing"]),
            "runs": row["runs"] or "–",
            "forgives": row["forgives"],
            "quarter": percent(row["within-1"]),
            "year": percent(row["within-4"]),
            "let_in": "by name" if row["invited"] else "limited" if row["limited"] else "",
        }
        for row in found.accounts.head(ACCOUNTS).iter_rows(named=True)
    ]
