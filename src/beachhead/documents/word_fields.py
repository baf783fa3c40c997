"""What a Word template asks for: its fields, which of them a proposal has, and place-holders of other kinds."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beachhead.documents.proposal_data import FIELDS
from beachhead.errors import BadInput, MissingExtra, did_you_mean

_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_MERGE = re.compile(r"MERGEFIELD\s+\"?([\w .-]+?)\"?\s*(?:\\|$)", re.IGNORECASE)
_CHEVRONS = re.compile(r"«\s*([^«»]{1,60}?)\s*»")
_SINGLE = re.compile(r"(?<!\{)\{\s*([A-Za-z][\w .-]{0,40}?)\s*\}(?!\})")
_SQUARE = re.compile(r"\[\s*([A-Z][\w .-]{1,40}?)\s*\]")
_OURS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ADVICE = {
    "merge field": "«{0}» is a mail-merge field of Word; delete it and type {{{{ {1} }}}} in its place",
    "single braces": "{{{0}}} has single braces; write {{{{ {1} }}}}",
    "brackets": "[{0}] is plain text to Word; write {{{{ {1} }}}}",
}


@dataclass(frozen=True)
class Other:
    """A place-holder of another kind; ``kind``: merge field, single braces or brackets."""

    kind: str
    text: str
    advice: str


@dataclass(frozen=True)
class Asked:
    """``names``: fields that the template asks for; ``unknown``: those that a proposal does not have, with a guess;
    ``others``: place-holders of other kinds; ``broken``: why its fields cannot be read, or nothing."""

    names: list[str]
    unknown: dict[str, str]
    others: list[Other]
    broken: str = ""


def open_template(path: Path) -> Any:
    """The template, ready to be filled. Raises BadInput where it is no Word file."""
    try:
        from docxtpl import DocxTemplate
    except ImportError as absent:
        raise MissingExtra("writing DOCX", "documents") from absent
    expected = "a Word file (.docx)"
    if not path.is_file():
        raise BadInput("there is no such template", file=path, expected=expected)
    if not zipfile.is_zipfile(path):
        raise BadInput("it is no Word file", file=path, expected=f"{expected}; save an older .doc as .docx")
    template = DocxTemplate(str(path))
    try:
        template.init_docx()
    except Exception as error:  # whatever python-docx stumbles over
        raise BadInput(f"Word's content cannot be read: {error}", file=path, expected=expected) from error
    return template


def asked(path: Path) -> Asked:
    """What the Word file at ``path`` asks for. Raises BadInput where it is no Word file."""
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    template, broken = open_template(path), ""
    try:
        names = sorted(template.get_undeclared_template_variables(SandboxedEnvironment(autoescape=True)))
    except TemplateError as error:
        names, broken = [], f"its fields cannot be read: {error}"
    unknown = {name: did_you_mean(name, FIELDS) for name in names if name not in FIELDS}
    return Asked(names, unknown, _others(path), broken)


def _others(path: Path) -> list[Other]:
    found: dict[tuple[str, str], Other] = {}
    for text, codes in _texts(path):
        for kind, names in (
            ("merge field", _MERGE.findall(codes) + _CHEVRONS.findall(text)),
            ("single braces", _SINGLE.findall(text)),
            ("brackets", _SQUARE.findall(text)),
        ):
            for name in names:
                advice = _ADVICE[kind].format(name, _field(name))
                found.setdefault((kind, name), Other(kind, name, advice))
    return list(found.values())


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Text and field codes of each paragraph of the document, its headers, footers and notes."""
    from lxml import etree  # type: ignore[import-untyped]

    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if _PARTS.fullmatch(part):
                for paragraph in etree.fromstring(archive.read(part), parser).iter(f"{space}p"):
                    text = "".join(t.text or "" for t in paragraph.iter(f"{space}t"))
                    codes = " ".join(t.text or "" for t in paragraph.iter(f"{space}instrText"))
                    codes += " ".join(f.get(f"{space}instr", "") for f in paragraph.iter(f"{space}fldSimple"))
                    yield _OURS.sub("", text), codes


def _field(name: str) -> str:
    """The field that a place-holder called ``name`` probably means."""
    word = re.sub(r"\W+", "_", name.strip()).strip("_").casefold()
    known = {
        "customer_name": "customer",
        "account": "customer",
        "account_name": "customer",
        "company": "customer",
    }
    if word in FIELDS:
        return word
    guess = re.search(r"'(\w+)'", did_you_mean(word, FIELDS))
    return known.get(word) or (guess[1] if guess else "customer")


def words_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """``fields`` for Word: characters that XML cannot hold are left out, everywhere."""
    return {key: _clean(value) for key, value in fields.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", value)
    if isinstance(value, Mapping):
        return {k: _clean(v) for k, v in value.items()}
    return [_clean(v) for v in value] if isinstance(value, list | tuple) else value
