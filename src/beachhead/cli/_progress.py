"""Long work tells what it is doing: a line on stderr that is replaced, and only on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def working(title: str) -> Iterator[Callable[[str], None]]:
    """Show ``title`` with a spinner; the function that is given adds what is being done.

    >>> with working("Importing") as say:
    ...     say("reading the files")
    """
    from beachhead.cli._streams import console

    there = console(stderr=True)
    if not there.is_terminal:
        yield lambda _: None
        return
    with there.status(title) as status:
        yield lambda doing: status.update(f"{title}: {doing}")
