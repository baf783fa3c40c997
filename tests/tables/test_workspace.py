"""A workspace's tables come out with exactly the columns of their definitions, and complaints say where."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from beachhead.errors import BadInput, BadQuestion
from beachhead.tables.paths import undamaged
from beachhead.tables.schema import TEXTS
from beachhead.tables.workspace import TABLES, Workspace, definition


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_an_absent_table_is_empty_with_its_columns(tmp_path: Path, name: str) -> None:
    table = Workspace(tmp_path).table(name)
    assert table.height == 0
    assert table.schema == definition(name).schema


@pytest.mark.parametrize("name", TABLES)
def test_every_table_survives_a_round_trip_through_parquet(tmp_path: Path, name: str) -> None:
    values = {
        pl.String: "x",
        TEXTS: ["a", "b"],
        pl.Date: dt.date(2009, 2, 28),
        pl.Float64: 1.5,
        pl.Int64: 3,
        pl.Boolean: True,
    }
    table = definition(name)
    row = {c.name: c.choices[0] if c.choices else values[c.dtype] for c in table.columns}
    frame = pl.DataFrame([row], schema=table.schema)
    frame.write_parquet(tmp_path / f"{name}.parquet")
    assert Workspace(tmp_path).table(name).equals(frame)


def test_settings_say_who_we_are_and_when(tmp_path: Path) -> None:
    write(tmp_path, "beachhead.toml", 'us = "Harbour IT"\nas_of = 2009-02-28\ncurrency = "EUR"\n')
    workspace = Workspace(tmp_path)
    assert (workspace.us, workspace.as_of, workspace.currency) == ("Harbour IT", dt.date(2009, 2, 28), "EUR")


def test_without_settings_we_are_nobody_and_it_is_today(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert (workspace.us, workspace.as_of) == ("", dt.date.today())


@pytest.mark.parametrize(
    ("text", "says"),
    [("us = Harbour", "not valid TOML"), ("as_of = 'yesterday'", "as_of = 2009-02-28"), ("us = 3", "us = ")],
)
def test_settings_that_cannot_be_used_are_refused(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, "beachhead.toml", text)
    with pytest.raises(BadInput, match=says):
        _ = Workspace(tmp_path).us, Workspace(tmp_path).as_of


def test_an_unknown_table_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="did you mean 'purchases'"):
        Workspace(tmp_path).table("purchase")
    with pytest.raises(BadInput, match="no such folder"):
        Workspace(tmp_path / "nowhere")


def test_yaml_files_are_found_in_order_and_below(tmp_path: Path) -> None:
    for name in ("plays/b.yaml", "plays/a.yml", "plays/deep/c.yaml", "plays/readme.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path, name, "id: x\n")
    assert [p.name for p in Workspace(tmp_path).files("plays")] == ["a.yml", "b.yaml", "c.yaml"]
    assert Workspace(tmp_path).files("answers") == []


def test_a_table_is_read_once_and_again_when_the_workspace_is_opened_again(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,name\n1,Acme\n", encoding="utf-8")
    workspace = Workspace(tmp_path)
    first = workspace.table("accounts")
    assert workspace.table("accounts") is first
    (tmp_path / "accounts.csv").write_text("account,name\n1,Globex\n", encoding="utf-8")
    workspace.reopen()
    assert workspace.table("accounts")["name"].to_list() == ["Globex"]


TITLED = "Widgets sold\n\nYear,Units\n2004,40\n2005,95\n2006,210\n2007,420\n"


def test_how_the_adoption_file_is_read_can_be_said_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "adoption.csv").write_text(TITLED, encoding="utf-8")
    (tmp_path / "beachhead.toml").write_text(
        'as_of = 2009-02-28\n[adoption]\nheader_row = 3\nkind = "flow"\n', encoding="utf-8"
    )
    workspace = Workspace(tmp_path)
    assert workspace.adoption().series["kind"].to_list() == ["flow"]
    assert workspace.adoption() is workspace.adoption()
    assert workspace.adoption_on(None).frame.height == 4


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("adoption = 3", "adoption cannot be used"),
        ('[adoption]\nheader_row = "3"', "header_row cannot be used.*a whole number"),
        ("[adoption]\nheader_row = true", "header_row cannot be used.*a whole number"),
        ("[adoption]\nheader_rwo = 3", "did you mean 'header_row'"),
    ],
)
def test_settings_of_another_kind_are_refused(tmp_path: Path, settings: str, told: str) -> None:
    (tmp_path / "adoption.csv").write_text(TITLED, encoding="utf-8")
    (tmp_path / "beachhead.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        Workspace(tmp_path).adoption()


NEEDED = {
    "accounts": ("account",),
    "activities": ("account", "date"),
    "contacts": ("account",),
    "opportunities": ("account",),
    "outcomes": ("account", "play", "date", "result"),
    "installed_versions": ("account", "release"),
    "observations": ("market", "date"),
    "defects": ("defect",),
    "delphi_rounds": ("round", "market", "opened", "invited"),
    "partners": ("partner",),
    "people": ("person",),
    "practice_log": ("person", "card", "date", "kind"),
    "products": ("product",),
    "purchases": ("account", "product", "date"),
    "references": ("account",),
    "releases": ("release",),
    "signals": ("account", "date", "signal"),
}


@pytest.mark.parametrize(("name", "column"), [(n, c) for n, columns in NEEDED.items() for c in columns])
def test_what_a_row_is_nothing_without_is_asked_for(tmp_path: Path, name: str, column: str) -> None:
    cells = {"date": "2008-01-31", "result": "won", "kind": "recall", "opened": "2008-01-31"}
    others = [c for c in NEEDED[name] if c != column] or ["vanished"]
    write(tmp_path, f"{name}.csv", f"{','.join(others)}\n{','.join(cells.get(c, 'x') for c in others)}\n")
    with pytest.raises(BadInput, match=column):
        Workspace(tmp_path).table(name)
    row = ["2009-01-31" if c == "vanished" else cells.get(c, "x") for c in others]
    write(tmp_path, f"{name}.csv", f"{','.join(others)},{column}\n{','.join(row)},\n")
    with pytest.raises(BadInput, match=f"row 2.*{column}"):
        Workspace(tmp_path).table(name)


def test_nothing_else_is_asked_for(tmp_path: Path) -> None:
    assert set(NEEDED) == set(TABLES)
    for name in TABLES:
        assert tuple(c.name for c in definition(name).columns if c.required) == NEEDED[name]


def test_lists_in_one_text_and_lists_come_to_the_same(tmp_path: Path) -> None:
    for needs in (["a;b", None], [["a", "b"], None]):
        frame = pl.DataFrame({"product": ["p", "q"], "needs_first": needs})
        frame.write_parquet(tmp_path / "products.parquet")
        assert Workspace(tmp_path).table("products")["needs_first"].to_list() == [["a", "b"], None]


def test_a_column_of_one_s_own_is_whole_numbers_where_all_of_it_is(tmp_path: Path) -> None:
    write(tmp_path, "accounts.csv", "account,Rooms,Score,Code\nA,2,1.5,007\nB,14,2,008\n")
    table = Workspace(tmp_path).table("accounts")
    assert [table.schema[c] for c in ("Rooms", "Score", "Code")] == [pl.Int64, pl.Float64, pl.String]


def test_a_table_in_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "accounts.parquet"
    pl.DataFrame({"account": [f"a{i}" for i in range(500)], "name": ["Acme"] * 500}).write_parquet(path)
    damaged = bytearray(path.read_bytes())
    damaged[40:400:3] = b"\xff" * len(damaged[40:400:3])
    path.write_bytes(damaged)
    with pytest.raises(BadInput, match=r"accounts\.parquet: this Parquet file is damaged"):
        Workspace(tmp_path).table("accounts")


def test_damage_that_makes_the_reader_panic_is_damage(tmp_path: Path) -> None:
    """Polars panics where a file's own sizes contradict each other; a panic is no ``Exception``."""
    with pytest.raises(BadInput, match=r"x\.parquet: this Parquet file is damaged"), undamaged("x.parquet"):
        raise pl.exceptions.PanicException("assertion failed: offset + length <= self.length")
    with pytest.raises(KeyboardInterrupt), undamaged("x.parquet"):
        raise KeyboardInterrupt
