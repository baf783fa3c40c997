"""The assessment page: scores, plan and gate are those of the tables and of examples worked by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from markupsafe import escape

from beachhead.accounts.buyers import buyers_by_category
from beachhead.documents.assessment_section import assessment_section, planned_of, planned_scores
from beachhead.documents.pages import assessment as assessment_page
from beachhead.documents.pages import territory_of
from beachhead.documents.practice_plan import by_next_buyers, practice_plan, release_readiness, services
from beachhead.documents.words import percent
from beachhead.practice.library import find_blueprint
from beachhead.practice.results import Results, results
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT
from tests.practice.offering_models import answers

EXAMPLE = ROOT / "examples" / "partner-2009"
LEASING = "001A0000000ZhIVIA0"


def result_of(subject: str, blueprint: str) -> Results:
    return results(EXAMPLE, subject, find_blueprint(blueprint, EXAMPLE), as_of=Workspace(EXAMPLE).as_of)


@pytest.fixture(scope="module")
def body() -> str:
    page = assessment_page.page(Workspace(EXAMPLE))
    assert page is not None
    assert [title for _, title in page.sections] == [
        "Partner practice plan: Harbour IT",
        "Release readiness: vsphere-4",
        "Release readiness: capacity-report-2.0",
        "Operations blueprint: Zandvliet-Hof Leasing AG",
        "Operations blueprint: Kestrel Valves GmbH",
    ]
    return str(page.body).replace("\u00a0", " ")


def section(body: str, anchor: str) -> str:
    return body[body.index(f'id="{anchor}"') :].split("</section>")[0]


def test_every_domain_stands_there_with_its_score_and_spread(body: str) -> None:
    found = result_of(LEASING, "operations")
    text = section(body, "assessed-4")
    for row in found.scores.filter(pl.col("depth") == 1).iter_rows(named=True):
        assert (
            f'<th scope="row">{row["name"]}</th><td class="n">{row["score"]:.2f}</td>'
            f'<td class="n">{row["lo"]:.2f} to {row["hi"]:.2f}</td>'
        ) in text
    for name in found.gaps.head(8)["name"]:
        assert escape(name) in text
    assert "How this came about" in text
    assert "Where respondents disagree" in text


def test_the_road_map_is_that_of_the_planned_assessments() -> None:
    found = result_of(LEASING, "operations")
    told = assessment_section(EXAMPLE, found)["roadmap"]
    assert [row["until"] for row in told] == [
        "30 June 2009",
        "30 September 2009",
        "31 December 2009",
        "31 March 2010",
    ]
    point = found.blueprint.by_id["service-catalogue"].point
    steps = [step for row in told for step in row["steps"] if step.startswith(point.name)]
    assert [step.rsplit("→ ")[1] for step in steps] == ["1)", "2)", "3)"]


def test_planned_scores_never_fall() -> None:
    found = result_of(LEASING, "operations")
    planned = planned_of(EXAMPLE, found)
    assert planned.assessments["date"].is_sorted()
    assert (planned.assessments["date"] > found.head["date"]).all()
    in_all = [by["all"] or 0.0 for by in planned_scores(found, planned).values()]
    assert in_all == sorted(in_all)
    assert in_all[-1] > in_all[0]


def test_gaps_are_ranked_by_who_buys_next_year() -> None:
    found = result_of("harbour-it", "partner-practice")
    territory = territory_of(Workspace(EXAMPLE))
    row = buyers_by_category(territory).filter(window="next year").row(0, named=True)
    behind = sum(row[c] for c in CATEGORIES[2:])
    told = practice_plan(found, territory)
    majority = [gap for gap in told["gaps"] if gap["from"] == "early majority"]
    assert majority
    assert {gap["share"] for gap in majority} == {percent(behind)}
    late = next(c for c in told["categories"] if c["name"] == "late majority")
    assert late["next"] == percent(row["late_majority"])
    few = services(territory).filter((pl.col("category") == "late_majority") & (pl.col("buyers") < 1))
    assert late["drop"] == [f"{s} ({b:.1f})" for s, _, b in few.sort("buyers").iter_rows()]


def test_with_buyers_only_ahead_of_a_point_it_comes_last_and_needs_come_first() -> None:
    found = result_of("harbour-it", "partner-practice")
    only_early = dict.fromkeys(CATEGORIES, 0.0) | {"early_adopters": 1.0}
    order = by_next_buyers(found.gaps, found.blueprint, only_early)
    stage = {p.point.id: p.point.from_stage for p in found.blueprint.placed}
    assert stage[order["point"][0]] == "early_adopters"
    assert set(order.filter(pl.col("share") == 0)["point"].replace_strict(stage)) == {
        "early_majority",
        "late_majority",
    }
    seen: set[str] = set()
    for point, waits in order.select("point", "waits_for").iter_rows():
        assert not set(waits) - seen
        seen.add(point)
    assert seen == set(found.gaps["point"])


def test_without_a_territory_the_plan_ranks_by_value_over_effort_alone() -> None:
    found = result_of("harbour-it", "partner-practice")
    told = practice_plan(found, None)
    assert not told["known"]
    ratios = by_next_buyers(found.gaps, found.blueprint, None)["share"]
    assert (ratios == 1).all()
    assert all(c["next"] == "–" and not c["drop"] for c in told["categories"])


def test_the_release_gate_counts_what_stands_below_level_two(body: str) -> None:
    found = result_of("capacity-report-2.0", "whole-product")
    told = release_readiness(found)
    early = {p.point.id for p in found.blueprint.placed if p.point.from_stage != "late_majority"}
    points = found.points.filter(pl.col("point").is_in(early) & (pl.col("state") != "not_applicable"))
    assert told["asked"] == points.height
    below = points.filter(pl.col("level") < 2)
    assert {row["name"] for row in told["below"]} == set(below["name"])
    assert told["passed"] == points.filter(pl.col("level") >= 2).height
    assert told["verdict"] in section(body, "assessed-3")
    assert told["verdict"].startswith(f"Not ready for the early majority: {below.height} of {points.height}")


def test_a_release_with_every_point_at_the_gate_is_ready(tmp_path: Path) -> None:
    model = find_blueprint("whole-product")
    folder = tmp_path / "answers" / "tool-1"
    folder.mkdir(parents=True)
    answers = "".join(f"  {p.point.id}: {{level: 2}}\n" for p in model.placed)
    (folder / "whole-product-2009-02-01.yaml").write_text(
        f"subject: tool-1\nkind: release\nblueprint: whole-product\nblueprint_version: {model.version}\n"
        f"date: 2009-02-01\nanswers:\n{answers}",
        encoding="utf-8",
    )
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n", encoding="utf-8")
    page = assessment_page.page(Workspace(tmp_path))
    assert page is not None
    assert "Ready for the early majority: all" in page.body
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-01-01\n", encoding="utf-8")
    assert assessment_page.page(Workspace(tmp_path)) is None  # nothing was known on that day


def test_no_answers_no_page(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,name\nA-1,Adatum\n", encoding="utf-8")
    assert assessment_page.page(Workspace(tmp_path)) is None


def test_the_latest_assessment_stands_first(tmp_path: Path) -> None:
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n")
    for account, day in (("A-1", "2008-05-01"), ("A-3", "2009-02-01"), ("A-2", "2009-01-01")):
        answers(tmp_path, account, {"network-ports": 1}, day=day)
    found = assessment_page._found(Workspace(tmp_path))
    assert [one.head["subject"] for one in found] == ["A-3", "A-2", "A-1"]
