"""What a condition may say: kinds of values, operators, functions; and what to write instead of the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl
from polars._typing import PolarsDataType
from sqlglot import exp

Kind = Literal["number", "text", "yes-or-no", "date", "list", "nothing"]

FUNCTIONS = ("abs", "array_contains", "coalesce", "length", "lower", "upper")


@dataclass(frozen=True)
class Term:
    """A part of a condition, built: its expression, and what is known of the value that it gives."""

    expr: pl.Expr
    kind: Kind
    name: str  # as the user wrote it, for messages
    literal: str | float | bool | None = None
    values: tuple[str, ...] = ()  # the only values a column can take, if they are listed
    inner: Kind = "nothing"  # of the elements of a list

    def said(self) -> str:
        return f"{self.name} ({self.kind})"


def kind_of(dtype: PolarsDataType) -> tuple[Kind, Kind]:
    """The kind of a column and, for a list, of its elements."""
    if dtype.is_numeric():
        return "number", "nothing"
    if dtype == pl.Boolean:
        return "yes-or-no", "nothing"
    if dtype in (pl.Date, pl.Datetime):
        return "date", "nothing"
    if isinstance(dtype, pl.List):
        return "list", kind_of(dtype.inner)[0]
    return ("text" if dtype in (pl.String, pl.Categorical, pl.Enum) else "nothing"), "nothing"


# What people write from habit, and what to write instead.
HINTS: dict[type[exp.Expr], str] = {
    **dict.fromkeys((exp.Query, exp.Exists), "no sub-queries; a condition asks for the facts of one account"),
    exp.Cast: "no conversions; a date is written DATE '2009-02-28'",
    **dict.fromkeys(
        (exp.CurrentDate, exp.CurrentTimestamp, exp.Interval),
        "use the facts that count months, such as months_since_purchase",
    ),
    exp.AggFunc: "no sums over accounts; a condition asks for the facts of one account",
    exp.RegexpLike: "no regular expressions; use LIKE or ILIKE",
    **dict.fromkeys((exp.NullSafeEQ, exp.NullSafeNEQ), "add OR … IS NULL where a missing fact shall count"),
    **dict.fromkeys(
        (exp.ArrayContainsAll, exp.ArrayOverlaps), "use array_contains(list, 'x') for each value"
    ),
    exp.Null: "NULL stands only in IS NULL and IS NOT NULL",
    exp.Any: "ANY is written 'x' = ANY(list)",
    exp.Placeholder: "no parameters",
    exp.Parameter: "no parameters",
}

COMPARE: dict[type[exp.Expr], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
}

ARITHMETIC: dict[type[exp.Expr], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
    # A share of nothing is unknown, not infinite.
    exp.Div: lambda a, b: pl.when(b != 0).then(a / b),
}


def example(term: Term) -> str:
    return {
        "number": f"{term.name} > 12",
        "text": f"{term.name} = 'x'",
        "date": f"{term.name} < '2009-02-28'",
        "list": f"array_contains({term.name}, 'x')",
    }.get(term.kind, "months_since_purchase > 12")
