"""Names across files: what is equal, what is alike, and that nothing is merged before it is confirmed."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.tables import names
from beachhead.tables.names import Registry, aliases, candidates, likeness, merged_matches, normal
from tests.tables.importing_helpers import Desk


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Acme GmbH", "ACME", 100, 100),
        ("GTXPro", "GTX Pro", 100, 100),
        ("Globex Industries Inc.", "Globex Industries", 100, 100),
        ("bluebay gaming ltd", "BlueBay Gaming", 100, 100),
        ("S.A. Acme, Inc.", "Acme", 100, 100),
        ("Müller & Söhne GmbH & Co. KG", "Muller and Sohne", 100, 100),
        ("Zathunicon", "Zathunikon", 88, 99),
        ("Windows 7", "Windows 8", 0, 0),
        ("GTX Basic", "GTX Plus Basic", 0, 87),
        ("Acme", "Globex", 0, 50),
    ],
)
def test_likeness(one: str, other: str, least: int, most: int) -> None:
    assert least <= likeness(one, other) <= most
    assert likeness(one, other) == likeness(other, one)


@given(st.text(min_size=1, max_size=40))
def test_every_name_is_like_itself_and_normal_is_stable(name: str) -> None:
    assert likeness(name, name) == 100
    assert normal(normal(name)) == normal(name)


def test_a_name_of_legal_forms_alone_keeps_them() -> None:
    assert normal("Limited Company") != ""


def test_case_and_spaces_around_make_no_difference() -> None:
    registry = Registry("account")
    registry.add(["1", "2"], ["Acme GmbH", "Globex"])
    assert registry.place(None, "acme  gmbh") == "1"
    assert registry.place("GLOBEX") == "2"
    assert registry.place("Acme") == "Acme"  # the legal form is more than case
    assert registry.met == {"Acme": None}


def test_a_name_that_two_share_finds_neither() -> None:
    registry = Registry("account")
    registry.add(["1", "2"], ["Acme", "Acme"])
    assert registry.find(None, "Acme") is None


def test_candidates_are_the_alike_best_first() -> None:
    registry = Registry("product")
    registry.add(["p1", "p2"], ["GTX Pro", "Zathunicon"])
    for name in ("GTXPro", "Zathunikon", "Something else"):
        registry.place(name)
    found = candidates(registry, registry.met)
    assert found.select("from", "to", "likeness").rows() == [("GTXPro", "p1", 100), ("Zathunikon", "p2", 90)]


def test_of_many_names_only_those_with_something_in_common_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    registry = Registry("account")
    listed = [
        f"{a} {b} Holding"
        for a in ("Zathunicon", "Betasoloin", "Cancity")
        for b in ("North", "South", "East")
    ]
    registry.add([str(i) for i in range(len(listed))], listed)
    for name in (
        "Zathunikon North Holding",
        "Betasoloin Nort Holding",
        "Canncity East Holding",
        "Quite Other",
    ):
        registry.place(name)
    every = candidates(registry, registry.met)
    monkeypatch.setattr(names, "_ALL_PAIRS", 0)
    some = candidates(registry, registry.met)
    assert every.height >= 3
    assert some.equals(every)


def matches(*rows: tuple[str, str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "what": "account",
                "from": f,
                "from_name": f,
                "to": t,
                "to_name": t,
                "likeness": "100",
                "confirmed": c,
            }
            for f, t, c in rows
        ],
        schema=dict.fromkeys(
            ("what", "from", "from_name", "to", "to_name", "likeness", "confirmed"), pl.String
        ),
    )


def test_only_what_is_confirmed_counts_and_chains_are_followed() -> None:
    table = matches(
        ("a", "b", "yes"),
        ("b", "c", " Ja "),
        ("d", "e", "no"),
        ("f", "g", None),
        ("x", "y", "y"),
        ("y", "x", "y"),
    )
    assert aliases(table, "account") == {"a": "c", "b": "c", "x": "y", "y": "x"}
    assert aliases(table, "product") == {}


def test_answers_are_kept_and_open_ones_renewed() -> None:
    old = matches(("a", "b", "yes"), ("c", "d", "no"), ("e", "f", None))
    new = matches(("c", "d", None), ("g", "h", None))
    assert merged_matches(old, new).select("from", "confirmed").rows() == [
        ("a", "yes"),
        ("c", "no"),
        ("g", None),
    ]


def confirm(desk: Desk, answer: str) -> None:
    path = desk.into / "matches.csv"
    pl.read_csv(path, infer_schema=False).with_columns(confirmed=pl.lit(answer)).write_csv(path)


def test_an_account_is_matched_only_once_it_is_confirmed(desk: Desk) -> None:
    desk.put(
        "accounts.csv", "Account ID,Account Name,Industry", "001A,Acme GmbH,Banking", "001B,Globex,Energy"
    )
    desk.put(
        "portal.csv",
        "End Customer,Product,Order Date",
        "ACME,vSphere,2008-03-01",
        "globex,vSphere,2008-03-02",
    )
    report = desk.run()
    assert report.candidates == 1
    # case alone makes no other firm, a legal form may
    assert desk.rows("purchases", "account") == [("ACME",), ("001B",)]
    assert desk.table("accounts").height == 3
    confirm(desk, "yes")
    report = desk.run()
    assert desk.rows("purchases", "account", "vanished") == [("001A", None), ("001B", None)]
    assert desk.rows("accounts", "account", "name") == [("001A", "Acme GmbH"), ("001B", "Globex")]
    assert report.candidates == 0
    before = desk.contents()
    assert desk.run().files == []
    assert desk.contents() == before


def test_a_no_is_not_asked_again(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "001A,Acme GmbH,Banking")
    desk.put("portal.csv", "End Customer,Product,Order Date", "ACME,vSphere,2008-03-01")
    desk.run()
    confirm(desk, "no")
    assert desk.run().candidates == 0
    assert desk.rows("purchases", "account") == [("ACME",)]


def test_products_are_matched_in_all_tables(desk: Desk) -> None:
    desk.put("products.csv", "product,series,sales_price", "GTX Pro,GTX,5", "MG Special,MG,6")
    desk.put(
        "sales_pipeline.csv",
        "opportunity_id,account,product,deal_stage,close_date",
        "1,Acme,GTXPro,Won,2017-03-01",
    )
    desk.run()
    assert desk.rows("purchases", "product") == [("GTXPro",)]
    confirm(desk, "yes")
    desk.run()
    assert desk.rows("purchases", "product") == [("GTX Pro",)]
    assert desk.rows("opportunities", "product") == [("GTX Pro",)]
    assert sorted(desk.rows("products", "product")) == [("GTX Pro",), ("MG Special",)]


def test_two_rows_of_one_firm_become_one(desk: Desk) -> None:
    desk.put(
        "accounts.csv", "Account ID,Account Name,Industry,Website", "1,Acme GmbH,,acme.com", "2,ACME,Banking,"
    )
    desk.put("sales.csv", "Customer ID,Product,Order Date", "1,P,2009-01-31", "2,P,2009-02-28")
    desk.run()
    confirm(desk, "yes")
    desk.run()
    assert desk.rows("accounts", "account", "industry", "domain") == [("1", "Banking", "acme.com")]
    assert desk.rows("purchases", "account") == [("1",), ("1",)]


def test_what_is_listed_later_under_the_same_name_takes_over(desk: Desk) -> None:
    desk.put("portal.csv", "End Customer,Product,Order Date", "Acme,vSphere,2008-03-01")
    desk.run()
    assert desk.rows("accounts", "account") == [("Acme",)]
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "001A,Acme,Banking")
    report = desk.run()
    assert desk.rows("accounts", "account") == [("001A",)]
    assert desk.rows("purchases", "account", "vanished") == [("001A", None)]
    assert any("listed by now" in n for n in report.notes)


def test_sellers_are_partners_and_us(desk: Desk) -> None:
    desk.settings('us = "Harbour IT"\n')
    desk.put(
        "portal.csv",
        "End Customer,Product,Order Date,Reseller",
        "Acme,P,2008-03-01,HARBOUR IT",
        "Acme,P,2008-04-01,Rival IT",
    )
    desk.run()
    assert desk.rows("purchases", "seller") == [("Harbour IT",), ("Rival IT",)]
    assert desk.rows("partners", "partner") == [("Rival IT",)]
