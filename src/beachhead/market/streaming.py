"""Files larger than memory: a Parquet file in the order of its series, answered batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.paths import scan_parquet, undamaged

from .fit import fit

ROWS = 250_000


def batches(path: str | Path, rows: int = ROWS) -> Iterator[pl.DataFrame]:
    """About ``rows`` rows at a time of a Parquet file (unique_id, ds, y, …), never splitting a series.

    Raises BadInput if a series comes back after others: then the file is not in the order of its series.
    """
    scan = scan_parquet(path)
    with undamaged(path):
        total = scan.select(pl.len()).collect().item()
    rest: pl.DataFrame | None = None
    done: set[Any] = set()
    for offset in range(0, total, rows):
        with undamaged(path):
            part = scan.slice(offset, rows).collect()
        if rest is not None:
            part = pl.concat([rest, part])
        last = part["unique_id"][-1]
        whole = part.filter(pl.col("unique_id") != last) if offset + rows < total else part
        rest = part.filter(pl.col("unique_id") == last)
        if not whole.height:
            continue
        ids = whole["unique_id"].rle().struct.field("value")
        # a hash of each id is enough to notice that it comes back, and small enough to keep for all of them
        hashes = ids.hash().to_list()
        again = next((i for i, h in zip(ids, hashes, strict=True) if h in done), None)
        if again is not None or len(set(hashes)) < len(hashes):
            raise BadInput(
                "the rows are not in the order of their series",
                file=path,
                column="unique_id",
                value=again if again is not None else ids.filter(ids.is_duplicated())[0],
                expected="a file sorted by unique_id and ds",
            )
        done.update(hashes)
        yield whole


def stream(
    path: str | Path,
    h: int = 5,
    level: Sequence[float] = (80,),
    windows: Sequence[tuple[Any, Any]] = (),
    rows: int = ROWS,
    **known: Any,
) -> Iterator[dict[str, Any]]:
    """``Fit.answers`` of every batch of a large Parquet file; ``known`` is what ``fit`` takes (kind, potential, …)."""
    for part in batches(path, rows):
        yield fit(part, **known).answers(h, level, windows)
