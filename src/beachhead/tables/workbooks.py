"""XLSX workbooks of tables as people expect them: readable headers, frozen, with filters, widths that fit.

The same tables give the same bytes: the workbook's date is the one that is told, never the clock's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.errors import BadQuestion

MOST_ROWS = 1_048_575  # of a sheet, without its header
_LOOK_AT = 300  # rows that decide the width of a column
_NARROWEST, _WIDEST = 7, 80
_FORMATS = {"percent": "0 %", "date": "yyyy-mm-dd", "number": "#,##0", "decimal": "#,##0.00"}


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``titles``: header of a column that is not its name; ``formats``: percent, number or decimal.

    ``notes``: what a column means, shown when the pointer rests on its header. ``frozen``: columns at the
    left that stay in view. ``fills``: a word that a cell may hold → the colour behind it, such as "#D9EAD3".
    """

    name: str
    frame: pl.DataFrame
    titles: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    frozen: int = 1
    fills: Mapping[str, str] = field(default_factory=dict)


def write_workbook(path: str | Path, sheets: Sequence[Sheet], *, made: dt.date, title: str = "") -> None:
    """Write ``sheets`` as a workbook that says it was made on ``made``.

    Lists are joined by ``; ``. Text is never taken for a formula or a link. Raises BadQuestion for a table
    that is too long for a sheet.
    """
    from beachhead.tables.xlsx import new_workbook

    for sheet in sheets:
        if sheet.frame.height > MOST_ROWS:
            raise BadQuestion(
                f"The sheet {sheet.name!r} would have {sheet.frame.height:,} rows; XLSX holds {MOST_ROWS:,}. "
                f"Write CSV instead."
            )
    options: dict[str, Any] = {"nan_inf_to_errors": True, "in_memory": False, "constant_memory": True}
    options["default_date_format"] = _FORMATS["date"]
    with new_workbook(Path(path), made=made, title=title, **options) as book:
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EDF2F7"}
        )
        formats = {
            name: book.add_format({"num_format": text, "valign": "top"}) for name, text in _FORMATS.items()
        }
        formats["text"] = book.add_format({"valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            _write(page, sheet, head, formats)
            for word, colour in sheet.fills.items() if sheet.frame.height else ():
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"'}
                area = (1, 0, sheet.frame.height, sheet.frame.width - 1)
                page.conditional_format(*area, rule | {"format": book.add_format({"bg_color": colour})})


def _write(page: Any, sheet: Sheet, head: Any, formats: dict[str, Any]) -> None:
    frame = sheet.frame.with_columns(
        pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("; ")
        for name, dtype in sheet.frame.schema.items()
        if isinstance(dtype, pl.List)
    )
    titles = [sheet.titles.get(name, name) for name in frame.columns]
    styles = []
    for column, (name, dtype) in enumerate(frame.schema.items()):
        width = _width(frame[name], titles[column], sheet.formats.get(name))
        style = sheet.formats.get(name) or ("date" if dtype in (pl.Date, pl.Datetime) else "text")
        styles.append(formats[style])
        page.set_column(column, column, width, styles[column])
    page.freeze_panes(1, sheet.frozen)
    page.set_row(0, 32)
    page.write_row(0, 0, titles, head)
    for column, name in enumerate(frame.columns):
        if name in sheet.notes:
            page.write_comment(0, column, sheet.notes[name], {"x_scale": 1.5})
    for number, row in enumerate(frame.iter_rows(), start=1):
        for column, value in enumerate(row):
            if value is not None:
                page.write(number, column, value, styles[column])
    if frame.width:
        page.autofilter(0, 0, frame.height, frame.width - 1)


def _width(values: pl.Series, title: str, form: str | None) -> int:
    if form in ("percent", "number") or values.dtype in (pl.Date, pl.Datetime):
        longest = 10
    else:
        longest = values.head(_LOOK_AT).cast(pl.String).str.len_chars().max() or 0  # type: ignore[assignment]
    of_title = max((len(word) for word in title.split()), default=0)
    return int(min(max(longest + 1, of_title + 3, len(title) // 2 + 2, _NARROWEST), _WIDEST))
