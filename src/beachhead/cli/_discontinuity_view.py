"""What an offering changes at an account, on a terminal: the map of departments, verdicts, measures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from beachhead.cli._streams import console, printed
from beachhead.documents.account_changes import AccountChanges
from beachhead.documents.discontinuity_words import (
    DEPTHS,
    assessed_words,
    department_in_text,
    department_name,
    easiest_first,
    figures_words,
    map_cells,
    payback_short,
    payback_words,
    person_days,
    tolerance_words,
    verdict,
)
from beachhead.documents.words import day, join
from beachhead.practice.discontinuity import HOLDS, Left, OfferingMap
from beachhead.practice.measures import Measure
from beachhead.tables.writing import write_whole

WIDTH, SHOWN = 110, 6
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def show(found: AccountChanges, *, detailed: bool, output: Path | None) -> None:
    """Print the map, or each offering in detail; or write what would be printed to a file."""
    if output is None:
        _print(console(width=WIDTH), found, detailed)
        return
    write_whole(output, printed(lambda to: _print(to, found, detailed), WIDTH))
    click.echo(f"Written to {output}")


def give(text: str, output: Path | None) -> None:
    """Print a text or write it to a file."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    write_whole(output, text)
    click.echo(f"Written to {output}")


def _print(console: Console, found: AccountChanges, detailed: bool) -> None:
    account = found.account
    _say(console, f"{account.name} ({account.account}), as of {day(found.as_of)}")
    _say(console, tolerance_words(account))
    _say(console, assessed_words(account))
    if detailed:
        for one in account.offerings:
            _detail(console, found, one)
        return
    if not account.offerings:
        _say(
            console,
            "\nNo offering fits now: what they need first is missing, or they own it. Name one with --offering.",
        )
        return
    maps = sorted(account.offerings, key=easiest_first)
    _map(console, maps)
    _verdicts(console, found, maps)
    _say(console, "\nOne of them in detail, with what to do about it: --offering ID")


def _map(console: Console, maps: list[OfferingMap]) -> None:
    """Departments by offerings; offerings are letters, told below."""
    cells = {(c["department"], c["offering"]): c for c in map_cells(maps).iter_rows(named=True)}
    _say(console, f"\nWhat is left of the changes: {_scale()}.")
    _say(
        console,
        "!: more than they put up with. (1): what is left at best, if all that is not known is in place.",
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Department", no_wrap=True)
    for letter, _ in zip(LETTERS, maps, strict=False):
        table.add_column(letter, justify="left", no_wrap=True)
    for department in dict.fromkeys(name for name, _ in cells):
        row = [_cell(cells.get((department, one.offering.id))) for one in maps[: len(LETTERS)]]
        table.add_row(department_name(department), *row)
    console.print(table, highlight=False)


def _scale() -> str:
    return ", ".join(f"{depth} {name}" for depth, name in enumerate(DEPTHS))


def _cell(cell: dict[str, int | bool] | None) -> str:
    if cell is None:
        return ""
    left, best = cell["left"], cell["at_best"]
    text = f"{left}{'!' if cell['too_deep'] else ''}"
    return f"{text} ({best})" if best != left else text


def _verdicts(console: Console, found: AccountChanges, maps: list[OfferingMap]) -> None:
    for letter, one in zip(LETTERS, maps, strict=False):
        parts = f" = {' + '.join(one.offering.combines)}" if one.offering.combines else ""
        payback = payback_short(found.cases[one.offering.id].payback)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_row(letter, Text(f"{one.offering.name} ({one.offering.id}{parts}), payback {payback}"))
        grid.add_row("", Text(verdict(one)))
        console.print(grid, highlight=False)


def _detail(console: Console, found: AccountChanges, one: OfferingMap) -> None:
    _say(console, f"\n{one.offering.name} ({one.offering.id})")
    _say(console, one.offering.about, indent=2)
    fits = {"now": "Fits now", "owned": "Owned", "later": "Fits later", "never": "Does not fit"}[one.fit.when]
    _say(console, f"{fits}: {one.fit.reason}. {verdict(one)}", indent=2)
    result = found.cases[one.offering.id]
    _say(console, f"{payback_words(result.payback, result.currency)} {figures_words(result)}", indent=2)
    table = Table(
        title="\nWhat changes, and what is left of it",
        title_justify="left",
        title_style="",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("Department", no_wrap=True)
    table.add_column("Kind", no_wrap=True)
    table.add_column("Left", no_wrap=True)
    table.add_column("What changes; what makes it smaller")
    for change in sorted(one.changes, key=lambda c: -c.left):
        table.add_row(
            department_name(change.change.department),
            change.change.kind,
            _left(change),
            "\n".join([change.change.change, *_softened(change)]),
        )
    console.print(table, highlight=False)
    _measures(console, "What to do, best first", one.to_do)
    _measures(console, "What to find out first: it may be in place", one.find_out)


def _left(change: Left) -> str:
    """``3 → 2!``: of depth 3, 2 is left, which is too much."""
    was = "" if change.left == change.change.depth else f"{change.change.depth} → "
    text = f"{was}{change.left}"
    return text + ("!" if change.tolerated is False else "")


def _softened(change: Left) -> Iterator[str]:
    for softener in change.softeners:
        if softener.state in HOLDS:
            yield f"  − {softener.takes_away} {softener.mitigation.name} ({softener.why})"


def _measures(console: Console, title: str, measures: list[Measure]) -> None:
    if not measures:
        return
    _say(console, f"\n{title}")
    for n, measure in enumerate(measures[:SHOWN], 1):
        told = measure.mitigation
        takes = f"takes {measure.depth} away for {join([department_in_text(d) for d in measure.helps])}"
        days = f", {person_days(measure.days)}" if measure.days and measure.state == "missing" else ""
        by = f", by {join([department_in_text(d) for d in measure.owners])}" if measure.owners else ""
        mark = "needed; " if measure.needed else ""
        detail = measure.question if measure.state == "not known" else (measure.criterion or told.text)
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row(f"  {n}.", Text(f"{told.name} ({told.kind}{days}{by}): {mark}{takes}.\n{detail or ''}"))
        console.print(grid, highlight=False)
    if len(measures) > SHOWN:
        _say(console, f"{len(measures) - SHOWN} more: --format json or -o map.html", indent=2)


def _say(console: Console, text: str, indent: int = 0) -> None:
    console.print(Padding(Text(text), (0, 0, 0, indent)))
