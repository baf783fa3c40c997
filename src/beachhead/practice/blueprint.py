"""A blueprint: a maturity model as data. Domains, sections, points, and the levels that a point can reach.

One model carries our own blueprints and imported ones: sections nest, scales may differ from point to point
(0 to 3, 1 to 5, coverage from 0 to 1, 0 to 100), points may belong to streams and stages. What a blueprint
does not state has a plain default: weight 1, value 1, no prerequisites, no owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.tables import yaml_files

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Stage = Literal["innovators", "early_adopters", "early_majority", "late_majority", "laggards"]
STAGES: tuple[Stage, ...] = ("innovators", "early_adopters", "early_majority", "late_majority", "laggards")


def _number(value: Any) -> Any:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value != value
        or abs(value) == float("inf")
    ):
        raise ValueError("should be a number")
    return int(value) if float(value).is_integer() else float(value)


def _key_number(value: Any) -> Any:
    """Keys are numbers in YAML and texts in JSON."""
    try:
        return _number(float(value) if isinstance(value, str) else value)
    except ValueError:
        raise ValueError("should be the number of a level") from None


Number = Annotated[int | float, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Positive = Annotated[
    Number,
    AfterValidator(lambda n: _above_zero(n)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0}),
]
LevelKey = Annotated[int | float, BeforeValidator(_key_number), WithJsonSchema({"type": "number"})]
Id = Annotated[
    str, AfterValidator(lambda text: _plain_id(text)), WithJsonSchema({"type": "string", "pattern": ID})
]
Text = Annotated[yaml_files.Text, BeforeValidator(lambda text: _readable(text))]
Rating = Annotated[int, Field(ge=1, le=5, strict=True)]


def _plain_id(text: str) -> str:
    if not re.fullmatch(ID, text):
        raise ValueError(f"should be lower case letters, digits and single dashes, found {text!r}")
    return text


def _readable(text: Any) -> Any:
    """Line ends are unified; what no cell, page or terminal can show is refused."""
    if not isinstance(text, str):
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if control := re.search(r"[\x00-\x08\x0b-\x1f\x7f]", plain):
        raise ValueError(f"holds a control character ({control.group()!r})")
    return plain


def _above_zero(number: float) -> float:
    if number <= 0:
        raise ValueError("should be above zero")
    return number


class _Part(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)


class LevelTexts(_Part):
    """A level in another language."""

    name: Text | None = None
    about: Text | None = None


class Level(_Part):
    """One step of a scale: its number and what it is called."""

    level: Number
    name: Text
    about: Text | None = Field(default=None, description="What an answer at this level means for any point")
    translations: dict[str, LevelTexts] = Field(
        default={}, description="Language code → texts in that language"
    )


class Effort(_Part):
    """What it takes to rise one level."""

    days: Annotated[Number, AfterValidator(lambda n: _above_zero(n))] | None = Field(
        default=None, description="Person-days to rise one level"
    )
    knowledge: Rating = Field(
        default=1, description="1: anybody can do it, 3: needs a specialist, 5: few people can"
    )
    money: Rating = Field(
        default=1, description="1: none to speak of, 3: needs a budget of its own, 5: an investment"
    )


class PointTexts(_Part):
    """The texts of a point in another language."""

    name: Text | None = None
    about: Text | None = None
    question: Text | None = None
    without: Text | None = None
    pragmatist: Text | None = None
    levels: dict[LevelKey, Text] = {}
    criteria: list[Text] = []
    evidence: Text | None = None


class Choice(_Part):
    """Something that can be ticked."""

    id: Text
    name: Text
    about: Text | None = None
    none: bool = Field(default=False, description="It says that none of the others holds")


class Rule(_Part):
    """The level that ticked choices give; of several rules the first that holds."""

    when: Text = Field(description="Expression over ids of choices, such as a && !b; or default")
    level: Number


class Point(_Part):
    """One thing to look at, with an observable criterion for each level."""

    id: Id = Field(description="Never changes once answers refer to it: lower case, digits, dashes")
    name: Text
    about: Text | None = Field(default=None, description="Explanation or guidance")
    question: Text | None = Field(default=None, description="What is asked; without it the name is asked")
    without: Text | None = Field(default=None, description="What goes wrong without it")
    pragmatist: Text | None = Field(default=None, description="Why it matters to a pragmatist")
    levels: dict[LevelKey, Text] = Field(
        default={}, description="Level → observable criterion; the lowest level is none of them"
    )
    criteria: list[Text] = Field(
        default=[], description="What must all be true for any level above the lowest"
    )
    choices: list[Choice] = Field(default=[], description="What is ticked, where rules give the level")
    rules: list[Rule] = Field(
        default=[], description="How ticked choices become a level; the last is default"
    )
    evidence: Text | None = Field(default=None, description="What to ask to be shown")
    owners: list[Id] = Field(default=[], description="Departments that own it")
    hands_over_to: list[Id] = Field(default=[], description="Departments that receive its result")
    value: Rating = Field(default=1, description="What it is worth, 1 to 3 (imported models: to 5)")
    effort: Effort = Field(default=Effort(), description="To rise one level")
    needs: list[Id] = Field(default=[], description="Points that must have left their lowest level first")
    from_stage: Stage | None = Field(default=None, description="Life-cycle stage from which it matters")
    groups: list[Text] = Field(
        default=[], description="Short assessments that it belongs to, such as first-meeting"
    )
    weight: Positive = Field(default=1, description="Weight in the score of its section")
    scale: Text | None = Field(
        default=None, description="Name in `scales`, where it differs from `levels` of the blueprint"
    )
    stage: Annotated[int, Field(ge=1, strict=True)] | None = Field(
        default=None, description="Maturity level that it belongs to, where `scoring` is stages"
    )
    stream: Text | None = Field(
        default=None, description="Stream within its section, where `scoring` is stages"
    )
    references: dict[str, list[Text]] = Field(default={}, description="Standard → clauses of it")
    ref: Text | None = Field(default=None, description="Identifier in the model that it was imported from")
    translations: dict[str, PointTexts] = Field(
        default={}, description="Language code → texts in that language"
    )


class SectionTexts(_Part):
    """The texts of a domain, section or blueprint in another language."""

    name: Text | None = None
    about: Text | None = None


class Section(_Part):
    """A domain (at the top) or a section within one: points, further sections, or both."""

    id: Id
    name: Text
    about: Text | None = None
    weight: Positive = Field(default=1, description="Multiplies the weights of the points in it")
    points: list[Point] = []
    sections: list[Section] = []
    ref: Text | None = Field(default=None, description="Identifier in the model that it was imported from")
    translations: dict[str, SectionTexts] = {}


class EffortWeights(_Part):
    """How much knowledge and money count: effort = days × (1 + Σ weight × (rating − 1)). Judgement."""

    knowledge: Annotated[Number, Field(ge=0)] = 0.25
    money: Annotated[Number, Field(ge=0)] = 0.25


class Blueprint(_Part):
    """A maturity model: who wrote it, its scale, its domains with their points."""

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)] = Field(
        description="Raise it with every change; 0 while it is a draft that may change freely"
    )
    name: Text
    language: Text = Field(description="Code of its language, such as en")
    author: Text
    licence: Text
    source: Text = Field(description="Where it comes from, or that it is judgement")
    edition: Text | None = Field(default=None, description="The version that an imported model gives itself")
    about: Text | None = None
    levels: list[Level] = Field(description="The scale of every point that names no other; lowest first")
    between: bool = Field(
        default=False, description="Levels between those of the scale may be answered, such as 37 of 100"
    )
    scales: dict[Id, list[Level]] = Field(default={}, description="Further scales that points refer to")
    scoring: Literal["mean", "stages"] = Field(
        default="mean",
        description="mean: weighted mean of level over highest level. stages: a section's score is the sum "
        "over its stages of the mean of the streams (as OWASP SAMM does)",
    )
    effort_weights: EffortWeights = EffortWeights()
    groups: dict[str, Text] = Field(default={}, description="Short assessments: name → what it is for")
    departments: dict[Id, Text] = Field(
        default={}, description="Departments beyond the shared vocabulary: id → name"
    )
    retired: list[Id] = Field(
        default=[], description="Ids of points of earlier versions; they are not used again"
    )
    domains: list[Section]
    ref: Text | None = Field(default=None, description="Identifier in the model that it was imported from")
    translations: dict[str, SectionTexts] = {}

    @cached_property
    def placed(self) -> list[Placed]:
        """Every point with the sections that lead to it, in reading order."""
        return [found for domain in self.domains for found in _walk(domain, ())]

    @cached_property
    def by_id(self) -> dict[str, Placed]:
        """Every point by its id."""
        return {p.point.id: p for p in self.placed}

    @cached_property
    def languages(self) -> list[str]:
        """Its own language and those that it is translated to."""
        return list(
            dict.fromkeys(
                [self.language, *self.translations, *(t for p in self.placed for t in p.point.translations)]
            )
        )

    @cached_property
    def stages(self) -> int:
        """The highest stage of any point: what a section's score is out of, where ``scoring`` is stages."""
        return max((p.point.stage or 0 for p in self.placed), default=0)

    def scale(self, point: Point) -> list[Level]:
        """The scale of ``point``, lowest level first."""
        return self.scales[point.scale] if point.scale else self.levels

    def place(self, point_id: str) -> Placed:
        """The point called ``point_id``. Raises BadQuestion, with the nearest id, where there is none."""
        if point_id not in self.by_id:
            raise BadQuestion(
                f"Blueprint {self.id!r} has no point {point_id!r}{did_you_mean(point_id, self.by_id)}."
            )
        return self.by_id[point_id]

    def in_group(self, groups: list[str]) -> list[Placed]:
        """The points of any of ``groups`` (all points where it is empty)."""
        for group in groups:
            if group not in self.groups:
                known = f"; it has {', '.join(self.groups)}" if self.groups else ""
                raise BadQuestion(
                    f"Blueprint {self.id!r} has no group {group!r}{did_you_mean(group, self.groups)}{known}."
                )
        return [p for p in self.placed if not groups or set(groups) & set(p.point.groups)]


@dataclass(frozen=True)
class Placed:
    """A point and the sections that lead to it: the domain first, the section that holds it last."""

    point: Point
    path: tuple[Section, ...]

    @property
    def domain(self) -> Section:
        return self.path[0]

    @property
    def section(self) -> Section:
        return self.path[-1]

    @property
    def weight(self) -> float:
        """Its weight times those of all sections that it is in."""
        weight = float(self.point.weight)
        for section in self.path:
            weight *= section.weight
        return weight


def _walk(section: Section, above: tuple[Section, ...]) -> Iterator[Placed]:
    path = (*above, section)
    for point in section.points:
        yield Placed(point, path)
    for inner in section.sections:
        yield from _walk(inner, path)


def sections(blueprint: Blueprint) -> Iterator[tuple[Section, tuple[Section, ...]]]:
    """Every domain and section with those above it, in reading order."""

    def walk(section: Section, above: tuple[Section, ...]) -> Iterator[tuple[Section, tuple[Section, ...]]]:
        yield section, above
        for inner in section.sections:
            yield from walk(inner, (*above, section))

    for domain in blueprint.domains:
        yield from walk(domain, ())


def shown(level: float) -> str:
    """A level as people write it: 2, 0.25, 37.5."""
    return f"{level:g}"
