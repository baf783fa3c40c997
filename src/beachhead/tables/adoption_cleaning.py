"""What is wrong with rows of an adoption table: decided as an analyst would expect, and told per series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.tables.adoption_rows import Ledger, Mask, Rows, count
from beachhead.tables.counted import counted
from beachhead.tables.labels import BAD, DAY, MONTH, NOTHING, QUARTER, TOTAL, TOTALS, WEEK, YEAR
from beachhead.tables.periods import to_date

ABSURD = 1e15
"""More than there is of anything that people adopt."""
ABOVE = 1.02
"""A share may exceed the whole by this much, from rounding."""
MOST_RETURNS = 0.2
"""Returns may take back this share of all adoptions of a flow."""
_WORD = {DAY: "dated", YEAR: "yearly", QUARTER: "quarterly", MONTH: "monthly", WEEK: "weekly"}

Cell = Callable[[int], Any]


def readable(
    rows: Rows, ledger: Ledger, bad_figures: list[int], ds_cell: Cell, y_cell: Cell, date: str, figure: str
) -> Rows:
    """Drop total rows and rows without a date; refuse series with dates or figures that cannot be read."""
    if (rows.unit >= TOTAL).any():
        totals = rows.unit == TOTAL
        if totals.any():
            ledger.say(f"{counted(totals.sum(), 'total row')} in column {date!r} left out")
        bad = rows.unit == BAD
        ledger.refuse_rows(
            rows,
            bad,
            "this is no date or period",
            ds_cell,
            column=date,
            expected="a date, 2008, 2008Q3 or 2008-07",
        )
        undated = (rows.unit == NOTHING) & ~np.isnan(rows.y)
        told = np.unique(rows.sid[undated])
        counts = count(rows.sid, undated, len(ledger.ids))
        ledger.note(told, [f"{counted(counts[s], 'figure')} without a date left out" for s in told])
        keep = rows.unit < TOTAL
        bad_rows = np.isin(rows.row, bad_figures) if bad_figures else np.zeros(len(rows), dtype=bool)
        rows, bad_rows = rows.only(keep), bad_rows[keep]
    else:
        bad_rows = np.isin(rows.row, bad_figures) if bad_figures else np.zeros(len(rows), dtype=bool)
    if bad_rows.any():
        ledger.refuse_rows(
            rows, bad_rows, "this is no figure", y_cell, column=figure, expected="a number or nothing"
        )
    size = np.abs(rows.y)
    if len(size) and np.nanmax(size, initial=0.0) > ABSURD:
        ledger.refuse_rows(
            rows,
            size > ABSURD,
            "this figure is absurdly large",
            y_cell,
            column=figure,
            expected=f"at most {ABSURD:g}",
        )
    return ledger.living(rows)


def without_totals(rows: Rows, ledger: Ledger) -> Rows:
    """Leave out series called Total beside others: they repeat them."""
    names = ledger.ids.str.to_lowercase().str.strip_chars(" :")
    total = names.is_in(list(TOTALS)).to_numpy()
    if not total.any() or total.all():
        return rows
    listed = ", ".join(repr(i) for i in ledger.ids.filter(pl.Series(total)).to_list())
    ledger.say(f"{listed} left out: it adds the other series up (rename it to keep it)")
    ledger.alive &= ~total
    return ledger.living(rows)


def in_order(rows: Rows, ledger: Ledger) -> Rows:
    """Rows by series and day."""
    back = np.zeros(len(rows), dtype=bool)
    back[1:] = rows.same[1:] & (rows.day[1:] < rows.day[:-1])
    if not back.any():
        return rows
    told = np.unique(rows.sid[back])
    falling = (
        count(rows.sid, back, len(ledger.ids))[told] == count(rows.sid, rows.same, len(ledger.ids))[told]
    )
    ledger.note(told[~falling], "rows were not in order of time and have been sorted")
    return rows.take(np.lexsort((rows.day, rows.sid)))


def one_length(rows: Rows, ledger: Ledger) -> Rows:
    """Where a year stands beside its own quarters, keep the periods that are the most."""
    clash = np.zeros(len(rows), dtype=bool)
    clash[1:] = rows.same[1:] & (rows.day[1:] == rows.day[:-1]) & (rows.unit[1:] != rows.unit[:-1])
    if not clash.any():
        return rows
    n = len(ledger.ids)
    counts = np.bincount(rows.sid * BAD + rows.unit, minlength=n * BAD).reshape(n, BAD)
    told = np.unique(rows.sid[clash])
    most = np.zeros(n, dtype=np.int64)
    most[told] = counts[told].argmax(axis=1)
    keep = rows.unit == most[rows.sid]
    keep[~np.isin(rows.sid, told)] = True
    texts = []
    for units, chosen in zip(counts[told], most[told], strict=True):
        others = [unit for unit in _WORD if units[unit] and unit != chosen]
        lost = int(sum(units[unit] for unit in others))
        words = " and ".join(_WORD[unit] for unit in others)
        texts.append(f"{counted(lost, f'{words} figure')} beside {_WORD[int(chosen)]} ones left out")
    ledger.note(told, texts)
    return rows.only(keep)


def no_repeats(
    rows: Rows, ledger: Ledger, known_on: NDArray[np.int64] | None, y_cell: Cell, figure: str
) -> Rows:
    """One figure per date. Repeated rows are dropped, and of several figures the one known last counts;
    without ``known_on``, differing figures refuse the series, for a wrong choice would move the answer.
    """
    if not (rows.same[1:] & (rows.day[1:] == rows.day[:-1])).any():
        return rows
    n = len(ledger.ids)
    known = known_on[rows.row] if known_on is not None else np.zeros(len(rows), dtype=np.int64)
    order = np.lexsort((~np.isnan(rows.y), known, rows.day, rows.sid))
    rows, known = rows.take(order), known[order]
    again = np.zeros(len(rows), dtype=bool)
    again[1:] = rows.same[1:] & (rows.day[1:] == rows.day[:-1])
    before = np.append(np.nan, rows.y[:-1])
    differs = again & (rows.y != before) & ~np.isnan(before)
    later = again & (known > np.append(0, known[:-1]))
    for i in np.flatnonzero(differs & ~later):
        sid = int(rows.sid[i])
        ledger.refuse(
            sid,
            f"series {ledger.ids[sid]!r} has another figure for {to_date(rows.day[i])} ({rows.y[i - 1]:g})",
            row=int(rows.row[i]),
            column=figure,
            value=y_cell(int(rows.row[i])),
            expected="one figure per date: add parts up, name them as series of their own, or state known_on",
        )
    for mask, what, done in (
        (again & (rows.y == before), "repeated row", "dropped"),
        (differs & later, "figure", "superseded by later known ones"),
    ):
        counts = count(rows.sid, mask, n)
        told = np.flatnonzero(counts)
        ledger.note(told, [f"{counted(counts[s], what)} {done}" for s in told])
    return ledger.living(rows.only(np.append(~again[1:], True)))


_LENGTH = {YEAR: 365, QUARTER: 90, MONTH: 28, WEEK: 7}


def as_known(
    rows: Rows, ledger: Ledger, as_of: int | None, today: int, known_on: NDArray[np.int64] | None
) -> Rows:
    """What was known on a day: with ``as_of`` a figure counts if its date (the end of its period) and the day
    it became known lie no later. Without, dates and periods that have not begun are forecasts and left out.
    """
    n = len(ledger.ids)
    if as_of is None:
        begins = rows.day
        if (rows.unit != DAY).any():
            length = np.zeros(BAD + 1, dtype=np.int64)
            length[list(_LENGTH)] = list(_LENGTH.values())
            begins = rows.day - np.maximum(length[rows.unit] - 1, 0)
        keep = begins <= today
        if keep.all():
            return rows
        counts = count(rows.sid, ~keep, n)
        told = np.flatnonzero(counts)
        ledger.note(
            told, [f"{counted(counts[s], 'figure')} dated after today left out as forecasts" for s in told]
        )
    else:
        keep = rows.day <= as_of
        if known_on is not None:
            keep &= known_on[rows.row] <= as_of
    return known_by(rows, keep, ledger, as_of, today)


def known_by(rows: Rows, keep: Mask, ledger: Ledger, as_of: int | None, today: int) -> Rows:
    """The rows of ``keep``; series that lose all their figures are refused."""
    if keep.all():
        return rows
    n = len(ledger.ids)
    if as_of is not None:
        hidden = int((~keep).sum())
        ledger.say(f"{counted(hidden, 'figure')} not known by {to_date(as_of)} left out")
    lost = (count(rows.sid, keep, n) == 0) & (np.bincount(rows.sid, minlength=n) > 0)
    for sid in np.flatnonzero(lost):
        day = to_date(as_of if as_of is not None else today)
        ledger.refuse(int(sid), f"series {ledger.ids[int(sid)]!r} has no figure that was known by {day}")
    return ledger.living(rows.only(keep))


def plausible(
    rows: Rows,
    ledger: Ledger,
    kinds: NDArray[np.str_],
    scale: NDArray[np.float64],
    y_cell: Cell,
    figure: str,
) -> Rows:
    """Refuse what no flow, stock or share can be, and tell declines and returns. May turn a share into a
    stock.
    """
    n = len(ledger.ids)
    y = rows.y
    flow = kinds == "flow"
    negative = y < 0
    if negative.any():
        ledger.refuse_rows(
            rows,
            negative & ~flow[rows.sid],
            "a stock or share cannot be negative",
            y_cell,
            column=figure,
            expected="0 or more",
        )
        lost, won = _sums(rows, -y, negative, n), _sums(rows, y, y > 0, n)
        returning = flow & (lost > 0)
        few = np.flatnonzero(returning & (lost <= MOST_RETURNS * won))
        ledger.note(few, [f"negative figures are kept as returns ({lost[s]:g} of {won[s]:g})" for s in few])
        sids, first = np.unique(rows.sid[negative], return_index=True)
        for sid, at in zip(sids.tolist(), rows.row[negative][first].tolist(), strict=True):
            if returning[sid] and lost[sid] > MOST_RETURNS * won[sid]:
                ledger.refuse(
                    sid,
                    f"series {ledger.ids[sid]!r} takes {lost[sid]:g} of {won[sid]:g} adoptions back",
                    row=at,
                    column=figure,
                    value=y_cell(at),
                    expected="adoptions per period of 0 or more",
                )
    over = np.zeros(n, dtype=bool)
    shares = kinds == "share"
    if shares.any():
        above = shares[rows.sid] & (y > ABOVE * np.nan_to_num(scale, nan=np.inf)[rows.sid])
        over[rows.sid[above]] = True
        told = np.flatnonzero(over)
        ledger.note(told, "goes above 100 %, which no share can, so taken for a stock per hundred")
        kinds[over], scale[over] = "stock", np.nan
    fell = np.zeros(len(rows), dtype=bool)
    fell[1:] = (y[1:] < y[:-1]) & rows.same[1:]  # never beside a missing figure
    if fell.any():
        fell &= (kinds == "stock")[rows.sid]
    if fell.any():
        counts = count(rows.sid, fell, n)
        told = np.flatnonzero(counts)
        ledger.note(told, [f"the stock declines {counted(counts[s], 'time')}; kept as it is" for s in told])
    return ledger.living(rows)


def _sums(rows: Rows, y: NDArray[np.float64], mask: Mask, n: int) -> NDArray[np.float64]:
    return np.bincount(rows.sid[mask], weights=y[mask], minlength=n).astype(np.float64)
