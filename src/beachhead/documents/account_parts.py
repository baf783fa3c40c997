"""The parts of what is known of an account, each a plain dict or list: figures already in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from beachhead.documents.account_words import (
    ago,
    count,
    department_names,
    figure,
    in_months,
    listed,
    lower,
    payback,
    within,
)
from beachhead.documents.discontinuity_words import department_name, months
from beachhead.documents.words import capital, category_name, day, join, percent
from beachhead.practice.blueprint import shown
from beachhead.practice.business_case import HORIZON, Result
from beachhead.practice.discontinuity import Left, OfferingMap, Softener
from beachhead.practice.measures import Measure
from beachhead.practice.offering import DEEPEST, KINDS
from beachhead.practice.plays import Objection, Play, Proof
from beachhead.practice.results import Results
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.departments import departments

NO_PLAY = "No play fits here. Find out what is missing among the facts, or write the play that should."
DEPTHS = ("nothing changes", "a setting", "a new way of working", "a new job")
_FITS = {"owned": "owned", "now": "fits now", "later": "later", "never": "does not fit"}
Row = Mapping[str, Any]


def account(facts: Row) -> dict[str, Any]:
    """Who it is. ``about``: segment, industry, place and size in one line."""
    size = f"{facts['size']:,} employees" if facts["size"] else None
    where = ", ".join(x for x in (facts["region"], facts["country"]) if x)
    about = [facts["industry"], facts["segment"], where or None, size]
    return {
        **{k: facts[k] for k in ("kind", "segment", "industry", "region", "country", "size", "owner")},
        "id": facts["account"],
        "name": facts["name"] or facts["account"],
        "about": [x for x in about if x],
    }


def standing(facts: Row, why: str) -> dict[str, Any]:
    """``known`` is false where nothing says where it stands; ``shares``: the five categories in order."""
    shares = [facts[f"p_{c}"] for c in CATEGORIES]
    known = facts["standing"] is not None and None not in shares
    return {
        "known": known,
        "category": category_name(facts["standing"]) if known else "unknown",
        "probability": percent(max(shares)) if known else "",
        "why": capital(why),
        "shares": [
            {"id": c, "name": category_name(c), "share": round(p, 4), "text": percent(p)}
            for c, p in zip(CATEGORIES, shares, strict=True)
        ]
        if known
        else [],
    }


def relationship(
    facts: Row, patterns: Sequence[Row], called: Mapping[str, str], signals: Mapping[str, str]
) -> dict[str, Any]:
    """The first pattern in full, the names of the others, and what is known as label and value."""
    first = patterns[0] if patterns else None
    return {
        "pattern": first["name"] if first else None,
        "because": capital(first["because"]) if first else None,
        "meaning": " ".join(first["meaning"].split()) if first else None,
        "others": [p["name"] for p in patterns[1:]],
        "facts": [
            {"label": label, "value": value} for label, value in _relations(facts, called, signals) if value
        ],
    }


def _relations(
    facts: Row, called: Mapping[str, str], signals: Mapping[str, str]
) -> Iterable[tuple[str, str | None]]:
    yield "Last purchase", _last_purchase(facts, called)
    yield "Bought from us", _from_us(facts)
    yield "Other partner", facts["incumbent_partner"]
    yield "Last contact", ago(facts["last_contact"], facts["months_since_contact"])
    if (
        facts["months_since_activity"] is not None
        and facts["months_since_activity"] != facts["months_since_contact"]
    ):
        yield "Last activity", _months_ago(facts["months_since_activity"])
    known = facts["contacts_known"]
    if known is not None:
        yield (
            "We know",
            f"{count(known, 'person', 'people')}{listed(department_names(facts['departments_met']), ' in ')}",
        )
    yield "Renews with us", _renewal(facts, "renewal_from_us", called)
    sold_by = facts["renewal_elsewhere_seller"]
    yield f"Renews with {sold_by or 'others'}", _renewal(facts, "renewal_elsewhere", called)
    if facts["renewal_from_us_in_months"] is None and facts["renewal_elsewhere_in_months"] is None:
        yield "Next renewal", _renewal(facts, "renewal", called)
    if facts["open_opportunities"]:
        amount = f", {facts['open_amount']:,.0f}" if facts["open_amount"] else ""
        yield "Open", f"{count(facts['open_opportunities'], 'opportunity', 'opportunities')}{amount}"
    won, lost, off = (facts[f"{how}_opportunities"] or 0 for how in ("won", "lost", "cancelled"))
    if won or lost or off:
        yield "Won and lost", f"{won} won, {lost} lost{f', {off} called off' if off else ''}"
    yield "Signals heard", ", ".join(signals.get(s, s) for s in facts["signals"] or ()) or None


def _months_ago(number: int) -> str:
    return "within the last month" if number == 0 else f"{count(number, 'month', 'months')} ago"


def _renewal(facts: Row, which: str, called: Mapping[str, str]) -> str | None:
    if facts[f"{which}_in_months"] is None:
        return None
    product = facts[f"{which}_product"]
    return f"{called.get(product, product)}, {in_months(facts[f'{which}_in_months'])}"


def _last_purchase(facts: Row, called: Mapping[str, str]) -> str | None:
    when = ago(facts["last_purchase"], facts["months_since_purchase"])
    if when is None:
        return "none on record" if facts["products_owned_count"] == 0 else None
    quantity = f"{facts['last_quantity']:,.0f} × " if facts["last_quantity"] else ""
    seller = f" from {facts['last_seller']}" if facts["last_seller"] else ""
    return f"{quantity}{called.get(facts['last_product'], facts['last_product'])}{seller}, {when}"


def _from_us(facts: Row) -> str | None:
    ours, others = facts["purchases_from_us"], facts["purchases_elsewhere"]
    if ours is None or others is None or ours + others == 0:
        return None
    if ours == 0:
        return f"nothing; {count(others, 'purchase', 'purchases')} elsewhere"
    share = facts["share_of_spending"]
    part = f" ({percent(share)} of what it spent)" if share is not None and others else ""
    return f"{ours} of {count(ours + others, 'purchase', 'purchases')}{part}"


def products(
    space: Sequence[Row], purchases: Sequence[Row], facts: Row, called: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """``owned``, ``now``, ``later``: product, name, detail, ours. Owned ones stand by their last purchase."""
    last = {row["product"]: row for row in purchases}
    fits: dict[str, list[dict[str, Any]]] = {"owned": [], "now": [], "later": []}
    listed = {row["product"] for row in space}
    for product in facts["products_owned"] or ():
        if product not in listed:
            fits["owned"].append(_product(product, called, _bought(last.get(product)), None))
    for row in space:
        if row["fit"] in fits:
            owned = row["fit"] == "owned"
            detail = _bought(last.get(row["product"])) if owned else row["reason"]
            fits[row["fit"]].append(_product(row["product"], called, detail, row["ours"]))
    if facts["next_buy"]:
        for one in fits["now"]:
            if one["product"] == facts["next_buy"] and facts["next_buy_probability"] is not None:
                one["chance"] = percent(facts["next_buy_probability"])
        fits["now"].sort(key=lambda one: (one["chance"] is None, not one["ours"]))
    return fits


def _product(product: str, called: Mapping[str, str], detail: str, ours: bool | None) -> dict[str, Any]:
    return {
        "product": product,
        "name": called.get(product, product),
        "detail": detail,
        "ours": ours,
        "chance": None,
    }


def _bought(row: Row | None) -> str:
    if row is None:
        return "on record"
    what = [
        f"{row['quantity']:,.0f}" if row["quantity"] else "",
        f"from {row['seller']}" if row["seller"] else "",
    ]
    told = [" ".join(x for x in what if x), f"{row['date']:%B %Y}" if row["date"] else ""]
    version = f" (version {row['version']})" if row["version"] else ""
    return (", ".join(x for x in told if x) or "on record") + version


def maturity(found: Results) -> dict[str, Any]:
    """The score in all and per domain, the weakest hand-over, and the three gaps to close first."""
    rows = found.scores.to_dicts()
    everything = next(r for r in rows if r["part"] == "all")
    rooms = {d.id: d for d in departments().values()}
    weakest = next((r for r in found.hand_overs.iter_rows(named=True) if r["score"] is not None), None)
    return {
        "blueprint": found.blueprint.name,
        "date": day(found.head["date"]),
        "score": everything["score"],
        "lo": everything["lo"],
        "hi": everything["hi"],
        "answered": everything["answered"],
        "points": everything["points"],
        "domains": [
            {"name": d.name, **{k: r[k] for k in ("score", "lo", "hi")}}
            for d in found.blueprint.domains
            for r in rows
            if r["part"] == d.id
        ],
        "hand_over": None
        if weakest is None
        else " to ".join(rooms[w].name if w in rooms else w for w in list(weakest.values())[:2]),
        "gaps": [
            {
                "point": g["point"],
                "name": g["name"],
                "level": "not known" if g["level"] is None else shown(g["level"]),
                "next_level": shown(g["next_level"]),
                "criterion": g["criterion"],
                "days": g["days"],
                "owners": department_names(g["owners"]),
            }
            for g in found.gaps.head(3).iter_rows(named=True)
        ],
    }


def discontinuity(mapped: OfferingMap) -> dict[str, Any]:
    """Per department what the offering still changes, deepest first, and what makes it smaller."""
    rooms: dict[str, list[Left]] = {}
    for one in mapped.changes:
        rooms.setdefault(one.change.department, []).append(one)
    ranked = sorted(rooms.items(), key=lambda pair: -max(c.left for c in pair[1]))
    return {
        "offering": mapped.offering.name,
        "fit": _FITS[mapped.fit.when],
        "why": mapped.fit.reason,
        "tolerated": mapped.tolerated,
        "deepest": DEPTHS[max((c.left for c in mapped.changes), default=0)],
        "departments": [_department(name, changes) for name, changes in ranked],
        "to_do": [measure(m) for m in mapped.to_do],
        "find_out": [measure(m) for m in mapped.find_out],
    }


def _department(name: str, changes: Sequence[Left]) -> dict[str, Any]:
    return {
        "name": department_name(name),
        **{kind: max((c.left for c in changes if c.change.kind == kind), default=None) for kind in KINDS},
        "left": max(c.left for c in changes),
        "at_best": max(c.at_best for c in changes),
        "after": max(c.after for c in changes),
        "changes": [_change(c) for c in sorted(changes, key=lambda c: -c.left)],
    }


def _change(one: Left) -> dict[str, Any]:
    return {
        "kind": one.change.kind,
        "text": " ".join(one.change.change.split()),
        "depth": one.change.depth,
        "left": one.left,
        "after": one.after,
        "depth_word": DEPTHS[min(one.change.depth, DEEPEST)],
        "softeners": [softener(s) for s in one.softeners],
    }


def softener(one: Softener) -> dict[str, Any]:
    """What makes a change smaller, and whether it is in place."""
    name, text = one.mitigation.name or one.mitigation.id, one.mitigation.text or ""
    return {
        "id": one.mitigation.id,
        "name": name,
        "text": " ".join(text.split()),
        "state": one.state,
        "why": one.why,
    }


def measure(one: Measure) -> dict[str, Any]:
    """Something to do or to find out first; ``effort``: person-days in words, empty where not known."""
    return {
        "name": one.mitigation.name or one.mitigation.id,
        "text": " ".join((one.mitigation.text or "").split()),
        "owners": department_names(one.owners),
        "helps": department_names(one.helps),
        "days": one.days,
        "effort": count(one.days, "person-day", "person-days") if one.days else "",
        "needed": one.needed,
        "question": one.question,
        "evidence": one.evidence,
    }


def play(one: Play, because: Sequence[str], references: pl.DataFrame) -> dict[str, Any]:
    """A play in full, for colleagues: internal lines are in it, marked."""
    return {
        "id": one.id,
        "name": one.name,
        "because": list(because),
        "roles": list(one.audience.roles),
        "categories": [category_name(c) for c in one.audience.categories],
        "know": [line.model_dump() for line in one.know],
        "say": [line.model_dump() for line in one.say],
        "not_say": [line.text for line in one.not_say],
        "show": [
            {"text": p.text, "source": source(p), "internal": p.internal}
            if isinstance(p, Proof)
            else {"text": alike(references), "source": "", "internal": p.internal}
            for p in one.show
        ],
        "offer": one.do.offer,
        "leave_behind": one.do.leave_behind,
        "tasks": [{"task": t.task, "days": t.days, "within": within(t.days)} for t in one.do.tasks],
        "next_step": one.do.next_step,
    }


def source(proof: Proof) -> str:
    """Where a proof comes from, with its month where the source does not name the year."""
    dated = "" if f"{proof.date:%Y}" in proof.source else f", {proof.date:%B %Y}"
    return f"{proof.source}{dated}"


def alike(references: pl.DataFrame) -> str:
    """The best reference in one sentence."""
    if not references.height:
        return "A reference like them: none that may be named is on record."
    name, text, same = references.select("name", "text", "alike").row(0)
    return f"Reference of the same {' and '.join(same)}: {name}{': ' if text else ''}{text or ''}."


def references(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Customers alike: name, what can be told, when, and what they have in common."""
    return [
        {
            "name": r["name"],
            "text": r["text"] or "",
            "date": f"{r['date']:%B %Y}" if r["date"] else "",
            "alike": f"same {' and '.join(r['alike'])}",
        }
        for r in found.iter_rows(named=True)
    ]


def questions(
    objections: Sequence[Objection], mapped: OfferingMap | None, case: Result | None
) -> list[dict[str, str]]:
    """What to ask: of the objections to be expected, of what is not known, of figures that are missing."""
    asked = [
        {"question": q, "about": f"before answering “{capital(one.says[0]).rstrip('.')}”"}
        for one in objections[:2]
        for q in one.ask[:2]
    ]
    for found in (mapped.find_out if mapped else [])[:3]:
        if found.question:
            asked.append(
                {
                    "question": found.question,
                    "about": f"makes it smaller for {join(department_names(found.helps))}",
                }
            )
    if case and case.ask_for:
        asked.append(
            {
                "question": f"Your own figures: {join([lower(n) for n in case.ask_for])}?",
                "about": "business case",
            }
        )
    return asked


def case(found: Result) -> dict[str, Any]:
    """The business case in words; ``own``: how many of the figures are the customer's own."""
    back = found.payback
    return {
        "offering": found.offering.name,
        "question": " ".join(found.offering.business_case.question.split()),
        "currency": found.currency,
        "own": int(found.inputs["own"].sum()),
        "figures": found.inputs.height,
        "payback": payback(back),
        "range": f"{months(back.lo)} to {months(back.hi)}"
        if math.isfinite(back.hi)
        else f"{months(back.lo)} to never",
        "likely": months(back.likely),
        "horizon": HORIZON,
        "ask_for": [lower(n) for n in found.ask_for],
        "inputs": [
            {
                "name": r["name"],
                "unit": r["unit"].replace("money", found.currency),
                "low": figure(r["low"]),
                "likely": figure(r["likely"]),
                "high": figure(r["high"]),
                "fixed": r["low"] == r["high"],
                "source": " ".join(r["source"].split()),
                "own": r["own"],
            }
            for r in found.inputs.iter_rows(named=True)
        ],
        "steps": [
            {"name": s.name, "arithmetic": s.arithmetic, "value": figure(s.value), "unit": s.unit}
            for s in found.steps
        ],
        "notes": list(found.notes),
    }
