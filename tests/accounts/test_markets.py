"""From purchases to adoption series, and what a small and selective territory does to a standing."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from beachhead.accounts.markets import first_purchases, territory_adoption, territory_notes
from beachhead.errors import BadQuestion
from beachhead.tables import accounts as accounts_table
from beachhead.tables import products as products_table
from beachhead.tables import purchases as purchases_table

AS_OF = date(2009, 2, 28)


def purchases(*rows: tuple[str, str, date]) -> pl.DataFrame:
    return purchases_table.TABLE.conform(
        pl.DataFrame(list(rows), schema=["account", "product", "date"], orient="row")
    )


def accounts(n: int, **columns: Any) -> pl.DataFrame:
    return accounts_table.TABLE.conform(pl.DataFrame({"account": [str(i) for i in range(n)], **columns}))


PRODUCTS = products_table.TABLE.conform(pl.DataFrame({"product": ["vm"], "name": ["VM Backup"]}))
BOUGHT = purchases(
    ("0", "vm", date(2008, 2, 1)),
    ("0", "vm", date(2008, 1, 5)),
    ("1", "VM-Backup", date(2008, 5, 31)),
    ("2", "vm", date(2009, 1, 10)),
    ("3", "vm", date(2009, 3, 1)),
    ("9", "vm", date(2008, 5, 1)),
    ("0", "other", date(2008, 12, 31)),
)
FIRST = first_purchases(BOUGHT, PRODUCTS, AS_OF)


def test_the_first_purchase_counts_by_whatever_name_until_the_as_of_day() -> None:
    rows = {(a, p): d for a, p, d in FIRST.iter_rows()}
    assert rows == {
        ("0", "vm"): date(2008, 1, 5),
        ("1", "vm"): date(2008, 5, 31),
        ("2", "vm"): date(2009, 1, 10),
        ("9", "vm"): date(2008, 5, 1),
        ("0", "other"): date(2008, 12, 31),
    }


def test_a_series_counts_accounts_at_the_end_of_each_period_that_is_over() -> None:
    table = territory_adoption(FIRST, accounts(8), AS_OF, names={"vm": "VM backup"})
    vm = table.filter(pl.col("unique_id") == "vm")
    assert vm.select("ds", "y").rows() == [
        (date(2007, 12, 31), 0.0),
        (date(2008, 3, 31), 1.0),
        (date(2008, 6, 30), 2.0),  # account 9 is not in the list of accounts
        (date(2008, 9, 30), 2.0),
        (date(2008, 12, 31), 2.0),  # the quarter of January 2009 is not over
    ]
    assert vm.select("kind", "freq", "name", "unit").unique().rows() == [
        ("stock", "Q", "VM backup", "accounts")
    ]
    assert vm["ceiling"].unique().to_list() == [8.0]
    assert vm["potential_low"].unique().to_list() == [4.0]
    assert table.filter(pl.col("unique_id") == "other")["y"].to_list() == [0.0, 1.0]


def test_months_that_are_over_count() -> None:
    table = territory_adoption(FIRST, accounts(8), AS_OF, freq="M").filter(pl.col("unique_id") == "vm")
    assert table["ds"].to_list()[-1] == AS_OF
    assert table["y"].to_list()[-1] == 3.0
    assert len(table) == 15


def test_the_potential_is_bounded_by_those_who_could_use_it() -> None:
    addressable = pl.DataFrame({"account": ["1", "2", "4", "77"], "product": ["vm"] * 4})
    table = territory_adoption(FIRST, accounts(8), AS_OF, addressable=addressable)
    # 0, which bought it, 1, 2 and 4; 77 is nobody
    assert table.filter(pl.col("unique_id") == "vm")["ceiling"].unique().to_list() == [4.0]
    # more than half of them have it already: the least that it can end at is what there is
    assert table.filter(pl.col("unique_id") == "vm")["potential_low"].unique().to_list() == [3.0]


def test_series_by_segment_leave_out_accounts_without_one() -> None:
    table = territory_adoption(
        FIRST, accounts(4, segment=["small", "small", None, "large"]), AS_OF, by="segment"
    )
    assert set(table["unique_id"]) == {"vm / small", "other / small"}
    small = table.filter(pl.col("unique_id") == "vm / small")
    assert small["y"].to_list()[-1] == 2.0
    assert small["ceiling"][0] == 2.0
    assert small["name"][0] == "vm, small"


def test_nothing_bought_is_no_series() -> None:
    assert territory_adoption(FIRST.clear(), accounts(3), AS_OF).height == 0
    assert territory_adoption(FIRST, accounts(0), AS_OF).height == 0
    assert territory_notes(FIRST.clear(), accounts(3)).height == 0


def test_questions_that_make_no_sense_are_refused() -> None:
    with pytest.raises(BadQuestion, match="did you mean 'region'"):
        territory_adoption(FIRST, accounts(3), AS_OF, by="regoin")
    with pytest.raises(BadQuestion, match="M, Q or Y"):
        territory_adoption(FIRST, accounts(3), AS_OF, freq="D")


def notes(**market: float) -> str:
    return " | ".join(territory_notes(FIRST, accounts(8), markets=market).filter(unique_id="vm")["note"])


def test_a_small_territory_is_said_to_be_one() -> None:
    """3 of 8: the 80 % range of a binomial share is 0.375 ± 1.28 √(0.375 · 0.625 / 8)."""
    assert "3 of 8 addressable accounts have it, 38 %" in notes()
    assert "makes that 16 % to 59 %" in notes()


def test_a_territory_that_is_unlike_its_market_is_said_to_be_no_sample() -> None:
    assert "its market stands at 10 %, the territory at 38 %" in notes(vm=0.1)
    assert "no sample" not in notes(vm=0.3)


def test_missing_prospects_and_earlier_purchases_are_said() -> None:
    buyers = territory_notes(FIRST, accounts(8, kind=["customer"] * 8))
    assert "those that never bought are missing" in " ".join(buyers["note"])
    assert "fall in the first half year of the data" in notes()
    assert "those that never bought" not in notes()
