"""YAML files that people write by hand: read strictly, every complaint with its file and line.

YAML 1.2 core rules: the country code ``no`` stays a text, as do ``1:30`` and ``2009-01-15``,
``012`` is twelve (a pydantic ``date`` field reads dates). A key that stands twice is an error.

>>> data, lines = load_yaml("plays/partner-in-name.yaml")
>>> play = validate(Play, data, lines, "plays/partner-in-name.yaml")    # a pydantic model, or BadKnowledge
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from beachhead.errors import BadKnowledge, did_you_mean
from beachhead.tables.kept import kept, of_package

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that says something."""


class Lines(dict[Loc, int]):
    """Path of keys and list positions → line (from 1). The empty path is the document.

    ``texts``: path → how a word without quotes is written, for those that read as something else than a text.
    """

    def __init__(self, lines: Mapping[Loc, int] = MappingProxyType({})) -> None:
        super().__init__(lines)
        self.texts: dict[Loc, str] = {}

    def packed(self) -> bytes:
        """All of it as bytes, which read back ten times faster than from a pickle."""
        return marshal.dumps((dict(self), self.texts))

    @classmethod
    def unpacked(cls, packed: bytes) -> Lines:
        """What ``packed`` gave, again."""
        lines, texts = marshal.loads(packed)
        found = cls(lines)
        found.texts = texts
        return found


_DEEPEST, _MOST_ENTRIES = 60, 500_000  # beyond these a file is an attack with aliases, not a text
_IDS = ("account", "subject")  # never left out, so that null is a word there


class _Core(yaml.CSafeLoader):
    """The C parser with the scalars of YAML 1.2's core schema and no duplicate keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (as in PyYAML)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a single word", key_node.start_mark
                )
            if key in found:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            found[key] = self.construct_object(value_node, deep=deep)
        return found


class TextDumper(yaml.CSafeDumper):
    """Writes what ``load_yaml`` reads back as it was: quoted is every text that some YAML, 1.1 or 1.2, takes for more."""


def dump_yaml(
    content: Any, *, flow: bool = False, width: int = 100_000, dumper: type[TextDumper] = TextDumper
) -> str:
    """Plain data as YAML, keys in their order. Everything that we write as YAML is written by this."""
    text: str = yaml.dump(
        content, Dumper=dumper, sort_keys=False, allow_unicode=True, width=width, default_flow_style=flow
    )
    return text


def yaml_word(text: str) -> str:
    """A text as a key or value of YAML, in quotes where it needs them."""
    return dump_yaml([text], flow=True).strip()[1:-1]


def _core_int(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _core_float(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> float:
    text = loader.construct_scalar(node).lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


for _tag, _form, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        list("-+.0123456789"),
    ),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_form})$"), _first)
    TextDumper.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_form})$"), _first)
_Core.add_constructor("tag:yaml.org,2002:int", _core_int)
_Core.add_constructor("tag:yaml.org,2002:float", _core_float)


def load_yaml(path: str | Path) -> tuple[Any, Lines]:
    """The data of a YAML file and the line of every key and list item. Raises BadKnowledge, with the line."""
    return _parsed(_content(path), path)


@lru_cache(maxsize=2048)
def _model(kind: type[Model], content: bytes, path: str) -> tuple[Model, Lines]:
    def make() -> tuple[Model, bytes]:
        data, lines = parse_yaml(_text(content, path), path)
        return validate(kind, data, lines, path), lines.packed()

    source = f"{kind.__module__} {kind.__qualname__}\0".encode() + content
    model, packed = kept("models", source, make) if of_package(Path(path)) else make()
    return model, Lines.unpacked(packed)


def load_model(kind: type[Model], path: str | Path) -> tuple[Model, Lines]:
    """The file at ``path`` as an instance of a pydantic model, and its lines; BadKnowledge with every problem.

    A file that has not changed is parsed and validated once in a run, so what is returned is shared: never change it.
    """
    return _model(kind, _content(path), str(path))


def _content(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as no:
        raise BadKnowledge([f"{path}: cannot be read ({no.strerror})."]) from None


def _parsed(content: bytes, path: str | Path) -> tuple[Any, Lines]:
    def make() -> tuple[bytes, bytes]:
        data, lines = parse_yaml(_text(content, path), path)
        return marshal.dumps(data), lines.packed()

    if not of_package(Path(path)):
        return parse_yaml(_text(content, path), path)
    data, lines = kept("yaml", content, make)
    return marshal.loads(data), Lines.unpacked(lines)


def _text(content: bytes, path: str | Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as no:
        raise BadKnowledge([f"{path}: is not UTF-8 (byte {no.start}); save it as UTF-8."]) from None


def parse_yaml(text: str, path: str | Path) -> tuple[Any, Lines]:
    """As ``load_yaml``, of a text at hand; ``path`` names it in messages."""
    try:
        loader = _Core(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise BadKnowledge([f"{path}: is empty."])
            lines = _lines(node, path)
            data = loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as no:
        raise BadKnowledge([_syntax(no, path)]) from None
    except RecursionError:
        raise BadKnowledge([f"{path}: is nested too deeply."]) from None
    return data, lines


def validate(model: type[Model], data: Any, lines: Lines, path: str | Path) -> Model:
    """``data`` as an instance of a pydantic ``model``; BadKnowledge holds them all as "file line N: …"."""
    for loc, text in lines.texts.items():
        _keep_text(model, data, loc, text)
    try:
        return model.model_validate(data)
    except ValidationError as no:
        raise BadKnowledge(_complaints(no.errors(), model, data, lines, path)) from None


def _keep_text(model: type[BaseModel], data: Any, loc: Loc, text: str) -> None:
    """Where a text belongs, such as an id, ``0012``, ``1.50``, ``0x1F`` and ``true`` are what they look like."""
    *parent, name = loc or ("",)
    holder: Any = data
    for part in parent:
        if not isinstance(holder, dict | list) or (isinstance(holder, dict) and part not in holder):
            return  # below a key that is no text
        holder = holder[part]  # type: ignore[index]
    if not loc or (isinstance(holder, dict) and name not in holder):
        return
    kinds = _possible(model, tuple(0 if isinstance(part, int) else part for part in loc))
    value = holder[name]
    if str not in kinds or type(value) in kinds or (isinstance(value, int) and float in kinds):
        return
    if value is None and (not text or name not in _IDS):
        return
    holder[name] = text


def where(path: str | Path, lines: Lines, loc: Sequence[str | int] = ()) -> str:
    """``plays/x.yaml line 12``: for one's own complaints about the entry at ``loc`` (keys and positions)."""
    return f"{path} line {lines.get(_resolve(loc, lines), 1)}"


def _lines(node: yaml.Node, path: str | Path) -> Lines:
    found = Lines()
    found[()] = node.start_mark.line + 1
    stack: list[tuple[Loc, yaml.Node]] = [((), node)]
    while stack:
        loc, at = stack.pop()
        if isinstance(at, yaml.ScalarNode) and at.tag != "tag:yaml.org,2002:str":
            found.texts[loc] = at.value
        for key, line, value in _entries(at):
            found[(*loc, key)] = line
            stack.append(((*loc, key), value))
        if len(loc) > _DEEPEST or len(found) > _MOST_ENTRIES:
            raise BadKnowledge(
                [f"{path} line {at.start_mark.line + 1}: is nested too deeply or repeats itself."]
            )
    return found


def _entries(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield position, item.start_mark.line + 1, item


def _syntax(no: yaml.YAMLError, path: str | Path) -> str:
    mark = getattr(no, "problem_mark", None) or getattr(no, "context_mark", None)
    problem = getattr(no, "problem", None) or str(no).splitlines()[0]
    hint = ""
    if isinstance(no, yaml.parser.ParserError | yaml.scanner.ScannerError):
        hint = "; text that begins with { [ * & ! % @ or holds ': ' must stand in quotes, tabs cannot indent"
    elif isinstance(no, yaml.composer.ComposerError) and "document" in problem:
        hint = "; one file holds one document, without a second '---'"
    elif "could not determine a constructor" in problem:
        problem = "tags ('!…') are not allowed"
    return f"{path}{f' line {mark.line + 1}' if mark else ''}: {problem}{hint}."


def _complaints(
    errors: list[ErrorDetails], model: type[BaseModel], data: Any, lines: Lines, path: str | Path
) -> list[str]:
    meant: set[Loc] = set()  # missing fields that a misspelt one stands for
    said: dict[Loc, str] = {}
    for error in errors:
        if error["type"] == "extra_forbidden":
            *parent, name = error["loc"]
            known = _fields_at(model, parent)
            guess = did_you_mean(str(name), known)
            meant |= {(*parent, field) for field in known if f"{field!r}" in guess}
            said[error["loc"]] = f"there is no field {str(name)!r}{_inside(parent, data, lines)}{guess}"
    sentences: list[tuple[int, str]] = []
    for error in errors:
        loc = error["loc"]
        if error["type"] == "missing" and loc in meant:
            continue
        if error["type"] == "missing":
            holder = _inside(loc[:-1], data, lines).removeprefix(" of ")
            sentence = f"{holder} has no {str(loc[-1])!r}" if holder else f"{str(loc[-1])!r} is missing"
        else:
            sentence = said.get(loc) or _plain(error, data, lines)
        line = lines.get(_resolve(loc, lines), 1)
        sentences.append((line, f"{path} line {line}: {sentence}."))
    return list(dict.fromkeys(sentence for _, sentence in sorted(sentences)))


def _plain(error: ErrorDetails, data: Any, lines: Lines) -> str:
    message = error["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ").rstrip(".")
    at = _resolve(error["loc"], lines)
    name = next((str(part) for part in reversed(at) if isinstance(part, str)), "the file")
    message = re.sub(r"^(Input |String |List |Dictionary )?[Ss]hould", "should", message)
    message = message.replace(" after validation", "")
    value = error["input"]
    found = f", found {value!r}" if isinstance(value, str | int | float | bool) or value is None else ""
    if error["type"] in ("value_error", "assertion_error"):
        return f"{message}{_inside(at, data, lines)}" if isinstance(value, dict) else f"{name}: {message}"
    return f"{name!r}{_inside(at[:-1], data, lines)} {message}{found}"


def _inside(loc: Sequence[str | int], data: Any, lines: Lines) -> str:
    """`` of 'd3p4'``: the innermost thing with an id that holds ``loc``."""
    named, at = "", data
    for part in _resolve(loc, lines):
        at = (
            at[int(part)]
            if isinstance(at, list)
            else next((v for k, v in at.items() if str(k) == part), None)
        )
        if isinstance(at, dict) and isinstance(at.get("id"), str | int):
            named = f" of {str(at['id'])!r}"
    return named


def _resolve(loc: Sequence[str | int], lines: Lines) -> Loc:
    """The longest path in the file that pydantic's ``loc`` runs along; names of union members are skipped."""
    at: Loc = ()
    for part in loc:
        if (*at, part) in lines:
            at = (*at, part)
        elif (*at, str(part)) in lines:
            at = (*at, str(part))
    return at


def _kinds_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[Any]:
    """What may stand at ``loc``."""
    kinds: list[Any] = [model]
    for part in loc:
        inner: list[Any] = []
        for kind in _members(kinds):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                inner += [
                    field.annotation
                    for name, field in kind.model_fields.items()
                    if part in (name, field.alias)
                ]
                if part == kind.__name__:  # the name of a union's member
                    inner.append(kind)
            elif get_origin(kind) is dict:
                inner.append(get_args(kind)[1])
            elif get_origin(kind) in (list, tuple, set):
                inner += [arg for arg in get_args(kind) if arg is not Ellipsis]
        kinds = inner or kinds
    return kinds


@lru_cache(maxsize=4096)
def _possible(model: type[BaseModel], loc: Loc) -> frozenset[Any]:
    """What may stand at ``loc``, in which every position of a list is 0: they all hold the same."""
    return frozenset(_members(_kinds_at(model, loc)))


def _fields_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """Names of the fields that may stand at ``loc``."""
    return [
        field.alias or name
        for kind in _members(_kinds_at(model, loc))
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        for name, field in kind.model_fields.items()
    ]


def _members(kinds: list[Any]) -> Iterator[Any]:
    for kind in kinds:
        if get_origin(kind) in (Union, UnionType):
            yield from _members(list(get_args(kind)))
        elif get_origin(kind) is Annotated:
            yield from _members([get_args(kind)[0]])
        else:
            yield kind
