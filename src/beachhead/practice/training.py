"""What to train first: who will buy, which plays win that, and who can run them.

Every purchase that is expected within twelve months (``accounts.next_buyers``) is counted by its probability, split over
the adopter categories by the account's standing, and put down to one play: the best-ranked one there whose offering holds
the product, else the best-ranked one of the account. A play is worth training by

    Σ  P(purchase) × value × lift × (1 − chance that somebody ready holds the account)

over its expected purchases and their categories. ``value``: the median amount that the product was bought for, 1 where
no amounts are known in one currency. ``lift``: the play's win rate in the category over that of all plays, 1 until
enough outcomes are logged. Who holds an account is its owner, by name; where that is none of the people, the chance is
the share of our people who are ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from beachhead.accounts.sellers import product_ids
from beachhead.accounts.territory import Territory, ours, territory
from beachhead.practice.next_plays import NextPlays, next_plays
from beachhead.practice.offering_library import offerings
from beachhead.practice.people import people
from beachhead.practice.practice_log import practised
from beachhead.practice.readiness import Readiness
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace

MOST_USED = 5
"""So many plays, and so many objections that they answer, are to be recalled for a category (judgement)."""
GROUPS = ("person", "team", "firm", "region")
"""What coverage is told by; the region is the account's, the others are its owner's."""
FIRST = 5
"""Plays that are named as those to train first."""


@dataclass(frozen=True)
class Training:
    """Who is ready for whom on the as-of day of ``workspace``.

    ``expected``: one row per account and product that it may buy: account, product, play (null: none fits), person
    (null: none of ours), team, firm, region, value, innovators … laggards (expected purchases by category);
    ``people``: the table; ``readiness``: of everybody for every category; ``valued``: whether values are amounts;
    ``names``: play → its name.
    """

    workspace: Workspace
    expected: pl.DataFrame
    people: pl.DataFrame
    readiness: Readiness
    lifts: Mapping[str, Mapping[str, float]]
    valued: bool
    plays: NextPlays

    @cached_property
    def marks(self) -> pl.DataFrame:
        """person, category, until: every ready mark in force on the as-of day."""
        day = self.workspace.as_of
        rows = [
            (person, category, until)
            for person in self.people["person"]
            for category in CATEGORIES
            if (until := self.readiness.until(person, category, day))
        ]
        schema = {"person": pl.String, "category": pl.String, "until": pl.Date}
        return pl.DataFrame(rows, schema=schema, orient="row")

    @cached_property
    def covered(self) -> pl.DataFrame:
        """``expected`` with ready_innovators … ready_laggards: the chance that somebody ready holds the account."""
        ready = {c: set(self.marks.filter(category=c)["person"]) for c in CATEGORIES}
        ours = self.people.filter(self.ours)["person"].to_list()
        share = {c: len(ready[c] & set(ours)) / len(ours) if ours else 0.0 for c in CATEGORIES}
        return self.expected.with_columns(
            pl.when(pl.col("person").is_null())
            .then(share[c])
            .otherwise(pl.col("person").is_in(sorted(ready[c])).fill_null(False).cast(pl.Float64))
            .alias(f"ready_{c}")
            for c in CATEGORIES
        )

    @property
    def ours(self) -> pl.Expr:
        """Whether a person works for us."""
        return pl.col("firm").is_null() | (pl.col("firm") == self.workspace.us)

    def by_category(self) -> pl.DataFrame:
        """category, purchases (expected), covered (of them, by somebody ready), value (of those not covered), ready."""
        sums = self.covered.select(
            *(pl.col(c).sum() for c in CATEGORIES),
            *((pl.col(c) * pl.col(f"ready_{c}")).sum().alias(f"covered_{c}") for c in CATEGORIES),
            *(
                (pl.col(c) * pl.col("value") * (1 - pl.col(f"ready_{c}"))).sum().alias(f"value_{c}")
                for c in CATEGORIES
            ),
        ).row(0, named=True)
        return pl.DataFrame(
            {
                "category": CATEGORIES,
                "purchases": [sums[c] for c in CATEGORIES],
                "covered": [sums[f"covered_{c}"] for c in CATEGORIES],
                "value_not_covered": [sums[f"value_{c}"] for c in CATEGORIES],
                "ready": [self.marks.filter(category=c).height for c in CATEGORIES],
            }
        )

    def by_group(self) -> pl.DataFrame:
        """group (person, team, firm, region), name, purchases, early_majority …, covered; most expected first."""
        every = [
            self.covered.filter(pl.col(group).is_not_null())
            .group_by(pl.lit(group).alias("group"), pl.col(group).alias("name"))
            .agg(
                purchases=pl.sum_horizontal(pl.col(CATEGORIES).sum()),
                covered=pl.sum_horizontal((pl.col(c) * pl.col(f"ready_{c}")).sum() for c in CATEGORIES),
                **{c: pl.col(c).sum() for c in CATEGORIES},
            )
            .sort("purchases", "name", descending=[True, False])
            for group in GROUPS
        ]
        return pl.concat(every)

    def first_plays(self) -> pl.DataFrame:
        """play, accounts, purchases, worth: plays by what training them brings, most first."""
        parts = []
        for (play,), rows in self.covered.drop_nulls("play").partition_by("play", as_dict=True).items():
            lift = self.lifts.get(str(play), {})
            worth = pl.sum_horizontal(
                pl.col(c) * (1 - pl.col(f"ready_{c}")) * lift.get(c, 1.0) for c in CATEGORIES
            ) * pl.col("value")
            parts.append(
                rows.select(
                    pl.lit(str(play)).alias("play"),
                    pl.col("account").n_unique().alias("accounts"),
                    pl.sum_horizontal(pl.col(CATEGORIES)).sum().alias("purchases"),
                    worth.sum().alias("worth"),
                )
            )
        schema = {"play": pl.String, "accounts": pl.UInt32, "purchases": pl.Float64, "worth": pl.Float64}
        found = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
        return found.sort("worth", "play", descending=[True, False])

    def first_cards(self) -> list[str]:
        """Cards in the order in which they are worth learning: each play, then the objections that it answers."""
        book = self.plays.book
        order = [
            card
            for play in self.first_plays()["play"]
            for card in (f"play/{play}", *(f"objection/{o}" for o in book.plays[play].answers))
        ]
        return list(dict.fromkeys(order))


def training(workspace: Workspace, say: Callable[[str], None] = lambda _: None) -> Training:
    """Work out who is ready for those who buy next. Raises BadInput for a workspace without accounts."""
    return training_of(territory(workspace, say), say)


def training_of(found: Territory, say: Callable[[str], None] = lambda _: None) -> Training:
    """As ``training``, of a territory that is at hand."""
    plays = next_plays(found.workspace, found.facts, say)
    say("who is ready for it")
    there = people(found.workspace)
    expected, valued = expected_purchases(found, plays, there)
    log = practised(found.workspace)
    lifts = plays.rates.lifts() if plays.ranked_by_outcomes else {}
    return Training(
        found.workspace, expected, there, Readiness(log, most_used(expected, plays)), lifts, valued, plays
    )


def expected_purchases(found: Territory, plays: NextPlays, there: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
    """The table ``Training.expected``, and whether its values are amounts."""
    pairs = found.next_buyers.ranked(ours(found.tables.products, found.next_buyers)).select(
        "account", "product", chance="within-12"
    )
    prices = _prices(found)
    stands = found.standing.table.select("account", *CATEGORIES)
    holders = _holders(found.facts, there, found.workspace.us or "us")
    expected = (
        pairs.pipe(_with_play, plays)
        .join(prices, on="product", how="left", maintain_order="left")
        .with_columns(pl.col("value").fill_null(prices["value"].median() if prices.height else 1.0))
        .join(stands, on="account", how="left", maintain_order="left")
        .with_columns(pl.col(c) * pl.col("chance") for c in CATEGORIES)
        .join(holders, on="account", how="left", maintain_order="left")
    )
    columns = ("account", "product", "play", *GROUPS, "value", *CATEGORIES)
    return expected.select(columns), prices.height > 0


def most_used(expected: pl.DataFrame, plays: NextPlays) -> dict[str, list[str]]:
    """Category → the cards of the plays that most of its purchases fall to, and of the objections that these answer."""
    by_play = expected.drop_nulls("play").group_by("play").agg(pl.col(CATEGORIES).sum()).sort("play")
    found: dict[str, list[str]] = {}
    for category in CATEGORIES:
        used = [(n, play) for play, n in by_play.select("play", category).iter_rows() if n > 0]
        used.sort(key=lambda pair: (-pair[0], pair[1]))
        weights: dict[str, float] = {}
        for n, play in used:
            for objection in plays.book.plays[play].answers:
                weights[objection] = weights.get(objection, 0.0) + n
        objections = sorted(weights, key=lambda name: (-weights[name], name))[:MOST_USED]
        found[category] = [f"play/{play}" for _, play in used[:MOST_USED]]
        found[category] += [f"objection/{name}" for name in objections]
    return found


def _with_play(pairs: pl.DataFrame, plays: NextPlays) -> pl.DataFrame:
    """``pairs`` with the play that would win each: its offering holds the product, else the account's first one."""
    at_hand = offerings(plays.workspace)
    sells = [
        (name, product)
        for name, play in plays.book.plays.items()
        if play.offering in at_hand
        for product in at_hand[play.offering].products
    ]
    ranked = plays.matches.drop_nulls("rank").select("account", "play", "rank")
    offered = ranked.join(
        pl.DataFrame(sells, schema={"play": pl.String, "product": pl.String}, orient="row"), on="play"
    )
    key = ["account", "product"]
    best = offered.sort("rank").unique(key, keep="first").select(*key, "play")
    first = ranked.filter(rank=1).select("account", first="play")
    return (
        pairs.join(best, on=key, how="left", maintain_order="left")
        .join(first, on="account", how="left", maintain_order="left")
        .with_columns(pl.coalesce("play", "first").alias("play"))
        .drop("first")
    )


def _prices(found: Territory) -> pl.DataFrame:
    """product, value: what a purchase of it is worth; empty where amounts have several currencies or are not known."""
    bought = found.tables.purchases.filter(pl.col("amount") > 0)
    if bought["currency"].drop_nulls().n_unique() > 1 or not bought.height:
        return pl.DataFrame(schema={"product": pl.String, "value": pl.Float64})
    ids = product_ids(bought["product"], found.tables.products)
    return bought.with_columns(product=ids).group_by("product").agg(value=pl.col("amount").median())


def _holders(facts: pl.DataFrame, there: pl.DataFrame, us: str) -> pl.DataFrame:
    """account, person, team, firm (``us`` where blank), region (of the account)."""
    keys = [
        there.select(
            "person",
            "team",
            pl.col("firm").fill_null(us),
            owner=pl.col(column).str.strip_chars().str.to_lowercase(),
        )
        for column in ("name", "person")
    ]
    known = pl.concat(keys).drop_nulls("owner").unique("owner", keep="first", maintain_order=True)
    return (
        facts.select("account", "region", owner=pl.col("owner").str.strip_chars().str.to_lowercase())
        .join(known, on="owner", how="left", maintain_order="left")
        .select("account", *GROUPS)
    )
