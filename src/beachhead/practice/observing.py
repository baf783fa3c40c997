"""Views of others: adding one, checking them, what they say together, and how earlier ones fared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from beachhead.errors import BadInput, BadQuestion, did_you_mean
from beachhead.market.fit import Fit
from beachhead.market.settings import DEFAULT
from beachhead.market.views import Z80, last_views, pooled, probit, view, with_views
from beachhead.practice.people import Person, people
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.hand_kept import rewrite, with_row
from beachhead.tables.workspace import Workspace

KNOWN_WITHIN = 0.35
"""A later figure tells how a view fared where its own standard deviation is below this, on the probit scale."""
LATER = 365
"""Days after a view from which on it can be told how it fared (judgement)."""


@dataclass(frozen=True)
class Seen:
    """What somebody sees of a market. ``low`` and ``high``: 0 to 1; ``tenths``: category → tenths that sum to ten."""

    market: str
    low: float | None = None
    high: float | None = None
    tenths: Mapping[str, float] = field(default_factory=dict)
    changed: str | None = None
    customers: int | None = None
    comment: str | None = None
    region: str | None = None
    segment: str | None = None
    named: bool = False

    def row(self) -> dict[str, object]:
        """As a row of the table ``observations``, without who and when. Raises BadQuestion for what cannot be meant."""
        made: dict[str, object] = {
            "market": self.market,
            "low": self.low,
            "high": self.high,
            **{c: float(self.tenths[c]) if c in self.tenths else None for c in CATEGORIES},
            "changed": self.changed,
            "customers": self.customers,
            "comment": self.comment,
            "region": self.region,
            "segment": self.segment,
            "named": self.named,
        }
        if self.low is None and not self.tenths and not self.changed:
            raise BadQuestion("A view says a share, tenths of buyers, or what is different from a year ago.")
        if problem := _wrong(made):
            column, value, expected = problem
            raise BadQuestion(f"{column} {value} cannot be meant; expected {expected}.")
        return made


def markets(workspace: Workspace) -> list[str]:
    """The series of the table adoption, by unique_id; none where there is no such table."""
    return workspace.adoption().series["unique_id"].to_list() if workspace.path("adoption") else []


def add_view(workspace: Workspace, person: Person, seen: Seen, delphi: str | None = None) -> None:
    """Write what ``person`` sees today into the table ``observations``.

    Raises BadQuestion for a market that is not known, a share or tenths that cannot be meant, and a person who was
    not told what is kept.
    """
    known = markets(workspace)
    if seen.market not in known:
        listed = f"there are {', '.join(known)}" if known else "the workspace has no adoption series"
        raise BadQuestion(f"There is no market {seen.market!r}{did_you_mean(seen.market, known)}; {listed}.")
    if not person.told:
        raise BadQuestion(
            f"{person.name} ({person.id}) has not been told what is kept, so nothing is written."
        )
    row = {**seen.row(), "date": workspace.as_of, "observer": person.id, "round": delphi}
    rewrite(workspace, {"observations": lambda table: with_row(table, "observations", row)}, "a view")


def observations(workspace: Workspace) -> pl.DataFrame:
    """The table ``observations``. Raises BadInput, with the row, for shares or tenths that cannot be meant."""
    table = workspace.table("observations")
    for number, row in enumerate(table.iter_rows(named=True), 2):
        if problem := _wrong(row):
            column, value, expected = problem
            raise BadInput(
                "it cannot be meant",
                file=workspace.path("observations"),
                row=number,
                column=column,
                value=value,
                expected=expected,
            )
    return table


def _wrong(row: Mapping[str, object]) -> tuple[str, object, str] | None:
    low, high, customers = row["low"], row["high"], row["customers"]
    if (low is None) != (high is None):
        return ("high", high, "both ends of the range") if high is None else ("low", low, "both ends")
    if isinstance(low, float) and isinstance(high, float) and not 0 <= low < high <= 1:
        return "low", f"{low:g} with high {high:g}", "a range within 0 and 1, low below high"
    tenths = [float(str(row[c])) for c in CATEGORIES if row[c] is not None]
    if tenths and (min(tenths) < 0 or abs(sum(tenths) - 10) > 0.01):
        return "innovators … laggards", f"summing to {sum(tenths):g}", "tenths that sum to 10"
    if isinstance(customers, int) and customers < 1:
        return "customers", customers, "a whole number from 1"
    return None


def check_observations(workspace: Workspace) -> list[str]:
    """What cannot be meant among the views: ranges, tenths, people and markets that are not known, days to come."""
    try:
        table = observations(workspace)
    except BadInput as no:
        return [str(no)]
    known, there = set(people(workspace)["person"]), markets(workspace)
    problems = []
    for number, row in enumerate(table.iter_rows(named=True), 2):
        told = []
        if row["observer"] and row["observer"] not in known:
            told.append(("observer", row["observer"], "the table people has no such person"))
        if row["market"] not in there:
            guess = did_you_mean(row["market"], there)
            told.append(("market", row["market"], f"the table adoption has no such series{guess}"))
        if row["date"] > workspace.as_of:
            told.append(("date", row["date"], f"it lies after the as-of day, {workspace.as_of}"))
        path = workspace.path("observations")
        problems += [
            str(BadInput(problem, file=path, row=number, column=column, value=value))
            for column, value, problem in told
        ]
    return problems


@dataclass(frozen=True)
class Viewed:
    """A market with and without the views. ``without``, ``those``: rows of ``Fit.standing``; ``views``: the rows of
    ``observations`` that count, with ``middle`` (the fraction that each says); ``spread``: lowest and highest of them.
    """

    market: str
    name: str
    without: dict[str, object]
    those: dict[str, object]
    views: pl.DataFrame


def viewed_markets(workspace: Workspace) -> list[Viewed]:
    """Every market of which somebody said something that counts on the as-of day, in the order of the series."""
    table = observations(workspace)
    last = last_views(table, workspace.as_of)
    if not last.height or not workspace.path("adoption"):
        return []
    adoption = workspace.adoption()
    told = pooled(table, workspace.as_of, track_record(workspace))
    without = {r["unique_id"]: r for r in Fit(adoption, DEFAULT).standing().iter_rows(named=True)}
    those = Fit(with_views(adoption, told), DEFAULT).standing()
    withs = {r["unique_id"]: r for r in those.iter_rows(named=True)}
    names = dict(adoption.series.select("unique_id", pl.coalesce("name", "unique_id")).iter_rows())
    found = []
    for market in names:
        rows = last.filter(market=market)
        if rows.height:
            said = [(view(row) or None) for row in rows.iter_rows(named=True)]
            middles = [share(one.middle) if one else None for one in said]
            found.append(
                Viewed(
                    market,
                    names[market],
                    without[market],
                    withs[market],
                    rows.with_columns(middle=pl.Series(middles, dtype=pl.Float64)),
                )
            )
    return found


def share(z: float) -> float:
    """Φ(z): the fraction that a place on the probit scale is."""
    from statistics import NormalDist

    return NormalDist().cdf(z)


def track_record(workspace: Workspace) -> dict[str, list[float]]:
    """Observer → by how much views of a year ago and before missed, on the probit scale, where later figures tell.

    They tell where the potential is well enough known by now: the fraction then was the level then over it. Of sales the
    level is not known.
    """
    table = observations(workspace)
    old = table.filter(
        pl.col("observer").is_not_null()
        & pl.col("vanished").is_null()
        & (pl.col("date") <= workspace.as_of - dt.timedelta(LATER))
    )
    if not old.height or not workspace.path("adoption"):
        return {}
    adoption = workspace.adoption()
    standing = {r["unique_id"]: r for r in Fit(adoption, DEFAULT).standing().iter_rows(named=True)}
    levels = adoption.frame.join(adoption.series.filter(pl.col("kind") != "flow"), on="unique_id", how="semi")
    missed: dict[str, list[float]] = {}
    for row in old.iter_rows(named=True):
        one = view(row)
        there = levels.filter(
            (pl.col("unique_id") == row["market"]) & (pl.col("ds") <= row["date"])
        ).drop_nulls("y")
        if one is None or not there.height:
            continue
        potentials = [standing[row["market"]][f"potential{side}"] for side in ("-hi-80", "", "-lo-80")]
        low, middle, high = probit([there["y"][-1] / potential for potential in potentials])
        if (high - low) / 2 / Z80 <= KNOWN_WITHIN:
            missed.setdefault(row["observer"], []).append(float(one.middle - middle))
    return missed
