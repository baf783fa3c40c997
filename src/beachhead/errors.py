"""Everything that Beachhead refuses, as one tree of exceptions whose messages are sentences.

BeachheadError
├── BadInput            a table or file that cannot be used: where, what was found, what was expected
│   └── BadKnowledge    a blueprint, play, offering or other knowledge file that breaks its rules
├── BadQuestion         a question that cannot be answered as asked (an unknown series, an empty window)
└── MissingExtra        an optional layer that is not installed
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BeachheadError(Exception):
    """The root: catch this to catch everything that Beachhead refuses."""


class BadInput(BeachheadError):
    """A table or file that cannot be used as it is.

    The message is one sentence: file, row, column, value and what was expected, as far as each is known.
    ``row`` counts as a spreadsheet does: the header is row 1.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: object = None,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
        expected: str | None = None,
    ) -> None:
        self.problem, self.file, self.row, self.column = problem, file, row, column
        self.value, self.expected = value, expected
        where = ", ".join(
            part
            for part in (
                str(file) if file is not None else "",
                f"row {row}" if row is not None else "",
                f"column {column!r}" if column is not None else "",
                f"value {str(value)[:60]!r}" if value is not None else "",
            )
            if part
        )
        sentence = f"{where}: {problem}" if where else problem
        super().__init__(sentence + (f"; expected {expected}" if expected else "") + ".")


class BadKnowledge(BadInput):
    """A knowledge file that breaks its rules. ``problems`` holds every one of them, each a sentence."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        BeachheadError.__init__(self, "\n".join(problems))


class BadQuestion(BeachheadError):
    """A question that cannot be answered as asked."""


class MissingExtra(BeachheadError):
    """An optional layer that is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional part: install it with pip install 'beachhead[{extra}]'.")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'levels'?)`` when something known is close to ``name``, else an empty text."""
    folded = {k.casefold(): k for k in known}
    close = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean {folded[close[0]]!r}?)" if close else ""
