from __future__ import annotations

import json
from pathlib import Path

import pytest

from beachhead.practice.library import SCHEMA_LINE, load_blueprint, write_blueprint
from beachhead.practice.schemas import MODELS, schema, write_schemas
from tests.practice.models import SMALL, blueprint


def test_every_schema_is_written_once_and_the_same_each_time(tmp_path: Path) -> None:
    written = write_schemas(tmp_path)
    assert [p.name for p in written] == [f"{name}.json" for name in MODELS]
    before = [p.read_bytes() for p in written]
    assert [p.read_bytes() for p in write_schemas(tmp_path)] == before
    for path in written:
        assert json.loads(path.read_text())["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("name", MODELS)
def test_an_editor_can_refuse_what_is_misspelt(name: str) -> None:
    made = schema(name)
    assert made["additionalProperties"] is False
    assert made["required"]


def test_fields_are_explained() -> None:
    point = schema("blueprint")["$defs"]["Point"]["properties"]
    assert point["without"]["description"] == "What goes wrong without it"
    assert point["weight"]["exclusiveMinimum"] == 0
    assert schema("mapping")["$defs"]["Pair"]["required"] == ["from", "to", "relation"]
    (entry,) = schema("answers")["properties"]["answers"]["patternProperties"].values()
    assert {"type": ["number", "string", "null"], "description": "short for {level: …}"} in entry["anyOf"]


def test_a_written_blueprint_has_its_schema_beside_it(tmp_path: Path) -> None:
    model = blueprint(tmp_path, SMALL)
    path = tmp_path / "new" / "small.yaml"
    write_blueprint(model, path, ["where it came from"])
    first = path.read_text().splitlines()[0]
    assert (path.parent / first.removeprefix(SCHEMA_LINE)).exists()
    assert load_blueprint(path) == model
