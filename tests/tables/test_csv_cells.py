"""No cell of our CSV is run by a spreadsheet, and our readers see what was written."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.tables.csv_cells import csv_text, neutral, restored
from beachhead.tables.files import read_text_table

ODD = ["=1+1", "@SUM(A1)", "+1+1", "-cmd|' /C calc'!A0", "\t=1", "\r=1", "'=1", "''=1", "＝1", "-", "\n=1"]
PLAIN = ["-5", "+3.5 %", "1,234", "'tis", "a=b", "", " =1"]


@pytest.mark.parametrize("text", ODD)
def test_what_a_spreadsheet_runs_gets_an_apostrophe(text: str) -> None:
    assert neutral(pl.DataFrame({"a": [text]}))["a"].item() == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay(text: str) -> None:
    assert neutral(pl.DataFrame({"a": [text]}))["a"].item() == text


def test_numbers_and_lists_and_headers() -> None:
    frame = pl.DataFrame({"=a": [-1], "b": [["=x", "y"]], "c": ["-2"]})
    assert csv_text(frame) == "'=a,b,c\n-1,'=x;y,-2\n"


@given(st.lists(st.text("'=+-@\t\r\n1,.% aé＝") | st.sampled_from(ODD + PLAIN) | st.none()))
def test_restored_is_what_was_neutralised(texts: list[str | None]) -> None:
    frame = pl.DataFrame(
        {"=name": texts, "-1": texts}, schema_overrides={"=name": pl.String, "-1": pl.String}
    )
    assert restored(neutral(frame)).equals(frame)
    assert restored(neutral(frame.lazy())).collect().equals(frame)
    read = pl.read_csv(io.StringIO(neutral(frame).write_csv()), infer_schema=False)
    assert restored(read).rows() == frame.rows()


def test_our_reader_restores(tmp_path: Path) -> None:
    frame = pl.DataFrame({"account": ["A-1", "'=A-2", "3"], "name": ["=Acme", "'+x", "-7"]})
    path = tmp_path / "out.csv"
    path.write_text(csv_text(frame))
    assert read_text_table(path).frame.equals(frame)
