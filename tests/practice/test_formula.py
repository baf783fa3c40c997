"""Formulas of business cases: what they compute, in which unit, and everything that they refuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beachhead.errors import BadInput
from beachhead.practice.formula import Formula, in_order
from beachhead.practice.units import Unit

FIGURES = {"servers": 80.0, "per_host": 12.0, "spare": 1.0, "cost": 450.0, "share": 0.4}
UNITS = {
    "servers": Unit.parse("servers"),
    "per_host": Unit.parse("servers per host"),
    "spare": Unit.parse("host"),
    "cost": Unit.parse("money per server per year"),
    "share": Unit.parse("%"),
}


def formula(text: str) -> Formula:
    return Formula.parse(text, FIGURES, "offerings/x.yaml line 9")


def value(text: str) -> float:
    return float(formula(text).value({n: np.array([v]) for n, v in FIGURES.items()}).flat[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ceil(servers / per_host) + spare", 8),
        ("(servers - ceil(servers / per_host)) * cost", 73 * 450),
        ("servers - 10 - 5", 65),
        ("servers - (10 - 5)", 75),
        ("servers / (per_host / 6)", 40),
        ("servers / per_host / 4", 80 / 48),
        ("-servers + +100", 20),
        ("max(servers, 100, 90) + min(1, 2)", 101),
        ("2 * -servers", -160),
        ("hours_per_year / months_per_year", 730),
        ("1.5e2", 150),
        ("ceil(servers / 8)", 10),  # exactly ten: no eleventh host for a rounding error
    ],
)
def test_it_computes_as_on_paper(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["servers - (10 - 5) * 2", "servers / (per_host / 6) - -spare", "2 * (1 + servers)"]
)
def test_the_arithmetic_shown_is_the_arithmetic_done(text: str) -> None:
    numbers = {name: f"{number:g}" for name, number in FIGURES.items()}
    shown = formula(text).with_numbers(numbers)
    back = shown.replace("×", "*").replace("−", "-")
    assert float(Formula.parse(back, []).value({})) == pytest.approx(value(text))


@given(st.recursive(
    st.sampled_from([*FIGURES, "3", "0.5"]),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=12,
))  # fmt: skip
def test_brackets_are_left_out_only_where_they_change_nothing(text: str) -> None:
    shown = formula(text).with_numbers({}).replace("×", "*").replace("−", "-")
    assert value(shown) == pytest.approx(value(text))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("serverz * cost", "no figure 'serverz' (did you mean 'servers'?)"),
        ("1,000 * servers", "without a comma"),
        ("servers ** 2", "powers are not allowed"),
        ("servers ^ 2", "powers are not allowed"),
        ("servers % 2", "the unit '%'"),
        ("servers // 2", "no arithmetic"),
        ("40 %", "cannot be read"),
        ("__import__('os').system('true')", "no arithmetic"),
        ("__import__('os')", "no function '__import__'"),
        ("servers.real", "no arithmetic"),
        ("servers[0]", "no arithmetic"),
        ("(lambda: 1)()", "no arithmetic"),
        ("[s for s in servers]", "no arithmetic"),
        ("(x := 3)", "no arithmetic"),
        ("servers if cost > 1 else 0", "cannot choose"),
        ("servers > 1", "cannot compare"),
        ("'a' * 3", "is no number"),
        ("True + 1", "is no number"),
        ("1j", "is no number"),
        ("celi(servers)", "did you mean 'ceil'"),
        ("ceil(servers, 2)", "ceil takes one figure"),
        ("min()", "min takes figures"),
        ("min(*servers)", "no arithmetic"),
        ("max(servers, key=cost)", "no function"),
        ("1e999", "too large"),
        ("9" * 400, "too large"),
        ("1 +", "cannot be read"),
        ("", "cannot be read"),
        ("a\0b", "cannot be read"),
        ("(" * 250 + "1" + ")" * 250, "more than 500|cannot be read"),
        ("-" * 60 + "1", "nested too deeply"),
        ("1+" * 300 + "1", "more than 500"),
    ],
)
def test_it_refuses_everything_that_is_no_arithmetic(text: str, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        formula(text)
    assert "offerings/x.yaml line 9" in str(refused.value)
    assert any(part in str(refused.value) for part in problem.split("|"))


def test_division_by_zero_is_a_sentence_with_the_figures() -> None:
    with pytest.raises(BadInput, match=r"divides by zero: cost − 450 is zero with cost 450"):
        value("servers / (cost - 450)")
    with pytest.raises(BadInput, match=r"spare can be zero with spare from -1 to 1"):
        formula("servers / spare").value({"servers": np.ones(2), "spare": np.array([-1.0, 1.0])})


def test_a_result_beyond_all_numbers_is_a_sentence() -> None:
    with pytest.raises(BadInput, match="larger than any number"):
        formula("servers * servers").value({"servers": np.array([1e200])})


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("servers / per_host + spare", "host"),
        ("servers * cost", "money per year"),
        ("servers * cost * share", "money per year"),
        ("servers * (1 - share)", "server"),
        ("max(servers * cost, 0)", "money per year"),
        ("share", "a plain number"),
        ("servers * cost / months_per_year", "money per month"),
        ("0 * servers", "a plain number"),
    ],
)
def test_units_follow(text: str, unit: str) -> None:
    assert formula(text).unit(UNITS).said() == unit


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("servers + spare", "servers has the unit 'server' and spare the unit 'host'"),
        ("servers - 1", "1 the unit 'a plain number'"),
        ("max(servers, cost)", "cannot be added or compared"),
        ("spare + servers * cost", "servers × cost the unit 'money per year'"),
    ],
)
def test_unlike_things_are_not_added(text: str, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        formula(text).unit(UNITS)
    assert problem in str(refused.value)


def test_formulas_are_put_behind_what_they_use_and_circles_are_refused() -> None:
    names = ["a", "b", "c"]
    chain = {
        "a": Formula.parse("b + c", names),
        "b": Formula.parse("c * 2", names),
        "c": Formula.parse("3", names),
    }
    assert in_order(chain) == ["c", "b", "a"]
    chain["c"] = Formula.parse("a", names)
    with pytest.raises(BadInput, match="circle: a → b → c → a"):
        in_order(chain)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("money per server per year", "money/server/year"),
        ("kWh", "kW*hour"),
        ("hours per week", "h/week"),
        ("Servers", "server"),
        ("GB", "GB"),
        ("searches", "search"),
        ("deliveries", "delivery"),
        ("licences", "licence"),
        ("business", "business"),
        ("virtual machines per host", "virtual machine / hosts"),
        ("per year", "1/year"),
        ("", "1"),
        ("% per year", "per cent/year"),
    ],
)  # fmt: skip
def test_units_are_read_as_people_write_them(text: str, same: str) -> None:
    assert Unit.parse(text) == Unit.parse(same)


def test_units_multiply_cancel_and_say_what_they_are() -> None:
    assert (Unit.parse("server") * Unit.parse("money per server")).said("EUR") == "EUR"
    assert Unit.parse("host").said(many=True) == "hosts"
    assert Unit.parse("GB").said(many=True) == "GB"
    assert Unit.parse("delivery").said(many=True) == "deliveries"
    assert Unit.parse("searches").said(many=True) == "searches"
    assert Unit.parse("money per kWh").said("USD") == "USD per hour per kW"
    assert Unit.parse("40 %".removeprefix("40 ")).scale == 0.01


@pytest.mark.parametrize("text", ["money per ", "3 servers", "money//year", "a$b"])
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"unit|stroke"):
        Unit.parse(text)


def test_a_rounding_error_buys_no_further_unit() -> None:
    """0.07 × 100 is 7.000000000000001 to a computer, and seven to everybody else."""
    assert 0.07 * 100 > 7
    hosts = Formula.parse("ceil(share * servers)", ["share", "servers"])
    told = hosts.value({"share": np.array([0.07, 0.07, 1.0]), "servers": np.array([100.0, 100.2, 7.0])})
    assert told.tolist() == [7, 8, 7]
