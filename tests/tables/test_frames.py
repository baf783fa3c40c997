"""Every kind of table comes through one door."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from beachhead.errors import BadInput
from beachhead.tables.frames import to_polars

FRAME = pl.DataFrame(
    {"unique_id": ["a", "b"], "ds": [dt.datetime(2008, 1, 31), dt.datetime(2008, 2, 29)], "y": [1.5, None]},
    schema={"unique_id": pl.String, "ds": pl.Datetime("us"), "y": pl.Float64},
)


def relation() -> Any:
    table = FRAME.to_arrow()
    return duckdb.from_arrow(table)


@pytest.mark.parametrize(
    "table",
    [FRAME, FRAME.lazy(), FRAME.to_arrow(), FRAME.to_pandas(), relation()],
    ids=["polars", "lazy", "arrow", "pandas", "duckdb"],
)
def test_the_same_table_from_everywhere(table: Any) -> None:
    read = to_polars(table).with_columns(pl.col("ds").cast(pl.Datetime("us")), pl.col("y").fill_nan(None))
    assert_frame_equal(read, FRAME)


def test_a_polars_frame_is_not_copied() -> None:
    assert to_polars(FRAME) is FRAME


def test_what_only_pandas_allows() -> None:
    indexed = pd.DataFrame({"y": [1, 2]}, index=pd.Index(["a", "b"], name="unique_id"))
    assert to_polars(indexed).columns == ["unique_id", "y"]
    wide = pd.DataFrame({"id": ["a"], 2008: [1], 2009: [2]})
    assert to_polars(wide).columns == ["id", "2008", "2009"]
    periods = pd.DataFrame({"ds": pd.period_range("2008Q1", periods=2, freq="Q"), "y": [1, 2]})
    assert to_polars(periods)["ds"].to_list() == ["2008Q1", "2008Q2"]
    mixed = pd.DataFrame({"y": ["1,5", 2, None]}, dtype=object)
    assert to_polars(mixed)["y"].to_list() == ["1,5", "2", None]
    days = pd.DataFrame({"ds": [dt.date(2008, 1, 1), dt.date(2009, 1, 1)]}, dtype=object)
    assert to_polars(days)["ds"].dtype == pl.Date


@pytest.mark.parametrize("table", [[1, 2], {"a": [1]}, 5, pd.Series([1]), None], ids=str)
def test_what_is_no_table_is_refused(table: Any) -> None:
    with pytest.raises(BadInput, match="is no table"):
        to_polars(table)


def test_twice_the_same_column_is_refused() -> None:
    with pytest.raises(BadInput, match="two columns have the same name"):
        to_polars(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(BadInput, match="cannot be read"):
        to_polars(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]))
