"""Rolling-origin evaluation on the user's own series, in the format of statsforecast's ``cross_validation``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from beachhead.errors import BadQuestion
from beachhead.tables.adoption import Adoption, read_adoption
from beachhead.tables.periods import check_horizon

from .fit import fit
from .peers import bass_least_squares, drift

LEAST = 4  # figures that the first origin leaves


def cross_validate(
    df: Any, h: int, windows: int = 3, kind: str | None = None, freq: str | None = None, potential: Any = None
) -> pl.DataFrame:
    """Forecast each series from ``windows`` successive origins, ``h`` periods each, from what came before them alone.

    unique_id, ds, cutoff, y, Beachhead, Beachhead-mean, Beachhead-lo-80, Beachhead-hi-80, Drift, BassLeastSquares.
    Origins are one period apart and the last one leaves ``h`` periods to compare; series too short for an origin
    sit it out.
    """
    if check_horizon(h) and windows < 1:
        raise BadQuestion(f"windows={windows} leave nothing to evaluate: at least 1 is needed.")
    adoption = read_adoption(df, kind=kind, freq=freq, potential=potential)
    numbered = adoption.frame.with_columns(
        place=pl.int_range(pl.len()).over("unique_id"), size=pl.len().over("unique_id")
    )
    out = []
    for window in range(windows):
        last = pl.col("size") - h - (windows - 1 - window)
        past = numbered.filter((pl.col("place") < last) & (last >= LEAST))
        if not past.height:
            continue
        out.append(_one_origin(adoption, past, numbered, h))
    if not out:
        longest = numbered.get_column("size").to_numpy().max()
        raise BadQuestion(
            f"No series is long enough for h={h} and windows={windows}: "
            f"that takes {LEAST + h + windows - 1} periods, the longest has {longest}."
        )
    result = pl.concat(out).with_row_index("_row").sort("unique_id", "cutoff", "_row", maintain_order=True)
    return result.drop("_row")


def _one_origin(adoption: Adoption, past: pl.DataFrame, numbered: pl.DataFrame, h: int) -> pl.DataFrame:
    # an origin may not rest on a missing period
    past = past.filter(
        pl.col("place") <= pl.col("place").filter(pl.col("y").is_not_null()).max().over("unique_id")
    )
    ids = past["unique_id"].unique(maintain_order=True)
    chosen = adoption.series.join(
        pl.DataFrame({"unique_id": ids}), on="unique_id", how="semi", maintain_order="left"
    )
    frame = past.select("unique_id", "ds", "y")
    known = replace(adoption, frame=frame, series=chosen)
    forecast = fit(known).forecast(h, level=[80])
    peers: dict[str, list[float]] = {"Drift": [], "BassLeastSquares": []}
    cutoffs = []
    kinds = dict(chosen.select("unique_id", "kind").iter_rows())
    for key, rows in frame.partition_by("unique_id", as_dict=True, maintain_order=True).items():
        y = rows["y"].interpolate().to_numpy().astype(float)
        flow = kinds[key[0]] == "flow"
        peers["Drift"] += drift(y, h, flow).tolist()
        peers["BassLeastSquares"] += bass_least_squares(y, h, flow).tolist()
        cutoffs += [rows["ds"][-1]] * h
    cut = pl.DataFrame({"unique_id": forecast["unique_id"], "cutoff": cutoffs})
    truth = adoption.in_user_form(numbered.select("unique_id", "ds", "y"))
    return (
        forecast.with_columns(
            adoption.in_user_form(cut, "cutoff")["cutoff"], *(pl.Series(k, v) for k, v in peers.items())
        )
        .join(truth, on=["unique_id", "ds"], how="left", maintain_order="left")
        .filter(pl.col("y").is_not_null())
        .select("unique_id", "ds", "cutoff", "y", pl.col("^Beachhead.*$"), "Drift", "BassLeastSquares")
    )
