"""Choose the engine's settings, leaving whole technologies out, and say what each is worth.

    python benchmarks/choose_settings.py FOLDER OUT.json [--moves N]

FOLDER holds the back-test: cuts and random cases, truths, stated potentials (curves that levelled off, so it is known
where they stood), and panels (every member, however its life went on). The standing is judged on the first, forecasts on
the second: whoever judges forecasts on curves that were chosen because they levelled off learns that growth is about
to end. A search tries settings one at a time; its record is then read once for every technology: the settings that were
best on all *other* technologies are scored on this one. That score, not the search's best, is what the choice can be
expected to be worth.
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

LOG_LOSS = {("cuts", False): 1.10, ("random", False): 1.08, ("cuts", True): 0.71, ("random", True): 0.71}
MEASURES = ("nmae", "pinball", "cov80", "logloss", "accuracy")
EVERYONE = ("everyone", False)
LOG_PINBALL = 0.078
MEASURES_EVERYONE = ("log pinball", "above the median", "inside 80 %")
# The search starts from the broad settings of the first trial of this design, not from the shipped ones.
BROAD = replace(
    DEFAULT, discount=0.8, level_weight=0.02, floor_energy=0.1, floor_roughness=0.1, power_reached=0.5, power_left=0.5,
    speed=0.4, speed_spread=0.9, start=0.15, start_slope=1.0,
    noise_step=0.2, noise_residual=1.0,
)  # fmt: skip
MOVES = {
    "discount": 0.03, "level_weight": 1.4, "level_discount": 0.03, "floor_energy": 1.4, "floor_roughness": 1.4,
    "power_reached": 0.08, "power_left": 0.08, "speed": 1.15, "speed_spread": 1.12, "start": 1.15, "start_slope": 1.3,
    "noise_step": 0.06, "noise_residual": 0.15,
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
        parts = groups(self.lives, settings)
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


class Everyone:
    """Every member of every panel, however its life went on: forecasts alone are scored."""

    def __init__(self, folder: Path) -> None:
        truth = pl.read_csv(folder / "panel" / "panel_all_truth.csv.gz", infer_schema_length=None)
        cases = pl.read_csv(folder / "panel" / "panel.csv.gz", try_parse_dates=True)
        cases = cases.join(truth.select("unique_id"), on="unique_id", how="semi")
        adoption = read_adoption(cases.select("unique_id", "kind", "ds", "y"))
        self.lives, self.season = deseasonalise(align(adoption))
        ids = adoption.series.select("unique_id")
        truth = ids.join(truth, on="unique_id", how="left", maintain_order="left")
        self.y = truth.select([f"y{h}" for h in range(1, 6)]).to_numpy().astype(float)
        self.level = truth["level"].to_numpy()[:, None]
        self.technology = truth["technology"].to_numpy()

    def score(self, settings: Settings) -> dict[str, np.ndarray]:
        """Mean of MEASURES_EVERYONE per technology; a figure below a twentieth of the level counts as one."""
        forecast = project(groups(self.lives, settings), [Forecast(5, (80,))], len(self.lives))[0]
        columns = {"Beachhead": forecast["median"], "lo": forecast["lo-80"], "hi": forecast["hi-80"]}
        columns = self.season.restore(columns)
        mid, lo, hi = (columns[c] for c in ("Beachhead", "lo", "hi"))
        seen = np.where(np.isnan(self.y), np.nan, 1.0)
        y, *logs = (np.log(np.maximum(v, self.level / 20) / self.level) for v in (self.y, lo, mid, hi))
        loss = sum(
            np.maximum(a * (y - q), (a - 1) * (y - q)) for a, q in zip((0.1, 0.5, 0.9), logs, strict=True)
        )
        measures = (loss / 3, (self.y > mid) * seen, ((self.y >= lo) & (self.y <= hi)) * seen)
        rows = np.stack([np.nanmean(m, axis=1) for m in measures], axis=1)
        return {t: np.nanmean(rows[self.technology == t], 0) for t in np.unique(self.technology)}


def objective(scores: dict, technologies: list[str]) -> float:
    """Losses over what is to be reached, averaged; medians and intervals that are none cost as much as they err."""
    total = sum(
        np.mean([scores[key][t][3] for t in technologies]) / goal / len(LOG_LOSS)
        for key, goal in LOG_LOSS.items()
    )
    lost, above, inside = np.mean([scores[EVERYONE][t] for t in technologies], axis=0)
    return (
        (total + lost / LOG_PINBALL) / 2 + max(abs(above - 0.5) - 0.03, 0) + max(abs(inside - 0.8) - 0.02, 0)
    )


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
    out: dict = {key: [] for key in record[0][1]}
    for t in technologies:
        others = [o for o in technologies if o != t]
        _, scores = min(record, key=lambda r: objective(r[1], others))
        for key in out:
            out[key].append(scores[key][t])
    return {key: np.mean(rows, axis=0) for key, rows in out.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--moves", type=int, default=400)
    args = parser.parse_args()
    sets = {(name, stated): Cases(args.folder, name, stated) for name, stated in LOG_LOSS}
    sets[EVERYONE] = Everyone(args.folder)
    record = search(sets, BROAD, args.moves)
    technologies = sorted(record[0][1]["cuts", False])
    best, scores = min(record, key=lambda r: objective(r[1], technologies))
    args.out.write_text(json.dumps(asdict(best), indent=1))
    print("\nmeans over technologies:", *MEASURES, "| everyone:", *MEASURES_EVERYONE)
    honest = left_out(record)
    for key in sets:
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
