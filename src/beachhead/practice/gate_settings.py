"""What the release gate assumes where a workspace has no figures of its own: ``gate.yaml``, judgement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Id, Text
from beachhead.tables.defects import SEVERITIES
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import load_model, where

FILE = "gate.yaml"

_Amount = Annotated[float, Field(gt=0)]
_Share = Annotated[float, Field(gt=0, le=1)]
_Count = Annotated[int, Field(ge=1, le=1000, strict=True)]


class _Model(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid")


class _Range(_Model):
    low: _Amount
    high: _Amount
    because: Text

    @model_validator(mode="after")
    def _in_order(self) -> _Range:
        if self.low > self.high:
            raise ValueError("'low' lies above 'high'")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        return self.low, self.high


class _SharesRange(_Range):
    low: _Share
    high: _Share


class _Met(_SharesRange):
    severity: Literal["critical", "major", "minor", "cosmetic"]


class _Limit(_Model):
    value: _Share
    because: Text


class _Number(_Model):
    value: _Count
    because: Text


class GateFile(_Model):
    """The fields of ``gate.yaml``."""

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    met: list[_Met]
    closed: _SharesRange
    hidden: _Range
    half_found: _Range
    accept: _SharesRange
    references: _SharesRange
    remembered: _Limit
    invited: _Number
    delay: _Number
    most_incidents: _Limit
    ready: _Limit
    put_up_with: _Limit


Span = tuple[float, float]


@dataclass(frozen=True)
class GateSettings:
    """The figures of ``gate.yaml``: ranges as (low, high), which hold in four cases of five; ``met`` by severity."""

    met: dict[str, Span]
    closed: Span
    hidden: Span
    half_found: Span
    accept: Span
    references: Span
    remembered: float
    invited: int
    delay: int
    most_incidents: float
    ready: float
    put_up_with: float
    source: str


def gate_settings(workspace: Workspace | None = None) -> GateSettings:
    """The shipped figures, or those of ``gate.yaml`` in the workspace. Raises BadKnowledge."""
    own = workspace.inside(FILE) if workspace else None
    path: Path = own if own and own.is_file() else folder(FILE)
    file, lines = load_model(GateFile, path)
    met = {row.severity: row.ends for row in file.met}
    if set(met) != set(SEVERITIES) or len(file.met) != len(SEVERITIES):
        raise BadKnowledge([f"{where(path, lines, ['met'])}: every severity stands once in 'met'."])
    return GateSettings(
        met={s: met[s] for s in SEVERITIES},  # type: ignore[index]
        closed=file.closed.ends,
        hidden=file.hidden.ends,
        half_found=file.half_found.ends,
        accept=file.accept.ends,
        references=file.references.ends,
        remembered=file.remembered.value,
        invited=file.invited.value,
        delay=file.delay.value,
        most_incidents=file.most_incidents.value,
        ready=file.ready.value,
        put_up_with=file.put_up_with.value,
        source=file.source,
    )


def check_gate(workspace: Workspace) -> list[str]:
    """What is wrong with the workspace's own figures, if it has some."""
    try:
        gate_settings(workspace)
    except BadKnowledge as no:
        return no.problems
    return []
