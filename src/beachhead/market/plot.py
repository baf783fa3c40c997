"""One series as a Vega-Lite specification: its record and the forecast fan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from .fit import Fit

HORIZON = 5


def adoption_chart(fit: Fit, unique_id: str) -> dict[str, Any]:
    """Vega-Lite 5 specification with its data inside. Dates are ISO texts; y is in the unit and kind that came in."""
    mine = pl.col("unique_id").cast(pl.String) == str(unique_id)
    record = fit.adoption.in_user_form(fit.adoption.frame.filter(mine)).drop_nulls("y")
    fan = fit.forecast(HORIZON, level=[80]).filter(mine)
    seen = [{"ds": str(d), "y": y} for d, y in zip(record["ds"], record["y"], strict=True)]
    ahead = [
        {"ds": str(d), "y": mid, "low": low, "high": high}
        for d, mid, low, high in fan.select(
            "ds", "Beachhead", "Beachhead-lo-80", "Beachhead-hi-80"
        ).iter_rows()
    ]
    ordinal = not record.schema["ds"].is_temporal()
    x = {"field": "ds", "type": "ordinal" if ordinal else "temporal", "title": None}
    y = {"type": "quantitative", "title": unique_id}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
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
