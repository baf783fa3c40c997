"""JSON Schemas of the YAML files, so that editors complete them and check them while they are typed.

A kind of file is added by one line in ``MODELS``.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from beachhead.tables.writing import write_whole

MODELS = {
    "answers": "beachhead.practice.assessment:Assessment",
    "blueprint": "beachhead.practice.blueprint:Blueprint",
    "case": "beachhead.practice.case_files:Case",
    "gate": "beachhead.practice.gate_settings:GateFile",
    "mapping": "beachhead.practice.mapping:Mapping",
    "offering": "beachhead.practice.offering:Offering",
    "no-objections": "beachhead.practice.phrasings:NoObjections",
    "objection": "beachhead.practice.plays:Objection",
    "pattern": "beachhead.accounts.patterns:PatternFile",
    "phrasings": "beachhead.practice.phrasings:Phrasings",
    "play": "beachhead.practice.plays:Play",
    "release": "beachhead.practice.release_changes:ReleaseFile",
    "signals": "beachhead.accounts.signals:SignalFile",
    "synonyms": "beachhead.practice.objections:Synonyms",
    "tolerance": "beachhead.practice.tolerance:ToleranceFile",
}
"""Name of the schema → the model that its files are checked by."""

SHORT = {"answers": {"type": ["number", "string", "null"], "description": "short for {level: …}"}}
"""What may stand for a whole entry: field → the short form of the entries in it."""


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema called ``name``."""
    module, model = MODELS[name].split(":")
    found: type[BaseModel] = getattr(import_module(module), model)
    made = found.model_json_schema(by_alias=True)
    for field, form in SHORT.items():
        entries = made["properties"].get(field, {}).get("patternProperties", {}) if name == field else {}
        for pattern, entry in entries.items():
            entries[pattern] = {"anyOf": [entry, form]}
    title = f"Beachhead: {name}"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": title}


def schema_text(name: str) -> str:
    """The schema as the text of its file, in a stable order."""
    return json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


def write_schemas(root: Path) -> list[Path]:
    """Write every schema to ``docs/schemas`` below ``root``; the files."""
    folder = root / "docs" / "schemas"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in MODELS:
        path = folder / f"{name}.json"
        write_whole(path, schema_text(name))
        written.append(path)
    return written
