"""Are views honest? Simulated observers with bias, shared errors and herding, on simulated lives whose truth is known.

Every observer gives an 80 % range of the fraction reached. All of them may be wrong by the same factor (bias), share an
error (they read the same press), or follow what others said (herding). Told is the log loss of the adopter category with
and without the views; the goal is that it is nowhere worse on average. ``SHARED``, ``WRONG`` and ``ASTRAY`` of
``market/views.py`` were chosen on one set of lives (seed 1, ``choose``) and are told on another (seed 2).
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from tests.market.lives import noisy_lives, table

import beachhead.market.views as of_views
from beachhead.market.fit import Fit
from beachhead.market.settings import DEFAULT
from beachhead.market.views import EDGE, Z80, of_range, own_error, pool, probit, with_views
from beachhead.tables.adoption import read_adoption
from beachhead.tables.categories import CATEGORIES, CUTS

LIVES = 300
BIASES = (0.5, 0.71, 1.0, 1.41, 2.0)
COMMUNITIES = (
    ("one observer", 1, 0.0, 0.0),
    ("five", 5, 0.3, 0.0),
    ("twenty", 20, 0.3, 0.0),
    ("twenty herding", 20, 0.3, 0.8),
)
"""Name, observers, standard deviation of the error that they share, weight of what was said before them."""
OWN_ERROR, SAID = 0.4, 0.25
"""Standard deviation of an observer's own error, and of what the ranges say (too narrow, as people's ranges are)."""


def views_of(truth: np.ndarray, bias: float, community: tuple, rng: np.random.Generator) -> np.ndarray:
    """Pooled middle and spread of each life (n × 2)."""
    _, count, shared, herding = community
    seen = probit(np.clip(truth * bias, EDGE, 0.97)) + shared * rng.normal(size=len(truth))
    said = np.zeros((len(truth), count))
    for k in range(count):
        own = seen + OWN_ERROR * rng.normal(size=len(truth))
        said[:, k] = own if k == 0 else (1 - herding) * own + herding * said[:, :k].mean(1)
    ends = np.vectorize(of_views._NORMAL.cdf)(said[..., None] + SAID * Z80 * np.array([-1, 1]))
    pools = []
    for life in ends:
        each = [of_range(low, high, 10) for low, high in life]
        pools.append(pool([(one.middle, one.variance + own_error([]) ** 2) for one in each]))
    return np.array(pools)


def log_loss(fit: Fit, truth: np.ndarray) -> float:
    shares = fit.standing().select(CATEGORIES).to_numpy()
    return float(-np.log(shares[np.arange(len(truth)), np.digitize(truth, CUTS)]).mean())


def losses(seed: int, lives: int = LIVES) -> tuple[float, pl.DataFrame]:
    """Log loss without views, and with them: community, a column per bias."""
    series, true = noisy_lives(lives, seed)
    adoption = read_adoption(table(series), kind="stock")
    ids = adoption.series["unique_id"]
    truth = np.array([true[name] for name in ids])
    without = log_loss(Fit(adoption, DEFAULT), truth)
    rows = []
    for community in COMMUNITIES:
        rng = np.random.default_rng(seed + 100)
        row: dict[str, object] = {"observers": community[0]}
        for bias in BIASES:
            pools = views_of(truth, bias, community, rng)
            told = pl.DataFrame({"unique_id": ids, "view_middle": pools[:, 0], "view_spread": pools[:, 1]})
            row[f"bias {bias:g}"] = log_loss(Fit(with_views(adoption, told), DEFAULT), truth)
        rows.append(row)
    return without, pl.DataFrame(rows)


def analysts(shared: Path) -> str | None:
    """A real view of early 2009: Gartner said in December 2008 that half the workloads would be virtualised by 2012.

    16 % were in October 2009 and above 50 % by June 2012: over half as a floor of the potential, the fraction reached in
    October 2009 was at most 32 %, and at least 16 % as all workloads are 100 %.
    """
    if not (shared / "data" / "vmware.csv").is_file():
        return None
    one = of_range(0.16, 0.32, None)
    middle, spread = pool([(one.middle, one.variance + own_error([]) ** 2)])
    low, high = (of_views._NORMAL.cdf(middle + side * Z80 * spread) for side in (-1, 1))
    return f"as one view: fraction reached in 2009 between {low:.0%} and {high:.0%} (80 %)"


def choose(seed: int = 1) -> None:
    """The least loss on average among settings under which no column of any community is worse than without views."""
    for shared, wrong, astray in product((0.6, 0.8, 1.0, 1.2), (2.0, 3.0, 4.0, 6.0), (0.05, 0.1, 0.2)):
        of_views.pool.__defaults__ = (shared,)
        of_views.likelihood.__defaults__ = (astray, wrong)
        without, found = losses(seed, 150)
        values = found.drop("observers").to_numpy() - without
        print(
            f"{shared:5.2f} {wrong:4.1f} {astray:5.2f}  mean {values.mean():+.3f}  worst {values.max():+.3f}"
        )


def run() -> None:
    print("\nViews of others: log loss of the category; a column per factor by which all observers are wrong")
    without, found = losses(2)
    print(f"without views {without:.3f}")
    for row in found.iter_rows(named=True):
        name = str(row.pop("observers"))
        print(f"{name:16}" + "".join(f"  {key} {value:.3f}" for key, value in row.items()))
    if told := analysts(Path("../shared")):
        print(told)


if __name__ == "__main__":
    choose()
