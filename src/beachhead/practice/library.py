"""Blueprint files: reading and writing one, and finding those that ship and those of a workspace."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from beachhead.errors import BadKnowledge, BadQuestion, did_you_mean
from beachhead.knowledge import folder
from beachhead.practice import fingerprints
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.blueprint_rules import problems
from beachhead.tables.paths import YAML, files_in, listed
from beachhead.tables.writing import write_whole
from beachhead.tables.yaml_files import TextDumper, dump_yaml, load_model, load_yaml

SCHEMA_LINE = "# yaml-language-server: $schema="
SCHEMA_FILE = "blueprint.schema.json"


def load_blueprint(path: str | Path) -> Blueprint:
    """The blueprint of a YAML file. Raises BadKnowledge with every problem, each with file and line.

    Refused as well: content that changed under an unchanged version (see ``fingerprints``).
    """
    path = Path(path)
    blueprint, lines = load_model(Blueprint, path)
    if found := problems(blueprint, lines, path) or fingerprints.refusals(blueprint, path):
        raise BadKnowledge(found)
    return blueprint


def blueprint_files(workspace: Path | None = None) -> list[Path]:
    """The shipped blueprint files, then those of the workspace's folder ``blueprints``."""
    own = listed(workspace, "blueprints", endings=YAML, deep=False) if workspace else []
    return [*files_in(folder("blueprints"), YAML), *own]


def blueprints(workspace: Path | None = None) -> dict[str, Path]:
    """Id → file of every blueprint at hand: the workspace's own before a shipped one, the highest version.

    A broken file is listed under its file name, so that asking for it tells what is wrong.
    """
    found: dict[str, tuple[tuple[bool, int], Path]] = {}
    for path in blueprint_files(workspace):
        name, version = _head(path)
        rank = (path.parent != folder("blueprints"), version)
        if name not in found or rank >= found[name][0]:
            found[name] = (rank, path)
    return {name: path for name, (_, path) in found.items()}


def find_blueprint(name: str, workspace: Path | None = None) -> Blueprint:
    """The blueprint called ``name``: the id of one at hand, or the path of a file; else BadQuestion."""
    return load_blueprint(find_file(name, workspace))


def find_file(name: str, workspace: Path | None = None) -> Path:
    """The file of the blueprint called ``name`` (an id, or the path of a file itself)."""
    at_hand = blueprints(workspace)
    if name in at_hand:
        return at_hand[name]
    if name.endswith((".yaml", ".yml")) and Path(name).is_file():
        return Path(name)
    known = ", ".join(sorted(at_hand)) or "none"
    raise BadQuestion(f"There is no blueprint {name!r}{did_you_mean(name, at_hand)}; there are {known}.")


def to_yaml(blueprint: Blueprint, comments: Iterable[str] = ()) -> str:
    """``blueprint`` as the text of a YAML file that reads back as the same blueprint.

    ``comments`` are written at the top, after the line that tells editors which schema to complete from.
    """
    content = blueprint.model_dump(mode="json", exclude_defaults=True)
    head = "".join(f"# {line}".rstrip() + "\n" for line in comments)
    body = dump_yaml(_integer_keys(content), dumper=_Dumper, width=100)
    return f"{SCHEMA_LINE}{SCHEMA_FILE}\n{head}{body}"


def write_blueprint(blueprint: Blueprint, path: Path, comments: Iterable[str] = ()) -> None:
    """Write ``blueprint`` to ``path`` with its JSON Schema beside it; BadKnowledge where its version must rise."""
    from beachhead.practice.schemas import schema_text

    if refused := fingerprints.refusals(blueprint, path):
        raise BadKnowledge(refused)
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, text in (
        (path, to_yaml(blueprint, comments)),
        (path.parent / SCHEMA_FILE, schema_text("blueprint")),
    ):
        write_whole(target, text)


def _head(path: Path) -> tuple[str, int]:
    try:
        blueprint, _ = load_model(Blueprint, path)
        return blueprint.id, blueprint.version
    except BadKnowledge:
        pass  # what is wrong with it is told by whoever asks for it
    try:
        data, _ = load_yaml(path)
        return str(data["id"]), int(data["version"])
    except (BadKnowledge, KeyError, TypeError, ValueError):
        return path.stem, 0


class _Dumper(TextDumper):
    """Long texts as blocks, short lists of words and effort on one line."""


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: _Dumper, items: list[Any]) -> yaml.Node:
    flow = all(isinstance(i, str | int) for i in items) and sum(len(str(i)) + 2 for i in items) < 80
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flow)


def _mapping(dumper: _Dumper, entries: dict[Any, Any]) -> yaml.Node:
    flow = set(entries) <= {"days", "knowledge", "money"}
    return dumper.represent_mapping("tag:yaml.org,2002:map", entries, flow_style=flow)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)


def _integer_keys(value: Any, within: str = "") -> Any:
    """JSON made texts of the level numbers that are keys: back to numbers."""
    if isinstance(value, dict):
        return {(_as_number(k) if within == "levels" else k): _integer_keys(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_integer_keys(item) for item in value]
    return value


def _as_number(key: str) -> int | float:
    number = float(key)
    return int(number) if number.is_integer() else number
