"""Word templates, read and filled: what runs in the child process (see ``tables.confined``).

Templates come from anywhere. Nothing but this module opens one, and it imports no more than it needs.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from beachhead.documents.placeholders import Placeholder, placeholders
from beachhead.errors import BadInput, MissingExtra

LARGEST = 256 << 20
"""Bytes that the parts of a Word file may unpack to."""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_SHOWN = re.compile(
    r"word/((document|header\d*|footer\d*|footnotes|endnotes|comments)|(charts|diagrams)/[\w-]+)\.xml"
)
_OURS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_FIELD = re.compile(
    r"(?P<kind>MERGEFIELD|ASK|FILLIN|DOCVARIABLE|MACROBUTTON\s+\S+|FORMTEXT)\b\s*"
    r"(?:\"(?P<quoted>[^\"]+)\"|(?P<name>[^\\\"]*))",
    re.IGNORECASE,
)


def looked_at(path: Path) -> dict[str, Any]:
    """What the Word file asks for: ``names`` of its fields; ``others``: places of other kinds, as (kind, shown,
    name); ``broken``: why its fields cannot be read, or nothing. Raises BadInput where it is no Word file.
    """
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    template, broken, names = _opened(path), "", []
    try:
        names = sorted(template.get_undeclared_template_variables(SandboxedEnvironment(autoescape=True)))
    except TemplateError as error:
        broken = f"its fields cannot be read: {error}"
    others = {(o.kind, o.name): (o.kind, o.shown, o.name) for o in _others(path)}
    return {"names": names, "others": list(others.values()), "broken": broken}


def rendered(path: Path, fields: Mapping[str, Any], title: str, author: str, made: dt.date) -> bytes:
    """The Word file ``path`` with ``fields`` in it, in a sandbox. The same input gives the same bytes."""
    from jinja2 import StrictUndefined, TemplateError, UndefinedError
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import SandboxedEnvironment

    document = _opened(path)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document.render(fields, environment)
    except SecurityError as error:
        raise BadInput(f"the template tries what a template may not: {error}", file=path) from error
    except UndefinedError as error:
        raise BadInput(f"the template asks for what there is not: {error}", file=path) from error
    except TemplateError as error:
        raise BadInput(f"the template cannot be used: {error}", file=path) from error
    except MemoryError:
        raise
    except Exception as error:  # Word's XML after a template's own mistake: lxml, docx and KeyErrors alike
        raise BadInput(f"the template cannot be filled: {error}", file=path) from error
    properties = document.docx.core_properties
    properties.title, properties.author = title, author
    properties.created = properties.modified = dt.datetime.combine(made, dt.time(12))
    properties.last_modified_by, properties.revision = author, 1
    file = io.BytesIO()
    document.save(file)
    return undated(file.getvalue())


def _opened(path: Path) -> Any:
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
    try:
        with zipfile.ZipFile(path) as archive:
            whole = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadInput(f"Word's content cannot be read: {error}", file=path, expected=expected) from error
    if whole > LARGEST:
        raise BadInput(f"it unpacks to {whole >> 20:,} MB; {LARGEST >> 20} MB are the most", file=path)
    template = DocxTemplate(str(path))
    try:
        template.init_docx()
    except MemoryError:
        raise
    except Exception as error:  # whatever python-docx stumbles over
        raise BadInput(f"Word's content cannot be read: {error}", file=path, expected=expected) from error
    return template


def _others(path: Path) -> Iterator[Placeholder]:
    for part, root in _parts(path):
        if part == "word/comments.xml":
            yield from _between_colleagues(root)
            continue
        filled = _FILLED.fullmatch(part) is not None
        for control in root.iter(f"{_WORD}sdt"):
            if control.find(f"{_WORD}sdtPr/{_WORD}showingPlcHdr") is not None:
                shown = " ".join(_text(control).split())
                yield Placeholder("content control", shown, shown)
        for paragraph in root.iter(f"{_WORD}p", f"{_DRAWN}p"):
            text = _text(paragraph)
            if not filled:
                for field in _OURS.findall(text):
                    yield Placeholder("not filled here", field, part)
            yield from placeholders(_OURS.sub("", text))
            for kind, name in _codes(paragraph):
                yield Placeholder(kind, f"«{name}»", name)
        yield from _between_colleagues(root)


def _between_colleagues(root: Any) -> Iterator[Placeholder]:
    """Comments and tracked changes: what colleagues told each other about a letter, and a customer could read."""
    for comment in root.iter(f"{_WORD}comment"):
        told = " ".join("".join(comment.itertext()).split())
        yield Placeholder("comment", f"“{told[:60]}”", comment.get(f"{_WORD}author") or "somebody")
    for kind in ("ins", "del", "moveFrom", "moveTo"):
        for change in root.iter(f"{_WORD}{kind}"):
            told = " ".join("".join(change.itertext()).split())
            if told:
                yield Placeholder(
                    "tracked change", f"“{told[:60]}”", change.get(f"{_WORD}author") or "somebody"
                )


def _parts(path: Path) -> Iterator[tuple[str, Any]]:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(path) as archive:
        for part in sorted(set(archive.namelist())):
            if _SHOWN.fullmatch(part):
                try:
                    yield part, etree.fromstring(archive.read(part), parser)
                except etree.XMLSyntaxError as error:
                    raise BadInput(f"Word's content cannot be read: {error}", file=path) from error


def _own(paragraph: Any) -> Iterator[Any]:
    """The elements of a paragraph, without the paragraphs of text boxes within it, which are read by themselves."""
    for child in paragraph:
        if child.tag not in (f"{_WORD}p", f"{_DRAWN}p"):
            yield child
            yield from _own(child)


def _text(paragraph: Any) -> str:
    told = []
    for one in _own(paragraph) if paragraph.tag != f"{_WORD}sdt" else paragraph.iter():
        if one.tag in (f"{_WORD}t", f"{_DRAWN}t"):
            told.append(one.text or "")
        elif one.tag in (f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr", f"{_DRAWN}br"):
            told.append(" ")
        elif one.tag == f"{_WORD}noBreakHyphen":
            told.append("-")
    return "".join(told)


def _codes(paragraph: Any) -> Iterator[tuple[str, str]]:
    """Word's own fields that somebody is to fill: (kind, name). Their codes may be split over runs."""
    codes = ""
    for one in _own(paragraph):
        if one.tag == f"{_WORD}fldChar":
            codes += "\n"
        elif one.tag == f"{_WORD}instrText":
            codes += one.text or ""
        elif one.tag == f"{_WORD}fldSimple":
            codes += f"\n{one.get(f'{_WORD}instr', '')}\n"
    for code in codes.split("\n"):
        if found := _FIELD.match(code.strip()):
            merged = found["kind"].upper() == "MERGEFIELD"
            name = (found["quoted"] or found["name"] or "").strip() or found["kind"].split()[0]
            yield "merge field" if merged else "Word field", name


def undated(content: bytes) -> bytes:
    """The same archive without the clock's time in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return file.getvalue()
