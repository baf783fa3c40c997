"""``make kill``: every writer is killed, starved and crowded; what it leaves must be whole and hold nothing less.

``python -m tests.kill [KILLS] [ROUNDS]``: so many kills over all writers and rounds of four writers at once. Prints
what was found as one line per kind; exit code 1 where anything was lost or torn.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from beachhead.errors import BeachheadError
from beachhead.practice.check import check_workspace
from beachhead.tables.workspace import Workspace

ACCOUNTS = "1234"
LOST = ("mixed", "torn", "lost", "fault", "blocked", "problems")


def files(folder: Path) -> dict[str, bytes]:
    found = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".beachhead"))
    return {str(p.relative_to(folder)): p.read_bytes() for p in found}


def begun(command: list[str], limit: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "beachhead", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=limit,
    )


class Room:
    """A workspace to be hurt, the exports that change it, and the writers: name → command."""

    def __init__(self, room: Path) -> None:
        self.base, self.here = room / "base", room / "workspace"
        self.base.mkdir()
        exports = room / "exports"
        exports.mkdir()
        names = [f"00{a},Acme {a},x" for a in ACCOUNTS]
        (exports / "accounts.csv").write_text("\n".join(["Account ID,Account Name,Industry", *names]) + "\n")
        contacts = [f"c{i},A,B,001,Boss" for i in range(2000)]
        (exports / "contacts.csv").write_text(
            "\n".join(["Contact ID,First Name,Last Name,Account ID,Title", *contacts]) + "\n"
        )
        rows = [f"00{a},Old {a}" for a in ACCOUNTS]
        (self.base / "accounts.csv").write_text("\n".join(["account,name", *rows]) + "\n")
        (self.base / "beachhead.toml").write_text('us = "x"\nas_of = 2009-02-28\n')
        self.writers = {
            "import": ["import", str(exports), "--into", str(self.here)],
            "won": ["won", str(self.here), "001", "partner-in-name"],
            "lost": ["lost", str(self.here), "002", "partner-in-name"],
            "business-case": ["business-case", str(self.here), "001", "server-virtualisation", "--new"],
        }

    def fresh(self) -> None:
        shutil.rmtree(self.here, ignore_errors=True)
        shutil.copytree(self.base, self.here)

    def verdict(self, old: dict[str, bytes], new: dict[str, bytes]) -> str:
        """``old``, ``new``, or what is wrong, after opening the workspace as the next reader would."""
        try:
            Workspace(self.here)
            found = files(self.here)
            if check_workspace(self.here).problems:
                return "problems"
        except (BeachheadError, OSError) as error:
            return f"fault {type(error).__name__}"
        return "old" if found == old else "new" if found == new else "mixed"


def kills(room: Room, number: int, drawn: random.Random, told: Counter[str]) -> None:
    for name, command in room.writers.items():
        room.fresh()
        old, start = files(room.here), time.monotonic()
        begun(command).wait()
        took, new = time.monotonic() - start, files(room.here)
        for _ in range(number // len(room.writers)):
            room.fresh()
            process, before = begun(command), {p.name for p in room.here.iterdir()}
            if drawn.random() < 0.5:
                time.sleep(drawn.uniform(0, took))
            else:  # when writing begins
                while process.poll() is None and {p.name for p in room.here.iterdir()} == before:
                    time.sleep(0.0005)
                time.sleep(drawn.choice([0, 0.001, 0.003, 0.01, 0.03]))
            told["killed" if process.poll() is None else "ended before"] += 1
            process.kill()
            process.wait()
            told[f"{name}: {room.verdict(old, new)}"] += 1
            if begun(command).wait() and files(room.here) != new:
                told[f"{name}: blocked"] += 1


def starved(room: Room, told: Counter[str]) -> None:
    """Files may not grow beyond a size (as on a full disk), and memory ends."""
    limits = {
        "file size": [(resource.RLIMIT_FSIZE, size) for size in (0, 100, 1_000, 20_000)],
        "memory": [(resource.RLIMIT_AS, size << 20) for size in (200, 400, 800, 1600)],
    }
    for name, command in room.writers.items():
        room.fresh()
        old = files(room.here)
        begun(command).wait()
        new = files(room.here)
        for kind, all_limits in limits.items():
            for which, size in all_limits:
                room.fresh()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    code = begun(command, lambda w=which, s=size: resource.setrlimit(w, (s, s))).wait(120)  # type: ignore[misc]
                    state = room.verdict(old, new)
                    told[f"{kind} ends, {name}: {'lost' if code == 0 and state == 'old' else state}"] += 1


def crowded(room: Room, rounds: int, told: Counter[str]) -> None:
    for _ in range(rounds):
        room.fresh()
        four = [begun(["won", str(room.here), f"00{a}", "partner-in-name"]) for a in ACCOUNTS]
        done = sum(process.wait() == 0 for process in four)
        kept = Workspace(room.here).table("outcomes").height
        told[f"four writers: {'all kept' if kept == done else 'lost'}, {done} of 4 done"] += 1


def main(number: int, rounds: int) -> int:
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder))
        kills(room, number, random.Random(1), told)
        starved(room, told)
        crowded(room, rounds, told)
    for what, times in sorted(told.items()):
        print(f"{times:5}  {what}")
    return int(any(what.rsplit(": ", 1)[-1].startswith(LOST) for what in told))


if __name__ == "__main__":
    os.nice(10)
    given = [int(a) for a in sys.argv[1:]]
    sys.exit(main(*(given or [500]), *([100] if len(given) < 2 else [])))
