"""Counts, months, departments and figures in the words of documents about accounts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from beachhead.documents.discontinuity_words import department_name, months
from beachhead.documents.words import join
from beachhead.practice.business_case import Payback


def payback(back: Payback) -> str:
    """``Paid back after about 14 months (11 to 19 in eight of ten cases)``."""
    if not math.isfinite(back.likely):
        return "It does not pay back at the likely figures"
    high = f"{back.hi:.0f}" if math.isfinite(back.hi) else "never"
    return f"Paid back after about {months(back.likely)} ({back.lo:.0f} to {high} in eight of ten cases)"


def figure(value: float) -> str:
    """``13,500`` and ``0.25``: as many digits as it needs."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:,.3g}"


def lower(name: str) -> str:
    """A name within a sentence: its first letter small unless it is an abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def department_names(names: Iterable[str] | None) -> list[str]:
    """The names of several."""
    return [department_name(n) for n in names or ()]


def listed(items: Sequence[str], lead: str) -> str:
    """`` in server and network`` after ``lead``; empty where there is nothing."""
    return f"{lead}{join([lower(i) for i in items])}" if items else ""


def count(number: float, one: str, many: str) -> str:
    """``1 month``, ``12 months``."""
    return f"{number:,.0f} {one if round(number) == 1 else many}"


def in_months(number: int) -> str:
    """``in 4 months``, ``within a month``."""
    return "within a month" if number == 0 else f"in {count(number, 'month', 'months')}"


def ago(when: dt.date | None, number: int | None) -> str | None:
    """``December 2007 (14 months ago)``; None where there is no day."""
    if when is None:
        return None
    past = (
        ""
        if number is None
        else " (within the last month)"
        if number == 0
        else f" ({count(number, 'month', 'months')} ago)"
    )
    return f"{when:%B %Y}{past}"


def within(days: int) -> str:
    """``within 3 days``, ``today``."""
    return "today" if days == 0 else f"within {count(days, 'day', 'days')}"
