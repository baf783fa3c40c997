"""``beachhead discontinuity`` and ``beachhead business-case``: each form, each refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.docs_runner import run
from tests.practice.offering_models import answers, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "w/beachhead.toml", 'us = "Harbour IT"\nas_of = 2009-02-28\n')
    write(tmp_path, "w/accounts.csv", "account,name\nA-1,Adatum [red] AG\nA-2,Fabrikam\n")
    write(tmp_path, "w/purchases.csv", "account,product,date\nA-1,server-virtualisation,2007-05-02\n")
    write(
        tmp_path,
        "w/products.csv",
        "product,name,ours,needs_first\nserver-virtualisation,Server virtualisation,yes,\n"
        "health-check,Health check,yes,server-virtualisation\n"
        "operations-blueprint,Operations blueprint,yes,server-virtualisation\n",
    )
    answers(tmp_path / "w", "A-1", {"acceptance-to-production": 1, "run-books": 2})
    return tmp_path / "w"


def test_the_map_and_the_verdicts(folder: Path) -> None:
    said = run("beachhead discontinuity w Adatum")
    assert "Adatum [red] AG (A-1), as of 28 February 2009" in said
    assert "Operations blueprint engagement (operations-blueprint), payback 16 months (11 to 20)" in said
    assert "Run what you own (run-what-you-own = health-check + operations-blueprint)" in said
    assert " Operations " in said


def test_one_offering_in_detail(folder: Path) -> None:
    said = run("beachhead discontinuity w A-1 --offering operations-blueprint")
    assert "3 → 1" in said  # run books are in place, and four weeks side by side come with it
    assert "(answered level 2: Daily tasks are done from run books by people" in " ".join(said.split())
    assert "What to do, best first" in said
    assert (
        "Operations takes over by signature (procedure, 8 person-days, by operations and IT management)"
        in " ".join(said.split())
    )


def test_files(folder: Path) -> None:
    assert run("beachhead discontinuity w A-1 -o out/map.html") == "Written to out/map.html\n"
    assert "Adatum [red] AG" in Path("out/map.html").read_text()
    told = json.loads(run("beachhead discontinuity w A-1 --offering health-check --format json"))
    assert told["offerings"][0]["offering"] == "health-check"
    assert run("beachhead discontinuity w A-1 --format csv").startswith("account,offering,department,kind")
    assert run("beachhead discontinuity w A-1 -o map.csv") == "Written to map.csv\n"
    assert run("beachhead discontinuity w A-1 -o map.json") == "Written to map.json\n"
    assert run("beachhead discontinuity w A-1 --format table -o map.txt") == "Written to map.txt\n"
    assert "Adatum" in Path("map.txt").read_text()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("discontinuity w Adatom", "There is no account 'Adatom'"),
        ("discontinuity w A-1 --offering health-chek", "did you mean 'health-check'"),
        ("discontinuity w A-1 -o map.pdf", "possible is .txt, .csv, .xlsx, .json or .html"),
        ("discontinuity w A-1 --format html", "name it with -o map.html"),
        (
            "discontinuity w A-1 --format csv -o w/accounts.csv/x",
            "says by its ending no form",
        ),
        ("discontinuity nowhere A-1", "no such folder"),
        ("business-case w A-1 health-chek", "did you mean 'health-check'"),
        ("business-case w Adatom health-check", "There is no account 'Adatom'"),
        ("business-case w A-1 health-check -o case.pdf", "possible is .txt, .csv, .xlsx, .json or .html"),
        ("business-case w A-1 health-check --format html", "name it with -o case.html"),
    ],
)
def test_refusals_are_sentences(folder: Path, line: str, said: str) -> None:
    told = run(f"beachhead {line}")
    assert told.startswith("beachhead: ")
    assert said in told
    assert "Traceback" not in told


def test_broken_answers_and_offerings_are_told_with_their_line(folder: Path) -> None:
    answers(folder, "A-1", {"run-bookz": 2})
    told = run("beachhead discontinuity w A-1")
    assert "line 7" in told
    assert "did you mean 'run-books'" in told


def test_a_business_case(folder: Path) -> None:
    said = run("beachhead business-case w Adatum health-check")
    assert said.startswith("Virtualisation health check at Adatum [red] AG\n")
    assert "14 × 8 % × 40 % × 18,500" in said
    assert "None of the figures is the customer's own yet" in " ".join(said.split())


def test_the_customers_figures_from_the_new_file_to_the_page(folder: Path) -> None:
    said = run("beachhead business-case w A-1 health-check --new")
    path = folder / "cases" / "A-1" / "health-check.yaml"
    assert said.startswith("Written to w/cases/A-1/health-check.yaml")
    assert "there are figures already" in run("beachhead business-case w A-1 health-check --new")
    path.write_text(
        path.read_text().replace("  # hosts: {value: 14, source: }", "  hosts: {value: 9, source: seen}")
    )
    said = " ".join(run("beachhead business-case w A-1 health-check").split())
    assert "9 × 8 % × 40 % × 18,500" in said
    assert "1 of 10 figures are the customer's own" in said
    assert "own: seen" in said
    told = json.loads(run("beachhead business-case w A-1 health-check --format json"))
    assert told["inputs"][0]["own"] is True
    assert run("beachhead business-case w A-1 health-check --format csv").startswith("input,name,unit,low")
    assert run("beachhead business-case w A-1 health-check -o case.html") == "Written to case.html\n"
    assert "<svg" in Path("case.html").read_text()
    assert (
        run("beachhead business-case w A-1 health-check --format table -o case.txt")
        == "Written to case.txt\n"
    )
