"""Terms: when what was bought ends, told as a day or as so many days, months or years."""

from __future__ import annotations

import re

import polars as pl

from beachhead.tables.crm.context import Taken
from beachhead.tables.crm.rows import replaced
from beachhead.tables.crm.values import plain

_UNITS = {
    "d": r"d|days?|tag(e|en)?|jours?|dias?|dagen|dag",
    "w": r"w|wk|weeks?|wochen?|semaines?|semanas?|weken|week",
    "mo": r"m|mo|mth|months?|monat(e|en)?|mois|mes(es)?|maand(en)?",
    "y": r"y|yr|years?|jahr(e|en)?|ans?|annees?|anos?|jaar",
}
_MOST = {"d": 36_500, "w": 5_200, "mo": 1_200, "y": 100}


def length(term: str, unit: str = "mo") -> str | None:
    """``12 months`` as Polars writes it, ``12mo``; a bare number counts ``unit``. None for what is no length.

    >>> length("12"), length("3 Jahre"), length("P1Y"), length("365 days"), length("soon")
    ('12mo', '3y', '1y', '365d', None)
    """
    words = plain(term).removeprefix("p") if re.match(r"^[Pp]\d", term) else plain(term)
    match = re.fullmatch(r"(\d{1,5})(?:[.,]0+)?\s*([a-z]*)\.?(?:\(s\))?", words)
    if not match:
        return None
    said = match[2] and next((u for u, names in _UNITS.items() if re.fullmatch(names, match[2])), None)
    if match[2] and not said:
        return None
    found = said or unit
    return f"{int(match[1])}{found}" if 0 < int(match[1]) <= _MOST[found] else None


def term_end(taken: Taken, begins: pl.Expr) -> pl.Expr:
    """The last day of each row's term: as told, else ``begins`` and the length of the term."""
    told = taken.expr("term_end", pl.Date)
    if not taken.has("term"):
        return told
    header = plain(taken.headers.get("term", ""))
    unit = next((u for u, names in _UNITS.items() if len(u) and re.search(rf"\b({names})\b", header)), "mo")
    lasts = replaced(pl.col("term"), taken.frame, lambda t: length(t, unit))
    ends = begins.dt.offset_by(lasts.fill_null("0d"))
    return pl.coalesce(told, pl.when(lasts.is_not_null()).then(ends))
