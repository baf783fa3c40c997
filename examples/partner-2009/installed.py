"""Who of the synthetic territory runs which release of the platform: ``installed_versions.csv``, invented.

Every firm begins with the release of its day and later moves, or not, by its temperament: a rule of thumb with a
log-normal delay, not the model that is fitted to it. A firm that is still waiting when the next release comes skips one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from world import AS_OF

PRODUCT = "server-virtualisation"
RELEASES = {"2.5": date(2004, 12, 31), "3.0": date(2006, 6, 30), "3.5": date(2007, 12, 31)}
MONTHS = {"curious": 4.0, "ambitious": 8.0, "practical": 17.0, "careful": 27.0, "unwilling": 40.0}
"""Median months from a release to its installation."""


def write_installed(folder: Path, temperaments: Mapping[str, str], rng: np.random.Generator) -> None:
    """Write the table into ``folder``. ``temperaments``: account → temperament."""
    purchases = pl.read_csv(folder / "purchases.csv", try_parse_dates=True)
    first = (
        purchases.filter(product=PRODUCT)
        .group_by("account")
        .agg(pl.col("date").min(), pl.col("quantity").sum())
    )
    rows = []
    for account, bought, quantity in first.sort("account").iter_rows():
        runs = [name for name, day in RELEASES.items() if day <= bought]
        held = [(runs[-1] if runs else "2.5", bought)]
        median = MONTHS[temperaments.get(account, "practical")]
        moves = {
            name: _day(day, median * float(np.exp(rng.normal(0, 0.6)))) for name, day in RELEASES.items()
        }
        for name, day in RELEASES.items():
            later = [d for n, d in moves.items() if RELEASES[n] > RELEASES[name]]
            if RELEASES[name] > RELEASES[held[-1][0]] and max(day, held[-1][1]) < moves[name] < min(
                [*later, AS_OF]
            ):
                held.append((name, moves[name]))
        for k, (name, since) in enumerate(held):
            until = held[k + 1][1] if k + 1 < len(held) else None
            rows.append((account, PRODUCT, name, since, until, quantity))
    schema = ["account", "product", "release", "since", "until", "quantity"]
    pl.DataFrame(rows, schema=schema, orient="row").write_csv(folder / "installed_versions.csv")


def _day(begin: date, months: float) -> date:
    return begin + timedelta(days=round(30.44 * months))
