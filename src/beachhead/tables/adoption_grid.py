"""How often each adoption series is told, read off its dates, and the period that each figure belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beachhead.tables.adoption_rows import Ledger, Mask, Rows, count
from beachhead.tables.labels import DAY, UNIT_FREQ
from beachhead.tables.periods import (
    FREQS,
    MONTHS,
    NOUN,
    WORD,
    Ints,
    first_days,
    last_days,
    months_of,
)

STEP: Ints = np.array([MONTHS.get(f, 0) for f in FREQS], dtype=np.int64)
"""Months in a period by index of FREQS; 0 for weeks."""
_Y, _Q, _M, _W = range(4)
_CALENDAR = np.array([11, 2, 0, 0])  # the month (from January 1970) that a calendar period ends with
MOST = 0.6  # share of steps of one length from which the other lengths are the exception
UNEVEN = -1
_SUNDAY = 3  # of 1970-01-04, counted from 1970-01-01
_DAILY = 5  # days between figures below which they are daily
_SHORT = 20  # and below which they are finer than months


@dataclass
class Grid:
    """The periods of each series.

    ``freq`` is an index of FREQS and ``phase`` the month of a period's end modulo the months of a period; of weeks the
    day they end on modulo 7.
    ``back`` and ``day`` anchor the user's own dates: ``back`` months before the month of the period's end, on
    its ``day`` (31: the last); weeks are dated by the day they end on. ``thin`` tells where several figures
    come to a period, ``apart`` how many days lie between two figures on average.
    """

    freq: NDArray[np.int8]
    phase: Ints
    back: Ints
    day: Ints
    thin: Mask
    apart: NDArray[np.float64]

    def ends(self, sid: Ints, cell: Ints) -> Ints:
        """The last days of periods."""
        weekly = self.freq == _W
        if weekly.all():
            return self.phase[sid] + 7 * cell
        months = last_days(self.phase[sid] + STEP[self.freq][sid] * cell)
        return np.where(weekly[sid], self.phase[sid] + 7 * cell, months) if weekly.any() else months


@dataclass
class _Spacing:
    """What the dates of each series have in common, and what they tell of its frequency."""

    month: Ints  # by row
    step: Ints  # by row: months since the row before, 0 at the first of a series
    first: Mask  # by series: all on the first of a month
    last: Mask  # by series: all on the last of a month
    daily: Mask  # by series: figures every few days
    near_first: Mask  # by series: all in the first days of months, as business months begin
    common_day: Ints  # by series: the same day of every month, else 0
    gcd: Ints  # by series, of its steps
    steps: Ints  # by series: how many
    start: Ints  # by series: its first row, −1 for none
    stop: Ints  # by series: its last row, −1 for none


@dataclass
class Places:
    """Where each row belongs: the number of its period, the month it ends with, and the months it covers (0:
    days).
    """

    cell: Ints
    end: Ints
    covers: Ints

    def only(self, keep: Mask) -> Places:
        """The places of a mask of rows."""
        return Places(self.cell[keep], self.end[keep], self.covers[keep])


def lay_out(
    rows: Rows, ledger: Ledger, given: NDArray[np.int8], flow: Mask, end_stated: int | None = None
) -> tuple[Grid, Places]:
    """Every series' grid, and where each row belongs on it.

    ``given`` holds stated frequencies as indexes of FREQS, −1 where none is stated; a stated one wins over
    the dates. ``end_stated`` is the month or weekday that a stated period ends with (``periods.anchor``).
    """
    n = len(ledger.ids)
    s = _spacing(rows, n)
    freq, thin, nearest, own, anchor = _frequencies(rows, s, flow)
    alone = (freq < 0) & (s.start >= 0)
    if alone.any():
        _alone(s, alone, freq)
    freq[freq < 0] = _Y
    even = ~thin & ~nearest
    own[even] = STEP[freq[even]]
    regrouped = _state(given, s, freq, thin, nearest, own, ledger)
    _tell(s, freq, thin & ~regrouped, nearest, own, ledger)

    covers = _covers(rows, s, freq, own)
    end = s.month + np.where(s.first[rows.sid], np.maximum(covers, 1) - 1, 0)
    months = STEP[freq]
    phase = np.zeros(n, dtype=np.int64)
    told = (anchor >= 0) & (months > 0)
    phase[told] = end[anchor[told]] % months[told]
    phase[regrouped] = _CALENDAR[freq[regrouped]]
    if end_stated is not None:
        fiscal = regrouped & (months > 1)
        phase[fiscal] = (end_stated - 1) % months[fiscal]
    width = np.maximum(months, 1)[rows.sid]
    cell = -((phase[rows.sid] - end) // width)
    if nearest.any():
        odd = nearest[rows.sid]
        cell[odd] = np.floor((end[odd] - phase[rows.sid[odd]]) / width[odd] + 0.5).astype(np.int64)
    weekly = freq == _W
    if weekly.any():
        phase[weekly] = _week_ends(rows, s, thin, end_stated)[weekly]
        cell = np.where(weekly[rows.sid], -((phase[rows.sid] - rows.day) // 7), cell)
    back, day = _anchors(rows, s, freq, thin | nearest)
    return Grid(freq, phase, back, day, thin, _days_apart(rows, s)), Places(cell, end, covers)


def _week_ends(rows: Rows, s: _Spacing, thin: Mask, end_stated: int | None) -> Ints:
    """The day, modulo 7, that the weeks of each series end on.

    Daily figures count in weeks back from their last day, so that none is too young to count; weekly ones end on the day
    that they are dated by; the rest, such as weeks around holidays, in weeks from Monday to Sunday.
    """
    last, dated = rows.day[s.stop], rows.unit[s.stop] == DAY
    ends = np.where(dated & (s.daily | ~thin), last % 7, _SUNDAY)
    return np.where(dated & s.daily & thin, (end_stated + 4) % 7, ends) if end_stated is not None else ends


def _covers(rows: Rows, s: _Spacing, freq: NDArray[np.int8], own: Ints) -> Ints:
    """The months that each figure covers: of uneven ones, what lies between it and its neighbour."""
    covers = own[rows.sid]
    uneven = covers == UNEVEN
    for unit, name in UNIT_FREQ.items():
        if name in MONTHS:  # a label says itself how long its period is
            named = rows.unit == unit
            covers[named], uneven[named] = MONTHS[name], False
    if not uneven.any():
        return covers
    full = STEP[freq][rows.sid]
    before = s.step
    after = np.append(before[1:], 0)
    lone_before, lone_after = ~rows.same, np.append(~rows.same[1:], True)
    since = np.where(lone_before, full, before)
    until = np.where(lone_after, before, after)
    return np.where(uneven, np.minimum(np.where(s.first[rows.sid], until, since), full), covers)


def _days_apart(rows: Rows, s: _Spacing) -> NDArray[np.float64]:
    return (rows.day[s.stop] - rows.day[s.start]) / np.maximum(s.steps, 1)


def _spacing(rows: Rows, n: int) -> _Spacing:
    same = rows.same
    starts = np.flatnonzero(~same)
    present = rows.sid[starts]

    def by_series(values: Any, fill: int | bool) -> Any:
        out = np.full(n, fill, dtype=values.dtype)
        out[present] = values
        return out

    month = months_of(rows.day)
    dated = rows.unit == DAY
    first = by_series(np.logical_and.reduceat((months_of(rows.day - 1) != month) & dated, starts), False)
    last = by_series(np.logical_and.reduceat(months_of(rows.day + 1) != month, starts), False)
    common = np.zeros(n, dtype=np.int64)
    near_first = np.zeros(n, dtype=bool)
    stops = np.append(starts[1:], len(rows)) - 1
    fine = np.ones(n, dtype=bool)  # days and weeks lie anywhere in a month
    span, many = rows.day[stops] - rows.day[starts], np.maximum(stops - starts, 1)
    fine[present] = span < _SHORT * many
    daily = by_series((span < _DAILY * many) & (stops > starts), False)
    other = ~(first | last) & ~fine
    if other[present].any():
        day = rows.day - first_days(month) + 1
        low = by_series(np.minimum.reduceat(day, starts), 0)
        high = by_series(np.maximum.reduceat(day, starts), 0)
        common = np.where((low == high) & other, low, 0)
        near_first = (
            other & (high <= 7) & (common == 0) & by_series(np.logical_and.reduceat(dated, starts), False)
        )
        first |= near_first
        # an end of a month that slips into the next few days still belongs to the month it ends
        slips = other & ~near_first & (common == 0)
        month = np.where(slips[rows.sid] & dated & (day <= 7), month - 1, month)
    step = np.zeros(len(rows), dtype=np.int64)
    step[1:] = np.where(same[1:], month[1:] - month[:-1], 0)
    gcd = by_series(np.gcd.reduceat(step, starts), 0)
    return _Spacing(
        month,
        step,
        first,
        last,
        daily,
        near_first,
        common,
        gcd,
        count(rows.sid, same, n),
        by_series(starts, -1),
        by_series(stops, -1),
    )


def _frequencies(rows: Rows, s: _Spacing, flow: Mask) -> tuple[NDArray[np.int8], Mask, Mask, Ints, Ints]:
    """Frequency (−1: one figure says nothing), ``thin``, ``nearest``, ``own`` and the row that periods are
    counted from.

    Steps of 12, 24 … months are years, of 3, 9 … quarters, else months; of 2, 4 or 6 months parts of years,
    counted back from the last figure; most steps of a year or a quarter among shorter ones are that, with the
    shorter ones brought together; dates that follow no pattern go to the nearest year, quarter or month
    counted from the last one.
    """
    n = len(flow)
    freq = np.full(n, -1, dtype=np.int8)
    thin, nearest = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    own = np.zeros(n, dtype=np.int64)
    anchor = s.stop.copy()
    if not (rows.unit == DAY).all():
        starts = s.start[s.start >= 0]
        low, high = np.minimum.reduceat(rows.unit, starts), np.maximum.reduceat(rows.unit, starts)
        for unit, name in UNIT_FREQ.items():
            own_unit = rows.sid[starts[low == unit]]
            freq[own_unit] = FREQS.index(name)
        several = rows.sid[starts[(low != high) & (low != DAY)]]  # years and quarters: the longer ones
        thin[several], own[several] = True, UNEVEN
        longest = np.flatnonzero(rows.unit == low.repeat(np.diff(np.append(starts, len(rows)))))
        anchor[rows.sid[longest]] = longest
    left = (freq < 0) & (s.steps > 0)
    if not left.any():
        return freq, thin, nearest, own, anchor

    def settle(which: Mask, code: int) -> Mask:
        freq[which] = code
        return left & ~which

    steps = np.maximum(s.steps, 1)
    short = left & (_days_apart(rows, s) < _SHORT)
    if short.any():
        apart, starts = np.diff(rows.day, prepend=rows.day[:1]), s.start[s.start >= 0]
        apart[starts] = 0
        uneven = np.zeros(n, dtype=bool)
        uneven[rows.sid[starts]] = np.gcd.reduceat(apart, starts) % 7 != 0
        thin |= short & uneven
        left = settle(short, _W)
    left = settle(left & (s.gcd > 0) & (s.gcd % 12 == 0), _Y)
    if not left.any():
        return freq, thin, nearest, own, anchor
    same = rows.same

    def share(of: Ints) -> NDArray[np.float64]:
        return count(rows.sid, same & (s.step == of[rows.sid]), n) / steps

    base = share(s.gcd)
    parts = left & np.isin(s.gcd, (2, 4, 6)) & (base >= MOST)
    own[parts], thin[parts] = s.gcd[parts], True
    left = settle(parts, _Y)
    for code, months in ((_Y, 12), (_Q, 3)):
        mixed = left & (s.gcd > 0) & (s.gcd < months) & (share(np.full(n, months)) >= MOST)
        mixed |= left & flow & (s.gcd < months) & _changes_once(rows, s, months)
        own[mixed], thin[mixed] = UNEVEN, True
        at = np.flatnonzero(mixed[rows.sid] & same & (s.step == months))
        anchor[rows.sid[at]] = at
        left = settle(mixed, code)
    left = settle(left & (s.gcd > 0) & (s.gcd % 3 == 0), _Q)
    months_apart = (s.month[s.stop] - s.month[s.start]) / steps
    left = settle(left & (s.gcd == 1) & ((base >= 0.3) | (months_apart < 4.5)), _M)
    nearest |= left
    freq[left] = np.where(months_apart >= 9, _Y, np.where(months_apart >= 2.5, _Q, _M))[left]
    return freq, thin, nearest, own, anchor


def _changes_once(rows: Rows, s: _Spacing, months: int) -> Mask:
    """Series whose steps are of ``months`` up to some date and of the finest length from there, or the reverse.

    Missing months or quarters would leave gaps of other lengths, or come back; this is a change of frequency.
    """
    n = len(s.gcd)
    inner = rows.same & np.append(False, rows.same[:-1])
    turns = count(rows.sid, inner & (s.step != np.append(0, s.step[:-1])), n)
    long = count(rows.sid, rows.same & (s.step == months), n)
    short = count(rows.sid, rows.same & (s.step == s.gcd[rows.sid]), n)
    return (turns == 1) & (long >= 2) & (short >= 2) & (long + short == s.steps)


def _alone(s: _Spacing, alone: Mask, freq: NDArray[np.int8]) -> None:
    """One dated figure says little of how often it is told: as the other series, else as its day suggests."""
    others = freq[freq >= 0]
    if len(others):
        freq[alone] = np.bincount(others).argmax()
        return
    month = s.month[s.stop]
    turn = np.where(s.first, (month - 1) % 12, np.where(s.last, month % 12, 0))
    guess = np.where(turn == 11, _Y, np.where(turn % 3 == 2, _Q, _M))
    freq[alone] = guess[alone]


def _state(
    given: NDArray[np.int8],
    s: _Spacing,
    freq: NDArray[np.int8],
    thin: Mask,
    nearest: Mask,
    own: Ints,
    ledger: Ledger,
) -> Mask:
    """Take stated frequencies; returns the series whose figures are brought together in coarser calendar
    periods.
    """
    changed = (given >= 0) & (given != freq)
    if not changed.any():
        return np.zeros(len(given), dtype=bool)
    months = STEP[np.maximum(given, 0)]
    finer = changed & (given > freq)
    fits = (
        changed
        & ~finer
        & (freq != _W)
        & ((s.steps == 0) | ((months > 0) & (s.gcd % np.maximum(months, 1) == 0) & (s.gcd > 0)))
    )
    regrouped = changed & ~finer & ~fits
    for sid in np.flatnonzero(regrouped):
        was, now = "daily" if s.daily[sid] else WORD[FREQS[freq[sid]]], NOUN[FREQS[given[sid]]]
        ledger.note(np.array([sid]), f"{was} figures are brought together by {now}, as stated")
    own[regrouped & ~thin] = STEP[freq[regrouped & ~thin]]
    freq[changed] = given[changed]
    thin[changed] = regrouped[changed]
    nearest &= ~changed | regrouped
    thin &= ~nearest
    regrouped &= ~nearest
    even = changed & ~regrouped
    own[even] = STEP[freq[even]]
    return regrouped


def _tell(s: _Spacing, freq: NDArray[np.int8], thin: Mask, nearest: Mask, own: Ints, ledger: Ledger) -> None:
    for sid in np.flatnonzero(thin | nearest):
        noun = NOUN[FREQS[freq[sid]]]
        if nearest[sid]:
            text = f"the dates follow no pattern: figures are put at the nearest {noun} counted from the last"
        elif own[sid] > 0:
            text = (
                f"figures every {own[sid]} months are brought together by {noun}, counted back from the last"
            )
        elif own[sid] == UNEVEN:
            text = f"figures of different frequency are brought together by {noun}"
        else:
            text = f"figures every few days are brought together by {noun}"
        ledger.note(np.array([sid]), text)
    begin = np.flatnonzero(s.near_first & (freq != _W))
    ledger.note(begin, "dates in the first days of months are taken for the beginnings of their periods")


def _anchors(rows: Rows, s: _Spacing, freq: NDArray[np.int8], moved: Mask) -> tuple[Ints, Ints]:
    n = len(freq)
    back, day = np.zeros(n, dtype=np.int64), np.full(n, 31, dtype=np.int64)
    months = STEP[freq]
    firsts = s.first & (months > 0) & ~moved
    back[firsts], day[firsts] = months[firsts] - 1, 1
    common = (s.common_day > 0) & (months > 0) & (s.steps > 0) & ~moved
    day[common] = s.common_day[common]
    weekly = (freq == _W) & (s.stop >= 0)
    day[weekly] = 0
    return back, day
