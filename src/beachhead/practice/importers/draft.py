"""What all importers share: plain texts, fresh ids, notes of what does not fit, and the finish."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from beachhead.errors import BadInput
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.blueprint_rules import problems
from beachhead.tables.yaml_files import Lines

Content = dict[str, Any]


@dataclass
class Notes:
    """All that a blueprint cannot hold: each kind once, with how often and for example where."""

    said: list[str] = field(default_factory=list)
    _left: dict[str, list[str]] = field(default_factory=dict)

    def say(self, sentence: str) -> None:
        """Note a sentence, once."""
        if sentence not in self.said:
            self.said.append(sentence)

    def left_out(self, what: str, where: str) -> None:
        """Note that ``what`` was not carried over at ``where``."""
        self._left.setdefault(what, []).append(where)

    def unknown(self, entry: Mapping[str, Any], known: Iterable[str], kind: str, where: str) -> None:
        """Note the filled fields of ``entry`` that are not among ``known``."""
        for name in entry:
            if name not in known and text(entry[name]) is not None:
                self.left_out(f"field {name!r} of {kind}", where)

    def lines(self) -> list[str]:
        """The notes as sentences, in the order in which they came up."""
        left = []
        for what, places in self._left.items():
            names = list(dict.fromkeys(places))
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            left.append(f"Not carried over: {what} ({len(places)} ×: {shown}).")
        return [*self.said, *left]


@dataclass(frozen=True)
class Importer:
    """A form of maturity model that another package reads (``docs/additions.md``).

    ``form``: what it is called when a model is imported; ``recognised``: whether a file or folder is of this form, told
    from its content; ``read``: the blueprint in it, made by ``finished``, with a note of what does not fit.
    """

    form: str
    recognised: Callable[[Path], bool]
    read: Callable[[Path, Notes], Blueprint]


class Ids:
    """Makes ids of lower case letters, digits and dashes, each only once."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def new(self, *wishes: Any, otherwise: str = "item") -> str:
        """An id like the first of ``wishes`` that has letters or digits, with a number where it is taken."""
        base = next((s for wish in wishes if (s := slug(wish))), otherwise)[:80].strip("-")
        found, number = base, 1
        while found in self.used:
            number += 1
            found = f"{base}-{number}"
        self.used.add(found)
        return found


def slug(wish: Any) -> str:
    """``PR.AA-01`` → ``pr-aa-01``, ``Größe`` → ``grosse``; empty where nothing of it can be written so."""
    plain = unicodedata.normalize("NFKD", str(wish or "").replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")


def text(value: Any) -> str | None:
    """``value`` as text; None where there is nothing to read."""
    if value is None or isinstance(value, dict | list):
        return None if not value else str(value)
    found = str(value).replace("\r\n", "\n").replace("\u00a0", " ").replace("_x000D_", "")
    found = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", found).strip()
    return None if found in ("", "null", "~", "None") else found


def texts(value: Any) -> list[str]:
    """``value`` as a list of texts, whether it was a list or a single text."""
    items = value if isinstance(value, list) else [value]
    return [found for item in items if (found := text(item)) is not None]


def number(value: Any) -> float | None:
    """``value`` as a number, None where it is none."""
    try:
        found = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) < 1e12 and found == found else None


def short(value: str, longest: int = 100) -> str:
    """The first sentence or line of ``value``, cut at a word where it is longer than ``longest``."""
    line = next(iter(value.strip().splitlines()), "").strip()
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def together(*parts: str | None) -> str | None:
    """``parts`` as paragraphs."""
    return "\n\n".join(part for part in parts if part) or None


def documents(path: Path) -> list[Any]:
    """Every YAML document of a file with all scalars as texts, so that no version of YAML guesses at them."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
        return [d for d in yaml.load_all(content, Loader=yaml.CBaseLoader) if d]
    except UnicodeDecodeError:
        raise BadInput("is not UTF-8 text", file=path) from None
    except yaml.YAMLError as no:
        mark = getattr(no, "problem_mark", None)
        at = f" at line {mark.line + 1}" if mark else ""
        raise BadInput(f"is not YAML{at}: {getattr(no, 'problem', no)}", file=path) from None


def without(content: Content) -> Content:
    """``content`` without its empty entries."""
    return {k: v for k, v in content.items() if v not in (None, "", [], {})}


def finished(content: Content, notes: Notes, path: Path) -> Blueprint:
    """The blueprint of ``content``. What would break its rules is taken out and noted."""
    points = {point["id"]: point for point in _points(content["domains"])}
    for point in points.values():
        _known_needs(point, points, notes)
        _distinct_levels(point, notes)
    _cut_circles(points, notes)
    content["domains"] = _filled(content["domains"], notes)
    if not content["domains"]:
        raise BadInput("holds no point that could be answered", file=path)
    try:
        blueprint = Blueprint.model_validate(without(content))
    except ValidationError as no:
        first = no.errors()[0]
        at = " → ".join(str(part) for part in first["loc"])
        raise BadInput(f"cannot be made a blueprint: {at}: {first['msg']}", file=path) from None
    if found := problems(blueprint, Lines(), path):
        raise BadInput(f"cannot be made a blueprint: {found[0].split(': ', 1)[-1].rstrip('.')}", file=path)
    return blueprint


def _points(sections: list[Content]) -> Iterator[Content]:
    for section in sections:
        yield from section.get("points", [])
        yield from _points(section.get("sections", []))


def _known_needs(point: Content, points: Mapping[str, Content], notes: Notes) -> None:
    needs = []
    for need in dict.fromkeys(point.get("needs", [])):
        if need in points and need != point["id"]:
            needs.append(need)
        else:
            notes.left_out("prerequisites that the model does not hold", f"{point['id']} needs {need}")
    point["needs"] = needs


def _distinct_levels(point: Content, notes: Notes) -> None:
    seen: dict[str, Any] = {}
    for level, criterion in list(point.get("levels", {}).items()):
        plain = " ".join(criterion.casefold().split())
        if plain in seen:
            notes.left_out("criteria that repeat those of a lower level", f"{point['id']} level {level}")
            del point["levels"][level]
        seen.setdefault(plain, level)


def _cut_circles(points: Mapping[str, Content], notes: Notes) -> None:
    """Take out the prerequisite that closes a circle."""
    done: set[str] = set()
    for start in points:
        trail: list[str] = []
        stack = [(start, iter(list(points[start]["needs"])))]
        trail.append(start)
        while stack:
            here, rest = stack[-1]
            need = next(rest, None)
            if need is None:
                done.add(here)
                stack.pop()
                trail.pop()
            elif need in trail:
                points[here]["needs"].remove(need)
                notes.left_out("prerequisites that close a circle", f"{here} needs {need}")
            elif need not in done:
                stack.append((need, iter(list(points[need]["needs"]))))
                trail.append(need)


def _filled(sections: list[Content], notes: Notes) -> list[Content]:
    """``sections`` without those that hold no point."""
    kept = []
    for section in sections:
        section["sections"] = _filled(section.get("sections", []), notes)
        section["points"] = [without(point) for point in section.get("points", [])]
        if section["points"] or section["sections"]:
            kept.append(without(section))
        else:
            notes.left_out("sections without anything to answer", section["name"])
    return kept


def tally(values: Iterable[str]) -> str:
    """``3 × a, 1 × b``."""
    return ", ".join(f"{count} × {value}" for value, count in Counter(values).most_common())
