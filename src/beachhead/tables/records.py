"""JSON: records, one record a line, and what a Salesforce export calls sObjects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables.encodings import decode
from beachhead.tables.files import TextTable
from beachhead.tables.headers import clean_name
from beachhead.tables.mending import STEERING, mended_text

_EXPECTED = "a list of records, each an object of column names and values"


def read_records(path: Path, file: str, encoding: str | None = None) -> TextTable:
    """Records as text: nested objects become columns named ``outer.inner``.

    Of Salesforce's ``attributes``, the record's type and reference id are kept.
    """
    text, _ = decode(path.read_bytes(), file, encoding)
    try:
        data: Any = _parsed(text)
    except json.JSONDecodeError as e:
        data = _lines(text, e, file)
    except RecursionError as e:
        raise BadInput("this JSON is nested too deeply for a table", file=file, expected=_EXPECTED) from e
    records = _records(data)
    if records is None:
        raise BadInput("this JSON holds no table", file=file, expected=_EXPECTED)
    notes: list[str] = []
    rows = [_flat(record, notes) for record in records]
    whole = [{clean_name(n): mended_text(v) if v else v for n, v in row.items()} for row in rows]
    if whole != rows:
        notes.append(STEERING)
    rows = whole
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not rows or not names:
        raise BadInput("this JSON holds no records", file=file, expected=_EXPECTED)
    frame = pl.DataFrame(
        {n: [row.get(n) for row in rows] for n in names}, schema=dict.fromkeys(names, pl.String)
    )
    return TextTable(frame, file, None, 2, [f"{file}: {note}" for note in dict.fromkeys(notes)])


def _parsed(text: str) -> Any:
    """JSON with whole numbers of any length: those that no figure has stay text."""
    return json.loads(text, parse_int=lambda digits: int(digits) if len(digits) < 40 else digits)


def _lines(text: str, error: json.JSONDecodeError, file: str) -> list[Any]:
    records = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                records.append(_parsed(line))
            except (json.JSONDecodeError, RecursionError):
                raise BadInput(
                    f"this is not valid JSON ({error.msg})", file=file, row=error.lineno
                ) from error
            if not isinstance(records[-1], dict):
                raise BadInput("this JSON line is no record", file=file, row=number, expected=_EXPECTED)
    return records


def _records(data: Any) -> list[dict[str, Any]] | None:
    if isinstance(data, list):
        return data if all(isinstance(r, dict) for r in data) else None
    if not isinstance(data, dict):
        return None
    lists = [v for v in data.values() if isinstance(v, list) and v and all(isinstance(r, dict) for r in v)]
    if len(lists) == 1:
        return lists[0]
    columns = list(data.values())
    if columns and all(isinstance(c, list) for c in columns) and len({len(c) for c in columns}) == 1:
        return [dict(zip(data, values, strict=True)) for values in zip(*columns, strict=True)]
    return None


def _flat(record: dict[str, Any], notes: list[str], prefix: str = "") -> dict[str, str | None]:
    row: dict[str, str | None] = {}
    for key, value in record.items():
        name = f"{prefix}{key}".strip().encode("utf-8", "replace").decode()
        if key == "attributes" and isinstance(value, dict):
            # a Salesforce record's object, and the name by which other files refer to it (as "@AccountRef1")
            row |= {f"attributes.{k}": str(value[k]) for k in ("type", "referenceId") if value.get(k)}
            continue
        if isinstance(value, dict):
            row.update(_flat(value, notes, f"{name}."))
        elif isinstance(value, list):
            if all(not isinstance(v, dict | list) for v in value):
                row[name] = ";".join(_text(v) or "" for v in value)
            else:
                notes.append(f"column {name!r} holds tables, not cells, and is left out")
        else:
            row[name] = _text(value)
    return row


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    # half of a pair of surrogates is no character and cannot be written anywhere
    return str(value).encode("utf-8", "replace").decode()
