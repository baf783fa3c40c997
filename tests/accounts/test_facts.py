"""Facts: each column of one row per account, by hand on a small workspace."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from beachhead.accounts.fact_columns import FACTS, NAMES, SCHEMA, conditions_schema
from beachhead.accounts.facts import compose, relations_of
from beachhead.accounts.months import months_since, months_until
from beachhead.accounts.patterns import load_patterns
from beachhead.accounts.sellers import with_sellers
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT

TABLES = {
    "beachhead.toml": 'us = "Harbour IT"\nas_of = 2009-02-28\n',
    "accounts.csv": (
        "account,name,kind,segment,size,pattern,Server Rooms,Cost centre,Checked,Audited on,Score,Mixed\n"
        "K,Kestrel Valves GmbH,customer,small,348,theirs,2,0200,TRUE,,1.5,3\n"
        "L,Lindqvarn AS,customer,small,90,,1,0017,False,2008-05-31,2,n.a.\n"
        "N,Nothing B.V.,prospect,large,5000,,,,,,,\n"
        "U,Unknown Seller,prospect,small,,,,,,,,\n"
    ),
    "products.csv": (
        "product,name,vendor,ours,needs_first\n"
        "virtual,Server virtualisation,VMware,yes,\n"
        "backup,VM backup,Proseware,yes,virtual\n"
        "check,Health check,Harbour IT,yes,virtual\n"
    ),
    "partners.csv": "partner,name,kind\nc1,Contoso Systems,integrator\nvmw,VMware,vendor\n",
    "purchases.csv": (
        "account,product,date,quantity,amount,currency,seller,serviced_by,term_end,version\n"
        "K,virtual,2007-07-16,42,92820,EUR,Contoso Systems Ltd,,2009-04-15,3.0\n"
        "K,VM Backup,2007-01-31,10,7180,EUR,Harbour IT,,2008-01-30,\n"
        "K,virtual,2009-03-05,99,1,EUR,Harbour IT,,,\n"
        "L,virtual,2008-09-01,5,,EUR,harbour it gmbh,c1,2009-02-28,3.5\n"
        "L,backup,2008-09-01,1,100,EUR,VMware,,2009-12-31,\n"
        "U,virtual,2008-01-01,3,100,EUR,,,,\n"
    ),
    "activities.csv": (
        "account,date,kind,department,role,our_person\n"
        "K,2007-12-13,meeting,Server,Team lead,A. Brandt\n"
        "K,2008-12-30,task,,,B\n"
        "K,2009-05-01,call,Network,,C\n"
        "L,2009-02-02,call,IT operations,Head of operations,A. Brandt\n"
        "L,2008-03-01,email,our own name,,C\n"
        "L,2008-02-20,email,network,,C\n"
    ),
    "contacts.csv": "account,department,role\nL,Help desk,Manager\nL,,\n",
    "opportunities.csv": (
        "opportunity,account,product,amount,currency,closed,outcome,created\n"
        "1,L,check,1000,EUR,,open,2008-08-20\n"
        "2,L,backup,500,EUR,2009-03-10,won,2009-01-10\n"
        "3,L,virtual,700,EUR,2008-01-15,lost,2007-10-01\n"
        "4,L,virtual,700,EUR,2008-09-01,won,2008-02-01\n"
        "5,K,virtual,9,EUR,,open,2009-03-01\n"
    ),
    "signals.csv": "account,date,signal\nL,2008-12-01,asks-b\nL,2007-01-01,asks-a\nL,2009-12-01,asks-c\n",
    "references.csv": (
        "account,product,segment,category,may_be_named\n"
        "L,virtual,small,early_majority,yes\n"
        "N,virtual,large,late_majority,yes\n"
        "N,virtual,,late_majority,no\n"
    ),
}
PURCHASE_FACTS = ("products_owned_count", "bought_from_us", "share_from_us", "renewals_within_12_months")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    return Workspace(tmp_path)


def made(workspace: Workspace, category: str = "early_majority") -> pl.DataFrame:
    relations = relations_of(workspace)
    even = {c: pl.lit(0.2) for c in CATEGORIES}
    standing = relations.select("account", **even, category=pl.lit(category))
    nothing = relations.select(
        "account",
        next_buy=pl.lit(None, dtype=pl.String),
        next_buy_probability=pl.lit(None, dtype=pl.Float64),
        next_buy_reason=pl.lit(None, dtype=pl.String),
    )
    return compose(workspace, relations, standing, nothing)


def fact(table: pl.DataFrame, account: str, name: str) -> Any:
    return (
        table.filter(pl.col("account") == account)[name].item()
        if SCHEMA.get(name) != pl.List(pl.String)
        else table.filter(pl.col("account") == account)[name].to_list()[0]
    )


@pytest.mark.parametrize(
    ("account", "name", "expected"),
    [
        ("K", "name", "Kestrel Valves GmbH"),
        ("K", "products_owned", ["backup", "virtual"]),
        ("K", "first_purchase", date(2007, 1, 31)),
        ("K", "last_purchase", date(2007, 7, 16)),  # March 2009 is not known yet
        ("K", "months_since_first_purchase", 25),
        ("K", "months_since_purchase", 19),
        ("K", "last_quantity", 42.0),
        ("K", "last_seller", "Contoso Systems"),
        ("K", "last_version", "3.0"),
        ("K", "bought_from_us", True),
        ("K", "bought_elsewhere", True),
        ("K", "bought_direct", False),
        ("K", "share_from_us", 7180 / 100000),
        ("K", "incumbent_partner", "Contoso Systems"),
        ("K", "sellers", ["Contoso Systems", "Harbour IT"]),
        ("K", "last_contact", date(2007, 12, 13)),  # a task is no contact, a call in May is still to come
        ("K", "months_since_contact", 14),
        ("K", "contacts_last_12_months", 0),
        ("K", "departments_met", ["server"]),
        ("K", "contacts_known", 0),
        ("K", "renewal_in_months", 1),
        ("K", "renewal_product", "virtual"),
        ("K", "lapsed_terms", 1),
        ("K", "open_opportunities", 0),
        ("K", "signals", []),
        ("K", "fits_now", ["check"]),
        ("K", "references_alike", 1),
        ("K", "pattern_own", "theirs"),
        ("L", "share_from_us", 0.5),  # an amount is missing, so purchases are counted
        ("L", "bought_direct", True),
        ("L", "incumbent_partner", "Contoso Systems"),  # it serves what we sold
        ("L", "last_contact", date(2009, 2, 2)),
        ("L", "contacts_last_12_months", 2),
        ("L", "departments_met", ["network", "operations", "our own name", "service-desk"]),
        ("L", "departments_met_count", 4),
        ("L", "roles_met", ["Head of operations", "Manager"]),
        ("L", "contacts_known", 2),
        ("L", "our_people_met", 2),
        ("L", "renewal_in_months", 0),  # it ends today
        ("L", "renewals_within_12_months", 2),
        ("L", "lapsed_terms", 0),
        ("L", "open_opportunities", 2),  # the one that closes in March was still open
        ("L", "open_amount", 1500.0),
        ("L", "months_open", 6),
        ("L", "won_opportunities", 1),
        ("L", "lost_opportunities", 1),
        ("L", "months_since_lost", None),  # won later
        ("L", "signals", ["asks-a", "asks-b"]),
        ("L", "signals_last_12_months", 1),
        ("L", "last_signal", "asks-b"),
        ("L", "references_alike", 0),  # its own does not count
        ("N", "products_owned_count", 0),
        ("N", "bought_from_us", False),
        ("N", "share_from_us", None),
        ("N", "months_since_purchase", None),
        ("N", "months_since_contact", None),
        ("N", "departments_met_count", 0),
        ("N", "contacts_last_12_months", 0),
        ("N", "open_opportunities", 0),
        ("N", "fits_now", ["virtual"]),
        ("N", "fits_later", ["backup", "check"]),
        ("N", "references_alike", 1),
        ("N", "pattern", "greenfield"),
        ("U", "bought_from_us", None),  # the seller is not known
        ("U", "bought_elsewhere", None),
        ("U", "bought_direct", None),
        ("U", "purchases_from_us", 0),
        ("U", "size", None),
        ("U", "Server Rooms", None),
        ("K", "Server Rooms", 2),
        ("L", "Cost centre", "0017"),
        ("K", "Checked", True),
        ("L", "Audited on", date(2008, 5, 31)),
        ("K", "Score", 1.5),
        ("L", "Mixed", "n.a."),
    ],
)
def test_each_fact(workspace: Workspace, account: str, name: str, expected: Any) -> None:
    found = fact(made(workspace), account, name)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_one_row_per_account_with_exactly_the_documented_columns(workspace: Workspace) -> None:
    workspace.reopen()
    table = made(workspace)
    assert table["account"].to_list() == ["K", "L", "N", "U"]
    own = ["pattern_own", "Server Rooms", "Cost centre", "Checked", "Audited on", "Score", "Mixed"]
    assert table.columns == [*NAMES, *own]
    assert {n: table.schema[n] for n in NAMES} == dict(SCHEMA)
    assert all(len(column.meaning) > 5 for column in FACTS)


def test_departments_not_met_are_the_rest_of_the_vocabulary(workspace: Workspace) -> None:
    workspace.reopen()
    table = made(workspace)
    assert "network" not in fact(table, "L", "departments_not_met")
    assert "server" in fact(table, "L", "departments_not_met")
    assert len(fact(table, "N", "departments_not_met")) == 15


@pytest.mark.parametrize(
    ("missing", "unknown", "still_known"),
    [
        ("purchases", PURCHASE_FACTS, "contacts_last_12_months"),
        ("opportunities", ("open_opportunities", "lost_opportunities"), "products_owned_count"),
        ("signals", ("signals_last_12_months",), "products_owned_count"),
        ("references", ("references_alike",), "products_owned_count"),
        ("products", ("fits_now_count",), "products_owned_count"),
    ],
)
def test_without_a_table_its_facts_are_missing(
    workspace: Workspace, missing: str, unknown: tuple[str, ...], still_known: str
) -> None:
    (workspace.folder / f"{missing}.csv").unlink()
    workspace.reopen()
    table = made(workspace)
    for name in unknown:
        assert table[name].null_count() == 4, name
    assert table[still_known].null_count() == 0


def test_without_contacts_and_activities_nothing_is_known_of_whom_we_met(workspace: Workspace) -> None:
    for name in ("contacts", "activities"):
        (workspace.folder / f"{name}.csv").unlink()
    workspace.reopen()
    table = made(workspace)
    for name in (
        "departments_met",
        "departments_not_met",
        "departments_met_count",
        "contacts_last_12_months",
    ):
        assert table[name].null_count() == 4, name


def test_purchases_alone_are_enough(tmp_path: Path) -> None:
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n")
    (tmp_path / "purchases.csv").write_text("account,product,date\nA,x,2008-01-01\nB,x,2008-02-01\n")
    table = made(Workspace(tmp_path))
    assert table["account"].to_list() == ["A", "B"]
    assert table["products_owned_count"].to_list() == [1, 1]
    assert table["bought_from_us"].to_list() == [None, None]


def test_what_vanished_from_the_crm_is_left_out(workspace: Workspace) -> None:
    path = workspace.folder / "accounts.csv"
    lines = [line.split(",") for line in path.read_text().splitlines()]
    gone = {"N": "2009-01-31", "account": "vanished"}
    path.write_text("\n".join(",".join([*cells, gone.get(cells[0], "")]) for cells in lines))
    opportunities = workspace.folder / "opportunities.csv"
    lines = opportunities.read_text().splitlines()
    opportunities.write_text(
        "\n".join([lines[0] + ",vanished", lines[1] + ",2009-01-31", *(li + "," for li in lines[2:])])
    )
    workspace.reopen()
    table = made(workspace)
    assert table["account"].to_list() == ["K", "L", "U"]
    assert fact(table, "L", "open_opportunities") == 1


def test_conditions_know_the_facts_and_the_only_values_of_some() -> None:
    schema = conditions_schema({"Server Rooms": pl.Int64()})
    assert set(schema) == {*NAMES, "Server Rooms"}
    assert list(schema["standing"].categories) == list(CATEGORIES)  # type: ignore[attr-defined]


def test_a_firm_of_one_name_and_several_spellings_is_one_seller(workspace: Workspace) -> None:
    purchases = workspace.table("purchases").with_columns(
        seller=pl.Series(["HARBOUR IT", "us", "Harbour IT Ltd.", "c1", "VMware, Inc.", "proseware"])
    )
    sold = with_sellers(purchases, workspace.table("products"), workspace.table("partners"), "Harbour IT")
    assert sold["sold_by"].to_list() == ["us", "us", "us", "partner", "vendor", "partner"]
    assert sold["seller"].to_list()[3:5] == ["Contoso Systems", "VMware"]
    own = purchases.with_columns(product=pl.lit("backup"))
    assert (
        with_sellers(own, workspace.table("products"), workspace.table("partners"), "")["sold_by"].to_list()[
            5
        ]
        == "vendor"
    )


@pytest.mark.parametrize(
    ("day", "as_of", "since"),
    [
        (date(2007, 7, 16), date(2009, 2, 28), 19),
        (date(2009, 1, 31), date(2009, 2, 28), 1),
        (date(2009, 1, 29), date(2009, 2, 27), 0),
        (date(2008, 2, 29), date(2009, 2, 28), 12),
        (date(2009, 2, 28), date(2009, 2, 28), 0),
        (date(2008, 12, 1), date(2009, 1, 1), 1),
        (date(2008, 12, 2), date(2009, 1, 1), 0),
    ],
)
def test_months_are_counted_as_people_count_them(day: date, as_of: date, since: int) -> None:
    assert pl.select(months_since(pl.lit(day), as_of)).item() == since


@pytest.mark.parametrize(
    ("day", "until"),
    [(date(2009, 2, 28), 0), (date(2009, 3, 27), 0), (date(2009, 3, 28), 1), (date(2010, 2, 28), 12)],
)
def test_months_to_come_are_whole_ones(day: date, until: int) -> None:
    assert pl.select(months_until(pl.lit(day), date(2009, 2, 28))).item() == until


def test_the_documentation_lists_every_fact_and_pattern() -> None:
    page = (ROOT / "docs" / "accounts.md").read_text()
    listed = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", page, re.MULTILINE))
    assert listed == {column.name: column.meaning for column in FACTS}
    for pattern in load_patterns():
        assert f"| {pattern.name} | `{pattern.id}` |" in page


@pytest.mark.parametrize(
    ("reference", "of_k", "of_l", "of_n"),
    [
        # K and L are small, N is large, and all three stand with the early majority
        ("L,virtual,small,late_majority,yes", 1, 0, 0),
        ("L,virtual,large,early_majority,yes", 1, 0, 1),
        ("L,virtual,large,late_majority,yes", 0, 0, 1),
        ("L,virtual,small,early_majority,yes", 1, 0, 1),
        ("L,virtual,,,yes", 1, 0, 1),
        ("L,virtual,small,early_majority,no", 0, 0, 0),
        ("L,virtual,small,early_majority,", 0, 0, 0),
    ],
)
def test_references_alike_are_of_others_in_segment_or_category(
    tmp_path: Path, reference: str, of_k: int, of_l: int, of_n: int
) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "references.csv").write_text(f"account,product,segment,category,may_be_named\n{reference}\n")
    table = made(Workspace(tmp_path))
    assert [fact(table, account, "references_alike") for account in "KLN"] == [of_k, of_l, of_n]
