"""Sentences with facts in them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from beachhead.accounts.sentences import Sentence
from beachhead.errors import BadInput

ROWS = pl.DataFrame(
    {
        "last_quantity": [42.0, 1.0, None, 2.5],
        "last_seller": ["Contoso Systems", "Ł & Söhne", None, "x"],
        "months_since_purchase": [19, 1, None, 21],
        "last_purchase": [date(2007, 7, 16), date(2009, 1, 1), None, date(2007, 5, 31)],
        "departments_met": [["service-desk", "own team"], [], None, ["network"]],
        "standing": ["early_majority", "laggards", None, "innovators"],
        "next_buy": ["distributed-switch", None, None, "odd"],
        "bought_from_us": [True, False, None, True],
    }
)
COLUMNS = dict(ROWS.schema)


def said(text: str, called: dict[str, str] | None = None) -> list[str]:
    return ROWS.select(s=Sentence.parse(text, COLUMNS).expression(called))["s"].to_list()


def test_it_says_facts_as_people_do() -> None:
    text = "bought {last_quantity} licences from {last_seller} {months_since_purchase} months ago"
    assert said(text) == [
        "bought 42 licences from Contoso Systems 19 months ago",
        "bought 1 licence from Ł & Söhne 1 month ago",
        "bought unknown licences from unknown unknown months ago",
        "bought 2.5 licences from x 21 months ago",
    ]
    assert said("{last_purchase}")[0] == "16 July 2007"
    assert said("{departments_met}") == ["service desk, own team", "none", "unknown", "network"]
    assert said("{standing}")[0] == "early majority"
    assert said("{bought_from_us}") == ["yes", "no", "unknown", "yes"]


def test_ids_are_said_by_name() -> None:
    assert said("next: {next_buy}", {"distributed-switch": "Distributed switch"})[::3] == [
        "next: Distributed switch",
        "next: odd",
    ]


def test_the_first_alternative_whose_facts_are_known_is_said() -> None:
    text = "[{last_quantity} from {last_seller}|no purchase known]; so {standing}"
    assert said(text)[0] == "42 from Contoso Systems; so early majority"
    assert said(text)[2] == "no purchase known; so unknown"
    assert said("A[ such as {last_seller}|]")[2] == "A"


def test_plain_text_stays_as_it_is() -> None:
    assert said("costs & risks > 3 %") == ["costs & risks > 3 %"] * 4 or said("costs") == ["costs"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("from {last_selle}", "did you mean 'last_seller'?"),
        ("from {last_seller", "bracket is left open"),
        ("from last_seller}", "bracket is left open"),
        ("[a|b", "bracket is left open"),
        ("{}", "no fact ''"),
        ("{last_seller.__class__}", "no fact"),
        ("{0}", "no fact"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        Sentence.parse(text, COLUMNS, "plays/x.yaml line 3")
    assert says in str(refused.value)
    assert "plays/x.yaml line 3" in str(refused.value)
