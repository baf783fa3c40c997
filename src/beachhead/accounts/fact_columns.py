"""The columns of the facts, one row per account: what plays and relationship patterns may ask for."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from beachhead.tables.categories import CATEGORIES
from beachhead.tables.schema import TEXTS, Column

FACTS: tuple[Column, ...] = (
    # the account
    Column("account", pl.String, "the account's id, the CRM's own where it has one"),
    Column("name", pl.String, "name of the firm"),
    Column("kind", pl.String, "customer or prospect", choices=("customer", "prospect")),
    Column("parent", pl.String, "id of the account that it belongs to"),
    Column("segment", pl.String, "segment in your own terms"),
    Column("industry", pl.String, "industry"),
    Column("region", pl.String, "region, state or territory"),
    Column("country", pl.String, "country"),
    Column("size", pl.Int64, "number of employees"),
    Column("owner", pl.String, "who of us looks after it"),
    # where it stands
    Column("standing", pl.String, "likeliest adopter category for the next technology", choices=CATEGORIES),
    Column("p_innovators", pl.Float64, "probability that it is an innovator"),
    Column("p_early_adopters", pl.Float64, "probability that it is an early adopter"),
    Column("p_early_majority", pl.Float64, "probability that it belongs to the early majority"),
    Column("p_late_majority", pl.Float64, "probability that it belongs to the late majority"),
    Column("p_laggards", pl.Float64, "probability that it is a laggard"),
    # what it bought, and from whom
    Column("products_owned", TEXTS, "ids of all products bought from anyone"),
    Column("products_owned_count", pl.Int64, "how many products it owns; 0: known to own none"),
    Column("first_purchase", pl.Date, "day of the first purchase"),
    Column("last_purchase", pl.Date, "day of the last purchase"),
    Column("months_since_first_purchase", pl.Int64, "whole months since the first purchase"),
    Column("months_since_purchase", pl.Int64, "whole months since the last purchase, from anyone"),
    Column("last_product", pl.String, "product of the last purchase"),
    Column("last_quantity", pl.Float64, "quantity of the last purchase"),
    Column("last_seller", pl.String, "who sold the last purchase"),
    Column("last_purchase_from_us", pl.Boolean, "whether we sold the last purchase"),
    Column("last_version", pl.String, "version last known to be installed"),
    Column("bought_from_us", pl.Boolean, "whether we ever sold to it"),
    Column("bought_elsewhere", pl.Boolean, "whether anyone else, or the vendor itself, ever sold to it"),
    Column("bought_direct", pl.Boolean, "whether it ever bought from the vendor itself"),
    Column("purchases_from_us", pl.Int64, "purchases from us"),
    Column("purchases_elsewhere", pl.Int64, "purchases from others, vendors included"),
    Column(
        "share_from_us",
        pl.Float64,
        "our share of what it bought from known sellers, 0 to 1: of amounts, else of purchases",
    ),
    Column(
        "share_of_spending",
        pl.Float64,
        "our share of what it spent, 0 to 1; missing unless all sellers and amounts are known, in one currency",
    ),
    Column("incumbent_partner", pl.String, "the other firm, no vendor, that sold or serves most recently"),
    Column("service_partner", pl.String, "the other firm, no vendor, that serves most recently"),
    Column("sellers", TEXTS, "everyone who sold to it"),
    # whom we met
    Column("last_contact", pl.Date, "day of our last contact"),
    Column("months_since_contact", pl.Int64, "whole months since our last contact; missing: none on record"),
    Column(
        "months_since_activity",
        pl.Int64,
        "whole months since that or since the last activity of any kind that a column of the accounts tells",
    ),
    Column(
        "contacts_last_12_months",
        pl.Int64,
        "calls, meetings, mails and visits in the last twelve months; missing: no activities are logged",
    ),
    Column("departments_met", TEXTS, "departments that we know someone in"),
    Column("departments_met_count", pl.Int64, "how many departments we know someone in"),
    Column("departments_not_met", TEXTS, "departments of the vocabulary that we know no one in"),
    Column("roles_met", TEXTS, "roles that we know"),
    Column("contacts_known", pl.Int64, "how many people we know there"),
    Column("our_people_met", pl.Int64, "how many of us were in contact"),
    # what renews
    Column("renewal_in_months", pl.Int64, "whole months until the next term ends; 0: within a month"),
    Column("renewal_product", pl.String, "product whose term ends next"),
    Column("renewal_from_us_in_months", pl.Int64, "whole months until the next term that we sold ends"),
    Column("renewal_from_us_product", pl.String, "product of that term"),
    Column(
        "renewal_elsewhere_in_months",
        pl.Int64,
        "whole months until the next term that another firm sold ends",
    ),
    Column("renewal_elsewhere_product", pl.String, "product of that term"),
    Column("renewal_elsewhere_seller", pl.String, "the firm that sold it"),
    Column("renewals_within_12_months", pl.Int64, "terms that end within twelve months"),
    Column("lapsed_terms", pl.Int64, "terms that ended without a renewal on record"),
    Column("lapsed_terms_from_us", pl.Int64, "those of them that we sold"),
    Column("lapsed_terms_elsewhere", pl.Int64, "those of them that others sold"),
    # what is open, won, lost
    Column("open_opportunities", pl.Int64, "open opportunities"),
    Column("open_amount", pl.Float64, "their amount; missing where they have several currencies"),
    Column("months_open", pl.Int64, "whole months since the oldest open one was created"),
    Column("won_opportunities", pl.Int64, "opportunities won"),
    Column("lost_opportunities", pl.Int64, "opportunities lost, without those called off"),
    Column(
        "cancelled_opportunities", pl.Int64, "opportunities called off, not lost to anybody that we know of"
    ),
    Column(
        "months_since_lost",
        pl.Int64,
        "whole months since one was last lost; missing where we sold something since",
    ),
    # what it says
    Column("signals", TEXTS, "ids of all signals heard"),
    Column("signals_last_12_months", pl.Int64, "signals heard in the last twelve months"),
    Column("last_signal", pl.String, "the signal heard last"),
    # what fits, what comes next
    Column("fits_now", TEXTS, "products that it could use now: not owned, and all that they need first is"),
    Column("fits_now_count", pl.Int64, "how many products fit now"),
    Column("fits_later", TEXTS, "products that need something else first"),
    Column("next_buy", pl.String, "product of ours that it is likeliest to buy within twelve months"),
    Column("next_buy_probability", pl.Float64, "probability that it does"),
    Column("next_buy_reason", pl.String, "why, in a sentence"),
    Column("pattern", pl.String, "id of the first relationship pattern that it matches"),
    Column("patterns", TEXTS, "ids of all relationship patterns that it matches"),
    Column("references_alike", pl.Int64, "references that may be named, of its segment or its category"),
)

NAMES = tuple(column.name for column in FACTS)
SCHEMA = pl.Schema({column.name: column.dtype for column in FACTS})


def conditions_schema(extra: Mapping[str, pl.DataType] | None = None) -> dict[str, pl.DataType]:
    """Fact → type, for ``Condition.parse``: facts with a list of choices may only be compared with these.

    ``extra``: columns that stand beside the facts (the user's own, an assessment's scores) and their types.
    """
    known = {c.name: pl.Enum(c.choices) if c.choices else SCHEMA[c.name] for c in FACTS}
    return known | dict(extra or {})
