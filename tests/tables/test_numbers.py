"""Numbers as people write them, decided on whole columns."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.tables.numbers import MISSING, parse_numbers


def values(*cells: str | None) -> list[float | None]:
    return parse_numbers(pl.Series(cells, dtype=pl.String)).values.to_list()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", " 2 ", None], [1, 2, None]),
        (["1,234", "12,345,678", "5"], [1234, 12345678, 5]),
        (["1,234.5", "7"], [1234.5, 7]),
        (["1.234,5", "7"], [1234.5, 7]),
        (["1.234.567", "12"], [1234567, 12]),
        (["1,5", "2", "1.000,25"], [1.5, 2, 1000.25]),
        (["0,123", "0,456"], [0.123, 0.456]),
        (["0.123", "0.456"], [0.123, 0.456]),
        (["1.234", "5.678"], [1.234, 5.678]),
        (["998", "1.012", "1.100", "2.333"], [998, 1012, 1100, 2333]),
        (["1 234", "5\u00a0678\u202f901"], [1234, 5678901]),
        (["1'234.50", "1’000"], [1234.5, 1000]),
        (["1,23,456"], [123456]),
        (["$1,234.50", "€ 5", "£9000"], [1234.5, 5, 9000]),
        (["US$ 1,000", "CHF 2", "3 EUR"], [1000, 2, 3]),
        (["(1,234)", "-5", "−6", "7-", "+8"], [-1234, -5, -6, -7, 8]),
        (["12 %", "3.5%"], [12, 3.5]),
        (["1e5", "1.5E-3", ".5", "5."], [1e5, 1.5e-3, 0.5, 5]),
    ],
)
def test_one_reading_for_the_whole_column(cells: list[str], expected: list[float]) -> None:
    read = parse_numbers(pl.Series(cells, dtype=pl.String))
    assert read.values.to_list() == pytest.approx(expected)
    assert read.bad == []
    assert read.values.dtype == pl.Float64


@pytest.mark.parametrize("word", [*MISSING, "NULL", "N/A", " n/a "])
def test_words_for_nothing_are_nothing(word: str) -> None:
    assert values(word, "1") == [None, 1]


@pytest.mark.parametrize(
    "cell", ["abc", "12-13", "1.5M", "4x", "1,2,3", "inf", "1e999", "--5", "1.2.3,4,5", "½", "٣"]
)
def test_what_is_no_number_is_bad_and_null(cell: str) -> None:
    read = parse_numbers(pl.Series(["1", cell, "3"]))
    assert read.bad == [1]
    assert read.values.to_list() == [1, None, 3]


def test_cells_that_can_be_read_both_ways_are_refused_where_the_column_mixes_both() -> None:
    read = parse_numbers(pl.Series(["1,5", "1.5", "1,234", "7"]))
    assert read.values.to_list() == [1.5, 1.5, None, 7]
    assert read.bad == [2]
    assert "both used as decimal marks" in read.notes[0]
    assert parse_numbers(pl.Series(["1,234", "1.234"])).bad == [0, 1]


def test_what_was_decided_is_told() -> None:
    assert "decimal comma" in parse_numbers(pl.Series(["1,5"])).notes[0]
    assert "separator of thousands" in parse_numbers(pl.Series(["1,234"])).notes[0]
    assert parse_numbers(pl.Series(["1.5", "2"])).notes == []


def test_percent_and_currency_are_seen() -> None:
    assert parse_numbers(pl.Series(["1", "2 %"])).percent
    assert not parse_numbers(pl.Series(["1", "2"])).percent
    assert parse_numbers(pl.Series(["$1", "US$2", "USD 3"])).currency == "USD"
    mixed = parse_numbers(pl.Series(["$1", "€2"]))
    assert mixed.currency is None
    assert "several currencies" in mixed.notes[0]


def test_typed_columns_pass_and_infinity_does_not() -> None:
    read = parse_numbers(pl.Series([1.0, float("nan"), float("inf"), None]))
    assert read.values.to_list() == [1.0, None, None, None]
    assert read.bad == [2]
    assert parse_numbers(pl.Series([1, 2])).values.to_list() == [1.0, 2.0]
    assert parse_numbers(pl.Series([None, None])).values.to_list() == [None, None]


numbers = st.lists(st.integers(-(10**9), 10**9).map(lambda i: i / 100), min_size=1, max_size=20)


@given(numbers)
def test_english_and_german_writing_of_the_same_numbers_agree(written: list[float]) -> None:
    english = [f"{v:,.2f}" for v in written]
    german = [s.translate(str.maketrans(",.", ".,")) for s in english]
    spaced = [s.replace(",", "\u202f") for s in english]
    for cells in (english, german, spaced):
        read = parse_numbers(pl.Series(cells))
        assert read.bad == []
        assert read.values.to_list() == pytest.approx(written)


@given(st.lists(st.text(max_size=12) | st.sampled_from(["1", "1,5", "2.345", "$3", ""]), max_size=12))
def test_any_text_is_a_number_nothing_or_bad(cells: list[str]) -> None:
    read = parse_numbers(pl.Series("n", cells, dtype=pl.String))
    assert len(read.values) == len(cells)
    assert read.values.is_finite().all()
    assert all(read.values[i] is None for i in read.bad)
    assert read.values.name == "n"


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234", "5.678", "9.012"], [1.234, 5.678, 9.012]),  # nothing tells otherwise, and it is said
        (["1.234", "5.678"], [1.234, 5.678]),
        (["998", "1.012", "1.100", "1.250"], [998, 1012, 1100, 1250]),
        (["950", "1.234", "5.678"], [950, 1234, 5678]),
        (["120", "1.010"], [120, 1010]),
        (["5", "12", "1.010", "2.020", "3.030"], [5, 12, 1010, 2020, 3030]),
        (["3", "4.125", "5.375"], [3, 4.125, 5.375]),
        (["1234", "1.234", "5.678", "9.012"], [1234, 1.234, 5.678, 9.012]),
        (["950", "1.234", "5.67"], [950, 1.234, 5.67]),
    ],
)
def test_what_a_point_before_three_digits_means_is_told_by_the_column(
    cells: list[str], values: list[float]
) -> None:
    read = parse_numbers(pl.Series(cells))
    assert read.values.to_list() == values
    if all("." not in c or len(c.split(".")[1]) == 3 for c in cells):
        meaning = "decimal point" if values[-1] < 100 else "separator of thousands"
        assert any(meaning in note for note in read.notes)
