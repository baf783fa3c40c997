"""What several account documents say in the same words."""

from __future__ import annotations

from datetime import date

import pytest

from beachhead.documents.account_words import ago, figure, in_months, within


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13_500, "13,500"),
        (100.4, "100"),
        (99.4, "99.4"),
        (-99.4, "-99.4"),
        (-250.5, "-250"),
        (12, "12"),
        (0.25, "0.25"),
    ],
)
def test_a_figure_has_as_many_digits_as_it_needs(value: float, text: str) -> None:
    assert figure(value) == text


@pytest.mark.parametrize(
    ("when", "months", "said"),
    [
        (None, None, None),
        (None, 3, None),
        (date(2007, 12, 13), None, "December 2007"),
        (date(2009, 2, 3), 0, "February 2009 (within the last month)"),
        (date(2009, 1, 3), 1, "January 2009 (1 month ago)"),
        (date(2007, 12, 13), 14, "December 2007 (14 months ago)"),
    ],
)
def test_how_long_ago(when: date | None, months: int | None, said: str | None) -> None:
    assert ago(when, months) == said


def test_how_soon() -> None:
    assert [in_months(n) for n in (0, 1, 4)] == ["within a month", "in 1 month", "in 4 months"]
    assert [within(n) for n in (0, 1, 3)] == ["today", "within 1 day", "within 3 days"]
