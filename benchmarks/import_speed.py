"""Import of a large file of purchases beside the bare Polars read of the same file: time and memory.

    python -m benchmarks.import_speed [ROWS …]        # default 1 000 000

Each measurement is a process of its own, so that its peak of memory is its own. The file is made by a fixed
seed in a temporary folder and removed again; ten million rows take about 0.9 GB of disk.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

ROWS = (1_000_000,)
_AT_ONCE = 1_000_000


def make_file(path: Path, rows: int, seed: int = 2009) -> None:
    """A licence portal's purchases: 20 000 accounts, 40 products, six years, ids, money and dates as text."""
    draw = np.random.default_rng(seed)
    with path.open("wb") as file:
        for start in range(0, rows, _AT_ONCE):
            n = min(_AT_ONCE, rows - start)
            frame = pl.DataFrame(
                {
                    "License ID": np.arange(start, start + n),
                    "End Customer": draw.integers(0, 20_000, n),
                    "Product": draw.integers(0, 40, n),
                    "Order Date": draw.integers(0, 2_190, n),
                    "Quantity": draw.integers(1, 200, n),
                    "Net Amount": draw.integers(10_000, 9_999_999, n) / 100,
                    "Reseller": draw.integers(0, 60, n),
                }
            ).select(
                pl.format("L-{}", "License ID").alias("License ID"),
                pl.format("Customer {} Ltd", "End Customer").alias("End Customer"),
                pl.format("SKU-{}", "Product").alias("Product"),
                (pl.date(2003, 1, 1) + pl.duration(days="Order Date"))
                .dt.strftime("%d/%m/%Y")
                .alias("Order Date"),
                "Quantity",
                "Net Amount",
                pl.format("Reseller {}", "Reseller").alias("Reseller"),
            )
            frame.write_csv(file, include_header=start == 0)


def measured(task: str, *paths: Path) -> tuple[float, float]:
    """Seconds and megabytes of one task in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.import_speed", task, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = done.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def _task(name: str, paths: list[Path]) -> None:
    began = time.perf_counter()
    if name == "read":
        pl.read_csv(paths[0])
    else:
        from beachhead.tables.importing import import_folder

        import_folder(paths[0], paths[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - began, peak)


def run(sizes: tuple[int, ...] = ROWS) -> None:
    """Print the table."""
    print(f"{'rows':>12} {'file':>8} {'read_csv':>17} {'import':>17} {'import again':>17} {'times':>6}")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            exports, into = Path(folder) / "exports", Path(folder) / "workspace"
            exports.mkdir()
            file = exports / "licences.csv"
            make_file(file, rows)
            bare, first = measured("read", file), measured("import", exports, into)
            again = measured("import", exports, into)
            cells = " ".join(f"{s:8.1f} s {m:5.0f} MB" for s, m in (bare, first, again))
            print(
                f"{rows:>12,} {file.stat().st_size / 1e6:5.0f} MB {cells} {first[0] / bare[0]:5.1f}x",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1:2] in (["read"], ["import"]):
        _task(sys.argv[1], [Path(a) for a in sys.argv[2:]])
    else:
        run(tuple(int(a) for a in sys.argv[1:]) or ROWS)
