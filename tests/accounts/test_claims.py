"""What is said of an account needs a fact that says so: renewals, shares, losses, contacts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from beachhead.accounts.facts import relations_of
from beachhead.accounts.patterns import load_patterns, match_patterns, pattern_reasons
from beachhead.accounts.sentences import Sentence
from beachhead.tables.workspace import Workspace

AS_OF = date(2026, 11, 29)
PURCHASES = "account,product,date,quantity,amount,currency,seller,serviced_by,term_end\n"
OPPORTUNITIES = "opportunity,account,stage,outcome,created,closed,product,amount,currency"


def known(folder: Path, **tables: str) -> dict[str, Any]:
    """The facts of the account A."""
    (folder / "beachhead.toml").write_text(f'us = "Meridian"\nas_of = {AS_OF}\n')
    for name, text in {"accounts": "account,name\nA,Acme plc\n", **tables}.items():
        (folder / f"{name}.csv").write_text(text)
    return relations_of(Workspace(folder)).row(0, named=True)


def test_a_renewal_is_ours_where_we_sold_the_running_term(tmp_path: Path) -> None:
    a = known(
        tmp_path,
        purchases=PURCHASES
        + "A,Cloud,2022-02-13,87,,,Meridian,,2025-02-12\n"  # ours, and over
        + "A,Backup,2024-01-01,168,,,Meridian,,2025-12-20\n"  # ours, and renewed elsewhere
        + "A,Backup,2025-12-01,168,,,Bytes,,2026-12-20\n"
        + "A,Switch,2026-01-01,5,,,meridian ltd,,2027-01-31\n"
        + "A,Disk,2026-01-01,5,,,,,2026-12-01\n",  # nobody knows whose
    )
    assert (a["renewal_in_months"], a["renewal_product"]) == (0, "Disk")
    assert (a["renewal_from_us_in_months"], a["renewal_from_us_product"]) == (2, "Switch")
    assert (a["renewal_elsewhere_in_months"], a["renewal_elsewhere_product"]) == (0, "Backup")
    assert a["renewal_elsewhere_seller"] == "Bytes"
    assert (a["lapsed_terms"], a["lapsed_terms_from_us"], a["lapsed_terms_elsewhere"]) == (1, 1, 0)


def test_a_term_after_which_the_product_was_bought_again_has_not_lapsed(tmp_path: Path) -> None:
    bought = "A,Cloud,2022-02-13,87,,,Meridian,,2025-02-12\n"
    assert known(tmp_path, purchases=PURCHASES + bought)["lapsed_terms"] == 1
    again = "A,Cloud,2025-02-20,87,,,Bytes,,\n"
    assert known(tmp_path, purchases=PURCHASES + bought + again)["lapsed_terms"] == 0


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ("A,x,2026-01-01,1,75,EUR,Meridian,,\nA,y,2026-01-01,1,25,EUR,Bytes,,\n", 0.75),
        ("A,x,2026-01-01,1,75,EUR,Meridian,,\nA,y,2026-01-01,1,25,USD,Bytes,,\n", None),
        ("A,x,2026-01-01,1,75,EUR,Meridian,,\nA,y,2026-01-01,1,,EUR,Bytes,,\n", None),
        ("A,x,2026-01-01,1,75,EUR,Meridian,,\nA,y,2026-01-01,1,25,EUR,,,\n", None),
        ("A,x,2026-01-01,1,,,Meridian,,\nA,y,2026-01-01,1,,,Bytes,,\n", None),
    ],
)
def test_shares_of_spending_need_every_amount_in_one_currency(
    tmp_path: Path, rows: str, share: float | None
) -> None:
    assert known(tmp_path, purchases=PURCHASES + rows)["share_of_spending"] == share


def test_who_sold_the_last_purchase_and_who_serves(tmp_path: Path) -> None:
    ours = "A,x,2026-02-01,1,,,Meridian,Bytes,\n"
    theirs = "A,y,2026-03-01,1,,,Bytes,,\n"
    a = known(tmp_path, purchases=PURCHASES + ours)
    assert (a["last_purchase_from_us"], a["service_partner"]) == (True, "Bytes")
    a = known(tmp_path, purchases=PURCHASES + ours + theirs)
    assert (a["last_purchase_from_us"], a["service_partner"]) == (False, "Bytes")
    assert known(tmp_path, purchases=PURCHASES + theirs)["service_partner"] is None
    assert known(tmp_path, purchases=PURCHASES + "A,y,2026-03-01,1,,,,,\n")["last_purchase_from_us"] is None


LOST = "1,A,Closed Lost,lost,,2024-11-29,Alpha,,\n"


@pytest.mark.parametrize(
    ("opportunities", "purchases", "lost", "months"),
    [
        (LOST, "", 1, 24),
        (LOST + "2,A,Closed Won,won,,2026-08-29,,,\n", "", 1, None),  # lost, then won
        (LOST + "2,A,Closed Won,won,,2023-08-29,,,\n", "", 1, 24),  # won, then lost
        (LOST, "A,Other,2026-08-01,1,,,Meridian,,\n", 1, None),
        (LOST, "A,Other,2026-08-01,1,,,Bytes,,\n", 1, 24),
        (LOST, "A,Other,2023-08-01,1,,,Meridian,,\n", 1, 24),
        (LOST, "A,Other,2026-12-24,1,,,Meridian,,\n", 1, 24),  # not known yet
    ],
)
def test_a_loss_is_history_once_we_sold_something_since(
    tmp_path: Path, opportunities: str, purchases: str, lost: int, months: int | None
) -> None:
    a = known(tmp_path, opportunities=f"{OPPORTUNITIES}\n{opportunities}", purchases=PURCHASES + purchases)
    assert (a["lost_opportunities"], a["months_since_lost"]) == (lost, months)


@pytest.mark.parametrize(
    ("stage", "lost", "off"),
    [
        ("Closed/Canceled", 0, 1),
        ("Storniert", 0, 1),
        ("Closed - no decision", 0, 1),
        ("Closed Lost", 1, 0),
        ("", 1, 0),
    ],
)
def test_what_was_called_off_was_not_lost_to_anybody(tmp_path: Path, stage: str, lost: int, off: int) -> None:
    a = known(tmp_path, opportunities=f"{OPPORTUNITIES}\n1,A,{stage},lost,,2024-11-29,,,\n")
    assert (a["lost_opportunities"], a["cancelled_opportunities"]) == (lost, off)
    assert (a["months_since_lost"] is None) == (lost == 0)


def test_open_amounts_of_two_currencies_are_not_added(tmp_path: Path) -> None:
    two = "1,A,,open,2026-01-01,,,100,EUR\n2,A,,open,2026-01-01,,,100,USD\n"
    a = known(tmp_path, opportunities=f"{OPPORTUNITIES}\n{two}")
    assert (a["open_opportunities"], a["open_amount"]) == (2, None)
    a = known(tmp_path, opportunities=f"{OPPORTUNITIES}\n{two.replace('USD', 'EUR')}")
    assert a["open_amount"] == 200


@pytest.mark.parametrize(
    "header",
    ["last_activity", "LastActivityDate", "Last Activity Date", "Letzte Aktivität", "notes_last_contacted"],
)
def test_a_last_activity_date_keeps_silent_of_no_contact(tmp_path: Path, header: str) -> None:
    accounts = f"account,name,{header}\nA,Acme plc,2026-10-01\nB,Bolt plc,\nC,Core plc,2027-01-01\n"
    activities = "account,date,kind\nZ,2026-01-01,call\nB,2024-01-01,call\nB,2026-01-01,task\n"
    known(tmp_path, accounts=accounts, activities=activities)
    found = relations_of(Workspace(tmp_path)).select(
        "account", "months_since_contact", "months_since_activity"
    )
    # B's task is no contact; C's day is still to come
    assert found.rows() == [("A", None, 1), ("B", 34, 34), ("C", None, None)]


def test_contacts_without_a_log_of_activities_say_nothing_of_when_we_spoke(tmp_path: Path) -> None:
    a = known(tmp_path, contacts="contact,account,department\n1,A,Server\n")
    assert (a["contacts_known"], a["contacts_last_12_months"], a["our_people_met"]) == (1, None, None)


def matched(folder: Path) -> pl.DataFrame:
    relations = relations_of(Workspace(folder))
    extra = {n: pl.lit(None, pl.Float64).alias(n) for n in ("next_buy_probability",)}
    table = match_patterns(relations.with_columns(**extra), load_patterns())
    return pattern_reasons(table, load_patterns())


def test_anothers_renewal_is_a_reason_of_its_own(tmp_path: Path) -> None:
    known(
        tmp_path,
        purchases=PURCHASES
        + "A,Cloud,2022-02-13,87,,,Meridian,,2025-02-12\nA,Backup,2025-12-01,168,,,Bytes,,2026-12-20\n",
        activities="account,date,kind\nA,2025-01-01,call\n",
    )
    said = dict(matched(tmp_path).select("pattern", "because").iter_rows())
    assert said["renewal-elsewhere"] == "Backup renews within a month; bought from Bytes"
    assert "at-risk-at-renewal" not in said


def test_no_probability_is_certainty_or_none_and_a_share_may_be() -> None:
    table = pl.DataFrame(
        {"p_laggards": [0.9999, 1.0, 0.0, 0.001, 0.5], "share_from_us": [1.0, 0.0, 0.9999, 0.001, 0.5]}
    )
    said = Sentence.parse("{p_laggards}, {share_from_us}", table.schema)
    assert table.select(said.expression()).to_series().to_list() == [
        "above 99 %, 100 %",
        "above 99 %, 0 %",
        "under 1 %, above 99 %",
        "under 1 %, under 1 %",
        "50 %, 50 %",
    ]  # fmt: skip
