"""Who adopts what in the next five years: the adopter trait, the number of earlier adoptions, and the base rate.

Two real test beds, read where they are present and never part of the project: 728 policies over the 50 US states
(Boehmke et al. 2020), where past earliness says little, and five technologies over 210 countries (Gapminder), where it
says much. At each cut-off year everything is fitted to what was known then. For each technology that is under way,
the accounts that have not adopted it get a probability of doing so within five years. The technology itself is held
out: its adopters define nothing but its base rate, the trait and the count come from the others.

All three share one base rate per technology: how far it goes in five years, once as forecast at the cut-off (from how
comparable technologies went on), once as it came, which tells the question who adopts from the question how many.
The count's weight is fitted to what happened in the five years before the cut-off.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.accounts.trait import adopter_trait

SHARED = Path(os.environ.get("BEACHHEAD_SHARED", Path(__file__).parents[2] / "shared"))
HORIZON = 5
METHODS = ("base", "count", "trait")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Underway:
    """One technology at a cut-off: accounts in question, adopters five years before and now."""

    product: str
    population: int
    before: int
    now: int


class Bed(ABC):
    """A test bed: who adopted what in which year, and what of it was known at a cut-off."""

    name: str
    cuts: tuple[int, ...]

    @cached_property
    @abstractmethod
    def adoptions(self) -> pl.DataFrame:
        """account, product, date, not_before, year of every adoption, known from the year ``from`` on."""

    @cached_property
    @abstractmethod
    def pairs(self) -> pl.DataFrame:
        """account, product, first and last year of the data."""

    @abstractmethod
    def courses(self, underway: Underway, cut: int) -> list[float]:
        """Equally likely fractions that a technology reaches in five years, from what was known at the cut-off."""

    @cached_property
    def accounts(self) -> pl.DataFrame:
        return self.pairs.select("account").unique().sort("account")

    def known(self, cut: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Adoptions, and the pairs that came into question, as known at the end of a year."""
        seen = self.adoptions.filter(pl.col("from") <= cut)
        still = self.pairs.filter(pl.col("first") <= cut, pl.col("last") >= cut).select("account", "product")
        return seen, pl.concat([still, seen.select("account", "product")]).unique()

    def underway(self, cut: int) -> Iterator[tuple[Underway, pl.DataFrame]]:
        """Technologies that some have adopted and some have not, and who is waiting: account, y, count.

        y: 1 if it adopted within five years; count: the share of the other technologies that it had adopted.
        """
        seen, pairs = self.known(cut)
        soon = self.adoptions.filter(pl.col("year") > cut, pl.col("year") <= cut + HORIZON)
        waiting = (
            pairs.join(seen, on=["account", "product"], how="anti")
            .join(self.pairs.filter(pl.col("last") >= cut + HORIZON), on=["account", "product"], how="semi")
            .join(soon.select("account", "product", y=pl.lit(1.0)), on=["account", "product"], how="left")
            .join(pairs.group_by("account").agg(could=pl.len() - 1), on="account", how="left")
            .join(seen.group_by("account").agg(has=pl.len()), on="account", how="left")
            .select(
                "product",
                "account",
                pl.col("y").fill_null(0.0),
                count=pl.col("has").fill_null(0) / pl.col("could"),
            )
            .fill_nan(0.0)
            .sort("product", "account")
        )
        rows = {str(key[0]): part for key, part in waiting.partition_by("product", as_dict=True).items()}
        size = dict(pairs.group_by("product").len().iter_rows())
        early = pl.col("year") <= cut - HORIZON
        for product, before, now in (
            seen.group_by("product").agg(before=early.sum(), now=pl.len()).sort("product").iter_rows()
        ):
            if product in rows:
                yield Underway(product, size[product], before, now), rows[product].drop("product")


class Policies(Bed):
    """Policies of the US states, 1691 to 2017."""

    name = "728 policies, 50 states"
    cuts = (1960, 1970, 1980, 1990, 2000, 2010)

    @cached_property
    def adoptions(self) -> pl.DataFrame:
        table = pl.read_csv(SHARED / "data" / "state_policies.csv.gz")
        year = pl.col("adopt_year").cast(pl.Int32)
        return table.select(
            account="state",
            product="policy",
            date=pl.date(year, 12, 31),
            not_before=pl.date(year - 1, 12, 31),
            year=year,
        ).with_columns(pl.col("year").alias("from"))

    @cached_property
    def pairs(self) -> pl.DataFrame:
        states, policies = (self.adoptions.select(c).unique() for c in ("account", "product"))
        return states.join(policies, how="cross").with_columns(first=pl.lit(0), last=pl.lit(9999))

    def courses(self, underway: Underway, cut: int) -> list[float]:
        """What policies that moved as fast did in the next five years, in four windows before the cut-off."""
        pace = self._pace(underway.before, underway.now)
        went = np.sort(self._went(cut).get(pace, np.array([0.0])))
        shares = [part.mean() for part in np.array_split(went, 5) if len(part)]
        now = underway.now / underway.population
        return [now + share * (1 - now) for share in shares]

    @staticmethod
    def _pace(before: int, now: int) -> int:
        return (
            -1
            if before == 0
            else int(np.searchsorted([0.001, 0.04, 0.1, 0.2, 0.35], (now - before) / (50 - before)))
        )

    def _went(self, cut: int) -> dict[int, Floats]:
        if cut not in self._kept:
            years = [part["year"].to_numpy() for part in self.known(cut)[0].partition_by("product")]
            found: dict[int, list[float]] = {}
            for then in range(cut - HORIZON, cut - 5 * HORIZON, -HORIZON):
                for year in years:
                    before, now, after = ((year <= then + h).sum() for h in (-HORIZON, 0, HORIZON))
                    if 0 < now < 50:
                        found.setdefault(self._pace(before, now), []).append((after - now) / (50 - now))
            self._kept[cut] = {pace: np.array(shares) for pace, shares in found.items()}
        return self._kept[cut]

    @cached_property
    def _kept(self) -> dict[int, dict[int, Floats]]:
        return {}


class Countries(Bed):
    """Technologies reaching ``level`` per 100 people in a country; often before the data begin."""

    cuts = (1995, 1998, 2000, 2002, 2005)

    def __init__(self, level: int) -> None:
        self.level = level
        self.name = f"5 technologies, 210 countries, {level} per 100 people"

    @cached_property
    def _table(self) -> pl.DataFrame:
        table = pl.read_csv(SHARED / "data" / "country_firsts.csv.gz").filter(pl.col("level") == self.level)
        return table.rename({"country": "account", "technology": "product"})

    @cached_property
    def adoptions(self) -> pl.DataFrame:
        before = pl.col("status") == "before"
        year = pl.when(before).then(pl.col("first_year") - 1).otherwise("adopt_year")
        told = self._table.filter(pl.col("status") != "not yet").with_columns(year=year)
        return told.select(
            "account",
            "product",
            date=pl.date("year", 12, 31),
            not_before=pl.when(~before).then(pl.date(pl.col("year") - 1, 12, 31)),
            year="year",
            **{"from": pl.max_horizontal("year", "first_year")},
        )

    @cached_property
    def pairs(self) -> pl.DataFrame:
        return self._table.select("account", "product", first="first_year", last="last_year")

    def courses(self, underway: Underway, cut: int) -> list[float]:
        """Logistic growth that goes on at 0.2 to 1 of its present pace: what the technologies had done before."""

        def logit(n: int) -> float:
            return math.log((n + 0.5) / (underway.population - n + 0.5))

        now = underway.now / underway.population
        pace = logit(underway.now) - logit(underway.before)
        reached = [
            1 / (1 + math.exp(-logit(underway.now) - slow * pace)) for slow in (0.2, 0.4, 0.6, 0.8, 1.0)
        ]
        return [max(share, now) for share in reached]


def predictions(bed: Bed, cut: int) -> tuple[pl.DataFrame, float]:
    """product, account, y, course, base, count, trait: every pair that is waiting at a cut-off; and ρ.

    ``course``: whether the base rate is the one forecast or the one that came.
    """
    seen, pairs = bed.known(cut)
    trait = adopter_trait(seen, bed.accounts, addressable=pairs, as_of=dt.date(cut, 12, 31))
    weight = count_weight(bed, cut - HORIZON)
    found = []
    for tech, waiting in bed.underway(cut):
        now = tech.now / tech.population
        came = now + float(waiting["y"].to_numpy().mean()) * (1 - now)
        for course, then in (("forecast", bed.courses(tech, cut)), ("came", [came])):
            base = float(np.clip((np.mean(then) - now) / (1 - now), 0.002, 0.998))
            told = trait.predict(tech.product, now, then).rename({"probability": "trait"})
            found.append(
                waiting.join(told, on="account", maintain_order="left").select(
                    "account",
                    "y",
                    "trait",
                    product=pl.lit(tech.product),
                    course=pl.lit(course),
                    base=pl.lit(base),
                    count=_shifted(base, weight * _standard(waiting["count"].to_numpy())),
                )
            )
    return pl.concat(found), trait.rho


def count_weight(bed: Bed, cut: int) -> float:
    """Log odds per standard deviation of the count, fitted to what followed a cut-off (ridge)."""
    x, y, base = [], [], []
    for _, waiting in bed.underway(cut):
        if 0 < (rate := float(waiting["y"].to_numpy().mean())) < 1:
            x.append(_standard(waiting["count"].to_numpy()))
            y.append(waiting["y"].to_numpy())
            base.append(np.full(waiting.height, rate))
    if not x:
        return 0.0
    features, outcome, rates = (np.concatenate(v) for v in (x, y, base))
    weight = 0.0
    for _ in range(25):
        p = _shifted(rates, weight * features)
        weight += (features @ (outcome - p) - weight) / (features**2 @ (p * (1 - p)) + 1)
    return weight


def _standard(values: Floats) -> Floats:
    return (values - values.mean()) / max(float(values.std()), 1e-9)


def _shifted(base: float | Floats, log_odds: Floats) -> Floats:
    return 1 / (1 + (1 / np.asarray(base) - 1) * np.exp(-log_odds))


def brier(rows: pl.DataFrame, method: str) -> float:
    """Mean squared error of the probabilities."""
    return float(((rows[method] - rows["y"]) ** 2).mean())  # type: ignore[arg-type]


def log_loss(rows: pl.DataFrame, method: str) -> float:
    """Mean negative log-likelihood, probabilities held within 0.001 and 0.999."""
    p, y = np.clip(rows[method].to_numpy(), 0.001, 0.999), rows["y"].to_numpy()
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def skill(rows: pl.DataFrame, method: str) -> float:
    """Part of the base rate's Brier score that a method saves; below zero where it does harm."""
    return 1 - brier(rows, method) / brier(rows, "base")


def reliability(rows: pl.DataFrame, method: str = "trait") -> pl.DataFrame:
    """from, to, n, predicted, observed: probabilities in tenths and what came."""
    tenth = (pl.col(method) * 10).floor().clip(0, 9)
    return (
        rows.group_by((tenth / 10).alias("from"))
        .agg(n=pl.len(), predicted=pl.col(method).mean(), observed=pl.col("y").mean())
        .sort("from")
        .select("from", (pl.col("from") + 0.1).alias("to"), "n", "predicted", "observed")
    )


def beds() -> list[Bed]:
    """The test beds, where their data are present."""
    return [Policies(), Countries(2), Countries(10)] if (SHARED / "data").is_dir() else []


def run() -> None:
    """Print skill, log loss and reliability of every bed."""
    if not beds():
        print(f"Accounts, skill: left out, the data sets of {SHARED} are not here.")
    for bed in beds():
        told = {cut: predictions(bed, cut) for cut in bed.cuts}
        for course, words in (("forecast", "as forecast at the cut-off"), ("came", "as it came")):
            print(f"\n{bed.name}: adopters within {HORIZON} years, given the technologies' course {words}")
            print(
                "cut-off    ρ      n   rate | Brier base  skill: count   trait | log loss: base  count   trait"
            )
            every = {cut: rows.filter(pl.col("course") == course) for cut, (rows, _) in told.items()}
            for cut, rows in every.items():
                print(f"{cut:7} {told[cut][1]:4.2f} {_line(rows)}")
            together = pl.concat(every.values())
            print(f"    all      {_line(together)}")
            steps = (
                f"{r['predicted']:.2f} → {r['observed']:.2f} ({r['n']})"
                for r in reliability(together).iter_rows(named=True)
            )
            print("predicted by the trait → observed (n): " + ", ".join(steps))


def _line(rows: pl.DataFrame) -> str:
    losses = "  ".join(f"{log_loss(rows, m):6.4f}" for m in METHODS)
    return (
        f"{rows.height:6} {rows['y'].mean():6.3f} | {brier(rows, 'base'):10.4f} "
        f"{skill(rows, 'count'):13.4f} {skill(rows, 'trait'):7.4f} | {losses}"
    )


if __name__ == "__main__":
    run()
