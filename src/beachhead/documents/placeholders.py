"""Places in a text that somebody meant to fill: ``{fees}``, ``[Date]``, ``«Company»``, ``<<name>>``, ``____``, TBD.

Only ``{{ name }}`` is filled in a template of ours, and customers must not receive the others. Signs that stand in
finished letters too are left alone: figures in brackets, ``[sic]``, the line that is to be signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = r"[^\W\d_][^{}\[\]<>«»\n]{0,80}?"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("single braces", re.compile(rf"(?<!\{{)\$?\{{\s*({_NAME})\s*\}}(?!\}})")),
    ("merge field", re.compile(r"«\s*([^«»\n]{1,80}?)\s*»")),
    ("chevrons", re.compile(r"<<\s*([^<>\n]{1,80}?)\s*>>")),
    ("angle brackets", re.compile(r"(?<!<)<([^\W\d_][\w .'’/-]{0,80}?)>(?!>)")),
    ("brackets", re.compile(rf"\[+\s*(?!sic\s*[!?]?\s*\])({_NAME})\s*\]+")),
    ("signs", re.compile(r"(?<![\w%])%([A-Za-z_]\w*)%(?![\w%])")),
    ("signs", re.compile(r"(?<![\w$])\$([A-Za-z_]\w*)\$(?![\w$])")),
    ("signs", re.compile(r"(?<![\w#])#([A-Za-z_]\w*)#(?![\w#])")),
    ("signs", re.compile(r"(?<!\w)@@([A-Za-z_]\w*)@@(?!\w)")),
    ("signs", re.compile(r"(?<![\w])__([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)__(?![\w])")),
    ("open words", re.compile(r"\b(TBD|TBC|TBA|T\.B\.[DCA]\.?|TODO|FIXME|[Xx]{3,}|\?{3,})(?!\w)")),
    ("open words", re.compile(r"(?<!\w)(\?{3,}|\*{3,})(?!\w)")),
    (
        "open words",
        re.compile(
            r"\b(lorem ipsum|(?:click|tap)(?: or (?:click|tap))? (?:here|to) [\w ]{0,20}(?:text|enter|date|name)\b"
            r"|(?:insert|enter|type) [\w '’]{1,40} here|your (?:company(?: name)?|logo) here)",
            re.IGNORECASE,
        ),
    ),
    ("blank", re.compile(r"(_{3,}|\.{6,}|…{2,})")),
)
_SIGNED = re.compile(
    r"\b(sign\w*|signature|date|place|name|title|by|stamp|initials|unterschrift|ort|datum|firma|firma y|fecha|lieu)\b",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[_.…]{2,}")


@dataclass(frozen=True)
class Placeholder:
    """``kind``: how it is written; ``shown``: as it stands in the text; ``name``: what shall stand there."""

    kind: str
    shown: str
    name: str


def placeholders(text: str) -> Iterator[Placeholder]:
    """Every place in ``text``, a paragraph without our own fields, that is still to be filled."""
    for kind, form in _KINDS:
        if kind == "blank" and _to_be_signed(text):
            continue
        for found in form.finditer(text):
            shown = " ".join(found[0].split())
            yield Placeholder(kind, shown, " ".join(found[1].split()))


def _to_be_signed(text: str) -> bool:
    """Whether blanks stand there for a pen: nothing beside them, or only what a signature line says."""
    words = _BLANK.sub(" ", text).split()
    return len(words) <= 8 and (not words or _SIGNED.search(" ".join(words)) is not None)
