"""Which cards a person practises now: spaced repetition, scheduled by the library ``fsrs`` (FSRS-6).

The schedule counts in days: a card that was forgotten comes again on another day. Nothing is kept but the log: the
schedule follows from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import polars as pl

from beachhead.errors import MissingExtra
from beachhead.practice.cards import Card
from beachhead.tables.practice_log import ROLE_PLAY

MINUTES, SECONDS = 10, 40
"""A drill lasts so many minutes, a card so many seconds (judgement)."""
CARDS = MINUTES * 60 // SECONDS
NEW = 5
"""At most so many cards that the person never met, in one drill (judgement)."""


def due_days(log: pl.DataFrame, person: str) -> dict[str, dt.date]:
    """Card → day from which ``person`` shall answer it again, by the log of practice.

    Raises MissingExtra where ``fsrs`` is not installed.
    """
    try:
        import fsrs
    except ImportError as error:
        raise MissingExtra("A drill", "training") from error
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    state: dict[str, fsrs.Card] = {}
    rows = log.filter((pl.col("person") == person) & (pl.col("kind") != ROLE_PLAY))
    for card, day, rating in rows.select("card", "date", "rating").iter_rows():
        before = state.get(card) or fsrs.Card(card_id=1)
        noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
        state[card] = scheduler.review_card(before, fsrs.Rating(rating), noon)[0]
    return {card: one.due.date() for card, one in state.items()}


def drill(
    at_hand: Mapping[str, Card], due: Mapping[str, dt.date], today: dt.date, first: Sequence[str] = ()
) -> list[Card]:
    """The cards of one drill: those due for longest, then new ones, in the order of ``first`` and then of ids.

    Cards that are no longer at hand are left out.
    """
    waiting = sorted((day, card) for card, day in due.items() if day <= today and card in at_hand)
    order = {card: place for place, card in enumerate(first)}
    new = sorted(set(at_hand) - set(due), key=lambda card: (order.get(card, len(order)), card))
    room = max(CARDS - len(waiting), 0)
    return [at_hand[card] for _, card in waiting[:CARDS]] + [at_hand[card] for card in new[: min(room, NEW)]]
