"""Large files are streamed; what comes out is what comes out of small ones."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from beachhead.errors import BadInput
from beachhead.tables import sources, stored
from beachhead.tables.importing import import_folder
from beachhead.tables.workspace import Workspace
from tests.tables.importing_helpers import Desk


def portal(seed: int, rows: int, ids: bool) -> list[str]:
    draw = random.Random(seed)
    lines = [
        "License ID,End Customer,Product,Order Date,Quantity,Net Amount,Reseller"
        if ids
        else "End Customer,Product,Order Date,Quantity,Net Amount,Reseller"
    ]
    for i in range(rows):
        customer = draw.choice(["", "Acme", "ACME Ltd", "globex", "Globex", "Hooli"])
        date = f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/2008"
        cells = [
            customer,
            f"P{draw.randint(1, 4)}",
            date,
            str(draw.randint(-1, 9)),
            f'"1,{draw.randint(100, 999)}.{draw.randint(0, 9)}0"',
            draw.choice(["Harbour IT", "Rival"]),
        ]
        lines.append(",".join([f"L{i}", *cells] if ids else cells))
    return lines


@pytest.fixture
def streaming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGE", 1000)
    monkeypatch.setattr(stored, "PARQUET_FROM", 10)


def imported(folder: Path, *rounds: list[str]) -> Path:
    desk = Desk(folder)
    desk.settings('us = "Harbour IT"\nas_of = 2009-02-28\n')
    desk.put("accounts.csv", "Account ID,Account Name", "1,Acme", "2,Globex")
    for lines in rounds:
        desk.put("portal.csv", *lines)
        import_folder(desk.exports, desk.into)
    return desk.into


@pytest.mark.parametrize("ids", [True, False])
def test_streamed_is_the_same_as_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ids: bool) -> None:
    first = portal(1, 400, ids)
    changed = [x.replace("P1", "P2") if i % 50 == 0 else x for i, x in enumerate(first)]
    second = (
        [*changed[:300], *portal(2, 60, ids)[1:]]
        if not ids
        else [*changed[:300], *(f"N{x}" for x in portal(2, 60, ids)[1:])]
    )
    for name, rounds in {"once": [first], "again": [first, first], "newer": [first, second]}.items():
        read = imported(tmp_path / "read" / name, *rounds)
        with monkeypatch.context() as m:
            m.setattr(sources, "LARGE", 1000)
            m.setattr(stored, "PARQUET_FROM", 10)
            streamed = imported(tmp_path / "streamed" / name, *rounds)
        assert (read / "purchases.csv").is_file()
        assert (streamed / "purchases.parquet").is_file()
        for table in ("purchases", "accounts", "products", "partners"):
            one, other = (Workspace(w).table(table) for w in (read, streamed))
            assert one.sort(pl.all()).equals(other.sort(pl.all())), (name, table)
        assert (read / "unplaced/purchases.csv").read_bytes() == (
            streamed / "unplaced/purchases.csv"
        ).read_bytes()


def test_importing_a_large_file_twice_changes_nothing(desk: Desk, streaming: None) -> None:
    desk.put("portal.csv", *portal(3, 300, ids=False))
    desk.run()
    before = desk.contents()
    assert desk.run().files == []
    assert desk.contents() == before


def test_a_large_table_survives_the_import_of_other_files(desk: Desk, streaming: None) -> None:
    desk.put("portal.csv", *portal(4, 300, ids=True))
    desk.run()
    before = desk.table("purchases")
    (desk.exports / "portal.csv").unlink()
    desk.put("accounts.csv", "Account ID,Account Name,Industry", "1,Hooli,x")
    desk.run()
    after = desk.table("purchases")
    assert after.height == before.height
    assert after.get_column("vanished").null_count() == after.height
    # what was only mentioned is listed by now, and its purchases are there
    assert (
        after.filter(pl.col("account") == "1").height
        == before.filter(pl.col("account") == "Hooli").height
        > 0
    )


def test_a_large_file_with_a_broken_row_is_refused(desk: Desk, streaming: None) -> None:
    from beachhead.errors import BadInput

    lines = portal(5, 5000, ids=True)
    lines[4500] += ",too,many,cells"
    desk.put("portal.csv", *lines)
    sources.SAMPLE, keep = 2000, sources.SAMPLE
    try:
        with pytest.raises(BadInput, match="same number of cells"):
            desk.run()
    finally:
        sources.SAMPLE = keep


def test_a_neutralised_cell_is_restored_whether_streamed_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["Account ID,Account Name", *(f"{n},'=Firm {n}" for n in range(200))]
    for name, large in (("whole", sources.LARGE), ("streamed", 1000)):
        monkeypatch.setattr(sources, "LARGE", large)
        desk = Desk(tmp_path / name)
        desk.put("accounts.csv", *lines)
        desk.run()
        assert Workspace(desk.into).table("accounts")["name"].to_list()[:2] == ["=Firm 0", "=Firm 1"]


def test_a_large_damaged_parquet_file_is_refused(streaming: None, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    path = desk.exports / "accounts.parquet"
    pl.DataFrame(
        {"Account ID": [f"a{i}" for i in range(2000)], "Account Name": ["Acme"] * 2000}
    ).write_parquet(path, compression="uncompressed")
    damaged = bytearray(path.read_bytes())
    damaged[60:900:3] = b"\xff" * len(damaged[60:900:3])
    path.write_bytes(damaged)
    with pytest.raises(BadInput, match="this Parquet file is damaged"):
        import_folder(desk.exports, desk.into)
