"""Discontinuity: what an offering still changes at an account, department by department, and what to do
about it.

    left = max(0, depth − Σ what the mitigations take away that are known to be in place)

What is not known counts as not in place, and ``at_best`` says what would be left if it were. A change is
tolerated if no more is left of it than the account's tolerance of its kind (``tolerance``). What to do about
it is ranked in ``measures``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from beachhead.accounts.facts import facts as every_fact
from beachhead.accounts.find import find_account
from beachhead.errors import BadQuestion, did_you_mean
from beachhead.practice.measures import Depth, Measure, State, ranked
from beachhead.practice.offering import DEEPEST, KINDS, Change, Kind, Mitigation, Offering, When
from beachhead.practice.offering_fit import Fit, fit
from beachhead.practice.offering_library import find_offering, offerings
from beachhead.practice.situation import NO_MATTER, Situation, in_place, level_columns, situation
from beachhead.practice.tolerance import Tolerance, tolerance
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace

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
    """What is left of one change of one account."""

    change: Change
    softeners: list[Softener]
    left: int
    limit: int
    """What is tolerated of its kind; 3 where that is not known."""
    tolerated: bool | None

    @property
    def at_best(self) -> int:
        """What is left if all that is not known is in place."""
        return self.with_states("not known")

    @property
    def after(self) -> int:
        """What is left after all measures."""
        return self.with_states("not known", "missing")

    def with_states(self, *counted: State) -> int:
        """What is left if the mitigations in these states were in place as well."""
        return depth_left(self.change.depth, self.softeners, (*HOLDS, *counted))


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

    def at_most(self, *counted: State) -> bool | None:
        """Whether no change exceeds what is tolerated if the mitigations in these states were in place too."""
        if self.tolerated is None:
            return None
        return all(one.with_states(*counted) <= one.limit for one in self.changes)


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


def discontinuity(
    workspace: Workspace, asked: str, *, offering: str | None = None, facts: pl.DataFrame | None = None
) -> AccountMap:
    """What the offerings that fit the account now still change there; or ``offering``, whether it fits or not.

    ``asked``: the account's id, its name or a part of it; ``facts``: of all accounts, computed when not
    given. Raises BadQuestion for an account or an offering that is not there.
    """
    at_hand = offerings(workspace)
    chosen = [find_offering(offering, at_hand)] if offering else list(at_hand.values())
    table = every_fact(workspace) if facts is None else facts
    account = find_account(table, asked)
    here = situation(table.filter(account=account), workspace, chosen, table)
    names = product_names(workspace, at_hand)
    if not offering:
        own = here.accounts.row(0, named=True)
        chosen = [one for one in chosen if fit(one, own, names).when == "now"]
    return account_map(account, here, chosen, tolerance(workspace), names)


def product_names(workspace: Workspace, at_hand: Mapping[str, Offering]) -> dict[str, str]:
    """Product → what the workspace calls it, else what the offering of that one product is called."""
    single = {one.products[0]: one.name for one in at_hand.values() if len(one.products) == 1}
    table = workspace.table("products").drop_nulls("name")
    return single | dict(table.select("product", "name").iter_rows())


def account_map(
    account: str,
    known: Situation,
    judged: Iterable[Offering],
    tolerated: Tolerance,
    names: Mapping[str, str] | None = None,
) -> AccountMap:
    """What each of the offerings ``judged`` changes at ``account`` and what makes it smaller.

    ``names``: product → what it is called. Raises BadQuestion for an account that is not there.
    """
    here = known.of(known.accounts.filter(account=account))
    if here.accounts.height == 0:
        raise BadQuestion(
            f"There is no account {account!r}{did_you_mean(account, known.accounts['account'])}."
        )
    facts = here.accounts.row(0, named=True)
    shares = {c: facts[f"p_{c}"] for c in CATEGORIES}
    standing = shares if None not in shares.values() else None
    depths = tolerated.of(standing) if standing else None
    maps = [_offering_map(one, here, facts, depths, standing, tolerated, names or {}) for one in judged]
    return AccountMap(account, facts["name"] or account, standing, depths, here.assessed, maps)


def _offering_map(
    offering: Offering,
    here: Situation,
    facts: Mapping[str, Any],
    depths: Mapping[Kind, int] | None,
    standing: Mapping[str, float] | None,
    tolerated: Tolerance,
    names: Mapping[str, str],
) -> OfferingMap:
    holds = here.accounts.select(
        **{name: in_place(offering, measure) for name, measure in offering.measures.items()}
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
        probability=tolerated.probability(standing, left) if standing else None,
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
    if when.kind == "reference" and facts[f"holds {when}"]:
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

    left = depth_left(change.depth, softeners, HOLDS)
    limit = depths[change.kind] if depths else DEEPEST
    return Left(change, softeners, left, limit, left <= limit if depths else None)


def depth_left(depth: int, softeners: Iterable[Softener], counted: Collection[State]) -> int:
    """``depth`` less what the softeners in the states ``counted`` take away; at least 0."""
    return max(0, depth - sum(s.takes_away for s in softeners if s.state in counted))
