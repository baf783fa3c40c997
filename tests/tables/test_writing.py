"""Every output whole or not at all, and nobody's work replaced."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadInput
from beachhead.tables.writing import Content, refuse_open, worked_in, write_whole


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _by_name(path: Path) -> None:
    path.write_text("new")


@pytest.mark.parametrize("content", ["new", b"new", _by_name])
def test_text_bytes_and_writers_reach_the_file_and_leave_nothing_beside_it(
    tmp_path: Path, content: Content
) -> None:
    path = tmp_path / "out.txt"
    assert write_whole(path, content) == path
    assert path.read_text() == "new"
    assert _names(tmp_path) == ["out.txt"]


def test_a_writer_sees_the_ending_of_the_file(tmp_path: Path) -> None:
    seen: list[str] = []
    write_whole(tmp_path / "out.xlsx", lambda part: seen.append(part.suffix))
    assert seen == [".xlsx"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "x"), ValueError("x"), KeyboardInterrupt()])
def test_a_writer_that_fails_halfway_leaves_the_old_file(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "out.txt"
    write_whole(path, "old")

    def fails(part: Path) -> None:
        part.write_text("ne")
        raise error

    with pytest.raises(BadInput if isinstance(error, OSError) else type(error)):
        write_whole(path, fails)
    assert path.read_text() == "old"
    assert _names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("step", ["replace", "fsync"])
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "it cannot be written: the disk is full."),
        (
            errno.EACCES,
            "it cannot be written: there is no permission to write there, or it is open in another program.",
        ),
        (errno.EROFS, "it cannot be written: the disk is read-only."),
        (errno.EIO, "it cannot be written: Input/output error."),
    ],
)
def test_what_the_system_refuses_is_one_sentence_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, sentence: str
) -> None:
    path = tmp_path / "out.txt"
    write_whole(path, "old")

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fails)
    with pytest.raises(BadInput) as refused:
        write_whole(path, "new")
    assert str(refused.value) == f"{path}: {sentence}"
    assert path.read_text() == "old"
    assert _names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing/out.txt", "there is no folder {tmp}/missing to write it to; make it first"),
        ("folder", "a folder has that name"),
        ("file/out.txt", "a part of its path is a file"),
        ("n" * 300, "its name is too long"),
        ("a\0b", "no file can have such a name"),
    ],
)
def test_places_where_no_file_can_be_are_one_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(BadInput) as refused:
        write_whole(tmp_path / name, "new")
    assert sentence.format(tmp=tmp_path.resolve()) in str(refused.value)
    assert _names(tmp_path) == ["file", "folder"]


def test_a_write_protected_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(BadInput, match="write-protected"):
        write_whole(path, "new")


def test_a_missing_folder_is_made_where_that_is_asked_for(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "out.txt", "new", folder=True)
    assert (tmp_path / "a" / "b" / "out.txt").read_text() == "new"


def test_mode_link_and_pipe_stay_what_they_are(tmp_path: Path) -> None:
    path, link, umask = tmp_path / "out.txt", tmp_path / "link.txt", os.umask(0o027)
    try:
        write_whole(path, "one")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    finally:
        os.umask(umask)
    path.chmod(0o604)
    link.symlink_to(path)
    write_whole(link, "two")
    assert (path.read_text(), link.is_symlink(), stat.S_IMODE(path.stat().st_mode)) == ("two", True, 0o604)
    write_whole(Path("/dev/null"), "three")
    assert not Path("/dev/null").is_file()
    with pytest.raises(BadInput, match="needs a file"):
        write_whole(Path("/dev/null"), _by_name)


@given(content=st.binary(max_size=50))
def test_our_own_file_is_known_and_replaced(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("own") / "out.bin"
    write_whole(path, content, keep=True)
    assert not worked_in(path)
    write_whole(path, content + b"!", keep=True)
    assert path.read_bytes() == content + b"!"


def test_time_of_our_file_is_at_most_a_second_before_now(tmp_path: Path) -> None:
    import time

    before = time.time()
    write_whole(tmp_path / "out.txt", "new")
    assert before - 1.001 <= (tmp_path / "out.txt").stat().st_mtime <= time.time()


def test_a_file_of_somebody_else_and_one_changed_since_are_kept(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs.csv", tmp_path / "ours.csv"
    theirs.write_text("mine")
    write_whole(ours, "a\n")
    ours.write_text("a\nand what I found out\n")
    for path in (theirs, ours):
        held = path.read_text()
        with pytest.raises(BadInput, match="give --force to replace it"):
            write_whole(path, "new", keep=True)
        assert path.read_text() == held
        write_whole(path, "new")
        assert path.read_text() == "new"


def test_an_empty_file_holds_nobodys_work(tmp_path: Path) -> None:
    (tmp_path / "out.txt").touch()
    write_whole(tmp_path / "out.txt", "new", keep=True)


@pytest.mark.parametrize("lock", [".~lock.plan.xlsx#", "~$plan.xlsx"])
def test_a_workbook_that_is_open_in_an_office_program_is_kept(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "plan.xlsx"
    write_whole(path, "old")
    (tmp_path / lock).touch()
    with pytest.raises(BadInput, match="it is open in another program"):
        refuse_open(path)
