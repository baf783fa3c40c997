"""A territory of five accounts in words."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from beachhead.accounts.trait import Trait, adopter_trait
from beachhead.accounts.trait_words import ordinal

AS_OF = date(2009, 2, 28)
ACCOUNTS = pl.DataFrame({"account": list("ABCDE")})
NAMES = {"sv": "server virtualisation", "dv": "desktop virtualisation"}


def _trait(*rows: tuple[str, str, date | None], **more: object) -> Trait:
    schema = {"account": pl.String, "product": pl.String, "date": pl.Date}
    adoptions = pl.DataFrame(rows, schema=schema, orient="row")
    return adopter_trait(adoptions, ACCOUNTS, as_of=AS_OF, **more)  # type: ignore[arg-type]


def _words(trait: Trait) -> dict[str, str]:
    return dict(trait.words(NAMES).iter_rows())


def test_places_are_told_earliest_first() -> None:
    said = _words(
        _trait(
            ("A", "sv", date(2005, 1, 1)),
            ("B", "sv", date(2006, 1, 1)),
            ("C", "sv", date(2006, 1, 1)),
            ("D", "sv", date(2007, 1, 1)),
            ("D", "dv", date(2007, 6, 1)),
            ("A", "dv", date(2008, 6, 1)),
        )
    )
    assert said["A"] == "first of 4 to buy server virtualisation, second of 2 to buy desktop virtualisation"
    assert said["B"] == (
        "joint second of 4 to buy server virtualisation; not yet desktop virtualisation (2 of 5 have)"
    )
    assert said["D"] == "first of 2 to buy desktop virtualisation, fourth of 4 to buy server virtualisation"
    assert said["E"] == (
        "not yet server virtualisation (4 of 5 have) or desktop virtualisation (2 of 5 have)"
    )


def test_more_than_four_adoptions_are_counted() -> None:
    rows = [("A", f"p{k}", date(2005, 1, 1 + k)) for k in range(7)]
    assert _words(_trait(*rows))["A"].endswith(" and 3 more")


def test_what_is_known_only_roughly_is_told_so() -> None:
    start = {"sv": date(2004, 1, 1)}
    said = _words(_trait(("A", "sv", date(2001, 5, 5)), ("B", "sv", None), start=start))
    assert said["A"] == "had server virtualisation by 2003-12-31"
    assert said["B"] == "had server virtualisation by 2009-02-28"
    adoptions = pl.DataFrame(
        {
            "account": ["A"],
            "product": ["sv"],
            "date": [date(2006, 12, 31)],
            "not_before": [date(2005, 12, 31)],
        }
    )
    spanned = adopter_trait(adoptions, ACCOUNTS, as_of=AS_OF)
    assert _words(spanned)["A"] == "bought server virtualisation between 2006-01-01 and 2006-12-31"


def test_against_a_market_the_words_name_how_far_it_was() -> None:
    curve = pl.DataFrame(
        {"product": "sv", "ds": [date(2004, 1, 1), date(2008, 1, 1)], "fraction": [0.0, 0.2]}
    )
    said = _words(_trait(("A", "sv", date(2006, 1, 1)), markets=curve))
    assert said["A"] == "first of 1 to buy server virtualisation when 10% of its market had"


@pytest.mark.parametrize(
    ("n", "word"),
    [
        (1, "first"),
        (3, "third"),
        (10, "tenth"),
        (11, "11th"),
        (12, "12th"),
        (21, "21st"),
        (22, "22nd"),
        (33, "33rd"),
        (111, "111th"),
        (40, "40th"),
    ],
)
def test_ordinals(n: int, word: str) -> None:
    assert ordinal(n) == word


def test_notes_name_the_curves_and_what_was_left_out() -> None:
    curve = pl.DataFrame(
        {"product": "sv", "ds": [date(2004, 1, 1), date(2009, 1, 1)], "fraction": [0.0, 0.2]}
    )
    trait = _trait(
        ("A", "sv", date(2006, 1, 1)),
        ("A", "dv", date(2006, 1, 1)),
        ("Z", "sv", date(2006, 1, 1)),
        markets=curve,
    )
    notes = " ".join(trait.notes)
    assert "dv: positions are those among the territory's own addressable accounts" in notes
    assert "sv: positions are read from the market's curve" in notes
    assert "1 adoptions were left out: their accounts are not in the table of accounts." in notes
