"""Small plays, playbooks and tables of facts for the tests of plays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import yaml

from beachhead.accounts.fact_columns import SCHEMA
from beachhead.practice.facts_joined import PRACTICE
from beachhead.practice.playbook import Playbook, playbook
from beachhead.tables.workspace import Workspace

FACTS = pl.Schema({**SCHEMA, **{column.name: column.dtype for column in PRACTICE}})
HEAD = {
    "version": 1,
    "language": "en",
    "author": "x",
    "licence": "x",
    "source": "judgement",
}


def play(name: str, *conditions: str, **changed: Any) -> dict[str, Any]:
    """A sound play as its file would hold it; it holds where all ``conditions`` do."""
    made = {
        "id": name,
        "name": f"Play {name}",
        **HEAD,
        "audience": {"roles": ["CIO"], "categories": ["early_majority"]},
        "when": [{"if": text, "because": f"reason {n}"} for n, text in enumerate(conditions, 1)],
        "know": [
            {"text": "what it means", "public": True},
            {"text": "a secret", "internal": True},
            "a remark",
        ],
        "say": [{"text": "words", "public": True}, {"text": "a secret word", "internal": True}],
        "not_say": ["a wrong word"],
        "show": [
            {"text": "a proof", "source": "a study", "date": "2009-01-15", "public": True},
            {"text": "a secret proof", "source": "us", "date": "2009-01-16", "internal": True},
            {"reference": "alike", "public": True},
        ],
        "do": {
            "offer": "an offer",
            "leave_behind": "a page",
            "tasks": [{"task": "a task", "days": 5}],
            "next_step": "a step",
        },
        "for_customer": {"offer": "our offer to you", "next_step": "what comes next"},
    }
    return made | changed


def objection(name: str, *says: str, **changed: Any) -> dict[str, Any]:
    """A sound objection as its file would hold it."""
    made = {
        "id": name,
        "name": f"Objection {name}",
        **HEAD,
        "says": list(says) or ["no"],
        "means": [{"text": "it may mean anything"}],
        "ask": ["Why?"],
    }
    return made | changed


def workspace(folder: Path, *plays: dict[str, Any], objections: tuple[dict[str, Any], ...] = ()) -> Workspace:
    """A workspace with these files of its own, each called after its id."""
    for name, files in (("plays", plays), ("objections", objections)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for content in files:
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            (folder / name / f"{content['id']}.yaml").write_text(text, encoding="utf-8")
    return Workspace(folder)


def book_of(folder: Path, *plays: dict[str, Any]) -> Playbook:
    """A playbook of these plays alone, without the shipped ones."""
    whole = playbook(workspace(folder, *plays))
    names = [content["id"] for content in plays]
    return Playbook(
        {n: whole.plays[n] for n in names},
        whole.objections,
        {n: whole.grounds[n] for n in names},
        whole.means,
    )


def facts(*rows: dict[str, Any]) -> pl.DataFrame:
    """A table of joined facts; what a row does not say is missing. Accounts are called 0, 1, 2 …"""
    full = [dict.fromkeys(FACTS) | {"account": str(n)} | row for n, row in enumerate(rows)]
    return pl.DataFrame(full, schema=FACTS)
