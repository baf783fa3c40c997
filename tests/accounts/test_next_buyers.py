"""Who buys next: sums agree with the market's forecast, nothing later is known, and it is worth more than a list."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from benchmarks.northwind_next import read, scores

from beachhead.accounts.markets import territory_adoption
from beachhead.accounts.months import months_before
from beachhead.accounts.next_buyers import MONTHS, WITHIN, NextBuyers, predict
from beachhead.accounts.next_reasons import with_reasons
from beachhead.accounts.snapshots import Tables, bought_between, read_tables, snapshot
from beachhead.accounts.standing import fit_trait
from beachhead.accounts.territory import Territory
from beachhead.market.fit import fit
from beachhead.tables import accounts, activities, opportunities, products, purchases
from beachhead.tables.categories import CATEGORIES

CUT = date(2008, 2, 28)


@pytest.fixture(scope="module")
def year_before(example: Territory) -> tuple[Tables, NextBuyers]:
    tables = read_tables(example.workspace)
    return tables, predict(tables, CUT, trait_of=fit_trait)


def test_the_sums_agree_with_what_is_expected_at_every_horizon(example: Territory) -> None:
    found = example.next_buyers
    expected = found.expected["buyers"].to_numpy().reshape(len(found.snapshot.products), len(MONTHS))
    assert found.within.sum(axis=0) == pytest.approx(expected, rel=1e-3, abs=0.01)


def test_what_is_expected_is_the_forecast_of_the_market_room(example: Territory) -> None:
    """By hand for one product: adopters by the forecast on 28 February 2010, less those a year earlier."""
    snap = example.next_buyers.snapshot
    table = territory_adoption(snap.first, example.tables.accounts, snap.day, addressable=snap.pairs)
    vm = table.filter(pl.col("unique_id") == "vm-backup")
    ahead = fit(table).forecast(6, level=[80]).filter(pl.col("unique_id") == "vm-backup")
    days = [d.toordinal() for d in [*vm["ds"], *ahead["ds"].cast(pl.Date)]]
    levels = [*vm["y"], *ahead["Beachhead"]]
    now, then = np.interp([date(2009, 2, 28).toordinal(), date(2010, 2, 28).toordinal()], days, levels)
    told = example.next_buyers.expected.filter((pl.col("product") == "vm-backup") & (pl.col("months") == 12))
    assert told["buyers"].item() == pytest.approx(then - now)
    assert told["buyers-lo-80"].item() < told["buyers"].item() < told["buyers-hi-80"].item()


def test_only_those_who_wait_are_likely_and_more_time_makes_it_likelier(example: Territory) -> None:
    found = example.next_buyers
    assert (found.within[~found.snapshot.waiting] == 0).all()
    assert (np.diff(found.within, axis=2) >= -1e-6).all()
    owned = set(found.snapshot.first.select("account", "product").rows())
    assert not owned & set(found.ranked().select("account", "product").rows())


def test_lists_are_ranked_and_cut(example: Territory) -> None:
    ranked = example.ranked(top=5)
    assert ranked["within-12"].is_sorted(descending=True)
    assert ranked.group_by("product").len()["len"].max() == 5
    assert ranked.columns == ["account", "product", *WITHIN, "reason"]
    assert example.next_buyers.ranked(["vm-backup"])["product"].unique().to_list() == ["vm-backup"]


def test_the_best_of_each_is_the_best_of_its_row(example: Territory) -> None:
    found = example.next_buyers
    best = found.best_of_each(["vm-backup", "health-check"])
    ranked = found.ranked(["vm-backup", "health-check"])
    top = ranked.group_by("account").agg(pl.col("within-12").max())
    joined = best.drop_nulls().join(top, on="account")
    assert joined["next_buy_probability"].to_numpy() == pytest.approx(joined["within-12"].to_numpy())
    assert found.best_of_each([])["next_buy"].null_count() == best.height


def auc(score: np.ndarray, happened: np.ndarray) -> float:
    order = score.argsort()
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    n = happened.sum()
    return float((rank[happened].sum() - n * (n + 1) / 2) / (n * (len(score) - n)))


def test_a_year_later_it_was_better_than_frequency_and_the_base_rate(
    year_before: tuple[Tables, NextBuyers],
) -> None:
    tables, found = year_before
    snap = found.snapshot
    bought = bought_between(tables, snap, date(2009, 2, 28))
    chance = found.within[:, :, -1]
    rng = np.random.default_rng(0)
    ours, habit, weight = [], [], []
    for k in range(len(snap.products)):
        rows, events = snap.waiting[:, k], bought[snap.waiting[:, k], k]
        if events.sum() >= 5:
            noise = rng.random(rows.sum()) * 1e-9  # ties count half
            ours.append(auc(chance[rows, k] + noise, events))
            habit.append(auc(snap.buys[rows] + noise, events))
            weight.append(events.sum())
    assert np.average(ours, weights=weight) > np.average(habit, weights=weight) + 0.02
    assert np.average(ours, weights=weight) > 0.7
    p, y = chance[snap.waiting], bought[snap.waiting]
    rate = np.broadcast_to(chance.sum(axis=0) / snap.waiting.sum(axis=0), chance.shape)[snap.waiting]
    assert ((p - y) ** 2).mean() < ((rate - y) ** 2).mean()


def test_a_year_later_the_probabilities_had_come_true(year_before: tuple[Tables, NextBuyers]) -> None:
    tables, found = year_before
    waiting = found.snapshot.waiting
    p, y = found.within[:, :, -1][waiting], bought_between(tables, found.snapshot, date(2009, 2, 28))[waiting]
    assert p.sum() == pytest.approx(y.sum(), rel=0.25)
    for low, high in ((0.05, 0.15), (0.15, 0.35), (0.35, 1.0)):
        inside = (p >= low) & (p < high)
        error = abs(p[inside].mean() - y[inside].mean())
        chance = np.sqrt(p[inside].mean() * (1 - p[inside].mean()) / inside.sum())
        assert error < 0.04 + 2 * chance, (low, high)


def test_an_earlier_day_knows_nothing_of_later_ones(year_before: tuple[Tables, NextBuyers]) -> None:
    tables, found = year_before
    known = Tables(
        tables.accounts,
        tables.products,
        tables.purchases.filter(pl.col("date") <= CUT),
        # an opportunity that closed later was open then
        tables.opportunities.filter(pl.col("created") <= CUT).with_columns(
            outcome=pl.when(pl.col("closed") > CUT).then(pl.lit("open")).otherwise("outcome"),
            closed=pl.when(pl.col("closed") <= CUT).then("closed"),
        ),
        tables.activities.filter(pl.col("date") <= CUT),
    )
    then = predict(known, CUT, trait_of=fit_trait)
    assert then.within == pytest.approx(found.within, abs=1e-6)
    assert then.expected.equals(found.expected)


def test_on_real_orders_it_is_no_worse_than_what_people_rank_by(shared: Path) -> None:
    """Northwind at one day; ``benchmarks/northwind_next.py`` shows all of them."""
    told = scores(read(shared / "data" / "crm" / "northwind"), [date(1997, 6, 30)])
    row = {
        method: told.filter(method=method, cut=date(1997, 6, 30)).row(0, named=True)
        for method in told["method"]
    }
    assert row["beachhead"]["bought"] > 150
    for other in ("recency", "frequency", "base rate"):
        assert row["beachhead"]["log_loss"] < row[other]["log_loss"]
        assert row["beachhead"]["auc"] > row[other]["auc"]


def small(n: int, bought: list[tuple[str, str, date]], **more: pl.DataFrame) -> Tables:
    rows = pl.DataFrame(bought, schema=["account", "product", "date"], orient="row")
    return Tables(
        accounts.TABLE.conform(pl.DataFrame({"account": [str(i) for i in range(n)]})),
        more.get("products", products.TABLE.conform(pl.DataFrame({"product": ["a", "b"]}))),
        purchases.TABLE.conform(rows) if bought else purchases.TABLE.empty(),
        more.get("opportunities", opportunities.TABLE.empty()),
        activities.TABLE.empty(),
    )


def test_a_snapshot_by_hand() -> None:
    listed = products.TABLE.conform(
        pl.DataFrame({"product": ["a", "b"], "needs_first": [None, ["a"]], "name": ["A a", "B"]})
    )
    deals = opportunities.TABLE.conform(
        pl.DataFrame(
            {
                "account": ["1", "2", "1"],
                "product": ["A a", "a", "b"],
                "created": [date(2008, 1, 1), date(2008, 1, 1), date(2008, 9, 1)],
                "closed": [date(2008, 7, 1), date(2008, 3, 1), None],
                "outcome": ["won", "lost", "open"],
            }
        )
    )
    day = date(2008, 6, 30)
    bought = [("0", "a", date(2008, 1, 5)), ("0", "a", day), ("1", "A a", date(2008, 7, 1)), ("0", "z", day)]
    tables = small(3, bought, products=listed, opportunities=deals)
    snap = snapshot(tables, day)
    assert snap.products == ["a", "b", "z"]
    assert snap.waiting.tolist() == [[False, True, False], [True, True, True], [True, True, True]]
    assert snap.later.tolist() == [[False, False, False], [False, True, False], [False, True, False]]
    assert snap.offered.tolist() == [[False, False, False], [True, False, False], [False, False, False]]
    assert snap.buys.tolist() == [2, 0, 0]
    assert bought_between(tables, snap, date(2008, 7, 1)).tolist() == [
        [False] * 3,
        [True, False, False],
        [False] * 3,
    ]
    assert snap.adopters.tolist() == [1, 0, 1]


def test_a_territory_without_purchases_says_that_it_knows_nothing() -> None:
    found = predict(small(5, []), CUT, trait_of=fit_trait)
    assert found.within.max() == 0
    assert found.weights.learned_from == 0
    assert found.notes == [("nobody has it yet, so nothing can be said of who buys it next", ["a", "b"])]
    assert found.best_of_each(["a", "b"])["next_buy"].null_count() == 5


def test_a_young_product_goes_on_at_its_pace() -> None:
    """Six in the half year since launch: twelve a year, of the 194 who are left."""
    launch = months_before(CUT, 6)
    bought = [(str(i), "a", launch + timedelta(days=30 * i)) for i in range(6)]
    found = predict(small(200, bought), CUT, trait_of=fit_trait)
    told = found.expected.filter((pl.col("product") == "a") & (pl.col("months") == 12))
    assert told["buyers"].item() == pytest.approx(194 * (1 - np.exp(-12 / 200)), rel=0.05)
    assert told["buyers-lo-80"].item() is None
    assert any("too short for a forecast" in text and which == ["a"] for text, which in found.notes)


def test_reasons_say_what_speaks_for_it(example: Territory) -> None:
    found, snap = example.next_buyers, example.next_buyers.snapshot
    row, column = (
        int(x[0]) for x in np.nonzero(snap.offered & (snap.buys > 1)[:, None] & (snap.talks > 1)[:, None])
    )
    pair = pl.DataFrame({"account": [snap.accounts[row]], "product": [snap.products[column]]})
    sure = {c: [0.1, 0.1, 0.6, 0.1, 0.1][j] for j, c in enumerate(CATEGORIES)}
    standing = pair.select(
        "account", **{c: pl.lit(p) for c, p in sure.items()}, category=pl.lit("early_majority")
    )
    reason = with_reasons(pair, found, example.tables.products, standing)["reason"].item()
    assert "an opportunity for it is open" in reason
    assert "likeliest early majority (60 %)" in reason
    assert f"bought on {snap.buys[row]} days in the last twelve months" in reason
    assert f"{snap.talks[row]} contacts in six months" in reason
    assert "are expected to buy it within a year" in reason


def test_a_market_whose_figures_are_all_of_the_last_year_does_no_harm(example: Territory) -> None:
    """Learning looks a year back, when nothing was known of the market yet."""
    tables = read_tables(example.workspace)
    trait = example.standing.trait_of(tables, snapshot(tables, date(2007, 2, 28)))
    assert set(trait.products["curve"]) == {"territory"}
