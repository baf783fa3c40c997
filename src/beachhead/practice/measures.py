"""Measures: what to do, or to find out first, so that an offering changes less at an account; the best first.

A measure is worth what it takes away of the excess over what the account tolerates, per person-day, then what
it takes away in all. Measures are ranked greedily: each is judged by what those before it have left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from beachhead.practice.blueprint import Blueprint, Placed
from beachhead.practice.gaps import criterion, next_step
from beachhead.practice.offering import Mitigation, Offering, When
from beachhead.practice.situation import Situation, level_columns

State = Literal["included", "in place", "missing", "not known", "does not apply"]


@dataclass(frozen=True)
class Depth:
    """A change as the ranking sees it: what is left of it, and what is tolerated (0 where not known)."""

    department: str
    left: int
    tolerated: int
    takes: Mapping[str, int]
    """Measure → what it takes away of this change."""


@dataclass(frozen=True)
class Measure:
    """Something to do, or to find out first, that makes changes smaller.

    ``helps``: the names of departments whose change gets smaller; ``excess``: depth that it takes away above
    what is tolerated, ``depth``: in all. ``criterion``, ``question`` and ``evidence`` come from the blueprint
    where a point is asked for.
    """

    mitigation: Mitigation
    state: State
    excess: int
    depth: int
    days: float | None
    owners: list[str]
    helps: list[str]
    criterion: str | None = None
    question: str | None = None
    evidence: str | None = None

    @property
    def needed(self) -> bool:
        """Whether it takes away what the account does not put up with."""
        return self.excess > 0


def ranked(
    changes: Sequence[Depth],
    offering: Offering,
    here: Situation,
    facts: Mapping[str, Any],
    state: State,
    *,
    judged: bool,
) -> list[Measure]:
    """The measures that ``changes`` name, ranked. ``judged``: whether it is known what is tolerated."""
    left = [change.left for change in changes]
    waiting = {
        name: _measure(offering.measures[name], state, here, facts)
        for name in dict.fromkeys(name for change in changes for name in change.takes)
    }
    found: list[Measure] = []
    while waiting:
        gains = {name: _gain(name, changes, left) for name in waiting}
        best = max(waiting, key=lambda name: _worth(gains[name], waiting[name], judged))
        measure, (excess, depth) = waiting.pop(best), gains[best]
        if depth == 0:
            continue
        helped = [n for n, change in enumerate(changes) if change.takes.get(best) and left[n] > 0]
        for n in helped:
            left[n] = max(0, left[n] - changes[n].takes[best])
        found.append(
            replace(
                measure,
                excess=excess if judged else 0,
                depth=depth,
                helps=list(dict.fromkeys(changes[n].department for n in helped)),
            )
        )
    return found


def _gain(name: str, changes: Sequence[Depth], left: Sequence[int]) -> tuple[int, int]:
    """What a measure takes away: of the excess over what is tolerated, and in all."""
    excess = depth = 0
    for change, before in zip(changes, left, strict=True):
        after = max(0, before - change.takes.get(name, 0))
        depth += before - after
        excess += max(0, before - change.tolerated) - max(0, after - change.tolerated)
    return excess, depth


def _worth(gain: tuple[int, int], measure: Measure, judged: bool) -> tuple[float, float]:
    days = measure.days or 1.0
    return (gain[0] / days if judged else 0.0), gain[1] / days


def _measure(mitigation: Mitigation, state: State, here: Situation, facts: Mapping[str, Any]) -> Measure:
    """``mitigation`` with what the blueprint says of the point that it asks for."""
    plain = Measure(mitigation, state, 0, 0, mitigation.days, list(mitigation.owners), [])
    when = next((w for w in mitigation.when if w.kind == "point" and w.blueprint in here.blueprints), None)
    if when is None:
        return plain
    blueprint = here.blueprints[when.blueprint]
    placed = blueprint.place(when.name)
    return replace(
        plain,
        days=plain.days or _climb(when, blueprint, placed, facts),
        owners=plain.owners or list(placed.point.owners),
        criterion=criterion(blueprint, placed, when.level),
        question=placed.point.question,
        evidence=placed.point.evidence,
    )


def _climb(when: When, blueprint: Blueprint, placed: Placed, facts: Mapping[str, Any]) -> float:
    """Person-days from the level answered (from the lowest where it is not known) to the one asked for."""
    level = facts.get(level_columns(when)[0])
    level = float(blueprint.scale(placed.point)[0].level) if level is None or level < 0 else float(level)
    days = 0.0
    while level < when.level and (step := next_step(blueprint, placed, level, 0.0)):
        days, level = days + step.days, step.next_level
    return days
