"""Texts in CSV that a spreadsheet would run as a formula: neutralised when written, restored exactly when read.

A text that begins with ``= + - @``, tab, CR or LF (behind any number of apostrophes) gets one apostrophe in front;
reading takes one off the same texts. A text that is merely a number is no formula and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import polars as pl

_STARTS, _QUOTED = r"^'*[=+\-@\t\r\n＝＋－＠]", r"^'+[=+\-@\t\r\n＝＋－＠]"
_NUMBER = r"^[+\-]?\d+([.,]\d+)*\s?%?$"
Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)


def neutral(frame: Frame) -> Frame:
    """``frame`` with no text, and no column's name, that a spreadsheet runs."""
    text = pl.selectors.string()
    runs = text.str.contains(_STARTS) & ~text.str.contains(_NUMBER)
    return _named(
        frame.with_columns(pl.when(runs).then("'" + text).otherwise(text).name.keep()), _neutral_name
    )


def restored(frame: Frame) -> Frame:
    """What ``neutral`` was given, from what it gave."""
    text = pl.selectors.string()
    quoted = text.str.contains(_QUOTED)
    plain = pl.when(quoted).then(text.str.slice(1)).otherwise(text).name.keep()
    return _named(frame.with_columns(plain), lambda name: name[1:] if _is(name, _QUOTED) else name)


def csv_text(frame: pl.DataFrame) -> str:
    """``frame`` as CSV that leaves; lists are joined by ``;``."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return neutral(frame.with_columns(pl.col(lists).cast(pl.List(pl.String)).list.join(";"))).write_csv()


def _named(frame: Frame, name: Callable[[str], str]) -> Frame:
    names = frame.collect_schema().names()
    changed = {old: name(old) for old in names if name(old) != old}
    return frame.rename(changed) if changed and not set(changed.values()) & set(names) else frame


def _neutral_name(name: str) -> str:
    return f"'{name}" if _is(name, _STARTS) and not _is(name, _NUMBER) else name


def _is(name: str, pattern: str) -> bool:
    return re.match(pattern, name) is not None
