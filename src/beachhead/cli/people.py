"""``beachhead people``: who trains, all that is kept of one of them, and deleting it."""

from __future__ import annotations

from pathlib import Path

import click

from beachhead.cli._output import outputs, write_sheets


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option("--person", help="All that is kept of this one: id or name.")
@click.option("--forget", metavar="PERSON", help="Delete all that is kept of this one.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="With --person: a .json or .xlsx file.")
@outputs(output=(".json", ".xlsx"))
def command(workspace: Path, person: str | None, forget: str | None, output: Path | None) -> None:
    """List the people of WORKSPACE who train. Kept is what the tables people, practice_log,
    observations and delphi_rounds hold, and nothing else.

    A person may ask for all that is kept (--person AB -o ab.json), and for it to be deleted (--forget AB).
    """
    from beachhead.errors import BadQuestion
    from beachhead.practice.people import find_person, forget_person, kept_of, people
    from beachhead.tables.workspace import Workspace

    if (forget is not None and (person or output)) or (output and not person):
        raise BadQuestion("Give --forget alone, or --person with or without -o.")
    there = Workspace(workspace)
    if forget is not None:
        who = find_person(there, forget)
        counts = forget_person(there, who.id)
        told = ", ".join(f"{n} row{'' if n == 1 else 's'} of {name}" for name, n in counts.items())
        click.echo(f"Forgotten: {who.name} ({who.id}); deleted or cleared were {told}.")
        return
    if person is not None:
        who = find_person(there, person)
        kept = kept_of(there, who.id)
        if output is not None:
            write_sheets(kept, output, made=there.as_of)
        where = f": {output}" if output else " (write it with -o)"
        told = ", ".join(f"{rows.height} of {name}" for name, rows in kept.items())
        click.echo(f"Kept of {who.name} ({who.id}), rows: {told}{where}.")
        return
    from beachhead.cli._tables import table

    listed = people(there)
    if not listed.height:
        click.echo("The table people is empty: add people.csv with the columns person, name and told.")
        return
    shown = [
        [str(row[c] or "") for c in ("person", "name", "role", "team", "region", "firm")]
        + [f"told on {row['told']}" if row["told"] else "not told: nothing is logged"]
        for row in listed.iter_rows(named=True)
    ]
    table(["Person", "Name", "Role", "Team", "Region", "Firm", "What is kept"], shown)
