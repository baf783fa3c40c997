"""``generations``: who is on which release, or what each generation sells, and who moves next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.tables.adoption import Adoption, read_adoption
from beachhead.tables.categories import CATEGORIES, CUTS
from beachhead.tables.given import POLARS, Given
from beachhead.tables.periods import PER_YEAR, check_horizon, day_number, shift

from .fit import fit
from .migration import Atoms, Curve, atoms_of, drawn
from .times import DAYS_PER_YEAR, as_day

PATHS = 600
LATER = "later releases, not announced"
"""What the releases that nobody has announced yet will have: told so that shares add up."""
LEVELS = (80, 95)


def generations(
    df: Any,
    kind: str | None = None,
    freq: str | None = None,
    as_of: Any = None,
    launches: Mapping[Any, Any] | None = None,
) -> Generations:
    """Successive releases or product generations of one product.

    ``df``: a table or file as for ``fit``; each series is a release: its share of all users (``kind="share"``), its
    installed base (``stock``) or its sales per period (``flow``). ``launches``: the day on which releases came out, where
    the record does not show it; a release without figures and with a day is one that is about to come.
    ``as_of``: use only what was known then.

    Raises BadInput if no series can be used, BadQuestion for series of different kinds or frequencies.
    """
    read = read_adoption(df, kind=kind, freq=freq, as_of=as_of)
    for column, what in (("kind", "kinds"), ("freq", "frequencies")):
        found = read.series[column].unique().sort().to_list()
        if len(found) > 1:
            raise BadQuestion(
                f"The releases are of different {what} ({', '.join(found)}): state {column}= for all of them."
            )
    stated = {str(k): as_day(v, f"the launch of {k}") for k, v in (launches or {}).items()}
    return Generations(read, stated, Given.of(df))


@dataclass(frozen=True)
class Release:
    """``launch``: None where it lies before the record. ``own``: its migration curve after the launch."""

    name: str
    launch: date | None
    own: Curve | None
    share: float
    later: float


class Generations:
    """Releases in the order of their launch, and paths of who is on which."""

    def __init__(
        self, adoption: Adoption, stated: Mapping[str, date] | None = None, given: Given = POLARS
    ) -> None:
        self.adoption = adoption
        self._stated = dict(stated or {})
        self._given = given
        first = adoption.series.row(0, named=True)
        self.kind: str = first["kind"]
        self._freq: str = first["freq"]
        self._days = DAYS_PER_YEAR / PER_YEAR[self._freq]
        self._scale: float = first["scale"] or 1.0
        wide = adoption.frame.pivot("unique_id", index="ds", values="y", maintain_order=True).sort("ds")
        self._ends = wide["ds"]
        self._figures = wide.drop("ds").fill_null(0.0)
        self.now: date = self._ends[-1]
        names = sorted(self._figures.columns, key=lambda n: self._begins(n))
        coming = sorted((day, n) for n, day in self._stated.items() if n not in self._figures.columns)
        gone = [n for day, n in coming if (self.now - day).days > DAYS_PER_YEAR]
        if gone:
            raise BadQuestion(
                f"The release {gone[0]!r} was launched over a year before {self.now} but has no figures"
                f"{did_you_mean(gone[0], self._figures.columns)}."
            )
        self._names = [*names, *(n for _, n in coming)]
        level = np.column_stack(
            [*(self._figures[n].to_numpy() for n in names), *(np.zeros(len(wide)),) * len(coming)]
        )
        whole = np.full(len(wide), self._scale) if self.kind == "share" else level.sum(1)
        self._whole = whole
        shares = level / np.where(whole > 0, whole, np.nan)[:, None]
        self._share = np.nan_to_num(shares)
        self._later = np.minimum(np.cumsum(self._share[:, ::-1], axis=1)[:, ::-1], 1.0)

    def _begins(self, name: str) -> tuple[date, float]:
        """Sorts releases by launch; those that were there before the record by the middle of their lives in it."""
        first = self._ends.filter(self._figures[name] > 0).min()
        assert isinstance(first, date)
        figures = self._figures[name].to_numpy()
        middle = float(figures @ np.arange(len(figures))) / max(float(figures.sum()), 1e-12)
        return (self._stated.get(name, first), middle)

    def _launch(self, k: int) -> date | None:
        """The stated day, else the day before the first period that has a figure; None where the record begins later."""
        name = self._names[k]
        if name in self._stated:
            return self._stated[name]
        at = np.flatnonzero(self._share[:, k] > 0)[0]
        if at == 0:
            return None
        end = day_number(self._ends[int(at)])
        before = int(shift(np.array([end]), np.array([self._freq]), np.array([-1]))[0])
        return date(1970, 1, 1) + timedelta(before)

    @cached_property
    def curves(self) -> list[Release]:
        """Every release with its migration curve, in the order of launch."""
        return [self._release(k) for k in range(len(self._names))]

    def _release(self, k: int) -> Release:
        launch = self._launch(k)
        # of a release older than the record only its own course is used, as if launched a year before
        since = launch or self._ends[0] - timedelta(round(DAYS_PER_YEAR))
        ages = np.array([(end - since).days / self._days for end in self._ends])
        seen = (ages > 0) & (self._later[:, k] > 0)
        own = Curve(self._names[k], ages[seen], self._later[seen, k]) if seen.any() else None
        return Release(self._names[k], launch, own, self._share[-1, k], self._later[-1, k])

    @property
    def releases(self) -> Any:
        """unique_id, launch (null: before the record), level, share and or_later (on it or a later one; 0 to 1) now."""
        rows = self.curves
        frame = pl.DataFrame(
            {
                "unique_id": self._names,
                "launch": pl.Series([r.launch for r in rows], dtype=pl.Date),
                "level": [r.share * float(self._whole[-1]) for r in rows],
                "share": [float(r.share) for r in rows],
                "or_later": [float(r.later) for r in rows],
            }
        )
        return self._back(frame)

    def before(self, k: int) -> list[Curve]:
        """Migration curves of the releases before ``k``. One figure says nothing about speed, two do."""
        begins = 0 if self.kind == "share" else 1  # nobody moved to the first release of a base or of sales
        known = [r.own for r in self.curves[begins:k] if r.launch is not None and r.own is not None]
        return [own for own in known if len(own.age) > 1]

    def _atoms(self, k: int, ages: np.ndarray) -> Atoms:
        if k == len(self._names):
            return atoms_of(self.before(k), None, ages)
        release = self.curves[k]
        if release.launch is None and release.own is not None:
            return atoms_of([release.own], release.own, ages)
        return atoms_of(self.before(k), release.own, ages)

    def explain(self) -> Any:
        """unique_id, like, weight, says: whose migration curves each release's forecast is taken from."""
        rows = []
        for k, release in enumerate(self.curves):
            if release.launch is None:
                continue
            atoms = self._atoms(k, np.array([self._age(release.launch, 1)]).clip(0.01))
            figures = 0 if release.own is None else len(release.own.age)
            for like, weight in sorted(atoms.by_name().items(), key=lambda item: -item[1]):
                said = f"{weight:.0%} of the weight lies on curves like {like}"
                since = (
                    f", with {figures} figures since its launch"
                    if figures
                    else ", before any figure of its own"
                )
                rows.append((release.name, like, weight, said + since))
        schema = {"unique_id": pl.String, "like": pl.String, "weight": pl.Float64, "says": pl.String}
        return self._back(pl.DataFrame(rows, schema=schema, orient="row"))

    def _end(self, step: int) -> date:
        """The last day of the period ``step`` periods from now."""
        days = shift(np.array([day_number(self.now)]), np.array([self._freq]), np.array([step]))
        return date(1970, 1, 1) + timedelta(int(days[0]))

    @property
    def quarters_per_period(self) -> float:
        """Quarters in a period of the record: curves count their ages in periods."""
        return 4.0 / PER_YEAR[self._freq]

    def _age(self, launch: date, step: int) -> float:
        return (self._end(step) - launch).days / self._days

    def _paths(self, h: int) -> np.ndarray:
        """Share on a release or a later one, now and in the next ``h`` periods (releases + 1 × paths × h + 1).

        The last row is what nobody has announced. No path has more on a later release than on an earlier one.
        """
        steps = np.arange(1, h + 1)
        out = np.zeros((len(self._names) + 1, PATHS, h + 1))
        out[-1, :, 1:] = self._not_announced(h)
        for k in range(len(self._names) - 1, -1, -1):
            release, newer = self.curves[k], out[k + 1]
            out[k, :, 0] = release.later
            if k == 0 and self.kind != "share":
                out[k] = 1.0
                continue
            since = release.launch or self._ends[0] - timedelta(round(DAYS_PER_YEAR))
            ages = np.array([self._age(since, int(s)) for s in steps])
            there = ages > 0
            if there.any():
                path = drawn(
                    self._atoms(k, ages[there]), np.minimum(steps[there], ages[there]), PATHS, seed=k + 1
                )
                out[k][:, 1:][:, there] = np.maximum(path, release.later)
            # who moves to a newer release leaves this one and those before it alike: some skip it
            among_rest = release.share / max(1 - newer[0, 0], 1e-9)
            out[k] = np.maximum(out[k], newer + (1 - newer) * among_rest * (out[k] > 0))
        return out

    def _not_announced(self, h: int) -> np.ndarray:
        """Share of a next release that nobody has announced (paths × h): as long after the last as releases were."""
        days = sorted(r.launch for r in self.curves if r.launch is not None)
        if len(days) < 2 or days[-1] > self.now:
            return np.zeros((PATHS, h))
        random = np.random.default_rng(0)
        gaps = np.diff([d.toordinal() for d in days]) / self._days
        elapsed = (self.now - days[-1]).days / self._days
        gap = random.choice(np.maximum(gaps, 0.5), PATHS) * np.exp(0.3 * random.standard_normal(PATHS))
        # a gap that is over without a release: it comes any time from now on, as often as releases came
        gap = np.where(gap > elapsed, gap, elapsed + random.exponential(max(float(gaps.mean()), 0.5), PATHS))
        ages = elapsed + np.arange(1, h + 1) - gap[:, None]
        grid = np.linspace(0.05, max(h, 1.0), 8 * h + 1)
        curves = drawn(self._atoms(len(self._names), grid), grid, PATHS, seed=len(self._names) + 1)
        return np.stack([np.interp(a, grid, c, left=0.0) for a, c in zip(ages, curves, strict=True)])

    @cached_property
    def _shown(self) -> list[str]:
        days = [r.launch for r in self.curves if r.launch is not None]
        untold = len(days) >= 2 and max(days) <= self.now
        return [*self._names, *([LATER] if untold else [])]

    def _total(self, h: int) -> np.ndarray:
        """What all releases come to together in the next ``h`` periods (paths × h)."""
        if self.kind == "share":
            return np.full((PATHS, h), self._scale)
        whole = pl.DataFrame({"unique_id": "all", "ds": self._ends, "y": self._whole})
        levels = [2 * k for k in range(1, 49)]
        got = fit(whole, kind=self.kind, freq=self._freq).forecast(h, level=levels)
        tail = [(1 - v / 100) / 2 for v in levels]
        at = np.array([*tail[::-1], 0.5, *(1 - t for t in tail)])
        names = [f"Beachhead-lo-{v}" for v in levels[::-1]]
        columns = got.select(*names, "Beachhead", *(f"Beachhead-hi-{v}" for v in levels)).to_numpy()
        place = np.random.default_rng(99).permutation((np.arange(PATHS) + 0.5) / PATHS)
        return np.stack([np.interp(place, at, row) for row in columns], axis=1)

    def _own_levels(self, h: int) -> np.ndarray:
        """Every shown release's own level (releases × paths × h), in the unit of y."""
        later = self._paths(h)[: len(self._shown) + 1, :, 1:]
        own = later.copy()
        own[:-1] -= later[1:]
        out: np.ndarray = own[: len(self._shown)] * self._total(h)
        return out

    def forecast(self, h: int, level: float | Sequence[float] = LEVELS) -> Any:
        """Each release in the next ``h`` periods: unique_id, ds, Beachhead, Beachhead-mean, Beachhead-lo-80, …

        In the unit and kind that came in. Means add up to the mean of the whole; medians need not. Where releases follow
        each other the last row of each period is what no announced release will have.
        """
        check_horizon(h)
        levels = [level] if isinstance(level, int | float) else list(level)
        if any(not 0 < v < 100 for v in levels):
            raise BadQuestion("Intervals have levels between 0 and 100, as in level=[80].")
        own = self._own_levels(h)
        tails = [p for v in levels for p in ((1 - v / 100) / 2, (1 + v / 100) / 2)]
        quantiles = np.quantile(own, [0.5, *tails], axis=1)
        names = ["Beachhead", *(f"Beachhead-{side}-{v:g}" for v in levels for side in ("lo", "hi"))]
        columns = dict(zip(names, quantiles, strict=True))
        columns = {"Beachhead": columns.pop("Beachhead"), "Beachhead-mean": own.mean(1), **columns}
        ends = [self._end(s) for s in range(1, h + 1)]
        frame = pl.DataFrame(
            {
                "unique_id": [n for n in self._shown for _ in range(h)],
                "ds": pl.Series(ends * len(self._shown), dtype=pl.Date),
                **{n: v.ravel() for n, v in columns.items()},
            }
        )
        return self._back(frame)

    def _window(self, start: Any, end: Any) -> tuple[date, date, np.ndarray, np.ndarray]:
        """The days, and shares on a release or a later one at both (releases × paths each)."""
        first, last = as_day(start, "start"), as_day(end, "end")
        if not first < last:
            raise BadQuestion(
                f"The window from {first} to {last} is empty: the end must come after the start."
            )
        if first < self.now:
            raise BadQuestion(f"The figures end on {self.now}: ask who moves after that day.")
        h = check_horizon(int(np.ceil((last - self.now).days / self._days)))
        paths = self._paths(h)
        days = np.array([self.now.toordinal(), *(self._end(s).toordinal() for s in range(1, h + 1))])
        both = []
        for day in (first, last):
            k = int(np.clip(np.searchsorted(days, day.toordinal(), side="right") - 1, 0, h - 1))
            part = (day.toordinal() - days[k]) / (days[k + 1] - days[k])
            both.append(paths[..., k] * (1 - part) + paths[..., k + 1] * part)
        return first, last, both[0], both[1]

    def movers(self, start: Any, end: Any) -> Any:
        """Who moves to each release, or past it to a later one, between two days to come, by adopter category.

        unique_id, start, end, a share per category (Rogers' cut points of all users, in the order in which they move to
        this release; sum 1), movers (mean share of all users, 0 to 1), movers-lo-80, movers-hi-80.
        """
        first, last, before, after = self._window(start, end)
        names = self._shown
        borders = np.array([0.0, *CUTS, 1.0])
        rows = []
        for k, name in enumerate(names):
            if k < len(self._names) and self.curves[k].launch is None:
                continue  # who moved to a release before the record began is not in it
            moved = after[k] - before[k]
            inside = np.minimum(after[k][:, None], borders[1:]) - np.maximum(before[k][:, None], borders[:-1])
            by = np.clip(inside, 0.0, None).mean(0)
            shares = by / by.sum() if by.sum() > 1e-9 else np.full(len(CATEGORIES), np.nan)
            rows.append([name, first, last, *shares, moved.mean(), *np.quantile(moved, [0.1, 0.9])])
        columns = ["unique_id", "start", "end", *CATEGORIES, "movers", "movers-lo-80", "movers-hi-80"]
        frame = pl.DataFrame(rows, schema=columns, orient="row")
        return self._back(frame.with_columns(pl.col(CATEGORIES).fill_nan(None)))

    def moves(self, start: Any, end: Any) -> Any:
        """From which release to which, net, between two days to come.

        from, to, skips (releases passed over), share (mean, of all users), share-lo-80, share-hi-80. Figures of releases
        tell net flows only: a release is taken to lose to each later one in proportion to what that one gains.
        """
        _, _, before, after = self._window(start, end)
        n = len(self._shown)
        own = [
            s[:n] - np.vstack([s[1:n], s[n : n + 1] if len(s) > n else 0 * s[:1]]) for s in (before, after)
        ]
        gained = own[1] - own[0]
        flows = _flows(np.maximum(-gained, 0.0), np.maximum(gained, 0.0))
        rows = []
        for i in range(n):
            for j in range(i + 1, n):
                if flows[i, j].mean() > 5e-4:
                    at = [flows[i, j].mean(), *np.quantile(flows[i, j], [0.1, 0.9])]
                    rows.append([self._shown[i], self._shown[j], j - i - 1, *at])
        schema = {"from": pl.String, "to": pl.String, "skips": pl.Int64}
        schema |= {f"share{side}": pl.Float64 for side in ("", "-lo-80", "-hi-80")}
        return self._given.back(pl.DataFrame(rows, schema=schema, orient="row"))

    def _back(self, frame: pl.DataFrame) -> Any:
        return self._given.back(frame)


def _flows(lost: np.ndarray, gained: np.ndarray) -> np.ndarray:
    """From what each release loses and gains (releases × paths) who goes where (releases × releases × paths)."""
    n = len(lost)
    upward = np.triu(np.ones((n, n)), 1)[:, :, None]
    flows: np.ndarray = upward * lost[:, None, :] * gained[None, :, :]
    for _ in range(30):  # iterative proportional fitting to both margins, as far as order allows
        flows *= (lost / np.maximum(flows.sum(1), 1e-12))[:, None, :]
        flows *= np.minimum(gained / np.maximum(flows.sum(0), 1e-12), 1e6)[None, :, :]
    return flows
