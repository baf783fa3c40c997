"""A business case on a terminal: the answer, the arithmetic, what moves it most, whose figures they are."""

from __future__ import annotations

from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from beachhead.cli._streams import console, printed
from beachhead.documents.case_charts import figure_text, unit_text
from beachhead.documents.case_section import step_value
from beachhead.documents.discontinuity_words import figures_words, months, payback_words
from beachhead.documents.words import percent
from beachhead.practice.business_case import HORIZON, Result
from beachhead.tables.writing import write_whole

WIDTH, MOVING = 110, 8


def show(result: Result, account: str, output: Path | None) -> None:
    """Print the business case, or write what would be printed to a file."""
    if output is None:
        _print(console(width=WIDTH), result, account)
        return
    write_whole(output, printed(lambda to: _print(to, result, account), WIDTH))
    click.echo(f"Written to {output}")


def _print(console: Console, result: Result, account: str) -> None:
    say(console, f"{result.offering.name} at {account}")
    say(console, result.offering.business_case.question)
    within = f"It has paid back within {HORIZON} months in {percent(result.payback.within)} of all cases."
    say(console, f"{payback_words(result.payback, result.currency)} {within}")
    say(console, figures_words(result))
    console.print(_arithmetic(result), highlight=False)
    console.print(_moving(result), highlight=False)
    console.print(_figures(result), highlight=False)
    for note in result.notes[1:]:
        say(console, f"Note: {note}")


def say(console: Console, text: str) -> None:
    """A paragraph, plain."""
    console.print(Text(text))


def _table(title: str) -> Table:
    return Table(
        title=f"\n{title}", title_justify="left", title_style="", box=box.SIMPLE_HEAD, pad_edge=False
    )


def _arithmetic(result: Result) -> Table:
    table = _table("How it comes about, at the likely figures")
    table.add_column("Step")
    table.add_column("Formula, and with the numbers")
    table.add_column("Result", justify="right")
    for step in result.steps:
        alone = step.arithmetic == figure_text(step.value, "")
        table.add_row(step.name, step.formula + ("" if alone else f"\n= {step.arithmetic}"), step_value(step))
    return table


def _moving(result: Result) -> Table:
    table = _table("What moves it most: each figure alone at its low and at its high")
    table.add_column("Figure")
    for head in ("At", "payback", "At", "payback"):
        table.add_column(head, justify="right")
    for row in result.tornado.head(MOVING).iter_rows(named=True):
        if row["swing"] > 0:
            table.add_row(
                row["name"] + (" (own)" if row["own"] else ""),
                figure_text(row["low"], row["unit"]),
                months(row["payback-low"]),
                figure_text(row["high"], row["unit"]),
                months(row["payback-high"]),
            )
    return table


def _figures(result: Result) -> Table:
    table = _table("The figures")
    table.add_column("Figure")
    for head in ("Low", "Likely", "High"):
        table.add_column(head, justify="right")
    table.add_column("Unit")
    table.add_column("Source")
    for row in result.inputs.iter_rows(named=True):
        own = "own: " if row["own"] else ""
        table.add_row(
            row["name"],
            *(figure_text(row[side], row["unit"]) for side in ("low", "likely", "high")),
            unit_text(row["unit"], result.currency),
            own + row["source"],
        )
    return table
