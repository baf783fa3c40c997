"""Mappings between two blueprints: an older assessment pre-fills a new one, and every such answer says so.

The relation is that of the source point to the target point: ``equal``, ``superset`` (it covers the target
and more), ``subset`` (it covers a part of the target) or ``intersects``. A level is carried over as a part of
its scale, rounded down. What covers only a part never carries the highest level. A pre-filled answer is a
proposal: it is marked, its confidence is medium (equal, superset) or low, and it counts until somebody
confirms or corrects it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from beachhead.errors import BadKnowledge, BadQuestion, did_you_mean
from beachhead.knowledge import folder
from beachhead.practice.assessment import Answer, Answers, Assessment
from beachhead.practice.blueprint import Blueprint, Id, Text, shown
from beachhead.practice.library import blueprints, load_blueprint
from beachhead.practice.scoring import point_levels
from beachhead.tables.paths import YAML, files_in, listed
from beachhead.tables.writing import write_whole
from beachhead.tables.yaml_files import Lines, load_model, where

Relation = Literal["equal", "subset", "superset", "intersects"]
SCHEMA_FILE = "mapping.schema.json"
_WHOLE = ("equal", "superset")
_REVERSED: dict[Relation, Relation] = {"subset": "superset", "superset": "subset"}


class Pair(BaseModel):
    """Two points that speak of the same thing, wholly or in part."""

    model_config = ConfigDict(defer_build=True, extra="forbid", populate_by_name=True)

    source: Annotated[Id, Field(alias="from", description="Point of the source blueprint")]
    to: Annotated[Id, Field(description="Point of the target blueprint")]
    relation: Relation
    why: Text | None = None


class Mapping(BaseModel):
    """Which points of one blueprint speak of which points of another."""

    model_config = ConfigDict(
        defer_build=True, extra="forbid", populate_by_name=True, coerce_numbers_to_str=True
    )

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    from_blueprint: Id = Field(description="Id of the blueprint that was answered")
    to_blueprint: Id = Field(description="Id of the blueprint that is pre-filled")
    pairs: list[Pair]

    def turned(self) -> Mapping:
        """The same mapping in the other direction."""
        pairs = [
            Pair(source=p.to, to=p.source, relation=_REVERSED.get(p.relation, p.relation), why=p.why)
            for p in self.pairs
        ]
        ends = {"from_blueprint": self.to_blueprint, "to_blueprint": self.from_blueprint}
        return self.model_copy(update={**ends, "pairs": pairs})


def load_mapping(path: Path, workspace: Path | None = None) -> Mapping:
    """The mapping of a YAML file, its points checked against the blueprints at hand. Raises BadKnowledge."""
    mapping, lines = load_model(Mapping, path)
    if found := _problems(mapping, lines, path, workspace):
        raise BadKnowledge(found)
    return mapping


def write_mapping(mapping: Mapping, path: Path, comments: Iterable[str] = ()) -> None:
    """Write ``mapping`` to ``path`` with its JSON Schema beside it; the file reads back as the same mapping."""
    from beachhead.practice.schemas import schema_text

    content = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    head = "".join(
        f"# {line}".rstrip() + "\n" for line in [f"yaml-language-server: $schema={SCHEMA_FILE}", *comments]
    )
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    write_whole(path, head + body, folder=True)
    write_whole(path.parent / SCHEMA_FILE, schema_text("mapping"))


def _problems(mapping: Mapping, lines: Lines, path: Path, workspace: Path | None) -> list[str]:
    at_hand = blueprints(workspace)
    found = []
    for end, name in (("from_blueprint", mapping.from_blueprint), ("to_blueprint", mapping.to_blueprint)):
        if name not in at_hand:
            at = where(path, lines, [end])
            found.append(f"{at}: there is no blueprint {name!r}{did_you_mean(name, at_hand)}.")
            continue
        known = load_blueprint(at_hand[name]).by_id
        side = "from" if end == "from_blueprint" else "to"
        for position, pair in enumerate(mapping.pairs):
            point = pair.source if side == "from" else pair.to
            if point not in known:
                at = where(path, lines, ["pairs", position, side])
                found.append(f"{at}: {name!r} has no point {point!r}{did_you_mean(point, known)}.")
    return found


def mapping_files(workspace: Path | None = None) -> list[Path]:
    """The shipped mappings, then those of the workspace's folder ``mappings``."""
    own = listed(workspace, "mappings", endings=YAML, deep=False) if workspace else []
    return [*files_in(folder("mappings"), YAML), *own]


def find_mapping(source: str, target: str, workspace: Path | None = None) -> Mapping:
    """The mapping from blueprint ``source`` to ``target``, or the turned one. Raises BadQuestion if none."""
    files = {path: load_model(Mapping, path)[0] for path in mapping_files(workspace)}
    shipped = {path: one for path, one in files.items() if path.parent == folder("mappings")}
    own = {path: one for path, one in files.items() if path not in shipped}
    ranked = [
        (path, one.turned() if turned else one)
        for group in (own, shipped)
        for turned in (False, True)
        for path, one in reversed(group.items())
    ]
    for path, one in ranked:
        if (one.from_blueprint, one.to_blueprint) == (source, target):
            load_mapping(path, workspace)  # only what is used must fit the blueprints at hand
            return one
    ways = sorted({f"{m.from_blueprint} to {m.to_blueprint}" for _, m in ranked})
    known = f"; there are {', '.join(ways)}" if ways else "; write one in the folder 'mappings'"
    raise BadQuestion(f"There is no mapping from blueprint {source!r} to {target!r}{known}.")


def prefill(
    answers: Answers,
    source: Blueprint,
    target: Blueprint,
    mapping: Mapping,
    *,
    date: dt.date,
    respondent: str | None = None,
) -> Assessment:
    """A new assessment of the same subject to ``target``, pre-filled from the only one in ``answers``."""
    head = answers.assessments.row(0, named=True)
    levels = {row["point"]: row for row in point_levels(answers, source).iter_rows(named=True)}
    proposals: dict[str, list[tuple[bool, float, str]]] = {}
    away: dict[str, Answer] = {}
    for pair in mapping.pairs:
        row = levels.get(pair.source)
        if row is None or pair.to not in target.by_id:
            continue
        came = f"{source.id} of {head['date']}, point {pair.source} ({pair.relation})"
        if row["state"] == "not_applicable" and pair.relation == "equal":
            away[pair.to] = Answer(level="not_applicable", reason=f"did not apply in {came}", prefilled=came)
        elif row["state"] == "answered":
            level = _carried(target, pair, row["fraction"])
            if level is not None:
                told = f"{came}: level {shown(round(row['level'], 3))}"
                proposals.setdefault(pair.to, []).append((pair.relation in _WHOLE, level, told))
    found = away | {point: _proposed(several) for point, several in proposals.items()}
    return Assessment(
        subject=head["subject"],
        kind=head["kind"],
        blueprint=target.id,
        blueprint_version=target.version,
        date=date,
        respondent=respondent,
        answers={p.point.id: found[p.point.id] for p in target.placed if p.point.id in found},
    )


def _carried(target: Blueprint, pair: Pair, fraction: float) -> float | None:
    """The level of the target scale at or below ``fraction`` of it; None where nothing can be said."""
    scale = [float(step.level) for step in target.scale(target.place(pair.to).point)]
    if pair.relation == "intersects" and fraction == 0:
        return None
    if pair.relation not in _WHOLE:
        scale = scale[:-1]
    highest = float(target.scale(target.place(pair.to).point)[-1].level)
    return max([s for s in scale if s / highest <= fraction + 1e-9], default=scale[0])


def _proposed(several: list[tuple[bool, float, str]]) -> Answer:
    """Whole relations before partial ones, the lowest of several."""
    whole = [p for p in several if p[0]]
    _, level, _ = min(whole or several, key=lambda p: p[1])
    told = "; ".join(text for _, _, text in whole or several)
    return Answer(level=level, confidence="medium" if whole else "low", prefilled=told)
