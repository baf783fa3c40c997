"""Mapping sets of CISO Assistant's libraries: which requirements of one framework speak of which of another.

Their relation is that of the source to the target, as ours is. The ids of blueprints and points are those of the
blueprints at hand that came from these frameworks; where there is none, those that an import of the framework gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from beachhead.errors import BadInput
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers.draft import Content, Notes, number, slug, text
from beachhead.practice.mapping import Mapping, Pair, Relation

SET = {
    "urn", "ref_id", "name", "description", "annotation", "translations", "type", "source_framework_urn",
    "target_framework_urn", "source_node_base_urn", "target_node_base_urn", "requirement_mappings",
}  # fmt: skip
ROW = {
    "source_requirement_urn", "target_requirement_urn", "source_node_id", "target_node_id", "relationship",
    "rationale", "strength_of_relationship", "annotation", "translations",
}  # fmt: skip
RELATIONS: dict[str, Relation | None] = {
    "equal": "equal", "subset": "subset", "superset": "superset", "intersect": "intersects",
    "not_related": None, "no_relationship": None,
}  # fmt: skip
_OF_A_PART: dict[Relation, Relation] = {"equal": "subset", "superset": "intersects"}
_TO_A_PART: dict[Relation, Relation] = {"equal": "superset", "subset": "intersects"}


@dataclass(frozen=True)
class _End:
    """One side of a mapping set: its framework, and the blueprint of it where one is at hand."""

    side: str
    framework: str
    blueprint: Blueprint | None

    @property
    def id(self) -> str:
        return self.blueprint.id if self.blueprint else slug(self.framework.rsplit(":", 1)[-1])

    def points(self, urn: str) -> list[str]:
        """The points that the requirement became: several where it is answered by several questions."""
        own = slug(urn.rsplit(":", 1)[-1])
        if self.blueprint is None:
            return [own] if own else []
        known = self.blueprint.placed
        found = [p.point.id for p in known if (p.point.ref or "").lower() == urn.lower()]
        return found or [p.point.id for p in known if p.point.id == own]


def mapping_sets(library: Content) -> list[Content]:
    """The mapping sets that ``library`` holds."""
    objects = library["objects"]
    held = [objects.get(key) or [] for key in ("requirement_mapping_set", "requirement_mapping_sets")]
    entries = [entry for one in held for entry in (one if isinstance(one, list) else [one])]
    return [entry for entry in entries if isinstance(entry, dict)]


def read(path: Path, library: Content, at_hand: list[Blueprint], notes: Notes) -> list[Mapping]:
    """The mappings of ``library``, each once, since ours work in both directions.

    Raises BadInput for a set that does not say between what it is, or holds nothing.
    """
    found: list[Mapping] = []
    for entry in mapping_sets(library):
        one = _mapping(path, library, entry, at_hand, notes)
        if any(_same(one.turned(), other) for other in found):
            notes.say(
                f"The set {one.name!r} in the other direction is not needed: a mapping is read both ways."
            )
        else:
            found.append(one)
    return found


def _same(one: Mapping, other: Mapping) -> bool:
    def said(mapping: Mapping) -> set[tuple[str, str, str]]:
        return {(p.source, p.to, p.relation) for p in mapping.pairs}

    ends = (other.from_blueprint, other.to_blueprint)
    return (one.from_blueprint, one.to_blueprint) == ends and said(one) == said(other)


def _mapping(path: Path, library: Content, entry: Content, at_hand: list[Blueprint], notes: Notes) -> Mapping:
    name = text(entry.get("name")) or text(entry.get("ref_id")) or text(library.get("name")) or path.stem
    notes.unknown(entry, SET, "mapping set", name)
    source = _end("source", entry, name, at_hand, path, notes)
    target = _end("target", entry, name, at_hand, path, notes)
    rows = entry.get("requirement_mappings")
    if not isinstance(rows, list) or not rows:
        raise BadInput(f"the mapping set {name!r} holds no rows", file=path)
    pairs: dict[tuple[str, str], Pair] = {}
    for position, row in enumerate(rows, 1):
        for pair in _pairs(row, entry, source, target, f"row {position}", notes):
            key = (pair.source, pair.to)
            if key in pairs and pairs[key].relation != pair.relation:
                notes.left_out("a second, different relation of the same two points", " to ".join(key))
            pairs.setdefault(key, pair)
    if not pairs:
        why = " ".join(line for line in notes.lines() if line.startswith("Not carried over"))
        raise BadInput(
            f"the mapping set {name!r} relates nothing of {source.id!r} to anything of {target.id!r}. {why}".rstrip(
                "."
            ),
            file=path,
        )
    about = text(entry.get("description")) or text(library.get("description"))
    urn, packager = text(entry.get("urn")) or path.name, text(library.get("packager"))
    return Mapping(
        id=slug(entry.get("ref_id")) or slug(urn.rsplit(":", 1)[-1]) or slug(path.stem) or "mapping",
        version=max(1, int(number(library.get("version")) or 1)),
        name=name,
        language=text(library.get("locale")) or "en",
        author=text(library.get("provider")) or packager or "not stated",
        licence=text(library.get("copyright")) or "not stated",
        source=". ".join(
            told for told in (urn + (f", packaged by {packager}" if packager else ""), about) if told
        ),
        from_blueprint=source.id,
        to_blueprint=target.id,
        pairs=list(pairs.values()),
    )


def _end(side: str, entry: Content, name: str, at_hand: list[Blueprint], path: Path, notes: Notes) -> _End:
    framework = text(entry.get(f"{side}_framework_urn"))
    if framework is None or not slug(framework.rsplit(":", 1)[-1]):
        raise BadInput(f"the mapping set {name!r} does not say its {side}_framework_urn", file=path)
    by_ref = [b for b in at_hand if (b.ref or "").lower() == framework.lower()]
    by_id = [b for b in at_hand if b.id == slug(framework.rsplit(":", 1)[-1])]
    found = _End(side, framework, next(iter([*by_ref, *by_id]), None))
    if found.blueprint is None:
        notes.say(
            f"No blueprint here comes from {framework}: it is called {found.id!r}, and its points are called as an "
            "import of that framework calls them; import it too, and look with 'beachhead check'."
        )
    return found


def _pairs(row: object, entry: Content, source: _End, target: _End, where: str, notes: Notes) -> list[Pair]:
    """What a row says, as pairs of points; nothing where it says nothing, which is noted."""
    if not isinstance(row, dict):
        notes.left_out("rows of a mapping set that are none", where)
        return []
    notes.unknown(row, ROW, "mapping row", where)
    ends = [_requirement(row, entry, end.side) for end in (source, target)]
    for urn, end in zip(ends, (source, target), strict=True):
        if urn is None:
            notes.left_out(f"rows without a {end.side}", where)
    told = text(row.get("relationship"))
    if None in ends or told is None:
        if None not in ends:
            notes.left_out("rows without a relationship", where)
        return []
    plain = (
        re.sub(r"[\s_-]+", "_", told.lower()).removesuffix("_of").removesuffix("_to").removesuffix("_with")
    )
    plain = "intersect" if plain == "intersects" else plain
    if plain not in RELATIONS:
        notes.left_out(
            "relationships that are none of equal, subset, superset and intersect", f"{told!r} of {where}"
        )
        return []
    relation = RELATIONS[plain]
    if relation is None:
        notes.left_out("rows that say that two requirements are not related", where)
        return []
    several = [end.points(str(urn)) for urn, end in zip(ends, (source, target), strict=True)]
    for urn, end, points in zip(ends, (source, target), several, strict=True):
        if not points:
            notes.left_out(f"requirements that are no points of {end.id!r}", str(urn))
    if len(several[0]) > 1:
        relation = _OF_A_PART.get(relation, relation)
    if len(several[1]) > 1:
        relation = _TO_A_PART.get(relation, relation)
    why = _why(row)
    return [Pair(source=a, to=b, relation=relation, why=why) for a in several[0] for b in several[1]]


def _requirement(row: Content, entry: Content, side: str) -> str | None:
    """The URN of the requirement: in full in YAML, put together of a base and an id in a workbook."""
    own = text(row.get(f"{side}_requirement_urn")) or text(row.get(f"{side}_node_id"))
    base = text(entry.get(f"{side}_node_base_urn"))
    return f"{base}:{own}" if own and base and not own.lower().startswith("urn:") else own


def _why(row: Content) -> str | None:
    rationale, strength = text(row.get("rationale")), text(row.get("strength_of_relationship"))
    told = [rationale] if rationale else []
    told += [f"strength {strength}"] if strength else []
    told += [note] if (note := text(row.get("annotation"))) else []
    return ", ".join(told) or None
