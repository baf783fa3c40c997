"""Processor time of commands from a cold start, beside ``import polars`` in the same run: medians of five.

What is to be reached was set on a machine that took 0.16 s to import Polars; it is scaled to what the import takes here.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import copytree

from beachhead.knowledge import example

TIMES, UNIT = 5, 0.16
ACCOUNT = "001A0000004xQ2ZIAU"
PARTNER = "partner-2009"
COMMANDS: dict[str, tuple[float, tuple[str, ...]]] = {
    "--help": (0.06, ("--help",)),
    "plays --say": (0.6, ("plays", PARTNER, "--say", "We already have a partner for that.")),
    "market, one series": (0.45, ("market", "one.csv")),
    "check": (0.9, ("check", PARTNER)),
    "accounts": (1.0, ("accounts", PARTNER)),
    "brief": (1.2, ("brief", PARTNER, ACCOUNT, "-o", "brief.pdf")),
    "proposal": (1.2, ("proposal", PARTNER, ACCOUNT, "-o", "proposal.docx")),
    "report": (3.5, ("report", PARTNER, "-o", "report")),
}
"""Command → seconds to reach where ``import polars`` takes ``UNIT``, and its arguments."""


def run(times: int = TIMES) -> dict[str, float]:
    """Print and give the median seconds of the processor of each command, user and system."""
    told: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as room:
        copytree(example(PARTNER), Path(room) / PARTNER)
        lines = (Path(room) / PARTNER / "adoption.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        one = [line for line in lines if line.startswith(("unique_id", "revenue,"))]
        (Path(room) / "one.csv").write_text("".join(one), encoding="utf-8")
        peer = _median([sys.executable, "-c", "import polars"], room, times)
        print(f"{'import polars':22} {peer:6.2f} s")
        for name, (goal, arguments) in COMMANDS.items():
            told[name] = _median([sys.executable, "-m", "beachhead", *arguments], room, times)
            ratio = told[name] / peer
            print(
                f"{name:22} {told[name]:6.2f} s, {ratio:5.1f} times (to reach: {goal / UNIT:.1f})", flush=True
            )
    return told


def _median(command: list[str], room: str, times: int) -> float:
    """The first run, which may write what is kept for the next ones, does not count."""
    return statistics.median([_used(command, room) for _ in range(times + 1)][1:])


def _used(command: list[str], room: str) -> float:
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = os.times()
    subprocess.run(command, cwd=room, check=True, capture_output=True, env=known)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    run()
