"""How statistics offices lay their tables out: months beside a year, dimensions instead of a name, codes."""

from __future__ import annotations

import re

import polars as pl

from beachhead.tables.adoption_columns import DATE, FIGURE, ID, OPTIONAL, is_numeric, normal
from beachhead.tables.dates import MONTH_OF

_YEARS = ("year", "fiscal_year", "yr", "fy", "jahr", "annee", "année", "año", "ano", "anno", "jaar")
_QUARTER = re.compile(r"(?:q|qtr|quarter|quartal|t|trim)_?([1-4])|([1-4])(?:q|_?quartal|st_quarter|e_trim)")
_CODE = re.compile(r"(?:.*[\W_])?(?:id|code)s?|idbank", re.I)
_CAMEL_CODE = re.compile(r".*[a-z](?:ID|Id|Code|CODE)s?")
_REMARKS = re.compile(
    r".*(?:status|flag|symbol|footnote|note|notes|comment|remark|source|quality|conf|terminated|decimals?|updated?|"
    r"last_update|revision|bemerkung|quelle|fussnote).*"
)


def part_of_year(name: str) -> str | None:
    """What a header names of a year, as it is written behind the year (``-07``, ``Q3``), else None."""
    month = MONTH_OF.get(name.strip().rstrip(".").casefold())
    if month is not None:
        return f"-{month:02d}"
    quarter = _QUARTER.fullmatch(normal(name))
    return f"Q{quarter[1] or quarter[2]}" if quarter else None


def year_and_parts(frame: pl.DataFrame, names: dict[str, str]) -> tuple[str, dict[str, str]] | None:
    """A table with a year per row and its months (or quarters) as columns: the column of years, and what each of the
    others names of a year. None for other tables.
    """
    year = next((names[n] for n in _YEARS if n in names), None)
    if year is None:
        return None
    years = frame.get_column(year).cast(pl.String, strict=False).drop_nulls()
    if not len(years) or years.str.contains(r"^\D*(?:1[89]|20|21)\d\d\D*$").mean() < 0.9:  # type: ignore[operator]
        return None
    parts = {c: part for c in frame.columns if (part := part_of_year(c)) is not None}
    kinds = {part[0] for part in parts.values()}
    whole = len(kinds) == 1 and len(set(parts.values())) == len(parts) >= 3
    return (year, parts) if whole else None


def is_code(name: str) -> bool:
    """Whether a header says that its numbers are ids or codes, which are no figures: ``seriesID``, ``idBank``."""
    return bool(_CODE.fullmatch(name.strip()) or _CAMEL_CODE.fullmatch(name.strip()))


def telling_apart(frame: pl.DataFrame, used: list[str], date: str, taken: set[str]) -> list[str]:
    """The columns of text that, with ``used``, keep the dates of the series apart: as few as do; none where none do.

    Remarks (a status, a flag, a source) tell no series apart, and neither does what hardly ever comes twice.
    """
    rows = frame.drop_nulls(date).unique(maintain_order=True)
    if not _doubled(rows, [*used, date]):
        return []
    could = [
        c
        for c in frame.columns
        if c not in taken
        and c not in used
        and not _REMARKS.fullmatch(normal(c))
        and normal(c) not in (*DATE, *FIGURE, *(n for o in ("note", "freq", "kind") for n in OPTIONAL[o]))
        and rows.schema[c] in (pl.String, pl.Categorical, pl.Enum)
        and not is_numeric(rows.get_column(c))
        and 1 < rows.get_column(c).n_unique() <= rows.height / 2
    ]
    if not could:
        return []
    words = rows.select(pl.col(could).cast(pl.String).str.len_chars().sum()).row(0, named=True)
    could.sort(key=lambda c: (normal(c) not in ID, -(words[c] or 0)))
    for c in could:
        if not _doubled(rows, [*used, c, date]):
            return [c]
    if _doubled(rows, [*used, *could, date]):
        return []
    for c in reversed(could):
        less = [other for other in could if other != c]
        could = could if _doubled(rows, [*used, *less, date]) else less
    return could


def _doubled(rows: pl.DataFrame, columns: list[str]) -> bool:
    return bool(rows.select(pl.struct(columns).is_duplicated().any()).item())


def said_of_all(frame: pl.DataFrame, columns: list[str]) -> str | None:
    """What columns of text say of all rows alike, such as what is measured: ``Households (% of all)``."""
    texts = []
    for c in columns:
        column = frame.get_column(c)
        if column.dtype != pl.String or is_code(c) or _REMARKS.fullmatch(normal(c)):
            continue
        words = column.drop_nulls().unique()
        if len(words) == 1 and re.search(r"[^\W\d].* |%", words[0]):
            texts.append(words[0])
    return "; ".join(dict.fromkeys(texts)) or None
