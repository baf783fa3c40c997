"""Releases, their defects and who runs them, from issue trackers and vendors' portals."""

from __future__ import annotations

import polars as pl

from beachhead.tables.counted import counted
from beachhead.tables.crm.context import Context, Taken
from beachhead.tables.crm.rows import replaced
from beachhead.tables.crm.values import is_defect, is_resolved, severity, stays


def read_releases(context: Context, files: list[Taken]) -> None:
    """Files of releases; drafts and releases for early access only are no general release."""
    for taken in files:
        frame = taken.frame
        for field in ("early", "draft"):
            if taken.has(field):
                frame = frame.filter(~pl.col(field).fill_null(False))
        frame = _of_product(context, taken, frame)
        told = [c for c in ("name", "available", "product") if c != "product" or _names_product(taken)]
        given = [c for c in told if taken.has(c) or c == "product"]
        context.put("releases", taken, frame, ["release", *given])


def read_defects(context: Context, files: list[Taken]) -> None:
    """Files of issues: of those that a tracker calls bugs, defects or incidents, what users meet."""
    for taken in files:
        frame = _only_defects(context, taken, _of_product(context, taken, taken.frame))
        done = _yes(taken.expr("status"), frame, is_resolved)
        stay = _yes(taken.expr("resolution"), frame, stays)
        day = pl.coalesce(
            taken.expr("closed", pl.Date), taken.expr("updated", pl.Date), taken.expr("created", pl.Date)
        )
        over = taken.expr("closed", pl.Date).is_not_null() | done
        frame = frame.with_columns(
            opened=taken.expr("created", pl.Date),
            closed=pl.when(over & ~stay).then(day),
            severity=pl.coalesce(
                replaced(taken.expr("severity"), frame, severity),
                replaced(taken.expr("labels"), frame, severity),
            ),
            affects=taken.expr("affects").str.split(";").list.eval(pl.element().str.strip_chars()),
        )
        product = ["product"] if _names_product(taken) else []
        affects = ["affects"] if taken.has("affects") else []
        context.put(
            "defects", taken, frame, ["defect", *product, *affects, "title", "severity", "opened", "closed"]
        )


def read_installed(context: Context, files: list[Taken]) -> None:
    """Files of installed versions, as vendors' portals, inventories and telemetry have them."""
    for taken in files:
        frame = context.placed(taken, taken.frame).with_columns(pl.col("version").alias("release"))
        frame = context.product_of(taken, frame)
        named = ["product"] if taken.has("product", "product_name", "product_code") else []
        given = [c for c in ("since", "until", "quantity") if taken.has(c)]
        context.put("installed_versions", taken, frame, ["account", *named, "release", *given])


def _only_defects(context: Context, taken: Taken, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Stories, tasks and wishes left out, where the tracker says of any issue that it is a defect."""
    told = [f for f in ("type", "labels") if taken.has(f)]
    if not told:
        return frame
    defect = pl.any_horizontal(_yes(pl.col(f), frame, is_defect) for f in told)
    marked = frame.with_columns(_defect=defect)
    count = marked.select(pl.col("_defect").sum(), pl.len().alias("all")).collect(engine="streaming").row(0)
    if not count[0]:
        context.notes.append(f"{taken.file}: no issue is called a bug or a defect, so all count as defects")
        return frame
    if count[0] < count[1]:
        context.notes.append(
            f"{taken.file}: {counted(count[1] - count[0], 'issue')} of another type than a defect left out"
        )
    return marked.filter("_defect").drop("_defect")


def _yes(column: pl.Expr, frame: pl.LazyFrame, test: object) -> pl.Expr:
    assert callable(test)
    return (replaced(column, frame, lambda v: "y" if test(v) else None) == "y").fill_null(False)


def _names_product(taken: Taken) -> bool:
    return taken.has("product", "product_name")


def _of_product(context: Context, taken: Taken, frame: pl.LazyFrame) -> pl.LazyFrame:
    """``product``: the id of one that is known. A tracker's project or repository is not one for that alone."""
    named = pl.coalesce(taken.expr("product"), taken.expr("product_name"))
    return frame.with_columns(product=replaced(named, frame, lambda v: context.products.find(v, v)))
