"""Discontinuity as facts: columns beside the facts of every account, for plays and territory pages.

All columns tell of one offering: of those that fit the account now and hold a product of ours, the one that
leaves the deepest change; among equals the one with the product that it is likeliest to buy next, then the
first by id. Bundles are left out, their changes are those of what they combine. The department is that of the
deepest change, the first in the file among equals.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import polars as pl

from beachhead.practice.offering import DEEPEST, KINDS, Change, Offering
from beachhead.practice.offering_fit import fits_now
from beachhead.practice.situation import Situation, in_place, situation
from beachhead.practice.tolerance import Tolerance
from beachhead.tables.departments import departments
from beachhead.tables.schema import Column
from beachhead.tables.workspace import Workspace

COLUMNS: tuple[Column, ...] = (
    Column(
        "discontinuity",
        pl.Int64,
        "deepest change that is left, 0 to 3, of the offering that fits now and changes most",
    ),
    Column("discontinuity_function", pl.Int64, "deepest change of function left of that offering, 0 to 3"),
    Column("discontinuity_process", pl.Int64, "deepest change of process left of that offering, 0 to 3"),
    Column(
        "discontinuity_department",
        pl.String,
        "department of the deepest change left; missing where none is left",
        choices=tuple(departments()),
    ),
    Column("discontinuity_offering", pl.String, "id of that offering; missing where none fits now"),
    Column(
        "discontinuity_tolerated",
        pl.Boolean,
        "whether what is left of it is no more than an account of its standing tolerates",
    ),
)
_SLICE = 200_000  # accounts at a time: bounds the memory


def discontinuity_facts(
    facts: pl.DataFrame,
    workspace: Workspace,
    offerings: Sequence[Offering],
    tolerance: Tolerance,
) -> pl.DataFrame:
    """One row per account of ``facts``: account and ``COLUMNS``; all null where no offering fits now."""
    ordered = sorted(ours(offerings, workspace), key=lambda one: one.id)
    here = situation(facts, workspace, ordered)
    parts = [_columns(part, ordered, tolerance) for part in here.accounts.iter_slices(_SLICE)]
    schema = {"account": pl.String, **{c.name: c.dtype for c in COLUMNS}}
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def ours(offerings: Iterable[Offering], workspace: Workspace) -> list[Offering]:
    """The offerings that are no bundle and hold a product of ours; all of these where no product is marked so."""
    marked = set(workspace.table("products").filter(pl.col("ours").fill_null(False))["product"])
    single = [one for one in offerings if not one.combines]
    return [one for one in single if marked & set(one.products)] if marked else single


def deepest_left(
    here: Situation, offerings: Iterable[Offering], *, at_best: bool = False, everywhere: bool = False
) -> pl.DataFrame:
    """One row per account, offering that fits now (``everywhere``: any) and department that it changes something for.

    ``at_best``: if all that is not known is in place. Columns: account, offering, department, function, process
    (deepest change left of the kind, null where the department has none).
    """
    parts = []
    for offering in offerings:
        fitting = here.accounts if everywhere else here.accounts.filter(fits_now(offering))
        for department in offering.departments:
            columns = {
                kind: _most(
                    [
                        _left(offering, c, at_best)
                        for c in offering.changes
                        if c.department == department and c.kind == kind
                    ]
                )
                for kind in KINDS
            }
            parts.append(
                fitting.select(
                    "account", offering=pl.lit(offering.id), department=pl.lit(department), **columns
                )
            )
    schema = {"account": pl.String, "offering": pl.String, "department": pl.String}
    empty = pl.DataFrame(schema={**schema, **dict.fromkeys(KINDS, pl.Int8)})
    return pl.concat([empty, *parts])


def _left(offering: Offering, change: Change, at_best: bool = False) -> pl.Expr:
    """What is left of ``change``, over the accounts: 0 to 3. ``at_best``: what is not known is in place."""
    away = [
        pl.lit(m.takes_away, dtype=pl.Int8) * in_place(offering, m).fill_null(at_best).cast(pl.Int8)
        for m in change.mitigations
    ]
    depth = pl.lit(change.depth, dtype=pl.Int8)
    return (depth - pl.sum_horizontal(away)).clip(0, DEEPEST) if away else depth


def _most(depths: list[pl.Expr]) -> pl.Expr:
    return pl.max_horizontal(depths) if depths else pl.lit(None, dtype=pl.Int8)


def _columns(accounts: pl.DataFrame, offerings: Sequence[Offering], tolerance: Tolerance) -> pl.DataFrame:
    """``COLUMNS`` of some accounts. Each offering becomes one number per account: its deepest change left,
    then whether it holds the next purchase, then its place; the largest one is that of the answer."""
    parts = [_of_offering(accounts, offering, n) for n, offering in enumerate(offerings)]
    depths = accounts.select("account", **{f"most_{kind}": tolerance.expression(kind) for kind in KINDS})
    return _chosen(pl.concat([depths, *parts], how="horizontal"), offerings)


def _of_offering(accounts: pl.DataFrame, offering: Offering, n: int) -> pl.DataFrame:
    """left (deepest, null where it does not fit), function, process, first (position of the deepest), next."""
    names = [f"c{i}" for i in range(len(offering.changes))]
    own = accounts.select(
        "next_buy",
        **{name: _left(offering, change) for name, change in zip(names, offering.changes, strict=True)},
        fits=fits_now(offering),
    )
    of_kind = {k: [c for c, one in zip(names, offering.changes, strict=True) if one.kind == k] for k in KINDS}
    deepest = pl.max_horizontal(names)
    first = pl.coalesce(
        pl.when(pl.col(name) == deepest).then(pl.lit(i, pl.Int16)) for i, name in enumerate(names)
    )
    return own.select(
        pl.when("fits").then(deepest).alias(f"left{n}"),
        *(_most([pl.col(c) for c in of_kind[k]]).fill_null(0).alias(f"{k}{n}") for k in KINDS),
        first.alias(f"first{n}"),
        pl.col("next_buy").is_in(offering.products).fill_null(False).alias(f"next{n}"),
    )


def _chosen(work: pl.DataFrame, offerings: Sequence[Offering]) -> pl.DataFrame:
    """The columns of the offering with the largest number, per account."""
    size = len(offerings)
    keys = [
        pl.col(f"left{n}").cast(pl.Int32) * (4 * size)
        + pl.col(f"next{n}").cast(pl.Int32) * (2 * size)
        + (size - n)
        for n in range(size)
    ]
    work = work.with_columns(key=pl.max_horizontal(keys) if keys else pl.lit(None, pl.Int32))
    which = size - pl.col("key") % (2 * size)

    def of_chosen(name: str, dtype: type[pl.DataType], add: Sequence[int] = ()) -> pl.Expr:
        found = [
            pl.when(which == n).then(pl.col(f"{name}{n}").cast(dtype) + (add[n] if add else 0))
            for n in range(size)
        ]
        return pl.coalesce(found) if found else pl.lit(None, dtype)

    ends = list(itertools.accumulate((len(one.changes) for one in offerings), initial=0))
    rooms = pl.Series([c.department for one in offerings for c in one.changes], dtype=pl.String)
    ids = pl.Series([one.id for one in offerings], dtype=pl.String)
    deepest = of_chosen("left", pl.Int64)
    function, process = (of_chosen(kind, pl.Int64) for kind in KINDS)
    department = pl.lit(rooms).gather(of_chosen("first", pl.Int32, ends)) if size else pl.lit(None, pl.String)
    return work.select(
        "account",
        discontinuity=deepest,
        discontinuity_function=function,
        discontinuity_process=process,
        discontinuity_department=pl.when(deepest > 0).then(department),
        discontinuity_offering=pl.lit(ids).gather(which) if size else pl.lit(None, pl.String),
        discontinuity_tolerated=(function <= pl.col("most_function")) & (process <= pl.col("most_process")),
    )
