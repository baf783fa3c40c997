"""Discontinuity and business cases on pages, in files and in words."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from beachhead.documents.account_changes import CHANGES, AccountChanges, as_json, changes_table, write_html
from beachhead.documents.case_charts import LONGEST, figure_text, paybacks, tornado, unit_text
from beachhead.documents.case_files import case_json, case_page, new_case_text
from beachhead.documents.discontinuity_words import (
    assessed_words,
    map_cells,
    months,
    payback_short,
    payback_words,
    tolerance_words,
    verdict,
)
from beachhead.documents.drawing import to_svg
from beachhead.documents.pages import business_case as case_page_module
from beachhead.documents.pages import discontinuity as discontinuity_page
from beachhead.practice.business_case import Payback, business_case
from beachhead.practice.case_files import check_all_cases, load_case, write_case
from beachhead.practice.discontinuity import account_map, discontinuity
from beachhead.practice.offering_library import offerings
from beachhead.practice.situation import situation
from beachhead.practice.tolerance import tolerance
from beachhead.tables.workspace import Workspace
from tests.practice.offering_models import answers, facts, small, write

SHIPPED = offerings()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "beachhead.toml", 'us = "Harbour IT"\nas_of = 2009-02-28\ncurrency = "EUR"\n')
    write(tmp_path, "accounts.csv", "account,name,segment\nA-1,Adatum & Søn,Health\nA-2,Fabrikam,Retail\n")
    write(
        tmp_path,
        "purchases.csv",
        "account,product,date,seller\n"
        "A-1,server-virtualisation,2007-05-02,Contoso\nA-1,infrastructure-management,2008-03-02,Contoso\n",
    )
    write(
        tmp_path,
        "products.csv",
        "product,name,vendor,ours,need,needs_first\n"
        "server-virtualisation,Server virtualisation,VMware,yes,server platform,\n"
        "infrastructure-management,Infrastructure management,VMware,yes,platform management,server-virtualisation\n"
        "distributed-switch,Distributed switch,VMware,yes,network,infrastructure-management\n"
        "health-check,Health check,Harbour IT,yes,assessment,server-virtualisation\n",
    )
    answers(tmp_path, "A-1", {"network-ports": 2, "role-split": 0, "change-record": "dont_know"})
    return tmp_path


def changes(folder: Path, **account: Any) -> AccountChanges:
    """The distributed switch at a pragmatist that owns what it needs."""
    owned = {
        "products_owned": ["server-virtualisation", "infrastructure-management"],
        "fits_now": ["distributed-switch", "health-check"],
        "name": "Adatum & Søn",
    }
    table, workspace = facts(owned | account), Workspace(folder)
    chosen = [SHIPPED["distributed-switch"], SHIPPED["health-check"]]
    here = situation(table, workspace, chosen)
    found = account_map("A-1", here, chosen, tolerance())
    cases = {one.id: business_case(one) for one in chosen}
    return AccountChanges(found, cases, workspace.as_of)


def test_the_words_say_what_the_map_says(folder: Path) -> None:
    found = changes(folder)
    switch, check = found.account.offerings
    assert tolerance_words(found.account) == (
        "It stands with the early majority 60 % and late majority 20 %. Such an account puts up with a new tool to "
        "learn and with a small change of procedures, no more."
    )
    assert assessed_words(found.account).startswith(
        "It rests on 2 of 60 points of operations answered on 1 Feb"
    )
    assert verdict(switch).startswith(
        "Too much is left for network (a new way of working) and security (a new"
    )
    # Responsibilities are known to be missing; for security nothing was asked.
    assert verdict(switch).endswith(
        "One measure would bring it down, if all that is not known is in place: ask first."
    )
    assert "12 % that all of it is put up with" in verdict(switch)
    assert verdict(check) == "What is left is put up with (above 99 % that all of it is)."


def test_where_nothing_is_known_the_words_claim_nothing(folder: Path) -> None:
    nowhere = {
        f"p_{c}": None
        for c in ("innovators", "early_adopters", "early_majority", "late_majority", "laggards")
    }
    found = changes(folder, **nowhere)
    assert "is not known" in tolerance_words(found.account)
    assert verdict(found.account.offerings[0]) == "The deepest change left is 2 of 3."
    (folder / "answers/A-1/operations-2009-02-01.yaml").unlink()
    assert "never assessed" in assessed_words(changes(folder).account)


def test_a_visionary_puts_up_with_any_change(folder: Path) -> None:
    sure = {"p_innovators": 0.0, "p_early_adopters": 1.0, "p_early_majority": 0.0, "p_late_majority": 0.0}
    found = changes(folder, **sure, p_laggards=0.0)
    assert tolerance_words(found.account).endswith("puts up with any change that brings an advantage.")


def test_the_map_has_a_cell_for_each_department_that_something_changes_for(folder: Path) -> None:
    table = map_cells(changes(folder).account.offerings)
    cell = table.filter(department="network", offering="distributed-switch").row(0, named=True)
    assert cell == {
        "department": "network",
        "offering": "distributed-switch",
        "left": 2,
        "at_best": 2,
        "too_deep": True,
    }
    assert table["department"].unique(maintain_order=True).to_list() == [
        "server", "storage", "network", "security", "operations", "service-desk", "business",
    ]  # fmt: skip


def test_files_read_back(folder: Path) -> None:
    found = changes(folder)
    told = json.loads(as_json(found))
    switch = told["offerings"][0]
    assert switch["tolerated"] is False
    assert {m["mitigation"]: m["state"] for c in switch["changes"] for m in c["mitigations"]}[
        "network-ports"
    ] == "in place"
    assert switch["business_case"]["payback_months"] == pytest.approx(25.2, abs=0.1)
    table = changes_table(found)
    assert dict(table.schema) == dict(CHANGES)
    assert table.height == len(SHIPPED["distributed-switch"].changes) + len(SHIPPED["health-check"].changes)
    back = pl.read_csv(table.write_csv().encode())
    assert back["left"].to_list() == table["left"].to_list()


def test_the_page_of_an_account_is_whole_and_escaped(folder: Path) -> None:
    out = folder / "out" / "map.html"
    workspace = Workspace(folder)
    write_html(changes(folder), workspace, out)
    html = out.read_text(encoding="utf-8")
    assert "Adatum &amp; Søn" in html
    assert "Adatum & Søn" not in html
    assert html.count('<section id="offering-') == 2
    for heading in ("What changes, department by department", "What to find out first", "Business case"):
        assert heading in html
    assert "<svg" in html
    assert html == _again(folder, out)


def _again(folder: Path, out: Path) -> str:
    write_html(changes(folder), Workspace(folder), out)
    return out.read_text(encoding="utf-8")


def test_the_pages_of_the_report(folder: Path) -> None:
    workspace = Workspace(folder)
    figures = (
        "account: A-1\noffering: health-check\ndate: 2009-02-20\nsaid_by: head of IT\ninputs:\n  hosts: 9\n"
    )
    write(folder, "cases/A-1/health-check.yaml", figures)
    page = discontinuity_page.page(workspace)
    assert page is not None
    assert [name for _, name in page.sections] == ["Adatum & Søn"]
    assert "1 of 2 accounts have been assessed" in page.body
    assert "Distributed virtual switch" in page.body
    cases = case_page_module.page(workspace)
    assert cases is not None
    assert [name for _, name in cases.sections] == ["Virtualisation health check, Adatum & Søn"]
    assert "given by the head of IT, 2009-02-20" in cases.body
    assert "Desktop virtualisation" not in cases.body  # not ours here


def test_a_workspace_without_purchases_or_products_has_no_such_pages(tmp_path: Path) -> None:
    assert discontinuity_page.page(Workspace(tmp_path)) is None
    assert case_page_module.page(Workspace(tmp_path)) is None


def test_an_account_is_found_by_its_name_and_only_what_fits_is_shown(folder: Path) -> None:
    found = discontinuity(Workspace(folder), "adatum")
    assert found.account == "A-1"
    assert {one.offering.id for one in found.offerings} == {"distributed-switch", "health-check"}
    later = discontinuity(Workspace(folder), "Fabrikam", offering="distributed-switch")
    assert later.offerings[0].fit.reason == "needs Server virtualisation and Infrastructure management first"


# Business cases.


def payback(likely: float, lo: float, hi: float, never: float = 0.0) -> Payback:
    return Payback(likely, lo, likely, hi, 1.0, never, 1000.0, 500.0, 2000.0)


def test_months_in_words() -> None:
    assert (months(1.2), months(14.4), months(math.inf)) == ("1 month", "14 months", "never")
    assert payback_short(payback(14.4, 9.0, 22.0)) == "14 months (9 to 22)"
    assert payback_short(payback(math.inf, 30.0, math.inf)) == "never (30 to never)"


def test_the_payback_in_words() -> None:
    assert payback_words(payback(14, 9, 22), "EUR") == (
        "At the likely figures it has paid back after 14 months; in eight cases of ten after 9 to 22 months. Left "
        "over: 1,000 EUR after 36 months, likely, between 500 and 2,000 in eight cases of ten."
    )
    assert "in eight cases of ten not before 30 months, and in 40 % of all cases never" in payback_words(
        payback(math.inf, 30, math.inf, never=0.4), "EUR"
    )
    assert "No figure has a range" in payback_words(payback(14, 14, 14), "EUR")


def test_charts_bound_what_never_ends(folder: Path) -> None:
    result = business_case(small(folder))
    spec = tornado(result)
    bars = spec["layer"][0]["data"]["values"]
    assert [b["label"] for b in bars] == ["Saved", "Saved", "Price", "Price"]
    assert bars[0]["text"] == "50: 24 months"
    assert "<svg" in to_svg(spec)
    chart = paybacks([business_case(one) for one in SHIPPED.values()])
    assert all(row["high"] <= LONGEST for row in chart["data"]["values"])


def test_figures_and_units_as_people_write_them() -> None:
    assert (figure_text(25, "% per year"), figure_text(1200, "money"), figure_text(0.25, "")) == (
        "25 %",
        "1,200",
        "0.25",
    )
    assert unit_text("money per server*hour", "EUR") == "EUR per server and hour"


def test_a_new_file_of_figures_is_sound_and_holds_no_figure_yet(folder: Path) -> None:
    workspace, offering = Workspace(folder), SHIPPED["server-virtualisation"]
    path = write_case(workspace, "A-1", offering, new_case_text("A-1", offering, workspace.as_of, "EUR"))
    assert check_all_cases(workspace) == []
    case = load_case(workspace, "A-1", offering)
    assert case is not None
    assert case.inputs == {}
    for one in offering.business_case.inputs:
        assert f"# {one.id}: {{value:" in path.read_text()
    filled = path.read_text().replace(
        "  # servers: {value: 80, source: }", "  servers: {value: 84, source: list}"
    )
    path.write_text(filled)
    case = load_case(workspace, "A-1", offering)
    assert case is not None
    assert business_case(offering, case).inputs.filter("own")["likely"].to_list() == [84]
    with pytest.raises(Exception, match="there are figures already"):
        write_case(workspace, "A-1", offering, "")


def test_the_page_and_the_json_of_a_case(folder: Path) -> None:
    result = business_case(SHIPPED["server-virtualisation"])
    page = case_page(result, "Adatum & Søn", Workspace(folder))
    assert page.title == "Server virtualisation at Adatum & Søn: the business case"
    assert "rounded up(80 / 10) + 1" in page.body
    told = json.loads(case_json(result, "A-1"))
    assert told["payback_months"]["likely"] == pytest.approx(result.payback.likely)
    assert len(told["inputs"]) == result.inputs.height
