"""What the words in the cells of an export mean: won, customer, call. The words are data, in ``values.yaml``."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from beachhead.tables.crm.dialects import HERE
from beachhead.tables.schema import YES
from beachhead.tables.yaml_files import load_yaml


@cache
def _data() -> dict[str, Any]:
    data, _ = load_yaml(HERE / "values.yaml")
    return data


def missing_words() -> list[str]:
    """Cells that mean nothing even in a column of texts, in lower and upper case and capitalised."""
    return sorted(
        {w for word in _data()["missing"] for w in (word, word.upper(), word.capitalize(), word.title())}
    )


def plain(text: str) -> str:
    """Without case and accents, with single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).replace("_", " ").split())


def department_patterns() -> dict[str, list[str]]:
    """Department → patterns of job titles that belong to it, compared with ``plain`` texts."""
    return dict(_data()["departments"])


@cache
def _first(group: str, text: str) -> str | None:
    """The first meaning of a group whose patterns are found in the text."""
    words = plain(text)
    for meaning, patterns in _data()[group].items():
        if any(re.search(p, words) for p in patterns):
            return meaning
    return None


def outcome(stage: str | None) -> str:
    """``won``, ``lost`` or ``open`` of a stage or status in whatever words.

    >>> outcome("Closed/Won"), outcome("closedlost"), outcome("Proposal/Price Quote")
    ('won', 'lost', 'open')
    """
    return (_first("outcome", stage.replace("/", " ").replace("-", " ")) if stage else None) or "open"


def is_bought(status: str | None) -> bool:
    """Whether an order of this status counts as bought: not one that was cancelled or sent back."""
    return not status or _first("order", status) is None


def account_kind(kind: str | None) -> str | None:
    """``customer``, ``prospect``, ``partner`` or None of the type that a CRM gives to an account."""
    return (_first("account_first", kind) or _first("account", kind)) if kind else None


def partner_kind(kind: str | None) -> str | None:
    """``reseller``, ``vendor`` … of the type of a partner account, or None."""
    return _first("partner", kind) if kind else None


def activity_kind(*words: str | None) -> str | None:
    """``call``, ``meeting`` … of the first of several texts that tells it (subtype, type, subject)."""
    return next((kind for word in words if word and (kind := _first("activity", word))), None)


def is_done(status: str | None) -> bool:
    """Whether an activity of this status took place."""
    return not status or not any(re.search(p, plain(status)) for p in _data()["activity_open"])


def is_deleted(mark: str | None) -> bool:
    """Whether what stands in a column of deleted rows says that this one is: yes, a day, or a word for it.

    >>> is_deleted("true"), is_deleted("2009-01-31"), is_deleted("Trash"), is_deleted("Available"), is_deleted("0")
    (True, True, True, False, False)
    """
    if mark is None or re.match(r"0000-", mark):
        return False
    words = plain(mark)
    return (
        words in YES
        or bool(re.search(r"\d{4}", words))
        or any(re.search(p, words) for p in _data()["deleted"])
    )


def is_defect(*words: str | None) -> bool:
    """Whether the type or the labels of an issue say that it is a defect."""
    return any(word and _first("issue", word) is not None for word in words)


def severity(*words: str | None) -> str | None:
    """``critical``, ``major``, ``minor`` or ``cosmetic`` of the first text that tells it (severity, labels).

    >>> severity("Highest"), severity(None, "bug; sev-2"), severity("P3"), severity("Unset")
    ('critical', 'major', 'minor', None)
    """
    return next((grave for word in words if word and (grave := _first("severity", word))), None)


def is_resolved(status: str | None) -> bool:
    """Whether an issue of this status is over."""
    return status is not None and any(re.search(p, plain(status)) for p in _data()["issue_done"])


def stays(resolution: str | None) -> bool:
    """Whether an issue was closed without a change, so that users still meet it."""
    return resolution is not None and any(re.search(p, plain(resolution)) for p in _data()["issue_stays"])


def is_person(kind: str | None) -> bool:
    """Whether the type of an account says that it is a private person."""
    return kind is not None and plain(kind) in _data()["person"]


def signal(field: str, value: str | None) -> str | None:
    """The id of the signal that a field of Dynamics' purchase process gives, or None."""
    if not value:
        return None
    words = plain(value)
    for name, patterns in _data()["signals"][field].items():
        if any(re.search(p, words) for p in patterns):
            return str(name)
    return None
