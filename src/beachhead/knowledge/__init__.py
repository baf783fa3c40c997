"""The knowledge that ships as plain data: blueprints, plays, objections, signals, patterns, offerings.

Nothing here is code, so that a practice lead can read, copy, change and version all of it.
"""

from __future__ import annotations

from pathlib import Path


def folder(name: str = "") -> Path:
    """Path of a shipped knowledge folder or file, e.g. ``folder("plays")``."""
    return Path(__file__).parent / name
