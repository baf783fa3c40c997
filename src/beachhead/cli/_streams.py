"""What stdout and stderr are while a command runs: nothing that steers a terminal passes, whatever its encoding."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console


class ReaderGone(Exception):
    """Nobody reads our output any more; not an OSError, for click ends the process by itself on those."""


class CleanStream(io.TextIOBase):
    """Passes text on to ``raw`` without control characters; what the encoding of ``raw`` lacks becomes ``?``."""

    encoding = "utf-8"  # of what may be written; click would write past a stream that says "ascii"
    errors = "replace"

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw
        if isinstance(raw, io.TextIOWrapper):
            raw.reconfigure(errors="replace")

    def write(self, text: str) -> int:
        from beachhead.tables.signs import printable

        with _reader():
            self.raw.write(printable(text, lines=True))
        return len(text)

    def flush(self) -> None:
        with _reader():
            self.raw.flush()

    def isatty(self) -> bool:
        return self.raw.isatty()

    def fileno(self) -> int:
        return self.raw.fileno()

    def writable(self) -> bool:
        return True


@contextmanager
def _reader() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as gone:
        raise ReaderGone from gone


@contextmanager
def clean_streams() -> Iterator[None]:
    """Write through a ``CleanStream`` to stdout and stderr; what was there before comes back at the end."""
    before = sys.stdout, sys.stderr
    if sys.stdout is not None:
        sys.stdout = CleanStream(before[0])
    if sys.stderr is not None:
        sys.stderr = CleanStream(before[1])
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def silence() -> None:
    """Nobody reads stdout any more: let what is still to be written go nowhere, without a complaint at exit."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


def console(*, width: int | None = None, **options: Any) -> Console:
    """A rich console for texts that come from data: no markup, no emoji codes, no control characters.

    It is as wide as the terminal, else ``width`` (or what COLUMNS says). Its own styles pass the clean stream by.
    """
    from rich.console import Console
    from rich.segment import Segment

    from beachhead.tables.signs import printable

    class CleanConsole(Console):
        def on_broken_pipe(self) -> None:
            raise ReaderGone

        def render(self, *args: Any, **kwargs: Any) -> Any:
            for text, style, control in super().render(*args, **kwargs):
                yield Segment(text if control else printable(text, lines=True), style, control)

    target = options.pop("file", None) or (sys.stderr if options.pop("stderr", False) else sys.stdout)
    made = CleanConsole(
        file=getattr(target, "raw", target), highlight=False, markup=False, emoji=False, **options
    )
    if width is not None and not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = width
    return made


def printed(show: Callable[[Console], None], width: int) -> str:
    """What ``show`` prints on a console, as a text of lines at most ``width`` long."""
    text = io.StringIO()
    show(console(file=text, width=width, force_terminal=False))
    return text.getvalue()
