"""From purchases to markets: first purchases per account become adoption series that the market room answers.

The adopter is the account, its first purchase the adoption, and the potential is bounded by the accounts
that could ever use the product. A territory is small and selective: ``territory_notes`` says what that does
to its standing.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

import polars as pl

from beachhead.accounts.sellers import product_ids
from beachhead.errors import BadQuestion, did_you_mean

LEAST_ADDRESSABLE = 0.5
"""Judgement: in the end at least half of the addressable accounts adopt (lower end of an 80 % range)."""
LATER_COUNTS = 0.25
"""Judgement: how much an account that needs something else first counts among the addressable."""
MOSTLY = 0.8  # share of customers above which prospects seem to be missing
LEFT_OUT = 0.15  # share of first purchases in the first half year above which earlier ones seem to be missing

_SIZE = (
    "{} of {} addressable accounts have it, {:.0%}; in a territory of this size chance alone makes that "
    "{:.0%} to {:.0%}"
)
_NO_SAMPLE = (
    "its market stands at {:.0%}, the territory at {:.0%}: accounts are in a list because someone sells to "
    "them, so a territory is no sample of its market"
)
_NO_PROSPECTS = (
    "nearly all accounts are customers: those that never bought are missing, so the fraction is too high"
)
_LATE_START = (
    "{} first purchases fall in the first half year of the data: some of these accounts had it before, so "
    "the curve begins too late and too steep"
)

PERIODS = {"M": 1, "Q": 3, "Y": 12}


def first_purchases(purchases: pl.DataFrame, products: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """account, product (as id), date: the first purchase of each, not after ``as_of``."""
    return (
        purchases.select("account", "date", product=product_ids(purchases["product"], products))
        .filter(pl.col("date") <= as_of)
        .group_by("account", "product")
        .agg(pl.col("date").min())
        .select("account", "product", "date")
    )


def territory_adoption(
    first: pl.DataFrame,
    accounts: pl.DataFrame,
    as_of: date,
    *,
    addressable: pl.DataFrame | None = None,
    names: dict[str, str] | None = None,
    freq: str = "Q",
    by: str | None = None,
) -> pl.DataFrame:
    """An adoption table of the territory: accounts that have each product at the end of each period (a
    stock).

    ``first``: as ``first_purchases`` gives it. ``addressable``: account, product of the pairs that come
    into question (default: all), with a column ``fit`` (now, later, never) as the whitespace has it, if known;
    a pair that was bought is one. ``by``: a column of ``accounts`` such as
    segment or region, for a series per product and value; accounts without one are left out of these.
    Periods end with the last that is over on ``as_of``. Columns: unique_id (product, or "product / value"),
    ds, y, kind, freq, name, unit, potential_low, potential_high, ceiling. ``beachhead.fit`` takes it as it
    is.
    """
    if freq not in PERIODS:
        raise BadQuestion(f"Purchases can be counted by M, Q or Y, not by {freq!r}.")
    if by is not None and by not in accounts.columns:
        raise BadQuestion(
            f"There is no column {by!r} among the accounts{did_you_mean(by, accounts.columns)}."
        )
    of = accounts.select("account", group=pl.col(by) if by else pl.lit("")).drop_nulls()
    bought = first.join(of, on="account")
    ends = _period_ends(bought["date"].min(), as_of, freq)  # type: ignore[arg-type]
    series = _addressable_counts(bought, of, addressable)
    if not ends or series.height == 0:
        return pl.DataFrame(schema=_SCHEMA)
    dated = bought.with_columns(ds=_end_of(pl.col("date"), freq))
    counted = dated.group_by("product", "group", "ds").agg(n=pl.len().cast(pl.Int64))
    grid = series.join(pl.DataFrame({"ds": ends}), how="cross")
    levels = (
        grid.join(counted, on=["product", "group", "ds"], how="left")
        .sort("product", "group", "ds")
        .with_columns(y=pl.col("n").fill_null(0).cum_sum().over("product", "group").cast(pl.Float64))
    )
    # One period of nothing before the first purchase: the series then says when it began.
    begun = pl.col("y").shift(-1, fill_value=0.0).over("product", "group", order_by="ds") > 0
    named = pl.col("product").replace(names or {})
    joined = (
        pl.when(pl.col("group") != "").then(pl.format("{} / {}", "product", "group")).otherwise("product")
    )
    title = pl.when(pl.col("group") != "").then(pl.format("{}, {}", named, "group")).otherwise(named)
    return levels.filter(begun | (pl.col("y") > 0)).select(
        unique_id=joined,
        ds="ds",
        y="y",
        kind=pl.lit("stock"),
        freq=pl.lit(freq),
        name=title,
        unit=pl.lit("accounts"),
        potential_low=pl.max_horizontal(
            LEAST_ADDRESSABLE * pl.col("likely"), pl.col("adopters").cast(pl.Float64)
        ),
        potential_high=pl.max_horizontal("likely", pl.col("adopters").cast(pl.Float64)),
        ceiling=pl.col("addressable").cast(pl.Float64),
    )


_SCHEMA = {
    "unique_id": pl.String,
    "ds": pl.Date,
    "y": pl.Float64,
    "kind": pl.String,
    "freq": pl.String,
    "name": pl.String,
    "unit": pl.String,
    "potential_low": pl.Float64,
    "potential_high": pl.Float64,
    "ceiling": pl.Float64,
}


def _addressable_counts(
    bought: pl.DataFrame, of: pl.DataFrame, addressable: pl.DataFrame | None
) -> pl.DataFrame:
    """product, group, addressable, likely (the same, later ones counting less), adopters: a row per series."""
    adopters = bought.group_by("product", "group").agg(adopters=pl.len().cast(pl.Int64))
    if addressable is None:
        everyone = of.group_by("group").agg(addressable=pl.len().cast(pl.Int64))
        counts = adopters.join(everyone, on="group").with_columns(
            likely=pl.col("addressable").cast(pl.Float64)
        )
        return counts.sort("product", "group")
    fit = pl.col("fit") if "fit" in addressable.columns else pl.lit("now")
    others = addressable.select("account", "product", fit=fit).filter(pl.col("fit") != "never")
    has = bought.select("account", "product", fit=pl.lit("now"))
    pairs = pl.concat([has, others]).unique(["account", "product"], keep="first", maintain_order=True)
    counts = (
        pairs.join(of, on="account")
        .group_by("product", "group")
        .agg(
            addressable=pl.len().cast(pl.Int64),
            likely=pl.when(pl.col("fit") == "later").then(LATER_COUNTS).otherwise(1.0).sum(),
        )
    )
    return adopters.join(counts, on=["product", "group"]).sort("product", "group")


def _period_ends(start: date | None, as_of: date, freq: str) -> list[date]:
    """The last days of the periods that are over on ``as_of``, from the one before ``start`` on."""
    if start is None:
        return []
    step = PERIODS[freq]
    month = (start.year * 12 + start.month - 1) // step * step
    ends = []
    while (end := date((month) // 12, month % 12 + 1, 1) - timedelta(days=1)) <= as_of:
        ends.append(end)
        month += step
    return ends


def _end_of(day: pl.Expr, freq: str) -> pl.Expr:
    every = {"M": "1mo", "Q": "1q", "Y": "1y"}[freq]
    return day.dt.truncate(every).dt.offset_by(every).dt.offset_by("-1d")


def territory_notes(
    first: pl.DataFrame,
    accounts: pl.DataFrame,
    *,
    addressable: pl.DataFrame | None = None,
    markets: dict[str, float] | None = None,
) -> pl.DataFrame:
    """unique_id (product), note: what a small and selective territory does to the standing of each product.

    ``markets``: product → fraction that its whole market has reached, where that is known.
    """
    everyone = accounts.select("account", group=pl.lit(""))
    counts = _addressable_counts(first.join(everyone, on="account"), everyone, addressable)
    customers = (accounts["kind"] == "customer").sum() if "kind" in accounts.columns else 0
    begins = first["date"].min() if first.height else None
    early = (
        first.filter(pl.col("date") < pl.lit(begins, dtype=pl.Date).dt.offset_by("6mo"))
        .group_by("product")
        .len()
    )
    begun = dict(early.iter_rows())
    rows: list[tuple[str, str]] = []
    for product, adopters, total in counts.select("product", "adopters", "addressable").iter_rows():
        share = adopters / total
        spread = 1.28 * math.sqrt(share * (1 - share) / total)  # 80 % of a binomial distribution
        low, high = max(share - spread, 0), min(share + spread, 1)
        said = [_SIZE.format(adopters, total, share, low, high)]
        market = (markets or {}).get(product)
        if market is not None and not low <= market <= high:
            said.append(_NO_SAMPLE.format(market, share))
        if customers > MOSTLY * accounts.height:
            said.append(_NO_PROSPECTS)
        if begun.get(product, 0) > LEFT_OUT * adopters:
            said.append(_LATE_START.format(begun[product]))
        rows += [(product, note.replace("%", " %")) for note in said]
    return pl.DataFrame(rows, schema={"unique_id": pl.String, "note": pl.String}, orient="row")
