"""A killed import leaves the workspace as it was, or as it was to become: never something between."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from beachhead.errors import BadInput
from beachhead.tables.journal import STAGING, replace_files
from beachhead.tables.locks import LOCK
from beachhead.tables.workspace import Workspace
from tests.tables.importing_helpers import Desk

# imports, and dies in the middle of the work when the files have been moved so many times
DYING = """
import os, sys
from pathlib import Path
moves, real = int(sys.argv[3]), Path.replace
def replace(self, target):
    global moves
    if moves == 0:
        os._exit(9)
    moves -= 1
    return real(self, target)
Path.replace = replace
from beachhead.tables.importing import import_folder
import_folder(sys.argv[1], sys.argv[2])
"""


def exports(desk: Desk, second: bool) -> None:
    extra = ["001C,Initech,Software"] if second else []
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "001A,Acme,x", "001B,Globex,y", *extra)
    desk.put(
        "sales.csv",
        "Customer,Product,Order Date",
        "Acme,P,2009-01-31",
        *(["Acme,Q,2009-02-28"] if second else []),
    )


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and p.name != LOCK}


@pytest.mark.parametrize("moves", range(5))
def test_killed_at_any_move(desk: Desk, tmp_path: Path, moves: int) -> None:
    exports(desk, second=False)
    desk.run()
    before = files(desk.into)
    exports(desk, second=True)
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(desk.exports), str(desk.into), str(moves)], check=False
    )
    complete = Desk(tmp_path / "complete")
    exports(complete, second=False)
    complete.run()
    exports(complete, second=True)
    complete.run()
    after = files(complete.into)
    assert before != after
    if done.returncode == 0:
        assert moves == 4, "the import moved fewer files than this test thinks"
        assert files(desk.into) == after
        return
    if moves == 0:  # the decision had not been made
        assert files(desk.into) == before
    Workspace(desk.into)  # whoever opens the workspace next brings it to its end
    assert files(desk.into) == (before if moves == 0 else after)
    desk.run()
    assert files(desk.into) == after
    assert not (desk.into / STAGING).exists()


def test_killed_at_any_time(desk: Desk, tmp_path: Path) -> None:
    exports(desk, second=False)
    desk.run()
    before = files(desk.into)
    exports(desk, second=True)
    complete = Desk(tmp_path / "complete")
    exports(complete, second=False)
    complete.run()
    exports(complete, second=True)
    complete.run()
    after = files(complete.into)
    command = [sys.executable, "-m", "beachhead", "import", str(desk.exports), "--into", str(desk.into)]
    for wait in (0.15, 0.3, 0.45, 0.6, 0.75):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        process.kill()
        process.wait()
        Workspace(desk.into)
        assert files(desk.into) in (before, after)
    desk.run()
    assert files(desk.into) == after


def test_two_imports_at_once_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beachhead.tables.locks.WAIT", 0)

    def other() -> None:
        with pytest.raises(BadInput, match="another program is writing in this workspace"):
            replace_files(tmp_path, {"a.csv": b"2"}, [])

    def second(path: Path) -> None:
        with ThreadPoolExecutor() as threads:
            threads.submit(other).result()
        path.write_bytes(b"1")

    assert replace_files(tmp_path, {"a.csv": second}, []) == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"1"


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    (tmp_path / "a.csv").write_bytes(b"old")
    with pytest.raises(BadInput, match="nothing was changed"):
        replace_files(tmp_path, {"a.csv": b"new", "b.csv": fails}, [])
    assert files(tmp_path) == {"a.csv": b"old"}
    assert not (tmp_path / STAGING).exists()


def test_files_change_and_go_together(tmp_path: Path) -> None:
    (tmp_path / "gone.csv").write_bytes(b"x")
    (tmp_path / "same.csv").write_bytes(b"same")
    changed = replace_files(
        tmp_path, {"same.csv": b"same", "deep/new.csv": b"new"}, ["gone.csv", "never.csv"]
    )
    assert changed == ["deep/new.csv", "gone.csv"]
    assert (tmp_path / "deep/new.csv").read_bytes() == b"new"
    assert not (tmp_path / "gone.csv").exists()
