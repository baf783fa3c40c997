"""``beachhead market``: where technologies stand, from a table of adoption figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from beachhead.cli._output import form_of, outputs, write_sheets

MOST_PERIODS = 1200
"""A hundred years of months: nobody can know more, and years end at 9999."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", help="Which sheet of a workbook. The first that holds figures if not given.")
@click.option(
    "--header-row", type=int, metavar="ROW", help="The row of the column names, if it is not found."
)
@click.option("--encoding", help="Of a text that is not UTF-8, such as cp1250, if it cannot be told.")
@click.option("--kind", help="What y is: flow (per period), stock (in all) or share (of a population).")
@click.option("--freq", help="How long a period is: Y, Q, M or W. Told from the dates if not given.")
@click.option(
    "--potential", metavar="LOW:HIGH", help="Market potential that you believe in, as an 80 % range."
)
@click.option("--launch", metavar="DATE", help="When it was launched.")
@click.option("--as-of", "as_of", metavar="DATE", help="Use only what was known on that day.")
@click.option(
    "--horizon",
    type=click.IntRange(1, MOST_PERIODS),
    default=3,
    show_default=True,
    help="Periods to forecast.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet", "xlsx"]),
    help="How to give the answers; default: by the ending of -o, else table.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A file (.txt, .csv, .xlsx, .json, .parquet), or a folder for a file per table (csv, parquet).",
)
@outputs(output=(".txt", ".csv", ".xlsx", ".json", ".parquet", ""))
def command(
    file: Path,
    sheet: str | None,
    header_row: int | None,
    encoding: str | None,
    kind: str | None,
    freq: str | None,
    potential: str | None,
    launch: str | None,
    as_of: str | None,
    horizon: int,
    form: str | None,
    output: Path | None,
) -> None:
    """Say where the series of FILE stand on the life cycle, who buys, and what comes next.

    FILE is a table with unique_id, ds and y (CSV, TSV, XLSX, Parquet, JSON), or a workspace, whose as-of day then
    counts. The files .csv and .parquet hold the standing, a row per series, as csv without --output does; .xlsx and .json
    hold everything, and so does a folder.
    """
    from beachhead.cli._market_view import show
    from beachhead.cli._progress import working
    from beachhead.documents.market_tables import as_json, market_tables, write_tables
    from beachhead.errors import BadQuestion
    from beachhead.market.fit import Fit
    from beachhead.market.settings import DEFAULT
    from beachhead.tables.adoption import read_adoption
    from beachhead.tables.csv_cells import csv_text

    form = form_of(form, output)
    if form in ("parquet", "xlsx") and output is None:
        raise BadQuestion(f"{form} is not for the screen: name a file or folder with --output.")
    if output is not None and not output.suffix and form not in ("csv", "parquet"):
        raise BadQuestion(
            f"{output} has no ending that says what to write; possible is .txt, .csv, .xlsx or .json."
        )
    path, day, settings = _source(file, as_of)
    stated = {"kind": kind, "freq": freq, "sheet": sheet, "header_row": header_row, "encoding": encoding}
    settings |= {name: value for name, value in stated.items() if value is not None}
    with working(f"Reading {path}") as say:
        adoption = read_adoption(path, potential=_range(potential), launch=launch, as_of=day, **settings)
        say("comparing with the life cycles")
        if form == "table":
            show(adoption, horizon, output)
            return
        tables = market_tables(Fit(adoption, DEFAULT), horizon)
    if output is not None and output.suffix and form != "json":
        write_sheets(tables, output)
        click.echo(f"Written to {output}")
    elif form == "json":
        _give(as_json(tables), output)
    elif output is None:
        click.echo(csv_text(tables["standing"]), nl=False)
    else:
        for written in write_tables(tables, output, form):
            click.echo(written)


def _source(file: Path, as_of: str | None) -> tuple[Path, object, dict[str, Any]]:
    """The table to read, the day to read it as of, and how to read it: a workspace names all three."""
    if not file.is_dir():
        return file, as_of, {}
    from beachhead.errors import BadInput
    from beachhead.tables.workspace import Workspace

    workspace = Workspace(file)
    path = workspace.path("adoption")
    if path is None:
        raise BadInput(
            "the workspace has no adoption series",
            file=file,
            expected="a file adoption.csv with the columns unique_id, ds and y",
        )
    return path, as_of or workspace.as_of, workspace.adoption_read()


def _range(text: str | None) -> tuple[float, float] | None:
    """``8000:15000`` as two numbers."""
    from beachhead.errors import BadQuestion

    if text is None:
        return None
    try:
        low, high = (float(part.replace("_", "").replace(",", "").strip()) for part in text.split(":"))
    except ValueError:
        raise BadQuestion(
            f"The potential {text!r} is no range: say it as LOW:HIGH, such as 8000:15000."
        ) from None
    return low, high


def _give(text: str, output: Path | None) -> None:
    from beachhead.tables.writing import write_whole

    if output is None:
        click.echo(text)
        return
    write_whole(output, text + "\n")
    click.echo(f"Written to {output}")
