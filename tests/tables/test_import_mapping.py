"""What the import remembers in beachhead.toml, and what the user can say there."""

from __future__ import annotations

import tomllib

import pytest

from beachhead.errors import BadInput
from beachhead.tables.remembered import Section, file_pattern, section_name, with_sections
from tests.tables.importing_helpers import Desk

PORTAL = (
    "Endkd,Artk,Dat,Stk,Wiederv",
    "Acme,vSphere,2008-03-01,4,Rival IT",
    "Globex,vSphere,2008-05-02,2,Harbour IT",
)
MAPPING = """
us = "Harbour IT"  # that is us

[import.portal]
file = "portal*.csv"
kind = "purchases"
columns.account = "Endkd"
columns.product = "Artk"
columns.date = "Dat"
columns.quantity = "Stk"
columns.seller = "Wiederv"

[market]
# nothing here yet
"""


def test_any_table_is_read_once_its_columns_are_mapped(desk: Desk) -> None:
    desk.settings(MAPPING)
    desk.put("portal-2009.csv", *PORTAL)
    desk.run()
    assert desk.rows("purchases", "account", "product", "quantity", "seller") == [
        ("Acme", "vSphere", 4.0, "Rival IT"),
        ("Globex", "vSphere", 2.0, "Harbour IT"),
    ]
    assert desk.contents()["beachhead.toml"].decode() == MAPPING


def test_what_cannot_be_placed_is_shown_with_the_lines_that_place_it(desk: Desk) -> None:
    desk.put("portal.csv", *PORTAL)
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Acme,x")
    report = desk.run()
    ((file, lines),) = report.unplaced
    assert file == "portal.csv"
    assert lines[:2] == ["[import.portal]", 'file = "portal.csv"']
    section = tomllib.loads("\n".join(lines))["import"]["portal"]
    assert section["kind"] == "purchase"
    assert set(section["columns"]) == {"account", "product", "date"}
    # those lines, filled in, do place it
    text = "\n".join(lines)
    for field, header in (("account", "Endkd"), ("product", "Artk"), ("date", "Dat")):
        text = text.replace(f'columns.{field} = "…"', f'columns.{field} = "{header}"')
    path = desk.into / "beachhead.toml"
    path.write_text(path.read_text() + "\n" + text + "\n")
    assert desk.run().unplaced == []
    assert desk.table("purchases").height == 2


def test_the_mapping_is_remembered_and_comments_stay(desk: Desk) -> None:
    mine = '# mine\nus = "Harbour IT"  # us\n\n[import.customers] # theirs\nfile = "customers.csv"  # ERP\n\n# end\n'
    desk.settings(mine)
    desk.put("customers.csv", "customerID,companyName,Branche", "1,Acme,x")
    desk.run()
    text = (desk.into / "beachhead.toml").read_text()
    for line in mine.splitlines():
        assert line in text.splitlines()
    section = tomllib.loads(text)["import"]["customers"]
    assert section["kind"] == "account"
    assert section["columns"] == {"account": "customerID", "name": "companyName", "industry": "Branche"}


def test_a_remembered_mapping_serves_the_next_export_of_another_name(desk: Desk) -> None:
    desk.settings(MAPPING)
    desk.put("licences from the vendor.csv", *PORTAL)
    report = desk.run()
    assert report.taken[0].section == "portal"
    assert desk.table("purchases").height == 2


def test_a_column_can_be_left_out_and_another_taken(desk: Desk) -> None:
    desk.settings(
        '[import.accounts]\nfile = "accounts.csv"\ncolumns.industry = ""\ncolumns.segment = "Branch"\n'
    )
    desk.put("accounts.csv", "Account ID,Account Name,Industry,Branch", "1,Acme,x,core")
    desk.run()
    assert desk.rows("accounts", "industry", "segment") == [(None, "core")]


def test_a_file_can_be_skipped(desk: Desk) -> None:
    desk.settings('[import.old]\nfile = "old*.csv"\nskip = true\n')
    desk.put("old accounts.csv", "Account ID,Account Name,Industry", "1,Acme,x")
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "2,Globex,x")
    report = desk.run()
    assert [t.file for t in report.taken] == ["accounts.csv"]
    assert "says skip" in report.left[0][1]


def test_the_first_of_several_columns_that_is_filled_counts(desk: Desk) -> None:
    desk.settings(
        '[import.sales]\nfile = "sales.csv"\nkind = "purchase"\ncolumns.product = ["SKU", "Item"]\n'
    )
    desk.put("sales.csv", "Customer,SKU,Item,Order Date", "Acme,S1,One,2009-01-31", "Acme,,Two,2009-01-31")
    desk.run()
    assert desk.table("purchases").get_column("product").to_list() == ["S1", "Two"]


def test_dates_that_read_both_ways_are_settled_by_a_line(desk: Desk) -> None:
    desk.put("sales.csv", "Customer,Product,Order Date", "Acme,P,03/04/2009", "Acme,P,05/06/2009")
    with pytest.raises(BadInput, match=r"3 April 2009 day-first and 4 March 2009 month-first") as refused:
        desk.run()
    assert (
        'under [import.sales] in beachhead.toml the line dates = "day first" or dates = "month first"'
        in str(refused.value)
    )
    assert not desk.into.exists()
    desk.settings('[import.sales]\nfile = "sales.csv"\ndates = "month first"\n')
    desk.run()
    assert [str(d) for d in desk.table("purchases").get_column("date")] == ["2009-03-04", "2009-05-06"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('colums.account = "Endkd"', "did you mean 'columns'"),
        ('kind = "purchas"', "did you mean 'purchase'"),
        ('columns.acount = "Endkd"', "did you mean 'account'"),
        ('columns.account = "Endkunde"', "did you mean 'Endkd'"),
        ('dates = "backwards"', "day first"),
        ('crm = "Sugar"', "Salesforce or HubSpot or Dynamics 365"),
    ],
)
def test_lines_that_are_not_understood_are_refused(desk: Desk, line: str, says: str) -> None:
    kind = "" if line.startswith("kind") else 'kind = "purchase"\n'
    desk.settings(f'[import.portal]\nfile = "portal.csv"\n{kind}{line}\n')
    desk.put("portal.csv", *PORTAL)
    with pytest.raises(BadInput, match=says):
        desk.run()


def test_sections_are_added_line_by_line_and_only_once() -> None:
    section = Section("a", ["a.csv"], "account", columns={"account": ["ID"], "name": ['He said "x"']})
    text = with_sections('us = "A"\r\n[import.a]\r\nfile = "a.csv"\r\n[market]\r\n', [section])
    assert tomllib.loads(text)["import"]["a"]["columns"] == {"account": "ID", "name": 'He said "x"'}
    assert tomllib.loads(text)["market"] == {}
    assert with_sections(text, [section]) == text


@pytest.mark.parametrize(
    ("file", "pattern", "name"),
    [
        ("accounts-2009-02-28.csv", "accounts*.csv", "accounts"),
        ("report1700000000.csv", "report*.csv", "report"),
        ("Q1 sales (2).csv", "Q*sales*.csv", "q-sales"),
        ("2009.csv", "2009.csv", "asset"),
    ],
)
def test_the_numbers_of_a_file_name_are_left_open(file: str, pattern: str, name: str) -> None:
    assert file_pattern(file) == pattern
    assert section_name(file, None, "asset", []) == name


def test_reports_of_the_same_name_are_told_apart_by_their_columns(desk: Desk) -> None:
    desk.put("report1700000001.csv", "Account ID,Account Name,Industry", "001A,Acme,x")
    desk.put(
        "report1700000002.csv",
        "Opportunity Name,Account Name,Stage,Close Date",
        "D,Acme,Closed Won,2009-01-31",
    )
    desk.run()
    for path in desk.exports.iterdir():
        path.rename(path.with_name(path.name.replace("17000", "18000")))
    report = desk.run()
    assert report.files == []
    assert {t.kind for t in report.taken} == {"account", "opportunity"}


@pytest.mark.parametrize(
    ("line", "seller"), [("", "Harbour IT"), ('seller = "Rival IT"', "Rival IT"), ('seller = ""', None)]
)
def test_who_sold_can_be_said_for_a_whole_file(desk: Desk, line: str, seller: str | None) -> None:
    desk.settings(f'us = "Harbour IT"\n[import.orders]\nfile = "orders.csv"\n{line}\n')
    desk.put(
        "orders.csv", "order_id,customer,product,order_date", "1,Acme,P,2009-01-31", "2,Acme,P,2009-02-28"
    )
    desk.run()
    assert desk.table("purchases").get_column("seller").unique().to_list() == [seller]
