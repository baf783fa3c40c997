"""Series aligned at their last observation, and what is known of their beginnings."""

from __future__ import annotations

import numpy as np
import pytest

from beachhead.market.lives import align
from beachhead.tables.adoption import read_adoption
from tests.market.lives import table

SALES = [0.0, 3.0, 7.0, 12.0, 20.0]


def aligned(y: list[float], **known: object):
    return align(read_adoption(table({"a": np.array(y)}, first=2000), kind="flow", **known))


def test_a_zero_recorded_just_before_the_first_sales_is_the_launch() -> None:
    lives = aligned(SALES)
    assert lives.age.tolist() == [4]
    assert lives.before.tolist() == [0]


def test_without_a_zero_before_the_first_sales_the_launch_stays_unknown() -> None:
    lives = aligned(SALES[1:])
    assert np.isnan(lives.age).all()
    assert np.isnan(lives.before).all()


@pytest.mark.parametrize(("launch", "years"), [("1998-01-01", 7), ("2001-01-01", 4)])
def test_a_stated_launch_goes_before_a_recorded_zero(launch: str, years: int) -> None:
    assert aligned(SALES, launch=launch).age.tolist() == [years]
