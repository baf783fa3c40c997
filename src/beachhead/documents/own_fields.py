"""What only the sender knows of a proposal: prices, validity, who signs, and texts and fields of the user's own.

They stand in ``proposal.yaml`` of the workspace (for every proposal), in a file of the same form that is named, and
in single settings; what comes later replaces what came before:

validity: 31 March 2009
sender: {name: Anna Berg, role: Account manager, phone: "+44 20 7946 0018", email: anna.berg@harbour-it.example}
prices:
  currency: EUR
  lines:
    - {item: Health check, quantity: 1, unit: fixed price, price: 6800}
  note: Prices without VAT.
closing: We look forward to the talk.     # a text of the proposal, in your own words
recipient: Ms J. Doe, head of operations  # a field of your own: {{ recipient }} in the template
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from beachhead.errors import BadKnowledge, BadQuestion, did_you_mean
from beachhead.practice.blueprint import Number, Text
from beachhead.tables.signs import printable
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import load_yaml, validate, where

FILE = "proposal.yaml"
TEXTS = (
    "customer", "title", "subtitle", "about", "opening", "changes_intro", "services_intro", "price_model", "case_intro",
    "proof_intro", "offer", "next_step", "closing", "footer", "date",
)  # fmt: skip
"""Fields of a proposal that a text of one's own may replace."""
LISTS = ("situation", "third_party")
_RESERVED = ("brand", "made", "document_title", "loop", "self", "true", "false", "none")


class _Part(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)


class Sender(_Part):
    """Who signs."""

    name: Text
    role: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


class PriceLine(_Part):
    """One line of the price table; ``price`` is for one unit."""

    item: Text
    quantity: Number = 1
    unit: str = ""
    price: Number


class Prices(_Part):
    """What it costs."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    lines: list[PriceLine] = Field(min_length=1)
    note: str = ""


class OwnFields(BaseModel):
    """What a file of own fields may hold; every other name is a field of the user's own."""

    model_config = ConfigDict(defer_build=True, extra="allow", coerce_numbers_to_str=True)

    validity: str = ""
    sender: Sender | None = None
    prices: Prices | None = None


def own_fields(
    workspace: Workspace | None,
    known: Mapping[str, Any],
    file: Path | None = None,
    single: Sequence[str] = (),
) -> dict[str, Any]:
    """The fields that the user gives: ``sender``, ``prices`` and ``validity`` always, others as they were given.

    ``known``: the fields of a proposal; ``single``: ``NAME=TEXT``, or ``sender.NAME=TEXT``. Raises BadKnowledge for a
    file that breaks the rules and BadQuestion for a single one that does.
    """
    given: dict[str, Any] = {}
    for path in (workspace.inside(FILE) if workspace else None, file):
        if path is not None and (path is file or path.is_file()):
            given |= _read(path, known)
    given |= _single(single, given.get("sender"), known)
    sender, prices = given.pop("sender", None), given.pop("prices", None)
    return {
        "validity": "",
        **given,
        "sender": {
            k: printable(v, lines=True)
            for k, v in (sender or Sender.model_construct(name="")).model_dump().items()
        },
        "prices": _priced(prices),
    }


def check_own_fields(workspace: Workspace, known: Mapping[str, Any]) -> list[str]:
    """What is wrong with ``proposal.yaml`` of the workspace."""
    path = workspace.inside(FILE)
    try:
        if path.is_file():
            _read(path, known)
    except BadKnowledge as no:
        return no.problems
    return []


def _read(path: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    data, lines = load_yaml(path)
    if not isinstance(data, dict):
        raise BadKnowledge([f"{path}: should hold fields, such as 'validity: 31 March 2009'."])
    found = validate(OwnFields, data, lines, path)
    told = [
        f"{where(path, lines, [name])}: {no}."
        for name in data
        if (no := _unfit(str(name), data[name], known))
    ]
    if told:
        raise BadKnowledge(told)
    fixed = {k: getattr(found, k) for k in ("sender", "prices", "validity") if k in data}
    return {str(name): _plain(value) for name, value in data.items()} | fixed


def _unfit(name: str, value: Any, known: Mapping[str, Any]) -> str:
    """Why a field called ``name`` cannot be given ``value``, or nothing."""
    if name in ("sender", "prices", "validity"):
        return ""
    if not re.fullmatch(r"[A-Za-z_]\w*", name) or name in _RESERVED or name.startswith("_"):
        return f"{name!r} cannot be the name of a field; take letters, digits and underscores, such as valid_until"
    if name in TEXTS:
        return "" if isinstance(value, str | int | float) else f"{name!r} should be a text"
    if name in LISTS:
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return "" if fits else f"{name!r} should be a list of texts"
    if name in known:
        return f"{name!r} is made from the workspace and cannot be given; what can is {', '.join(TEXTS)}"
    if value is None:
        return f"{name!r} is empty; give it a text or take it out"
    return ""


def _single(given: Sequence[str], sender: Sender | None, known: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    person = sender.model_dump() if sender else {}
    for one in given:
        name, equals, text = one.partition("=")
        name, part = name.strip(), ""
        if name.startswith("sender."):
            name, part = "sender", name.removeprefix("sender.")
        if not equals:
            raise BadQuestion(f"--set {one} names no value: write --set {name or 'NAME'}=TEXT.")
        if part:
            if part not in Sender.model_fields:
                guess = did_you_mean(part, Sender.model_fields)
                raise BadQuestion(
                    f"A sender has no {part!r}{guess}; it has {', '.join(Sender.model_fields)}."
                )
            person[part] = text
        elif name in ("sender", "prices", *LISTS):
            example = "sender.name=TEXT" if name == "sender" else "it in a file with --values"
            raise BadQuestion(f"--set {name} takes more than one text: give {example}.")
        elif no := _unfit(name, text, known):
            raise BadQuestion(f"--set: {no}.")
        else:
            found[name] = printable(text, lines=True)
    if person and any(one.strip().startswith("sender.") for one in given):
        if not person.get("name"):
            raise BadQuestion("A sender needs a name: --set sender.name=TEXT.")
        found["sender"] = Sender(**person)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value, lines=True)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else value


def _priced(prices: Prices | None) -> dict[str, Any]:
    """The price table in words: lines (item, quantity, unit, price, amount), total, currency, note."""
    if prices is None:
        return {"lines": [], "total": "", "currency": "", "note": ""}
    single = [(line, Decimal(str(line.price)), Decimal(str(line.quantity))) for line in prices.lines]
    amounts = [(price * quantity).quantize(Decimal("0.01")) for _, price, quantity in single]
    money = [price for _, price, _ in single] + amounts
    cents = 0 if all(one == one.to_integral() for one in money) else 2
    return {
        "lines": [
            {
                "item": printable(line.item),
                "quantity": f"{quantity.normalize():,f}",
                "unit": printable(line.unit),
                "price": f"{price:,.{cents}f}",
                "amount": f"{amount:,.{cents}f}",
            }
            for (line, price, quantity), amount in zip(single, amounts, strict=True)
        ],
        "total": f"{sum(amounts):,.{cents}f}",
        "currency": prices.currency,
        "note": printable(prices.note, lines=True),
    }
