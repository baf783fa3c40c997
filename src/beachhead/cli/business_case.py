"""``beachhead business-case``: when an offering has paid back at an account, with its own figures."""

from __future__ import annotations

from pathlib import Path

import click

from beachhead.cli._output import form_of, outputs, write_table

FORMATS = ("table", "csv", "json", "html", "xlsx")


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.argument("account")
@click.argument("offering")
@click.option("--new", is_flag=True, help="Write a file for the customer's figures, to be filled in.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Default: by the ending of -o, else table."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File: .txt, .csv, .xlsx, .json or .html."
)
@outputs(output=(".txt", ".csv", ".xlsx", ".json", ".html"))
def command(
    workspace: Path, account: str, offering: str, new: bool, form: str | None, output: Path | None
) -> None:
    """When OFFERING has paid back at ACCOUNT: the arithmetic, its range, and the figures that matter most.

    The customer's own figures stand in cases/ACCOUNT/OFFERING.yaml of WORKSPACE and replace ours one by one; --new
    writes that file with every figure to ask for. csv has a row per figure, json has everything.
    """
    from beachhead.accounts.find import find_account
    from beachhead.cli import _business_case_view as view
    from beachhead.cli._discontinuity_view import give
    from beachhead.documents.case_files import case_json, case_page, new_case_text
    from beachhead.documents.report import write_page
    from beachhead.errors import BadQuestion
    from beachhead.practice.business_case import business_case
    from beachhead.practice.case_files import cases, load_case, write_case
    from beachhead.practice.offering_library import find_offering, offerings
    from beachhead.tables.csv_cells import csv_text
    from beachhead.tables.workspace import Workspace

    place = Workspace(workspace)
    accounts = place.table("accounts")
    found = find_account(accounts, account)
    names = dict(accounts.select("account", "name").iter_rows())
    one = find_offering(offering, offerings(place))
    if new:
        path = write_case(place, found, one, new_case_text(found, one, place.as_of, place.currency))
        click.echo(f"Written to {path}: take away the # before each figure that the customer gave.")
        return
    form = form_of(form, output)
    if form in ("html", "xlsx") and output is None:
        raise BadQuestion("A page or workbook needs a file: name it with -o case.html.")
    cases(place)  # a file that is broken or lies elsewhere is refused here as everywhere
    result = business_case(one, load_case(place, found, one))
    name = names.get(found) or found
    if form == "html":
        assert output is not None
        write_page(place, case_page(result, name, place), output)
        click.echo(f"Written to {output}")
    elif form == "table":
        view.show(result, name, output)
    elif form == "json":
        give(case_json(result, found), output)
    elif output is None:
        give(csv_text(result.inputs), output)
    else:
        write_table(result.inputs, output, made=place.as_of)
        click.echo(f"Written to {output}")
