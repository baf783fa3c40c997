"""What somebody wrote into an account plan, carried into the next one: tasks with who, status and remark; answers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import polars as pl

from beachhead.errors import BadInput
from beachhead.practice.cells import read_cells
from beachhead.tables.workbooks import Sheet

KEYS = {"Tasks": ("Task", "Play"), "Questions": ("Question",)}
"""What makes a row of a sheet the same row in the next plan."""
WRITTEN = {"Tasks": ("Due", "Who", "Status", "Remark"), "Questions": ("Answer",)}
"""What people write into these rows: as it stands in the former plan, it stays."""


def taken_over(sheets: list[Sheet], path: Path, account: str) -> list[Sheet]:
    """``sheets`` with what was written into the plan at ``path``; rows that no longer follow, or were added, stay.

    Raises BadInput where the workbook is no plan of ``account`` (its id).
    """
    cells = read_cells(path)
    head = cells["Account"].rows if "Account" in cells else []
    if not any(row[:2] == ["Account ID", account] for row in head):
        raise BadInput("it is there already and is no plan of this account; name another file", file=path)
    former = {name: _rows(cells[name].rows) for name in KEYS if name in cells and cells[name].rows}
    made = [_with(sheet, former.pop(sheet.name, [])) for sheet in sheets]
    made += [_with(_empty(name), rows) for name, rows in former.items() if rows]
    return made


def _rows(rows: list[list[str | None]]) -> list[dict[str, str | None]]:
    titles = [title or "" for title in rows[0]]
    return [dict(zip(titles, row, strict=False)) for row in rows[1:] if any(row)]


def _empty(name: str) -> Sheet:
    columns = [*KEYS[name], *WRITTEN[name]]
    return Sheet(name, pl.DataFrame(schema={c: pl.Date if c == "Due" else pl.String for c in columns}))


def _with(sheet: Sheet, former: list[dict[str, str | None]]) -> Sheet:
    if not former:
        return sheet
    keys, schema = KEYS[sheet.name], sheet.frame.schema
    known = {tuple(row.get(key) for key in keys): row for row in former}
    rows = []
    for row in sheet.frame.iter_rows(named=True):
        was = known.pop(tuple(row[key] for key in keys), {})
        rows.append(row | {c: _value(c, was[c], row[c]) for c in WRITTEN[sheet.name] if c in was})
    rows += [{c: _value(c, row.get(c), None) for c in schema} for row in known.values()]
    return dataclasses.replace(sheet, frame=pl.DataFrame(rows, schema=schema, orient="row"))


def _value(column: str, text: str | None, otherwise: object) -> object:
    if column != "Due":
        return text
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return otherwise
