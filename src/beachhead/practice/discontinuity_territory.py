"""Discontinuity over a whole territory: where offerings fit, where too much is left, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from beachhead.practice.discontinuity_facts import deepest_left
from beachhead.practice.offering import KINDS, Offering
from beachhead.practice.offering_fit import fits_now
from beachhead.practice.situation import Situation, in_place
from beachhead.practice.tolerance import Tolerance


@dataclass(frozen=True)
class TerritoryMap:
    """``offerings``: offering, accounts (that it fits now), put_up_with (of these, where no more is left than
    is tolerated), put_up_with_at_best (if all that is not known is in place). ``departments``: offering, department,
    accounts, too_deep (accounts at which more is left there than is tolerated). ``measures``: offering,
    mitigation, missing, not_known (accounts), most wanting first.
    """

    offerings: pl.DataFrame
    departments: pl.DataFrame
    measures: pl.DataFrame


def territory_map(here: Situation, offerings: Sequence[Offering], tolerance: Tolerance) -> TerritoryMap:
    """The three tables over all accounts of ``here``, for the offerings that fit at least one of them."""
    left = _judged(here, offerings, tolerance, at_best=False)
    best = _judged(here, offerings, tolerance, at_best=True)
    departments = left.group_by("offering", "department", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("accounts"), pl.col("too_deep").sum().cast(pl.Int64)
    )
    totals = _put_up_with(left).join(
        _put_up_with(best).select("offering", put_up_with_at_best="put_up_with"),
        on="offering",
        maintain_order="left",
    )
    return TerritoryMap(totals, departments, _wanting(here, offerings))


def _judged(
    here: Situation, offerings: Sequence[Offering], tolerance: Tolerance, *, at_best: bool
) -> pl.DataFrame:
    """``deepest_left`` with too_deep; null where the standing is not known."""
    depths = here.accounts.select("account", **{f"most_{kind}": tolerance.expression(kind) for kind in KINDS})
    left = deepest_left(here, offerings, at_best=at_best)
    known = pl.col(f"most_{KINDS[0]}").is_not_null()
    deep = pl.any_horizontal((pl.col(kind) > pl.col(f"most_{kind}")).fill_null(False) for kind in KINDS)
    joined = left.join(depths, on="account", how="left", maintain_order="left")
    return joined.with_columns(too_deep=pl.when(known).then(deep))


def _put_up_with(judged: pl.DataFrame) -> pl.DataFrame:
    """offering, accounts, put_up_with."""
    by_account = judged.group_by("offering", "account", maintain_order=True).agg(
        (~pl.col("too_deep")).all(ignore_nulls=False).alias("fine")
    )
    return by_account.group_by("offering", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("accounts"), pl.col("fine").sum().cast(pl.Int64).alias("put_up_with")
    )


def _wanting(here: Situation, offerings: Sequence[Offering]) -> pl.DataFrame:
    """Per offering the mitigations that are not in place where it fits, most wanting first."""
    rows = []
    for offering in offerings:
        fitting = here.accounts.filter(fits_now(offering))
        names = list(offering.measures)
        states = fitting.select(
            pl.lit(0).alias("n"),
            **{name: in_place(offering, offering.measures[name]) for name in names},
        )
        for name in names:
            missing = int((~states[name].cast(pl.Boolean)).sum()) if fitting.height else 0
            unknown = int(states[name].is_null().sum()) if fitting.height else 0
            rows.append((offering.id, name, missing, unknown))
    schema = {"offering": pl.String, "mitigation": pl.String, "missing": pl.Int64, "not_known": pl.Int64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    wanting = pl.col("missing") + pl.col("not_known")
    return table.sort("offering", wanting, descending=[False, True], maintain_order=True)
