"""The dates of an adoption table: days, years, quarters, months and weeks as people write them, on whole
columns.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl

from beachhead.tables.adoption_marks import period_mark
from beachhead.tables.dates import MONTH_OF, PLAIN_ISO, Ambiguous, parse_dates
from beachhead.tables.numbers import MISSING
from beachhead.tables.periods import Form, Ints, day_number, last_days, months_of

DAY, YEAR, QUARTER, MONTH, WEEK, NUMBER, TOTAL, NOTHING, BAD = range(9)
"""What a cell says: a day, a period of some length, a counted period, 'Total', nothing, or nothing that can
be read.
"""
UNIT_FREQ = {YEAR: "Y", QUARTER: "Q", MONTH: "M", WEEK: "W"}

TOTALS = frozenset(
    [
        "total",
        "totals",
        "grand",
        "total",
        "grand",
        "totals",
        "overall",
        "total",
        "sum",
        "sums",
        "summe",
        "gesamt",
        "gesamtsumme",
        "insgesamt",
        "zusammen",
        "subtotal",
        "sub-total",
        "somme",
        "total",
        "général",
        "total",
        "general",
        "totale",
        "totaal",
        "suma",
        "soma",
        "total",
        "geral",
        "eindtotaal",
    ]
) - {"grand", "overall", "general", "général", "geral"} | {
    "grand total",
    "grand totals",
    "overall total",
    "total général",
    "total general",
    "total geral",
}
"""Words, in lower case, that name a row that adds the others up."""

_Y4, _Y = r"(?P<y>1[5-9]\d\d|2[01]\d\d)", r"'?(?P<y>1[5-9]\d\d|2[01]\d\d|\d\d)"
_MON = r"(?P<mon>[^\W\d_]{3,12})\.?"
_PATTERNS: list[tuple[int, str]] = [
    (YEAR, rf"{_Y4}(?:\.0+)?"),
    (YEAR, rf"{_Y4} \[YR\d{{4}}\]"),  # the World Bank's
    (YEAR, rf"(?:FY|CY|fiscal year|calendar year|year) ?{_Y}"),
    (YEAR, r"['’](?P<y>\d\d)"),
    (YEAR, rf"{_Y4} ?[年년]"),
    (MONTH, rf"{_Y4} ?[年년] ?(?P<m>0?[1-9]|1[0-2]) ?[月월]"),
    (QUARTER, rf"{_Y4} ?[-_/.:]? ?[Qq](?P<q>[1-4])"),
    (QUARTER, rf"[Qq](?P<q>[1-4]) ?[-_/.]? ?(?:FY|CY)? ?{_Y}"),
    (QUARTER, rf"(?P<q>[1-4])[Qq] ?[-_/.]? ?{_Y}"),
    (QUARTER, rf"(?P<q>[1-4])(?:\.|st|nd|rd|th)? ?(?:[Qq]uartal|[Qq]uarter|[Tt]rimestre),? {_Y}"),
    (DAY, rf"{_Y4} ?[-_/]? ?[HhSs](?P<h>[12])"),
    (DAY, rf"[HhSs](?P<h>[12]) ?[-_/]? ?{_Y}"),
    (MONTH, rf"{_Y4}[-/.](?P<m>0?[1-9]|1[0-2])"),
    (MONTH, rf"{_Y4} ?[Mm](?P<m>0?[1-9]|1[0-2])"),
    (MONTH, rf"(?P<m>0?[1-9]|1[0-2])[-/.]{_Y4}"),
    (MONTH, rf"{_Y4}(?P<m>0[1-9]|1[0-2])"),
    (MONTH, rf"{_MON}[-/ ]*{_Y}"),
    (MONTH, rf"{_Y4}[-/ ]+{_MON}"),
    (WEEK, rf"{_Y4} ?[-_/]? ?(?:W|w|KW|CW|wk) ?(?P<w>\d\d?)(?:-[1-7])?"),
    (WEEK, rf"(?:W|w|KW|CW|[Ww]eek|[Ww]oche) ?(?P<w>\d\d?)[-_/ ]+{_Y4}"),
]
_COMPILED = [(unit, re.compile(pattern)) for unit, pattern in _PATTERNS]
_PAIR = re.compile(r"(?P<y>1[5-9]\d\d|2[01]\d\d) ?[-/–] ?(?P<z>\d\d(?:\d\d)?)")


@dataclass
class Labels:
    """A column of dates of an adoption table.

    ``day`` the last day of what each cell names (days since 1970-01-01; the number itself for a counted
    period), ``unit`` what it says (``DAY`` … ``BAD``), ``form`` how to write it back, ``ambiguous`` both
    readings where day and month cannot be told apart, ``notes`` what was decided.
    """

    day: Ints
    unit: np.ndarray
    form: Form
    ambiguous: Ambiguous | None = None
    notes: list[str] = field(default_factory=list)
    forecast: np.ndarray | None = None
    """Which cells call themselves forecasts; None for none."""


FIRST_DAY, LAST_DAY = day_number(date(1500, 1, 1)), day_number(date(2200, 1, 1)) - 1
"""The days that figures of adoption can have."""


def parse_labels(column: pl.Series) -> Labels:
    """Read a column of dates or periods. Works on distinct values, so long tables cost no more than short
    ones.
    """
    dtype = column.dtype
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        dates = column if dtype == pl.Date else column.dt.date()
        form = Form("date", dtype)
        unit = np.full(len(column), DAY, dtype=np.uint8)
        if dates.null_count():
            unit[dates.is_null().to_numpy()] = NOTHING
            dates = dates.fill_null(date(1970, 1, 1))
        day = dates.to_physical().to_numpy().astype(np.int64)
        odd = (day < FIRST_DAY) | (day > LAST_DAY)
        if odd.any():
            unit[odd], day[odd] = BAD, 0
        return Labels(day, unit, form)
    if dtype.is_float():
        whole = column.is_null() | (column.is_finite() & (column == column.floor()))
        if whole.all():
            column = column.cast(pl.Int64, strict=False)
    distinct = column.unique(maintain_order=True)
    read = _read([_text(v) for v in distinct.to_list()], column.dtype.is_integer())
    index = _positions(column, distinct)
    forecast = None if read.forecast is None else read.forecast[index]
    return Labels(read.day[index], read.unit[index], read.form, read.ambiguous, read.notes, forecast)


def of_fiscal_years(labels: Labels, last: int) -> Labels:
    """Labelled years and quarters as those of years that end with the month ``last``: 2008Q1 of years to January ends in
    April 2007, as pandas counts.
    """
    own = (labels.unit == YEAR) | (labels.unit == QUARTER)
    if not own.any() or last == 12:
        return labels
    day = labels.day.copy()
    # a year such as 2007/08 has been taken to end in June
    months = months_of(day[own])
    june = (labels.unit[own] == YEAR) & (months % 12 == 5)
    day[own] = last_days(months + last - np.where(june, 6, 12))
    form = replace(labels.form, fiscal=last) if labels.form.kind == "label" else labels.form
    return replace(labels, day=day, form=form)


def cell_of(column: pl.Series, row: int) -> object:
    """What stands in a row, for a message; as text where Python has no such value (a date in the year 20000)."""
    try:
        return column[row]
    except (OverflowError, ValueError):
        return column.slice(row, 1).cast(pl.String, strict=False)[0]


def is_period(text: str) -> bool:
    """Whether a header names a period: 2008, Q3 2008, 2008-07 …"""
    unit, _, _ = _label(text.strip())
    if unit == BAD and (marked := period_mark(text.strip())):
        unit, _, _ = _label(marked[0])
    return unit in UNIT_FREQ


def _positions(column: pl.Series, distinct: pl.Series) -> Ints:
    if len(distinct) == len(column):
        return np.arange(len(column))
    table = pl.DataFrame({"v": distinct}).with_row_index("i")
    found = pl.DataFrame({"v": column}).join(
        table, on="v", how="left", nulls_equal=True, maintain_order="left"
    )
    return found.get_column("i").to_numpy().astype(np.int64)


def _text(value: object) -> str | None:
    return None if value is None else str(value).strip(" \t\r\n\u00a0")


def _read(texts: list[str | None], integers: bool) -> Labels:
    texts, marked, forecast = _unmarked(texts)
    read = _read_plain(texts, integers)
    if marked:
        shown = ", ".join(repr(m) for m in marked[:5]) + (" …" if len(marked) > 5 else "")
        read.notes.append(f"periods with signs or flags, which are set aside: {shown}")
    if forecast.any():
        read.notes.append("figures of periods that are called forecasts are left out")
        read.forecast = forecast
    return read


def _unmarked(texts: list[str | None]) -> tuple[list[str | None], list[str], np.ndarray]:
    """Periods without signs behind them, those that had one, and which are called forecasts."""
    out, marked = list(texts), []
    forecast = np.zeros(len(texts), dtype=bool)
    plain = re.compile(PLAIN_ISO)
    for i, text in enumerate(texts):
        if text is None or text.isdecimal() or plain.match(text) or _label(text)[0] != BAD:
            continue
        found = period_mark(text)
        if found is None:
            continue
        if _label(found[0])[0] != BAD or _PAIR.fullmatch(found[0]) or plain.match(found[0]):
            out[i], forecast[i] = found
            marked.append(text)
    return out, marked, forecast


def _read_plain(texts: list[str | None], integers: bool) -> Labels:
    day = np.zeros(len(texts), dtype=np.int64)
    unit = np.full(len(texts), BAD, dtype=np.uint8)
    templates: dict[str, Counter[str]] = {}
    rest: list[int] = []
    fiscal = _fiscal_years(texts)
    plain = pl.Series(texts, dtype=pl.String).str.contains(PLAIN_ISO).fill_null(False).to_list()
    for i, text in enumerate(texts):
        if plain[i]:
            rest.append(i)
        elif text is None or text.casefold() in MISSING:
            unit[i] = NOTHING
        elif text.casefold().rstrip(":") in TOTALS:
            unit[i] = TOTAL
        elif fiscal and (pair := _PAIR.fullmatch(text)):
            year = int(pair["y"]) + 1
            unit[i], day[i] = YEAR, day_number(date(year, 6, 30))
            z = "{yy}" if len(pair["z"]) == 2 else "{y}"
            templates.setdefault("Y", Counter())[_template(text, pair, {"y": "{before}", "z": z})] += 1
        else:
            unit[i], day[i], template = _label(text)
            if unit[i] in UNIT_FREQ:
                templates.setdefault(UNIT_FREQ[int(unit[i])], Counter())[template] += 1
            elif unit[i] == BAD:
                rest.append(i)
    notes = ["years such as 2007/08 are taken to end in June of the later year"] if fiscal else []
    if rest and _all_counted(texts, unit, rest):
        unit[rest] = NUMBER
        day[rest] = [int(float(texts[i] or 0)) for i in rest]
        notes.append("the periods are counted, not dated")
        return Labels(day, unit, Form("number", pl.Int64()), None, notes)
    ambiguous = _days(texts, rest, day, unit, notes)
    labelled = {t: max(c, key=lambda k: c[k]) for t, c in templates.items()}
    if not labelled:
        return Labels(day, unit, Form("date"), ambiguous, notes)
    only_years = set(labelled) == {"Y"} and labelled["Y"] == "{y}" and not (unit == DAY).any()
    dtype = pl.Int64() if only_years or integers else pl.String()
    return Labels(day, unit, Form("label", dtype, labelled), ambiguous, notes)


def _fiscal_years(texts: list[str | None]) -> bool:
    """2007/08, 2008/09: all pairs of following years, so not months (of which 2008/09 alone could be one)."""
    pairs = [m for t in texts if t and (m := _PAIR.fullmatch(t))]
    following = [m for m in pairs if int(m["z"]) % 100 == (int(m["y"]) + 1) % 100]
    return bool(pairs) and len(following) == len(pairs) and (len(pairs) > 1 or len(pairs[0]["z"]) == 4)


def _label(text: str) -> tuple[int, int, str]:
    for unit, pattern in _COMPILED:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        year = int(parts["y"])
        if len(parts["y"]) == 2:
            year += 2000 if year < 69 else 1900
        fields = {"y": "{yy}" if len(parts["y"]) == 2 else "{y}"}
        month = 12
        if "q" in parts:
            month, fields["q"] = 3 * int(parts["q"]), "{q}"
        elif "h" in parts:
            month = 6 * int(parts["h"])
        elif "m" in parts:
            month, fields["m"] = int(parts["m"]), "{m}" if len(parts["m"]) == 2 else "{month}"
        elif "mon" in parts:
            name = parts["mon"].casefold()
            if name not in MONTH_OF:
                continue
            month = MONTH_OF[name]
            full = f"{date(2000, month, 1):%B}".casefold()
            fields["mon"] = "{name}" if name == full and len(name) > 3 else "{abbr}"
        elif "w" in parts:
            try:
                return (
                    unit,
                    day_number(date.fromisocalendar(year, int(parts["w"]), 7)),
                    _template(text, found, fields | {"w": "{w}"}),
                )
            except ValueError:
                continue
        end = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1 - 719_163
        return unit, end, _template(re.sub(r"\.0+$", "", text) if unit == YEAR else text, found, fields)
    return BAD, 0, ""


def _template(text: str, found: re.Match[str], fields: dict[str, str]) -> str:
    out, at = "", 0
    for name in sorted(fields, key=lambda n: found.start(n)):
        out += text[at : found.start(name)].replace("{", "{{").replace("}", "}}") + fields[name]
        at = found.end(name)
    return out + text[at:].replace("{", "{{").replace("}", "}}")


def _all_counted(texts: list[str | None], unit: np.ndarray, rest: list[int]) -> bool:
    """Small whole numbers and nothing else: 1, 2, 3 … periods since some start."""
    others = ((unit != BAD) & (unit != NOTHING) & (unit != TOTAL)).any()
    return not others and all(re.fullmatch(r"\d{1,3}(\.0+)?", texts[i] or "") for i in rest)


def _days(
    texts: list[str | None], rest: list[int], day: Ints, unit: np.ndarray, notes: list[str]
) -> Ambiguous | None:
    if not rest:
        return None
    column = pl.Series([texts[i] for i in rest], dtype=pl.String)
    read = parse_dates(column)
    if read.ambiguous:
        settled = _by_regularity(column)
        if settled is not None:
            notes.append(
                f"dates such as {read.ambiguous.value} are read {'day' if settled else 'month'}-first: only "
                "so they fall on the first or last days of months"
            )
            read = parse_dates(column, day_first=settled)
    if read.format in ("Excel day numbers", "seconds since 1970"):
        notes.append(f"the dates are read as {read.format}")
    known = read.values.is_not_null().to_numpy()
    rows = np.array(rest)[known]
    days = read.values.drop_nulls().to_physical().to_numpy().astype(np.int64)
    sensible = (days >= FIRST_DAY) & (days <= LAST_DAY)
    unit[rows[sensible]], day[rows[sensible]] = DAY, days[sensible]
    return read.ambiguous


def _by_regularity(column: pl.Series) -> bool | None:
    """Day-first (True) or month-first (False) where only one of the two makes all days first or last ones of
    months.
    """
    neat = []
    for day_first in (True, False):
        days = (
            parse_dates(column, day_first=day_first)
            .values.drop_nulls()
            .to_physical()
            .to_numpy()
            .astype(np.int64)
        )
        months = months_of(days)
        neat.append(bool((months_of(days - 1) != months).all() or (months_of(days + 1) != months).all()))
    return neat[0] if neat[0] != neat[1] else None
