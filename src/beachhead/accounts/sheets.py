"""What is known of the accounts, laid out for people: the overview, and the sheets of a workbook."""

from __future__ import annotations

import polars as pl

from beachhead.accounts.fact_columns import FACTS
from beachhead.accounts.next_buyers import WITHIN
from beachhead.accounts.readable import MEANINGS, PERCENT, readable, title
from beachhead.accounts.territory import Territory
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.numbers import percents
from beachhead.tables.workbooks import Sheet

TOP_OF_EACH = 200  # next buyers per product on the sheet

# What an account manager looks at first stands first.
_FIRST = ("account", "name", "standing", "pattern", "next_buy", "next_buy_probability", "next_buy_reason")


def overview(found: Territory) -> pl.DataFrame:
    """One short row per account, likeliest buyers first, for a terminal; the first columns matter most."""
    facts = named(found)
    sure = pl.max_horizontal(f"p_{c}" for c in CATEGORIES)
    return facts.sort("next_buy_probability", descending=True, nulls_last=True, maintain_order=True).select(
        pl.coalesce("name", "account").alias("Account"),
        pl.format("{} {}", "standing", _percent(sure)).alias("Standing"),
        pl.col("pattern").alias("Relationship"),
        pl.col("next_buy").alias("Next buy"),
        _percent(pl.col("next_buy_probability")).alias("Chance"),
        pl.format("{} mo", "months_since_contact").alias("Contact"),
        pl.col("incumbent_partner").alias("Other partner"),
        pl.format("{} mo", "months_since_purchase").alias("Bought"),
        pl.col("products_owned_count").alias("Owns"),
    )


def sheets(found: Territory) -> list[Sheet]:
    """Accounts, Relationships, Next buyers, Whitespace, Columns, Notes: the account manager's workbook."""
    facts = named(found)
    order = [*_FIRST, *(name for name in facts.columns if name not in _FIRST)]
    return [
        Sheet(
            "Accounts",
            facts.select(order).sort(
                "next_buy_probability", descending=True, nulls_last=True, maintain_order=True
            ),
            {name: title(name) for name in facts.columns},
            dict.fromkeys(PERCENT, "percent"),
            MEANINGS,
            frozen=2,
        ),
        Sheet(
            "Relationships",
            _with_names(found.relationships, found).select(
                "account", "account name", "name", "because", "meaning"
            ),
            _TITLES | {"name": "Relationship"},
            frozen=2,
        ),
        Sheet(
            "Next buyers",
            _with_names(found.ranked(TOP_OF_EACH), found),
            _TITLES,
            dict.fromkeys(WITHIN, "percent"),
            frozen=2,
        ),
        Sheet("Whitespace", _grid(found), _TITLES, frozen=2, fills=_FILLS),
        Sheet(
            "Columns",
            _columns(found),
            {"column": "Column", "meaning": "Meaning", "fact": "Name in conditions"},
        ),
        Sheet("Notes", _notes(found), {"about": "About", "note": "Note"}),
    ]


_FILLS = {"owned": "#9DB8D9", "now": "#C9E4C5", "later": "#FBE9B7", "never": "#E3E3E3"}
_TITLES = {
    "account": "Account ID",
    "account name": "Account name",
    "product": "Product",
    "because": "Because",
    "meaning": "What it means",
    "reason": "Reason",
    **{name: f"Within {name.removeprefix('within-')} months" for name in WITHIN},
}


def named(found: Territory) -> pl.DataFrame:
    """The facts with names in place of ids."""
    patterns = {p.id: p.name for p in found.patterns}
    return readable(found.facts, found.products, patterns, found.standing.signals.names)


def _with_names(rows: pl.DataFrame, found: Territory) -> pl.DataFrame:
    """``rows`` with the account's name behind its id, and products by name."""
    accounts = found.facts.select("account", pl.coalesce("name", "account").alias("account name"))
    joined = rows.join(accounts, on="account", how="left", maintain_order="left")
    if "product" in rows.columns:
        joined = joined.with_columns(pl.col("product").replace(found.products))
    return joined.select("account", "account name", pl.exclude("account", "account name"))


def _grid(found: Territory) -> pl.DataFrame:
    """Account × product: owned, now, later, never."""
    space = found.whitespace
    if not space.height:
        return found.facts.select("account", pl.coalesce("name", "account").alias("account name"))
    wide = space.pivot("product", index="account", values="fit", maintain_order=True)
    return _with_names(wide, found).rename(found.products, strict=False)


def _columns(found: Territory) -> pl.DataFrame:
    own = [name for name in found.facts.columns if name not in MEANINGS]
    rows = [(title(c.name), c.meaning, c.name) for c in FACTS]
    rows += [(name, "a column of your own accounts table", name) for name in own]
    return pl.DataFrame(rows, schema=["column", "meaning", "fact"], orient="row")


def _notes(found: Territory) -> pl.DataFrame:
    rows = [("territory", note) for note in found.notes]
    rows += [(found.products.get(p, p), note) for p, note in found.market_notes.iter_rows()]
    return pl.DataFrame(rows, schema={"about": pl.String, "note": pl.String}, orient="row")


def _percent(share: pl.Expr) -> pl.Expr:
    return percents(share).replace({"under 1 %": "< 1 %", "above 99 %": "> 99 %"})
