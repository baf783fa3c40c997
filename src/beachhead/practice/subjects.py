"""Whom an assessment is about: an account by its id or name, a partner, or a release."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from beachhead.accounts.find import find_account
from beachhead.errors import BadInput, BadQuestion, did_you_mean
from beachhead.practice.answer_files import answer_files, folder_name, load_answers
from beachhead.practice.assessment import Assessment
from beachhead.tables.paths import encoded
from beachhead.tables.workspace import Workspace


@dataclass(frozen=True)
class Subject:
    """``id`` as answers are kept under, ``kind`` account, partner or release, ``name`` as customers may read it."""

    id: str
    kind: str
    name: str

    @property
    def shown(self) -> str:
        """``Acme (A-1)``, for colleagues."""
        return self.id if self.id == self.name else f"{self.name} ({self.id})"


def reference(subject: str) -> str:
    """A form number by which our reader knows the account ``subject`` again and from which nobody learns its id."""
    return "F-" + hashlib.sha256(subject.encode()).hexdigest()[:12]


def find_subject(at: Workspace, asked: str, kind: str | None = None) -> Subject:
    """What ``asked`` names: an account (id, name, or a part of it), a partner, or what was assessed before.

    With ``kind`` only such; a partner or release may then be new. Raises BadQuestion with the nearest names.
    """
    accounts = at.table("accounts").select("account", "name")
    if kind in (None, "account") and (accounts["account"] == asked).any():
        return _account(at, asked)
    if kind in (None, "partner") and (partner := _partner(at, asked)):
        return partner
    if kind in (None, "release") or not accounts.height:
        before = _assessed(at, asked)
        if before and kind in (None, before.kind):
            return before
    if kind in ("partner", "release") or (kind == "account" and not accounts.height):
        return Subject(asked, kind, asked)
    if not accounts.height:
        raise BadQuestion(f"What is {asked!r}? Say it with --kind account, --kind partner or --kind release.")
    try:
        return _account(at, find_account(accounts, asked))
    except BadQuestion as no:
        if kind or "accounts are called" in str(no):
            raise
        partners = [n for n in (at.us, *at.table("partners")["name"]) if n]
        guess = "" if "did you mean" in str(no) else did_you_mean(asked, partners)
        raise BadQuestion(
            f"{str(no).rstrip('.')}{guess}; a partner or release that is not known yet needs --kind partner or "
            "--kind release."
        ) from None


def _account(at: Workspace, account: str) -> Subject:
    accounts = at.table("accounts")
    name = dict(accounts.select("account", "name").iter_rows()).get(account)
    return Subject(account, "account", name or account)


def _partner(at: Workspace, asked: str) -> Subject | None:
    """The partner of that id or name, under the id that its answers are kept under already."""
    wanted = _plain(asked)
    for name, told in [(at.us, at.us), *at.table("partners").select("partner", "name").iter_rows()]:
        if name and wanted in {_plain(name), _plain(told or "")}:
            before = _assessed(at, name) or _assessed(at, told or name)
            own = before.id if before else asked if name == at.us else name
            return Subject(own, "partner", told or name)
    return None


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "-")


def _assessed(at: Workspace, asked: str) -> Subject | None:
    """The subject of that id, letters and spaces aside, among those that have answers."""
    for path in answer_files(at.folder):
        if _plain(path.parent.name) in {_plain(folder_name(asked)), _plain(encoded(asked))}:
            one = load_answers(path).assessment
            if _plain(one.subject) == _plain(asked):
                return Subject(one.subject, one.kind, one.subject)
    return None


def identified(
    at: Workspace, found: Assessment, form: str | None, subject: Subject | None, path: Path
) -> Assessment:
    """``found`` under the id of its subject: a customer's form shows a name and a form number only.

    ``subject``: whose answers they are said to be. Raises BadInput where they are somebody else's, BadQuestion
    where it cannot be told whose.
    """
    rows = list(at.table("accounts").select("account", "name").iter_rows())
    if found.kind != "account" or not rows:
        own = [found.subject]
        if subject and _plain(found.subject) in {_plain(subject.id), _plain(subject.name)}:
            own = [subject.id]
    else:
        own = [account for account, _ in rows if form and reference(account) == form]
        own = own or [account for account, _ in rows if account == found.subject]
        own = own or [a for a, name in rows if (name or "").casefold() == found.subject.casefold()]
    if subject is None:
        if len(own) > 1:
            raise BadQuestion(
                f"{len(own)} accounts are called {found.subject!r} ({', '.join(own)}); say which one answered: "
                "beachhead assess WORKSPACE SUBJECT --answers FILE."
            )
        if not own:
            names = [name for pair in rows for name in pair if name]
            raise BadInput(
                f"there is no account {found.subject!r}{did_you_mean(found.subject, names)}", file=path
            )
        return found.model_copy(update={"subject": own[0]})
    if subject.id not in own:
        raise BadInput(f"the answers are those of {found.subject!r}, not of {subject.shown!r}", file=path)
    return found.model_copy(update={"subject": subject.id})
