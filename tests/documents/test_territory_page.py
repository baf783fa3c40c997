"""The territory page of the report: its numbers are those of the tables."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from markupsafe import escape

from beachhead.accounts.buyers import buyers_by_category
from beachhead.accounts.territory import Territory
from beachhead.documents.answers import gather
from beachhead.documents.market_tables import some
from beachhead.documents.pages import Page, territory_of
from beachhead.documents.pages import territory as territory_page
from beachhead.documents.words import percent
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def made() -> tuple[Page, Territory]:
    workspace = Workspace(ROOT / "examples" / "partner-2009")
    page = territory_page.page(workspace)
    assert page is not None
    return page, territory_of(workspace)


def test_the_accounts_stand_on_the_life_cycle_with_their_expected_counts(
    made: tuple[Page, Territory],
) -> None:
    page, found = made
    sums = found.facts.select(pl.col(f"p_{c}").sum() for c in CATEGORIES).row(0)
    for total in sums:
        assert f">{total:.0f}</text>" in page.body
    trait = found.standing.trait
    assert (
        f"ρ = {trait.rho:.2f}, 95 % interval {trait.rho_lo:.2f} to {trait.rho_hi:.2f}"
        in page.body.replace("\u00a0", " ")
    )


def test_buyers_and_patterns_are_those_of_the_tables(made: tuple[Page, Territory]) -> None:
    page, found = made
    for row in buyers_by_category(found).iter_rows(named=True):
        assert f"({row['buyers']:.0f})" in page.body
    counts = dict(found.facts["pattern"].drop_nulls().value_counts().iter_rows())
    names = {p.id: p.name for p in found.patterns}
    for pattern, count in counts.items():
        assert f'<th scope="row">{names[pattern]}</th><td class="n">{count}</td>' in page.body


def test_the_likeliest_buyers_stand_there_with_the_probability_of_the_facts(
    made: tuple[Page, Territory],
) -> None:
    page, found = made
    table = page.body[page.body.index('id="territory-next"') :]
    ranked = found.facts.sort("next_buy_probability", descending=True, nulls_last=True, maintain_order=True)
    for row in ranked.head(territory_page.NEXT).iter_rows(named=True):
        cells = table[table.index(f'<th scope="row">{escape(row["name"])}<') :].split("</tr>")[0]
        assert percent(row["next_buy_probability"]) in cells.replace("\u00a0", " ")
        assert found.products[row["next_buy"]] in cells
    assert table.count('<th scope="row">') == territory_page.NEXT


def test_the_market_stands_beside_our_own_buyers(made: tuple[Page, Territory]) -> None:
    page, found = made
    answer = gather(some(found.workspace.adoption(), pl.Series(["revenue"]))).answers[0]
    body = str(page.body).replace("\u00a0", " ")
    assert "the market of Server virtualisation: VMware revenue by year" in body
    for window, row in answer.buyers.items():
        told = ", ".join(f"{c.replace('_', ' ')} {percent(row[c])}" for c in CATEGORIES)
        assert f"{window} (to {answer.when(row['end'])}): {told}." in body


def test_whitespace_is_told_per_segment_and_by_category_where_there_are_none(
    made: tuple[Page, Territory], tmp_path: Path
) -> None:
    page, found = made
    fits = found.whitespace.filter(product="vm-backup")
    cell = [f"{(fits['fit'] == fit).mean() * 100:.0f}" for fit in ("owned", "now")]
    assert f"VM backup, All accounts: {' / '.join(cell)}" in page.body
    (tmp_path / "accounts.csv").write_text("account\nA-1\nA-2\n", encoding="utf-8")
    (tmp_path / "products.csv").write_text("product,ours\nswitch,yes\n", encoding="utf-8")
    (tmp_path / "purchases.csv").write_text("account,product,date\nA-1,switch,2008-11-02\n", encoding="utf-8")
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n", encoding="utf-8")
    small = territory_page.page(Workspace(tmp_path))
    assert small is not None
    assert "likeliest belong to the category" in small.body
    assert "switch, All accounts: 50 / 50" in small.body


def test_no_accounts_no_page(tmp_path: Path) -> None:
    (tmp_path / "adoption.csv").write_text("unique_id,ds,y\na,2005,1\na,2006,2\n", encoding="utf-8")
    assert territory_page.page(Workspace(tmp_path)) is None


def test_accounts_that_never_bought_get_a_page_that_claims_nothing(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,name\nA-1,Adatum & Søn\nA-2,Fabrikam\n", encoding="utf-8")
    (tmp_path / "beachhead.toml").write_text("as_of = 2009-02-28\n", encoding="utf-8")
    page = territory_page.page(Workspace(tmp_path))
    assert page is not None
    assert "There is nothing of ours that fits an account now." in page.body


def test_a_report_works_the_territory_out_once() -> None:
    workspace = Workspace(ROOT / "examples" / "partner-2009")
    territory_of.cache_clear()
    assert territory_of(workspace) is territory_of(workspace)
    assert territory_of.cache_info().misses == 1


def test_an_account_is_called_by_its_name_and_without_one_by_its_id() -> None:
    facts = pl.DataFrame(
        {
            "account": ["A-1", "A-2", "A-3"],
            "name": ["Ash", None, "Quiet"],
            **{f"p_{c}": [0.2] * 3 for c in CATEGORIES},
            "next_buy": ["disk", "disk", None],
            "next_buy_probability": [0.1, 0.4, None],
            "pattern": ["theirs", None, None],
            "next_buy_reason": ["because", "because", None],
        }
    )
    found = SimpleNamespace(facts=facts, patterns=[], products={"disk": "Disk"})
    told = territory_page._next(found)
    assert [(row["name"], row["product"], row["chance"]) for row in told] == [
        ("A-2", "Disk", "40 %"),
        ("Ash", "Disk", "10 %"),
    ]
