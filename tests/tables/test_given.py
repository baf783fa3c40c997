"""Answers come back as the kind of table that came in, ids and dates as the user writes them."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import beachhead as bh
from beachhead.tables.given import Given

YEARS = pd.date_range("2003-12-31", periods=9, freq="YE")
LEVELS = [40.0, 95, 210, 420, 700, 1010, 1300, 1500, 1600]


def both(ids: list, ds: object = YEARS) -> pd.DataFrame:
    """Two series of nine years."""
    one = [pd.DataFrame({"unique_id": i, "ds": ds, "y": LEVELS}) for i in ids]
    return pd.concat(one, ignore_index=True)


def test_every_answer_to_pandas_is_pandas_and_says_what_the_answer_to_polars_says() -> None:
    table = both([10, 11])
    ours, theirs = bh.fit(pl.from_pandas(table), kind="stock"), bh.fit(table, kind="stock")
    window = ("2005-01-01", "2007-01-01")
    asked = {
        "standing": lambda f: f.standing(),
        "forecast": lambda f: f.forecast(3),
        "totals": lambda f: f.totals(3),
        "buyers": lambda f: f.buyers(*window),
        "parameters": lambda f: f.parameters(),
        "curve": lambda f: f.curve(2, 2),
        "explain": lambda f: f.explain(),
        "sensitivity": lambda f: f.sensitivity(),
        "series": lambda f: f.series,
        "notes": lambda f: f.notes,
        "refused": lambda f: f.refused,
        "in one pass": lambda f: f.answers(2, windows=[window])["buyers"][0],
    }
    for name, ask in asked.items():
        plain, got = ask(ours), ask(theirs)
        assert isinstance(got, pd.DataFrame), name
        assert list(got.columns) == plain.columns, name
        for column in plain.select(pl.selectors.float()).columns:
            assert got[column].to_numpy() == pytest.approx(plain[column].to_numpy(), nan_ok=True), (
                name,
                column,
            )
    assert theirs.plot(10)["layer"]


@pytest.mark.parametrize(
    ("ids", "dtype"),
    [([10, 11], "int64"), ([1.5, 2.5], "float64"), (["a", "b"], "category"), (["a", "b"], "object")],
)
def test_a_forecast_joins_the_table_it_came_from(ids: list, dtype: str) -> None:
    table = both(ids).astype({"unique_id": dtype})
    past = table[table["ds"] < "2010"]
    got = bh.fit(past, kind="stock").forecast(2)
    assert got["unique_id"].dtype == table["unique_id"].dtype
    assert got["ds"].dtype == table["ds"].dtype
    joined = got.merge(table, on=["unique_id", "ds"])
    assert len(joined) == 4
    assert np.isfinite(joined["y"]).all()


def test_periods_days_and_an_index_come_back_as_they_were() -> None:
    quarters = pd.period_range("2005Q1", periods=9, freq="Q")
    got = bh.fit(both(["a"], quarters), kind="stock").forecast(2)
    assert got["ds"].tolist() == [pd.Period("2007Q2", "Q"), pd.Period("2007Q3", "Q")]
    days = both(["a"], [d.date() for d in YEARS])
    assert bh.fit(days, kind="stock").forecast(1)["ds"].tolist() == [pd.Timestamp("2012-12-31").date()]
    indexed = both([7, 8]).set_index("unique_id")
    assert bh.fit(indexed, kind="stock").standing()["unique_id"].tolist() == [7, 8]


def test_an_id_that_the_user_has_no_category_for_is_text() -> None:
    given = Given("pandas", {"unique_id": pd.CategoricalDtype(["a"]), "ds": np.dtype("int64")})
    got = given.back(
        pl.DataFrame({"unique_id": ["a"], "ds": [None], "y": [None]}, schema_overrides={"ds": pl.Int64})
    )
    assert got["unique_id"].tolist() == ["a"]
    assert got["ds"].isna().all()  # a whole number that is missing stays missing


def test_arrow_and_polars_and_what_is_read_lazily() -> None:
    table = pl.from_pandas(both(["a"]))
    assert isinstance(bh.fit(table.to_arrow(), kind="stock").forecast(1), pa.Table)
    for kind in (table, table.lazy()):
        assert isinstance(bh.fit(kind, kind="stock").forecast(1), pl.DataFrame)


def test_evaluation_comes_back_as_it_came_and_joins() -> None:
    table = both([10, 11])
    got = bh.cross_validate(table, h=2, n_windows=2, step_size=2, level=[50, 90], kind="stock")
    assert {"Beachhead-lo-50", "Beachhead-hi-90"} <= set(got.columns)
    assert got["cutoff"].dtype == got["ds"].dtype == table["ds"].dtype
    assert sorted(set(got["cutoff"].dt.year)) == [2007, 2009]
    assert got.merge(table, on=["unique_id", "ds", "y"]).shape[0] == len(got) == 8


def test_a_pickled_fit_still_answers_as_the_table_came_in() -> None:
    again = pickle.loads(pickle.dumps(bh.fit(both([10]), kind="stock")))
    assert isinstance(again.standing(), pd.DataFrame)
