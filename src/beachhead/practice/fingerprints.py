"""A blueprint that answers rely on never changes under its version: fingerprints beside the blueprints.

``fingerprints.json`` lies in the folder of the blueprints and belongs in version control. It holds, for every
blueprint and version that was checked or used, a fingerprint of the content and the ids of its points. Only
content counts: comments, layout and a trip through Excel change nothing. Version 0 is a draft and is not
recorded.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from beachhead.errors import BadKnowledge
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Blueprint

FILE = "fingerprints.json"
Lock = dict[str, dict[str, dict[str, object]]]
"""Blueprint id → version → {"sha256": …, "points": […]}."""


def fingerprint(blueprint: Blueprint) -> str:
    """SHA-256 of the content; fields left at their default do not count, so that it outlives new fields."""
    content = blueprint.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def refusals(blueprint: Blueprint, path: Path) -> list[str]:
    """Why ``blueprint``, read from ``path``, may not stand under its version; none if new or unchanged.

    The fingerprints of the folder count, and those of the shipped blueprints: a copy that was changed needs a
    higher version as well.
    """
    if blueprint.version == 0:
        return []
    found: list[str] = []
    for lock, whose in ((read_lock(path.parent), "recorded"), (read_lock(folder("blueprints")), "shipped")):
        versions = lock.get(blueprint.id, {})
        recorded = versions.get(str(blueprint.version))
        latest = max((int(v) for v in versions), default=0)
        if recorded and recorded["sha256"] != fingerprint(blueprint):
            found.append(
                f"{path}: blueprint {blueprint.id!r} differs from the version {blueprint.version} that was "
                f"{whose}, and answers rely on that; set 'version: {latest + 1}' (version 0 is for drafts)."
            )
        elif not recorded:
            found += _lost(blueprint, path, versions)
        if found:
            break
    return found


def _lost(blueprint: Blueprint, path: Path, versions: dict[str, dict[str, object]]) -> list[str]:
    """Points of the version before that are gone without a word."""
    before = [int(v) for v in versions if int(v) < blueprint.version]
    if not before:
        return []
    points = versions[str(max(before))]["points"]
    assert isinstance(points, list)
    gone = [p for p in points if p not in blueprint.by_id and p not in blueprint.retired]
    return [
        f"{path}: blueprint {blueprint.id!r} no longer has the points {', '.join(gone)} of version "
        f"{max(before)}; answers to them would be lost: put them back, or list them under 'retired'."
    ] * bool(gone)


def record(blueprint: Blueprint, path: Path) -> bool:
    """Write the fingerprint of ``blueprint`` into its folder; True if it was new. Refused if it differs."""
    if refused := refusals(blueprint, path):
        raise BadKnowledge(refused)
    lock = read_lock(path.parent)
    versions = lock.setdefault(blueprint.id, {})
    if blueprint.version == 0 or str(blueprint.version) in versions:
        return False
    versions[str(blueprint.version)] = {
        "sha256": fingerprint(blueprint),
        "points": [p.point.id for p in blueprint.placed],
    }
    text = json.dumps(lock, indent=1, sort_keys=True, ensure_ascii=False)
    target = path.parent / FILE
    part = target.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(target)
    return True


def read_lock(blueprints: Path) -> Lock:
    """The fingerprints of a folder of blueprints, empty where none were recorded."""
    path = blueprints / FILE
    if not path.exists():
        return {}
    try:
        lock: Lock = json.loads(path.read_text(encoding="utf-8"))
        for versions in lock.values():
            for version, entry in versions.items():
                int(version), entry["sha256"], list(entry["points"])  # type: ignore[call-overload]
    except (ValueError, AttributeError, KeyError, TypeError):
        raise BadKnowledge(
            [f"{path}: is no file of fingerprints; take it from version control, or delete it to begin anew."]
        ) from None
    return lock
