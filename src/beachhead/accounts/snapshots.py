"""What was known on a day of every account and every product that it might buy: the ground of who buys next.

Arrays are accounts × products. A snapshot of an earlier day uses nothing that came after it, so what
followed can be learned from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.accounts.markets import first_purchases
from beachhead.accounts.months import months_before
from beachhead.accounts.sellers import product_ids
from beachhead.accounts.whitespace import MOST_PRODUCTS, fits, with_owned
from beachhead.errors import BadInput
from beachhead.tables.workspace import Workspace

_IS_CONTACT = ~pl.col("kind").is_in(["task", "note"]).fill_null(False)
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tables:
    """The tables that snapshots are taken of."""

    accounts: pl.DataFrame
    products: pl.DataFrame
    purchases: pl.DataFrame
    opportunities: pl.DataFrame
    activities: pl.DataFrame

    def of(self, accounts: pl.DataFrame) -> Tables:
        """The same for some of the accounts."""
        kept = accounts.select("account")
        return Tables(
            accounts,
            self.products,
            *(
                t.join(kept, on="account", how="semi")
                for t in (self.purchases, self.opportunities, self.activities)
            ),
        )


def read_tables(workspace: Workspace) -> Tables:
    """The tables of a workspace: accounts that are still there or, where none are listed, whoever bought.

    Raises BadInput for a workspace without accounts and purchases, or in which all accounts have vanished.
    """
    accounts, purchases = workspace.table("accounts"), workspace.table("purchases")
    if accounts.is_empty() and purchases.is_empty():
        raise BadInput(
            "the workspace has neither accounts nor purchases",
            file=workspace.folder,
            expected="accounts.csv or purchases.csv there, as beachhead import makes them",
        )
    if accounts.is_empty():
        buyers = purchases.select("account").unique(maintain_order=True)
        accounts = pl.concat([accounts, buyers], how="diagonal")
    there = accounts.filter(pl.col("vanished").is_null()).unique("account", keep="last", maintain_order=True)
    if there.is_empty():
        raise BadInput(
            "every account of the workspace has vanished from its source",
            file=workspace.folder,
            expected="at least one account whose cell vanished is blank",
        )
    return Tables(
        there,
        workspace.table("products"),
        purchases,
        workspace.table("opportunities"),
        workspace.table("activities"),
    )


@dataclass(frozen=True)
class Snapshot:
    """What was known at the end of ``day``. ``waiting``: may buy the product and has not.

    ``later``: needs something else first. ``offered``: an opportunity for it is open. ``buys``: days on
    which the account bought anything in the twelve months before. ``talks``: our contacts in the six months
    before.
    """

    day: date
    accounts: pl.Series
    products: list[str]
    first: pl.DataFrame
    """account, product, date of first purchases until the day."""
    waiting: Bools
    later: Bools
    offered: Bools
    buys: NDArray[np.int64]
    talks: NDArray[np.int64]

    @property
    def pairs(self) -> pl.DataFrame:
        """account, product, fit (now, later) of all that are waiting."""
        row, column = np.nonzero(self.waiting)
        return pl.DataFrame(
            {
                "account": self.accounts.gather(row),
                "product": pl.Series(self.products, dtype=pl.String).gather(column),
                "later": self.later[row, column],
            }
        ).select("account", "product", fit=pl.when("later").then(pl.lit("later")).otherwise(pl.lit("now")))

    @property
    def adopters(self) -> NDArray[np.int64]:
        """Accounts that have each product."""
        counted = dict(self.first.group_by("product").len().iter_rows())
        return np.array([counted.get(p, 0) for p in self.products], dtype=np.int64)


def snapshot(tables: Tables, day: date) -> Snapshot:
    """What ``tables`` say of every account on ``day``, for products that are listed or were bought."""
    accounts = tables.accounts["account"]
    first = first_purchases(tables.purchases, tables.products, day).join(
        tables.accounts.select("account"), on="account", how="semi"
    )
    listed = (
        tables.products.filter(pl.col("vanished").is_null())["product"].unique(maintain_order=True).to_list()
    )
    bought = sorted(set(first["product"].to_list()) - set(listed))
    products = [*listed, *bought]
    rows = pl.DataFrame({"account": accounts, "row": np.arange(len(accounts))})
    owned = _grid(first, rows, products)
    waiting, later = ~owned, np.zeros_like(owned)
    if 0 < len(listed) <= MOST_PRODUCTS:
        has = first.group_by("account").agg(products_owned="product")
        lists = rows.join(has, on="account", how="left", maintain_order="left")
        lists = with_owned(lists, tables.products)
        for k, fit in enumerate(fits(tables.products)):
            told = lists.select(later=fit.later, never=fit.never)
            later[:, k] = told["later"].to_numpy()
            waiting[:, k] &= ~told["never"].to_numpy()
    return Snapshot(
        day=day,
        accounts=accounts,
        products=products,
        first=first,
        waiting=waiting,
        later=later & waiting,
        offered=_grid(_open(tables, day), rows, products) & waiting,
        buys=_counts(_distinct_days(tables.purchases, day, 12), rows),
        talks=_counts(_distinct_days(tables.activities.filter(_IS_CONTACT), day, 6), rows),
    )


def bought_between(tables: Tables, snap: Snapshot, until: date) -> Bools:
    """Which of those waiting at ``snap`` had bought by ``until``."""
    after = first_purchases(tables.purchases, tables.products, until).filter(pl.col("date") > snap.day)
    rows = pl.DataFrame({"account": snap.accounts, "row": np.arange(len(snap.accounts))})
    return _grid(after, rows, snap.products) & snap.waiting


def _open(tables: Tables, day: date) -> pl.DataFrame:
    """account, product of the opportunities that were open on ``day``."""
    deals = tables.opportunities.filter(pl.col("product").is_not_null() & pl.col("vanished").is_null())
    still = (pl.col("closed") > day).fill_null(pl.col("outcome") == "open")
    return (
        deals.with_columns(product=product_ids(deals["product"], tables.products))
        .filter((pl.col("created") <= day) & still)
        .select("account", "product")
    )


def _distinct_days(table: pl.DataFrame, day: date, months: int) -> pl.DataFrame:
    inside = (pl.col("date") <= day) & (pl.col("date") > months_before(day, months))
    return table.filter(inside).group_by("account").agg(n=pl.col("date").n_unique())


def _counts(counted: pl.DataFrame, rows: pl.DataFrame) -> NDArray[np.int64]:
    joined = rows.join(counted, on="account", how="left", maintain_order="left")
    return joined["n"].fill_null(0).cast(pl.Int64).to_numpy()


def _grid(pairs: pl.DataFrame, rows: pl.DataFrame, products: list[str]) -> Bools:
    """(accounts, products): which pairs occur."""
    columns = pl.DataFrame(
        {"product": pl.Series(products, dtype=pl.String), "column": np.arange(len(products))}
    )
    at = pairs.join(rows, on="account").join(columns, on="product")
    grid = np.zeros((rows.height, len(products)), dtype=bool)
    grid[at["row"].to_numpy(), at["column"].to_numpy()] = True
    return grid
