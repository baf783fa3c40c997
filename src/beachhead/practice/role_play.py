"""A role play for two people and an observer: the customer's card, and what the observer looks for.

The customer brings up three objections: at an account those that its best-ranked plays answer, with what they may mean
there; for a category those that its most used plays answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beachhead.practice.next_plays import NextPlays
from beachhead.practice.plays import Objection
from beachhead.practice.replies import means_here

OBJECTIONS = 3


@dataclass(frozen=True)
class CustomerCard:
    """Who the customer is, the objections that it brings up, what each means here, and what not to say to it."""

    category: str
    objections: list[tuple[Objection, str]]
    not_say: list[str]


def at_account(found: NextPlays, account: str) -> CustomerCard | None:
    """The customer's card of ``account``; None where its standing is not known or no play that fits answers anything."""
    row = found.facts.filter(account=account)
    category = row["standing"][0]
    plays = found.of(account).drop_nulls("rank")["play"].to_list()
    named = list(dict.fromkeys(o for play in plays for o in found.book.plays[play].answers))[:OBJECTIONS]
    if category is None or not named:
        return None
    objections = [found.book.objections[name] for name in named]
    means = [(one, means_here(found.book, one, row)[0]) for one in objections]
    return CustomerCard(category, means, _not_say(found, named))


def of_category(found: NextPlays, category: str, cards: Sequence[str]) -> CustomerCard | None:
    """The customer's card of an invented customer of ``category``, of whose most used ``cards`` objections are taken."""
    named = [card.removeprefix("objection/") for card in cards if card.startswith("objection/")][:OBJECTIONS]
    if not named:
        return None
    objections = [found.book.objections[name] for name in named]
    return CustomerCard(category, [(one, one.means[-1].text) for one in objections], _not_say(found, named))


def _not_say(found: NextPlays, objections: list[str]) -> list[str]:
    """What plays that answer the objections say is not to be said."""
    plays = [found.book.plays[p] for o in objections for p in found.book.answering(o)[:1]]
    return list(dict.fromkeys(line.text for play in plays for line in play.not_say))
