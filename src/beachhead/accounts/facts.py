"""Facts: one row per account with every column of ``fact_columns.FACTS``: the table that plays and patterns
ask.

A fact is missing (null) where nothing can be known about it: without a table of purchases nothing is known
of what an account owns. Where the table is there and an account is not in it, it owns nothing: 0, no, an
empty list.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from beachhead.accounts import relationship
from beachhead.accounts.fact_columns import NAMES, SCHEMA, conditions_schema
from beachhead.accounts.months import months_since
from beachhead.accounts.patterns import load_patterns, match_patterns
from beachhead.accounts.sellers import with_sellers
from beachhead.accounts.snapshots import read_tables
from beachhead.accounts.whitespace import fit_facts
from beachhead.tables import accounts as accounts_table
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace

OWN_NAME = "_own"  # behind a column of the user's own that is called as a fact is


def facts(workspace: Workspace) -> pl.DataFrame:
    """The facts of all accounts of ``workspace``, then every column of its accounts table that is not
    defined.

    Accounts that the last import did not bring any more are left out. ``territory`` gives the same together
    with all that it rests on.
    """
    from beachhead.accounts.territory import territory

    return territory(workspace).facts


def compose(
    workspace: Workspace, relations: pl.DataFrame, standing: pl.DataFrame, next_buys: pl.DataFrame
) -> pl.DataFrame:
    """Joins what is known of each account and matches the patterns; the columns in their order.

    ``relations``: as ``relations_of`` gives it; ``standing``: as ``standing`` does; ``next_buys``: account,
    next_buy, next_buy_probability, next_buy_reason.
    """
    stands = standing.select("account", *(pl.col(c).alias(f"p_{c}") for c in CATEGORIES), standing="category")
    table = relations.join(stands, on="account", how="left").join(next_buys, on="account", how="left")
    table = table.join(_references_alike(table, workspace), on="account", how="left")
    extra = {name: dtype for name, dtype in table.schema.items() if name not in NAMES}
    patterns = load_patterns(workspace.files("patterns"), conditions_schema(extra))
    return match_patterns(table, patterns).select(*(pl.col(n).cast(SCHEMA[n]) for n in NAMES), *extra)


def relations_of(workspace: Workspace) -> pl.DataFrame:
    """What the tables say of each account: all but standing, next purchases, references and patterns."""
    as_of = workspace.as_of
    tables = {name: workspace.table(name) for name in ("purchases", "activities", "contacts", "signals")}
    opportunities, products = workspace.table("opportunities"), workspace.table("products")
    purchases = with_sellers(tables["purchases"], products, workspace.table("partners"), workspace.us)
    accounts = _with_own_columns(read_tables(workspace).accounts)
    bought = relationship.purchase_facts(purchases, as_of)
    renewals = relationship.renewal_facts(purchases, as_of)
    contacts = relationship.contact_facts(
        tables["activities"], tables["contacts"].filter(pl.col("vanished").is_null()), as_of
    )
    table = accounts
    for found, source in (
        (bought, purchases.height),
        (renewals, purchases.height),
        (contacts, tables["activities"].height + tables["contacts"].height),
        (relationship.opportunity_facts(opportunities, as_of), opportunities.height),
        (relationship.signal_facts(tables["signals"], as_of), tables["signals"].height),
    ):
        table = _joined(table, found, known=source > 0)
    if tables["activities"].is_empty():  # contacts alone say nothing of when we spoke
        table = table.with_columns(
            pl.lit(None, pl.Int64).alias(name) for name in ("contacts_last_12_months", "our_people_met")
        )
    told = relationship.last_activity(accounts, as_of)
    table = table.with_columns(
        relationship.months_since_lost(as_of),
        months_since(pl.max_horizontal("last_contact", told), as_of).alias("months_since_activity"),
        departments_met_count=pl.col("departments_met").list.len().cast(pl.Int64),
        departments_not_met=relationship.departments_not_met(),
    )
    return table.drop("open_products", "last_loss", "last_win", "last_sale", "last_activity").join(
        fit_facts(table, products), on="account", how="left"
    )


def _with_own_columns(accounts: pl.DataFrame) -> pl.DataFrame:
    """Accounts with the user's own columns, those that are called as a fact is under another name.

    In a text file every column of the user's own is text; it is taken for what every one of its cells looks like.
    """
    own = [c for c in accounts.columns if c not in accounts_table.TABLE.names]
    typed = accounts.with_columns(_typed(accounts[c]) for c in own)
    return typed.drop("domain", "vanished").rename({c: f"{c}{OWN_NAME}" for c in own if c in NAMES})


def _typed(column: pl.Series) -> pl.Series:
    """Text as numbers, dates or yes-or-no where all of it is; codes such as 007 stay text."""
    cells = column.drop_nulls()
    if column.dtype != pl.String or cells.is_empty():
        return column
    for looks, read in _LOOKS.items():
        if cells.str.contains(looks).all():
            return read(column)
    return column


_LOOKS: dict[str, Callable[[pl.Series], pl.Series]] = {
    r"^-?(0|[1-9]\d{0,17})$": lambda text: text.cast(pl.Int64),
    r"^-?(0|[1-9]\d{0,17})(\.\d+)?$": lambda text: text.cast(pl.Float64),
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$": lambda text: text.str.to_date(strict=False),
    r"^(?i:true|false)$": lambda text: text.str.to_lowercase() == "true",
}


# What is so when an account does not occur in a table that is there.
_NONE_OF_IT: dict[pl.DataType | type[pl.DataType], object] = {pl.Int64: 0, pl.Boolean: False}
_ONLY_IF_ANY = ("months_", "renewal_", "share_", "last_", "open_amount")


def _joined(table: pl.DataFrame, found: pl.DataFrame, *, known: bool) -> pl.DataFrame:
    joined = table.join(found, on="account", how="left")
    absent = ~joined["account"].is_in(found["account"].implode())
    if not known or (found.height and absent.all()):  # ids of which none fits say nothing of anybody
        return joined
    fills = []
    for name in found.columns:
        dtype = found.schema[name]
        if name == "account" or name.startswith(_ONLY_IF_ANY):
            continue
        if isinstance(dtype, pl.List):
            fills.append(pl.when(absent).then(pl.lit([], dtype=dtype)).otherwise(name).alias(name))
        elif dtype in _NONE_OF_IT:
            fills.append(
                pl.when(absent).then(pl.lit(_NONE_OF_IT[dtype], dtype=dtype)).otherwise(name).alias(name)
            )
    return joined.with_columns(fills)


def _references_alike(table: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    """account, references_alike: others' references of the same segment or category that may be named."""
    references = workspace.table("references").filter(pl.col("vanished").is_null())
    who = table.select("account", "segment", "standing")
    if references.height == 0:
        return who.select("account", references_alike=pl.lit(None, dtype=pl.Int64))
    named = (
        references.filter(pl.col("may_be_named").fill_null(False))
        .join(who.select("account", own="segment", stands="standing"), on="account", how="left")
        .select("account", segment=pl.coalesce("segment", "own"), category=pl.coalesce("category", "stands"))
    )

    def count(keys: dict[str, str]) -> pl.Series:
        """References per combination of ``keys`` (column of who → column of named), aligned with ``who``."""
        per = named.group_by(list(keys.values())).agg(n=pl.len().cast(pl.Int64))
        joined = who.join(
            per, left_on=list(keys), right_on=list(keys.values()), how="left", maintain_order="left"
        )
        return joined["n"].fill_null(0)

    alike = count({"segment": "segment"}) + count({"standing": "category"})
    both = count({"segment": "segment", "standing": "category"})
    own = named.join(who, on="account", suffix="_of").filter(
        (pl.col("segment") == pl.col("segment_of")) | (pl.col("category") == pl.col("standing"))
    )
    of_itself = who.join(
        own.group_by("account").agg(n=pl.len().cast(pl.Int64)),
        on="account",
        how="left",
        maintain_order="left",
    )
    return who.select("account", references_alike=alike - both - of_itself["n"].fill_null(0))
