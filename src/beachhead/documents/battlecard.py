"""The battlecard: one play on one page, PDF, for colleagues."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from beachhead.documents import account_parts as parts
from beachhead.documents.typesetting import Typesetter
from beachhead.documents.words import capital
from beachhead.practice.offering_library import offerings
from beachhead.practice.playbook import Playbook, playbook
from beachhead.practice.plays import Play
from beachhead.practice.references import REFERENCES
from beachhead.tables.workspace import Workspace

TEMPLATE = "battlecard"
FIELDS = {
    "play": "the play in full: name, roles, categories, know, say, not_say, show, offer, leave_behind, tasks, next_step",
    "version": "version of the play's file",
    "source": "where the play comes from",
    "offering": "the offering that it leads to, or none",
    "answers": "the objections that it answers: name, and what is said (says)",
    "when": "when it fits, a sentence each",
    "ask": "what to ask before answering",
}
UNDATED = dt.date(2009, 2, 28)
"""The day that a battlecard without a workspace says it was made on: the same bytes every day."""


def battlecard_pdf(name: str, workspace: Workspace | None = None) -> bytes:
    """The battlecard of the play ``name`` (its id or name) as PDF. Raises BadQuestion, with the nearest one."""
    book = playbook(workspace)
    play = book.play(name)
    made = workspace.as_of if workspace and "as_of" in workspace.settings else UNDATED
    with Typesetter(TEMPLATE, workspace) as sets:
        return sets.pdf(battlecard_data(play, book, workspace), made=made, title=f"Battlecard: {play.name}")


def battlecard_data(play: Play, book: Playbook, workspace: Workspace | None) -> dict[str, Any]:
    """The dict of a battlecard, keys ``FIELDS``."""
    offered = offerings(workspace).get(play.offering or "")
    objections = [book.objections[name] for name in play.answers]
    return {
        "play": parts.play(play, [], REFERENCES.to_frame()) | {"show": _shown(play)},
        "version": play.version,
        "source": play.source,
        "offering": offered.name if offered else None,
        "answers": [{"name": one.name, "says": one.says[0].rstrip(".")} for one in objections[:5]],
        "when": [_open(ground.because) for ground in play.when],
        "ask": list(dict.fromkeys(q for one in objections[:2] for q in one.ask[:3]))[:5],
    }


def _shown(play: Play) -> list[dict[str, Any]]:
    return [
        {"text": one["text"], "source": one["source"], "internal": one["internal"]}
        if one["source"]
        else {
            "text": "A customer of the same kind that may be named",
            "source": "",
            "internal": one["internal"],
        }
        for one in parts.play(play, [], REFERENCES.to_frame())["show"]
    ]


def _open(because: str) -> str:
    """A reason with its facts left open: ``bought … licences from … … months ago``."""
    first = re.sub(r"\[([^|\[\]]*)[^\[\]]*\]", r"\1", because)
    return capital(re.sub(r"\{[^{}]*\}", "…", first))
