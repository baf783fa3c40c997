"""Signs that must not leave: what steers a terminal, breaks a document or hides in a text.

Control characters (C0, DEL, C1), overrides of the writing direction, surrogates and noncharacters stand in no name that
a person typed; ESC steers a terminal, NUL and VT end a drawing engine or make a workbook unreadable, and an override
shows a text that is not the one written. Every renderer cleans at its door, by the one function here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

# What separates words becomes a space; tab, line feed and carriage return among it.
_SPACES = "\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029"
# What shows nothing is dropped. The marks U+200E, U+200F and U+061C stay: Arabic and Hebrew need them.
_HIDDEN = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
_HIDDEN += "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
_SPACE, _DROP = re.compile(f"[{_SPACES}]"), re.compile(f"[{_HIDDEN}\ud800-\udfff]")
_LINE_SPACE = re.compile("[" + _SPACES.replace("\t\n", "") + "]")


def printable(text: str, *, lines: bool = False) -> str:
    """``text`` without the signs that must not leave; white space among them becomes a space each.

    With ``lines``, tab and line feed stay (and CR LF becomes a line feed), as whole outputs need.
    """
    if text.isascii() and text.isprintable():  # nearly every text there is
        return text
    if lines:
        return _DROP.sub("", _LINE_SPACE.sub(" ", text.replace("\r\n", "\n")))
    return _DROP.sub("", _SPACE.sub(" ", text))


def printable_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with every text in it, and every column's name, as ``printable`` gives it."""
    import polars as pl  # not for the few texts of a help page

    texts = pl.selectors.string()
    cleaned = frame.with_columns(
        texts.str.replace_all(f"[{_SPACES}]", " ").str.replace_all(f"[{_HIDDEN}]", "")
    )
    names = [printable(name) for name in frame.columns]
    return (
        cleaned.rename(dict(zip(frame.columns, names, strict=True)))
        if len(set(names)) == len(names)
        else cleaned
    )


def printable_values(value: Any) -> Any:
    """``value``, a tree of dicts and lists as JSON has them, with every text in it (keys too) printable."""
    if isinstance(value, str):
        return printable(value, lines=True)
    if isinstance(value, Mapping):
        return {printable_values(key): printable_values(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable_values(one) for one in value]
    return value
