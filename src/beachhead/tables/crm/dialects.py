"""The headers of known CRMs, from the YAML files beside this module."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from beachhead.tables.yaml_files import load_yaml

HERE = Path(__file__).parent
CRMS = ("salesforce", "hubspot", "dynamics")


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
    """Every known CRM's every kind."""
    found = []
    for crm in CRMS:
        data, _ = load_yaml(HERE / f"{crm}.yaml")
        for kind, entry in data["kinds"].items():
            found.append(_profile(data["crm"], kind, entry, data.get("choices", {}).get(kind, {})))
    return tuple(found)


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
