"""The business case of an offering: what it costs, what it brings, and after how many months it has paid back.

Every figure has a range. The range of the payback comes from drawing all figures at once, each from a
triangular distribution between its low and high with its peak at the likely value, by Latin hypercube: each
figure's range is cut into as many equally probable strata as there are draws, and every stratum is drawn once
(McKay, Beckman & Conover 1979, Technometrics 21(2)). The figures are taken to be independent. The draws are
the same on every run.

    payback = months before benefit + 12 · investment / annual benefit

A draw without a benefit never pays back; it counts as infinitely long, so that the range says so.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from beachhead.errors import BadQuestion
from beachhead.practice.case_files import Case, is_money
from beachhead.practice.formula import CONSTANTS, Figures, Formula
from beachhead.practice.offering import Input, Offering
from beachhead.practice.offering_rules import parsed, units
from beachhead.practice.units import Unit

DRAWS = 4096
SEED = 20090228
HORIZON = 36
"""Months that finance departments commonly look ahead: the usual life of a server (judgement)."""

INPUTS = pl.Schema(
    {
        "input": pl.String,
        "name": pl.String,
        "unit": pl.String,
        "low": pl.Float64,
        "likely": pl.Float64,
        "high": pl.Float64,
        "source": pl.String,
        "own": pl.Boolean,
    }
)
TORNADO = pl.Schema(
    {
        "input": pl.String,
        "name": pl.String,
        "unit": pl.String,
        "low": pl.Float64,
        "high": pl.Float64,
        "payback-low": pl.Float64,
        "payback-high": pl.Float64,
        "swing": pl.Float64,
        "own": pl.Boolean,
    }
)


@dataclass(frozen=True)
class Step:
    """One formula at the likely figures: ``hosts = rounded up(80 / 12) = 7 host``."""

    name: str
    formula: str
    arithmetic: str
    value: float
    unit: str


@dataclass(frozen=True)
class Payback:
    """Months until what was spent has come back. Infinite: never.

    ``likely``: with every figure at its likely value. ``lo``, ``middle``, ``hi``: a tenth of the draws is
    below, half are, a tenth is above. ``within``: the share of draws that pay back within ``HORIZON`` months;
    ``never``: the share that never does. ``net``: what is left after ``HORIZON`` months, likely, and its 80 %
    range.
    """

    likely: float
    lo: float
    middle: float
    hi: float
    within: float
    never: float
    net: float
    net_lo: float
    net_hi: float


@dataclass(frozen=True)
class Result:
    """A business case worked out. ``inputs``: columns ``INPUTS``; ``own`` marks the customer's own figures.

    ``tornado``: columns ``TORNADO``, what moves the payback most first; each figure alone at its low and its
    high, all others likely. ``draws``: paybacks of all draws, rising.
    """

    offering: Offering
    case: Case | None
    currency: str
    inputs: pl.DataFrame
    steps: list[Step]
    payback: Payback
    tornado: pl.DataFrame
    draws: Figures
    notes: list[str]

    @property
    def ask_for(self) -> list[str]:
        """Names of the three figures that matter most and are not yet the customer's own."""
        moving = self.tornado.filter(~pl.col("own") & (pl.col("swing") > 0))
        return moving["name"].head(3).to_list()


def business_case(offering: Offering, case: Case | None = None) -> Result:
    """The business case of ``offering``, with the figures of ``case`` in place of its own.

    Raises BadInput, as a sentence, where a formula divides by zero.
    """
    model = offering.business_case
    formulas = parsed(model)
    known_units = units(model, formulas)
    spans = {one.id: _span(one, case, model.currency) for one in model.inputs}
    likely = {name: np.asarray([float(span[1])]) for name, span in spans.items()}
    currency = (case.currency if case and case.currency else None) or model.currency
    worked = _work(formulas, likely, known_units)
    draws = _work(formulas, {n: _triangular(n, *span) for n, span in spans.items()}, known_units)
    months, net = _payback(draws), _net(draws)
    ranked = _tornado(model.inputs, formulas, spans, known_units, case)
    return Result(
        offering=offering,
        case=case,
        currency=currency,
        inputs=pl.DataFrame(
            [_told(one, spans[one.id], case) for one in model.inputs], schema=INPUTS, orient="row"
        ),
        steps=_steps(formulas, spans, worked, known_units, currency),
        payback=Payback(
            likely=float(_payback(worked)[0]),
            lo=_quantile(months, 0.1),
            middle=_quantile(months, 0.5),
            hi=_quantile(months, 0.9),
            within=float((months <= HORIZON).mean()),
            never=float(np.isinf(months).mean()),
            net=float(_net(worked)[0]),
            net_lo=_quantile(net, 0.1),
            net_hi=_quantile(net, 0.9),
        ),
        tornado=ranked,
        draws=np.sort(months),
        notes=_notes(offering, case, currency),
    )


def figure_values(offering: Offering, result: Result) -> dict[str, float]:
    """Every formula's value at the likely figures, by name."""
    names = list(parsed(offering.business_case))
    return {name: step.value for name, step in zip(names, result.steps, strict=True)}


def _span(one: Input, case: Case | None, currency: str) -> tuple[float, float, float]:
    """low, likely, high: the customer's own, else the offering's in the customer's currency."""
    own = case.inputs.get(one.id) if case else None
    if own is not None:
        if own.span is None:
            raise BadQuestion(f"{one.id!r} needs one value, or low, likely and high that rise.")
        return own.span
    factor = 1.0
    if case and case.currency not in (None, currency) and is_money(one):
        if case.exchange_rate is None:
            raise BadQuestion(
                f"{one.id!r} stands in {currency} and the customer counts in {case.currency}: the exchange "
                "rate is missing."
            )
        factor = float(case.exchange_rate)
    return one.low * factor, one.likely * factor, one.high * factor


def _told(one: Input, span: tuple[float, float, float], case: Case | None) -> tuple[object, ...]:
    own = case.inputs.get(one.id) if case else None
    source = one.source
    if own is not None and case is not None:
        source = own.source or f"given by the {case.said_by or 'customer'}, {case.date.isoformat()}"
    return one.id, one.name, one.unit, *span, source, own is not None


def _work(
    formulas: Mapping[str, Formula], figures: Mapping[str, Figures], known: Mapping[str, Unit]
) -> dict[str, Figures]:
    """Every figure and every formula, in plain units (per cent as a fraction)."""
    found = {name: values * known[name].scale for name, values in figures.items()}
    for name, formula in formulas.items():
        found[name] = formula.value(found)
    return found


def _triangular(name: str, low: float, likely: float, high: float) -> Figures:
    """One Latin-hypercube sample; the stream belongs to the figure's name, so others do not disturb it."""
    if low == high:
        return np.full(DRAWS, float(low))
    stream = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    u = (stream.permutation(DRAWS) + stream.random(DRAWS)) / DRAWS
    width, left, right = high - low, likely - low, high - likely
    rising = low + np.sqrt(u * width * left)
    falling = high - np.sqrt((1 - u) * width * right)
    return np.where(u * width < left, rising, falling)


def _payback(found: Mapping[str, Figures]) -> Figures:
    benefit, investment = np.broadcast_arrays(found["annual_benefit"], found["investment"])
    months = CONSTANTS["months_per_year"][0] * np.divide(
        np.maximum(investment, 0.0), benefit, out=np.full(benefit.shape, np.inf), where=benefit > 0
    )
    return np.atleast_1d(np.where(investment > 0, months, 0.0) + found.get("months_before_benefit", 0.0))


def _net(found: Mapping[str, Figures]) -> Figures:
    """What has come back after ``HORIZON`` months, less what was spent; not discounted."""
    running = np.maximum(HORIZON - np.asarray(found.get("months_before_benefit", 0.0)), 0.0)
    return np.atleast_1d(
        found["annual_benefit"] * running / CONSTANTS["months_per_year"][0] - found["investment"]
    )


def _quantile(values: Figures, part: float) -> float:
    return float(np.quantile(values, part, method="inverted_cdf"))


def _tornado(
    inputs: Sequence[Input],
    formulas: Mapping[str, Formula],
    spans: Mapping[str, tuple[float, float, float]],
    known: Mapping[str, Unit],
    case: Case | None,
) -> pl.DataFrame:
    """Two cases per figure, worked out at once: it alone at its low, it alone at its high."""
    size = 2 * len(inputs)
    figures = {name: np.full(size, float(span[1])) for name, span in spans.items()}
    for n, one in enumerate(inputs):
        figures[one.id][2 * n], figures[one.id][2 * n + 1] = spans[one.id][0], spans[one.id][2]
    months = np.broadcast_to(_payback(_work(formulas, figures, known)), (size,))
    rows = []
    for n, one in enumerate(inputs):
        low, high = float(months[2 * n]), float(months[2 * n + 1])
        swing = 0.0 if low == high else abs(high - low)
        own = case is not None and one.id in case.inputs
        rows.append((one.id, one.name, one.unit, spans[one.id][0], spans[one.id][2], low, high, swing, own))
    table = pl.DataFrame(rows, schema=TORNADO, orient="row")
    return table.sort("swing", descending=True, maintain_order=True)


def _steps(
    formulas: Mapping[str, Formula],
    spans: Mapping[str, tuple[float, float, float]],
    worked: Mapping[str, Figures],
    known: Mapping[str, Unit],
    currency: str,
) -> list[Step]:
    shown = {name: _number(span[1], known[name]) for name, span in spans.items()}
    steps = []
    for name, formula in formulas.items():
        value = float(worked[name].flat[0])
        shown[name] = _number(value, known[name])
        steps.append(
            Step(
                name=name.replace("_", " "),
                formula=formula.with_numbers({}).replace("_", " "),
                arithmetic=formula.with_numbers(shown),
                value=value,
                unit=known[name].said(currency, many=value != 1) if known[name].powers else "",
            )
        )
    return steps


def _number(value: float, unit: Unit) -> str:
    """A figure as it stands in the arithmetic: whole from a thousand on, else in four digits."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{text} %" if unit.scale == 0.01 else text


def _notes(offering: Offering, case: Case | None, currency: str) -> list[str]:
    model = offering.business_case
    own = len(case.inputs) if case else 0
    notes = [
        f"{own} of {len(model.inputs)} figures are the customer's own."
        if own
        else "None of the figures is the customer's own yet: this shows the arithmetic, not a promise."
    ]
    if case and case.exchange_rate is not None and currency != model.currency:
        notes.append(f"The other figures were turned from {model.currency} at {case.exchange_rate:g}.")
    notes.append(
        "The range takes every figure to lie between its low and its high, likeliest at the likely value, and "
        "the figures to be independent of each other."
    )
    return notes
