"""What exports become: incumbents, won opportunities, signals, partners, activities."""

from __future__ import annotations

import datetime as dt

import pytest

from beachhead.tables.crm.departments import department_of
from beachhead.tables.crm.purchases import WHO_SELLS
from beachhead.tables.crm.values import account_kind, activity_kind, outcome, partner_kind
from tests.tables.importing_helpers import Desk

ACCOUNTS = (
    "Id,Name,Type,Industry",
    "001A,Acme,Customer - Direct,Banking",
    "001B,Globex,Prospect,Energy",
    "001P,Rival IT,Channel Partner / Reseller,IT",
)
ASSETS = (
    "Id,AccountId,Product2Id,Name,Quantity,Price,PurchaseDate,InstallDate,UsageEndDate,IsCompetitorProduct,AssetProvidedById,AssetServicedById",
    "02i1,001A,01t1,vSphere,4,100,2008-01-31,,2009-06-30,false,,",
    "02i2,001A,01t2,Hyper-V,2,50,,2008-05-31,,true,,",
    "02i3,001B,01t1,vSphere,1,100,2008-07-31,,,false,001P,001P",
)
DEALS = (
    "Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate",
    "0061,001A,First,Closed Won,500,2008-02-15,2008-01-01",
    "0062,001B,Second,Closed Lost,900,2008-08-15,2008-06-01",
    "0063,001B,Third,Prospecting,100,2009-06-30,2009-01-01",
)
LINES = (
    "Id,OpportunityId,Product2Id,Quantity,UnitPrice,TotalPrice",
    "00k1,0061,01t1,4,100,400",
    "00k2,0061,01t2,1,100,100",
    "00k3,0062,01t1,9,100,900",
    "00k4,0069,01t1,1,100,100",
)


def test_assets_tell_the_incumbent(desk: Desk) -> None:
    desk.settings('us = "Harbour IT"\n')
    desk.put("Account.csv", *ACCOUNTS)
    desk.put("Asset.csv", *ASSETS)
    desk.run()
    assert desk.rows(
        "purchases", "purchase", "account", "date", "amount", "seller", "serviced_by", "term_end"
    ) == [
        ("02i1", "001A", dt.date(2008, 1, 31), 400.0, "Harbour IT", None, dt.date(2009, 6, 30)),
        ("02i2", "001A", dt.date(2008, 5, 31), 100.0, "another firm", None, None),
        ("02i3", "001B", dt.date(2008, 7, 31), 100.0, "001P", "001P", None),
    ]
    assert set(desk.rows("products", "product", "name", "ours")) == {
        ("01t1", "vSphere", None),
        ("01t2", "Hyper-V", False),
    }
    assert desk.rows("partners", "partner", "name", "kind") == [("001P", "Rival IT", "reseller")]
    assert desk.rows("accounts", "account", "kind") == [("001A", "customer"), ("001B", "prospect")]


def test_won_opportunities_count_as_purchases_by_their_lines(desk: Desk) -> None:
    desk.settings('us = "Harbour IT"\n')
    desk.put("Account.csv", *ACCOUNTS)
    desk.put("Opportunity.csv", *DEALS)
    desk.put("OpportunityLineItem.csv", *LINES)
    desk.run()
    assert desk.rows("purchases", "purchase", "account", "product", "date", "amount", "seller") == [
        ("00k1", "001A", "01t1", dt.date(2008, 2, 15), 400.0, "Harbour IT"),
        ("00k2", "001A", "01t2", dt.date(2008, 2, 15), 100.0, "Harbour IT"),
    ]
    assert desk.aside("purchases") == ["its opportunity is not among the opportunities"]


def test_but_not_when_there_are_assets(desk: Desk) -> None:
    desk.put("Account.csv", *ACCOUNTS)
    desk.put("Opportunity.csv", *DEALS)
    desk.put("OpportunityLineItem.csv", *LINES)
    desk.run()
    assert desk.table("purchases").height == 2
    desk.put("Asset.csv", *ASSETS)
    desk.run()
    assert desk.table("purchases").get_column("purchase").to_list() == ["02i1", "02i2", "02i3"]
    (desk.exports / "Asset.csv").unlink()
    desk.run()
    assert desk.table("purchases").height == 3


def test_an_export_of_opportunities_with_products(desk: Desk) -> None:
    desk.put(
        "report.csv",
        "Opportunity ID,Account Name,Opportunity Name,Stage,Close Date,Product Name,Quantity,Total Price",
        "0061,Acme,First,Closed Won,2008-02-15,vSphere,4,400",
        "0061,Acme,First,Closed Won,2008-02-15,Backup,1,700",
        "0062,Globex,Second,Prospecting,2009-02-15,vSphere,2,200",
    )
    desk.run()
    assert desk.rows("opportunities", "opportunity", "product", "amount", "outcome") == [
        ("0061", "Backup", 1100.0, "won"),
        ("0062", "vSphere", 200.0, "open"),
    ]
    assert desk.rows("purchases", "purchase", "product", "quantity", "amount") == [
        ("0061/vSphere", "vSphere", 4.0, 400.0),
        ("0061/Backup", "Backup", 1.0, 700.0),
    ]


@pytest.mark.parametrize(
    ("products", "bought"),
    [(["Disk"], [("Disk", 900.0)]), (["Disk", "Backup"], [("Disk", None), ("Backup", None)])],
)
def test_the_amount_of_an_opportunity_is_its_product_s_only_where_it_has_one(
    desk: Desk, products: list[str], bought: list[tuple[str, float | None]]
) -> None:
    header = "Opportunity ID,Account Name,Opportunity Name,Stage,Close Date,Product Name,Amount"
    desk.put("report.csv", header, *(f"0061,Acme,First,Closed Won,2008-02-15,{p},900" for p in products))
    desk.run()
    assert desk.rows("purchases", "product", "amount") == bought


def test_a_won_opportunity_that_a_portal_records_is_not_counted_twice(desk: Desk) -> None:
    desk.put(
        "portal.csv",
        "End Customer,Product,Order Date,Reseller",
        "Acme,vSphere,2008-03-01,Harbour IT",
        "Acme,vSphere,2006-03-01,Rival IT",
    )
    desk.put(
        "deals.csv",
        "Deal ID,Account,Product,Deal Stage,Close Date",
        "1,Acme,vSphere,Won,2008-02-15",
        "2,Acme,Backup,Won,2008-02-15",
    )
    report = desk.run()
    assert sorted(desk.table("purchases").get_column("product").to_list()) == ["Backup", "vSphere", "vSphere"]
    assert any("recorded already" in n for n in report.notes)


@pytest.mark.parametrize(("won", "purchases"), [("2008-05-30", 1), ("2008-05-31", 2), ("2007-12-01", 2)])
def test_within_ninety_days_a_won_opportunity_is_the_purchase_that_is_recorded(
    desk: Desk, won: str, purchases: int
) -> None:
    desk.put("portal.csv", "End Customer,Product,Order Date,Reseller", "Acme,vSphere,2008-03-01,Harbour IT")
    desk.put("deals.csv", "Deal ID,Account,Product,Deal Stage,Close Date", f"1,Acme,vSphere,Won,{won}")
    desk.run()
    assert desk.table("purchases").height == purchases


@pytest.mark.parametrize(("unread", "taken"), [(2, True), (3, False)])
def test_a_column_of_which_most_is_no_day_is_not_taken_for_days(desk: Desk, unread: int, taken: bool) -> None:
    days = [*(f"phase {i}" for i in range(unread)), *(f"2008-03-0{i + 1}" for i in range(5 - unread))]
    desk.put(
        "deals.csv",
        "Deal ID,Account,Product,Deal Stage,Close Date",
        *(f"{i},Acme,vSphere,Prospecting,{day}" for i, day in enumerate(days)),
    )
    desk.run()
    assert (desk.table("opportunities").get_column("expected").null_count() < 5) == taken


def test_won_without_a_product_is_shown_with_the_line_that_helps(desk: Desk) -> None:
    desk.put("Opportunity.csv", *DEALS)
    report = desk.run()
    assert desk.table("purchases").height == 0
    assert any('under [import.opportunity]: columns.product = "…"' in a for a in report.advice)
    settings = desk.into / "beachhead.toml"
    settings.write_text(
        settings.read_text()
        .replace("[import.opportunity]", '[import.opportunity]\ncolumns.product = "Name"', 1)
        .replace('columns.name = "Name"\n', "")
    )
    desk.run()
    assert desk.rows("purchases", "account", "product") == [("001A", "First")]


DYNAMICS = (
    "(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Potential Customer,"
    "Status,"
    "Actual Revenue,Est. Revenue,Est. Close Date,Actual Close Date,Created On,Purchase Process,Purchase Timeframe,Need"
)


def test_the_purchase_process_of_dynamics_gives_signals(desk: Desk) -> None:
    desk.put(
        "opportunities.csv",
        DYNAMICS,
        "o1,x,2009-01-01,First,Acme,Open,,100,2009-06-30,,2009-01-15,Committee,This Quarter,Must have",
        "o2,x,2009-01-01,Second,Globex,Won,90,100,2009-06-30,2009-02-01,2009-01-16,Individual,This Year,Good to have",
        "o3,x,2009-01-01,Third,Hooli,Lost,,100,2009-06-30,2009-02-02,2009-01-17,Unknown,Not known,No need",
    )
    desk.run()
    assert set(desk.rows("signals", "account", "date", "signal")) == {
        ("Acme", dt.date(2009, 1, 15), "buying-committee"),
        ("Acme", dt.date(2009, 1, 15), "short-timeframe"),
        ("Acme", dt.date(2009, 1, 15), "need-must-have"),
        ("Globex", dt.date(2009, 1, 16), "long-timeframe"),
        ("Globex", dt.date(2009, 1, 16), "need-good-to-have"),
    }
    assert desk.rows("opportunities", "outcome", "amount", "expected", "closed") == [
        ("open", 100.0, dt.date(2009, 6, 30), None),
        ("won", 90.0, dt.date(2009, 6, 30), dt.date(2009, 2, 1)),
        ("lost", 100.0, dt.date(2009, 6, 30), dt.date(2009, 2, 2)),
    ]


def test_the_choices_of_dynamics_stand_as_numbers_in_api_exports(desk: Desk) -> None:
    desk.put(
        "accounts.csv",
        "accountid,name,customertypecode,numberofemployees",
        "a1,Acme,3,5",
        "a2,Rival,9,6",
        "a3,Hooli,8,7",
    )
    desk.put(
        "opportunities.csv",
        "opportunityid,name,parentaccountid,statecode,actualclosedate,estimatedvalue,createdon,purchaseprocess,purchasetimeframe,need",
        "o1,D,a1,1,2009-02-01,100,2009-01-01,1,0,0",
        "o2,E,a3,0,,100,2009-01-01,0,4,3",
    )
    desk.run()
    assert desk.rows("accounts", "account", "kind") == [("a1", "customer"), ("a3", "prospect")]
    assert desk.rows("partners", "partner", "kind") == [("a2", "reseller")]
    assert desk.rows("opportunities", "outcome") == [("won",), ("open",)]
    assert sorted(desk.table("signals").get_column("signal")) == [
        "buying-committee",
        "need-must-have",
        "short-timeframe",
    ]


def test_activities_know_department_and_role_from_the_contact(desk: Desk) -> None:
    desk.put("Account.csv", *ACCOUNTS)
    desk.put(
        "Contact.csv",
        "Id,AccountId,FirstName,LastName,Title,Email",
        "003a,001A,Ada,L,Head of Network,ada@example.com",
    )
    desk.put("Opportunity.csv", *DEALS)
    desk.put(
        "Task.csv",
        "Id,WhoId,WhatId,AccountId,Subject,ActivityDate,Status,TaskSubtype",
        "00T1,003a,,001A,Call,2009-01-10,Completed,Call",
        "00T2,003a,,,Sent the offer,2009-01-11,Completed,Email",
        "00T3,,0063,,Prepare meeting,2009-01-12,Not Started,Task",
        "00T4,,,,Nobody,2009-01-13,Completed,Call",
        "00T5,,,001P,With a partner,2009-01-13,Completed,Call",
    )
    desk.run()
    assert desk.rows("activities", "account", "date", "kind", "department", "role") == [
        ("001A", dt.date(2009, 1, 10), "call", "network", "Head of Network"),
        ("001A", dt.date(2009, 1, 11), "email", "network", "Head of Network"),
        ("001B", dt.date(2009, 1, 12), "task", None, None),
    ]
    assert desk.aside("activities") == ["it names no account", "the account is a partner"]


def test_hubspot_names_the_contact_with_its_address(desk: Desk) -> None:
    desk.put("companies.csv", "Record ID,Company name,Company owner", "11,Acme,Eva")
    desk.put(
        "contacts.csv",
        "Record ID,First Name,Last Name,Job Title,Email,Associated Company IDs",
        "1,Ada,L,CIO,ada@example.com,11",
    )
    desk.put(
        "meetings.csv",
        "Record ID,Activity date,Meeting name,Associated Contact",
        "9,2009-01-10,Workshop,Ada L (ada@example.com);Bob (b@example.com)",
    )
    desk.run()
    assert desk.rows("activities", "account", "kind", "department", "role") == [
        ("11", "meeting", "management", "CIO")
    ]


def test_regarding_may_be_an_account_or_an_opportunity(desk: Desk) -> None:
    desk.put(
        "accounts.csv",
        "(Do Not Modify) Account,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Account Name,Industry",
        "a1,x,2009-01-01,Acme,y",
    )
    desk.put("opportunities.csv", DYNAMICS, "o1,x,2009-01-01,Big deal,Acme,Open,,1,2009-06-30,,2009-01-15,,,")
    desk.put(
        "activities.csv",
        "(Do Not Modify) Activity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Subject,Regarding,"
        "Activity Type,Activity Status,Actual End",
        "1,x,2009-01-01,Hello,Acme,Phone Call,Completed,2009-01-10",
        "2,x,2009-01-01,Hello,Big deal,Appointment,Completed,2009-01-11",
        "3,x,2009-01-01,Hello,A campaign,Email,Completed,2009-01-12",
    )
    desk.run()
    assert desk.rows("activities", "account", "kind") == [("a1", "call"), ("a1", "meeting")]
    assert desk.table("accounts").height == 1
    assert desk.aside("activities") == ["it names something that is no account"]


def test_a_report_over_two_objects_tells_of_both(desk: Desk) -> None:
    desk.put(
        "Accounts-Contacts.csv",
        "Account: Account Name,Account: Type,Account: Industry,Contact: First Name,Contact: Last Name,Contact: Title",
        "Acme,Customer - Direct,Banking,Ada,L,CIO",
        "Acme,Customer - Direct,Banking,Bob,M,Storage administrator",
        "Globex,Prospect,Energy,,,",
        "Rival IT,Reseller,IT,Eve,N,Sales",
    )
    desk.run()
    assert desk.rows("accounts", "account", "kind", "industry") == [
        ("Acme", "customer", "Banking"),
        ("Globex", "prospect", "Energy"),
    ]
    assert desk.rows("contacts", "account", "department") == [("Acme", "management"), ("Acme", "storage")]
    assert desk.rows("partners", "partner", "kind") == [("Rival IT", "reseller")]


def test_parents_may_stand_by_name(desk: Desk) -> None:
    desk.put(
        "accounts.csv",
        "Account ID,Account Name,Industry,Subsidiary of",
        "1,Acme,x,",
        "2,Acme Labs,x,acme",
        "3,Other,x,Unknown",
    )
    desk.run()
    assert desk.rows("accounts", "parent") == [(None,), ("1",), ("Unknown",)]


def test_a_column_is_found_by_what_it_refers_to(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name,Industry", *(f"K-{i:03},Firm {i},x" for i in range(9)))
    desk.put(
        "orders.csv", "order_id,party,order_date,article", *(f"{i},K-{i:03},2009-01-31,P" for i in range(9))
    )
    report = desk.run()
    assert any("'party' holds what accounts.csv knows, so it is the account" in n for n in report.notes)
    assert desk.table("purchases").get_column("account").to_list() == [f"K-{i:03}" for i in range(9)]


@pytest.mark.parametrize(("header", "refers"), [("party_no", True), ("floor", False)])
def test_small_numbers_refer_only_where_their_header_is_called_like_an_id(
    desk: Desk, header: str, refers: bool
) -> None:
    desk.put("accounts.csv", "Account ID,Account Name,Industry", *(f"{i},Firm {i},x" for i in range(1, 9)))
    desk.put(
        "orders.csv",
        f"order_id,{header},order_date,article",
        *(f"o-{i},{i},2009-01-31,P" for i in range(1, 9)),
    )
    desk.run()
    assert (desk.table("purchases").height == 8) == refers


@pytest.mark.parametrize(
    ("kind", "is_", "partner"),
    [
        ("Customer - Direct", "customer", None),
        ("Customer - Channel", "customer", None),
        ("Channel Partner / Reseller", "partner", "reseller"),
        ("Installation Partner", "partner", "integrator"),
        ("Technology Partner", "partner", "vendor"),
        ("Prospect", "prospect", None),
        ("Potential customer", "prospect", None),
        ("Competitor", "partner", None),
        ("evangelist", "customer", None),
        ("salesqualifiedlead", "prospect", None),
        ("Press", None, None),
        (None, None, None),
    ],
)
def test_types_of_accounts(kind: str | None, is_: str | None, partner: str | None) -> None:
    assert account_kind(kind) == is_
    if is_ == "partner":
        assert partner_kind(kind) == partner


@pytest.mark.parametrize(
    "stage",
    ["Prospecting", "Decision Maker Bought-In", "contractsent", "Id. Decision Makers", "Engaging", None, ""],
)
def test_other_stages_are_open(stage: str | None) -> None:
    assert outcome(stage) == "open"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Call", "call"),
        ("MEETING", "meeting"),
        ("List Email", "email"),
        ("Besuch", "visit"),
        ("To-do", "task"),
        ("NOTE", "note"),
        ("Sent it", None),
    ],
)
def test_kinds_of_activities(words: str, kind: str | None) -> None:
    assert activity_kind(words) == kind


@pytest.mark.parametrize(
    ("title", "department"),
    [
        ("Head of Network", "network"),
        ("CIO", "management"),
        ("Purchasing Manager", "procurement"),
        ("CFO", "finance"),
        ("Systems Engineer", None),
    ],
)
def test_titles_tell_the_department(title: str, department: str | None) -> None:
    assert department_of(title) == department


def test_lines_of_dynamics_name_their_opportunity(desk: Desk) -> None:
    desk.put(
        "opportunities.csv",
        DYNAMICS,
        "o1,x,2009-01-01,Big deal,Acme,Won,5,5,2009-06-30,2009-02-01,2009-01-15,,,",
    )
    desk.put(
        "lines.csv",
        "(Do Not Modify) Opportunity Product,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Existing Product,"
        "Opportunity,Quantity",
        "p1,x,2009-01-01,vSphere,Big deal,4",
    )
    desk.run()
    assert desk.rows("purchases", "purchase", "account", "product", "date") == [
        ("p1", "Acme", "vSphere", dt.date(2009, 2, 1))
    ]
    assert desk.rows("opportunities", "stage") == [("Won",)]


@pytest.mark.parametrize(
    ("header", "cell", "stored"),
    [
        ("Product Name", "", {"need": None, "vendor": None}),
        ("Product Name,Product Category", ",Storage", {"need": "Storage", "vendor": None}),
        ("Product Name,Vendor", ",Proseware", {"need": None, "vendor": "Proseware"}),
    ],
)
def test_purchases_tell_of_their_products(
    desk: Desk, header: str, cell: str, stored: dict[str, str | None]
) -> None:
    desk.put("sales.csv", f"Customer ID,Order Date,{header}", f"1,2008-01-31,Disk{cell}")
    desk.run()
    assert desk.table("purchases").get_column("product").to_list() == ["Disk"]
    products = desk.table("products")
    told = products.to_dicts()[0] if products.height else {}
    assert {name: told.get(name) for name in stored} == stored


@pytest.mark.parametrize(
    ("header", "cell", "regions"),
    [("Billing State/Province", "Bavaria", ["Bavaria"]), ("Billing Country", "Germany", ["Germany"])],
)
def test_a_partner_s_region_is_kept(desk: Desk, header: str, cell: str, regions: list[str]) -> None:
    desk.put(
        "accounts.csv",
        f"Account ID,Account Name,Type,{header}",
        f"001P,Rival IT,Channel Partner / Reseller,{cell}",
        "001Q,Other IT,Channel Partner / Reseller,",
        "001A,Acme,Customer - Direct,Tyrol",
    )
    desk.run()
    assert desk.rows("partners", "partner", "kind", "regions") == [
        ("001P", "reseller", regions),
        ("001Q", "reseller", None),
    ]


@pytest.mark.parametrize(
    ("file", "subject", "kind"),
    [
        ("calls.csv", "About prices", "call"),
        ("calls.csv", "Meeting at their site", "meeting"),
        ("log.csv", "About prices", "task"),
        ("log.csv", "Call with the CIO", "call"),
    ],
)
def test_the_subject_else_the_file_s_name_tells_the_kind_of_an_activity(
    desk: Desk, file: str, subject: str, kind: str
) -> None:
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "A1,Acme,Food")
    desk.put(file, "Activity ID,Account ID,Subject,Date,Assigned", f"1,A1,{subject},2009-01-10,Pat")
    desk.run()
    assert desk.rows("activities", "account", "kind") == [("A1", kind)]


def test_a_report_of_contacts_tells_of_their_accounts(desk: Desk) -> None:
    desk.put(
        "report.csv",
        "Contact ID,Full Name,Title,Account: Account Name,Account: Industry",
        "003A,Ada L,CIO,Acme,Banking",
    )
    desk.run()
    assert desk.rows("accounts", "account", "industry") == [("Acme", "Banking")]


@pytest.mark.parametrize(("us", "asked"), [("", True), ("Harbour IT", False)])
def test_who_sold_is_asked_for_where_we_are_not_known(desk: Desk, us: str, asked: bool) -> None:
    if us:
        desk.settings(f"us = {us!r}\n")
    desk.put("Account.csv", *ACCOUNTS)
    desk.put("Asset.csv", *ASSETS)
    assert (WHO_SELLS in desk.run().advice) == asked
