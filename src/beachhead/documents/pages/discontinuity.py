"""What our offerings change in the territory's departments, and where more is left than is put up with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from beachhead.documents.account_changes import account_changes
from beachhead.documents.discontinuity_section import account_body
from beachhead.documents.discontinuity_words import DEPTHS, department_in_text, department_name
from beachhead.documents.html import figure, own_templates, render
from beachhead.documents.pages import Page, territory_of
from beachhead.documents.plain_charts import heat_map
from beachhead.documents.words import join, percent
from beachhead.practice.case_files import cases
from beachhead.practice.discontinuity_facts import ours
from beachhead.practice.discontinuity_territory import TerritoryMap, territory_map
from beachhead.practice.offering import Offering
from beachhead.practice.offering_library import offerings
from beachhead.practice.situation import Situation, situation
from beachhead.practice.tolerance import tolerance
from beachhead.tables.departments import departments
from beachhead.tables.workspace import Workspace

ACCOUNTS = 3
"""So many accounts are shown in detail; ``beachhead discontinuity`` has every one."""


def page(workspace: Workspace) -> Page | None:
    """The page; None where nothing is known of what accounts own."""
    if workspace.path("purchases") is None:
        return None
    facts = territory_of(workspace).facts
    at_hand = offerings(workspace)
    sold = ours(at_hand.values(), workspace)
    here = situation(facts, workspace, sold)
    found = territory_map(here, sold, tolerance(workspace))
    if not found.offerings.height:
        return None
    shown = _shown(workspace, here, facts)
    sections = [(f"changes-{n}", name) for n, (_, name) in enumerate(shown, 1)]
    body = render(
        "report/discontinuity.html",
        own=own_templates(workspace),
        scale=", ".join(f"{depth} {name}" for depth, name in enumerate(DEPTHS)),
        assessed=here.assessed["account"].n_unique(),
        accounts=facts.height,
        map=_map(found, at_hand),
        rows=_rows(found, at_hand),
        source=tolerance(workspace).source,
        shown=[
            {"anchor": anchor, "name": name, "body": _account(workspace, account, facts)}
            for (account, name), (anchor, _) in zip(shown, sections, strict=True)
        ],
    )
    return Page("What our offerings change", body, sections, order=32)


def _shown(workspace: Workspace, here: Situation, facts: pl.DataFrame) -> list[tuple[str, str]]:
    """The accounts that most is known of: assessed, and with figures of their own for a business case."""
    known = [
        *here.assessed.sort("date", descending=True)["account"],
        *(account for account, _ in cases(workspace)),
    ]
    names = dict(facts.select("account", "name").iter_rows())
    ranked = sorted(dict.fromkeys(known), key=lambda account: -known.count(account))
    return [(account, names[account] or account) for account in ranked if account in names][:ACCOUNTS]


def _account(workspace: Workspace, account: str, facts: pl.DataFrame) -> Markup:
    return account_body(account_changes(workspace, account, facts=facts), workspace, [])


def _map(found: TerritoryMap, at_hand: Mapping[str, Offering]) -> Markup:
    totals = dict(found.offerings.select("offering", "accounts").iter_rows())
    order = sorted(totals, key=lambda name: -totals[name])
    told = {(row["department"], row["offering"]): row for row in found.departments.iter_rows(named=True)}
    rooms = [name for name in departments() if any((name, offering) in told for offering in order)]
    cells: list[dict[str, Any]] = []
    for room in rooms:
        for offering in order:
            row = told.get((room, offering))
            share = row["too_deep"] / row["accounts"] if row else None
            cells.append(
                {
                    "row": department_name(room),
                    "column": at_hand[offering].name,
                    "value": share,
                    "text": percent(share) if share and share < 1 else "all" if share else "",
                }
            )
    chart = heat_map("Where more is left than is put up with", cells, colour="here", step=(54, 28))
    return figure(
        chart,
        "Of the accounts that an offering fits now, the share at which it changes more in a department than an "
        "account of that standing puts up with. What is not known counts as missing.",
    )


def _rows(found: TerritoryMap, at_hand: Mapping[str, Offering]) -> list[dict[str, Any]]:
    rows = []
    for row in found.offerings.sort("accounts", descending=True).iter_rows(named=True):
        offering = at_hand[row["offering"]]
        own = found.departments.filter((pl.col("offering") == offering.id) & (pl.col("too_deep") > 0))
        worst = own.sort("too_deep", descending=True)["department"].head(2).to_list()
        rows.append(
            {
                "name": offering.name,
                "accounts": row["accounts"],
                "put_up_with": _span(row["put_up_with"], row["put_up_with_at_best"]),
                "where": join([department_in_text(name) for name in worst]) if worst else "nowhere",
                "wanting": _wanting(found, offering),
            }
        )
    return rows


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _wanting(found: TerritoryMap, offering: Offering) -> Sequence[str]:
    """The two points whose state would help at most accounts, apart from what is agreed with each offer."""
    asked = [name for name, m in offering.measures.items() if any(w.kind == "point" for w in m.when)]
    table = found.measures.filter((pl.col("offering") == offering.id) & pl.col("mitigation").is_in(asked))
    return [
        f"{offering.measures[name].name} (missing at {missing}, not known at {unknown})"
        for name, missing, unknown in table.select("mitigation", "missing", "not_known").head(2).iter_rows()
    ]
