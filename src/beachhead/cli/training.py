"""``beachhead training``: who is ready for those who buy next, and which plays to train first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from beachhead.cli._output import outputs, write_sheets

if TYPE_CHECKING:
    from beachhead.practice.training import Training


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write: .xlsx or .json.")
@outputs(output=(".xlsx", ".json"))
def command(workspace: Path, output: Path | None) -> None:
    """Who is ready for the buyers of the next four quarters of WORKSPACE, and what to train first.

    Ready for a category is who recalled its most used plays and objections within 90 days and passed two watched
    role plays within a year. The tables people and practice_log say so.
    """
    from beachhead.cli._progress import working
    from beachhead.documents.training_words import basis, in_short, win_rates
    from beachhead.practice.ready_wins import ready_wins
    from beachhead.practice.training import training
    from beachhead.tables.workspace import Workspace

    with working("Training") as say:
        found = training(Workspace(workspace), say)
    if output is not None:
        from beachhead.documents.training_tables import training_tables

        write_sheets(training_tables(found), output, made=found.workspace.as_of)
        click.echo(f"{found.people.height} people, {found.first_plays().height} plays: {output}")
        return
    click.echo(in_short(found))
    click.echo()
    _show(found)
    click.echo()
    for sentence in (*basis(found), win_rates(ready_wins(found))):
        click.echo(sentence)


def _show(found: Training) -> None:
    from beachhead.cli._tables import table
    from beachhead.documents.training_tables import plays_table
    from beachhead.documents.words import category_name, number
    from beachhead.practice.training import FIRST

    rows = [
        (category_name(row["category"]), number(row["purchases"]), number(row["covered"]), str(row["ready"]))
        for row in found.by_category().iter_rows(named=True)
    ]
    table(["Category", "Purchases", "Covered", "Ready"], rows, numbers=["Purchases", "Covered", "Ready"])
    click.echo()
    first = plays_table(found).head(FIRST)
    told = [
        (row["name"], row["play"], number(row["purchases"]), number(row["worth"]))
        for row in first.iter_rows(named=True)
    ]
    table(["Train first", "Play", "Purchases", "Worth"], told, numbers=["Purchases", "Worth"])
