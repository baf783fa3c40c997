"""Runs the examples of a documentation page: ```python blocks, and ```console blocks with their output."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from beachhead.cli import main

_BLOCK = re.compile(r"^```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One example: its language, text, and the line of the page that it begins on."""

    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """The ``python`` and ``console`` blocks of a page, top to bottom."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found["language"], found["text"], text.count("\n", 0, found.start()) + 2)
        for found in _BLOCK.finditer(text)
        if found["language"] in ("python", "console")
    ]


def commands_of(block: Block) -> list[tuple[str, list[str], int]]:
    """The ``$ beachhead …`` lines of a console block, each with the output shown and its line number."""
    found: list[tuple[str, list[str], int]] = []
    output: list[str] = []
    for offset, line in enumerate(block.text.splitlines()):
        if line.startswith("$ "):
            output = []
            if line.startswith("$ beachhead"):
                found.append((line[2:], output, block.line + offset))
        else:
            output.append(line)
    return found


def run(line: str) -> str:
    """What a ``beachhead …`` command line prints on a terminal (both streams), run in this process."""
    said = io.StringIO()
    before, sys.argv = sys.argv, shlex.split(line)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main()
    except SystemExit as stop:
        if isinstance(stop.code, str):
            said.write(stop.code)
    finally:
        sys.argv = before
    return said.getvalue()


def matches(shown: list[str], said: str) -> bool:
    """Whether the output is as shown: a line ``...`` is any lines, ``...`` within a line is anything.

    How many blanks part two words does not count, so that a column may grow wider.
    """
    pattern = ""
    for line in _trimmed(shown):
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += re.sub(r"(\\ )+", r"[ ]+", ".*".join(re.escape(p) for p in line.split("..."))) + r"\n"
    text = "".join(f"{line}\n" for line in _trimmed(said.splitlines()))
    return re.fullmatch(pattern, text) is not None


def first_difference(shown: list[str], said: str) -> str:
    """The first line that is shown and not said."""
    ends = (n for n in range(1, len(shown) + 1) if not matches([*shown[:n], "..."], said))
    return shown[next(ends) - 1] if not matches([*shown, "..."], said) else "(more is said than shown)"


def _trimmed(lines: list[str]) -> list[str]:
    """Without blanks at line ends and blank lines at the end; a non-breaking space is a space."""
    rows = [line.replace("\u00a0", " ").rstrip() for line in lines]
    while rows and not rows[-1]:
        rows.pop()
    return rows
