"""The compiled inner loops give NumPy's answers, and nothing needs them."""

from __future__ import annotations

import hatch_build
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import beachhead as bh
from beachhead.market import kernel
from tests.market.lives import noisy_lives, table

ROOT = kernel.PATH.parents[3]
SOURCE = kernel.PATH.with_name("kernel.c")
LIVES = table({k: v[:-5] for k, v in noisy_lives(50, 4)[0].items()})
# what is the difference of two levels, and what is rounded to days
CLOSE = {"totals": 5e-5, "parameters": 1e-4}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = tmp_path_factory.mktemp("kernel") / "libkernel.so"
    if not hatch_build.compiled(SOURCE, made):
        pytest.skip("there is no C compiler on this machine, so there is no kernel to compare with")
    return kernel.load(made)


def everything(**known) -> dict[str, pl.DataFrame]:
    fit = bh.fit(LIVES, **known)
    answers = fit.answers(4, [50, 90], [("1955-06-30", "1961-12-31")])
    return {**answers, "buyers": answers["buyers"][0], "curve": fit.curve(3, 3), "totals": fit.totals(3)}


@pytest.mark.parametrize(
    "known",
    [
        {"kind": "stock"},
        {"kind": "flow"},
        {"kind": "stock", "launch": "1949-12-31"},
        {"kind": "stock", "potential": (1_000, 2_000)},
    ],
)
def test_with_and_without_the_kernel_answers_are_the_same(known: dict, library, monkeypatch) -> None:
    calls: list[str] = []
    for name in ("weigh", "quantiles"):
        inner = getattr(kernel, name)
        monkeypatch.setattr(kernel, name, lambda *a, f=inner, n=name: calls.append(n) or f(*a))
    monkeypatch.setattr(kernel, "LIBRARY", None)
    plain = everything(**known)
    assert not calls
    monkeypatch.setattr(kernel, "LIBRARY", library)
    compiled = everything(**known)
    assert set(calls) == {"weigh", "quantiles"}
    for name, frame in plain.items():
        close = CLOSE.get(name, 1e-5)
        assert_frame_equal(_measured(compiled[name]), _measured(frame), rel_tol=1e-5, abs_tol=close)


def _measured(frame: pl.DataFrame) -> pl.DataFrame:
    """Forecasts over the upper end of their interval, for a lower end near nothing is the difference of large numbers;
    days of greatest adoption as parts of 150 years, rounded to far more than a day."""
    peak, forecast = pl.selectors.starts_with("peak"), pl.selectors.starts_with("Beachhead")
    if "Beachhead" in frame.columns:
        frame = frame.with_columns(forecast / pl.max_horizontal(forecast))
    return frame.with_columns((peak.cast(pl.Date).cast(pl.Int32) / 365.25 / 150).round(4))


def test_a_number_of_series_that_fills_no_block_is_answered_whole(library, monkeypatch) -> None:
    monkeypatch.setattr(kernel, "LIBRARY", library)
    many = bh.fit(LIVES, kind="stock").standing()
    for n in (1, 31, 33):
        few = many.head(n)["unique_id"].implode()
        some = bh.fit(LIVES.filter(pl.col("unique_id").is_in(few)), kind="stock").standing()
        assert_frame_equal(some, many.head(n), rel_tol=1e-5, abs_tol=1e-6)


def test_without_a_compiler_nothing_is_built_and_nothing_is_left(tmp_path, monkeypatch) -> None:
    made = tmp_path / "libkernel.so"
    made.write_bytes(b"of an earlier build")
    monkeypatch.setenv("CC", "no-such-compiler")
    assert not hatch_build.compiled(SOURCE, made)
    assert not list(tmp_path.iterdir())


def test_a_source_that_does_not_compile_leaves_the_package_as_it_is(tmp_path) -> None:
    (tmp_path / "kernel.c").write_text("this is no C")
    assert not hatch_build.compiled(tmp_path / "kernel.c", tmp_path / "libkernel.so")
    assert [p.name for p in tmp_path.iterdir()] == ["kernel.c"]


@pytest.mark.parametrize("built", [True, False])
def test_a_wheel_is_for_its_platform_only_where_it_holds_the_kernel(built: bool, monkeypatch) -> None:
    monkeypatch.setattr(hatch_build, "compiled", lambda source, target: built)
    data: dict = {"artifacts": [], "pure_python": True}
    hook = hatch_build.KernelHook(str(ROOT), {}, None, None, str(ROOT), "wheel")
    hook.initialize("standard", data)
    assert data["pure_python"] is not built
    assert data["artifacts"] == ([hatch_build.KERNEL] if built else [])
    assert str(data.get("tag", "")).startswith("py3-none-") is built


def test_a_library_that_cannot_be_loaded_is_done_without(tmp_path) -> None:
    assert kernel.load(tmp_path / "missing.so") is None
    (tmp_path / "damaged.so").write_bytes(b"no library")
    assert kernel.load(tmp_path / "damaged.so") is None


def test_the_kernel_is_given_plain_arrays_of_its_types_only() -> None:
    with pytest.raises(AssertionError):
        kernel._at(np.zeros((4, 4))[:, ::2], np.float64)
    with pytest.raises(AssertionError):
        kernel._at(np.zeros(4), np.float32)
