"""What is wrong with the templates, the wording and the brand of a workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from beachhead.documents.brand import brand
from beachhead.documents.html import check_own, own_templates
from beachhead.documents.own_fields import check_own_fields, own_fields
from beachhead.documents.proposal_data import FIELDS
from beachhead.documents.typesetting import FOLDER, NAMES
from beachhead.documents.word_fields import asked
from beachhead.documents.wording import wording
from beachhead.errors import BadInput, BadKnowledge, BadQuestion
from beachhead.tables.paths import listed
from beachhead.tables.workspace import Workspace


def check_templates(workspace: Workspace) -> list[str]:
    """Every problem of them, a sentence each. Own Typst templates are set once, with the first account's data."""
    told = _refusals(lambda: brand(workspace)) + _refusals(lambda: wording(workspace))
    told += (wrong := check_own_fields(workspace, FIELDS))
    own_names = [] if wrong else list(own_fields(workspace, FIELDS))
    for path in listed(workspace.folder, "templates", "word", endings=(".docx",), deep=False):
        if not path.name.startswith("~$"):  # Word's own lock beside a file that is open
            told += list(_word(path, own_names))
    told += check_own(own_templates(workspace))
    own = [name for name in NAMES if workspace.inside(FOLDER, f"{name}.typ").is_file()]
    return told + (_typst(workspace, own) if own and not told else [])


def _word(path: Path, own: Collection[str]) -> Iterator[str]:
    try:
        found = asked(path, own)
    except BadInput as no:
        yield str(no)
        return
    if found.broken:
        yield f"{path}: {found.broken}."
    for name, guess in found.unknown.items():
        yield f"{path}: a proposal has no field {name!r}{guess}."
    for other in found.others:
        yield f"{path}: {other.told}."


def _typst(workspace: Workspace, names: list[str]) -> list[str]:
    from beachhead.documents.account_data import gather
    from beachhead.documents.battlecard import battlecard_pdf
    from beachhead.documents.brief import brief_pdf
    from beachhead.documents.proposal import proposal_pdf

    told: list[str] = []
    try:
        if "battlecard" in names:
            told += _refusals(lambda: battlecard_pdf("partner-in-name", workspace))
        if set(names) - {"battlecard"}:
            gathered = gather(workspace)
            account = gathered.accounts[0]
            if "brief" in names:
                told += _refusals(lambda: brief_pdf(gathered, account))
            if "proposal" in names:
                offering = next(iter(gathered.offerings))
                told += _refusals(lambda: proposal_pdf(gathered, account, offering))
    except (BadInput, BadQuestion, IndexError):  # the tables are broken or empty: told where they are checked
        return told
    return told


def _refusals(do: Callable[[], object]) -> list[str]:
    try:
        do()
    except BadKnowledge as no:
        return no.problems
    except BadInput as no:
        return [str(no)]
    return []
