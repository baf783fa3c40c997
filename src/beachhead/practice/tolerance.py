"""How deep a change each adopter category puts up with, in function and in process: a data file, judgement.

An account is not one category but a posterior over five. Its tolerance is the median of that posterior: the
largest depth that it puts up with at least as probably as not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Id, Stage, Text
from beachhead.practice.offering import DEEPEST, KINDS, Kind
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.defects import SEVERITIES
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import load_model, where

FILE = "tolerance.yaml"
EVEN = 0.5
"""At least as probably as not."""

_Depth = Annotated[int, Field(ge=0, le=DEEPEST, strict=True)]


class _Row(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid")

    category: Stage
    function: _Depth
    process: _Depth
    forgives: Literal["none", "cosmetic", "minor", "major", "critical"] | None = None
    because: Text


class ToleranceFile(BaseModel):
    """The fields of ``tolerance.yaml``."""

    model_config = ConfigDict(defer_build=True, extra="forbid")

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    tolerated: list[_Row]


@dataclass(frozen=True)
class Tolerance:
    """``depth[kind][category]``: the deepest change that is put up with; ``because[category]``; ``source``.

    ``forgives[category]``: the gravest defect that is forgiven, as in the table ``defects``; ``none``: not any.
    """

    depth: Mapping[Kind, Mapping[str, int]]
    because: Mapping[str, str]
    source: str
    forgives: Mapping[str, str]

    def bears(self, category: str, severity: str) -> bool:
        """Whether a customer of ``category`` forgives a defect of ``severity``."""
        most = self.forgives[category]
        return most != "none" and SEVERITIES.index(severity) >= SEVERITIES.index(most)

    def of(self, standing: Mapping[str, float]) -> dict[Kind, int]:
        """Per kind the depth tolerated by an account with these probabilities of the categories."""
        return {
            kind: sum(self._at_least(standing, kind, d) >= EVEN - 1e-9 for d in range(1, DEEPEST + 1))
            for kind in KINDS
        }

    def probability(self, standing: Mapping[str, float], left: Mapping[Kind, int]) -> float:
        """That an account with this standing puts up with all that is ``left`` (deepest per kind)."""
        return sum(standing[c] for c in CATEGORIES if all(self.depth[k][c] >= left.get(k, 0) for k in KINDS))

    def expression(self, kind: Kind) -> pl.Expr:
        """``of`` for every row of the facts (columns ``p_innovators`` …); null where it stands nowhere."""
        steps = [
            reduce(
                lambda a, b: a + b,
                [pl.lit(0.0), *(pl.col(f"p_{c}") for c in CATEGORIES if self.depth[kind][c] >= d)],
            )
            >= EVEN - 1e-9
            for d in range(1, DEEPEST + 1)
        ]
        known = pl.all_horizontal(pl.col(f"p_{c}").is_not_null() for c in CATEGORIES)
        return pl.when(known).then(pl.sum_horizontal(s.cast(pl.Int64) for s in steps))

    def _at_least(self, standing: Mapping[str, float], kind: Kind, depth: int) -> float:
        return sum(standing[c] for c in CATEGORIES if self.depth[kind][c] >= depth)


def tolerance(workspace: Workspace | None = None) -> Tolerance:
    """The shipped tolerances, or those of ``tolerance.yaml`` in the workspace. Raises BadKnowledge."""
    own = workspace.inside(FILE) if workspace else None
    return _load(own if own and own.is_file() else folder(FILE))


def check_tolerance(workspace: Workspace) -> list[str]:
    """What is wrong with the workspace's own tolerances, if it has some."""
    try:
        tolerance(workspace)
    except BadKnowledge as no:
        return no.problems
    return []


def _load(path: Path) -> Tolerance:
    file, lines = load_model(ToleranceFile, path)
    rows: dict[str, _Row] = {row.category: row for row in file.tolerated}
    at = where(path, lines, ["tolerated"])
    missing = [c for c in CATEGORIES if c not in rows]
    if missing or len(file.tolerated) != len(CATEGORIES):
        said = f"has no {missing[0]}" if missing else "has a category twice"
        raise BadKnowledge([f"{at}: 'tolerated' {said}; every category stands once."])
    return Tolerance(
        depth={
            "function": {c: rows[c].function for c in CATEGORIES},
            "process": {c: rows[c].process for c in CATEGORIES},
        },
        because={c: rows[c].because for c in CATEGORIES},
        source=file.source,
        forgives={c: rows[c].forgives or _shipped_forgives()[c] for c in CATEGORIES},
    )


def _shipped_forgives() -> Mapping[str, str]:
    """For a file of the workspace's own that says nothing of defects."""
    return _load(folder(FILE)).forgives
