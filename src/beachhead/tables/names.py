"""Names of firms and products across files: equal, alike, and what the user has confirmed.

Names that differ only in case and spaces around are equal. Everything further apart (legal form, punctuation,
``GTXPro`` and ``GTX Pro``) is a candidate, listed with its likeness in ``matches.csv`` and applied once the user
has written *yes* there. Nothing is merged silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from beachhead.tables.schema import YES

MATCH_COLUMNS = ("what", "from", "from_name", "to", "to_name", "likeness", "confirmed")
ALIKE = 88
"""Least likeness, of 100, at which two names are shown as candidates."""
_AT_ONCE = 500  # names compared in one matrix
_PER_NAME = 3  # candidates shown for a name
_ALL_PAIRS = 20_000_000  # up to so many, every pair is compared
_RARE = 300  # names at most that share a word which is worth a comparison

_LEGAL = (
    "inc incorporated ltd limited llc llp lp plc corp corporation co company gmbh mbh ag kg kgaa se ohg gbr ug eg ev "
    "sa sas sarl sasu srl spa snc bv nv vof oy oyj ab asa aps pty pte kk sl slu lda ltda eirl cv sab rl de"
)
LEGAL_FORMS = frozenset(_LEGAL.split()) - {"de"}


def normal(name: str) -> str:
    """A firm's name without case, accents, punctuation and legal form.

    >>> normal("Müller & Söhne GmbH & Co. KG"), normal("S.A. Acme, Inc.")
    ('muller and sohne', 'acme')
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("&", " and ")
    text = re.sub(r"\b(?:[a-z]\.\s?){2,}", lambda m: m[0].replace(".", "").replace(" ", "") + " ", text)
    words = re.findall(r"[^\W_]+", re.sub(r"['’`´.]", "", text))
    kept = [w for w in words if w not in LEGAL_FORMS]
    kept = ["and" if w in ("und", "et", "en", "y", "e") else w for w in kept]
    while kept and kept[-1] == "and":
        kept.pop()
    if kept[:1] == ["the"] and len(kept) > 1:
        kept = kept[1:]
    return " ".join(kept or words)


def likeness(one: str, other: str) -> int:
    """How alike two names are, 0 to 100, after ``normal``; names whose numbers differ are not alike."""
    a, b = normal(one), normal(other)
    if re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return 0
    if a.replace(" ", "") == b.replace(" ", ""):
        return 100
    return int(max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b)))


@dataclass
class Registry:
    """The accounts (or products, partners) that are known by id and by name, and those met on the way.

    ``aliases``: confirmed id or name → id. ``merged``: id → id that the CRM merged it into,
    ``merged_names``: what it was called. ``met``: id → name of those that no table lists; ``with_id``: those of
    them that came with an id of their own.
    """

    what: str
    names: dict[str, str | None] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    merged_names: dict[str, str | None] = field(default_factory=dict)
    met: dict[str, str | None] = field(default_factory=dict)
    by_case: int = 0
    with_id: set[str] = field(default_factory=set)
    _by_name: dict[str, list[str]] = field(default_factory=dict)
    _by_number: dict[str, list[str]] = field(default_factory=dict)

    def add(self, ids: Iterable[str], names: Iterable[str | None]) -> None:
        """Make rows of a table known."""
        for key, name in zip(ids, names, strict=True):
            if key[:1] == "0" and key not in self.names and (number := key.lstrip("0")).isdigit():
                self._by_number.setdefault(number, []).append(key)
            self.names[key] = name or self.names.get(key)
            for called in {name, key} - {None}:
                keys = self._by_name.setdefault(folded_name(str(called)), [])
                if key not in keys:
                    keys.append(key)

    def forget(self, ids: Iterable[str]) -> None:
        """Make these ids unknown."""
        for key in set(ids) & set(self.names):
            for called in {self.names.pop(key), key} - {None}:
                same = self._by_name.get(folded_name(str(called)), [])
                if key in same:
                    same.remove(key)
            self.met.pop(key, None)

    def follow_merged(self) -> None:
        """What was merged into another is known as that from now on; chains are followed to their end."""
        self.forget(self.merged)
        self.aliases |= _ends({**self.aliases, **self.merged})

    def place_merged(self) -> None:
        """Make known what others were merged into and no table lists, by its id and the name that they had."""
        for key in self.merged:
            end = self.aliases.get(key, key)
            if end not in self.names:
                self.place(end, self.merged_names.get(key))

    def find(self, key: str | None, *called: str | None) -> str | None:
        """The id of what ``key`` or, failing that, one of the names stands for; None when it is not known."""
        for value in (key, *called):
            if value is None:
                continue
            if value in self.aliases:
                return self.aliases[value]
            if value in self.names:
                return value
            padded = self.padded(value)
            if padded is not None:
                return self.aliases.get(padded, padded)
            same = self._by_name.get(folded_name(value), ())
            if value is not key and key is not None:
                same = [
                    s for s in same if s not in self.with_id
                ]  # another id is another firm, whatever its name
            if len(same) == 1:
                self.by_case += same[0] != value and self.names[same[0]] != value
                return self.aliases.get(same[0], same[0])
        return None

    def padded(self, key: str | None) -> str | None:
        """The one id that is ``key`` with zeros before it, which a spreadsheet takes away."""
        if key is None or not self._by_number or not key.isdigit() or key in self.names:
            return None
        same = [k for k in self._by_number.get(key, ()) if k in self.names]
        return same[0] if len(same) == 1 else None

    def place(self, key: str | None, *called: str | None) -> str | None:
        """As ``find``, but what is not known yet becomes known by its id, else by its name."""
        found = self.find(key, *called)
        if found is not None:
            return found
        new = next((v for v in (key, *called) if v is not None), None)
        if new is None:
            return None
        name = next((v for v in called if v is not None), None)
        self.met[new] = name
        if new == key and name is not None:
            self.with_id.add(new)
        self.add([new], [name])
        return new

    def ambiguous(self, name: str) -> list[str]:
        """The ids that share a name, when there are several."""
        same = self._by_name.get(folded_name(name), [])
        return same if len(same) > 1 else []


def folded_name(name: str) -> str:
    """A name without regard to case and spaces."""
    return " ".join(name.casefold().split())


def candidates(registry: Registry, new: Iterable[str]) -> pl.DataFrame:
    """Pairs that may be the same, as in ``matches.csv``: ``new`` ids against all that is known, best first."""
    names = {k: n or k for k, n in registry.names.items() if k not in registry.aliases}
    new = [k for k in new if k in names]
    rows: list[tuple[str, str, str, str, int]] = []
    seen: set[frozenset[str]] = set()
    for key, other, like in _pairs(names, new):
        pair = frozenset((key, other))
        if pair not in seen:
            seen.add(pair)
            rows.append((key, names[key], other, names[other], like))
    columns = dict.fromkeys(("from", "from_name", "to", "to_name"), pl.String())
    frame = pl.DataFrame(rows, schema={**columns, "likeness": pl.Int64()}, orient="row")
    frame = frame.with_columns(confirmed=pl.lit(None, pl.String))
    frame = frame.sort("likeness", "from", "to", descending=[True, False, False])
    merged = pl.DataFrame(_merged_rows(registry), schema=columns).with_columns(
        likeness=pl.lit(None, pl.Int64), confirmed=pl.lit("yes")
    )
    return pl.concat([merged, frame]).select(pl.lit(registry.what).alias("what"), pl.all())


def _merged_rows(registry: Registry) -> dict[str, list[str | None]]:
    """What the CRM says is the same, so that a later import of other files knows it too."""
    ends = {k: registry.aliases[k] for k in registry.merged if k in registry.aliases}
    return {
        "from": [*ends],
        "from_name": [registry.merged_names.get(k) for k in ends],
        "to": [*ends.values()],
        "to_name": [registry.names.get(end) for end in ends.values()],
    }


def _pairs(names: dict[str, str], new: list[str]) -> Iterable[tuple[str, str, int]]:
    """Pairs of ids and their likeness: the same but for form among all, and the new beside what is alike."""
    squeezed: dict[str, list[str]] = {}
    for key, name in names.items():
        squeezed.setdefault(normal(name).replace(" ", ""), []).append(key)
    fresh = set(new)
    for same in squeezed.values():
        # the one that a table lists is what the others are matched to
        listed = sorted(same, key=lambda k: (k in fresh, k))
        for key in listed[1:]:
            yield key, listed[0], 100
    known = [k for k in names if k not in fresh]
    near = _beside_all if len(new) * len(known) <= _ALL_PAIRS else _beside_some
    for key, others in near(names, new, known):
        alike = [(other, likeness(names[key], names[other])) for other in others]
        for other, like in sorted(alike, key=lambda a: -a[1])[:_PER_NAME]:
            if ALIKE <= like < 100:
                yield key, other, like


def _beside_all(names: dict[str, str], new: list[str], known: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Each new id with the known ones whose names are nearest, every pair compared."""
    targets = [normal(names[k]) for k in known]
    for start in range(0, len(new) if targets else 0, _AT_ONCE):
        block = new[start : start + _AT_ONCE]
        scores = process.cdist(
            [normal(names[k]) for k in block],
            targets,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=ALIKE - 8,
            dtype=np.uint8,
            workers=-1,
        )
        for at, key in enumerate(block):
            best = np.argsort(-scores[at].astype(int), kind="stable")[: _PER_NAME * 2]
            yield key, [known[i] for i in best if scores[at, i]]


def _beside_some(names: dict[str, str], new: list[str], known: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Each new id with the known ones that share a rare word, the beginning or the end of the name with it."""
    index: dict[str, list[str]] = {}
    for key in known:
        for mark in _marks(names[key]):
            index.setdefault(mark, []).append(key)
    for key in new:
        marks = [index.get(m, []) for m in sorted(_marks(names[key])) if len(index.get(m, [])) <= _RARE]
        others = list(dict.fromkeys(k for keys in marks for k in keys if k != key))
        mine = normal(names[key])
        scored = process.extract(
            mine,
            {k: normal(names[k]) for k in others},
            scorer=fuzz.token_sort_ratio,
            score_cutoff=ALIKE - 8,
            limit=_PER_NAME * 2,
        )
        yield key, [k for _, _, k in scored]


def _marks(name: str) -> set[str]:
    """What two alike names have in common, one of it at least: words, beginning, end."""
    words = normal(name)
    squeezed = words.replace(" ", "")
    return {*words.split(), "^" + squeezed[:4], "$" + squeezed[-4:]}


def is_confirmed(matches: pl.DataFrame) -> pl.DataFrame:
    """The rows of ``matches.csv`` that the user has confirmed."""
    return matches.filter(pl.col("confirmed").str.strip_chars().str.to_lowercase().is_in(list(YES)))


def aliases(matches: pl.DataFrame, what: str) -> dict[str, str]:
    """Confirmed ``from`` → ``to``, chains followed to their end."""
    rows = is_confirmed(matches).filter(pl.col("what") == what)
    return _ends({f: t for f, t in rows.select("from", "to").iter_rows() if f and t and f != t})


def _ends(direct: dict[str, str]) -> dict[str, str]:
    """Each key with the end of the chain that begins with it."""
    found = {}
    for start in direct:
        at, been = start, {start}
        while at in direct and direct[at] not in been:
            at = direct[at]
            been.add(at)
        found[start] = at
    return found


def merged_matches(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """What the user has answered is kept as it is; open candidates are replaced by the new ones."""
    answered = old.filter(pl.col("confirmed").is_not_null())
    fresh = new.join(answered, on=["what", "from", "to"], how="anti", maintain_order="left")
    return pl.concat([answered.select(MATCH_COLUMNS), fresh.select(MATCH_COLUMNS)])
