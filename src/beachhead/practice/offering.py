"""An offering: what can be sold, the changes that it forces on departments, what makes these smaller, and a
small business case.

A change is one of *function* (the thing itself works otherwise: another tool, another skill) or of *process*
(the work flows otherwise: who does what, when, with whose consent). Its depth:

0  nothing changes, worth saying because it is feared
1  a setting: the same work, with something to know
2  a new way of working: has to be learnt, agreed and practised
3  a new job: what the department was there for is done otherwise or by others
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from beachhead.practice.blueprint import Id, Number, Positive, Text
from beachhead.practice.formula import CONSTANTS
from beachhead.practice.units import Unit

Kind = Literal["function", "process"]
KINDS: tuple[Kind, ...] = ("function", "process")
What = Literal["tool", "process", "skill", "role", "vendor"]
MeasureKind = Literal["product", "service", "training", "procedure", "reference"]
DEEPEST = 3
DEFAULT_BLUEPRINT = "operations"

_WHEN = re.compile(
    r"included|owned:\s*(?P<owned>\S+)|reference:\s*(?P<reference>\S+)"
    r"|point:\s*(?:(?P<blueprint>\S+)/)?(?P<point>[^\s/]+)\s*>=\s*(?P<level>\d+(?:\.\d+)?)"
)


@dataclass(frozen=True)
class When:
    """What makes a mitigation be in place: it comes with the offering (``included``), the account owns a
    product (``owned``), it answered a point of a blueprint with a level or more (``point``), or there is a
    reference for a product that may be named, of its segment or category (``reference``)."""

    kind: Literal["included", "owned", "point", "reference"]
    name: str = ""
    level: float = 0.0
    blueprint: str = ""

    @classmethod
    def parse(cls, value: Any) -> When:
        """``included``, ``owned: PRODUCT``, ``point: [BLUEPRINT/]POINT >= LEVEL`` or ``reference: PRODUCT``.

        A mapping with that one key means the same. Raises ValueError.
        """
        if isinstance(value, When):
            return value
        if isinstance(value, dict) and len(value) == 1:
            [(key, rest)] = value.items()
            value = f"{key}: {rest}"
        found = _WHEN.fullmatch(value.strip()) if isinstance(value, str) else None
        if not found:
            raise ValueError(
                "should be included, 'owned: PRODUCT', 'point: POINT >= 2' or 'reference: PRODUCT', "
                f"found {value!r}"
            )
        if found["owned"]:
            return cls("owned", found["owned"])
        if found["reference"]:
            return cls("reference", found["reference"])
        if found["point"]:
            return cls(
                "point", found["point"], float(found["level"]), found["blueprint"] or DEFAULT_BLUEPRINT
            )
        return cls("included")

    def __str__(self) -> str:
        if self.kind == "point":
            book = "" if self.blueprint == DEFAULT_BLUEPRINT else f"{self.blueprint}/"
            return f"point: {book}{self.name} >= {self.level:g}"
        return self.kind if self.kind == "included" else f"{self.kind}: {self.name}"


def _whens(value: Any) -> Any:
    return tuple(When.parse(one) for one in (value if isinstance(value, list | tuple) else [value]))


def _figure_id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError(f"should be lower case letters, digits and underscores, found {text!r}")
    if keyword.iskeyword(text) or text in CONSTANTS or text in ("min", "max", "ceil"):
        raise ValueError(f"{text!r} means something else in formulas; take another word")
    return text


def _unit(text: str) -> str:
    Unit.parse(text)
    return text


FigureId = Annotated[
    str,
    AfterValidator(_figure_id),
    WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}),
]
Whens = Annotated[
    tuple[When, ...],
    BeforeValidator(_whens),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "included, 'owned: PRODUCT', 'point: POINT >= 2' or 'reference: PRODUCT'; "
            "of several any one is enough",
        }
    ),
]


class _Part(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)


class Mitigation(_Part):
    """What makes a change smaller. Told in full once per offering; elsewhere only ``id`` and ``takes_away``."""

    id: Id
    takes_away: Annotated[int, Field(ge=1, le=DEEPEST, strict=True)] = Field(
        description="By how much the change is less deep with it"
    )
    kind: MeasureKind | None = None
    name: Text | None = None
    when: Whens = Field(default=(), description="When it is in place; without it, it is still to be agreed")
    days: Positive | None = Field(default=None, description="Person-days that it takes, ours and theirs")
    owners: list[Id] = Field(default=[], description="Departments that carry it out")
    text: Text | None = Field(default=None, description="What it is, concretely")

    @property
    def told(self) -> bool:
        """Whether this is where the mitigation is told in full."""
        return self.name is not None


class Change(_Part):
    """What an offering forces a department to change."""

    id: Id
    department: Id
    kind: Kind = Field(description="function: the thing works otherwise; process: the work flows otherwise")
    what: What
    depth: Annotated[int, Field(ge=0, le=DEEPEST, strict=True)]
    change: Text = Field(description="What is different for this department, concretely")
    mitigations: list[Mitigation] = []


class Input(_Part):
    """One figure of a business case, with its range. The truth is assumed to lie between low and high."""

    id: FigureId
    name: Text
    unit: Annotated[str, AfterValidator(_unit)] = Field(
        default="", description="Such as 'money per server per year', 'hours', '%'; empty: a plain number"
    )
    low: Number
    likely: Number
    high: Number
    source: Text = Field(description="Where the figure comes from, or that it is judgement")

    @property
    def parsed_unit(self) -> Unit:
        return Unit.parse(self.unit)


class BusinessCase(_Part):
    """Figures and arithmetic; the result is the payback in months.

    The formulas ``investment`` (money) and ``annual_benefit`` (money per year) are required;
    ``months_before_benefit`` (months from the order until it is in use) is added to the payback if there.
    """

    question: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    inputs: list[Input]
    formulas: dict[FigureId, Text]
    result: Literal["payback_months"] = "payback_months"


class Offering(_Part):
    """What can be sold, as its file says it."""

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text = Field(description="Where it comes from, or that it is judgement")
    need: Text = Field(description="Category of need that it meets")
    vendor: Text
    products: list[Text] = Field(default=[], description="Ids of the products that it consists of")
    combines: list[Id] = Field(
        default=[], description="Offerings that it is a bundle of: it consists of their products and changes"
    )
    includes: list[Id] = Field(
        default=[], description="Mitigations of what it combines that come with the bundle"
    )
    needs_first: list[Text] = Field(default=[], description="Products that must be owned first")
    third_party: list[Text] = Field(default=[], description="What else is needed, from others")
    price_model: Text
    about: Text = Field(description="What it is, written to the customer")
    note: Text | None = Field(
        default=None, description="For colleagues: whom it suits and why; never in a customer's document"
    )
    changes: list[Change] = []
    business_case: BusinessCase

    @property
    def measures(self) -> dict[str, Mitigation]:
        """Every mitigation by its id, where it is told in full."""
        return {m.id: m for c in self.changes for m in c.mitigations if m.told}

    @property
    def departments(self) -> list[str]:
        """The departments that it changes something for, the deepest change first."""
        deepest: dict[str, int] = {}
        for change in self.changes:
            deepest[change.department] = max(deepest.get(change.department, 0), change.depth)
        return sorted(deepest, key=lambda name: -deepest[name])

    def whens(self, mitigation: Mitigation) -> tuple[When, ...]:
        """When ``mitigation`` is in place here. What the offering itself consists of or includes comes with it."""
        if mitigation.id in self.includes:
            return (When("included"),)
        told = self.measures[mitigation.id].when
        return tuple(When("included") if w.kind == "owned" and w.name in self.products else w for w in told)
