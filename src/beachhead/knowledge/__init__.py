"""The knowledge that ships as plain data: blueprints, plays, objections, signals, patterns, offerings.

Nothing here is code, so that a practice lead can read, copy, change and version all of it.
"""

from __future__ import annotations

from pathlib import Path


def folder(name: str = "") -> Path:
    """Path of a shipped knowledge folder or file, e.g. ``folder("plays")``."""
    return Path(__file__).parent / name


def example(name: str) -> Path:
    """The folder of a worked example that ships, e.g. ``example("vmware-2009")``.

    In a checkout it is ``examples/`` at the top; a wheel carries it as ``knowledge/examples/``.
    """
    inside = folder("examples") / name
    return inside if inside.is_dir() else Path(__file__).parents[3] / "examples" / name
