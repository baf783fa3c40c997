"""The headers of known CRMs, from the YAML files beside this module, and from those that other packages add."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from beachhead.additions import Addition, added
from beachhead.errors import BadKnowledge, did_you_mean
from beachhead.tables.crm.kinds import MARKS, kinds
from beachhead.tables.yaml_files import Lines, load_yaml, validate

HERE = Path(__file__).parent
CRMS = ("salesforce", "hubspot", "dynamics", "jira", "github")


@dataclass(frozen=True)
class Profile:
    """What one CRM calls the columns of one kind. Labels are folded (see ``folded``).

    ``fields``: label → field and the label's rank among those of that field (the first is preferred).
    ``exact``: the labels as the CRM writes them.
    """

    crm: str
    kind: str
    objects: frozenset[str]
    prefixes: tuple[str, ...]
    fields: dict[str, tuple[str, int]]
    also: frozenset[str]
    exact: frozenset[str]
    choices: dict[str, dict[str, str]]

    def knows(self, label: str) -> bool:
        """Whether the folded label is one of this CRM's columns of this kind."""
        return label in self.fields or label in self.also


def folded(label: str) -> str:
    """A header as it is compared: without case, and with single spaces."""
    return " ".join(label.casefold().split())


@cache
def profiles() -> tuple[Profile, ...]:
    """Every known CRM's every kind, ours first. Raises BadKnowledge for an added dialect that breaks the rules."""
    dialects = [load_yaml(HERE / f"{crm}.yaml")[0] for crm in CRMS]
    for addition in added("beachhead.dialects"):
        dialect = _added(addition)
        known = {data["crm"].casefold() for data in dialects}
        addition.check(dialect["crm"].casefold() not in known, f"is of {dialect['crm']}, which is known")
        dialects.append(dialect)
    return tuple(
        _profile(data["crm"], kind, entry, data.get("choices", {}).get(kind, {}))
        for data in dialects
        for kind, entry in data["kinds"].items()
    )


class _Strict(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid")


class KindOfDialect(_Strict):
    """What a CRM calls one kind of table, its columns (field → labels, the preferred first) and those not taken.

    ``key``: how ids of this kind begin.
    """

    columns: dict[str, list[str]]
    object: list[str] = []
    key: list[str] = []
    also: list[str] = []


class Dialect(_Strict):
    """A file such as ``hubspot.yaml``. ``choices``: kind → field → the CRM's number → its word."""

    crm: str
    kinds: dict[str, KindOfDialect]
    choices: dict[str, dict[str, dict[int, str]]] = {}


def _added(addition: Addition) -> dict[str, Any]:
    addition.check(
        isinstance(addition.value, str | Path),
        "is no path of a file such as hubspot.yaml in beachhead/tables/crm",
    )
    data, lines = load_yaml(addition.value)
    validate(Dialect, data, lines, addition.value)
    if said := problems(data, lines, addition.value):
        raise BadKnowledge([f"{one} (a dialect of the installed package {addition.package})" for one in said])
    return dict(data)


def problems(data: dict[str, Any], lines: Lines, path: str | Path) -> list[str]:
    """Each kind of table that there is not, and each field that its kind has not, as sentences with their lines."""
    said = []
    for kind, entry in data["kinds"].items():
        if kind not in kinds():
            where = f"{path}, line {lines.get(('kinds', kind), 1)}"
            said.append(f"{where}: there is no kind of table {kind!r}{did_you_mean(kind, kinds())}.")
            continue
        known = {*kinds()[kind].fields, *MARKS.get(kind, ())}
        for field in entry["columns"]:
            if field not in known:
                where = f"{path}, line {lines.get(('kinds', kind, 'columns', field), 1)}"
                said.append(f"{where}: {kind!r} has no field {field!r}{did_you_mean(field, known)}.")
    return said


def _profile(crm: str, kind: str, entry: dict[str, Any], choices: dict[str, dict[int, str]]) -> Profile:
    fields: dict[str, tuple[str, int]] = {}
    for field, labels in entry["columns"].items():
        for rank, label in enumerate(labels):
            fields.setdefault(folded(label), (field, rank))
    return Profile(
        crm=crm,
        kind=kind,
        objects=frozenset(folded(o) for o in entry.get("object", ())),
        prefixes=tuple(entry.get("key", ())),
        fields=fields,
        also=frozenset(folded(label) for label in entry.get("also", ())),
        exact=frozenset(x for xs in (*entry["columns"].values(), entry.get("also", ())) for x in xs),
        choices={field: {str(n): word for n, word in words.items()} for field, words in choices.items()},
    )


@cache
def rarity() -> dict[str, float]:
    """Folded label → one over the number of profiles that know it: how much it says about the kind."""
    counts: dict[str, int] = {}
    for profile in profiles():
        for label in (*profile.fields, *profile.also):
            counts[label] = counts.get(label, 0) + 1
    return {label: 1 / n for label, n in counts.items()}


@cache
def telling() -> frozenset[str]:
    """Labels that only one CRM has, folded or to the letter."""
    crms: dict[str, set[str]] = {}
    for profile in profiles():
        for label in (*profile.fields, *profile.also, *profile.exact):
            crms.setdefault(label, set()).add(profile.crm)
    return frozenset(label for label, names in crms.items() if len(names) == 1)


def is_plain(label: str) -> bool:
    """A short word that anybody may call a column: ``City``, ``phone``."""
    return re.fullmatch(r"[A-Z]?[a-z]{1,7}", label) is not None


@cache
def object_names() -> frozenset[str]:
    """Names of the objects of all CRMs, as they stand before a label: ``Account: Account Name``."""
    own = {"record", "org", "organization", "organisation", "person", "company", "deal", "lead", "billing"}
    return frozenset(own.union(*(p.objects for p in profiles())))


def split_object(header: str) -> tuple[str, str]:
    """``("account", "Account Name")`` of ``Account: Account Name`` or ``Organization - Name``; else ``("", header)``."""
    match = re.match(r"^([\w ]+?)\s*(?::|\s[-–]|\.)\s*(\S.*)$", header)
    if match and folded(match[1]) in object_names():
        return folded(match[1]), match[2]
    return "", header
