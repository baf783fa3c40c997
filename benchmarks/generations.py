"""How many are on a new release one to four periods after its launch, told when it was launched and half a year later.

Real families of releases from the folder that ``BEACHHEAD_SHARED`` names. Each release is told with what was known on the
last day before its launch (or after two periods), and the curves of the releases before it, which must be
at least two periods old. Peers: as the last release did, period by period, as a bare figure and with an interval of
the width that releases differ by (log standard deviation 0.7); Norton and Bass's curve with p and q fitted to the earlier
releases. Pinball at 10, 50 and 90 %, relative to the bare peer, families equal; intervals by resampling families.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

import beachhead as bh
from beachhead.market.migration import hazard, share_of
from beachhead.market.norton_bass import bass

QUANTILES = (0.1, 0.5, 0.9)
Family = tuple[pl.DataFrame, dict[str, date], str, str]  # shares long, launches, kind, frequency
ANDROID = {
    "8": date(2010, 5, 20), "10": date(2011, 2, 9), "15": date(2011, 12, 16), "16": date(2012, 7, 9),
    "17": date(2012, 11, 13), "18": date(2013, 7, 24), "19": date(2013, 10, 31), "21": date(2014, 11, 12),
    "22": date(2015, 3, 9), "23": date(2015, 10, 5), "24": date(2016, 8, 22), "25": date(2016, 10, 4),
    "26": date(2017, 8, 21), "27": date(2017, 12, 5),
}  # fmt: skip
JAVA = {"7": date(2011, 7, 28), "8": date(2014, 3, 18), "11": date(2018, 9, 25), "17": date(2021, 9, 14)}
PYTHON = {
    "3_6": date(2016, 12, 23), "3_7": date(2018, 6, 27), "3_8": date(2019, 10, 14), "3_9": date(2020, 10, 5),
    "3_10": date(2021, 10, 4), "3_11": date(2022, 10, 24), "3_12": date(2023, 10, 2),
}  # fmt: skip
WINDOWS = {
    "Vista": date(2007, 1, 30), "Win7": date(2009, 10, 22), "Win8": date(2012, 10, 26), "Win10": date(2015, 7, 29),
}  # fmt: skip
GEFORCE = {"20": date(2018, 9, 20), "30": date(2020, 9, 17), "40": date(2022, 10, 12)}


def families(shared: Path) -> dict[str, Family]:
    """Name → the releases' own shares (or stocks) over time."""
    more = pl.read_csv(shared / "data/adoption_more.csv.gz", schema_overrides={"ds": pl.String})
    quarterly = more.filter(freq="Q").with_columns(pl.col("ds").str.to_date())
    out: dict[str, Family] = {}
    for name, launches, form in (
        ("android", ANDROID, "api_{}_or_later"),
        ("java", JAVA, "java_{}_or_later"),
        ("python", PYTHON, "python_{}_or_later"),
    ):
        wide = quarterly.pivot("series", index="ds", values="y").sort("ds").fill_null(0)
        later = wide.select("ds", **{k: pl.col(form.format(k)) for k in launches})
        keys = list(launches)
        alone = [(pl.col(a) - pl.col(b)).clip(0).alias(a) for a, b in pairwise(keys)]
        own = later.select("ds", *alone, keys[-1]).filter(pl.sum_horizontal(keys) > 0)
        out[name] = (_long(own), launches, "share", "Q")
    cards = quarterly.filter(pl.col("series").str.contains(r"^geforce_rtx_(20|30|40)"))
    made = cards.with_columns(unique_id=pl.col("series").str.extract(r"rtx_(\d\d)"))
    out["geforce"] = (made.group_by("unique_id", "ds").agg(pl.col("y").sum()), GEFORCE, "share", "Q")
    windows = pl.read_csv(
        shared / "data/windows_versions.csv", infer_schema_length=None, try_parse_dates=True
    )
    scaled = windows.with_columns(pl.exclude("Date") / pl.sum_horizontal(pl.exclude("Date")) * 100).rename(
        {"Date": "ds"}
    )
    out["windows"] = (_long(scaled), WINDOWS, "share", "Q")
    ibm = pl.read_csv(shared / "data/ibm_generations.csv")
    year = pl.date(pl.col("period") + 1954, 12, 31).alias("ds")
    years = ibm.select(year, *(f"SIU{k}" for k in (1, 2, 3, 4)))
    out["ibm"] = (_long(years), {}, "stock", "Y")
    return out


def _long(wide: pl.DataFrame) -> pl.DataFrame:
    return wide.unpivot(index="ds", variable_name="unique_id", value_name="y")


@dataclass(frozen=True)
class Case:
    """``truth``: share of a release one to four periods on; ``told``: quantiles by who told them (3 × 4)."""

    release: str
    truth: np.ndarray
    told: dict[str, np.ndarray]


def cases(family: Family, stage: int, alone: bool) -> list[Case]:
    """Every release that can be scored, told ``stage`` periods after its launch: on it alone, or on it or a later one."""
    frame, launches, kind, freq = family
    whole = bh.generations(frame, kind=kind, freq=freq, launches=launches)
    releases, ends = whole.curves, whole._ends.to_list()
    record = whole._share if alone else whole._later
    out = []
    for k, release in enumerate(releases):
        if release.launch is None:
            continue
        after = [e for e in ends if e > release.launch]
        targets = after[stage : stage + 4]
        now = release.launch - timedelta(1) if stage == 0 else after[stage - 1]
        earlier = {r.name for r in releases[:k]}
        later = {r.name for r in releases[k + 1 :] if r.launch is not None and r.launch <= now}
        named = earlier | later | ({release.name} if stage else set())
        days = {n: d for n, d in launches.items() if n in named} | {release.name: release.launch}
        known = frame.filter(pl.col("unique_id").is_in(named))
        if len(targets) < 4 or known.filter((pl.col("ds") <= now) & (pl.col("y") > 0)).is_empty():
            continue
        told = bh.generations(known, kind=kind, freq=freq, as_of=now, launches=days)
        index = told._names.index(release.name)
        peers = _peers(told, index, stage, targets, alone)
        if peers is None:
            continue
        steps = [s for s in range(1, 12) if told._end(s) in targets]
        paths = told._paths(steps[-1])
        ours = (paths[index] - (paths[index + 1] if alone else 0.0))[:, steps]
        truth = np.array([record[ends.index(e), k] for e in targets])
        out.append(Case(release.name, truth, {"Beachhead": np.quantile(ours, QUANTILES, axis=0), **peers}))
    return out


def _peers(
    told: bh.market.Generations, index: int, stage: int, targets: list[date], alone: bool
) -> dict[str, np.ndarray] | None:
    """What the peers tell, or None where no earlier release is two periods old."""
    before = told.before(index)
    if not before:
        return None
    launch = told.curves[index].launch
    assert launch is not None
    record = told._share if alone else told._later
    now = record[-1, index] if stage else 0.0
    # the last release that was old enough, by the number of its periods
    last = np.zeros(4)
    for j, release in enumerate(told.curves[:index]):
        if release.launch is None:
            continue
        curve = record[[e > release.launch for e in told._ends], j]
        grown = curve[stage : stage + 4] - (curve[stage - 1] if stage and len(curve) >= stage else 0.0)
        last[: len(grown)] = now + grown
    wide = np.exp(0.7 * np.array([-1.2816, 0.0, 1.2816]))[:, None]
    around = share_of(hazard(np.maximum(last, 1e-4)) + np.log(wide))
    ages = np.array([(t - launch).days / told._days for t in targets])
    speed, external = min(
        ((r, e) for r in np.geomspace(0.02, 3, 40) for e in (0.003, 0.01, 0.03, 0.1, 0.3)),
        key=lambda c: sum(
            ((bass(b.age, c[0] * c[1], c[0] * (1 - c[1])) - b.share) ** 2).mean() for b in before
        ),
    )
    curve = bass(ages, speed * external, speed * (1 - external))
    return {
        "as the last did": np.tile(last, (3, 1)),
        "the same ± 0.7": around,
        "Norton-Bass": np.tile(curve, (3, 1)),
    }


def pinball(quantiles: np.ndarray, truth: np.ndarray) -> float:
    """Mean pinball loss of quantiles at ``QUANTILES`` (3 × h)."""
    error = truth - quantiles
    p = np.array(QUANTILES)[:, None]
    return float(np.maximum(p * error, (p - 1) * error).mean())


def run() -> None:
    """Print the table."""
    shared = Path(os.environ.get("BEACHHEAD_SHARED", "../shared"))
    if not (shared / "data/windows_versions.csv").exists():
        print("generations: the data are not here (BEACHHEAD_SHARED)")
        return
    found = families(shared)
    for stage, alone in ((0, True), (0, False), (2, True)):
        when = "at launch" if stage == 0 else f"{stage} periods after launch"
        what = "the release alone" if alone else "it or a later one"
        print(f"\nShare of {what}, told {when}: pinball over the bare peer's")
        ratios: dict[str, list[float]] = {}
        inside, above, releases = [], [], 0
        for name, family in found.items():
            scored = cases(family, stage, alone)
            if not scored:
                continue
            loss = {who: np.array([pinball(c.told[who], c.truth) for c in scored]) for who in scored[0].told}
            bare = loss["as the last did"].sum()
            for who, losses in loss.items():
                ratios.setdefault(who, []).append(losses.sum() / bare)
            low, middle, high = np.stack([c.told["Beachhead"] for c in scored]).transpose(1, 0, 2)
            truth = np.stack([c.truth for c in scored])
            inside.append(((truth >= low) & (truth <= high)).mean())
            above.append((truth > middle).mean())
            releases += len(scored)
            print(
                f"  {name:8} {len(scored):2} releases  "
                + "  ".join(f"{w} {v[-1]:.2f}" for w, v in ratios.items())
            )
        random = np.random.default_rng(1)
        draws = random.integers(0, len(inside), (2000, len(inside)))
        for who, values in ratios.items():
            logs = np.log(values)
            low, high = np.exp(np.quantile(logs[draws].mean(1), [0.05, 0.95]))
            print(f"  {who:16} {np.exp(logs.mean()):.2f} ({low:.2f} to {high:.2f})")
        print(
            f"  {releases} releases; {np.mean(inside):.0%} inside 80 %, {np.mean(above):.0%} above the median"
        )


if __name__ == "__main__":
    run()
