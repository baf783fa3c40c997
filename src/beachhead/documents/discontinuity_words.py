"""What an offering changes at an account, in words: the same on the terminal, in the report and in the brief."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from beachhead.documents.words import category_name, day, join, number, percent, ranking
from beachhead.practice.business_case import HORIZON, Payback, Result
from beachhead.practice.discontinuity import AccountMap, OfferingMap
from beachhead.practice.offering import KINDS, Kind
from beachhead.tables.departments import departments

DEPTHS = ("nothing", "a setting", "a new way of working", "a new job")
SCALE = "; ".join(f"{depth} {name}" for depth, name in enumerate(DEPTHS))
_COUNTED = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
TOLERATED: Mapping[Kind, tuple[str, ...]] = {
    "function": ("nothing new in its tools", "a changed setting", "a new tool to learn", "a new job"),
    "process": ("no change of procedures", "a small change of procedures", "new procedures", "a new job"),
}
"""Depth of a change of each kind, as something that one puts up with."""


def department_name(department: str) -> str:
    """``service-desk`` → ``Service desk``."""
    known = departments()
    return known[department].name if department in known else department


def department_in_text(department: str) -> str:
    """``service-desk`` → ``service desk``; abbreviations stay as they are."""
    name = department_name(department)
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def tolerance_words(account: AccountMap) -> str:
    """What the account puts up with, and why that is said."""
    if account.standing is None or account.tolerance is None:
        return "Where it stands is not known, so nothing is said about what it puts up with."
    likely = [f"{category_name(c)} {percent(p)}" for c, p in ranking(account.standing) if p >= 0.15]
    stands = f"It stands with the {join(likely)}. Such an account puts up with"
    if set(account.tolerance.values()) == {3}:
        return f"{stands} any change that brings an advantage."
    most = [TOLERATED[kind][account.tolerance[kind]] for kind in KINDS]
    return f"{stands} {most[0]} and with {most[1]}, no more."


def assessed_words(account: AccountMap) -> str:
    """What the judgement rests on."""
    if account.assessed.height == 0:
        return "It was never assessed, so that what is in place in its departments is not known."
    told = [
        f"{answered} of {points} points of {blueprint} answered on {day(date)}"
        for blueprint, date, answered, points in account.assessed.select(
            "blueprint", "date", "answered", "points"
        ).iter_rows()
    ]
    return f"It rests on {join(told)}."


def easiest_first(one: OfferingMap) -> tuple[bool, bool, int, str]:
    """Orders offerings: bundles last, what is put up with first, then the smallest change."""
    return bool(one.offering.combines), one.tolerated is False, one.left() or 0, one.offering.id


def person_days(days: float) -> str:
    """``1 person-day``, ``2.5 person-days``."""
    return f"{days:g} person-day{'' if days == 1 else 's'}"


def verdict(one: OfferingMap) -> str:
    """Whether what is left is put up with, where it is too deep, and what would make it fit."""
    if one.tolerated is None:
        deepest = one.left()
        return f"The deepest change left is {deepest} of 3." if deepest else "Nothing is left of its changes."
    if one.tolerated:
        return f"What is left is put up with ({percent(one.probability or 0.0)} that all of it is)."
    where = join([f"{department_in_text(d)} ({DEPTHS[left]})" for d, left in too_deep(one).items()])
    return (
        f"Too much is left for {where}; {percent(one.probability or 0.0)} that all of it is put up with. "
        f"{_remedy(one)}"
    )


def too_deep(one: OfferingMap) -> dict[str, int]:
    """Department → the deepest change left there that is not put up with, deepest first."""
    found: dict[str, int] = {}
    for change in one.changes:
        if change.tolerated is False:
            name = change.change.department
            found[name] = max(found.get(name, 0), change.left)
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _remedy(one: OfferingMap) -> str:
    """What would bring it down to what is put up with."""
    needed = sum(m.needed for m in one.to_do)
    measures = (
        f"{_COUNTED[needed]} measure{'' if needed == 1 else 's'}"
        if needed < len(_COUNTED)
        else f"{needed} measures"
    )
    if one.at_most("missing"):
        ask = any(m.needed for m in one.find_out)
        return f"{measures} would bring it down{'; some of it may be in place already, so ask first' if ask else ''}."
    if one.at_most("missing", "not known"):
        if needed == 0:
            return "What would bring it down may be in place already: ask first."
        return f"{measures} would bring it down, if all that is not known is in place: ask first."
    return "Not even all its measures would bring it down to that."


def months(value: float) -> str:
    """``14.2`` → ``14 months``; infinite is never."""
    if value == float("inf"):
        return "never"
    rounded = round(value)
    return "1 month" if rounded == 1 else f"{rounded} months"


def payback_short(payback: Payback) -> str:
    """``19 months (14 to 25)``."""
    low, high = (months(v).removesuffix(" months").removesuffix(" month") for v in (payback.lo, payback.hi))
    return f"{months(payback.likely)} ({low} to {high})"


def payback_words(payback: Payback, unit: str) -> str:
    """When it has paid back, with the range, and what is left after three years. ``unit``: the currency."""
    if payback.likely == float("inf"):
        said = "At the likely figures it never pays back"
    else:
        said = f"At the likely figures it has paid back after {months(payback.likely)}"
    if payback.lo == payback.hi:
        return f"{said}; {number(payback.net)} {unit} after {HORIZON} months. No figure has a range."
    low, high = months(payback.lo), months(payback.hi)
    if high == "never":
        span = f"in eight cases of ten not before {low}, and in {percent(payback.never)} of all cases never"
    else:
        span = f"in eight cases of ten after {low.removesuffix(' months').removesuffix(' month')} to {high}"
    net = f"{number(payback.net)} {unit} after {HORIZON} months"
    return (
        f"{said}; {span}. {'Left over' if payback.net >= 0 else 'Short of it'}: {net}, likely, "
        f"between {number(payback.net_lo)} and {number(payback.net_hi)} in eight cases of ten."
    )


def figures_words(result: Result) -> str:
    """Whose figures they are and which to ask for."""
    told = result.notes[0]
    if result.ask_for:
        asked = join([name[:1].lower() + name[1:] for name in result.ask_for])
        told += f" To be asked for first, because they move it most: {asked}."
    return told


def map_cells(maps: list[OfferingMap]) -> pl.DataFrame:
    """Department × offering: department, offering, left (deepest), at_best, too_deep; no row where nothing
    changes. Departments in the order of the vocabulary."""
    order = {name: n for n, name in enumerate(departments())}
    rows = []
    for one in maps:
        for department in sorted(one.offering.departments, key=lambda name: order.get(name, len(order))):
            own = [c for c in one.changes if c.change.department == department]
            rows.append(
                (
                    department,
                    one.offering.id,
                    max(c.left for c in own),
                    max(c.at_best for c in own),
                    any(c.tolerated is False for c in own),
                )
            )
    schema = {
        "department": pl.String,
        "offering": pl.String,
        "left": pl.Int64,
        "at_best": pl.Int64,
        "too_deep": pl.Boolean,
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    ranks = pl.col("department").replace_strict(order, default=len(order))
    return table.sort(ranks, maintain_order=True)
