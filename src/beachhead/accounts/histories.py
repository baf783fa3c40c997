"""From tables to histories: who adopted what when, who could have, and which curve each product is measured
against.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.accounts.positions import ALWAYS, NEVER, Curve, Days, Positions, positions
from beachhead.errors import BadInput, BadQuestion, did_you_mean
from beachhead.tables.frames import to_polars

_EPOCH = dt.date(1970, 1, 1)

Fits = NDArray[np.int8]
NOW, LATER = 1, 2
"""Whether a product fits an account now, or once it has something else first."""


@dataclass(frozen=True)
class Histories:
    """What is known of each account (in the order of ``accounts``) and product (one item each)."""

    accounts: pl.Series
    items: list[Positions]
    adoptions: NDArray[np.uint32]
    """Products adopted so far, per account."""
    as_of: dt.date
    strangers: int
    """Adoptions by accounts that are not in the table of accounts; they are left out."""

    @property
    def products(self) -> pl.DataFrame:
        """product, curve (market or territory), population (accounts the fraction refers to), adopters,
        fraction.
        """
        return pl.DataFrame(
            {
                "product": [p.product for p in self.items],
                "curve": ["market" if p.from_market else "territory" for p in self.items],
                "population": [p.population for p in self.items],
                "adopters": [p.adopters for p in self.items],
                "fraction": [p.fraction_now for p in self.items],
            },
            schema={
                "product": pl.String,
                "curve": pl.String,
                "population": pl.Int64,
                "adopters": pl.Int64,
                "fraction": pl.Float64,
            },
        )

    def index(self, product: str) -> int | None:
        """Position of a product in ``items``, or None."""
        return next((k for k, p in enumerate(self.items) if p.product == product), None)


def histories(
    adoptions: Any,
    accounts: Any,
    *,
    addressable: Any = None,
    markets: Any = None,
    start: Mapping[str, dt.date] | None = None,
    as_of: dt.date,
) -> Histories:
    """The histories of ``accounts`` (column account) from ``adoptions`` (account, product, date, perhaps
    not_before).

    The tables' meaning is told at ``adopter_trait``. Raises BadInput for missing columns, repeated accounts
    and curves that are none.
    """
    ids = columns(accounts, "accounts", "account")["account"].cast(pl.String)
    if ids.null_count() or ids.n_unique() < len(ids):
        raise BadInput(
            "an account stands twice or is blank", column="account", expected="one row per account"
        )
    rows = pl.DataFrame({"account": ids, "row": np.arange(len(ids), dtype=np.uint32)})
    now, begins, curves = _day(as_of), dict(start or {}), _curves(markets)
    told, strangers = _told(columns(adoptions, "adoptions", "account", "product", "date"), rows, now)
    bought = _by_product(told)
    able = None if addressable is None else _able(addressable, rows)
    count = np.zeros(len(ids), dtype=np.uint32)
    items = []
    for product in sorted({*bought, *(able or {})}):
        after, until = (np.full(len(ids), NEVER, dtype=np.int64) for _ in range(2))
        if product in bought:  # of several purchases, the first counts
            at = bought[product]["row"].to_numpy()
            np.minimum.at(after, at, bought[product]["after"].to_numpy())
            np.minimum.at(until, at, bought[product]["until"].to_numpy())
        has = until < NEVER
        after[~has] = now
        if product in begins:
            early = until < (begin := _day(begins[product]))
            after[early], until[early] = ALWAYS, begin - 1
        fit = None if able is None else able.get(product, np.zeros(len(ids), dtype=np.int8))
        if fit is not None:
            after[(fit == LATER) & ~has] = ALWAYS
        inside = np.ones(len(ids), dtype=bool) if fit is None else (fit != 0) | has
        count += has
        items.append(positions(product, after, until, inside, now, curves.get(product)))
    return Histories(ids, items, count, as_of, strangers)


def columns(table: Any, name: str, *needed: str) -> pl.DataFrame:
    """``table`` as a Polars frame that has the columns ``needed``; raises BadInput where it has not."""
    frame = to_polars(table)
    for column in needed:
        if column not in frame.columns:
            close = did_you_mean(column, frame.columns)
            raise BadInput(f"the table {name} has no column {column!r}{close}", expected=", ".join(needed))
    return frame


def _day(day: dt.date) -> int:
    return (day - _EPOCH).days


def _days(frame: pl.DataFrame, column: str) -> pl.Expr:
    if frame.schema[column] not in (pl.Date, pl.Null) and not isinstance(frame.schema[column], pl.Datetime):
        raise BadInput("it holds no dates", column=column, expected="dates")
    return pl.col(column).cast(pl.Date).to_physical().cast(pl.Int64)


def _told(adoptions: pl.DataFrame, rows: pl.DataFrame, now: int) -> tuple[pl.DataFrame, int]:
    """row, product, after, until of every adoption by the day ``now``; and how many are of unknown
    accounts.
    """
    until = _days(adoptions, "date")
    after = (
        _days(adoptions, "not_before").fill_null(ALWAYS)
        if "not_before" in adoptions.columns
        else (until - 1).fill_null(ALWAYS)
    )
    told = (
        adoptions.lazy()
        .select(pl.col("account", "product").cast(pl.String), after=after, until=until.fill_null(now))
        .filter(pl.col("until") <= now, pl.col("product").is_not_null())
        .join(rows.lazy(), on="account", how="left")
        .select("row", "product", "after", "until")
        .collect()
    )
    if (told["after"] >= told["until"]).any():
        raise BadInput("a day not_before lies on or after the date of the adoption", column="not_before")
    known = told.drop_nulls("row")
    return known, told.height - known.height


def _by_product(table: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(key[0]): part for key, part in table.partition_by("product", as_dict=True).items()}


def _able(addressable: Any, rows: pl.DataFrame) -> dict[str, Fits]:
    """Product → whether it fits each account of ``rows``: 0 never, NOW or LATER."""
    if isinstance(addressable, Mapping):
        return dict(addressable)
    table = columns(addressable, "addressable", "account", "product")
    fit = pl.col("fit") if "fit" in table.columns else pl.lit("now")
    code = pl.when(fit == "never").then(0).when(fit == "later").then(LATER).otherwise(NOW)
    told = table.select(pl.col("account", "product").cast(pl.String), fit=code).join(rows, on="account")
    found = {}
    for product, part in _by_product(told).items():
        found[product] = np.zeros(rows.height, dtype=np.int8)
        found[product][part["row"].to_numpy()] = part["fit"].to_numpy()
    return found


def _curves(markets: Any) -> dict[str, Curve]:
    if markets is None:
        return {}
    if isinstance(markets, Mapping):
        named = {
            str(product): columns(table, "markets", "ds", "fraction") for product, table in markets.items()
        }
    else:
        table = columns(markets, "markets", "product", "ds", "fraction")
        named = _by_product(table)
    return {product: _curve(product, table) for product, table in named.items()}


def _curve(product: str, table: pl.DataFrame) -> Curve:
    known = (
        table.select(day=_days(table, "ds"), fraction=pl.col("fraction").cast(pl.Float64))
        .drop_nulls()
        .sort("day")
        .unique("day", keep="last", maintain_order=True)
    )
    days: Days = known["day"].to_numpy()
    fraction = known["fraction"].to_numpy()
    if len(days) == 0 or not bool(((fraction >= 0) & (fraction <= 1)).all()):
        raise BadQuestion(
            f"The market curve of {product!r} must hold fractions between 0 and 1, at least one known."
        )
    return Curve(days, np.maximum.accumulate(fraction))
