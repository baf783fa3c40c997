from __future__ import annotations

import pytest

from beachhead.tables.counted import counted


@pytest.mark.parametrize(("n", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1234, "1234 rows")])
def test_things_counted(n: int, said: str) -> None:
    assert counted(n, "row") == said
