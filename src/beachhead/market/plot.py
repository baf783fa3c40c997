"""Series as Vega-Lite specifications: the record of each, its gaps shown, and the forecast fan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from .fit import Fit

HORIZON = 5


def adoption_chart(fit: Fit, ids: Sequence[str]) -> dict[str, Any]:
    """Vega-Lite 5 specification of one series, or of several one below the other, with its data inside.

    Dates are ISO texts; y is in the unit and kind that came in, null in a period without a figure.
    """
    texts = [str(i) for i in ids]
    mine = pl.col("unique_id").cast(pl.String)
    record = fit.adoption.in_user_form(fit.adoption.frame.filter(mine.is_in(texts)))
    fan = fit.forecast(HORIZON, level=[80]).filter(mine.is_in(texts))
    charts = [_one(text, record.filter(mine == text), fan.filter(mine == text)) for text in texts]
    schema = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json"}
    return {**schema, **charts[0]} if len(charts) == 1 else {**schema, "vconcat": charts}


def _one(name: str, record: pl.DataFrame, fan: pl.DataFrame) -> dict[str, Any]:
    seen = [{"ds": str(d), "y": y} for d, y in zip(record["ds"], record["y"], strict=True)]
    ahead = [
        {"ds": str(d), "y": mid, "low": low, "high": high}
        for d, mid, low, high in fan.select(
            "ds", "Beachhead", "Beachhead-lo-80", "Beachhead-hi-80"
        ).iter_rows()
    ]
    ordinal = not record.schema["ds"].is_temporal()
    x = {"field": "ds", "type": "ordinal" if ordinal else "temporal", "title": None}
    y = {"type": "quantitative", "title": name}
    return {
        "width": 560,
        "height": 300,
        "layer": [
            {
                "data": {"values": ahead},
                "mark": {"type": "area", "opacity": 0.25},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "data": {"values": ahead},
                "mark": {"type": "line", "strokeDash": [4, 3]},
                "encoding": {"x": x, "y": {**y, "field": "y"}},
            },
            {
                "data": {"values": seen},
                "mark": {"type": "line", "point": True},
                "encoding": {"x": x, "y": {**y, "field": "y"}},
            },
        ],
    }
