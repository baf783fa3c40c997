"""What is stated about a series besides its figures: kind, frequency, potential, launch, name, unit, note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beachhead.errors import BadQuestion
from beachhead.tables.adoption_kinds import kind_of
from beachhead.tables.adoption_rows import Ledger, Mask, Rows
from beachhead.tables.adoption_shapes import Tidy
from beachhead.tables.frames import to_polars
from beachhead.tables.labels import MONTH, NUMBER, QUARTER, WEEK, YEAR, parse_labels
from beachhead.tables.numbers import parse_numbers
from beachhead.tables.periods import FREQS, Ints, day_number, first_days, frequency, months_of

UNKNOWN = -(10**9)
"""A day that is not known."""

_AMOUNTS = ("potential_low", "potential_high", "ceiling", "stock_before")
_BEGINS = {YEAR: 12, QUARTER: 3, MONTH: 1}


@dataclass
class Facts:
    """By series: ``kind`` ('' where not stated), ``freq`` (index of FREQS or −1), amounts (NaN), ``launch``
    (a day number or UNKNOWN) and texts (null).
    """

    kind: NDArray[np.str_]
    freq: NDArray[np.int8]
    amounts: dict[str, NDArray[np.float64]]
    launch: Ints
    texts: dict[str, pl.Series]

    def largest(self) -> NDArray[np.float64]:
        """The largest amount that is stated of each series, NaN for none."""
        return np.fmax.reduce([self.amounts[name] for name in ("potential_low", "potential_high", "ceiling")])


def facts_of(t: Tidy, rows: Rows, ledger: Ledger, potential: Any, launch: Any) -> Facts:
    """Facts from optional columns, then from what the caller states for all series or in a table."""
    n = len(ledger.ids)
    facts = Facts(
        np.full(n, "", dtype="<U5"),
        np.full(n, -1, dtype=np.int8),
        {name: np.full(n, np.nan) for name in _AMOUNTS},
        np.full(n, UNKNOWN, dtype=np.int64),
        {
            name: pl.Series(name, [None] * n, dtype=pl.String) if n < 2 else _empty(name, n)
            for name in ("name", "unit", "note")
        },
    )
    for role, column in t.optional.items():
        if role == "known_on":
            continue
        source = _last_stated(column, rows, ledger, role)
        told = np.flatnonzero(source >= 0)
        if len(told):
            _state(facts, role, column.gather(source[told]), told, source[told], ledger)
    _frequency_in_unit(facts)
    _argue(facts, ledger, potential, launch)
    _check_potential(facts, ledger)
    return facts


def _empty(name: str, n: int) -> pl.Series:
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, n)


def _last_stated(column: pl.Series, rows: Rows, ledger: Ledger, role: str) -> Ints:
    """By series the row that states the fact: the latest, told where others differ."""
    known = column.is_not_null().to_numpy()[rows.row]
    source = np.full(len(ledger.ids), -1, dtype=np.int64)
    source[rows.sid[known]] = rows.row[known]
    if known.any() and role not in ("name", "unit", "note"):
        chosen = column.gather(source[rows.sid[known]])
        differs = (chosen != column.gather(rows.row[known])).to_numpy()
        if differs.any():
            told = np.unique(rows.sid[known][differs])
            ledger.note(told, f"column {role!r} says different things; the latest row counts")
    return source


def _state(facts: Facts, role: str, values: pl.Series, sids: Ints, at: Ints, ledger: Ledger) -> None:
    if role in facts.texts:
        texts = facts.texts[role].to_list()
        for sid, text in zip(sids, values.cast(pl.String, strict=False).to_list(), strict=True):
            texts[sid] = text
        facts.texts[role] = pl.Series(role, texts, dtype=pl.String)
        return
    if role in _AMOUNTS:
        read = parse_numbers(values)
        facts.amounts[role][sids] = read.values.fill_null(np.nan).to_numpy()
        bad, expected = read.bad, "a number"
    elif role == "launch":
        facts.launch[sids], bad = _launches(values)
        expected = "a date or a year"
    else:
        words = values.cast(pl.String, strict=False)
        codes: dict[str, Any] = {}
        for word in words.unique().drop_nulls().to_list():
            try:
                codes[word] = kind_of(word) if role == "kind" else FREQS.index(frequency(word))
            except BadQuestion:
                codes[word] = None
        found = [codes.get(w) for w in words.to_list()]
        bad = [i for i, code in enumerate(found) if code is None]
        good = [i for i, code in enumerate(found) if code is not None]
        target: Any = facts.kind if role == "kind" else facts.freq
        target[sids[good]] = [found[i] for i in good]
        expected = "flow, stock or share" if role == "kind" else "Y, Q, M or W"
    for i in bad:
        ledger.refuse(
            int(sids[i]),
            f"this is no {role}",
            row=int(at[i]),
            column=role,
            value=values[i],
            expected=expected,
        )


def _frequency_in_unit(facts: Facts) -> None:
    """'USD per quarter' tells how long each figure counts, whatever the distance between dates."""
    units = facts.texts["unit"]
    if units.null_count() == len(units):
        return
    words = units.str.to_lowercase().str.extract(r"\b(?:per|each|a) (year|quarter|month|week)\b", 1).to_list()
    for sid, word in enumerate(words):
        if word is not None and facts.freq[sid] < 0:
            facts.freq[sid] = FREQS.index(frequency(word))


def _launches(values: pl.Series) -> tuple[Ints, list[int]]:
    """The first day of what each launch date names."""
    labels = parse_labels(values)
    day = labels.day.copy()
    for unit, months in _BEGINS.items():
        own = labels.unit == unit
        day[own] = first_days(months_of(day[own]) - months + 1)
    day[labels.unit == WEEK] -= 6
    bad = np.flatnonzero(labels.unit >= NUMBER)
    day[bad] = UNKNOWN
    return day, bad.tolist()


def a_day(value: Any, what: str, end: bool) -> int:
    """A day number from a date, a text or a year: the last day of a period if ``end``, else its first."""
    if isinstance(value, datetime):
        return day_number(value.date())
    if isinstance(value, date):
        return day_number(value)
    if isinstance(value, int | str) and not isinstance(value, bool):
        labels = parse_labels(pl.Series([str(value)]))
        if labels.unit[0] < NUMBER:
            return int(labels.day[0]) if end else int(_launches(pl.Series([str(value)]))[0][0])
    raise BadQuestion(f"{what} {value!r} is no date: say it as 2009-02-28.")


def _argue(facts: Facts, ledger: Ledger, potential: Any, launch: Any) -> None:
    if launch is not None:
        facts.launch[facts.launch == UNKNOWN] = a_day(launch, "launch", end=False)
    if potential is None:
        return
    if isinstance(potential, list | tuple):
        try:
            low, high = (float(v) for v in potential)
        except (TypeError, ValueError):
            raise BadQuestion(f"potential {potential!r} is no range: say (low, high).") from None
        if not 0 < low <= high < np.inf:
            raise BadQuestion(
                f"potential {low:g} to {high:g} is no range: both are above 0 and the lower one comes first."
            )
        unstated = np.isnan(facts.amounts["potential_low"]) & np.isnan(facts.amounts["potential_high"])
        facts.amounts["potential_low"][unstated] = low
        facts.amounts["potential_high"][unstated] = high
        return
    if isinstance(potential, int | float | np.number):
        raise BadQuestion(
            f"potential {potential!r} is one number: say the range that you would bet four to one on, such as "
            f"({potential * 0.7:g}, {potential * 1.4:g})."
        )
    if isinstance(potential, str):
        raise BadQuestion(f"potential {potential!r} is no range: say (low, high).")
    table = to_polars(potential)
    if "unique_id" not in table.columns or not {*_AMOUNTS, "launch"} & set(table.columns):
        raise BadQuestion(
            "The table of potentials needs unique_id and potential_low with potential_high, ceiling or launch."
        )
    ids = pl.DataFrame({"unique_id": ledger.ids}).with_row_index("sid")
    own = table.with_columns(pl.col("unique_id").cast(pl.String)).join(
        ids, on="unique_id", how="inner", maintain_order="left"
    )
    if not own.height:
        raise BadQuestion("The table of potentials names none of the series: its unique_id are others.")
    sids = own.get_column("sid").to_numpy().astype(np.int64)
    for role in (*_AMOUNTS, "launch"):
        if role in own.columns:
            column = own.get_column(role)
            told = column.is_not_null().to_numpy()
            values, at = column.drop_nulls(), sids[told]
            if role == "launch":
                facts.launch[at], bad = _launches(values)
            else:
                read = parse_numbers(values)
                facts.amounts[role][at], bad = read.values.fill_null(np.nan).to_numpy(), read.bad
            if bad:
                raise BadQuestion(
                    f"The table of potentials has {values[bad[0]]!r} in column {role!r}: that is none."
                )


def _check_potential(facts: Facts, ledger: Ledger) -> None:
    """A potential that contradicts itself is not used, and told."""
    low, high, ceiling, before = (facts.amounts[name] for name in _AMOUNTS)
    half = np.isnan(low) != np.isnan(high)
    ledger.note(
        np.flatnonzero(half), "a potential needs both potential_low and potential_high; it is not used"
    )
    wrong = ~half & ~np.isnan(low) & ~((low > 0) & (low <= high))
    told = np.flatnonzero(wrong)
    ledger.note(told, [f"the potential {low[s]:g} to {high[s]:g} is no range and is not used" for s in told])
    low[half | wrong] = np.nan
    high[half | wrong] = np.nan
    bad = ceiling <= 0
    told = np.flatnonzero(bad)
    ledger.note(told, [f"the ceiling {ceiling[s]:g} is not above 0 and is not used" for s in told])
    ceiling[bad] = np.nan
    bad = ~(before >= 0) & ~np.isnan(before)
    told = np.flatnonzero(bad)
    ledger.note(told, [f"a stock of {before[s]:g} before the record is none and is not used" for s in told])
    before[bad] = np.nan


def of_their_kind(facts: Facts, flow: Mask, t: Tidy, ledger: Ledger) -> None:
    """Leave out what says nothing of a series of its kind: a stock before the record of what is a stock already, and
    Prophet's ``cap`` of a flow, which bounds each figure and not what they add up to.
    """
    before, ceiling = facts.amounts["stock_before"], facts.amounts["ceiling"]
    held = np.flatnonzero(~flow & ~np.isnan(before))
    ledger.note(held, "stock_before is not used: only a flow has one, a stock or share holds it already")
    before[held] = np.nan
    if t.ceiling is not None and t.ceiling != "ceiling":
        told = ~np.isnan(ceiling)
        ceiling[flow] = np.nan
        if (told & flow).any():
            ledger.say(f"column {t.ceiling!r} is not used for flows: it bounds each figure, not their sum")
        if (told & ~flow).any():
            ledger.say(f"column {t.ceiling!r} is taken for the ceiling")


def declared_percent(figure: str, facts: Facts, signs: bool) -> tuple[Mask, str]:
    """By series whether its figures are declared to be percents, and by what."""
    if signs:
        return np.ones(len(facts.kind), dtype=bool), "they carry percent signs"
    words = r"(?i)%|percent|per cent|\bpct\b|prozent|per 100\b|\bpc[ _](?:hh|ind|ent|pop|emp)"
    units = facts.texts["unit"].str.replace_all(
        r"(?i)\d\s*(%|percent|per cent)", ""
    )  # 'above 50 %' declares nothing
    if pl.Series([figure.replace("_", " ")]).str.contains(words).item():
        return np.ones(len(facts.kind), dtype=bool), f"their column is called {figure!r}"
    return units.str.contains(words).fill_null(False).to_numpy(), "their unit or title says so"
