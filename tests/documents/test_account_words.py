"""What several account documents say in the same words."""

from __future__ import annotations

import pytest

from beachhead.documents.account_words import figure


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
