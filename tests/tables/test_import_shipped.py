"""Releases, defects and installed versions from the exports of Jira, GitHub and vendors' portals."""

# ruff: noqa: E501 (rows of exports)

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from beachhead.tables.crm.values import is_defect, is_resolved, severity, stays
from tests.tables.importing_helpers import Desk

JIRA = (
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Priority,Resolution,Assignee,Reporter,Created,"
    "Resolved,Affects Version/s,Affects Version/s,Fix Version/s,Labels,Labels"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_jira_export_gives_its_defects(desk: Desk) -> None:
    desk.put(
        "Jira.csv",
        JIRA,
        "Hosts drop out of clusters,VC-11,10011,Bug,Open,VC,vCenter,Highest,,ann,bob,12/Feb/09 3:04 PM,,4.0,3.5,,upgrade,",
        "Wizard misaligned,VC-12,10012,Bug,Closed,VC,vCenter,Low,Fixed,ann,bob,13/Feb/09 9:00 AM,28/Feb/09 1:00 PM,4.0,,4.0,,",
        "Licence count is off,VC-13,10013,Bug,Closed,VC,vCenter,High,Won't Fix,ann,bob,01/Feb/09 9:00 AM,20/Feb/09 1:00 PM,4.0,,,,",
        "A new colour,VC-14,10014,Story,Open,VC,vCenter,Medium,,ann,bob,14/Feb/09 9:00 AM,,,,,,",
    )
    report = desk.run()
    assert (report.taken[0].kind, report.taken[0].crm) == ("defect", "Jira")
    assert desk.rows("defects", "defect", "severity", "affects", "opened", "closed") == [
        ("VC-11", "critical", ["4.0", "3.5"], dt.date(2009, 2, 12), None),
        ("VC-12", "cosmetic", ["4.0"], dt.date(2009, 2, 13), dt.date(2009, 2, 28)),
        ("VC-13", "major", ["4.0"], dt.date(2009, 2, 1), None),  # users still meet it
    ]
    assert any("1 issue of another type" in note for note in report.notes)
    assert "ann" not in "".join(str(v) for v in desk.table("defects").rows())
    assert desk.run().files == []


def test_github_s_issues_are_told_from_wishes_by_their_labels(desk: Desk) -> None:
    desk.put(
        "issues.csv",
        "number,title,state,labels,createdAt,closedAt,url",
        "7,Crash on upgrade,OPEN,bug; severity: 1,2024-03-01T09:00:00Z,,https://example.org/7",
        "8,Dark mode,OPEN,enhancement,2024-03-02T09:00:00Z,,https://example.org/8",
        "9,Slow list,CLOSED,bug; P3,2024-03-02T09:00:00Z,2024-03-09T09:00:00Z,https://example.org/9",
    )
    assert desk.run().taken[0].crm == "GitHub"
    assert desk.rows("defects", "defect", "severity", "closed") == [
        ("7", "critical", None),
        ("9", "minor", dt.date(2024, 3, 9)),
    ]


def test_github_s_releases_without_drafts_and_early_ones(desk: Desk) -> None:
    desk.put(
        "releases.csv",
        "tagName,name,isPrerelease,isDraft,publishedAt,createdAt",
        "v4.0.0,Four,false,false,2024-05-21T10:00:00Z,2024-05-20T10:00:00Z",
        "v4.1.0-rc1,Four one,true,false,2024-06-21T10:00:00Z,2024-06-20T10:00:00Z",
    )
    desk.run()
    assert desk.rows("releases", "release", "name", "available") == [("v4.0.0", "Four", dt.date(2024, 5, 21))]


def test_a_portal_s_installed_versions_by_account(desk: Desk) -> None:
    desk.put("accounts.csv", "Account ID,Account Name", "1,Harbour", "2,Mill")
    desk.put(
        "installed versions.csv",
        "Customer,Product,Version,Hosts,Installed Date",
        "Harbour,ESX,3.5,12,2008-02-01",
        "Mill,ESX,3.0.2,4,2007-05-01",
        "Quay,ESX,3.5,1,2008-09-01",
    )
    report = desk.run()
    assert {t.kind for t in report.taken} == {"account", "installed version"}
    assert desk.rows("installed_versions", "account", "release", "since") == [
        ("1", "3.5", dt.date(2008, 2, 1)),
        ("2", "3.0.2", dt.date(2007, 5, 1)),
        ("Quay", "3.5", dt.date(2008, 9, 1)),
    ]
    assert "Quay" in desk.table("accounts")["account"]
    assert desk.run().files == []


def test_what_a_portal_sells_stays_a_purchase(desk: Desk) -> None:
    desk.put(
        "portal.csv",
        "Customer,Product,Version,Purchase Date,Quantity,Amount,Reseller",
        "Harbour,ESX,3.5,2008-02-01,12,900,Us",
    )
    assert desk.run().taken[0].kind == "purchase"


def test_tables_as_a_workspace_keeps_them(desk: Desk) -> None:
    desk.put("releases.csv", "release,product,announced,available", "4.0,ESX,2009-04-21,2009-05-21")
    desk.put("defects.csv", "defect,affects,severity,opened", "d1,4.0;3.5,major,2009-02-01")
    desk.put("installed_versions.csv", "account,product,release,since", "1,ESX,3.5,2008-02-01")
    desk.run()
    assert desk.rows("releases", "release", "available") == [("4.0", dt.date(2009, 5, 21))]
    assert desk.rows("defects", "affects", "severity") == [(["4.0", "3.5"], "major")]
    assert desk.rows("installed_versions", "account", "release") == [("1", "3.5")]


@pytest.mark.parametrize(
    ("said", "grave"),
    [
        ("Blocker", "critical"), ("P0", "critical"), ("sev-2", "major"), ("High", "major"), ("Medium", "minor"),
        ("Lowest", "cosmetic"), ("Trivial", "cosmetic"), ("priority 3", "minor"), ("upgrade", None), (None, None),
    ],
)  # fmt: skip
def test_how_grave_a_word_is(said: str | None, grave: str | None) -> None:
    assert severity(said) == grave


def test_words_of_trackers() -> None:
    assert is_defect("Bug")
    assert not is_defect("Story", None)
    assert is_resolved("Done")
    assert not is_resolved("In Progress")
    assert stays("Won't Fix")
    assert not stays("Fixed")
