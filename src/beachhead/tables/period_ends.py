"""Answers dated by the last days of periods, whatever form the user's dates have."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from beachhead.tables.adoption import Adoption
from beachhead.tables.periods import Form


def with_period_ends(adoption: Adoption) -> Adoption:
    """The same series, answered with the last days of periods as dates, whatever form they came in."""
    ends = adoption.series.with_columns(
        pl.lit(0, pl.Int64).alias("back"),
        pl.when(pl.col("freq") == "W").then(0).otherwise(31).cast(pl.Int64).alias("day"),
    )
    return replace(adoption, series=ends, form=Form())
