"""The written case for the concreteness test: its scoring fits the blueprint that it was written for."""

from __future__ import annotations

from pathlib import Path

import yaml

from beachhead.practice.answer_files import load_answers
from beachhead.practice.assessment import answer_problems
from beachhead.practice.library import find_blueprint

CASE = Path(__file__).parent / "case"


def test_the_author_scored_every_first_meeting_point_and_gave_a_reason() -> None:
    filed = load_answers(CASE / "answers.yaml")
    operations = find_blueprint("operations")
    asked = {placed.point.id for placed in operations.in_group(["first-meeting"])}
    assert answer_problems(filed, operations) == []
    assert set(filed.assessment.answers) == asked
    assert all(answer.comment for answer in filed.assessment.answers.values())


def test_every_level_occurs_so_that_agreement_is_not_had_by_saying_one_number() -> None:
    answers = yaml.safe_load((CASE / "answers.yaml").read_text(encoding="utf-8"))["answers"]
    levels = [answer["level"] for answer in answers.values()]
    assert set(levels) == {0, 1, 2, 3}
    assert max(map(levels.count, levels)) <= 6


def test_the_case_gives_facts_and_no_levels() -> None:
    text = (CASE / "case.md").read_text(encoding="utf-8").casefold()
    assert not any(word in text for word in ("level", "maturity", "criterion", "blueprint"))
