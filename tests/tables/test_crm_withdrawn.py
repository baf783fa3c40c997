"""Rows that a CRM marks as deleted, archived or merged, and persons among its accounts."""

from __future__ import annotations

import pytest

from beachhead.tables.crm.values import is_deleted, is_person
from beachhead.tables.crm.words import marks
from tests.tables.importing_helpers import Desk

# CRM: file, its lines; the first account stays, the second is gone
DELETED = {
    "Salesforce": (
        "Account.csv",
        "Id,Name,Type,Industry,IsDeleted",
        "001B000001KqZabIAF,Alder,Customer,Food,false",
        "001B000001KqZdfIAF,Gone,Customer,Food,true",
    ),
    "SuiteCRM": ("accounts.csv", "ID,Name,Industry,Deleted", "1,Alder,Food,0", "2,Gone,Food,1"),
    "EspoCRM": ("account.csv", "id,name,industry,deleted", "1,Alder,Food,false", "2,Gone,Food,true"),
    "Twenty": (
        "companies.csv",
        "Id,Name,Domain Name,Employees,Deleted at",
        "1,Alder,alder.example,5,",
        "2,Gone,gone.example,5,2009-01-31T10:00:00Z",
    ),
    "HubSpot": (
        "companies.csv",
        "hs_object_id,name,domain,industry,archived",
        "1,Alder,alder.example,Food,false",
        "2,Gone,gone.example,Food,true",
    ),
    "Dynamics": (
        "Accounts.csv",
        "(Do Not Modify) Account,Account Name,Relationship Type,Status",
        "1,Alder,Customer,Active",
        "2,Gone,Customer,Inactive",
    ),
    "Dynamics, logical names": (
        "account.csv",
        "accountid,name,customertypecode,industrycode,statecode",
        "1,Alder,3,Food,0",
        "2,Gone,3,Food,1",
    ),
    "Pipedrive": ("organizations.csv", "ID,Name,Owner,active_flag", "1,Alder,Eva,true", "2,Gone,Eva,false"),
    "Zoho": (
        "Accounts.csv",
        "Record Id,Account Name,Industry,Record Status",
        "1,Alder,Food,Available",
        "2,Gone,Food,Trash",
    ),
    "Odoo": (
        "res.partner.csv",
        "id,name,industry_id,country_id,is_company,active",
        "1,Alder,Food,GB,True,True",
        "2,Gone,Food,GB,True,False",
    ),
    "SAP": ("customers.csv", "Kunde;Name;Branche;Löschkennzeichen", "1;Alder;Food;", "2;Gone;Food;X"),
}


@pytest.mark.parametrize("crm", DELETED)
def test_deleted_accounts_are_left_out_and_counted(desk: Desk, crm: str) -> None:
    name, *lines = DELETED[crm]
    desk.put(name, *lines)
    report = desk.run()
    assert desk.table("accounts").get_column("name").to_list() == ["Alder"]
    assert any("1 row is deleted in the CRM and left out" in note for note in report.notes)


def test_deleted_rows_of_an_earlier_import_vanish(desk: Desk) -> None:
    desk.put("Account.csv", "Id,Name,IsDeleted", "1,Alder,false", "2,Birch,false")
    desk.run()
    desk.put("Account.csv", "Id,Name,IsDeleted", "1,Alder,false", "2,Birch,true")
    report = desk.run()
    assert [t.vanished for t in report.tables if t.table == "accounts"] == [1]


def test_what_names_a_deleted_account_is_set_aside(desk: Desk) -> None:
    desk.put("Account.csv", "Id,Name,IsDeleted", "001A,Alder,false", "001B,Gone,true")
    desk.put(
        "Asset.csv", "Id,AccountId,Product,PurchaseDate", "1,001A,Disk,2008-01-31", "2,001B,Disk,2008-01-31"
    )
    desk.run()
    assert desk.rows("purchases", "account") == [("001A",)]
    assert desk.aside("purchases") == ["the account is deleted in the CRM"]


def test_deleted_opportunities_and_activities_are_left_out(desk: Desk) -> None:
    desk.put("Account.csv", "Id,Name,Industry", "001A,Alder,Food")
    desk.put(
        "Opportunity.csv",
        "Id,AccountId,StageName,Amount,CloseDate,IsDeleted",
        "006A,001A,Closed Won,100,2008-01-31,false",
        "006B,001A,Closed Won,77777,2008-01-31,true",
    )
    desk.put(
        "Task.csv",
        "Id,AccountId,Subject,ActivityDate,Status,IsDeleted,IsArchived",
        "00T1,001A,Call,2008-01-31,Completed,false,true",
        "00T2,001A,Call,2008-01-31,Completed,true,false",
    )
    desk.run()
    assert desk.rows("opportunities", "opportunity", "amount") == [("006A", 100.0)]
    assert desk.rows("activities", "activity") == [("00T1",)]  # archived means a year old, not deleted


def test_what_belongs_to_a_merged_account_goes_to_its_master(desk: Desk) -> None:
    desk.put(
        "Account.csv",
        "Id,Name,IsDeleted,MasterRecordId",
        "001A,Alder,false,",
        "001B,Alder (old),true,001A",
        "001C,Alder (older),true,001B",
    )
    desk.put(
        "Asset.csv", "Id,AccountId,Product,PurchaseDate", "1,001C,Disk,2008-01-31", "2,001B,Disk,2008-02-29"
    )
    desk.run()
    assert desk.rows("accounts", "account", "name") == [("001A", "Alder")]
    assert desk.rows("purchases", "account") == [("001A",), ("001A",)]
    # later, without the accounts, it is still known
    (desk.exports / "Account.csv").unlink()
    desk.put("Asset.csv", "Id,AccountId,Product,PurchaseDate", "3,001C,Tape,2008-03-31")
    desk.run()
    assert set(desk.rows("purchases", "account")) == {("001A",)}
    assert desk.table("accounts").height == 1


def test_hubspot_names_the_merged_on_the_record_that_stays(desk: Desk) -> None:
    desk.put(
        "companies.csv",
        "Record ID,Company name,Company Domain Name,Merged Company IDs",
        "11,Alder,alder.example,12;13",
    )
    desk.put(
        "deals.csv",
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company IDs",
        "7,D,Closed Won,5,2009-01-01,13",
    )
    desk.run()
    assert desk.rows("opportunities", "account") == [("11",)]
    assert desk.table("accounts").height == 1


def test_a_master_that_no_file_lists_is_known_by_the_name_of_the_merged(desk: Desk) -> None:
    desk.put("Account.csv", "Id,Name,MasterRecordId", "001A,Alder,", "001B,Birch (old),001X")
    desk.put("Asset.csv", "Id,AccountId,Product,PurchaseDate", "1,001B,Disk,2008-01-31")
    desk.run()
    assert desk.rows("accounts", "account", "name") == [("001A", "Alder"), ("001X", "Birch (old)")]
    assert desk.rows("purchases", "account") == [("001X",)]


def test_dynamics_merged_accounts(desk: Desk) -> None:
    desk.put(
        "account.csv",
        "accountid,name,customertypecode,statecode,merged,masterid",
        "a1,Alder,3,0,False,",
        "a2,Alder Mills,3,1,True,a1",
    )
    desk.run()
    assert desk.rows("accounts", "account", "name") == [("a1", "Alder")]
    assert (
        desk.into.joinpath("matches.csv").read_text().splitlines()[1]
        == "account,a2,Alder Mills,a1,Alder,,yes"
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("Id,Name,Industry,IsPersonAccount", "1,Alder,Food,false", "2,Ms Winge,,true"),
        ("id,name,industry_id,country_id,is_company", "1,Alder,Food,GB,True", "2,Ms Winge,,GB,False"),
        ("Id,Name,Industry,Account Type", "1,Alder,Food,Customer", "2,Ms Winge,,Individual"),
        ("Id;Name;Branche;Kundentyp", "1;Alder;Food;Kunde", "2;Ms Winge;;Privatperson"),
    ],
)
def test_private_persons_are_no_firms(desk: Desk, lines: tuple[str, ...]) -> None:
    desk.put("accounts.csv", *lines)
    desk.put("purchases.csv", "Customer ID,Product,Date,Amount", "1,Disk,2008-01-31,5", "2,Disk,2008-01-31,5")
    report = desk.run()
    assert desk.table("accounts").get_column("name").to_list() == ["Alder"]
    assert desk.aside("purchases") == ["the account is a private person, no firm"]
    assert any("1 row is a private person" in note for note in report.notes)


def test_odoo_takes_what_was_lost_out_of_sight(desk: Desk) -> None:
    desk.put("customers.csv", "id,name,industry,is_company,active", "1,Alder,Food,True,True")
    desk.put(
        "leads.csv",
        "opportunity id,partner,customer,stage,expected revenue,create date,is_company,active",
        "7,,Alder,Proposition,100,2009-01-05,True,False",
        "8,,Alder,Proposition,100,2009-01-05,True,True",
        "9,,Alder,Won,100,2009-01-05,True,False",
    )
    desk.run()
    assert desk.rows("opportunities", "outcome") == [("lost",), ("open",), ("won",)]


def test_a_mark_can_be_named_or_turned_off(desk: Desk) -> None:
    desk.put(
        "accounts.csv",
        "Account ID,Account Name,Industry,IsDeleted,Storno",
        "1,Alder,x,true,",
        "2,Birch,x,,ja",
    )
    desk.settings('[import.accounts]\nfile = "accounts.csv"\ncolumns.deleted = "Storno"\n')
    desk.run()
    assert desk.table("accounts").get_column("name").to_list() == ["Alder"]


@pytest.mark.parametrize(
    "mark", [None, "0", "no", "False", "Available", "0000-00-00 00:00:00", "aktiv", "Active"]
)
def test_not_deleted(mark: str | None) -> None:
    assert not is_deleted(mark)


@pytest.mark.parametrize(
    "mark", ["1", "TRUE", "x", "2009-01-31", "31.01.2009", "Trash", "gelöscht", "Inactive"]
)
def test_deleted(mark: str) -> None:
    assert is_deleted(mark)


def test_only_the_whole_word_is_a_person() -> None:
    assert is_person("Person Account")
    assert is_person("Personne physique")
    assert not is_person("Customer")
    assert not is_person("Private Bank")
    assert not is_person(None)


def test_an_active_column_is_a_mark_only_beside_odoo_s_own() -> None:
    assert marks(["Name", "Active"]) == {}
    assert marks(["name", "is_company", "active"]) == {"firm": ["is_company"], "active": ["active"]}
    assert marks(["Name", "IsArchived"]) == {"archived": ["IsArchived"]}


@pytest.mark.parametrize(
    ("merged", "said"),
    [
        (1, "1 row is merged into another in the CRM: what belongs to it goes there"),
        (2, "2 rows are merged into others in the CRM: what belongs to them goes there"),
    ],
)
def test_merged_accounts_are_counted_in_words(desk: Desk, merged: int, said: str) -> None:
    rows = [f"001B{n},Alder {n},true,001A" for n in range(merged)]
    desk.put("Account.csv", "Id,Name,IsDeleted,MasterRecordId", "001A,Alder,false,", *rows)
    assert f"Account.csv: {said}" in desk.run().notes


def test_what_names_a_deleted_account_by_its_name_is_set_aside(desk: Desk) -> None:
    """SugarCRM's deals refer to accounts by name: the deleted one came back as a live account."""
    desk.put(
        "accounts.csv", "ID,Name,Type,Industry,Deleted", "1,Alder,Customer,Food,0", "2,Birch,Prospect,Food,1"
    )
    desk.put(
        "opportunities.csv",
        "Opportunity Name,ID,Account Name,Sales Stage,Opportunity Amount,Expected Close Date",
        "Storage,a,Alder,Closed Won,5,2008-03-01",
        "Backup,b,birch,Prospecting,5,2009-03-21",
    )
    desk.run()
    assert desk.rows("accounts", "account", "name") == [("1", "Alder")]
    assert desk.rows("opportunities", "opportunity") == [("a",)]
    assert desk.aside("opportunities") == ["the account is deleted in the CRM"]


def test_what_names_a_merged_account_by_its_name_goes_to_its_master(desk: Desk) -> None:
    desk.put(
        "Account.csv",
        "Id,Name,IsDeleted,MasterRecordId",
        "001B000001KqZabIAF,Alder,false,",
        "001B000001KqZacIAF,Alder Old,true,001B000001KqZabIAF",
    )
    desk.put(
        "deals.csv",
        "Opportunity ID,Account Name,Opportunity Name,Stage,Close Date",
        "a,Alder Old,D,Closed Won,2008-05-01",
    )
    desk.run()
    assert desk.rows("opportunities", "account") == [("001B000001KqZabIAF",)]


def test_a_live_account_with_the_name_of_a_deleted_one_keeps_its_rows(desk: Desk) -> None:
    desk.put(
        "accounts.csv", "ID,Name,Type,Industry,Deleted", "1,Alder,Customer,Food,0", "2,Alder,Prospect,Food,1"
    )
    desk.put(
        "deals.csv",
        "Opportunity ID,Account Name,Opportunity Name,Stage,Close Date",
        "a,Alder,D,Closed Won,2008-05-01",
    )
    desk.run()
    assert desk.rows("opportunities", "account") == [("1",)]


def test_odoo_s_labels_mark_what_is_archived_or_lost(desk: Desk) -> None:
    desk.put(
        "res.partner.csv",
        "External ID,Name,Is a Company,Country,Industry,Active",
        "x1,Alder,True,GB,Food,True",
        "x2,Gone,True,GB,Food,False",
    )
    desk.put(
        "crm.lead.csv",
        "Opportunity,Customer,Stage,Expected Revenue,Expected Closing,Closed Date,Active,Lost Reason",
        "Storage,Alder,Won,5,2008-03-01,2008-03-02,True,",
        "Backup,Alder,New,5,2008-05-01,2008-05-02,False,Too expensive",
    )
    desk.run()
    assert desk.rows("accounts", "name") == [("Alder",)]
    assert desk.rows("opportunities", "name", "outcome") == [("Storage", "won"), ("Backup", "lost")]
