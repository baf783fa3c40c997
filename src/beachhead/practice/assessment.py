"""An assessment: what one respondent answered about one subject at a date, actual or planned.

What is not known is not zero: an answer is a level, ``dont_know`` or ``not_applicable`` (with a reason);
points without an answer are unanswered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from beachhead.errors import did_you_mean
from beachhead.practice.blueprint import Blueprint, Id, Number, Point, Text, shown
from beachhead.practice.choices import level_of, problem
from beachhead.tables.yaml_files import Lines, where

DONT_KNOW: Literal["dont_know"] = "dont_know"
NOT_APPLICABLE: Literal["not_applicable"] = "not_applicable"
SPOKEN = {
    "dont_know": DONT_KNOW,
    "don't know": DONT_KNOW,
    "don’t know": DONT_KNOW,
    "do not know": DONT_KNOW,
    "unknown": DONT_KNOW,
    "?": DONT_KNOW,
    "not_applicable": NOT_APPLICABLE,
    "not applicable": NOT_APPLICABLE,
    "does not apply": NOT_APPLICABLE,
    "n/a": NOT_APPLICABLE,
    "na": NOT_APPLICABLE,
}
"""What people write for the two answers that are no level."""

Confidence = Literal["low", "medium", "high"]


def _day(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError(f"should be a date such as 2009-02-28, found {str(value)!r}") from None


def _level(value: Any) -> Any:
    if isinstance(value, str):
        word = value.strip().casefold()
        if word in SPOKEN:
            return SPOKEN[word]
        raise ValueError(f"should be the number of a level, dont_know or not_applicable, found {value!r}")
    return value


def _answer(value: Any) -> Any:
    """``point: 2`` is short for ``point: {level: 2}``, ``point: [a, b]`` for ``point: {choices: [a, b]}``."""
    if isinstance(value, list):
        return {"choices": value}
    return value if isinstance(value, dict | Answer) else {"level": value}


def _ticked(value: Any) -> Any:
    """``a, b`` is short for ``[a, b]``, ``none`` for nothing ticked."""
    if isinstance(value, str):
        return [] if value.strip().casefold() == "none" else [part.strip() for part in value.split(",")]
    return value


Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


class Answer(BaseModel):
    """One answer to one point."""

    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)

    level: Annotated[
        Number | Literal["dont_know", "not_applicable"] | None,
        BeforeValidator(_level),
        WithJsonSchema(
            {"anyOf": [{"type": "number"}, {"enum": [DONT_KNOW, NOT_APPLICABLE]}, {"type": "null"}]}
        ),
    ] = Field(default=None, description="A level, dont_know or not_applicable; empty: not answered yet")
    choices: Annotated[list[Text] | None, BeforeValidator(_ticked)] = Field(
        default=None,
        description="Ids of the ticked choices, where the point has choices; none: nothing ticked",
    )
    reason: Text | None = Field(default=None, description="Why it does not apply")
    evidence: Text | None = Field(default=None, description="What was shown, and where it lies")
    comment: Text | None = None
    confidence: Confidence | None = Field(default=None, description="How sure the respondent is")
    date: Day | None = Field(
        default=None, description="When it was answered, if not on the day of the assessment"
    )
    prefilled: Text | None = Field(
        default=None, description="Where the answer was taken over from, unconfirmed"
    )

    @property
    def state(self) -> str:
        """answered, dont_know, not_applicable or unanswered."""
        if self.level is None:
            return "unanswered" if self.choices is None else "answered"
        return self.level if isinstance(self.level, str) else "answered"

    @property
    def number(self) -> float | None:
        """The level, where it is one."""
        return None if self.level is None or isinstance(self.level, str) else float(self.level)


class Assessment(BaseModel):
    """The answers of one respondent at a date."""

    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)

    subject: Text = Field(description="Id of the account, name of the partner firm or of the release")
    kind: Literal["account", "partner", "release"]
    blueprint: Id
    blueprint_version: Annotated[int, Field(ge=0, strict=True)]
    date: Day = Field(description="Day of the assessment; respondents of one assessment write the same day")
    respondent: Text | None = Field(
        default=None, description="Role of who answered, such as head of operations"
    )
    status: Literal["actual", "planned"] = "actual"
    milestone: Text | None = Field(
        default=None, description="Name under which it is frozen: it then no longer changes"
    )
    groups: list[Text] = Field(
        default=[], description="Only the points of these groups were asked; empty: all"
    )
    answers: dict[Id, Annotated[Answer, BeforeValidator(_answer)]]


def with_levels(assessment: Assessment, blueprint: Blueprint) -> Assessment:
    """``assessment`` with the levels that its ticked choices give; they must fit (``answer_problems``)."""
    found = {
        name: answer.model_copy(update={"level": level_of(blueprint.by_id[name].point, answer.choices)})
        for name, answer in assessment.answers.items()
        if answer.choices is not None and name in blueprint.by_id
    }
    return assessment.model_copy(update={"answers": {**assessment.answers, **found}}) if found else assessment


@dataclass(frozen=True)
class Filed:
    """An assessment and the file that it was read from."""

    assessment: Assessment
    path: Path
    lines: Lines


def answer_problems(filed: Filed, blueprint: Blueprint) -> list[str]:
    """Every answer that does not fit ``blueprint``, as a sentence with file and line."""
    return [
        f"{where(filed.path, filed.lines, at)}: {said}." for at, said in _misfits(filed.assessment, blueprint)
    ]


def _misfits(assessment: Assessment, blueprint: Blueprint) -> Iterator[tuple[tuple[str, ...], str]]:
    if assessment.blueprint_version > blueprint.version:
        yield (
            ("blueprint_version",),
            f"the answers are to version {assessment.blueprint_version} of {blueprint.id!r}, "
            f"but the blueprint at hand is version {blueprint.version}",
        )
    for group in assessment.groups:
        if group not in blueprint.groups:
            yield (
                ("groups",),
                f"{blueprint.id!r} has no group {group!r}{did_you_mean(group, blueprint.groups)}",
            )
    for name, answer in assessment.answers.items():
        at = ("answers", name)
        if name in blueprint.retired:
            continue
        if name not in blueprint.by_id:
            yield at, f"{blueprint.id!r} has no point {name!r}{did_you_mean(name, blueprint.by_id)}"
        elif wrong := problem(blueprint.by_id[name].point, answer.choices, answer.level):
            yield (*at, "choices"), wrong
        elif answer.state == NOT_APPLICABLE and not answer.reason:
            yield at, f"point {name!r} is said not to apply, which needs a 'reason'"
        elif answer.number is not None:
            point = blueprint.by_id[name].point
            if not on_scale(blueprint, point, answer.number):
                allowed = ", ".join(shown(step.level) for step in blueprint.scale(point))
                yield (
                    (*at, "level"),
                    f"the answer to point {name!r} is {shown(answer.number)}, its levels are {allowed}",
                )


def on_scale(blueprint: Blueprint, point: Point, level: float) -> bool:
    """Whether ``level`` may be answered to ``point``."""
    numbers = [step.level for step in blueprint.scale(point)]
    between = blueprint.between and point.scale is None
    return level in numbers or (between and numbers[0] <= level <= numbers[-1])


ROUND = ("assessment", "subject", "kind", "blueprint", "date", "status", "milestone")
"""The columns that name one assessment (a round of respondents)."""

_TEXTS = pl.List(pl.String)
ASSESSMENTS = pl.Schema(
    [
        ("assessment", pl.Int64()),
        *((name, pl.String()) for name in ("subject", "kind", "blueprint")),
        ("blueprint_version", pl.Int64()),
        ("date", pl.Date()),
        *((name, pl.String()) for name in ("status", "milestone")),
        *((name, _TEXTS) for name in ("groups", "respondents")),
    ]
)
ANSWERS = pl.Schema(
    [
        ("assessment", pl.Int64()),
        *((name, pl.String()) for name in ("respondent", "point", "state")),
        ("level", pl.Float64()),
        *((name, pl.String()) for name in ("reason", "evidence", "comment", "confidence")),
        ("answered_on", pl.Date()),
        ("prefilled", pl.String()),
    ]
)


@dataclass(frozen=True)
class Answers:
    """Assessments as two tables.

    ``assessments``: one row per assessment (all respondents of one subject, blueprint, status and day, or
    milestone), columns ``ASSESSMENTS``, oldest first. ``answers``: one row per respondent and point, columns
    ``ANSWERS``; ``level`` is null unless ``state`` is ``answered``.
    """

    assessments: pl.DataFrame
    answers: pl.DataFrame

    def of(self, **wanted: object) -> Answers:
        """Those whose columns have the given values, e.g. ``of(subject="A-0001", status="actual")``."""
        kept = self.assessments.filter(*(pl.col(name) == value for name, value in wanted.items()))
        return Answers(kept, self.answers.join(kept.select("assessment"), on="assessment", how="semi"))


def answer_tables(assessments: Sequence[Assessment]) -> Answers:
    """``assessments`` as tables.

    Respondents of the same day, or of the same milestone, make one assessment.
    """
    label = {_day_key(a): a.milestone for a in assessments if a.milestone}
    rounds: dict[tuple[str, ...], list[Assessment]] = {}
    for one in assessments:
        named = label.get(_day_key(one))
        key = (one.subject, one.blueprint, one.status, f"m:{named}" if named else str(one.date))
        rounds.setdefault(key, []).append(one)
    ordered = sorted(rounds.values(), key=lambda many: (many[0].subject, many[0].blueprint, _last(many)))
    heads, rows = [], []
    for number, many in enumerate(ordered):
        heads.append(_head(number, many, label.get(_day_key(many[0]))))
        rows += [_row(number, one, name, answer) for one in many for name, answer in one.answers.items()]
    return Answers(
        pl.DataFrame(heads, schema=ASSESSMENTS, orient="row"),
        pl.DataFrame(rows, schema=ANSWERS, orient="row"),
    )


def _day_key(one: Assessment) -> tuple[str, ...]:
    return (one.subject, one.blueprint, one.status, str(one.date))


def _last(many: list[Assessment]) -> dt.date:
    return max(one.date for one in many)


def _head(number: int, many: list[Assessment], milestone: str | None) -> tuple[Any, ...]:
    first = many[0]
    # A respondent that was asked everything makes it a full assessment.
    groups = sorted({g for one in many for g in one.groups}) if all(one.groups for one in many) else []
    version = max(one.blueprint_version for one in many)
    names = [one.respondent for one in many if one.respondent]
    return (
        number,
        first.subject,
        first.kind,
        first.blueprint,
        version,
        _last(many),
        first.status,
        milestone,
        groups,
        list(dict.fromkeys(names)),
    )


def _row(number: int, one: Assessment, name: str, answer: Answer) -> tuple[Any, ...]:
    return (
        number,
        one.respondent,
        name,
        answer.state,
        answer.number,
        answer.reason,
        answer.evidence,
        answer.comment,
        answer.confidence,
        answer.date or one.date,
        answer.prefilled,
    )
