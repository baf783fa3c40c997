"""Writes the reference pages from the code: ``make docs``. A test checks that they are current.

docs/reference/commands.md    every command with its options, from the command line itself
docs/reference/tables.md      every table of a workspace with its columns, from the definitions
schemas/                      JSON Schemas of the YAML files, for editors
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click
import polars as pl

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


def build(root: Path) -> list[Path]:
    """Write every generated page below ``root`` and return their paths."""
    reference = root / "docs" / "reference"
    reference.mkdir(parents=True, exist_ok=True)
    pages = {"commands.md": commands_page(), "tables.md": tables_page()}
    for name, text in pages.items():
        (reference / name).write_text(text, encoding="utf-8")
    written = [reference / name for name in pages]
    if importlib.util.find_spec("beachhead.practice.schemas"):
        from beachhead.practice.schemas import write_schemas

        written += write_schemas(root)
    return written


if __name__ == "__main__":
    for path in build(ROOT):
        print(path.relative_to(ROOT))
