"""One account and what offerings would change there, gathered for the terminal, the report and files."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.practice.business_case import Result, business_case
from beachhead.practice.case_files import load_case
from beachhead.practice.discontinuity import AccountMap, OfferingMap, discontinuity
from beachhead.practice.measures import Measure
from beachhead.tables.workspace import Workspace

CHANGES = pl.Schema(
    {
        "account": pl.String,
        "offering": pl.String,
        "department": pl.String,
        "kind": pl.String,
        "what": pl.String,
        "change": pl.String,
        "depth": pl.Int64,
        "left": pl.Int64,
        "at_best": pl.Int64,
        "after_measures": pl.Int64,
        "tolerated": pl.Boolean,
        "text": pl.String,
    }
)


@dataclass(frozen=True)
class AccountChanges:
    """``account``: its map; ``cases``: offering → its business case, with the account's own figures."""

    account: AccountMap
    cases: dict[str, Result]
    as_of: dt.date


def account_changes(
    workspace: Workspace, asked: str, offering: str | None = None, facts: pl.DataFrame | None = None
) -> AccountChanges:
    """What the offerings that fit ``asked`` now (or ``offering``) change there, with their business cases."""
    found = discontinuity(workspace, asked, offering=offering, facts=facts)
    cases = {
        one.offering.id: business_case(one.offering, load_case(workspace, found.account, one.offering))
        for one in found.offerings
    }
    return AccountChanges(found, cases, workspace.as_of)


def changes_table(found: AccountChanges) -> pl.DataFrame:
    """One row per change: columns ``CHANGES``."""
    rows = [
        (
            found.account.account,
            one.offering.id,
            c.change.department,
            c.change.kind,
            c.change.what,
            c.change.id,
            c.change.depth,
            c.left,
            c.at_best,
            c.after,
            c.tolerated,
            c.change.change,
        )
        for one in found.account.offerings
        for c in one.changes
    ]
    return pl.DataFrame(rows, schema=CHANGES, orient="row")


def as_json(found: AccountChanges) -> str:
    """Everything, as JSON. Infinite months are null, as ``never`` tells."""
    account = found.account
    told = {
        "account": account.account,
        "name": account.name,
        "as_of": found.as_of.isoformat(),
        "standing": account.standing,
        "tolerance": account.tolerance,
        "assessed": account.assessed.with_columns(pl.col("date").cast(pl.String)).to_dicts(),
        "offerings": [_offering(one, found.cases[one.offering.id]) for one in account.offerings],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _offering(one: OfferingMap, case: Result) -> dict[str, Any]:
    return {
        "offering": one.offering.id,
        "name": one.offering.name,
        "fits": one.fit.when,
        "reason": one.fit.reason,
        "tolerated": one.tolerated,
        "probability_tolerated": one.probability,
        "changes": [
            {
                "change": c.change.id,
                "department": c.change.department,
                "kind": c.change.kind,
                "what": c.change.what,
                "text": c.change.change,
                "depth": c.change.depth,
                "left": c.left,
                "at_best": c.at_best,
                "after_measures": c.after,
                "tolerated": c.tolerated,
                "mitigations": [
                    {
                        "mitigation": s.mitigation.id,
                        "takes_away": s.takes_away,
                        "state": s.state,
                        "why": s.why,
                    }
                    for s in c.softeners
                ],
            }
            for c in one.changes
        ],
        "to_do": [_measure(m) for m in one.to_do],
        "find_out": [_measure(m) for m in one.find_out],
        "business_case": {
            "currency": case.currency,
            "payback_months": _finite(case.payback.likely),
            "payback_months-lo-80": _finite(case.payback.lo),
            "payback_months-hi-80": _finite(case.payback.hi),
            "never": case.payback.never,
            "own_figures": case.inputs.filter("own")["input"].to_list(),
        },
    }


def _measure(measure: Measure) -> dict[str, Any]:
    told = measure.mitigation
    return {
        "mitigation": told.id,
        "kind": told.kind,
        "name": told.name,
        "text": told.text,
        "needed": measure.needed,
        "takes_away": measure.depth,
        "departments": measure.helps,
        "person_days": measure.days,
        "owners": measure.owners,
        "criterion": measure.criterion,
        "question": measure.question,
        "evidence": measure.evidence,
    }


def _finite(months: float) -> float | None:
    return None if months == float("inf") else round(months, 1)


def write_html(found: AccountChanges, workspace: Workspace, output: Path) -> None:
    """The map of one account as an HTML file to print and discuss; all of it or nothing."""
    from beachhead.documents.discontinuity_section import account_page
    from beachhead.documents.report import write_page

    write_page(workspace, account_page(found, workspace), output)
