"""Closed forms: the shapes are what their sources say."""

from __future__ import annotations

import numpy as np
import pytest

from beachhead.market.shapes import SHAPES, UNIT, bass_shape, richards
from beachhead.tables.categories import CATEGORIES, CUTS
from tests.market.lives import DURABLES, bass

x = np.linspace(-4, 4, 4001)


def test_the_logistic_is_the_richards_curve_with_nu_one() -> None:
    assert np.allclose(richards(1.0)(x), 1 / (1 + np.exp(-UNIT * x)))


def test_the_gompertz_curve_is_the_limit_of_nu_to_zero() -> None:
    near = richards(1e-6)(x)
    # scaled like the Richards curve: ten to ninety per cent in one unit around the middle
    b = np.log(np.log(0.1) / np.log(0.9))
    assert np.allclose(near, np.exp(-np.log(2) * np.exp(-b * x)), atol=1e-4)


@pytest.mark.parametrize("nu", [0.03, 0.3, 1.0, 2.5])
def test_a_richards_curve_rises_from_ten_to_ninety_per_cent_in_one_unit(nu: float) -> None:
    curve = richards(nu)(x)
    assert np.interp(0.9, curve, x) - np.interp(0.1, curve, x) == pytest.approx(1.0, abs=1e-5)
    assert curve[2000] == pytest.approx(0.5)


@pytest.mark.parametrize(("p", "q"), [(v[0], v[1]) for v in DURABLES.values()], ids=list(DURABLES))
def test_the_bass_shape_is_the_closed_form(p: float, q: float) -> None:
    t = np.linspace(0, 40, 200)
    assert np.allclose(bass_shape(p / (p + q)).at((p + q) * t / UNIT), bass(t, p, q), atol=2e-6)


@pytest.mark.parametrize(("name", "life"), DURABLES.items(), ids=list(DURABLES))
def test_bass_1969_peak_times(name: str, life: tuple) -> None:
    p, q, _, published = life
    closed = np.log(q / p) / (p + q)
    assert closed == pytest.approx(published, abs=0.3)
    ours = bass_shape(p / (p + q)).busiest_at * UNIT / (p + q)
    assert ours == pytest.approx(closed, abs=0.05)


def test_bass_inflection_is_where_sales_peak() -> None:
    p, q = 0.03, 0.38
    t = np.linspace(0, 30, 30_001)
    sales = p + (q - p) * bass(t, p, q) - q * bass(t, p, q) ** 2  # the differential equation
    assert np.allclose(
        sales[1:-1], np.gradient(bass(t, p, q), t)[1:-1], atol=1e-5
    )  # derivative against differences
    assert bass(t[sales.argmax()], p, q) == pytest.approx(0.5 - p / (2 * q), abs=1e-3)


def test_mahajan_muller_srivastava_category_borders() -> None:
    """Mahajan, Muller and Srivastava (1990): borders at the inflections of the Bass sales curve."""
    p, q = 0.03, 0.38
    first = np.log((2 - np.sqrt(3)) * q / p) / (p + q)
    second = np.log((2 + np.sqrt(3)) * q / p) / (p + q)
    shape = bass_shape(p / (p + q))
    t = np.linspace(0.05, 30, 6000)
    curve = shape.level((p + q) * t / UNIT)
    bend = np.gradient(np.gradient(np.gradient(curve, t), t), t)[3:-3]
    zero = t[3:-3][np.flatnonzero(np.sign(bend[:-1]) != np.sign(bend[1:]))]
    assert np.abs(zero - first).min() < 0.02
    assert np.abs(zero - second).min() < 0.02


def test_rogers_cut_points_are_those_of_the_normal_curve() -> None:
    """Categories are one and two standard deviations around the mean adoption time (Rogers 1962), in whole per cents."""
    from statistics import NormalDist

    assert [round(NormalDist().cdf(z), 2) for z in (-1, 0, 1)] == list(CUTS[1:])
    assert round(NormalDist().cdf(-2), 3) == pytest.approx(CUTS[0], abs=0.003)
    assert np.diff([0, *CUTS, 1]) == pytest.approx([0.025, 0.135, 0.34, 0.34, 0.16])
    assert len(CATEGORIES) == len(CUTS) + 1


@pytest.mark.parametrize("shape", SHAPES, ids=[s.name for s in SHAPES])
def test_every_shape_rises_to_its_peak_and_is_read_back(shape) -> None:
    fractions = np.array([0.02, 0.1, 0.5, 0.9])
    assert np.allclose(shape.at(shape.where(fractions)), fractions, atol=1e-3)
    _grid, level = shape.table
    assert level.max() == 1
    rise = level[: level.argmax() + 1]
    assert (np.diff(rise) >= -1e-12).all()
    if shape.falls:
        assert np.allclose(shape.at(shape.where_falling(fractions)), fractions, atol=1e-3)


def test_only_two_market_shapes_have_a_trough_and_it_is_a_saddle() -> None:
    for shape in SHAPES:
        start, end = shape.trough
        assert (start < end) == shape.name.startswith("early market")
        if start < end:
            grid, level = shape.table
            flow = np.gradient(level, grid)
            inside = (grid > start) & (grid < end)
            assert flow[inside].max() <= np.interp(start, grid, flow) * 1.001
            assert flow[grid > end].max() > np.interp(start, grid, flow)
