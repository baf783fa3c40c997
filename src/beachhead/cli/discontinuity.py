"""``beachhead discontinuity``: what an offering disrupts at an account, and what makes that smaller."""

from __future__ import annotations

from pathlib import Path

import click

from beachhead.cli._output import form_of, outputs, write_table

FORMATS = ("table", "csv", "json", "html", "xlsx")


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.argument("account")
@click.option("--offering", metavar="ID", help="One offering in detail, whether it fits now or not.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: by the ending of -o, else table."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File: .txt, .csv, .xlsx, .json or .html."
)
@outputs(output=(".txt", ".csv", ".xlsx", ".json", ".html"))
def command(
    workspace: Path, account: str, offering: str | None, form: str | None, output: Path | None
) -> None:
    """What the offerings that fit ACCOUNT now would still change in each of its departments.

    From what it owns, how it answered and who can be named as a reference; whether an account of its standing puts
    up with it; and what to do or to find out first, best first. ACCOUNT is an id, a name or a part of a name.
    csv has a row per change, json has everything, html is the map to print and discuss.
    """
    from beachhead.cli import _discontinuity_view as view
    from beachhead.cli._progress import working
    from beachhead.documents.account_changes import account_changes, as_json, changes_table, write_html
    from beachhead.errors import BadQuestion
    from beachhead.tables.csv_cells import csv_text
    from beachhead.tables.workspace import Workspace

    form = form_of(form, output)
    if form in ("html", "xlsx") and output is None:
        raise BadQuestion("A map or workbook needs a file: name it with -o map.html.")
    place = Workspace(workspace)
    with working("Discontinuity"):
        found = account_changes(place, account, offering)
    if form == "table":
        view.show(found, detailed=offering is not None, output=output)
    elif form == "html":
        assert output is not None
        write_html(found, place, output)
        click.echo(f"Written to {output}")
    elif form == "json":
        view.give(as_json(found), output)
    elif output is None:
        view.give(csv_text(changes_table(found)), output)
    else:
        write_table(changes_table(found), output, made=place.as_of)
        click.echo(f"Written to {output}")
