"""The brief: all about one account on exactly two pages, PDF, for colleagues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beachhead.documents.account_data import Gathered
from beachhead.documents.typesetting import Typesetter
from beachhead.errors import BeachheadError
from beachhead.tables.paths import encoded_all
from beachhead.tables.writing import write_whole

TEMPLATE = "brief"
MOST = {
    "owned": 8,
    "now": 7,
    "later": 5,
    "departments": 7,
    "measures": 4,
    "say": 5,
    "questions": 6,
    "references": 3,
}
"""As many of each as two pages hold; the template says how many more there are."""
LONGEST = 420
"""Characters of one text; what is longer ends with an ellipsis at a word."""


@dataclass(frozen=True)
class Written:
    """One account of a batch: ``file``, or ``problem`` where it failed."""

    account: str
    file: Path | None
    problem: str = ""


def brief_pdf(gathered: Gathered, account: str, sets: Typesetter | None = None) -> bytes:
    """The brief on ``account`` as PDF. ``sets``: a typesetter for the template ``brief``, for many of them."""
    if sets is None:
        with Typesetter(TEMPLATE, gathered.workspace) as own:
            return brief_pdf(gathered, account, own)
    known = two_pages(gathered.of(account))
    return sets.pdf(known, made=gathered.workspace.as_of, title=f"Brief on {known['account']['name']}")


def briefs(gathered: Gathered, accounts: Iterable[str], folder: Path) -> Iterator[Written]:
    """Write a brief on each of ``accounts`` into ``folder``; one that fails is told and the others go on."""
    with Typesetter(TEMPLATE, gathered.workspace) as sets:
        for account, name in encoded_all(accounts).items():
            try:
                path = folder / f"{name}.pdf"
                write_whole(path, brief_pdf(gathered, account, sets), keep=True, folder=True)
                yield Written(account, path)
            except BeachheadError as no:
                yield Written(account, None, str(no))
            except Exception as unforeseen:  # one account's data must not stop the other thousand
                yield Written(account, None, f"{type(unforeseen).__name__}: {unforeseen}")


def two_pages(known: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, cut to what two pages hold; ``…_more`` and ``more`` count what was left out."""
    shown: dict[str, Any] = _shortened(known)
    for part in ("owned", "now", "later"):
        listed = shown["products"][part]
        shown["products"][part] = listed[: MOST[part]]
        shown["products"][f"{part}_more"] = max(0, len(listed) - MOST[part])
    if shown["discontinuity"]:
        one = shown["discontinuity"]
        one["more"] = max(0, len(one["departments"]) - MOST["departments"])
        one["departments"] = one["departments"][: MOST["departments"]]
        for part in ("to_do", "find_out"):
            one[part] = one[part][: MOST["measures"]]
    for number, play in enumerate(shown["plays"]):
        most = MOST["say"] if number == 0 else 2
        play["say"] = [line for line in play["say"] if not line["internal"]][:most]
        play["know"], play["show"] = play["know"][:4], play["show"][:3]
        play["not_say"], play["tasks"] = play["not_say"][:3], play["tasks"][:4]
    shown["questions"] = shown["questions"][: MOST["questions"]]
    shown["references"] = shown["references"][: MOST["references"]]
    return shown


def _shortened(value: Any, longest: int = LONGEST) -> Any:
    if isinstance(value, Mapping):
        return {k: _shortened(v, longest) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(v, longest) for v in value]
    if isinstance(value, str) and len(value) > longest:
        return value[:longest].rsplit(" ", 1)[0].rstrip(",;:. ") + " …"
    return value
