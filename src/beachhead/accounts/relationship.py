"""The relationship with each account: what it bought from whom, whom we met, what renews, what is open.

Every function takes tables and the as-of date, uses only what was known on that day, and gives one row per
account that has any; the facts join them. One pass of each table, so a million accounts are no matter.
"""

from __future__ import annotations

import re
import unicodedata
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
    by_amount &= total > 0
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
            last_purchase_from_us=from_us.last(),
            last_sale=pl.col("date").filter(from_us).max(),
            last_version=pl.col("version").drop_nulls().last(),
            unknown=(~known).any(),
            purchases_from_us=from_us.sum().cast(pl.Int64),
            purchases_elsewhere=elsewhere.sum().cast(pl.Int64),
            bought_direct=(pl.col("sold_by") == "vendor").any(),
            share_from_us=pl.when(by_amount).then(ours / total).otherwise(from_us.sum() / known.sum()),
            share_of_spending=pl.when(by_amount & known.all()).then(ours / total),
            incumbent_partner=pl.col("other").drop_nulls().last(),
            service_partner=pl.col("serviced_by").filter(pl.col("served_by") == "partner").last(),
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
    """Terms that end and terms that have ended: of anybody, of us, of others.

    A product's term is the longest that was bought for it, and belongs to whoever sold that one; nobody's where
    the seller is not known. A term has not lapsed where the product was bought again without one.
    """
    running = pl.col("term_end").is_not_null()
    terms = (
        purchases.filter(pl.col("date") <= as_of)
        .sort("term_end", "date", nulls_last=False)
        .group_by("account", "product")
        .agg(
            pl.col("term_end", "sold_by", "seller", "date").last(),
            again=pl.col("date").filter(~running).max(),
        )
        .filter(running)
        .sort("term_end", "product")
    )
    due, soon = pl.col("term_end") >= as_of, pl.col("term_end") < months_before(as_of, -12)
    over = ~due & ~(pl.col("again") > pl.col("date")).fill_null(False)
    us = (pl.col("sold_by") == "us").fill_null(False)
    them = (pl.col("sold_by") != "us").fill_null(False)
    return (
        terms.group_by("account")
        .agg(
            end=pl.col("term_end").filter(due).first(),
            renewal_product=pl.col("product").filter(due).first(),
            our_end=pl.col("term_end").filter(due & us).first(),
            renewal_from_us_product=pl.col("product").filter(due & us).first(),
            other_end=pl.col("term_end").filter(due & them).first(),
            renewal_elsewhere_product=pl.col("product").filter(due & them).first(),
            renewal_elsewhere_seller=pl.col("seller").filter(due & them).first(),
            renewals_within_12_months=(due & soon).sum().cast(pl.Int64),
            lapsed_terms=over.sum().cast(pl.Int64),
            lapsed_terms_from_us=(over & us).sum().cast(pl.Int64),
            lapsed_terms_elsewhere=(over & them).sum().cast(pl.Int64),
        )
        .with_columns(
            renewal_in_months=months_until("end", as_of),
            renewal_from_us_in_months=months_until("our_end", as_of),
            renewal_elsewhere_in_months=months_until("other_end", as_of),
        )
        .drop("end", "our_end", "other_end")
    )


def contact_facts(activities: pl.DataFrame, contacts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Whom we met and when. Tasks and notes are no contact, unless a department or role was met in them.

    Without any activity nothing is known of when, however many contacts there are.
    """
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
    logged = ["contacts_last_12_months", "our_people_met"] if activities.height else []
    return (
        people.join(ours, on="account", how="left")
        .join(known, on="account", how="left")
        .with_columns(
            pl.col("contacts_known", *logged).fill_null(0),
            months_since("last_contact", as_of).alias("months_since_contact"),
        )
    )


_TELLS_ACTIVITY = re.compile(
    r"last(activity|contact|contacted|interaction|engagement)(date|at|on|timestamp)?|noteslastcontacted|"
    r"(letzte|datumderletzten|datumletzter?)(r|n)?(aktivitat|aktivitaet|kontakt)(en)?|letzterkontakt(am)?|"
    r"(date)?(de)?(la)?derniereactivite|(fechade)?(la)?ultimaactividad|(datada)?ultimaatividade|laatsteactiviteit"
)


def last_activity(accounts: pl.DataFrame, as_of: date) -> pl.Expr:
    """The latest day up to ``as_of`` that a column of ``accounts`` of the user's own gives as that of the last
    activity (a CRM's Last Activity Date, say)."""
    cells = []
    for name in accounts.columns:
        plain = unicodedata.normalize("NFKD", name.casefold())
        if _TELLS_ACTIVITY.fullmatch("".join(c for c in plain if c.isalpha() and c.isascii())):
            dtype = accounts.schema[name]
            day = pl.col(name).cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
            cells.append(pl.col(name).cast(pl.Date) if dtype in (pl.Date, pl.Datetime) else day)
    told = [pl.when(day <= as_of).then(day) for day in cells]
    return pl.max_horizontal(told) if told else pl.lit(None, dtype=pl.Date)


def _departments(written: pl.Series) -> pl.Series:
    """Departments by their ids in the vocabulary; a department of the user's own stays as written."""
    distinct = written.drop_nulls().unique().to_list()
    return written.replace({name: department_id(name) or name for name in distinct})


def departments_not_met() -> pl.Expr:
    """The departments of the vocabulary that are not in ``departments_met``."""
    every = pl.lit(pl.Series([list(departments())]), dtype=pl.List(pl.String))
    return every.list.set_difference(pl.col("departments_met"))


_CALLED_OFF = (
    r"(?i)cancel|withdr[ae]w|abandon|no.?decision|postpon|on.?hold|duplicate|disqualif|annul|storn|"
    r"zurückgezogen|abgesagt|abgebrochen|verschoben"
)
"""Stages of an opportunity that was called off: it was lost to nobody that we know of."""


def opportunity_facts(opportunities: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Open, won, lost and called-off opportunities as they stood on ``as_of``; one that closed later was still
    open. ``last_loss`` and ``last_win``: days, for ``months_since_lost``."""
    closed = pl.col("closed") <= as_of
    gone = pl.col("vanished").is_not_null() & (pl.col("outcome") == "open")
    rows = opportunities.filter((pl.col("created") <= as_of).fill_null(True) & ~gone.fill_null(False))
    is_open = (pl.col("outcome") == "open") | (pl.col("closed") > as_of).fill_null(False)
    won, failed = (pl.col("outcome") == "won") & ~is_open, (pl.col("outcome") == "lost") & ~is_open
    called_off = pl.col("stage").str.contains(_CALLED_OFF).fill_null(False)
    lost, off = failed & ~called_off, failed & called_off
    one_currency = pl.col("currency").filter(is_open).n_unique() <= 1
    return (
        rows.with_columns(
            is_open=is_open.fill_null(False),
            won=won.fill_null(False),
            lost=lost.fill_null(False),
            off=off.fill_null(False),
        )
        .group_by("account")
        .agg(
            open_opportunities=pl.col("is_open").sum().cast(pl.Int64),
            open_amount=pl.when(one_currency).then(pl.col("amount").filter("is_open").sum()),
            oldest=pl.col("created").filter("is_open").min(),
            won_opportunities=pl.col("won").sum().cast(pl.Int64),
            lost_opportunities=pl.col("lost").sum().cast(pl.Int64),
            cancelled_opportunities=pl.col("off").sum().cast(pl.Int64),
            last_loss=pl.col("closed").filter(pl.col("lost") & closed).max(),
            last_win=pl.col("closed").filter(pl.col("won") & closed).max(),
            open_products=pl.col("product").filter("is_open").drop_nulls().unique().sort(),
        )
        .with_columns(months_since("oldest", as_of).alias("months_open"))
        .drop("oldest")
    )


def months_since_lost(as_of: date) -> pl.Expr:
    """Over ``last_loss``, ``last_win`` and ``last_sale``: a loss is history once we have sold something since."""
    sold = pl.max_horizontal("last_win", "last_sale")
    lost = pl.when((sold >= pl.col("last_loss")).fill_null(False)).then(None).otherwise("last_loss")
    return months_since(lost, as_of).alias("months_since_lost")


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
