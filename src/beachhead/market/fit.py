"""``fit``: from a table of adoption figures to answers, each with honest uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from beachhead.additions import added
from beachhead.errors import BadQuestion, did_you_mean
from beachhead.tables.adoption import Adoption, read_adoption
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.given import POLARS, Given
from beachhead.tables.periods import check_horizon

from .answers import Buyers, Course, Forecast, Parameters, Standing
from .evidence import evidence, sensitivity
from .lives import Lives, align
from .posterior import Group, alike, groups
from .projections import Answer, Chunk, project
from .seasons import deseasonalise
from .settings import DEFAULT, Settings
from .times import as_day, by_period, last_days, periods_from_now, periods_per_year, shifted

KEPT = (
    2**27
)  # bytes of the posterior that a fit keeps for the next question; larger ones are worked out again


def fit(
    df: Any,
    kind: str | None = None,
    freq: str | None = None,
    potential: Any = None,
    launch: Any = None,
    as_of: Any = None,
    fixed: Mapping[str, float] | None = None,
    settings: Settings = DEFAULT,
    threads: int | None = None,
) -> Fit:
    """Compare every series of ``df`` with the dictionary of life cycles.

    ``df``: a file or a pandas, Polars, Arrow or DuckDB table with unique_id, ds, y (``docs/tables.md``), or an
    ``Adoption``. ``kind``: ``flow`` (adoptions per period), ``stock`` (cumulative adopters, installed base) or
    ``share`` (of a population). ``potential``: (low, high), an 80 % range of the market potential in the unit of y, or a
    table by series. ``launch``: when the technology was launched. ``as_of``: use only what was known then.
    ``fixed``: known values of Bass ``p`` and ``q`` (per year; both, and a launch) or of the potential ``m``.
    ``threads``: how many processor cores answers may use side by side (otherwise as many as there are, at most four).

    Raises BadInput if no series can be used; unusable ones among others are in ``.refused``.
    """
    if threads is not None and not (isinstance(threads, (int, np.integer)) and threads >= 1):
        raise BadQuestion(f"threads={threads!r} is no number of threads: state 1 or more.")
    known = dict(fixed or {})
    for name in known:
        if name not in ("p", "q", "m"):
            raise BadQuestion(
                f"{name!r} cannot be held fixed{did_you_mean(name, 'pqm')}: only p, q and m can."
            )
        if not known[name] > 0:
            raise BadQuestion(f"{name} = {known[name]} cannot be held fixed: it must be above zero.")
    if ("p" in known) != ("q" in known):
        raise BadQuestion("Bass p and q are held fixed together: give both.")
    if "m" in known:
        potential = (known["m"] * 0.999, known["m"] * 1.001)
    if isinstance(df, Adoption):
        adoption = df
    else:
        adoption = read_adoption(df, kind=kind, freq=freq, potential=potential, launch=launch, as_of=as_of)
    pq = (known["p"], known["q"]) if "p" in known else None
    return Fit(adoption, settings, pq, threads, Given.of(df))


class Fit:
    """Series compared with the dictionary.

    Tables come back as the kind that came in (pandas, Arrow, else Polars), in the order of its series, ids and dates as
    they were written.
    """

    def __init__(
        self,
        adoption: Adoption,
        settings: Settings,
        fixed: tuple[float, float] | None = None,
        threads: int | None = None,
        given: Given = POLARS,
    ) -> None:
        self.adoption = adoption
        self._settings = settings
        raw = align(adoption)
        self._lives, self._season = deseasonalise(raw)
        if fixed is not None and not np.isfinite(raw.age).all():
            raise BadQuestion("Bass p and q can be held fixed only where the launch is known: state launch=.")
        self._fixed = fixed
        self._threads = threads
        self._given = given
        self._now = last_days(adoption)
        self._per_year = periods_per_year(adoption.series["freq"])
        self._groups_kept: list[Group] | None = None
        self._chunks: dict[tuple[int, int], Chunk] = {}

    def __getstate__(self) -> dict[str, Any]:
        # what was worked out is worked out again where it is needed: a fit travels as light as it began
        return {**self.__dict__, "_groups_kept": None, "_chunks": {}}

    def _in_polars(self) -> Fit:
        """The same fit, answering in Polars whatever came in; what was worked out is shared."""
        other = object.__new__(Fit)
        other.__dict__.update(self.__dict__, _given=POLARS)
        return other

    @property
    def series(self) -> Any:
        """One row per series that was answered: unique_id, kind, freq, potential, launch, name, unit, n."""
        return self._given.back(self.adoption.own_ids(self.adoption.series))

    @property
    def refused(self) -> Any:
        """unique_id, reason: the series that could not be used."""
        return self._given.back(self.adoption.own_ids(self.adoption.refused))

    @property
    def notes(self) -> Any:
        """unique_id, note: what was done to the data, and what the answer rests on."""
        ids = self._ids
        said = [self.adoption.notes]
        added_shapes = [(np.arange(len(ids)), text) for text in _added_notes()]
        for rows, text in [
            *self._season.notes(),
            *_steps_notes(self._lives, self.adoption.series["freq"]),
            *added_shapes,
        ]:
            said.append(pl.DataFrame({"unique_id": ids.gather(rows), "note": [text] * len(rows)}))
        texts = [s.cast({"unique_id": pl.String, "note": pl.String}) for s in said]
        return self._given.back(self.adoption.own_ids(pl.concat(texts)))

    @property
    def _ids(self) -> pl.Series:
        """The series that were answered, in the type that the user gave their ids."""
        return self.adoption.own_ids(self.adoption.series.select("unique_id"))["unique_id"]

    def _ask(self, *answers: Answer) -> list[dict[str, np.ndarray]]:
        if self._groups_kept is None:
            self._groups_kept = groups(self._lives, self._settings, self._fixed)
        weights = sum(len(g.rows) * (len(g.atoms.dictionary) + 1) for g in self._groups_kept)
        kept = self._chunks if weights * 4 <= KEPT else None
        return project(self._groups_kept, answers, len(self._lives), self._threads, kept)

    def standing(self) -> Any:
        """Where each series stands now.

        unique_id, ds, fraction of the potential reached (median, 80 % interval), a probability per adopter category,
        the likeliest ``category``, ``crossed`` and ``in_saddle`` (probabilities), ``past_peak`` (probability that a
        stock is past its peak), potential (median, 80 % interval; in the unit of y, cumulative for a flow).
        """
        return self._given.back(self._standing(self._ask(Standing())[0]))

    def forecast(self, h: int, level: float | Sequence[float] = (80, 95)) -> Any:
        """The next ``h`` periods in the kind that came in: unique_id, ds, Beachhead, Beachhead-lo-80, …"""
        level = _levels(level)
        return self._given.back(self._forecast(self._ask(_forecast(h, level))[0], h, level))

    def totals(self, h: int, level: float | Sequence[float] = (80, 95)) -> Any:
        """What the next 1, 2, … ``h`` periods bring together: sales of a flow, growth of a stock or share.

        In the columns of ``forecast``. The quantile of a sum is not the sum of quantiles: add nothing but means.
        """
        level = _levels(level)
        each, together = self._ask(_forecast(h, level), Forecast(h, level, total=True))
        columns = self._season.restore_totals(_columns(each, level), _columns(together, level))
        return self._given.back(self._by_period(np.arange(1, h + 1), columns))

    def buyers(self, start: Any, end: Any) -> Any:
        """How the adopters between two days fall over the categories, in the past or the future.

        unique_id, start, end, a share per category (sum 1; null where nobody adopts), adopters (expected number).
        """
        first, last = as_day(start, "start"), as_day(end, "end")
        if not first < last:
            raise BadQuestion(
                f"The window from {first} to {last} is empty: the end must come after the start."
            )
        return self._given.back(self._buyers(first, last))

    def parameters(self) -> Any:
        """Potential m, speed (logistic, per year), date of the greatest adoption, Bass p and q (per year).

        Each with an 80 % interval. p and q are null, with the reason in ``p_q_reason``, unless the launch is known.
        """
        standing, parameters = self._ask(Standing(), Parameters())
        return self._given.back(self._parameters(standing, parameters))

    def answers(
        self, h: int = 5, level: float | Sequence[float] = (80,), windows: Sequence[tuple[Any, Any]] = ()
    ) -> dict[str, Any]:
        """``standing``, ``forecast``, ``parameters`` and ``buyers`` (a list, by window) in one pass."""
        level = _levels(level)
        spans = [(as_day(a, "start"), as_day(b, "end")) for a, b in windows]
        asks = [self._buyers_asked(a, b) for a, b in spans]
        flat = [buyers for rows_buyers in asks for _, buyers in rows_buyers]
        single = all(len(a) == 1 for a in asks)
        wanted: list[Answer] = [Standing(), _forecast(h, level), Parameters(), *(flat if single else [])]
        results = self._ask(*wanted)
        buyers = (
            [self._buyers_table(r, *span) for r, span in zip(results[3:], spans, strict=True)]
            if single
            else [self._buyers(*span) for span in spans]
        )
        back = self._given.back
        return {
            "standing": back(self._standing(results[0])),
            "forecast": back(self._forecast(results[1], h, level)),
            "parameters": back(self._parameters(results[0], results[2])),
            "buyers": [back(table) for table in buyers],
        }

    def curve(self, back: int | None = None, ahead: int | None = None) -> Any:
        """The life-cycle curve around now: unique_id, ds, fraction, fraction-lo-80, fraction-hi-80."""
        for stated in (back, ahead):
            if stated is not None:
                check_horizon(max(stated, 1))
        longest = int(self._lives.count.max(initial=1))
        back = longest - 1 if back is None else back
        ahead = max(8, longest) if ahead is None else ahead
        offsets = np.arange(-back, ahead + 1)
        got = self._ask(Course(tuple(offsets.astype(float))))[0]
        names = {"fraction": "median", "fraction-lo-80": "low", "fraction-hi-80": "high"}
        return self._given.back(self._by_period(offsets, {k: got[v] for k, v in names.items()}))

    def explain(self) -> Any:
        """unique_id, evidence, says: what drives each answer, and how a stated potential would change it."""
        return self._given.back(evidence(self._in_polars()))

    def sensitivity(self) -> Any:
        """The standing under stated potentials of 1.25 to 16 times the present level (``market/evidence.py``)."""
        return self._given.back(sensitivity(self._in_polars()))

    def plot(self, unique_id: Any = None) -> dict[str, Any]:
        """A Vega-Lite specification (a plain dict): record with its gaps, and forecast fan.

        ``unique_id``: one series (the first where none is named), or a list of several, drawn one below the other.
        """
        from .plot import adoption_chart

        ids = self._ids.cast(pl.String)
        asked = [ids[0]] if unique_id is None else unique_id
        wanted = [str(i) for i in (asked if isinstance(asked, (list, tuple, pl.Series)) else [asked])]
        for name in wanted:
            if name not in ids:
                raise BadQuestion(f"There is no series {name!r}{did_you_mean(name, ids.to_list())}.")
        if not wanted:
            raise BadQuestion("An empty list names no series to draw.")
        return adoption_chart(self._in_polars(), list(dict.fromkeys(wanted)))

    # tables -------------------------------------------------------------------------------------------------

    def _by_series(self, *columns: pl.Series) -> pl.DataFrame:
        """unique_id, the last period of each series, and ``columns``."""
        ids = self.adoption.series["unique_id"]
        return self.adoption.in_user_form(pl.DataFrame([ids, self._now.alias("ds"), *columns]))

    def _standing(self, got: dict[str, np.ndarray]) -> pl.DataFrame:
        categories = got["categories"]
        return self._by_series(
            *_interval("fraction", got["fraction"]),
            *(pl.Series(c, categories[:, k]) for k, c in enumerate(CATEGORIES)),
            pl.Series("category", np.asarray(CATEGORIES)[categories.argmax(1)], dtype=pl.String),
            pl.Series("crossed", got["crossed"]),
            pl.Series("in_saddle", got["in_saddle"]),
            pl.Series("past_peak", got["past_peak"]),
            *_interval("potential", got["potential"]),
        )

    def _forecast(self, got: dict[str, np.ndarray], h: int, level: Sequence[float]) -> pl.DataFrame:
        columns = self._season.restore(_columns(got, level))
        scale = np.where(np.isnan(self._lives.ceiling), np.inf, self._lives.ceiling)
        stock = ~self._lives.flow
        columns = {k: np.where(stock[:, None], np.minimum(v, scale[:, None]), v) for k, v in columns.items()}
        return self._by_period(np.arange(1, h + 1), columns)

    def _by_period(self, offsets: np.ndarray, columns: dict[str, np.ndarray]) -> pl.DataFrame:
        dates = by_period(self.adoption, self._now, offsets)
        values = [pl.Series(name, v.ravel()) for name, v in columns.items()]
        return self.adoption.in_user_form(dates.with_columns(values))

    def _buyers_asked(self, first: date, last: date) -> list[tuple[np.ndarray, Buyers]]:
        """Windows in periods from now; series whose last observation differs see the same days at other times."""
        begin, end = (periods_from_now(day, self._now, self._per_year) for day in (first, last))
        return [(rows, Buyers(float(begin[rows[0]]), float(end[rows[0]]))) for rows in alike(begin, end)]

    def _buyers(self, first: date, last: date) -> pl.DataFrame:
        asked = self._buyers_asked(first, last)
        if len(asked) == 1:
            return self._buyers_table(self._ask(asked[0][1])[0], first, last)
        whole: dict[str, np.ndarray] = {}
        everything = self._lives
        for rows, buyers in asked:
            part = groups(everything.take(rows), self._settings, self._fixed)
            for name, values in project(part, [buyers], len(rows), self._threads)[0].items():
                into = whole.setdefault(name, np.full((len(everything), *values.shape[1:]), np.nan))
                into[rows] = values
        return self._buyers_table(whole, first, last)

    def _buyers_table(self, got: dict[str, np.ndarray], first: date, last: date) -> pl.DataFrame:
        n = len(self._now)
        columns = [
            self._ids,
            pl.Series("start", [first]).new_from_index(0, n),
            pl.Series("end", [last]).new_from_index(0, n),
            *(pl.Series(c, got["shares"][:, k], nan_to_null=True) for k, c in enumerate(CATEGORIES)),
            pl.Series("adopters", got["adopters"]),
        ]
        return pl.DataFrame(columns)

    def _parameters(self, standing: dict[str, np.ndarray], got: dict[str, np.ndarray]) -> pl.DataFrame:
        launched = np.isfinite(self._lives.age)
        unknown = "the launch is not known: Bass p and q are told apart only by the time since launch"
        reason = [None if known else unknown for known in launched.tolist()]
        peak = [shifted(self._now, self._per_year, got["busiest"][:, k]) for k in range(3)]
        return self._by_series(
            *_interval("m", standing["potential"]),
            *_interval("speed", got["speed"]),
            *(p.alias(f"peak{side}") for p, side in zip(peak, ("", "-lo-80", "-hi-80"), strict=True)),
            *(c for name in ("p", "q") for c in _interval(name, got[name])),
            pl.Series("p_q_reason", reason, dtype=pl.String),
        )


def _columns(got: dict[str, np.ndarray], level: Sequence[float]) -> dict[str, np.ndarray]:
    """A forecast under the names of its columns (n × h each)."""
    columns = {"Beachhead": got["median"], "Beachhead-mean": got["mean"]}
    for interval in level:
        for side in ("lo", "hi"):
            columns[f"Beachhead-{side}-{interval:g}"] = got[f"{side}-{interval:g}"]
    return columns


def _interval(name: str, values: np.ndarray) -> list[pl.Series]:
    """Median, low and high of (n × 3) as three columns, null where there is none."""
    return [
        pl.Series(f"{name}{side}", values[:, k], nan_to_null=True)
        for k, side in enumerate(("", "-lo-80", "-hi-80"))
    ]


MOST_LEVELS = 50


def _levels(level: Any) -> tuple[float, ...]:
    """Levels of intervals in percent, one or several. Raises BadQuestion for what is none."""
    levels = [level] if isinstance(level, int | float | np.number | str) else level
    try:
        wanted = list(levels)
    except TypeError:
        wanted = [level]
    wrong = [v for v in wanted if not isinstance(v, int | float | np.number) or not 0 < v < 100]
    if wrong:
        raise BadQuestion(
            f"A level of {wrong[0]!r} is none: intervals have levels between 0 and 100, as in level=[80]."
        )
    if len(wanted) > MOST_LEVELS:
        raise BadQuestion(f"{len(wanted)} levels are too many: ask for at most {MOST_LEVELS}.")
    return tuple(dict.fromkeys(v if isinstance(v, int) else float(v) for v in wanted))


def _forecast(h: int, level: tuple[float, ...]) -> Forecast:
    return Forecast(check_horizon(h), level)


def _added_notes() -> list[str]:
    """That answers rest on shapes which are not ours too."""
    return [
        f"compared also with the shape {a.value.name!r} of the installed package {a.package}"
        for a in added("beachhead.shapes")
    ]


def _steps_notes(lives: Lives, freq: pl.Series) -> list[tuple[np.ndarray, str]]:
    words = {(4, "Q"): "years", (3, "M"): "quarters", (12, "M"): "years", (4, "W"): "four weeks"}
    out = []
    for (length, name), word in {**words, (13, "W"): "quarters", (52, "W"): "years"}.items():
        rows = np.flatnonzero((lives.steps == length) & (freq == name).to_numpy())
        if len(rows):
            out.append((rows, f"the record is long, so its growth is compared in steps of {word}"))
    return out
