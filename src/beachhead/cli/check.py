"""``beachhead check``: everything that is wrong with a workspace, at once."""

from __future__ import annotations

import click


@click.command()
@click.argument("workspace", type=click.Path())
def command(workspace: str) -> None:
    """Check every file of a workspace: each problem with its file and line.

    Tables, settings, blueprints, mappings, answers, offerings, plays, all other YAML files, templates
    and the brand are checked.
    Where nothing is wrong, blueprints and milestones are remembered (fingerprints.json, milestones.json), so
    that a later change under an unchanged version or of a frozen assessment is refused. The exit code is 1
    where anything is wrong.
    """
    from pathlib import Path

    from beachhead.practice.check import CHECKS, check_workspace, record_seen
    from beachhead.tables.counted import counted

    CHECKS["templates"] = "beachhead.documents.template_check:check_templates"
    checked = check_workspace(workspace)
    for problem in checked.problems:
        click.echo(problem)
    if checked.problems:
        click.echo(f"\n{counted(len(checked.problems), 'problem')} in {checked.files} files.")
        raise click.exceptions.Exit(1)
    click.echo(f"{checked.files} files, nothing is wrong.")
    for path in record_seen(Path(workspace)):
        click.echo(f"Remembered in {path}; keep it under version control.")
