"""The second import: the same changes nothing, a newer one replaces and adds, what vanished is kept and marked."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from tests.tables.importing_helpers import Desk

ACCOUNTS = ("Account ID,Account Name,Industry,Employees", "001A,Acme,Banking,100", "001B,Globex,Energy,50")
PORTAL = (
    "End Customer,Product,Order Date,Qty",
    "Acme,vSphere,2008-03-01,4",
    "Acme,vSphere,2008-03-01,4",
    "Globex,vSphere,2008-05-02,2",
)


def test_the_same_files_again_leave_every_byte(desk: Desk) -> None:
    desk.put("accounts.csv", *ACCOUNTS)
    desk.put("portal.csv", *PORTAL)
    desk.run()
    before = desk.contents()
    again = desk.run()
    assert again.files == []
    assert {t.table for t in again.tables} >= {"accounts", "products", "purchases"}
    assert {(t.added, t.changed, t.vanished) for t in again.tables} == {(0, 0, 0)}
    assert desk.contents() == before


def test_a_newer_export_replaces_and_adds(desk: Desk) -> None:
    desk.put("accounts-2009-01.csv", *ACCOUNTS)
    desk.run()
    (desk.exports / "accounts-2009-01.csv").unlink()
    desk.put(
        "accounts-2009-02.csv", ACCOUNTS[0], "001A,Acme,Insurance,120", ACCOUNTS[2], "001C,Initech,Software,9"
    )
    report = desk.run()
    change = next(t for t in report.tables if t.table == "accounts")
    assert (change.added, change.changed, change.vanished) == (1, 1, 0)
    assert desk.rows("accounts", "account", "industry", "size") == [
        ("001A", "Insurance", 120),
        ("001B", "Energy", 50),
        ("001C", "Software", 9),
    ]


def test_of_two_exports_of_one_source_the_later_tells_what_is(desk: Desk) -> None:
    desk.put("accounts-2009-01.csv", *ACCOUNTS)
    desk.put("accounts-2009-02.csv", ACCOUNTS[0], "001A,Acme,Insurance,120")
    desk.run()
    assert sorted(desk.rows("accounts", "account", "industry", "size")) == [
        ("001A", "Insurance", 120),
        ("001B", "Energy", 50),
    ]


def test_what_vanished_is_kept_and_marked_until_it_comes_back(desk: Desk) -> None:
    desk.settings("as_of = 2009-02-28\n")
    desk.put("accounts.csv", *ACCOUNTS)
    desk.run()
    desk.put("accounts.csv", *ACCOUNTS[:2])
    report = desk.run()
    assert next(t for t in report.tables if t.table == "accounts").vanished == 1
    assert desk.rows("accounts", "account", "vanished") == [("001A", None), ("001B", dt.date(2009, 2, 28))]
    before = desk.contents()
    assert desk.run().files == []
    assert desk.contents() == before
    desk.put("accounts.csv", *ACCOUNTS)
    desk.run()
    assert desk.table("accounts").get_column("vanished").null_count() == 2


def test_an_import_of_other_files_marks_nothing(desk: Desk) -> None:
    desk.put("accounts.csv", *ACCOUNTS)
    desk.run()
    (desk.exports / "accounts.csv").unlink()
    desk.put("portal.csv", *PORTAL)
    desk.run()
    assert desk.table("accounts").get_column("vanished").null_count() == 2


def test_rows_without_an_id_are_known_by_content_and_how_often_they_occur(desk: Desk) -> None:
    desk.put("portal.csv", *PORTAL)
    desk.run()
    assert desk.table("purchases").height == 3  # two of them are the same, and were two purchases
    desk.put("portal.csv", *PORTAL, PORTAL[1])
    report = desk.run()
    change = next(t for t in report.tables if t.table == "purchases")
    assert (change.added, change.vanished, change.rows) == (1, 0, 4)
    desk.put("portal.csv", *PORTAL[:2], PORTAL[3])
    report = desk.run()
    change = next(t for t in report.tables if t.table == "purchases")
    assert (change.added, change.vanished, change.rows) == (0, 2, 4)


def test_a_row_that_two_files_of_one_kind_hold_is_taken_once(desk: Desk) -> None:
    desk.put("portal-2008-03.csv", *PORTAL)
    desk.put("portal-2008-05.csv", PORTAL[0], PORTAL[3], "Globex,vSphere,2008-06-09,1")
    desk.run()
    assert desk.table("purchases").height == 4


def test_a_copy_of_a_file_is_passed_over(desk: Desk) -> None:
    desk.put("portal.csv", *PORTAL)
    desk.put("portal (copy).csv", *PORTAL)
    report = desk.run()
    assert len(report.taken) == 1
    assert "byte by byte" in report.left[0][1]


def test_several_files_of_one_kind_keep_to_themselves(desk: Desk) -> None:
    desk.put("accounts-emea.csv", *ACCOUNTS)
    desk.put("accounts-apac.csv", ACCOUNTS[0], "001X,Hooli,Internet,5")
    desk.run()
    assert desk.table("accounts").height == 3
    (desk.exports / "accounts-emea.csv").unlink()
    desk.run()
    assert desk.table("accounts").get_column("vanished").null_count() == 3


def test_what_a_person_wrote_into_the_workspace_stays(desk: Desk) -> None:
    desk.put("accounts.csv", *ACCOUNTS)
    desk.run()
    path = desk.into / "accounts.csv"
    mine = pl.read_csv(path, infer_schema=False).with_columns(
        segment=pl.Series(["core", None]), my_mark=pl.Series(["x", "y"])
    )
    mine.write_csv(path)
    desk.put("accounts.csv", ACCOUNTS[0], "001A,Acme,Insurance,100", ACCOUNTS[2])
    desk.run()
    table = desk.table("accounts")
    assert table.select("industry", "segment", "my_mark").rows() == [
        ("Insurance", "core", "x"),
        ("Energy", None, "y"),
    ]


def test_rows_typed_by_hand_never_vanish(desk: Desk) -> None:
    desk.into.mkdir()
    (desk.into / "accounts.csv").write_text(
        "account,name\nmine,Typed by hand\n001A,Old name\n", encoding="utf-8"
    )
    desk.put("accounts.csv", *ACCOUNTS)
    desk.run()
    assert desk.rows("accounts", "account", "name", "vanished") == [
        ("mine", "Typed by hand", None),
        ("001A", "Acme", None),
        ("001B", "Globex", None),
    ]


def test_a_dry_run_shows_the_same_and_writes_nothing(desk: Desk) -> None:
    desk.put("accounts.csv", *ACCOUNTS)
    desk.put("portal.csv", *PORTAL)
    dry = desk.run(dry_run=True)
    assert not desk.into.exists()
    real = desk.run()
    assert dry.taken == real.taken
    assert dry.tables == real.tables
    assert (dry.files, dry.dry) == ([], True)


def test_an_account_that_became_a_partner_is_no_customer_any_more(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name,Type", "001A,Acme,Customer", "001B,Globex,Customer")
    desk.run()
    desk.put("accounts.csv", "Account ID,Account Name,Type", "001A,Acme,Customer", "001B,Globex,Reseller")
    desk.run()
    assert desk.rows("accounts", "account") == [("001A",)]
    assert desk.rows("partners", "partner", "name", "kind") == [("001B", "Globex", "reseller")]


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_a_table_that_an_import_cannot_write_is_refused(desk: Desk, ending: str) -> None:
    from beachhead.errors import BadInput

    desk.into.mkdir()
    frame = pl.DataFrame({"account": ["1"], "name": ["Acme"]})
    path = desk.into / f"accounts.{ending}"
    frame.write_excel(path) if ending == "xlsx" else path.write_text('[{"account": "1"}]')
    desk.put("accounts.csv", *ACCOUNTS)
    with pytest.raises(BadInput, match=r"saved as accounts\.csv"):
        desk.run()


def test_rows_set_aside_leave_the_file_once_they_can_be_placed(desk: Desk) -> None:
    desk.put("portal.csv", *PORTAL, ",vSphere,2008-06-01,1")
    desk.put("deals.csv", "Deal ID,Account,Deal Stage,Close Date", "1,,Open,2009-03-31")
    desk.run()
    assert desk.aside("purchases") == ["it names no account"]
    (desk.exports / "deals.csv").unlink()
    desk.put("portal.csv", *PORTAL, "Hooli,vSphere,2008-06-01,1")
    desk.run()
    assert not (desk.into / "unplaced/purchases.csv").exists()
    assert desk.aside("opportunities") == ["it names no account"]  # of a file that was not imported again
