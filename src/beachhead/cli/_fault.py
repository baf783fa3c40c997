"""What to tell when Beachhead itself is at fault: enough to find the place, and nothing from anybody's data."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

import polars as pl

import beachhead

FRAMES = 6
"""So many of our own lines are told, the innermost last."""


def report(fault: BaseException) -> str:
    """What happened, to be passed on: versions, the command and its options without their values, our own lines.

    The message of ``fault`` is left out, for it may quote the data.
    """
    options = [
        word.split("=")[0] for word in sys.argv[1:] if word.startswith("-") and not word[1:2].isdigit()
    ]
    return "\n".join(
        [
            f"beachhead: something went wrong that is our fault ({type(fault).__name__}).",
            "Please report these lines to whoever gave you Beachhead; they hold nothing from your data:",
            f"  beachhead {beachhead.__version__}, Python {platform.python_version()}, polars {pl.__version__}, "
            f"{platform.system()} {platform.machine()}",
            f"  command: {' '.join([_command(), *options])}",
            *(f"  at {line}" for line in _own_lines(fault)),
        ]
    )


def _command() -> str:
    from beachhead.cli import commands

    words = sys.argv[1:2]
    return words[0] if words and commands.get_command(None, words[0]) else "none"  # type: ignore[arg-type]


def _own_lines(fault: BaseException) -> list[str]:
    home = Path(beachhead.__file__).parent
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [
        f"{Path(frame.filename).relative_to(home.parent).as_posix()}:{frame.lineno} {frame.name}"
        for frame in frames
        if Path(frame.filename).is_relative_to(home)
    ]
    return ours[-FRAMES:]
