"""Everything that users see of both examples, written before a change and compared after it.

    python -m benchmarks.goldens write before
    …
    python -m benchmarks.goldens write after
    python -m benchmarks.goldens compare before after

A folder per command: what it prints, its exit code, every file that it writes or changes. Each command runs on a fresh
copy of its example, in a folder of the same name, so that no path differs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from beachhead.knowledge import example

ACCOUNT = "001A0000004xQ2ZIAU"
PARTNER, VMWARE, OUT = "partner-2009", "vmware-2009", "out"
COMMANDS: dict[str, tuple[str, ...]] = {
    "accounts": ("accounts", PARTNER),
    "accounts-csv": ("accounts", PARTNER, "-o", f"{OUT}/accounts.csv"),
    "accounts-json": ("accounts", PARTNER, "-o", f"{OUT}/accounts.json"),
    "account-plan": ("account-plan", PARTNER, ACCOUNT, "-o", f"{OUT}/plan.xlsx"),
    "assess": ("assess", PARTNER, ACCOUNT, "--blueprint", "operations"),
    "battlecard": ("battlecard", "partner-in-name", "-w", PARTNER, "-o", f"{OUT}/card.pdf"),
    "blueprint-list": ("blueprint", "list", PARTNER),
    "brief": ("brief", PARTNER, ACCOUNT, "-o", f"{OUT}/brief.pdf"),
    "business-case": ("business-case", PARTNER, ACCOUNT, "server-virtualisation"),
    "check": ("check", PARTNER),
    "demo": ("demo", "-o", OUT),
    "discontinuity": ("discontinuity", PARTNER, ACCOUNT),
    "discontinuity-html": ("discontinuity", PARTNER, ACCOUNT, "-o", f"{OUT}/map.html"),
    "export": ("export", PARTNER, "-o", f"{OUT}/crm.csv"),
    "import": ("import", f"{PARTNER}/exports", "--into", PARTNER),
    "market": ("market", f"{VMWARE}/adoption.csv"),
    "market-workspace": ("market", PARTNER),
    "market-json": ("market", f"{VMWARE}/adoption.csv", "-o", f"{OUT}/market.json"),
    "outcomes": ("outcomes", PARTNER),
    "plays": ("plays", PARTNER),
    "plays-account": ("plays", PARTNER, "--account", ACCOUNT),
    "plays-say": ("plays", PARTNER, "--say", "We already have a partner for that."),
    "plays-say-account": ("plays", PARTNER, "--account", ACCOUNT, "--say", "We have no budget."),
    "proposal-docx": ("proposal", PARTNER, ACCOUNT, "-o", f"{OUT}/proposal.docx"),
    "proposal-pdf": ("proposal", PARTNER, ACCOUNT, "-o", f"{OUT}/proposal.pdf"),
    "report": ("report", PARTNER, "-o", OUT),
    "report-vmware": ("report", VMWARE, "-o", OUT),
    "won": ("won", PARTNER, ACCOUNT, "partner-in-name", "--note", "agreed"),
}


def write(folder: Path) -> None:
    """Run every command and keep what it gives below ``folder``, which must not be there yet."""
    for name, command in COMMANDS.items():
        with tempfile.TemporaryDirectory() as room:
            _kept(name, command, Path(room), folder / name)
        print(name, flush=True)


def _kept(name: str, command: tuple[str, ...], room: Path, target: Path) -> None:
    for one in (PARTNER, VMWARE):
        shutil.copytree(example(one), room / one)
    (room / OUT).mkdir()
    before = _files(room)
    run = subprocess.run([sys.executable, "-m", "beachhead", *command], cwd=room, capture_output=True)
    target.mkdir(parents=True)
    (target / "printed.txt").write_bytes(run.stdout + b"\n--\n" + run.stderr + b"\n--\n%d\n" % run.returncode)
    for path, content in _files(room).items():
        if before.get(path) != content:
            kept = target / path
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(content)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def differences(one: Path, other: Path) -> list[str]:
    """The files that are in one folder only or differ between them, sorted."""
    before, after = _files(one), _files(other)
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def main(arguments: list[str]) -> int:
    """1 where something differs or the arguments are not understood."""
    match arguments:
        case ["write", folder]:
            write(Path(folder))
            return 0
        case ["compare", one, other]:
            found = differences(Path(one), Path(other))
            print("\n".join(found) or f"{len(_files(Path(one)))} files are the same.")
            return int(bool(found))
        case _:
            print(__doc__)
            return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
