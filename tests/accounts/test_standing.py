"""Standing: trait and signals in one posterior, on small workspaces."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from beachhead.accounts.signals import load_signals
from beachhead.accounts.snapshots import snapshot
from beachhead.accounts.standing import market_curves, stand, standing
from beachhead.errors import BadInput
from beachhead.tables.categories import CATEGORIES, SHARES
from beachhead.tables.workspace import Workspace

COLUMNS = [
    "account",
    *CATEGORIES,
    "category",
    "trait",
    "trait-lo-80",
    "trait-hi-80",
    "from_trait",
    "from_signals",
    "why",
]


def _workspace(folder: Path, **tables: str) -> Workspace:
    (folder / "beachhead.toml").write_text('us = "Harbour IT"\nas_of = 2009-02-28\n')
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return Workspace(folder)


def _territory(rng: np.random.Generator, accounts: int = 60) -> dict[str, str]:
    """Accounts that bought three products in nearly the same order."""
    rows = ["account,product,date"]
    for product, last in (("servers", 48), ("storage", 30), ("desktops", 18)):
        for place, j in enumerate(np.argsort(np.arange(accounts) + rng.normal(0, 4, accounts))[:last]):
            day = date.fromordinal(date(2005, 1, 1).toordinal() + 20 * place)
            rows.append(f"A{j:02},{product},{day}")
    names = "account,name,segment,size\n" + "".join(f"A{j:02},Firm {j},,{j + 1}\n" for j in range(accounts))
    products = "product,name\nservers,Server virtualisation\nstorage,Shared storage\ndesktops,Desktops\n"
    return {"accounts": names, "purchases": "\n".join(rows) + "\n", "products": products}


def test_the_columns_and_that_probabilities_sum_to_one(tmp_path: Path) -> None:
    table = standing(_workspace(tmp_path, **_territory(np.random.default_rng(1))))
    assert table.columns == COLUMNS
    assert table["account"].to_list() == [f"A{j:02}" for j in range(60)]
    found = table.select(CATEGORIES).to_numpy()
    assert found.sum(axis=1) == pytest.approx(np.ones(60))
    assert [CATEGORIES[j] for j in found.argmax(axis=1)] == table["category"].to_list()


def test_early_buyers_stand_early_and_the_reason_names_their_place(tmp_path: Path) -> None:
    stood = stand(_workspace(tmp_path, **_territory(np.random.default_rng(1))))
    first, last = stood.table.row(1, named=True), stood.table.row(59, named=True)
    assert stood.trait.rho > 0.6
    assert first["innovators"] + first["early_adopters"] > 0.5 > 0.05 > last["early_adopters"]
    assert first["trait"] < first["trait-hi-80"] < last["trait"]
    assert " of 48 to buy Server virtualisation" in first["why"]
    assert "not yet Server virtualisation (48 of 60 have)" in last["why"]
    assert any("says much about what it buys next" in note for note in stood.notes)


def test_contributions_multiply_to_the_probability(tmp_path: Path) -> None:
    tables = _territory(np.random.default_rng(2))
    signals = (
        "account,date,signal\nA01,2009-02-01,no-need\nA59,2009-02-01,newest-feature\nA59,2009-01-01,vision\n"
    )
    quiet = standing(_workspace(tmp_path, **tables))
    heard = standing(_workspace(tmp_path, **tables, signals=signals))
    shares = dict(zip(CATEGORIES, SHARES, strict=True))
    for row in heard.iter_rows(named=True):
        product = shares[row["category"]] * row["from_trait"] * row["from_signals"]
        assert row[row["category"]] == pytest.approx(product)
    assert quiet["from_signals"].to_list() == pytest.approx([1.0] * 60)
    assert heard["from_signals"][30] == pytest.approx(1)
    # signals move the account that gave them, and only that one
    assert heard["laggards"][1] > quiet["laggards"][1]
    assert heard["innovators"][59] > quiet["innovators"][59]
    assert heard.select(CATEGORIES).row(30) == pytest.approx(quiet.select(CATEGORIES).row(30))
    assert "signals: Asks for the newest feature (2009-02-01), Speaks of a vision" in heard["why"][59]


def test_without_purchases_signals_alone_act_on_the_base_rates(tmp_path: Path) -> None:
    stood = stand(
        _workspace(
            tmp_path, accounts="account\nA\nB\n", signals="account,date,signal\nA,2009-02-28,references\n"
        )
    )
    ratios = load_signals().table.filter(pl.col("signal") == "references").select(CATEGORIES).to_numpy()[0]
    expected = np.array(SHARES) * ratios
    table = stood.table.select(CATEGORIES).to_numpy()
    assert table[0] == pytest.approx(expected / expected.sum(), abs=2e-3)
    assert table[1] == pytest.approx(np.array(SHARES), abs=2e-3)
    assert stood.table["why"].to_list() == [
        "no history; signals: Asks for references of its own kind (2009-02-28)",
        "no history",
    ]


def test_without_accounts_they_are_whoever_bought(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="neither accounts nor purchases"):
        standing(Workspace(tmp_path))
    purchases = "account,product,date\nB,p,2009-01-01\nA,p,2009-02-01\nC,p,2009-03-01\n"
    table = standing(_workspace(tmp_path, purchases=purchases))
    assert table["account"].to_list() == ["B", "A", "C"]
    assert "first of 2 to buy p" in table["why"][0]  # what came after the as-of day is not known yet


def test_stated_categories_teach_the_ratios(tmp_path: Path) -> None:
    tables = {
        "accounts": "account,category\n"
        + "".join(f"A{j},laggards\n" for j in range(40))
        + "B,\nC,innovators\n",
        "signals": "account,date,signal\n"
        + "".join(f"A{j},2009-02-01,vision\n" for j in range(40))
        + "B,2009-02-01,vision\n",
    }
    taught = stand(_workspace(tmp_path, **tables))
    row = taught.signals.table.filter(pl.col("signal") == "vision").row(0, named=True)
    judged = load_signals().table.filter(pl.col("signal") == "vision").row(0, named=True)
    assert row["observed"] == 40
    assert row["laggards"] > judged["laggards"]
    assert any("moved by 40 signals of accounts whose category is known" in note for note in taught.notes)


def test_prerequisites_leave_an_account_out_until_it_has_them(tmp_path: Path) -> None:
    """Not having what needs servers first says nothing of an account without servers."""
    tables = _territory(np.random.default_rng(5))
    free = stand(_workspace(tmp_path, **tables))
    needs = tables["products"].replace("product,name", "product,name,needs_first")
    needs = (
        needs.replace("storage,Shared storage", "storage,Shared storage,servers")
        .replace("servers,Server virtualisation\n", "servers,Server virtualisation,\n")
        .replace("desktops,Desktops", "desktops,Desktops,")
    )
    bound = stand(_workspace(tmp_path, **{**tables, "products": needs}))
    late = [j for j in range(60) if "not yet Server" in free.table["why"][j]]
    assert len(late) == 12
    assert all(bound.table["trait"][j] < free.table["trait"][j] for j in late)
    assert bound.trait.products.filter(pl.col("product") == "storage")["population"][0] == 60


def test_a_market_gives_the_positions_where_a_product_has_one(tmp_path: Path) -> None:
    tables = _territory(np.random.default_rng(6))
    tables["products"] = "product,name,market\nservers,Server virtualisation,world\n"
    years = range(1999, 2009)
    share = [2, 4, 7, 13, 21, 33, 46, 58, 68, 75]
    tables["adoption"] = "unique_id,ds,y,kind,freq\n" + "".join(
        f"world,{year}-12-31,{y},share,Y\n" for year, y in zip(years, share, strict=True)
    )
    stood = stand(_workspace(tmp_path, **tables))
    curve = dict(stood.trait.products.select("product", "curve").iter_rows())
    assert curve == {"servers": "market", "storage": "territory", "desktops": "territory"}
    assert any("servers: positions are read from the market's curve" in note for note in stood.notes)
    assert "of its market had" in stood.table["why"][0]


def test_the_trait_of_an_earlier_day_knows_nothing_of_later_ones(tmp_path: Path) -> None:
    tables = _territory(np.random.default_rng(7))
    stood = stand(_workspace(tmp_path, **tables))
    from beachhead.accounts.snapshots import read_tables

    all_tables = read_tables(stood.workspace)
    then = stood.trait_of(all_tables, snapshot(all_tables, date(2006, 1, 1)))
    assert 0 < then.accounts["adoptions"].sum() < stood.trait.accounts["adoptions"].sum()
    assert then.histories.as_of == date(2006, 1, 1)


def test_the_markets_are_read_as_the_settings_say(tmp_path: Path) -> None:

    figures = "unique_id,ds,y\nm,2005,10\nm,2006,25\nm,2007,60\nm,2008,110\n"
    curves = {}
    for kind in ("flow", "stock"):
        folder = tmp_path / kind
        folder.mkdir()
        (folder / "adoption.csv").write_text(figures)
        (folder / "products.csv").write_text("product,name,market\np,P,m\n")
        (folder / "beachhead.toml").write_text(f'as_of = 2009-02-28\n[adoption]\nkind = "{kind}"\n')
        found = market_curves(Workspace(folder), date(2009, 2, 28))
        assert found is not None
        curves[kind] = found["fraction"].to_list()
    assert curves["flow"] != curves["stock"]
