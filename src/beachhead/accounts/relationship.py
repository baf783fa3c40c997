"""The relationship with each account: what it bought from whom, whom we met, what renews, what is open.

Every function takes tables and the as-of date, uses only what was known on that day, and gives one row per
account that has any; the facts join them. One pass of each table, so a million accounts are no matter.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from beachhead.accounts.months import months_before, months_since, months_until
from beachhead.tables.departments import department_id, departments


def purchase_facts(purchases: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What was bought, when and from whom, from purchases as ``sellers.with_sellers`` gives them."""
    known = pl.col("sold_by").is_not_null()
    from_us, elsewhere = pl.col("sold_by") == "us", pl.col("sold_by") != "us"
    # Amounts of several currencies, or with gaps, cannot be summed: then purchases are counted.
    countable = known & pl.col("amount").is_not_null()
    by_amount = (countable.sum() == known.sum()) & (pl.col("currency").filter(known).n_unique() <= 1)
    total, ours = pl.col("amount").filter(known).sum(), pl.col("amount").filter(from_us).sum()
    facts = (
        purchases.filter(pl.col("date") <= as_of)
        .sort("date", "amount", "quantity", nulls_last=False)
        .group_by("account")
        .agg(
            products_owned=pl.col("product").unique().sort(),
            first_purchase=pl.col("date").first(),
            last_purchase=pl.col("date").last(),
            last_product=pl.col("product").last(),
            last_quantity=pl.col("quantity").last(),
            last_seller=pl.col("seller").last(),
            last_version=pl.col("version").drop_nulls().last(),
            unknown=(~known).any(),
            purchases_from_us=from_us.sum().cast(pl.Int64),
            purchases_elsewhere=elsewhere.sum().cast(pl.Int64),
            bought_direct=(pl.col("sold_by") == "vendor").any(),
            share_from_us=pl.when(by_amount & (total > 0))
            .then(ours / total)
            .otherwise(from_us.sum() / known.sum()),
            incumbent_partner=pl.col("other").drop_nulls().last(),
            sellers=pl.col("seller").drop_nulls().unique().sort(),
        )
    )
    # "Never bought from us" is only known when every seller is.
    maybe = {"bought_from_us": "purchases_from_us", "bought_elsewhere": "purchases_elsewhere"}
    return facts.with_columns(
        pl.col("products_owned").list.len().cast(pl.Int64).alias("products_owned_count"),
        months_since("first_purchase", as_of).alias("months_since_first_purchase"),
        months_since("last_purchase", as_of).alias("months_since_purchase"),
        pl.col("share_from_us").fill_nan(None),
        bought_direct=pl.when(pl.col("bought_direct") | ~pl.col("unknown")).then("bought_direct"),
        **{
            name: pl.when((pl.col(count) > 0) | ~pl.col("unknown")).then(pl.col(count) > 0)
            for name, count in maybe.items()
        },
    ).drop("unknown")


def renewal_facts(purchases: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Terms that end and terms that have ended. A product's term is the longest that was bought for it."""
    terms = (
        purchases.filter((pl.col("date") <= as_of) & pl.col("term_end").is_not_null())
        .group_by("account", "product")
        .agg(pl.col("term_end").max())
        .sort("term_end", "product")
    )
    due, soon = pl.col("term_end") >= as_of, pl.col("term_end") < months_before(as_of, -12)
    return (
        terms.group_by("account")
        .agg(
            next_end=pl.col("term_end").filter(due).first(),
            renewal_product=pl.col("product").filter(due).first(),
            renewals_within_12_months=(due & soon).sum().cast(pl.Int64),
            lapsed_terms=(~due).sum().cast(pl.Int64),
        )
        .with_columns(renewal_in_months=months_until("next_end", as_of))
        .drop("next_end")
    )


def contact_facts(activities: pl.DataFrame, contacts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Whom we met and when. Tasks and notes are no contact, unless a department or role was met in them."""
    met_someone = pl.col("department").is_not_null() | pl.col("role").is_not_null()
    met = activities.filter(
        (pl.col("date") <= as_of) & (~pl.col("kind").is_in(["task", "note"]).fill_null(False) | met_someone)
    )
    ours = met.group_by("account").agg(
        last_contact=pl.col("date").max(),
        contacts_last_12_months=(pl.col("date") > months_before(as_of, 12)).sum().cast(pl.Int64),
        our_people_met=pl.col("our_person").drop_nulls().n_unique().cast(pl.Int64),
    )
    known = contacts.group_by("account").agg(contacts_known=pl.len().cast(pl.Int64))
    both = pl.concat(
        [met.select("account", "department", "role"), contacts.select("account", "department", "role")]
    )
    people = (
        both.with_columns(department=_departments(both["department"]))
        .group_by("account")
        .agg(
            departments_met=pl.col("department").drop_nulls().unique().sort(),
            roles_met=pl.col("role").drop_nulls().unique().sort(),
        )
    )
    return (
        people.join(ours, on="account", how="left")
        .join(known, on="account", how="left")
        .with_columns(
            pl.col("contacts_last_12_months", "our_people_met", "contacts_known").fill_null(0),
            months_since("last_contact", as_of).alias("months_since_contact"),
        )
    )


def _departments(written: pl.Series) -> pl.Series:
    """Departments by their ids in the vocabulary; a department of the user's own stays as written."""
    distinct = written.drop_nulls().unique().to_list()
    return written.replace({name: department_id(name) or name for name in distinct})


def departments_not_met() -> pl.Expr:
    """The departments of the vocabulary that are not in ``departments_met``."""
    every = pl.lit(pl.Series([list(departments())]), dtype=pl.List(pl.String))
    return every.list.set_difference(pl.col("departments_met"))


def opportunity_facts(opportunities: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Open, won and lost opportunities as they stood on ``as_of``; one that closed later was still open."""
    closed = pl.col("closed") <= as_of
    gone = pl.col("vanished").is_not_null() & (pl.col("outcome") == "open")
    rows = opportunities.filter((pl.col("created") <= as_of).fill_null(True) & ~gone.fill_null(False))
    is_open = (pl.col("outcome") == "open") | (pl.col("closed") > as_of).fill_null(False)
    won, lost = (pl.col("outcome") == "won") & ~is_open, (pl.col("outcome") == "lost") & ~is_open
    one_currency = pl.col("currency").filter(is_open).n_unique() <= 1
    return (
        rows.with_columns(
            is_open=is_open.fill_null(False), won=won.fill_null(False), lost=lost.fill_null(False)
        )
        .group_by("account")
        .agg(
            open_opportunities=pl.col("is_open").sum().cast(pl.Int64),
            open_amount=pl.when(one_currency).then(pl.col("amount").filter("is_open").sum()),
            oldest=pl.col("created").filter("is_open").min(),
            won_opportunities=pl.col("won").sum().cast(pl.Int64),
            lost_opportunities=pl.col("lost").sum().cast(pl.Int64),
            last_lost=pl.col("closed").filter(pl.col("lost") & closed).max(),
            open_products=pl.col("product").filter("is_open").drop_nulls().unique().sort(),
        )
        .with_columns(
            months_since("oldest", as_of).alias("months_open"),
            months_since("last_lost", as_of).alias("months_since_lost"),
        )
        .drop("oldest", "last_lost")
    )


def signal_facts(signals: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What an account said, asked and did."""
    return (
        signals.filter(pl.col("date") <= as_of)
        .sort("date", "signal")
        .group_by("account")
        .agg(
            signals=pl.col("signal").unique().sort(),
            signals_last_12_months=(pl.col("date") > months_before(as_of, 12)).sum().cast(pl.Int64),
            last_signal=pl.col("signal").last(),
        )
    )
