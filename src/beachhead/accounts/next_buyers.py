"""Who buys what next: the probability that an account adopts a product within 3, 6, 9 and 12 months.

How many buy is the market's forecast for the territory; who they are is told by each account's standing, by
what it owns and is offered, and by how it bought and talked so far (``buying``). So the probabilities of a
product sum to its forecast, at each horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.accounts.buying import PRIOR, Weights, calibrated, learn, signs
from beachhead.accounts.markets import territory_adoption
from beachhead.accounts.months import months_before
from beachhead.accounts.snapshots import Snapshot, Tables, bought_between, snapshot

if TYPE_CHECKING:
    from beachhead.accounts.trait import Trait

Floats = NDArray[np.float64]

MONTHS = (3, 6, 9, 12)
SHORTEST = 6  # quarters of a series below which its forecast would be little but prior
QUARTERS = 6  # that reach twelve months beyond the as-of day, wherever in a quarter it lies
FEWEST_LAUNCHES = 3  # products from whose first year that of a new one is guessed
CAUTION = 0.75
"""What was learned from one year holds a little less in the next: log odds are shrunk by this factor. Chosen on the
synthetic territory at three cut-off days, where probabilities above 0.4 came out too high without it."""
LEARN_FROM = 20_000  # accounts; more teach the five weights nothing
NEW = "(a product without a history)"
WITHIN = tuple(f"within-{m}" for m in MONTHS)

INTERVAL = ("buyers-lo-80", "buyers-hi-80")

TraitOf = Callable[[Tables, Snapshot], "Trait"]


@dataclass(frozen=True)
class NextBuyers:
    """``within``: (accounts, products, MONTHS) probabilities; 0 where an account is not waiting for a
    product.

    ``expected``: product, months, buyers (what the market's forecast says, at most those waiting; with its 80 %
    interval, missing where there is no forecast), waiting (accounts that could). ``notes``: what there is to say of
    which products.
    """

    snapshot: Snapshot
    within: NDArray[np.float32]
    expected: pl.DataFrame
    weights: Weights
    notes: list[tuple[str, list[str]]] = field(default_factory=list)

    def ranked(self, products: list[str] | None = None, top: int | None = None) -> pl.DataFrame:
        """account, product, within-3 … within-12 of all pairs that are waiting, likeliest first.

        ``products``: only these; ``top``: only the first so many of each product.
        """
        parts = []
        for k, product in enumerate(self.snapshot.products):
            if products is not None and product not in products:
                continue
            rows = np.flatnonzero(self.snapshot.waiting[:, k])
            rows = rows[np.argsort(-self.within[rows, k, -1], kind="stable")][:top]
            columns = {name: self.within[rows, k, j].astype(np.float64) for j, name in enumerate(WITHIN)}
            parts.append(
                pl.DataFrame(
                    {
                        "account": self.snapshot.accounts.gather(rows),
                        "product": pl.repeat(product, len(rows), eager=True, dtype=pl.String),
                        **columns,
                    }
                )
            )
        schema = {"account": pl.String, "product": pl.String, **dict.fromkeys(WITHIN, pl.Float64)}
        found = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
        return found.sort("within-12", descending=True, maintain_order=True)

    def best_of_each(self, products: list[str]) -> pl.DataFrame:
        """account, next_buy, next_buy_probability: the likeliest of ``products`` within a year."""
        columns = [k for k, p in enumerate(self.snapshot.products) if p in products]
        chance = np.where(self.snapshot.waiting, self.within[:, :, -1], 0)[:, columns]
        best = chance.argmax(axis=1) if columns else np.zeros(len(chance), dtype=np.int64)
        top = chance.max(axis=1) if columns else np.zeros(len(chance))
        names = pl.Series([self.snapshot.products[k] for k in columns] or [""], dtype=pl.String)
        return pl.DataFrame(
            {"account": self.snapshot.accounts, "next_buy": names.gather(best), "next_buy_probability": top}
        ).with_columns(
            pl.when(pl.col("next_buy_probability") > 0).then("next_buy"),
            pl.when(pl.col("next_buy_probability") > 0).then("next_buy_probability").cast(pl.Float64),
        )


def predict(
    tables: Tables,
    as_of: date,
    *,
    trait_of: TraitOf,
    odds: pl.DataFrame | None = None,
    trait: Trait | None = None,
) -> NextBuyers:
    """Who of ``tables`` buys what after ``as_of``.

    ``trait_of`` fits the adopter trait to what a snapshot knew (``standing`` does); ``trait`` is that of
    today, if it is there already. ``odds``: what signals say, a factor per category and account.
    """
    now = snapshot(tables, as_of)
    expected, notes = _expected(tables, now)
    buyers = expected["buyers"].to_numpy().reshape(len(now.products), len(MONTHS))
    weights = _learned(tables, as_of, trait_of)
    trait = trait_of(tables, now) if trait is None else trait
    within = np.zeros((*now.waiting.shape, len(MONTHS)), dtype=np.float32)
    for k in range(
        len(now.products)
    ):  # one product at a time: a million accounts × all products would not fit
        rows = now.waiting[:, k]
        chance = _trait_chance(trait, now, k, float(buyers[k, -1]), odds)
        score = CAUTION * (signs(now, chance, k)[rows] @ weights.values)
        within[rows, k] = calibrated(score, buyers[k])
    return NextBuyers(now, within, expected, weights, notes)


def _learned(tables: Tables, as_of: date, trait_of: TraitOf) -> Weights:
    """Weights from the last twelve months, on at most LEARN_FROM accounts, evenly drawn.

    Judgement where there are not twelve months before these: what an account did until then could not be seen.
    """
    begins = tables.purchases["date"].min()
    if begins is None or begins > months_before(as_of, 24):  # type: ignore[operator]
        return Weights(PRIOR)
    accounts = tables.accounts
    if accounts.height > LEARN_FROM:
        tables = tables.of(accounts.gather_every(accounts.height // LEARN_FROM))
    then = snapshot(tables, months_before(as_of, 12))
    bought = bought_between(tables, then, as_of)
    trait, buyers = trait_of(tables, then), bought.sum(axis=0)
    chances = np.zeros((tables.accounts.height, len(then.products)))
    for k in range(len(then.products)):
        chances[:, k] = _trait_chance(trait, then, k, float(buyers[k]), None)
    return learn(then, chances, bought)


def _trait_chance(trait: Trait, snap: Snapshot, k: int, buyers: float, odds: pl.DataFrame | None) -> Floats:
    """(accounts,): chance of adopting product ``k`` while ``buyers`` more do, by the trait alone."""
    product, waiting = snap.products[k], int(snap.waiting[:, k].sum())
    if not waiting or buyers <= 0:
        return np.full(len(snap.accounts), 0.5)
    at = trait.histories.index(product)
    now = 0.0 if at is None else min(trait.histories.items[at].fraction_now, 0.999)
    # Of the market's rest as large a part adopts as of the territory's.
    then = now + (1 - now) * min(buyers / waiting, 0.999)
    told = _aligned(trait.predict(product, now, then, odds), snap)
    if snap.later[:, k].any():
        # Those that need something else first are no part of its history: for them it is like a new product.
        told = np.where(np.isnan(told), _aligned(trait.predict(NEW, now, then, odds), snap), told)
    return np.nan_to_num(told, nan=0.5)


def _aligned(told: pl.DataFrame, snap: Snapshot) -> Floats:
    """``probability`` of each account in the order of the snapshot; NaN where there is none."""
    rows = pl.DataFrame({"account": snap.accounts}).join(
        told, on="account", how="left", maintain_order="left"
    )
    return rows["probability"].fill_null(float("nan")).to_numpy()


def _expected(tables: Tables, now: Snapshot) -> tuple[pl.DataFrame, list[tuple[str, list[str]]]]:
    """The table ``NextBuyers.expected``, and notes on products that have no forecast."""
    levels = _forecast_levels(tables, now)
    pace, launches = _pace(now), _launch_years(now)
    year, found = np.array(MONTHS) / 12, []
    young, new, silent = [], [], []
    for k, product in enumerate(now.products):
        if product in levels:
            more = levels[product]
        elif product in pace:
            # At its pace among those who wait, of whom there are fewer and fewer.
            waiting = float(now.waiting[:, k].sum())
            rate = pace[product] / max(waiting + pace[product] / 2, 1)
            more = _point(waiting * -np.expm1(-rate * year))
            young.append(product)
        elif len(launches) >= FEWEST_LAUNCHES:
            more = _point(float(np.median(launches)) * year)
            new.append(product)
        else:
            more = _point(0 * year)
            silent.append(product)
        found.append(np.minimum(more, now.waiting[:, k].sum()))
    notes = [
        (
            f"bought for less than {SHORTEST} quarters, too short for a forecast; expected at the pace of the last year",
            young,
        ),
        (
            f"nobody has it yet; expected as the others' first year was ({np.median(launches or [0]):.0f} accounts)",
            new,
        ),
        ("nobody has it yet, so nothing can be said of who buys it next", silent),
    ]
    each = np.concatenate(found) if found else np.zeros((0, 3))
    return pl.DataFrame(
        {
            "product": pl.Series(np.repeat(now.products, len(MONTHS)).tolist(), dtype=pl.String),
            "months": pl.Series(list(MONTHS) * len(now.products), dtype=pl.Int64),
            **{name: pl.Series(each[:, j]).fill_nan(None) for j, name in enumerate(("buyers", *INTERVAL))},
            "waiting": np.repeat(now.waiting.sum(axis=0), len(MONTHS)),
        }
    ), [(text, products) for text, products in notes if products]


def _point(buyers: Floats) -> Floats:
    """(MONTHS, 3): expected buyers without an interval."""
    return np.stack([buyers, np.full(len(buyers), np.nan), np.full(len(buyers), np.nan)], axis=1)


def _forecast_levels(tables: Tables, now: Snapshot) -> dict[str, Floats]:
    """Product → (MONTHS, 3): further buyers by the market's forecast and its interval."""
    from beachhead.market.fit import fit

    table = territory_adoption(now.first, tables.accounts, now.day, addressable=now.pairs)
    if not table.height:
        return {}
    ahead = fit(table).forecast(QUARTERS, level=[80]).with_columns(pl.col("ds").cast(pl.Date))
    days = np.array([(months_before(now.day, -m) - date(1970, 1, 1)).days for m in (0, *MONTHS)], dtype=float)
    past = {str(key[0]): part for key, part in table.partition_by("unique_id", as_dict=True).items()}
    found: dict[str, Floats] = {}
    for (product,), part in ahead.partition_by("unique_id", as_dict=True).items():
        known = past[str(product)]
        if known.height <= SHORTEST:  # the first row is the nothing before it
            continue
        on = np.concatenate([frame["ds"].to_physical().to_numpy() for frame in (known, part)]).astype(float)
        more = []
        for column in ("Beachhead", "Beachhead-lo-80", "Beachhead-hi-80"):
            at = np.interp(days, on, np.concatenate([known["y"].to_numpy(), part[column].to_numpy()]))
            more.append(np.maximum.accumulate(np.maximum(at[1:] - at[0], 0)))
        found[str(product)] = np.stack(more, axis=1)
    return found


def _pace(now: Snapshot) -> dict[str, float]:
    """Product → first purchases a year, in the last twelve months or since the first one, if that is later."""
    year_ago, quarter_ago = months_before(now.day, 12), months_before(now.day, 3)
    begun = now.first.group_by("product").agg(
        pl.col("date").min().alias("launch"), recent=(pl.col("date") > year_ago).sum()
    )
    since = (pl.lit(now.day) - pl.col("launch").clip(year_ago, quarter_ago)).dt.total_days() / 365.25
    return dict(begun.select("product", pl.col("recent") / since).iter_rows())


def _launch_years(now: Snapshot) -> list[int]:
    """Buyers in the first year of each product whose launch lies in the data and is over a year ago."""
    if not now.first.height:
        return []
    begins = now.first["date"].min()
    launched = now.first.with_columns(launch=pl.col("date").min().over("product")).filter(
        (pl.col("launch") > pl.lit(begins).dt.offset_by("6mo"))
        & (pl.col("launch") <= months_before(now.day, 12))
    )
    in_time = launched.filter(pl.col("date") <= pl.col("launch").dt.offset_by("1y"))
    return in_time.group_by("product").len()["len"].to_list()
