"""Plays and objections on the terminal, as a colleague reads them: internal lines are shown, and marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from beachhead.cli import _streams

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from beachhead.practice.plays import Play, TextLine

WIDE = 110
"""Characters of a line where the output is no terminal."""


def console() -> Console:
    """Where everything is printed: as wide as the terminal, else ``WIDE``."""
    return _streams.console(width=WIDE)


def lines(head: str, rows: Iterable[tuple[str, str | Text]], to: Console) -> None:
    """A head and, indented below it, labels with their text; a blank label goes on with the one before."""
    to.print(Text(head, style="bold"))
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=2)
    grid.add_column(width=8, style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row("", label, text)
    to.print(grid)


def play_rows(
    play: Play, because: Sequence[str] | None, references: pl.DataFrame | None
) -> Iterable[tuple[str, str | Text]]:
    """Everything that a play says, labelled: why, know, say, not say, show, do."""
    if because is not None:
        yield from _labelled("why", [Text(reason) for reason in because])
    yield "for", ", ".join(play.audience.roles)
    yield from _labelled("know", map(_marked, play.know))
    yield from _labelled("say", [_quoted(line) for line in play.say])
    yield from _labelled("not say", [_quoted(line) for line in play.not_say])
    yield from _labelled("show", _proofs(play, references))
    yield "offer", play.do.offer
    yield "leave", play.do.leave_behind
    yield from _labelled("tasks", [Text(f"within {_days(t.days)}: {t.task}") for t in play.do.tasks])
    yield "next", Text(play.do.next_step, style="bold")


def _labelled(label: str, texts: Iterable[Text]) -> Iterable[tuple[str, Text]]:
    for n, text in enumerate(texts):
        yield ("" if n else label), text


def _marked(line: TextLine) -> Text:
    return Text(f"(internal) {line.text}", style="italic") if line.internal else Text(line.text)


def _quoted(line: TextLine) -> Text:
    said = Text(f"“{line.text}”")
    return Text("(internal) ", style="italic").append(said) if line.internal else said


def _proofs(play: Play, references: pl.DataFrame | None) -> Iterable[Text]:
    from beachhead.practice.plays import Proof

    for shown in play.show:
        mark = "(internal) " if shown.internal else ""
        if isinstance(shown, Proof):
            dated = "" if f"{shown.date:%Y}" in shown.source else f", {shown.date:%B %Y}"
            yield Text(f"{mark}{shown.text} [{shown.source}{dated}]")
        elif references is None:
            yield Text(f"{mark}A reference like them")
        elif references.height:
            for name, text, alike in references.head(2).select("name", "text", "alike").iter_rows():
                yield Text(
                    f"{mark}Reference of the same {' and '.join(alike)}: {name}{': ' if text else ''}{text or ''}"
                )
        else:
            yield Text(f"{mark}A reference like them: none that may be named is on record")


def _days(days: int) -> str:
    return f"{days} days" if days != 1 else "a day"
