"""What is wrong with a text before it is a table: signs that steer a terminal, and quotes written with a backslash."""

from __future__ import annotations

import re
from pathlib import Path

from beachhead.tables.signs import printable

_SPACES = b"\v\f\x1c\x1d\x1e\x1f"
_DROPPED = bytes(c for c in (*range(32), 127) if c not in b"\t\n\r" + _SPACES)
_TO_SPACE = bytes(0x20 if c in _SPACES else c for c in range(256))
_AT_ONCE = 16_000_000  # bytes
STEERING = "signs that steer a terminal (such as NUL or ESC) are left out"
# in a quoted cell: a quote behind a backslash, and then more of the cell
_BACKSLASHED = re.compile(rb'(?:^|[,;\t|\n])"(?:[^"\\]|\\[^"])*\\"[^,;\t|\r\n"]')


def mended(data: bytes) -> tuple[bytes, list[str]]:
    """UTF-8 text as a table can be read from it, and what was done: ``data`` itself where nothing is wrong."""
    notes = []
    if is_steering(data):
        data = data.translate(_TO_SPACE, _DROPPED)
        notes.append(STEERING)
    if b'\\"' in data and _BACKSLASHED.search(data):
        data = re.sub(rb'\\(["\\])', lambda m: b'""' if m[1] == b'"' else b"\\", data)
        notes.append('quotes written \\" are read as quotes inside a cell')
    return data, notes


def is_steering(data: bytes) -> bool:
    """Whether there are signs in UTF-8 text that no person types."""
    return len(data.translate(None, _DROPPED + _SPACES)) != len(data)


def mended_copy(file: Path, scratch: Path) -> tuple[Path, list[str]]:
    """As ``mended`` for a file that is not read whole: the file itself, or a copy of it in ``scratch``.

    Quotes written with a backslash are not looked for: such rows are refused where they do not fit.
    """
    with file.open("rb") as source:
        if not any(is_steering(block) for block in iter(lambda: source.read(_AT_ONCE), b"")):
            return file, []
    copy = scratch / f"mended-{len(list(scratch.iterdir()))}"
    with file.open("rb") as source, copy.open("wb") as target:
        for block in iter(lambda: source.read(_AT_ONCE), b""):
            target.write(block.translate(_TO_SPACE, _DROPPED))
    return copy, [STEERING]


def mended_text(text: str) -> str:
    """A cell without signs that steer a terminal and without halves of signs; line feeds stay."""
    return text if text.isprintable() else printable(text, lines=True)
