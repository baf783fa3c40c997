"""Discontinuity: what is left by hand, what is in place, tolerance, ranking; and the facts of many accounts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beachhead.errors import BadKnowledge, BadQuestion
from beachhead.practice.discontinuity import AccountMap, OfferingMap, _reason, account_map, discontinuity
from beachhead.practice.discontinuity_facts import COLUMNS, deepest_left, discontinuity_facts, ours
from beachhead.practice.discontinuity_territory import territory_map
from beachhead.practice.offering import KINDS, Offering, When
from beachhead.practice.offering_fit import fit, fits_now
from beachhead.practice.offering_library import offerings
from beachhead.practice.situation import situation
from beachhead.practice.tolerance import check_tolerance, tolerance
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.workspace import Workspace
from tests.practice.offering_models import REFERENCE, answers, facts, small, write

SHIPPED = list(offerings().values())
TOLERANCE = tolerance()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "beachhead.toml", 'us = "Harbour IT"\nas_of = 2009-02-28\n')
    return tmp_path


def mapped(
    folder: Path, table: pl.DataFrame, offering: Offering | None = None
) -> tuple[AccountMap, OfferingMap]:
    one = offering or small(folder)
    here = situation(table, Workspace(folder), [one])
    found = account_map(table["account"][0], here, [one], TOLERANCE, {"vm-backup": "VM backup"})
    return found, found.offerings[0]


def left(one: OfferingMap) -> dict[str, tuple[int, int, int]]:
    return {c.change.id: (c.left, c.at_best, c.after) for c in one.changes}


def states(one: OfferingMap) -> dict[str, str]:
    return {s.mitigation.id: s.state for c in one.changes for s in c.softeners}


def test_without_answers_what_is_not_known_is_not_counted_and_the_spread_says_so(folder: Path) -> None:
    _, one = mapped(folder, facts({}))
    # new-tool 3: course (missing), ports (not known), witness (missing); new-way 2: guide comes with it
    assert left(one) == {"new-tool": (3, 2, 0), "new-way": (1, 0, 0), "as-before": (0, 0, 0)}
    assert states(one) == {
        "course": "missing", "ports": "not known", "witness": "missing", "helper": "missing", "guide": "included",
    }  # fmt: skip
    assert [m.mitigation.id for m in one.find_out] == ["ports"]
    assert one.find_out[0].question
    assert one.find_out[0].criterion
    assert one.find_out[0].owners == ["network"]
    assert one.find_out[0].helps == ["network", "operations"]


@pytest.mark.parametrize(
    ("level", "state", "new_tool"),
    [
        (3, "in place", 2), (2, "in place", 2), (1, "missing", 3), (0, "missing", 3),
        ("dont_know", "not known", 3), ("{level: not_applicable, reason: no network}", "does not apply", 3),
    ],
)  # fmt: skip
def test_answers_decide_what_is_in_place(folder: Path, level: Any, state: str, new_tool: int) -> None:
    answers(folder, "A-1", {"network-ports": level})
    found, one = mapped(folder, facts({}))
    assert states(one)["ports"] == state
    assert left(one)["new-tool"][0] == new_tool
    assert found.assessed.row(0, named=True)["date"].isoformat() == "2009-02-01"
    assert found.assessed["answered"][0] == (1 if state in ("in place", "missing") else 0)


def test_respondents_who_disagree_across_the_level_leave_it_open(folder: Path) -> None:
    answers(folder, "A-1", {"network-ports": 1}, who="server-lead")
    answers(folder, "A-1", {"network-ports": 3}, who="network-lead")
    _, one = mapped(folder, facts({}))
    softener = next(s for s in one.changes[0].softeners if s.mitigation.id == "ports")
    assert (softener.state, softener.why) == ("not known", "open: level 1 to 3, level 2 is needed")


def test_only_what_was_known_on_the_day_counts_the_latest_first(folder: Path) -> None:
    answers(folder, "A-1", {"network-ports": 1}, day="2008-06-01")
    answers(folder, "A-1", {"network-ports": 2}, day="2009-01-15")
    answers(folder, "A-1", {"network-ports": 0}, day="2009-05-01")  # after the as-of day
    _, one = mapped(folder, facts({}))
    assert states(one)["ports"] == "in place"


def test_owned_products_references_and_their_reasons(folder: Path) -> None:
    write(folder, "references.csv", REFERENCE + "A-2,small-thing,Health,,it works,2008-11-01,yes\n")
    table = facts({"products_owned": ["server-virtualisation", "vm-backup"]}, {"account": "A-2"})
    _, one = mapped(folder, table)
    assert states(one)["helper"] == states(one)["witness"] == "in place"
    why = {s.mitigation.id: s.why for c in one.changes for s in c.softeners}
    assert why["helper"] == "owns VM backup"
    assert why["witness"] == "a customer like this one can be named"
    assert left(one)["new-way"][0] == 0


@pytest.mark.parametrize(
    ("row", "near"),
    [
        ("A-2,small-thing,Health,,it works,2008-11-01,yes", True),
        ("A-2,small-thing,Retail,early_majority,it works,2008-11-01,yes", True),
        ("A-2,small-thing,,,it works,2008-11-01,yes", True),  # its own segment is Health too
        ("A-2,small-thing,Retail,laggards,it works,2008-11-01,yes", False),
        ("A-2,small-thing,Health,,it works,2008-11-01,no", False),
        ("A-2,vm-backup,Health,,it works,2008-11-01,yes", False),
        ("A-1,small-thing,Health,,it works,2008-11-01,yes", False),  # nobody is a reference to itself
    ],
)
def test_a_reference_counts_if_it_may_be_named_and_is_alike(folder: Path, row: str, near: bool) -> None:
    write(folder, "references.csv", REFERENCE + row + "\n")
    _, one = mapped(folder, facts({}, {"account": "A-2"}))
    assert (states(one)["witness"] == "in place") is near


def test_what_it_owns_may_be_unknown(folder: Path) -> None:
    _, one = mapped(folder, facts({"products_owned": None}))
    assert states(one)["helper"] == "not known"


def test_measures_are_ranked_by_excess_per_day_then_by_depth(folder: Path) -> None:
    """Tolerated: function 2, process 1. Left: network 3 (excess 1), operations 1 (none)."""
    found, one = mapped(folder, facts({}))
    assert found.tolerance == {"function": 2, "process": 1}
    assert [(m.mitigation.id, m.excess, m.depth, m.days) for m in one.to_do] == [
        ("witness", 1, 1, 1),  # one day for the one that is too much
        ("course", 0, 1, 4),  # the excess is gone; a quarter of a step per day
        ("helper", 0, 1, 8),
    ]
    assert [m.needed for m in one.to_do] == [True, False, False]
    assert one.tolerated is False
    assert one.left() == 3
    assert one.left("process") == one.left(department="operations") == 1
    assert one.left(department="storage") is None


def test_a_point_costs_the_days_that_are_left_to_climb(folder: Path) -> None:
    answers(folder, "A-1", {"network-ports": 1})
    _, one = mapped(folder, facts({}))
    half = next(m for m in one.to_do if m.mitigation.id == "ports").days
    answers(folder, "A-1", {"network-ports": 0})
    _, one = mapped(folder, facts({}))
    whole = next(m for m in one.to_do if m.mitigation.id == "ports").days
    assert half
    assert whole == 2 * half


def test_where_the_standing_is_not_known_nothing_is_called_tolerated(folder: Path) -> None:
    unknown = dict.fromkeys(f"p_{c}" for c in CATEGORIES)
    found, one = mapped(folder, facts({**unknown, "standing": None}))
    assert found.tolerance is one.tolerated is one.probability is None
    assert [m.mitigation.id for m in one.to_do] == ["witness", "course", "helper"]
    assert not any(m.needed for m in one.to_do)


def test_an_unknown_account_is_refused(folder: Path) -> None:
    here = situation(facts({}), Workspace(folder), [small(folder)])
    with pytest.raises(BadQuestion, match="no account 'A-l' \\(did you mean 'A-1'"):
        account_map("A-l", here, [], TOLERANCE)


@pytest.mark.parametrize(
    ("standing", "depths"),
    [
        ((1, 0, 0, 0, 0), {"function": 3, "process": 2}),
        ((0, 1, 0, 0, 0), {"function": 3, "process": 3}),
        ((0, 0, 1, 0, 0), {"function": 2, "process": 1}),
        ((0, 0, 0, 1, 0), {"function": 1, "process": 1}),
        ((0, 0, 0, 0, 1), {"function": 1, "process": 0}),
        ((0, 0.5, 0, 0.5, 0), {"function": 3, "process": 3}),  # at least as probably as not
        ((0, 0.3, 0.3, 0.4, 0), {"function": 2, "process": 1}),  # no single category has the majority
    ],
)
def test_tolerance_is_the_median_of_the_standing(standing: tuple[float, ...], depths: dict[str, int]) -> None:
    shares = dict(zip(CATEGORIES, standing, strict=True))
    assert TOLERANCE.of(shares) == depths
    table = facts({f"p_{c}": p for c, p in shares.items()})
    assert {k: table.select(TOLERANCE.expression(k)).item() for k in KINDS} == depths


def test_the_probability_that_all_is_tolerated_is_that_of_the_categories_that_do() -> None:
    shares = dict(zip(CATEGORIES, (0.02, 0.10, 0.60, 0.20, 0.08), strict=True))
    assert TOLERANCE.probability(shares, {"function": 2, "process": 1}) == pytest.approx(0.72)
    assert TOLERANCE.probability(shares, {"function": 3, "process": 2}) == pytest.approx(0.12)
    assert TOLERANCE.probability(shares, {"function": 0, "process": 0}) == pytest.approx(1)


def test_a_workspace_may_tolerate_otherwise(folder: Path) -> None:
    text = (Path(__file__).parents[2] / "src/beachhead/knowledge/tolerance.yaml").read_text()
    write(folder, "tolerance.yaml", text.replace("function: 2", "function: 0"))
    assert tolerance(Workspace(folder)).depth["function"]["early_majority"] == 0
    for old, new, problem in (
        ("category: laggards", "category: innovators", "has no laggards"),
        ("function: 2", "function: 9", "less than or equal to 3"),
        ("category: laggards", "category: lagards", "'late_majority' or 'laggards'"),
    ):
        write(folder, "tolerance.yaml", text.replace(old, new, 1))
        assert any(
            problem in one and "tolerance.yaml line" in one for one in check_tolerance(Workspace(folder))
        )
    with pytest.raises(BadKnowledge):
        tolerance(Workspace(folder))


# Whether it fits.


@pytest.mark.parametrize(
    ("account", "when", "reason"),
    [
        ({}, "now", "they own what it needs first"),
        ({"products_owned": []}, "later", "needs server-virtualisation first"),
        ({"products_owned": None}, "later", "needs server-virtualisation first"),
        (
            {"products_owned": ["server-virtualisation", "small-thing"], "fits_now": []},
            "owned",
            "they own it",
        ),
        ({"fits_now": ["vm-backup"], "fits_later": []}, "never", "small-thing does not fit what they have"),
        (
            {"fits_now": ["vm-backup"], "fits_later": ["small-thing"]},
            "later",
            "something else is needed first",
        ),
        ({"fits_now": None, "fits_later": None}, "now", "they own what it needs first"),
    ],
)
def test_whether_it_fits_and_why(folder: Path, account: dict[str, Any], when: str, reason: str) -> None:
    offering, table = small(folder), facts(account)
    found = fit(offering, table.row(0, named=True), {})
    assert found.when == when
    assert found.reason.startswith(reason)
    assert table.select(fits_now(offering)).item() is (when == "now")


def test_a_bundle_fits_if_a_part_fits_now_and_the_rest_would_later() -> None:
    bundle = next(o for o in SHIPPED if o.id == "first-production-cluster")
    new = facts(
        {
            "products_owned": [],
            "fits_now": ["server-virtualisation", "shared-storage"],
            "fits_later": ["infrastructure-management"],
        }
    )
    rival = new.with_columns(fits_later=pl.lit([], dtype=pl.List(pl.String)))
    partly = new.with_columns(products_owned=pl.lit(["shared-storage"]))
    assert new.select(fits_now(bundle)).item()
    assert not rival.select(fits_now(bundle)).item()
    assert not partly.select(fits_now(bundle)).item()
    assert fit(bundle, partly.row(0, named=True), {}).reason == "they own shared-storage of it already"


# The facts of many accounts.

SOME = [o for o in SHIPPED if o.id in ("distributed-switch", "health-check", "run-what-you-own", "vm-backup")]
_IDS = sorted({p for o in SOME for p in o.products} | {"server-virtualisation", "infrastructure-management"})
ACCOUNTS = st.fixed_dictionaries(
    {
        "products_owned": st.none() | st.lists(st.sampled_from(_IDS), unique=True),
        "fits_now": st.none() | st.lists(st.sampled_from(_IDS), unique=True),
        "fits_later": st.lists(st.sampled_from(_IDS), unique=True),
        "next_buy": st.none() | st.sampled_from(_IDS),
        "standing": st.sampled_from(CATEGORIES),
    }
)


@settings(max_examples=12)
@given(st.lists(ACCOUNTS, min_size=1, max_size=4))
def test_facts_of_many_accounts_say_what_the_maps_of_each_say(
    tmp_path_factory: pytest.TempPathFactory, accounts: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "assessed"
    if not folder.exists():
        points = {"network-ports": 2, "role-split": 1, "run-books": 3, "alerts-acted-on": 0}
        answers(folder, "B-0", points)
        write(folder, "references.csv", REFERENCE + "B-9,server-virtualisation,Health,,ok,2008-01-01,yes\n")
    rows = [one | {"account": f"B-{n}"} for n, one in enumerate(accounts)]
    table, workspace = facts(*rows), Workspace(folder)
    found = discontinuity_facts(table, workspace, SOME, TOLERANCE)
    assert found["account"].to_list() == table["account"].to_list()
    here = situation(table, workspace, SOME)
    for row, facts_of in zip(found.iter_rows(named=True), table.iter_rows(named=True), strict=True):
        maps = account_map(row["account"], here, SOME, TOLERANCE).offerings
        fitting = [m for m in maps if m.fit.when == "now" and not m.offering.combines]
        if not fitting:
            assert all(value is None for name, value in row.items() if name != "account")
            continue
        deepest = max(m.left() or 0 for m in fitting)
        most = [m for m in fitting if m.left() == deepest]
        buying = [m for m in most if facts_of["next_buy"] in m.offering.products]
        chosen = min(buying or most, key=lambda m: m.offering.id)
        assert row["discontinuity_offering"] == chosen.offering.id
        assert row["discontinuity"] == deepest
        assert row["discontinuity_function"] == (chosen.left("function") or 0)
        assert row["discontinuity_process"] == (chosen.left("process") or 0)
        assert row["discontinuity_tolerated"] == chosen.tolerated
        first = next((c.change.department for c in chosen.changes if c.left == deepest), None)
        assert row["discontinuity_department"] == (first if deepest else None)


def test_only_what_we_sell_counts_where_that_is_known(folder: Path) -> None:
    one = small(folder)
    assert ours([*SHIPPED, one], Workspace(folder)) == [*(o for o in SHIPPED if not o.combines), one]
    write(folder, "products.csv", "product,ours\nsmall-thing,yes\nvm-backup,no\n")
    assert ours([*SHIPPED, one], Workspace(folder)) == [one]
    found = discontinuity_facts(facts({}), Workspace(folder), [*SHIPPED, one], TOLERANCE)
    assert found["discontinuity_offering"].to_list() == ["small"]


def test_the_deepest_left_per_department_says_what_the_map_says(folder: Path) -> None:
    answers(folder, "A-1", {"network-ports": 2})
    table, one = facts({}, {"account": "A-2", "products_owned": []}), small(folder)
    here = situation(table, Workspace(folder), [one])
    found = deepest_left(here, [one])
    assert found.select("account", "department", "function", "process").rows() == [
        ("A-1", "network", 2, None),
        ("A-1", "operations", None, 0),
        ("A-1", "business", 0, None),
    ]


def test_no_accounts_and_no_offerings_give_empty_columns(folder: Path) -> None:
    workspace = Workspace(folder)
    empty = discontinuity_facts(facts({}).clear(), workspace, SHIPPED, TOLERANCE)
    assert empty.height == 0
    assert empty.columns == ["account", *(c.name for c in COLUMNS)]
    none = discontinuity_facts(facts({}), workspace, [], TOLERANCE)
    assert none.row(0)[1:] == (None,) * len(COLUMNS)
    assert none.schema == empty.schema


def test_types_are_those_of_the_columns(folder: Path) -> None:
    found = discontinuity_facts(facts({}), Workspace(folder), SHIPPED, TOLERANCE)
    assert {c.name: c.dtype for c in COLUMNS} == {n: t for n, t in found.schema.items() if n != "account"}
    assert found["discontinuity_department"][0] in COLUMNS[3].choices


def test_the_network_department_gets_its_switch_back_step_by_step(folder: Path) -> None:
    """The worked case: a distributed switch at a pragmatist, before and after the answers."""
    switch = next(o for o in SHIPPED if o.id == "distributed-switch")
    table = facts(
        {
            "products_owned": ["server-virtualisation", "infrastructure-management"],
            "fits_now": ["distributed-switch"],
        }
    )
    _, before = mapped(folder, table, switch)
    assert before.left(department="network") == 3
    assert before.tolerated is False
    levels = dict.fromkeys(
        ("network-ports", "role-split", "change-record", "back-out", "performance-baseline"), 2
    )
    answers(folder, "A-1", levels | {"platform-meeting": 2, "security-zones": 2})
    _, after = mapped(folder, table, switch)
    assert after.left("process", "network") == 0
    assert after.left("function", "network") == 2
    assert after.tolerated is True
    assert after.probability == pytest.approx(0.72)
    assert all(not m.needed for m in after.to_do)


# The whole territory.


def test_the_territory_counts_where_it_is_put_up_with_and_what_is_missing(folder: Path) -> None:
    """Left at A-1: network 2 of function, operations 0; at A-2 network 3; A-3 does not need it; A-4 stands nowhere."""
    answers(folder, "A-1", {"network-ports": 2})
    nowhere = dict.fromkeys(f"p_{c}" for c in CATEGORIES)
    table = facts(
        {},
        {"account": "A-2"},
        {"account": "A-3", "products_owned": ["server-virtualisation", "small-thing"]},
        {"account": "A-4", **nowhere},
    )
    one = small(folder)
    found = territory_map(situation(table, Workspace(folder), [one]), [one], TOLERANCE)
    assert found.offerings.row(0, named=True) == {
        "offering": "small",
        "accounts": 3,
        "put_up_with": 1,
        "put_up_with_at_best": 2,  # if the ports of A-2 follow the network's rules as well
    }
    rooms = {r["department"]: (r["accounts"], r["too_deep"]) for r in found.departments.iter_rows(named=True)}
    assert rooms == {"network": (3, 1), "operations": (3, 0), "business": (3, 0)}
    wanting = {r["mitigation"]: (r["missing"], r["not_known"]) for r in found.measures.iter_rows(named=True)}
    assert wanting == {
        "course": (3, 0),
        "witness": (3, 0),
        "helper": (3, 0),
        "ports": (0, 2),
        "guide": (0, 0),
    }


def test_references_of_others_are_seen_when_one_account_is_asked_for(folder: Path) -> None:
    write(folder, "references.csv", REFERENCE + "A-2,small-thing,,,it works,2008-11-01,yes\n")
    small(folder)
    table = facts({}, {"account": "A-2", "name": "Fabrikam", "segment": "Health", "standing": "laggards"})
    found = discontinuity(Workspace(folder), "Adatum", offering="small", facts=table)
    assert states(found.offerings[0])["witness"] == "in place"


def test_a_reason_is_given_only_for_what_holds() -> None:
    here = SimpleNamespace(
        blueprints={"b": SimpleNamespace(by_id={"p": SimpleNamespace(point=SimpleNamespace(name="Ports"))})}
    )
    owned, point = When("owned", "disk"), When("point", "p", 2.0, "b")
    reference, facts = When("reference", "disk"), {"products_owned": ["disk"], "b/p:lo": 2.0, "b/p:hi": 3.0}
    facts[f"holds {reference}"] = False
    assert _reason(owned, facts, here, {"disk": "Disk array"}) == "owns Disk array"
    assert _reason(When("owned", "tape"), facts, here, {}) == ""
    assert _reason(owned, {"products_owned": None}, here, {}) == ""
    assert _reason(reference, facts, here, {}) == ""
    assert _reason(point, facts, here, {}) == "answered level 2: Ports"
    # of several answers the lowest counts
    assert _reason(point, facts | {"b/p:lo": 1.0}, here, {}) == ""
    assert _reason(point, {"products_owned": []}, here, {}) == ""
