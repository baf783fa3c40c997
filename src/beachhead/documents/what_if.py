"""How a standing would change with a stated potential: what would decide a question that growth alone leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from beachhead.documents.answers import Answer
from beachhead.documents.words import undecided
from beachhead.errors import BadInput
from beachhead.market.fit import fit
from beachhead.tables.adoption import Adoption

AROUND = 1.25
"""A potential of the posterior's own is tried as the range from its 1.25th part to its 1.25-fold."""


@dataclass(frozen=True)
class Stated:
    """A range of the potential to try (80 %), why somebody may believe it, and the standing under it."""

    low: float
    high: float
    because: str
    standing: dict[str, Any]


def with_stated(
    adoption: Adoption, answers: Sequence[Answer], wished: Sequence[Mapping[str, Any]]
) -> dict[str, list[Stated]]:
    """Per series its standing under each range: those ``wished`` for it, else, if it is open, three of its own.

    ``wished``: ``series, potential = [low, high], because``, as the workspace's settings have them.
    """
    ranges = {a.unique_id: _ranges(a, wished) for a in answers}
    found: dict[str, list[Stated]] = {a.unique_id: [] for a in answers}
    for k in range(max((len(r) for r in ranges.values()), default=0)):
        asked = {unique_id: r[k] for unique_id, r in ranges.items() if k < len(r)}
        potential = pl.DataFrame(
            [
                {"unique_id": unique_id, "potential_low": low, "potential_high": high}
                for unique_id, (low, high, _) in asked.items()
            ]
        )
        series = adoption.series.drop("potential_low", "potential_high").join(
            potential, on="unique_id", how="inner", maintain_order="left"
        )
        frame = adoption.frame.join(
            series.select("unique_id"), on="unique_id", how="semi", maintain_order="left"
        )
        standing = fit(replace(adoption, frame=frame, series=series)).standing()
        for row in standing.with_columns(unique_id=series["unique_id"]).iter_rows(named=True):
            found[row["unique_id"]].append(Stated(*asked[row["unique_id"]], standing=row))
    return found


def _ranges(answer: Answer, wished: Sequence[Mapping[str, Any]]) -> list[tuple[float, float, str]]:
    own = [w for w in wished if w.get("series") == answer.unique_id]
    if own:
        return [_stated(w) for w in own]
    if not undecided(answer.standing) or not answer.placed or answer.level <= 0:
        return []
    middles = [answer.standing[f"potential{side}"] for side in ("-lo-80", "", "-hi-80")]
    highest = answer.scale if answer.kind == "share" else float("inf")
    return [(m / AROUND, min(m * AROUND, highest), "") for m in middles if m / AROUND < highest]


def _stated(wish: Mapping[str, Any]) -> tuple[float, float, str]:
    potential = wish.get("potential")
    if not (
        isinstance(potential, list)
        and len(potential) == 2
        and all(isinstance(v, int | float) for v in potential)
    ):
        raise BadInput(
            f"the what_if of {wish.get('series')!r} states no range",
            file="beachhead.toml",
            value=potential,
            expected="potential = [low, high]",
        )
    return float(potential[0]), float(potential[1]), str(wish.get("because", ""))
