"""Signs that must not leave."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.tables.signs import printable, printable_texts


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Jean-Noël & Söhne, 日本 😀", "Jean-Noël & Söhne, 日本 😀"),
        ("Cloud\vBackup", "Cloud Backup"),
        ("a\tb\nc\rd\x85e\u2028f", "a b c d e f"),
        ("\x1b[31mred\x07\x00\x7f\x9b", "[31mred"),
        ("gpj\u202eexe.", "gpjexe."),
        ("\u2066a\u2069\ufeff\ufffe\U0001ffff\ud800", "a"),
        ("\u200eעברית\u200f", "\u200eעברית\u200f"),
    ],
)
def test_what_steers_or_hides_is_gone(text: str, cleaned: str) -> None:
    assert printable(text) == cleaned


def test_whole_outputs_keep_their_lines_and_tabs() -> None:
    assert printable("a\tb\r\nc\x1b\n\rd", lines=True) == "a\tb\nc\n d"


@given(st.text(st.characters()))
def test_no_control_character_or_surrogate_is_left_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = printable(text)
    assert not {unicodedata.category(sign) for sign in cleaned} & {"Cc", "Cs", "Zl", "Zp"}
    assert printable(cleaned) == cleaned


@given(st.text(st.characters(codec="utf-8")))
def test_tables_are_cleaned_as_texts_are(text: str) -> None:
    assert printable_texts(pl.DataFrame({"name": [text], "n": [1]})).rows() == [(printable(text), 1)]


def test_columns_of_a_table_are_cleaned_unless_two_would_become_one() -> None:
    assert printable_texts(pl.DataFrame({"a\x00": [1]})).columns == ["a"]
    assert printable_texts(pl.DataFrame({"a\x00": [1], "a": [2]})).columns == ["a\x00", "a"]
