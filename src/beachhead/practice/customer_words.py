"""Words that must not stand in what a customer reads: of our trade, and about the customer as a third person.

``for_customers`` gives every text of an offering and of a play that may stand in a customer's document; ``unfit`` says
which words of a text do not belong there. Both are used on all that ships and on what a workspace brings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from beachhead.practice.offering import Offering
from beachhead.practice.plays import Play, Proof
from beachhead.tables.yaml_files import Loc

_TRADE = re.compile(
    r"\b(partner in name|in name only|white ?space|battle ?cards?|(?:sales|our|this|the|best|next) plays?\b(?! (?:no|a) )"
    r"|handl\w+ (?:the |an )?objections?|(?:an|the|this|their|your|sales) objections?|up-?sell\w*|cross-?sell\w*"
    r"|early[ -]adopters?|early[ -]majority|late[ -]majority|laggards?|innovators|visionar(?:y|ies)|pragmatists?"
    r"|the majority (?:buys|wants|asks)|question of the majority"
    r"|adopter (?:category|trait)|crossed? the chasm|beachhead account"
    r"|incumbents?|share of wallet|win rates?|sales pipeline|single-threaded|discontinuit(?:y|ies)|our account manager"
    r"|(?:a|the) good first step with (?:somebody|a customer))\b",
    re.IGNORECASE,
)
_THIRD = re.compile(
    r"\b(th(?:e|is|at|ese|ose) (?:customer|prospect)s?(?:['’]s?)?(?! of ours| of yours)(?!\w)"
    r"|customers? like (?:this|that|these|them)\b|(?:people|firms?|companies|somebody|those) like (?:them|theirs?)\b"
    r"|with somebody who\b|(?:for|to) those who (?:have )?(?:bought|want)\b|theirs\b|alone with (?:it|them)\b"
    r"|(?:is|are) proud of\b)",
    re.IGNORECASE,
)
_THEY = re.compile(r"\b(they|them|their|theirs|themselves)\b", re.IGNORECASE)


def unfit(text: str, *, spoken: bool = False) -> list[str]:
    """The words of ``text`` that a customer must not read; ``spoken``: the text speaks to the customer alone, so that
    whoever is called *they* would be the customer."""
    found = [m[0] for m in (*_TRADE.finditer(text), *_THIRD.finditer(text))]
    return found + [m[0] for m in _THEY.finditer(text)] if spoken else found


def of_offering(one: Offering) -> Iterator[tuple[Loc, str]]:
    """Where it stands in the file and the text, of all that a proposal of ``one`` may show."""
    for name in ("name", "about", "price_model"):
        yield (name,), getattr(one, name)
    for i, text in enumerate(one.third_party):
        yield ("third_party", i), text
    for i, change in enumerate(one.changes):
        yield ("changes", i, "change"), change.change
        for j, measure in enumerate(change.mitigations):
            for name in ("name", "text"):
                if text := getattr(measure, name):
                    yield ("changes", i, "mitigations", j, name), text
    yield ("business_case", "question"), one.business_case.question
    for i, figure in enumerate(one.business_case.inputs):
        yield ("business_case", "inputs", i, "name"), figure.name


def of_play(one: Play) -> Iterator[tuple[Loc, str, bool]]:
    """Where it stands, the text, and whether it speaks to the customer alone, of what a customer may receive."""
    for part in ("know", "say", "show"):
        for i, line in enumerate(getattr(one, part)):
            if line.public and not hasattr(line, "reference"):
                yield (part, i), line.text, False
                if isinstance(line, Proof):
                    yield (part, i, "source"), line.source, False
    if one.for_customer:
        yield ("for_customer", "offer"), one.for_customer.offer, True
        yield ("for_customer", "next_step"), one.for_customer.next_step, True


def told(text: str, *, spoken: bool = False) -> str:
    """What is wrong with ``text``, as the end of a sentence; empty where nothing is."""
    words = list(dict.fromkeys(unfit(text, spoken=spoken)))
    quoted = ", ".join(repr(word) for word in words)
    return (
        f"a customer reads this, and {quoted} is among colleagues; write it to the customer" if words else ""
    )
