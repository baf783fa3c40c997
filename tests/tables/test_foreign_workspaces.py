"""Opening somebody's workspace touches nothing outside it; readers see one version; writers take turns."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from beachhead.errors import BadInput
from beachhead.practice.check import check_workspace
from beachhead.tables.journal import STAGING, replace_files
from beachhead.tables.workspace import Workspace

CONTENT = b"account,name\n2,Staged\n"
HASH = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    home, root = tmp_path / "home", tmp_path / "workspace"
    home.mkdir()
    (home / "key.csv").write_text("account,name\nsecret,secret\n")
    (root / STAGING).mkdir(parents=True)
    (root / "accounts.csv").write_text("account,name\n1,Acme\n")
    (root / STAGING / "0.csv").write_bytes(CONTENT)
    return root


def journal(root: Path, moves: Any, remove: Any = (), version: Any = 2) -> None:
    text = json.dumps({"format": version, "moves": moves, "remove": list(remove)})
    (root / STAGING / "journal.json").write_text(text)


def state(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".beachhead-lock"}


def move(staged: str = "0.csv", digest: str = HASH) -> dict[str, str]:
    return {"staged": staged, "sha256": digest}


NAMES = [
    "../home/key.csv",
    "/etc/x",
    "C:x",
    "C:\\x",
    "\\\\h\\s\\x",
    "a/../../home/key.csv",
    "NUL",
    "a.",
    "a\0b",
    "",
]


@pytest.mark.parametrize("name", [*NAMES, f"{STAGING}/journal.json"])
def test_a_journal_that_names_the_outside_is_not_obeyed(root: Path, tmp_path: Path, name: str) -> None:
    for moves, remove in (({name: move()}, []), ({}, [name])):
        journal(root, moves, remove)
        before = state(tmp_path)
        with pytest.raises(BadInput, match="nothing was changed"):
            Workspace(root)
        assert state(tmp_path) == before


@pytest.mark.parametrize(
    ("moves", "version"),
    [
        ({"accounts.csv": move("../../home/key.csv")}, 2),
        ({"accounts.csv": move("/etc/passwd")}, 2),
        ({"accounts.csv": move(digest="0" * 64)}, 2),
        ({"accounts.csv": move("7.csv")}, 2),
        ({"accounts.csv": move(), "ACCOUNTS.csv": move()}, 2),
        ({"accounts.csv": "0.csv"}, 2),
        ({"accounts.csv": move()}, 1),
        ([], 2),
        (7, 2),
    ],
)
def test_a_journal_that_is_not_ours_is_not_obeyed(
    root: Path, tmp_path: Path, moves: Any, version: int
) -> None:
    journal(root, moves, version=version)
    before = state(tmp_path)
    with pytest.raises(BadInput, match="nothing was changed"):
        Workspace(root)
    assert state(tmp_path) == before


def test_a_journal_of_ours_is_brought_to_its_end(root: Path) -> None:
    journal(root, {"accounts.csv": move()})
    assert Workspace(root).table("accounts")["name"].to_list() == ["Staged"]
    assert not (root / STAGING).exists()


@pytest.mark.parametrize("part", ["folder", "journal", "staged", "target"])
def test_links_in_place_of_a_journals_parts_are_refused(root: Path, tmp_path: Path, part: str) -> None:
    journal(root, {"unplaced/key.csv": move()})
    staging, home = root / STAGING, tmp_path / "home"
    match part:
        case "folder":
            staging.rename(tmp_path / "elsewhere")
            staging.symlink_to(tmp_path / "elsewhere")
        case "journal":
            (staging / "journal.json").rename(home / "journal.json")
            (staging / "journal.json").symlink_to(home / "journal.json")
        case "staged":
            (staging / "0.csv").rename(home / "0.csv")
            (staging / "0.csv").symlink_to(home / "0.csv")
        case "target":
            (root / "unplaced").symlink_to(home)
    before = state(tmp_path)
    with pytest.raises(BadInput):
        check_workspace(root)
    assert state(tmp_path) == before


PLACES = ["accounts.csv", "contacts.xlsx", "beachhead.toml", "adoption.csv", "outcomes.parquet"]


@pytest.mark.parametrize("place", PLACES)
def test_a_table_that_is_a_link_to_the_outside_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "secret").write_text("account,name\nsecret,secret\n")
    root = tmp_path / "workspace"
    root.mkdir()
    (root / place).symlink_to(tmp_path / "secret")
    with pytest.raises(BadInput, match="leads out of the workspace"):
        Workspace(root)


@pytest.mark.parametrize("folder", ["plays", "answers", "cases", "signals", "patterns", "offerings"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_folder_with_a_link_to_the_outside_is_refused(tmp_path: Path, folder: str, whole: bool) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret.yaml").write_text("secret: true")
    root = tmp_path / "workspace"
    root.mkdir()
    if whole:
        (root / folder).symlink_to(tmp_path / "home")
    else:
        (root / folder).mkdir()
        (root / folder / "x.yaml").symlink_to(tmp_path / "home" / "secret.yaml")
    with pytest.raises(BadInput, match="leads out of the workspace"):
        Workspace(root).files(folder)


def test_readers_see_the_version_they_opened(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,name\n1,Old\n")
    (tmp_path / "products.csv").write_text("product,name\np,Old\n")
    reader = Workspace(tmp_path)
    assert reader.table("accounts")["name"].to_list() == ["Old"]
    new = {"accounts.csv": CONTENT, "products.csv": b"product,name\np,New\n", "contacts.csv": b"contact\nc\n"}
    replace_files(tmp_path, new, [])
    assert reader.table("products")["name"].to_list() == ["Old"]
    assert reader.table("accounts")["name"].to_list() == ["Old"]
    assert not reader.table("contacts").height
    assert Workspace(tmp_path).table("products")["name"].to_list() == ["New"]
    reader.reopen()
    assert reader.table("accounts")["name"].to_list() == ["Staged"]


def test_four_outcomes_logged_at_once_are_all_kept(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,name\n1,Acme\n2,Globex\n3,Initech\n4,Umbra\n")
    (tmp_path / "beachhead.toml").write_text('us = "x"\nas_of = 2009-02-28\n')
    begun = [
        subprocess.Popen(
            [sys.executable, "-m", "beachhead", "won", str(tmp_path), account, "partner-in-name"],
            stdout=subprocess.DEVNULL,
        )
        for account in "1234"
    ]
    assert [process.wait() for process in begun] == [0, 0, 0, 0]
    assert sorted(Workspace(tmp_path).table("outcomes")["account"]) == ["1", "2", "3", "4"]


def test_a_bracket_in_the_path_is_no_pattern(tmp_path: Path) -> None:
    for folder, name in (("ws1", "Other"), ("ws[1]", "Mine")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "accounts.csv").write_text(f"account,name\n1,{name}\n")
    assert Workspace(tmp_path / "ws[1]").table("accounts")["name"].to_list() == ["Mine"]
