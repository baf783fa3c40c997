"""Business cases: the arithmetic by hand, the range by propagation, the customer's own figures."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadKnowledge
from beachhead.practice.business_case import DRAWS, _triangular, business_case
from beachhead.practice.case_files import Case, case_path, cases, check_all_cases, load_case
from beachhead.practice.offering import Input, Offering
from beachhead.practice.offering_library import offerings
from beachhead.tables.workspace import Workspace
from tests.practice.offering_models import small, write

SHIPPED = offerings()


def with_case(inputs: list[dict[str, object]], formulas: dict[str, str]) -> Offering:
    """An offering with another business case."""
    base = SHIPPED["health-check"]
    figures = [Input.model_validate({"name": str(i["id"]), "source": "judgement"} | i) for i in inputs]
    case = base.business_case.model_copy(update={"inputs": figures, "formulas": formulas})
    return base.model_copy(update={"business_case": case})


def three(name: str, low: float, likely: float, high: float, unit: str) -> dict[str, object]:
    return {"id": name, "low": low, "likely": likely, "high": high, "unit": unit}


SIMPLE = {"annual_benefit": "benefit", "investment": "cost"}


def test_the_payback_by_hand() -> None:
    offering = with_case(
        [three("benefit", 6000, 6000, 6000, "money per year"), three("cost", 9000, 9000, 9000, "money")],
        SIMPLE,
    )
    payback = business_case(offering).payback
    assert (payback.likely, payback.lo, payback.middle, payback.hi) == (18, 18, 18, 18)
    assert (payback.within, payback.never, payback.net) == (1, 0, 6000 * 3 - 9000)


def test_months_before_the_benefit_are_added_and_earn_nothing() -> None:
    figures = [
        three("benefit", 6000, 6000, 6000, "money per year"),
        three("cost", 9000, 9000, 9000, "money"),
        three("wait", 6, 6, 6, "months"),
    ]
    payback = business_case(with_case(figures, SIMPLE | {"months_before_benefit": "wait"})).payback
    assert payback.likely == 24
    assert payback.net == 6000 * 2.5 - 9000


def test_without_a_benefit_it_never_pays_back() -> None:
    figures = [three("benefit", -1200, 0, 1200, "money per year"), three("cost", 600, 600, 600, "money")]
    result = business_case(with_case(figures, SIMPLE))
    assert math.isinf(result.payback.likely)
    assert result.payback.never == pytest.approx(0.5, abs=0.01)
    assert math.isinf(result.payback.hi)
    assert result.payback.lo == pytest.approx(12 * 600 / (1200 * (1 - math.sqrt(0.2))), rel=0.02)
    assert result.tornado["swing"][0] == math.inf


def test_what_costs_nothing_has_paid_back_at_once() -> None:
    figures = [three("benefit", 0, 0, 0, "money per year"), three("cost", 0, 0, 0, "money")]
    assert business_case(with_case(figures, SIMPLE)).payback.likely == 0


def test_the_range_of_one_triangular_figure_is_the_closed_form() -> None:
    """Cost triangular on 0, 0, 1200 with benefit 1200 a year: months triangular on 0, 0, 12."""
    figures = [three("benefit", 1200, 1200, 1200, "money per year"), three("cost", 0, 0, 1200, "money")]
    payback = business_case(with_case(figures, SIMPLE)).payback
    for found, part in ((payback.lo, 0.1), (payback.middle, 0.5), (payback.hi, 0.9)):
        assert found == pytest.approx(12 * (1 - math.sqrt(1 - part)), abs=0.01)


@given(st.tuples(*[st.floats(-1e6, 1e6) for _ in range(3)]).map(sorted).filter(lambda t: t[2] - t[0] > 1e-3))
def test_draws_lie_between_low_and_high_with_one_in_each_stratum(span: list[float]) -> None:
    low, likely, high = span
    drawn = _triangular("x", low, likely, high)
    assert drawn.shape == (DRAWS,)
    assert drawn.min() >= low - 1e-6 * (high - low)
    assert drawn.max() <= high + 1e-6 * (high - low)
    mean = (low + likely + high) / 3
    assert drawn.mean() == pytest.approx(mean, abs=(high - low) * 1e-3)
    ordered = np.sort(drawn)
    below = np.where(
        ordered < likely,
        (ordered - low) ** 2 / ((high - low) * max(likely - low, 1e-300)),
        1 - (high - ordered) ** 2 / ((high - low) * max(high - likely, 1e-300)),
    )
    strata = np.floor(np.clip(below, 0, 1 - 1e-12) * DRAWS)
    assert np.abs(strata - np.arange(DRAWS)).max() <= 1


def test_the_same_case_gives_the_same_numbers_and_other_figures_do_not_disturb_it() -> None:
    first, again = (business_case(SHIPPED["vm-backup"]) for _ in range(2))
    assert first.payback == again.payback
    assert np.array_equal(_triangular("a", 0, 1, 2), _triangular("a", 0, 1, 2))
    assert not np.array_equal(_triangular("a", 0, 1, 2), _triangular("b", 0, 1, 2))


def test_figures_are_drawn_independently() -> None:
    a, b = _triangular("servers", 0, 1, 2), _triangular("hosts", 0, 1, 2)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.05


def test_how_it_came_about_shows_the_numbers() -> None:
    steps = {s.name: s for s in business_case(SHIPPED["server-virtualisation"]).steps}
    assert steps["hosts"].arithmetic == "rounded up(80 / 10) + 1"
    assert (steps["hosts"].value, steps["hosts"].unit) == (9, "hosts")
    assert steps["purchases avoided"].arithmetic == "(80 × 25 % + 8) × 6,000"
    assert steps["purchases avoided"].value == (80 * 0.25 + 8) * 6000
    saved = (80 * 0.22 - 9 * 0.40) * 2 * 8760 * 0.10
    assert steps["electricity saved"].value == pytest.approx(saved)
    assert steps["electricity saved"].unit == "USD per year"


def test_the_tornado_moves_one_figure_at_a_time(tmp_path: Path) -> None:
    result = business_case(small(tmp_path))
    rows = {r["input"]: r for r in result.tornado.iter_rows(named=True)}
    assert result.payback.likely == 12  # 10 × 100 / (10 × 100) years
    assert (rows["saved"]["payback-low"], rows["saved"]["payback-high"]) == (24, 8)
    assert rows["price"]["payback-low"] == pytest.approx(9.6)
    assert rows["price"]["payback-high"] == pytest.approx(14.4)
    assert rows["pieces"]["swing"] == 0
    assert result.tornado["input"].to_list() == ["saved", "price", "pieces"]
    assert result.ask_for == ["Saved", "Price"]


def test_a_whole_likely_figure_between_fractions_is_moved_to_them() -> None:
    figures = [
        three("benefit", 500.5, 1000, 2000.5, "money per year"),
        three("cost", 1000, 1000, 1000, "money"),
    ]
    row = business_case(with_case(figures, SIMPLE)).tornado.row(0, named=True)
    assert row["payback-low"] == pytest.approx(12000 / 500.5)
    assert row["payback-high"] == pytest.approx(12000 / 2000.5)


CASE = """\
account: A-1
offering: small
date: 2009-02-16
said_by: head of operations
inputs:
  saved: {low: 150, likely: 200, high: 250, source: tickets of 2008}
  price: 100
"""


def test_the_customers_figures_replace_ours_and_say_where_they_come_from(tmp_path: Path) -> None:
    offering = small(tmp_path)
    write(tmp_path, "cases/A-1/small.yaml", CASE)
    case = load_case(Workspace(tmp_path), "A-1", offering)
    result = business_case(offering, case)
    assert result.payback.likely == 6
    own = {r["input"]: r for r in result.inputs.iter_rows(named=True) if r["own"]}
    assert own["saved"]["source"] == "tickets of 2008"
    assert own["price"]["source"] == "given by the head of operations, 2009-02-16"
    assert (own["price"]["low"], own["price"]["high"]) == (100, 100)
    assert result.notes[0] == "2 of 3 figures are the customer's own."
    assert result.ask_for == []
    assert cases(Workspace(tmp_path)) == [("A-1", "small")]
    assert load_case(Workspace(tmp_path), "A-2", offering) is None


def test_another_currency_needs_a_rate_unless_all_money_is_given(tmp_path: Path) -> None:
    offering = small(tmp_path)
    rated = CASE.replace("inputs:", "currency: EUR\nexchange_rate: 0.8\ninputs:").replace(
        "  price: 100\n", ""
    )
    write(tmp_path, "cases/A-1/small.yaml", rated)
    result = business_case(offering, load_case(Workspace(tmp_path), "A-1", offering))
    assert result.currency == "EUR"
    assert {r["input"]: r["likely"] for r in result.inputs.iter_rows(named=True)}["price"] == 80
    assert any("USD at 0.8" in note for note in result.notes)
    write(tmp_path, "cases/A-1/small.yaml", rated.replace("exchange_rate: 0.8\n", ""))
    with pytest.raises(
        BadKnowledge, match="price still stand in USD; add 'exchange_rate', the EUR for one USD"
    ):
        load_case(Workspace(tmp_path), "A-1", offering)
    whole = CASE.replace("inputs:", "currency: EUR\ninputs:")
    write(tmp_path, "cases/A-1/small.yaml", whole)
    assert business_case(offering, load_case(Workspace(tmp_path), "A-1", offering)).currency == "EUR"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  saved:", "  savd:", "'small' has no input 'savd' (did you mean 'saved'?)"),
        ("low: 150", "low: 950", "low', 'likely' and 'high' that rise"),
        ("low: 150, ", "", "needs one 'value', or"),
        ("offering: small", "offering: smal", "no offering 'smal' (did you mean 'small'?)"),
        ("offering: small", "offering: vm-backup", "belong in cases/A-1/vm-backup.yaml"),
        ("account: A-1", "account: A-9", "no account 'A-9' (did you mean 'A-1'?)"),
        ("date: 2009-02-16", "date: 16.2.2009", "should be a date"),
        ("price: 100", "price: cheap", "should be a number"),
        ("said_by", "saidby", "did you mean 'said_by'"),
        ("inputs:", "currency: Euro\ninputs:", "currency"),
        ("inputs:", "exchange_rate: 0\ninputs:", "above zero"),
    ],
)
def test_every_mistake_in_the_customers_figures_is_told(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    small(tmp_path)
    write(tmp_path, "accounts.csv", "account,name\nA-1,Adatum\n")
    path = write(tmp_path, "cases/A-1/small.yaml", CASE)
    assert check_all_cases(Workspace(tmp_path)) == []
    write(tmp_path, "cases/A-1/small.yaml", CASE.replace(old, new))
    told = check_all_cases(Workspace(tmp_path))
    assert any(problem in one and str(path) in one and " line " in one for one in told), told
    with pytest.raises(BadKnowledge) as refused:  # as every command that uses the figures refuses them
        cases(Workspace(tmp_path))
    assert refused.value.problems == told


def test_figures_in_a_file_of_another_ending_are_told_and_not_overlooked(tmp_path: Path) -> None:
    small(tmp_path)
    write(tmp_path, "cases/A-1/small.yml", CASE)
    with pytest.raises(BadKnowledge, match=r"belong in cases/A-1/small\.yaml"):
        cases(Workspace(tmp_path))


def test_figures_lie_where_account_and_offering_say(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert case_path(workspace, "A/1 b", "small") == tmp_path / "cases" / "A%2F1 b" / "small.yaml"


def test_a_case_that_is_no_range_cannot_be_worked_out() -> None:
    case = Case.model_validate(
        {"account": "A", "offering": "health-check", "date": "2009-02-01", "inputs": {"hosts": {"low": 1}}}
    )
    with pytest.raises(Exception, match="needs one value, or low, likely and high"):
        business_case(SHIPPED["health-check"], case)
