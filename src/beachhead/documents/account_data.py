"""All about one account as one plain dict: what every document about an account is made from.

    all_known = gather(workspace)          # once
    known = all_known.of("001A0000004xQ2ZIAU")

The parts of the dict (``PARTS``) are for colleagues: they hold judgements about the customer and lines that are
internal. What a customer receives is made by ``documents.proposal_data`` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from beachhead.accounts.patterns import pattern_reasons
from beachhead.accounts.sellers import with_sellers
from beachhead.accounts.signals import load_signals
from beachhead.accounts.territory import Territory, territory
from beachhead.accounts.whitespace import whitespace
from beachhead.documents import account_parts as parts
from beachhead.documents.words import day
from beachhead.practice.business_case import Result, business_case
from beachhead.practice.case_files import cases, load_case
from beachhead.practice.discontinuity import OfferingMap, account_map
from beachhead.practice.facts_joined import BLUEPRINT
from beachhead.practice.library import find_blueprint
from beachhead.practice.next_plays import NextPlays, next_plays
from beachhead.practice.offering import Offering
from beachhead.practice.offering_library import offerings
from beachhead.practice.plays import Play
from beachhead.practice.references import references_like
from beachhead.practice.results import Results, results
from beachhead.practice.situation import Situation, situation
from beachhead.practice.tolerance import Tolerance, tolerance
from beachhead.tables.workspace import Workspace

PARTS = {
    "us": "who we are",
    "as_of": "the day that everything is told as of, in words",
    "account": "id, name, kind, segment, industry, region, country, size, owner",
    "standing": "likeliest category, its probability, the five shares, and why",
    "relationship": "pattern with its reason and meaning, and the facts in words",
    "products": "owned, fits now, fits later: each product with a remark",
    "maturity": "scores of the last assessment of its operations and what to raise first, or none",
    "discontinuity": "what the offering most likely next still changes, per department, or none",
    "plays": "the three best plays in full, with their reasons",
    "questions": "what to ask",
    "references": "customers alike that may be named",
    "case": "the business case of the offering, in words, or none",
    "next_step": "what to do first",
}
BEST = 3


@dataclass(frozen=True)
class Gathered:
    """Everything that documents about accounts need of a workspace, worked out once."""

    workspace: Workspace
    territory: Territory
    plays: NextPlays
    offerings: dict[str, Offering]
    situation: Situation
    tolerance: Tolerance
    only: str | None = None
    """The one account that is wanted, so that reasons are not written for all; None: any of them."""

    def for_one(self, account: str) -> Gathered:
        """The same, quicker where nothing but ``account`` is asked for."""
        return replace(self, only=account)

    def _wanted(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame if self.only is None else frame.filter(account=self.only)

    @property
    def facts(self) -> pl.DataFrame:
        """The joined facts, one row per account."""
        return self.plays.facts

    @property
    def accounts(self) -> list[str]:
        """The ids of all accounts, in the order of the table."""
        return self.facts["account"].to_list()

    def of(self, account: str) -> dict[str, Any]:
        """The dict of one account, keys ``PARTS``. Raises BadKnowledge for files of that account that are broken."""
        facts = self.row(account)
        matches = self._matches.get((account,), _no(self.plays.of("")))
        best = matches.drop_nulls("rank").head(BEST).to_dicts()
        chosen = [self.plays.book.plays[row["play"]] for row in best]
        offering = self.likeliest_offering(facts)
        mapped = self.map_of(account, offering) if offering else None
        argued = next((self.offerings[n] for n in self.own_cases(account) if n in self.offerings), offering)
        case = self.case(account, argued) if argued else None
        assessed = self.assessed(account, facts)
        related = self._relationships.get((account,), _no(self._relationships_all))
        return {
            "us": self.workspace.us,
            "as_of": day(self.workspace.as_of),
            "account": parts.account(facts),
            "standing": parts.standing(facts, self._why.get(account, "")),
            "relationship": parts.relationship(facts, related.to_dicts(), self.plays.called, self._signals),
            "products": parts.products(
                self._whitespace.get((account,), _no(self._whitespace_all)).to_dicts(),
                self._purchases.get((account,), _no(self._purchases_all)).to_dicts(),
                facts,
                self.territory.products,
            ),
            "maturity": parts.maturity(assessed) if assessed else None,
            "discontinuity": parts.discontinuity(mapped) if mapped else None,
            "plays": [
                parts.play(play, row["because"], self.references(account, self.offering_of(play)))
                for play, row in zip(chosen, best, strict=True)
            ],
            "questions": parts.questions(
                [self.plays.book.objections[o] for play in chosen[:1] for o in play.answers],
                mapped,
                case,
            ),
            "references": parts.references(
                self.references(account, *(self.offering_of(p) for p in chosen), offering)
            ),
            "case": parts.case(case) if case else None,
            "next_step": {
                "text": chosen[0].do.next_step if chosen else parts.NO_PLAY,
                "because": best[0]["because"] if best else [],
            },
        }

    def row(self, account: str) -> dict[str, Any]:
        """The joined facts of one account."""
        return self.facts.row(by_predicate=pl.col("account") == account, named=True)

    def best_plays(self, account: str) -> list[Play]:
        """The plays that fit an account, best first."""
        matches = self._matches.get((account,), _no(self.plays.of("")))
        return [self.plays.book.plays[name] for name in matches.drop_nulls("rank")["play"]]

    def offering_of(self, play: Play) -> Offering | None:
        """The offering that a play leads to, where it is at hand."""
        return self.offerings.get(play.offering or "")

    def likeliest_offering(self, facts: dict[str, Any]) -> Offering | None:
        """The offering whose discontinuity the facts tell: the deepest that fits now."""
        return self.offerings.get(facts["discontinuity_offering"] or "")

    @cached_property
    def shipped_offerings(self) -> dict[str, Offering]:
        """The offerings as they ship."""
        return offerings()

    @cached_property
    def products(self) -> set[str]:
        """Every product that the workspace speaks of, by id and by name."""
        tables = (self.territory.tables.products, self.territory.tables.purchases)
        named = {p for table in tables for p in table["product"].drop_nulls()}
        named |= set(self.workspace.table("opportunities")["product"].drop_nulls())
        return named | set(self.territory.products.values())

    def map_of(self, account: str, offering: Offering) -> OfferingMap:
        """What ``offering`` changes at the account, and what makes it smaller."""
        found = account_map(account, self.situation, [offering], self.tolerance, self.territory.products)
        return found.offerings[0]

    def case(self, account: str, offering: Offering) -> Result:
        """The business case of ``offering``, with the account's own figures where it gave some."""
        own = load_case(self.workspace, account, offering) if (account, offering.id) in self._cases else None
        if own is None:
            if offering.id not in self._plain_cases:
                self._plain_cases[offering.id] = business_case(offering)
            return self._plain_cases[offering.id]
        return business_case(offering, own)

    def own_cases(self, account: str) -> list[str]:
        """The offerings that the account gave figures of its own for."""
        return [offering for one, offering in sorted(self._cases) if one == account]

    def assessed(self, account: str, facts: dict[str, Any]) -> Results | None:
        """The last assessment of its operations, or None."""
        if facts["maturity"] is None:
            return None
        workspace = self.workspace
        blueprint = find_blueprint(BLUEPRINT, workspace.folder)
        return results(workspace.folder, account, blueprint, as_of=workspace.as_of)

    def references(self, account: str, *offered: Offering | None) -> pl.DataFrame:
        """Customers alike that may be named, for the products of some offerings."""
        wanted = [p for one in offered if one for p in one.products]
        return references_like(self._references, self.facts, account, wanted)

    @cached_property
    def _references(self) -> pl.DataFrame:
        return self.workspace.table("references")

    @cached_property
    def _matches(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        from beachhead.practice.matching import with_reasons

        found = self.plays
        told = with_reasons(self._wanted(found.matches), found.facts, found.book, found.called)
        return told.partition_by("account", as_dict=True)

    @cached_property
    def _relationships(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        return self._relationships_all.partition_by("account", as_dict=True)

    @cached_property
    def _relationships_all(self) -> pl.DataFrame:
        known = self.territory
        return pattern_reasons(self._wanted(known.facts), known.patterns, known.products)

    @cached_property
    def _whitespace_all(self) -> pl.DataFrame:
        return whitespace(self._wanted(self.facts), self.territory.tables.products)

    @cached_property
    def _whitespace(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        return self._whitespace_all.partition_by("account", as_dict=True)

    @cached_property
    def _purchases_all(self) -> pl.DataFrame:
        tables, workspace = self.territory.tables, self.workspace
        known = tables.purchases.filter(pl.col("vanished").is_null() & (pl.col("date") <= workspace.as_of))
        return with_sellers(
            self._wanted(known), tables.products, workspace.table("partners"), workspace.us
        ).sort("date", nulls_last=False, maintain_order=True)

    @cached_property
    def _purchases(self) -> dict[tuple[Any, ...], pl.DataFrame]:
        return self._purchases_all.partition_by("account", as_dict=True)

    @cached_property
    def _why(self) -> dict[str, str]:
        return dict(self.territory.standing.table.select("account", "why").iter_rows())

    @cached_property
    def _signals(self) -> dict[str, str]:
        return load_signals(self.workspace.files("signals")).names

    @cached_property
    def _cases(self) -> set[tuple[str, str]]:
        return set(cases(self.workspace))

    @cached_property
    def _plain_cases(self) -> dict[str, Result]:
        return {}


def gather(workspace: Workspace, say: Callable[[str], None] = lambda _: None) -> Gathered:
    """Work out everything that documents about the accounts of ``workspace`` need; ``say`` is told what is done."""
    known = territory(workspace, say)
    found = next_plays(workspace, known.facts, say)
    at_hand = offerings(workspace)
    return Gathered(
        workspace,
        known,
        found,
        at_hand,
        situation(found.facts, workspace, at_hand.values()),
        tolerance(workspace),
    )


def _no(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.head(0)
