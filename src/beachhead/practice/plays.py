"""Plays and objections as their files say them: when a play applies and why, and what to know, say, show and do.

A play is written for colleagues. A customer receives the lines and proofs marked ``public: true`` and the texts of
``for_customer``, and nothing else; that is decided in one place, the function ``for_customer``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from beachhead.practice.assessment import Day
from beachhead.practice.blueprint import Id, Stage, Text


class _Part(BaseModel):
    model_config = ConfigDict(
        defer_build=True, extra="forbid", frozen=True, coerce_numbers_to_str=True, populate_by_name=True
    )


class _Shared(_Part):
    """What may be shown to somebody, or not."""

    public: bool = Field(
        default=False,
        description="true: may stand in a customer's document, and is written to the customer; without it, it does not",
    )
    internal: bool = Field(
        default=False,
        description="true: among colleagues, not even said or shown; told as such wherever it stands",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.public and self.internal:
            raise ValueError("what is internal cannot be public; take one of them away")
        return self


class TextLine(_Shared):
    """A line of text, for colleagues unless it is public."""

    text: Text


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


class Proof(_Shared):
    """Something to show that supports what is said."""

    text: Text
    source: Text = Field(description="Who says so, or that it is judgement")
    date: Day = Field(description="When it was so")


class Reference(_Shared):
    """Customers like this one, looked up in the table of references when the play is shown."""

    reference: Literal["alike"]


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
    """What is offered and what happens next, told to colleagues."""

    offer: Text
    leave_behind: Text = Field(description="What the customer keeps, whatever becomes of it")
    tasks: list[Task] = Field(min_length=1)
    next_step: Text


class ToCustomer(_Part):
    """What is offered and what happens next, in words that the customer reads."""

    offer: Text = Field(description="What is offered as a first step")
    next_step: Text = Field(description="What happens next")


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
    for_customer: ToCustomer | None = Field(
        default=None, description="The offer and the next step as a customer's document says them"
    )


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
    """What may reach a customer of a play: what is public, and what is written to the customer."""

    know: list[str]
    say: list[str]
    show: list[Proof]
    references: bool = Field(description="Whether references like this customer belong to what is shown")
    offer: str
    next_step: str


def for_customer(play: Play) -> CustomerPlay:
    """What a customer may receive of ``play``: its public lines and proofs, and the texts written to the customer.

    Left out is everything else: the name, ``when`` with its reasons, what not to say, the offer and next step as
    colleagues read them, the tasks and the audience. Everything that goes to a customer is made from this and from
    nothing else of a play.
    """
    shown = [proof for proof in play.show if proof.public]
    told = play.for_customer
    return CustomerPlay(
        know=[line.text for line in play.know if line.public],
        say=[line.text for line in play.say if line.public],
        show=[proof for proof in shown if isinstance(proof, Proof)],
        references=any(isinstance(proof, Reference) for proof in shown),
        offer=told.offer if told else "",
        next_step=told.next_step if told else "",
    )
