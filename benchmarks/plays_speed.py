"""How long it takes to match and rank a hundred plays over a million accounts (to reach: 5 s)."""

from __future__ import annotations

import re
import resource
import time
from typing import Any

import numpy as np
import polars as pl

from beachhead.accounts.conditions import Condition
from beachhead.accounts.fact_columns import FACTS
from beachhead.practice.facts_joined import PRACTICE, known_facts
from beachhead.practice.matching import match, with_reasons
from beachhead.practice.playbook import Grounds, Playbook, playbook
from beachhead.tables.categories import CATEGORIES, SHARES
from beachhead.tables.departments import departments

TO_REACH = 5.0
PRODUCTS = (
    "server-virtualisation", "infrastructure-management", "distributed-switch", "shared-storage", "vm-backup",
    "disaster-recovery", "desktop-virtualisation", "application-virtualisation", "capacity-management",
    "health-check", "operations-blueprint", "private-cloud-preparation",
)  # fmt: skip
SELLERS = ("Harbour IT", "Contoso Systems", "Quayside", "Lantern & Sons")


def made_up(count: int, seed: int = 1) -> pl.DataFrame:
    """The joined facts of ``count`` invented accounts: two in three own something, one in ten was assessed."""
    rng = np.random.default_rng(seed)
    owned = _sets(rng, PRODUCTS, count, 0.25, rng.random(count) < 0.66)
    met = _sets(rng, tuple(departments()), count, 0.2, rng.random(count) < 0.7)
    n_owned, n_met = owned.list.len().cast(pl.Int64), met.list.len().cast(pl.Int64)
    owns, from_us = n_owned.to_numpy() > 0, rng.random(count)
    weights = rng.dirichlet(np.array(SHARES) * 6, count)
    columns: dict[str, Any] = {
        "account": pl.Series(np.arange(count)).cast(pl.String),
        "kind": np.where(owns, "customer", "prospect"),
        "industry": rng.choice(["Banking", "Manufacturing", "Public sector", "Retail"], count),
        "segment": rng.choice(["north", "south", "west"], count),
        "size": rng.lognormal(6, 1.3, count).astype(int) + 5,
        "parent": _maybe(rng, np.full(count, "group"), 0.2),
        "standing": pl.Series(np.array(CATEGORIES)[weights.argmax(1)]),
        **{f"p_{c}": weights[:, i] for i, c in enumerate(CATEGORIES)},
        "products_owned": owned,
        "products_owned_count": n_owned,
        "bought_from_us": owns & (from_us > 0.4),
        "bought_elsewhere": owns & (from_us < 0.7),
        "bought_direct": owns & (from_us < 0.1),
        "share_from_us": _where(owns, from_us),
        "purchases_from_us": _where(owns, rng.integers(0, 5, count)),
        "purchases_elsewhere": _where(owns, rng.integers(0, 5, count)),
        "months_since_purchase": _where(owns, rng.integers(0, 60, count)),
        "months_since_first_purchase": _where(owns, rng.integers(20, 90, count)),
        "last_product": _where(owns, rng.choice(PRODUCTS, count)),
        "last_quantity": _where(owns, rng.integers(1, 400, count).astype(float)),
        "last_seller": _where(owns, rng.choice(SELLERS, count)),
        "incumbent_partner": _where(owns & (from_us < 0.7), rng.choice(SELLERS[1:], count)),
        "months_since_contact": _maybe(rng, rng.integers(0, 40, count), 0.7),
        "contacts_last_12_months": rng.integers(0, 9, count),
        "contacts_known": rng.integers(0, 6, count),
        "departments_met": met,
        "departments_met_count": n_met,
        "departments_not_met": _sets(rng, tuple(departments()), count, 0.6),
        "renewal_in_months": _maybe(rng, rng.integers(0, 36, count), 0.2),
        "renewal_product": rng.choice(PRODUCTS, count),
        "lapsed_terms": (rng.random(count) < 0.1).astype(int),
        "open_opportunities": (rng.random(count) < 0.15).astype(int),
        "months_open": _maybe(rng, rng.integers(0, 18, count), 0.15),
        "lost_opportunities": (rng.random(count) < 0.2).astype(int),
        "won_opportunities": (rng.random(count) < 0.3).astype(int),
        "months_since_lost": _maybe(rng, rng.integers(0, 48, count), 0.2),
        "fits_now": _sets(rng, PRODUCTS, count, 0.3),
        "fits_now_count": rng.integers(0, 6, count),
        "next_buy": _maybe(rng, rng.choice(PRODUCTS, count), 0.8),
        "next_buy_probability": rng.random(count) * 0.3,
        "references_alike": rng.integers(0, 4, count),
        "discontinuity": _maybe(rng, rng.integers(0, 4, count), 0.6),
        "discontinuity_process": _maybe(rng, rng.integers(0, 4, count), 0.6),
        "discontinuity_tolerated": rng.random(count) < 0.5,
        "discontinuity_department": rng.choice(["network", "storage", "security", "applications"], count),
        "discontinuity_offering": rng.choice(PRODUCTS, count),
        "maturity": _maybe(rng, rng.random(count), 0.1),
        "months_since_assessment": _maybe(rng, rng.integers(0, 30, count), 0.1),
    }
    return pl.DataFrame(
        [
            pl.Series(c.name, columns[c.name]).cast(c.dtype)
            if c.name in columns
            else pl.Series(c.name, [None], dtype=c.dtype).new_from_index(0, count)
            for c in (*FACTS, *PRACTICE)
        ]
    )


def _where(known: np.ndarray, values: np.ndarray) -> pl.Series:
    return pl.select(pl.when(pl.lit(pl.Series(known))).then(pl.lit(pl.Series(values)))).to_series()


def _maybe(rng: np.random.Generator, values: np.ndarray, share: float) -> pl.Series:
    return _where(rng.random(len(values)) < share, values)


def _sets(
    rng: np.random.Generator, of: tuple[str, ...], count: int, share: float, only: np.ndarray | None = None
) -> pl.Series:
    """A list of some of ``of`` per row; empty where ``only`` is false."""
    table = pl.DataFrame({str(i): rng.random(count) < share for i in range(len(of))})
    if only is not None:
        table = table.select(pl.all() & pl.lit(pl.Series(only)))
    listed = pl.concat_list(pl.when(str(i)).then(pl.lit(name)) for i, name in enumerate(of))
    return table.select(listed.list.drop_nulls()).to_series()


def book_of(count: int) -> Playbook:
    """``count`` plays: those that ship, then copies of them that ask for other figures."""
    shipped = playbook()
    plays, grounds, known = dict(shipped.plays), dict(shipped.grounds), known_facts()
    for number in range(count - len(plays)):
        like = list(shipped.plays)[number]
        name = f"{like}-2"
        plays[name] = shipped.plays[like].model_copy(update={"id": name})
        grounds[name] = tuple(
            Grounds(Condition.parse(_other_figures(line.condition.text), known), line.because)
            for line in grounds[like]
        )
    return Playbook(plays, shipped.objections, grounds, shipped.means)


def _other_figures(condition: str) -> str:
    """``months_since_contact > 6`` → ``months_since_contact > 7``, so that nothing is evaluated only once."""
    return re.sub(r"(?<=[<>=] )(\d+)\b(?!\.)", lambda found: str(int(found[1]) + 1), condition)


def run(accounts: int = 1_000_000, plays: int = 100) -> dict[str, Any]:
    """Seconds for matching and ranking, and for the reasons of each account's first play."""
    facts, book = made_up(accounts), book_of(plays)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, busy = time.perf_counter(), time.process_time()
    matches = match(facts, book)
    matched, worked = time.perf_counter() - start, time.process_time() - busy
    start = time.perf_counter()
    first = with_reasons(matches.filter(rank=1), facts, book)
    told = {
        "accounts": accounts,
        "plays": len(book.plays),
        "matches": matches.height,
        "seconds to match and rank": round(matched, 2),
        "of processor": round(worked, 2),
        "to reach": TO_REACH,
        "accounts with a play": first.height,
        "seconds for their reasons": round(time.perf_counter() - start, 2),
        "more memory in MB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    }
    print(f"plays: {told}")
    return told


if __name__ == "__main__":
    run()
