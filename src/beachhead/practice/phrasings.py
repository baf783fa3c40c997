"""Sentences as they are heard: phrasings of objections beside those in their files, and what is no objection.

Both are plain files, in any language: ``phrasings.yaml`` and ``no_objections.yaml`` ship, and so do those of the folders
``languages/…``; a workspace has its own ``phrasings.yaml``, where a seller's corrections are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from beachhead.errors import BadKnowledge, BadQuestion, did_you_mean
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Id, Text
from beachhead.tables.paths import files_in
from beachhead.tables.workspace import Workspace
from beachhead.tables.yaml_files import dump_yaml, load_model

PHRASINGS, NO_OBJECTIONS, LANGUAGES = "phrasings.yaml", "no_objections.yaml", "languages"
NONE = "none"
"""Stands among a workspace's phrasings for sentences that are no objection."""


class _Heard(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, defer_build=True)

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text


class Phrasings(_Heard):
    """What customers say, by objection."""

    says: dict[Id, Annotated[list[Text], Field(min_length=1)]] = Field(
        description="Id of an objection → phrasings of it; `none` → sentences that are no objection"
    )


class Kind(BaseModel):
    """A kind of sentence that is no objection."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, defer_build=True)

    name: Text
    says: list[Text] = Field(min_length=1)


class NoObjections(_Heard):
    """Sentences of a sales conversation that are no objection, by kind."""

    kinds: dict[Id, Kind]


def shipped_phrasings() -> dict[str, list[str]]:
    """Objection → the phrasings that ship beside those of its own file, in all languages."""
    joined: dict[str, list[str]] = {}
    for path in _shipped(PHRASINGS):
        for name, said in load_model(Phrasings, path)[0].says.items():
            joined[name] = [*joined.get(name, []), *said]
    return joined


def no_objections() -> dict[str, list[str]]:
    """Kind → sentences that are no objection, in all languages."""
    joined: dict[str, list[str]] = {}
    for path in _shipped(NO_OBJECTIONS):
        for name, kind in load_model(NoObjections, path)[0].kinds.items():
            joined[name] = [*joined.get(name, []), *kind.says]
    return joined


def kind_names() -> dict[str, str]:
    """Kind → its name, in English."""
    return {
        name: kind.name for name, kind in load_model(NoObjections, folder(NO_OBJECTIONS))[0].kinds.items()
    }


def own_phrasings(workspace: Workspace | None) -> dict[str, list[str]]:
    """Objection → what was heard at the customers of a workspace."""
    path = workspace.inside(PHRASINGS) if workspace else None
    return dict(load_model(Phrasings, path)[0].says) if path and path.is_file() else {}


def check_phrasings(workspace: Workspace) -> list[str]:
    """What is wrong with the workspace's own phrasings, if it has some."""
    from beachhead.practice.playbook import playbook

    try:
        unknown = [
            name for name in own_phrasings(workspace) if name not in {*playbook(workspace).objections, NONE}
        ]
    except BadKnowledge as no:
        return [problem for problem in no.problems if PHRASINGS in problem]
    return [f"{workspace.inside(PHRASINGS)}: there is no objection {name!r}." for name in unknown]


def keep_phrasing(workspace: Workspace, said: str, objection: str, known: Mapping[str, object]) -> Path:
    """Add ``said`` to the workspace's phrasings of ``objection`` (or ``none``), and tell the file.

    Said before as something else, it moves. Raises BadQuestion for an objection that is not ``known``, or nothing said.
    """
    from beachhead.tables.journal import replace_files
    from beachhead.tables.locks import one_writer

    if objection != NONE and objection not in known:
        raise BadQuestion(f"There is no objection {objection!r}{did_you_mean(objection, known)}.")
    said = " ".join(said.split())
    if not said:
        raise BadQuestion("Say what the customer said, so that it can be kept.")
    with one_writer(workspace.folder, "the correction"):
        kept = {
            name: [one for one in listed if one.casefold() != said.casefold()]
            for name, listed in own_phrasings(Workspace(workspace.folder)).items()
        }
        kept[objection] = [*kept.get(objection, []), said]
        content = {
            "id": "phrasings",
            "version": 1,
            "name": "What our customers say",
            "language": "en",
            "author": workspace.us or "us",
            "licence": "our own",
            "source": "heard at our customers",
            "says": {name: listed for name, listed in sorted(kept.items()) if listed},
        }
        replace_files(workspace.folder, {PHRASINGS: dump_yaml(content).encode()}, [], doing="the correction")
    return workspace.inside(PHRASINGS)


def _shipped(name: str) -> Iterator[Path]:
    yield folder(name)
    yield from sorted(path for path in files_in(folder(LANGUAGES), deep=True) if path.name == name)
