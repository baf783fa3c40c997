"""What the shipped YAML files say, parsed once per installation: a file beside the package, as ``__pycache__`` is.

Parsing takes most of the start of a command. Entries are found by the digest of a file's bytes, so a changed file is
parsed anew; another version of Python or Beachhead begins another file; and the whole may be deleted at any time. A place
that cannot be written to only means that files are parsed each time. Files of users are never kept here.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import marshal
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from beachhead import __version__

PACKAGE = Path(__file__).parents[1]
Entry = tuple[Any, dict[tuple[str | int, ...], int], dict[tuple[str | int, ...], str]]
"""Data, line by path, and how words without quotes are written by path: plain values, as ``marshal`` keeps them."""


class _Kept:
    """The entries on disk, and those of this run that shall join them when it ends."""

    def __init__(self, path: Path) -> None:
        self.path, self.fresh = path, False
        self.entries: dict[bytes, bytes] = {}
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            found = marshal.loads(path.read_bytes())
            if isinstance(found, dict):
                self.entries = found

    def write(self) -> None:
        if not self.fresh:
            return
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(exist_ok=True)
            part.write_bytes(marshal.dumps(self.entries))
            part.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()


@cache
def _kept() -> _Kept:
    # the parser's own text belongs to the version: who changes it must not meet what it said before
    parser = hashlib.sha256((Path(__file__).parent / "yaml_files.py").read_bytes()).hexdigest()[:12]
    name = f"yaml.{sys.implementation.cache_tag}-{__version__}-{parser}"
    kept = _Kept(PACKAGE / "knowledge" / "__pycache__" / name)
    atexit.register(kept.write)
    return kept


def of_package(path: Path) -> bool:
    """Whether ``path`` is a file that ships with the package."""
    return PACKAGE in path.parents


def parsed(content: bytes, parse: Callable[[], Entry]) -> Entry:
    """What ``parse`` makes of a shipped file's ``content``, from what is kept if it is there; each call its own copy."""
    kept, key = _kept(), hashlib.sha256(content).digest()
    if key not in kept.entries:
        kept.entries[key] = marshal.dumps(parse())
        kept.fresh = True
    entry: Entry = marshal.loads(kept.entries[key])
    return entry
