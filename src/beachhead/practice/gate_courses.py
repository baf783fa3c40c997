"""The courses that a release may take, side by side: adopters, incidents, references, what waiting costs; all on paths.

    users(c, q)      customers of category c on the release in quarter q, from who moves (``gate_movers``)
    defects(s, q)    = open(s) (1 − closed)^q + hidden(s) 2^(−use / half_found), use: customer-quarters before q;
                     what is found is closed like the rest
    incidents        Σ users(c, q) × defects(s, q) × met(s), where category c does not forgive severity s

What is not known of a release (``gate.yaml``) is drawn anew on every path: a range that holds in four cases of five is
taken as that of a log-normal. A course's figures are means and the middle 80 % of the paths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from beachhead.market.releases import PATHS
from beachhead.practice.gate_base import QUARTERS
from beachhead.practice.gate_defects import KnownDefects
from beachhead.practice.gate_movers import Movers
from beachhead.practice.gate_settings import GateSettings, Span
from beachhead.practice.tolerance import Tolerance
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.defects import SEVERITIES

COURSES = ("early", "limited", "now", "later")
Z80 = 1.2816
FEW = 0.01  # customer-years


@dataclass(frozen=True)
class Figure:
    """Mean, and the middle 80 % of what may come."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Course:
    """One course over the next year.

    ``adopters``: customers on the release at its end; ``by_quarter``, ``by_category`` (means, quarters × categories);
    ``careful``: adopters who forgive little; ``incidents``: unforgiven ones at them, ``rate``: the same for each such
    customer and year (None: no defects are known); ``references`` gained; ``waiting``: customer-quarters without the
    release, against general release now; ``per_critical``: ``incidents`` of one open critical defect alone, ``per_grave``
    its rate.
    """

    name: str
    adopters: Figure
    by_quarter: list[Figure]
    by_category: np.ndarray
    careful: Figure
    incidents: Figure | None
    rate: Figure | None
    references: Figure
    waiting: Figure
    per_critical: Figure
    per_grave: Figure


@dataclass(frozen=True)
class Customers:
    """How many customers of each category there are (5): in all, invited by name, let in where release is limited.

    ``new``, ``new_later``: new customers who begin with the release, by the end of each quarter (quarters + 1 × 5), if it
    comes at once or later.
    """

    all: np.ndarray
    invited: np.ndarray
    limited: np.ndarray
    new: np.ndarray
    new_later: np.ndarray


def courses(
    who: Customers,
    at_once: np.ndarray,
    later: np.ndarray,
    place: Movers,
    defects: KnownDefects,
    bears: Tolerance,
    use: GateSettings,
    references: Span,
) -> dict[str, Course]:
    """Every course, from shares of all customers on each path (paths × quarters + 1) if it comes at once or later."""
    random = np.random.default_rng(7)
    draw = {name: _drawn(span, random) for name, span in (("accept", use.accept), ("references", references))}
    trouble = _Trouble(defects, bears, use, random)
    now, then = place.at(at_once), place.at(later)  # share of each category (paths × quarters + 1 × 5)
    asked = np.zeros_like(now)
    asked[:, 1:] = draw["accept"].clip(max=1.0)[:, None, None] * who.invited
    users = {
        "early": np.maximum(asked, then * who.invited) + then * (who.all - who.invited) + who.new_later,
        "limited": now * who.limited + then * (who.all - who.limited) + who.new_later,
        "now": now * who.all + who.new,
        "later": then * who.all + who.new_later,
    }
    return {name: _course(name, users[name], users["now"], trouble, draw["references"]) for name in COURSES}


def _drawn(span: Span, random: np.random.Generator) -> np.ndarray:
    """Log-normal draws of a range that holds in four cases of five (paths)."""
    low, high = np.log(span)
    drawn: np.ndarray = np.exp((low + high) / 2 + (high - low) / 2 / Z80 * random.standard_normal(PATHS))
    return drawn


def careful(bears: Tolerance) -> np.ndarray:
    """Which categories forgive little: no major defect."""
    return np.array([not bears.bears(c, "major") for c in CATEGORIES])


class _Trouble:
    """Defects on every path, and who does not forgive them."""

    def __init__(
        self, known: KnownDefects, bears: Tolerance, use: GateSettings, random: np.random.Generator
    ) -> None:
        self.met = np.stack([_drawn(use.met[s], random) for s in SEVERITIES], axis=1).clip(max=1.0)
        if known.closed + known.left >= 5:
            closed = random.beta(known.closed + 1, known.left + 1, PATHS)
        else:
            closed = _drawn(use.closed, random).clip(max=0.95)
        self.closed = closed
        self.half = _drawn(use.half_found, random)
        self.known = known.open is not None
        self.open = np.array([(known.open or {}).get(s, 0) for s in SEVERITIES], dtype=float)
        if known.unjudged:  # a defect that nobody judged may be any of them, as the judged ones are
            share = self.open / self.open.sum() if self.open.sum() else np.full(4, 0.25)
            self.open = self.open + known.unjudged * share
        reported = np.array([known.reported[s] for s in SEVERITIES], dtype=float)
        self.hidden = _drawn(use.hidden, random)[:, None] * reported
        self.unforgiven = np.array([[not bears.bears(c, s) for s in SEVERITIES] for c in CATEGORIES], float)
        self.careful = careful(bears)

    def left(self, users: np.ndarray) -> np.ndarray:
        """Defects in each quarter (paths × quarters × severities), by how many used the release before."""
        before = np.cumsum(users[:, :-1].sum(-1), axis=1) - users[:, :1].sum(-1)
        hidden = self.hidden[:, None, :] * 2.0 ** (-before / self.half[:, None])[:, :, None]
        stays = (1 - self.closed)[:, None] ** np.arange(1, QUARTERS + 1)
        found = self.hidden[:, None, :] - hidden
        left: np.ndarray = self.open * stays[:, :, None] + hidden + found * (1 - self.closed)[:, None, None]
        return left


def _course(name: str, users: np.ndarray, now: np.ndarray, trouble: _Trouble, referred: np.ndarray) -> Course:
    during = (users[:, 1:] + users[:, :-1]) / 2  # customers in each quarter
    meets = trouble.left(users) * trouble.met[:, None, :]  # incidents a customer a quarter by severity
    unforgiven = np.einsum("pqc,pqs,cs->pqc", during, meets, trouble.unforgiven)
    little = users[:, -1][:, trouble.careful].sum(-1)
    exposed = during[:, :, trouble.careful].sum((1, 2)) / 4  # customer-years
    incidents = unforgiven[:, :, trouble.careful].sum((1, 2))
    grave = np.einsum(
        "pqc,p,c->p", during[:, :, trouble.careful], trouble.met[:, 0], trouble.unforgiven[trouble.careful, 0]
    )
    per_year = np.where(exposed > FEW, exposed, np.inf)  # nobody is there to be hurt
    hurt = 1 - np.exp(-unforgiven.sum((1, 2)) / np.maximum(users[:, -1].sum(-1), 1e-9))
    gained = (users[:, -1] - users[:, 0]).sum(-1) * (1 - hurt) * referred.clip(max=1.0)
    waiting = (now[:, 1:] - users[:, 1:]).sum((1, 2))
    return Course(
        name=name,
        adopters=figure(users[:, -1].sum(-1)),
        by_quarter=[figure(users[:, q].sum(-1)) for q in range(1, QUARTERS + 1)],
        by_category=users[:, 1:].mean(0),
        careful=figure(little),
        incidents=figure(incidents) if trouble.known else None,
        rate=figure(incidents / per_year) if trouble.known else None,
        references=figure(gained),
        waiting=figure(waiting),
        per_critical=figure(grave),
        per_grave=figure(grave / per_year),
    )


def figure(values: np.ndarray) -> Figure:
    """Mean and middle 80 % of paths."""
    low, high = np.quantile(values, [0.1, 0.9])
    return Figure(float(values.mean()), float(low), float(high))
