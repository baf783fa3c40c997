"""Each target of the fuzzer with a few inputs of one seed: that it still runs, and finds nothing."""

from __future__ import annotations

import pytest

from tests.fuzz.driver import feed
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_is_fed_is_used_or_refused(name: str) -> None:
    feed(name, number=1, examples=4)
