"""Predictions for a file of back-test cases, in the form that the back-test's scorer reads.

    python benchmarks/skill.py CASES.csv.gz OUT.csv [--potential STATED.csv.gz] [--learned FILE]

CASES has unique_id, kind, ds, y: every case is predicted from its own rows alone, and from its stated range (unique_id,
low, high) where one is given. Nothing is learned from the cases; ``--learned`` names a file of settings
(JSON, as ``benchmarks/choose_settings.py`` writes them) to use in place of the shipped ones.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from beachhead.market.fit import fit
from beachhead.market.settings import DEFAULT, Settings
from beachhead.tables.categories import CATEGORIES

HORIZON = 5


def predict(cases: pl.DataFrame, stated: pl.DataFrame | None, settings: Settings = DEFAULT) -> pl.DataFrame:
    """q10_1 … q90_5 and a probability per category for every case (unique_id)."""
    potential = None
    if stated is not None:
        potential = stated.select("unique_id", potential_low="low", potential_high="high")
    answered = fit(cases, potential=potential, settings=settings)
    got = answered.answers(HORIZON, level=[80])
    wide = got["forecast"].with_columns(h=pl.int_range(pl.len()).over("unique_id") + 1)
    out = got["standing"].select("unique_id", *(pl.col(c).alias(f"p_{c}") for c in CATEGORIES))
    names = {"q10": "Beachhead-lo-80", "q50": "Beachhead", "q90": "Beachhead-hi-80"}
    for name, column in names.items():
        quantiles = wide.pivot("h", index="unique_id", values=column)
        quantiles.columns = ["unique_id", *(f"{name}_{h}" for h in range(1, HORIZON + 1))]
        out = out.join(quantiles, on="unique_id", how="left")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--potential", type=Path)
    parser.add_argument("--learned", type=Path)
    args = parser.parse_args()
    settings = replace(DEFAULT, **json.loads(args.learned.read_text())) if args.learned else DEFAULT
    stated = pl.read_csv(args.potential) if args.potential else None
    cases = pl.read_csv(args.cases, try_parse_dates=True)
    predictions = predict(cases, stated, settings)
    missing = cases["unique_id"].n_unique() - predictions.height
    predictions.write_csv(args.out)
    note = f"; {missing} could not be used" if missing else ""
    print(f"{predictions.height} cases predicted into {args.out}{note}")
    assert np.isfinite(predictions.drop("unique_id").to_numpy()).all()


if __name__ == "__main__":
    main()
