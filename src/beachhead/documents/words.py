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
from typing import TYPE_CHECKING, Any

from beachhead.tables.categories import CATEGORIES
from beachhead.tables.numbers import percent as percent
from beachhead.tables.periods import NUMBERED_FROM

if TYPE_CHECKING:
    from beachhead.documents.answers import Answer

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
    return next(word for floor, word in _SCALE if round(probability, 2) >= floor)  # as it is printed


def category_name(category: str) -> str:
    """``early_majority`` → ``early majority``."""
    return category.replace("_", " ")


def percent_range(low: float, high: float) -> str:
    """``0.08, 0.45`` → ``8 to 45 %``."""
    if low < 0.005 and high > 0.995:
        return "anything from 0 to 100 %"
    if low < 0.005:
        return f"under {max(1, round(high * 100))} %"
    if high > 0.995:
        return f"above {min(99, round(low * 100))} %"
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


def period(end: date, freq: str, counted: bool = False) -> str:
    """The name of the period of frequency Y, Q, M or W that ends with ``end``; ``counted``: it has only a number."""
    if counted:
        first = date(NUMBERED_FROM, 1, 9 if freq == "W" else 1)  # a day of period 0 (see tables.periods)
        return f"period {period_index(end, freq) - period_index(first, freq)}"
    if freq == "Y":
        return f"{end.year}" if end.month == 12 else f"year to {end:%b %Y}"
    if freq == "Q" and end.month % 3:
        return f"quarter to {end:%b %Y}"
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
    return round(ranking(standing)[0][1], 2) < DECIDED


def market_paragraph(answer: Answer) -> list[str]:
    """Where a market stands, in sentences for somebody who sells: the paragraph of the report and the brief."""
    told = [*_stood(answer), *_fallen(answer), *_chasm(answer), *_expected(answer), _buyers(answer)]
    return [sentence for sentence in told if sentence]


def place(standing: Mapping[str, Any]) -> str:
    """``very probably with the late majority (88 %)``, or ``open: early adopters (41 %) or early majority (40 %)``."""
    ranked = ranking(standing)
    first, p = ranked[0]
    if not undecided(standing):
        return f"{likely(p)} with the {category_name(first)} ({percent(p)})"
    return "open: " + join([f"{category_name(c)} ({percent(v)})" for c, v in ranked if v >= 0.15], "or")


def in_short(answers: Sequence[Answer]) -> list[str]:
    """What several ways to count one technology say together."""
    decided = [a for a in answers if a.placed and not undecided(a.standing)]
    growing = [a for a in answers if not a.single and undecided(a.standing)]
    told = ["Who counts as an adopter decides the answer."]
    told += [
        f"Counted by {_lower(a.name)}, the market stood {place(a.standing)} at the end of "
        f"{a.when(a.last[0])}."
        for a in decided
    ]
    if growing:
        told.append(f"Counted by {_lower(growing[0].name)}, it is {place(growing[0].standing)}.")
        odds = sorted(float(a.standing["crossed"]) for a in growing)
        if len(odds) > 1:
            told.append(
                f"The {len(odds)} series that show growth give probabilities of {percent_range(odds[0], odds[-1])} "
                "that it had crossed the chasm: growth alone does not decide it."
            )
    return told


def _stood(answer: Answer) -> list[str]:
    standing = answer.standing
    ranked = ranking(standing)
    (first, p), (second, q) = ranked[:2]
    when = f"At the end of {answer.when(answer.last[0])}"
    low, high = standing["fraction-lo-80"], standing["fraction-hi-80"]
    reached = f"Of the eventual total, {percent_range(low, high)} had been reached (80 % interval)."
    if not undecided(standing):
        return [
            f"{when} this market stood {likely(p)} with the {category_name(first)} ({percent(p)}); next likeliest "
            f"are the {category_name(second)} ({percent(q)}).",
            reached,
        ]
    if not answer.placed:
        return [
            f"{when} it is open where this market stood.",
            "One figure says how much had been adopted, not how fast that grew nor how much it will be in the end: "
            "only a potential that somebody states can place it.",
        ]
    fitting = [f"{category_name(c)} ({percent(v)})" for c, v in ranked if v >= 0.15]
    return [
        f"{when} it is open where this market stood: {join(fitting, 'or')}.",
        reached,
        "One figure says how much had been adopted, not how fast that grew, so all depends on the potential."
        if answer.single
        else "The stated potential narrows it down but does not decide it."
        if answer.stated
        else "Growth alone does not decide it: a large market early in its life and a small one late in its life "
        "can look alike.",
    ]


def _fallen(answer: Answer) -> list[str]:
    """What the figures say by themselves of a market that is being left, and what the posterior says of it."""
    highest, past = answer.fallen_from, float(answer.standing["past_peak"])
    if highest is None:
        return []
    return [
        f"It has fallen from {answer.figure(highest[1])} ({answer.when(highest[0])}) to "
        f"{number(answer.last[1] * answer.factor)}: users move on or away, and a category then tells how far adoption "
        f"had come, not how many remain. That the life is past its peak has a probability of {percent(past)}."
    ]


def _chasm(answer: Answer) -> list[str]:
    if not answer.placed:
        return []
    crossed, saddle = float(answer.standing["crossed"]), float(answer.standing["in_saddle"])
    word = likely(crossed)
    told = [
        f"It had {word} crossed the chasm ({percent(crossed)})."
        if word
        else f"Whether it had crossed the chasm is open ({percent(crossed)})."
    ]
    if not answer.single:
        told.append(
            f"For a saddle, a pause between the early and the main market, there is little sign ({percent(saddle)})."
            if saddle < 0.2
            else f"A saddle, a pause between the early and the main market, cannot be excluded ({percent(saddle)})."
            if saddle < DECIDED
            else f"It is {likely(saddle)} in a saddle, a pause between the early and the main market ({percent(saddle)})."
        )
    return told


def _expected(answer: Answer) -> list[str]:
    row = answer.year_ahead()
    if row is None:
        return []
    middle, low, high = (row[f"Beachhead{side}"] for side in ("", "-lo-80", "-hi-80"))
    told = (
        f"For {answer.when(row['ds'])} the middle estimate is {answer.figure(middle)}, "
        f"with an 80 % interval from {number(low * answer.factor)} to {number(high * answer.factor)}"
    )
    before = answer.year_before(row["ds"])
    if before is None:
        return [f"{told}."]
    return [f"{told}; {answer.when(before[0])} had {number(before[1] * answer.factor)}."]


def _buyers(answer: Answer) -> str:
    past, future = answer.buyers.get("a year ago"), answer.buyers.get("next year")
    if answer.single or future is None:
        return ""
    first, share = ranking(future)[0]
    told = (
        f"Of those who buy in the following year, {percent(share)} are expected to be {category_name(first)}"
    )
    if past is None or abs(past[first] - share) < 0.03:
        return f"{told}."
    return f"{told}; of those who bought two years earlier it was {percent(past[first])}."


def capital(text: str) -> str:
    """With its first letter large."""
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    """A name within a sentence: its first letter small, unless it begins with a name or an abbreviation."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first[1:].islower() and len(first) > 1 and first.isalpha() else text
