"""Guards of an import that a change could take away unseen."""

from __future__ import annotations

import datetime as dt

import pytest

from beachhead.tables.crm.opportunities import SAME_PURCHASE_DAYS
from tests.tables.importing_helpers import Desk

ACCOUNTS = ("Account ID,Account Name,Industry", "A1,Alder,Food", "A2,Birch,Food")


def test_of_a_row_in_two_files_the_later_counts(desk: Desk) -> None:
    desk.put("accounts-2009-01.csv", *ACCOUNTS)
    desk.put("accounts-2009-02.csv", ACCOUNTS[0], "A1,Alder,Steel")
    desk.run()
    assert sorted(desk.rows("accounts", "account", "industry")) == [("A1", "Steel"), ("A2", "Food")]


@pytest.mark.parametrize(("days", "purchases"), [(0, 1), (60, 1), (90, 1), (91, 2)])
def test_a_won_opportunity_near_a_recorded_purchase_is_that_purchase(
    desk: Desk, days: int, purchases: int
) -> None:
    assert SAME_PURCHASE_DAYS == 90
    won = dt.date(2008, 3, 1) + dt.timedelta(days)
    desk.put("accounts.csv", *ACCOUNTS)
    desk.put("licences.csv", "Customer ID,Product,Order Date,Quantity", "A1,Disk,2008-03-01,5")
    desk.put(
        "opps.csv", "Opportunity ID,Account ID,Stage,Close Date,Product Name", f"O1,A1,Closed Won,{won},Disk"
    )
    desk.run()
    assert desk.table("purchases").height == purchases


def test_small_numbers_refer_only_where_a_column_is_called_like_an_id(desk: Desk) -> None:
    """A column of small whole numbers that happen to be ids (a rating, a floor) is no reference to accounts."""
    desk.put(
        "customers.csv", "Customer ID,Customer Name,Industry", *(f"{i},Firm {i},Food" for i in range(1, 9))
    )
    rows = [f"Someone {i},Disk,2008-01-{i + 1:02},{i % 4 + 1}" for i in range(12)]
    desk.put("sales.csv", "Buyer,Product,Order Date,Floor", *rows)
    report = desk.run()
    taken = next(t for t in report.taken if t.file == "sales.csv")
    assert "Floor" not in [h for hs in taken.columns.values() for h in hs]
    assert not any("Floor" in note for note in report.notes)


def test_small_numbers_in_a_column_called_like_an_id_do_refer(desk: Desk) -> None:
    desk.put(
        "customers.csv", "Customer ID,Customer Name,Industry", *(f"{i},Firm {i},Food" for i in range(1, 9))
    )
    desk.put("sales.csv", "Party Ref,Product,Order Date", *(f"{i},Disk,2008-01-0{i}" for i in range(1, 9)))
    desk.run()
    assert desk.table("purchases").get_column("account").to_list() == [str(i) for i in range(1, 9)]


def test_codes_refer_whatever_their_column_is_called(desk: Desk) -> None:
    desk.put(
        "customers.csv",
        "Customer ID,Customer Name,Industry",
        *(f"C-10{i},Firm {i},Food" for i in range(1, 9)),
    )
    desk.put("sales.csv", "Wer,Product,Order Date", *(f"C-10{i},Disk,2008-01-0{i}" for i in range(1, 9)))
    desk.run()
    assert desk.table("purchases").get_column("account").to_list() == [f"C-10{i}" for i in range(1, 9)]


def test_a_domain_that_anybody_may_have_tells_nothing(desk: Desk) -> None:
    lines = (
        "Account ID,Account Name,Website",
        "1,Alder,gmail.com",
        "2,Birch,https://www.linkedin.com/company/birch",
    )
    desk.put("accounts.csv", *lines, "3,Cedar,cedar.example", "4,Elm,info@elm.example")
    report = desk.run()
    assert desk.table("accounts").get_column("domain").to_list() == [
        None,
        None,
        "cedar.example",
        "elm.example",
    ]
    assert any("2 domains belong to a platform" in note for note in report.notes)


def test_a_domain_of_many_names_is_nobody_s(desk: Desk) -> None:
    firms = [f"{i},{n},portal.example" for i, n in enumerate(("Alder", "Birch", "Cedar", "Dorn"))]
    group = [f"9{i},Zenith {n},zenith.example" for i, n in enumerate(("AG", "GmbH", "Ltd"))]
    desk.put("accounts.csv", "Account ID,Account Name,Website", *firms, *group)
    report = desk.run()
    assert set(desk.table("accounts").get_column("domain")) == {None, "zenith.example"}
    assert any("4 domains" in note for note in report.notes)
