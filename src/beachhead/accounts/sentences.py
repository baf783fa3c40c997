"""Sentences with facts in them: ``bought {last_quantity} licences from {last_seller}`` for every account at
once.

``[no contact for {months_since_contact} months|no contact on record]`` takes the first of its alternatives
whose facts are all known. A missing fact elsewhere reads "unknown".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
from polars._typing import PolarsDataType

from beachhead.errors import BadInput, did_you_mean
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.departments import departments
from beachhead.tables.numbers import percents

UNKNOWN = "unknown"
_PROBABILITIES, _SHARES = ("p_", "next_buy_probability"), ("share_",)  # said in percent
_PLACE = re.compile(r"\{([^{}\[\]|]*)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_COUNTED = "month|licence|product|department|purchase|contact|term|renewal|signal|reference|year|day"
_FIGURES = (
    (r"\b1 opportunities\b", "1 opportunity"),
    (rf"\b1 ({_COUNTED})s\b", "1 ${1}"),
    (r"\b0 months ago\b", "within the last month"),
    (r"\bin 0 months\b", "within a month"),
)


@dataclass(frozen=True)
class Sentence:
    """A checked sentence. ``columns`` are the facts in it; ``text`` is as written."""

    text: str
    columns: tuple[str, ...]
    _dtypes: dict[str, PolarsDataType]

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, PolarsDataType], where: str = "") -> Sentence:
        """Check the place-holders of ``text`` against the known facts; raises ``BadInput``."""
        names = tuple(dict.fromkeys(name.strip() for name in _PLACE.findall(text)))
        if re.search(r"[{}\[\]]", _CHOICE.sub("", _PLACE.sub("", text))):
            raise BadInput(
                "a bracket is left open",
                file=where or None,
                value=text,
                expected="facts written as {name_of_fact}, alternatives as [one|other]",
            )
        for name in names:
            if name not in columns:
                raise BadInput(
                    f"there is no fact {name!r} to put into the sentence{did_you_mean(name, columns)}",
                    file=where or None,
                    value=text,
                )
        return cls(text, names, {name: columns[name] for name in names})

    def expression(self, called: Mapping[str, str] | None = None) -> pl.Expr:
        """The sentence over a table of facts: text, never null.

        ``called``: names of what facts hold as ids (product → its name), beside those of categories and
        departments.
        """
        names = _house_names() | dict(called or {})
        parts: list[pl.Expr] = []
        for i, piece in enumerate(_CHOICE.split(self.text)):  # plain text and choices take turns
            if i % 2:
                alternatives = [pl.concat_str(self._parts(one, names)) for one in piece.split("|")]
                parts.append(pl.coalesce(alternatives).fill_null(UNKNOWN))
            else:
                parts += [part.fill_null(UNKNOWN) for part in self._parts(piece, names)]
        said = pl.concat_str(parts)
        for figure, words in _FIGURES:
            said = said.str.replace_all(figure, words)
        return said

    def _parts(self, text: str, called: Mapping[str, str]) -> list[pl.Expr]:
        return [
            _spoken(piece.strip(), self._dtypes[piece.strip()], called) if i % 2 else pl.lit(piece)
            for i, piece in enumerate(_PLACE.split(text))
        ]


def _spoken(name: str, dtype: PolarsDataType, called: Mapping[str, str]) -> pl.Expr:
    """A fact as one would say it: 42, 0.35, 28 February 2009; null where it is missing."""
    column = pl.col(name)
    if isinstance(dtype, pl.List):
        items = column.list.eval(pl.element().cast(pl.String).replace(called)).list.join(", ")
        return pl.when(column.list.len() == 0).then(pl.lit("none")).otherwise(items)
    if dtype.is_float() and name.startswith(_PROBABILITIES):
        return percents(column)
    if dtype.is_float() and name.startswith(_SHARES):  # these may be none or all
        whole = pl.format("{} %", (100 * column).cast(pl.Int64, strict=False))
        return pl.when(column.is_in([0.0, 1.0])).then(whole).otherwise(percents(column))
    if dtype.is_float():
        whole = column.round(0).cast(pl.Int64, strict=False).cast(pl.String)
        return pl.when(column == column.round(0)).then(whole).otherwise(column.round(2).cast(pl.String))
    if dtype in (pl.Date, pl.Datetime):
        return column.dt.strftime("%-d %B %Y")
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
    return column.cast(pl.String).replace(called)


def _house_names() -> dict[str, str]:
    """Categories and departments, said as words: "early majority", "service desk"."""
    words = {category: category.replace("_", " ") for category in CATEGORIES}
    return words | {d.id: d.name.lower() if d.name[1:].islower() else d.name for d in departments().values()}
