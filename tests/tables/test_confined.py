"""Work on foreign files in a child process: what it gives back, what it refuses, and what it may not use."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from beachhead.errors import BadInput, BadKnowledge
from beachhead.tables.confined import confined


def test_what_the_function_gives_comes_back() -> None:
    assert confined("builtins:divmod", 17, 5) == (3, 2)
    assert confined("builtins:bytes", 3) == b"\0\0\0"


def test_what_the_work_prints_is_not_its_answer() -> None:
    assert confined("builtins:print", "hello") is None


def test_a_refusal_comes_back_as_itself(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: {", encoding="utf-8")
    with pytest.raises(BadKnowledge, match=r"x\.yaml line 2") as refused:
        confined("beachhead.tables.yaml_files:load_yaml", tmp_path / "x.yaml")
    assert len(refused.value.problems) == 1
    with pytest.raises(
        BadInput, match="odd, row 3, column 'c', value 'v': it is bad; expected better"
    ) as bad:
        confined("tests.tables.test_confined:_refuse")
    assert (bad.value.row, bad.value.column) == (3, "c")


def _refuse() -> None:
    raise BadInput("it is bad", file="odd", row=3, column="c", value="v", expected="better")


def test_what_takes_too_long_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(BadInput, match=r"letter\.docx: it takes longer than 1 seconds"):
        confined("time:sleep", 600, file="letter.docx", seconds=1)
    assert time.monotonic() - began < 60


def test_what_takes_too_much_memory_is_ended() -> None:
    # Where the system bounds no memory, what comes of it is too large.
    with pytest.raises(
        BadInput, match=r"letter\.docx: (it needs more than 200 MB of memory|what comes of it)"
    ):
        confined("builtins:bytearray", 1 << 30, file="letter.docx", memory=200 << 20)


def test_what_gives_too_much_is_refused() -> None:
    with pytest.raises(BadInput, match="is larger than 1 MB"):
        confined("builtins:bytes", 2 << 20, size=1 << 20)


def test_a_breakdown_is_a_sentence() -> None:
    with pytest.raises(BadInput, match="broke down"):
        confined("os:abort", file="chart")
    with pytest.raises(BadInput, match="ZeroDivisionError"):
        confined("builtins:divmod", 1, 0, file="chart")


def test_only_plain_values_come_out() -> None:
    with pytest.raises(BadInput, match="broke down"):
        confined("pathlib:Path", "x")


def test_a_module_that_lies_about_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "subprocess.py").write_text("raise SystemExit('foreign code')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert confined("builtins:len", "abc") == 3


def test_the_child_finds_no_way_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert confined("os:getenv", "https_proxy") == "http://127.0.0.1:1"
