"""Facts as people read them: titles for columns, names for ids."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from beachhead.accounts.fact_columns import FACTS
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.departments import departments

PRODUCTS = (
    *("products_owned", "last_product", "fits_now", "fits_later", "next_buy"),
    *("renewal_product", "renewal_from_us_product", "renewal_elsewhere_product"),
)
PATTERNS = ("pattern", "patterns")
DEPARTMENTS = ("departments_met", "departments_not_met")
PERCENT = ("share_from_us", "share_of_spending", "next_buy_probability", *(f"p_{c}" for c in CATEGORIES))
MEANINGS = {column.name: column.meaning for column in FACTS}

_TITLES = {
    "account": "Account ID",
    "name": "Account name",
    "p_innovators": "P(innovator)",
    "p_early_adopters": "P(early adopter)",
    "p_early_majority": "P(early majority)",
    "p_late_majority": "P(late majority)",
    "p_laggards": "P(laggard)",
    "pattern": "Relationship",
    "patterns": "All relationship patterns",
    "months_since_purchase": "Months since last purchase",
    "months_since_contact": "Months since last contact",
    "products_owned_count": "Products owned (number)",
    "departments_met_count": "Departments met (number)",
    "fits_now_count": "Fits now (number)",
}


def title(fact: str) -> str:
    """A fact's name as a column header: ``months_open`` → "Months open"; the user's own columns stay."""
    return _TITLES.get(fact) or (fact.replace("_", " ").capitalize() if fact in MEANINGS else fact)


def readable(
    facts: pl.DataFrame, products: Mapping[str, str], patterns: Mapping[str, str], signals: Mapping[str, str]
) -> pl.DataFrame:
    """``facts`` with names for the ids of products, patterns, signals, departments and categories."""
    words = {c: c.replace("_", " ") for c in CATEGORIES}
    rooms = {d.id: d.name for d in departments().values()}
    groups = (
        (PRODUCTS, products),
        (PATTERNS, patterns),
        (("signals", "last_signal"), signals),
        (DEPARTMENTS, rooms),
        (("standing", "category"), words),
    )
    named = {name: called for names, called in groups for name in names}
    changes = []
    for name, dtype in facts.schema.items():
        if name in named and isinstance(dtype, pl.List):
            changes.append(pl.col(name).list.eval(pl.element().replace(named[name])))
        elif name in named:
            changes.append(pl.col(name).replace(named[name]))
    return facts.with_columns(changes)
