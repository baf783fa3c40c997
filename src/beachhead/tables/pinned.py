"""One version of several files, though others replace them meanwhile.

All files are opened at one moment at which no write is under way; whoever replaces one afterwards leaves what is open
as it was. A file that is still in its place is read there; one that was replaced is read from what is open.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterable
from pathlib import Path

from beachhead.errors import BadInput
from beachhead.tables.journal import has_journal, recover
from beachhead.tables.paths import inside

_TRIES = 200


class Pinned:
    """The files ``names`` of ``folder`` as they are now; those that are not there stay absent once others are."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.folder = folder
        self._copies: dict[str, Path] = {}
        self._room: tempfile.TemporaryDirectory[str] | None = None
        names = list(names)
        for tried in range(_TRIES):
            recover(folder)
            self._open = _opened(folder, names)
            self._seen = {name: os.fstat(descriptor) for name, descriptor in self._open.items()}
            # Without a journal after everything was opened, a write began before and ended before, which the
            # comparison tells, or begins later, which concerns us no more.
            if not has_journal(folder) and all(self._in_place(name) for name in names):
                break
            _close(self._open)
            time.sleep(min(0.001 * tried, 0.05))
        else:
            raise BadInput(
                "its files are being changed all the time", file=folder, expected="a moment of rest"
            )
        if os.name != "posix":
            _close(self._open)  # Windows replaces no file that is open
        self._end = weakref.finalize(self, _close, self._open)

    def path(self, name: str) -> Path | None:
        """Where to read ``name`` (one of the names): its place, or a copy of what it was; None where it was not."""
        if name not in self._seen:
            return None
        if name not in self._copies:
            if self._in_place(name):
                return self.folder / name
            self._copies[name] = self._copied(name)
        return self._copies[name]

    def still(self, name: str) -> bool:
        """Whether what ``path`` told holds after reading: ``name`` is in its place, or is read from a copy."""
        return name in self._copies or self._in_place(name)

    def _in_place(self, name: str) -> bool:
        try:
            found = inside(self.folder, name).stat()
        except OSError:
            return name not in self._seen
        return name in self._seen and os.path.samestat(found, self._seen[name])

    def _copied(self, name: str) -> Path:
        if name not in self._open:
            raise BadInput(
                "it was replaced while it was read", file=self.folder / name, expected="another try"
            )
        self._room = self._room or tempfile.TemporaryDirectory(prefix="beachhead-")
        copy = Path(self._room.name) / name
        with os.fdopen(os.dup(self._open[name]), "rb") as source, copy.open("wb") as target:
            source.seek(0)
            shutil.copyfileobj(source, target)
        return copy


def _opened(folder: Path, names: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        path = inside(folder, name)
        try:
            if path.is_file():  # no pipe, which would wait for ever
                found[name] = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            continue
        except OSError as error:
            _close(found)
            raise BadInput(f"it cannot be read: {error.strerror}", file=path) from error
    return found


def _close(descriptors: dict[str, int]) -> None:
    for descriptor in descriptors.values():
        os.close(descriptor)
    descriptors.clear()
