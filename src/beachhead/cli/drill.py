"""``beachhead drill``: ten minutes of practice in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from beachhead.tables.workspace import Workspace


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option("--person", required=True, help="Who practises: id or name in the table people.")
def command(workspace: Path, person: str) -> None:
    """Practise for ten minutes: answer a card aloud, look at the answer, say how it went.

    Cards are the objections, plays, signals and changes of WORKSPACE. Those that are due come first, as the library
    fsrs schedules them, then a few new ones, best first by what training them brings. Every answer is logged at once;
    q ends the drill.
    """
    from beachhead.cli._play_view import console, lines
    from beachhead.practice.cards import cards
    from beachhead.practice.drill import drill, due_days
    from beachhead.practice.people import find_person
    from beachhead.practice.practice_log import RATINGS, log_recall, practised
    from beachhead.tables.workspace import Workspace

    there = Workspace(workspace)
    who = find_person(there, person)
    at_hand, today = cards(there), there.as_of
    due = due_days(practised(there), who.id)
    chosen = drill(at_hand, due, today, _worth_learning(there))
    out = console()
    if not chosen:
        out.print(f"Nothing is due for {who.name} on {today}.")
        return
    scale = ", ".join(f"{number} {word}" for number, word in RATINGS.items())
    met = sum(card.id in due for card in chosen)
    out.print(f"{who.name}: {met} cards due, {len(chosen) - met} new. Answer aloud, then Enter; q ends.")
    done = 0
    for n, card in enumerate(chosen, 1):
        out.print()
        lines(f"{n}. {card.front}", [], out)
        if not _answered("Enter to compare "):
            break
        lines("", list(card.back), out)
        while (said := _answered(f"{scale}: ")) and said not in map(str, RATINGS):
            out.print("Please 1, 2, 3 or 4; q ends.")
        if not said:
            break
        log_recall(there, who, card.id, int(said))
        done += 1
    tomorrow = due_days(practised(there), who.id)
    next_day = min((day for day in tomorrow.values() if day > today), default=None)
    out.print(f"\n{done} answered and logged.{f' The next are due on {next_day}.' if next_day else ''}")


def _answered(prompt: str) -> str | None:
    """What was typed (a blank where it was Enter alone); None where it was q or the input ended."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not line or line.strip().casefold() == "q":
        click.echo()
        return None
    return line.strip() or " "


def _worth_learning(there: Workspace) -> list[str]:
    """Cards best first by what training them brings; none where no accounts are known."""
    from beachhead.errors import BadInput
    from beachhead.practice.training import training

    if there.path("accounts") is None and there.path("purchases") is None:
        return []
    try:
        return training(there).first_cards()
    except BadInput:  # tables that cannot be used are told by the commands that need them
        return []
