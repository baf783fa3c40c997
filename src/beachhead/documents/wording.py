"""How a proposal speaks to each adopter category: a data file, ``wording.yaml``, that a workspace may replace."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Id, Stage, Text
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import load_model, where

FILE = "wording.yaml"
UNKNOWN = "unknown"
NAMES = ("customer", "us", "offering")


class Wording(BaseModel):
    """The sentences for one category: under the title, at the beginning, before each part, at the end."""

    model_config = ConfigDict(defer_build=True, extra="forbid")

    category: Stage | Literal["unknown"]
    subtitle: Text
    opening: Text
    changes: Text
    services: Text
    case: Text
    proof: Text
    closing: Text

    def said(self, **names: str) -> dict[str, str]:
        """The sentences with the names (``NAMES``) in place of {customer}, {us} and {offering}."""
        told: dict[str, str] = self.model_dump(exclude={"category"})
        for key, text in told.items():
            for name in NAMES:
                text = text.replace(f"{{{name}}}", names[name])
            told[key] = " ".join(text.split())
        return told


class WordingFile(BaseModel):
    """The fields of ``wording.yaml``."""

    model_config = ConfigDict(defer_build=True, extra="forbid")

    id: Id
    version: int
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    wording: list[Wording]


def wording(workspace: Workspace | None = None) -> dict[str, Wording]:
    """Category, or ``unknown`` → its wording: the shipped one, or that of the workspace. Raises BadKnowledge."""
    own = workspace.inside(FILE) if workspace else None
    path = own if own and own.is_file() else folder(FILE)
    file, lines = load_model(WordingFile, path)
    found: dict[str, Wording] = {one.category: one for one in file.wording}
    missing = [c for c in (*CATEGORIES, UNKNOWN) if c not in found]
    if missing:
        at = where(path, lines, ["wording"])
        raise BadKnowledge([f"{at}: 'wording' has no {missing[0]}; every category and 'unknown' stand once."])
    return found
