"""How a CRM numbers its records and writes its files."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from world import AS_OF, FIRST

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def record_id(prefix: str, number: int) -> str:
    """An id of 18 characters as Salesforce's are."""
    text, rest = "", number * 7919 + 8_500_000
    while rest:
        text, rest = DIGITS[rest % 62] + text, rest // 62
    return checked_id(prefix + "A0000000" + text.rjust(4, "0")[-4:])


def checked_id(fifteen: str) -> str:
    """The id with the three characters that tell which of its letters are capitals."""
    groups = (fifteen[i : i + 5] for i in (0, 5, 10))
    bits = (sum(1 << i for i, c in enumerate(group) if c.isupper()) for group in groups)
    return fifteen + "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[b] for b in bits)


def day(month: int, rng: np.random.Generator) -> date:
    """A working day in a month of the simulation, not after the as-of date."""
    first = date(FIRST.year + (FIRST.month - 1 + month) // 12, (FIRST.month - 1 + month) % 12 + 1, 1)
    found = first + timedelta(days=int(rng.integers(0, 28)))
    while found.weekday() > 4:
        found -= timedelta(days=1)
    return min(found, AS_OF)


def columns(names: str) -> list[str]:
    return names.split(", ")


def write(
    path: Path,
    header: list[str],
    rows: list[list],
    *,
    sep: str = ",",
    bom: bool = False,
    end: str = "\n",
    foot: tuple[str, ...] = (),
) -> None:
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=sep, lineterminator=end, quoting=csv.QUOTE_MINIMAL)
        writer.writerow(header)
        writer.writerows(rows)
        for line in foot:
            writer.writerow([line])
