"""The door through which workbooks are written."""

from __future__ import annotations

import errno
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter.exceptions import FileCreateError

from beachhead.errors import BadInput
from beachhead.tables.xlsx import new_workbook


def _write(path: Path, text: str = "a") -> bytes:
    with new_workbook(path, title="T\x0bx") as book:
        book.add_worksheet("Sh\x1bow").write(0, 0, text)
    return path.read_bytes()


def test_the_same_content_gives_the_same_bytes_at_any_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _write(tmp_path / "a.xlsx")
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert _write(tmp_path / "b.xlsx") == first
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert "1980-01-01T00:00:00Z" in archive.read("docProps/core.xml").decode()


def test_steering_signs_reach_no_cell_and_formulas_stay_texts(tmp_path: Path) -> None:
    _write(tmp_path / "a.xlsx", "=1+1\x0b\x00\x1b")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["Show"]
    assert (book["Show"]["A1"].value, book["Show"]["A1"].data_type) == ("=1+1 ", "s")
    assert book.properties.title == "T x"


def test_a_workbook_that_fails_halfway_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stop"), new_workbook(tmp_path / "a.xlsx"):
        raise ValueError("stop")
    assert not list(tmp_path.iterdir())


def test_a_zip_that_finds_no_room_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise FileCreateError(OSError(errno.EFBIG, "File too large"))

    monkeypatch.setattr("xlsxwriter.Workbook.close", full)
    with pytest.raises(BadInput, match="it cannot be written: "), new_workbook(tmp_path / "x.xlsx"):
        pass
    assert not (tmp_path / "x.xlsx").exists()
