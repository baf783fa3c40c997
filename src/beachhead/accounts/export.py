"""Columns for the CRM to import back, by its own account id."""

from __future__ import annotations

import polars as pl

from beachhead.accounts.sheets import named
from beachhead.accounts.territory import Territory
from beachhead.tables.categories import CATEGORIES

COLUMNS = {
    "Account ID": "the CRM's own id",
    "Standing": "likeliest adopter category",
    "Standing Probability": "probability of that category, 0 to 1",
    "Relationship": "the first relationship pattern that matches",
    "Relationship Reason": "the facts that make it match",
    "Next Buy": "product of ours that it is likeliest to buy within twelve months",
    "Next Buy Probability": "probability that it does, 0 to 1",
    "Next Buy Reason": "what speaks for it",
    "As Of": "the day that this is told as of",
}


def export_table(found: Territory) -> pl.DataFrame:
    """One row per account with COLUMNS, for people who read them in the CRM: names, not ids."""
    reasons = found.relationships.unique("account", keep="first", maintain_order=True)
    facts = named(found).join(
        reasons.select("account", "because"), on="account", how="left", maintain_order="left"
    )
    return facts.select(
        pl.col("account").alias("Account ID"),
        pl.col("standing").alias("Standing"),
        pl.max_horizontal(f"p_{c}" for c in CATEGORIES).round(3).alias("Standing Probability"),
        pl.col("pattern").alias("Relationship"),
        pl.col("because").alias("Relationship Reason"),
        pl.col("next_buy").alias("Next Buy"),
        pl.col("next_buy_probability").round(3).alias("Next Buy Probability"),
        pl.col("next_buy_reason").alias("Next Buy Reason"),
        pl.lit(found.workspace.as_of).alias("As Of"),
    )
