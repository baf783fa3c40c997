"""Who buys: sums agree with the forecast, order follows the score, weights move as far as events bear."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.accounts.buying import PRIOR, calibrated, learn, signs
from beachhead.accounts.snapshots import Snapshot


@given(
    st.lists(st.floats(-12, 12), min_size=1, max_size=40),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
def test_probabilities_sum_to_what_is_expected(score: list[float], shares: list[float]) -> None:
    expected = np.sort(np.array(shares)) * len(score)
    found = calibrated(np.array(score), expected)
    assert found.sum(axis=0) == pytest.approx(expected, abs=1e-4 * len(score))
    assert (found >= 0).all()
    assert (found < 1).all()
    # more time, more likely
    assert (np.diff(found, axis=1) >= -1e-9).all()


def test_many_accounts_sum_as_well_and_keep_their_order() -> None:
    score = np.random.default_rng(3).normal(size=200_000) * 3
    found = calibrated(score, np.array([10.0, 5_000.0, 199_999.0]))
    assert found.sum(axis=0) == pytest.approx([10.0, 5_000.0, 199_999.0], rel=1e-5)
    order = np.argsort(score)
    assert (np.diff(found[order, 1]) >= 0).all()


def test_nobody_expected_nobody_likely() -> None:
    assert calibrated(np.array([1.0, 2.0]), np.array([0.0])).tolist() == [[0.0], [0.0]]
    assert calibrated(np.array([]), np.array([3.0])).shape == (0, 1)


def snap(n: int, products: int, rng: np.random.Generator) -> Snapshot:
    shape = (n, products)
    return Snapshot(
        day=date(2008, 2, 28),
        accounts=pl.Series("account", [str(i) for i in range(n)]),
        products=[str(k) for k in range(products)],
        first=pl.DataFrame(schema={"account": pl.String, "product": pl.String, "date": pl.Date}),
        waiting=rng.random(shape) < 0.9,
        later=rng.random(shape) < 0.3,
        offered=rng.random(shape) < 0.1,
        buys=rng.poisson(1, n),
        talks=rng.poisson(2, n),
    )


def simulated(n: int, truth: np.ndarray, seed: int = 5) -> tuple[Snapshot, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    s = snap(n, 3, rng)
    trait = rng.beta(1, 8, s.waiting.shape)
    constants = [-1.0, 0.5, -2.0]
    odds = np.stack([signs(s, trait[:, k], k) @ truth + constants[k] for k in range(3)], axis=1)
    bought = (rng.random(s.waiting.shape) < 1 / (1 + np.exp(-odds))) & s.waiting
    return s, trait, bought


def test_weights_are_recovered_where_much_was_bought() -> None:
    truth = np.array([0.5, -0.8, 1.6, 0.6, 0.0])
    weights = learn(*simulated(20_000, truth))
    assert weights.learned_from > 1000
    assert weights.values == pytest.approx(truth, abs=0.15)


def test_little_evidence_stays_near_the_judgement() -> None:
    truth = np.array([3.0, 4.0, -4.0, -3.0, 3.0])
    few = learn(*simulated(60, truth))
    many = learn(*simulated(20_000, truth))
    assert np.abs(few.values - PRIOR).sum() < np.abs(many.values - PRIOR).sum()
    s, trait, bought = simulated(60, truth)
    none = learn(s, trait, np.zeros_like(bought))
    assert none.learned_from == 0
    assert none.values.tolist() == PRIOR.tolist()


def test_from_twenty_purchases_on_the_weights_move() -> None:
    s, trait, _ = simulated(400, PRIOR)
    bought = np.zeros_like(s.waiting)
    rows = np.flatnonzero(s.waiting[:, 0])
    bought[rows[:19], 0] = True
    assert learn(s, trait, bought).learned_from == 0
    assert learn(s, trait, bought).values.tolist() == PRIOR.tolist()
    bought[rows[19], 0] = True
    assert learn(s, trait, bought).learned_from == 20
    assert learn(s, trait, bought).values.tolist() != PRIOR.tolist()


def test_a_product_that_everybody_bought_does_no_harm() -> None:
    s, trait, bought = simulated(500, PRIOR)
    bought[:, 1] = s.waiting[:, 1]
    assert np.isfinite(learn(s, trait, bought).values).all()
