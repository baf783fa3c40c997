"""A clean record is never punished: no criterion of the shipped blueprints needs something bad to have happened."""

from __future__ import annotations

import re

import pytest

from beachhead.practice.library import find_blueprint

PUNISHING = re.compile(
    r"of them a refusal|at least (one|two) (ended|answers were|changed|customer has left|opportunity was stopped)|"
    r"change was (stopped|changed)|one was (moved|changed|passed)|led to at least one|cite one as their reason|"
    r"at least (three|five) (changes|corrections)|least one (play|role|service) was|least one correction",
    re.I,
)
SHIPPED = [(name, placed.point) for name in ("operations", "partner-practice", "whole-product")
           for placed in find_blueprint(name).placed]  # fmt: skip


@pytest.mark.parametrize("name", ["operations", "partner-practice", "whole-product"])
def test_troubles_that_did_not_happen_count_as_met(name: str) -> None:
    about = " ".join((find_blueprint(name).about or "").split())
    assert "troubles (incidents, complaints, refusals, faults) and there were none, it is met" in about


@pytest.mark.parametrize(("name", "point"), SHIPPED, ids=[f"{n}-{p.id}" for n, p in SHIPPED])
def test_no_criterion_asks_that_something_went_wrong(name: str, point: object) -> None:
    levels: dict[float, str] = point.levels  # type: ignore[attr-defined]
    for level, told in levels.items():
        plain = told.replace("confirmed or corrected by", "held against").replace(
            "confirmed or changed by", "held against"
        )
        assert not PUNISHING.search(plain), (name, level, told)


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ("repeat-incidents", "at most two in each, or lower in the last than in the first"),
        ("service-owner", "a decision of the owner, with its reason"),
        ("daytime-maintenance", "At least half of the production hosts were serviced"),
        ("rehearsal-environment", "its result stands in the record of every change"),
    ],
)
def test_a_team_without_trouble_reaches_the_highest_level(point: str, told: str) -> None:
    assert told in " ".join(find_blueprint("operations").place(point).point.levels[3].split())
