"""From days to fractions: ties, censoring at both ends, the market's curve and the territory's own."""

from __future__ import annotations

import numpy as np
import pytest

from beachhead.accounts.positions import ALWAYS, NEVER, Curve, own_curve, positions

NOW = 100


def _at(*after_until: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    days = np.array(after_until, dtype=np.int64)
    return days[:, 0], days[:, 1]


def test_ties_share_the_ranks_between_them() -> None:
    after, until = _at((9, 10), (19, 20), (19, 20), (NOW, NEVER))
    found = positions("p", after, until, np.ones(4, dtype=bool), NOW)
    assert found.bounds[found.code - 1] == pytest.approx(
        np.array([[0, 0.25], [0.25, 0.75], [0.25, 0.75], [0.75, 1]])
    )
    assert (found.adopters, found.population, found.fraction_now) == (3, 4, pytest.approx(0.75))
    assert found.waiting.tolist() == [False, False, False, True]


def test_what_had_adopted_before_the_data_begin_lies_below_their_begin() -> None:
    after, until = _at((ALWAYS, 4), (ALWAYS, 4), (9, 10), (NOW, NEVER))
    found = positions("p", after, until, np.ones(4, dtype=bool), NOW)
    assert found.bounds[found.code - 1] == pytest.approx(
        np.array([[0, 0.5], [0, 0.5], [0.5, 0.75], [0.75, 1]])
    )


def test_accounts_that_are_not_addressable_have_no_part_and_later_ones_only_in_the_population() -> None:
    after, until = _at((9, 10), (NOW, NEVER), (NOW, NEVER), (ALWAYS, NEVER))
    found = positions("p", after, until, np.array([True, True, False, True]), NOW)
    assert found.code[2] == 0
    assert found.population == 3
    assert found.bounds[found.code[0] - 1] == pytest.approx([0, 1 / 3])
    assert found.bounds[found.code[3] - 1] == pytest.approx([0, 1])  # says nothing itself
    assert found.waiting.tolist() == [False, True, False, False]


def test_the_territorys_own_curve_is_kaplan_meier_where_observation_ends_early() -> None:
    # one adopts at 10, one is lost from sight at 15, one adopts at 20, one has not by 100
    days = np.array([[9, 10], [15, NEVER], [19, 20], [NOW, NEVER]])
    curve = own_curve(days, np.ones(4, dtype=np.int64))
    assert curve.at(np.array([10, 20])) == pytest.approx([0.25, 1 - 0.75 * 0.5], abs=1e-6)


def test_the_territorys_own_curve_solves_overlapping_intervals() -> None:
    # Turnbull (1976): masses p, q, r of the three cells maximise (p + q)(q + r) q
    days = np.array([[0, 20], [10, 30], [10, 20]])
    curve = own_curve(days, np.ones(3, dtype=np.int64))
    assert curve.at(np.array([10, 20, 30])) == pytest.approx([0, 1, 1], abs=1e-4)


def test_a_market_curve_is_read_at_the_day_and_only_bounds_what_lies_outside_it() -> None:
    market = Curve(np.array([0, 100]), np.array([0.3, 0.7]))
    after, until = _at((49, 50), (-11, -10), (149, 150), (NOW, NEVER))
    found = positions("p", after, until, np.ones(4, dtype=bool), NOW, market)
    low, high = found.bounds[found.code[0] - 1]
    assert (low + high) / 2 == pytest.approx(0.5, abs=0.003)
    assert found.bounds[found.code[1] - 1] == pytest.approx([0, 0.3])
    assert found.bounds[found.code[2] - 1] == pytest.approx([0.7, 1])
    assert found.bounds[found.code[3] - 1] == pytest.approx([0.7, 1])
    assert found.from_market


def test_a_market_that_is_too_far_from_the_territory_is_not_used() -> None:
    market = Curve(np.array([0, 100]), np.array([0.001, 0.03]))  # 3 % against three of four
    after, until = _at((9, 10), (19, 20), (29, 30), (NOW, NEVER))
    found = positions("p", after, until, np.ones(4, dtype=bool), NOW, market)
    assert not found.from_market
    assert found.apart == pytest.approx(0.03)
    assert found.fraction_now == pytest.approx(0.75)


def test_a_curve_that_stands_still_has_room_for_one_account() -> None:
    market = Curve(np.array([0, 100]), np.array([0.2, 0.2]))
    after, until = _at((49, 50), (NOW, NEVER))
    found = positions("p", after, until, np.ones(2, dtype=bool), NOW, market)
    low, high = found.bounds[found.code[0] - 1]
    assert low < 0.2 < high
