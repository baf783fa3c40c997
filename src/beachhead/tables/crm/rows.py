"""What the conversions do to rows: values replaced, ids made known, repeated rows taken once."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from beachhead.tables.crm.reading import ROW, by_map
from beachhead.tables.names import Registry


def replaced(column: pl.Expr, frame: pl.LazyFrame, of: Callable[[str], str | None]) -> pl.Expr:
    """The text ``column`` with ``of`` applied to each different value."""
    values = frame.select(column.unique()).collect(engine="streaming").to_series().drop_nulls()
    return by_map(column, values, pl.Series([of(v) for v in values], dtype=pl.String))


def known(registry: Registry, rows: pl.DataFrame, key: str) -> None:
    there = rows.filter(pl.col(key).is_not_null())
    names = there.get_column("name") if "name" in there.columns else [None] * there.height
    registry.add(there.get_column(key), names)


def once(rows: pl.DataFrame, key: str, registry: Registry) -> pl.LazyFrame:
    """One row per id, of each column the first value that is there. Rows without an id stay as they are.

    Ids that are confirmed to be others' are theirs; their rows only fill blanks.
    """
    rows = rows.with_columns(
        pl.col(key).replace(registry.aliases), _other=pl.col(key).is_in(list(registry.aliases))
    )
    keyed, rest = rows.filter(pl.col(key).is_not_null()), rows.filter(pl.col(key).is_null())
    if keyed.get_column(key).is_duplicated().any():
        columns = [pl.col(c).drop_nulls().first() for c in keyed.columns if c != key]
        keyed = keyed.sort("_other", maintain_order=True).group_by(key, maintain_order=True).agg(columns)
        keyed = keyed.sort(ROW, maintain_order=True).select(rows.columns)
    return pl.concat([keyed, rest]).drop("_other").lazy()
