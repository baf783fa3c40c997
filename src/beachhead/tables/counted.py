"""Things counted in notes and messages."""

from __future__ import annotations


def counted(n: int, thing: str) -> str:
    """``1 figure``, ``2 figures``."""
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
