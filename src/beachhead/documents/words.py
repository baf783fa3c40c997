"""Numbers, periods and probabilities in words, and the paragraph that says where a market stands.

What the words claim is what the posterior says and no more. Probabilities are worded on one scale, and the
number always stands beside the word (the same word is read very differently: Budescu, Por & Broomell 2012):

=================  ==================
at least 95 %      almost certainly
at least 80 %      very probably
at least 60 %      probably
40 to 60 %         open
below 40 %         probably not
below 20 %         very probably not
below 5 %          almost certainly not
=================  ==================

A category is called decided from 60 % on; below that the two likeliest are named, and neither is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from beachhead.tables.categories import CATEGORIES

DECIDED = 0.60

_SCALE = (
    (0.95, "almost certainly"),
    (0.80, "very probably"),
    (0.60, "probably"),
    (0.40, ""),
    (0.20, "probably not"),
    (0.05, "very probably not"),
    (0.0, "almost certainly not"),
)


def likely(probability: float) -> str:
    """The word for a probability on the scale above; empty where it is open."""
    return next(word for floor, word in _SCALE if probability >= floor)


def category_name(category: str) -> str:
    """``early_majority`` → ``early majority``."""
    return category.replace("_", " ")


def percent(fraction: float) -> str:
    """``0.344`` → ``34 %``. A probability is never rounded to none or to certainty."""
    if fraction < 0.005:
        return "under 1 %"
    if fraction > 0.995:
        return "over 99 %"
    return f"{fraction * 100:.0f} %"


def percent_range(low: float, high: float) -> str:
    """``0.08, 0.45`` → ``8 to 45 %``."""
    if low < 0.005 and high > 0.995:
        return "anything between nothing and all"
    if low < 0.005:
        return f"under {max(1, round(high * 100))} %"
    if high > 0.995:
        return f"over {min(99, round(low * 100))} %"
    return f"{low * 100:.0f} to {high * 100:.0f} %"


def number(value: float) -> str:
    """In three figures, as many as an estimate bears: ``1,880``, ``0.42``, ``2.31 million``."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "unlimited"
    for size, name in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")):
        if abs(value) >= size * 0.9995:
            return f"{_three(value / size)}{name}"
    return _three(value)


def number_range(low: float, high: float) -> str:
    """``1900000, 2800000`` → ``1.9 to 2.8 million``."""
    left, right = number(low), number(high)
    words = left.split(" ", 1), right.split(" ", 1)
    if len(words[0]) == len(words[1]) == 2 and words[0][1] == words[1][1]:
        left = words[0][0]
    return f"{left} to {right}"


def day(value: date) -> str:
    """``2009-02-28`` → ``28 February 2009``."""
    return f"{value.day} {value:%B %Y}"


def period(end: date, freq: str) -> str:
    """The name of the period of frequency Y, Q, M or W that ends with ``end``."""
    if freq == "Y":
        return f"{end.year}"
    if freq == "Q":
        return f"Q{(end.month + 2) // 3} {end.year}"
    if freq == "M":
        return f"{end:%b %Y}"
    return f"week to {end.isoformat()}"


def period_index(end: date, freq: str) -> int:
    """A whole number that rises by one per period."""
    if freq == "W":
        return end.toordinal() // 7
    per_year = {"Y": 1, "Q": 4, "M": 12}[freq]
    return end.year * per_year + (end.month - 1) * per_year // 12


def join(parts: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def _three(value: float) -> str:
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    rounded = round(value, digits)
    text = f"{rounded:,.{max(0, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ranking(standing: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The categories by probability, likeliest first."""
    return sorted(((c, float(standing[c])) for c in CATEGORIES), key=lambda pair: -pair[1])


def undecided(standing: Mapping[str, Any]) -> bool:
    """Whether no category reaches the probability from which it is called decided."""
    return ranking(standing)[0][1] < DECIDED


