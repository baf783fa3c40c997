from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.errors import BadQuestion
from beachhead.practice.assessment import answer_tables
from beachhead.practice.explain import explain
from tests.practice.models import STAGED, blueprint
from tests.practice.test_scoring import SMALL_MODEL, one


def lines(part: str, *answers: dict[str, object]) -> list[str]:
    given = [one(a, respondent=f"r{n}") for n, a in enumerate(answers)]
    return explain(answer_tables(given), SMALL_MODEL, part).lines


def test_a_domain_shows_every_term() -> None:
    found = lines("service", {"catalogue": 3, "agreements": 1})
    assert found == [
        "Service: 0.67 (level 2.00 of 3).",
        "(1 × 3/3 + 1 × 1/3) / 2 = 1.33 / 2 = 0.67.",
    ]


def test_the_whole_shows_every_domain() -> None:
    found = lines("all", {"catalogue": 3, "agreements": 1, "change-record": 2, "change-board": 0})
    assert found == [
        "Small blueprint: 0.53 (level 1.60 of 3).",
        "Service: Σ weight × level / highest = 1.33 over Σ weight = 2.",
        "Change: Σ weight × level / highest = 4.00 over Σ weight = 8.",
        "In all 5.33 / 10 = 0.53.",
    ]


def test_what_is_open_is_told() -> None:
    found = lines(
        "all",
        {
            "catalogue": 1,
            "agreements": "dont_know",
            "change-board": {"level": "not_applicable", "reason": "x"},
        },
        {"catalogue": 2},
    )
    text = "\n".join(found)
    assert found[0] == "Small blueprint: 0.50 (level 1.50 of 3), between 0.04 and 0.96."
    assert "1 not answered, left out of the score" in text
    assert "1 not known, left out" in text
    assert "1 does not apply, counted nowhere: A board meets." in text
    assert "1 where respondents disagree" in text


def test_nothing_answered_is_told() -> None:
    assert lines("service", {"change-record": 1})[0] == (
        "Service: no score, because nothing was answered; it may be anything between 0.00 and 1.00."
    )


def test_a_point_shows_who_said_what_and_the_criteria() -> None:
    found = lines("catalogue", {"catalogue": 1}, {"catalogue": {"level": 3, "prefilled": "from samm"}})
    assert found[0] == "Services are in a catalogue: level 2 of 3 (r0 1, r1 3 (taken over, not confirmed))."
    assert "Level 2: Users order from it" in found


def test_the_table_adds_up_to_the_score() -> None:
    answers = answer_tables([one({"catalogue": 3, "agreements": 1, "change-record": 2})])
    told = explain(answers, SMALL_MODEL)
    counted = told.points.drop_nulls("contribution")
    assert counted["contribution"].sum() / counted["weight"].sum() == pytest.approx((3 + 1 + 12) / 3 / 8)


def test_samm_arithmetic(tmp_path: Path) -> None:
    model = blueprint(tmp_path, STAGED)
    answers = {"s-a-1": 1, "s-b-1": 0.5, "s-a-2": 0.25, "s-b-2": 0.5, "p-a-1": 0.5}
    found = explain(answer_tables([one(answers)]), model, "strategy").lines
    assert found[:5] == [
        "Strategy: 0.38 (level 1.12 of 3), between 0.38 and 0.71.",
        "Level 1: stream A 1.00, stream B 0.50; mean 0.75.",
        "Level 2: stream A 0.25, stream B 0.50; mean 0.38.",
        "Level 3: no answer, adds nothing yet.",
        "Sum over the levels: (0.75 + 0.38 + 0.00) = 1.12 of 3.",
    ]
    govern = explain(answer_tables([one(answers)]), model, "govern").lines
    assert govern[1] == "Mean of Strategy, Policy: (1 × 0.38 + 1 × 0.17) / 2."


@pytest.mark.parametrize("part", ["servic", "catalog", "nothing-of-it"])
def test_an_unknown_part_is_refused(part: str) -> None:
    with pytest.raises(BadQuestion, match="has no domain, section or point"):
        lines(part, {"catalogue": 1})
