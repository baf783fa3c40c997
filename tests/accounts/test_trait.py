"""The adopter trait on simulated truth: ρ and traits recovered, categories calibrated, censoring borne."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from beachhead.accounts.positions import Floats
from beachhead.accounts.quadrature import Evidence, Quadrature, flat_prior
from beachhead.accounts.trait import Trait, adopter_trait
from beachhead.errors import BadInput, BadQuestion
from beachhead.tables.categories import CATEGORIES, CUTS, SHARES
from tests.accounts.territories import AS_OF, BEGIN, Territory, simulate, simulate_otherwise


def _fit(territory: Territory, **more: object) -> Trait:
    return adopter_trait(territory.adoptions, territory.accounts, as_of=AS_OF, **more)  # type: ignore[arg-type]


def _probabilities(trait: Trait) -> Floats:
    return trait.accounts.select(CATEGORIES).to_numpy()


# closed forms ---------------------------------------------------------------------------------------------


def _evidence(*bounds: tuple[float, float]) -> Evidence:
    """One account with these intervals of z, one per product."""
    rows = np.arange(1, len(bounds) + 1, dtype=np.uint32)[:, None]
    table = np.array([(-np.inf, np.inf), *bounds])
    return Evidence(rows, table, np.array([0, *[1] * len(bounds)]))


@pytest.mark.parametrize("rho", [0.05, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("z", [[-2.2], [0.4, -1.0], [-1.5, -1.6, -1.4, 0.2, -1.9]])
def test_known_adoption_times_give_the_normal_posterior(rho: float, z: list[float]) -> None:
    """θ | z ~ N(ρ Σz / (1 − ρ + nρ), ρ (1 − ρ) / (1 − ρ + nρ))."""
    data = _evidence(*((v - 1e-5, v + 1e-5) for v in z))
    mean, variance = Quadrature(data, flat_prior(1), rho).moments()
    below = 1 - rho + len(z) * rho
    assert mean[0] == pytest.approx(rho * sum(z) / below, abs=1e-4)
    assert variance[0] == pytest.approx(rho * (1 - rho) / below, rel=1e-3)


def test_the_quadrature_is_the_integral() -> None:
    """Posterior mean and likelihood of an account with an interval and two censored products, by SciPy."""
    rho, bounds = 0.6, [(-1.2, -0.9), (0.3, np.inf), (-np.inf, -0.5)]

    def joint(theta: float) -> float:
        p = stats.norm.pdf(theta, 0, np.sqrt(rho))
        for low, high in bounds:
            s = np.sqrt(1 - rho)
            p *= stats.norm.cdf((high - theta) / s) - stats.norm.cdf((low - theta) / s)
        return float(p)

    whole = integrate.quad(joint, -8, 8)[0]
    mean = integrate.quad(lambda t: t * joint(t), -8, 8)[0] / whole
    found = Quadrature(_evidence(*bounds), flat_prior(1), rho)
    assert found.log_likelihood() == pytest.approx(np.log(whole), abs=1e-5)
    assert found.moments()[0][0] == pytest.approx(mean, abs=1e-4)


@pytest.mark.parametrize("rho", [1e-4, 0.3, 0.985])
def test_an_account_that_contradicts_itself_has_a_posterior(rho: float) -> None:
    data = _evidence((-6, -5), (5, 6), (-np.inf, -5), (5.5, np.inf))
    found = Quadrature(data, flat_prior(1), rho)
    assert np.isfinite(found.log_likelihood())
    assert np.isfinite(found.moments()[0]).all()


# simulated truth ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("products", [3, 10])
@pytest.mark.parametrize("rho", [0.0, 0.1, 0.5, 0.85])
@pytest.mark.parametrize("censored", [0.2, 0.8])
def test_rho_and_traits_are_recovered(products: int, rho: float, censored: float) -> None:
    territory = simulate(accounts=3000, products=products, rho=rho, censored=censored, seed=7)
    trait = _fit(territory)
    assert trait.rho == pytest.approx(rho, abs=0.045)
    assert trait.rho_lo - 0.02 <= rho <= trait.rho_hi + 0.02
    if rho:
        got = trait.accounts
        inside = (got["trait-lo-80"] <= territory.trait) & (got["trait-hi-80"] >= territory.trait)
        assert inside.mean() == pytest.approx(0.8, abs=0.06)
        # no better and no worse than the posterior says: E[(θ − θ̂)²] against the spread of what is left
        error = float(np.mean((got["trait"].to_numpy() - territory.trait) ** 2))
        spread = (got["trait-hi-80"] - got["trait-lo-80"]).to_numpy() / (2 * 1.2816)
        assert error / rho == pytest.approx(float(np.mean(spread**2)) / trait.rho, rel=0.15)


@pytest.mark.parametrize(
    ("products", "rho", "censored"), [(1, 0.3, 0.8), (3, 0.5, 0.8), (10, 0.2, 0.8), (10, 0.8, 0.2)]
)
def test_categories_of_the_next_technology_are_calibrated(products: int, rho: float, censored: float) -> None:
    territory = simulate(accounts=5000, products=products, rho=rho, censored=censored, seed=3)
    predicted = _probabilities(_fit(territory))
    came = np.digitize(territory.next, CUTS)
    for j in range(len(CATEGORIES)):
        order = predicted[:, j].argsort(kind="stable")
        for part in np.array_split(order, 6):
            p, y = predicted[part, j], came[part] == j
            chance = np.sqrt(np.mean(p * (1 - p)) / len(part))
            slack = 0.02 if products == 1 else 0.008  # with one product ρ is judgement
            assert y.mean() == pytest.approx(p.mean(), abs=4 * chance + slack)


def test_where_accounts_behave_by_other_laws_categories_are_still_calibrated() -> None:
    """Contagion with unequal readiness: not the model's equations, so only roughly."""
    territory = simulate_otherwise(accounts=4000, products=4, censored=0.6, seed=2)
    trait = _fit(territory)
    predicted = _probabilities(trait)
    came = np.digitize(territory.next, CUTS)
    assert 0.15 < trait.rho < 0.9
    gaps = [
        abs(np.mean(came[part] == j) - predicted[part, j].mean())
        for j in range(len(CATEGORIES))
        for part in np.array_split(predicted[:, j].argsort(kind="stable"), 5)
    ]
    assert np.mean(gaps) < 0.04
    assert max(gaps) < 0.13
    # and they say more than the base rates do
    chosen = predicted[np.arange(len(came)), came]
    assert np.mean(np.log(chosen)) > np.mean(np.log(np.array(SHARES)[came])) + 0.03
    assert np.corrcoef(trait.accounts["trait"], territory.next)[0, 1] > 0.4


def test_the_interval_of_rho_covers_the_truth_in_small_territories() -> None:
    hits = 0
    for seed in range(40):
        trait = _fit(simulate(accounts=120, products=4, rho=0.4, censored=0.5, seed=seed))
        hits += trait.rho_lo <= 0.4 <= trait.rho_hi
    assert hits >= 34  # 95 % of 40 are 38; fewer than 34 come once in 700 times


def test_with_one_product_rho_is_judgement_and_says_so() -> None:
    trait = _fit(simulate(accounts=400, products=1, rho=0.5, censored=0.8))
    assert (trait.rho_lo, trait.rho_hi) == (0.0, 1.0)
    assert trait.rho == pytest.approx(0.25, abs=0.01)
    assert "which is judgement" in trait.notes[0]
    order = trait.accounts.sort("trait")["account"].to_list()
    first = (
        simulate(accounts=400, products=1, rho=0.5, censored=0.8).adoptions.sort("date")["account"].to_list()
    )
    assert order[0] == first[0]


def test_where_rho_is_near_zero_the_answer_stays_near_the_base_rates() -> None:
    trait = _fit(simulate(accounts=500, products=8, rho=0.0, censored=0.5, seed=5))
    assert np.abs(_probabilities(trait) - np.array(SHARES)).max() < 0.08
    assert "stay near the base rates" in trait.notes[0]


def test_on_average_the_categories_have_rogers_shares() -> None:
    for rho in (0.1, 0.7):
        trait = _fit(simulate(accounts=2000, products=5, rho=rho, censored=0.7))
        assert _probabilities(trait).mean(axis=0) == pytest.approx(np.array(SHARES), abs=0.008)


def test_adoptions_before_the_data_begin_are_left_censored() -> None:
    """What lies before the begin is known only to do so: ρ stays right, and those accounts are early alike."""
    territory = simulate(accounts=3000, products=4, rho=0.6, censored=0.3, seed=11)
    begin = BEGIN + dt.timedelta(days=1200)
    cut = {f"p{k}": begin for k in range(4)}
    trait = _fit(territory, start=cut)
    assert trait.rho == pytest.approx(0.6, abs=0.05)
    early = territory.adoptions.filter(pl.col("date") < begin)
    blurred = territory.adoptions.with_columns(
        pl.when(pl.col("date") < begin).then(BEGIN).otherwise("date").alias("date")
    )
    again = adopter_trait(blurred, territory.accounts, start=cut, as_of=AS_OF)
    assert again.accounts["trait"].to_list() == pytest.approx(trait.accounts["trait"].to_list(), abs=1e-6)
    assert trait.accounts.filter(pl.col("account").is_in(early["account"].implode()))["trait"].mean() < 0  # type: ignore[operator]


def test_adoptions_known_only_to_a_span_count_as_that() -> None:
    territory = simulate(accounts=2000, products=5, rho=0.5, censored=0.4, seed=13)
    yearly = territory.adoptions.with_columns(
        date=pl.col("date").dt.month_end().dt.offset_by("0d"), not_before=pl.col("date").dt.month_start()
    ).with_columns(pl.col("not_before") - pl.duration(days=1), pl.min_horizontal("date", pl.lit(AS_OF)))
    blurred = adopter_trait(yearly, territory.accounts, as_of=AS_OF)
    assert blurred.rho == pytest.approx(_fit(territory).rho, abs=0.01)


def test_a_blank_date_is_some_time_before_the_as_of_day() -> None:
    territory = simulate(accounts=300, products=3, rho=0.6, censored=0.5, seed=4)
    first = territory.adoptions.sort("date")["account"][0]
    undated = territory.adoptions.with_columns(pl.when(pl.col("account") != first).then("date").alias("date"))
    trait = adopter_trait(undated, territory.accounts, as_of=AS_OF).accounts.filter(
        pl.col("account") == first
    )
    dated = _fit(territory).accounts.filter(pl.col("account") == first)
    assert dated["trait"][0] < trait["trait"][0] < 0.5
    assert trait["adoptions"][0] == dated["adoptions"][0]


# predictions ----------------------------------------------------------------------------------------------


def test_predictions_are_calibrated_and_sum_to_the_forecast() -> None:
    territory = simulate(accounts=5000, products=6, rho=0.6, censored=0.7, seed=21)
    told = _fit(territory).predict("something-new", 0.0, 0.16)
    assert told.height == 5000
    assert told["probability"].sum() == pytest.approx(800, rel=0.03)
    came = territory.next < 0.16
    for part in np.array_split(told["probability"].to_numpy().argsort(), 8):
        assert came[part].mean() == pytest.approx(told["probability"].to_numpy()[part].mean(), abs=0.045)


def test_of_a_product_on_sale_only_those_that_wait_are_asked_for_and_their_sum_is_the_forecast() -> None:
    territory = simulate(accounts=4000, products=5, rho=0.7, censored=0.8, seed=22)
    trait = _fit(territory)
    told = trait.predict("p0", 0.2, 0.35)
    assert told.height == 3200
    bought = territory.adoptions.filter(pl.col("product") == "p0")["account"]
    assert not set(told["account"]) & set(bought)
    assert told["probability"].sum() == pytest.approx(4000 * 0.15, rel=0.06)


def test_its_own_history_does_not_enter_beyond_that_an_account_waits() -> None:
    territory = simulate(accounts=400, products=3, rho=0.6, censored=0.5, seed=23)
    others = territory.adoptions.filter(pl.col("product") != "p0")
    shuffled = territory.adoptions.filter(pl.col("product") == "p0").with_columns(
        pl.col("date").shuffle(seed=1)
    )
    one, two = _fit(territory), adopter_trait(pl.concat([others, shuffled]), territory.accounts, as_of=AS_OF)
    if one.rho == pytest.approx(two.rho, abs=0.02):  # ρ is common to all and does move a little
        gap = one.predict("p0", 0.5, 0.6)["probability"] - two.predict("p0", 0.5, 0.6)["probability"]
        assert gap.abs().max() < 0.03  # type: ignore[operator]


def test_several_courses_are_averaged() -> None:
    trait = _fit(simulate(accounts=200, products=3, rho=0.5, censored=0.6))
    each = [trait.predict("p1", 0.4, then)["probability"].to_numpy() for then in (0.45, 0.7)]
    both = trait.predict("p1", 0.4, [0.45, 0.7])["probability"].to_numpy()
    assert both == pytest.approx((each[0] + each[1]) / 2, abs=1e-6)


@given(st.floats(0, 0.97), st.floats(0.005, 0.6))
def test_probabilities_lie_between_zero_and_one_and_rise_with_the_horizon(now: float, more: float) -> None:
    trait = _SMALL
    near, far = min(now + more / 2, 1.0), min(now + more, 1.0)
    one, two = (trait.predict("p0", now, then)["probability"].to_numpy() for then in (near, far))
    assert ((one >= 0) & (two <= 1) & (one <= two + 1e-6)).all()


_SMALL = adopter_trait(
    (_t := simulate(accounts=60, products=3, rho=0.5, censored=0.5)).adoptions, _t.accounts, as_of=AS_OF
)


def test_the_whole_way_is_certain_and_no_way_is_impossible() -> None:
    assert _SMALL.predict("p0", 0.5, 1.0)["probability"].to_list() == pytest.approx([1.0] * 30)
    assert _SMALL.predict("p0", 0.5, 0.5)["probability"].to_list() == pytest.approx([0.0] * 30)
    assert _SMALL.predict("new", 0.0, 1.0).height == 60


def test_odds_of_signals_move_the_chance_of_an_early_purchase() -> None:
    odds = pl.DataFrame(
        {"account": ["a000001"], **dict(zip(CATEGORIES, [[8.0], [4.0], [0.5], [0.2], [0.1]], strict=True))}
    )
    plain, moved = _SMALL.predict("new", 0.0, 0.16), _SMALL.predict("new", 0.0, 0.16, odds)
    assert moved["probability"][1] > 1.5 * plain["probability"][1]
    assert moved["probability"][2:].to_list() == pytest.approx(plain["probability"][2:].to_list())


@pytest.mark.parametrize(
    ("now", "then"), [(0.5, 0.4), (-0.1, 0.5), (0.5, 1.1), (0.2, []), (0.2, float("nan"))]
)
def test_courses_that_are_none_are_refused(now: float, then: float | list[float]) -> None:
    with pytest.raises(BadQuestion, match="0 ≤ now ≤ then ≤ 1"):
        _SMALL.predict("p0", now, then)


# selected populations, markets, groups --------------------------------------------------------------------


def test_products_for_a_part_of_the_territory_are_measured_on_the_common_scale() -> None:
    """Three products are for the earlier half only: their last buyers are not late."""
    territory = simulate(accounts=2000, products=6, rho=0.7, censored=0.3, seed=31)
    early = territory.trait + np.random.default_rng(0).normal(0, 0.3, 2000) < 0
    half = set(territory.accounts["account"].gather(np.flatnonzero(early)))
    narrow = [f"p{k}" for k in range(3)]
    inside = pl.col("account").is_in(list(half)) | ~pl.col("product").is_in(narrow)
    products = pl.DataFrame({"product": [f"p{k}" for k in range(6)]})
    pairs = territory.accounts.join(products, how="cross").filter(inside)
    trait = _fit(
        Territory(territory.adoptions.filter(inside), territory.accounts, territory.trait, territory.next),
        addressable=pairs,
    )
    size = dict(trait.products.select("product", "population").iter_rows())
    assert size["p0"] == len(half)
    assert size["p5"] == 2000
    error = trait.accounts["trait"].to_numpy() - territory.trait
    assert abs(float(error[early].mean())) < 0.13  # 0.35 if the fractions were taken as they are
    assert trait.rho == pytest.approx(0.7, abs=0.06)


def test_an_account_that_nothing_was_open_to_has_the_prior() -> None:
    territory = simulate(accounts=500, products=3, rho=0.5, censored=0.5, seed=32)
    pairs = territory.accounts.join(pl.DataFrame({"product": ["p0", "p1", "p2"]}), how="cross")
    more = pl.concat([territory.accounts, pl.DataFrame({"account": ["outside"]})])
    trait = adopter_trait(territory.adoptions, more, addressable=pairs, as_of=AS_OF)
    row = trait.accounts.filter(pl.col("account") == "outside").row(0, named=True)
    assert row["trait"] == pytest.approx(0, abs=1e-6)
    assert [row[c] for c in CATEGORIES] == pytest.approx(SHARES, abs=1e-3)
    assert row["adoptions"] == 0


def test_addressable_accounts_may_come_as_a_table_or_as_arrays() -> None:
    territory = simulate(accounts=300, products=2, rho=0.5, censored=0.5, seed=35)
    rng = np.random.default_rng(35)
    codes = {product: rng.integers(0, 3, 300).astype(np.int8) for product in ("p0", "p1")}
    table = pl.concat(
        territory.accounts.with_columns(
            product=pl.lit(product), fit=np.array(["never", "now", "later"])[code]
        )
        for product, code in codes.items()
    )
    one, two = _fit(territory, addressable=table), _fit(territory, addressable=codes)
    assert one.accounts.equals(two.accounts)
    bought = territory.adoptions.filter(pl.col("product") == "p0").height
    assert one.products["population"][0] == (codes["p0"] > 0).sum() + (
        bought
        - np.isin(
            territory.accounts["account"].to_numpy()[codes["p0"] > 0],
            territory.adoptions.filter(pl.col("product") == "p0")["account"].to_numpy(),
        ).sum()
    )


def test_measured_against_its_markets_a_late_territory_is_late() -> None:
    """The market's curve gives the fractions; the territory's accounts lie 0.8 standard deviations later."""
    territory = simulate(accounts=3000, products=4, rho=0.5, censored=0.0, seed=33)
    z = stats.norm.ppf(np.linspace(0.0005, 0.9995, 2000))
    days = [BEGIN + dt.timedelta(days=int(d)) for d in np.linspace(0, 3651, 2000)]
    curve = pl.DataFrame({"ds": days, "fraction": stats.norm.cdf(z + 0.8)})
    markets = pl.concat([curve.with_columns(product=pl.lit(f"p{k}")) for k in range(4)])
    trait = adopter_trait(territory.adoptions, territory.accounts, markets=markets, as_of=AS_OF)
    assert trait.prior.offset == pytest.approx(0.8, abs=0.06)
    assert trait.rho == pytest.approx(0.5, abs=0.05)
    assert set(trait.products["curve"]) == {"market"}
    assert any("0.8 standard deviations later than the markets" in note for note in trait.notes)
    # products without a market of their own are brought to the same scale
    half = adopter_trait(
        territory.adoptions, territory.accounts, markets={"p0": curve, "p1": curve}, as_of=AS_OF
    )
    assert half.prior.offset == pytest.approx(0.8, abs=0.08)
    assert half.rho == pytest.approx(0.5, abs=0.05)
    assert half.accounts["trait"].mean() == pytest.approx(0.8, abs=0.08)
    as_dict = {f"p{k}": curve for k in range(4)}
    again = adopter_trait(territory.adoptions, territory.accounts, markets=as_dict, as_of=AS_OF)
    assert again.accounts.equals(trait.accounts)


def test_groups_shift_the_mean_as_far_as_the_data_bear() -> None:
    rng = np.random.default_rng(34)
    segment = rng.integers(0, 3, 3000)
    shift = np.array([-0.6, 0.0, 0.6])[segment]
    territory = simulate(accounts=3000, products=5, rho=0.3, censored=0.6, seed=34, shift=shift)
    accounts = territory.accounts.with_columns(
        segment=np.array(["finance", "industry", "public"])[segment],
        noise=pl.Series(rng.integers(0, 12, 3000)).cast(pl.String),
        size=pl.Series(rng.lognormal(5, 1, 3000).astype(int)),
    )
    trait = adopter_trait(territory.adoptions, accounts, as_of=AS_OF, groups=["segment", "noise", "size"])
    segments, noise, size = trait.prior.groups
    true = np.array([-0.6, 0.0, 0.6]) / np.sqrt(1 + 0.24)  # z is standardised over all accounts
    assert segments.effect == pytest.approx(true, abs=0.1)
    assert noise.share <= 0.02
    assert np.abs(noise.effect).max() < 0.05
    assert np.abs(size.effect).max() < 0.05
    assert len(size.names) == 5
    assert any("finance buys earliest" in note for note in trait.notes)
    # an account of which nothing is known takes its segment's mean
    new = pl.concat(
        [accounts, accounts.head(1).with_columns(account=pl.lit("new"), segment=pl.lit("finance"))]
    )
    pairs = accounts.join(pl.DataFrame({"product": [f"p{k}" for k in range(5)]}), how="cross").select(
        "account", "product"
    )
    told = adopter_trait(territory.adoptions, new, addressable=pairs, as_of=AS_OF, groups=["segment"])
    assert told.accounts["trait"][-1] == pytest.approx(true[0], abs=0.1)


# as tables ------------------------------------------------------------------------------------------------


def test_what_came_after_the_as_of_day_is_not_known() -> None:
    territory = simulate(accounts=300, products=3, rho=0.5, censored=0.3)
    day = dt.date(2004, 6, 30)
    then = adopter_trait(territory.adoptions, territory.accounts, as_of=day)
    known = adopter_trait(territory.adoptions.filter(pl.col("date") <= day), territory.accounts, as_of=day)
    assert then.accounts.equals(known.accounts)


def test_the_order_of_rows_and_repeated_purchases_do_not_matter() -> None:
    territory = simulate(accounts=200, products=3, rho=0.5, censored=0.4)
    again = territory.adoptions.with_columns(pl.col("date") + pl.duration(days=400))
    muddled = pl.concat([territory.adoptions, again]).sample(fraction=1, shuffle=True, seed=1)
    trait = adopter_trait(muddled, territory.accounts.reverse(), as_of=AS_OF)
    one = _fit(territory).accounts.sort("account")
    two = trait.accounts.sort("account")
    assert two["trait"].to_list() == pytest.approx(one["trait"].to_list(), abs=1e-4)
    assert two["adoptions"].to_list() == one["adoptions"].to_list()


def test_pandas_is_accepted() -> None:
    territory = simulate(accounts=50, products=2, rho=0.5, censored=0.4)
    trait = adopter_trait(territory.adoptions.to_pandas(), territory.accounts.to_pandas(), as_of=AS_OF)
    assert trait.accounts["trait"].to_list() == pytest.approx(
        _fit(territory).accounts["trait"].to_list(), abs=1e-6
    )


def test_large_territories_estimate_rho_on_a_sample_and_say_so() -> None:
    territory = simulate(accounts=60_000, products=3, rho=0.4, censored=0.5)
    trait = _fit(territory)
    assert trait.rho == pytest.approx(0.4, abs=0.015)
    assert "ρ was estimated on 50000 of the 60000 accounts." in trait.notes
    assert trait.accounts.height == 60_000


@pytest.mark.parametrize("products", [0, 1])
def test_nothing_bought_yet_gives_the_base_rates(products: int) -> None:
    empty = pl.DataFrame(schema={"account": pl.String, "product": pl.String, "date": pl.Date})
    pairs = pl.DataFrame(
        {"account": ["A"] * products, "product": ["p"] * products}, schema=["account", "product"]
    )
    pairs = pairs.cast(pl.String)
    trait = adopter_trait(empty, pl.DataFrame({"account": ["A", "B"]}), addressable=pairs, as_of=AS_OF)
    assert _probabilities(trait) == pytest.approx(np.array([SHARES, SHARES]), abs=2e-3)
    assert trait.words()["words"].to_list()[1] == "no history"


def test_a_territory_without_accounts_is_empty() -> None:
    empty = pl.DataFrame(schema={"account": pl.String, "product": pl.String, "date": pl.Date})
    assert adopter_trait(empty, empty.select("account"), as_of=AS_OF).accounts.height == 0


def test_tables_that_cannot_be_used_are_refused() -> None:
    good = simulate(accounts=20, products=1, rho=0.5, censored=0.4)
    with pytest.raises(BadInput, match=r"no column 'product'.*did you mean 'produkt'"):
        adopter_trait(good.adoptions.rename({"product": "produkt"}), good.accounts, as_of=AS_OF)
    with pytest.raises(BadInput, match="stands twice"):
        adopter_trait(good.adoptions, pl.concat([good.accounts, good.accounts.head(1)]), as_of=AS_OF)
    with pytest.raises(BadInput, match="expected dates"):
        adopter_trait(good.adoptions.cast({"date": pl.String}), good.accounts, as_of=AS_OF)
    with pytest.raises(BadInput, match="not_before"):
        adopter_trait(good.adoptions.with_columns(not_before="date"), good.accounts, as_of=AS_OF)
    with pytest.raises(BadQuestion, match="fractions between 0 and 1"):
        adopter_trait(
            good.adoptions,
            good.accounts,
            markets={"p0": pl.DataFrame({"ds": [AS_OF], "fraction": [16.0]})},
            as_of=AS_OF,
        )
