"""Paths of a workspace stay inside it, are literal, and hold ids reversibly."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadInput
from beachhead.tables import paths

IDS = {
    "harbour-it": "harbour-it",
    "001A0000004xQ2ZIAU": "001A0000004xQ2ZIAU",
    "capacity-report-2.0": "capacity-report-2.0",
    "Müller": "Müller",
    "A/1": "A%2F1",
    "A-1": "A-1",
    "ACME [DE]": "ACME %5BDE%5D",
    "CON": "%43ON",
    "nul.txt": "%6Eul.txt",
    "COM¹": "%43OM¹",
    "..": "%2E%2E",
    ".hidden": "%2Ehidden",
    "x.": "x%2E",
    "x ": "x%20",
    "a  b": "a%20 b",
    "%41": "%2541",
    "e\u0301": "e%CC%81",
    "": "%",
}


@pytest.mark.parametrize(("name", "file"), IDS.items())
def test_an_id_is_a_name_that_every_system_keeps(name: str, file: str) -> None:
    assert paths.encoded(name) == file
    assert paths.decoded(file) == name


@given(st.text(max_size=60))
def test_every_id_comes_back_from_its_name(name: str) -> None:
    file = paths.encoded(name)
    assert paths.decoded(file) == name
    assert file == "%" or not paths.trouble_with(file)


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_two_ids_share_a_name(one: str, other: str) -> None:
    names = paths.encoded_all([one, other])
    folded = {name.casefold() for name in names.values()}
    assert len(folded) == len({one, other})


def test_a_very_long_id_fits_and_stays_apart() -> None:
    one, other = paths.encoded("x" * 400), paths.encoded("x" * 401)
    assert one != other
    assert len(one.encode()) <= 200
    assert paths.encoded("x" * 200) == "x" * 200  # names that workspaces hold already are found again
    assert paths.encoded("x" * 201) != "x" * 201


@pytest.mark.parametrize(
    "name",
    [
        *["", "/etc/passwd", "../x", "a/../../x", "a/./b", "a//b", "C:x", "C:\\x", "\\\\host\\share", "a\\b"],
        *[
            "//host/share/x",
            "a:stream",
            "NUL",
            "unplaced/con.csv",
            "lpt1.csv",
            "a.",
            "a ",
            " a",
            "a\0b",
            "a\nb",
        ],
        *["COM²", "aux .csv", "CONIN$", "a/", "x?", "x*", "..."],
    ],
)
def test_a_name_from_a_file_that_could_be_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput):
        paths.named(tmp_path, name)


def test_plain_names_are_taken(tmp_path: Path) -> None:
    for name in ("accounts.csv", "unplaced/accounts.csv", "ACME [DE].csv", "console.csv", ".beachhead-lock"):
        assert paths.named(tmp_path, name) == tmp_path / name


def test_links_are_followed_inside_and_refused_outside(tmp_path: Path) -> None:
    home, root = tmp_path / "home", tmp_path / "workspace"
    home.mkdir()
    root.mkdir()
    (home / "secret.yaml").write_text("secret")
    (root / "plays").mkdir()
    (root / "plays" / "own.yaml").write_text("own")
    (root / "inner").symlink_to("plays")
    assert paths.inside(root, "inner", "own.yaml").read_text() == "own"
    for made, target in {
        "file": home / "secret.yaml",
        "folder": home,
        "chain": root / "file",
        "relative": Path("../home/secret.yaml"),
        "through": Path("plays/../../home"),
        "nowhere-yet": home / "new.yaml",
    }.items():
        (root / made).symlink_to(target)
        with pytest.raises(BadInput, match="leads out of the workspace"):
            paths.inside(root, made)
    with pytest.raises(BadInput, match="leads out"):
        paths.inside(root, "folder", "secret.yaml")
    (root / "loop").symlink_to("loop")
    with pytest.raises(BadInput, match="link to itself"):
        paths.inside(root, "loop")
    for parts in (("..", "home"), ("/etc",), ("a\0b",), ("plays/../..",)):
        with pytest.raises(BadInput, match="leads out"):
            paths.inside(root, *parts)


def test_a_workspace_may_itself_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert paths.inside(tmp_path / "link", "accounts.csv") == tmp_path / "link" / "accounts.csv"


def test_listing_refuses_what_leads_out_and_knows_no_patterns(tmp_path: Path) -> None:
    root = tmp_path / "w[1]"
    (root / "plays" / "[x]").mkdir(parents=True)
    (root / "plays" / "b.YAML").write_text("")
    (root / "plays" / "[x]" / "a.yml").write_text("")
    (root / "plays" / "note.txt").write_text("")
    found = paths.listed(root, "plays", endings=paths.YAML)
    assert [p.name for p in found] == ["a.yml", "b.YAML"]
    assert [p.name for p in paths.listed(root, "plays", endings=paths.YAML, deep=False)] == ["b.YAML"]
    assert paths.listed(root, "objections") == []
    (root / "plays" / "c.yaml").symlink_to("/etc/passwd")
    with pytest.raises(BadInput, match=r"c\.yaml.*leads out"):
        paths.listed(root, "plays", endings=paths.YAML)


def test_tables_are_read_by_their_very_name(tmp_path: Path) -> None:
    (tmp_path / "t1.csv").write_text("a\nother\n")
    (tmp_path / "t[1].csv").write_text("a\nmine\n")
    pl.DataFrame({"a": ["other"]}).write_parquet(tmp_path / "t1.parquet")
    pl.DataFrame({"a": ["mine"]}).write_parquet(tmp_path / "t[1].parquet")
    csv, parquet = tmp_path / "t[1].csv", tmp_path / "t[1].parquet"
    for frame in (
        paths.read_csv(csv),
        paths.scan_csv(csv).collect(),
        paths.read_parquet(parquet),
        paths.scan_parquet(parquet).collect(),
    ):
        assert frame["a"].to_list() == ["mine"]


def test_a_folder_s_name_is_no_column(tmp_path: Path) -> None:
    """``region=Bavaria/`` is how some tools lay out tables; of a workspace it is just a name."""
    path = tmp_path / "region=Bavaria" / "t.parquet"
    path.parent.mkdir()
    pl.DataFrame({"a": ["mine"]}).write_parquet(path)
    assert paths.read_parquet(path).columns == ["a"]
    assert paths.scan_parquet(path).collect().columns == ["a"]


def test_ids_that_differ_in_case_have_places_of_their_own(tmp_path: Path) -> None:
    (first,) = paths.place(tmp_path, "answers", "acme")
    first.mkdir(parents=True)
    (second,) = paths.place(tmp_path, "answers", "ACME")
    second.mkdir()
    assert (first.name, second.name) == ("acme", "%41%43%4D%45")
    assert paths.place(tmp_path, "answers", "acme") == [first]
    assert paths.place(tmp_path, "answers", "ACME") == [second]


def test_what_lies_under_an_earlier_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "answers" / "A-1").mkdir(parents=True)
    found = paths.place(tmp_path, "answers", "A/1", old="A-1")
    assert [p.name for p in found] == ["A%2F1", "A-1"]


def test_what_a_killed_writer_left_half_written_is_read_by_nobody(tmp_path: Path) -> None:
    for name in ("case.yaml", ".beachhead-8265b2e7075b.part.yaml", "~$case.yaml", ".git/config.yaml"):
        (tmp_path / "cases" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "cases" / name).write_text("offering: server-virtualisation\n")
    assert [p.name for p in paths.listed(tmp_path, endings=(".yaml",))] == ["case.yaml"]
    assert [p.name for p in paths.files_in(tmp_path, (".yaml",), deep=True)] == ["case.yaml"]
