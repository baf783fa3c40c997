"""Boolean expressions over the ids of choices: ``a && (!b || c)``, read from left to right."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

DEFAULT = "default"
_TOKEN = re.compile(r"\s*(&&|\|\||!|\(|\)|[\w.:-]+)")
_SIGNS = {"&&": "and", "||": "or", "!": "not", "(": "(", ")": ")"}


def holds(condition: str, selected: Collection[str]) -> bool:
    """Whether ``condition`` holds for the ticked ids; ValueError for one that cannot be read."""
    return condition == DEFAULT or _Expression(condition, selected).value()


def names(condition: str) -> set[str]:
    """The ids that ``condition`` speaks of; ValueError for one that cannot be read."""
    holds(condition, ())
    return set() if condition == DEFAULT else {t for t in _tokens(condition) if t not in _SIGNS}


def in_words(condition: str, named: Mapping[str, str]) -> str:
    """``“Yes” and not “No”``."""
    told = " ".join(_SIGNS.get(token, f"“{named.get(token, token)}”") for token in _tokens(condition))
    return told.replace("( ", "(").replace(" )", ")")


def _tokens(condition: str) -> Iterator[str]:
    at = 0
    while condition[at:].strip():
        found = _TOKEN.match(condition, at)
        if not found:
            raise ValueError(condition[:40])
        yield found.group(1)
        at = found.end()


class _Expression:
    """``||`` binds weakest, ``!`` strongest."""

    def __init__(self, condition: str, selected: Collection[str]) -> None:
        self.tokens = list(_tokens(condition))
        self.at = 0
        self.selected = selected

    def value(self) -> bool:
        try:
            result = self._either()
        except RecursionError:
            raise ValueError(" ".join(self.tokens)[:40]) from None
        if self.at != len(self.tokens):
            raise ValueError(" ".join(self.tokens)[:40])
        return result

    def _take(self) -> str:
        if self.at >= len(self.tokens):
            raise ValueError(" ".join(self.tokens)[:40])
        self.at += 1
        return self.tokens[self.at - 1]

    def _next_is(self, token: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == token

    def _either(self) -> bool:
        result = self._both()
        while self._next_is("||"):
            self.at += 1
            result = self._both() or result
        return result

    def _both(self) -> bool:
        result = self._single()
        while self._next_is("&&"):
            self.at += 1
            result = self._single() and result
        return result

    def _single(self) -> bool:
        token = self._take()
        if token == "!":
            return not self._single()
        if token == "(":
            result = self._either()
            if self._take() != ")":
                raise ValueError(" ".join(self.tokens)[:40])
            return result
        if token in ("&&", "||", ")"):
            raise ValueError(" ".join(self.tokens)[:40])
        return token in self.selected
