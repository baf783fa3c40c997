"""Ids that a spreadsheet damaged: shown with an exponent, turned into a day, or cut off. What was lost cannot be told."""

from __future__ import annotations

import polars as pl

EXPONENT = r"^\d([.,]\d+[eE]\+?|[eE]\+)\d{1,3}$"
_MONTHS = "jan|feb|m[aä]r|mrz|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]"
A_DAY = rf"(?i:^(\d{{1,2}}[-. ]{{1,2}}({_MONTHS})|({_MONTHS})[-. ]{{1,2}}\d{{2}})$)"
CUT_OFF = r"^#{3,}$"
DOUBTFUL = r"^(\d([.,]\d+)?[eE]|#|\d{1,2}[-. ]{1,2}[A-Za-z]|[A-Za-z][A-Za-zä]{2}[-. ])"
"""Cells that are looked at more closely."""


def is_damaged(ids: pl.Series) -> pl.Series:
    """Which of a column's different ids are none any more.

    >>> is_damaged(pl.Series(["1.23457E+11", "12E5", "03. Apr", "A-12", "#####"])).to_list()
    [True, False, True, False, True]
    """
    # 12E5 may be an article's number; a point, a comma or a plus sign is a spreadsheet's
    exponent = ids.str.contains(EXPONENT)
    day = ids.str.contains(A_DAY)
    days = day if len(ids) and not day.all() else pl.repeat(False, len(ids), dtype=pl.Boolean, eager=True)
    return (exponent | days | ids.str.contains(CUT_OFF)).fill_null(False)
