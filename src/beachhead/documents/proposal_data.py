"""What a customer receives: the fields of a proposal, made from what may reach a customer and nothing else.

Of a play only ``for_customer`` is used: what is marked public, and the offer and next step that are written to the
customer. No name of a play, no reason, no words to say or not to say, no task, no standing, no probability about the
customer, no other seller. Of references only those that may be named. An id never stands in for a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.documents import account_parts as parts
from beachhead.documents.account_data import Gathered
from beachhead.documents.account_words import count
from beachhead.documents.brand import brand
from beachhead.documents.own_fields import own_fields
from beachhead.documents.wording import UNKNOWN, wording
from beachhead.documents.words import day, join, percent
from beachhead.errors import BadQuestion
from beachhead.practice.business_case import Result
from beachhead.practice.discontinuity import Left, OfferingMap
from beachhead.practice.offering import Offering
from beachhead.practice.offering_fit import of_our_products
from beachhead.practice.offering_library import find_offering
from beachhead.practice.plays import for_customer

FIELDS = {
    "title": "what the proposal is about",
    "subtitle": "one line, in the wording of the customer's kind",
    "customer": "name of the customer",
    "us": "our name",
    "date": "the day, in words",
    "offering": "name of what is offered",
    "about": "what it is, a paragraph",
    "opening": "the opening paragraph",
    "situation": "list of sentences: what they run, what they answered, what it means",
    "changes_intro": "sentence before the changes",
    "departments": "list: name, changes (text, depth, after, softeners (name, text, state))",
    "services_intro": "sentence before the services",
    "services": "list: name, text, effort, state",
    "price_model": "how it is priced",
    "prices": "your price table: lines (item, quantity, unit, price, amount), total, currency, note; no lines where none "
    "is given",
    "validity": "until when it is valid, as you give it; empty where nothing is given",
    "third_party": "list: what else is needed, from others",
    "roadmap": "list: step, what, who, effort",
    "case_intro": "sentence before the business case",
    "case": "question, payback, currency, own, note, inputs (name, unit, range, whose, source: of their own figures), "
    "steps (name, arithmetic, value, unit)",
    "proof_intro": "sentence before the references; empty where there is none",
    "proofs": "list: text, source",
    "references": "list: name, text, date (only those that may be named)",
    "offer": "what is offered as a first step; empty where no play fits",
    "next_step": "the next step",
    "closing": "the last sentence",
    "sender": "who signs: name, role, phone, email, address; each empty where it is not given",
    "footer": "the line at the foot, from [brand]",
}
"""Every field that a template may ask for, and what it is."""

_STATES = {
    "included": "comes with it",
    "in place": "you have it already",
    "missing": "to be agreed",
    "not known": "to be clarified together",
}
NEXT_STEP = "An hour together to go through this proposal and the open questions."


def proposal_data(
    gathered: Gathered,
    account: str,
    offering: str | None = None,
    own: Path | None = None,
    single: Sequence[str] = (),
) -> dict[str, Any]:
    """The fields of a proposal to ``account``, keys ``FIELDS`` and those of the user's own.

    ``offering``: its id or name; the likeliest without. ``own`` and ``single``: see ``own_fields``. Raises BadQuestion
    where nothing fits and none is named, and where the account has no name.
    """
    facts, workspace = gathered.row(account), gathered.workspace
    given = own_fields(workspace, FIELDS, own, single)
    customer = given.get("customer") or spoken(account, facts["name"])
    if not customer:
        raise BadQuestion(
            f"The account {account!r} has no name, and a proposal calls nobody by an id: give it one in the column "
            "'name' of the table accounts, or with --set customer=NAME."
        )
    offered = find_offering(offering, gathered.offerings) if offering else _offered(gathered, account, facts)
    mapped = gathered.map_of(account, offered)
    plays = gathered.best_plays(account)
    of_it = [p for p in plays if p.offering == offered.id] + [
        p for p in plays if p.offering in offered.combines
    ]
    play = of_it[0] if of_it else None
    told = for_customer(play) if play else None
    house = brand(workspace)
    said = wording(workspace)[facts["standing"] or UNKNOWN].said(
        customer=customer, us=house.name, offering=offered.name
    )
    assessed = gathered.assessed(account, facts)
    gaps = parts.maturity(assessed) if assessed else None
    references = [
        {k: r[k] for k in ("name", "text", "date")}
        for r in parts.references(_named(gathered.references(account, offered)).head(3))
    ]
    next_step = given.get("next_step") or (told.next_step if told else "") or NEXT_STEP
    return {
        "title": offered.name,
        "subtitle": said["subtitle"],
        "customer": customer,
        "us": house.name,
        "date": day(workspace.as_of),
        "offering": offered.name,
        "about": " ".join(offered.about.split()),
        "opening": said["opening"],
        "situation": _situation(facts, gathered.plays.called, gaps) + (told.know if told else []),
        "changes_intro": said["changes"],
        "departments": _departments(mapped),
        "services_intro": said["services"],
        "services": _services(mapped),
        "price_model": " ".join(offered.price_model.split()).rstrip(".") + ".",
        "third_party": [" ".join(t.split()) for t in offered.third_party],
        "roadmap": _roadmap(mapped, next_step, gaps),
        "case_intro": said["case"],
        "case": _case(gathered.case(account, offered)),
        "proof_intro": said["proof"] if references else "",
        "proofs": [{"text": p.text, "source": parts.source(p)} for p in (told.show if told else [])],
        "references": references,
        "offer": told.offer if told else "",
        "next_step": next_step,
        "closing": said["closing"],
        "footer": house.footer,
    } | given


def spoken(one: str, name: str | None) -> str:
    """What ``one`` is called to its face: its name, or its id where that is words rather than a code; else nothing."""
    return name if name and name != one else one if " " in one.strip() else ""


def _named(references: pl.DataFrame) -> pl.DataFrame:
    """References whose customer has a name."""
    called = pl.col("account").str.strip_chars().str.contains(" ", literal=True)
    return references.filter((pl.col("name") != pl.col("account")) | called)


def _offered(gathered: Gathered, account: str, facts: Mapping[str, Any]) -> Offering:
    """What to offer: what the account gave its own figures for, else what the best play leads to, else what is
    likeliest bought next, else the deepest that fits now."""
    known = {
        name: one
        for name, one in gathered.offerings.items()
        if of_our_products(one, gathered.products, gathered.shipped_offerings.get(name) == one)
    }
    owned = set(facts["products_owned"] or ())
    named = [gathered.offerings.get(name) for name in gathered.own_cases(account)]
    named += [known.get(play.offering or "") for play in gathered.best_plays(account)]
    named += [one for one in known.values() if not one.combines and facts["next_buy"] in one.products]
    named.append(known.get(facts["discontinuity_offering"] or ""))
    for one in named:
        if one is not None and not (one.products and set(one.products) <= owned):
            return one
    who = spoken(account, facts["name"]) or account
    if not known:
        raise BadQuestion(
            f"No offering fits {who}: those that ship are made for other products than the workspace's; write one of "
            "your own in the folder offerings of the workspace."
        )
    raise BadQuestion(
        f"Nothing that fits {who} now; name an offering with --offering: {', '.join(sorted(known))}."
    )


def _situation(
    facts: Mapping[str, Any], called: Mapping[str, str], gaps: Mapping[str, Any] | None
) -> list[str]:
    owned = [name for p in facts["products_owned"] or () if (name := spoken(p, called.get(p)))]
    told = [f"You have {join(owned)}."] if owned else []
    if gaps:
        scored = [d for d in gaps["domains"] if d["score"] is not None]
        lowest = min(scored, key=lambda d: d["score"]) if scored else None
        least = f", least in the domain {lowest['name']}" if lowest and len(scored) > 1 else ""
        told.append(
            f"In your answers of {gaps['date']} the operation reached {percent(gaps['score'])} of what can be "
            f"reached{least}."
        )
        if gaps["hand_over"]:
            told.append(f"The weakest hand-over between departments: {gaps['hand_over']}.")
    return told


def _departments(mapped: OfferingMap) -> list[dict[str, Any]]:
    return [
        {
            "name": room["name"],
            "changes": [
                {
                    "text": change["text"],
                    "depth": change["depth_word"],
                    "after": parts.DEPTHS[change["after"]],
                    "softeners": _softeners(change["softeners"]),
                }
                for change in room["changes"]
            ],
        }
        for room in parts.discontinuity(mapped)["departments"]
    ]


def _softeners(listed: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"name": s["name"], "text": s["text"], "state": _STATES[s["state"]]}
        for s in listed
        if s["state"] in _STATES
    ]


def _services(mapped: OfferingMap) -> list[dict[str, str]]:
    """What comes with the offering and what is still to be agreed, each once, services and trainings first."""
    seen: dict[str, dict[str, str]] = {}
    changes: Sequence[Left] = mapped.changes
    for one in (s for change in changes for s in change.softeners):
        kind = one.mitigation.kind
        if one.state in ("included", "missing") and kind in ("service", "training", "product", "procedure"):
            told = parts.softener(one)
            days = one.mitigation.days
            seen[told["id"]] = {
                "name": told["name"],
                "text": told["text"],
                "effort": count(days, "person-day", "person-days") if days else "",
                "state": _STATES[one.state],
            }
    return list(seen.values())


def _roadmap(mapped: OfferingMap, next_step: str, gaps: Mapping[str, Any] | None) -> list[dict[str, str]]:
    def row(step: str, what: str, who: Sequence[str] = (), effort: str = "") -> dict[str, str]:
        return {"step": step, "what": what, "who": ", ".join(who), "effort": effort}

    rows = [row("First step", next_step)]
    rows += [row("Clarify", m["name"], m["owners"]) for m in map(parts.measure, mapped.find_out[:4])]
    rows += [
        row("Prepare", m["name"], m["owners"], m["effort"]) for m in map(parts.measure, mapped.to_do[:6])
    ]
    if gaps:
        known = {
            w.name for m in (*mapped.find_out, *mapped.to_do) for w in m.mitigation.when if w.kind == "point"
        }
        rows += [
            row("Raise", g["name"], g["owners"], count(g["days"], "person-day", "person-days"))
            for g in gaps["gaps"]
            if g["point"] not in known
        ]
    rows.append(
        row(
            "Introduce",
            mapped.offering.name,
            [r["name"] for r in parts.discontinuity(mapped)["departments"]][:4],
        )
    )
    rows.append(row("Look back", "Compare what it brought with the figures of the business case"))
    return rows


def _case(found: Result) -> dict[str, Any]:
    case = parts.case(found)
    own = case["own"]
    note = (
        f"{own} of {case['figures']} figures are your own."
        if own
        else "None of the figures is your own yet: this shows the arithmetic, not a promise."
    )
    if found.ask_for:
        note += (
            f" What moves the result most, and what we would ask you for first: {'; '.join(found.ask_for)}."
        )
    return {
        "question": case["question"],
        "payback": case["payback"],
        "currency": case["currency"],
        "own": own,
        "note": note,
        "inputs": [
            {
                "name": i["name"],
                "unit": i["unit"],
                "range": i["likely"] if i["fixed"] else f"{i['likely']} ({i['low']} to {i['high']})",
                "whose": "yours" if i["own"] else "assumed",
                "source": i["source"] if i["own"] else "",
            }
            for i in case["inputs"]
        ],
        "steps": [{k: s[k] for k in ("name", "arithmetic", "value", "unit")} for s in case["steps"]],
    }
