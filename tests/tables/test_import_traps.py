"""The shapes of values and files that break importers."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from tests.tables.importing_helpers import Desk

HEADER = "Customer ID,Product,Order Date,Quantity,Amount"


@pytest.mark.parametrize(
    ("encoding", "newline", "separator"),
    [
        ("utf-8-sig", "\r\n", ","),
        ("utf-8-sig", "\r\n", ";"),
        ("utf-16", "\r\n", "\t"),
        ("cp1252", "\n", ";"),
        ("utf-8", "\n", "|"),
    ],
)
def test_encodings_line_ends_and_separators(desk: Desk, encoding: str, newline: str, separator: str) -> None:
    lines = (
        "Account ID,Account Name,Industry,City",
        "1,Müller & Söhne,Maschinenbau,Köln",
        "2,Café Zoé,Gastro,Paris",
    )
    desk.put("accounts.csv", *(x.replace(",", separator) for x in lines), encoding=encoding, newline=newline)
    desk.run()
    assert desk.rows("accounts", "account", "name", "industry") == [
        ("1", "Müller & Söhne", "Maschinenbau"),
        ("2", "Café Zoé", "Gastro"),
    ]


@pytest.mark.parametrize("third", ["(Do Not Modify) Modified On", "Account Last Modified Date"])
def test_an_export_of_dynamics_hides_columns_and_sheets(desk: Desk, third: str) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(desk.exports / "Active Accounts.xlsx") as book:
        hidden = book.add_worksheet("hiddenSheet")
        hidden.write_row(0, 0, ["account:checksum:accountid=1&name=2&revenue=3"])
        sheet = book.add_worksheet("Active Accounts")
        sheet.write_row(
            0,
            0,
            [
                "(Do Not Modify) Account",
                "(Do Not Modify) Row Checksum",
                third,
                "Account Name",
                "Relationship Type",
            ],
        )
        sheet.write_row(1, 0, ["a-1", "x==", "2009-01-01", "Acme", "Customer"])
        sheet.write_row(2, 0, ["a-2", "y==", "2009-01-02", "Hooli", "Reseller"])
        sheet.set_column(0, 2, None, None, {"hidden": True})
        hidden.hide()
        sheet.activate()
        sheet.set_first_sheet()
    report = desk.run()
    assert (report.taken[0].crm, report.taken[0].kind) == ("Dynamics 365", "account")
    assert set(report.taken[0].technical) == {"(Do Not Modify) Row Checksum", third}
    assert desk.rows("accounts", "account", "name", "kind") == [("a-1", "Acme", "customer")]
    assert desk.rows("partners", "partner", "name") == [("a-2", "Hooli")]


def test_several_sheets_are_several_tables(desk: Desk) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(desk.exports / "crm.xlsx") as book:
        for name, rows in {
            "Accounts": [["Account ID", "Account Name", "Industry"], ["1", "Acme", "Banking"]],
            "Orders": [
                ["Order ID", "Customer ID", "Product", "Order Date"],
                ["o1", "1", "vSphere", "2008-03-01"],
            ],
        }.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    desk.run()
    assert desk.rows("purchases", "account", "product", "date") == [("1", "vSphere", dt.date(2008, 3, 1))]


def test_several_ids_in_one_cell(desk: Desk) -> None:
    desk.put(
        "companies.csv",
        "Record ID,Company name,Company owner",
        "11,Acme,Eva",
        "12,Globex,Eva",
        "13,Hooli,Eva",
    )
    desk.put(
        "calls.csv",
        "Record ID,Activity type,Activity date,Call title,Associated Company IDs",
        "1,CALL,2009-01-05,Hello,11;12",
        '2,CALL,2009-01-06,Again,"12, 13"',
        "3,CALL,2009-01-07,Nobody,",
    )
    desk.put(
        "deals.csv",
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Associated Company IDs",
        "7,D,Closed Won,5,2009-01-01,13;11",
    )
    desk.run()
    assert desk.rows("activities", "activity", "account") == [
        ("1", "11"),
        ("1", "12"),
        ("2", "12"),
        ("2", "13"),
    ]
    assert desk.rows("opportunities", "account") == [("13",)]
    assert desk.aside("activities") == ["it names no account"]


def test_owners_are_named_where_the_export_has_ids(desk: Desk) -> None:
    desk.put("Account.csv", "Id,Name,Industry,OwnerId", "0015g00000AbCd1AAB,Acme,Banking,0055g00000XyZw1AAB")
    desk.put("User.csv", "Id,Name,Username,IsActive", "0055g00000XyZw1AAB,Pat Miller,pat@example.com,true")
    desk.run()
    assert desk.rows("accounts", "owner") == [("Pat Miller",)]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("2017-03-01", "2017-03-02"), [dt.date(2017, 3, 1), dt.date(2017, 3, 2)]),
        (("01-03-2017", "28-03-2017"), [dt.date(2017, 3, 1), dt.date(2017, 3, 28)]),
        (("12/25/2026", "1/2/2026"), [dt.date(2026, 12, 25), dt.date(2026, 1, 2)]),
        (("3/02/2026 09:00", "25/02/2026 10:30"), [dt.date(2026, 2, 3), dt.date(2026, 2, 25)]),
        (("2026-04-01 09:00", "2026-04-02T10:00:00.000Z"), [dt.date(2026, 4, 1), dt.date(2026, 4, 2)]),
        (("39814", "39815"), [dt.date(2009, 1, 1), dt.date(2009, 1, 2)]),
        (("1 Mar 2017", "2 März 2017"), [dt.date(2017, 3, 1), dt.date(2017, 3, 2)]),
    ],
)
def test_dates_are_read_by_the_whole_column(
    desk: Desk, dates: tuple[str, ...], expected: list[dt.date]
) -> None:
    desk.put("sales.csv", HEADER, *(f"{i},P,{d},1,5" for i, d in enumerate(dates)))
    desk.run()
    assert desk.table("purchases").get_column("date").to_list() == expected


def test_a_column_that_could_be_both_is_read_like_its_neighbour(desk: Desk) -> None:
    desk.put(
        "deals.csv",
        "Deal ID,Account,Deal Stage,Close Date,Created Date",
        "1,Acme,Won,03/04/2009,02/01/2009",
        "2,Acme,Won,05/04/2009,25/01/2009",
    )
    desk.run()
    assert desk.rows("opportunities", "closed") == [(dt.date(2009, 4, 3),), (dt.date(2009, 4, 5),)]


@pytest.mark.parametrize(
    ("money", "amount", "currency"),
    [
        ("$125000", 125000.0, "USD"),
        ("85,000.50", 85000.5, None),
        ("£9000", 9000.0, "GBP"),
        ("1.234,50 €", 1234.5, "EUR"),
        ("missing amount", None, None),
        ("NULL", None, None),
        ("(500.25)", -500.25, None),
    ],
)
def test_money_as_people_write_it(desk: Desk, money: str, amount: float | None, currency: str | None) -> None:
    desk.put("sales.csv", HEADER.replace(",", ";"), f"1;P;2009-01-31;1;{money}")
    desk.run()
    assert desk.rows("purchases", "amount", "currency") == [(amount, currency)]


def test_the_currency_has_a_column_of_its_own(desk: Desk) -> None:
    desk.put("sales.csv", HEADER + ",Currency", "1,P,2009-01-31,1,5,CHF")
    desk.run()
    assert desk.rows("purchases", "amount", "currency") == [(5.0, "CHF")]


def test_amounts_are_price_by_quantity_less_discount(desk: Desk) -> None:
    desk.put(
        "sales.csv",
        "Customer ID,Product,Order Date,Quantity,Unit Price,Discount",
        "1,P,2009-01-31,10,2.5,0.2",
        "2,P,2009-01-31,1,8,0",
    )
    desk.run()
    assert desk.table("purchases").get_column("amount").to_list() == [20.0, 8.0]


def test_null_as_text_is_nothing(desk: Desk) -> None:
    desk.put(
        "customers.csv",
        "customerID,companyName,region,country",
        "1,Acme,NULL,Germany",
        "NULL,N/A,x,y",
        "2,Null Ltd,(null),-",
    )
    desk.run()
    assert desk.rows("accounts", "account", "name", "region", "country") == [
        ("1", "Acme", None, "Germany"),
        ("2", "Null Ltd", None, None),
    ]
    assert desk.aside("accounts") == ["it has neither id nor name"]


def test_ids_that_a_tool_has_turned_into_numbers(desk: Desk) -> None:
    desk.put("customers.csv", "customerID,companyName,industry", "17850,Acme,x", "17851,Globex,y")
    desk.put("sales.csv", HEADER, "17850.0,P,2009-01-31,1,5", ",P,2009-01-31,1,5")
    desk.run()
    assert desk.rows("purchases", "account") == [("17850",)]
    assert desk.aside("purchases") == ["it names no account"]


def test_salesforce_ids_of_15_and_18_characters_are_the_same(desk: Desk) -> None:
    desk.put("report.csv", "Account ID,Account Name,Industry", "001A0000004xQ2b,Acme,Banking")
    desk.put(
        "Asset.csv",
        "Id,AccountId,Name,PurchaseDate",
        "02iA0000000AbCdIAK,001A0000004xQ2bIAE,vSphere,2008-01-31",
    )
    desk.run()
    (account,) = desk.table("accounts").get_column("account")
    assert account == desk.table("purchases").get_column("account")[0]
    assert len(account) == 18


def test_the_same_company_twice_is_shown_not_merged(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Acme GmbH,x", "2,ACME,y", "3,Globex,z")
    report = desk.run()
    assert desk.table("accounts").height == 3
    assert report.candidates == 1
    row = pl.read_csv(desk.into / "matches.csv", infer_schema=False).row(0, named=True)
    assert (row["from"], row["to"], row["likeness"], row["confirmed"]) == ("2", "1", "100", None)


STAGES = ["Closed/Won", "closedwon", "Gewonnen", "Gagnée", "Ganada", "Ganho", "Geschlossen - gewonnen", "Won"]
OVER = [
    "Closed/Canceled",
    "closedlost",
    "Verloren",
    "Perdue",
    "Perdida",
    "Perdido",
    "Closed - Not Won",
    "Lost",
]


@pytest.mark.parametrize("stage", STAGES)
def test_stages_in_other_words_are_won(desk: Desk, stage: str) -> None:
    desk.put(
        "deals.csv",
        "Deal ID,Account,Deal Stage,Close Date",
        f"1,Acme,{stage},2009-01-31",
        "2,Acme,Negotiation,2009-03-31",
    )
    desk.run()
    assert desk.rows("opportunities", "outcome", "closed", "expected") == [
        ("won", dt.date(2009, 1, 31), None),
        ("open", None, dt.date(2009, 3, 31)),
    ]


@pytest.mark.parametrize("stage", OVER)
def test_stages_in_other_words_are_lost(desk: Desk, stage: str) -> None:
    desk.put("deals.csv", "Deal ID,Account,Deal Stage,Close Date", f"1,Acme,{stage},2009-01-31")
    desk.run()
    assert desk.rows("opportunities", "outcome") == [("lost",)]


def test_stages_of_a_company_s_own_are_asked_for_once(desk: Desk) -> None:
    lines = (
        "Deal ID,Account,Deal Stage,Close Date",
        "1,Acme,5 - Commande,2009-01-31",
        "2,Acme,2 - Devis,2009-03-31",
    )
    desk.put("deals.csv", *lines)
    report = desk.run()
    assert any('under [import.deals]: won = ["…"]' in a for a in report.advice)
    settings = desk.into / "beachhead.toml"
    settings.write_text(
        settings.read_text().replace("[import.deals]", '[import.deals]\nwon = ["5 - Commande"]')
    )
    report = desk.run()
    assert desk.rows("opportunities", "outcome") == [("won",), ("open",)]
    assert not any("won" in a and "stage" in a for a in report.advice)


def test_the_stage_that_is_always_certain_is_won(desk: Desk) -> None:
    desk.put(
        "deals.csv",
        "Deal ID,Account,Deal Stage,Close Date,Probability",
        "1,Acme,Commande,2009-01-31,100",
        "2,Acme,Devis,2009-03-31,40",
    )
    desk.run()
    assert desk.rows("opportunities", "outcome") == [("won",), ("open",)]


def test_open_deals_without_account_are_counted_and_kept_aside(desk: Desk) -> None:
    rows = [f"{i},{'Acme' if i % 6 else ''},Prospecting,2009-03-31" for i in range(12)]
    desk.put("sales_pipeline.csv", "opportunity_id,account,deal_stage,close_date", *rows)
    report = desk.run()
    change = next(t for t in report.tables if t.table == "opportunities")
    assert (change.rows, change.set_aside, change.reasons) == (10, 2, {"it names no account": 2})
    aside = pl.read_csv(desk.into / "unplaced/opportunities.csv", infer_schema=False)
    assert aside.select("file", "row", "opportunity").rows() == [
        ("sales_pipeline.csv", "2", "0"),
        ("sales_pipeline.csv", "8", "6"),
    ]


def test_what_was_sent_back_or_cancelled_is_no_purchase(desk: Desk) -> None:
    desk.put(
        "sales.csv",
        HEADER + ",Status",
        "1,P,2009-01-31,-2,-5,Shipped",
        "1,P,2009-01-31,2,5,Cancelled",
        "1,P,2009-01-31,1,5,Shipped",
    )
    desk.run()
    assert desk.table("purchases").height == 1
    assert desk.aside("purchases") == [
        "its quantity is negative: something was sent back",
        "its status is 'Cancelled'",
    ]


def test_persons_are_never_stored(desk: Desk) -> None:
    desk.put(
        "contacts.csv",
        "Contact ID,Account Name,First Name,Last Name,Title,Email,Phone",
        "c1,Acme,Zaphod,Beeblebrox,Head of Network,zaphod@example.com,555-0101",
    )
    desk.put(
        "customers.csv",
        "customerID,companyName,contactName,contactTitle,phone",
        "1,Globex,Trillian Astra,CIO,555-0102",
    )
    desk.run()
    assert set(desk.rows("contacts", "department", "role")) == {
        ("network", "Head of Network"),
        ("management", "CIO"),
    }
    everything = b"".join(desk.contents().values())
    for secret in (b"Zaphod", b"Beeblebrox", b"zaphod@", b"555-01", b"Trillian"):
        assert secret not in everything


def test_rows_with_a_comma_without_quotes_keep_their_first_columns(desk: Desk) -> None:
    desk.put(
        "orders.csv",
        "orderID,customerID,product,orderDate,shipAddress,shipCity",
        "1,ALFKI,P,1996-07-04,Obere Str. 57,Berlin",
        "2,HANAR,P,1996-07-08,Rua do Paço, 67,Rio de Janeiro",
    )
    desk.run()
    assert desk.rows("purchases", "account", "date") == [
        ("ALFKI", dt.date(1996, 7, 4)),
        ("HANAR", dt.date(1996, 7, 8)),
    ]


def test_sobject_json_refers_by_name(desk: Desk) -> None:
    desk.put(
        "Accounts.json",
        '{"records": [{"attributes": {"type": "Account", "referenceId": "AccountRef1"}, "Name": "Acme", "Type": "x"}]}',
    )
    desk.put(
        "Opportunities.json",
        '{"records": [{"attributes": {"type": "Opportunity", "referenceId": "OpportunityRef1"},'
        ' "AccountId": "@AccountRef1",'
        ' "Name": "D", "Amount": 5, "CloseDate": "2009-01-31", "StageName": "Closed Won"}]}',
    )
    desk.run()
    assert desk.rows("opportunities", "account", "outcome", "amount") == [("AccountRef1", "won", 5.0)]


def test_orders_without_products_beside_won_deals_are_set_aside(desk: Desk) -> None:
    """They ended in a traceback."""
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Alder,Food")
    desk.put("orders.csv", "Order Number,Customer,Order Date,Status,Total", "S1,Alder,2008-03-02,Done,1000")
    desk.put(
        "deals.csv",
        "Opportunity ID,Account Name,Opportunity Name,Stage,Close Date,Product Name",
        "a,Alder,D,Closed Won,2008-05-01,Disk",
    )
    desk.run()
    assert desk.rows("purchases", "product") == [("Disk",)]
    assert any("names no product" in why for why in desk.aside("purchases"))


def test_won_deals_without_amounts_have_no_amount(desk: Desk) -> None:
    """Every purchase made of them cost 0."""
    desk.put(
        "deals.csv",
        "Opportunity ID,Account Name,Opportunity Name,Stage,Close Date,Product Name",
        "a,Alder,D,Closed Won,2008-05-01,Disk",
    )
    desk.run()
    assert desk.rows("purchases", "amount") == [(None,)]


def test_deals_with_one_day_alone_are_closed_on_it(desk: Desk) -> None:
    """SugarCRM and SuiteCRM: the won ones had no date, so were no purchases."""
    desk.settings('us = "Us"')
    desk.put(
        "opportunities.csv",
        "Opportunity Name,ID,Account Name,Sales Stage,Expected Close Date,Product Name",
        "D,a,Alder,Closed Won,2008-03-01,Disk",
        "E,b,Alder,Prospecting,2009-03-01,Disk",
    )
    report = desk.run()
    assert [str(day) for (day,) in desk.rows("purchases", "date")] == ["2008-03-01"]
    assert [str(day) for (day,) in desk.rows("opportunities", "closed")] == ["2008-03-01", "None"]
    assert any("'Expected Close Date', for there is no other" in note for note in report.notes)
