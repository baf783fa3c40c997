"""Changing tables that people keep by hand, whole or not at all, with whatever else their files hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.csv_cells import csv_text
from beachhead.tables.journal import Writer, replace_files
from beachhead.tables.locks import one_writer
from beachhead.tables.workspace import Workspace, definition, read_typed

Change = Callable[[pl.DataFrame], pl.DataFrame]


def rewrite(workspace: Workspace, changes: Mapping[str, Change], doing: str) -> None:
    """Give each named table to its function and write what comes back, all of them at once or none.

    The table has the columns of its definition and whatever else the file has. CSV stays CSV, Parquet stays Parquet, a
    missing table begins as CSV. Raises BadInput where a file is of another form or cannot be written; what a function
    raises is passed on, with nothing changed.
    """
    with one_writer(workspace.folder, doing):
        workspace.reopen()  # another one may have written since
        written: dict[str, Writer | bytes] = {}
        for name, change in changes.items():
            path, table = workspace.path(name), definition(name)
            if path is not None and path.suffix not in (".csv", ".parquet"):
                raise BadInput(
                    f"{name} cannot be changed in this file", file=path, expected=f"the table as {name}.csv"
                )
            old = read_typed(path, table) if path else table.empty()
            new = change(old)
            if new.equals(old):
                continue
            parquet = path is not None and path.suffix == ".parquet"
            lists = [c for c, dtype in new.schema.items() if isinstance(dtype, pl.List)]
            written[f"{name}.parquet" if parquet else f"{name}.csv"] = (
                new.write_parquet
                if parquet
                else csv_text(new.with_columns(pl.col(c).list.join("; ") for c in lists)).encode()
            )
        if written:
            replace_files(workspace.folder, written, [])
    workspace.reopen()


def with_row(table: pl.DataFrame, name: str, row: Mapping[str, object]) -> pl.DataFrame:
    """``table`` with one more row; columns of ``row`` are those of the definition of ``name``."""
    schema = definition(name).schema
    more = pl.DataFrame([dict(row)], schema={column: schema[column] for column in row})
    return pl.concat([table, more], how="diagonal")
