"""A territory: everything that is known of the accounts of a workspace, worked out once and kept together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from beachhead.accounts.fact_columns import SCHEMA, conditions_schema
from beachhead.accounts.facts import compose, relations_of
from beachhead.accounts.markets import territory_notes
from beachhead.accounts.months import months_before
from beachhead.accounts.next_buyers import NextBuyers, predict
from beachhead.accounts.next_reasons import with_reasons
from beachhead.accounts.patterns import Pattern, load_patterns, pattern_reasons
from beachhead.accounts.snapshots import Tables, read_tables
from beachhead.accounts.standing import Standing, stand
from beachhead.accounts.whitespace import whitespace
from beachhead.tables.workspace import Workspace


@dataclass(frozen=True)
class Territory:
    """What is known of all accounts of ``workspace``; tables beyond the facts are made when first asked for.

    ``facts``: one row per account; ``standing``: with the fitted trait and signals; ``next_buyers``: who
    buys what.
    """

    workspace: Workspace
    tables: Tables
    facts: pl.DataFrame
    standing: Standing
    next_buyers: NextBuyers

    @cached_property
    def products(self) -> dict[str, str]:
        """Product → its name."""
        return product_names(self.tables.products)

    @cached_property
    def patterns(self) -> list[Pattern]:
        """The relationship patterns in force, by rank: those that ship and the workspace's own."""
        own = {name: dtype for name, dtype in self.facts.schema.items() if name not in SCHEMA}
        return load_patterns(self.workspace.files("patterns"), conditions_schema(own))

    @cached_property
    def relationships(self) -> pl.DataFrame:
        """account, pattern, name, because, meaning: every pattern of every account, its reason with the facts."""
        return pattern_reasons(self.facts, self.patterns, self.products)

    @cached_property
    def whitespace(self) -> pl.DataFrame:
        """account, product, fit, reason, ours."""
        return whitespace(self.facts, self.tables.products)

    @cached_property
    def market_notes(self) -> pl.DataFrame:
        """unique_id (product), note: what the size and the choice of the territory do to standings."""
        known = self.standing.trait.products.filter(pl.col("curve") == "market")
        snap = self.next_buyers.snapshot
        return territory_notes(
            snap.first,
            self.tables.accounts,
            addressable=snap.pairs,
            markets=dict(known.select("product", "fraction").iter_rows()),
        )

    @property
    def notes(self) -> list[str]:
        """What the answers rest on, a sentence each."""
        learned = self.next_buyers.weights.learned_from
        basis = (
            f"Who buys next was learned from {learned} first purchases of the last twelve months."
            if learned
            else "Too few first purchases in the last twelve months to learn from: who buys next rests on judgement."
        )
        products = [
            f"{', '.join(self.products.get(p, p) for p in which)}: {note}."
            for note, which in self.next_buyers.notes
        ]
        return [*_old(self.tables, self.workspace.as_of), *self.standing.notes, basis, *products]

    def ranked(self, top: int | None = None) -> pl.DataFrame:
        """Next buyers of our products, likeliest first, with reasons; ``top`` of each product.

        account, product, within-3 … within-12 (probabilities), reason.
        """
        rows = self.next_buyers.ranked(ours(self.tables.products, self.next_buyers), top)
        return with_reasons(rows, self.next_buyers, self.tables.products, self.standing.table)


def territory(workspace: Workspace, say: Callable[[str], None] = lambda _: None) -> Territory:
    """Work out everything that is known of the accounts of ``workspace``; ``say`` is told what is being done."""
    tables = read_tables(workspace)
    say("where each account stands")
    stood = stand(workspace)
    say("who buys next")
    found = predict(tables, workspace.as_of, trait_of=stood.trait_of, odds=stood.odds, trait=stood.trait)
    best = found.best_of_each(ours(tables.products, found))
    pairs = best.drop_nulls().select("account", product="next_buy")
    reasons = with_reasons(pairs, found, tables.products, stood.table).select(
        "account", next_buy_reason="reason"
    )
    say("the relationship with each account")
    next_buys = best.join(reasons, on="account", how="left", maintain_order="left")
    facts = compose(workspace, relations_of(workspace), stood.table, next_buys)
    return Territory(workspace, tables, facts, stood, found)


def _old(tables: Tables, as_of: date) -> list[str]:
    """A hint where nothing was bought in the year before the as-of day, which is today if it is not set."""
    last = tables.purchases["date"].max()
    if not isinstance(last, date) or last > months_before(as_of, 12):
        return []
    return [
        f"The last purchase was on {last}, over a year before the as-of day, {as_of}: if that is not the day that you "
        f"ask about, set as_of = {last} in beachhead.toml."
    ]


def product_names(products: pl.DataFrame) -> dict[str, str]:
    """Product → its name, or its id where it has none."""
    return dict(products.select("product", pl.coalesce("name", "product").alias("name")).iter_rows())


def ours(products: pl.DataFrame, found: NextBuyers) -> list[str]:
    """The products that we sell; all that are known where the products table says nothing of that."""
    known = found.snapshot.products
    sold = set(products.filter(pl.col("ours").fill_null(False))["product"])
    return [p for p in known if p in sold] if products["ours"].is_not_null().any() else known
