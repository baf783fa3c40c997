"""Figures into periods: several to one brought together, zeros before launch dropped, gaps left empty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beachhead.tables.adoption_grid import STEP, Grid, Places
from beachhead.tables.adoption_rows import Ledger, Mask, Rows, count
from beachhead.tables.counted import counted
from beachhead.tables.periods import FREQS, NOUN, Ints, months_of, period_names

LONGEST, SPARSEST = 600, 40
"""Periods in a series, and periods per figure, beyond both of which its dates are a mistake."""


@dataclass
class Filled:
    """The figures on a regular grid: series, last day of the period, figure (NaN: missing), and by series
    whether the period before its first figure is a recorded zero.
    """

    sid: Ints
    end: Ints
    y: NDArray[np.float64]
    zero_before: Mask


def fill(rows: Rows, places: Places, grid: Grid, flow: Mask, ledger: Ledger) -> Filled:
    """Bring the rows of all living series onto their grids."""
    n = len(ledger.ids)
    known = ~np.isnan(rows.y)
    if not known.all():
        rows, places = rows.only(known), places.only(known)
    empty = ledger.alive & (np.bincount(rows.sid, minlength=n) == 0)
    for sid in np.flatnonzero(empty):
        ledger.refuse(int(sid), f"series {ledger.ids[int(sid)]!r} has no figures", expected="at least one")
    cell = places.cell
    if grid.thin.any():
        rows, cell = _together(rows, places, grid, flow, ledger)
    rows, cell = _one_each(rows, cell, grid, ledger)
    zero_before = np.zeros(n, dtype=bool)
    if len(rows) and (rows.y[rows.starts] == 0).any():
        rows, cell, zero_before = _from_launch(rows, cell, grid, ledger)
    return _regular(rows, cell, grid, ledger, zero_before)


def _names(grid: Grid, sids: Ints, cells: Ints) -> list[str]:
    return period_names(grid.ends(sids, cells), np.array(FREQS)[grid.freq[sids]])


def _one_each(rows: Rows, cell: Ints, grid: Grid, ledger: Ledger) -> tuple[Rows, Ints]:
    """Refuse series with two figures in a period."""
    twice = np.zeros(len(rows), dtype=bool)
    twice[1:] = rows.same[1:] & (cell[1:] == cell[:-1])
    if not twice.any():
        return rows, cell
    sids, at = np.unique(rows.sid[twice], return_index=True)
    at = np.flatnonzero(twice)[at]
    for sid, i, name in zip(sids, at, _names(grid, sids, cell[at]), strict=True):
        ledger.refuse(
            int(sid),
            f"{ledger.ids[int(sid)]!r} has two figures for {name}: {rows.y[i - 1]:g} and {rows.y[i]:g}",
            row=int(rows.row[i]),
            expected="one figure per period; freq brings figures together by Y, Q, M or W",
        )
    keep = ledger.alive[rows.sid]
    return rows.only(keep), cell[keep]


def _together(rows: Rows, places: Places, grid: Grid, flow: Mask, ledger: Ledger) -> tuple[Rows, Ints]:
    """Several figures to a period: flows add up over complete periods, of stocks and shares the last one
    counts.
    """
    n = len(ledger.ids)
    thin = grid.thin[rows.sid]
    part, place = rows.only(thin), places.only(thin)
    if not len(part):
        return rows, places.cell
    fresh = np.ones(len(part), dtype=bool)
    fresh[1:] = ~(part.same[1:] & (place.cell[1:] == place.cell[:-1]))
    starts = np.flatnonzero(fresh)
    stops = np.append(starts[1:], len(part)) - 1
    sid, group = part.sid[starts], place.cell[starts]
    months = STEP[grid.freq][sid]
    covered = np.add.reduceat(place.covers, starts)
    last_day, first_day = grid.ends(sid, group), grid.ends(sid, group - 1) + 1
    by_months = (covered > 0) & (months > 0)
    # days and weeks do not end with months: working days miss a few, weeks up to six
    daily = grid.apart[sid] < 5
    slack_end = np.where(daily, 3, 6)
    slack_start = np.where(daily, np.where(months > 0, 3, 1), 6)
    reaches = np.where(
        by_months, place.end[stops] == months_of(last_day), last_day - part.day[stops] <= slack_end
    )
    begins = part.day[starts] - first_day <= slack_start
    # a first week of daily figures is whole where it has as many of them as any other, but for one
    inside = stops - starts + 1
    most = np.zeros(n, dtype=np.int64)
    np.maximum.at(most, sid, inside)
    begins = np.where(daily & (months == 0), inside >= most[sid] - 1, begins)
    first_of, last_of = np.ones(len(sid), dtype=bool), np.ones(len(sid), dtype=bool)
    first_of[1:], last_of[:-1] = sid[1:] != sid[:-1], sid[1:] != sid[:-1]
    of_days = (begins | ~first_of) & (reaches | ~last_of)
    complete = np.where(
        flow[sid], np.where(by_months, covered == months, of_days), reaches | (~by_months & ~last_of)
    )
    sums, lasts = np.add.reduceat(part.y, starts), part.y[stops]
    whole = Rows(sid, last_day, part.unit[starts], np.where(flow[sid], sums, lasts), part.row[stops]).only(
        complete
    )
    dropped = count(sid, ~complete, n)
    some = np.flatnonzero((dropped > 0) & ledger.alive)
    ledger.note(
        some,
        [f"{counted(dropped[s], f'incomplete {NOUN[FREQS[grid.freq[s]]]}')} left out" for s in some],
    )
    for s in np.flatnonzero((np.bincount(whole.sid, minlength=n) == 0) & (np.bincount(sid, minlength=n) > 0)):
        noun = NOUN[FREQS[grid.freq[s]]]
        ledger.refuse(
            int(s),
            f"series {ledger.ids[int(s)]!r} has no complete {noun}",
            expected=f"figures for a whole {noun}",
        )
    rest = rows.only(~thin)
    joined = rest.and_then(whole)
    joined_cell = np.concatenate([places.cell[~thin], group[complete]])
    order = np.lexsort((joined_cell, joined.sid))
    joined, joined_cell = joined.take(order), joined_cell[order]
    keep = ledger.alive[joined.sid]
    return joined.only(keep), joined_cell[keep]


def _from_launch(rows: Rows, cell: Ints, grid: Grid, ledger: Ledger) -> tuple[Rows, Ints, Mask]:
    """Drop zeros before the first adoption, and refuse series that never leave zero."""
    n = len(ledger.ids)
    starts, present = rows.starts, rows.sid[rows.starts]
    index = np.where(rows.y != 0, np.arange(len(rows)), len(rows))
    first = np.full(n, len(rows), dtype=np.int64)
    first[present] = np.minimum.reduceat(index, starts)
    for sid in present[first[present] == len(rows)]:
        ledger.refuse(
            int(sid), f"series {ledger.ids[int(sid)]!r} holds nothing but zeros", expected="adoptions"
        )
    leading = np.arange(len(rows)) < first[rows.sid]
    zeros = count(rows.sid, leading, n)
    some = np.flatnonzero((zeros > 0) & ledger.alive)
    at = first[some]
    ledger.note(
        some,
        [
            f"{counted(z, 'zero')} before the first adoption ({name}) left out"
            for z, name in zip(zeros[some].tolist(), _names(grid, some, cell[at]), strict=True)
        ],
    )
    zero_before = np.zeros(n, dtype=bool)
    zero_before[some] = cell[at - 1] == cell[at] - 1
    keep = ~leading & ledger.alive[rows.sid]
    return rows.only(keep), cell[keep], zero_before


def _regular(rows: Rows, cell: Ints, grid: Grid, ledger: Ledger, zero_before: Mask) -> Filled:
    n = len(ledger.ids)
    if not len(rows):
        return Filled(rows.sid, rows.day, rows.y, zero_before)
    starts = rows.starts
    stops = np.append(starts[1:], len(rows)) - 1
    present = rows.sid[starts]
    sizes = cell[stops] - cell[starts] + 1
    if sizes.sum() == len(rows):
        return Filled(rows.sid, grid.ends(rows.sid, cell), rows.y, zero_before)
    too_long = sizes > np.maximum(LONGEST, SPARSEST * (stops - starts + 1))
    if too_long.any():
        for sid, size, a, b in zip(*(x[too_long] for x in (present, sizes, starts, stops)), strict=True):
            first, last = _names(grid, np.array([sid, sid]), cell[[a, b]])
            noun = NOUN[FREQS[grid.freq[sid]]]
            ledger.refuse(
                int(sid),
                f"{ledger.ids[int(sid)]!r} has {b - a + 1} figures in {size} {noun}s, {first} to {last}",
                row=int(rows.row[b]),
                expected="dates close enough to each other; a mistyped year makes such gaps",
            )
        keep = ledger.alive[rows.sid]
        return _regular(rows.only(keep), cell[keep], grid, ledger, zero_before)
    offset = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    base = np.zeros(n, dtype=np.int64)
    base[present] = offset - cell[starts]
    sid = np.repeat(present, sizes)
    y = np.full(len(sid), np.nan)
    y[base[rows.sid] + cell] = rows.y
    whole = np.arange(len(sid)) - base[sid]
    gaps = sizes - (stops - starts + 1)
    some = gaps > 0
    ledger.note(present[some], _gaps(sid, whole, y, present[some], gaps[some], grid))
    return Filled(sid, grid.ends(sid, whole), y, zero_before)


def _gaps(sid: Ints, cell: Ints, y: NDArray[np.float64], present: Ints, gaps: Ints, grid: Grid) -> list[str]:
    """Which periods are missing: the first four of each series by name."""
    missing = np.flatnonzero(np.isnan(y))
    first = np.searchsorted(sid[missing], present)
    named = np.minimum(gaps, 4)
    at = missing[np.repeat(first, named) + np.arange(named.sum()) - np.repeat(named.cumsum() - named, named)]
    names = _names(grid, sid[at], cell[at])
    texts, begin = [], 0
    for code, size, shown in zip(grid.freq[present].tolist(), gaps.tolist(), named.tolist(), strict=True):
        noun = NOUN[FREQS[code]]
        more = f" and {size - 4} more" if size > 4 else ""
        listed = ", ".join(names[begin : begin + shown])
        texts.append(f"{size} {noun}{'s are' if size > 1 else ' is'} missing: {listed}{more}")
        begin += shown
    return texts
