"""Fuzzing: sixteen targets in turn, each in a child process, until the time is up. Run by ``make fuzz``.

A child that crashes, hangs for longer than 20 seconds or takes 2 GB is a finding, as is any exception that is not a
refusal. The files of each finding are kept in ``bench-results/fuzz``, with how to do it again.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

os.environ["POLARS_MAX_THREADS"] = "1"  # small tables: a child gains nothing by threads, and pays for them
OUT = Path(__file__).parents[2] / "bench-results" / "fuzz"
HANG, MEMORY = 20, 2 * 2**30  # seconds of the processor, however busy the machine is; bytes
STUCK = 120  # seconds without a sign of life
BATCH, SLOW = (
    800,
    {"workspaces": 100, "arguments": 100, "imports": 100, "answers": 100, "say": 100},
)  # inputs to a child


def feed(name: str, number: int, examples: int, found=None, tried=None) -> None:
    """``examples`` inputs of one target, drawn by a seed; each finding is handed to ``found``, or raised."""

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def one(data: st.DataObject) -> None:
        with TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as folder:
            if tried:
                tried(folder)
            try:
                TARGETS[name](data.draw, Path(folder))
            except BaseException as error:
                if found is None or _ours(error):
                    raise
                found(error, Path(folder))

    one()


def _ours(error: BaseException) -> bool:
    """Hypothesis steers by exceptions of its own."""
    return type(error).__module__.startswith("hypothesis") or isinstance(error, KeyboardInterrupt)


def _hung(*_: object) -> None:
    raise TimeoutError(f"it worked for {HANG} seconds")


def _child(name: str, number: int, pipe) -> None:
    """One batch; tells the parent of each input before it is tried, so that a crash leaves its trace."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    signal.signal(signal.SIGPROF, _hung)

    def tried(folder: str) -> None:
        signal.setitimer(signal.ITIMER_PROF, HANG)
        pipe.send(("tried", folder))
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > MEMORY:
            raise MemoryError("the inputs before this took 2 GB")

    def found(error: BaseException, folder: Path) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        lines = traceback.format_exception(error)
        ours = [f for f in traceback.extract_tb(error.__traceback__) if "/src/beachhead/" in f.filename]
        where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else str(error)[:160]
        kept = OUT / f"{name}-{number}-{abs(hash(where)) % 10**6}"
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        (kept / "traceback.txt").write_text("".join(lines), encoding="utf-8", errors="replace")
        pipe.send(("found", f"{type(error).__name__} at {where}: {str(error)[:300]}"))

    try:
        feed(name, number, SLOW.get(name, BATCH), found, tried)
    except MemoryError as error:
        pipe.send(("found", str(error)))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send(("done", ""))


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--target", "names", multiple=True, type=click.Choice(sorted(TARGETS)), help="Default: all.")
@click.option(
    "--seed",
    "first",
    default=0,
    show_default=True,
    help="The first batch of each target; the same seed draws the same.",
)
def main(minutes: float, workers: int, names: tuple[str, ...], first: int) -> None:
    """Feed the readers and commands with what they were not made for."""
    OUT.mkdir(parents=True, exist_ok=True)
    chosen, ends = list(names or TARGETS), time.monotonic() + 60 * minutes
    inputs: Counter[str] = Counter()
    findings: dict[str, set[str]] = {name: set() for name in chosen}
    spent, batches = dict.fromkeys(chosen, 0.0), dict.fromkeys(chosen, first)
    context = multiprocessing.get_context("spawn")
    running: dict = {}
    while time.monotonic() < ends or running:
        while len(running) < workers and time.monotonic() < ends:
            busy = Counter(run[1] for run in running.values())
            name = min(chosen, key=lambda n: (busy[n], spent[n]))  # each has the same time
            number, batches[name] = batches[name], batches[name] + 1
            here, there = context.Pipe()
            child = context.Process(target=_child, args=(name, number, there))
            child.start()
            there.close()
            running[here] = [child, name, number, time.monotonic(), ""]
        for pipe in multiprocessing.connection.wait(list(running), timeout=1):
            child, name, number, since, folder = running[pipe]
            running[pipe][3] = time.monotonic()
            spent[name] += running[pipe][3] - since
            try:
                kind, told = pipe.recv()
            except EOFError:
                kind, told = "done", ""
                child.join()
                findings[name].add(f"seed {number}: the process ended with {child.exitcode}, at {folder}")
            if kind == "tried":
                inputs[name] += 1
                running[pipe][4] = told
            elif kind == "found":
                if told not in findings[name]:
                    print(f"{name}, seed {number}: {told}", flush=True)
                findings[name].add(told)
            else:
                child.join(STUCK)
                del running[pipe]
        for pipe, (child, name, number, since, folder) in list(running.items()):
            if time.monotonic() - since > STUCK:
                spent[name] += STUCK
                findings[name].add(f"seed {number}: it hung where nothing could stop it, at {folder}")
                child.kill()
                del running[pipe]
            elif time.monotonic() > ends:
                child.terminate()
                child.join()
                del running[pipe]
    for name in chosen:
        print(f"{name:12} {inputs[name]:8,} inputs {len(findings[name]):4} findings")
    (OUT / "findings.json").write_text(json.dumps({n: sorted(f) for n, f in findings.items()}, indent=1))
    total = sum(len(f) for f in findings.values())
    print(f"{sum(inputs.values()):,} inputs, {total} findings")
    sys.exit(1 if total else 0)
