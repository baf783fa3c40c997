"""``beachhead accounts``: where each customer stands, how good the relationship is, what it buys next."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from beachhead.cli._output import form_of, outputs, write_table

if TYPE_CHECKING:
    import polars as pl

    from beachhead.accounts.territory import Territory

FORMATS = ("table", "csv", "xlsx", "json", "parquet")
WIDE = 150  # of a table that does not go to a terminal
# Widths of columns, two blanks apart. The first five always stand there, the three that can give way
# narrower if they must; the others stand there if they fit.
ALWAYS = {"Account": 30, "Standing": 19, "Relationship": 27, "Next buy": 26, "Chance": 6}
GIVE_WAY = ("Account", "Relationship", "Next buy")
IF_THEY_FIT = {"Contact": 7, "Other partner": 18, "Bought": 6, "Owns": 4}
RIGHT = ("Chance", "Contact", "Bought", "Owns")


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: by the ending of -o, else table."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write: .csv, .xlsx, .json or .parquet."
)
@outputs(output=(".csv", ".xlsx", ".json", ".parquet"))
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="Accounts in the table.")
def command(workspace: Path, form: str | None, output: Path | None, top: int) -> None:
    """Where each account of WORKSPACE stands, the relationship with it, and what it is likely to buy next.

    The table shows the accounts that are likeliest to buy; csv and xlsx hold every account with all that is
    known of it, xlsx with readable names, reasons, whitespace and next buyers on sheets of their own.
    """
    from beachhead.accounts.territory import territory
    from beachhead.cli._progress import working
    from beachhead.errors import BadQuestion
    from beachhead.tables.csv_cells import csv_text
    from beachhead.tables.workspace import Workspace

    form = form_of(form, output)
    if form not in ("table", "csv") and output is None:
        raise BadQuestion(f"{form} needs a file: name it with -o accounts.{form}.")
    with working("Accounts") as say:
        found = territory(Workspace(workspace), say)
    if form == "table":
        _show(found, top)
    elif form == "xlsx":
        _write_xlsx(found, output)
    elif output is None:
        click.echo(csv_text(found.facts), nl=False)
    else:  # all facts with their own names and ids: for other programs
        write_table(found.facts, output)
        click.echo(f"{found.facts.height:,} accounts: {output}")


def _write_xlsx(found: Territory, output: Path | None) -> None:
    from beachhead.accounts.sheets import sheets
    from beachhead.tables.workbooks import write_workbook

    assert output is not None
    pages = sheets(found)
    write_workbook(output, pages, made=found.workspace.as_of, title=f"Accounts, {found.workspace.as_of}")
    click.echo(f"{found.facts.height:,} accounts on {', '.join(page.name for page in pages)}: {output}")


def _show(found: Territory, top: int) -> None:
    import shutil
    import sys

    from beachhead.accounts.sheets import overview

    rows = overview(found)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE
    for line in (*_summary(found), "", *_lines(rows.head(top), _widths(width)), ""):
        click.echo(line)
    if rows.height > top:
        click.echo(
            f"{rows.height - top:,} more: --top {rows.height}, or -o accounts.xlsx for all with reasons."
        )
    for note in found.notes:
        click.echo(f"Note: {note}")


def _widths(room: int) -> dict[str, int]:
    """The columns that fit into ``room`` characters and their widths: one line per account."""
    widths = dict(ALWAYS)
    over = sum(widths.values()) + 2 * len(widths) - 2 - room
    if over > 0:
        flexible = sum(ALWAYS[name] for name in GIVE_WAY)
        widths |= {name: max(10, ALWAYS[name] - -(-over * ALWAYS[name] // flexible)) for name in GIVE_WAY}
    for name, needs in IF_THEY_FIT.items():
        if sum(widths.values()) + 2 * len(widths) + needs <= room:
            widths[name] = needs
    return widths


def _lines(rows: pl.DataFrame, widths: dict[str, int]) -> list[str]:
    """Header, rule and a line per row, cells cut to their column's width."""

    def line(cells: Iterable[object]) -> str:
        made = []
        for cell, (name, width) in zip(cells, widths.items(), strict=True):
            text = "" if cell is None else str(cell)
            text = text if len(text) <= width else text[: width - 1].rstrip() + "…"
            made.append(text.rjust(width) if name in RIGHT else text.ljust(width))
        return "  ".join(made).rstrip()

    body = [line(row) for row in rows.select(list(widths)).iter_rows()]
    return [line(widths), "  ".join("─" * width for width in widths.values()), *body]


def _summary(found: Territory) -> list[str]:
    """How many accounts stand where, and the commonest relationships, in two lines."""
    import polars as pl

    from beachhead.tables.categories import CATEGORIES

    sums = found.facts.select(pl.col(f"p_{c}").sum().alias(c) for c in CATEGORIES).row(0, named=True)
    stand = ", ".join(f"{sums[c]:.0f} {c.replace('_', ' ')}" for c in CATEGORIES)
    names = {p.id: p.name for p in found.patterns}
    counts = found.facts["pattern"].drop_nulls().value_counts(sort=True)
    common = ", ".join(f"{n} {names[p].lower()}" for p, n in counts.head(5).iter_rows())
    return [
        f"{found.facts.height:,} accounts as of {found.workspace.as_of}. Expected: {stand}.",
        f"Commonest relationships: {common}." if common else "No relationship pattern matches.",
    ]
