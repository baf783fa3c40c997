"""Writers take turns, also those that are killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from beachhead.errors import BadInput
from beachhead.tables.locks import LOCK, one_writer

HOLDER = """
import sys
from beachhead.tables.locks import one_writer
with one_writer(sys.argv[1], "an import"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_comes_second_is_told_who_holds_it(tmp_path: Path) -> None:
    process = holder(tmp_path)
    with (
        pytest.raises(
            BadInput, match=rf"another program.*an import, process {process.pid} on .*nothing was done"
        ),
        one_writer(tmp_path, "a test", wait=0),
    ):
        pass
    process.communicate()
    with one_writer(tmp_path, "a test", wait=0):
        pass
    assert not (tmp_path / LOCK).exists()


def test_who_waits_gets_it_when_the_other_ends(tmp_path: Path) -> None:
    process = holder(tmp_path)
    timer = threading.Timer(0.2, process.communicate)
    timer.start()
    with one_writer(tmp_path, "a test", wait=60):
        assert "a test" in (tmp_path / LOCK).read_text()
    timer.join()


def test_a_killed_holder_blocks_nobody(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    process.wait()
    assert (tmp_path / LOCK).exists()
    with one_writer(tmp_path, "a test", wait=0):
        assert "a test" in (tmp_path / LOCK).read_text()
    assert not (tmp_path / LOCK).exists()


def test_a_writer_may_call_a_writer_and_threads_take_turns(tmp_path: Path) -> None:
    order: list[str] = []

    def other() -> None:
        with one_writer(tmp_path, "the other", wait=60):
            order.append("other")

    with one_writer(tmp_path, "outer"):
        thread = threading.Thread(target=other)
        thread.start()
        with one_writer(tmp_path, "inner", wait=0):
            order.append("inner")
        order.append("outer")
    thread.join()
    assert order == ["inner", "outer", "other"]


def test_the_lock_never_follows_a_link(tmp_path: Path) -> None:
    root, home = tmp_path / "w", tmp_path / "home"
    root.mkdir()
    home.write_text("precious")
    (root / LOCK).symlink_to(home)
    with pytest.raises(BadInput, match="link"), one_writer(root, "a test", wait=0):
        pass
    (root / LOCK).unlink()
    (root / LOCK).hardlink_to(home)
    with pytest.raises(BadInput), one_writer(root, "a test", wait=0):
        pass
    (root / LOCK).unlink()
    (root / LOCK).mkdir()
    with pytest.raises(BadInput), one_writer(root, "a test", wait=0):
        pass
    assert home.read_text() == "precious"


def test_what_fails_lets_go(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), one_writer(tmp_path, "a test"):
        raise ZeroDivisionError
    with one_writer(tmp_path, "a test", wait=0):
        pass
