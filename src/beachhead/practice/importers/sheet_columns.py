"""Which column of a flat sheet means what, guessed from its header and, where need be, from its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.tables.yaml_files import load_yaml

_LEVEL = (
    re.compile(
        r"^(?:maturity[ _-]*)?(?:level|lvl|l|ml|stufe|reifegrad|niveau|nivel|score|stage)[ _-]*"
        r"(?P<level>\d(?:\.\d+)?)\b[\s:.)–-]*(?P<name>.*)$",
        re.I,
    ),
    re.compile(r"^(?P<level>\d(?:\.\d+)?)\s*(?:[-–:.=)]\s*(?P<name>.*))?$"),
    re.compile(r"^(?P<name>.+?)\s*\((?P<level>\d(?:\.\d+)?)\)$"),
)


@cache
def _words() -> dict[str, Any]:
    """The headers of ``columns.yaml``, compiled."""
    data, _ = load_yaml(Path(__file__).parent / "columns.yaml")
    roles = {
        role: re.compile("|".join(f"(?:{p})" for p in patterns).replace("{of}", data["of"]), re.I)
        for role, patterns in data["roles"].items()
    }
    return {
        "roles": roles,
        "stage": re.compile(data["stage"], re.I),
        "standard": re.compile(data["standard"], re.I),
        "named_levels": {name: float(level) for name, level in data["named_levels"].items()},
    }


@dataclass(frozen=True)
class Columns:
    """Role → column, level → column with its name, and what is left."""

    roles: dict[str, str]
    levels: dict[float, tuple[str, str]]
    stage: str | None
    standards: list[str]
    rest: list[str] = field(default_factory=list)


def guess(frame: pl.DataFrame) -> Columns:
    """What the columns of a sheet of texts mean; a role without a column is missing from ``roles``."""
    free = list(frame.columns)
    levels = _levels(free)
    free = [c for c in free if c not in {column for column, _ in levels.values()}]
    stage = next((c for c in free if _words()["stage"].fullmatch(_plain(c)) and _stages(frame[c])), None)
    if stage:
        free.remove(stage)
    roles: dict[str, str] = {}
    for role, pattern in _words()["roles"].items():
        fitting = [c for c in free if pattern.fullmatch(_plain(c))]
        if role == "name":
            # "Control" may hold AC-1 or a sentence: a column of codes is the id.
            codes = [c for c in fitting if _codes(frame[c])]
            if codes and "id" not in roles:
                roles["id"] = codes[0]
                free.remove(codes[0])
            fitting = [c for c in fitting if c not in codes]
        if fitting:
            roles[role] = fitting[0]
            free.remove(fitting[0])
    if "name" not in roles and "question" not in roles:
        _by_length(frame, free, roles)
    standards = [c for c in free if _words()["standard"].search(c)]
    return Columns(roles, levels, stage, standards, [c for c in free if c not in standards])


def _plain(header: str) -> str:
    return " ".join(header.replace("_", " ").replace("*", " ").split()).rstrip(".:")


def _levels(columns: list[str]) -> dict[float, tuple[str, str]]:
    """Level → (column, its name), where two or more headers name one."""
    found: dict[float, tuple[str, str]] = {}
    for column in columns:
        for pattern in _LEVEL:
            if match := pattern.match(column.strip()):
                found.setdefault(float(match["level"]), (column, (match["name"] or "").strip()))
                break
    if len(found) < 2:
        levels = _words()["named_levels"]
        named = {levels[_plain(c).lower()]: (c, c) for c in columns if _plain(c).lower() in levels}
        found = dict(named) if len(named) >= 3 else {}
    return dict(sorted(found.items()))


def stage_of(cell: str | None) -> int | None:
    """``Level 2``, ``ML2``, ``2``, ``2 - Managed`` → 2."""
    match = re.match(r"^\s*[A-Za-zÀ-ÿ ]{0,16}\s*(\d)(?:\D|$)", cell or "")
    return int(match.group(1)) if match else None


def _stages(cells: pl.Series) -> bool:
    """Whether a column holds the stage of each row: small numbers, one at most in twenty missing."""
    known = [stage_of(c) for c in cells.drop_nulls()]
    return len(known) > 0 and None not in known and 1 < len(set(known)) <= 6


def _codes(cells: pl.Series) -> bool:
    """Whether a column holds short codes with a digit, such as AC-1 or 1.2.3."""
    filled = cells.drop_nulls().to_list()
    short = [c for c in filled if len(c) <= 16 and " " not in c.strip() and any(ch.isdigit() for ch in c)]
    return len(filled) > 0 and len(short) >= 0.8 * len(filled) and len(set(filled)) == len(filled)


def _by_length(frame: pl.DataFrame, free: list[str], roles: dict[str, str]) -> None:
    """Without a header that says so, the fullest column of sentences is the name."""
    lengths = {
        c: frame[c].str.len_chars().mean() or 0.0 for c in free if frame[c].null_count() < frame.height / 2
    }
    wordy = {c: float(str(n)) for c, n in lengths.items() if float(str(n)) >= 12}
    if wordy:
        best = max(wordy, key=lambda c: (frame[c].n_unique(), wordy[c]))
        roles["name"] = best
        free.remove(best)
