"""Discontinuity: what an offering still changes at an account, department by department, and what to do
about it.

    left = max(0, depth − Σ what the mitigations take away that are known to be in place)

What is not known counts as not in place, and ``at_best`` says what would be left if it were. A change is
tolerated if no more is left of it than the account's tolerance of its kind (``tolerance``). What to do about
it is ranked in ``measures``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.practice.measures import Depth, Measure, State, ranked
from beachhead.practice.offering import KINDS, Change, Kind, Mitigation, Offering, When
from beachhead.practice.offering_fit import Fit, fit
from beachhead.practice.situation import NO_MATTER, Situation, level_columns
from beachhead.practice.tolerance import Tolerance
from beachhead.tables.categories import CATEGORIES

HOLDS: tuple[State, ...] = ("included", "in place")


@dataclass(frozen=True)
class Softener:
    """A mitigation at one change of one account: whether it is in place, and why that is said."""

    mitigation: Mitigation
    takes_away: int
    state: State
    why: str


@dataclass(frozen=True)
class Left:
    """What is left of one change: now, at best (if what is not known is in place), after all measures."""

    change: Change
    softeners: list[Softener]
    left: int
    at_best: int
    after: int
    tolerated: bool | None


@dataclass(frozen=True)
class OfferingMap:
    """One offering at one account. ``to_do`` and ``find_out`` are ranked, the best first."""

    offering: Offering
    fit: Fit
    changes: list[Left]
    to_do: list[Measure]
    find_out: list[Measure]
    tolerated: bool | None
    probability: float | None

    def left(self, kind: Kind | None = None, department: str | None = None) -> int | None:
        """The deepest change left (of a kind, for a department); None where there is no such change."""
        depths = [
            one.left
            for one in self.changes
            if kind in (None, one.change.kind) and department in (None, one.change.department)
        ]
        return max(depths, default=None)


@dataclass(frozen=True)
class AccountMap:
    """One account: how it stands, what it tolerates, and the map of each offering.

    ``standing`` (category → probability) and ``tolerance`` (kind → depth) are None where nothing is known.
    """

    account: str
    name: str
    standing: Mapping[str, float] | None
    tolerance: Mapping[Kind, int] | None
    assessed: pl.DataFrame
    offerings: list[OfferingMap]


def account_map(
    account: str,
    situation: Situation,
    offerings: Iterable[Offering],
    tolerance: Tolerance,
    names: Mapping[str, str] | None = None,
) -> AccountMap:
    """What each of ``offerings`` changes at ``account`` and what makes it smaller.

    ``names``: product → what it is called. Raises BadQuestion for an account that is not there.
    """
    here = situation.one(account)
    if here.accounts.height == 0:
        guess = did_you_mean(account, situation.accounts["account"])
        raise BadQuestion(f"There is no account {account!r}{guess}.")
    facts = here.accounts.row(0, named=True)
    standing = {c: facts[f"p_{c}"] for c in CATEGORIES}
    known = standing if None not in standing.values() else None
    depths = tolerance.of(known) if known else None
    maps = [_offering_map(one, here, facts, depths, known, tolerance, names or {}) for one in offerings]
    return AccountMap(account, facts["name"] or account, known, depths, here.assessed, maps)


def _offering_map(
    offering: Offering,
    here: Situation,
    facts: Mapping[str, Any],
    depths: Mapping[Kind, int] | None,
    standing: Mapping[str, float] | None,
    tolerance: Tolerance,
    names: Mapping[str, str],
) -> OfferingMap:
    holds = here.accounts.select(
        **{name: here.in_place(offering, measure) for name, measure in offering.measures.items()}
    ).row(0, named=True)
    states = {
        name: _state(holds[name], offering.whens(measure), here, facts, names)
        for name, measure in offering.measures.items()
    }
    changes = [_left(change, offering, states, depths) for change in offering.changes]
    left: dict[Kind, int] = {
        kind: max((one.left for one in changes if one.change.kind == kind), default=0) for kind in KINDS
    }

    def measures(state: State) -> list[Measure]:
        seen = [
            Depth(
                department=one.change.department,
                left=one.left,
                tolerated=depths[one.change.kind] if depths else 0,
                takes={s.mitigation.id: s.takes_away for s in one.softeners if s.state == state},
            )
            for one in changes
        ]
        return ranked(seen, offering, here, facts, state, judged=depths is not None)

    return OfferingMap(
        offering=offering,
        fit=fit(offering, facts, names),
        changes=changes,
        to_do=measures("missing"),
        find_out=measures("not known"),
        tolerated=all(left[kind] <= depths[kind] for kind in KINDS) if depths else None,
        probability=tolerance.probability(standing, left) if standing else None,
    )


def _state(
    holds: bool | None,
    whens: tuple[When, ...],
    here: Situation,
    facts: Mapping[str, Any],
    names: Mapping[str, str],
) -> tuple[State, str]:
    """Whether a mitigation is in place at the one account of ``here``, and the reason in words."""
    if holds and any(when.kind == "included" for when in whens):
        return "included", "comes with it"
    if holds:
        reasons = [_reason(when, facts, here, names) for when in whens]
        return "in place", next(said for said in reasons if said)
    points = [when for when in whens if when.kind == "point"]
    if holds is None:
        level = points[0] if points else None
        return "not known", _open(level, facts) if level else "what it owns is not known"
    if (
        points
        and len(points) == len(whens)
        and all(facts.get(level_columns(w)[1]) == NO_MATTER for w in points)
    ):
        return "does not apply", "the point does not apply there"
    return "missing", "to be agreed" if not whens else "not in place yet"


def _reason(when: When, facts: Mapping[str, Any], here: Situation, names: Mapping[str, str]) -> str:
    """Why ``when`` holds; empty where it does not."""
    if when.kind == "owned" and when.name in (facts["products_owned"] or ()):
        return f"owns {names.get(when.name, when.name)}"
    if when.kind == "reference" and here.accounts.select(here.near(when.name)).item():
        return "a customer like this one can be named"
    if when.kind == "point" and (facts.get(level_columns(when)[0]) or 0) >= when.level:
        name = here.blueprints[when.blueprint].by_id[when.name].point.name
        return f"answered level {facts[level_columns(when)[0]]:g}: {name}"
    return ""


def _open(when: When, facts: Mapping[str, Any]) -> str:
    low, high = (facts.get(column) for column in level_columns(when))
    if low is None or high is None:
        return "not asked yet"
    return f"open: level {low:g} to {high:g}, level {when.level:g} is needed"


def _left(
    change: Change,
    offering: Offering,
    states: Mapping[str, tuple[State, str]],
    depths: Mapping[Kind, int] | None,
) -> Left:
    softeners = [Softener(offering.measures[m.id], m.takes_away, *states[m.id]) for m in change.mitigations]

    def less(*counted: State) -> int:
        return max(0, change.depth - sum(s.takes_away for s in softeners if s.state in counted))

    left = less(*HOLDS)
    return Left(
        change=change,
        softeners=softeners,
        left=left,
        at_best=less(*HOLDS, "not known"),
        after=less(*HOLDS, "not known", "missing"),
        tolerated=left <= depths[change.kind] if depths else None,
    )
