"""The proposal: what the customer receives, as DOCX from the partner's own Word template or as PDF from ours."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beachhead.documents.account_data import Gathered
from beachhead.documents.proposal_data import proposal_data
from beachhead.documents.typesetting import SHIPPED, Typesetter
from beachhead.documents.word_fields import Asked, asked, open_template, words_of
from beachhead.errors import BadInput
from beachhead.tables.signs import printable, printable_values
from beachhead.tables.workspace import Workspace

TEMPLATE = "proposal"
DEFAULT = SHIPPED.parent / "word" / "proposal.docx"
_WORDS = zipfile.ZIP_DEFLATED


def proposal_pdf(gathered: Gathered, account: str, offering: str | None = None) -> bytes:
    """The proposal to ``account`` as PDF, from the template ``proposal.typ``."""
    fields = proposal_data(gathered, account, offering)
    with Typesetter(TEMPLATE, gathered.workspace) as sets:
        title = f"{fields['title']} for {fields['customer']}"
        return sets.pdf(fields, made=gathered.workspace.as_of, title=title)


def proposal_docx(
    gathered: Gathered, account: str, offering: str | None = None, template: Path | None = None
) -> bytes:
    """The proposal to ``account`` as DOCX. ``template``: a Word file; else the workspace's
    ``templates/word/proposal.docx``, else the one that ships.
    """
    fields = proposal_data(gathered, account, offering)
    return fill(template or word_template(gathered.workspace), fields, gathered.workspace.as_of)


def word_template(workspace: Workspace) -> Path:
    """The Word template in force where none is named."""
    own = workspace.folder / "templates" / "word" / "proposal.docx"
    return own if own.is_file() else DEFAULT


def fill(template: Path, fields: Mapping[str, Any], made: dt.date) -> bytes:
    """The Word file ``template`` with ``fields`` in it. The same input gives the same bytes.

    The template runs in a sandbox. Raises BadInput, a sentence, for a template that is no Word file, is broken,
    asks for a field that there is not, or tries what a template may not.
    """
    from jinja2 import StrictUndefined, TemplateError, UndefinedError
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import SandboxedEnvironment

    document = open_template(template)
    found: Asked = asked(template)
    if found.broken:
        raise BadInput(found.broken, file=template)
    if not found.names and found.others:
        raise BadInput(f"it has no field that can be filled; {found.others[0].advice}", file=template)
    if found.unknown:
        name, guess = next(iter(found.unknown.items()))
        raise BadInput(
            f"the template asks for {name!r}, which a proposal does not have{guess}", file=template
        )
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document.render(words_of(printable_values(fields)), environment)
    except SecurityError as error:
        raise BadInput(f"the template tries what a template may not: {error}", file=template) from error
    except UndefinedError as error:
        raise BadInput(f"the template asks for what there is not: {error}", file=template) from error
    except TemplateError as error:
        raise BadInput(f"the template cannot be used: {error}", file=template) from error
    except Exception as error:  # Word's XML after a template's own mistake: lxml, docx and KeyErrors alike
        raise BadInput(f"the template cannot be filled: {error}", file=template) from error
    properties = document.docx.core_properties
    properties.title = printable(f"{fields['title']} for {fields['customer']}")
    properties.author = printable(str(fields["us"]))
    properties.created = properties.modified = dt.datetime.combine(made, dt.time(12))
    properties.last_modified_by, properties.revision = properties.author, 1
    file = io.BytesIO()
    document.save(file)
    return _undated(file.getvalue())


def _undated(content: bytes) -> bytes:
    """The same archive without the clock's time in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", _WORDS) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = _WORDS, 0o600 << 16
            new.writestr(entry, old.read(name))
    return file.getvalue()
