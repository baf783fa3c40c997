"""Answers go out as the kind of table that the question came in as: pandas, Arrow or Polars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

OWN = {"unique_id": "unique_id", "ds": "ds", "cutoff": "ds"}
"""Columns of answers that are written as a column of the user's table is."""


@dataclass(frozen=True)
class Given:
    """``kind``: polars, pandas or arrow. ``types``: of a pandas table, the type of each of its columns and indexes."""

    kind: str = "polars"
    types: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Any) -> Given:
        """The kind of a table; everything that is neither pandas nor Arrow (a file, a relation) is answered in Polars."""
        if hasattr(table, "reset_index") and hasattr(table, "iloc") and hasattr(table, "dtypes"):
            named = [n for n in table.index.names if n is not None]
            indexes = {str(n): table.index.get_level_values(n).dtype for n in named}
            return cls("pandas", {**indexes, **{str(n): t for n, t in table.dtypes.items()}})
        return cls("arrow" if type(table).__module__.partition(".")[0] == "pyarrow" else "polars")

    def back(self, frame: pl.DataFrame) -> Any:
        """``frame`` as a table of that kind; ids and dates in the types that the user gave them, where they fit."""
        if self.kind == "arrow":
            return frame.to_arrow()
        if self.kind == "polars":
            return frame
        import pandas as pd

        return pd.DataFrame({c.name: self._column(c, pd) for c in frame.iter_columns()})

    def _column(self, column: pl.Series, pd: Any) -> Any:
        own = self.types.get(OWN.get(column.name, ""))
        temporal = column.dtype.is_temporal()
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            values = pd.Series(column.to_numpy())
        elif temporal and str(own) != "object":
            values = pd.Series(column.to_numpy()).astype("datetime64[ns]")
        else:
            values = pd.Series(column.to_list(), dtype=object)
        if own is None or (temporal and str(own) in ("object", "str", "string")):
            return values
        try:
            return values.astype(own)
        except (TypeError, ValueError):
            return values  # a category without this name, a whole number that is missing


POLARS = Given()
