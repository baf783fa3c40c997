"""What to answer when a customer objects: what it may mean at this account, what to ask, which plays answer it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from beachhead.practice.match_table import DISMISSED, RESTS
from beachhead.practice.next_plays import NextPlays
from beachhead.practice.objections import Heard, Listened, Lookup, lookup_of_book, understand
from beachhead.practice.playbook import Playbook
from beachhead.practice.plays import Objection, Play


@dataclass(frozen=True)
class Understood:
    """An objection that may be meant; ``means``: what it may mean here, the meanings with a condition first."""

    heard: Heard
    means: list[str]


@dataclass(frozen=True)
class NotHere:
    """A play that answers the objection and is not proposed here; ``why``: what speaks against it."""

    play: Play
    why: str


@dataclass(frozen=True)
class Reply:
    """``plays``: the matches that answer, best first, with ``because`` and ``answers`` (objection ids)."""

    listened: Listened
    understood: list[Understood]
    plays: pl.DataFrame
    not_here: list[NotHere]


def lookup_of(found: NextPlays) -> Lookup:
    """The look-up over the objections of the workspace, with its synonyms and what was heard at its customers."""
    return lookup_of_book(found.book, found.workspace)


def reply(found: NextPlays, lookup: Lookup, account: str, said: str) -> Reply:
    """What to make of ``said`` at ``account``.

    Plays are ordered by their score there times how much the objection that they answer sounds like what was
    said.
    """
    listened = lookup.listen(said)
    heard = understand(listened)
    row = found.facts.filter(account=account)
    likely = {one.objection.id: one.score / heard[0].score for one in heard}
    answers = {
        name: [o for o in likely if o in play.answers]
        for name, play in found.book.plays.items()
        if set(likely) & set(play.answers)
    }
    matches = found.of(account).filter(pl.col("play").is_in(list(answers)))
    proposed = matches.filter(pl.col("rank").is_not_null())
    weight = pl.Series([max(likely[o] for o in answers[name]) for name in proposed["play"]], dtype=pl.Float64)
    plays = (
        proposed.with_columns(
            score=pl.col("score") * weight,
            answers=pl.Series([answers[name] for name in proposed["play"]], dtype=pl.List(pl.String)),
        )
        .sort("score", descending=True, maintain_order=True)
        .drop("excluded_by")
    )
    resting = set(found.rests.filter(account=account)["play"])
    not_here = [
        ((name not in resting, len(why)), NotHere(found.book.plays[name], "; ".join(why)))
        for name in answers
        if (why := _against(found, matches, row, name))
    ]
    understood = [Understood(one, means_here(found.book, one.objection, row)) for one in heard]
    return Reply(listened, understood, plays, [one for _, one in sorted(not_here, key=lambda pair: pair[0])])


def means_here(book: Playbook, objection: Objection, row: pl.DataFrame) -> list[str]:
    """What ``objection`` may mean at the account whose facts are ``row``: what depends on facts stands first."""
    means = book.means[objection.id]
    here = [m.text for m in means if m.condition and row.select(m.condition.expression()).item()]
    return here + [m.text for m in means if m.condition is None]


def _against(found: NextPlays, matches: pl.DataFrame, row: pl.DataFrame, name: str) -> list[str]:
    """Why a play is not proposed at an account: empty where it is."""
    match = matches.filter(play=name)
    if match.height:
        by = match["excluded_by"][0]
        return [f"{found.book.plays[by].name!r} speaks against it"] if by else []
    settled = found.rests.filter(account=row["account"][0], play=name)
    if settled.height:
        status = settled["status"][0]
        return [
            f"it rests: {status} here" + ("" if status == DISMISSED else f" less than {RESTS} months ago")
        ]
    return [
        f"it needs {g.condition.text} (here {_facts_of(row, g.condition.columns)})"
        for g in found.book.grounds[name]
        if not row.select(g.condition.expression()).item()
    ]


def _facts_of(row: pl.DataFrame, columns: Iterable[str]) -> str:
    """``months_since_contact is 2, bought_elsewhere is not known``."""
    return ", ".join(f"{name} is {_value(row[name][0])}" for name in columns)


def _value(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, pl.Series):
        return " and ".join(value) or "empty"
    return f"{value:.2g}" if isinstance(value, float) else str(value)
