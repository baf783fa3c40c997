"""Documents as files: written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from beachhead.errors import BadInput


def write_bytes(path: Path, content: bytes) -> Path:
    """Write ``content`` to ``path``, making its folder if need be. Raises BadInput where that cannot be done."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        return part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(f"it cannot be written there: {error.strerror}", file=path) from error
