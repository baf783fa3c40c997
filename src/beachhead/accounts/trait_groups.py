"""Classes of accounts (segment, size …) that may shift the mean of the adopter trait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from beachhead.accounts.histories import columns
from beachhead.accounts.trait_prior import Groups

UNKNOWN = "unknown"
_CLASSES = 5  # of a number: fifths


def classes(accounts: Any, groups: Sequence[str]) -> list[Groups]:
    """Each column of ``groups`` as classes: texts as they are, numbers in fifths, blanks as a class of their
    own.
    """
    frame = columns(accounts, "accounts", *groups)
    return [_classes(frame[column]) for column in groups]


def _classes(values: pl.Series) -> Groups:
    named = _fifths(values) if values.dtype.is_numeric() else values.cast(pl.String)
    named = named.fill_null(UNKNOWN)
    names = named.unique().sort()
    level = named.replace_strict(names, np.arange(len(names)), return_dtype=pl.UInt32)
    return Groups(values.name, level.to_numpy(), tuple(names.to_list()), np.zeros(len(names)))


def _fifths(values: pl.Series) -> pl.Series:
    """``10–49``: each value's fifth, named by its lowest and highest value."""
    known = values.drop_nulls().drop_nans()
    cuts = np.unique(
        [known.quantile(j / _CLASSES, "higher") for j in range(1, _CLASSES)] if len(known) else []
    )
    fifth = np.searchsorted(cuts, values.fill_null(0).to_numpy(), side="right")
    frame = pl.DataFrame(
        {"fifth": fifth, "value": values.fill_nan(None) if values.dtype.is_float() else values}
    )
    spans = frame.drop_nulls().group_by("fifth").agg(low=pl.col("value").min(), high=pl.col("value").max())
    name = (
        pl.when(pl.col("low") == pl.col("high"))
        .then(pl.format("{}", "low"))
        .otherwise(pl.format("{}–{}", "low", "high"))
    )
    named = frame.join(spans, on="fifth", how="left", maintain_order="left")
    return named.select(pl.when(pl.col("value").is_not_null()).then(name))["low"].alias(values.name)
