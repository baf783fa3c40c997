"""One business case for a page: the question, the answer, the figures, the arithmetic, what moves it most."""

from __future__ import annotations

from typing import Any

from beachhead.documents.case_charts import figure_text, tornado, unit_text
from beachhead.documents.discontinuity_words import figures_words, months, payback_words
from beachhead.documents.html import figure
from beachhead.documents.words import number
from beachhead.practice.business_case import HORIZON, Result, Step


def case_section(result: Result) -> dict[str, Any]:
    """The values that ``report/case.html`` asks for."""
    own = result.inputs.filter("own").height
    moving = result.tornado.filter(result.tornado["swing"] > 0)
    return {
        "name": result.offering.name,
        "question": result.offering.business_case.question,
        "answer": payback_words(result.payback, result.currency),
        "figures_words": figures_words(result),
        "within": result.payback.within,
        "horizon": HORIZON,
        "payback": months(result.payback.likely),
        "own": own,
        "figures": [
            {
                "name": row["name"],
                "unit": unit_text(row["unit"], result.currency),
                "likely": figure_text(row["likely"], row["unit"]),
                "range": ""
                if row["low"] == row["high"]
                else f"{figure_text(row['low'], row['unit'])} to {figure_text(row['high'], row['unit'])}",
                "source": row["source"],
                "own": row["own"],
            }
            for row in result.inputs.iter_rows(named=True)
        ],
        "steps": [
            {
                "name": step.name,
                "formula": step.formula,
                "arithmetic": step.arithmetic,
                "value": step_value(step),
                "alone": step.arithmetic == figure_text(step.value, ""),
            }
            for step in result.steps
        ],
        "tornado": figure(
            tornado(result),
            "Each figure alone at its low and at its high, all others at their likely value; the line is the "
            "payback at the likely figures.",
        )
        if moving.height
        else "",
        "notes": result.notes[1:],
    }


def step_value(step: Step) -> str:
    """``43,200 USD per year``."""
    told = number(step.value) if abs(step.value) >= 1e6 else figure_text(step.value, "")
    return f"{told} {step.unit}".strip()
