"""What is made of shipped files is made once per installation; what is kept is never trusted further than it goes."""

from __future__ import annotations

import marshal
from pathlib import Path

import polars as pl
import pytest

from beachhead.accounts.conditions import Condition
from beachhead.accounts.fact_columns import conditions_schema
from beachhead.accounts.patterns import PatternFile
from beachhead.knowledge import folder
from beachhead.tables import kept as module
from beachhead.tables.kept import Kept, kept, stamp
from beachhead.tables.paths import YAML, files_in
from beachhead.tables.yaml_files import load_model, load_yaml

PATTERN = files_in(folder("patterns"), YAML)[0]


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    found = Kept(tmp_path / "cache" / "things", "now")
    monkeypatch.setattr(module, "entries", lambda kind: found)
    return found


def never() -> list[int]:
    raise AssertionError("made again")


def test_a_thing_is_made_once_and_each_reader_has_its_own_copy(one: Kept) -> None:
    kept("things", b"a", lambda: [1]).append(2)
    assert kept("things", b"a", never) == [1]


def test_the_next_run_finds_it_and_what_is_made_of_else_is_made(one: Kept) -> None:
    kept("things", b"a", lambda: [1])
    one.write()
    one.entries = Kept(one.path, "now").entries
    assert kept("things", b"a", never) == [1]
    assert kept("things", b"b", lambda: [2]) == [2]


def test_what_other_code_made_is_not_taken(one: Kept) -> None:
    kept("things", b"a", lambda: [1])
    one.write()
    assert Kept(one.path, "later").entries == {}


def test_the_code_of_the_package_and_its_libraries_is_in_the_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stamped() -> str:
        return stamp.__wrapped__()  # not remembered

    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    (tmp_path / "a.py").write_text("1")
    before = stamped()
    assert stamped() == before
    (tmp_path / "a.py").write_text("1 + 1")
    changed = stamped()
    assert changed != before
    monkeypatch.setattr(module, "LIBRARIES", ("polars",))
    assert stamped() != changed


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff no marshal", marshal.dumps(1), marshal.dumps({b"a": b"b"}), marshal.dumps((1, 2, 3))],
)
def test_a_file_of_something_else_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "things").write_bytes(content)
    assert Kept(tmp_path / "things", "now").entries == {}


def test_an_entry_that_cannot_be_read_is_made_anew(one: Kept) -> None:
    kept("things", b"a", lambda: [1])
    one.entries = dict.fromkeys(one.entries, b"no pickle")
    assert kept("things", b"a", lambda: [2]) == [2]
    assert kept("things", b"a", never) == [2]


def test_a_place_that_cannot_be_written_to_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    no = Kept(tmp_path / "file" / "below" / "things", "now")
    no.fresh = True
    no.write()
    assert not (tmp_path / "file" / "below").exists()


def test_users_files_are_never_kept(one: Kept, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_bytes(PATTERN.read_bytes())
    assert load_yaml(own)[0] == load_yaml(PATTERN)[0]
    load_model(PatternFile, own)
    Condition.parse("size > 1", {"size": pl.Int64})
    assert len(one.entries) == 1  # that of the shipped one


def test_a_shipped_file_is_parsed_and_checked_once(one: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    from beachhead.tables import yaml_files

    yaml_files._model.cache_clear()
    first, lines = load_model(PatternFile, PATTERN)
    yaml_files._model.cache_clear()
    monkeypatch.setattr(yaml_files, "parse_yaml", never)
    again, where = load_model(PatternFile, PATTERN)
    assert (again, where, where.texts) == (first, lines, lines.texts)
    yaml_files._model.cache_clear()


def test_a_shipped_condition_is_built_once_for_the_same_facts(
    one: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    from beachhead.accounts import condition_building

    facts, table = conditions_schema(), pl.DataFrame({"size": [1, 3, None]})
    built = Condition.shipped("size > 2", facts)
    with monkeypatch.context() as patched:
        patched.setattr(condition_building, "build", never)
        again = Condition.shipped("size > 2", facts)
    assert (again.text, again.columns) == (built.text, built.columns)
    assert table.select(again.expression().alias("so"))["so"].to_list() == [False, True, False]
    with pytest.raises(
        Exception, match="cannot be compared"
    ):  # another fact of that name: not what was built
        Condition.shipped("size > 2", {"size": pl.String})
