"""What spreadsheets and CRMs do to cells on the way: ids without digits, days that are none, several currencies."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from beachhead.errors import BadInput
from beachhead.practice.check import check_workspace
from beachhead.tables.crm.damaged_ids import is_damaged
from beachhead.tables.dates import is_placeholder
from beachhead.tables.numbers import parse_numbers
from beachhead.tables.workspace import Workspace
from tests.tables.importing_helpers import Desk


def test_which_ids_are_damaged() -> None:
    ids = [
        "1.23457E+11",
        "1,23457E+11",
        "9E+10",
        "12E5",
        "0x1F",
        "A-12",
        "03. Apr",
        "Mar-04",
        "######",
        "2009-01-31",
    ]
    damaged = is_damaged(pl.Series(ids)).to_list()
    assert [i for i, lost in zip(ids, damaged, strict=True) if lost] == [*ids[:3], *ids[6:9]]
    assert is_damaged(pl.Series(["3-Apr", "4-Apr"])).to_list() == [
        False,
        False,
    ]  # all of them: their own form


def test_accounts_whose_ids_are_damaged_are_kept_apart_by_name(desk: Desk) -> None:
    desk.put(
        "companies.csv",
        "Record ID,Company name,Company Domain Name",
        "1.23457E+11,Alder Mills,alder.example",
        "1.23457E+11,Birch Ltd,birch.example",
    )
    desk.put(
        "deals.csv",
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company IDs,Associated Company",
        "7,D,Closed Won,5,2009-01-01,1.23457E+11,Birch Ltd",
        "8,E,Closed Won,5,2009-01-01,1.23457E+11,",
    )
    report = desk.run()
    assert desk.rows("accounts", "account") == [("Alder Mills",), ("Birch Ltd",)]
    assert desk.rows("opportunities", "opportunity", "account") == [("7", "Birch Ltd")]
    assert desk.aside("opportunities") == ["it names no account"]
    assert "2 ids were damaged by Excel (1.23457E+11)" in report.taken[0].notes[0]


def test_one_id_of_two_firms_is_nobody_s(desk: Desk) -> None:
    desk.put(
        "accounts.csv",
        "Account ID,Account Name,Industry",
        "1,Alder Mills,Food",
        "1,Zenith Bank,Money",
        "2,Elm,x",
    )
    desk.put("sales.csv", "Customer ID,Product,Order Date", "1,Disk,2008-01-31", "2,Disk,2008-01-31")
    report = desk.run()
    assert desk.rows("accounts", "account", "industry") == [
        ("Alder Mills", "Food"),
        ("Zenith Bank", "Money"),
        ("2", "x"),
    ]
    assert desk.aside("purchases") == ["its account '1' stands for several firms: Alder Mills, Zenith Bank"]
    assert any(
        "1 id stands for several firms ('1': Alder Mills, Zenith Bank)" in note for note in report.notes
    )


def test_one_firm_spelt_twice_under_its_id_is_one(desk: Desk) -> None:
    desk.put(
        "accounts.csv",
        "Account ID,Account Name,Industry,Website",
        "1,Alder Mills,,",
        "1,ALDER MILLS Ltd.,Food,",
        "2,Birch,x,birch.example",
        "2,Zenith (was Birch),x,birch.example",
    )
    desk.run()
    assert desk.rows("accounts", "account", "name", "industry") == [
        ("1", "Alder Mills", "Food"),
        ("2", "Birch", "x"),
    ]


def test_zeros_that_a_spreadsheet_took_away(desk: Desk) -> None:
    desk.put(
        "customers.csv", "Customer ID,Customer Name,Industry", "0000108945,Alder,x", "0000108946,Birch,y"
    )
    desk.put("sales.csv", "Customer ID,Product,Order Date", "108945,Disk,2008-01-31")
    desk.run()
    assert desk.rows("purchases", "account") == [("0000108945",)]
    desk.put("customers.csv", "Customer ID,Customer Name,Industry", "108945,Alder,z", "108946,Birch,y")
    desk.run()
    assert desk.rows("accounts", "account", "industry") == [("0000108945", "z"), ("0000108946", "y")]


def test_padded_and_plain_ids_in_one_file_are_two(desk: Desk) -> None:
    desk.put("customers.csv", "Customer ID,Customer Name,Industry", "007,Alder,x", "7,Birch,y")
    desk.run()
    assert desk.rows("accounts", "account", "name") == [("007", "Alder"), ("7", "Birch")]


PLACEHOLDERS = [
    "0001-01-01",
    "1753-01-01",
    "1899-12-30",
    "1900-01-01",
    "1901-01-01",
    "1970-01-01",
    "9999-12-31",
]


@pytest.mark.parametrize("day", PLACEHOLDERS)
def test_days_that_stand_for_none_are_blank_and_told(desk: Desk, day: str) -> None:
    desk.put(
        "sales.csv", "Customer ID,Product,Order Date,Term End", f"1,P,{day},{day}", f"2,P,2008-01-31,{day}"
    )
    report = desk.run()
    assert desk.rows("purchases", "account", "term_end") == [("2", None)]
    assert desk.aside("purchases") == ["it has no date that can be read"]
    assert any(f"{day!r} stands for no day" in note for note in report.taken[0].notes)


def test_real_days_are_none_of_them() -> None:
    days = pl.Series([dt.date(1902, 1, 1), dt.date(1970, 1, 2), dt.date(2030, 1, 1), None])
    assert is_placeholder(days).to_list() == [False, False, False, None]


def test_a_table_of_the_workspace_counts_them_as_blank_and_check_tells(tmp_path: Path) -> None:
    (tmp_path / "purchases.csv").write_text("account,product,date,term_end\n1,P,2008-01-31,9999-12-31\n")
    assert Workspace(tmp_path).table("purchases").get_column("term_end").to_list() == [None]
    (problem,) = check_workspace(tmp_path).problems
    assert "row 2, column 'term_end': 9999-12-31 stands for no day and counts as blank." in problem


def test_a_purchase_on_no_day_is_refused_where_tables_are_written_by_hand(tmp_path: Path) -> None:
    (tmp_path / "purchases.csv").write_text("account,product,date\n1,P,2008-01-31\n1,P,0001-01-01\n")
    with pytest.raises(BadInput, match=r"row 3, column 'date', value '0001-01-01': it stands for no day"):
        Workspace(tmp_path).table("purchases")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_as_of_day_at_the_ends_of_time(tmp_path: Path, day: str) -> None:
    (tmp_path / "beachhead.toml").write_text(f"as_of = {day}\n")
    with pytest.raises(BadInput, match="as_of cannot be used"):
        _ = Workspace(tmp_path).as_of


OPPS = "Opportunity ID,Account Name,Stage,Amount,Close Date,Product Name"


def test_a_quarter_s_end_is_many_rows_though_one_value(desk: Desk) -> None:
    won = [f"O{i},Alder,Closed Won,100,2008-03-31,Disk" for i in range(10)]
    desk.put(
        "opps.csv", OPPS, *won, "O11,Alder,Closed Won,5,laufend,Disk", "O12,Alder,Closed Won,5,offen,Disk"
    )
    desk.run()
    assert desk.table("purchases").height == 10
    assert len(desk.aside("purchases")) == 2


def test_a_column_of_other_things_is_no_column_of_dates(desk: Desk) -> None:
    words = [f"O{i},Alder,Closed Won,100,offen {i},Disk" for i in range(6)]
    desk.put("opps.csv", OPPS, *words, "O11,Alder,Closed Won,5,2008-03-31,Disk")
    desk.run()
    assert desk.table("purchases").height == 0  # six of seven rows cannot be read, so the seventh is chance
    assert desk.table("opportunities").get_column("closed").to_list() == [None] * 7


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("EUR 1.200", 1200.0, "EUR"),
        ("$1,200", 1200.0, "USD"),
        ("1 200 Kč", 1200.0, "CZK"),
        ("1.200,- €", 1200.0, "EUR"),
        ("CHF 1'200.--", 1200.0, "CHF"),
        ("Fr. 1'200.50", 1200.5, "CHF"),
        ("R$ 1.200,50", 1200.5, "BRL"),
        ("1200 Ft", 1200.0, "HUF"),
        ("-€1.200", -1200.0, "EUR"),
    ],
)
def test_currencies_in_cells(desk: Desk, cell: str, amount: float, currency: str) -> None:
    desk.put("sales.csv", "Customer ID;Product;Order Date;Amount", f"1;P;2008-01-31;{cell}")
    desk.run()
    assert desk.rows("purchases", "amount", "currency") == [(amount, currency)]


def test_several_currencies_in_one_column_stay_with_their_amounts(desk: Desk) -> None:
    desk.put(
        "opps.csv",
        OPPS.replace(",", ";"),
        "1;Alder;Closed Won;EUR 100;2008-03-31;Disk",
        "2;Alder;Closed Won;$100;2008-04-30;Disk",
        "3;Alder;Open;100;2008-05-31;Disk",
    )
    desk.run()
    assert desk.rows("opportunities", "amount", "currency") == [(100.0, "EUR"), (100.0, "USD"), (100.0, None)]
    assert desk.rows("purchases", "currency") == [("EUR",), ("USD",)]


def test_points_before_three_digits_separate_thousands_of_money_only() -> None:
    assert parse_numbers(pl.Series(["1.234", "5.678"]), money=True).values.to_list() == [1234, 5678]
    assert parse_numbers(pl.Series(["1.234", "5.67"]), money=True).values.to_list() == [1.234, 5.67]


def test_of_many_cells_that_cannot_be_read_three_are_shown_and_the_rest_counted(desk: Desk) -> None:
    told = {"O1": "1200", "O2": "lots", "O3": "few", "O4": "some", "O5": "none yet", "O6": "ask"}
    desk.put(
        "opps.csv",
        "Opportunity ID,Account Name,Stage,Close Date,Product Name,Amount",
        *(f"{i},Acme,Open,2009-02-1{n},Disk,{amount}" for n, (i, amount) in enumerate(told.items())),
        *(f"P{i},Acme,Open,2009-03-01,Disk,{i}" for i in range(1, 20)),
    )
    (taken,) = desk.run().taken
    assert taken.notes == [
        "'Amount': 'ask', 'few', 'lots' and 2 more cannot be read as numbers and count as blank"
    ]
