"""Slots: places in the core's texts that say a thing by its role, filled with what a technology calls it.

``<platform>`` is the word itself, ``<a platform>`` has its article and ``<many platform>`` is its plural; a capital
first letter begins a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from beachhead.errors import BadKnowledge, did_you_mean

_SLOT = re.compile(r"<(?:(a|A|many|Many) )?([A-Za-z][a-z-]*)>")
_VOWEL = re.compile(r"(?!(?:uni|use|eu|one\b))[aeiou]", re.IGNORECASE)
Model = TypeVar("Model", bound=BaseModel)


class Word(BaseModel):
    """What fills a slot. ``many``: its plural, unless an s does it; ``article``: unless the first letter tells it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one: str
    many: str | None = None
    article: str | None = None

    def said(self, how: str) -> str:
        """The word alone, with its article (``a``) or in the plural (``many``)."""
        if how == "a":
            return f"{self.article or ('an' if _VOWEL.match(self.one) else 'a')} {self.one}"
        return (self.many or f"{self.one}s") if how == "many" else self.one


def _word(value: Any) -> Any:
    return {"one": value} if isinstance(value, str) else value


Slots = dict[str, Annotated[Word, BeforeValidator(_word)]]


def filled(text: str, slots: Slots) -> str:
    """``text`` with its slots filled. Raises KeyError for a slot that nobody knows."""

    def word(found: re.Match[str]) -> str:
        how, name = found[1] or "", found[2]
        said = slots[name.lower()].said(how.lower())
        return said[:1].upper() + said[1:] if (how or name)[0].isupper() else said

    return _SLOT.sub(word, text)


def asked(content: Any) -> Iterator[str]:
    """The slots that the texts of ``content`` have."""
    for text in _texts(content):
        yield from (name.lower() for _, name in _SLOT.findall(text))


def filled_model(content: Model, slots: Slots, where: str) -> Model:
    """``content`` with every text filled; itself where it has no slot. Raises BadKnowledge for an unknown slot."""
    data = content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    wanted = set(asked(data))
    if not wanted:
        return content
    if unknown := sorted(wanted - set(slots)):
        raise BadKnowledge(
            [f"{where}: there is no slot {name!r}{did_you_mean(name, slots)}." for name in unknown]
        )
    return type(content).model_validate(_filled(data, slots))


def _filled(content: Any, slots: Slots) -> Any:
    if isinstance(content, str):
        return filled(content, slots)
    if isinstance(content, dict):
        return {key: _filled(value, slots) for key, value in content.items()}
    return [_filled(value, slots) for value in content] if isinstance(content, list) else content


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            yield from _texts(value)
