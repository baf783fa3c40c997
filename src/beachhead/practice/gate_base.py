"""What the release gate starts from: the release, who runs what, how many move to it and when, what is wrong with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from beachhead.accounts.sellers import product_ids
from beachhead.errors import BadQuestion, did_you_mean
from beachhead.market.migration import atoms_of, drawn
from beachhead.market.releases import PATHS, Generations, generations
from beachhead.tables.workspace import Workspace

QUARTERS = 4
QUARTER = 365.2425 / 4
FEWEST = 10
"""Accounts whose versions must be known for the curves of earlier releases to be told from them."""


@dataclass(frozen=True)
class ReleaseAsked:
    """One release. ``planned``: the day of general availability, None where none is known; ``product`` likewise."""

    id: str
    name: str
    product: str | None
    announced: dt.date | None
    planned: dt.date | None
    subject: str

    def out(self, day: dt.date) -> bool:
        """Whether it is generally available on ``day``."""
        return self.planned is not None and self.planned <= day


def find_release(workspace: Workspace, asked: str) -> ReleaseAsked:
    """The release of that id or name. Raises BadQuestion with the nearest one."""
    table = releases_of(workspace)
    if not table.height:
        raise BadQuestion(
            "There is no table of releases: give the workspace a releases.csv (release, product, available)."
        )
    wanted = asked.strip().casefold()
    fits = (pl.col("release").str.to_lowercase() == wanted) | (pl.col("name").str.to_lowercase() == wanted)
    found = table.filter(fits)
    if not found.height:
        known = [*table["release"], *table["name"].drop_nulls()]
        raise BadQuestion(
            f"There is no release {asked!r}{did_you_mean(asked, known)}; there are {', '.join(table['release'])}."
        )
    row = found.row(0, named=True)
    announced = row["announced"] if row["announced"] and row["announced"] <= workspace.as_of else None
    return ReleaseAsked(
        id=row["release"],
        name=row["name"] or row["release"],
        product=row["product"],
        announced=announced,
        planned=row["available"],
        subject=row["subject"] or row["release"],
    )


def releases_of(workspace: Workspace) -> pl.DataFrame:
    """The table of releases, with products by their ids."""
    table = workspace.table("releases").filter(pl.col("vanished").is_null())
    return table.with_columns(product_ids(table["product"], workspace.table("products")).alias("product"))


def running(workspace: Workspace, release: ReleaseAsked) -> pl.DataFrame:
    """account, release, since: what each account runs on the as-of day.

    From ``installed_versions``; of accounts that are not in it, the version of their last purchase of the product.
    ``release`` is an id, or the text itself where no release is called so.
    """
    history = installs(workspace, release)
    there = history.filter(pl.col("until").is_null() | (pl.col("until") > workspace.as_of))
    return there.group_by("account", maintain_order=True).agg(pl.col("release", "since").last())


def installs(workspace: Workspace, release: ReleaseAsked) -> pl.DataFrame:
    """account, release, since, until: every installation that was known on the as-of day, by account and day."""
    as_of, products = workspace.as_of, workspace.table("products")
    installed = workspace.table("installed_versions").filter(
        pl.col("vanished").is_null() & (pl.col("since").is_null() | (pl.col("since") <= as_of))
    )
    bought = workspace.table("purchases").filter(
        pl.col("vanished").is_null() & pl.col("version").is_not_null() & (pl.col("date") <= as_of)
    )
    none = pl.lit(None, pl.Date).alias("until")
    versions = bought.select("account", "product", release="version", since="date").with_columns(none)
    listed = installed.select("account", "product", "release", "since", "until")
    both = pl.concat([versions.join(listed, on="account", how="anti"), listed])
    both = both.with_columns(product_ids(both["product"], products).alias("product"))
    if release.product is not None:
        both = both.filter(pl.col("product").is_null() | (pl.col("product") == release.product))
    both = both.with_columns(_release_ids(both["release"], releases_of(workspace)))
    kept = both.select("account", "release", "since", "until")
    return kept.sort("account", "since", nulls_last=False, maintain_order=True)


def _release_ids(named: pl.Series, releases: pl.DataFrame) -> pl.Series:
    """Release ids for ids and names in whatever case, with the patch level left out where only the release is known."""
    known = {r.casefold(): r for r in releases["release"]}
    known |= {n.casefold(): r for r, n in releases.select("release", "name").drop_nulls().iter_rows()}

    def of(text: str) -> str:
        parts = text.strip().split(".")
        tries = [".".join(parts[:n]).casefold() for n in range(len(parts), 0, -1)]
        return next((known[t] for t in tries if t in known), text)

    values = named.unique().drop_nulls()
    return named.replace({v: of(v) for v in values}).alias("release")


@dataclass(frozen=True)
class Moving:
    """Shares of all customers on the release (or a later one) at the ends of the next four quarters, on many paths.

    ``at_once``: generally available on the as-of day; ``later``: on ``later_day``. (paths × quarters + 1, the first now.)
    ``told``: what it rests on, in words.
    """

    at_once: np.ndarray
    later: np.ndarray
    later_day: dt.date
    told: str


def quarter_ends(as_of: dt.date) -> list[dt.date]:
    """The days a quarter, two, three and four after ``as_of``."""
    return [as_of + dt.timedelta(round(QUARTER * q)) for q in range(1, QUARTERS + 1)]


def moving(workspace: Workspace, release: ReleaseAsked, delay: int) -> Moving:
    """How many move to the release within a year if it comes at once, and if it comes later.

    Later is the planned day where one lies ahead, else ``delay`` quarters on.
    """
    as_of = workspace.as_of
    ahead = release.planned is not None and release.planned > as_of + dt.timedelta(30)
    later_day = release.planned if ahead and release.planned else as_of + dt.timedelta(round(QUARTER * delay))
    known, told = _generations(workspace, release)
    paths = []
    for day in (release.planned if release.out(as_of) and release.planned else as_of, later_day):
        paths.append(_paths(known, release, day, as_of))
    return Moving(paths[0], paths[1], later_day, told)


def _generations(workspace: Workspace, release: ReleaseAsked) -> tuple[Generations | None, str]:
    """Earlier releases as generations: from accounts' versions, else from adoption series that are called so."""
    table, as_of = releases_of(workspace), workspace.as_of
    same = table if release.product is None else table.filter(pl.col("product") == release.product)
    out = same.filter(pl.col("available") <= as_of).select("release", "available").drop_nulls()
    launches = dict(out.iter_rows())
    history = installs(workspace, release).drop_nulls("since").filter(pl.col("release").is_in(list(launches)))
    who = history["account"].n_unique()
    if who >= FEWEST and launches:
        frame = _by_quarter(history, launches, as_of)
        told = f"the versions of {who} accounts"
        return generations(frame, kind="stock", freq="Q", as_of=as_of, launches=launches), told
    if workspace.path("adoption") is not None and launches:
        adoption = workspace.adoption_on(as_of)
        ids = adoption.series["unique_id"].cast(pl.String)
        if ids.is_in(list(launches)).any():
            frame = adoption.frame.filter(pl.col("unique_id").cast(pl.String).is_in(list(launches)))
            kinds = adoption.series.filter(ids.is_in(list(launches)))["kind"]
            told = "the adoption series of " + ", ".join(sorted(frame["unique_id"].unique().to_list()))
            return generations(frame, kind=kinds[0], freq="Q", as_of=as_of, launches=launches), told
    return None, "no record of earlier releases: how fast users of any product move"


def _by_quarter(history: pl.DataFrame, launches: dict[str, dt.date], as_of: dt.date) -> pl.DataFrame:
    """unique_id, ds, y: how many accounts ran each release at the end of every quarter up to the as-of day."""
    first = min([*history["since"].to_list(), *launches.values()])
    days = pl.date_range(first, as_of + dt.timedelta(1), "1d", eager=True)
    begins = days.filter((days.dt.day() == 1) & (days.dt.month() % 3 == 1))
    ends = [day - dt.timedelta(1) for day in begins.to_list()]
    rows = []
    for day in ends:
        then = history.filter(pl.col("since") <= day).group_by("account").agg(pl.col("release").last())
        counts = dict(then.group_by("release").len().iter_rows())
        rows += [(name, day, float(counts.get(name, 0))) for name in launches]
    return pl.DataFrame(rows, schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row")


def _paths(known: Generations | None, release: ReleaseAsked, day: dt.date, as_of: dt.date) -> np.ndarray:
    """Shares on the release or a later one if it is available on ``day`` (paths × quarters + 1)."""
    ages = np.array([(end - day).days / QUARTER for end in quarter_ends(as_of)])
    out = np.zeros((PATHS, QUARTERS + 1))
    before, own = [], None
    if known is not None:
        names = [r.name for r in known.curves]
        at = names.index(release.id) if release.id in names else len(names)
        before = known.before(at)
        if at < len(names):
            own = known.curves[at].own
            out[:, 0] = known.curves[at].later
    there = ages > 0
    if there.any():
        scale = known.quarters_per_period if known is not None else 1.0
        atoms = atoms_of(before, own, ages[there] / scale)
        steps = np.minimum(np.arange(1, QUARTERS + 1)[there], ages[there]) / scale
        out[:, 1:][:, there] = np.maximum(drawn(atoms, steps, PATHS, seed=1), out[:, :1])
    return out
