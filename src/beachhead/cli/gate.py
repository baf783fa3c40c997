"""``beachhead gate``: who takes a release, what they forgive, what is missing, and which course to take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from beachhead.cli._output import outputs, write_sheets

if TYPE_CHECKING:
    from beachhead.practice.gate import Gate

ACCOUNTS, GAPS = 10, 5


@click.command
@click.argument("workspace", type=click.Path(path_type=Path))
@click.argument("release")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write: .html, .xlsx or .json.")
@outputs(output=(".html", ".xlsx", ".json"))
def command(workspace: Path, release: str, output: Path | None) -> None:
    """Whether RELEASE of WORKSPACE is ready for its next customers, and what each course would bring.

    Who adopts it in each of the next four quarters, which open defects they forgive, what the whole product lacks for
    them, what is left of the change that it brings; early access by name, limited and general release side by side, all
    as ranges; and the one fact that would turn the recommendation. RELEASE is an id or a name of the table releases.
    """
    from beachhead.cli._progress import working
    from beachhead.practice.gate import gate
    from beachhead.tables.workspace import Workspace

    place = Workspace(workspace)
    with working("Release gate") as say:
        found = gate(place, release, say=say)
    if output is None:
        _show(found)
        return
    if output.suffix.lower() == ".html":
        from beachhead.documents.pages.gate import gate_page
        from beachhead.documents.report import write_page

        write_page(place, gate_page(place, [found]), output)
    else:
        from beachhead.documents.gate_tables import gate_tables

        write_sheets(gate_tables(found), output, made=place.as_of)
    click.echo(f"Written to {output}")


def _show(found: Gate) -> None:
    from beachhead.cli._tables import table
    from beachhead.documents import gate_words as words
    from beachhead.documents.words import category_name, day, percent
    from beachhead.tables.categories import CATEGORIES

    click.echo(f"{found.release.name}, as of {day(found.as_of)}")
    click.echo(words.verdict_sentence(found))
    click.echo(f"What would turn it: {words.turning(found)}")
    click.echo()
    click.echo("General release now asks that")
    for what, state, said in words.reasons(found):
        click.echo(f"  {what}: {state}. {said}")
    click.echo()
    click.echo(words.customers_sentence(found))
    courses = words.courses_rows(found)
    head = ["", *(r["name"] + (" *" if r["chosen"] else "") for r in courses)]
    table(head, [[title, *values] for title, values in words.course_measures(found)], numbers=head[1:])
    for row in courses:
        click.echo(f"  {row['name']}: {row['what']}.")
    click.echo()
    now = found.courses["now"].by_category
    by = [
        [category_name(c), *(words.rounded(now[q, k]) for q in range(len(now)))]
        for k, c in enumerate(CATEGORIES)
    ]
    ends = [day(end) for end in found.quarters]
    table(["On it, if it came at once, by", *ends], by, numbers=ends)
    click.echo()
    click.echo(words.defects_sentence(found))
    told = [[r["severity"], r["open"], r["forgiven"], r["customers"]] for r in words.forgives_rows(found)]
    table(["Severity", "Open", "Forgiven by", "Customers who do not"], [[str(v) for v in r] for r in told])
    if found.counted:
        click.echo()
        first = [
            (
                r["name"] or r["account"],
                category_name(r["standing"]),
                r["runs"] or "–",
                *(percent(r[f"within-{q}"]) for q in (1, 4)),
            )
            for r in found.accounts.head(ACCOUNTS).iter_rows(named=True)
        ]
        table(
            ["Moves first", "Standing", "Runs", "In a quarter", "In a year"],
            first,
            numbers=["In a quarter", "In a year"],
        )
    if found.whole_product:
        click.echo()
        gaps = [
            [str(r["rank"]), r["name"]] for r in found.whole_product.gaps.head(GAPS).iter_rows(named=True)
        ]
        table(["", "The whole product lacks first"], gaps)
    if found.change and found.change.measures.height:
        click.echo()
        todo = [
            [r["name"], str(r["missing"]), str(r["not_known"])]
            for r in found.change.measures.head(GAPS).iter_rows(named=True)
        ]
        table(
            ["Would make the change smaller", "Missing at", "Not known at"],
            todo,
            numbers=["Missing at", "Not known at"],
        )
    click.echo()
    for sentence in words.basis(found):
        click.echo(sentence)
