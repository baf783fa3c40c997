"""Several files of a folder changed at once: all of them or none, even when the program is killed.

New files are first written beside, into a staging folder; then a journal names the moves, which is the moment from
which they count; then they are made. A folder with a journal is brought to its end by whoever opens it next; a staging
folder without one is of a write that did not happen.

A workspace may come from somebody else, and its journal with it. So a journal is obeyed only where it moves files of
the staging folder, each known by the hash of its content, to plain names inside the workspace.
"""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput
from beachhead.tables.locks import one_writer
from beachhead.tables.paths import inside, named, trouble_with
from beachhead.tables.writing import why

STAGING = ".beachhead-import"
_JOURNAL, _FORMAT = "journal.json", 2

Writer = Callable[[Path], object]


@dataclass(frozen=True)
class Journal:
    """What is decided. ``moves``: name in the folder → name of the staged file and the SHA-256 of its content."""

    moves: dict[str, tuple[str, str]]
    remove: list[str]

    def text(self) -> str:
        moves = {name: {"staged": staged, "sha256": digest} for name, (staged, digest) in self.moves.items()}
        return json.dumps({"format": _FORMAT, "moves": moves, "remove": self.remove})


def recover(folder: Path) -> None:
    """Bring a write that was interrupted after its decision to its end.

    Raises BadInput, with nothing changed, for a journal that is not of our making.
    """
    if not has_journal(folder):
        return
    with one_writer(folder, "the end of an interrupted write"):
        if has_journal(folder):
            _apply(folder, _read(folder))


def has_journal(folder: Path) -> bool:
    """Whether a write was decided and is not yet done. Raises BadInput where the staging folder is a link."""
    staging = _staging(folder)
    return inside(folder, STAGING, _JOURNAL).is_file() if staging.is_dir() else False


def replace_files(
    folder: Path, writers: Mapping[str, Writer | bytes], remove: list[str], *, doing: str = "a change"
) -> list[str]:
    """Write the named files of ``folder`` and remove others, all at once. Gives those that changed.

    A writer is given the path to write to. A file whose content stays the same is not touched. What was read to make
    the files is to be read under the same ``one_writer``. Raises BadInput, with nothing changed, where another
    program is writing in the folder, or where it cannot be written.
    """
    with one_writer(folder, doing):
        recover(folder)
        try:
            return _replaced(folder, writers, remove)
        except OSError as error:
            raise BadInput(
                f"it cannot be written, and nothing was changed: {why(error)}", file=folder
            ) from error
        finally:
            if not has_journal(folder):
                shutil.rmtree(_staging(folder), ignore_errors=True)


def _replaced(folder: Path, writers: Mapping[str, Writer | bytes], remove: list[str]) -> list[str]:
    staging = _staging(folder)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    moves: dict[str, tuple[str, str]] = {}
    for number, (name, writer) in enumerate(sorted(writers.items())):
        target = named(folder, name)
        staged = staging / f"{number}{Path(name).suffix}"
        if isinstance(writer, bytes):
            staged.write_bytes(writer)
        else:
            writer(staged)
        if not (target.is_file() and filecmp.cmp(staged, target, shallow=False)):
            moves[name] = (staged.name, _digest(staged))
            _to_disk(staged)
    gone = [name for name in remove if named(folder, name).exists()]
    if moves or gone:
        journal = Journal(moves, gone)
        draft = staging / "draft"
        draft.write_text(journal.text(), encoding="utf-8")
        _to_disk(draft)
        draft.replace(staging / _JOURNAL)
        _to_disk(staging)
        try:
            _apply(folder, journal)
        except OSError as error:  # decided, so whoever opens the folder next ends it
            raise BadInput(
                f"the change is not yet done: {why(error)}; opening the workspace again ends it", file=folder
            ) from error
    return sorted([*moves, *gone])


def _apply(folder: Path, journal: Journal) -> None:
    """Make the moves that are still to be made."""
    staging = _staging(folder)
    changed = {folder}
    for name, (staged, _) in journal.moves.items():
        target = named(folder, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        changed.add(target.parent)
        with contextlib.suppress(FileNotFoundError):
            (staging / staged).replace(target)
    for name in journal.remove:
        named(folder, name).unlink(missing_ok=True)
    for each in changed:
        _to_disk(each)
    (staging / _JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)


def _staging(folder: Path) -> Path:
    staging = inside(folder, STAGING)
    if staging.is_symlink() or (staging.exists() and not staging.is_dir()):
        raise BadInput("this is no folder of Beachhead's", file=staging, expected="no such file")
    return staging


def _read(folder: Path) -> Journal:
    """The journal, once everything in it is found to be as it must."""
    path = inside(folder, STAGING, _JOURNAL)
    try:
        journal = _checked(folder, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        journal = "it is not in the form in which Beachhead writes it"
    except BadInput as no:
        journal = str(no).removesuffix(".")
    if isinstance(journal, str):
        raise BadInput(
            f"this journal of an interrupted write is not obeyed, and nothing was changed: {journal}",
            file=path,
            expected=f"nothing; without the folder {STAGING} the workspace opens with its files as they are",
        )
    return journal


def _checked(folder: Path, content: Any) -> Journal | str:
    if content["format"] != _FORMAT or set(content) != {"format", "moves", "remove"}:
        return "it was written by another version"
    moves, remove = content["moves"], content["remove"]
    names = [*moves, *remove]
    if not all(isinstance(name, str) for name in names):
        return "it is not in the form in which Beachhead writes it"
    if len({name.casefold() for name in names}) < len(names):
        return "it names a file twice"
    for name in names:
        if trouble := trouble_with(name):
            return f"it names {name[:60]!r}, and {trouble}"
        if name.casefold().split("/")[0] == STAGING or named(folder, name).is_dir():
            return f"it names {name[:60]!r}, which is no file to change"
    read: dict[str, tuple[str, str]] = {}
    for name, move in moves.items():
        staged, digest = move["staged"], move["sha256"]
        if set(move) != {"staged", "sha256"} or not re.fullmatch(r"\d{1,6}(\.\w{1,20})?", staged):
            return "it is not in the form in which Beachhead writes it"
        source = folder / STAGING / staged
        at = source if source.exists() or source.is_symlink() else named(folder, name)
        if at.is_symlink() or not at.is_file() or _digest(at) != digest:
            return f"the content for {name[:60]!r} is not the one that it was made for"
        read[name] = (staged, digest)
    return Journal(read, remove)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    """What a file, or the list of a folder, holds is on the disk when this returns."""
    if path.is_dir():
        if os.name != "posix":
            return
        descriptor = os.open(path, os.O_RDONLY)
    else:
        descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
