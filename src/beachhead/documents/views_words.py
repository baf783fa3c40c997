"""What is said about views of others: once, for the terminal and the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from beachhead.documents.words import percent, percent_range, place
from beachhead.market.views import view
from beachhead.practice.delphi import Round
from beachhead.practice.observing import Viewed, share


def with_and_without(found: Viewed) -> str:
    """Where a market stands without the views and with them."""
    return (
        f"{found.name}: without views {place(found.without)}, {_reached(found.without)} reached; "
        f"with {_many(found.views.height)} {place(found.those)}, {_reached(found.those)} reached."
    )


def who_says(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Who said it, as far as they may be named."""
    if row["named"] and row["observer"]:
        return names.get(row["observer"], row["observer"])
    return str(row["firm"] or ("one of us" if row["observer"] else "somebody elsewhere"))


def said(row: Mapping[str, Any]) -> str:
    """What a view says, in words."""
    parts = []
    one = view(row)
    if row["low"] is not None:
        parts.append(percent_range(row["low"], row["high"]))
    elif one is not None:
        parts.append(f"buyers as at {percent(share(one.middle))}")
    if row["changed"]:
        parts.append(f"different from a year ago: {row['changed']}")
    if row["customers"]:
        parts.append(f"over {row['customers']} customer{'' if row['customers'] == 1 else 's'}")
    return "; ".join(parts)


def disagreement(found: Viewed) -> str:
    """How far apart the views lie, and what would decide it."""
    middles = found.views["middle"].drop_nulls()
    if len(middles) < 2:
        return "One view alone: ask others."
    low, high = float(middles.min()), float(middles.max())  # type: ignore[arg-type]
    return (
        f"The views lie between {percent(low)} and {percent(high)} reached. What would decide it is the potential: at "
        f"{percent(low)} the market can still grow to {1 / max(low, 0.005):.1f} times its present level, at "
        f"{percent(high)} to {1 / max(high, 0.005):.1f} times."
    )


def spread(found: Round) -> list[str]:
    """Where a round stands, without anybody's name: the range, the comments, who is awaited is not told."""
    rows = found.latest
    middles = sorted(share(one.middle) for r in rows.iter_rows(named=True) if (one := view(r)))
    state = (
        "closed"
        if found.closed
        else f"part {found.part}, {len(found.waiting)} of {len(found.invited)} awaited"
    )
    told = [f"Round {found.id} on {found.market}: {state}."]
    if found.part == 1 and not found.closed:
        return told  # nobody sees the others' before everybody has answered once
    if middles:
        middle = float(pl.Series(middles).median())  # type: ignore[arg-type]
        told.append(
            f"{_many(rows.height)}: middle {percent(middle)} reached, from {percent(middles[0])} to "
            f"{percent(middles[-1])}."
        )
    comments = sorted(text for c in ("changed", "comment") for text in rows[c].drop_nulls())
    return told + [f"“{text}”" for text in comments]


def _reached(row: Mapping[str, Any]) -> str:
    return percent_range(row["fraction-lo-80"], row["fraction-hi-80"])


def _many(count: int) -> str:
    return f"{count} view{'' if count == 1 else 's'}"
