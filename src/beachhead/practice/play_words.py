"""The ids that conditions and plays speak of (products, departments, offerings, patterns): are they known?

A condition on a product that nobody has is not wrong, it only never holds; so it is worth telling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from beachhead.accounts.patterns import Pattern, load_patterns
from beachhead.accounts.readable import DEPARTMENTS, PATTERNS, PRODUCTS
from beachhead.errors import BadInput, BadKnowledge, did_you_mean
from beachhead.practice.offering_library import offerings
from beachhead.tables.departments import departments

if TYPE_CHECKING:
    from beachhead.tables.workspace import Workspace


def unknown(
    conditions: Iterable[tuple[str, str]], offerings: Iterable[tuple[str, str]], workspace: Workspace | None
) -> list[str]:
    """What ``conditions`` and ``offerings``, each with where it stands, name and nobody knows."""
    words = vocabulary(workspace)
    told = []
    for at, text in conditions:
        for column, word in named(text):
            kind, known = words.get(column, ("", {}))
            if known and word not in known:
                told.append(f"{at}: {column}: there is no {kind} {word!r}{did_you_mean(word, known)}.")
    known = words["discontinuity_offering"][1]
    for at, word in offerings:
        if known and word not in known:
            told.append(f"{at}: there is no offering {word!r}{did_you_mean(word, known)}.")
    return told


def named(condition: str) -> Iterator[tuple[str, str]]:
    """Every fact that ``condition`` compares with a text, and the text; a broken condition gives nothing."""
    import sqlglot  # slow to import
    from sqlglot import exp

    try:
        tree = sqlglot.parse_one(condition, dialect="postgres", into=exp.Condition)
    except (sqlglot.errors.SqlglotError, RecursionError):
        return
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In, exp.ArrayContains):
        columns = {column.name for column in node.find_all(exp.Column)}
        if len(columns) == 1:
            yield from ((columns.copy().pop(), x.this) for x in node.find_all(exp.Literal) if x.is_string)


def vocabulary(workspace: Workspace | None) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Fact → what its ids are, and every known id with its name. Empty where too little is at hand to judge."""
    products, offered = _products_and_offerings(workspace)
    patterns = {p.id: p.name for p in _patterns(workspace)}
    rooms = {d.id: d.name for d in departments().values()}
    return {
        **dict.fromkeys(PRODUCTS, ("product", products)),
        **dict.fromkeys((*DEPARTMENTS, "discontinuity_department"), ("department", rooms)),
        **dict.fromkeys(PATTERNS, ("pattern", patterns)),
        "discontinuity_offering": ("offering", offered),
    }


def called(workspace: Workspace) -> dict[str, str]:
    """Id → name of the products and offerings that reasons may quote; of an id that is both, the product's."""
    products, offered = _products_and_offerings(workspace)
    return offered | {product: name for product, name in products.items() if name != product}


def _products_and_offerings(workspace: Workspace | None) -> tuple[dict[str, str], dict[str, str]]:
    """Product id → name and offering id → name; no offerings where one is broken, which is told elsewhere."""
    try:
        at_hand = offerings(workspace)
    except BadKnowledge:
        at_hand = {}
    products = {p: p for one in at_hand.values() for p in (*one.products, *one.needs_first)}
    if workspace is not None:
        table = workspace.table("products").select("product", pl.coalesce("name", "product"))
        products |= dict(table.iter_rows())
    return products, {one.id: one.name for one in at_hand.values()}


def _patterns(workspace: Workspace | None) -> list[Pattern]:
    try:
        return load_patterns(workspace.files("patterns") if workspace else ())
    except BadInput:
        return []
