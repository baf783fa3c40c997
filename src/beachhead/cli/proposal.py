"""``beachhead proposal``: what the customer receives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from beachhead.cli._output import outputs


@click.command
@click.argument("workspace", type=click.Path(path_type=Path), required=False)
@click.argument("account", required=False)
@click.option("--template", type=click.Path(path_type=Path), help="Your own Word file with fields in it.")
@click.option("--offering", help="What to propose: its id or name. The likeliest offering without it.")
@click.option("--fields", type=click.Path(path_type=Path), help="List what a Word template asks for.")
@click.option(
    "--values",
    type=click.Path(path_type=Path),
    help="A YAML file with prices, validity, sender, your own texts.",
)
@click.option(
    "--set", "single", multiple=True, metavar="NAME=TEXT", help="One field of your own; may be repeated."
)
@click.option(
    "--accept-placeholders", is_flag=True, help="Leave what is no field of ours in the template as it is."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A .docx or .pdf file.")
@outputs(output=(".docx", ".pdf"))
def command(
    workspace: Path | None,
    account: str | None,
    template: Path | None,
    offering: str | None,
    fields: Path | None,
    values: Path | None,
    single: tuple[str, ...],
    accept_placeholders: bool,
    output: Path | None,
) -> None:
    """Write a proposal to ACCOUNT of WORKSPACE (its id, its name or a part of the name): DOCX or PDF.

    DOCX comes from a Word template (--template, else templates/word/proposal.docx of the workspace, else the one that
    ships), PDF from templates/typst/proposal.typ. Nothing internal is in it, and only references that may be named.
    Prices, validity, sender and texts of your own come from proposal.yaml of the workspace, --values and --set. A
    template with places that nothing fills, such as {fees} or [Date], is refused before anything is written.
    """
    from beachhead.documents.own_fields import FILE
    from beachhead.errors import BadQuestion
    from beachhead.tables.workspace import Workspace

    if fields is not None:
        _fields(fields, Workspace(workspace) if workspace else None, values, single)
        return
    if workspace is None or account is None or output is None:
        raise BadQuestion("A proposal needs WORKSPACE, ACCOUNT and -o FILE.docx or FILE.pdf.")
    form = output.suffix.lower()
    if form not in (".docx", ".pdf"):
        raise BadQuestion(f"{output.name} is neither .docx nor .pdf.")
    if template is not None and form == ".pdf":
        raise BadQuestion(
            "A Word template gives a .docx; the PDF comes from templates/typst/proposal.typ of the workspace."
        )
    from beachhead.accounts.find import find_account
    from beachhead.cli._progress import working
    from beachhead.documents.account_data import gather
    from beachhead.documents.own_fields import own_fields
    from beachhead.documents.proposal import proposal_docx, proposal_pdf, refuse, word_template
    from beachhead.documents.proposal_data import FIELDS
    from beachhead.documents.words import join
    from beachhead.tables.writing import write_whole

    place = Workspace(workspace)
    own = own_fields(place, FIELDS, values, single)  # what cannot be used is told before anything long begins
    if form == ".docx":
        refuse(template or word_template(place), own, accept=accept_placeholders)
    with working("Proposal") as say:
        gathered = gather(place, say)
    found = find_account(gathered.facts, account)
    gathered = gathered.for_one(found)
    content = (
        proposal_pdf(gathered, found, offering, own=values, single=single)
        if form == ".pdf"
        else proposal_docx(
            gathered, found, offering, template, own=values, single=single, accept=accept_placeholders
        )
    )
    write_whole(output, content)
    click.echo(f"{gathered.row(found)['name'] or found}: {output}")
    lacking = [name for name in ("prices", "validity", "sender") if not _given(own[name])]
    if lacking:
        click.echo(
            f"Without {join(lacking)}: give them in {place.folder / FILE}, with --values FILE or --set NAME=TEXT."
        )


def _given(value: Any) -> bool:
    return any(value.values()) if isinstance(value, dict) else bool(value)


def _fields(path: Path, workspace: Any, values: Path | None, single: tuple[str, ...]) -> None:
    from beachhead.cli._tables import table
    from beachhead.documents.own_fields import own_fields
    from beachhead.documents.proposal_data import FIELDS
    from beachhead.documents.word_fields import asked

    given = own_fields(workspace, FIELDS, values, single)
    found = asked(path, given)
    if found.names:
        click.echo(f"{path.name} asks for:")
        table(
            ["Field", "What it is"],
            [[n, FIELDS.get(n) or _what(n, found.unknown)] for n in found.names],
        )
    else:
        click.echo(f"{path.name} asks for no field.")
    if found.broken:
        click.echo(f"{found.broken}.")
    if found.others:
        click.echo("Place-holders that are not filled:")
        for other in found.others:
            click.echo(f"  {other.advice}.")
    left = [name for name in FIELDS if name not in found.names]
    if left:
        click.echo("Not asked for: " + ", ".join(left) + ".")


def _what(name: str, unknown: dict[str, str]) -> str:
    return f"not a field of a proposal{unknown[name]}" if name in unknown else "a field of your own"
