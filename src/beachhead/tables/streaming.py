"""Tables too large for memory: merged source by source, only numbers that stand for rows are held.

As in ``merging``, but rows are matched within their source only, and the rows of a source that changed are taken
from its files anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from beachhead.tables.crm.context import Part
from beachhead.tables.merging import VANISHED, Merged, content, identity, placed_rows
from beachhead.tables.schema import Table
from beachhead.tables.workspace import SOURCE


@dataclass
class _Block:
    frame: pl.LazyFrame
    rows: int
    added: int = 0
    changed: int = 0
    vanished: int = 0


def merge_streamed(
    table: Table, old: pl.LazyFrame | None, parts: Sequence[Part], imported: set[str], as_of: dt.date
) -> Merged:
    """As ``merging.merge``, for a table that is not read whole. ``old`` None: there is no table yet."""
    columns = [*table.names, SOURCE]
    if old is not None:
        columns = [*columns, *(c for c in old.collect_schema().names() if c not in columns)]
    sources = list(dict.fromkeys(p.source for p in parts))
    blocks = [_others(old, sources, imported, as_of)] if old is not None else []
    for source in sources:
        mine = [p for p in parts if p.source == source]
        kept = old.filter(pl.col(SOURCE) == source) if old is not None else None
        blocks.append(_of_source(table, source, mine, kept, as_of))
    frames = [table.empty().lazy().with_columns(pl.lit(None, pl.String).alias(SOURCE))]
    frame = pl.concat([*frames, *(b.frame for b in blocks if b.rows)], how="diagonal").select(columns)
    return Merged(
        frame,
        sum(b.rows for b in blocks),
        sum(b.added for b in blocks),
        sum(b.changed for b in blocks),
        sum(b.vanished for b in blocks),
    )


def _others(old: pl.LazyFrame, sources: list[str], imported: set[str], as_of: dt.date) -> _Block:
    """The rows of sources that have no part; those of files that were read have vanished."""
    rest = old.filter(~pl.col(SOURCE).is_in(sources).fill_null(False))
    gone = pl.col(SOURCE).is_in(sorted(imported)).fill_null(False) & pl.col(VANISHED).is_null()
    counts = rest.select(n=pl.len(), gone=gone.sum()).collect(engine="streaming").row(0, named=True)
    marked = rest.with_columns(pl.when(gone).then(pl.lit(as_of)).otherwise(VANISHED).alias(VANISHED))
    return _Block(marked, counts["n"], vanished=counts["gone"])


def _of_source(
    table: Table, source: str, parts: list[Part], kept: pl.LazyFrame | None, as_of: dt.date
) -> _Block:
    given = list(dict.fromkeys(c for p in parts for c in p.given))
    frames = [placed_rows(p, table, given) for p in parts]
    new = pl.concat(frames).with_columns(pl.lit(source).alias(SOURCE))
    if kept is None or not kept.select(pl.len()).collect(engine="streaming").item():
        count = sum(p.placed for p in parts)
        return _Block(new, count, added=count)
    mine, theirs = _marks(new, table, given), _marks(kept, table, given)
    if mine.equals(theirs.drop(VANISHED)) and theirs.get_column(VANISHED).null_count() == theirs.height:
        return _Block(kept, theirs.height)
    lost = theirs.with_row_index("_at").join(mine, on=["id", "nth"], how="anti", maintain_order="left")
    both = mine.join(theirs, on=["id", "nth"], how="inner")
    changed = int(
        both.select(
            ((pl.col("content") != pl.col("content_right")) | pl.col(VANISHED).is_not_null()).sum()
        ).item()
    )
    gone = (
        kept.with_row_index("_at").filter(pl.col("_at").is_in(lost.get_column("_at").implode())).drop("_at")
    )
    gone = gone.with_columns(pl.col(VANISHED).fill_null(as_of))
    vanished = lost.get_column(VANISHED).null_count()
    added = mine.height - both.height
    if not (added or changed or vanished):
        return _Block(kept, theirs.height)
    return _Block(pl.concat([new, gone], how="diagonal"), mine.height + lost.height, added, changed, vanished)


def _marks(rows: pl.LazyFrame, table: Table, given: list[str]) -> pl.DataFrame:
    """Per row the numbers of its identity and content, how many rows before it share the identity, and the mark."""
    schema = rows.collect_schema()
    has_mark = [VANISHED] if VANISHED in schema.names() else []
    marks = rows.select(
        identity(table, given, schema).alias("id"),
        content(given, schema, table.key).alias("content"),
        *has_mark,
    ).collect(engine="streaming")
    ids = marks.get_column("id")
    repeated = ids.n_unique() < len(ids)
    nth = pl.int_range(pl.len(), dtype=pl.UInt32).over("id") if repeated else pl.lit(0, pl.UInt32)
    return marks.with_columns(nth.alias("nth")).select("id", "content", "nth", *has_mark)
