"""``beachhead views``: what people in the field see of a market, and Delphi rounds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from beachhead.practice.observing import Seen

WORKSPACE = click.argument("workspace", type=click.Path(path_type=Path))


@click.group
def command() -> None:
    """What people in the field see of a market, beside what the figures say."""


def _view_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options that say what somebody sees."""
    for option in (
        click.option("--named", is_flag=True, help="The observer may be named beside it."),
        click.option("--comment", help="Remark."),
        click.option("--customers", type=int, help="How many customers it rests on."),
        click.option("--changed", help="What is different from a year ago."),
        click.option("--tenths", help="Buyers met now: tenths of innovators … laggards, such as 1,3,5,1,0."),
        click.option(
            "--share", help="Part of the eventual adopters that has adopted, in percent, such as 10-25."
        ),
        click.option("--person", required=True, help="Who sees it: id or name in the table people."),
    ):
        function = option(function)
    return function


@command.command
@WORKSPACE
def show(workspace: Path) -> None:
    """Every market of which somebody said something: with and without the views, who said what."""
    from beachhead.cli._tables import table
    from beachhead.documents.views_words import disagreement, said, who_says, with_and_without
    from beachhead.practice.observing import viewed_markets
    from beachhead.practice.people import people
    from beachhead.tables.workspace import Workspace

    there = Workspace(workspace)
    found = viewed_markets(there)
    names = dict(people(there).select("person", "name").drop_nulls().iter_rows())
    if not found:
        click.echo("Nobody has said what they see in the last two years. beachhead views add writes it down.")
    for one in found:
        click.echo(with_and_without(one))
        rows = [
            (str(row["date"]), who_says(row, names), said(row), row["comment"] or "")
            for row in one.views.iter_rows(named=True)
        ]
        table(["Day", "Who", "Says", "Comment"], rows, whole=["Day"])
        click.echo(disagreement(one))


@command.command
@WORKSPACE
@click.option("--market", required=True, help="unique_id of the series in the table adoption.")
@_view_options
def add(workspace: Path, market: str, person: str, **told: Any) -> None:
    """Write down what somebody sees today."""
    from beachhead.practice.observing import add_view
    from beachhead.practice.people import find_person
    from beachhead.tables.workspace import Workspace

    there = Workspace(workspace)
    who = find_person(there, person)
    add_view(there, who, _seen(market, **told))
    click.echo(f"Written: what {who.name} sees of {market} on {there.as_of}.")


@command.command("open")
@WORKSPACE
@click.option("--market", required=True, help="unique_id of the series in the table adoption.")
@click.option("--invite", required=True, help="People who are asked: ids or names, parted by commas.")
def open_(workspace: Path, market: str, invite: str) -> None:
    """Open a Delphi round: everybody answers, sees the spread, and answers again."""
    from beachhead.practice.delphi import open_round
    from beachhead.practice.people import find_person
    from beachhead.tables.workspace import Workspace

    there = Workspace(workspace)
    found = open_round(there, market, [find_person(there, name) for name in invite.split(",")])
    click.echo(f"Opened: round {found.id} on {market}, {len(found.invited)} people.")


@command.command
@WORKSPACE
@click.argument("name", metavar="ROUND")
@_view_options
def answer(workspace: Path, name: str, person: str, **told: Any) -> None:
    """Answer a Delphi round. Nobody sees the others' answers before everybody has answered once."""
    from beachhead.documents.views_words import spread
    from beachhead.practice.delphi import answer_round
    from beachhead.practice.people import find_person
    from beachhead.tables.workspace import Workspace

    there = Workspace(workspace)
    found = answer_round(there, name, find_person(there, person), _seen("", **told))
    click.echo("\n".join(spread(found)))


@command.command
@WORKSPACE
@click.argument("name", metavar="ROUND")
def close(workspace: Path, name: str) -> None:
    """Close a Delphi round and show its spread; the last answer of everybody counts."""
    from beachhead.documents.views_words import spread
    from beachhead.practice.delphi import close_round
    from beachhead.tables.workspace import Workspace

    click.echo("\n".join(spread(close_round(Workspace(workspace), name))))


def _seen(market: str, share: str | None, tenths: str | None, **others: Any) -> Seen:
    from beachhead.errors import BadQuestion
    from beachhead.practice.observing import Seen
    from beachhead.tables.categories import CATEGORIES

    try:
        ends = [float(end) / 100 for end in share.split("-")] if share else [None, None]
        parts = [float(part) for part in tenths.split(",")] if tenths else []
    except ValueError:
        ends, parts = [], []
    if len(ends) != 2:
        raise BadQuestion("--share is a range in percent, such as 10-25, and --tenths five numbers.")
    if parts and len(parts) != len(CATEGORIES):
        raise BadQuestion("--tenths are five numbers that sum to 10, innovators first, such as 1,3,5,1,0.")
    return Seen(market, ends[0], ends[1], dict(zip(CATEGORIES, parts, strict=False)), **others)
