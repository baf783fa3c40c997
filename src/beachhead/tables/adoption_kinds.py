"""What the figures of an adoption series are: a flow, a stock or a share; and the scale of shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.tables.adoption_columns import UNTOLD, normal
from beachhead.tables.adoption_rows import Ledger, Mask, Rows

if TYPE_CHECKING:
    from beachhead.tables.adoption_facts import Facts

KINDS = ("flow", "stock", "share")

# in this order: cumulative sales are a stock, new users a flow
_KIND_WORDS = (
    (
        "share",
        r"\b(share|shares|percent|percentage|pct|penetration|fraction|proportion|per cent|prozent|anteil|quote|"
        r"pc (?:hh|ind|ent|pop|emp)\w*)\b|%",
    ),
    (
        "stock",
        r"\b(cumulative|cum|cumulated|installed base|in use|in service|to date|per (100|1000|capita|head)|"
        r"kumuliert)\b",
    ),
    (
        "flow",
        r"\b(sales|sold|new|additions|net adds|flow|revenues?|turnover|shipments|shipped|orders|purchases|"
        r"downloads|registrations|bookings|adoptions|units|per (year|quarter|month|week)|"
        r"in the (half year|year|quarter|month|week)|absatz|umsatz|neue)\b",
    ),
    (
        "stock",
        r"\b(installed|base|stock|users|subscribers|subscriptions|customers|level|deployed|accounts|adopters|owners|"
        r"bestand|nutzer|kunden)\b",
    ),
)
_SYNONYMS = {
    **dict.fromkeys(("flow", "flows", "sales", "new", "incremental", "per period"), "flow"),
    **dict.fromkeys(("stock", "stocks", "cumulative", "level", "installed base", "total"), "stock"),
    **dict.fromkeys(("share", "shares", "percent", "percentage", "penetration", "%"), "share"),
}
LONG_ENOUGH = 8
"""Figures after which a series that never declines is taken for a stock: sales show a season or a bad year by
then.
"""
_NOISE = 0.01


def kind_of(kind: str) -> str:
    """``flow``, ``stock`` or ``share``; raises BadQuestion for anything else."""
    found = _SYNONYMS.get(str(kind).strip().casefold())
    if found is None:
        raise BadQuestion(
            f"kind {kind!r} is unknown{did_you_mean(str(kind), KINDS)}: say flow (adoptions per period), "
            "stock (cumulative adopters or installed base) or share (of a population)."
        )
    return found


def kind_in(text: pl.Series) -> pl.Series:
    """The kind that a text speaks of ('million USD per quarter' is a flow), else null."""
    plain = text.str.to_lowercase().str.replace_all("_", " ", literal=True)
    found = [pl.when(plain.str.contains(words)).then(pl.lit(kind)) for kind, words in _KIND_WORDS]
    return pl.select(pl.coalesce(found).alias("kind")).to_series()


def kinds_of(
    rows: Rows, ledger: Ledger, kind: str | None, facts: Facts, figure: str, percent: bool
) -> NDArray[np.str_]:
    """The kind of every series: as it states itself, else as the caller says (``kind``), else inferred and
    told.
    """
    kinds = facts.kind.copy()
    if kind is not None:
        kinds[kinds == ""] = kind
    unknown = kinds == ""
    if not unknown.any():
        return kinds
    return np.where(unknown, _inferred(rows, ledger, figure, percent, facts.texts["unit"], unknown), kinds)


def _inferred(
    rows: Rows, ledger: Ledger, figure: str, percent: bool, units: pl.Series, unknown: Mask
) -> NDArray[np.str_]:
    """The kind of every series that does not state one, and what it was decided by.

    In this order: a percent sign; the name of the column of figures; the unit and the name of the series; and
    last the figures themselves, for all of them together: between 0 and 1 they are shares, where nearly none
    of the longer series ever declines stocks, else flows.
    """
    n = len(ledger.ids)
    kinds = np.full(n, "", dtype="<U5")
    how = "say so with kind (--kind flow, stock or share) if it is something else"
    named = kind_in(pl.Series([figure])).item() if normal(figure) not in UNTOLD else None
    if percent or named:
        kinds[unknown] = "share" if percent else named
        ledger.say(
            f"the figures are taken for a {kinds[unknown][0]}, for "
            + ("they carry percent signs" if percent else f"their column is called {figure!r}")
            + f"; {how}"
        )
        return kinds
    texts = pl.select(pl.concat_str(units, ledger.ids, separator=" ", ignore_nulls=True)).to_series()
    found = kind_in(texts).fill_null("").to_numpy().astype("<U5")
    told = unknown & (found != "")
    kinds[told] = found[told]
    if told.all() and (kinds == kinds[0]).all():
        ledger.say(
            f"the figures are taken for a {kinds[0]} by the names and units of the series or by a title; {how}"
        )
    else:
        for kind in KINDS:
            these = np.flatnonzero(told & (kinds == kind))
            ledger.note(these, f"taken for a {kind} by its name or unit; {how}")
    rest = unknown & (kinds == "")
    if rest.any():
        kind, why = _by_figures(rows.only(rest[rows.sid] & ~np.isnan(rows.y)), n)
        kinds[rest] = kind
        if rest.all():
            ledger.say(f"the figures are taken for a {kind}, for {why}; {how}")
        else:
            ledger.note(np.flatnonzero(rest), f"taken for a {kind}, for {why}; {how}")
    return kinds


def _by_figures(rows: Rows, n: int) -> tuple[str, str]:
    if len(rows) and rows.y.min() >= 0 and rows.y.max() <= 1 and (rows.y != np.floor(rows.y)).any():
        return "share", "they lie between 0 and 1"
    size = np.bincount(rows.sid, minlength=n)
    fell = np.zeros(len(rows), dtype=bool)
    fell[1:] = rows.same[1:] & (rows.y[1:] < rows.y[:-1] * (1 - _NOISE))
    falls = np.bincount(rows.sid[fell], minlength=n) > 0
    long = size >= LONG_ENOUGH
    if not long.any():
        return "flow", f"no series of {LONG_ENOUGH} or more figures shows that they only grow"
    rising = float((~falls[long]).mean())
    if rising >= 0.8:
        return "stock", "they never decline" if rising == 1 else "they hardly ever decline"
    return "flow", "they rise and fall"


def share_scale(
    rows: Rows, ledger: Ledger, shares: Mask, percent: tuple[Mask, str], stated: NDArray[np.float64]
) -> NDArray[np.float64]:
    """1 for shares written 0–1 and 100 for 0–100; NaN for flows and stocks.

    A declared percent (``percent``: which series, and by what) is never rescaled. For all others it is
    decided once for the whole table: percents if any figure, or any stated potential or ceiling, is above 1.
    """
    scale = np.full(len(ledger.ids), np.nan)
    declared, why = percent
    scale[shares & declared] = 100.0
    if (shares & declared).any():
        ledger.say(f"shares are read as percents (0 to 100), for {why}")
    rest = shares & ~declared
    if not rest.any():
        return scale
    y = rows.y[rest[rows.sid] & ~np.isnan(rows.y)]
    highest = float(y.max()) if len(y) else 0.0
    known = stated[rest & ~np.isnan(stated)]
    potential = float(known.max()) if len(known) else 0.0
    if max(highest, potential) > 1 + 1e-9:
        scale[rest] = 100.0
        why = f"they reach {highest:g}" if highest > 1 else f"a potential of {potential:g} is stated"
        ledger.say(f"shares are read as percents (0 to 100), for {why}")
    else:
        scale[rest] = 1.0
        ledger.say(
            f"shares are read as fractions (0 to 1), for none is above 1 (the highest is {highest:g}); "
            "state the unit percent if they are percents"
        )
    return scale
