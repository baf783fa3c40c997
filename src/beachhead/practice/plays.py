"""Plays and objections as their files say them: when a play applies and why, and what to know, say, show and do.

Lines marked ``internal: true`` never reach a customer. What a customer may receive of a play is decided in one
place, ``for_customer``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from beachhead.practice.assessment import Day
from beachhead.practice.blueprint import Id, Stage, Text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, populate_by_name=True)


class TextLine(_Part):
    """A line of text, for colleagues only where it is internal."""

    text: Text
    internal: bool = Field(default=False, description="true: for colleagues only, never for a customer")


def _line(value: Any) -> Any:
    """``- some text`` is short for ``- {text: some text}``."""
    return {"text": value} if isinstance(value, str) else value


Line = Annotated[TextLine, BeforeValidator(_line, json_schema_input_type=str | TextLine)]


class Ground(_Part):
    """One line of ``when``: a condition over the facts, and the sentence that tells that it holds."""

    condition: Text = Field(
        alias="if", description="One SQL expression over the facts; it is false where a fact is missing"
    )
    because: Text = Field(
        description="The reason, with {facts} in it; [one|other] is the first that is known"
    )


class Audience(_Part):
    """Whom the play is for."""

    roles: list[Text] = Field(min_length=1, description="Roles to speak to, the first one first")
    categories: list[Stage] = Field(min_length=1, description="Adopter categories that it is made for")


class Proof(_Part):
    """Something to show that supports what is said."""

    text: Text
    source: Text = Field(description="Who says so, or that it is judgement")
    date: Day = Field(description="When it was so")
    internal: bool = Field(default=False, description="true: for colleagues only, never for a customer")


class Reference(_Part):
    """Customers like this one, looked up in the table of references when the play is shown."""

    reference: Literal["alike"]
    internal: bool = False


def _kind_of_proof(value: Any) -> str:
    named = "reference" in value if isinstance(value, dict) else isinstance(value, Reference)
    return "Reference" if named else "Proof"


Shown = Annotated[
    Annotated[Proof, Tag("Proof")] | Annotated[Reference, Tag("Reference")], Discriminator(_kind_of_proof)
]


class Task(_Part):
    """Something that one of us does for the play."""

    task: Text
    days: Annotated[int, Field(ge=0, strict=True)] = Field(description="Days from today until it is done")


class Do(_Part):
    """What is offered and what happens next."""

    offer: Text
    leave_behind: Text = Field(description="What the customer keeps, whatever becomes of it")
    tasks: list[Task] = Field(min_length=1)
    next_step: Text


class Play(_Part):
    """What to do in one situation."""

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text = Field(description="For colleagues; a customer never sees it")
    language: Text = Field(description="Code of its language, such as en")
    author: Text
    licence: Text
    source: Text = Field(description="Where it comes from, or that it is judgement")
    answers: list[Id] = Field(default=[], description="Objections that it answers")
    audience: Audience
    offering: Id | None = Field(default=None, description="The offering that it leads to")
    excludes: list[Id] = Field(
        default=[], description="Plays that are not proposed where this one applies: they contradict it"
    )
    value: Annotated[int, Field(ge=1, le=3, strict=True)] = Field(
        default=2,
        description="What it is worth where it applies: 3 before others, 1 when nothing else presses",
    )
    when: list[Ground] = Field(min_length=1, description="All of them must hold")
    know: list[Line] = Field(min_length=1, description="What it means")
    say: list[Line] = Field(min_length=1, description="Words to say")
    not_say: list[Line] = Field(default=[], description="Words that spoil it; never for a customer")
    show: list[Shown] = Field(default=[], description="Proof with its source and date")
    do: Do


class Meaning(_Part):
    """What an objection may mean, and in which circumstances."""

    condition: Text | None = Field(
        default=None, alias="if", description="Over the facts; without it, it may always be meant"
    )
    text: Text


class Objection(_Part):
    """What a customer says, in several phrasings, and what it may mean."""

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    says: list[Text] = Field(
        min_length=1, description="Phrasings as they were heard; add your customers' own"
    )
    means: list[Meaning] = Field(min_length=1)
    ask: list[Text] = Field(min_length=1, description="Questions to ask before answering")


class CustomerPlay(_Part):
    """What may reach a customer of a play: no name, no reason, no task, nothing that is internal."""

    know: list[str]
    say: list[str]
    show: list[Proof]
    references: bool = Field(description="Whether references like this customer belong to what is shown")
    offer: str
    leave_behind: str
    next_step: str


def for_customer(play: Play) -> CustomerPlay:
    """What a customer may receive of ``play``.

    Left out are all lines marked internal, the name, ``when`` with its reasons, what not to say, the tasks and
    the audience. Everything that goes to a customer is made from this and from nothing else of a play.
    """
    shown = [proof for proof in play.show if not proof.internal]
    return CustomerPlay(
        know=[line.text for line in play.know if not line.internal],
        say=[line.text for line in play.say if not line.internal],
        show=[proof for proof in shown if isinstance(proof, Proof)],
        references=any(isinstance(proof, Reference) for proof in shown),
        offer=play.do.offer,
        leave_behind=play.do.leave_behind,
        next_step=play.do.next_step,
    )
