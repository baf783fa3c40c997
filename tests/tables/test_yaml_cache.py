"""Shipped YAML files are parsed once per installation; what is kept is never trusted further than it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.tables import yaml_cache
from beachhead.tables.yaml_cache import Entry, _Kept, parsed


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Kept:
    one = _Kept(tmp_path / "cache" / "yaml")
    monkeypatch.setattr(yaml_cache, "_kept", lambda: one)
    return one


def never() -> Entry:
    raise AssertionError("parsed again")


def test_a_content_is_parsed_once_and_each_reader_has_its_own_copy(kept: _Kept) -> None:
    first = parsed(b"a: [1]", lambda: ({"a": [1]}, {("a",): 1}, {}))
    first[0]["a"].append(2)
    assert parsed(b"a: [1]", never) == ({"a": [1]}, {("a",): 1}, {})


def test_the_next_run_finds_it_and_other_content_is_parsed(kept: _Kept) -> None:
    parsed(b"a: 1", lambda: ({"a": 1}, {}, {}))
    kept.write()
    again = _Kept(kept.path)
    assert len(again.entries) == 1
    kept.entries = again.entries
    assert parsed(b"a: 1", never)[0] == {"a": 1}
    assert parsed(b"a: 2", lambda: ({"a": 2}, {}, {}))[0] == {"a": 2}


@pytest.mark.parametrize("content", [b"", b"\x00\xff no marshal", b"i\x01\x00\x00\x00"])
def test_a_file_of_something_else_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "yaml").write_bytes(content)
    assert _Kept(tmp_path / "yaml").entries == {}


def test_a_place_that_cannot_be_written_to_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    one = _Kept(tmp_path / "file" / "below" / "yaml")
    one.fresh = True
    one.write()
    assert not (tmp_path / "file" / "below").exists()


def test_users_files_are_never_kept(kept: _Kept, tmp_path: Path) -> None:
    from beachhead.tables.yaml_files import load_yaml

    (tmp_path / "own.yaml").write_text("a: 1")
    assert load_yaml(tmp_path / "own.yaml")[0] == {"a": 1}
    assert kept.entries == {}
