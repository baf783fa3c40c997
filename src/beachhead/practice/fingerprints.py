"""A blueprint that answers rely on never changes under its version: fingerprints beside the blueprints.

``fingerprints.json`` lies in the folder of the blueprints and belongs in version control. It holds, for every
blueprint and version that was checked or used, a fingerprint of the content and the ids of its points. Only
content counts: comments, layout and a trip through Excel change nothing. Version 0 is a draft and is not
recorded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.locks import Lock, digest, read_lock, write_lock

FILE = "fingerprints.json"


def fingerprint(blueprint: Blueprint) -> str:
    """SHA-256 of the content; fields left at their default do not count, so that it outlives new fields."""
    return digest(blueprint.model_dump(mode="json", exclude_defaults=True))


def refusals(blueprint: Blueprint, path: Path) -> list[str]:
    """Why ``blueprint``, read from ``path``, may not stand under its version; none if new or unchanged.

    The fingerprints of the folder count, and those of the shipped blueprints: a copy that was changed needs a
    higher version as well.
    """
    if blueprint.version == 0:
        return []
    found: list[str] = []
    for lock, whose in ((recorded(path.parent), "recorded"), (recorded(folder("blueprints")), "shipped")):
        versions = lock.get(blueprint.id, {})
        known = versions.get(str(blueprint.version))
        latest = max((int(v) for v in versions if v.isdigit()), default=0)
        if known and known["sha256"] != fingerprint(blueprint):
            also = "version 0 is for drafts" if whose == "recorded" else "or give it an id of its own"
            found.append(
                f"{path}: blueprint {blueprint.id!r} differs from the version {blueprint.version} that was "
                f"{whose}, and answers rely on that; set 'version: {latest + 1}' ({also})."
            )
        elif not known:
            found += _lost(blueprint, path, versions)
        if found:
            break
    return found


def _lost(blueprint: Blueprint, path: Path, versions: dict[str, dict[str, Any]]) -> list[str]:
    """Points of the version before that are gone without a word."""
    before = [int(v) for v in versions if v.isdigit() and int(v) < blueprint.version]
    if not before:
        return []
    points = versions[str(max(before))]["points"]
    gone = [p for p in points if p not in blueprint.by_id and p not in blueprint.retired]
    return [
        f"{path}: blueprint {blueprint.id!r} no longer has the points {', '.join(gone)} of version "
        f"{max(before)}; answers to them would be lost: put them back, or list them under 'retired'."
    ] * bool(gone)


def record(blueprint: Blueprint, path: Path) -> bool:
    """Write the fingerprint of ``blueprint`` into its folder; True if it was new. Refused if it differs."""
    if refused := refusals(blueprint, path):
        raise BadKnowledge(refused)
    lock = recorded(path.parent)
    versions = lock.setdefault(blueprint.id, {})
    if blueprint.version == 0 or str(blueprint.version) in versions:
        return False
    versions[str(blueprint.version)] = {
        "sha256": fingerprint(blueprint),
        "points": [p.point.id for p in blueprint.placed],
    }
    write_lock(path.parent / FILE, lock)
    return True


def recorded(blueprints: Path) -> Lock:
    """The fingerprints of a folder of blueprints: id → version → sha256 and points."""
    return read_lock(blueprints / FILE)
