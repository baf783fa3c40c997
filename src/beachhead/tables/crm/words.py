"""What a header means by its words, where no CRM is known: ``customerID``, ``ORDERDATE``, ``Numéro de client``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from beachhead.tables.crm.dialects import HERE
from beachhead.tables.yaml_files import load_yaml

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SHORTEST_TYPO = 6  # letters; shorter words are too alike to guess


@cache
def _data() -> dict[str, Any]:
    data, _ = load_yaml(HERE / "words.yaml")
    return data


@cache
def _words() -> dict[tuple[str, ...], str]:
    """Words as others say them → ours."""
    found: dict[tuple[str, ...], str] = {}
    for ours, others in _data()["words"].items():
        found[tuple(ours.split())] = ours
        for other in others:
            found.setdefault(tuple(other.split()), ours)
    return found


@cache
def _vocabulary() -> frozenset[str]:
    """Every single word that is known."""
    listed = [*(w for words in _words() for w in words), *_data()["noise"], *_data()["entities"]]
    phrases = [w for phrases in _data()["fields"].values() for phrase in phrases for w in phrase.split()]
    personal = [w for phrase in _data()["personal"] for w in phrase.split()]
    return frozenset([*listed, *phrases, *personal])


@cache
def _fields() -> dict[tuple[str, ...], str]:
    """Sorted words → field."""
    return {
        tuple(sorted(phrase.split())): field
        for field, phrases in _data()["fields"].items()
        for phrase in phrases
    }


@cache
def _personal() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(sorted(phrase.split())) for phrase in _data()["personal"])


def split_words(header: str) -> list[str]:
    """The words of a header, in lower case and without accents; glued words are cut where the words are known.

    >>> split_words("Numéro_deClient"), split_words("CUSTOMERNAME")
    (['numero', 'de', 'client'], ['customer', 'name'])
    """
    plain = unicodedata.normalize("NFKD", header.replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"__c\b|__r\b", "", plain).replace("IDs", "Ids").replace("URLs", "Urls")
    rough = [w.lower() for part in re.split(r"[^A-Za-z0-9]+", plain) for w in _HUMPS.split(part) if w]
    words: list[str] = []
    for word in rough:
        words += [word] if word in _vocabulary() else (_cut(word) or _typo(word))
    return words


def _cut(word: str) -> list[str] | None:
    """``customername`` → ``customer name``: the fewest known words, each of two letters or more."""
    if len(word) < 5:
        return None
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            before = best[start]
            if before is None or word[start:end] not in _vocabulary():
                continue
            here = best[end]
            if here is None or len(before) + 1 < len(here):
                best[end] = [*before, word[start:end]]
    cut = best[-1]
    return cut if cut and any(len(w) > 2 for w in cut) else None


@cache
def _typo(word: str) -> list[str]:
    """``comapny`` → ``company``; a word that is near none stays as it is."""
    if len(word) < _SHORTEST_TYPO:
        return [word]
    known = [w for w in _vocabulary() if len(w) >= _SHORTEST_TYPO]
    near = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=1)
    return [near[0]] if near else [word]


def meaning(header: str) -> str:
    """The field that a header means by its words, ``personal`` for what is never stored, or ``""``."""
    words = _in_our_words(split_words(header))
    for attempt in _attempts(words):
        key = tuple(sorted(attempt))
        if key in _fields():
            return _fields()[key]
        if key in _personal():
            return "personal"
    return ""


def _in_our_words(words: list[str]) -> list[str]:
    """Each word, or group of up to four, replaced by ours; the longest group first."""
    known = _words()
    out: list[str] = []
    at = 0
    while at < len(words):
        for length in (4, 3, 2, 1):
            group = tuple(words[at : at + length])
            if len(group) == length and group in known:
                out += known[group].split()
                at += length
                break
        else:
            out.append(words[at])
            at += 1
    return out


def _attempts(words: list[str]) -> list[list[str]]:
    """The words as they stand, without repeats, without what says nothing, and without a leading entity."""
    noise, entities = frozenset(_data()["noise"]), _data()["entities"]
    once = list(dict.fromkeys(words))
    plain = [w for w in once if w not in noise] or once
    numbered = [w for w in plain if not w.isdigit()] or plain
    tries = [words, once, plain, numbered]
    # "account date" may be any date of an account, so the account is dropped before other attributes only
    tries += [
        [w for w in numbered if w != entity]
        for entity in entities
        if entity in numbered
        and len(numbered) > 1
        and not (entity in ("account", "contact") and "date" in numbered)
    ]
    return [t for t in tries if t]


_ODOO = frozenset(["iscompany", "isacompany", "lostreason", "expectedrevenue"])


def marks(headers: Sequence[str]) -> dict[str, list[str]]:
    """Field → headers in which a CRM marks deleted rows, merged ones and private persons.

    >>> marks(["Name", "IsDeleted", "deletedAt", "Master Record ID"])
    {'deleted': ['IsDeleted', 'deletedAt'], 'master': ['Master Record ID']}
    """
    squeezed = {
        h: "".join(c for c in unicodedata.normalize("NFKD", h.casefold()) if c.isalnum()) for h in headers
    }
    found = {f: [h for h in headers if squeezed[h] in known] for f, known in _data()["marks"].items()}
    if _ODOO & set(squeezed.values()):  # other CRMs' "Active" is none
        found["active"] += [h for h in headers if squeezed[h] == "active"]
    if any(folded.startswith("hs") or folded == "dealname" for folded in squeezed.values()):  # HubSpot's bin
        found["deleted"] += [h for h in headers if squeezed[h] == "archived"]
    return {f: hs for f, hs in found.items() if hs}


def is_technical(header: str) -> bool:
    """Columns that a tool adds for itself."""
    label = header.casefold().strip()
    return any(label == t or (len(t) > 6 and label.startswith(t)) for t in _data()["technical"])
