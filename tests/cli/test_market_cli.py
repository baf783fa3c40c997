"""`beachhead market`: every form of its answers, and every way it must refuse."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.docs_runner import run

EXAMPLE = ROOT / "examples" / "vmware-2009"
CATEGORIES = ["innovators", "early_adopters", "early_majority", "late_majority", "laggards"]


@pytest.fixture
def revenue(tmp_path: Path) -> Path:
    path = tmp_path / "revenue.csv"
    path.write_text("ds,y\n2004,218.8\n2005,387.1\n2006,703.9\n2007,1325.8\n2008,1881.0\n")
    return path


def test_it_works(revenue: Path) -> None:
    said = run(f"beachhead market {revenue} --kind flow")
    assert "Where they stand" in said
    assert "2008" in said
    assert "What comes next" in said
    assert "At the end of 2008" in said
    assert "Traceback" not in said


def test_a_workspace_is_answered_as_of_its_day_and_an_option_goes_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "130")
    assert "not known by 2009-02-28" in run(f"beachhead market {EXAMPLE}")
    later = run(f"beachhead market {EXAMPLE} --as-of 2009-08-30")
    assert "not known by 2009-08-30" in later
    assert "servers-shipped-western-europe" in later.split("What comes next")[0]


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_word_is_cut_off_on_a_narrow_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert "…" not in run(f"beachhead market {EXAMPLE}")


def test_one_figure_without_a_stated_potential_is_not_placed() -> None:
    row = next(
        line for line in run(f"beachhead market {EXAMPLE}").splitlines() if line.startswith("customers ")
    )
    assert "one figure" in row
    assert "%" not in row


def test_the_horizon_is_the_number_of_periods(revenue: Path) -> None:
    after = run(f"beachhead market {revenue} --kind flow --horizon 2").split("What comes next")[1]
    assert "2009" in after
    assert "2010" in after
    assert "2011" not in after


def test_csv_gives_a_row_per_series_whose_probabilities_sum_to_one() -> None:
    table = pl.read_csv(run(f"beachhead market {EXAMPLE} --format csv").encode())
    assert table.height == 7
    assert table.select(pl.sum_horizontal(CATEGORIES)).to_series().to_list() == pytest.approx([1.0] * 7)


def test_json_holds_everything() -> None:
    found = json.loads(run(f"beachhead market {EXAMPLE} --format json"))
    assert list(found) == ["standing", "forecast", "buyers", "parameters", "notes", "refused"]
    assert {row["window"] for row in found["buyers"]} == {"a year ago", "now", "next year"}
    assert [row["unique_id"] for row in found["refused"]] == [
        "workloads-virtualised",
        "servers-shipped-western-europe",
        "servers-shipped-worldwide",
    ]
    for row in found["buyers"]:
        assert sum(row[c] for c in CATEGORIES) == pytest.approx(1)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_file_per_table_goes_into_a_folder(form: str, tmp_path: Path) -> None:
    said = run(f"beachhead market {EXAMPLE} --format {form} -o {tmp_path / 'answers'}")
    names = ["standing", "forecast", "buyers", "parameters", "notes", "refused"]
    assert said.splitlines() == [str(tmp_path / "answers" / f"{n}.{form}") for n in names]
    read = pl.read_csv if form == "csv" else pl.read_parquet
    assert read(tmp_path / "answers" / f"forecast.{form}").height == 21


def test_a_table_or_json_goes_into_a_file(revenue: Path, tmp_path: Path) -> None:
    for form, ending in (("table", "txt"), ("json", "json")):
        out = tmp_path / f"answer.{ending}"
        assert (
            run(f"beachhead market {revenue} --kind flow --format {form} -o {out}") == f"Written to {out}\n"
        )
    assert "Where they stand" in (tmp_path / "answer.txt").read_text("utf-8")
    assert json.loads((tmp_path / "answer.json").read_text("utf-8"))["standing"]


def test_a_narrower_potential_gives_a_narrower_standing(revenue: Path) -> None:
    def width(potential: str) -> float:
        said = run(f"beachhead market {revenue} --kind flow --format csv --potential {potential}")
        row = pl.read_csv(said.encode()).row(0, named=True)
        return float(row["fraction-hi-80"] - row["fraction-lo-80"])

    assert width("14000:16000") < width("5000:50000")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--potential 20000", "say it as LOW:HIGH"),
        ("--potential 20000:x", "say it as LOW:HIGH"),
        ("--potential 30000:20000", "no range"),
        ("--kind stocks", "stock"),
        ("--kind banana", "flow"),
        ("--freq hourly", "Y (yearly)"),
        ("--launch soon", "no date"),
        ("--as-of soon", "no date"),
        ("--as-of 1999-01-01", "known by 1999-01-01"),
        ("--horizon 0", "0 is not in the range"),
        ("--format parquet", "name a file or folder with --output"),
        ("--format csv -o {file}", "this is what is read"),
        ("--format json -o {folder}", "no ending that says"),
        ("-o {folder}", "no ending that says"),
    ],
)
def test_what_it_refuses_it_refuses_in_a_sentence(options: str, told: str, revenue: Path) -> None:
    said = run(f"beachhead market {revenue} " + options.format(file=revenue, folder=revenue.parent))
    assert "Traceback" not in said
    if options == "--kind stocks":
        assert "Where they stand" in said  # a usual other word is understood
    else:
        assert told in said


@pytest.mark.parametrize("file", ["none.csv", "folder"])
def test_a_file_that_is_not_there_and_a_folder_that_is_no_workspace(file: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    said = run(f"beachhead market {tmp_path / file}")
    assert said.startswith("beachhead: ")
    assert "Traceback" not in said


cells = st.one_of(
    st.integers(-5, 5000).map(str),
    st.floats(0, 100).map(str),
    st.sampled_from(["", "n/a", "1,5", "12 %", "x", "∞"]),
)
dates = st.one_of(
    st.integers(1990, 2020).map(str), st.sampled_from(["2008Q3", "2008-07", "yesterday", "", "31.12.2008"])
)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", ""]), dates, cells), max_size=12))
def test_no_table_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "t.csv"
    path.write_text("unique_id;ds;y\n" + "".join(f"{a};{b};{c}\n" for a, b, c in rows), encoding="utf-8")
    run(f"beachhead market {path}")  # anything but BeachheadError would be raised here
