"""Speed of the market room: table in, all answers out, beside what people use today.

Standing, forecast(5, level=[80]), buyers of three windows and parameters of series of 25 points. Peers give one point
forecast each: a Bass curve by ``scipy.optimize.curve_fit``, statsforecast's drift and Theta.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from beachhead.market import kernel
from benchmarks.lives import YEARS, simulated

WINDOWS = [("2012-12-31", "2013-12-31"), ("2013-12-31", "2014-12-31"), ("2014-12-31", "2015-12-31")]


def timed(work: Callable[[], object], runs: int = 3, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median seconds (wall, or of another ``clock``) of ``runs`` runs after one to warm up."""
    work()
    seconds = []
    for _ in range(runs):
        start = clock()
        work()
        seconds.append(clock() - start)
    return statistics.median(seconds)


def beachhead(data: pl.DataFrame) -> None:
    import beachhead as bh

    bh.fit(data, kind="stock").answers(5, [80], WINDOWS)


def curve_fit(levels: np.ndarray) -> None:
    from scipy.optimize import curve_fit as scipy_fit

    t = np.arange(1, YEARS + 1.0)

    def bass(t: np.ndarray, p: float, q: float, m: float) -> np.ndarray:
        decay = np.exp(-(p + q) * t)
        return m * (1 - decay) / (1 + q / p * decay)

    for y in levels:
        try:
            p, q, m = scipy_fit(bass, t, y, p0=(0.01, 0.4, y[-1] * 1.5), maxfev=2000)[0]
            bass(t + YEARS, p, q, m)
        except RuntimeError:
            continue  # did not converge: that is part of the method


def statsforecast(data: pl.DataFrame, name: str) -> None:
    from statsforecast import StatsForecast
    from statsforecast.models import RandomWalkWithDrift, Theta

    model = {"drift": RandomWalkWithDrift(), "theta": Theta()}[name]
    StatsForecast(models=[model], freq="1y", n_jobs=os.cpu_count()).forecast(df=data, h=5, level=[80])


def _split(levels: np.ndarray) -> None:
    with multiprocessing.Pool(os.cpu_count()) as pool:
        pool.map(curve_fit, np.array_split(levels, os.cpu_count() or 1))


def _streamed(path: str, out: multiprocessing.Queue) -> None:
    import beachhead as bh

    start, n = time.perf_counter(), 0
    for got in bh.stream(path, 5, [80], WINDOWS, kind="stock"):
        n += got["standing"].height
    out.put((n, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20))


def streaming(n: int) -> tuple[float, float]:
    """Microseconds a series and peak GB of a process that answers ``n`` series from a Parquet file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lives.parquet"
        pl.concat(
            [simulated(n // 10, seed).with_columns(pl.col("unique_id") + f"_{seed}") for seed in range(10)]
        ).sort("unique_id", "ds").write_parquet(path, row_group_size=250_000)
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        process = context.Process(target=_streamed, args=(str(path), queue))
        process.start()
        answered, seconds, peak = queue.get()
        process.join()
    assert answered == n
    return seconds / n * 1e6, peak


def where_time_goes(data: pl.DataFrame) -> None:
    """Parts of the whole in processor time, microseconds a series, and what one warm series takes."""
    from beachhead.market.lives import align
    from beachhead.market.posterior import groups
    from beachhead.market.projections import project
    from beachhead.market.settings import DEFAULT
    from beachhead.tables.adoption import read_adoption

    n = data["unique_id"].n_unique()
    adoption = read_adoption(data, kind="stock")
    lives = align(adoption)
    parts = groups(lives, DEFAULT)
    stages = {
        "reading": lambda: read_adoption(data, kind="stock"),
        "growth and groups": lambda: groups(align(adoption), DEFAULT),
        "posterior": lambda: project(parts, [], n),
        "all": lambda: beachhead(data),
        "all, four separate calls": lambda: _separately(data),
    }
    for name, work in stages.items():
        print(f"  {name:<26} {timed(work, clock=time.process_time) / n * 1e6:6.1f}")
    one = data.head(YEARS)
    print(f"  one series, warm: {timed(lambda: beachhead(one), 30, time.process_time) * 1e3:.1f} ms")


def _separately(data: pl.DataFrame) -> None:
    import beachhead as bh

    fitted = bh.fit(data, kind="stock")
    fitted.standing()
    fitted.forecast(5, [80])
    fitted.parameters()
    for window in WINDOWS:
        fitted.buyers(*window)


def run() -> None:
    warnings.filterwarnings("ignore")
    print("\nMarket: speed (microseconds a series of 25 points, wall, both cores)")
    data = simulated(100_000)
    ours = timed(lambda: beachhead(data)) / 100_000 * 1e6
    few = simulated(2_000)
    levels = few["y"].to_numpy().reshape(-1, YEARS)
    peers = {
        "scipy curve_fit of a Bass curve (one point forecast)": timed(lambda: _split(levels)) / 2_000 * 1e6,
        "statsforecast drift, 80 % interval": timed(lambda: statsforecast(few, "drift")) / 2_000 * 1e6,
        "statsforecast Theta, 80 % interval": timed(lambda: statsforecast(few, "theta"), 1) / 2_000 * 1e6,
    }
    print(f"  Beachhead, all answers, 100 000 series   {ours:8.1f}")
    for name, value in peers.items():
        print(f"  {name:<53} {value:8.1f}   {value / ours:6.1f} × ours")
    built = "with" if kernel.LIBRARY is not None else "without"
    print(f"  processor time of its parts, microseconds a series, {built} the compiled loops")
    where_time_goes(data)
    print("  growth: series, microseconds a series")
    for n in (1_000, 10_000, 100_000):
        part = data.head(n * YEARS)
        print(f"  {n:>9,}  {timed(lambda part=part: beachhead(part)) / n * 1e6:7.1f}")
    per, peak = streaming(1_000_000)
    print(f"  1,000,000  {per:7.1f}   streamed from Parquet, peak memory {peak:.2f} GB")


if __name__ == "__main__":
    run()
