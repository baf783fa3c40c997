"""Several files of a folder changed at once: all of them or none, even when the program is killed.

New files are first written beside, into a staging folder; then a journal names the moves, which is the moment from
which they count; then they are made. A folder with a journal is brought to its end by whoever opens it next; a staging
folder without one is of a write that did not happen.
"""

from __future__ import annotations

import contextlib
import filecmp
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from beachhead.errors import BadInput

STAGING = ".beachhead-import"
_JOURNAL, _LOCK = "journal.json", "lock"

Writer = Callable[[Path], None]


def recover(folder: Path) -> None:
    """Bring a write that was interrupted after its decision to its end."""
    staging = folder / STAGING
    if (staging / _JOURNAL).is_file():
        _apply(folder, json.loads((staging / _JOURNAL).read_text(encoding="utf-8")))


def replace_files(folder: Path, writers: Mapping[str, Writer | bytes], remove: list[str]) -> list[str]:
    """Write the named files of ``folder`` and remove others, all at once. Gives those that changed.

    A writer is given the path to write to. A file whose content stays the same is not touched. Raises BadInput when
    another import is at work in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _staging(folder) as staging:
        moves: dict[str, str] = {}
        for number, (name, writer) in enumerate(sorted(writers.items())):
            staged = staging / f"{number}{Path(name).suffix}"
            if isinstance(writer, bytes):
                staged.write_bytes(writer)
            else:
                writer(staged)
            if not ((folder / name).is_file() and filecmp.cmp(staged, folder / name, shallow=False)):
                _to_disk(staged)
                moves[name] = staged.name
        gone = [name for name in remove if (folder / name).exists()]
        if moves or gone:
            _decide(staging, {"moves": moves, "remove": gone})
            _apply(folder, {"moves": moves, "remove": gone})
        return sorted([*moves, *gone])


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    recover(folder)
    staging = folder / STAGING
    staging.mkdir(exist_ok=True)
    with (staging / _LOCK).open("w") as lock:
        _lock(lock.fileno(), folder)
        for left in staging.iterdir():
            if left.name != _LOCK:
                left.unlink()
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks on Windows; two imports at once are the user's doing there
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise BadInput(
            "another import is at work in this workspace", file=folder, expected="to wait until it has ended"
        ) from error


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _decide(staging: Path, journal: dict[str, object]) -> None:
    draft = staging / "draft"
    draft.write_text(json.dumps(journal), encoding="utf-8")
    _to_disk(draft)
    draft.replace(staging / _JOURNAL)


def _apply(folder: Path, journal: dict[str, object]) -> None:
    """Make the moves that are still to be made. May run twice at once: what is done already is passed over."""
    staging = folder / STAGING
    moves = journal["moves"]
    assert isinstance(moves, dict)
    for name, staged in moves.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (staging / staged).replace(folder / name)
    removed = journal["remove"]
    assert isinstance(removed, list)
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    (staging / _JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)
