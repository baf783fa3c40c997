"""Who buys a product first next, on Northwind: 91 customers, 77 products, orders from July 1996 to May 1998.

At each cut-off day everything is learned from what was known then; asked is which customer buys which product for the
first time in the three months after. Recency (days since the last order) and frequency (orders in twelve months) are
what people rank by; so that all are compared on the same footing, each is a logistic regression on that one sign,
learned from the three months before the cut-off, and all share the market forecasts' number of buyers per product.
The base rate gives every customer the same chance. AUC is within each product, so it does not reward knowing
which products sell; Brier score and log loss do. The data set is Microsoft's sample, read where it is present.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.accounts.buying import calibrated
from beachhead.accounts.months import months_before
from beachhead.accounts.next_buyers import predict
from beachhead.accounts.snapshots import Snapshot, Tables, bought_between, snapshot
from beachhead.accounts.standing import fit_trait
from beachhead.tables import accounts as accounts_table
from beachhead.tables import activities, opportunities, products, purchases

SHARED = Path(os.environ.get("BEACHHEAD_SHARED", Path(__file__).parents[2] / "shared"))
FOLDER = SHARED / "data" / "crm" / "northwind"
CUTS = (date(1997, 6, 30), date(1997, 9, 30), date(1997, 12, 31), date(1998, 2, 5))
MONTHS_AHEAD = 3
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def run() -> None:
    """Print the scores of every method, at each cut-off and on average."""
    if not FOLDER.is_dir():
        print(f"Northwind, who buys next: left out, the data set of {FOLDER} is not here.")
        return
    print("Northwind: who buys a product first in the next three months")
    with pl.Config(
        tbl_rows=-1, float_precision=4, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True
    ):
        print(scores(read(FOLDER)))


def scores(tables: Tables, cuts: Sequence[date] = CUTS) -> pl.DataFrame:
    """method, cut, asked (pairs), bought, auc, brier, log_loss; one row per method and cut-off, then their means."""
    rows = []
    for cut in cuts:
        found = predict(tables, cut, trait_of=fit_trait)
        snap = found.snapshot
        bought = bought_between(tables, snap, months_before(cut, -MONTHS_AHEAD))
        buyers = found.expected.filter(pl.col("months") == MONTHS_AHEAD)["buyers"].to_numpy()
        chances = {"beachhead": found.within[:, :, 0].astype(float)}
        for name, sign in (("recency", _recency), ("frequency", _frequency)):
            chances[name] = _baseline(tables, cut, sign, buyers)
        chances["base rate"] = _spread(np.zeros(snap.waiting.shape), snap.waiting, buyers)
        for method, chance in chances.items():
            rows.append({"method": method, "cut": cut, **_scores(chance, snap.waiting, bought)})
    table = pl.DataFrame(rows)
    mean = table.group_by("method", maintain_order=True).agg(
        pl.lit(None, dtype=pl.Date).alias("cut"),
        pl.col("asked", "bought").sum(),
        pl.col("auc", "brier", "log_loss").mean(),
    )
    return pl.concat([table, mean.select(table.columns)])


def read(folder: Path) -> Tables:
    """Customers, order lines as purchases, products; Northwind has no opportunities and no activities."""
    customers, orders, lines, goods = (
        pl.read_csv(
            folder / f"{name}.csv", infer_schema=False, null_values="NULL", truncate_ragged_lines=True
        )
        for name in ("customers", "orders", "order-details", "products")
    )
    bought = lines.join(orders, on="orderID").select(
        account="customerID",
        product="productID",
        date=pl.col("orderDate").str.slice(0, 10).str.to_date(),
        quantity=pl.col("quantity").cast(pl.Float64),
    )
    return Tables(
        accounts_table.TABLE.conform(
            customers.select(account="customerID", name="companyName", country="country")
        ),
        products.TABLE.conform(goods.select(product="productID", name="productName")),
        purchases.TABLE.conform(bought),
        opportunities.TABLE.empty(),
        activities.TABLE.empty(),
    )


def _recency(tables: Tables, snap: Snapshot) -> Floats:
    last = tables.purchases.filter(pl.col("date") <= snap.day).group_by("account").agg(pl.col("date").max())
    days = _aligned(snap, last.select("account", n=(pl.lit(snap.day) - pl.col("date")).dt.total_days()), 730)
    return -np.log1p(days)


def _frequency(tables: Tables, snap: Snapshot) -> Floats:
    return np.log1p(snap.buys.astype(float))


def _aligned(snap: Snapshot, counted: pl.DataFrame, absent: float) -> Floats:
    rows = pl.DataFrame({"account": snap.accounts}).join(
        counted, on="account", how="left", maintain_order="left"
    )
    return rows["n"].fill_null(absent).to_numpy().astype(float)


def _baseline(
    tables: Tables, cut: date, sign: Callable[[Tables, Snapshot], Floats], buyers: Floats
) -> Floats:
    """A logistic regression on one sign, learned from the three months before the cut-off."""
    then, now = snapshot(tables, months_before(cut, MONTHS_AHEAD)), snapshot(tables, cut)
    bought = bought_between(tables, then, cut)
    x = np.broadcast_to(sign(tables, then)[:, None], then.waiting.shape)
    weight = _one_weight(x[then.waiting], bought[then.waiting])
    score = np.broadcast_to(weight * sign(tables, now)[:, None], now.waiting.shape)
    return _spread(score, now.waiting, buyers)


def _one_weight(x: Floats, y: Bools) -> float:
    """Maximum-likelihood slope of a logistic regression on ``x``."""
    a, b = -3.0, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-(a + b * x)))
        w = p * (1 - p)
        hessian = np.array([[w.sum(), (w * x).sum()], [(w * x).sum(), (w * x * x).sum()]]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, np.array([(y - p).sum(), ((y - p) * x).sum()]))
        a, b = a + step[0], b + step[1]
    return float(b)


def _spread(score: Floats, waiting: Bools, buyers: Floats) -> Floats:
    chance = np.zeros(waiting.shape)
    for k in range(waiting.shape[1]):
        chance[waiting[:, k], k] = calibrated(score[waiting[:, k], k], buyers[k : k + 1])[:, 0]
    return chance


def _scores(chance: Floats, waiting: Bools, bought: Bools) -> dict[str, float]:
    aucs, weights = [], []
    for k in range(waiting.shape[1]):
        rows = waiting[:, k]
        events = int(bought[rows, k].sum())
        if 0 < events < rows.sum():
            aucs.append(auc(chance[rows, k], bought[rows, k]))
            weights.append(events)
    p, y = np.clip(chance[waiting], 1e-4, 1 - 1e-4), bought[waiting]
    return {
        "asked": int(waiting.sum()),
        "bought": int(y.sum()),
        "auc": float(np.average(aucs, weights=weights)),
        "brier": float(((p - y) ** 2).mean()),
        "log_loss": float(-np.where(y, np.log(p), np.log(1 - p)).mean()),
    }


def auc(score: Floats, happened: Bools) -> float:
    """Probability that one to whom it happened has the higher score than one to whom it did not; ties half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    n = int(happened.sum())
    return float((rank[happened].sum() - n * (n + 1) / 2) / (n * (len(score) - n)))


if __name__ == "__main__":
    run()
