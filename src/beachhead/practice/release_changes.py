"""What a release changes at its customers: ``releases/*.yaml`` in a workspace, in the form of an offering's changes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from beachhead.errors import BadKnowledge
from beachhead.practice.blueprint import Text
from beachhead.practice.offering import Change, Offering
from beachhead.practice.offering_library import blueprints_asked, ids_in
from beachhead.practice.offering_rules import change_problems
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import Lines, load_model, where

FOLDER = "releases"


class ReleaseFile(BaseModel):
    """A file of ``releases/``."""

    model_config = ConfigDict(defer_build=True, extra="forbid", coerce_numbers_to_str=True)

    release: Text = Field(description="Id of the release, as in the table releases")
    version: Annotated[int, Field(ge=0, strict=True)]
    language: Text
    author: Text
    licence: Text
    source: Text = Field(description="Where it comes from, or that it is judgement")
    about: Text = Field(description="What the release is, as known on the day that is asked about")
    later: Text | None = Field(
        default=None, description="What became known only afterwards; always told apart"
    )
    changes: list[Change]

    def as_offering(self) -> Offering:
        """The release as what an offering's map is made of: only its changes count."""
        return Offering.model_construct(
            id=self.release,
            name=self.release,
            about=self.about,
            products=[],
            combines=[],
            includes=[],
            needs_first=[],
            changes=self.changes,
        )


def release_file(workspace: Workspace, release: str) -> ReleaseFile | None:
    """The file that tells of ``release``; None where there is none. Raises BadKnowledge for one that breaks the rules."""
    for path in workspace.files(FOLDER):
        file, lines = load_model(ReleaseFile, path)
        if file.release == release:
            if told := _problems(file, lines, path, workspace):
                raise BadKnowledge(told)
            return file
    return None


def check_releases(workspace: Workspace) -> list[str]:
    """Every problem of every file of ``releases/``, a sentence each."""
    told: list[str] = []
    known = ids_in(workspace, "releases", "release")
    for path in workspace.files(FOLDER):
        try:
            file, lines = load_model(ReleaseFile, path)
        except BadKnowledge as no:
            told += no.problems
            continue
        told += _problems(file, lines, path, workspace)
        if file.release not in known:
            told.append(f"{where(path, lines, ['release'])}: the table releases has no {file.release!r}.")
    return told


def _problems(file: ReleaseFile, lines: Lines, path: Path, workspace: Workspace) -> list[str]:
    offering = file.as_offering()
    return change_problems(
        offering,
        lines,
        path,
        products=ids_in(workspace, "products", "product"),
        blueprints=blueprints_asked([offering], workspace),
    )
