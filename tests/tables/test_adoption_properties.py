"""What must hold for every adoption table: order and units do not matter, nothing but sentences on nonsense."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from beachhead.errors import BeachheadError
from beachhead.tables.adoption import Adoption, read_adoption

STEPS = {"Y": (360, 370), "Q": (88, 93), "M": (28, 31), "W": (7, 7)}
FORMS = {
    "Y": ["%Y", "FY%Y", "%Y-12-31"],
    "M": ["%Y-%m", "%b %Y", "%YM%m", "%d.%m.%Y"],
}


def sound(read: Adoption) -> None:
    """The promises of ``Adoption``."""
    assert read.frame.columns == ["unique_id", "ds", "y"]
    assert read.frame["unique_id"].unique(maintain_order=True).to_list() == read.series["unique_id"].to_list()
    assert not set(read.series["unique_id"]) & set(read.refused["unique_id"])
    assert read.frame["y"].drop_nulls().is_finite().all()
    assert read.series["n"].sum() == read.frame["y"].count()
    for name, own in read.frame.partition_by("unique_id", as_dict=True, maintain_order=True).items():
        low, high = STEPS[read.series.filter(pl.col("unique_id") == name[0])["freq"].item()]
        assert all(low <= (b - a).days <= high for a, b in pairwise(own["ds"]))
        assert own["y"][0] is not None
        assert own["y"][-1] is not None
    ahead = read.in_user_form(read.ahead(3))
    assert ahead.height == 3 * read.series.height
    assert ahead["ds"].null_count() == 0


@st.composite
def tables(draw: st.DrawFn) -> tuple[pl.DataFrame, str]:
    """Clean series on a grid with gaps, and their frequency."""
    freq = draw(st.sampled_from("YM"))
    form = draw(st.sampled_from(FORMS[freq]))
    rows = []
    for i in range(draw(st.integers(1, 4))):
        start = draw(st.integers(1960 * 12, 1980 * 12))
        for k in sorted(draw(st.sets(st.integers(0, 30), min_size=8, max_size=25))):
            month = start + k if freq == "M" else (start // 12 + k) * 12 + 11
            day = dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1) - dt.timedelta(1)
            rows.append((f"s{i}", day.strftime(form), float(draw(st.integers(1, 10**6)))))
    return pl.DataFrame(rows, schema=["unique_id", "ds", "y"], orient="row"), freq


@settings(max_examples=40)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(case: tuple[pl.DataFrame, str], random: Any) -> None:
    table, freq = case
    read = read_adoption(table, kind="flow", freq=freq)
    sound(read)
    assert set(read.series["freq"]) == {freq}
    order = list(range(table.height))
    random.shuffle(order)
    again = read_adoption(table[order], kind="flow", freq=freq)
    assert_frame_equal(again.frame.sort("unique_id", "ds"), read.frame.sort("unique_id", "ds"))
    assert_frame_equal(again.series.sort("unique_id"), read.series.sort("unique_id"))


@settings(max_examples=40)
@given(tables(), st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(case: tuple[pl.DataFrame, str], factor: float) -> None:
    table, freq = case
    read = read_adoption(table, kind="flow", freq=freq)
    scaled = read_adoption(table.with_columns(pl.col("y") * factor), kind="flow", freq=freq)
    assert_frame_equal(scaled.frame, read.frame.with_columns(pl.col("y") * factor))
    assert_frame_equal(scaled.notes, read.notes)


@settings(max_examples=40)
@given(tables())
def test_long_and_wide_say_the_same(case: tuple[pl.DataFrame, str]) -> None:
    table, freq = case
    read = read_adoption(table, kind="flow", freq=freq)
    names = table["unique_id"].unique(maintain_order=True).to_list()
    across = table.pivot("unique_id", index="ds", values="y")
    assert_frame_equal(
        read_adoption(across.select("ds", *names), kind="flow", freq=freq).frame.sort("unique_id", "ds"),
        read.frame.sort("unique_id", "ds"),
    )
    down = table.pivot("ds", index="unique_id", values="y")
    assert_frame_equal(
        read_adoption(down, kind="flow", freq=freq).frame.sort("unique_id", "ds"),
        read.frame.sort("unique_id", "ds"),
    )


@settings(max_examples=40)
@given(tables())
def test_typed_and_text_tables_say_the_same(case: tuple[pl.DataFrame, str]) -> None:
    table, freq = case
    text = table.with_columns(pl.col("y").cast(pl.Int64).cast(pl.String))
    assert_frame_equal(
        read_adoption(text, kind="flow", freq=freq).frame, read_adoption(table, kind="flow", freq=freq).frame
    )


@settings(max_examples=40)
@given(tables())
def test_what_comes_back_reads_in_again(case: tuple[pl.DataFrame, str]) -> None:
    table, freq = case
    read = read_adoption(table, kind="flow", freq=freq)
    written = read.in_user_form(read.frame)
    assert_frame_equal(read_adoption(written, kind="flow", freq=freq).frame, read.frame)
    if written["ds"].dtype != pl.Date:
        assert set(table["ds"]) <= {str(label) for label in written["ds"]}


# --- nonsense -----------------------------------------------------------------------------------------------

IDS = ["a", "b", "Total", "", "Ω", None, "2008", "NULL"]
DATES = [
    *(
        "2008",
        "2009",
        "2010",
        "2008Q1",
        "2008Q3",
        "Q4 2009",
        "2008-07",
        "Jul 2008",
        "2008-01-31",
        "31/01/2008",
        "x",
    ),
    *(
        "01/02/2008",
        "2008-W27",
        "",
        "Total",
        "9999",
        "0001-01-01",
        "39846",
        "1",
        "2",
        "2007/08",
        "2008-02-30",
        "-5",
    ),
    *("2008-W53", "2009-W53", "200807", "20080701", "1233619200000", "1e5", None, "H1 2008"),
]
FIGURES = [
    *(
        "1",
        "2",
        "3.5",
        "1,234",
        "1.234",
        "1.234,5",
        "12 %",
        "-3",
        "0",
        "abc",
        "",
        "inf",
        "1e400",
        "NaN",
        "$5",
    ),
    *("(3)", "1e5", "0.5", "1 000", "250", None, "1e16", "-", "٣", "½"),
]
CELLS = {
    "unique_id": IDS,
    "ds": DATES,
    "y": FIGURES,
    "kind": ["flow", "stock", "share", "x", None],
    "freq": ["Y", "Q", "M", "W", "monthly", "x", None],
    "potential_low": FIGURES,
    "potential_high": FIGURES,
    "ceiling": FIGURES,
    "launch": DATES,
    "known_on": DATES,
    "unit": ["percent", "share of x", "USD per quarter", "customers", None],
    "name": IDS,
    "id": IDS,
    "year": DATES,
    "quarter": ["1", "Q3", "x", None],
    "value": FIGURES,
    "2008": FIGURES,
    "2009": FIGURES,
    "Q1 2008": FIGURES,
    "Total": FIGURES,
    "": FIGURES,
}


@st.composite
def nonsense(draw: st.DrawFn) -> pl.DataFrame:
    columns = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=7, unique=True))
    if draw(st.booleans()):
        columns = list(dict.fromkeys(["unique_id", "ds", "y", *columns]))
    height = draw(st.integers(0, 8))
    data = {
        c: [draw(st.sampled_from(CELLS[c]) | st.sampled_from(FIGURES + DATES)) for _ in range(height)]
        for c in columns
    }
    return pl.DataFrame(data, schema=dict.fromkeys(columns, pl.String))


@settings(max_examples=200)
@given(
    nonsense(),
    st.sampled_from([None, "flow", "stock", "share"]),
    st.sampled_from([None, "Y", "Q", "M", "W"]),
    st.sampled_from([None, (1, 5), (5, 1), "x", (1,)]),
    st.sampled_from([None, "2009-06-30", 2008, dt.date(2008, 12, 31), "never"]),
)
def test_nonsense_gives_sound_series_or_a_sentence(
    table: pl.DataFrame, kind: str | None, freq: str | None, potential: Any, as_of: Any
) -> None:
    try:
        read = read_adoption(table, kind=kind, freq=freq, potential=potential, as_of=as_of)
    except BeachheadError as refused:
        said = str(refused)
    else:
        sound(read)
        said = " ".join(read.refused["reason"])
    assert "Traceback" not in said


@settings(max_examples=100)
@given(st.data())
def test_damaged_files_give_sound_series_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    rows = [f"s{i},{2000 + k},{data.draw(st.integers(0, 99))}" for i in range(2) for k in range(4)]
    content = bytearray("\n".join(["unique_id,ds,y", *rows]).encode())
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b'"', b",", b"\n", b"\0", b"\xff", b"x"])
        )
        assume(content)
    path = Path(tmp_path_factory.getbasetemp()) / "damaged.csv"
    path.write_bytes(bytes(content))
    try:
        read = read_adoption(path, kind="flow")
    except BeachheadError:
        return
    sound(read)
