"""``beachhead blueprint``: each sub-command at work, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from beachhead.errors import BadKnowledge, BadQuestion
from beachhead.practice.library import load_blueprint
from beachhead.practice.mapping import find_mapping
from tests.docs_runner import run
from tests.practice.models import SMALL, write

OTHERS = Path(__file__).parent.parent / "practice" / "models_of_others"


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    write(tmp_path, SMALL, "ws/blueprints/small.yaml")
    return tmp_path


def test_list_shows_what_ships_and_what_the_workspace_has() -> None:
    said = run("beachhead blueprint list ws")
    assert "operations" in said
    assert "whole-product" in said
    assert "ws/blueprints/small.yaml" in said
    assert "small.yaml" not in run("beachhead blueprint list")


def test_list_tells_what_is_broken(desk: Path) -> None:
    write(desk, "id: odd\n", "ws/blueprints/odd.yaml")
    assert "broken: " in run("beachhead blueprint list ws")


def test_show_tells_the_points_a_domain_and_a_point() -> None:
    assert "Changes to the platform are on record" in run("beachhead blueprint show operations")
    point = run("beachhead blueprint show small catalogue --workspace ws")
    assert "Level 2: Users order from it" in point
    assert "Owned by Operations; hands over to Service desk" in point
    domain = run("beachhead blueprint show small change --workspace ws")
    assert "Every change has a record" in domain
    assert "A board meets" in domain
    assert "(did you mean 'catalogue'?)" in run("beachhead blueprint show small catalog --workspace ws")
    assert "has no language 'de'" in run("beachhead blueprint show small --workspace ws --language de")


def test_show_speaks_another_language(desk: Path) -> None:
    run(f"beachhead blueprint import {OTHERS / 'library-with-questions.yaml'} -o ws/blueprints/new.yaml")
    assert "1 level 1" in run("beachhead blueprint show new --workspace ws --language en")


def test_check_remembers_and_refuses_a_change(desk: Path) -> None:
    said = run("beachhead blueprint check ws/blueprints")
    assert "Small blueprint, version 1, 4 points, remembered in fingerprints.json." in said
    write(desk, SMALL.replace("A list exists", "A list is there"), "ws/blueprints/small.yaml")
    said = run("beachhead blueprint check ws/blueprints/small.yaml")
    assert "set 'version: 2'" in said
    assert "Traceback" not in said


def test_check_takes_a_draft_as_it_is(desk: Path) -> None:
    write(desk, SMALL.replace("version: 1", "version: 0"), "ws/blueprints/small.yaml")
    assert "a draft" in run("beachhead blueprint check ws/blueprints")
    assert not (desk / "ws/blueprints/fingerprints.json").exists()


def test_check_tells_every_problem_with_its_line(desk: Path) -> None:
    write(
        desk,
        SMALL.replace("[server]", "[servers]").replace("levels:\n  -", "levles:\n  -"),
        "ws/blueprints/small.yaml",
    )
    assert "line 8: there is no field 'levles' (did you mean 'levels'?)" in run(
        "beachhead blueprint check ws/blueprints"
    )
    assert "holds no blueprint" in run("beachhead blueprint check .")
    assert "cannot be read" in run("beachhead blueprint check gone.yaml")


@pytest.mark.parametrize("path", sorted(OTHERS.iterdir()), ids=lambda p: p.name)
def test_import_writes_a_blueprint_and_names_what_does_not_fit(path: Path, desk: Path) -> None:
    said = run(f"beachhead blueprint import {path} -o ws/blueprints/imported.yaml")
    assert "lies in ws/blueprints/imported.yaml" in said
    assert "- " in said
    assert "points" in run("beachhead blueprint check ws/blueprints/imported.yaml")


def test_import_over_another_content_of_the_same_version_is_refused(desk: Path) -> None:
    run(f"beachhead blueprint import {OTHERS / 'flat.csv'} -o ws/blueprints/flat.yaml")
    run("beachhead blueprint check ws/blueprints")
    changed = (OTHERS / "flat.csv").read_text().replace("no list", "no list at all")
    said = run(f"beachhead blueprint import {write(desk, changed, 'flat.csv')} -o ws/blueprints/flat.yaml")
    assert "differs from the version 1 that was recorded" in said
    assert "no list at all" not in (desk / "ws/blueprints/flat.yaml").read_text()


def test_to_excel_and_back(desk: Path) -> None:
    assert "The workbook lies in small.xlsx" in run(
        "beachhead blueprint to-xlsx small --workspace ws -o small.xlsx"
    )
    assert "4 points" in run("beachhead blueprint from-xlsx small.xlsx -o again.yaml")
    book = openpyxl.load_workbook("small.xlsx")
    book["Sections"]["A2"].value = "servise"
    book.save("small.xlsx")
    said = run("beachhead blueprint from-xlsx small.xlsx -o again.yaml")
    assert "sheet 'Points', cell A2: there is no section 'service' (did you mean 'servise'?)" in said


def mapping_library(desk: Path, target: str = "theirs") -> Path:
    """A library that maps the imported level model ``new`` to a framework."""
    run(f"beachhead blueprint import {OTHERS / 'library-with-questions.yaml'} -o ws/blueprints/new.yaml")
    new = load_blueprint(desk / "ws/blueprints/new.yaml")
    point = new.placed[0].point
    return write(
        desk,
        f"""\
urn: urn:x:library:m
copyright: CC0
objects:
  requirement_mapping_sets:
    - urn: urn:x:req_mapping_set:m
      name: Own mapping
      source_framework_urn: {new.ref}
      target_framework_urn: urn:x:framework:{target}
      requirement_mappings:
        - source_requirement_urn: {point.ref}
          target_requirement_urn: urn:x:req_node:{target}:catalogue
          relationship: equal
""",
        "m.yaml",
    )


def test_a_mapping_set_becomes_a_mapping_that_the_workspace_takes(desk: Path) -> None:
    path = mapping_library(desk, "small")
    said = run(f"beachhead blueprint import {path} -o ws/mappings/m.yaml")
    assert "CISO Assistant mapping set: Own mapping, 1 pairs from 'new' to 'small'" in said
    assert "lies in ws/mappings/m.yaml" in said
    assert (desk / "ws/mappings/mapping.schema.json").exists()
    assert "mappings" not in run("beachhead check ws")
    assert find_mapping("small", "new", desk / "ws").pairs[0].source == "catalogue"


def test_a_mapping_to_a_model_that_is_not_here_hinders_no_other(desk: Path) -> None:
    path = mapping_library(desk)
    said = run(f"beachhead blueprint import {path} -o ws/mappings/m.yaml")
    assert "- No blueprint here comes from urn:x:framework:theirs" in said
    assert "there is no blueprint 'theirs'" in run("beachhead check ws")
    with pytest.raises(
        BadQuestion, match="no mapping from blueprint 'small' to 'operations'; there are new to theirs"
    ):
        find_mapping("small", "operations", desk / "ws")
    with pytest.raises(BadKnowledge, match="there is no blueprint 'theirs'"):
        find_mapping("new", "theirs", desk / "ws")


def test_a_blueprint_is_not_written_among_mappings(desk: Path) -> None:
    source = OTHERS / "library-with-questions.yaml"
    assert "belongs in the folder 'blueprints'" in run(
        f"beachhead blueprint import {source} -o ws/mappings/m.yaml"
    )
    assert not (desk / "ws/mappings").exists()
