"""The trait in words: an account's adoptions, and what the whole territory says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.accounts.histories import Histories
from beachhead.accounts.positions import ALWAYS, NEVER, Floats, Positions
from beachhead.accounts.trait_prior import Groups, TraitPrior

_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MOST, _MOST_LACKING = 4, 2  # adoptions told per account, and what it has not bought
_CHUNK = 200_000  # accounts told at once
_SCHEMA = {"bought": pl.Boolean, "at": pl.Float64, "phrase": pl.String}


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
    none = pl.DataFrame([(None, None, None)], schema=_SCHEMA, orient="row")
    told = [_phrases(item, names.get(item.product, item.product)) for item in histories.items]
    begins = np.cumsum([1, *(part.height for part in told)])
    table = pl.concat([none, *told])
    at, bought = table["at"].fill_null(np.inf).to_numpy(), table["bought"].fill_null(False).to_numpy()
    parts = []
    for start in range(0, len(histories.accounts), _CHUNK):
        part = slice(start, start + _CHUNK)
        ids = np.zeros((len(told) + 1, len(histories.accounts[part])), dtype=np.int64)
        for row, item, begin in zip(ids, histories.items, begins, strict=False):
            np.add(item.code[part], begin - 1, out=row, where=item.code[part] > 0, casting="unsafe")
        have = _firsts(ids, np.where(bought, at, np.inf), _MOST)
        lack = _firsts(ids, np.where(bought, np.inf, at), _MOST_LACKING)
        more = bought[ids].sum(axis=0, dtype=np.int64) - _MOST
        columns = {
            **{f"have{j}": table["phrase"].gather(row) for j, row in enumerate(have)},
            **{f"lack{j}": table["phrase"].gather(row) for j, row in enumerate(lack)},
        }
        parts.append(
            pl.DataFrame({"account": histories.accounts[part], "more": more, **columns}).select(
                "account", words=_sentence()
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema={"account": pl.String, "words": pl.String})


def _firsts(ids: NDArray[np.int64], key: Floats, most: int) -> NDArray[np.int64]:
    """(most, accounts): the ids of each account with the smallest keys, in their order; 0 where
    there is none.
    """
    ids = np.vstack([ids, np.zeros((most, ids.shape[1]), dtype=np.int64)])
    keys = key[ids]
    order = np.argsort(keys, axis=0, kind="stable")[:most]
    return np.where(np.isfinite(np.take_along_axis(keys, order, 0)), np.take_along_axis(ids, order, 0), 0)


def _sentence() -> pl.Expr:
    def joined(names: list[str], separator: str) -> pl.Expr:
        text = pl.concat_str(names, separator=separator, ignore_nulls=True)
        return pl.when(text != "").then(text)

    have = joined([f"have{j}" for j in range(_MOST)], ", ")
    more = pl.when(pl.col("more") > 0).then(pl.format(" and {} more", "more")).otherwise(pl.lit(""))
    lack = pl.lit("not yet ") + joined([f"lack{j}" for j in range(_MOST_LACKING)], " or ")
    words = pl.concat_str(have + more, lack, separator="; ", ignore_nulls=True)
    return pl.when(words == "").then(pl.lit("no history")).otherwise(words)


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
    for item in histories.items:
        if item.apart is not None:
            said.append(
                f"{item.product}: its market stands at {item.apart:.0%}, the territory at {item.fraction_now:.0%}; "
                "that is too far apart to measure accounts by the market."
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
    """bought, at (the order of telling; null: not told), phrase for each interval of one product's
    history.
    """
    until = item.days[:, 1]
    adopted = until < NEVER
    order = np.argsort(until[adopted])
    before = np.append(0, np.cumsum(item.counts[adopted][order]))
    place = before[np.searchsorted(until[adopted][order], until)] + 1
    of, have = f" of {item.adopters} to buy {name}", f"{name} ({item.adopters} of {item.population} have)"
    columns = (item.days, place, item.counts, item.bounds)
    rows: list[tuple[bool, float | None, str | None]] = []
    for (after, last), nth, count, (low, high) in zip(*(c.tolist() for c in columns), strict=True):
        if last == NEVER:  # an account that is not addressable yet is not told of it
            rows.append((False, None, None) if after == ALWAYS else (False, -item.fraction_now, have))
        elif after == ALWAYS:
            rows.append((True, high / 2, f"had {name} by {_date(last)}"))
        elif last - after > 1:
            span = f"between {_date(after + 1)} and {_date(last)}"
            rows.append((True, (low + high) / 2, f"bought {name} {span}"))
        else:
            share = f"{high:.0%}" if high < 1 else f"at least {low:.0%}"
            when = f" when {share} of its market had" if item.from_market else ""
            said = f"{'joint ' if count > 1 else ''}{ordinal(nth)}{of}{when}"
            rows.append((True, (low + high) / 2, said))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _date(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()
