"""Flow, stock or share: stated, or decided by names, units and figures, and told."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from beachhead.errors import BadInput
from beachhead.tables.adoption import Adoption, read_adoption
from tests.tables.test_adoption import said

RISING = [1.0, 3, 6, 10, 15, 21, 28, 36, 45]
SALES = [1.0, 3, 6, 10, 8, 12, 15, 11, 14]


def kind(read: Adoption) -> str:
    (found,) = set(read.series["kind"])
    return str(found)


def table(y: list[Any], figure: str = "y", **columns: Any) -> pl.DataFrame:
    return pl.DataFrame({"unique_id": "a", "ds": range(2000, 2000 + len(y)), figure: y} | columns)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        *(
            ("sales", "flow"),
            ("units", "flow"),
            ("revenue", "flow"),
            ("new_adopters", "flow"),
            ("shipments", "flow"),
        ),
        *(("adoptions", "flow"), ("new_customers", "flow"), ("Absatz", "flow"), ("flow", "flow")),
        *(("cumulative", "stock"), ("installed base", "stock"), ("users", "stock"), ("subscribers", "stock")),
        *(
            ("cumulative_adoptions", "stock"),
            ("stock", "stock"),
            ("customers", "stock"),
            ("Bestand", "stock"),
        ),
        *(("share", "share"), ("percent", "share"), ("penetration_rate", "share"), ("Anteil", "share")),
    ],
)
def test_the_name_of_the_column_decides(column: str, expected: str) -> None:
    read = read_adoption(table([1.0, 2, 3], column))
    assert kind(read) == expected
    assert f"taken for a {expected}, for their column is called {column!r}; say so with kind (--kind" in said(
        read
    )


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("million USD per quarter", "flow"),
        ("customers in the half year", "flow"),
        ("new users", "flow"),
        ("customers (cumulative; 'more than')", "stock"),
        ("subscriptions per 100 people", "stock"),
        ("virtual machines deployed worldwide", "stock"),
        ("share of servers shipped in Western Europe", "share"),
        ("% of households", "share"),
    ],
)
def test_else_the_unit(unit: str, expected: str) -> None:
    read = read_adoption(table([0.1, 0.2, 0.3], unit=unit))
    assert kind(read) == expected
    assert "by the names and units" in said(read)


def test_else_the_name_of_the_series_each_for_itself() -> None:
    both = pl.DataFrame({"unique_id": ["new_users", "all_users"], "ds": [2001, 2001], "y": [5.0, 9]})
    read = read_adoption(both)
    assert read.series["kind"].to_list() == ["flow", "stock"]
    assert "taken for a flow by its name or unit" in said(read, "new_users")


@pytest.mark.parametrize(
    ("y", "expected", "why"),
    [
        (RISING, "stock", "they never decline"),
        ([*RISING[:4], 9.95, *RISING[4:]], "stock", "they never decline"),
        (SALES, "flow", "they rise and fall"),
        (RISING[:5], "flow", "no series of 8 or more figures"),
        ([0.1, 0.2, 0.3], "share", "they lie between 0 and 1"),
    ],
)
def test_else_the_figures(y: list[float], expected: str, why: str) -> None:
    read = read_adoption(table(y))
    assert kind(read) == expected
    assert why in said(read)


def test_the_figures_decide_for_the_whole_table() -> None:
    several = pl.concat([table(RISING).with_columns(unique_id=pl.lit(f"s{i}")) for i in range(9)])
    odd = table(SALES).with_columns(unique_id=pl.lit("odd"))
    assert kind(read_adoption(pl.concat([several, odd]))) == "stock"


def test_percent_signs_make_shares() -> None:
    assert kind(read_adoption(table(["1 %", "2 %"]))) == "share"


def test_a_stated_kind_needs_no_telling() -> None:
    read = read_adoption(table(SALES), kind="stock")
    assert kind(read) == "stock"
    assert said(read) == ""
    assert kind(read_adoption(table(SALES, kind="Cumulative"), kind="flow")) == "stock"


def test_an_unknown_kind_in_a_column_refuses_its_series() -> None:
    with pytest.raises(
        BadInput, match="row 10, column 'kind', value 'rate': this is no kind; expected flow, stock or share"
    ):
        read_adoption(table(SALES, kind="rate"))
