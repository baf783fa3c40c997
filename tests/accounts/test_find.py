"""Which account is meant: a misspelt name suggests the right one, whatever stands around it in the table."""

from __future__ import annotations

import re

import polars as pl
import pytest

from beachhead.accounts.find import find_account
from beachhead.errors import BadQuestion

ACCOUNTS = pl.DataFrame(
    {
        "account": ["A-1", "A-2", "A-3", "A-4", "A-5"],
        "name": [
            "Acme Ltd",
            "Müller Logistik Europe GmbH & Co. KG",
            "Northern Water Authority",
            "Zweirad AG",
            None,
        ],
    }
)


@pytest.mark.parametrize(
    ("asked", "account"),
    [
        ("Acem", "A-1"),  # the legal form is half of the name's length
        ("Acme Limted", "A-1"),
        ("Mueller Logistic", "A-2"),  # two words of five
        ("muler", "A-2"),
        ("Watter Authority", "A-3"),
        ("Zweirat", "A-4"),
        ("A-11", "A-1"),
    ],
)
def test_a_misspelt_name_suggests_the_account(asked: str, account: str) -> None:
    with pytest.raises(BadQuestion, match=rf"There is no account {asked!r} \(did you mean {account}\b"):
        find_account(ACCOUNTS, asked)


def test_nothing_alike_suggests_nothing() -> None:
    with pytest.raises(BadQuestion, match=re.escape("There is no account 'xyzzy'.")):
        find_account(ACCOUNTS, "xyzzy")


def test_a_name_or_a_part_of_it_is_enough() -> None:
    assert find_account(ACCOUNTS, "acme ltd") == "A-1"
    assert find_account(ACCOUNTS, "Logistik") == "A-2"
