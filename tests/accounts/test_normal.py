"""The normal distribution, beside SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from beachhead.accounts.normal import log_interval, log_ndtr, ndtr, ndtri


def test_log_ndtr_and_ndtr_are_those_of_scipy_far_into_the_tails() -> None:
    x = np.random.default_rng(1).uniform(-36.9, 8.9, 20_000)
    assert np.abs(log_ndtr(x) - special.log_ndtr(x)).max() < 1e-10
    assert np.abs(ndtr(x) / special.ndtr(x) - 1).max() < 1e-10
    assert ndtr([-np.inf, np.inf]) == pytest.approx([0, 1])


def test_ndtri_inverts_ndtr() -> None:
    p = np.array([1e-12, 0.025, 0.16, 0.5, 0.84, 0.999])
    assert ndtr(ndtri(p)) == pytest.approx(p, rel=1e-8)
    assert ndtri([0.0, 1.0]).tolist() == [-np.inf, np.inf]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-np.inf, np.inf, 0.0),
        (-1, 1, np.log(0.6826894921370859)),
        (8, 9, float(stats.norm.logsf(8) + np.log1p(-np.exp(stats.norm.logsf(9) - stats.norm.logsf(8))))),
        (-9, -8, float(stats.norm.logsf(8) + np.log1p(-np.exp(stats.norm.logsf(9) - stats.norm.logsf(8))))),
        (30, np.inf, float(stats.norm.logsf(30))),
        (5, 5 + 1e-9, float(stats.norm.logpdf(5) + np.log(1e-9))),
    ],
)
def test_the_mass_of_an_interval_does_not_cancel(low: float, high: float, expected: float) -> None:
    assert float(log_interval(low, high)) == pytest.approx(expected, rel=1e-6, abs=1e-12)
