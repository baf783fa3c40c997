"""The people of the invented partner and what they practised: synthetic, like everything here.

`python examples/partner-2009/practice.py` writes `people.csv`, `practice_log.csv` and `observations.csv` again,
always the same. Who practises how much is a rule of thumb; what the cards are is what Beachhead takes for the most
used ones.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
from crm_files import write
from world import AS_OF, OUR_PEOPLE, REGIONS

from beachhead.practice.training import training
from beachhead.tables.workspace import Workspace

HERE = Path(__file__).parent
SEED = 20090303
OTHERS = (
    ("EB", "E. Bakker", "architect", "pre-sales", ""),
    ("RF", "R. Falk", "architect", "pre-sales", ""),
    ("TN", "T. Nowak", "consultant", "delivery", ""),
    ("IS", "I. Sorensen", "practice lead", "delivery", ""),
)
# person → categories that they trained, and the share of the cards that they keep fresh
KEEN = {
    "AB": (("early_majority",), 0.5),
    "JW": (("early_adopters", "early_majority"), 1.0),
    "MS": (("early_adopters",), 0.8),
    "KH": (("early_majority",), 0.7),
    "EB": (("early_majority", "late_majority"), 1.0),
    "IS": (("early_majority",), 1.0),
}
WATCHED = {
    "IS": ("EB", "EB"),
    "EB": ("IS", "IS"),
    "JW": ("IS", "EB"),
    "AB": ("IS",),
    "KH": ("JW", "IS"),
    "MS": ("JW",),
}


# market, days before the as-of day, person, low, high, customers, may be named, what is different, comment
VIEWS = (
    ("revenue", 20, "AB", 0.10, 0.25, 18, "yes", "", "The first ones ask who runs it at night"),
    ("revenue", 12, "JW", 0.05, 0.20, 25, "yes", "", "Mostly servers that were due anyway"),
    ("revenue", 9, "MS", 0.20, 0.45, 8, "no", "", "Here everybody seems to have it"),
    ("revenue", 5, "EB", 0.08, 0.22, 40, "no", "procedures are asked for, a year ago it was speed", ""),
)


def initials(name: str) -> str:
    """``J. de Wit`` → ``JW``."""
    return "".join(part[0] for part in name.split() if part[0].isupper())


def write_practice(here: Path) -> None:
    rng = np.random.default_rng(SEED)
    told = (AS_OF - timedelta(days=240)).isoformat()
    rows = [
        [initials(name), name, "", "account manager", "sales", region, told]
        for name, (region, _) in zip(OUR_PEOPLE, REGIONS, strict=True)
    ]
    rows += [[who, name, "", role, team, region, told] for who, name, role, team, region in OTHERS]
    write(here / "people.csv", ["person", "name", "firm", "role", "team", "region", "told"], rows)
    write(
        here / "observations.csv",
        ["market", "date", "observer", "low", "high", "customers", "named", "changed", "comment"],
        [
            [
                market,
                (AS_OF - timedelta(days=days)).isoformat(),
                who,
                low,
                high,
                customers,
                named,
                changed,
                comment,
            ]
            for market, days, who, low, high, customers, named, changed, comment in VIEWS
        ],
    )
    (here / "practice_log.csv").unlink(missing_ok=True)
    found = training(Workspace(here))
    log = []
    for person, (categories, fresh) in KEEN.items():
        chosen = dict.fromkeys(card for c in categories for card in found.readiness.cards[c])
        for card in chosen:
            for days in (
                *sorted(rng.integers(100, 220, size=2).tolist(), reverse=True),
                int(rng.integers(5, 80)),
            ):
                if days > 90 or rng.random() < fresh:
                    rating = 3 if fresh == 1 else int(rng.choice([1, 2, 3, 4], p=[0.1, 0.2, 0.5, 0.2]))
                    log.append([AS_OF - timedelta(days=days), person, card, "recall", rating, "", ""])
        for category in categories:
            for n, observer in enumerate(WATCHED[person]):
                seen = (
                    ["asked", "proof", "next-step", "not-said"] if n or fresh > 0.6 else ["asked", "not-said"]
                )
                day = AS_OF - timedelta(days=200 - 30 * list(WATCHED).index(person) - n)
                log.append(
                    [day, person, f"role-play/{category}", "role play", len(seen), observer, ";".join(seen)]
                )
    log.sort(key=lambda row: (row[0], row[1], row[2]))
    write(
        here / "practice_log.csv",
        ["person", "card", "date", "kind", "rating", "observer", "seen"],
        [
            [who, card, day.isoformat(), kind, rating, observer, seen]
            for day, who, card, kind, rating, observer, seen in log
        ],
    )


if __name__ == "__main__":
    write_practice(HERE)
