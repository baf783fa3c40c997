"""Which kind of table an export is, of which CRM, and which column means what: told from headers, names and ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from beachhead.tables.crm.dialects import Profile, folded, is_plain, profiles, rarity, split_object, telling
from beachhead.tables.crm.kinds import ACCOUNT_FIELDS, Kind, kinds
from beachhead.tables.crm.words import is_technical, marks, meaning, split_words
from beachhead.tables.workspace import TABLES, definition

ENOUGH = 2.0
"""Least score of a kind that is believed."""
# a CRM is believed with this score, where it knows this share of the columns or this many of them to the letter
_CRM_ENOUGH = 1.0
_COVERED, _SURELY, _EXACT = 0.5, 6, 0.1
_REPEATED = re.compile(r" \(\d+\)$")  # what stands behind the name of a column that a file has several times
_TOLD = 2  # labels that only this CRM has; the key's, or an object before a label, is enough
_NAMED, _OBJECT, _PREFIX, _UNIQUE = 2.0, 1.5, 4.0, 1.5


@dataclass(frozen=True)
class Evidence:
    """What is known of a table beside its headers.

    ``names``: file and sheet; ``unique``: header → share of different values among those that are not blank;
    ``first``: header → some values.
    """

    names: tuple[str, ...] = ()
    unique: Callable[[str], float] = lambda _: 0.0
    first: Callable[[str], Sequence[str]] = lambda _: ()


@dataclass(frozen=True)
class Recognition:
    """What a table was taken for. ``columns``: field → headers, the first that is not blank in a row counts.

    ``kind`` may be ``table accounts`` and so on: a table as the workspace itself keeps it. ``left``: headers that
    were not placed; ``unneeded``: those that the CRM is known to have and that have no place; ``personal`` and
    ``technical``: those that are not kept on purpose. ``choices``: field → what the CRM's numbers stand for.
    """

    kind: str
    crm: str
    columns: dict[str, list[str]]
    left: list[str] = field(default_factory=list)
    unneeded: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    technical: list[str] = field(default_factory=list)
    score: float = 0.0
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


def recognise(
    headers: Sequence[str], evidence: Evidence | None = None, given: dict[str, list[str]] | None = None
) -> Recognition | None:
    """The best reading of a table with these headers; None when no kind is likely enough.

    ``given``: columns whose field is known already.
    """
    evidence, given = evidence or Evidence(), given or {}
    own = _own_table(headers, evidence)
    if own:
        return own
    technical, marked, rest = _set_apart(headers)
    readings = [_reading(name, kind, rest, evidence, given) for name, kind in kinds().items()]
    likely = [r for r in readings if r is not None and r.score >= ENOUGH]
    if not likely:
        return None
    best = max(likely, key=lambda r: r.score)
    return _with_marks(replace(best, technical=technical), marked, given)


def _set_apart(headers: Sequence[str]) -> tuple[list[str], dict[str, list[str]], list[str]]:
    """Technical columns, columns that mark deleted rows and the like, and those that tell the kind."""
    technical = technical_headers(headers)
    marked = marks([h for h in headers if h not in technical])
    return (
        technical,
        marked,
        [h for h in headers if h not in technical and not any(h in m for m in marked.values())],
    )


def _with_marks(
    reading: Recognition, marked: dict[str, list[str]], given: dict[str, list[str]]
) -> Recognition:
    fields = kinds()[reading.kind].fields
    free = {f: [h for h in hs if not any(h in g for g in given.values())] for f, hs in marked.items()}
    taken = {f: hs for f, hs in free.items() if hs and f in fields and f not in (*given, *reading.columns)}
    technical = [h for f, hs in free.items() if f not in taken for h in hs]
    return replace(reading, columns={**reading.columns, **taken}, technical=[*reading.technical, *technical])


def map_columns(
    kind_name: str, headers: Sequence[str], given: dict[str, list[str]], crm: str = ""
) -> Recognition:
    """The reading of a table whose kind is known and of whose columns the user has named some."""
    if kind_name.startswith("table "):
        columns = {c: [h] for h in headers if (c := _canonical(h)) in definition(kind_name[6:]).names}
        columns |= given
        return Recognition(kind_name, "", columns, _unused(headers, columns))
    technical, marked, rest = _set_apart(headers)
    named = {h for hs in given.values() for h in hs}
    rest = [h for h in headers if h in rest or h in named]
    profile = next((p for p in profiles() if p.crm == crm and p.kind == kind_name), None)
    free = [h for h in rest if h not in named]
    columns = {
        f: h for f, h in _mapping(kind_name, kinds()[kind_name], profile, free).items() if f not in given
    }
    reading = _complete(kind_name, profile, {**columns, **given}, rest, technical, 0.0)
    return _with_marks(reading, marked, given)


_AS_KINDS = {
    **{"accounts": "account", "contacts": "contact", "purchases": "purchase"},
    **{"opportunities": "opportunity", "activities": "activity"},
}


def _own_table(headers: Sequence[str], evidence: Evidence) -> Recognition | None:
    """A table as a workspace keeps it: named like one and with its columns, or with nothing but its columns."""
    simple = {h: _canonical(h) for h in headers}
    for name in TABLES:
        table = definition(name)
        known = {h: c for h, c in simple.items() if c in (*table.names, "source")}
        required = [c.name for c in table.columns if c.required]
        named = any(folded(n) == name for n in evidence.names)
        if not all(c in known.values() for c in required) or len(known) < min(3, len(headers)):
            continue
        if len(known) == len(headers) or (named and len(known) >= max(3, len(headers) * 0.6)):
            columns = {c: [h] for h, c in known.items() if c not in ("source", "vanished")}
            own = [h for h, c in known.items() if c in ("source", "vanished")]
            left = [h for h in _unused(headers, columns) if h not in own]
            kind = _AS_KINDS.get(name)
            if kind is None:
                return Recognition(f"table {name}", "", columns, left, technical=own, score=100.0)
            placed = {_own_field(kind, c): hs for c, hs in columns.items()}
            return Recognition(kind, "", placed, left, technical=own, score=100.0)
    return None


def _own_field(kind: str, column: str) -> str:
    """The field for a column of a table's definition."""
    return {("activity", "kind"): "type"}.get((kind, column), column)


def _canonical(header: str) -> str:
    return "_".join(folded(header).replace("-", " ").replace("_", " ").split())


def technical_headers(headers: Sequence[str]) -> list[str]:
    """Columns that a tool adds: Dynamics' hidden three, whatever the third is called, and time stamps of records."""
    technical = [h for h in headers if is_technical(h) and not any(folded(h) in p.fields for p in profiles())]
    if len(headers) > 3 and folded(headers[1]).endswith("row checksum"):
        technical = list(dict.fromkeys([*technical, headers[2]]))
    return technical


def _reading(
    name: str, kind: Kind, headers: Sequence[str], evidence: Evidence, given: dict[str, list[str]]
) -> Recognition | None:
    crm_scores = [(_crm_score(p, headers, evidence), p) for p in profiles() if p.kind == name]
    crm_score, profile = max(crm_scores, key=lambda s: s[0], default=(0.0, None))
    if crm_score < _CRM_ENOUGH:
        profile = None
    free = [h for h in headers if not any(h in hs for hs in given.values())]
    columns = _mapping(name, kind, profile, free) | {f: hs for f, hs in given.items() if f in kind.fields}
    if not all(any(f in columns for f in group) for group in kind.needs):
        return None
    score = max(crm_score, 0.0) + _words_score(name, kind, columns, free, evidence)
    score += sum(kind.signs.get(f, 0.0) for f in given)
    return _complete(name, profile, columns, headers, [], score)


def _complete(
    name: str,
    profile: Profile | None,
    columns: dict[str, list[str]],
    headers: Sequence[str],
    technical: list[str],
    score: float,
) -> Recognition:
    left = _unused(headers, columns)
    personal = [h for h in left if _means(h) in ("personal", "first_name", "last_name", "full_name", "email")]
    unneeded = [h for h in left if profile and h not in personal and _field_in(profile, h) is not None]
    return Recognition(
        kind=name,
        crm=profile.crm if profile else "",
        columns=columns,
        left=[h for h in left if h not in (*personal, *unneeded)],
        unneeded=unneeded,
        personal=personal,
        technical=technical,
        score=score,
        choices=profile.choices if profile else {},
    )


def _unused(headers: Sequence[str], columns: dict[str, list[str]]) -> list[str]:
    used = {h for hs in columns.values() for h in hs}
    return [h for h in headers if h not in used]


# ---- known CRMs ----


def _field_in(profile: Profile, header: str) -> tuple[str, int] | None:
    """The field and rank of a header in a CRM's kind; ``("", 0)`` for one that is known but not taken."""
    full = folded(_REPEATED.sub("", header))
    if full in profile.fields:
        return profile.fields[full]
    if full in profile.also:
        return "", 0
    of, label = split_object(header)
    if not of:
        return None
    label = folded(label)
    if of in profile.objects:
        return profile.fields.get(label, ("", 0) if label in profile.also else None)
    return _of_account(profile, of, label)


def _of_account(profile: Profile, of: str, label: str) -> tuple[str, int] | None:
    """``Account: Industry`` in a report of contacts tells something about the account."""
    accounts = next((p for p in profiles() if p.crm == profile.crm and p.kind == "account"), None)
    if accounts is None or of not in accounts.objects or label not in accounts.fields:
        return None
    name, rank = accounts.fields[label]
    name = {"name": "account_name"}.get(name, name)
    return (name, rank) if name in ("account", "account_name", *ACCOUNT_FIELDS) else ("", 0)


def _crm_score(profile: Profile, headers: Sequence[str], evidence: Evidence) -> float:
    score, placed, exact, told = 0.0, 0, 0, 0
    for header in headers:
        found = _field_in(profile, header)
        if found is None:
            continue
        of, label = split_object(header)
        weight = rarity().get(folded(header)) or rarity().get(folded(label), 0.5)
        score += weight if found[0] else weight / 2
        if of or {header, label, folded(header), folded(label)} & telling():
            sure = of or found[0] == kinds()[profile.kind].key
            told += _TOLD if sure else 0 if is_plain(label) else 1
        placed += 1
        if of and of in profile.objects:
            score += 0.3
        if header in profile.exact or label in profile.exact:
            score += _EXACT
            exact += 1
    counted = [h for h in headers if _means(h) != "personal"]
    told += placed == len(counted) and told > 0  # it knows every column
    if told < _TOLD or (placed < max(1, len(counted) * _COVERED) and exact < _SURELY):
        return 0.0
    if any(o.rstrip("s") == folded(n).rstrip("s") for n in evidence.names for o in profile.objects):
        score += _OBJECT
    return score + _by_prefix(profile, headers, evidence)


def _by_prefix(profile: Profile, headers: Sequence[str], evidence: Evidence) -> float:
    """Salesforce's ids begin with three characters that name the object."""
    if not profile.prefixes:
        return 0.0
    key = kinds()[profile.kind].key
    header = next((h for h in headers if (f := _field_in(profile, h)) and f[0] == key), None)
    values = [v for v in evidence.first(header) if v] if header else []
    if not values or not all(re.fullmatch(r"[0-9A-Za-z]{14,18}", v) and v[:1] == "0" for v in values):
        return 0.0
    return _PREFIX if all(v.startswith(profile.prefixes) for v in values) else -_PREFIX


# ---- words ----


@cache
def _means(header: str) -> str:
    of, label = split_object(header)
    return meaning(f"{of} {label}" if of and meaning(label) in ("name", "id", "", "role") else label)


def _words_score(
    name: str, kind: Kind, columns: dict[str, list[str]], headers: Sequence[str], evidence: Evidence
) -> float:
    seen = {f for h in headers if (f := _means(h))}
    score = sum(kind.signs.get(f, 0.0) for f in seen)
    if is_named(name, evidence.names):
        score += _NAMED
    return score + _by_key(name, kind, columns, evidence)


def is_named(kind: str, names: Sequence[str]) -> bool:
    """Whether a file or sheet is called like those of a kind."""
    return re.search(kinds()[kind].named, " ".join(_spaced(n) for n in names)) is not None


def _spaced(name: str) -> str:
    return " ".join(split_words(name)) + " " + folded(name)


def _by_key(name: str, kind: Kind, columns: dict[str, list[str]], evidence: Evidence) -> float:
    """The key of a table has another value in each row; that of the table it belongs to has not."""
    first = {"order line": "order", "opportunity line": "opportunity", "purchase": "account"}.get(name)
    if first and first in columns:
        return -_UNIQUE if evidence.unique(columns[first][0]) > 0.98 else 0.5
    if name == "contact" and "contact" not in columns and "account" in columns:
        return -_UNIQUE if evidence.unique(columns["account"][0]) > 0.98 else 0.0
    key = columns.get(kind.key) or (columns.get("name") if name == "account" else None)
    if not key:
        return 0.0
    share = evidence.unique(key[0])
    if share == 0.0:
        return 0.0
    return (
        _UNIQUE
        if share > 0.98
        else (-3 if name in ("account", "product", "partner", "order", "category") else -1)
    )


def _mapping(name: str, kind: Kind, profile: Profile | None, headers: Sequence[str]) -> dict[str, list[str]]:
    """Field → headers: the CRM's labels first, in the CRM's order; by their words where no label fits."""
    labelled: dict[str, list[tuple[int, int, str]]] = {}
    free: list[str] = []
    for at, header in enumerate(headers):
        found = _field_in(profile, header) if profile else None
        if found is None:
            free.append(header)
        elif found[0]:
            labelled.setdefault(found[0], []).append((found[1], at, header))
    columns = {f: [h for _, _, h in sorted(found)] for f, found in labelled.items()}
    for header in sorted(free, key=_as_called):
        for place in _in_kind(name, kind, header):
            if place not in columns and not _doubles(place, header, columns):
                columns[place] = [header]
                break
    order = {f: i for i, f in enumerate(kind.fields)}
    return dict(sorted(columns.items(), key=lambda c: order.get(c[0], 99)))


def _as_called(header: str) -> int:
    """Headers that are called exactly like a field, and ids, come before others of the same meaning."""
    if "_".join(split_words(header)) == _means(header):
        return 0 if _is_id(header) or _means(header) not in ("account", "product") else 1
    return 1 if _is_id(header) else 2


def _is_id(header: str) -> bool:
    return split_words(header)[-1:] in (
        ["id"],
        ["code"],
        ["number"],
        ["no"],
        ["nr"],
        ["key"],
        ["nummer"],
        ["reference"],
    )


def _doubles(place: str, header: str, columns: dict[str, list[str]]) -> bool:
    """Two columns that may both be the account: the second is its name only beside an id, and if it is none itself."""
    if place not in ("account_name", "product_name") or _means(header) != place.removesuffix("_name"):
        return False
    first = columns.get(place.removesuffix("_name"), [""])[0]
    return _is_id(header) or not _is_id(first)


def _in_kind(name: str, kind: Kind, header: str) -> list[str]:
    """The fields of a kind that a header may be by its words, best first."""
    means = _means(header)
    if not means:
        return []
    places = [kind.as_[means]] if means in kind.as_ else [means]
    if means == "category_name" and "category_name" not in kind.as_:
        places = [kind.as_.get("category", "category")]
    elif means == "account" and name not in ("account", "partner"):
        places = ["account", "account_name"]
    elif means == "product":
        code, called = ("code", "name") if name == "product" else ("product_code", "product_name")
        places = ["product", code if _is_id(header) else called]
    elif means == "seller" and name == "partner":
        places = ["partner", "name"]
    elif means == "account" and name == "account":
        places = ["account", *(["name"] if not _is_id(header) else [])]
    elif means == "vendor" and name == "partner":
        places = ["partner", "name"]
    elif means == "owner" and name == "person of ours":
        places = ["person", "name"]
    elif means == "product_code" and name == "product":
        places = ["code"]
    return [p for p in places if p and p in kind.fields]
