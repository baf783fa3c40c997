"""Discontinuity as facts: columns beside the facts of every account, for plays and territory pages.

All columns tell of one offering: of those that fit the account now and hold a product of ours, the one that
leaves the deepest change; among equals the one with the product that it is likeliest to buy next, then the
first by id. Bundles are left out, their changes are those of what they combine. The department is that of the
deepest change, the first in the file among equals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from beachhead.practice.offering import DEEPEST, KINDS, Change, Offering
from beachhead.practice.offering_fit import fits_now
from beachhead.practice.situation import Situation, situation
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
    parts = [
        _columns(Situation(part, here.assessed, here.references, here.blueprints), ordered, tolerance)
        for part in here.accounts.iter_slices(_SLICE)
    ]
    schema = {"account": pl.String, **{c.name: c.dtype for c in COLUMNS}}
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def ours(offerings: Iterable[Offering], workspace: Workspace) -> list[Offering]:
    """The offerings that are no bundle and hold a product of ours; all of these where no product is marked so."""
    marked = set(workspace.table("products").filter(pl.col("ours").fill_null(False))["product"])
    single = [one for one in offerings if not one.combines]
    return [one for one in single if marked & set(one.products)] if marked else single


def deepest_left(here: Situation, offerings: Iterable[Offering], *, at_best: bool = False) -> pl.DataFrame:
    """One row per account, offering that fits now and department that it changes something for.

    ``at_best``: if all that is not known is in place. Columns: account, offering, department, function, process
    (deepest change left of the kind, null where the department has none).
    """
    parts = []
    for offering in offerings:
        fitting = here.accounts.filter(fits_now(offering))
        inner = Situation(fitting, here.assessed, here.references, here.blueprints)
        for department in offering.departments:
            columns = {
                kind: _most(
                    [
                        _left(inner, offering, c, at_best)
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
    empty = pl.DataFrame(schema={**schema, **dict.fromkeys(KINDS, pl.Int32)})
    return pl.concat([empty, *parts])


def _left(here: Situation, offering: Offering, change: Change, at_best: bool = False) -> pl.Expr:
    """What is left of ``change``, over the accounts: 0 to 3. ``at_best``: what is not known is in place."""
    away = [
        pl.lit(m.takes_away, dtype=pl.Int32) * here.in_place(offering, m).fill_null(at_best).cast(pl.Int32)
        for m in change.mitigations
    ]
    depth = pl.lit(change.depth, dtype=pl.Int32)
    return (depth - pl.sum_horizontal(away)).clip(0, DEEPEST) if away else depth


def _most(depths: list[pl.Expr]) -> pl.Expr:
    return pl.max_horizontal(depths) if depths else pl.lit(None, dtype=pl.Int32)


def _columns(here: Situation, offerings: Sequence[Offering], tolerance: Tolerance) -> pl.DataFrame:
    """``COLUMNS`` of some accounts. Each offering becomes one number per account: its deepest change left,
    then whether it holds the next purchase, then its place; the largest one is that of the answer."""
    work = here.accounts.select("account", "next_buy")
    for n, offering in enumerate(offerings):
        lefts = [_left(here, offering, change) for change in offering.changes]
        own = here.accounts.with_columns(
            **{f"c{i}": left for i, left in enumerate(lefts)}, fits=fits_now(offering)
        )
        columns = [f"c{i}" for i in range(len(lefts))]
        by_kind = {
            kind: [f"c{i}" for i, c in enumerate(offering.changes) if c.kind == kind] for kind in KINDS
        }
        first = pl.concat_list(columns).list.arg_max().cast(pl.Int32)
        department = pl.lit(pl.Series([c.department for c in offering.changes]))
        work = work.hstack(
            own.select(
                pl.when("fits").then(pl.max_horizontal(columns)).alias(f"left{n}"),
                *(
                    _most([pl.col(c) for c in by_kind[kind]]).fill_null(0).alias(f"{kind}{n}")
                    for kind in KINDS
                ),
                department.gather(first).alias(f"department{n}"),
                next=pl.col("next_buy").is_in(offering.products).fill_null(False),
            ).rename({"next": f"next{n}"})
        )
    return _chosen(work.hstack(_tolerances(here.accounts, tolerance)), [o.id for o in offerings])


def _tolerances(accounts: pl.DataFrame, tolerance: Tolerance) -> pl.DataFrame:
    return accounts.select(**{f"tolerated_{kind}": tolerance.expression(kind) for kind in KINDS})


def _chosen(work: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    size = len(ids)
    keys = [
        pl.col(f"left{n}") * (4 * size) + pl.col(f"next{n}").cast(pl.Int32) * (2 * size) + (size - n)
        for n in range(size)
    ]
    work = work.with_columns(key=pl.max_horizontal(keys) if keys else pl.lit(None, dtype=pl.Int32))
    which = size - pl.col("key") % (2 * size)

    def of_chosen(name: str, dtype: type[pl.DataType]) -> pl.Expr:
        found = [pl.when(which == n).then(pl.col(f"{name}{n}")) for n in range(size)]
        return pl.coalesce(found).cast(dtype) if found else pl.lit(None, dtype=dtype)

    deepest = of_chosen("left", pl.Int64)
    function, process = (of_chosen(kind, pl.Int64) for kind in KINDS)
    fitting = pl.col("key").is_not_null()
    return work.select(
        "account",
        discontinuity=deepest,
        discontinuity_function=pl.when(fitting).then(function),
        discontinuity_process=pl.when(fitting).then(process),
        discontinuity_department=pl.when(deepest > 0).then(of_chosen("department", pl.String)),
        discontinuity_offering=pl.when(fitting).then(
            pl.lit(pl.Series(ids, dtype=pl.String)).gather(which) if size else pl.lit(None, pl.String)
        ),
        discontinuity_tolerated=pl.when(fitting).then(
            (function <= pl.col("tolerated_function")) & (process <= pl.col("tolerated_process"))
        ),
    )
