"""Territories of hardly anything: whatever is missing, every command answers or says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beachhead.accounts.buyers import buyers_by_category
from beachhead.accounts.sheets import overview, sheets
from beachhead.accounts.territory import territory
from beachhead.cli import commands
from beachhead.errors import BeachheadError
from beachhead.practice.next_plays import next_plays
from beachhead.tables.workspace import Workspace

TOML = 'us = "Harbour IT"\nas_of = 2009-02-28\n'
NAMED = "account,name,kind\nA,Alder Mills,customer\n"
TWO = NAMED + "B,Birch Ltd,prospect\n"
BOUGHT = "account,product,date,seller\n"
CATALOGUE = "product,name,ours,needs_first\ndisk,Disk,yes,\nvm-backup,VM backup,yes,disk\n"

TINY = {
    "one account and nothing else": {"accounts": NAMED},
    "two accounts, purchases of one": {"accounts": TWO, "purchases": BOUGHT + "A,disk,2008-05-01,Harbour IT\n"},
    "everybody owns it": {
        "accounts": TWO,
        "products": "product,name,ours\ndisk,Disk,yes\n",
        "purchases": BOUGHT + "A,disk,2007-05-01,Harbour IT\nB,disk,2008-05-01,\n",
    },
    "everybody owns everything, of no list of products": {
        "accounts": NAMED,
        "purchases": BOUGHT + "A,disk,2004-05-01,Harbour IT\nA,tape,2004-06-01,Other\n",
    },
    "purchases only of accounts that are not listed": {
        "accounts": NAMED,
        "purchases": BOUGHT + "X,disk,2005-03-25,Harbour IT\nY,disk,2008-03-25,Harbour IT\n",
    },
    "the same, with products": {
        "accounts": NAMED,
        "products": CATALOGUE,
        "purchases": BOUGHT + "X,disk,2005-03-25,Harbour IT\n",
    },
    "only buyers": {"purchases": BOUGHT + "A,disk,2008-05-01,\n"},
    "bought only after the day that is asked about": {
        "accounts": TWO,
        "products": CATALOGUE,
        "purchases": BOUGHT + "A,disk,2010-05-01,Harbour IT\n",
    },
    "bought long before anything else": {
        "accounts": TWO,
        "products": CATALOGUE,
        "purchases": BOUGHT + "A,disk,1931-05-01,Harbour IT\nB,disk,2009-01-01,Harbour IT\n",
    },
    "a list of accounts without any": {"accounts": "account,name\n", "purchases": BOUGHT + "A,disk,2008-05-01,\n"},
    "every account has vanished": {"accounts": "account,vanished\nA,2008-01-01\n"},
}  # fmt: skip


def written(folder: Path, tables: dict[str, str], toml: str = TOML) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "beachhead.toml").write_text(toml)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.mark.parametrize("case", TINY)
def test_every_command_answers_or_refuses_in_a_sentence(case: str, tmp_path: Path) -> None:
    there = written(tmp_path / "ws", TINY[case])
    for arguments in (
        ("accounts", there),
        ("accounts", there, "-o", tmp_path / "a.xlsx"),
        ("plays", there),
        ("brief", there, "--all", "-o", tmp_path / "briefs"),
        ("export", there, "-o", tmp_path / "e.csv"),
        ("report", there, "-o", tmp_path / "report"),
        ("check", there),
    ):
        found = CliRunner().invoke(commands, [str(a) for a in arguments])
        assert found.exception is None or isinstance(found.exception, SystemExit | BeachheadError), (
            arguments,
            found.exc_info,
        )
        if "vanished" not in case:
            assert not isinstance(found.exception, BeachheadError), (arguments, found.exception)


def test_without_an_as_of_day_it_is_today(tmp_path: Path) -> None:
    there = written(tmp_path, TINY["two accounts, purchases of one"], toml="")
    assert territory(Workspace(there)).facts.height == 2


def test_what_is_said_of_purchases_whose_accounts_are_not_listed(tmp_path: Path) -> None:
    found = territory(Workspace(written(tmp_path, TINY["purchases only of accounts that are not listed"])))
    assert found.facts["account"].to_list() == ["A"]
    assert any("2 adoptions were left out: their accounts are not in the table" in n for n in found.notes)
    # Not "owns nothing": with ids of which none fits, nothing is known of what it owns.
    assert found.facts["products_owned_count"].to_list() == [None]
    assert found.facts["bought_from_us"].to_list() == [None]


some = st.sampled_from
NO_DAY = "1899-12-31"  # what spreadsheets write for nothing
ACCOUNTS = st.lists(some("ABC"), max_size=3, unique=True)
ROWS = st.lists(
    st.tuples(
        some("ABX"), some(["disk", "vm-backup", "odd"]),
        some([NO_DAY, "2004-05-05", "2007-02-01", "2008-02-27", "2009-02-28", "2009-03-05"]),
        some(["", "1", "5"]), some(["", "100", "-3"]), some(["", "EUR", "USD"]),
        some(["", "Harbour IT", "Other", "Maker"]), some(["", "2008-01-01", "2009-06-30"]),
    ),
    max_size=12,
)  # fmt: skip
CATALOGUES = st.none() | st.lists(
    st.tuples(some(["disk", "vm-backup", "ghost"]), some(["", "Maker"]), some(["", "yes", "no"]),
              some(["", "need"]), some(["", "disk", "nowhere"])),
    max_size=3, unique_by=lambda row: row[0],
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(ACCOUNTS, ROWS, CATALOGUES, st.booleans())
def test_no_territory_is_too_small(
    tmp_path_factory: pytest.TempPathFactory,
    accounts: list[str],
    rows: list[tuple[str, ...]],
    catalogue: list[tuple[str, ...]] | None,
    us: bool,
) -> None:
    def table(head: str, rows: list[tuple[str, ...]]) -> str:
        return "".join(f"{line}\n" for line in (head, *(",".join(row) for row in rows)))

    tables = {
        "accounts": table("account,name", [(a, f"Firm {a}") for a in accounts]),
        "purchases": table("account,product,date,quantity,amount,currency,seller,term_end", rows),
    }
    if catalogue is not None:
        tables["products"] = table("product,vendor,ours,need,needs_first", catalogue)
    there = written(tmp_path_factory.mktemp("ws"), tables, TOML if us else "as_of = 2009-02-28\n")
    if not (accounts or rows):
        with pytest.raises(BeachheadError):
            territory(Workspace(there))
        return
    if any(row[2] == NO_DAY for row in rows):
        with pytest.raises(BeachheadError, match="stands for no day"):
            territory(Workspace(there))
        return
    found = territory(Workspace(there))
    assert found.facts["account"].is_unique().all()
    assert overview(found).height == found.facts.height
    assert sheets(found)[0].name == "Accounts"
    chances = found.ranked()["within-12"]
    assert ((chances >= 0) & (chances < 1)).all()
    assert buyers_by_category(found).height == 3
    plays = next_plays(Workspace(there), found.facts)
    assert plays.export().height == plays.best().height
