"""Our own buyers by category: a year ago, now, next year."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from beachhead.accounts.buyers import buyers_by_category
from beachhead.accounts.sellers import with_sellers
from beachhead.accounts.territory import Territory, ours
from beachhead.tables.categories import CATEGORIES


@pytest.fixture(scope="module")
def table(example: Territory) -> pl.DataFrame:
    return buyers_by_category(example)


def test_windows_meet_at_the_as_of_day(table: pl.DataFrame) -> None:
    assert table["window"].to_list() == ["a year ago", "now", "next year"]
    assert table["start"].to_list() == [date(2007, 2, 28), date(2008, 2, 28), date(2009, 2, 28)]
    assert table["end"].to_list() == [date(2008, 2, 28), date(2009, 2, 28), date(2010, 2, 28)]


def test_shares_sum_to_one(table: pl.DataFrame) -> None:
    assert table.select(pl.sum_horizontal(CATEGORIES)).to_series().to_list() == pytest.approx([1, 1, 1])


def test_past_buyers_are_first_purchases_from_us(example: Territory, table: pl.DataFrame) -> None:
    tables = example.tables
    sold = with_sellers(tables.purchases, tables.products, example.workspace.table("partners"), "Harbour IT")
    first: dict[tuple[str, str], tuple[date, str]] = {}
    for account, product, day, by in (
        sold.select("account", "product", "date", "sold_by").sort("date", maintain_order=True).iter_rows()
    ):
        first.setdefault((account, product), (day, by))
    now = [
        a
        for (a, _), (day, by) in first.items()
        if by == "us" and date(2008, 2, 28) < day <= date(2009, 2, 28)
    ]
    assert table["buyers"].to_list()[1] == pytest.approx(len(now))
    stands = {row["account"]: row for row in example.standing.table.iter_rows(named=True)}
    mean = sum(stands[a]["early_majority"] for a in now) / len(now)
    assert table["early_majority"].to_list()[1] == pytest.approx(mean)


def test_the_next_year_weighs_accounts_by_their_chance(example: Territory, table: pl.DataFrame) -> None:
    ranked = example.next_buyers.ranked(ours(example.tables.products, example.next_buyers))
    assert table["buyers"].to_list()[2] == pytest.approx(ranked["within-12"].sum())


def test_buyers_move_along_the_life_cycle(table: pl.DataFrame) -> None:
    """The example's territory does: the majority buys more of the next year than of the last."""
    majority = table.select(pl.col("early_majority") + pl.col("late_majority")).to_series().to_list()
    assert majority == sorted(majority)
