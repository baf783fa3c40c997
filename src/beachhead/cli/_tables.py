"""Tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

WIDE = 130
"""Characters of a line where the output is no terminal."""


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:
    """Print a table without frames; the columns in ``numbers`` stand to the right, those in ``whole`` are not broken."""
    from rich import box
    from rich.table import Table

    from beachhead.cli._streams import console

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for title in head:
        made.add_column(
            title, justify="right" if title in numbers else "left", overflow="fold", no_wrap=title in whole
        )
    for row in rows:
        made.add_row(*row)
    console(width=WIDE).print(made)
