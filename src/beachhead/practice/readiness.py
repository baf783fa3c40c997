"""Who is ready for customers of a category, and until when.

Ready is who, for that category,

- recalled each of its most used plays and objections within the last ``RECALL_DAYS`` days (the last answer counts),
- passed two observed role plays within ``ROLE_PLAY_DAYS`` days, one of them watched by somebody who was ready for the
  category the day before. While nobody is, anybody may be that observer: somebody has to be the first.

A role play is passed with ``PASS`` of the five behaviours. All four numbers are judgement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from beachhead.practice.practice_log import RECALLED, role_plays
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.practice_log import ROLE_PLAY

RECALL_DAYS, ROLE_PLAY_DAYS = 90, 365
PASS, PASSES = 4, 2


@dataclass(frozen=True)
class _Passed:
    """A role play that was passed; ``by_ready``: whether it counts as watched by somebody ready."""

    person: str
    day: dt.date
    by_ready: bool


@dataclass(frozen=True)
class Readiness:
    """``log``: as ``practised`` gives it; ``cards``: category → the cards that must be recalled."""

    log: pl.DataFrame
    cards: Mapping[str, Sequence[str]]

    def until(self, person: str, category: str, day: dt.date) -> dt.date | None:
        """The last day of the ready mark that ``person`` has for ``category`` on ``day``; None: not ready."""
        if not self.cards.get(category):
            return None
        return self._until(person, category, day, self._passed[category])

    def ready(self, category: str, day: dt.date) -> set[str]:
        """Everybody who is ready for ``category`` on ``day``."""
        people = {one.person for one in self._passed.get(category, [])}
        return {person for person in people if self.until(person, category, day)}

    def missing(self, person: str, category: str, day: dt.date) -> list[str]:
        """The cards of ``category`` that ``person`` has not recalled within the last ``RECALL_DAYS`` days."""
        return [
            card
            for card in self.cards.get(category, ())
            if (last := self._recalled(person, card, day)) is None or last + dt.timedelta(RECALL_DAYS) < day
        ]

    def role_plays_passed(self, person: str, category: str, day: dt.date) -> int:
        """How many role plays of ``category`` that ``person`` passed count on ``day``."""
        return len(self._counting(person, day, self._passed.get(category, [])))

    def _until(self, person: str, category: str, day: dt.date, passed: Sequence[_Passed]) -> dt.date | None:
        counting = self._counting(person, day, passed)
        by_ready = [one.day for one in counting if one.by_ready]
        if len(counting) < PASSES or not by_ready:
            return None
        ends = [counting[-PASSES].day, by_ready[-1]]
        until = min(ends) + dt.timedelta(ROLE_PLAY_DAYS)
        for card in self.cards[category]:
            last = self._recalled(person, card, day)
            if last is None:
                return None
            until = min(until, last + dt.timedelta(RECALL_DAYS))
        return until if until >= day else None

    def _counting(self, person: str, day: dt.date, passed: Sequence[_Passed]) -> list[_Passed]:
        since = day - dt.timedelta(ROLE_PLAY_DAYS)
        return [one for one in passed if one.person == person and since <= one.day <= day]

    def _recalled(self, person: str, card: str, day: dt.date) -> dt.date | None:
        """The day of the last answer up to ``day``, if it was recalled then."""
        answered = [one for one in self._answers.get((person, card), ()) if one[0] <= day]
        return answered[-1][0] if answered and answered[-1][1] >= RECALLED else None

    @cached_property
    def _answers(self) -> dict[tuple[str, str], list[tuple[dt.date, int]]]:
        found: dict[tuple[str, str], list[tuple[dt.date, int]]] = {}
        rows = self.log.filter(pl.col("kind") != ROLE_PLAY).select("person", "card", "date", "rating")
        for person, card, day, rating in rows.iter_rows():
            found.setdefault((person, card), []).append((day, rating))
        return found

    @cached_property
    def _passed(self) -> dict[str, list[_Passed]]:
        """Category → role plays passed, in the order of their days; each sees those before it."""
        found: dict[str, list[_Passed]] = {category: [] for category in CATEGORIES}
        rows = role_plays(self.log).filter(pl.col("rating") >= PASS)
        for person, category, day, _, observer in rows.iter_rows():
            if category not in found or observer is None or observer == person:
                continue
            before = day - dt.timedelta(1)
            earlier = list(found[category])
            ready = {
                one.person
                for one in earlier
                if self.cards.get(category) and self._until(one.person, category, before, earlier)
            }
            found[category].append(_Passed(person, day, observer in ready or not ready))
        return found
