"""ρ from any log-likelihood: where it peaks, how sure, and at the ends of its range."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from beachhead.accounts.trait_groups import classes
from beachhead.accounts.trait_prior import _peak, estimate_rho
from beachhead.errors import BadInput


@pytest.mark.parametrize("peak", [0.002, 0.02, 0.1, 0.5, 0.9, 0.97])
@pytest.mark.parametrize("sd", [0.0005, 0.01, 0.05])
def test_a_normal_likelihood_gives_its_peak_and_interval(peak: float, sd: float) -> None:
    rho = estimate_rho(lambda r: -0.5 * ((r - peak) / sd) ** 2)
    assert rho.ml == pytest.approx(peak, abs=0.35 * sd)
    assert rho.low == pytest.approx(max(peak - 1.96 * sd, 0), abs=0.15 * sd)
    assert rho.high == pytest.approx(peak + 1.96 * sd if peak + 1.96 * sd < 0.985 else 1, abs=0.15 * sd)
    assert rho.told
    assert np.mean(rho.nodes) == pytest.approx(rho.value, rel=1e-3)


def test_a_peak_at_zero_has_an_interval_from_zero() -> None:
    rho = estimate_rho(lambda r: -200 * r)
    assert rho.ml < 1e-3
    assert rho.low == 0
    assert rho.high == pytest.approx(1.92 / 200, rel=0.05)
    assert 0 < rho.value < 0.01


def test_a_flat_likelihood_leaves_the_prior() -> None:
    rho = estimate_rho(lambda r: -321.0)
    assert (rho.low, rho.high, rho.told) == (0, 1, False)
    assert rho.value == pytest.approx(0.25, abs=0.003)  # the mean of Beta(1, 3)
    fifth = [1 - (1 - q) ** (1 / 3) for q in (0.2, 0.4, 0.6, 0.8)]  # its quintiles
    assert all(a < q < b for a, q, b in zip(rho.nodes, fifth, rho.nodes[1:], strict=False))


def test_it_asks_few_times_and_never_beyond_the_range() -> None:
    asked: list[float] = []

    def peaked(r: float) -> float:
        asked.append(r)
        return -0.5 * ((r - 0.3) / 0.001) ** 2

    estimate_rho(peaked)
    assert len(asked) <= 50
    assert all(0 < r < 0.99 for r in asked)
    assert len(set(asked)) == len(asked)


def test_rounding_noise_does_not_trouble_it() -> None:
    rng = np.random.default_rng(1)
    rho = estimate_rho(lambda r: -0.5 * ((r - 0.4) / 0.03) ** 2 + rng.normal(0, 0.003) - 54321.0)
    assert rho.ml == pytest.approx(0.4, abs=0.01)
    assert math.isfinite(rho.value)


def test_texts_are_classes_and_numbers_are_cut_into_fifths() -> None:
    accounts = pl.DataFrame(
        {
            "account": [str(j) for j in range(11)],
            "segment": ["bank", "bank", None, *["retail"] * 8],
            "size": [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, None],
        }
    )
    segment, size = classes(accounts, ["segment", "size"])
    assert segment.names == ("bank", "retail", "unknown")
    assert [segment.names[j] for j in segment.level[:4]] == ["bank", "bank", "unknown", "retail"]
    assert set(size.names) == {"10–20", "30–40", "50–60", "70–80", "90–100", "unknown"}
    assert [size.names[j] for j in size.level[[0, 3, 9, 10]]] == ["10–20", "30–40", "90–100", "unknown"]


def test_a_column_of_one_value_or_none_is_one_class() -> None:
    accounts = pl.DataFrame(
        {"account": ["a", "b"], "size": [5, 5], "empty": pl.Series([None, None], dtype=pl.Int64)}
    )
    size, empty = classes(accounts, ["size", "empty"])
    assert size.names == ("5",)
    assert empty.names == ("unknown",)


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match=r"no column 'segmnt'.*did you mean 'segment'"):
        classes(pl.DataFrame({"account": ["a"], "segment": ["x"]}), ["segmnt"])


@pytest.mark.parametrize(
    ("level", "top"),
    [
        ([3.0, 4.0, 3.0], (1.0, 4.0)),
        ([0.0, 4.0, 3.0], (1.3, 4.225)),  # -2.5 x² + 6.5 x
        ([0.0, 5.0, 8.0], (2.0, 8.0)),  # rises to the end, where the parabola's own top lies beyond it
        ([8.0, 5.0, 0.0], (0.0, 8.0)),
        ([1.0, 2.0], (1.0, 2.0)),
    ],
)
def test_a_peak_lies_at_the_top_of_the_parabola_or_at_an_end(
    level: list[float], top: tuple[float, float]
) -> None:
    assert _peak(np.arange(float(len(level))), np.array(level)) == pytest.approx(top)
