"""Standing of a million accounts × ten products: time, memory, growth. To reach: 10 s and 2 GB on two cores.

From the files of a workspace (Parquet) to the standing of every account with its reasons: first purchases, ranks, ρ,
group effects, posterior, categories, signals, words. Each size runs in a process of its own with two threads, so that
the peak of memory is its own. Seconds of processor time stand beside those of the clock: on an idle machine the clock
shows the smaller of the two.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)
PRODUCTS = 10
AS_OF = dt.date(2009, 2, 28)


def write(folder: Path, accounts: int) -> int:
    """A workspace of simulated accounts, half of which gave a signal; returns the number of purchases."""
    import numpy as np
    import polars as pl

    from beachhead.accounts.signals import load_signals

    rng = np.random.default_rng(1)
    names = pl.select(pl.format("001A{}", pl.int_range(accounts).cast(pl.String).str.zfill(8))).to_series()
    trait = rng.normal(0, 0.6, accounts)
    first = (AS_OF - dt.date(1970, 1, 1)).days - 3600
    bought = []
    for k in range(PRODUCTS):
        place = (trait + rng.normal(0, 0.8, accounts)).argsort().argsort() / accounts
        reached = 0.8 * (k + 1) / PRODUCTS
        who = np.flatnonzero(place < reached)
        day = pl.Series((first + place[who] / reached * 3600).astype(np.int32)).cast(pl.Date)
        bought.append(
            pl.DataFrame({"account": names.gather(who), "date": day}).with_columns(product=pl.lit(f"p{k}"))
        )
    purchases = pl.concat(bought).sample(fraction=1, shuffle=True, seed=1)
    purchases.write_parquet(folder / "purchases.parquet")
    table = pl.DataFrame(
        {
            "account": names,
            "segment": pl.Series(list("abcde")).gather(rng.integers(0, 5, accounts)),
            "size": rng.integers(1, 5000, accounts),
        }
    )
    table.write_parquet(folder / "accounts.parquet")
    known = pl.Series(list(load_signals().names))
    log = pl.DataFrame(
        {
            "account": names.gather(rng.integers(0, accounts, accounts // 2)),
            "signal": known.gather(rng.integers(0, len(known), accounts // 2)),
        }
    )
    log.with_columns(date=pl.lit(AS_OF)).write_parquet(folder / "signals.parquet")
    (folder / "beachhead.toml").write_text(f"as_of = {AS_OF}\n")
    return purchases.height


def measure(folder: Path) -> None:
    """Print one line for the workspace in ``folder``; to be run in a fresh process."""
    from beachhead.accounts.standing import stand
    from beachhead.tables.workspace import Workspace

    clock, work = time.perf_counter(), time.process_time()
    stood = stand(Workspace(folder))
    clock, work = time.perf_counter() - clock, time.process_time() - work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    n = stood.table.height
    print(
        f"{n:9} {clock:7.2f} s {work:9.2f} s {clock / n * 1e6:9.1f} µs {peak:9.0f} MB   ρ {stood.trait.rho:.3f}",
        flush=True,
    )


def run() -> None:
    """Print a line per size."""
    print(
        f"\nAccounts, speed: standing of accounts × {PRODUCTS} products, from files to reasons, two threads"
    )
    print(" accounts     clock   processor   per account       peak")
    threads = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "2")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            for task in ("write", "measure"):
                command = [sys.executable, "-m", "benchmarks.accounts_speed", task, folder, str(size)]
                subprocess.run(command, check=True, env={**os.environ, **threads})


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["measure"]:
        measure(Path(sys.argv[2]))
    else:
        run()
