"""Which course to take, and the one fact that would turn it.

General release now asks three things: unforgiven incidents at customers who forgive little stay below what is borne, the
whole product is seen to hold, and most of the majority's customers put up with the change that is left. A thing that is
not known is not met: it is what a gate is for. Limited release asks the first of them of its own course. Else a
few innovators get it by name. Everything it rests on is in ``Criteria``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from beachhead.practice.gate_courses import Figure
from beachhead.practice.gate_settings import GateSettings, Span

HOLDS, FAILS, OPEN, UNKNOWN = "holds", "fails", "open", "not known"
INCIDENTS, WHOLE, CHANGE = "incidents", "whole product", "change"


@dataclass(frozen=True)
class Criteria:
    """What the verdict rests on. None: not known.

    ``rates``: course → unforgiven incidents per careful customer and year; ``per_grave``: of one open critical defect
    alone; ``grave``: critical and major defects open; ``ready``: share of ``points`` that hold, at least and at most;
    ``fine``: share of careful customers who put up with the change, likewise.
    """

    rates: Mapping[str, Figure | None]
    per_grave: Figure
    grave: int | None
    ready: Span | None
    points: int
    fine: Span | None


@dataclass(frozen=True)
class Turn:
    """The one fact that would turn the course.

    ``what``: the criterion; ``to``: the course then; ``is_`` and ``needed``: counts or shares (None: not known);
    ``better``: whether the fact would have to improve.
    """

    what: str
    to: str
    is_: float | None
    needed: float
    better: bool


@dataclass(frozen=True)
class Verdict:
    """``course``; ``states``: criterion → holds, fails, open or not known, of general release now.

    ``limited``: the state of the incidents of limited release; ``turning``: None where no single fact would turn it.
    """

    course: str
    states: dict[str, str]
    limited: str
    turning: Turn | None


def judged(criteria: Criteria, use: GateSettings) -> Verdict:
    """The course that the criteria allow, and what would turn it."""
    states = {
        INCIDENTS: _below(criteria.rates["now"], use.most_incidents),
        WHOLE: _above(criteria.ready, use.ready),
        CHANGE: _above(criteria.fine, use.put_up_with),
    }
    limited = _below(criteria.rates["limited"], use.most_incidents)
    course = _course(states, limited)
    return Verdict(course, states, limited, _turn(criteria, use, states, limited, course))


def _below(rate: Figure | None, most: float) -> str:
    if rate is None:
        return UNKNOWN
    return HOLDS if rate.high <= most else FAILS if rate.low > most else OPEN


def _above(span: Span | None, least: float) -> str:
    if span is None:
        return UNKNOWN
    return HOLDS if span[0] >= least else FAILS if span[1] < least else OPEN


def _course(states: Mapping[str, str], limited: str) -> str:
    if all(state == HOLDS for state in states.values()):
        return "now"
    return "limited" if limited == HOLDS else "early"


def most_grave(criteria: Criteria, use: GateSettings, course: str = "now") -> int:
    """How many critical and major defects may be open for ``course``'s incidents to be borne, mixed as they are."""
    rate, grave = criteria.rates[course], criteria.grave
    if rate is None or not grave or rate.high <= 0:
        return math.floor(use.most_incidents / max(criteria.per_grave.high, 1e-9))
    return math.floor(grave * use.most_incidents / rate.high)


def _turn(
    criteria: Criteria, use: GateSettings, states: Mapping[str, str], limited: str, course: str
) -> Turn | None:
    """Of the single facts that would turn the course the one nearest to what it is; good news before bad."""
    near: list[tuple[float, Turn]] = []

    def consider(what: str, to: str, is_: float | None, needed: float, better: bool, scale: float) -> None:
        if to != course:
            distance = 0.5 if is_ is None else abs(needed - is_) / max(scale, 1e-9)
            near.append((distance, Turn(what, to, is_, needed, better)))

    grave = criteria.grave
    few, most = most_grave(criteria, use), most_grave(criteria, use, "limited")
    if states[INCIDENTS] == HOLDS:
        worse = _course({**states, INCIDENTS: FAILS}, limited)
        consider(INCIDENTS, worse, grave, few + 1, False, max(grave or 0, few + 1))
    else:
        better = _course({**states, INCIDENTS: HOLDS}, HOLDS)
        consider(INCIDENTS, better, grave, few if better == "now" else most, True, max(grave or 0, 1))
    if limited == HOLDS and course == "limited":
        consider(INCIDENTS, "early", grave, most + 1, False, max(grave or 0, most + 1))
    for what, span, least in ((WHOLE, criteria.ready, use.ready), (CHANGE, criteria.fine, use.put_up_with)):
        holds = states[what] == HOLDS
        to = _course({**states, what: FAILS if holds else HOLDS}, limited)
        consider(what, to, span[0] if span else None, least, not holds, 1.0)
    if not near:
        return None
    return min(near, key=lambda found: (not found[1].better, found[0]))[1]
