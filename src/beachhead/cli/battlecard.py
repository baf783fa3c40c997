"""``beachhead battlecard``: one play on one page."""

from __future__ import annotations

from pathlib import Path

import click

from beachhead.cli._output import outputs


@click.command
@click.argument("play")
@click.option(
    "-w",
    "--workspace",
    type=click.Path(path_type=Path),
    help="Whose plays and brand; the shipped plays without it.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A .pdf file.")
@outputs(output=(".pdf",))
def command(play: str, workspace: Path | None, output: Path) -> None:
    """Write PLAY (its id or name) on one page as PDF, for colleagues: when it fits, what to know, say, show and do."""
    from beachhead.documents.battlecard import battlecard_pdf
    from beachhead.errors import BadQuestion
    from beachhead.tables.workspace import Workspace
    from beachhead.tables.writing import write_whole

    if output.suffix.lower() != ".pdf":
        raise BadQuestion(f"{output.name} is no .pdf file, and a battlecard is written as PDF.")
    write_whole(output, battlecard_pdf(play, Workspace(workspace) if workspace else None))
    click.echo(f"The battlecard lies in {output}")
