"""``make kill``: every writer is killed, starved, hit by faults and crowded; nothing may be torn or lost.

``python -m tests.kill [KILLS] [ROUNDS]``: so many kills over all writers and rounds of four writers at once. Prints
what was found as one line per kind; exit code 1 where anything was lost, torn or our own fault.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from beachhead.errors import BeachheadError
from beachhead.practice.check import check_workspace
from beachhead.tables.workspace import Workspace
from tests.kill.forks import forked

ACCOUNTS = "1234"  # at which four writers write at once; the one outcome that is there is of the fifth
LOST = ("mixed", "torn", "lost", "fault", "blocked", "problems", "ours")
PLAY, MODEL = "partner-in-name", "operations"
LONG = 40  # seconds that a writer which meets a fault has
CALLS = {  # that are made to fail, and with what; no write, by which threads wake each other too
    "pwrite64": "EIO",
    "fsync": "EIO",
    "rename": "EIO",
    "mkdir": "ENOSPC",
    "unlink": "EIO",
    "ftruncate": "EIO",
}
FULL = (0, 4, 8, 16, 64)  # sizes of a disk that fills up, in kilobytes

Limit = Callable[[], None]


def files(folder: Path) -> dict[str, bytes]:
    """All that is there, by name; not what waits to be put in its place, which the next writer clears away."""
    found = ((p, p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    return {str(n): p.read_bytes() for p, n in found if not any(x.startswith(".beachhead") for x in n.parts)}


def begun(
    command: list[str], limit: Limit | None = None, under: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*under, sys.executable, "-m", "beachhead", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=limit,
    )


class Room:
    """A folder to be hurt, with a workspace and what is written beside it, and the writers: name → command."""

    def __init__(self, room: Path) -> None:
        self.base, self.here = room / "base", room / "here"
        self._changes: dict[str, tuple[dict[str, bytes], dict[str, bytes]]] = {}
        exports = room / "exports"
        exports.mkdir()
        names = [f"00{a},Acme {a},x" for a in ACCOUNTS + "5"]
        (exports / "accounts.csv").write_text("\n".join(["Account ID,Account Name,Industry", *names]) + "\n")
        contacts = [f"c{i},A,B,001,Boss" for i in range(2000)]
        (exports / "contacts.csv").write_text(
            "\n".join(["Contact ID,First Name,Last Name,Account ID,Title", *contacts]) + "\n"
        )
        work = self.base / "workspace"
        work.mkdir(parents=True)
        rows = [f"00{a},Old {a}" for a in ACCOUNTS + "5"]
        (work / "accounts.csv").write_text("\n".join(["account,name", *rows]) + "\n")
        (work / "beachhead.toml").write_text('us = "x"\nas_of = 2009-02-28\n')
        answers, plan, sheet = room / "answers.yaml", self.base / "plan.xlsx", self.base / "export.xlsx"
        self._done("won", str(work), "005", PLAY)
        asked = ["assess", str(work), "004", "--blueprint", MODEL]
        self._done(*asked, "--questionnaire", str(answers))
        filled = re.sub(r"\{level: \}", "{level: 2}", answers.read_text(encoding="utf-8"))
        answers.write_text(filled, encoding="utf-8")
        self._done(*asked, "--answers", str(answers))
        answers.write_text(filled.replace("{level: 2}", "{level: 1}", 9), encoding="utf-8")
        self._done("account-plan", str(work), "001", "-o", str(plan))
        remarked = openpyxl.load_workbook(plan)
        remarked.active["H3"] = "She called on Monday"
        remarked.save(plan)  # a plan that was worked in is merged, and its former state put beside it
        self._done("export", str(work), "-o", str(sheet))
        (work / "accounts.csv").write_text("\n".join(["account,name", *rows]) + "\n006,New\n")
        here = str(self.here / "workspace")
        asked[1] = here
        self.writers = {
            "import": ["import", str(exports), "--into", here],
            "won": ["won", here, "001", PLAY],
            "lost": ["lost", here, "002", PLAY],
            "outcomes --undo": ["outcomes", here, "--undo"],
            "plays": ["plays", here],
            "assess --answers": [*asked, "--answers", str(answers), "--replace"],
            "assess --milestone": [*asked, "--milestone", "first"],
            "business-case --new": ["business-case", here, "001", "server-virtualisation", "--new"],
            "account-plan": ["account-plan", here, "001", "-o", str(self.here / "plan.xlsx")],
            "export": ["export", here, "-o", str(self.here / "export.xlsx")],
        }

    @staticmethod
    def _done(*command: str) -> None:
        if code := begun(list(command)).wait():
            raise RuntimeError(f"{' '.join(command)}: exit code {code}")

    def fresh(self) -> None:
        self.here.mkdir(exist_ok=True)
        for found in self.here.iterdir():
            shutil.rmtree(found) if found.is_dir() else found.unlink()
        shutil.copytree(self.base, self.here, dirs_exist_ok=True)

    def change(self, name: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """The files before and after a writer that nobody disturbs."""
        if name not in self._changes:
            self.fresh()
            old = files(self.here)
            self._done(*self.writers[name])
            self._changes[name] = old, files(self.here)
        return self._changes[name]

    def verdict(self, old: dict[str, bytes], new: dict[str, bytes]) -> str:
        """``old``, ``new``, or what is wrong, after opening the workspace as the next reader would."""
        work = self.here / "workspace"
        try:
            Workspace(work)
            found = files(self.here)
            if check_workspace(work).problems:
                return "problems"
        except (BeachheadError, OSError) as error:
            return f"fault {type(error).__name__}"
        if found == new:
            return "new"
        for name in [n for n in found | old if not n.startswith("workspace/")]:
            if found.get(name) == new.get(name):  # beside the workspace each file is whole by itself
                found = {n: b for n, b in {**found, name: old.get(name)}.items() if b is not None}
        return "old" if found == old else "mixed"

    def hurt(self, name: str, kind: str, told: Counter[str], **how: Any) -> None:
        """A writer that meets a fault: it is refused with the old state, or says that it is done and is."""
        old, new = self.change(name)
        self.fresh()
        process = begun(self.writers[name], **how)
        try:
            code = process.wait(LONG)
        except subprocess.TimeoutExpired:
            process.kill()  # libraries that are refused memory while they start can wait for ever
            code = process.wait()
            told[f"{kind}, {name}: stood still and was killed"] += 1
        state = self.verdict(old, new)
        if code == 0 and state == "old":
            state = "lost"
        elif code == 70 and state in ("old", "new"):
            state = "ours"
        told[f"{kind}, {name}: {state}"] += 1


def kills(room: Room, number: int, drawn: random.Random, told: Counter[str]) -> None:
    for name, command in room.writers.items():
        old, new = room.change(name)
        room.fresh()
        start, process = time.monotonic(), forked(command)
        process.join()
        took = time.monotonic() - start
        if room.verdict(old, new) != "new":
            raise RuntimeError(f"{name} does not do its work even when nobody disturbs it")
        for _ in range(number // len(room.writers)):
            room.fresh()
            before = _names(room.here)
            process = forked(command)
            if drawn.random() < 0.5:
                time.sleep(drawn.uniform(0, took))
            else:  # when writing begins
                while process.is_alive() and _names(room.here) == before:
                    time.sleep(0.0005)
                time.sleep(drawn.choice([0, 0.001, 0.003, 0.01, 0.03]))
            told["killed" if process.is_alive() else "ended before"] += 1
            process.kill()
            process.join()
            state = room.verdict(old, new)
            told[f"killed, {name}: {state}"] += 1
            again = state == "old" and drawn.random() < 0.3  # whether it blocks whoever comes next
            if again and (begun(command).wait() or files(room.here) != new):
                told[f"killed, {name}: blocked"] += 1


def _names(folder: Path) -> set[str]:
    return {p.name for below in (folder, folder / "workspace") for p in below.iterdir()}


def starved(room: Room, told: Counter[str]) -> None:
    """Files may not grow beyond a size, and memory ends."""
    limits = {
        "files may not grow": [(resource.RLIMIT_FSIZE, size) for size in (0, 1_000, 20_000)],
        "memory ends": [(resource.RLIMIT_AS, size << 20) for size in (400, 800, 1600)],
    }
    for name in room.writers:
        for kind, all_limits in limits.items():
            for which, size in all_limits:
                room.hurt(name, kind, told, limit=lambda w=which, s=size: resource.setrlimit(w, (s, s)))


def full(room: Room, told: Counter[str]) -> None:
    """The disk is full: a file system in memory of a few sizes, which only root can mount."""
    for size in FULL:
        room.here.mkdir(exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(room.here)]
        if shutil.which("mount") is None or subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
            told["a full disk: not tried, for nothing could be mounted"] += 1
            return
        try:
            for name in room.writers:
                room.fresh()
                used = subprocess.run(["df", "--output=used", room.here], capture_output=True).stdout.split()[
                    -1
                ]
                again = ["mount", "-o", f"remount,size={int(used) + size}k", str(room.here)]
                room.hurt(name, "a full disk", told, limit=lambda a=again: subprocess.run(a, check=True))
                subprocess.run(["mount", "-o", "remount,size=64m", str(room.here)], check=True)
        finally:
            subprocess.run(["umount", "-l", str(room.here)], check=True)


def faults(room: Room, drawn: random.Random, told: Counter[str]) -> None:
    """System calls fail, each the first to the eighth time that it is made (by strace, where it is to be had)."""
    if shutil.which("strace") is None or begun(["--version"], under=("strace", "-o", os.devnull)).wait():
        told["a call fails: not tried, for strace is not to be had"] += 1
        return
    for name in room.writers:
        for call, error in CALLS.items():
            for nth in drawn.sample(range(1, 9), 2):
                told_to = f"inject={call}:error={error}:when={nth}"
                under = ("strace", "-f", "-qq", "-o", os.devnull, "--seccomp-bpf", "-e", told_to)
                room.hurt(name, f"{call} fails", told, under=under)


def crowded(room: Room, rounds: int, told: Counter[str]) -> None:
    work = room.here / "workspace"
    for _ in range(rounds):
        room.fresh()
        was = Workspace(work).table("outcomes").height
        four = [forked(["won", str(work), f"00{a}", PLAY]) for a in ACCOUNTS]
        for process in four:
            process.join()
        done = sum(process.exitcode == 0 for process in four)
        kept = Workspace(work).table("outcomes").height - was
        told[f"four writers: {'all kept' if kept == done else 'lost'}, {done} of 4 done"] += 1


def main(number: int, rounds: int) -> int:
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        room, drawn = Room(Path(folder)), random.Random(1)
        for part in (
            lambda: kills(room, number, drawn, told),
            lambda: crowded(room, rounds, told),
            lambda: starved(room, told),
            lambda: full(room, told),
            lambda: faults(room, drawn, told),
        ):
            before = told.copy()
            part()
            for what, times in sorted((told - before).items()):
                print(f"{times:5}  {what}", flush=True)
    print(f"{sum(told.values()) - told['killed'] - told['ended before']:5}  in all")
    return int(any(what.rsplit(": ", 1)[-1].startswith(LOST) for what in told))


if __name__ == "__main__":
    os.nice(10)
    given = [int(a) for a in sys.argv[1:]]
    sys.exit(main(*(given or [500]), *([100] if len(given) < 2 else [])))
