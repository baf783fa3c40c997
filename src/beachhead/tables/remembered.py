"""What an import remembers in ``beachhead.toml``: a section ``[import.NAME]`` per kind of file.

::

    [import.licences]
    file = "licences-*.csv"            # which files; digits of names are left open
    kind = "purchase"                  # what a row is
    columns.account = "End customer"   # which column is what; "" for none
    columns.product = ["SKU", "Item"]  # the first that is not blank
    dates = "day first"

Lines that the user wrote stay as they are, comments included; the import only adds.
"""

from __future__ import annotations

import fnmatch
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput, did_you_mean
from beachhead.tables.crm.dialects import profiles
from beachhead.tables.crm.kinds import kinds
from beachhead.tables.paths import inside
from beachhead.tables.workspace import SETTINGS, TABLES

CONSTANTS = (
    "account", "product", "vendor", "currency", "owner", "our_person", "type", "stage", "pipeline", "segment",
    "industry", "region", "country", "version", "term",
)  # fmt: skip
"""Fields that may be the same for all rows of a file: ``product = "vSphere"``."""
_TYPES: dict[str, tuple[type, str]] = {
    **dict.fromkeys(
        ("kind", "crm", "sheet", "dates", "seller", "encoding", *CONSTANTS), (str, "a text in quotes")
    ),
    **dict.fromkeys(("file", "won", "lost"), (list, 'a text, or several: ["…", "…"]')),
    "skip": (bool, "true or false"),
    "header_row": (int, "a number, such as header_row = 4"),
    "columns": (dict, 'lines such as columns.account = "Customer"'),
}
KNOWN_KEYS = tuple(_TYPES)
_MOST = 0.6  # share of a section's columns that a file must have to be one of its files
_ALSO_CALLED = {
    **{kind + "s": kind for kind in kinds()},
    **{t: f"table {t}" for t in ("signals", "references", "outcomes")},
    "jira issues": "defect",
    "issues": "defect",
    **{
        "opportunities": "opportunity",
        "activities": "activity",
        "categories": "category",
        "people": "person of ours",
    },
    **{"opportunity lines": "opportunity line", "order lines": "order line"},
}


@dataclass
class Section:
    """One ``[import.NAME]``."""

    name: str
    files: list[str]
    kind: str = ""
    crm: str = ""
    sheet: str = ""
    columns: dict[str, list[str]] = field(default_factory=dict)
    day_first: bool | None = None
    won: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    seller: str | None = None
    skip: bool = False
    header_row: int | None = None
    encoding: str | None = None
    constants: dict[str, str] = field(default_factory=dict)

    def names(self, file: str, sheet: str | None) -> bool:
        """Whether the section is for files of this name."""
        fits = any(fnmatch.fnmatch(file.casefold(), pattern.casefold()) for pattern in self.files)
        return fits and (not self.sheet or sheet is None or self.sheet == sheet)

    def share(self, headers: Sequence[str]) -> float:
        """The share of the section's columns that the headers hold."""
        wanted = [hs for hs in self.columns.values() if hs]
        return sum(any(h in headers for h in hs) for hs in wanted) / len(wanted) if wanted else 1.0


def read_sections(settings: dict[str, Any], file: Path) -> list[Section]:
    """The import sections of the settings. Raises BadInput for what is not understood, naming section and key."""
    found = settings.get("import", {})
    if not isinstance(found, dict) or not all(isinstance(s, dict) for s in found.values()):
        raise BadInput("import is no table", file=file, expected="sections such as [import.accounts]")
    return [_section(name, entry, file) for name, entry in found.items()]


def _section(name: str, entry: dict[str, Any], file: Path) -> Section:
    where = f"[import.{name}]"
    for key in entry:
        if key not in KNOWN_KEYS:
            raise BadInput(f"{where} has no key {key!r}{did_you_mean(key, KNOWN_KEYS)}", file=file)
    _check_types(where, entry, file)
    kind = str(entry.get("kind", "")).strip().casefold()
    kind = _ALSO_CALLED.get(kind, kind)
    if kind and kind not in kinds() and kind.removeprefix("table ") not in TABLES:
        known = [*kinds(), "signals", "references", "outcomes"]
        raise BadInput(
            f"{where} has a kind that is not known{did_you_mean(kind, known)}",
            file=file,
            value=kind,
            expected=" or ".join(known),
        )
    crm = str(entry.get("crm", "")).strip()
    known_crm = {p.crm.casefold(): p.crm for p in profiles()}
    if crm and crm.casefold() not in known_crm:
        raise BadInput(
            f"{where} has a crm that is not known",
            file=file,
            value=crm,
            expected=" or ".join(known_crm.values()),
        )
    dates = str(entry.get("dates", "")).replace("-", " ").casefold()
    if dates not in ("", "day first", "month first"):
        raise BadInput(f"{where} dates", file=file, value=dates, expected='"day first" or "month first"')
    columns = entry.get("columns", {})
    return Section(
        name=name,
        files=_texts(entry.get("file", name)),
        kind=kind,
        crm=known_crm.get(crm.casefold(), ""),
        sheet=str(entry.get("sheet", "")),
        columns={f: [h for h in _texts(hs) if h] for f, hs in columns.items()},
        day_first={"day first": True, "month first": False}.get(dates),
        won=_texts(entry.get("won", [])),
        lost=_texts(entry.get("lost", [])),
        seller=entry.get("seller"),
        skip=entry.get("skip", False),
        header_row=entry.get("header_row"),
        encoding=entry.get("encoding"),
        constants={name: entry[name] for name in CONSTANTS if entry.get(name)},
    )


def _check_types(where: str, entry: dict[str, Any], file: Path) -> None:
    """Raise BadInput for a value of the wrong type: ``skip = "no"`` must not skip."""
    given = {**entry, **{f"columns.{f}": v for f, v in _dict(entry.get("columns")).items()}}
    for key, value in given.items():
        kind, expected = _TYPES.get(key, (list, 'the name of a column, or several: ["…", "…"]'))
        fits = isinstance(value, kind) and (kind is not int or not isinstance(value, bool))
        texts = [value] if isinstance(value, str) else value
        if kind is list:
            fits = isinstance(texts, list) and all(isinstance(t, str) for t in texts)
        if not fits:
            raise BadInput(f"{where} {key} cannot be used", file=file, value=value, expected=expected)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def section_for(
    sections: Iterable[Section], file: str, sheet: str | None, headers: Sequence[str]
) -> Section | None:
    """The section of a file: by its name, if it has most of the section's columns; else by having them all."""
    sections = list(sections)
    by_name = [s for s in sections if s.names(file, sheet)]
    fitting = [s for s in by_name if s.skip or s.share(headers) >= _MOST]
    if fitting:
        return max(fitting, key=lambda s: (s.share(headers), len(s.columns)))
    for section in by_name:
        if file in section.files:
            wanted = next(h for hs in section.columns.values() for h in hs if h not in headers)
            raise BadInput(
                f"there is no such column{did_you_mean(wanted, headers)}",
                file=file,
                column=wanted,
                expected=f"the columns that [import.{section.name}] names in beachhead.toml",
            )
    by_columns = [
        s for s in sections if s.kind and s.columns and s.share(headers) == 1.0 and len(s.columns) >= 2
    ]
    used = [set(hs) for s in by_columns for hs in s.columns.values()]
    return by_columns[0] if len(by_columns) == 1 and used else None


def section_named(sections: Iterable[Section], file: str, sheet: str | None) -> Section | None:
    """The section that is meant for a file of this name, before its columns are known."""
    return next((s for s in sections if s.names(file, sheet) and (s.header_row or s.encoding)), None)


def file_pattern(file: str) -> str:
    """``accounts-2009-02-28.csv`` → ``accounts*.csv``: the numbers and dates of a name are left open."""
    stem, dot, ending = file.rpartition(".")
    if not re.search(r"[^\W\d_]", stem):
        return file
    return re.sub(r"[\s_\-(.]*\d[\d\s_\-().T]*", "*", stem) + dot + ending


def section_name(file: str, sheet: str | None, kind: str, taken: Iterable[str]) -> str:
    """A name for a new section: of the file, with the sheet's or kind's name where that is taken."""
    stem = _slug(re.sub(r"\d+", " ", file.rpartition(".")[0] or file)) or _slug(kind)
    taken = set(taken)
    for name in (stem, f"{stem}-{_slug(sheet)}" if sheet else "", f"{stem}-{_slug(kind)}"):
        if name and name not in taken:
            return name
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _slug(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (text or "").casefold()).strip("-")


def with_sections(text: str, sections: Sequence[Section]) -> str:
    """The text of ``beachhead.toml`` with what the sections say added; nothing that stands there is changed."""
    for section in sections:
        known = tomllib.loads(text).get("import", {}).get(section.name)
        text = _added(text, section, known) if known is not None else _appended(text, section)
    return text


def _lines(section: Section, known: dict[str, Any]) -> list[str]:
    lines = []
    values: dict[str, Any] = {
        "file": section.files[0] if len(section.files) == 1 else section.files,
        "sheet": section.sheet,
        "kind": section.kind.removeprefix("table "),
        "crm": section.crm,
    }
    lines += [f"{k} = {as_toml(v)}" for k, v in values.items() if v and k not in known]
    named = known.get("columns", {})
    for name, headers in section.columns.items():
        if name not in named:
            lines.append(f"columns.{name} = {as_toml(headers[0] if len(headers) == 1 else headers)}")
    return lines


def as_toml(value: Any) -> str:
    """A text or list of texts as TOML; JSON's escapes are TOML's too, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _appended(text: str, section: Section) -> str:
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return text + gap + "\n".join([f"[import.{section.name}]", *_lines(section, {})]) + "\n"


def _added(text: str, section: Section, known: dict[str, Any]) -> str:
    lines = text.splitlines(keepends=True)
    header = re.compile(rf'^\s*\[\s*import\s*\.\s*"?{re.escape(section.name)}"?\s*\]\s*(#.*)?$')
    start = next((i for i, line in enumerate(lines) if header.match(line.rstrip("\r\n"))), None)
    new = _lines(section, known)
    if start is None or not new:
        return text
    end = next((i for i in range(start + 1, len(lines)) if re.match(r"^\s*\[", lines[i])), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    made = "".join([*lines[:end], *(line + "\n" for line in new), *lines[end:]])
    try:
        tomllib.loads(made)
    except tomllib.TOMLDecodeError:
        return text  # a section written in a way that cannot be added to line by line stays as it is
    return made


def read_text(folder: Path) -> str:
    """The text of ``beachhead.toml``, or the beginning of a new one."""
    path = inside(folder, SETTINGS)
    if path.is_file():
        return path.read_bytes().decode("utf-8-sig")
    return (
        "# Settings of this workspace.\n"
        '# us = "…"             who you are: tells what you sold from what others sold\n'
        "# as_of = 2009-02-28    the day that everything is told as of; today when not set\n"
    )
