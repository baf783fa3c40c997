"""The answers about markets on a terminal: a table of standings, forecasts, the paragraph in words, notes."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from beachhead.cli._streams import console, printed
from beachhead.documents.answers import Answer, gather
from beachhead.documents.words import (
    category_name,
    market_paragraph,
    number_range,
    percent,
    percent_range,
    place,
)
from beachhead.tables.adoption import Adoption
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.writing import write_whole

ROWS, PARAGRAPHS = 40, 3
"""So many series are shown, and so many are told in sentences; the other formats hold all."""
WIDE = 110  # columns that all categories side by side need


def show(adoption: Adoption, horizon: int, output: Path | None) -> None:
    """Print the answers, or write what would be printed to a file."""
    if output is None:
        _print(console(), adoption, horizon)
        return
    write_whole(output, printed(lambda to: _print(to, adoption, horizon), 120))
    click.echo(f"Written to {output}")


def _print(console: Console, adoption: Adoption, horizon: int) -> None:
    markets = gather(adoption, ROWS, horizon)
    answers = markets.answers
    console.print(_standing(answers) if console.width >= WIDE else _standing_in_words(answers))
    forecast = [a for a in answers if not a.single]
    if forecast:
        console.print(_forecast(forecast))
    lines = [f"{a.name}. {' '.join(market_paragraph(a))}\n" for a in answers if len(answers) <= PARAGRAPHS]
    if adoption.series.height > ROWS:
        lines.append(f"{adoption.series.height - ROWS} more series: --format csv, json or parquet gives all.")
    shown = {a.unique_id for a in answers}
    for unique_id, note in markets.notes.select("unique_id", "note").iter_rows():
        if unique_id is None or unique_id in shown:
            lines.append(f"Note: {unique_id + ': ' if unique_id else ''}{note}")
    lines += [f"Refused: {reason}" for reason in markets.refused["reason"].head(ROWS)]
    for line in lines:
        console.print(line, markup=False, highlight=False)


def _standing(answers: list[Answer]) -> Table:
    table = Table(title="Where they stand", title_justify="left", box=None, pad_edge=False)
    for name in ("series", "at", "reached (80 %)"):
        table.add_column(name, overflow="fold", no_wrap=name == "at")
    for name in (*map(category_name, CATEGORIES), "crossed"):
        table.add_column(name.replace(" ", "\n"), justify="right", overflow="fold")
    for a in answers:
        reached = percent_range(a.standing["fraction-lo-80"], a.standing["fraction-hi-80"])
        odds = [_short(percent(a.standing[c])) for c in (*CATEGORIES, "crossed")]
        cells = [reached, *odds] if a.placed else ["one figure", *["–"] * len(odds)]
        table.add_row(a.unique_id, a.when(a.last[0]), *cells)
    return table


def _standing_in_words(answers: list[Answer]) -> Table:
    table = Table(title="Where they stand", title_justify="left", box=None, pad_edge=False)
    for name in ("series", "at", "reached (80 %)", "standing", "crossed"):
        table.add_column(name, overflow="fold")
    for a in answers:
        reached = percent_range(a.standing["fraction-lo-80"], a.standing["fraction-hi-80"])
        cells = [reached, place(a.standing).replace(" %", "\u00a0%"), _short(percent(a.standing["crossed"]))]
        table.add_row(
            a.unique_id,
            a.when(a.last[0]),
            *(cells if a.placed else ["one figure", "no potential stated", "–"]),
        )
    return table


def _short(text: str) -> str:
    return text.replace("under ", "<").replace("over ", ">")


def _forecast(answers: list[Answer]) -> Table:
    table = Table(title="\nWhat comes next", title_justify="left", box=None, pad_edge=False)
    for name in ("series", "for", "middle estimate", "80 % interval", "95 % interval"):
        table.add_column(name, justify="left" if name in ("series", "for") else "right", overflow="fold")
    for a in answers:
        for row in a.forecast.iter_rows(named=True):
            spans = [
                number_range(row[f"Beachhead-lo-{v}"] * a.factor, row[f"Beachhead-hi-{v}"] * a.factor)
                for v in (80, 95)
            ]
            table.add_row(a.unique_id, a.when(row["ds"]), a.figure(row["Beachhead"]), *spans)
    return table
