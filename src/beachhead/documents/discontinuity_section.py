"""Discontinuity for a page: the map of one account, and each offering with its changes and measures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from beachhead.documents.account_changes import AccountChanges
from beachhead.documents.case_section import case_section
from beachhead.documents.discontinuity_words import (
    DEPTHS,
    assessed_words,
    department_in_text,
    department_name,
    easiest_first,
    map_cells,
    payback_short,
    person_days,
    tolerance_words,
    verdict,
)
from beachhead.documents.html import figure, own_templates, render
from beachhead.documents.pages import Page
from beachhead.documents.plain_charts import heat_map
from beachhead.documents.words import join
from beachhead.practice.discontinuity import HOLDS, Left, OfferingMap
from beachhead.practice.measures import Measure
from beachhead.tables.workspace import Workspace

WIDE = 8  # offerings in one heat map: more do not fit the page's width
MEASURES = 8
FITS = {"now": "Fits now", "owned": "Owned", "later": "Fits later", "never": "Does not fit"}


def account_page(found: AccountChanges, workspace: Workspace) -> Page:
    """The map of one account as a page of its own, each offering in detail."""
    maps = sorted(found.account.offerings, key=easiest_first)
    body = account_body(found, workspace, maps)
    sections = [(f"offering-{one.offering.id}", one.offering.name) for one in maps]
    return Page(f"What changes at {found.account.name}", body, sections)


def account_body(found: AccountChanges, workspace: Workspace, detailed: Sequence[OfferingMap]) -> Markup:
    """The map of one account; ``detailed``: the offerings that are told with their changes and measures."""
    account = found.account
    maps = sorted(account.offerings, key=easiest_first)
    return render(
        "report/account_changes.html",
        own=own_templates(workspace),
        standing=tolerance_words(account),
        assessed=assessed_words(account),
        map=_heat_map(maps) if maps else "",
        overview=[
            {
                "id": one.offering.id,
                "name": one.offering.name,
                "combines": " + ".join(one.offering.combines),
                "verdict": verdict(one),
                "payback": payback_short(found.cases[one.offering.id].payback),
                "detailed": one in detailed,
                "tolerated": one.tolerated,
            }
            for one in maps
        ],
        offerings=[_offering(one, found) for one in detailed],
        scale=", ".join(f"{depth} {name}" for depth, name in enumerate(DEPTHS)),
    )


def _heat_map(maps: Sequence[OfferingMap]) -> Markup:
    shown = [one for one in maps if not one.offering.combines][:WIDE] or list(maps[:WIDE])
    names = {one.offering.id: one.offering.name for one in shown}
    table = map_cells(list(shown))
    told = {(row["department"], row["offering"]): row for row in table.iter_rows(named=True)}
    cells = []
    for department in dict.fromkeys(table["department"]):
        for offering, name in names.items():
            row = told.get((department, offering))
            text = f"{row['left']}{'!' if row['too_deep'] else ''}" if row else ""
            cells.append(
                {
                    "row": department_name(department),
                    "column": name,
                    "value": row["left"] if row else None,
                    "text": text,
                }
            )
    chart = heat_map("What is left of the changes", cells, highest=3, colour="here", step=(62, 28))
    return figure(
        chart,
        f"The deepest change left per department: {', '.join(f'{d} {n}' for d, n in enumerate(DEPTHS))}. "
        "An exclamation mark: more than this account puts up with.",
    )


def _offering(one: OfferingMap, found: AccountChanges) -> dict[str, Any]:
    return {
        "id": one.offering.id,
        "name": one.offering.name,
        "about": one.offering.about,
        "fit": f"{FITS[one.fit.when]}: {one.fit.reason}.",
        "verdict": verdict(one),
        "needs": one.offering.third_party,
        "price_model": one.offering.price_model,
        "changes": [_change(change) for change in sorted(one.changes, key=lambda c: -c.left)],
        "to_do": [_measure(measure) for measure in one.to_do[:MEASURES]],
        "find_out": [_measure(measure) for measure in one.find_out[:MEASURES]],
        "case": case_section(found.cases[one.offering.id]),
    }


def _change(change: Left) -> dict[str, Any]:
    return {
        "department": department_name(change.change.department),
        "kind": change.change.kind,
        "depth": change.change.depth,
        "left": change.left,
        "at_best": change.at_best,
        "too_deep": change.tolerated is False,
        "text": change.change.change,
        "softened": [
            f"{softener.mitigation.name} ({softener.why}): −{softener.takes_away}"
            for softener in change.softeners
            if softener.state in HOLDS
        ],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    told = measure.mitigation
    asking = measure.state == "not known"
    return {
        "name": told.name,
        "kind": told.kind,
        "needed": measure.needed,
        "takes": f"{measure.depth} for {join([department_in_text(d) for d in measure.helps])}",
        "days": person_days(measure.days) if measure.days and not asking else "",
        "owners": join([department_name(d) for d in measure.owners]),
        "detail": measure.question if asking else measure.criterion or told.text,
        "evidence": measure.evidence if asking else "",
    }
