"""What an answer rests on, in numbers and plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from .fit import Fit


def evidence(fit: Fit) -> pl.DataFrame:
    """unique_id, evidence, says."""
    rows: list[dict[str, Any]] = []
    return pl.DataFrame(rows, schema={"unique_id": pl.String, "evidence": pl.String, "says": pl.String})
