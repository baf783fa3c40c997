"""Where each account stands: the adopter trait and the signals in one posterior, with what each contributes.

P(category) ∝ P(category | adoptions) × Π of the signals' likelihood ratios. Both speak of the category in
which the account adopts the *next* technology. The probability of the likeliest category is
its base rate (Rogers) × ``from_trait`` × ``from_signals``.

>>> standing(workspace)                      # the table
>>> stood = stand(workspace)                 # with the fitted trait, the signals' odds and the notes
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from beachhead.accounts.histories import LATER, NOW, Fits
from beachhead.accounts.sellers import product_ids
from beachhead.accounts.signals import Signals, heard, load_signals, reestimated, signal_odds
from beachhead.accounts.snapshots import Snapshot, Tables, read_tables, snapshot
from beachhead.accounts.trait import Trait, adopter_trait, likeliest
from beachhead.errors import BadInput
from beachhead.tables.categories import CATEGORIES, SHARES
from beachhead.tables.workspace import Workspace

GROUPS = ("segment", "size")
"""Columns of the accounts that may shift the mean of the trait."""
_TOLD = 3  # signals named per account


@dataclass(frozen=True)
class Standing:
    """``table``: as ``standing`` gives it; ``trait``: of today; ``odds``: account and the signals'
    factor per category.

    ``signals``: the ratios in force; ``notes``: what the answer rests on, a sentence each.
    """

    workspace: Workspace
    table: pl.DataFrame
    trait: Trait
    odds: pl.DataFrame
    signals: Signals
    notes: list[str]

    def trait_of(self, tables: Tables, snap: Snapshot) -> Trait:
        """The adopter trait as it was known on the day of a snapshot."""
        try:
            curves = market_curves(self.workspace, snap.day)
        except BadInput:  # no figure of any market was known yet on that day
            curves = None
        return fit_trait(tables, snap, curves)


def standing(workspace: Workspace) -> pl.DataFrame:
    """One row per account, in the order of the accounts.

    account, innovators … laggards (they sum to 1), category (the likeliest), trait with trait-lo-80 and
    trait-hi-80 (standard deviations of adoption time, negative is early), from_trait and from_signals (how
    many times likelier the history, then the signals, make that category), why (in words).
    """
    return stand(workspace).table


def stand(workspace: Workspace) -> Standing:
    """The standing of all accounts of a workspace on its as-of day, with all that it rests on.

    Without a table of accounts, these are whoever bought. A column ``category`` of the accounts' own, where
    somebody wrote down what they are, teaches the signals' likelihood ratios.
    """
    tables, day = read_tables(workspace), workspace.as_of
    markets = market_curves(workspace, day)
    if _restricted(tables.products):
        trait = fit_trait(tables, snapshot(tables, day), markets)
    else:
        trait = _fitted(tables, tables.purchases, None, day, markets)
    log = workspace.table("signals").filter(pl.col("vanished").is_null())
    signals = load_signals(workspace.files("signals"))
    counted, strange = heard(log, signals, workspace.as_of)
    if "category" in tables.accounts.columns:
        signals = reestimated(signals, counted, tables.accounts.select("account", "category"))
    odds = signal_odds(counted, signals)
    names = dict(tables.products.select("product", pl.coalesce("name", "product")).iter_rows())
    table = combine(trait, odds, _why(trait, counted, signals, names))
    notes = [*trait.notes, *_about_signals(counted, signals), *strange]
    return Standing(workspace, table, trait, odds, signals, notes)


def fit_trait(tables: Tables, snap: Snapshot, markets: pl.DataFrame | None = None) -> Trait:
    """The adopter trait as a snapshot knew it. ``markets``: product, ds, fraction."""
    fit = np.where(snap.later, LATER, np.where(snap.waiting, NOW, 0)).astype(np.int8)
    able = (
        {product: fit[:, k] for k, product in enumerate(snap.products)}
        if _restricted(tables.products)
        else None
    )
    return _fitted(tables, snap.first, able, snap.day, markets)


def _fitted(
    tables: Tables,
    bought: pl.DataFrame,
    addressable: Mapping[str, Fits] | None,
    day: dt.date,
    markets: pl.DataFrame | None,
) -> Trait:
    """The adopter trait, its mean shifted by segment and size where these vary."""
    groups = [
        g for g in GROUPS if g in tables.accounts.columns and tables.accounts[g].drop_nulls().n_unique() > 1
    ]
    ids = product_ids(bought["product"], tables.products)
    return adopter_trait(
        bought.select("account", "date", product=ids),
        tables.accounts,
        addressable=addressable,
        markets=markets,
        as_of=day,
        groups=groups,
    )


def _restricted(products: pl.DataFrame) -> bool:
    """Whether some products fit some accounts only later or never: they need others first, or compete."""
    return products.select("need", "needs_first").null_count().sum_horizontal().item() < 2 * products.height


def market_curves(workspace: Workspace, as_of: dt.date) -> pl.DataFrame | None:
    """product, ds, fraction: the life-cycle curve of the market of each product that has one, as
    known on a day.
    """
    of = workspace.table("products").select("product", unique_id="market").drop_nulls()
    if of.is_empty() or workspace.path("adoption") is None:
        return None
    from beachhead.market.fit import fit

    curve = fit(workspace.adoption_on(as_of)).curve().with_columns(pl.col("unique_id").cast(pl.String))
    return curve.join(of, on="unique_id").select("product", "ds", "fraction")


def combine(trait: Trait, odds: pl.DataFrame, why: pl.Series) -> pl.DataFrame:
    """The table of ``standing`` from the trait, the signals' ``odds`` (account, categories) and
    ``why`` in words, in the order of the accounts.
    """
    accounts = trait.accounts
    factors = (
        accounts.select("account")
        .join(odds, on="account", how="left", maintain_order="left")
        .select(pl.col(CATEGORIES).fill_null(1.0))
        .to_numpy()
    )
    by_trait = accounts.select(CATEGORIES).to_numpy()
    found = by_trait * factors
    found /= found.sum(axis=1, keepdims=True)
    row, best = np.arange(len(found)), found.argmax(axis=1)
    share = np.array(SHARES)[best]
    return pl.DataFrame(
        {
            "account": accounts["account"],
            **{c: found[:, j] for j, c in enumerate(CATEGORIES)},
            "category": likeliest(found),
            **accounts.select("trait", "trait-lo-80", "trait-hi-80").to_dict(),
            "from_trait": by_trait[row, best] / share,
            "from_signals": found[row, best] / by_trait[row, best],
            "why": why,
        }
    )


def _why(trait: Trait, counted: pl.DataFrame, signals: Signals, names: Mapping[str, str]) -> pl.Series:
    """Past adoptions of each account, then its latest signals with their dates."""
    said = (
        counted.with_columns(
            phrase=pl.format(
                "{} ({})", pl.col("signal").replace_strict(signals.names, return_dtype=pl.String), "date"
            )
        )
        .group_by("account", maintain_order=True)
        .agg(pl.col("phrase").head(_TOLD), more=pl.len().cast(pl.Int64) - _TOLD)
        .select(
            "account",
            said=pl.col("phrase").list.join(", ")
            + pl.when(pl.col("more") > 0).then(pl.format(" and {} more", "more")).otherwise(pl.lit("")),
        )
    )
    words = trait.words(names).join(said, on="account", how="left", maintain_order="left")
    return words.select(
        pl.concat_str("words", "said", separator="; signals: ", ignore_nulls=True)
    ).to_series()


def _about_signals(counted: pl.DataFrame, signals: Signals) -> Sequence[str]:
    if counted.is_empty():
        return ["No signals are logged: standing rests on past purchases alone."]
    learned = int(signals.observed.sum())
    basis = (
        f"moved by {learned} signals of accounts whose category is known"
        if learned
        else "judgement: no account's category is known"
    )
    heard_of = counted["account"].n_unique()
    return [f"{counted.height} signals of {heard_of} accounts count; their likelihood ratios are {basis}."]
