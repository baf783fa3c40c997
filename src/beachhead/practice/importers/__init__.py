"""Maturity models of others as blueprints: what does not fit is named, not dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beachhead.additions import Addition, added
from beachhead.errors import BadInput, BadKnowledge
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers import ciso, ciso_mapping, ciso_workbook, dsomm, lens, samm, sheet
from beachhead.practice.importers.draft import Content, Importer, Notes, documents
from beachhead.practice.library import blueprints, load_blueprint
from beachhead.practice.mapping import Mapping
from beachhead.tables.files import file_kind

FORMS = (
    "the folder of OWASP SAMM's data model, a CISO Assistant library (YAML or XLSX), DSOMM's model (YAML), an AWS "
    "Well-Architected custom lens (JSON), or a sheet with one row per point (XLSX or CSV)"
)


@dataclass(frozen=True)
class Imported:
    """A blueprint, the form that it was found in, and what was assumed or could not be carried over."""

    blueprint: Blueprint
    form: str
    notes: list[str]


def import_model(path: str | Path) -> Imported:
    """The maturity model in a file or folder, recognised by its content, first by importers that packages add.

    Raises BadInput, in one sentence, for what is no model or a broken one.
    """
    path, notes = Path(path), Notes()
    with _told(path):
        if addition := _of_addition(path):
            blueprint, form = addition.call(addition.value.read, path, notes), addition.value.form
            addition.check(isinstance(blueprint, Blueprint), "returns no blueprint")
        else:
            blueprint, form = _read(path, notes)
    return Imported(blueprint, form, notes.lines())


def import_mappings(
    path: str | Path, workspace: Path | None = None, *, beside_framework: bool = False
) -> tuple[list[Mapping], list[str]]:
    """The mapping sets of a CISO Assistant library, and notes of what could not be carried over.

    ``workspace``: where to look for the blueprints of its frameworks, besides those that ship. Nothing for any other
    file, and, without ``beside_framework``, for a library that holds a framework. Raises BadInput for a broken one.
    """
    path, notes = Path(path), Notes()
    with _told(path):
        library = None if _of_addition(path) else _library(path, notes)
        if library is None or not ciso_mapping.mapping_sets(library):
            return [], []
        if ciso.frameworks(library) and not beside_framework:
            return [], []
        return ciso_mapping.read(path, library, _at_hand(workspace), notes), notes.lines()


def _of_addition(path: Path) -> Addition | None:
    """The added importer that recognises ``path``."""
    for addition in added("beachhead.importers"):
        addition.check(
            isinstance(addition.value, Importer), f"is no {Importer.__module__}.{Importer.__name__}"
        )
        if addition.call(addition.value.recognised, path):
            return addition
    return None


def _at_hand(workspace: Path | None) -> list[Blueprint]:
    found = []
    for file in blueprints(workspace).values():
        with suppress(BadKnowledge):  # told by those who use it; here it is none of a framework
            found.append(load_blueprint(file))
    return found


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever a broken file makes of its reader, in one sentence."""
    if not path.exists():
        raise BadInput("there is no such file or folder", file=path)
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as no:
        what = f"{type(no).__name__} {no}".strip()
        raise BadInput(
            f"is not whole: something that its format requires is missing ({what})", file=path
        ) from no


def _library(path: Path, notes: Notes) -> Content | None:
    """The CISO Assistant library in a file of any of its forms, None for any other file."""
    if path.is_dir():
        return None
    if path.suffix.lower() in (".yaml", ".yml"):
        found: list[Any] = documents(path)
    elif (data := _json(path)) is not None:
        found = [data]
    else:
        found = [ciso_workbook.library(path, notes)] if file_kind(path) == "xlsx" else []
    return next((one for one in found if ciso.recognised(one)), None)


def _read(path: Path, notes: Notes) -> tuple[Blueprint, str]:
    if path.is_dir():
        files = samm.recognised(path)
        if not files:
            raise BadInput("this folder is not recognised", file=path, expected=FORMS)
        return samm.read(path, files, notes), "OWASP SAMM"
    if path.suffix.lower() in (".yaml", ".yml"):
        return _read_yaml(path, notes)
    data = _json(path)
    if lens.recognised(data):
        return lens.read(path, data, notes), "AWS Well-Architected custom lens"
    if isinstance(data, dict):
        if ciso.recognised(data):
            return ciso.read(path, data, notes), "CISO Assistant library"
        raise BadInput("this JSON is not recognised", file=path, expected=FORMS)
    if file_kind(path) == "xlsx" and (library := ciso_workbook.library(path, notes)):
        return ciso.read(path, library, notes), "CISO Assistant workbook"
    return sheet.read(path, notes), "a sheet with one row per point"


def _read_yaml(path: Path, notes: Notes) -> tuple[Blueprint, str]:
    data: list[Any] = documents(path)
    for document in data:
        if ciso.recognised(document):
            return ciso.read(path, document, notes), "CISO Assistant library"
        if lens.recognised(document):
            return lens.read(path, document, notes), "AWS Well-Architected custom lens"
        if isinstance(document, dict) and {"domains", "levels"} <= set(document):
            raise BadInput(
                "is a Beachhead blueprint already; copy it into the folder 'blueprints'", file=path
            )
    if dsomm.recognised(data):
        return dsomm.read(path, data, notes), "DSOMM"
    raise BadInput("this YAML is not recognised", file=path, expected=FORMS)


def _json(path: Path) -> Any:
    """The data of a JSON file; None for any other file."""
    with path.open("rb") as file:
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if path.suffix.lower() != ".json" and not head.startswith(b"{"):
        return None
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8 text", file=path) from None
    except json.JSONDecodeError as no:
        raise BadInput(f"is not JSON at line {no.lineno}: {no.msg}", file=path) from None
