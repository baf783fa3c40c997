"""One writer at a time in a workspace.

The lock is the operating system's, on the file ``.beachhead-lock``: it ends with the process that holds it, however
that ends, so a file that a killed process left blocks nobody. Who holds it stands in the file, for the sentence that
the others are told.

>>> with one_writer(folder, "an import"):
...     ...  # read, change and write
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from beachhead.errors import BadInput
from beachhead.tables.paths import inside

LOCK = ".beachhead-lock"
WAIT = 20.0
"""Seconds that a writer waits for another one."""
_BYTE = 1 << 30  # Windows locks bytes and bars them to readers, so one far behind what is written
_held = threading.local()  # folder → how often this thread holds it: what writes may call what writes


@contextlib.contextmanager
def one_writer(folder: str | Path, doing: str, wait: float | None = None) -> Iterator[None]:
    """Hold ``folder`` for writing. ``doing`` names it for others, such as ``an import``.

    Waits ``wait`` seconds (``WAIT``) for another writer, then raises BadInput, which says who it is. A folder that
    is not there yet is made. May be held again by whoever holds it.
    """
    folder = Path(folder)
    key = os.path.realpath(folder)
    depths: dict[str, int] = _held.__dict__.setdefault("depths", {})
    if key in depths:
        depths[key] += 1
        try:
            yield
        finally:
            depths[key] -= 1
        return
    descriptor = _acquired(folder, time.monotonic() + (WAIT if wait is None else wait))
    depths[key] = 1
    try:
        _say_who(descriptor, doing)
        yield
    finally:
        del depths[key]
        _release(folder / LOCK, descriptor)


def _acquired(folder: Path, until: float) -> int:
    path = inside(folder, LOCK)
    pause = 0.005
    while True:
        descriptor = _opened(folder, path)
        try:
            if _locked(descriptor):
                if _same(descriptor, path):
                    return descriptor
                os.close(descriptor)  # its holder removed it when done
                continue
        except OSError as error:
            os.close(descriptor)
            raise BadInput(f"the workspace cannot be locked: {error.strerror}", file=folder) from error
        os.close(descriptor)
        if time.monotonic() > until:
            raise BadInput(
                f"another program is writing in this workspace ({_who(path)}), so nothing was done",
                file=folder,
                expected="to try again when it has ended",
            )
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def _opened(folder: Path, path: Path) -> int:
    """The lock file, made if need be. A link or anything but a plain file is refused: we write into it."""
    if path.is_symlink():
        raise BadInput("this is a link", file=path, expected="no such file")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise BadInput(f"the workspace cannot be written: {error.strerror}", file=folder) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(descriptor)
        raise BadInput("this is no file of Beachhead's", file=path, expected="no such file")
    return descriptor


def _same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _say_who(descriptor: int, doing: str) -> None:
    with contextlib.suppress(OSError):  # a full disk: the lock holds all the same
        os.ftruncate(descriptor, 0)
        text = f"{doing}, process {os.getpid()} on {socket.gethostname()}, since {dt.datetime.now():%H:%M:%S}"
        os.write(descriptor, text.encode("utf-8", "replace"))


def _who(path: Path) -> str:
    try:
        text = path.read_bytes()[:300].decode("utf-8", "replace")
    except OSError:
        text = ""
    return "".join(c for c in text if c.isprintable()) or "it does not say who"


def _release(path: Path, descriptor: int) -> None:
    if sys.platform == "win32":
        os.close(descriptor)
        with contextlib.suppress(OSError):  # refused while another one has it open, and then it is theirs
            path.unlink()
        return
    with contextlib.suppress(OSError):
        if _same(descriptor, path):
            path.unlink()
    os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):
                return False
            raise
        return True
