"""What there is to practise: a card for every objection, play, signal and change of an offering at hand.

A card asks on its front and answers on its back. It is made from the knowledge as it is now, so a card changes with it
and goes with it; its id (``objection/too-expensive``) stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from beachhead.accounts.signals import Signal, load_signals
from beachhead.practice.discontinuity_facts import ours
from beachhead.practice.offering import Change, Offering
from beachhead.practice.offering_library import offerings
from beachhead.practice.playbook import Playbook, playbook
from beachhead.practice.plays import Objection, Play, Proof
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.departments import departments
from beachhead.tables.workspace import Workspace

ROLE_PLAY = "role-play"
"""Role plays are logged under ``role-play/CATEGORY``."""
LINES = 2
"""So many plays' lines stand on the back of an objection."""

Back = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """``front``: what is asked; ``back``: label and text of each line of the answer."""

    id: str
    front: str
    back: Back


def cards(workspace: Workspace) -> dict[str, Card]:
    """Every card by its id. Raises BadKnowledge where the knowledge at hand is broken."""
    return workspace.once("cards", lambda: {card.id: card for card in _cards(workspace)})


def role_play_card(category: str) -> str:
    """The id under which role plays with a customer of ``category`` are logged."""
    return f"{ROLE_PLAY}/{category}"


def _cards(workspace: Workspace) -> Iterator[Card]:
    book = playbook(workspace)
    yield from (_objection(one, book) for one in book.objections.values())
    yield from (_play(one) for one in book.plays.values())
    yield from (_signal(one) for one in load_signals(workspace.files("signals")).known)
    for offering in ours(offerings(workspace).values(), workspace):
        if not offering.combines:  # the changes of a bundle are those of what it combines
            yield from (_change(offering, change) for change in offering.changes)


def _objection(one: Objection, book: Playbook) -> Card:
    plays = [book.plays[name] for name in book.answering(one.id)][:LINES]
    back = [("may mean", meaning.text) for meaning in one.means]
    back += [("ask", text) for text in one.ask]
    back += [("say", said.text) for play in plays for said in play.say[:1] if not said.internal]
    back += [("not say", said.text) for play in plays for said in play.not_say[:1]]
    return Card(f"objection/{one.id}", f"A customer says: “{one.says[0]}” What do you answer?", tuple(back))


def _play(one: Play) -> Card:
    said = [line.text for line in one.say if not line.internal] or [line.text for line in one.say]
    question = next((text for text in said if "?" in text), said[0])
    proofs = [shown for shown in one.show if isinstance(shown, Proof)]
    back = [("ask", question)]
    back += [("proof", f"{shown.text} [{shown.source}]") for shown in proofs[:1]]
    back += [("next", one.do.next_step)]
    front = f"“{one.name}”, with {one.audience.roles[0]}: what do you ask first, what do you show, what comes next?"
    return Card(f"play/{one.id}", front, tuple(back))


def _signal(one: Signal) -> Card:
    odds = dict(zip(CATEGORIES, one.ratios, strict=True))
    first, second = sorted(CATEGORIES, key=lambda c: -odds[c])[:2]
    told = f"{_named(first)} (odds × {odds[first]:.1f}), then {_named(second)} (× {odds[second]:.1f})"
    does = {"says": "says", "asks": "asks", "does": "does this, and says"}[one.kind]
    return Card(
        f"signal/{one.id}",
        f"A customer {does}: “{one.says[0]}” Which kind of buyer is that?",
        (("likeliest", told), ("signal", one.name)),
    )


def _change(offering: Offering, change: Change) -> Card:
    rooms = departments()
    room = rooms[change.department].name if change.department in rooms else change.department
    told: Mapping[str, str] = {m.id: m.name or m.id for m in offering.measures.values()}
    back = [("changes", change.change)]
    back += [("smaller", told.get(m.id, m.id)) for m in change.mitigations]
    return Card(
        f"change/{offering.id}/{change.id}",
        f"“{offering.name}”: what does it disrupt in the department {room}, and what makes that smaller?",
        tuple(back),
    )


def _named(category: str) -> str:
    return category.replace("_", " ")
