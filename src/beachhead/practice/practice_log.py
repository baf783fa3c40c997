"""What people practised: reading the log, checking it, adding to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from beachhead.errors import BadInput, BadQuestion, did_you_mean
from beachhead.practice.cards import ROLE_PLAY as ROLE_PLAYS
from beachhead.practice.cards import cards, role_play_card
from beachhead.practice.people import FORGOTTEN, Person, people
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.hand_kept import rewrite, with_row
from beachhead.tables.practice_log import RECALL, ROLE_PLAY
from beachhead.tables.workspace import Workspace

BEHAVIOURS = {
    "asked": "asked before answering",
    "proof": "named a proof of the customer's own kind",
    "no-features": "spoke of no feature that the customer had not asked for",
    "next-step": "agreed a next step with a date",
    "not-said": "said nothing on the list of what not to say",
}
"""What an observer of a role play looks for: id → what was seen."""
RATINGS = {1: "forgotten", 2: "hard", 3: "good", 4: "easy"}
RECALLED = 2
"""From this rating on the card was recalled."""


def practised(workspace: Workspace) -> pl.DataFrame:
    """The rows of ``practice_log`` up to the as-of day, in the order of their days.

    Raises BadInput for a rating out of range.
    """
    table = workspace.table("practice_log")
    for number, (kind, rating, seen) in enumerate(table.select("kind", "rating", "seen").iter_rows(), 2):
        if problem := _wrong_rating(kind, rating, seen):
            column, value, expected = problem
            raise BadInput(
                f"a {kind} has no such {column}",
                file=workspace.path("practice_log"),
                row=number,
                column=column,
                value=value,
                expected=expected,
            )
    there = table.filter(pl.col("vanished").is_null() & (pl.col("date") <= workspace.as_of))
    return there.sort("date", maintain_order=True)


def _wrong_rating(kind: str, rating: int | None, seen: Iterable[str] | None) -> tuple[str, str, str] | None:
    if kind == ROLE_PLAY:
        for name in seen if seen is not None else ():
            if name not in BEHAVIOURS:
                return "seen", name, f"some of {', '.join(BEHAVIOURS)}"
        if rating is None or not 0 <= rating <= len(BEHAVIOURS):
            return "rating", str(rating), f"how many of the {len(BEHAVIOURS)} behaviours were seen, 0 to 5"
        return None
    if rating not in RATINGS:
        told = ", ".join(f"{number} {word}" for number, word in RATINGS.items())
        return "rating", str(rating), told
    return None


def check_practice_log(workspace: Workspace) -> list[str]:
    """Every row that cannot be meant: unknown people and cards, days to come, ratings out of range."""
    table, path = workspace.table("practice_log"), workspace.path("practice_log")
    known = set(people(workspace)["person"])
    problems = []
    try:
        practised(workspace)
    except BadInput as no:
        problems.append(str(no))
    at_hand = cards(workspace) if table.height else {}
    possible = {*at_hand, *map(role_play_card, CATEGORIES)}
    for number, row in enumerate(table.iter_rows(named=True), 2):
        told: list[tuple[str, object, str]] = []
        if row["person"] not in known:
            guess = did_you_mean(row["person"], known)
            told.append(("person", row["person"], f"the table people has no such person{guess}"))
        if row["card"] not in possible:
            guess = did_you_mean(row["card"], possible)
            told.append(("card", row["card"], f"there is no such card any more{guess}"))
        if row["date"] > workspace.as_of:
            told.append(("date", row["date"], f"it lies after the as-of day, {workspace.as_of}"))
        if row["observer"] and row["observer"] not in known | {FORGOTTEN}:
            told.append(("observer", row["observer"], "the table people has no such person"))
        if row["observer"] and row["observer"] == row["person"]:
            told.append(("observer", row["observer"], "nobody watches themselves"))
        problems += [
            str(BadInput(problem, file=path, row=number, column=column, value=value))
            for column, value, problem in told
        ]
    return problems


def log_recall(workspace: Workspace, person: Person, card: str, rating: int) -> None:
    """Log that ``person`` answered ``card`` today (on the as-of day), with a rating of 1 to 4.

    Raises BadQuestion for a card or rating that there is not, and for a person who was not told what is kept.
    """
    if card not in cards(workspace):
        raise BadQuestion(f"There is no card {card!r}{did_you_mean(card, cards(workspace))}.")
    if rating not in RATINGS:
        raise BadQuestion(f"A rating is 1, 2, 3 or 4, not {rating}.")
    _log(workspace, person, {"card": card, "kind": RECALL, "rating": rating})


def log_role_play(
    workspace: Workspace,
    person: Person,
    category: str,
    observer: Person,
    seen: Iterable[str],
    note: str | None = None,
) -> None:
    """Log a role play of ``person`` with a customer of ``category``: which ``BEHAVIOURS`` the observer saw.

    Raises BadQuestion for an observer who is the person, and for a person who was not told what is kept.
    """
    if observer.id == person.id:
        raise BadQuestion(f"{person.name} cannot watch themselves; name another observer.")
    if not observer.told:
        raise BadQuestion(_untold(observer))
    found = [name for name in BEHAVIOURS if name in set(seen)]
    row = {"card": role_play_card(category), "kind": ROLE_PLAY, "rating": len(found), "seen": found}
    _log(workspace, person, {**row, "observer": observer.id, "note": note})


def _log(workspace: Workspace, person: Person, row: dict[str, object]) -> None:
    if not person.told:
        raise BadQuestion(_untold(person))
    whole = {"person": person.id, "date": workspace.as_of, **row}
    rewrite(
        workspace,
        {"practice_log": lambda table: with_row(table, "practice_log", whole)},
        "the logging of practice",
    )


def _untold(person: Person) -> str:
    return (
        f"{person.name} ({person.id}) has not been told what is kept, so nothing is logged; tell them, then write the "
        "day under told in the table people."
    )


def role_plays(log: pl.DataFrame) -> pl.DataFrame:
    """The role plays of ``log`` with ``category``: person, category, date, rating, observer."""
    return log.filter(kind=ROLE_PLAY).select(
        "person",
        pl.col("card").str.strip_prefix(f"{ROLE_PLAYS}/").alias("category"),
        "date",
        "rating",
        "observer",
    )


def last_recalled(log: pl.DataFrame) -> dict[tuple[str, str], tuple[dt.date, int]]:
    """(person, card) → day and rating of the last time that it was answered, in a drill or in the field."""
    last = log.filter(pl.col("kind") != ROLE_PLAY).unique(["person", "card"], keep="last")
    return {
        (person, card): (day, rating)
        for person, card, day, rating in last.select("person", "card", "date", "rating").iter_rows()
    }
