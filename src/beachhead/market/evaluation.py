"""Rolling-origin evaluation on the user's own series, in the format of statsforecast's ``cross_validation``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from beachhead.errors import BadQuestion
from beachhead.tables.adoption import Adoption, read_adoption
from beachhead.tables.given import Given
from beachhead.tables.periods import check_horizon

from .fit import fit
from .peers import bass_least_squares, drift

LEAST = 4  # figures that the first origin leaves


def cross_validate(
    df: Any,
    h: int,
    n_windows: int = 3,
    step_size: int = 1,
    level: float | Sequence[float] = 80,
    kind: str | None = None,
    freq: str | None = None,
    potential: Any = None,
) -> Any:
    """Forecast each series from ``n_windows`` successive origins, ``h`` periods each, from what came before them alone.

    unique_id, ds, cutoff, y, Beachhead, Beachhead-mean, an interval for each ``level``, Drift, BassLeastSquares; as the
    kind of table that came in. Origins are ``step_size`` periods apart and the last one leaves ``h`` periods to compare;
    series too short for an origin sit it out. The arguments are called as statsforecast calls them.
    """
    for name, value in (("n_windows", n_windows), ("step_size", step_size)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise BadQuestion(
                f"{name}={value!r} leaves nothing to evaluate: a whole number from 1 is needed."
            )
    check_horizon(h)
    adoption = read_adoption(df, kind=kind, freq=freq, potential=potential)
    numbered = adoption.frame.with_columns(
        place=pl.int_range(pl.len()).over("unique_id"), size=pl.len().over("unique_id")
    )
    out = []
    for window in range(n_windows):
        last = pl.col("size") - h - (n_windows - 1 - window) * step_size
        past = numbered.filter((pl.col("place") < last) & (last >= LEAST))
        if not past.height:
            continue
        out.append(_one_origin(adoption, past, numbered, h, level))
    if not out:
        longest = numbered.get_column("size").to_numpy().max()
        raise BadQuestion(
            f"No series is long enough for h={h}, n_windows={n_windows} and step_size={step_size}: "
            f"that takes {LEAST + h} periods, the longest has {longest}."
        )
    result = pl.concat(out).with_row_index("_row").sort("unique_id", "cutoff", "_row", maintain_order=True)
    return Given.of(df).back(result.drop("_row"))


def _one_origin(
    adoption: Adoption, past: pl.DataFrame, numbered: pl.DataFrame, h: int, level: Any
) -> pl.DataFrame:
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
    forecast = fit(known).forecast(h, level)
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
