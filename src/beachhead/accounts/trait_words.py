"""The trait in words: an account's adoptions, and what the whole territory says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from beachhead.accounts.histories import Histories
from beachhead.accounts.positions import ALWAYS, NEVER, Positions
from beachhead.accounts.trait_prior import Groups, TraitPrior

_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MOST = 4  # adoptions told per account


def ordinal(n: int) -> str:
    """``first`` … ``tenth``, then ``11th``, ``22nd``."""
    if n <= len(_WORDS):
        return _WORDS[n - 1]
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def history_words(histories: Histories, names: Mapping[str, str]) -> pl.DataFrame:
    """account, words: "third of 61 to buy server virtualisation, 40th of 52 to buy desktop virtualisation".

    The earliest adoptions come first, four at most; then what it has not bought yet, widest spread first.
    ``names``: names of products, where there are any.
    """
    rows = pl.DataFrame({"row": np.arange(len(histories.accounts), dtype=np.uint32)})
    told = [_phrases(item, names.get(item.product, item.product)) for item in histories.items]
    parts = [
        pl.DataFrame({"row": rows["row"], "code": item.code}).join(phrases, on="code")
        for item, phrases in zip(histories.items, told, strict=True)
    ]
    if not parts:
        parts = [
            pl.DataFrame(
                schema={"row": pl.UInt32, "bought": pl.Boolean, "at": pl.Float64, "phrase": pl.String}
            )
        ]
    every = pl.concat([p.select("row", "bought", "at", "phrase") for p in parts]).sort("row", "at")
    bought = (
        every.filter("bought")
        .group_by("row", maintain_order=True)
        .agg(pl.col("phrase").head(_MOST), more=pl.len().cast(pl.Int64) - _MOST)
        .select(
            "row",
            bought=pl.col("phrase").list.join(", ")
            + pl.when(pl.col("more") > 0).then(pl.format(" and {} more", "more")).otherwise(pl.lit("")),
        )
    )
    lacking = (
        every.filter(~pl.col("bought"))
        .group_by("row", maintain_order=True)
        .agg(pl.col("phrase").head(2))
        .select("row", lacking=pl.lit("not yet ") + pl.col("phrase").list.join(" or "))
    )
    words = pl.concat_str("bought", "lacking", separator="; ", ignore_nulls=True)
    return (
        rows.join(bought, on="row", how="left", maintain_order="left")
        .join(lacking, on="row", how="left", maintain_order="left")
        .select(
            account=histories.accounts,
            words=pl.when(words == "").then(pl.lit("no history")).otherwise(words),
        )
    )


def notes(prior: TraitPrior, histories: Histories) -> list[str]:
    """What the answer rests on, a sentence each."""
    said = [_about_rho(prior), *_about_curves(histories)]
    if prior.offset:
        side = "later" if prior.offset > 0 else "earlier"
        said.append(
            f"The territory is {abs(prior.offset):.1f} standard deviations {side} than the markets that it "
            "is measured against."
        )
    for group in prior.groups if prior.rho.told else ():
        said.append(_about_group(group, prior))
    if prior.sampled < len(histories.accounts):
        said.append(f"ρ was estimated on {prior.sampled} of the {len(histories.accounts)} accounts.")
    if histories.strangers:
        said.append(
            f"{histories.strangers} adoptions were left out: their accounts are not in the table of accounts."
        )
    return said


def _about_rho(prior: TraitPrior) -> str:
    rho = prior.rho
    if not rho.told:
        return (
            "The data cannot tell how far earliness carries over from one product to the next; "
            f"ρ = {rho.value:.2f} is used, which is judgement."
        )
    measured = f"ρ = {rho.value:.2f} (95 % interval {rho.low:.2f} to {rho.high:.2f})"
    if rho.value < 0.15:
        return (
            "How early an account bought says little about what it buys next, so the categories stay near "
            f"the base rates: {measured}."
        )
    much = "something" if rho.value < 0.5 else "much"
    return f"How early an account bought says {much} about what it buys next: {measured}."


def _about_curves(histories: Histories) -> list[str]:
    said = []
    own = [p.product for p in histories.items if not p.from_market]
    market = [p.product for p in histories.items if p.from_market]
    if own:
        said.append(
            f"{_listed(own)}: positions are those among the territory's own addressable accounts; accounts "
            "that never buy count as the last."
        )
    if market:
        said.append(
            f"{_listed(market)}: positions are read from the market's curve, a fraction of all that will buy "
            "in the end."
        )
    return said


def _about_group(group: Groups, prior: TraitPrior) -> str:
    if group.share == 0:
        return f"{group.column} says nothing about how early an account buys, beyond chance."
    order = np.argsort(group.effect)
    first, last = int(order[0]), int(order[-1])
    return (
        f"{group.column} accounts for {group.share:.0%} of ρ: {group.names[first]} buys earliest "
        f"({group.effect[first]:+.2f}), {group.names[last]} latest ({group.effect[last]:+.2f} standard "
        "deviations)."
    )


def _listed(products: list[str]) -> str:
    return (
        ", ".join(products)
        if len(products) <= 6
        else f"{', '.join(products[:5])} and {len(products) - 5} more"
    )


def _phrases(item: Positions, name: str) -> pl.DataFrame:
    """code, bought, at (the order of telling), phrase for each interval of one product's history."""
    high_day = item.days[:, 1]
    adopted = high_day < NEVER
    buyers = item.adopters
    rows = []
    for j in range(len(item.days)):
        if not adopted[j]:
            phrase = f"{name} ({buyers} of {item.population} have)"
            at = -item.fraction_now
        else:
            before = int(item.counts[adopted & (high_day < high_day[j])].sum())
            phrase, at = _bought(item, j, name, before, buyers), float(item.bounds[j].mean())
        rows.append((j + 1, bool(adopted[j]), at, phrase))
    schema = {"code": pl.UInt32, "bought": pl.Boolean, "at": pl.Float64, "phrase": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _bought(item: Positions, j: int, name: str, before: int, buyers: int) -> str:
    after, until = int(item.days[j, 0]), int(item.days[j, 1])
    if after == ALWAYS:
        return f"had {name} by {_date(until)}"
    if until - after > 1:
        return f"bought {name} between {_date(after + 1)} and {_date(until)}"
    joint = "joint " if item.counts[j] > 1 else ""
    when = f" when {item.bounds[j, 1]:.0%} of its market had" if item.from_market else ""
    return f"{joint}{ordinal(before + 1)} of {buyers} to buy {name}{when}"


def _date(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()
