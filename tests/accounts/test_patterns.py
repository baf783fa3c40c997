"""Relationship patterns: each is recognised in its own case, and none where nothing is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from beachhead.accounts.fact_columns import SCHEMA
from beachhead.accounts.patterns import load_patterns, match_patterns, pattern_reasons
from beachhead.errors import BadKnowledge

QUIET = {
    "bought_from_us": False,
    "bought_elsewhere": False,
    "bought_direct": False,
    "products_owned_count": 1,
    "share_from_us": 0.0,
    "purchases_from_us": 0,
    "open_opportunities": 0,
    "lost_opportunities": 0,
    "signals_last_12_months": 0,
    "months_since_contact": 1,
    "months_since_activity": 1,
    "contacts_last_12_months": 1,
    "contacts_known": 3,
    "departments_met": ["operations", "server", "network"],
    "departments_met_count": 3,
    "departments_not_met": ["finance"],
    "fits_now_count": 0,
    "lapsed_terms": 0,
    "sellers": ["x"],
}
OURS = QUIET | {
    "bought_from_us": True,
    "share_from_us": 1.0,
    "purchases_from_us": 1,
    "last_purchase_from_us": True,
    "months_since_purchase": 14,
    "months_since_first_purchase": 30,
    "last_product": "vm-backup",
    "sellers": ["Harbour IT"],
}
THEIRS = QUIET | {
    "bought_elsewhere": True,
    "incumbent_partner": "Contoso Systems",
    "last_seller": "Contoso Systems",
    "last_purchase_from_us": False,
    "last_quantity": 42.0,
    "months_since_purchase": 19,
    "months_since_contact": 3,
    "months_since_activity": 3,
}


def silent(months: int | None) -> dict[str, Any]:
    """Our last contact so many months ago, and no other activity; None: none on record."""
    return {"months_since_contact": months, "months_since_activity": months, "contacts_last_12_months": 0}


EXAMPLES: dict[str, dict[str, Any]] = {
    "partner-in-name": THEIRS | silent(14),
    "at-risk-at-renewal": OURS
    | silent(5)
    | {"renewal_from_us_in_months": 2, "renewal_from_us_product": "vm-backup"},
    "renewal-elsewhere": THEIRS
    | {"renewal_elsewhere_in_months": 3, "renewal_elsewhere_product": "vm-backup"},
    "stalled-opportunity": OURS | {"open_opportunities": 1, "months_open": 9} | silent(4),
    "new-customer": OURS | {"months_since_first_purchase": 2, "months_since_purchase": 2},
    "lapsed": OURS | {"lapsed_terms": 1},
    "champion-without-operations": OURS
    | {"departments_met": ["server", "network"], "departments_not_met": ["operations", "service-desk"]},
    "single-threaded": OURS | {"contacts_known": 1},
    "lost-never-revisited": QUIET | silent(None) | {"lost_opportunities": 1, "months_since_lost": 20},
    "dormant-customer": OURS | {"months_since_purchase": 30} | silent(12),
    "interest-without-offer": QUIET | {"signals_last_12_months": 3, "last_signal": "asks-for-references"},
    "vendor-direct": QUIET | {"bought_elsewhere": True, "bought_direct": True, "purchases_elsewhere": 2},
    "shared-account": OURS | {"bought_elsewhere": True, "share_from_us": 0.5, "purchases_elsewhere": 1},
    "no-one-in-charge": THEIRS | {"sellers": ["a", "b", "c"]},
    "incumbent-in-charge": THEIRS | {"months_since_purchase": 5},
    "expansion-ready": OURS | {"fits_now_count": 2, "fits_now": ["disaster-recovery"]},
    "loyal": OURS | {"purchases_from_us": 4},
    "in-touch-not-bought": QUIET | {"contacts_last_12_months": 5},
    "greenfield": QUIET | silent(None) | {"products_owned_count": 0},
}


def facts(*rows: dict[str, Any]) -> pl.DataFrame:
    full = [dict.fromkeys(SCHEMA) | {"account": str(i)} | row for i, row in enumerate(rows)]
    return pl.DataFrame(full, schema=SCHEMA)


def test_at_least_fourteen_ship_and_the_first_is_the_partner_in_name() -> None:
    patterns = load_patterns()
    assert len(patterns) >= 14
    assert patterns[0].id == "partner-in-name"
    assert {p.id for p in patterns} == set(EXAMPLES)
    assert len({p.rank for p in patterns}) == len(patterns)
    assert all(len(p.meaning) > 80 for p in patterns)


@pytest.mark.parametrize("pattern", EXAMPLES)
def test_each_is_recognised_first_in_its_own_case(pattern: str) -> None:
    matched = match_patterns(facts(EXAMPLES[pattern]), load_patterns())
    assert matched["pattern"].to_list() == [pattern]


def test_nothing_matches_where_nothing_is_known() -> None:
    matched = match_patterns(facts({}), load_patterns())
    assert matched["pattern"].to_list() == [None]
    assert matched["patterns"].to_list() == [[]]


def test_the_reason_quotes_the_facts() -> None:
    rows = match_patterns(facts(EXAMPLES["partner-in-name"], QUIET), load_patterns())
    reasons = pattern_reasons(rows, load_patterns())
    assert reasons.row(0, named=True) == {
        "account": "0",
        "pattern": "partner-in-name",
        "name": "Has a partner in name",
        "because": "bought 42 licences from Contoso Systems 19 months ago; no contact with us for 14 months",
        "meaning": load_patterns()[0].meaning,
    }
    never_met = facts(EXAMPLES["partner-in-name"] | silent(None))
    said = pattern_reasons(match_patterns(never_met, load_patterns()), load_patterns())["because"][0]
    assert said.endswith("no contact with us on record")


def test_no_reason_of_a_match_says_unknown() -> None:
    rows = match_patterns(facts(*EXAMPLES.values()), load_patterns())
    reasons = pattern_reasons(rows, load_patterns())
    assert reasons.filter(pl.col("because").str.contains("unknown")).rows() == []


OWN = """\
id: {id}
version: 1
name: Big and silent
rank: 5
source: judgement
if: size > 1000 AND "Server Rooms" > 2 AND months_since_contact IS NULL
because: "{{size}} employees, never contacted"
meaning: Ours to find.
"""


def test_a_workspace_adds_patterns_of_its_own_over_columns_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text(OWN.format(id="big-and-silent"))
    known = dict(SCHEMA) | {"Server Rooms": pl.Int64}
    patterns = load_patterns([path], known)
    table = facts({"size": 2000}, {"size": 2000}).with_columns(pl.Series("Server Rooms", [3, 1]))
    assert match_patterns(table, patterns)["pattern"].to_list() == ["big-and-silent", None]


def test_a_pattern_with_a_shipped_id_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "loyal.yaml"
    path.write_text(OWN.format(id="loyal").replace('"Server Rooms" > 2', "TRUE"))
    patterns = load_patterns([path])
    assert [p.name for p in patterns if p.id == "loyal"] == ["Big and silent"]
    assert len(patterns) == len(load_patterns())


def test_every_mistake_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(OWN.format(id="one").replace("size >", "sise >"))
    (tmp_path / "two.yaml").write_text(
        OWN.format(id="two").replace("rank: 5", "rnak: 5").replace('"Server Rooms" > 2', "TRUE")
    )
    (tmp_path / "three.yaml").write_text(
        OWN.format(id="three").replace("{size}", "{siize}").replace('"Server Rooms" > 2', "TRUE")
    )
    with pytest.raises(BadKnowledge) as refused:
        load_patterns(sorted(tmp_path.glob("*.yaml")))
    text = str(refused.value)
    assert "one.yaml line 6" in text
    assert "did you mean 'size'?" in text
    assert "two.yaml line 4" in text
    assert "did you mean 'rank'?" in text
    assert "three.yaml line 7" in text
