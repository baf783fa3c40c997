"""Columns found by their values: one that holds nothing but another file's ids (or names) refers to that file."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from beachhead.tables.crm.kinds import kinds
from beachhead.tables.crm.recognition import Recognition, is_named, map_columns, recognise
from beachhead.tables.crm.words import meaning, split_words
from beachhead.tables.remembered import Section
from beachhead.tables.sources import Source

Reading = tuple[Source, Recognition | None, Section | None]

_MOST = 0.9  # share of a column's values that must be known ids
_FEWEST = 3  # different values
_MANY_KEYS = 2_000_000
_LIKE_IDS = frozenset("id no nr num number key code ref fk guid reference".split())  # noqa: SIM905
_LINKS = {"account": "account", "product": "product", "opportunity": "opportunity", "order": "order"}
"""Kind of the file that is referred to → field of the column that refers to it."""


@dataclass
class _Keys:
    kind: str
    file: str
    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def linked(readings: list[Reading], notes: list[str]) -> list[Reading]:
    """The readings, with columns found by what they refer to where headers did not tell. What was found is noted."""
    keys = [_keys(source, reading) for source, reading, _ in readings if reading and reading.kind in _LINKS]
    found: list[Reading] = []
    for source, reading, section in readings:
        # what the user has named stays as it is
        given = {} if section and section.columns else _links(source, reading, keys)
        if given:
            if reading is None:
                new = recognise(source.headers, source.evidence, given)
            else:
                kept = {f: hs for f, hs in reading.columns.items() if hs not in given.values()}
                new = map_columns(reading.kind, source.headers, {**kept, **given}, reading.crm)
            if new is not None:
                for name, headers in given.items():
                    other = next(k.file for k in keys if k.kind == _of(name))
                    notes.append(
                        f"{source.where}: {headers[0]!r} holds what {other} knows, so it is the {name}"
                    )
                reading = new
        found.append((source, reading, section))
    return found


def _of(name: str) -> str:
    return next(kind for kind, called in _LINKS.items() if called == name)


def _keys(source: Source, reading: Recognition) -> _Keys:
    keys = _Keys(reading.kind, source.where)
    for column, into in ((kinds()[reading.kind].key, keys.ids), ("name", keys.names), ("code", keys.ids)):
        for header in reading.columns.get(column, ()):
            values = source.frame.select(pl.col(header).unique()).head(_MANY_KEYS).collect(engine="streaming")
            into |= {v for v in values.to_series() if v is not None}
    return keys


def _links(source: Source, reading: Recognition | None, keys: list[_Keys]) -> dict[str, list[str]]:
    """Field → header of columns that refer to another file: unplaced ones, and better ones than those by words."""
    given: dict[str, list[str]] = {}
    placed = reading.columns if reading else {}
    for key in keys:
        name = _LINKS[key.kind]
        if key.file == source.where or name in given or not _may_have(reading, name):
            continue
        now = placed.get(name, [])
        if any(_refers(h, source, key) for h in (*now, *placed.get(f"{name}_name", []))):
            continue
        others = {h for f, hs in placed.items() for h in hs if f not in (name, f"{name}_name")}
        fitting = [h for h in source.headers if h not in others and h not in now and _refers(h, source, key)]
        if fitting:
            given[name] = fitting[:1]
    return given


def _may_have(reading: Recognition | None, name: str) -> bool:
    if reading is None:
        return True
    return (
        reading.kind != name
        and not reading.kind.startswith("table ")
        and name in kinds()[reading.kind].fields
    )


def _refers(header: str, source: Source, key: _Keys) -> bool:
    values = source.sample.get_column(header).drop_nulls().unique()
    if len(values) < _FEWEST:
        return False
    if sum(v in key.ids for v in values) / len(values) >= _MOST:
        # small whole numbers are everywhere; of those only a column that is called like an id refers
        telling = float(values.str.contains(r"^\d{1,4}$").mean() or 0.0)  # type: ignore[arg-type]
        return telling < 0.5 or bool(_LIKE_IDS & set(split_words(header)))
    return sum(v in key.names for v in values) / len(values) >= _MOST


def without_mere_names(readings: list[Reading]) -> list[Reading]:
    """The readings, without accounts of which only a name (or a bare id and a name) is told and that nothing refers to.

    A price list, a list of files, a kitchen's: anything may have a column of names. Whoever wants it says so.
    """
    found: list[Reading] = []
    for source, reading, section in readings:
        bare = reading is not None and reading.kind == "account" and not (section and section.kind)
        if (
            reading is not None
            and bare
            and _is_mere(source, reading)
            and not _is_referred_to(source, reading, readings)
        ):
            reading = None
        found.append((source, reading, section))
    return found


def _is_mere(source: Source, reading: Recognition) -> bool:
    """Whether neither the name of the file nor a column says that these are firms."""
    if is_named(reading.kind, source.evidence.names) or (
        reading.crm == "Salesforce" and _has_prefix(source, reading)
    ):
        return False
    told = [
        f
        for f in reading.columns
        if f not in ("account", "name", "country", "region", "deleted", "archived", "active")
    ]
    called = [h for f in ("account", "name") for h in reading.columns.get(f, ())]
    return not told and not any(meaning(h) in ("account", "account_name") for h in called)


def _has_prefix(source: Source, reading: Recognition) -> bool:
    first = source.evidence.first(reading.columns["account"][0]) if "account" in reading.columns else []
    return bool(first) and all(v.startswith("001") for v in first)


def _is_referred_to(source: Source, reading: Recognition, readings: list[Reading]) -> bool:
    keys = _keys(source, reading)
    others = [(s, r) for s, r, _ in readings if s.where != source.where]
    for other, of in others:
        placed = [h for f in ("account", "account_name") for h in (of.columns.get(f, ()) if of else ())]
        values = [
            other.sample.get_column(h).drop_nulls().unique() for h in placed if h in other.sample.columns
        ]
        if any(len(v) and sum(x in keys.ids or x in keys.names for x in v) / len(v) >= _MOST for v in values):
            return True
    return False
