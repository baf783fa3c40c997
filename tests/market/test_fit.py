"""What the engine's answers must obey, whatever the data."""

from __future__ import annotations

import importlib
import pickle

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import beachhead as bh
from beachhead.errors import BadInput, BadQuestion
from beachhead.market import projections
from beachhead.market.posterior import Group
from beachhead.tables.categories import CATEGORIES
from tests.market.lives import DURABLES, bass, noisy_lives, table

fit_module = importlib.import_module("beachhead.market.fit")  # the room's ``fit`` is the function

SAME = 1e-5  # how close answers lie whatever the processor and whatever stands beside a series

NUMBERS = pl.selectors.float()


def past(n: int = 40, seed: int = 1, **kwargs) -> tuple[pl.DataFrame, dict, dict]:
    """Noisy lives up to now (the last five years of each are the future), the future, the truth."""
    series, truth = noisy_lives(n, seed, **kwargs)
    return table({k: v[:-5] for k, v in series.items()}), {k: v[-5:] for k, v in series.items()}, truth


LIVES, FUTURE, TRUTH = past()


@pytest.fixture(scope="module")
def fitted():
    return bh.fit(LIVES, kind="stock")


def test_standing_has_the_documented_columns_and_probabilities(fitted) -> None:
    s = fitted.standing()
    expected = [
        "unique_id",
        "ds",
        "fraction",
        "fraction-lo-80",
        "fraction-hi-80",
        *CATEGORIES,
        "category",
        "crossed",
    ]
    expected += ["in_saddle", "past_peak", "potential", "potential-lo-80", "potential-hi-80"]
    assert s.columns == expected
    assert np.allclose(s.select(CATEGORIES).sum_horizontal(), 1)
    for name in ("crossed", "in_saddle", "past_peak", *CATEGORIES):
        assert s[name].is_between(0, 1).all()
    for name in ("fraction", "potential"):
        assert (s[f"{name}-lo-80"] <= s[name]).all()
        assert (s[name] <= s[f"{name}-hi-80"]).all()
    likeliest = s.select(CATEGORIES).to_numpy().argmax(1)
    assert s["category"].to_list() == [CATEGORIES[k] for k in likeliest]


def test_forecast_is_in_statsforecast_form_and_intervals_are_ordered(fitted) -> None:
    f = fitted.forecast(5, level=[80, 95])
    names = ["Beachhead-lo-95", "Beachhead-lo-80", "Beachhead", "Beachhead-hi-80", "Beachhead-hi-95"]
    assert set(f.columns) == {"unique_id", "ds", "Beachhead-mean", *names}
    values = f.select(names).to_numpy()
    assert (np.diff(values, axis=1) >= -1e-9 * np.abs(values[:, :1])).all()
    assert f.group_by("unique_id").len()["len"].unique().to_list() == [5]
    first = f.filter(pl.col("unique_id") == "life 0")["ds"].to_list()
    last = LIVES.filter(pl.col("unique_id") == "life 0")["ds"].max()
    assert first == [last + h for h in range(1, 6)]


def test_totals_are_the_sums_of_the_means_and_have_narrower_intervals_than_sums_of_ends(fitted) -> None:
    level = fitted.adoption.frame.group_by("unique_id", maintain_order=True).last()["y"].to_numpy()[:, None]
    each, together = (
        f.select(NUMBERS).to_numpy().reshape(-1, 4, 4)
        for f in (fitted.forecast(4, [80]), fitted.totals(4, [80]))
    )
    assert np.allclose(together[:, :, 1], each[:, :, 1] - level, rtol=1e-3, atol=1e-3 * level)
    flows = LIVES.with_columns(pl.col("y").diff().over("unique_id").fill_null(0.0))
    f = bh.fit(flows, kind="flow")
    each, together = (
        t.select(NUMBERS).to_numpy().reshape(-1, 4, 4) for t in (f.forecast(4, [80]), f.totals(4, [80]))
    )
    assert np.allclose(together[:, :, 1], each[:, :, 1].cumsum(1), rtol=1e-4)
    assert np.allclose(together[:, 0], each[:, 0], rtol=1e-4)
    assert (np.diff(together[:, :, 0]) >= 0).all()  # what more periods bring together is never less
    wide, summed = (np.diff(t[:, -1, 2:])[:, 0] for t in (together, each.cumsum(1)))
    assert np.median(wide / summed) < 0.97


def test_totals_of_some_months_have_the_season_of_those_months() -> None:
    months = pl.date_range(pl.date(2005, 1, 1), pl.date(2012, 9, 1), "1mo", eager=True)
    season = np.where(np.arange(len(months)) % 12 == 11, 2.5, 1.0)  # December
    y = np.linspace(100, 130, len(months)) * season
    f = bh.fit(pl.DataFrame({"unique_id": "a", "ds": months, "y": y}), kind="flow")
    each, together = f.forecast(3)["Beachhead-mean"].to_numpy(), f.totals(3)["Beachhead-mean"].to_numpy()
    assert each[2] > 1.7 * each[1]
    assert np.allclose(together, each.cumsum(), rtol=0.03)


def test_buyers_are_shares_that_sum_to_one_in_past_and_future(fitted) -> None:
    for window in (("1955-01-01", "1956-01-01"), ("1956-06-30", "1958-01-01"), ("1990-01-01", "1992-01-01")):
        b = fitted.buyers(*window).drop_nulls()
        assert np.allclose(b.select(CATEGORIES).sum_horizontal(), 1)
        assert (b["adopters"] >= 0).all()


def test_past_buyers_add_up_to_what_was_adopted() -> None:
    level = 1000 * bass(np.arange(1, 13), 0.02, 0.4)
    fit = bh.fit(table({"a": level}, first=2000), kind="stock")
    got = fit.buyers("2007-12-31", "2010-12-31")["adopters"][0]
    assert got == pytest.approx(level[10] - level[7], rel=0.02)


def test_one_pass_gives_what_single_questions_give(fitted) -> None:
    windows = [("1960-12-31", "1961-12-31")]
    whole = fitted.answers(3, level=[80], windows=windows)
    assert_frame_equal(whole["standing"], fitted.standing(), rel_tol=SAME, abs_tol=SAME / 10)
    assert_frame_equal(whole["forecast"], fitted.forecast(3, level=[80]), rel_tol=SAME, abs_tol=SAME / 10)
    assert_frame_equal(whole["parameters"], fitted.parameters(), rel_tol=SAME, abs_tol=SAME / 10)
    assert_frame_equal(whole["buyers"][0], fitted.buyers(*windows[0]), rel_tol=SAME, abs_tol=SAME / 10)


def test_a_fit_can_be_pickled_at_any_time_and_answers_the_same(fitted) -> None:
    asked = fitted.forecast(3)
    again = pickle.loads(pickle.dumps(fitted))
    assert_frame_equal(again.forecast(3), asked)
    assert_frame_equal(pickle.loads(pickle.dumps(bh.fit(LIVES, kind="stock"))).forecast(3), asked)


def test_the_posterior_is_worked_out_once_for_all_questions(monkeypatch) -> None:
    worked, weights = [], Group.weights
    monkeypatch.setattr(Group, "weights", lambda group: worked.append(len(group.rows)) or weights(group))
    f = bh.fit(LIVES, kind="stock")
    first = f.standing()
    f.forecast(5), f.parameters(), f.curve(2, 2), f.buyers("1960-01-01", "1961-01-01")
    # windows at other times by series are the only thing asked anew, of the series alike
    assert_frame_equal(f.standing(), first)
    assert sum(worked) <= 2 * len(first)


def test_a_posterior_too_large_to_keep_is_worked_out_again(monkeypatch, fitted) -> None:
    monkeypatch.setattr(fit_module, "KEPT", 0)
    f = bh.fit(LIVES, kind="stock")
    f.standing()
    assert not f._chunks
    assert_frame_equal(f.forecast(3), fitted.forecast(3))


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_are_a_setting_and_change_no_answer(threads: int, monkeypatch, fitted) -> None:
    expected = fitted.forecast(3)
    monkeypatch.setattr(projections, "CHUNK", 7)
    used: list[int] = []
    pool = projections.ThreadPoolExecutor
    monkeypatch.setattr(projections, "ThreadPoolExecutor", lambda n: used.append(n) or pool(n))
    got = bh.fit(LIVES, kind="stock", threads=threads).forecast(3)
    assert used == ([] if threads == 1 else [3])
    assert_frame_equal(got, expected, rel_tol=SAME)


def test_a_batch_of_one_is_answered_as_in_a_batch_of_many(fitted) -> None:
    many = fitted.standing()
    for name in ("life 0", "life 7", "life 39"):
        one = bh.fit(LIVES.filter(pl.col("unique_id") == name), kind="stock").standing().select(NUMBERS)
        assert np.allclose(
            one.to_numpy(), many.filter(pl.col("unique_id") == name).select(NUMBERS).to_numpy(), rtol=SAME
        )


@settings(max_examples=20)
@given(scale=st.floats(1e-6, 1e9), shift=st.integers(-40, 40))
def test_scale_and_calendar_do_not_matter(scale: float, shift: int) -> None:
    some = LIVES.filter(pl.col("unique_id").is_in(["life 3", "life 4"]))
    for kind in ("stock", "flow"):
        before = bh.fit(some, kind=kind).standing()
        moved = some.with_columns(pl.col("y") * scale, pl.col("ds") + shift)
        after = bh.fit(moved, kind=kind).standing()
        same = ["fraction", "fraction-lo-80", "fraction-hi-80", *CATEGORIES, "crossed", "in_saddle"]
        assert np.allclose(before.select(same).to_numpy(), after.select(same).to_numpy(), atol=1e-5)
        assert np.allclose(before["potential"] * scale, after["potential"], rtol=1e-4)


@settings(max_examples=20)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    some = LIVES.filter(pl.col("unique_id").is_in(["life 3", "life 4", "life 5"]))
    shuffled = bh.fit(some.sample(fraction=1, shuffle=True, seed=seed), kind="stock").standing()
    in_order = bh.fit(some, kind="stock").standing().sort("unique_id")
    assert_frame_equal(shuffled.sort("unique_id"), in_order, rel_tol=SAME, abs_tol=SAME / 10)


def test_a_share_in_percent_and_as_a_fraction_stand_alike() -> None:
    percent = {"a": 60 * bass(np.arange(1, 12), 0.02, 0.4), "b": 90 * bass(np.arange(1, 15), 0.01, 0.5)}
    a = bh.fit(table(percent), kind="share").standing()
    b = bh.fit(table({k: v / 100 for k, v in percent.items()}), kind="share").standing()
    assert np.allclose(a.select(CATEGORIES).to_numpy(), b.select(CATEGORIES).to_numpy(), atol=1e-6)
    assert (a["potential-hi-80"] <= 130).all()


def test_a_narrower_stated_range_gives_a_narrower_standing_on_average(fitted) -> None:
    level = LIVES.group_by("unique_id").agg(pl.col("y").last())
    widths = []
    for factor in (8.0, 2.0, 1.2):
        truth = pl.DataFrame({"unique_id": list(TRUTH), "f": list(TRUTH.values())})
        stated = level.join(truth, on="unique_id").select(
            "unique_id",
            potential_low=pl.col("y") / pl.col("f") / factor,
            potential_high=pl.col("y") / pl.col("f") * factor,
        )
        s = bh.fit(LIVES, kind="stock", potential=stated).standing()
        widths.append((s["fraction-hi-80"] - s["fraction-lo-80"]).mean())
    assert widths == sorted(widths, reverse=True)
    free = fitted.standing()
    assert widths[0] < (free["fraction-hi-80"] - free["fraction-lo-80"]).mean()


def test_more_data_are_more_certain_on_average() -> None:
    short, _, _ = past(60, seed=3, length=(6, 8))
    long, _, _ = past(60, seed=3, length=(20, 24))
    width = [
        (s["fraction-hi-80"] - s["fraction-lo-80"]).mean()
        for s in (bh.fit(d, kind="stock").standing() for d in (short, long))
    ]
    assert width[1] < width[0]


@pytest.mark.parametrize("reached", [0.3, 0.5, 0.7, 0.9])
def test_a_life_without_noise_is_recovered(reached: float) -> None:
    lives = {
        f"bass {q}": (t := bass(np.arange(1, 80), 0.01, q))[: max(int((t < reached).sum()) + 1, 7)]
        for q in (0.2, 0.3, 0.4)
    }
    years = np.arange(80)
    for speed in (0.2, 0.4):
        logistic = 1 / (1 + 60 * np.exp(-speed * years))
        gompertz = np.exp(-5 * np.exp(-speed * years / 2))
        lives[f"logistic {speed}"] = logistic[: int((logistic < reached).sum()) + 1]
        lives[f"gompertz {speed}"] = gompertz[: int((gompertz < reached).sum()) + 1]
    s = bh.fit(table({k: 5e4 * v for k, v in lives.items()}), kind="stock").standing()
    truth = np.array([v[-1] for v in lives.values()])
    assert np.abs(s["fraction"].to_numpy() - truth).max() < 0.03


@pytest.mark.parametrize("reached", [0.15, 0.3, 0.5, 0.75])
def test_the_eleven_durables_of_bass_1969_lie_inside_the_intervals(reached: float) -> None:
    rng = np.random.default_rng(7)
    sales, ahead = {}, {}
    for name, (p, q, m, _) in DURABLES.items():
        n = max(int((bass(np.arange(1, 60), p, q) < reached).sum()), 4)
        life = np.diff(m * bass(np.arange(n + 4), p, q)) * np.exp(0.08 * rng.normal(size=n + 3))
        sales[name], ahead[name] = life[:n], life[n : n + 3]
    f = bh.fit(table(sales), kind="flow").forecast(3, level=[80])
    f = f.with_columns(
        y=pl.Series(np.concatenate([ahead[k] for k in f["unique_id"].unique(maintain_order=True)]))
    )
    inside = f.with_columns(ok=pl.col("y").is_between(pl.col("Beachhead-lo-80"), pl.col("Beachhead-hi-80")))
    third = inside.group_by("unique_id", maintain_order=True).agg(pl.col("ok").last())["ok"]
    assert third.sum() >= 9


def test_intervals_cover_as_they_say_over_simulated_lives() -> None:
    lives, future, truth = past(300, seed=11)
    fit = bh.fit(lives, kind="stock")
    f = fit.forecast(5, level=[80])
    y = np.concatenate([future[k] for k in f["unique_id"].unique(maintain_order=True)])
    covered = ((y >= f["Beachhead-lo-80"].to_numpy()) & (y <= f["Beachhead-hi-80"].to_numpy())).mean()
    # lives tidier than real ones: intervals that hold eight in ten of those hold more of these
    assert 0.72 < covered < 0.99
    s = fit.standing()
    real = np.array([truth[k] for k in s["unique_id"]])
    lo, hi = s["fraction-lo-80"].to_numpy(), s["fraction-hi-80"].to_numpy()
    assert 0.72 < ((real >= lo) & (real <= hi)).mean() < 0.97


def test_a_flow_that_begins_in_mid_life_leaves_its_beginnings_open() -> None:
    sales = np.diff(1e4 * bass(np.arange(25), 0.003, 0.5))
    whole = bh.fit(table({"whole": sales}, first=2000), kind="flow", launch=2000).standing()
    late = bh.fit(table({"late": sales[12:]}, first=2012), kind="flow").standing()
    sold = sales[12:].sum()
    assert late["potential"][0] > sold * 1.02
    assert (late["fraction-hi-80"] - late["fraction-lo-80"])[0] > (
        whole["fraction-hi-80"] - whole["fraction-lo-80"]
    )[0]


def test_a_known_launch_tells_p_and_q_and_an_unknown_one_says_why_not() -> None:
    rng = np.random.default_rng(5)
    level = 1000 * bass(np.arange(1, 16), 0.02, 0.35) * np.exp(0.01 * rng.normal(size=15))
    data = table({"a": np.maximum.accumulate(level)}, first=2001)
    known = bh.fit(data, kind="stock", launch="2001-01-01").parameters().row(0, named=True)
    assert known["p-lo-80"] <= 0.02 <= known["p-hi-80"]
    assert known["q-lo-80"] <= 0.35 <= known["q-hi-80"]
    assert known["p_q_reason"] is None
    unknown = bh.fit(data, kind="stock").parameters().row(0, named=True)
    assert unknown["p"] is None
    assert "launch" in unknown["p_q_reason"]


def test_known_numbers_are_held_fixed() -> None:
    level = 1000 * bass(np.arange(1, 9), 0.02, 0.35)
    data = table({"a": level}, first=2001)
    m = bh.fit(data, kind="stock", fixed={"m": 1000}).standing().row(0, named=True)
    assert m["potential"] == pytest.approx(1000, rel=0.02)
    assert m["fraction"] == pytest.approx(level[-1] / 1000, abs=0.02)
    pq = (
        bh.fit(data, kind="stock", launch="2001-01-01", fixed={"p": 0.02, "q": 0.35})
        .parameters()
        .row(0, named=True)
    )
    assert pq["p"] == pytest.approx(0.02, rel=1e-3)
    assert pq["q"] == pytest.approx(0.35, rel=1e-3)


def test_after_the_peak_no_growth_is_forecast_and_it_says_so() -> None:
    years = np.arange(22)
    rise, fall = 1 / (1 + 40 * np.exp(-0.8 * years)), 1 / (1 + np.exp(0.6 * (years - 16)))
    fit = bh.fit(table({"replaced": 100 * rise * fall}, first=1990), kind="stock")
    assert fit.standing()["past_peak"][0] > 0.5
    f = fit.forecast(4, level=[80])["Beachhead"].to_numpy()
    assert f[0] <= 100 * (rise * fall)[-1] * 1.001
    assert (np.diff(f) <= 1e-9).all()
    assert "past its peak" in " ".join(fit.explain()["says"])


def test_generations_of_computers_that_were_replaced_are_seen_to_be_past_their_peak(shared) -> None:
    wide = pl.read_csv(shared / "data" / "ibm_generations.csv").head(16)
    table = wide.unpivot(index="period", variable_name="unique_id", value_name="y").filter(pl.col("y") > 0)
    fit = bh.fit(table.select("unique_id", ds=pl.col("period") + 1950, y="y"), kind="stock")
    past_peak = dict(fit.standing().select("unique_id", "past_peak").iter_rows())
    assert past_peak["SIU1"] > 0.9
    assert past_peak["SIU2"] > 0.9
    assert past_peak["SIU3"] < 0.1
    ahead = fit.forecast(3, level=[80]).filter(pl.col("unique_id").is_in(["SIU1", "SIU2"]))
    now = table.filter(pl.col("period") == 16).rename({"y": "now"}).select("unique_id", "now")
    assert ahead.join(now, on="unique_id").select((pl.col("Beachhead") < pl.col("now")).all()).item()


def test_standing_at_an_earlier_day_uses_only_what_was_known_then() -> None:
    early = LIVES.filter(pl.col("unique_id") == "life 0")
    day = int(early["ds"][-3])
    then = bh.fit(early, kind="stock", as_of=f"{day}-12-31").standing()
    cut = bh.fit(early.filter(pl.col("ds") <= day), kind="stock").standing()
    assert then.equals(cut)


def test_a_strong_year_end_is_no_saddle_and_comes_back_in_the_forecast() -> None:
    t = np.arange(1, 25) / 4
    sales = np.diff(1e4 * bass(np.r_[0, t], 0.02, 0.5))
    season = np.tile([0.8, 0.9, 0.8, 1.5], 6)
    quarters = [f"{2000 + k // 4}Q{k % 4 + 1}" for k in range(24)]
    plain, shaken = (
        bh.fit(pl.DataFrame({"unique_id": "a", "ds": quarters, "y": y}), kind="flow")
        for y in (sales, sales * season)
    )
    a, b = plain.standing().row(0, named=True), shaken.standing().row(0, named=True)
    assert b["in_saddle"] < 0.15
    assert abs(a["fraction"] - b["fraction"]) < 0.1
    f = shaken.forecast(4, level=[80])["Beachhead"].to_numpy()
    assert f.argmax() == 3
    assert "season" in " ".join(shaken.notes["note"].to_list())


def test_a_long_series_and_its_aggregate_tell_the_same_story() -> None:
    rng = np.random.default_rng(2)
    gaps = []
    for q in (0.25, 0.35, 0.5):
        months = np.arange(0, 12 * 12 + 1) / 12
        sales = np.diff(1e5 * bass(months, 0.01, q)) * np.exp(0.1 * rng.normal(size=144))
        names = [f"{2000 + k // 12}-{k % 12 + 1:02d}" for k in range(144)]
        monthly = bh.fit(pl.DataFrame({"ds": names, "y": sales}), kind="flow").standing()
        yearly = bh.fit(table({"a": sales.reshape(12, 12).sum(1)}, first=2000), kind="flow").standing()
        gaps.append(abs(monthly["fraction"][0] - yearly["fraction"][0]))
    assert max(gaps) < 0.1


def test_one_observation_is_answered_with_all_its_uncertainty() -> None:
    fit = bh.fit(pl.DataFrame({"ds": [2009], "y": [0.16]}), kind="share")
    s = fit.standing().row(0, named=True)
    assert s["fraction-hi-80"] - s["fraction-lo-80"] > 0.3
    assert fit.forecast(3).height == 3
    assert "single figure" in " ".join(fit.explain()["says"])


def test_where_growth_does_not_tell_it_says_so_and_shows_what_a_potential_would_change() -> None:
    level = 100 * np.exp(0.4 * np.arange(6))
    fit = bh.fit(table({"a": level}), kind="stock")
    says = dict(fit.explain().select("evidence", "says").iter_rows())
    assert "do not decide" in says["standing"]
    assert "stated potential would decide" in says["potential"]
    supposed = fit.sensitivity()
    assert supposed["fraction"].is_sorted(descending=True)
    assert supposed["category"].n_unique() >= 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f: f.forecast(0), "horizon of 0"),
        (lambda f: f.forecast(2, level=[0]), "level of 0"),
        (lambda f: f.buyers("2000-01-01", "2000-01-01"), "is empty"),
        (lambda f: f.buyers("someday", "2000-01-01"), "is no day"),
        (lambda f: f.plot("lief 0"), "did you mean 'life 0'"),
        (lambda f: f.plot(["life 0", "lief 1"]), "no series 'lief 1'"),
        (lambda f: f.plot([]), "empty list"),
        (lambda f: bh.fit(LIVES, kind="stock", threads=0), "no number of threads"),
    ],
)
def test_questions_that_cannot_be_answered(fitted, call, words: str) -> None:
    with pytest.raises(BadQuestion, match=words):
        call(fitted)


@pytest.mark.parametrize("fixed", [{"r": 1}, {"p": 0.1}, {"m": -1}, {"p": 0.1, "q": 0.3}])
def test_what_cannot_be_held_fixed(fixed: dict) -> None:
    with pytest.raises(BadQuestion):
        bh.fit(LIVES, kind="stock", fixed=fixed)


@given(
    y=st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.none(), min_size=1, max_size=9),
    kind=st.sampled_from(["flow", "stock", "share"]),
)
def test_no_table_brings_down_the_engine(y: list, kind: str) -> None:
    data = pl.DataFrame(
        {"unique_id": "a", "ds": np.arange(2000, 2000 + len(y)), "y": pl.Series(y, dtype=pl.Float64)}
    )
    try:
        fit = bh.fit(data, kind=kind)
    except BadInput:
        return
    s = fit.standing()
    assert np.allclose(s.select(CATEGORIES).sum_horizontal(), 1)
    assert np.isfinite(fit.forecast(3).select(NUMBERS).to_numpy()).all()


def test_a_chart_is_a_plain_vega_lite_specification(fitted) -> None:
    spec = fitted.plot("life 1")
    assert spec["$schema"].endswith("v5.json")
    assert len(spec["layer"]) == 3
    assert spec["layer"][0]["data"]["values"][0]["low"] <= spec["layer"][0]["data"]["values"][0]["high"]


def test_several_series_are_drawn_one_below_the_other_in_the_order_asked(fitted) -> None:
    spec = fitted.plot(["life 3", "life 1", "life 3"])
    titles = [c["layer"][2]["encoding"]["y"]["title"] for c in spec["vconcat"]]
    assert titles == ["life 3", "life 1"]
    for name, chart in zip(titles, spec["vconcat"], strict=True):
        assert [part["data"] for part in chart["layer"]] == [p["data"] for p in fitted.plot(name)["layer"]]


def test_a_gap_in_a_record_is_a_gap_in_its_chart() -> None:
    data = pl.DataFrame(
        {"unique_id": "a", "ds": range(2000, 2010), "y": [1.0, 2, 4, 7, None, 17, 24, 31, 36, 40]}
    )
    seen = bh.fit(data, kind="stock").plot()["layer"][2]["data"]["values"]
    assert [v["y"] for v in seen][3:6] == [7.0, None, 17.0]


def test_fixed_p_and_q_are_per_year_whatever_the_frequency() -> None:
    level = 1000 * bass(np.arange(1, 25) / 4, 0.02, 0.4)
    quarters = pl.DataFrame({"ds": [f"{2000 + k // 4}Q{k % 4 + 1}" for k in range(24)], "y": level})
    fit = bh.fit(quarters, kind="stock", launch="2000-01-01", fixed={"p": 0.02, "q": 0.4})
    p, q, m = fit.parameters().select("p", "q", "m").row(0)
    assert (p, q) == pytest.approx((0.02, 0.4), rel=1e-3)
    assert m == pytest.approx(1000, rel=0.02)
