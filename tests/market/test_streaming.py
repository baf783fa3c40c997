"""Large files, batch by batch: the same answers, and no series split or met twice."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import beachhead as bh
from beachhead.errors import BadInput
from tests.market.lives import noisy_lives, table

LIVES = table({name: level[:-5] for name, level in noisy_lives(20, seed=4)[0].items()}).sort(
    "unique_id", "ds"
)


def test_batches_answer_as_the_whole_does(tmp_path: Path) -> None:
    LIVES.write_parquet(tmp_path / "lives.parquet")
    parts = list(bh.stream(tmp_path / "lives.parquet", 3, [80], rows=40, kind="stock"))
    assert len(parts) > 3
    whole = bh.fit(LIVES, kind="stock")
    assert_frame_equal(
        pl.concat([p["standing"] for p in parts]), whole.standing(), rel_tol=1e-5, abs_tol=1e-6
    )
    assert_frame_equal(
        pl.concat([p["forecast"] for p in parts]), whole.forecast(3, level=[80]), rel_tol=1e-5, abs_tol=1e-6
    )


def test_a_file_that_is_not_in_the_order_of_its_series_is_refused(tmp_path: Path) -> None:
    LIVES.sort("ds", "unique_id").write_parquet(tmp_path / "mixed.parquet")
    with pytest.raises(BadInput, match="not in the order of their series"):
        list(bh.stream(tmp_path / "mixed.parquet", 3, [80], rows=40, kind="stock"))


def test_a_damaged_file_is_refused_and_an_absent_one_is_not_called_damaged(tmp_path: Path) -> None:
    LIVES.write_parquet(tmp_path / "lives.parquet")
    damaged = bytearray((tmp_path / "lives.parquet").read_bytes())
    damaged[40:400:3] = b"\xff" * len(damaged[40:400:3])
    (tmp_path / "lives.parquet").write_bytes(damaged)
    with pytest.raises(BadInput, match=r"lives\.parquet: this Parquet file is damaged"):
        list(bh.stream(tmp_path / "lives.parquet", 3, [80], rows=40, kind="stock"))
    with pytest.raises(FileNotFoundError):
        list(bh.stream(tmp_path / "none.parquet", 3, [80], rows=40, kind="stock"))
