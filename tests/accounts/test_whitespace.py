"""Whitespace: owned, now, later, never, and the reason."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from beachhead.accounts.whitespace import fit_facts, fits, whitespace
from beachhead.errors import BadInput
from beachhead.tables.products import TABLE


def products(*rows: dict[str, Any]) -> pl.DataFrame:
    return TABLE.conform(pl.DataFrame(list(rows), schema_overrides={"needs_first": pl.List(pl.String)}))


LIST = products(
    {"product": "virtual", "name": "Virtualisation", "vendor": "V", "need": "servers", "ours": True},
    {"product": "rival", "name": "Rival", "vendor": "L", "need": "servers", "ours": False},
    {
        "product": "disks",
        "name": "Disks",
        "vendor": "S",
        "need": "storage",
        "ours": False,
        "needs_first": ["virtual"],
    },
    {"product": "switch", "name": "Switch", "vendor": "V", "ours": True, "needs_first": ["virtual", "disks"]},
    {"product": "again", "name": "Again", "needs_first": ["round"]},
    {"product": "round", "name": "Round", "needs_first": ["again"]},
    {"product": "lost", "name": "Lost", "needs_first": ["gone"]},
)
OWNED = pl.DataFrame(
    {
        "account": ["A", "B", "C", "D"],
        "products_owned": [["virtual"], ["rival"], None, ["virtual", "disks", "switch"]],
    }
)


def fit(account: str, product: str) -> tuple[str, str]:
    row = whitespace(OWNED, LIST).filter(account=account, product=product).to_dicts()
    assert len(row) == 1
    return row[0]["fit"], row[0]["reason"]


@pytest.mark.parametrize(
    ("account", "product", "expected"),
    [
        ("A", "virtual", ("owned", "owned")),
        ("C", "virtual", ("now", "needs nothing first")),
        ("A", "disks", ("now", "owns Virtualisation, which it needs first")),
        ("A", "switch", ("later", "needs Disks first")),
        ("C", "switch", ("later", "needs Virtualisation and Disks first")),
        ("D", "switch", ("owned", "owned")),
        ("B", "virtual", ("never", "Rival meets the need for servers")),
        ("A", "rival", ("never", "Virtualisation meets the need for servers")),
        ("B", "disks", ("never", "needs Virtualisation first, which does not fit")),
        ("B", "switch", ("never", "needs Virtualisation first, which does not fit")),
        ("A", "again", ("never", "what it needs first (Round) needs it in turn")),
        ("A", "lost", ("never", "needs gone first, which is in no list of products")),
    ],
)
def test_each_fit_has_its_reason(account: str, product: str, expected: tuple[str, str]) -> None:
    assert fit(account, product) == expected


def test_every_account_meets_every_product_once() -> None:
    table = whitespace(OWNED, LIST)
    assert table.height == 4 * 7
    assert table.select("account", "product").is_unique().all()
    assert table["fit"].is_in(["owned", "now", "later", "never"]).all()
    assert table.filter(pl.col("fit") == "owned").height == 1 + 1 + 3


def test_the_facts_say_the_same() -> None:
    facts = fit_facts(OWNED, LIST)
    table = whitespace(OWNED, LIST)
    for which, column in (("now", "fits_now"), ("later", "fits_later")):
        listed = facts.select("account", product=column).explode("product").drop_nulls()
        rows = table.filter(pl.col("fit") == which).select("account", "product")
        assert set(listed.rows()) == set(rows.rows())
    assert facts["fits_now_count"].to_list() == facts["fits_now"].list.len().to_list()


def test_without_a_list_of_products_nothing_is_known_to_fit() -> None:
    assert fit_facts(OWNED, TABLE.empty())["fits_now"].null_count() == 4
    assert whitespace(OWNED, TABLE.empty()).height == 0


def test_a_product_that_is_owned_out_of_order_is_owned() -> None:
    owned = pl.DataFrame({"account": ["A"], "products_owned": [["rival", "switch"]]})
    assert whitespace(owned, LIST).filter(product="switch")["fit"].item() == "owned"


def test_deep_chains_are_quick() -> None:
    """A ladder whose every rung needs the two before it: without memory this would take 2⁶⁰ steps."""
    ladder = [
        {"product": str(i), "needs_first": [str(j) for j in (i - 1, i - 2) if j >= 0]} for i in range(60)
    ]
    assert len(fits(products(*ladder))) == 60


def test_a_catalogue_of_order_codes_is_refused() -> None:
    with pytest.raises(BadInput, match="family of order codes"):
        whitespace(OWNED, products(*({"product": str(i)} for i in range(201))))
