"""What a table of a workspace is: its columns, their types and meanings, and how text becomes them.

Each module of this room that is named after a table (``accounts.py``, ``purchases.py`` …) holds one
``TABLE``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from beachhead.errors import BadInput, did_you_mean

TEXTS = pl.List(pl.String)
"""The type of columns that hold several texts; in CSV and XLSX they are joined by ``;``."""

_YES = "yes,y,true,t,1,x,ja,oui,si,sí,sim,wahr,vrai,verdadeiro,verdadero,waar"
_NO = "no,n,false,f,0,nein,non,não,nao,nee,falsch,faux,falso,onwaar"
YES, NO = frozenset(_YES.split(",")), frozenset(_NO.split(","))


@dataclass(frozen=True)
class Column:
    """One column. ``choices``: the only words it may hold (case does not matter), empty for any."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    meaning: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table. ``key``: the column with the row's own id, where rows have one.

    ``extras``: columns of the user's own are kept, behind the defined ones.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: str | None = None
    extras: bool = False
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(c.name for c in self.columns))

    def __getitem__(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)

    @property
    def schema(self) -> pl.Schema:
        """Column name to Polars type, in the order of the definition."""
        return pl.Schema({c.name: c.dtype for c in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table without a row."""
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame, *, file: object = None, first_row: int = 2) -> pl.DataFrame:
        """``frame`` with the defined columns in their order and types, and behind them whatever else it has.

        Columns may be text or typed already. Raises BadInput for a required column that is missing or has
        blanks, and for a value that is not of its column's type, naming file, row, column and value.
        """
        frame = self._with_known_headers(frame, file)
        for column in self.columns:
            if column.required:
                _check_complete(frame, column, file, first_row)
        typed = [
            _typed(frame.get_column(c.name), c, file, first_row)
            if c.name in frame.columns
            else pl.repeat(None, frame.height, dtype=c.dtype, eager=True).alias(c.name)
            for c in self.columns
        ]
        typed = [without_placeholders(s) if s.dtype == pl.Date else s for s in typed]
        for column, values in zip(self.columns, typed, strict=True):
            if column.required and column.dtype == pl.Date and values.null_count():
                raise BadInput(
                    "it stands for no day",
                    file=file,
                    row=values.is_null().arg_true()[0] + first_row,
                    column=column.name,
                    value=frame.get_column(column.name)[values.is_null().arg_true()[0]],
                    expected="the day itself, or the row without it elsewhere",
                )
        own = [frame.get_column(c) for c in frame.columns if c not in self.names]
        return pl.DataFrame(typed + own) if frame.height or own else self.empty()

    def _with_known_headers(self, frame: pl.DataFrame, file: object) -> pl.DataFrame:
        """``Term End`` is ``term_end``: headers are compared without case, spaces and dashes."""
        simple = {header: _simple(header) for header in frame.columns}
        renames = {h: s for h, s in simple.items() if s in self.names and h != s and s not in frame.columns}
        frame = frame.rename(renames)
        for column in self.columns:
            if column.required and column.name not in frame.columns:
                close = did_you_mean(column.name, frame.columns)
                raise BadInput(
                    f"the table {self.name} has no column {column.name!r}{close}",
                    file=file,
                    expected=f"the columns {', '.join(self.names)}",
                )
        return frame


def _simple(header: str) -> str:
    return "_".join(header.casefold().replace("-", " ").replace("_", " ").split())


def _check_complete(frame: pl.DataFrame, column: Column, file: object, first_row: int) -> None:
    blank = frame.get_column(column.name).is_null().arg_true()
    if len(blank):
        raise BadInput(
            f"{len(blank)} of {frame.height} rows have no {column.name}" if len(blank) > 1 else "it is blank",
            file=file,
            row=blank[0] + first_row,
            column=column.name,
            expected=column.meaning,
        )


def _typed(values: pl.Series, column: Column, file: object, first_row: int) -> pl.Series:
    """The column in its type, or BadInput with the first value that is not of it."""
    if values.dtype != pl.String:
        return _retyped(values, column, file)
    to = next(make for dtype, make in _FROM_TEXT if column.dtype == dtype)
    made, bad, expected = to(values, column)
    if bad:
        raise BadInput(
            f"{len(bad)} values cannot be read" if len(bad) > 1 else "it cannot be read",
            file=file,
            row=bad[0] + first_row,
            column=column.name,
            value=values[bad[0]],
            expected=expected,
        )
    return made.alias(column.name)


def _retyped(values: pl.Series, column: Column, file: object) -> pl.Series:
    if values.dtype == column.dtype:
        return values
    if values.dtype == pl.Null:
        return values.cast(column.dtype)
    if column.dtype == TEXTS and not isinstance(values.dtype, pl.List):
        values = values.cast(pl.String).str.split(";")
    try:
        return values.cast(column.dtype)
    except pl.exceptions.PolarsError as error:
        raise BadInput(
            f"it holds {values.dtype}", file=file, column=column.name, expected=str(column.dtype)
        ) from error


def without_placeholders(values: pl.Series) -> pl.Series:
    """Days without those that stand for none, such as 0001-01-01 or 9999-12-31: they count as blank."""
    from beachhead.tables.dates import is_placeholder

    nothing = is_placeholder(values).fill_null(False)
    return values.set(nothing, None) if nothing.any() else values


Made = tuple[pl.Series, list[int], str]


def _texts(values: pl.Series, column: Column) -> Made:
    trimmed = values.str.strip_chars()
    if not column.choices:
        return trimmed, [], ""
    folded = trimmed.str.to_lowercase()
    bad = (folded.is_not_null() & ~folded.is_in(column.choices)).arg_true().to_list()
    return folded, bad, " or ".join(column.choices)


def _lists(values: pl.Series, column: Column) -> Made:
    """``a; b`` becomes ``["a", "b"]``; a blank cell is null."""
    items = pl.element().str.strip_chars()
    split = values.str.split(";").list.eval(items.filter(items != ""))
    return split, [], ""


def _numbers(values: pl.Series, column: Column) -> Made:
    from beachhead.tables.numbers import parse_numbers

    parsed = parse_numbers(values)
    made, bad = parsed.values, list(parsed.bad)
    if column.dtype == pl.Int64:
        bad += (made.is_not_null() & (made != made.round())).arg_true().to_list()
        made = made.round().cast(pl.Int64, strict=False)
    return made, sorted(bad), "a whole number" if column.dtype == pl.Int64 else "a number"


def _dates(values: pl.Series, column: Column) -> Made:
    from beachhead.tables.dates import parse_dates

    parsed = parse_dates(values)
    if parsed.ambiguous:
        raise BadInput(f"the dates can be read in two ways: {parsed.ambiguous}", column=column.name)
    return parsed.values, list(parsed.bad), "a date such as 2009-02-28"


def _truths(values: pl.Series, column: Column) -> Made:
    folded = values.str.strip_chars().str.to_lowercase()
    made = pl.select(
        pl.when(folded.is_in(YES)).then(True).when(folded.is_in(NO)).then(False).otherwise(None)
    ).to_series()
    return made, (folded.is_not_null() & made.is_null()).arg_true().to_list(), "yes or no"


_FROM_TEXT: tuple[tuple[pl.DataType | type[pl.DataType], Callable[[pl.Series, Column], Made]], ...] = (
    (pl.String, _texts),
    (TEXTS, _lists),
    (pl.Float64, _numbers),
    (pl.Int64, _numbers),
    (pl.Date, _dates),
    (pl.Boolean, _truths),
)

VANISHED = Column("vanished", pl.Date, "date of the import in which the row was missing; blank: still there")
