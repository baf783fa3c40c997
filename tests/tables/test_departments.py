from __future__ import annotations

import pytest

from beachhead.tables.departments import department_id, departments

AGREED = [
    "management",
    "architecture",
    "server",
    "storage",
    "network",
    "security",
    "operations",
    "service-desk",
    "applications",
    "desktop",
    "procurement",
    "finance",
    "development",
    "compliance",
    "business",
]


def test_the_vocabulary_is_the_agreed_one_and_no_name_means_two_departments() -> None:
    assert list(departments()) == AGREED
    called = [name.casefold() for d in departments().values() for name in {d.id, d.name.casefold(), *d.also}]
    assert len(called) == len(set(called))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("service-desk", "service-desk"),
        ("Help Desk", "service-desk"),
        ("service_desk", "service-desk"),
        ("Storage  and backup", "storage"),
        ("Data Centre", "operations"),
        ("astrology", None),
    ],
)
def test_other_usual_names_are_understood(said: str, meant: str | None) -> None:
    assert department_id(said) == meant
