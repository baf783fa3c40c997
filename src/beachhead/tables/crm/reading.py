"""The columns of an export as fields: text cleaned, dates and numbers decided on whole columns. All lazily.

A frame of fields has the column ``_row`` (the spreadsheet row) and one column per field, dates and numbers typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.crm.damaged_ids import DOUBTFUL, is_damaged
from beachhead.tables.crm.kinds import DATES, IDS, NUMBERS, SEVERAL, TRUTHS
from beachhead.tables.crm.values import missing_words
from beachhead.tables.dates import Dates, is_placeholder, parse_dates
from beachhead.tables.numbers import parse_numbers
from beachhead.tables.schema import NO, YES

ROW = "_row"


def cleaned(column: pl.Expr) -> pl.Expr:
    """Text without spaces around; words that mean nothing are null."""
    trimmed = column.str.strip_chars(" \t\r\n\u00a0\ufeff")
    return pl.when(~trimmed.is_in(["", *missing_words()])).then(trimmed)


_TIME = r"[T ,]+\d{1,2}:\d{2}.*$"
_SALESFORCE_ID = r"^(0[0-9A-Za-z]{2}|a[0-9][0-9A-Za-z]|80[0-9])[0-9A-Za-z]{12}$"
# a column of which more than this share of the rows cannot be read is not what it was taken for
_WRONG_COLUMN = 0.5
_MONEY = ("amount", "line_amount", "unit_price", "actual_amount")
CELL_CURRENCY = "_cell_currency"
"""Column of a frame of fields: the currency that stands with the amount, where a column has several."""


@dataclass
class Fields:
    """A table as fields, and what was done. ``ambiguous``: sentences about dates that read both ways."""

    frame: pl.LazyFrame
    names: list[str]
    notes: list[str] = field(default_factory=list)
    ambiguous: list[tuple[str, str]] = field(default_factory=list)
    currency: str | None = None
    percent: bool = False
    has_cell_currency: bool = False


def read_fields(
    frame: pl.LazyFrame,
    columns: dict[str, list[str]],
    *,
    day_first: bool | None = None,
    choices: dict[str, dict[str, str]] | None = None,
    salesforce: bool = False,
    extras: dict[str, str] | None = None,
) -> Fields:
    """Turn columns of text into fields; ``columns`` maps each field to the headers that hold it, best first.

    ``extras``: further columns that are kept as text, name → header.
    """
    text = frame.select(
        ROW,
        *(_together(name, headers).alias(name) for name, headers in columns.items()),
        *(pl.col(h).alias(name) for name, h in (extras or {}).items()),
    )
    out = Fields(text, list(columns))
    replaced = _all_dates(out, text, columns, day_first)
    # looked for first, for most files have none, and replacing in every cell takes its time
    ids = [n for n in columns if n in IDS]
    pointed = _where(text, ids, lambda c: c.str.ends_with(".0"))
    damaged = _where(text, ids, lambda c: c.str.contains(DOUBTFUL))
    for name, headers in columns.items():
        if name in NUMBERS:
            replaced += _numbers(out, text, name, headers[0])
        elif name in TRUTHS:
            replaced.append(_truths(name))
        elif choices and name in choices:
            replaced.append(pl.col(name).replace(choices[name]))
        elif name in IDS:
            lost = _damaged(out, text, name, headers[0]) if name in damaged else None
            replaced += _ids(name, salesforce, name in pointed, lost)
    out.frame = text.with_columns(replaced)
    return out


def _together(name: str, headers: list[str]) -> pl.Expr:
    """One field of several columns: the first that is not blank, or all of them where a row may have several."""
    if name not in SEVERAL or len(headers) == 1:
        return pl.coalesce(headers)
    joined = pl.concat_str(headers, separator=";", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _where(text: pl.LazyFrame, names: list[str], test: Callable[[pl.Expr], pl.Expr]) -> set[str]:
    """The columns in which some cell passes the test."""
    if not names:
        return set()
    row = (
        text.select(test(pl.col(n)).any().alias(n) for n in names)
        .collect(engine="streaming")
        .row(0, named=True)
    )
    return {n for n, passes in row.items() if passes}


def _damaged(out: Fields, text: pl.LazyFrame, name: str, label: str) -> list[str]:
    """The cells of a column of ids that a spreadsheet damaged."""
    ids = _different(text, pl.col(name))
    lost = ids.filter(is_damaged(ids))
    if len(lost):
        rows = text.select(pl.col(name).is_in(lost.implode()).sum()).collect(engine="streaming").item()
        out.notes.append(
            f"{label!r}: {rows} {'id was' if rows == 1 else 'ids were'} damaged by Excel ({', '.join(lost.head(3))}) and "
            f"{'counts' if rows == 1 else 'count'} as blank: export again and keep the column as text"
        )
    return lost.to_list()


def _ids(name: str, salesforce: bool, pointed: bool, lost: list[str] | None) -> list[pl.Expr]:
    """An id is text: ``17850.0`` is a number's spelling of 17850; Salesforce's 15 characters become its 18.

    What is ``lost`` is blank: an id of which only a part is known is nobody's.
    """
    column = pl.col(name)
    if lost:
        column = pl.when(~column.is_in(lost)).then(column)
    if pointed:
        column = column.str.replace(r"^(\d+)\.0+$", "$1")
    if salesforce:
        column = (
            pl.when(column.str.contains(_SALESFORCE_ID))
            .then(column + _check_characters(column))
            .otherwise(column)
        )
    return [column.alias(name)] if pointed or salesforce or lost else []


_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def _check_characters(column: pl.Expr) -> pl.Expr:
    """The three characters that make a Salesforce id safe where case is lost: five capitals' bits each."""
    parts = []
    for block in range(3):
        bits = [
            column.str.slice(block * 5 + i, 1).str.contains("[A-Z]").cast(pl.Int32) * (1 << i)
            for i in range(5)
        ]
        parts.append(pl.sum_horizontal(bits).replace_strict(dict(enumerate(_CHECK)), return_dtype=pl.String))
    return pl.concat_str(parts)


def _truths(name: str) -> pl.Expr:
    folded = pl.col(name).str.to_lowercase()
    return pl.when(folded.is_in(list(YES))).then(True).when(folded.is_in(list(NO))).then(False).alias(name)


def _different(text: pl.LazyFrame, column: pl.Expr) -> pl.Series:
    return text.select(column.unique()).collect(engine="streaming").to_series().drop_nulls().sort()


def _all_dates(
    out: Fields, text: pl.LazyFrame, columns: dict[str, list[str]], day_first: bool | None
) -> list[pl.Expr]:
    """Every column of dates. One that could be day-first or month-first is read like the others of its file."""
    names = [n for n in columns if n in DATES]
    timed = text.select(pl.col(n).str.contains(":", literal=True).any() for n in names).collect(
        engine="streaming"
    )
    days = {n: pl.col(n).str.replace(_TIME, "") if timed.get_column(n).item() else pl.col(n) for n in names}
    different = {n: _different(text, days[n]) for n in names}
    read = {n: parse_dates(different[n], day_first) for n in names}
    orders = {r.format for r in read.values() if r.format in ("day first", "month first") and not r.ambiguous}
    for name in names:
        if read[name].ambiguous and len(orders) == 1:
            read[name] = parse_dates(different[name], orders == {"day first"})
    return [_dates(out, text, columns[n][0], days[n], different[n], read[n]).alias(n) for n in names]


def _dates(
    out: Fields, text: pl.LazyFrame, label: str, day: pl.Expr, different: pl.Series, read: Dates
) -> pl.Expr:
    if read.ambiguous:
        out.ambiguous.append((label, str(read.ambiguous)))
        return pl.lit(None, pl.Date)
    _say_bad(out, label, different, read.bad, "dates")
    if read.bad and _share(text, day, different.gather(read.bad)) > _WRONG_COLUMN:
        return pl.lit(None, pl.Date)
    values = read.values.cast(pl.Date)
    nothing = is_placeholder(values).fill_null(False)
    if nothing.any():
        some = ", ".join(repr(v[:40]) for v in different.filter(nothing).head(3))
        out.notes.append(
            f"{label!r}: {some} {'stands' if nothing.sum() == 1 else 'stand'} for no day, so for blank"
        )
        values = values.set(nothing, None)
    if read.format in ("day first", "month first"):
        out.notes.append(f"{label!r} is read {read.format.replace(' ', '-')}")
    return by_map(day, different, values)


def _share(text: pl.LazyFrame, column: pl.Expr, of: pl.Series) -> float:
    """The share of the rows that are not blank which hold one of these values."""
    counts = text.select(column.count().alias("all"), some=column.is_in(of.implode()).sum())
    row = counts.collect(engine="streaming").row(0, named=True)
    return float(row["some"] / row["all"]) if row["all"] else 0.0


def _numbers(out: Fields, text: pl.LazyFrame, name: str, label: str) -> list[pl.Expr]:
    if _is_plain(text, name):
        return [pl.col(name).cast(pl.Float64, strict=False)]
    different = _different(text, pl.col(name))
    read = parse_numbers(different, money=name in _MONEY or name == "size")
    out.notes += [f"{label!r}: {note}" for note in read.notes]
    out.percent = out.percent or (read.percent and name == "discount")
    made = [by_map(pl.col(name), different, read.values.cast(pl.Float64)).alias(name)]
    if name in _MONEY:
        out.currency = out.currency or read.currency
        if read.currencies is not None and not out.has_cell_currency:
            out.has_cell_currency = True
            made.append(by_map(pl.col(name), different, read.currencies).alias(CELL_CURRENCY))
    _say_bad(out, label, different, read.bad, "numbers")
    return made


def _is_plain(text: pl.LazyFrame, name: str) -> bool:
    """Whether every cell is a number as computers write it, and no point can be one between thousands."""
    column = pl.col(name)
    seen = text.select(
        filled=column.count(),
        plain=column.str.contains(r"^-?\d+(\.\d+)?$").sum(),
        pointed=column.str.contains(".", literal=True).any(),
        decimal=column.str.contains(r"\.(\d{1,2}|\d{4,})$|\d{4,}\.").any(),
    ).collect(engine="streaming")
    row = seen.row(0, named=True)
    return row["filled"] == row["plain"] and bool(row["decimal"] or not row["pointed"])


def by_map(column: pl.Expr, old: pl.Series, new: pl.Series) -> pl.Expr:
    """The column with each value of ``old`` replaced by that of ``new``, and null for all others.

    As ``replace_strict``, but piece by piece: that would hold the whole column of a streamed table.
    """
    if not len(old):
        return pl.lit(None, new.dtype)

    def piece(values: pl.Series) -> pl.Series:
        return values.replace_strict(old, new, default=None, return_dtype=new.dtype)

    return column.map_batches(piece, return_dtype=new.dtype, is_elementwise=True)


def _say_bad(out: Fields, label: str, different: pl.Series, bad: list[int], what: str) -> None:
    if bad:
        some = ", ".join(repr(different[i][:40]) for i in bad[:3])
        more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
        out.notes.append(f"{label!r}: {some}{more} cannot be read as {what} and count as blank")


def refuse_ambiguous(file: str, section: str, found: list[tuple[str, str]]) -> None:
    """Raise BadInput for the first column of dates that reads both ways, with the line that settles it."""
    if found:
        label, both = found[0]
        raise BadInput(
            f"the dates can be read in two ways: {both}",
            file=file,
            column=label,
            expected=f'under [import.{section}] in beachhead.toml the line dates = "day first" or dates = "month first"',
        )
