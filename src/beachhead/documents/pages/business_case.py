"""Business cases: when each offering has paid back, and the customers' own, worked out."""

from __future__ import annotations

from beachhead.documents.case_charts import paybacks
from beachhead.documents.case_section import case_section
from beachhead.documents.discontinuity_words import figures_words, payback_short
from beachhead.documents.html import figure, own_templates, render
from beachhead.documents.pages import Page
from beachhead.practice.business_case import HORIZON, Result, business_case
from beachhead.practice.case_files import cases, load_case
from beachhead.practice.discontinuity_facts import ours
from beachhead.practice.offering_library import offerings
from beachhead.tables.workspace import Workspace


def page(workspace: Workspace) -> Page | None:
    """The page; None for a workspace that sells nothing and has no figures of a customer's."""
    given = cases(workspace)
    if workspace.path("products") is None and not given:
        return None
    at_hand = offerings(workspace)
    general = [business_case(one) for one in ours(at_hand.values(), workspace)]
    general.sort(key=lambda result: result.payback.likely)
    names = dict(workspace.table("accounts").select("account", "name").iter_rows())
    own = [
        (names.get(account) or account, _own(workspace, account, offering))
        for account, offering in given
        if offering in at_hand
    ]
    sections = [(f"case-{n}", f"{result.offering.name}, {name}") for n, (name, result) in enumerate(own, 1)]
    body = render(
        "report/business_case.html",
        own=own_templates(workspace),
        chart=figure(
            paybacks(general),
            f"Months from the order; the line is the range of eight cases in ten. Grey: longer than {HORIZON} months.",
        ),
        rows=[
            {
                "name": result.offering.name,
                "question": result.offering.business_case.question,
                "payback": payback_short(result.payback),
                "figures": figures_words(result).removeprefix(result.notes[0]).strip(),
            }
            for result in general
        ],
        cases=[
            {
                "anchor": anchor,
                "account": name,
                "offering": result.offering.name,
                "case": case_section(result),
            }
            for (name, result), (anchor, _) in zip(own, sections, strict=True)
        ],
    )
    return Page("Business cases", body, sections, order=34)


def _own(workspace: Workspace, account: str, offering: str) -> Result:
    one = offerings(workspace)[offering]
    return business_case(one, load_case(workspace, account, one))
