"""Files about one business case: the page, the JSON, and the file that a customer's figures are written into."""

from __future__ import annotations

import datetime as dt
import json
import math
import textwrap
from dataclasses import asdict

from beachhead.documents.case_charts import figure_text, unit_text
from beachhead.documents.case_section import case_section
from beachhead.documents.html import own_templates, render
from beachhead.documents.pages import Page
from beachhead.practice.business_case import Result
from beachhead.practice.case_files import is_money
from beachhead.practice.offering import Offering
from beachhead.tables.workspace import Workspace


def case_page(result: Result, account: str, workspace: Workspace) -> Page:
    """The business case of one account as a page of its own."""
    body = render("report/case.html", own=own_templates(workspace), case=case_section(result))
    return Page(f"{result.offering.name} at {account}: the business case", body)


def case_json(result: Result, account: str) -> str:
    """Everything, as JSON. Infinite months are null, as ``never`` tells."""
    payback = {name: _finite(value) for name, value in asdict(result.payback).items()}
    tornado = result.tornado.drop("swing").to_dicts()
    told = {
        "account": account,
        "offering": result.offering.id,
        "currency": result.currency,
        "payback_months": payback,
        "steps": [asdict(step) for step in result.steps],
        "inputs": result.inputs.to_dicts(),
        "tornado": [
            {k: _finite(v) if isinstance(v, float) else v for k, v in row.items()} for row in tornado
        ],
        "ask_for": result.ask_for,
        "notes": result.notes,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _finite(value: float) -> float | None:
    return None if math.isinf(value) else value


def new_case_text(account: str, offering: Offering, day: dt.date, currency: str) -> str:
    """A file for the customer's figures: every figure with what it is, in which unit, and what we assume."""
    model = offering.business_case
    other = currency if currency and currency != model.currency else ""
    lines = [
        *(f"# {part}" for part in textwrap.wrap(f"{offering.name}: {model.question}", 108)),
        "# Take away the # before each figure that the customer gave, and write what they said: one number, or",
        "# low, likely and high. Ours stand in for all others.",
        f"account: {account}",
        f"offering: {offering.id}",
        f"date: {day.isoformat()}",
        "said_by: head of operations     # the role, not the person",
    ]
    if other:
        lines += [
            f"# currency: {other}          # if their money is not in {model.currency}, and then also",
            f"# exchange_rate:         # how many {other} for one {model.currency}, for the figures that are ours",
        ]
    lines.append("inputs:")
    for one in model.inputs:
        told = f"{one.name}{f' ({unit_text(one.unit, other or model.currency)})' if one.unit else ''}. Ours: "
        span = f"{figure_text(one.low, '')} to {figure_text(one.high, '')}"
        told += f"{span}{f' {model.currency}' if other and is_money(one) else ''}, {one.source}"
        lines += [f"  # {part}" for part in textwrap.wrap(told, 108)]
        lines.append(f"  # {one.id}: {{value: {one.likely:g}, source: }}")
    return "\n".join(lines) + "\n"
