"""The departments that contacts, activities, blueprints and offerings speak of: one vocabulary as data."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from beachhead.knowledge import folder
from beachhead.tables.yaml_files import load_model


class Department(BaseModel):
    """One department: ``runs`` says what it answers for, ``also`` what it is called elsewhere."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: str
    runs: str
    also: list[str] = []


class _File(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid")

    id: str
    version: int
    name: str
    language: str
    author: str
    licence: str
    source: str
    departments: list[Department]


@cache
def departments() -> dict[str, Department]:
    """Every department by its id, in the order of ``knowledge/departments.yaml``."""
    path = folder("departments.yaml")
    return {d.id: d for d in load_model(_File, path)[0].departments}


def department_id(name: str) -> str | None:
    """The id of the department called ``name`` (its id, name or another usual name), or None."""
    return _names().get(" ".join(name.casefold().replace("_", " ").split()))


@cache
def _names() -> dict[str, str]:
    known = departments()
    return {
        " ".join(called.casefold().split()): d.id
        for d in known.values()
        for called in (*d.also, d.name, d.id, d.id.replace("-", " "))
    }
