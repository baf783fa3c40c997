"""The proposal: what the customer receives, as DOCX from the partner's own Word template or as PDF from ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from beachhead.documents import word_fields
from beachhead.documents.account_data import Gathered
from beachhead.documents.proposal_data import proposal_data
from beachhead.documents.typesetting import SHIPPED, Typesetter
from beachhead.documents.word_fields import asked, words_of
from beachhead.errors import BadInput
from beachhead.tables.confined import confined
from beachhead.tables.workspace import Workspace

TEMPLATE = "proposal"
DEFAULT = SHIPPED.parent / "word" / "proposal.docx"
ACCEPT = "--accept-placeholders"
"""The option that lets place-holders of other kinds stay."""


def proposal_pdf(
    gathered: Gathered,
    account: str,
    offering: str | None = None,
    *,
    own: Path | None = None,
    single: Sequence[str] = (),
) -> bytes:
    """The proposal to ``account`` as PDF, from the template ``proposal.typ``; ``own``, ``single``: see ``own_fields``.

    Raises BadInput where no font at hand has the signs that are to be written.
    """
    fields = proposal_data(gathered, account, offering, own, single)
    with Typesetter(TEMPLATE, gathered.workspace) as sets:
        title = f"{fields['title']} for {fields['customer']}"
        return sets.pdf(fields, made=gathered.workspace.as_of, title=title, every_sign=True)


def proposal_docx(
    gathered: Gathered,
    account: str,
    offering: str | None = None,
    template: Path | None = None,
    *,
    own: Path | None = None,
    single: Sequence[str] = (),
    accept: bool = False,
) -> bytes:
    """The proposal to ``account`` as DOCX. ``template``: a Word file; else the workspace's
    ``templates/word/proposal.docx``, else the one that ships. ``accept``: place-holders of other kinds stay as they are.
    """
    fields = proposal_data(gathered, account, offering, own, single)
    return fill(
        template or word_template(gathered.workspace), fields, gathered.workspace.as_of, accept=accept
    )


def word_template(workspace: Workspace) -> Path:
    """The Word template in force where none is named."""
    own = workspace.inside("templates", "word", "proposal.docx")
    return own if own.is_file() else DEFAULT


def fill(template: Path, fields: Mapping[str, Any], made: dt.date, *, accept: bool = False) -> bytes:
    """The Word file ``template`` with ``fields`` in it. The same input gives the same bytes.

    The template runs in a sandbox, in a process with limits. Raises BadInput, a sentence, for a template that is no
    Word file, is broken, asks for a field that there is not, tries what a template may not, or holds place-holders of
    other kinds that would go out as they are, unless these are accepted.
    """
    refuse(template, fields, accept=accept)
    title, author = words_of(
        {"title": f"{fields['title']} for {fields['customer']}", "us": fields["us"]}
    ).values()
    job = "beachhead.documents.word_rendering:rendered"
    content: bytes = confined(
        job, template, words_of(fields), title, author, made, file=template, seconds=word_fields.SECONDS
    )
    return content


def refuse(template: Path, own: Collection[str] = (), *, accept: bool = False) -> None:
    """Raise BadInput where ``template`` cannot be filled; ``own``: the names of fields that are given as well."""
    found = asked(template, own)
    if found.broken:
        raise BadInput(found.broken, file=template)
    if not found.names and found.others:
        raise BadInput(f"it has no field that can be filled; {found.left}", file=template)
    if found.unknown:
        told = "; ".join(
            f"the template asks for {name!r}, which a proposal does not have{guess}"
            for name, guess in found.unknown.items()
        )
        example = next(iter(found.unknown))
        raise BadInput(f"{told}; give a field of your own with --set {example}=TEXT", file=template)
    if found.others and not accept:
        raise BadInput(f"{found.left}; to let them stay as they are, say {ACCEPT}", file=template)
