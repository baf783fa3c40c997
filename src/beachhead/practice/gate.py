"""The release gate: who takes a release within a year, what they forgive, what is missing, and which course to take.

>>> found = gate(Workspace("examples/partner-2009"), "vSphere 4")
>>> found.courses["now"].adopters, found.verdict.course, found.verdict.turning
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from beachhead.accounts.territory import Territory, territory
from beachhead.errors import BadQuestion
from beachhead.practice.blueprint import STAGES
from beachhead.practice.discontinuity_facts import deepest_left
from beachhead.practice.gaps import gaps, known_levels
from beachhead.practice.gate_base import (
    QUARTER,
    QUARTERS,
    Moving,
    ReleaseAsked,
    find_release,
    moving,
    quarter_ends,
    running,
)
from beachhead.practice.gate_courses import Course, Customers, careful, courses
from beachhead.practice.gate_defects import KnownDefects, known_defects
from beachhead.practice.gate_movers import movers
from beachhead.practice.gate_settings import GateSettings, Span, gate_settings
from beachhead.practice.gate_verdict import Criteria, Verdict, judged
from beachhead.practice.library import find_blueprint
from beachhead.practice.offering import KINDS, Offering
from beachhead.practice.release_changes import ReleaseFile, release_file
from beachhead.practice.results import Results, results
from beachhead.practice.situation import Situation, in_place, situation
from beachhead.practice.tolerance import Tolerance, tolerance
from beachhead.tables.categories import CATEGORIES, SHARES
from beachhead.tables.workspace import Workspace

BLUEPRINT = "whole-product"
SEEN = 2
"""Level at which strangers have seen a point of the whole product to hold."""
OUT_OF = 100
"""Without accounts everything is told of so many customers."""
FEWEST_BUYERS = 20
"""Buyers from whom on the share that may be named is taken from own references."""


@dataclass(frozen=True)
class WholeProduct:
    """Points up to the early majority: how many apply, hold, lie below, are not known; ``gaps``, best first."""

    points: int
    hold: int
    below: int
    unknown: int
    gaps: pl.DataFrame

    @property
    def span(self) -> Span:
        """Share that holds, at least and at most."""
        return self.hold / self.points, (self.hold + self.unknown) / self.points


@dataclass(frozen=True)
class Change:
    """What is left of the release's changes at customers who forgive little.

    ``fine``: at how many it is put up with, at least and at most; ``measures``: mitigation, name, missing, not_known (at
    how many), most first.
    """

    offering: Offering
    customers: int
    fine: Span
    measures: pl.DataFrame


@dataclass(frozen=True)
class Gate:
    """All that is said of one release on one day.

    ``accounts``: account, name, standing, runs, within-1 … within-4 (probability of being on it a quarter … a year from
    now if it comes at once), forgives, invited, limited; empty where no accounts are known (``counted`` is then False and
    everything is told of ``OUT_OF`` customers). ``mix``: customers by category. ``quarters``: the days that end them.
    ``file``: what ``releases/`` says of it.
    """

    release: ReleaseAsked
    as_of: dt.date
    counted: bool
    customers: float
    mix: np.ndarray
    quarters: list[dt.date]
    moving: Moving
    accounts: pl.DataFrame
    defects: KnownDefects
    tolerance: Tolerance
    settings: GateSettings
    courses: dict[str, Course]
    whole_product: WholeProduct | None
    change: Change | None
    file: ReleaseFile | None
    criteria: Criteria
    verdict: Verdict


def gate(
    workspace: Workspace,
    asked: str,
    known: Territory | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Gate:
    """The gate of the release called ``asked`` on the as-of day. ``known``: the territory, if it is there already.

    Raises BadQuestion for a release that is not there or is out for so long that no course is left.
    """
    release = find_release(workspace, asked)
    if release.out(workspace.as_of):
        raise BadQuestion(
            f"{release.name} is out since {release.planned}: ask as of a day before that, with as_of in beachhead.toml."
        )
    use, bears = gate_settings(workspace), tolerance(workspace)
    say("who runs what")
    place = known if known is not None else _territory(workspace)
    people = _accounts(workspace, release, place) if place is not None else None
    counted = people is not None and people.height > 0
    shares = (
        people.select(f"p_{c}" for c in CATEGORIES).to_numpy() if people is not None and counted else None
    )
    mix = shares.sum(0) if shares is not None else OUT_OF * np.array(SHARES)
    say("who moves")
    move = moving(workspace, release, use.delay)
    where = movers(mix / mix.sum(), use.remembered)
    let_in = _let_in(people, use.invited) if people is not None and counted else None
    who = _customers(shares, mix, let_in, *_newcomers(place, release, move, workspace.as_of, counted))
    defects = known_defects(workspace, release)
    found = courses(who, move.at_once, move.later, where, defects, bears, use, _named(workspace, use))
    say("what is missing")
    whole = _whole_product(workspace, release)
    file = release_file(workspace, release.id)
    change = _change(workspace, file, place, people, bears) if file and place and people is not None else None
    criteria = Criteria(
        rates={name: course.rate for name, course in found.items()},
        per_grave=found["now"].per_grave,
        grave=None if defects.open is None else defects.open["critical"] + defects.open["major"],
        ready=None if whole is None else whole.span,
        points=0 if whole is None else whole.points,
        fine=None
        if change is None
        else (change.fine[0] / change.customers, change.fine[1] / change.customers),
    )
    return Gate(
        release=release,
        as_of=workspace.as_of,
        counted=counted,
        customers=float(mix.sum()),
        mix=mix,
        quarters=quarter_ends(workspace.as_of),
        moving=move,
        accounts=_by_account(people, shares, let_in, where.at(move.at_once).mean(0), bears)
        if people is not None and shares is not None and let_in is not None
        else pl.DataFrame(),
        defects=defects,
        tolerance=bears,
        settings=use,
        courses=found,
        whole_product=whole,
        change=change,
        file=file,
        criteria=criteria,
        verdict=judged(criteria, use),
    )


def _territory(workspace: Workspace) -> Territory | None:
    if workspace.path("accounts") is None and workspace.path("purchases") is None:
        return None
    return territory(workspace)


def _accounts(workspace: Workspace, release: ReleaseAsked, place: Territory) -> pl.DataFrame:
    """Customers of the product that do not run the release yet: the facts, with ``runs``."""
    versions = running(workspace, release).select("account", runs="release")
    facts = place.facts.join(versions, on="account", how="left", maintain_order="left")
    owns = pl.col("runs").is_not_null()
    if release.product is not None:
        owns |= pl.col("products_owned").list.contains(release.product).fill_null(False)
    known = pl.col(f"p_{CATEGORIES[0]}").is_not_null()
    return facts.filter(owns & known & pl.col("runs").ne_missing(release.id))


def _let_in(people: pl.DataFrame, invited: int) -> tuple[np.ndarray, np.ndarray]:
    """Which accounts are asked by name, the likeliest innovators, and which a limited release is for."""
    early = people.select(pl.col("p_innovators") + pl.col("p_early_adopters")).to_series().to_numpy()
    first = people.select(pl.col("p_innovators") + early / 100).to_series().to_numpy()
    asked = np.zeros(len(early), bool)
    asked[np.argsort(-first, kind="stable")[:invited]] = True
    return asked, asked | (early >= 0.5)


def _customers(
    shares: np.ndarray | None,
    mix: np.ndarray,
    let_in: tuple[np.ndarray, np.ndarray] | None,
    new: np.ndarray,
    new_later: np.ndarray,
) -> Customers:
    if shares is None or let_in is None:
        early = np.array([1.0, 1.0, 0, 0, 0])
        return Customers(mix, mix * early * [1, 0, 0, 0, 0], mix * early, new, new_later)
    asked, limited = let_in
    return Customers(mix, shares[asked].sum(0), shares[limited].sum(0), new, new_later)


def _newcomers(
    place: Territory | None, release: ReleaseAsked, move: Moving, as_of: dt.date, counted: bool
) -> tuple[np.ndarray, np.ndarray]:
    """First buyers of the product by the end of each quarter and category, who begin with the release if it is out."""
    none = np.zeros((QUARTERS + 1, len(CATEGORIES)))
    if place is None or not counted or release.product not in place.next_buyers.snapshot.products:
        return none, none
    found = place.next_buyers
    k = found.snapshot.products.index(release.product)
    chance = np.where(found.snapshot.waiting[:, k, None], found.within[:, k], 0.0)
    stands = place.standing.table.select(CATEGORIES).to_numpy()
    new = np.vstack([np.zeros(len(CATEGORIES)), chance.T @ stands])
    since = (move.later_day - as_of).days / QUARTER
    before = np.array([np.interp(since, np.arange(QUARTERS + 1), new[:, c]) for c in range(len(CATEGORIES))])
    return new, np.maximum(new - before, 0.0)


def _named(workspace: Workspace, use: GateSettings) -> Span:
    """The share of customers who may be named: from own references (Beta, 80 %) where there are some."""
    table = workspace.table("references").filter(pl.col("vanished").is_null())
    named = table.filter(pl.col("may_be_named").fill_null(False))["account"].n_unique()
    bought = workspace.table("purchases").filter(pl.col("vanished").is_null())["account"].n_unique()
    if not named or bought < FEWEST_BUYERS:
        return use.references
    drawn = np.random.default_rng(3).beta(named + 1, max(bought - named, 0) + 1, 4000)
    low, high = np.quantile(drawn, [0.1, 0.9])
    return float(low), float(high)


def _whole_product(workspace: Workspace, release: ReleaseAsked) -> WholeProduct | None:
    """What the last assessment of the release says of it; None where there is none."""
    try:
        found: Results = results(
            workspace.folder,
            release.subject,
            find_blueprint(BLUEPRINT, workspace.folder),
            as_of=workspace.as_of,
        )
    except BadQuestion:
        return None
    early = STAGES[: STAGES.index("early_majority") + 1]
    levels = known_levels(found.points, found.blueprint)
    stage = {p.point.id: p.point.from_stage for p in found.blueprint.placed}
    matter = {p: level for p, level in levels.items() if stage[p] is None or stage[p] in early}
    hold = sum(level is not None and level >= SEEN for level in matter.values())
    unknown = sum(level is None for level in matter.values())
    first = gaps(found.points, found.blueprint, stage="early_majority")
    return WholeProduct(len(matter), hold, len(matter) - hold - unknown, unknown, first)


def _change(
    workspace: Workspace, file: ReleaseFile, place: Territory, people: pl.DataFrame, bears: Tolerance
) -> Change | None:
    """At how many of the customers who forgive little the change that the release brings is put up with."""
    offering = file.as_offering()
    little = [c for c, is_careful in zip(CATEGORIES, careful(bears), strict=True) if is_careful]
    wary = people.filter(pl.col("standing").is_in(little))
    if not wary.height:
        return None
    here = situation(place.facts, workspace, [offering])
    mine = here.of(here.accounts.join(wary.select("account"), on="account", how="semi"))
    low, high = (_fine(mine, offering, bears, at_best) for at_best in (False, True))
    return Change(offering, mine.accounts.height, (low, high), _measures(mine, offering))


def _fine(here: Situation, offering: Offering, bears: Tolerance, at_best: bool) -> int:
    depths = here.accounts.select("account", **{f"most_{k}": bears.expression(k) for k in KINDS})
    left = deepest_left(here, [offering], at_best=at_best, everywhere=True).join(depths, on="account")
    deep = pl.any_horizontal((pl.col(k) > pl.col(f"most_{k}")).fill_null(False) for k in KINDS)
    return left.group_by("account").agg(deep.any().alias("deep")).filter(~pl.col("deep")).height


def _measures(here: Situation, offering: Offering) -> pl.DataFrame:
    """mitigation, name, missing, not_known: at how many of these customers, most first."""
    rows = []
    states = here.accounts.select(**{name: in_place(offering, m) for name, m in offering.measures.items()})
    for name, measure in offering.measures.items():
        state = states[name].cast(pl.Boolean)
        rows.append((name, measure.name, int((~state).sum() or 0), state.null_count()))
    schema = {"mitigation": pl.String, "name": pl.String, "missing": pl.Int64, "not_known": pl.Int64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.filter(pl.col("missing") + pl.col("not_known") > 0).sort(
        pl.col("missing") + pl.col("not_known"), descending=True, maintain_order=True
    )


def _by_account(
    people: pl.DataFrame,
    shares: np.ndarray,
    let_in: tuple[np.ndarray, np.ndarray],
    moved: np.ndarray,
    bears: Tolerance,
) -> pl.DataFrame:
    chance = shares @ moved[1:].T
    asked, limited = let_in
    forgives = {c: bears.forgives[c] for c in CATEGORIES}
    table = people.select("account", "name", "standing", "runs").with_columns(
        *(pl.Series(f"within-{q}", chance[:, q - 1]) for q in range(1, QUARTERS + 1)),
        pl.col("standing").replace_strict(forgives, return_dtype=pl.String).alias("forgives"),
        pl.Series("invited", asked),
        pl.Series("limited", limited),
    )
    return table.sort("within-4", descending=True, maintain_order=True)
