"""Training as tables: for the workbook, for other programs, for the page."""

from __future__ import annotations

import polars as pl

from beachhead.practice.training import Training
from beachhead.tables.categories import CATEGORIES


def training_tables(found: Training) -> dict[str, pl.DataFrame]:
    """Sheet → table: plays (what to train first), categories, people, coverage."""
    return {
        "plays": plays_table(found),
        "categories": found.by_category(),
        "people": people_table(found),
        "coverage": found.by_group(),
    }


def plays_table(found: Training) -> pl.DataFrame:
    """rank, play, name, accounts, purchases, worth: plays by what training them brings."""
    names = {name: play.name for name, play in found.plays.book.plays.items()}
    first = found.first_plays()
    return first.select(
        pl.int_range(1, pl.len() + 1).alias("rank"),
        "play",
        pl.col("play").replace(names).alias("name"),
        "accounts",
        "purchases",
        "worth",
    )


def people_table(found: Training) -> pl.DataFrame:
    """person, name, firm, team, region, purchases (expected at their accounts), then per category until when ready."""
    held = found.by_group().filter(group="person").select(person="name", purchases="purchases")
    until = {
        category: found.marks.filter(category=category).select("person", pl.col("until").alias(category))
        for category in CATEGORIES
    }
    told = found.people.select("person", "name", "firm", "team", "region").join(
        held, on="person", how="left", maintain_order="left"
    )
    for marks in until.values():
        told = told.join(marks, on="person", how="left", maintain_order="left")
    return told
