"""Writes the reference pages from the code: ``make docs``. A test checks that they are current.

docs/reference/commands.md    every command with its options, from the command line itself
docs/reference/tables.md      every table of a workspace with its columns, from the definitions
docs/reference/licences.md    every package that an installation brings, with its licence, from their own statements
docs/architecture.md          the rooms and an account's path through them, with docs/images/architecture.svg
schemas/                      JSON Schemas of the YAML files, for editors
"""

from __future__ import annotations

import importlib.util
from importlib import metadata
from pathlib import Path

import architecture
import click
import polars as pl
from packaging.requirements import Requirement

from beachhead.cli import commands
from beachhead.tables.schema import TEXTS, Column
from beachhead.tables.workspace import TABLES, definition

ROOT = Path(__file__).parent.parent
TYPES: dict[pl.DataType | type[pl.DataType], str] = {
    pl.String: "text",
    TEXTS: "texts, joined by `;` in CSV and XLSX",
    pl.Float64: "number",
    pl.Int64: "whole number",
    pl.Date: "date",
    pl.Boolean: "yes or no",
}


def commands_page() -> str:
    """The help of every command and sub-command, as the command line gives it."""
    group = click.Context(commands, info_name="beachhead", **commands.context_settings)
    parts = [
        "# Commands",
        "",
        "Written from the command line by `make docs`; each is shown at work on the page of its topic.",
    ]
    for name in commands.list_commands(group):
        command = commands.get_command(group, name)
        assert command is not None
        parts += _command(command, click.Context(command, info_name=name, parent=group), 2)
    return "\n".join(parts) + "\n"


def _command(command: click.Command, context: click.Context, depth: int) -> list[str]:
    context.terminal_width = 100
    lines = [
        "",
        f"{'#' * depth} {context.command_path}",
        "",
        "```text",
        command.get_help(context).strip(),
        "```",
    ]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            lines += _command(inner, click.Context(inner, info_name=name, parent=context), depth + 1)
    return lines


def tables_page() -> str:
    """The columns of every table of a workspace."""
    parts = [
        "# Tables of a workspace",
        "",
        "Written from the definitions by `make docs`. Each table is a file of its name in the workspace, as",
        "CSV, XLSX or Parquet. All columns that are not required may be absent. The table `adoption` is",
        "described in [Adoption tables](../tables.md).",
    ]
    for name in TABLES:
        table = definition(name)
        parts += [
            "",
            f"## {name}",
            "",
            _sentence(table.meaning),
            "",
            "| column | type | meaning |",
            "| --- | --- | --- |",
        ]
        parts += [f"| `{c.name}` | {_type(c)} | {_meaning(c)} |" for c in table.columns]
        if table.extras:
            parts += ["", "Further columns of your own are kept."]
    return "\n".join(parts) + "\n"


def _type(column: Column) -> str:
    return ", ".join(f"`{c}`" for c in column.choices) if column.choices else TYPES[column.dtype]


def _meaning(column: Column) -> str:
    return column.meaning.replace("|", "\\|") + (" (**required**)" if column.required else "")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def brought(extras: tuple[str, ...] = ("documents", "sql")) -> list[str]:
    """The packages that ``beachhead`` with these extras brings on this platform, dependencies of dependencies too."""
    found: set[str] = set()
    waiting = [("beachhead", extras)]
    while waiting:
        package, asked = waiting.pop()
        for text in metadata.requires(package) or []:
            needed = Requirement(text)
            here = needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in (*asked, ""))
            name = needed.name.casefold().replace("_", "-")
            if here and name not in {*found, "beachhead"}:
                found.add(name)
                waiting.append((name, tuple(needed.extras)))
    return sorted(found)


def licence(package: str) -> str:
    """The licence that a package states: its expression, else its classifier, else the short text of its field."""
    stated = metadata.metadata(package)
    classifiers = [
        c.split(" :: ")[-1] for c in stated.get_all("Classifier", []) if c.startswith("License ::")
    ]
    return stated.get("License-Expression") or "; ".join(classifiers) or stated.get("License", "not stated")


def licences_page() -> str:
    """Every package that an installation brings, with its licence."""
    parts = [
        "# Licences of what an installation brings",
        "",
        "Written from the packages' own statements by `make docs`; exact versions and the hashes of their files stand",
        "in `constraints/`, and a release carries the whole list in CycloneDX form (`make dist`). Beachhead itself, its",
        "texts and its figures are under Apache-2.0 (`LICENSE`); the wheel holds nothing of anybody else's. PDFs embed",
        "the Inter font (`fontpkg-inter`, OFL-1.1, which allows that).",
        "",
        "| package | licence |",
        "| --- | --- |",
    ]
    return "\n".join([*parts, *(f"| {name} | {licence(name)} |" for name in brought())]) + "\n"


def build(root: Path) -> list[Path]:
    """Write every generated page below ``root`` and return their paths."""
    reference = root / "docs" / "reference"
    reference.mkdir(parents=True, exist_ok=True)
    pages = {"commands.md": commands_page(), "tables.md": tables_page(), "licences.md": licences_page()}
    for name, text in pages.items():
        (reference / name).write_text(text, encoding="utf-8")
    written = [reference / name for name in pages]
    for name, text in {
        "architecture.md": architecture.page(),
        "images/architecture.svg": architecture.picture(),
    }.items():
        written.append(root / "docs" / name)
        written[-1].parent.mkdir(exist_ok=True)
        written[-1].write_text(text, encoding="utf-8")
    if importlib.util.find_spec("beachhead.practice.schemas"):
        from beachhead.practice.schemas import write_schemas

        written += write_schemas(root)
    return written


if __name__ == "__main__":
    for path in build(ROOT):
        print(path.relative_to(ROOT))
