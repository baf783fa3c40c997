"""Tables that come as objects: pandas, Polars, Arrow and DuckDB, all through one door."""

from __future__ import annotations

from typing import Any

import polars as pl

from beachhead.errors import BadInput

_TABLES = "a pandas, Polars or Arrow table or a DuckDB relation"


def to_polars(table: Any) -> pl.DataFrame:
    """Any eager or lazy table as a Polars frame; a Polars frame comes back as it is.

    A named index of a pandas frame becomes columns. Raises BadInput for what is no table.
    """
    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        try:
            return table.collect()
        except pl.exceptions.PolarsError as e:
            raise BadInput(
                f"this LazyFrame cannot be read ({str(e).splitlines()[0]})", expected=_TABLES
            ) from e
    import narwhals as nw

    if hasattr(table, "reset_index") and hasattr(table, "iloc"):
        table = _tidy_pandas(table)
    try:
        native = nw.from_native(table)
        if isinstance(native, nw.LazyFrame):
            native = native.collect("polars")
        return native.to_polars()
    except TypeError as e:
        raise BadInput(f"a {type(table).__name__} is no table", expected=_TABLES) from e
    except Exception as e:
        why = (str(e).splitlines() or [""])[0]
        raise BadInput(f"this {type(table).__name__} cannot be read ({why})", expected=_TABLES) from e


def _tidy_pandas(table: Any) -> Any:
    """What only pandas allows: index columns, names that are not text, mixed cells, periods."""
    if not hasattr(table, "columns"):
        raise BadInput(
            "a pandas Series is no table", expected="a DataFrame: call .reset_index() on the Series"
        )
    dates = str(table.index.dtype).startswith(("datetime64", "period")) and "ds" not in table.columns
    if any(name is not None for name in table.index.names):
        table = table.reset_index()
    elif dates:
        table = table.rename_axis("ds").reset_index()
    table = table.rename(columns=str)
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise BadInput("two columns have the same name", column=str(twice[0]))
    changed = {}
    for name, dtype in table.dtypes.items():
        kind = str(dtype)
        if kind.startswith("period"):
            changed[name] = _periods(table[name], kind)
        elif kind == "object" and len({type(v) for v in table[name].dropna()}) > 1:
            changed[name] = table[name].map(str, na_action="ignore")
    return table.assign(**changed) if changed else table


def _periods(column: Any, kind: str) -> Any:
    """pandas periods as labels; those of weeks, days and fiscal years, whose labels do not say when they end, as the day
    that they end on.
    """
    freq = kind.removeprefix("period[").removesuffix("]").upper()
    if freq in ("M", "ME") or (
        freq.split("-")[0] in ("Y", "A", "Q", "YE", "QE") and freq.endswith(("-DEC", "Y", "A", "Q"))
    ):
        return column.astype(str).where(column.notna(), None)
    return column.dt.end_time.dt.normalize()
