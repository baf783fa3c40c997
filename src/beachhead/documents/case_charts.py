"""Charts of business cases: paybacks side by side, and what moves one most."""

from __future__ import annotations

import math
from collections.abc import Sequence

from beachhead.documents.discontinuity_words import months
from beachhead.documents.drawing import COLOURS, INK, MUTED, Spec, layer
from beachhead.documents.plain_charts import bars
from beachhead.practice.business_case import HORIZON, Result
from beachhead.practice.units import MONEY

LONGEST = 84.0
"""Months beyond which a bar is cut off: seven years, longer than anybody waits (judgement)."""
SHOWN = 8
_LOW, _HIGH = COLOURS["later"][0], COLOURS["here"][0]


def paybacks(results: Sequence[Result]) -> Spec:
    """The likely payback of each business case with its 80 % interval, in months."""
    rows = [
        {
            "label": result.offering.name,
            "value": min(result.payback.likely, LONGEST),
            "low": min(result.payback.lo, LONGEST),
            "high": min(result.payback.hi, LONGEST),
            "text": months(result.payback.likely),
            "colour": "expected" if result.payback.likely <= HORIZON else "laggards",
        }
        for result in results
    ]
    longest = max((min(result.payback.hi, LONGEST) for result in results), default=1.0)
    return bars("Months until it has paid back", rows, highest=longest * 1.12)


def tornado(result: Result) -> Spec:
    """What moves the payback most: each figure alone at its low and at its high, all others likely."""
    centre = min(result.payback.likely, LONGEST)
    rows = []
    for row in result.tornado.head(SHOWN).iter_rows(named=True):
        if not row["swing"]:
            continue
        ends = [
            (row["payback-low"], row["low"], "low"),
            (row["payback-high"], row["high"], "high"),
        ]
        for payback, figure, side in ends:
            at = LONGEST if math.isinf(payback) else min(payback, LONGEST)
            shorter = at <= centre
            rows.append(
                {
                    "label": row["name"],
                    "start": centre,
                    "end": at,
                    "text": f"{figure_text(figure, row['unit'])}: {months(payback)}",
                    "fill": _LOW if shorter else _HIGH,
                    "align": "right" if shorter else "left",
                    "side": side,
                }
            )
    values = [float(r["end"]) for r in rows] or [centre]
    spread = max(max(values) - min(values), 1.0)
    domain = [min(values) - 0.55 * spread, max(values) + 0.55 * spread]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": None,
        "axis": {
            "title": None,
            "domain": False,
            "ticks": False,
            "labelColor": INK,
            "labelLimit": 265,
            "labelPadding": 8,
        },
    }
    x = {
        "field": "start",
        "type": "quantitative",
        "scale": {"domain": domain, "nice": False},
        "axis": None,
    }
    return {
        "usermeta": {"title": "What moves the payback most"},
        "description": "; ".join(f"{r['label']}, {r['text']}" for r in rows),
        "width": 360,
        "height": {"step": 30},
        "layer": [
            layer(
                rows,
                "bar",
                {"y": y, "x": x, "x2": {"field": "end"}, "color": {"field": "fill", "scale": None}},
                height={"band": 0.62},
            ),
            *(
                layer(
                    [r for r in rows if r["align"] == side],
                    "text",
                    {"y": y, "x": {**x, "field": "end"}, "text": {"field": "text"}},
                    align=side,
                    dx=-6 if side == "right" else 6,
                    fontSize=11,
                )
                for side in ("left", "right")
            ),
            layer([{"at": centre}], "rule", {"x": {**x, "field": "at"}}, color=MUTED, strokeWidth=1),
        ],
    }


def figure_text(value: float, unit: str) -> str:
    """A figure of the customer's or of ours: ``25 %``, ``1,200``."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{text} %" if unit.strip().startswith("%") else text


def unit_text(unit: str, currency: str) -> str:
    """A unit as people read it: ``money per server*hour`` → ``USD per server and hour``."""
    return unit.replace(MONEY, currency).replace("*", " and ")
