"""How often what a customer says is recognised: right first, and among the first three.

Two tests. *Phrasings left out*: one phrasing of every objection at a time is hidden and looked up by the others; they
were written to differ from each other, so this is harder than life. *Paraphrases*: sentences by people who had not seen
the phrasings (``paraphrases.csv``: paraphrase, objection). Words were added to the table of synonyms after looking at
one half of them, drawn at random within each objection; what counts are the figures of the other half, which nobody
looked at. To reach: 55 % first, 80 % among three.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.practice.objections import Lookup, synonym_groups
from beachhead.practice.playbook import playbook
from beachhead.practice.plays import Objection

PARAPHRASES = Path(__file__).parent / "paraphrases.csv"
TO_REACH = {"first": 0.55, "in three": 0.80}
SEED = 20090228
Asked = tuple[str, str]
"""What was said, and the objection that it is."""


def hit_rates(lookup: Lookup, asked: Iterable[Asked]) -> dict[str, float]:
    """Shares recognised first and among three, and how many were asked."""
    found = [(objection, [h.objection.id for h in lookup.hear(said)]) for said, objection in asked]
    first = sum(heard[:1] == [objection] for objection, heard in found)
    three = sum(objection in heard for objection, heard in found)
    return {"first": first / len(found), "in three": three / len(found), "asked": len(found)}


def left_out(objections: dict[str, Objection], synonyms: dict[str, list[str]]) -> dict[str, float]:
    """Each phrasing looked up by the others of its objection, all objections' nth phrasings at a time."""
    rounds = max(len(o.says) for o in objections.values())
    total = {"first": 0.0, "in three": 0.0, "asked": 0.0}
    for nth in range(rounds):
        hidden = [(o.says[nth], o.id) for o in objections.values() if nth < len(o.says)]
        rest = {
            o.id: o.model_copy(update={"says": [s for i, s in enumerate(o.says) if i != nth]})
            for o in objections.values()
        }
        got = hit_rates(Lookup.over(rest, synonyms), hidden)
        for name in ("first", "in three"):
            total[name] += got[name] * got["asked"]
        total["asked"] += got["asked"]
    return {
        "first": total["first"] / total["asked"],
        "in three": total["in three"] / total["asked"],
        "asked": total["asked"],
    }


def halves(paraphrases: pl.DataFrame) -> tuple[list[Asked], list[Asked]]:
    """A half to choose weights on and a half to report, drawn at random within each objection."""
    rng = random.Random(SEED)
    chosen: list[Asked] = []
    reported: list[Asked] = []
    for objection, said in _by_objection(paraphrases):
        rng.shuffle(said)
        cut = len(said) // 2 + (len(said) % 2 and rng.random() < 0.5)
        chosen += [(one, objection) for one in said[:cut]]
        reported += [(one, objection) for one in said[cut:]]
    return chosen, reported


def _by_objection(paraphrases: pl.DataFrame) -> Iterator[tuple[str, list[str]]]:
    for (name,), own in sorted(paraphrases.partition_by("objection", as_dict=True).items()):
        yield str(name), own["paraphrase"].to_list()


def run() -> dict[str, Any]:
    """Hit rates of both tests, and without the table of synonyms."""
    book, synonyms = playbook(), synonym_groups()
    told: dict[str, Any] = {
        "phrasings left out": _rounded(left_out(book.objections, synonyms)),
        "phrasings left out, no synonyms": _rounded(left_out(book.objections, {})),
        "to reach": TO_REACH,
    }
    if PARAPHRASES.is_file():
        chosen, reported = halves(pl.read_csv(PARAPHRASES))
        for name, table in (("", synonyms), (", no synonyms", {})):
            lookup = Lookup.over(book.objections, table)
            told[f"paraphrases{name}"] = _rounded(hit_rates(lookup, reported))
            told[f"paraphrases, half for choosing{name}"] = _rounded(hit_rates(lookup, chosen))
    for name, value in told.items():
        print(f"objections, {name}: {value}")
    return told


def _rounded(rates: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in rates.items()}


if __name__ == "__main__":
    run()
