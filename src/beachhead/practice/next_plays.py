"""The plays of a workspace worked out once and kept together: facts, matches, outcomes, and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from beachhead.accounts.territory import territory
from beachhead.practice import match_table, outcomes
from beachhead.practice.facts_joined import joined_facts
from beachhead.practice.matching import match, with_reasons
from beachhead.practice.play_words import called
from beachhead.practice.playbook import Playbook, playbook
from beachhead.practice.win_rates import WinRates
from beachhead.tables.locks import one_writer
from beachhead.tables.workspace import Workspace

EXPORT = {
    "Next Play": "the play to begin with",
    "Next Play Reason": "the facts that make it fit",
    "Next Step": "what to do first",
}


@dataclass(frozen=True)
class NextPlays:
    """What can be done at the accounts of ``workspace``.

    ``facts``: joined, one row per account; ``matches``: columns ``matching.MATCHES``; ``seen``: logged outcomes;
    ``rates``: how often plays win; ``recorded``: the table ``play_matches`` as it was; ``rests``: what is won, lost
    or dismissed.
    """

    workspace: Workspace
    facts: pl.DataFrame
    book: Playbook
    matches: pl.DataFrame
    seen: pl.DataFrame
    rates: WinRates
    recorded: pl.DataFrame
    rests: pl.DataFrame

    @cached_property
    def called(self) -> dict[str, str]:
        """Id → name of what reasons quote."""
        return called(self.workspace)

    @cached_property
    def worse_than_none(self) -> dict[str, float]:
        """Plays that win less often than opportunities closed without any, and how probably so."""
        return outcomes.worse_than_none(self.rates, self.without_play)

    @cached_property
    def without_play(self) -> tuple[int, int]:
        """Won and lost among the opportunities that were closed without any play."""
        table = self.workspace.table("opportunities")
        return outcomes.without_play(table, self.seen, self.workspace.as_of)

    @property
    def ranked_by_outcomes(self) -> bool:
        """Whether enough outcomes are logged for the ranking to use them."""
        return self.seen.height >= outcomes.ENOUGH

    def of(self, account: str) -> pl.DataFrame:
        """The matches of one account with their reasons (``because``), best first, excluded ones last."""
        return with_reasons(self.matches.filter(account=account), self.facts, self.book, self.called)

    def best(self) -> pl.DataFrame:
        """The play to begin with at each account that has one: account, play, score, because, next_step."""
        first = with_reasons(self.matches.filter(rank=1), self.facts, self.book, self.called)
        steps = {name: play.do.next_step for name, play in self.book.plays.items()}
        return first.select(
            "account",
            "play",
            "score",
            "because",
            next_step=pl.col("play").replace_strict(steps, return_dtype=pl.String),
        )

    def export(self) -> pl.DataFrame:
        """ "Account ID" and the columns ``EXPORT``, for the CRM: a row per account that a play fits."""
        names = {name: play.name for name, play in self.book.plays.items()}
        return self.best().select(
            pl.col("account").alias("Account ID"),
            pl.col("play").replace(names).alias("Next Play"),
            pl.col("because").list.join("; ").alias("Next Play Reason"),
            pl.col("next_step").alias("Next Step"),
        )

    def record(self) -> dict[str, int]:
        """Update the table ``play_matches`` in the workspace; how many rows have which status, and ``new``."""
        as_of = self.workspace.as_of
        with one_writer(self.workspace.folder, "the recording of plays"):
            recorded = match_table.read_matches(self.workspace)
            table = match_table.updated(recorded, self.matches, self.rests, as_of)
            match_table.write_matches(self.workspace, table)
        counts = {str(status): int(n) for status, n in table["status"].value_counts().iter_rows()}
        return counts | {"new": table.height - recorded.height}


def next_plays(
    workspace: Workspace, facts: pl.DataFrame | None = None, say: Callable[[str], None] = lambda _: None
) -> NextPlays:
    """Match all plays at hand to all accounts of ``workspace``.

    ``facts``: those of the accounts, computed when not given. Raises BadKnowledge for broken plays, objections,
    offerings or answers, and BadInput for broken tables.
    """
    book = playbook(workspace)  # first: what is broken is told before anything long begins
    known = territory(workspace, say).facts if facts is None else facts
    say("what fits each account")
    joined = joined_facts(workspace, known)
    logged = workspace.table("outcomes")
    seen = outcomes.logged(logged, joined, workspace.as_of)
    recorded = match_table.read_matches(workspace)
    rests = match_table.settled(recorded, logged, workspace.as_of)
    rates = WinRates.of(seen, list(book.plays))
    lifts = rates.lifts() if seen.height >= outcomes.ENOUGH else None
    found = match(joined, book, settled=rests, lifts=lifts)
    return NextPlays(workspace, joined, book, found, seen, rates, recorded, rests)
