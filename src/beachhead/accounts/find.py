"""Which account is meant: by its id, its name or a part of the name that only it has."""

from __future__ import annotations

import polars as pl

from beachhead.errors import BadQuestion
from beachhead.tables.names import normal

_SHOWN = 5
_LIKE, _LIKE_IN_PART = 60, 70
"""Least likeness, of 100, at which a name is offered; a part of one must be more alike, since there are many."""


def find_account(accounts: pl.DataFrame, asked: str) -> str:
    """The id of the account that ``asked`` names. ``accounts``: columns account and name.

    Raises BadQuestion with the nearest names where there is none, and with the candidates where there are
    several.
    """
    table = accounts.select("account", "name")
    if (table["account"] == asked).any():
        return asked
    wanted, name = asked.strip().casefold(), pl.col("name").str.to_lowercase()
    for test in (
        pl.col("account").str.to_lowercase() == wanted,
        name == wanted,
        name.str.contains(wanted, literal=True),
    ):
        found = table.filter(test)
        if wanted and found.height == 1:
            return str(found["account"][0])
        if wanted and found.height > 1:
            more = f" and {found.height - _SHOWN} more" if found.height > _SHOWN else ""
            raise BadQuestion(
                f"{found.height} accounts are called {asked!r}: {_listed(found)}{more}; name one by its id."
            )
    raise BadQuestion(f"There is no account {asked!r}{_nearest(table, wanted)}.")


def _nearest(table: pl.DataFrame, wanted: str) -> str:
    """The accounts most like ``wanted``: by id, by name with and without legal form, by as many words of a name."""
    from rapidfuzz import fuzz, process

    asked = normal(wanted)
    words = max(1, len(asked.split()))
    names = [normal(name or "") for name in table["name"]]
    parts = [
        (" ".join(split[at : at + words]), row)
        for row, split in enumerate(name.split() for name in names)
        if len(split) > words
        for at in range(len(split) - words + 1)
    ]
    best: dict[int, float] = {}
    for said, choices, rows, least in (
        (wanted, table["name"].str.to_lowercase().to_list(), None, _LIKE),
        (wanted, table["account"].str.to_lowercase().to_list(), None, _LIKE),
        (asked, names, None, _LIKE),
        (asked, [part for part, _ in parts], [row for _, row in parts], _LIKE_IN_PART),
    ):
        if said:
            for _, score, at in process.extract(
                said, choices, scorer=fuzz.ratio, limit=_SHOWN, score_cutoff=least
            ):
                row = rows[at] if rows else at
                best[row] = max(best.get(row, 0.0), score)
    found = sorted(best, key=lambda row: -best[row])[:3]
    return f" (did you mean {_listed(table[found], ' or ')}?)" if found else ""


def _listed(found: pl.DataFrame, joint: str = ", ") -> str:
    return joint.join(f"{a} ({n})" if n else a for a, n in found.head(_SHOWN).iter_rows())
