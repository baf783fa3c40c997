"""Whatever columns and cells come together, an import ends in a workspace or in a sentence, and twice is once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from beachhead.errors import BeachheadError
from tests.tables.importing_helpers import Desk
from tests.tables.test_crm_headers import CASES, column

IDS = ["001A00000000A01", "001A00000000A02", "17", "18", "18.0", "x-9"]
NAMES = ["Acme", "ACME GmbH", "acme", "Globex", "Hooli Ltd"]
DATES = ["2009-01-31", "2008-12-05", "31/12/2008", "39814"]
NUMBERS = ["5", '"1,234.50"', "€9", "-3"]
WORDS = ["Closed Won", "vSphere", "Call", "CIO", "Partner", "true", "Committee", '"a,b"', "ü;ö", "1;2"]
NOTHING = ["", "NULL", "n/a"]


def cell(draw: random.Random, header: str) -> str:
    name = header.casefold()
    if draw.random() < 0.12:
        return draw.choice(NOTHING)
    if "date" in name or name.endswith("on"):
        return draw.choice(DATES)
    if name.endswith(("id", "ids")):
        return draw.choice(IDS)
    if any(w in name for w in ("name", "account", "company")):
        return draw.choice(NAMES)
    return draw.choice(NUMBERS if any(w in name for w in ("amount", "price", "quant")) else WORDS)


@pytest.mark.parametrize("seed", range(24))
def test_any_exports(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    desk = Desk(tmp_path)
    for i in range(draw.randint(1, 4)):
        kind, dialect = draw.choice(CASES)
        headers = [h for h, _ in column(kind, dialect)]
        draw.shuffle(headers)
        headers = headers[: draw.randint(2, len(headers))]
        rows = [",".join(cell(draw, h) for h in headers) for _ in range(draw.choice([0, 1, 12]))]
        desk.put(f"{kind} {'abcd'[i]}.csv", ",".join(headers), *rows)
    try:
        desk.run()
    except BeachheadError:
        assert not desk.into.exists()
        return
    before = desk.contents()
    assert desk.run().files == []
    assert desk.contents() == before
