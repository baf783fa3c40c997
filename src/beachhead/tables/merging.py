"""Rows of an import merged into a table: the same row is known again, a newer one replaces, what vanished is marked.

A row is known by its own id where the table has one, else by its content, and where several are the same by how
often it occurs. Merging the same rows twice changes nothing. Rows keep their place; new ones come at the end.
Tables too large for memory are merged in ``streaming``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from beachhead.tables.crm.context import WHY, Part
from beachhead.tables.crm.reading import ROW
from beachhead.tables.schema import Table
from beachhead.tables.workspace import SOURCE

VANISHED = "vanished"
MENTIONED = "mentioned"
"""The source of accounts, products and partners that no table lists, but other tables name."""
_KEY, _NTH, _SEEN, _FRESH = "_key", "_nth", "_seen", "_fresh"


@dataclass
class Merged:
    """A table after an import, and what happened to its rows."""

    frame: pl.LazyFrame
    rows: int
    added: int = 0
    changed: int = 0
    vanished: int = 0
    removed: int = 0

    @property
    def untouched(self) -> bool:
        return not (self.added or self.changed or self.vanished or self.removed)


def merge(
    table: Table, old: pl.DataFrame, parts: Sequence[Part], imported: set[str], as_of: dt.date
) -> Merged:
    """``old`` (typed, with ``source`` and any columns of the user's own) after the import of ``parts``.

    Parts that only tell something beside (``weak``) fill blanks and add rows, but replace nothing of others.
    ``imported``: sources that were read, whose missing rows vanished.
    """
    state = old.with_columns(pl.lit(False).alias(_SEEN), pl.lit(False).alias(_FRESH))
    for source in dict.fromkeys(p.source for p in parts):
        for weak in (False, True):
            mine = [p for p in parts if p.source == source and p.weak == weak]
            if mine:
                state = _with_source(state, table, mine)
    gone = (
        pl.col(SOURCE).is_in(sorted(imported)).fill_null(False) & pl.col(VANISHED).is_null() & ~pl.col(_SEEN)
    )
    vanished = int(state.select(gone.sum()).item())
    state = state.with_columns(pl.when(gone).then(pl.lit(as_of)).otherwise(VANISHED).alias(VANISHED))
    changed = _changed(old, state.filter(~pl.col(_FRESH))) - vanished
    added = int(state.get_column(_FRESH).sum())
    columns = [c for c in state.columns if c not in (SOURCE, _SEEN, _FRESH)]
    frame = state.select(*columns, SOURCE)
    return Merged(frame.lazy(), frame.height, added, changed, vanished)


def _with_source(state: pl.DataFrame, table: Table, parts: Sequence[Part]) -> pl.DataFrame:
    """``state`` with the rows of one source: known ones updated in their place, new ones at the end."""
    source, weak = parts[0].source, parts[0].weak
    given = list(dict.fromkeys(c for p in parts for c in p.given))
    new = _incoming(table, parts, given).with_row_index("_from")
    unknown = [c for c in given if c not in state.columns]
    state = state.with_columns(pl.lit(None, new.schema[c]).alias(c) for c in unknown)
    known = _with_identity(state, table, given).join(
        new.rename({c: f"_new_{c}" for c in given}), on=[_KEY, _NTH], how="left", maintain_order="left"
    )
    hit = pl.col("_from").is_not_null()
    # what only tells something beside replaces nothing of rows that others own, but fills their blanks
    takes = hit & (pl.col(SOURCE) == source).fill_null(False) if weak else hit
    updates = {
        c: pl.when(takes | (hit & pl.col(c).is_null())).then(f"_new_{c}").otherwise(c)
        for c in given
        if c != table.key
    }
    updates[VANISHED] = pl.when(~takes).then(VANISHED)
    updates[SOURCE] = pl.when(takes).then(pl.lit(source)).otherwise(SOURCE)
    updates[_SEEN] = pl.col(_SEEN) | takes
    found = known.get_column("_from").drop_nulls()
    fresh = new.filter(~pl.col("_from").is_in(found.implode())).with_columns(
        pl.lit(source).alias(SOURCE), pl.lit(True).alias(_SEEN), pl.lit(True).alias(_FRESH)
    )
    return pl.concat([known.with_columns(**updates).select(state.columns), fresh], how="diagonal").select(
        state.columns
    )


def _changed(old: pl.DataFrame, now: pl.DataFrame) -> int:
    """How many rows differ from what they were, where they came from aside."""
    columns = [c for c in now.columns if c not in (SOURCE, _SEEN, _FRESH)]
    differ = pl.Series([False] * now.height, dtype=pl.Boolean)
    for column in columns:
        after = _comparable(now.get_column(column))
        before = (
            _comparable(old.get_column(column))
            if column in old.columns
            else pl.Series([None] * now.height, dtype=after.dtype)
        )
        differ = differ | before.ne_missing(after)
    return int(differ.sum())


def _comparable(values: pl.Series) -> pl.Series:
    return values.list.join(";") if isinstance(values.dtype, pl.List) else values


def _incoming(table: Table, parts: Sequence[Part], given: Sequence[str]) -> pl.DataFrame:
    """The rows of one source's files with their identity; a row that two files hold is taken once, the later."""
    frames = []
    for part in parts:
        rows = placed_rows(part, table, given).collect()
        frames.append(_with_identity(rows, table, given))
    if len(frames) == 1:
        return frames[0]
    return pl.concat(frames).unique([_KEY, _NTH], keep="last", maintain_order=True)


def placed_rows(part: Part, table: Table, columns: Sequence[str]) -> pl.LazyFrame:
    """The rows of a part that can be placed, with these columns in the table's types."""
    schema = table.schema
    return part.frame.filter(pl.col(WHY).is_null()).select(
        (pl.col(c) if c in part.given else pl.lit(None).alias(c)).cast(schema.get(c, pl.String()))
        for c in columns
    )


def _with_identity(frame: pl.DataFrame, table: Table, given: Sequence[str]) -> pl.DataFrame:
    """``frame`` with ``_key`` and, among the rows that share it, ``_nth``."""
    made = frame.with_columns(identity(table, given, frame.schema).alias(_KEY))
    return made.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over(_KEY).alias(_NTH))


def identity(table: Table, given: Sequence[str], schema: pl.Schema) -> pl.Expr:
    """A number for what a row is known by: its id, else the content of the columns ``given``."""
    contents = content(given, schema, table.key)
    if table.key is None or table.key not in given:
        return contents
    return pl.when(pl.col(table.key).is_not_null()).then(pl.col(table.key).hash(2)).otherwise(contents)


def content(given: Sequence[str], schema: pl.Schema, key: str | None = None) -> pl.Expr:
    """A number for the content of the columns ``given``, the key aside."""
    columns = sorted(c for c in given if c != key and c in schema)
    if not columns:
        return pl.lit(0, pl.UInt64)
    lists = {c for c in columns if isinstance(schema[c], pl.List)}
    return pl.struct(pl.col(c).list.join(";") if c in lists else pl.col(c) for c in columns).hash(1)


def set_aside(parts: Sequence[Part]) -> pl.DataFrame:
    """The rows that could not be placed, with file, spreadsheet row and reason, all as text."""
    frames = []
    for part in parts:
        if not any(part.reasons):
            continue
        schema = part.frame.collect_schema()
        shown = part.frame.filter(pl.col(WHY).is_not_null()).select(
            pl.lit(part.source).alias(SOURCE),
            pl.lit(part.file).alias("file"),
            pl.col(ROW).cast(pl.String).alias("row"),
            pl.col(WHY).alias("why"),
            *(
                (pl.col(c).list.join(";") if isinstance(schema[c], pl.List) else pl.col(c)).cast(pl.String)
                for c in part.given
            ),
        )
        frames.append(shown.collect(engine="streaming"))
    return pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
