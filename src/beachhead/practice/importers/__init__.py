"""Maturity models of others as blueprints: what does not fit is named, not dropped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers import ciso, ciso_workbook, dsomm, lens, samm, sheet
from beachhead.practice.importers.draft import Notes, documents
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
    """The maturity model in a file or folder, recognised by its content.

    Raises BadInput, in one sentence, for what is no model or a broken one.
    """
    path, notes = Path(path), Notes()
    if not path.exists():
        raise BadInput("there is no such file or folder", file=path)
    try:
        blueprint, form = _read(path, notes)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as no:
        what = f"{type(no).__name__} {no}".strip()
        raise BadInput(
            f"is not whole: something that its format requires is missing ({what})", file=path
        ) from no
    return Imported(blueprint, form, notes.lines())


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
