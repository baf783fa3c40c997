"""``beachhead proposal``: what the customer receives."""

from __future__ import annotations

from pathlib import Path

import click


@click.command
@click.argument("workspace", type=click.Path(path_type=Path), required=False)
@click.argument("account", required=False)
@click.option("--template", type=click.Path(path_type=Path), help="Your own Word file with fields in it.")
@click.option("--offering", help="What to propose: its id or name. The likeliest offering without it.")
@click.option("--fields", type=click.Path(path_type=Path), help="List what a Word template asks for.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A .docx or .pdf file.")
def command(
    workspace: Path | None,
    account: str | None,
    template: Path | None,
    offering: str | None,
    fields: Path | None,
    output: Path | None,
) -> None:
    """Write a proposal to ACCOUNT of WORKSPACE (its id, its name or a part of the name): DOCX or PDF.

    DOCX comes from a Word template (--template, else templates/word/proposal.docx of the workspace, else the one that
    ships), PDF from templates/typst/proposal.typ. Nothing internal is in it, and only references that may be named.
    """
    from beachhead.errors import BadQuestion

    if fields is not None:
        _fields(fields)
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
    from beachhead.documents.files import write_bytes
    from beachhead.documents.proposal import proposal_docx, proposal_pdf
    from beachhead.documents.word_fields import open_template
    from beachhead.tables.workspace import Workspace

    if template is not None:
        open_template(template)  # what is no Word file is told before anything long begins
    with working("Proposal") as say:
        gathered = gather(Workspace(workspace), say)
    found = find_account(gathered.facts, account)
    gathered = gathered.for_one(found)
    content = (
        proposal_pdf(gathered, found, offering)
        if form == ".pdf"
        else proposal_docx(gathered, found, offering, template)
    )
    write_bytes(output, content)
    click.echo(f"{gathered.row(found)['name'] or found}: {output}")


def _fields(path: Path) -> None:
    from beachhead.cli._tables import table
    from beachhead.documents.proposal_data import FIELDS
    from beachhead.documents.word_fields import asked

    found = asked(path)
    if found.names:
        click.echo(f"{path.name} asks for:")
        table(
            ["Field", "What it is"],
            [[n, FIELDS.get(n) or f"not a field of a proposal{found.unknown[n]}"] for n in found.names],
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
