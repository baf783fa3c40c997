"""Choose the engine's settings, leaving whole technologies out, and say what each is worth.

    python benchmarks/choose_settings.py FOLDER OUT.json [--moves N]

FOLDER holds the back-test (cuts and random cases, truths, stated potentials). A search tries settings one at a time;
its record is then read once for every technology: the settings that were best on all *other* technologies are scored
on this one. That score, not the search's best, is what the choice can be expected to be worth.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import polars as pl

from beachhead.market.answers import Forecast, Standing
from beachhead.market.lives import align
from beachhead.market.posterior import groups
from beachhead.market.projections import project
from beachhead.market.seasons import deseasonalise
from beachhead.market.settings import DEFAULT, Settings
from beachhead.tables.adoption import read_adoption
from beachhead.tables.categories import CATEGORIES

GOALS = {
    ("cuts", False): (0.097, 0.035, 1.10),
    ("random", False): (0.079, 0.0285, 1.08),
    ("cuts", True): (0.085, 0.031, 0.65),
    ("random", True): (0.071, 0.026, 0.66),
}
MEASURES = ("nmae", "pinball", "cov80", "logloss", "accuracy")
# The search starts from the broad settings of the first trial of this design, not from the shipped ones.
BROAD = replace(
    DEFAULT, discount=0.8, level_weight=0.02, floor_energy=0.1, floor_roughness=0.1, power_reached=0.5, power_left=0.5,
    speed=0.4, speed_spread=0.9, start=0.15, start_slope=1.0, median_power=1.0, lower=1.75, upper=1.75, stated=1.0,
    noise_step=0.2, noise_residual=0.1,
)  # fmt: skip
MOVES = {
    "discount": 0.03, "level_weight": 1.4, "level_discount": 0.03, "floor_energy": 1.4, "floor_roughness": 1.4,
    "power_reached": 0.08, "power_left": 0.08, "speed": 1.15, "speed_spread": 1.12, "start": 1.15, "start_slope": 1.3,
    "median_power": 0.12, "lower": 0.1, "upper": 0.1, "noise_step": 0.06, "noise_residual": 0.08, "stated": 0.06,
}  # fmt: skip


class Cases:
    """One file of cases with its truth, ready to be scored again and again."""

    def __init__(self, folder: Path, name: str, stated: bool) -> None:
        cases = pl.read_csv(folder / f"{name}.csv.gz", try_parse_dates=True)
        ranges = pl.read_csv(folder / "stated_potential.csv.gz")
        potential = ranges.select("unique_id", potential_low="low", potential_high="high") if stated else None
        adoption = read_adoption(cases, potential=potential)
        self.lives, self.season = deseasonalise(align(adoption))
        truth = pl.read_csv(folder / f"{name}_truth.csv", infer_schema_length=None)
        truth = adoption.series.select("unique_id").join(
            truth, on="unique_id", how="left", maintain_order="left"
        )
        self.y = truth.select([f"y{h}" for h in range(1, 6)]).to_numpy().astype(float)
        self.peak = truth["peak"].to_numpy()[:, None]
        self.category = np.array([CATEGORIES.index(c) for c in truth["category"]])
        self.technology = truth["technology"].to_numpy()

    def score(self, settings: Settings) -> dict[str, np.ndarray]:
        """Mean of every measure (columns of MEASURES) per technology."""
        parts = list(groups(self.lives, settings))
        standing, forecast = project(parts, [Standing(), Forecast(5, (80,))], len(self.lives))
        columns = {"Beachhead": forecast["median"], "lo": forecast["lo-80"], "hi": forecast["hi-80"]}
        columns = self.season.restore(columns)
        top = np.where(np.isnan(self.lives.ceiling), np.inf, self.lives.ceiling)[:, None]
        mid, lo, hi = (np.minimum(columns[c], top) for c in ("Beachhead", "lo", "hi"))
        y, peak = self.y, self.peak
        loss = sum(np.maximum(a * (y - q), (a - 1) * (y - q)) for a, q in ((0.1, lo), (0.5, mid), (0.9, hi)))
        inside = np.where(np.isnan(y), np.nan, (y >= lo) & (y <= hi))
        p = standing["categories"]
        rows = np.stack(
            [
                np.nanmean(np.abs(mid - y) / peak, axis=1),
                np.nanmean(loss / 3 / peak, axis=1),
                np.nanmean(inside, axis=1),
                -np.log(np.maximum(p[np.arange(len(p)), self.category], 1e-4)),
                p.argmax(1) == self.category,
            ],
            axis=1,
        )
        return {t: rows[self.technology == t].mean(0) for t in np.unique(self.technology)}


def objective(scores: dict, technologies: list[str]) -> float:
    """Measures over what is to be reached, averaged; coverage outside 0.79 to 0.81 costs a little."""
    total = 0.0
    for key, goal in GOALS.items():
        nmae, pinball, cover, logloss, _ = np.mean([scores[key][t] for t in technologies], axis=0)
        total += (
            nmae / goal[0] + pinball / goal[1] + logloss / goal[2] + 0.3 * max(abs(cover - 0.8) - 0.01, 0)
        )
    return total / (3 * len(GOALS))


def search(sets: dict, start: Settings, moves: int, seed: int = 1) -> list[tuple[Settings, dict]]:
    """Every setting tried, with its scores: a walk that keeps what is better, one or two settings at a time."""
    rng = np.random.default_rng(seed)
    record = [(start, {k: c.score(start) for k, c in sets.items()})]
    technologies = sorted(record[0][1]["cuts", False])
    best, value = start, objective(record[0][1], technologies)
    print(f"start {value:.4f}", flush=True)
    for move in range(moves):
        changed = {}
        for name in rng.choice(list(MOVES), size=rng.choice([1, 1, 2]), replace=False):
            step, old = MOVES[str(name)], getattr(best, str(name))
            sign = rng.normal()
            changed[str(name)] = float(max(old * step**sign if step > 1 else old + step * sign, 1e-3))
        tried = replace(best, **changed)
        scores = {k: c.score(tried) for k, c in sets.items()}
        record.append((tried, scores))
        if (now := objective(scores, technologies)) < value - 1e-5:
            best, value = tried, now
            print(f"{move:4d} {value:.4f} { ({k: round(v, 3) for k, v in changed.items()}) }", flush=True)
    return record


def left_out(record: list[tuple[Settings, dict]]) -> dict:
    """Means over technologies, each scored with the settings that were best on all the others."""
    technologies = sorted(record[0][1]["cuts", False])
    out: dict = {key: [] for key in GOALS}
    for t in technologies:
        others = [o for o in technologies if o != t]
        _, scores = min(record, key=lambda r: objective(r[1], others))
        for key in GOALS:
            out[key].append(scores[key][t])
    return {key: np.mean(rows, axis=0) for key, rows in out.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--moves", type=int, default=400)
    args = parser.parse_args()
    sets = {(name, stated): Cases(args.folder, name, stated) for name, stated in GOALS}
    record = search(sets, BROAD, args.moves)
    technologies = sorted(record[0][1]["cuts", False])
    best, scores = min(record, key=lambda r: objective(r[1], technologies))
    args.out.write_text(json.dumps(asdict(best), indent=1))
    print("\nmeans over technologies:", *MEASURES)
    honest = left_out(record)
    for key in GOALS:
        chosen = np.mean([scores[key][t] for t in technologies], axis=0)
        shipped = np.mean(list(sets[key].score(DEFAULT).values()), axis=0)
        print(
            key,
            "shipped",
            shipped.round(4),
            "| chosen on all",
            chosen.round(4),
            "| chosen on the others",
            honest[key].round(4),
        )


if __name__ == "__main__":
    main()
