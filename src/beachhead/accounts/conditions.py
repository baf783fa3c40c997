"""The one checker of conditions that plays and relationship patterns are written in.

A condition is one SQL expression over the facts of one account, such as ``bought_elsewhere AND
months_since_purchase > 12``. It is parsed by sqlglot and built node by node from what is allowed, so
nothing else can run: no statement, no sub-query, no comment, no unlisted function, no unknown fact.

**Missing facts.** A condition is false where a fact that decides it is missing; only ``IS NULL`` (or
``COALESCE``) speaks of missing facts. ``NOT``, ``<>``, ``NOT IN`` and ``NOT LIKE`` follow: what is unknown is
neither so nor not so. ``OR`` holds if one side is known to hold. Stricter than SQL in two places: ``CASE``
does not fall through to ``ELSE`` when it cannot be decided, and ``IS NOT TRUE`` is false on what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from polars._typing import PolarsDataType

from beachhead.tables.kept import kept


@dataclass(frozen=True)
class Condition:
    """A checked condition. ``columns`` are the facts it asks for; ``text`` is as written."""

    text: str
    columns: tuple[str, ...]
    _expression: pl.Expr

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, PolarsDataType], where: str = "") -> Condition:
        """Check ``text`` against the known facts ``columns`` (name → data type).

        A column of type ``pl.Enum`` may only be compared with its own values; the data may hold plain text.
        ``where`` says where the condition stands ("plays/renewal.yaml line 7"); it opens the refusal.

        Raises ``BadInput`` if the text is not one allowed expression that is true or false.
        """
        from beachhead.accounts.condition_building import build  # the parser is slow to import

        return cls(text, *build(text, columns, where))

    @classmethod
    def shipped(cls, text: str, columns: Mapping[str, PolarsDataType], where: str = "") -> Condition:
        """As ``parse``, of a text that ships with the package: built once per installation."""

        def make() -> tuple[Condition, dict[str, PolarsDataType]]:
            made = cls.parse(text, columns, where)
            return made, {name: columns[name] for name in made.columns}

        made, asked = kept("conditions", text.encode(), make)
        # the facts of departments and the user's own columns come from data: they may be others than when it was built
        return made if all(columns.get(n) == t for n, t in asked.items()) else cls.parse(text, columns, where)

    def expression(self) -> pl.Expr:
        """The condition over a table of facts: true or false, never null."""
        return self._expression.fill_null(False)
