"""``beachhead gate`` on a terminal and into files, and its page in the report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from beachhead.documents.pages.gate import page
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT
from tests.docs_runner import run

EXAMPLE = ROOT / "examples" / "partner-2009"


def test_it_says_the_course_what_would_turn_it_and_the_courses_side_by_side() -> None:
    said = run(f"beachhead gate {EXAMPLE} 'vSphere 4'")
    assert "should not come early for everybody" in said
    assert "What would turn it: At most" in said
    assert "General release later" in said
    assert "Restarts go into the windows" in said
    assert "21 April" not in said  # what happened later is told apart


@pytest.mark.parametrize("ending", ["html", "xlsx", "json"])
def test_it_is_written_whole(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"gate.{ending}"
    assert "Written to" in run(f"beachhead gate {EXAMPLE} 4.0 -o {file}")
    assert file.stat().st_size > 5000
    if ending == "json":
        told = json.loads(file.read_text(encoding="utf-8"))
        assert [c["course"] for c in told["courses"]] == ["early", "limited", "now", "later"]
        assert len(told["adopters"]) == 16
        assert told["accounts"][0]["within-1"] <= told["accounts"][0]["within-4"]


def test_the_report_has_its_page_with_what_happened_later_apart() -> None:
    made = page(Workspace(EXAMPLE))
    assert made is not None
    body = str(made.body)
    assert made.title == "Release gate: vSphere 4"
    before, _, later = body.partition("What happened later")
    assert "21 April 2009" in later
    assert "21 April 2009" not in before


def test_a_workspace_without_a_release_to_come_has_no_page(tmp_path: Path) -> None:
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-03-31\n", encoding="utf-8")
    assert page(Workspace(tmp_path)) is None
    (tmp_path / "releases.csv").write_text("release,available\n1,2008-01-31\n", encoding="utf-8")
    assert page(Workspace(tmp_path)) is None


def test_a_release_that_is_not_there_is_refused_with_the_nearest() -> None:
    assert "did you mean 'vSphere 4'?" in run(f"beachhead gate {EXAMPLE} 'vSphere 3'")
