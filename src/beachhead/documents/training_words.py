"""What is said about training: once, for the terminal and the report."""

from __future__ import annotations

from beachhead.documents.words import category_name, join, number, percent
from beachhead.practice.outcomes import ENOUGH as LIFTS_FROM
from beachhead.practice.ready_wins import ENOUGH, Compared
from beachhead.practice.training import FIRST, Training


def in_short(found: Training) -> str:
    """Who buys, who is ready for most of them, and what to train first."""
    by = found.by_category()
    total = float(by["purchases"].sum())
    if total < 0.5:
        return "No purchase is expected within four quarters, so nothing says what to train first."
    most = by.sort("purchases", descending=True).row(0, named=True)
    plays = found.plays.book.plays
    first = [f"“{plays[name].name}”" for name in found.first_plays()["play"].head(FIRST)]
    told = (
        f"Of {number(total)} purchases expected within four quarters {number(most['purchases'])} are "
        f"{category_name(most['category'])}; {most['ready']} of {found.people.height} people "
        f"{'is' if most['ready'] == 1 else 'are'} ready for them, and hold {percent(_share(most))} of these purchases."
    )
    return f"{told} Train first: {join(first)}." if first else f"{told} No play fits where they are expected."


def _share(row: dict[str, float]) -> float:
    return row["covered"] / row["purchases"] if row["purchases"] else 0.0


def basis(found: Training) -> list[str]:
    """What the ranking rests on, a sentence each."""
    value = (
        "the median amount that its product was bought for"
        if found.valued
        else "1 (no amounts are known in one currency)"
    )
    lift = (
        "the play's win rate in the category over that of all plays"
        if found.lifts
        else f"1 until {LIFTS_FROM} outcomes are logged"
    )
    return [
        "A play's worth is the sum of P(purchase) × value × lift × (1 − chance that somebody ready holds the account); "
        f"the value of a purchase is {value}, the lift is {lift}."
    ]


def win_rates(wins: Compared) -> str:
    """Whether those who were ready won more often."""
    if wins.more is None:
        return (
            f"Whether ready sellers win more often: not enough yet ({wins.outcomes} outcomes of plays and categories in "
            f"which both ready and other sellers were at work; {ENOUGH} are needed, of both kinds)."
        )
    more, low, high = wins.more
    rates = [
        f"{percent(won / (won + lost))} ({won} of {won + lost})" for won, lost in (wins.ready, wins.others)
    ]
    return (
        f"Ready sellers won {rates[0]}, others {rates[1]}; in the same play and category the difference is "
        f"{more * 100:+.0f} points (80 % interval {low * 100:+.0f} to {high * 100:+.0f})."
    )
