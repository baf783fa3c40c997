"""Signals: what a customer says, asks and does, turned into odds of the adopter categories.

Naive Bayes with likelihood ratios, tempered because signals from one account resemble each other:

- A signal counts once per account, as old as its latest mention, and half as much every 24 months.
- The n signals of an account count as n / (1 + 0.3 (n − 1)): two as 1.5, five as 2.3, however many never
  more than 3.3. That is the number of independent observations that n equally correlated ones are worth
  (Kish 1965, with a correlation of 0.3: judgement).
- The ratios begin as judgement and move to what was observed of accounts whose category is known: for each
  signal, the categories that gave it have a Dirichlet posterior whose prior is the judgement, worth 20
  accounts.

Signals judge firms: who said something does not enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from beachhead.accounts.histories import columns
from beachhead.errors import BadInput, BadKnowledge, did_you_mean
from beachhead.knowledge import folder
from beachhead.tables.categories import CATEGORIES, SHARES
from beachhead.tables.yaml_files import Text, load_model, where

Floats = NDArray[np.float64]

HALF_LIFE = 24
"""Months after which a signal counts half."""
CORRELATION = 0.3
"""How alike the signals of one account are."""
JUDGEMENT = 20.0
"""Accounts of known category that the judgement on a signal is worth."""
_MONTH = 365.25 / 12

Share = Annotated[float, Field(gt=0, le=100)]


class Likelihood(BaseModel):
    """How many of 100 accounts of each category give the signal within a year; only ratios matter."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)

    innovators: Share
    early_adopters: Share
    early_majority: Share
    late_majority: Share
    laggards: Share


class Signal(BaseModel):
    """One signal."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Text
    kind: Literal["says", "asks", "does"]
    says: Annotated[list[Text], Field(min_length=1, max_length=3)]
    likelihood: Likelihood
    source: Text

    @property
    def ratios(self) -> Floats:
        """Likelihood of each category over the mean of all accounts (weighted by Rogers' shares)."""
        numbers = np.array([getattr(self.likelihood, c) for c in CATEGORIES])
        return numbers / (numbers @ np.array(SHARES))


class SignalFile(BaseModel):
    """A file of signals."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)

    id: Text
    version: int
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    signals: Annotated[list[Signal], Field(min_length=1)]


@dataclass(frozen=True)
class Signals:
    """The signals that are known, with the ratios in force: ``ratios`` (signals, categories).

    ``observed``: accounts of known category that gave each (0: the ratios are judgement).
    """

    known: list[Signal]
    ratios: Floats
    observed: NDArray[np.int64]

    @property
    def names(self) -> dict[str, str]:
        """id → name."""
        return {signal.id: signal.name for signal in self.known}

    @property
    def table(self) -> pl.DataFrame:
        """signal, name, kind, innovators … laggards (likelihood ratios), observed, source."""
        return pl.DataFrame(
            {
                "signal": [s.id for s in self.known],
                "name": [s.name for s in self.known],
                "kind": [s.kind for s in self.known],
                **{c: self.ratios[:, j] for j, c in enumerate(CATEGORIES)},
                "observed": self.observed,
                "source": [s.source for s in self.known],
            }
        )


def load_signals(paths: Sequence[Path] = ()) -> Signals:
    """The shipped signals and those of ``paths``; a signal with a shipped one's id replaces it.

    Raises BadKnowledge with every complaint by file and line.
    """
    found: dict[str, Signal] = {}
    problems: list[str] = []
    for path in (folder("signals.yaml"), *paths):
        try:
            found |= {signal.id: signal for signal in _read(path)}
        except BadKnowledge as refused:
            problems += refused.problems
    if problems:
        raise BadKnowledge(problems)
    known = list(found.values())
    return Signals(known, np.array([s.ratios for s in known]), np.zeros(len(known), dtype=np.int64))


def _read(path: Path) -> list[Signal]:
    file, lines = load_model(SignalFile, path)
    signals = file.signals
    first: dict[str, int] = {}
    twice = [
        f"{where(path, lines, ('signals', j))}: the id {s.id!r} stands twice."
        for j, s in enumerate(signals)
        if first.setdefault(s.id, j) != j
    ]
    if twice:
        raise BadKnowledge(twice)
    return signals


def heard(log: Any, signals: Signals, as_of: dt.date) -> tuple[pl.DataFrame, list[str]]:
    """What counts of a ``log`` (account, date, signal): account, signal, date, weight; and what
    does not, in words.

    One row per account and signal, of its latest mention by ``as_of``; ``weight`` falls with age. Signals
    that are not known are named with what was perhaps meant. Raises BadInput for missing columns.
    """
    frame = columns(log, "signals", "account", "date", "signal")
    if not isinstance(frame.schema["date"], pl.Date | pl.Null):
        raise BadInput("it holds no dates", column="date", expected="dates")
    ids = list(signals.names)
    strange = frame.filter(~pl.col("signal").is_in(ids))["signal"].value_counts(sort=True)
    notes = [
        f"The signal {name!r} is not known{did_you_mean(str(name), ids)}; left out {count} times."
        for name, count in strange.iter_rows()
    ]
    age = (pl.lit(as_of) - pl.col("date")).dt.total_days() / _MONTH
    counted = (
        frame.filter(pl.col("signal").is_in(ids), pl.col("date") <= as_of)
        .group_by("account", "signal")
        .agg(pl.col("date").max())
        .with_columns(weight=0.5 ** (age / HALF_LIFE))
        .sort("account", "date", "signal", descending=[False, True, False])
    )
    return counted, notes


def signal_odds(counted: pl.DataFrame, signals: Signals) -> pl.DataFrame:
    """account, innovators … laggards: the factor that the signals of each account put on each category.

    ``counted``: as ``heard`` gives it. Accounts without signals have no row.
    """
    logs = pl.DataFrame(
        {
            "signal": list(signals.names),
            **{c: np.log(signals.ratios[:, j]) for j, c in enumerate(CATEGORIES)},
        },
        schema_overrides={"signal": pl.String},
    )
    n = pl.col("weight").sum()
    tempered = 1 / (1 + CORRELATION * (n - 1).clip(lower_bound=0))
    return (
        counted.join(logs, on="signal")
        .group_by("account", maintain_order=True)
        .agg(((pl.col(c) * pl.col("weight")).sum() * tempered).exp().alias(c) for c in CATEGORIES)
    )


def reestimated(signals: Signals, counted: pl.DataFrame, known: pl.DataFrame) -> Signals:
    """``signals`` with ratios moved to what was observed of accounts whose category is known.

    ``counted``: as ``heard`` gives it; ``known``: account, category. For each signal, the categories of the
    accounts that gave it are counted; with the judgement as Dirichlet prior (worth JUDGEMENT accounts) they
    give P(category | signal), which divided by the share of the category among the known accounts is the
    likelihood ratio. Only accounts that gave any signal count: of the others nothing was heard.
    """
    index = {c: j for j, c in enumerate(CATEGORIES)}
    strange = known.filter(pl.col("category").is_not_null() & ~pl.col("category").is_in(CATEGORIES))
    if strange.height:
        value = strange["category"][0]
        raise BadInput(
            f"there is no such category{did_you_mean(str(value), CATEGORIES)}",
            column="category",
            value=value,
            expected=", ".join(CATEGORIES),
        )
    both = counted.join(known.drop_nulls("category").unique("account"), on="account")
    if both.is_empty():
        return signals
    row = {s.id: j for j, s in enumerate(signals.known)}
    counts = np.zeros((len(row), len(CATEGORIES)))
    for (signal, category), part in both.group_by("signal", "category"):
        counts[row[str(signal)], index[str(category)]] = part.height
    per_category = both.unique("account")["category"].value_counts()
    share = np.array(SHARES) * JUDGEMENT
    for category, n in per_category.iter_rows():
        share[index[category]] += n
    share /= share.sum()
    posterior = JUDGEMENT * share * signals.ratios + counts
    ratios = posterior / posterior.sum(axis=1, keepdims=True) / share
    return Signals(
        signals.known,
        ratios / (ratios @ np.array(SHARES))[:, None],
        signals.observed + counts.sum(axis=1).astype(np.int64),
    )
