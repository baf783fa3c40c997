"""Small JSON files that remember what must not change any more: fingerprints, frozen milestones."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from beachhead.errors import BadKnowledge
from beachhead.tables.writing import write_whole

Lock = dict[str, dict[str, dict[str, Any]]]
"""Blueprint id → version or milestone → what is remembered, with its ``sha256``."""


def digest(content: Any) -> str:
    """SHA-256 of plain data, however its keys are ordered."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_lock(path: Path) -> Lock:
    """What ``path`` remembers, empty where there is no such file. Raises BadKnowledge for anything else."""
    if not path.exists():
        return {}
    try:
        lock: Lock = json.loads(path.read_text(encoding="utf-8"))
        for entries in lock.values():
            for entry in entries.values():
                str(entry["sha256"]), list(entry.get("points", []))
        return lock
    except (ValueError, AttributeError, KeyError, TypeError, OSError):
        raise BadKnowledge(
            [f"{path}: cannot be read; take it from version control, or delete it to begin anew."]
        ) from None


def write_lock(path: Path, lock: Lock) -> None:
    """Write ``lock``, whole or not at all."""
    write_whole(path, lock_text(lock))


def lock_text(lock: Lock) -> str:
    """``lock`` as text, in a stable order."""
    return json.dumps(lock, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
