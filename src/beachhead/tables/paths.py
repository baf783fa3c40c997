"""Paths of a workspace: literal, inside it, and safe on every system; ids as names of files and back.

A workspace may come from somebody else. Nothing in it may make us read, write, move or delete what lies outside:
a link that leads out is refused, and so is a name, given by data, that could mean something else than a plain file
below the workspace on any system (``..``, ``/etc``, ``C:x``, ``\\\\host\\share``, ``NUL``, ``a.``).

>>> inside("workspace", "templates", "report")     # a path below the workspace, links that lead out refused
>>> listed("workspace", "plays", endings=YAML)     # the files below a folder of it, sorted
>>> encoded("A/1"), decoded("A%2F1")               # ('A%2F1', 'A/1')
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from beachhead.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

YAML = (".yaml", ".yml")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\..*)?$")
_NOWHERE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')
_LONGEST = 200  # bytes of a name: file systems hold 255, and endings are added


# ---- inside the workspace ----


def inside(workspace: str | Path, *parts: str | PurePath) -> Path:
    """``workspace / parts``, whether there is such a file or not. Raises BadInput where it would lead out.

    Links are followed as long as they stay inside. The path is given as it was named, not resolved.
    """
    root = Path(workspace)
    for part in parts:
        if PurePath(part).is_absolute() or ".." in PurePath(part).parts or "\0" in str(part):
            raise BadInput("this name leads out of the workspace", file=root, value=part)
    path = root.joinpath(*parts)
    # what is no link, and lies in folders that are none, leads nowhere else: the usual, quick case
    if any(_is_link(step) for step in _steps(root, path)):
        real = _real(path)
        if not real.is_relative_to(_real(root)):
            raise BadInput(
                "this is a link that leads out of the workspace, and what it leads to is not touched",
                file=path,
                expected="the file itself, or nothing",
            )
        if _is_link(real):
            raise BadInput("this is a link to itself", file=path, expected="the file itself, or nothing")
    return path


def named(workspace: str | Path, name: str) -> Path:
    """As ``inside``, of a name that stands in a file: refused as well is what some system takes for another place."""
    if trouble := trouble_with(name):
        raise BadInput(f"this name cannot be used: {trouble}", file=Path(workspace), value=name)
    return inside(workspace, name)


def trouble_with(name: str) -> str:
    """Why a name that stands in a file, parts separated by ``/``, is no plain path below a folder; else empty."""
    windows = PureWindowsPath(name)
    if not name or name.startswith("/") or windows.drive or windows.root:
        return "it is not below the workspace"
    for part in name.split("/"):
        if part in ("", ".", ".."):
            return "it leads elsewhere"
        if _NOWHERE.search(part):
            return f"{part!r} holds a sign that no file may have everywhere"
        if part[-1] in ". " or part[0] == " ":
            return f"{part!r} begins or ends with a dot or space, which some systems leave out"
        if _DEVICES.match(part):
            return f"{part!r} is the name of a device on some systems"
    return ""


def listed(
    workspace: str | Path, *parts: str | PurePath, endings: Sequence[str] = (), deep: bool = True
) -> list[Path]:
    """The files of a folder of the workspace (and below it), sorted. Empty where there is no such folder.

    What is hidden is left out: what a killed writer left half written, other programs' locks, ``.git``.
    ``endings`` such as ``(".yaml",)``, in lower case; without them all. Raises BadInput for a link that leads out.
    """
    folder = inside(workspace, *parts)
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in _below(Path(workspace), folder, deep)
        if not endings or path.suffix.lower() in endings
    )


def files_in(folder: Path, endings: Sequence[str] = (), *, deep: bool = False) -> list[Path]:
    """The files of a folder that is no workspace (a user's exports, what ships), sorted; none that is hidden."""
    if not folder.is_dir():
        return []
    found = folder.rglob("*") if deep else folder.iterdir()
    seen = (p for p in found if not any(hidden(part) for part in p.relative_to(folder).parts))
    return sorted(p for p in seen if p.is_file() and (not endings or p.suffix.lower() in endings))


def hidden(name: str) -> bool:
    """Whether a file or folder is nobody's work by its name: hidden, or the lock of an office program."""
    return name.startswith((".", "~$"))


def _below(root: Path, folder: Path, deep: bool) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if hidden(entry.name):
            continue
        path = inside(root, entry.relative_to(root))
        if path.is_file():
            yield path
        elif deep and path.is_dir() and not _is_link(path):
            yield from _below(root, path, deep)


def _steps(root: Path, path: Path) -> Iterator[Path]:
    """``path`` and the folders between it and ``root``."""
    for step in (path, *path.parents):
        if step == root:
            return
        yield step


def _is_link(path: Path) -> bool:
    """Whether it is a symbolic link or, on Windows, a junction."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISLNK(found.st_mode) or bool(
        getattr(found, "st_reparse_tag", 0) and getattr(found, "st_file_attributes", 0) & 0x400
    )


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


# ---- tables, with names taken as they are ----


def read_csv(path: Any, **options: Any) -> pl.DataFrame:
    """``polars.read_csv``; ``[1]``, ``*`` and ``?`` in a path are no pattern."""
    import polars as pl

    return pl.read_csv(path, glob=False, **options)


def scan_csv(path: Any, **options: Any) -> pl.LazyFrame:
    """``polars.scan_csv``; ``[1]``, ``*`` and ``?`` in a path are no pattern."""
    import polars as pl

    return pl.scan_csv(path, glob=False, **options)


def read_parquet(path: Path, file: object = None) -> pl.DataFrame:
    """``polars.read_parquet``; ``[1]``, ``*`` and ``?`` in a path are no pattern. Raises BadInput, naming ``file``
    (default: the path), where the file is damaged."""
    import polars as pl

    with undamaged(file or path):
        return pl.read_parquet(path, glob=False, hive_partitioning=False)


@contextmanager
def undamaged(file: object) -> Iterator[None]:
    """For reading a Parquet file: damage, of which some ends in a panic of the reader, is told as BadInput."""
    import polars as pl

    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as damage:
        raise BadInput("this Parquet file is damaged", file=file) from damage


def scan_parquet(path: Any, **options: Any) -> pl.LazyFrame:
    """``polars.scan_parquet``; ``[1]``, ``*`` and ``?`` in a path are no pattern. Collect it within ``undamaged``."""
    import polars as pl

    return pl.scan_parquet(path, glob=False, hive_partitioning=False, **options)


# ---- ids as names of files ----


def encoded(name: str) -> str:
    """An id as the name of a file or folder: letters, digits, ``-``, ``_``, dots and single spaces stay.

    Everything else, and what some system would change or take for a device, stands as ``%`` and the hexadecimal
    bytes of its UTF-8, as in web addresses; so no two ids share a name, but see ``place`` for upper and lower case.
    Ids of more than 200 bytes end in their hash.
    """
    text = "".join(c if _stays(c) else _escaped(c) for c in name)
    text = re.sub(r"^[. ]|[. ]$", lambda end: _escaped(end[0]), text)
    text = re.sub(r" (?= )", "%20", text)
    if _DEVICES.match(text) or text.endswith(".part"):
        text = _escaped(text[0]) + text[1:]
    if len(text.encode()) > _LONGEST:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return text.encode()[: _LONGEST - 20].decode(errors="ignore").rsplit("%", 1)[0] + f"%~{digest}"
    return text or "%"


def decoded(name: str) -> str:
    """The id that ``encoded`` made ``name`` of."""
    return "" if name == "%" else unquote(name, errors="surrogatepass")


def encoded_all(ids: Iterable[str]) -> dict[str, str]:
    """Id → name, for ids whose files lie side by side: those that differ only in case keep different names."""
    ids = list(dict.fromkeys(ids))
    folded: dict[str, int] = {}
    for one in ids:
        key = _folded(encoded(one))
        folded[key] = folded.get(key, 0) + 1
    return {one: encoded(one) if folded[_folded(encoded(one))] == 1 else _caseless(one) for one in ids}


def place(workspace: str | Path, folder: str, name: str, old: str | None = None) -> list[Path]:
    """Where what belongs to an id lies in ``folder``: first where it is to be written, then where it may lie already.

    Where the name differs from one that is there only in case, which many systems do not tell apart, its capitals
    are encoded, too. ``old`` is its name under an earlier rule.
    """
    parent = inside(workspace, folder)
    there = {one.name for one in parent.iterdir()} if parent.is_dir() else set()
    plain, caseless = encoded(name), _caseless(name)
    twin = plain not in there and any(_folded(other) == _folded(plain) for other in there)
    first = caseless if twin or (caseless in there and plain not in there) else plain
    also = [n for n in (plain, caseless, old) if n and n != first and n in there]
    return [inside(workspace, folder, n) for n in dict.fromkeys([first, *also])]


def _stays(sign: str) -> bool:
    if sign.isascii():
        return sign.isalnum() or sign in "-_. "
    return unicodedata.category(sign)[0] in "LN" and unicodedata.normalize("NFC", sign) == sign


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _caseless(name: str) -> str:
    """The name with its capitals encoded."""
    plain = encoded(name)
    return re.sub(
        r"%[0-9A-F]{2}|.", lambda m: m[0] if m[0] == m[0].lower() or m[0][0] == "%" else _escaped(m[0]), plain
    )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
