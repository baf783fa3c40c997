"""Models scored in stages: the level of a section is the stages that are complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.practice.assessment import answer_tables
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.explain import explain
from beachhead.practice.scoring import point_levels, scores, shares, stage_spans
from tests.practice.models import blueprint
from tests.practice.test_scoring import one

HEAD = """\
id: steps
version: 1
name: Steps
language: en
author: Tests
licence: Apache-2.0
source: judgement
scoring: stages
levels: [{level: 0, name: No}, {level: 1, name: Yes}]
domains:
  - {id: build, name: Build, sections: [
      {id: five, name: Five, points: [%s]},
      {id: two, name: Two, points: [%s]},
      {id: gap, name: Gap, points: [%s]}]}
"""


def points(section: str, *stages: int) -> str:
    return ", ".join(f"{{id: {section}-{n}, name: {section} {n}, stage: {n}}}" for n in stages)


@pytest.fixture
def steps(tmp_path: Path) -> Blueprint:
    return blueprint(
        tmp_path, HEAD % (points("five", 1, 2, 3, 4, 5), points("two", 1, 2), points("gap", 1, 3))
    )


def told(
    model: Blueprint, done: set[str], known: set[str] | None = None
) -> dict[str, tuple[float, float, float]]:
    asked = known if known is not None else set(model.by_id)
    answers = answer_tables(
        [one({p: float(p in done) for p in model.by_id if p in asked}, blueprint="steps")]
    )
    levels = point_levels(answers, model)
    rows = scores(levels, model).select("part", "score", "level", "out_of").iter_rows()
    return {part: (score, level, out_of) for part, score, level, out_of in rows}


def test_a_section_whose_stages_1_and_2_are_complete_shows_level_2(steps: Blueprint) -> None:
    found = told(steps, {"five-1", "five-2", "two-1", "two-2", "gap-1"})
    assert found["five"] == pytest.approx((2 / 5, 2, 5))
    assert found["two"] == pytest.approx((1, 2, 2))
    assert found["gap"] == pytest.approx((1 / 3, 1, 3))  # nothing at stage 2: stage 3 counts for both
    assert found["build"] == pytest.approx((0.5, 5 / 3, 10 / 3))
    assert found["all"] == found["build"]


def test_everything_complete_is_the_highest_level_of_each_section(steps: Blueprint) -> None:
    found = told(steps, set(steps.by_id))
    assert {part: level for part, (_, level, _) in found.items()} == pytest.approx(
        {"all": 10 / 3, "build": 10 / 3, "five": 5, "two": 2, "gap": 3}
    )
    assert {score for score, _, _ in found.values()} == {1.0}


def test_a_section_without_an_answer_is_left_out_of_level_and_of_what_it_is_out_of(steps: Blueprint) -> None:
    found = told(steps, {"two-1", "two-2"}, {"two-1", "two-2"})
    assert found["build"] == pytest.approx((1, 2, 2))
    assert found["five"][0] is None
    assert found["five"][2] == 5


def test_shares_are_what_a_point_adds(steps: Blueprint) -> None:
    share = shares(steps, list(steps.by_id))
    assert sum(share.values()) == pytest.approx(1)
    for point in steps.by_id:
        assert 1 - told(steps, set(steps.by_id) - {point})["all"][0] == pytest.approx(share[point])


def test_the_arithmetic_is_told(steps: Blueprint) -> None:
    done = {"five-1", "five-2", "gap-1", "gap-3"}
    answers = answer_tables([one({p: float(p in done) for p in steps.by_id}, blueprint="steps")])
    assert explain(answers, steps, "gap").lines[0] == "Gap: 1.00 (level 3.00 of 3)."
    assert "Sum over the levels: (1.00 + 2 × 1.00) = 3.00 of 3." in explain(answers, steps, "gap").lines
    lines = explain(answers, steps, "build").lines
    assert (
        "Levels of Five, Two, Gap: (1 × 2.00 + 1 × 0.00 + 1 × 3.00) / 3, of (1 × 5 + 1 × 2 + 1 × 3) / 3."
        in lines
    )


def test_spans() -> None:
    assert stage_spans([3, 1]) == {1: 1, 3: 2}


def test_the_published_arithmetic_of_samm(tmp_path: Path) -> None:
    """Toolbox of OWASP SAMM 2: a practice is the sum over its levels of the mean of its two streams."""
    sections = ", ".join(
        f"{{id: {s}-{stream}-{n}, name: {s} {stream} {n}, stage: {n}, stream: {stream}}}"
        for s in ("p",)
        for n in (1, 2, 3)
        for stream in ("a", "b")
    )
    text = HEAD.split("domains:")[0].replace(
        "{level: 1, name: Yes}", "{level: 0.25, name: some}, {level: 0.5, name: half}, {level: 1, name: most}"
    )
    model = blueprint(tmp_path, f"{text}domains: [{{id: p, name: P, points: [{sections}]}}]\n")
    answers = {"p-a-1": 1, "p-b-1": 0.5, "p-a-2": 0.25, "p-b-2": 0.25, "p-a-3": 0, "p-b-3": 0.5}
    rows = scores(point_levels(answer_tables([one(answers, blueprint="steps")]), model), model).filter(
        part="p"
    )
    assert rows["level"].item() == pytest.approx(0.75 + 0.25 + 0.25)
    assert rows["out_of"].item() == 3
