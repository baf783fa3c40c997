"""``beachhead role-play``: a customer's card for two people, and the observer's five marks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from beachhead.tables.categories import CATEGORIES

if TYPE_CHECKING:
    from beachhead.practice.training import Training


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option("--person", required=True, help="Who sells: id or name in the table people.")
@click.option("--account", help="The customer is this account: its id, its name or a part of the name.")
@click.option(
    "--category", type=click.Choice(CATEGORIES), help="The customer is an invented one of this category."
)
@click.option("--observer", help="Who watched: asks for the five marks and logs them.")
def command(
    workspace: Path, person: str, account: str | None, category: str | None, observer: str | None
) -> None:
    """Play a talk with a customer of WORKSPACE: three objections that it is likely to bring up.

    Prints the customer's card, for the one who plays it. With --observer it then asks which of five behaviours
    were seen, and logs them: four of five pass.
    """
    from beachhead.accounts.find import find_account
    from beachhead.cli._play_view import console, lines
    from beachhead.documents.words import category_name
    from beachhead.errors import BadQuestion
    from beachhead.practice.people import find_person
    from beachhead.practice.role_play import at_account, of_category
    from beachhead.practice.training import training
    from beachhead.tables.workspace import Workspace

    if (account is None) == (category is None):
        raise BadQuestion("Name the customer: --account of the workspace, or --category of an invented one.")
    there = Workspace(workspace)
    who = find_person(there, person)
    watching = find_person(there, observer) if observer else None
    found = training(there)
    if account is not None:
        which = find_account(found.plays.facts, account)
        card, called = at_account(found.plays, which), _name(found, which)
    else:
        assert category is not None
        card = of_category(found.plays, category, found.readiness.cards[category])
        called = "an invented customer"
    if card is None:
        raise BadQuestion(
            f"Nothing says what {called} would object to: no play that fits there answers anything."
        )
    out = console()
    rows = []
    for objection, means in card.objections:
        rows += [("say", f"“{objection.says[0]}”"), ("means", means)]
    rows += [("not hear", f"“{text}”") for text in card.not_say]
    lines(f"The customer's card: you are {called}, {category_name(card.category)}", rows, out)
    if watching is None:
        out.print("\nLogged is a role play once it was watched: give --observer.")
        return
    from beachhead.practice.practice_log import BEHAVIOURS, log_role_play
    from beachhead.practice.readiness import PASS

    out.print(f"\n{watching.name}, what did you see? y or n:")
    seen = [name for name, told in BEHAVIOURS.items() if _seen(told)]
    log_role_play(there, who, card.category, watching, seen)
    passed = "passed" if len(seen) >= PASS else f"not passed ({PASS} pass)"
    out.print(
        f"Logged: {who.name}, {category_name(card.category)}, {len(seen)} of {len(BEHAVIOURS)}: {passed}."
    )


def _name(found: Training, account: str) -> str:
    return str(found.plays.facts.filter(account=account)["name"][0] or account)


def _seen(told: str) -> bool:
    """y or n from the terminal. Raises Abort where the input ends, so that nothing half is logged."""
    return click.confirm(f"  {told}", prompt_suffix="? ")
