"""What is made of the files that ship, made once per installation: beside the package, as ``__pycache__`` is.

Parsing, validating and building take most of the start of a command. Entries are found by the digest of what they were
made of, so a changed file is read anew; a change of the package's own code, of Python or of a library that has a part in
it begins a new file; and the whole may be deleted at any time. A place that cannot be written to only means that
everything is made each time. Nothing that is a user's is kept here, and nothing is read from elsewhere than here:
what is kept is as much trusted as the package's own compiled code.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import marshal
import os
import pickle
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from beachhead import __version__

Made = TypeVar("Made")
PACKAGE = Path(__file__).parents[1]
LIBRARIES = ("polars", "pydantic", "pydantic_core", "sqlglot", "yaml")
"""Those that have a part in what is kept."""


class Kept:
    """The entries on disk, and those of this run that shall join them when it ends."""

    def __init__(self, path: Path, stamp: str) -> None:
        self.path, self.stamp, self.fresh = path, stamp, False
        self.entries: dict[bytes, bytes] = {}
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            found = marshal.loads(path.read_bytes())
            if isinstance(found, tuple) and len(found) == 2 and found[0] == stamp:
                self.entries = found[1]

    def write(self) -> None:
        """Put what is new beside the package, whole or not at all."""
        if not self.fresh:
            return
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(exist_ok=True)
            part.write_bytes(marshal.dumps((self.stamp, self.entries)))
            part.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()


@cache
def entries(kind: str) -> Kept:
    """All that is kept of one ``kind``, written when the run ends."""
    found = Kept(PACKAGE / "knowledge" / "__pycache__" / f"{kind}.{sys.implementation.cache_tag}", stamp())
    atexit.register(found.write)
    return found


@cache
def stamp() -> str:
    """Stands for the code that makes what is kept: who changes it must not meet what it said before."""
    signs = [__version__, sys.version]
    for folder, _, names in sorted(os.walk(PACKAGE)):
        signs += [_sign(f"{folder}/{name}") for name in sorted(names) if name.endswith(".py")]
    for library in LIBRARIES:
        spec = find_spec(library)
        signs.append(_sign(spec.origin) if spec and spec.origin else library)
    return hashlib.sha256("\n".join(signs).encode("utf-8", "surrogateescape")).hexdigest()


def _sign(path: str) -> str:
    try:
        told = Path(path).stat()
    except OSError:
        return path
    return f"{path} {told.st_size} {told.st_mtime_ns}"


def of_package(path: Path) -> bool:
    """Whether ``path`` is a file that ships with the package."""
    return PACKAGE in path.parents


def kept(kind: str, source: bytes, make: Callable[[], Made]) -> Made:
    """What ``make`` makes of ``source``, from what is kept if it is there; each call its own copy.

    ``source`` says all that the result depends on beside the code. Only for what is made of shipped files alone.
    """
    known, key = entries(kind), hashlib.sha256(source).digest()
    if key in known.entries:
        with contextlib.suppress(Exception):  # made by a library that reads it no more: made anew
            return pickle.loads(known.entries[key])
    made = make()
    known.entries[key] = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
    known.fresh = True
    found: Any = made
    return found
