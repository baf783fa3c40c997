"""Every output whole or not at all.

A file is written beside its place under a name of its own, brought to the disk, and put in its place in one step that
the file system does not split: whoever looks, or whatever dies, finds the old file or the new one. Nothing is left
behind on failure, and what went wrong is one sentence.

A file that a person has worked in is not ours to replace. What we write carries a mark that costs nothing: the
microseconds of its modification time are a fingerprint of its content. Whoever edits the file changes one or the other,
so an existing file whose time fits its content is our own, untouched; any other is kept unless replacing it is asked for.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from beachhead.errors import BadInput
from beachhead.tables.signs import printable

Content = bytes | str | Callable[[Path], object]
"""What a file shall hold: bytes, a text (UTF-8, line ends as given), or what writes it to the path it is given."""

_SECOND = 1_000_000_000
_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "it is larger than a file may be here",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "there is no permission to write there, or it is open in another program",
    errno.EPERM: "there is no permission to write there, or it is open in another program",
    errno.ENAMETOOLONG: "its name is too long",
    errno.EISDIR: "a folder has that name",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.ELOOP: "its links lead in a circle",
    errno.EINVAL: "the file system does not take such a name",
}


def write_whole(path: Path, content: Content, *, keep: bool = False, folder: bool = False) -> Path:
    """Write ``content`` to ``path``, whole or not at all, and return ``path``.

    ``keep`` refuses to replace a file that we did not write or that was changed since (see ``worked_in``). ``folder``
    makes the folder it lies in; without it a missing folder is refused, since a misspelt one must not come to be.
    The mode of a file that is replaced stays; a link stays a link and the file behind it is replaced; a device or pipe
    is written to as it is. Raises BadInput, one sentence, where it cannot be written.
    """
    if "\0" in str(path):
        raise BadInput("no file can have such a name", file=printable(str(path)))
    try:
        if folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        return _written(path, content, keep)
    except OSError as error:
        raise BadInput(f"it cannot be written: {why(error)}", file=path) from error


def why(error: OSError) -> str:
    """What the system refused, in words."""
    return _WHY.get(error.errno or 0) or error.strerror or "the system refuses it"


def _written(path: Path, content: Content, keep: bool) -> Path:
    place = Path(os.path.realpath(path))
    found = _state(path)
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise BadInput("it cannot be written: a folder has that name", file=path)
    if found is not None and not stat.S_ISREG(found.st_mode):
        _into_device(path, content)
        return path
    if found is None and not place.parent.is_dir():
        raise BadInput(f"there is no folder {place.parent} to write it to; make it first", file=path)
    if found is not None and not os.access(place, os.W_OK):
        raise BadInput("it is write-protected", file=path)
    if keep:
        refuse_worked_in(path)
    _replaced(place, content, found)
    return path


def _replaced(place: Path, content: Content, found: os.stat_result | None) -> None:
    # The ending stays, since some writers go by it; the mode of a new file is the one that the user's mask gives.
    part = place.with_name(f".beachhead-{secrets.token_hex(6)}.part{place.suffix[:20]}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        if callable(content):
            content(part)
        else:
            part.write_bytes(content.encode() if isinstance(content, str) else content)
        if found is not None:
            part.chmod(stat.S_IMODE(found.st_mode))
            if hasattr(os, "chown") and (found.st_uid, found.st_gid) != (
                part.stat().st_uid,
                part.stat().st_gid,
            ):
                with suppress(OSError):
                    os.chown(part, found.st_uid, found.st_gid)
        _mark(part)
        _to_disk(part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    if os.name == "posix":
        with suppress(OSError):  # some file systems have no such thing for folders; the file itself is safe
            _to_disk(place.parent)


def _into_device(path: Path, content: Content) -> None:
    """Write to what is no file: ``/dev/stdout``, a named pipe."""
    if callable(content):
        raise BadInput("this output needs a file, not a device or pipe", file=path)
    with path.open("wb") as device:
        device.write(content.encode() if isinstance(content, str) else content)


def worked_in(path: Path) -> bool:
    """Whether there is a file at ``path`` that we did not write, or that was changed since."""
    found = _state(path)
    if found is None or not stat.S_ISREG(found.st_mode) or not found.st_size:
        return False
    return found.st_mtime_ns % _SECOND // 1000 != _fingerprint(path)


def refuse_worked_in(path: Path) -> None:
    """Raise BadInput where writing to ``path`` would destroy somebody's work."""
    if worked_in(path):
        raise BadInput(
            "it is there already, and was not written by Beachhead or has been changed since; "
            "choose another name, or give --force to replace it",
            file=path,
        )


def refuse_open(path: Path) -> None:
    """Raise BadInput where an office program has ``path`` open, as its lock beside it says."""
    for lock in (
        path.with_name(f".~lock.{path.name}#"),
        path.with_name(f"~${path.name}"),
    ):  # LibreOffice, Excel
        if lock.exists():
            raise BadInput(
                f"it is open in another program, as {lock.name} beside it says; close it first", file=path
            )


def _state(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _mark(path: Path) -> None:
    """Set the time of modification to the last instant up to now whose microseconds are the content's fingerprint."""
    now, fraction = time.time_ns(), _fingerprint(path) * 1000
    second = now // _SECOND - (fraction > now % _SECOND)
    with suppress(OSError):  # where times cannot be set, the file is merely not known as ours later
        os.utime(path, ns=(now, second * _SECOND + fraction))


def _fingerprint(path: Path) -> int:
    with path.open("rb") as file:
        return int.from_bytes(hashlib.file_digest(file, "sha256").digest()[:8]) % 1_000_000


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
