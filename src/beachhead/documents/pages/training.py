"""Training: who is ready for next year's buyers, and which plays to train first."""

from __future__ import annotations

from typing import Any

from beachhead.documents.html import own_templates, render
from beachhead.documents.pages import Page, territory_of
from beachhead.documents.training_tables import people_table, plays_table
from beachhead.documents.training_words import basis, in_short, win_rates
from beachhead.documents.words import category_name, day, number, percent
from beachhead.practice.ready_wins import ready_wins
from beachhead.practice.training import Training, training_of
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace

PLAYS = 10
"""So many plays are listed; ``beachhead training -o`` has all."""


def page(workspace: Workspace) -> Page | None:
    """The page; None where nobody trains or no accounts are known."""
    if workspace.path("people") is None:
        return None
    if workspace.path("accounts") is None and workspace.path("purchases") is None:
        return None
    found = training_of(territory_of(workspace))
    if not found.people.height:
        return None
    body = render(
        "report/training.html",
        own=own_templates(workspace),
        lead=in_short(found),
        categories=_categories(found),
        plays=[
            row | {"purchases": number(row["purchases"]), "worth": number(row["worth"])}
            for row in plays_table(found).head(PLAYS).iter_rows(named=True)
        ],
        valued=workspace.currency if found.valued else "",
        people=_people(found),
        groups=_groups(found),
        notes=[*basis(found), win_rates(ready_wins(found))],
    )
    return Page("Who can run the plays of next year's buyers", body, [], order=36)


def _categories(found: Training) -> list[dict[str, str]]:
    return [
        {
            "name": category_name(row["category"]),
            "purchases": number(row["purchases"]),
            "covered": percent(row["covered"] / row["purchases"]) if row["purchases"] else "–",
            "ready": str(row["ready"]),
        }
        for row in found.by_category().iter_rows(named=True)
    ]


def _people(found: Training) -> list[dict[str, Any]]:
    """Everybody with what is expected at their accounts and what they are ready for, most expected first."""
    rows = people_table(found).sort("purchases", descending=True, nulls_last=True, maintain_order=True)
    return [
        {
            "name": row["name"] or row["person"],
            "team": " · ".join(part for part in (row["team"], row["region"], row["firm"]) if part),
            "purchases": number(row["purchases"]) if row["purchases"] is not None else "–",
            "ready": [f"{category_name(c)} until {day(row[c])}" for c in CATEGORIES if row[c]],
        }
        for row in rows.iter_rows(named=True)
    ]


def _groups(found: Training) -> list[dict[str, str]]:
    rows = found.by_group().filter(group="region")
    return [
        {
            "name": row["name"],
            "purchases": number(row["purchases"]),
            "covered": percent(row["covered"] / row["purchases"]) if row["purchases"] else "–",
        }
        for row in rows.iter_rows(named=True)
    ]
