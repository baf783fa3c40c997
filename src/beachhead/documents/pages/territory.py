"""The territory: where its accounts stand, who bought from us and who will, relationships, whitespace, next buyers."""

from __future__ import annotations

from typing import Any

import polars as pl
from markupsafe import Markup

from beachhead.accounts.buyers import buyers_by_category
from beachhead.accounts.territory import Territory, ours
from beachhead.documents.answers import gather
from beachhead.documents.charts import composition
from beachhead.documents.html import category_key, figure, own_templates, render, shares_bar
from beachhead.documents.market_tables import some
from beachhead.documents.pages import Page, territory_of
from beachhead.documents.territory_charts import accounts_on_the_life_cycle, whitespace_map
from beachhead.documents.words import category_name, join, percent
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace

NEXT = 15
"""So many next buyers are listed; ``beachhead accounts`` has every one."""
GROUPS = 7
"""With more segments than these, or with none, the whitespace is shown by adopter category."""


def page(workspace: Workspace) -> Page | None:
    """The page; None for a workspace without accounts."""
    if workspace.path("accounts") is None and workspace.path("purchases") is None:
        return None
    found = territory_of(workspace)
    if not found.facts.height:
        return None
    white = _whitespace(found)
    sections = [
        ("territory-stand", "Where the accounts stand"),
        ("territory-buyers", "Who bought from us, and who will"),
        ("territory-relations", "Relationships"),
        *([("territory-white", "Whitespace")] if white else []),
        ("territory-next", "Who buys next"),
    ]
    body = render(
        "report/territory.html",
        own=own_templates(workspace),
        lead=_lead(found),
        stand=_stand(found),
        key=category_key(),
        buyers=_buyers(found),
        markets=_markets(found),
        patterns=_patterns(found),
        white=white,
        rows=_next(found),
        notes=[
            *found.notes,
            *(f"{found.products.get(p, p)}: {n}." for p, n in found.market_notes.iter_rows()),
        ],
    )
    return Page("The territory", body, sections, order=20)


def _expected(found: Territory) -> dict[str, float]:
    """Expected accounts per category: the sum of their probabilities."""
    sums = found.facts.select(pl.col(f"p_{c}").sum() for c in CATEGORIES).row(0)
    return dict(zip(CATEGORIES, sums, strict=True))


def _lead(found: Territory) -> str:
    counts = _expected(found)
    majority = counts["early_majority"] + counts["late_majority"]
    total = sum(counts.values())
    quiet = found.facts.filter(pl.col("pattern").is_not_null())["pattern"].value_counts(sort=True)
    names = {p.id: p.name for p in found.patterns}
    common = [f"{names.get(p, p)} ({n})" for p, n in quiet.head(3).iter_rows()]
    trait = found.standing.trait
    text = (
        f"{found.facts.height} accounts, as of {found.workspace.as_of}. By what they bought and said, about "
        f"{majority:.0f} of them are expected to belong to the majorities ({percent(majority / total)}), and "
        f"{counts['innovators']:.0f} to the innovators. How early an account bought says so much about the next "
        f"technology: ρ = {trait.rho:.2f}, 95 % interval {trait.rho_lo:.2f} to {trait.rho_hi:.2f} (0 nothing, 1 all). "
    )
    return text + (f"The commonest relationships: {join(common)}." if common else "")


def _stand(found: Territory) -> Markup:
    return figure(
        accounts_on_the_life_cycle(_expected(found)),
        "Expected number of accounts for the next technology; below, what Rogers' shares would give. An account "
        "counts for each category by its probability, never wholly for one.",
    )


def _buyers(found: Territory) -> Markup:
    table = buyers_by_category(found).drop_nulls(list(CATEGORIES))
    windows = [
        (f"{row['window']} ({row['buyers']:.0f})", {c: row[c] for c in CATEGORIES})
        for row in table.iter_rows(named=True)
    ]
    if not windows:
        return Markup()
    return figure(
        composition(windows),
        "First purchases by adopter category; in brackets how many. Those of the past were made from us; the next "
        "year's are what is expected of the products that we sell, from whomever they are bought: compare the "
        "shares, not the numbers.",
    )


def _markets(found: Territory) -> list[Markup]:
    """Who buys in each market that a product of ours belongs to, where anything says so."""
    sold = ours(found.tables.products, found.next_buyers)
    known = found.tables.products.drop_nulls("market").filter(pl.col("product").is_in(sold))
    if found.workspace.path("adoption") is None or not known.height:
        return []
    adoption = found.workspace.adoption()
    asked = some(adoption, known["market"].unique(maintain_order=True))
    drawn = []
    for answer in gather(asked).answers if asked.series.height else []:
        windows = [
            (f"{window} (to {answer.when(row['end'])})", {c: row[c] for c in CATEGORIES})
            for window, row in answer.buyers.items()
        ]
        if windows and not answer.single:
            products = [found.products[p] for p in known.filter(market=answer.unique_id)["product"]]
            caption = (
                f"Beside it the market of {join(products)}: {answer.name}. Categories are here those of the whole "
                "market, above mostly those of our own accounts among each other (see the notes below)."
            )
            drawn.append(figure(composition(windows), caption))
    return drawn


def _patterns(found: Territory) -> list[dict[str, Any]]:
    """The first relationship of every account, counted."""
    meaning = found.relationships.select("pattern", "name", "meaning").unique("pattern")
    counts = found.facts.drop_nulls("pattern").group_by("pattern").agg(accounts=pl.len())
    return counts.join(meaning, on="pattern").sort("accounts", "pattern", descending=[True, False]).to_dicts()


def _whitespace(found: Territory) -> Markup:
    if not found.whitespace.height:
        return Markup()
    by_segment = 1 < found.facts["segment"].drop_nulls().n_unique() <= GROUPS
    if by_segment:
        groups = found.facts.select("account", group="segment").sort("group")
    else:
        order = pl.Enum(CATEGORIES)
        stands = found.facts.select("account", group=pl.col("standing").cast(order)).sort("group")
        groups = stands.with_columns(
            pl.col("group").cast(pl.String).replace({c: category_name(c) for c in CATEGORIES})
        )
    whose = "segment's accounts" if by_segment else "accounts that likeliest belong to the category"
    return figure(
        whitespace_map(found.whitespace, groups, found.products),
        f"Per cent of the {whose} that own a product / that it fits now; the stronger, the more of them it fits.",
    )


def _next(found: Territory) -> list[dict[str, Any]]:
    names = {p.id: p.name for p in found.patterns}
    table = found.facts.filter(pl.col("next_buy").is_not_null()).sort(
        "next_buy_probability", descending=True, maintain_order=True
    )
    return [
        {
            "name": row["name"] or row["account"],
            "standing": shares_bar({c: row[f"p_{c}"] for c in CATEGORIES}),
            "product": found.products.get(row["next_buy"], row["next_buy"]),
            "chance": percent(row["next_buy_probability"]),
            "pattern": names.get(row["pattern"], row["pattern"] or ""),
            "reason": row["next_buy_reason"],
        }
        for row in table.head(NEXT).iter_rows(named=True)
    ]
