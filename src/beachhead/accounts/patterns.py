"""Relationship patterns: what practitioners recognise in the facts of an account, written as data.

A pattern is one YAML file: ``if`` (an SQL condition over the facts), ``because`` (a sentence with the facts
in it), ``meaning`` and ``rank``. The lowest rank that matches is the account's ``pattern``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import polars as pl
from polars._typing import PolarsDataType
from pydantic import BaseModel, ConfigDict, Field

from beachhead.accounts.conditions import Condition
from beachhead.accounts.fact_columns import conditions_schema
from beachhead.accounts.sentences import Sentence
from beachhead.errors import BadInput, BadKnowledge
from beachhead.knowledge import folder
from beachhead.tables.kept import of_package
from beachhead.tables.paths import YAML, files_in
from beachhead.tables.yaml_files import Text, load_model, where


class PatternFile(BaseModel):
    """The fields of a pattern's YAML file."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, populate_by_name=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    version: int
    name: Text
    rank: int
    source: Text
    condition: Annotated[str, Field(alias="if")]
    because: Text
    meaning: Text


@dataclass(frozen=True)
class Pattern:
    """A checked pattern: where it holds and why, over the facts of all accounts at once."""

    id: str
    name: str
    rank: int
    meaning: str
    condition: Condition
    because: Sentence


def load_patterns(
    paths: Sequence[Path] = (), columns: Mapping[str, PolarsDataType] | None = None
) -> list[Pattern]:
    """The shipped patterns and those of ``paths``, by rank; a pattern with a shipped one's id replaces it.

    ``columns``: the facts that they may ask for, as ``conditions_schema`` gives them (the default).
    Raises ``BadKnowledge`` with every complaint by file and line.
    """
    if not paths and columns is None:
        return list(_shipped())
    known = conditions_schema() if columns is None else columns
    found: dict[str, Pattern] = {}
    problems: list[str] = []
    for path in (*_shipped_files(), *paths):
        try:
            pattern = _read(path, known)
            found[pattern.id] = pattern
        except BadInput as refused:
            problems.append(str(refused))
    if problems:
        raise BadKnowledge(problems)
    return sorted(found.values(), key=lambda p: (p.rank, p.id))


def match_patterns(facts: pl.DataFrame, patterns: Sequence[Pattern]) -> pl.DataFrame:
    """``facts`` with the columns ``pattern`` (the first that matches, or null) and ``patterns`` (all)."""
    which = [pl.when(p.condition.expression()).then(pl.lit(p.id)) for p in patterns]
    matched = pl.concat_list(which).list.drop_nulls() if which else pl.lit([], dtype=pl.List(pl.String))
    return facts.with_columns(patterns=matched).with_columns(pattern=pl.col("patterns").list.first())


def pattern_reasons(
    facts: pl.DataFrame, patterns: Sequence[Pattern], called: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """One row per account and pattern that it matches: account, pattern, name, because, meaning; by rank."""
    rows = [
        facts.filter(pl.lit(p.id).is_in(pl.col("patterns"))).select(
            "account",
            pattern=pl.lit(p.id),
            name=pl.lit(p.name),
            because=p.because.expression(called),
            meaning=pl.lit(p.meaning),
        )
        for p in patterns
    ]
    return pl.concat(rows)


def _shipped_files() -> list[Path]:
    return files_in(folder("patterns"), YAML)


@cache
def _shipped() -> tuple[Pattern, ...]:
    return tuple(load_patterns(columns=conditions_schema()))


def _read(path: Path, columns: Mapping[str, PolarsDataType]) -> Pattern:
    file, lines = load_model(PatternFile, path)
    check = Condition.shipped if of_package(path) else Condition.parse
    return Pattern(
        id=file.id,
        name=file.name,
        rank=file.rank,
        meaning=file.meaning,
        condition=check(file.condition, columns, where(path, lines, ("if",))),
        because=Sentence.parse(file.because, columns, where(path, lines, ("because",))),
    )
