"""The adoption table: figures of technologies, products or markets over time, clean and on a regular grid.

Columns ``unique_id, ds, y`` as forecasting users have them, or any of the usual shapes (``docs/tables.md``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.errors import BadInput
from beachhead.tables.adoption_cleaning import (
    as_known,
    in_order,
    known_by,
    no_repeats,
    one_length,
    plausible,
    readable,
    without_totals,
)
from beachhead.tables.adoption_facts import UNKNOWN, Facts, a_day, declared_percent, facts_of, of_their_kind
from beachhead.tables.adoption_fill import Filled, fill
from beachhead.tables.adoption_grid import Grid, lay_out
from beachhead.tables.adoption_kinds import kind_of, kinds_of, share_scale
from beachhead.tables.adoption_marks import without_marks
from beachhead.tables.adoption_rows import Ledger, Mask, Rows
from beachhead.tables.adoption_source import Source, known_on_of, load, number_series, rows_of
from beachhead.tables.labels import cell_of, of_fiscal_years, parse_labels
from beachhead.tables.numbers import parse_numbers
from beachhead.tables.periods import (
    FREQS,
    WORD,
    Form,
    Ints,
    anchor,
    check_horizon,
    day_number,
    frequency,
    period_names,
    shift,
)

OLDEST = 150
"""Years before the record from which a launch is a mistake, and tells no life cycle from another."""


@dataclass(frozen=True)
class Adoption:
    """Adoption series on regular grids.

    ``frame``: unique_id, ds (Date: the last day of the period), y (null: a missing period), by series and
    time; each series begins and ends with a figure. ``series``: a row per series: unique_id, kind (flow,
    stock, share), freq (Y, Q, M, W), potential_low, potential_high, ceiling, stock_before (of a flow), launch,
    name, unit, note, n (figures), scale (1 or 100 for shares, else null; y and ceiling are on that scale),
    zero_before (the period before the first figure is a recorded zero), back and day (how the user's dates
    lie in a period). ``notes``: unique_id (null: the whole table), note. ``refused``: unique_id, reason.
    ``form``: how the user writes dates; ``in_user_form`` brings ends of periods back into it. ``id_type``: the type
    of the user's own unique_id, which is text everywhere here.
    """

    frame: pl.DataFrame
    series: pl.DataFrame
    notes: pl.DataFrame
    refused: pl.DataFrame
    form: Form
    id_type: pl.DataType = field(default_factory=pl.String)

    def ahead(self, h: int) -> pl.DataFrame:
        """unique_id, ds: the last days of the ``h`` periods after the last figure of each series."""
        check_horizon(h)
        last = self.frame.group_by("unique_id", maintain_order=True).agg(pl.col("ds").last())
        freqs = self.series.get_column("freq").to_numpy().repeat(h)
        ends = last.get_column("ds").to_physical().to_numpy().astype(np.int64).repeat(h)
        steps = np.tile(np.arange(1, h + 1), last.height)
        ids = last.get_column("unique_id").gather(np.arange(last.height, dtype=np.uint32).repeat(h))
        return pl.DataFrame({"unique_id": ids, "ds": _dates(shift(ends, freqs, steps))})

    def own_ids(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with unique_id in the type that the user gave."""
        if self.id_type == pl.String or "unique_id" not in frame.columns:
            return frame
        own = frame.get_column("unique_id").cast(self.id_type, strict=False)
        lost = own.null_count() > frame.get_column("unique_id").null_count()
        return frame if lost else frame.with_columns(own)

    def in_user_form(self, frame: pl.DataFrame, column: str = "ds") -> pl.DataFrame:
        """``frame`` (with unique_id) with ends of periods in ``column`` and ids written as the user writes them."""
        same = all(self.series.get_column(c).n_unique() == 1 for c in ("freq", "back", "day"))
        ends = frame.get_column(column).to_physical().to_numpy().astype(np.int64)
        if same:
            freq, back, day = self.series.select("freq", "back", "day").row(0)
            n = frame.height
            freqs, backs, days = np.full(n, freq), np.full(n, back), np.full(n, day)
        else:
            anchors = frame.select(pl.col("unique_id").cast(pl.String)).join(
                self.series.select("unique_id", "freq", "back", "day"),
                on="unique_id",
                how="left",
                maintain_order="left",
            )
            freqs = anchors.get_column("freq").to_numpy()
            backs, days = (anchors.get_column(c).cast(pl.Int64).to_numpy() for c in ("back", "day"))
        return self.own_ids(frame.with_columns(self.form.write(ends, freqs, backs, days).alias(column)))


def read_adoption(
    source: Any,
    *,
    kind: str | None = None,
    freq: str | None = None,
    potential: Any = None,
    launch: Any = None,
    as_of: Any = None,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
) -> Adoption:
    """Read, clean and lay out adoption figures.

    ``source``: a file (CSV, TSV, XLSX, ODS, Parquet, JSON), what ``load`` made of one, or a pandas, Polars,
    Arrow or DuckDB table, long (``unique_id, ds, y`` or usual other names) or wide. ``kind``: flow, stock or
    share, for series that do not say themselves. ``freq``: Y, Q, M or W where the dates do not tell; finer
    figures are brought together. ``potential``: (low, high), an 80 % range of the market potential for all
    series, or a table unique_id, potential_low, potential_high, ceiling, launch. ``launch``: a date or year
    for all. ``as_of``: use only what was known on that day. ``sheet`` of a workbook, ``header_row`` (as a
    spreadsheet counts) and ``encoding`` of a text: where they are not found.

    Series that cannot be used are in ``.refused``; BadInput is raised if none is left.
    """
    table = source if isinstance(source, Source) else load(source, sheet, header_row, encoding)
    kind = kind_of(kind) if kind is not None else None
    stated_freq = frequency(freq) if freq is not None else None
    end_stated = anchor(freq) if freq is not None else None
    day = None if as_of is None else a_day(as_of, "as_of", end=True)
    t = table.tidy
    ids, sid = number_series(t.ids)
    figures, said = without_marks(t.y)
    labels, numbers = parse_labels(t.ds), parse_numbers(figures)
    if labels.forecast is not None:
        values = pl.select(pl.when(~pl.Series(labels.forecast)).then(numbers.values)).to_series()
        numbers = replace(numbers, values=values)
    if end_stated is not None and stated_freq in ("Y", "Q"):
        labels = of_fiscal_years(labels, end_stated)
    if labels.ambiguous is not None:
        raise BadInput(
            f"these dates can be read day-first and month-first: {labels.ambiguous}",
            file=table.where,
            column=t.date,
            expected="dates such as 2008-01-31",
        )
    ledger = Ledger(ids, table.where, table.place)
    for note in [*table.notes, *t.notes, *labels.notes, *said, *(f"figures: {n}" for n in numbers.notes)]:
        ledger.say(note)
    dated = labels.form.kind != "number"
    today = day_number(date.today())

    def y_cell(row: int) -> Any:
        return cell_of(t.y, row)

    rows = rows_of(sid, labels, numbers, stated_freq, ledger)
    if t.by_rows:
        rows = rows.take(np.lexsort((rows.row // t.height, rows.row % t.height, rows.sid)))
    known_on = known_on_of(t.optional.get("known_on"), rows, ledger)
    rows = without_totals(rows, ledger)
    rows = readable(rows, ledger, numbers.bad, lambda row: cell_of(t.ds, row), y_cell, t.date, t.figure)
    if dated:
        rows = as_known(rows, ledger, day, today, known_on)
    rows = no_repeats(one_length(in_order(rows, ledger), ledger), ledger, known_on, y_cell, t.figure)
    _something_left(rows, ledger)

    facts = facts_of(t, rows, ledger, potential, launch)
    percent = declared_percent(t.figure, facts, numbers.percent)
    kinds = kinds_of(rows, ledger, kind, facts, t.figure, numbers.percent)
    scale = share_scale(rows, ledger, kinds == "share", percent, facts.largest())
    of_their_kind(facts, kinds == "flow", t, ledger)
    rows = plausible(rows, ledger, kinds, scale, y_cell, t.figure)
    _something_left(rows, ledger)

    given = (
        facts.freq if stated_freq is None else np.where(facts.freq < 0, FREQS.index(stated_freq), facts.freq)
    )
    grid, places = lay_out(rows, ledger, given.astype(np.int8), kinds == "flow", end_stated)
    if day is not None and dated and (grid.back > 0).any():
        # a year dated by its first day is known only once it is over
        known = ~((grid.back > 0)[rows.sid] & (grid.ends(rows.sid, places.cell) > day))
        rows, places = known_by(rows, known, ledger, day, today), places.only(known)
    filled = fill(rows, places, grid, kinds == "flow", ledger)
    _something_left(ledger.living(rows), ledger)
    if dated and day is None:
        _tell_unfinished(filled, grid, ledger, today)
    read = _assemble(filled, grid, kinds, scale, facts, ledger, labels.form)
    return replace(read, id_type=table.id_type)


def _something_left(rows: Rows, ledger: Ledger) -> None:
    if len(rows) and ledger.alive[rows.sid].any():
        return
    reasons = ledger.reasons
    if not reasons:
        raise BadInput(
            "there are no figures", file=ledger.where, expected="a series, a date and a figure per row"
        )
    if len(reasons) == 1:
        raise reasons[0]
    raise BadInput(f"none of the {len(reasons)} series can be used. The first: {str(reasons[0]).rstrip('.')}")


def _tell_unfinished(filled: Filled, grid: Grid, ledger: Ledger, today: int) -> None:
    if not len(filled.end) or filled.end.max() <= today:
        return
    over = np.flatnonzero(filled.end > today)
    sids = filled.sid[over]
    names = period_names(filled.end[over], np.array(FREQS)[grid.freq[sids]])
    ledger.note(sids, [f"{name} is not over yet: leave it out unless its figure is final" for name in names])


def _tell_beyond(filled: Filled, flow: Mask, facts: Facts, ledger: Ledger) -> None:
    """Figures beyond what is stated to be possible: an impossible ceiling is not used, a potential is questioned."""
    high, ceiling = facts.amounts["potential_high"], facts.amounts["ceiling"]
    if np.isnan(high).all() and np.isnan(ceiling).all():
        return
    known = ~np.isnan(filled.y)
    sid, y = filled.sid[known], filled.y[known]
    level = np.bincount(sid, weights=np.where(flow[sid], y, 0), minlength=len(ledger.ids))
    level += np.nan_to_num(facts.amounts["stock_before"])
    np.maximum.at(level, sid, y)
    over = np.flatnonzero(level > ceiling)
    ledger.note(
        over,
        [
            f"the figures reach {level[s]:g}, above the ceiling {ceiling[s]:g}, which is not used"
            for s in over
        ],
    )
    ceiling[over] = np.nan
    over = np.flatnonzero(level > high)
    ledger.note(
        over,
        [
            f"the figures reach {level[s]:g}, above the stated potential of at most {high[s]:g}; is the unit the same?"
            for s in over
        ],
    )


def _assemble(
    filled: Filled,
    grid: Grid,
    kinds: NDArray[np.str_],
    scale: NDArray[np.float64],
    facts: Facts,
    ledger: Ledger,
    form: Form,
) -> Adoption:
    n = len(ledger.ids)
    known = ~np.isnan(filled.y)
    figures = np.bincount(filled.sid[known], minlength=n)
    there = np.flatnonzero(figures > 0)
    alone = there[figures[there] == 1]
    ledger.note(alone, "one figure only: it says how far adoption is, not how fast it moves")
    codes = np.unique(grid.freq[there])
    if len(codes) > 1:
        counts = [f"{(grid.freq[there] == c).sum()} {WORD[FREQS[c]]}" for c in codes]
        ledger.say(f"series of different frequency: {', '.join(counts)}")
    first = np.zeros(n, dtype=np.int64)
    starts = np.flatnonzero(np.diff(filled.sid, prepend=-1))
    first[filled.sid[starts]] = filled.end[starts]
    late = (facts.launch != UNKNOWN) & (facts.launch > first)
    told = np.flatnonzero(late & (figures > 0))
    ledger.note(told, "the stated launch lies after the first figure and is not used")
    _tell_beyond(filled, kinds == "flow", facts, ledger)
    early = (facts.launch != UNKNOWN) & (facts.launch < first - OLDEST * 365)
    told = np.flatnonzero(early & (figures > 0))
    ledger.note(told, f"the stated launch lies more than {OLDEST} years before the record and is not used")
    launch = np.where(late | early | (facts.launch == UNKNOWN), 0, facts.launch)
    ceiling = np.where(np.isnan(facts.amounts["ceiling"]), scale, facts.amounts["ceiling"])
    freqs = pl.Series("freq", np.array(FREQS)[grid.freq])
    series = pl.DataFrame(
        {
            "unique_id": ledger.ids,
            "kind": pl.Series(kinds.astype(str), dtype=pl.String),
            "freq": freqs.cast(pl.String),
            "potential_low": pl.Series(facts.amounts["potential_low"]).fill_nan(None),
            "potential_high": pl.Series(facts.amounts["potential_high"]).fill_nan(None),
            "ceiling": pl.Series(ceiling).fill_nan(None),
            "stock_before": pl.Series(facts.amounts["stock_before"]).fill_nan(None),
            "launch": _dates(launch),
            **facts.texts,
            "n": figures,
            "scale": pl.Series(scale).fill_nan(None),
            "zero_before": filled.zero_before,
            "back": pl.Series(grid.back, dtype=pl.Int64),
            "day": pl.Series(grid.day, dtype=pl.Int64),
        }
    ).with_columns(pl.when(pl.Series(launch != 0)).then(pl.col("launch")).alias("launch"))
    if len(there) < n:
        series = series.filter(pl.Series(figures > 0))
    y = pl.Series("y", filled.y)
    frame = pl.DataFrame(
        {
            "unique_id": ledger.ids.gather(filled.sid.astype(np.uint32)).alias("unique_id"),
            "ds": _dates(filled.end),
            "y": y if known.all() else y.fill_nan(None),
        }
    )
    return Adoption(frame, series, ledger.notes(), ledger.refused(), form)


def _dates(days: Ints) -> pl.Series:
    return pl.Series(days.astype(np.int32)).cast(pl.Date)
