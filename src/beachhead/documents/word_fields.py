"""What a Word template asks for: its fields, which of them a proposal has, and place-holders of other kinds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beachhead.documents.proposal_data import FIELDS
from beachhead.errors import did_you_mean
from beachhead.tables.confined import confined
from beachhead.tables.signs import printable

SECONDS = 15.0
"""How long a Word template may take, to be read and to be filled."""
_MEANT = {
    "customer": "customer_name client client_name account account_name company company_name organisation "
    "organization organisation_name organization_name firm firm_name prospect prospect_name",
    "us": "our_company our_company_name our_name your_company your_company_name vendor vendor_name supplier "
    "supplier_name seller contractor contractor_name consultant provider service_provider sender_company agency partner",
    "date": "today todays_date current_date proposal_date letter_date date_of_proposal issue_date insert_date",
    "title": "project project_name project_title proposal_title subject name_of_project",
    "offering": "product product_name service_name solution solution_name",
    "validity": "valid_until valid_till valid_to expiry expiry_date expiration expiration_date offer_valid_until",
    "sender.name": "sender sender_name your_name my_name signatory signed_by prepared_by account_manager author "
    "author_name",
    "sender.role": "your_title sender_title sender_role your_position your_job_title",
    "sender.phone": "your_phone sender_phone your_phone_number your_telephone",
    "sender.email": "your_email sender_email your_email_address",
    "sender.address": "your_address sender_address our_address company_address your_company_address",
    "prices.total": "total total_price price_total total_cost total_amount grand_total",
    "next_step": "next_steps",
}
"""Field → what templates of others call it."""
_OF_OURS = {word: field for field, words in _MEANT.items() for word in words.split()}
_WRITTEN = {
    "merge field": "«{0}» is a mail-merge field of Word; delete it and type {1} in its place",
    "Word field": "{2} is a field that Word itself asks for ({0}); delete it and type {1} in its place",
    "single braces": "{2} has single braces; write {1}",
    "brackets": "{2} is plain text to Word; write {1}",
    "content control": "“{0}” is the prompt of a content control of Word; delete it and type {1} in its place",
    "blank": "{2} is a blank to be filled by hand; write a field such as {{{{ validity }}}} or a text in its place",
    "open words": "{2} says that something is open; write it out, or a field such as {{{{ validity }}}}",
    "comment": "{2} is a comment by {0}, which the customer can read; delete it in Word",
    "tracked change": "{2} is a tracked change by {0}, which the customer can read; accept or reject it in Word",
    "not filled here": "{2} stands in {0}, where nothing is filled; move it to the text, a header, footer or footnote",
}
_OTHERWISE = "{2} is plain text to Word; write {1}"


@dataclass(frozen=True)
class Other:
    """A place-holder of another kind; ``kind``: how it is written; ``shown``: as it stands there; ``text``: its name."""

    kind: str
    text: str
    advice: str
    shown: str = ""

    @property
    def told(self) -> str:
        """What stands there and what to do about it, for a person."""
        if self.kind in ("comment", "tracked change"):
            return self.advice
        return f"{self.shown} is still a placeholder: {self.advice}"


@dataclass(frozen=True)
class Asked:
    """``names``: fields that the template asks for; ``unknown``: those that a proposal does not have, with a guess;
    ``others``: place-holders of other kinds; ``broken``: why its fields cannot be read, or nothing."""

    names: list[str]
    unknown: dict[str, str]
    others: list[Other]
    broken: str = ""

    @property
    def left(self) -> str:
        """The place-holders of other kinds in one text, each with what to do about it; empty where there is none."""
        return "; ".join(one.told for one in self.others)


def asked(path: Path, own: Collection[str] = ()) -> Asked:
    """What the Word file at ``path`` asks for; ``own``: fields that the user gives beside those of a proposal.

    Raises BadInput where it is no Word file, or needs more than the limits of ``tables.confined``.
    """
    found = confined("beachhead.documents.word_rendering:looked_at", path, file=path, seconds=SECONDS)
    known = {*FIELDS, *own}
    unknown = {name: did_you_mean(name, known) for name in found["names"] if name not in known}
    others = [
        Other(kind, name, _advice(kind, name, shown, known), shown) for kind, shown, name in found["others"]
    ]
    return Asked(found["names"], unknown, others, found["broken"])


def _advice(kind: str, name: str, shown: str, known: Collection[str]) -> str:
    if kind in ("comment", "tracked change"):
        return _WRITTEN[kind].format(name, "", shown)
    field = _field(name, known)
    own = re.sub(r"\W+", "_", name).strip("_").casefold()[:40] or "mine"
    written = f"{{{{ {field or own} }}}}"
    if not field and kind not in ("blank", "open words", "not filled here"):
        own = own if not own[0].isdigit() else f"field_{own}"
        written = f"{{{{ {own} }}}} and give your own text with --set {own}=TEXT, for no field of a proposal means that"
    return _WRITTEN.get(kind, _OTHERWISE).format(name, written, shown)


def _field(name: str, known: Collection[str]) -> str:
    """The field that a place-holder called ``name`` means; empty where none can be told."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    word = re.sub(r"\W+", "_", apart.replace("'s", "s").replace("’s", "s")).strip("_").casefold()
    word = re.sub(r"^(insert|enter|type|add|the)_", "", word)
    if word in known:
        return {"sender": "sender.name", "prices": "prices.total"}.get(word, word)
    if word in _OF_OURS:
        return _OF_OURS[word]
    plain = [name for name in known if name not in ("prices", "case")]  # one sum is no table
    close = difflib.get_close_matches(word, [*plain, *_OF_OURS], n=1, cutoff=0.92)
    return _OF_OURS.get(close[0], close[0]) if close else ""


def words_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """``fields`` for Word: signs that XML cannot hold or that must not leave are left out, everywhere."""
    return {key: _clean(value) for key, value in fields.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return printable(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value), lines=True)
    if isinstance(value, Mapping):
        return {k: _clean(v) for k, v in value.items()}
    return [_clean(v) for v in value] if isinstance(value, list | tuple) else value
