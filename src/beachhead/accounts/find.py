"""Which account is meant: by its id, its name or a part of the name that only it has."""

from __future__ import annotations

import polars as pl

from beachhead.errors import BadQuestion

_SHOWN = 5


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
    from rapidfuzz import fuzz, process

    best: dict[int, float] = {}
    for column in ("name", "account"):
        choices = table[column].str.to_lowercase().to_list()
        for _, score, row in process.extract(wanted, choices, scorer=fuzz.ratio, limit=3, score_cutoff=60):
            best[row] = max(best.get(row, 0.0), score)
    rows = sorted(best, key=lambda row: -best[row])[:3]
    return f" (did you mean {_listed(table[rows], ' or ')}?)" if rows else ""


def _listed(found: pl.DataFrame, joint: str = ", ") -> str:
    return joint.join(f"{a} ({n})" if n else a for a, n in found.head(_SHOWN).iter_rows())
