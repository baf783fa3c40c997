"""The answers about markets as tables, for the command line and for whoever reads them on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from beachhead.market.fit import Fit
from beachhead.market.settings import DEFAULT
from beachhead.tables.adoption import Adoption
from beachhead.tables.csv_cells import csv_text
from beachhead.tables.writing import write_whole

LEVELS = (80, 95)
WINDOWS = {"a year ago": (2, 1), "now": (1, 0), "next year": (0, -1)}
"""Windows of buyers in years before the last period known: start and end."""


def market_tables(fit: Fit, horizon: int) -> dict[str, pl.DataFrame]:
    """Every answer: ``standing``, ``forecast``, ``buyers``, ``parameters``; and ``notes`` and ``refused``."""
    return {
        "standing": fit.standing(),
        "forecast": fit.forecast(horizon, level=list(LEVELS)),
        "buyers": buyers_table(fit),
        "parameters": fit.parameters(),
        "notes": fit.notes,
        "refused": fit.refused,
    }


def buyers_table(fit: Fit) -> pl.DataFrame:
    """unique_id, window, start, end, shares of the categories, adopters; windows in which nobody buys are left out.

    The windows are the year before last, the last and the next, counted from each series' own last figure.
    """
    last = fit.adoption.frame.group_by("unique_id", maintain_order=True).agg(pl.col("ds").last())
    groups = last.group_by("ds", maintain_order=True)
    several = last["ds"].n_unique() > 1
    parts = []
    for (end,), group in groups:
        mine = Fit(some(fit.adoption, group["unique_id"]), DEFAULT) if several else fit
        parts += [
            mine.buyers(*window).with_columns(pl.lit(name).alias("window"), pl.lit(turn).alias("turn"))
            for turn, (name, window) in enumerate(windows(end).items())
        ]
    order = last.select("unique_id").with_row_index("place")
    table = pl.concat(parts).drop_nulls("innovators").join(order, on="unique_id").sort("place", "turn")
    first = ("unique_id", "window", "start", "end")
    return table.select(*first, pl.exclude(*first, "place", "turn"))


def some(adoption: Adoption, unique_ids: pl.Series) -> Adoption:
    """The series of some ids, in the order of the table."""
    wanted = pl.DataFrame({"unique_id": unique_ids})
    series, frame = (
        table.join(wanted, on="unique_id", how="semi", maintain_order="left")
        for table in (adoption.series, adoption.frame)
    )
    return replace(adoption, series=series, frame=frame)


def windows(last: date) -> dict[str, tuple[date, date]]:
    """The windows of buyers around the end of the last period known."""
    return {name: (_years_back(last, a), _years_back(last, b)) for name, (a, b) in WINDOWS.items()}


def as_json(tables: dict[str, pl.DataFrame]) -> str:
    """Every table as a list of records; days as ISO texts."""
    whole = {name: table.to_dicts() for name, table in tables.items()}
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_text)


def write_tables(tables: dict[str, pl.DataFrame], output: Path, form: str) -> list[Path]:
    """A file per table (``csv`` or ``parquet``) into the folder ``output``; tables without a row are left out."""
    written = []
    for name, table in tables.items():
        if table.height:
            content = csv_text(table) if form == "csv" else table.write_parquet
            written.append(write_whole(output / f"{name}.{form}", content, folder=True))
    return written


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _years_back(day: date, years: int) -> date:
    """The same day of another year (28 February where it has no 29th)."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
