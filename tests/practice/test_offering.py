"""Offering files: every refusal by line, bundles, and the rules of what ships."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from beachhead.errors import BadKnowledge, BadQuestion
from beachhead.practice.business_case import business_case
from beachhead.practice.offering import Offering, When
from beachhead.practice.offering_library import check_offerings, find_offering, offerings
from beachhead.practice.offering_rules import parsed, units
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT
from tests.practice.offering_models import SMALL, small, write

SHIPPED = offerings()
PRODUCTS = (
    "server-virtualisation", "infrastructure-management", "distributed-switch", "shared-storage", "vm-backup",
    "disaster-recovery", "desktop-virtualisation", "application-virtualisation", "capacity-management",
    "health-check", "operations-blueprint", "private-cloud-preparation",
)  # fmt: skip


def problems(tmp_path: Path, old: str, new: str) -> list[str]:
    assert SMALL.count(old) >= 1
    write(tmp_path, "offerings/small.yaml", SMALL.replace(old, new, 1))
    return check_offerings(Workspace(tmp_path))


def test_it_works(tmp_path: Path) -> None:
    offering = small(tmp_path)
    assert offering.departments == ["network", "operations", "business"]
    assert list(offering.measures) == ["course", "ports", "witness", "helper", "guide"]
    assert offering.measures["ports"].when == (When("point", "network-ports", 2.0, "operations"),)
    assert check_offerings(Workspace(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "problem"),
    [
        ("department: network", "department: netwrok", "", "no department 'netwrok' (did you mean 'network'?)"),
        ("owners: [network]", "owners: [netwrok]", "", "no department 'netwrok' (did you mean 'network'?)"),
        ("needs_first: [server-virtualisation]", "needs_first: [server-virtualization]", "",
         "no product 'server-virtualization' (did you mean 'server-virtualisation'?)"),
        ("needs_first: [server-virtualisation]", "needs_first: [small-thing]", "", "part of the offering"),
        ("owned: vm-backup", "owned: vm-bakup", "", "no product 'vm-bakup' (did you mean 'vm-backup'?)"),
        ("reference: small-thing", "reference: smal-thing", "", "no product 'smal-thing'"),
        ("network-ports >= 2", "network-port >= 2", "", "no point 'network-port' (did you mean 'network-ports'?)"),
        ("network-ports >= 2", "network-ports >= 4", "", "has levels to 3"),
        ("network-ports >= 2", "network-ports >= 0", "", "says nothing"),
        ("point: network-ports", "point: operation/network-ports", "",
         "no blueprint 'operation' (did you mean 'operations'?)"),
        ("when: included", "when: includd", "", "should be included"),
        ("depth: 3", "depth: 4", "", "less than or equal to 3"),
        ("depth: 2", "depth: 0", "mitigations:", "nothing to take away"),
        ("takes_away: 1, days: 4", "takes_away: 4, days: 4", "", "less than or equal to 3"),
        ('takes_away: 1, when: "owned', 'takes_away: 3, when: "owned', "", "more than change 'new-way' has"),
        ("days: 4, ", "", "id: course", "mitigation 'course' has no 'days'"),
        ("text: Two days", "texts: Two days", "", "did you mean 'text'?"),
        ("kind: training, ", "", "id: course", "mitigation 'course' has no 'kind'"),
        ("{id: ports, takes_away: 1}", "{id: portz, takes_away: 1}", "", "nowhere told in full"),
        ("{id: ports, takes_away: 1}", "{id: ports, takes_away: 1, text: again}", "", "cannot have 'text' here"),
        ("{id: ports, takes_away: 1}", "{id: guide, takes_away: 1}", "id: guide", "stands twice at change 'new-way'"),
        ("- id: as-before", "- id: new-way", "depth: 0", "the change id 'new-way' stands twice"),
        ("kind: function", "kind: functions", "", "'function' or 'process'"),
        ("products: [small-thing]", "products: [small-thing]\nincludes: [course]", "includes:", "is for bundles"),
        ("products: [small-thing]", "products: [small-thing]\ncombines: [smal]", "combines:", "no offering 'smal'"),
        ("low: 50", "low: 500", "", "low, likely and high must rise, found 500, 100, 150"),
        ("id: saved", "id: price", "name: Price", "the input 'price' stands twice"),
        ("id: pieces", "id: my-pieces", "", "lower case letters, digits and underscores"),
        ("id: pieces", "id: lambda", "", "means something else in formulas"),
        ("unit: pieces,", "unit: 3 pieces,", "", "is no unit"),
        ("currency: USD", "currency: dollars", "", "should match"),
        ("pieces * saved", "piecs * saved", "", "no figure 'piecs' (did you mean 'pieces'?)"),
        ("pieces * saved", "pieces * saved ** 2", "", "powers are not allowed"),
        ("pieces * saved", "saved", "annual_benefit:", "annual_benefit comes out in money per piece per year"),
        ("pieces * saved", "pieces * saved + price", "", "cannot be added"),
        ("pieces * saved", "investment / months_per_year", "", "annual_benefit comes out in"),
        ("annual_benefit: pieces * saved", "benefit: pieces * saved", "formulas:", "no formula 'annual_benefit'"),
        ("investment: pieces * price", "investment: pieces * saved", "", "comes out in money per year"),
        ("result: payback_months", "result: roi", "", "payback_months"),
        ("need: things", "needz: things", "", "did you mean"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, at: str, problem: str
) -> None:
    found = problems(tmp_path, old, new)
    told = [p for p in found if problem in p]
    assert told, found
    path = tmp_path / "offerings/small.yaml"
    lines = [n for n, text in enumerate(path.read_text().splitlines(), 1) if (at or new) in text]
    if at == "depth: 0":  # the change begins four lines above
        lines = [n - 4 for n in lines]
    assert told[0].startswith(tuple(f"{path} line {n}: " for n in lines))
    with pytest.raises(BadKnowledge):
        offerings(Workspace(tmp_path))


def test_a_figure_that_no_formula_uses_is_told(tmp_path: Path) -> None:
    told = problems(
        tmp_path, "pieces * price", "max(pieces * saved, 0) * 0 + 5 * pieces * price * 0 + price * pieces"
    )
    assert any("cannot be added" in one for one in told)
    told = problems(
        tmp_path, "    investment: pieces * price", "    investment: 3 * pieces * price\n    unused: pieces"
    )
    assert told == []
    extra = "    - {id: idle, name: Idle, low: 1, likely: 1, high: 1, source: judgement}\n  formulas:"
    assert any("no formula uses the input 'idle'" in one for one in problems(tmp_path, "  formulas:", extra))


def test_a_case_that_can_divide_by_zero_is_told(tmp_path: Path) -> None:
    extra = "    - {id: part, name: Part, low: -1, likely: 1, high: 2, source: judgement}\n  formulas:"
    text = SMALL.replace("  formulas:", extra).replace("pieces * price", "pieces * price / part")
    write(tmp_path, "offerings/small.yaml", text)
    told = check_offerings(Workspace(tmp_path))
    assert len(told) == 1
    assert "divides by zero: part can be zero with part from -" in told[0]


def test_two_files_with_one_id_are_told(tmp_path: Path) -> None:
    small(tmp_path)
    write(tmp_path, "offerings/copy.yaml", SMALL)
    assert any("is that of" in one for one in check_offerings(Workspace(tmp_path)))


def test_a_workspaces_own_offering_replaces_the_shipped_one(tmp_path: Path) -> None:
    text = SMALL.replace("id: small\n", "id: vm-backup\n").replace(
        "[small-thing]", "[small-thing, vm-backup]"
    )
    write(tmp_path, "offerings/vm-backup.yaml", text)
    at_hand = offerings(Workspace(tmp_path))
    assert at_hand["vm-backup"].name == "Small thing"
    assert "recoverable-platform" not in at_hand  # a shipped bundle that no longer fits
    assert offerings()["vm-backup"].name == "Backup of virtual servers"


def test_products_of_the_workspace_are_known(tmp_path: Path) -> None:
    write(tmp_path, "products.csv", "product,name\nforklift,Forklift\n")
    write(tmp_path, "beachhead.toml", 'pack = "server-virtualisation"\n')
    write(tmp_path, "offerings/small.yaml", SMALL.replace("owned: vm-backup", "owned: forklift"))
    assert check_offerings(Workspace(tmp_path)) == []


BUNDLE = """\
id: bundle
version: 1
name: Both
language: en
author: Tests
licence: Apache-2.0
source: judgement
need: things
vendor: Anybody
combines: [small, vm-backup]
includes: [course]
needs_first: [server-virtualisation]
price_model: one price
about: For tests
""" + SMALL[SMALL.index("business_case:") :]


def test_a_bundle_has_the_changes_of_its_parts_and_counts_as_owning_them(tmp_path: Path) -> None:
    small(tmp_path)
    write(tmp_path, "offerings/bundle.yaml", BUNDLE)
    at_hand = offerings(Workspace(tmp_path))
    bundle, single = at_hand["bundle"], at_hand["small"]
    assert bundle.products == ["small-thing", "vm-backup"]
    ids = [c.id for c in bundle.changes]
    assert ids == [c.id for c in (*single.changes, *at_hand["vm-backup"].changes)]
    helper, course = bundle.measures["helper"], bundle.measures["course"]
    assert bundle.whens(helper) == (When("included"),)  # it owns the backup with the bundle
    assert bundle.whens(course) == (When("included"),)  # the bundle includes the course
    assert single.whens(helper) == (When("owned", "vm-backup"),)
    assert single.whens(course) == ()


def test_what_a_bundle_cannot_combine_is_told(tmp_path: Path) -> None:
    small(tmp_path)
    write(tmp_path, "offerings/bundle.yaml", BUNDLE.replace("[course]", "[corse]"))
    assert any(
        "no" in p and "'corse' (did you mean 'course'?)" in p for p in check_offerings(Workspace(tmp_path))
    )
    write(tmp_path, "offerings/bundle.yaml", BUNDLE.replace("vm-backup]", "run-what-you-own]"))
    assert any("is a bundle itself" in p for p in check_offerings(Workspace(tmp_path)))
    twin = SMALL.replace("id: small\n", "id: twin\n").replace("text: Two days", "text: Three days")
    write(tmp_path, "offerings/twin.yaml", twin)
    write(tmp_path, "offerings/bundle.yaml", BUNDLE.replace("vm-backup]", "twin]"))
    told = check_offerings(Workspace(tmp_path))
    assert any("the change 'new-tool' stands in 'small' and in 'twin'" in p for p in told)
    assert any("'course' is one thing in 'small' and another in 'twin'" in p for p in told)


def test_an_offering_is_found_by_id_or_name_and_suggested() -> None:
    assert find_offering(
        "Health", SHIPPED | {"x": SHIPPED["vm-backup"].model_copy(update={"name": "Health"})}
    )
    assert find_offering("backup of virtual servers", SHIPPED).id == "vm-backup"
    with pytest.raises(BadQuestion, match="did you mean 'distributed-switch'"):
        find_offering("distributed-swich", SHIPPED)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("included", When("included")),
        ("owned: a-b", When("owned", "a-b")),
        ("point: run-books >= 2", When("point", "run-books", 2.0, "operations")),
        ("point: partner-practice/proofs>=1.5", When("point", "proofs", 1.5, "partner-practice")),
        ({"reference": "a-b"}, When("reference", "a-b")),
    ],
)
def test_conditions_are_read_and_written_back(text: object, when: When) -> None:
    assert When.parse(text) == when
    assert When.parse(str(when)) == when


@pytest.mark.parametrize(
    "text", ["own: x", "point: x", "point: x > 2", "owned:", "", 3, None, {"a": 1, "b": 2}]
)
def test_other_conditions_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="should be included"):
        When.parse(text)


def test_the_offering_of_the_documentation_is_sound(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "offerings.md").read_text(encoding="utf-8")
    [text] = [
        block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "id: rack-scanner" in block
    ]
    write(tmp_path, "offerings/rack-scanner.yaml", text)
    assert check_offerings(Workspace(tmp_path)) == []
    assert business_case(offerings(Workspace(tmp_path))["rack-scanner"]).payback.likely == 12


# What ships.


def test_there_is_one_for_each_product_of_the_worked_example_and_the_bundles() -> None:
    assert check_offerings() == []
    assert set(PRODUCTS) <= set(SHIPPED)
    assert all(SHIPPED[p].products == [p] for p in PRODUCTS)
    assert sum(bool(one.combines) for one in SHIPPED.values()) >= 3


@pytest.mark.parametrize("offering", SHIPPED.values(), ids=lambda one: one.id)
def test_what_ships_is_concrete(offering: Offering) -> None:
    assert len(offering.changes) >= 5
    assert len(offering.departments) >= 5
    for change in offering.changes:
        assert len(change.change) >= (60 if change.depth else 30), change.id
        assert change.depth == 0 or change.mitigations, f"{change.id}: nothing makes it smaller"
    for measure in offering.measures.values():
        assert measure.text
        assert len(measure.text) >= 40, measure.id
    kinds = {c.kind for c in offering.changes if c.depth}
    assert kinds == ({"process"} if "own service" in offering.vendor else {"function", "process"})
    assert max(c.depth for c in offering.changes) >= 1
    texts = [c.change for c in offering.changes]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("offering", SHIPPED.values(), ids=lambda one: one.id)
def test_every_change_can_be_softened_to_what_a_pragmatist_tolerates(offering: Offering) -> None:
    tolerated = {"function": 2, "process": 1}
    for change in offering.changes:
        left = max(0, change.depth - sum(m.takes_away for m in change.mitigations))
        assert left <= tolerated[change.kind], change.id


@pytest.mark.parametrize("offering", SHIPPED.values(), ids=lambda one: one.id)
def test_what_ships_has_a_business_case_with_sources(offering: Offering) -> None:
    case = offering.business_case
    assert len(case.inputs) >= 8
    assert all(len(one.source) >= 9 for one in case.inputs)
    assert any(one.low < one.high for one in case.inputs)
    result = business_case(offering)
    assert 3 < result.payback.likely < 60
    assert result.payback.lo < result.payback.hi
    found = units(case, parsed(case))
    assert found["investment"].said() == "money"
    assert found["annual_benefit"].said() == "money per year"


def test_depths_are_not_all_alike() -> None:
    depths = {
        d: sum(c.depth == d for o in SHIPPED.values() if not o.combines for c in o.changes) for d in range(4)
    }
    assert min(depths.values()) >= 8, depths
