"""Charts that know nothing of the life cycle, for any page or document: bars, heat map, radar."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from beachhead.documents.drawing import COLOURS, INK, RULE, Spec

_BAR, _HERE = COLOURS["expected"][0], COLOURS["here"][0]
_SERIES = tuple(COLOURS[role][0] for role in ("expected", "here", "later", "early_adopters", "muted"))
_NO_LINES = {"title": None, "domain": False, "ticks": False, "labelColor": INK, "labelPadding": 8}


def bars(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    highest: float | None = None,
    width: int = 420,
) -> Spec:
    """Horizontal bars in the order given. ``rows``: ``label``, ``value``, ``text`` (printed at the bar), and
    optionally ``low`` and ``high`` (an interval) and ``colour`` (a role of ``drawing.COLOURS``)."""
    values = [{**row, "fill": COLOURS[row.get("colour", "expected")][0]} for row in rows]
    top = (
        highest
        if highest is not None
        else max((row.get("high") or row["value"] for row in rows), default=1) or 1
    )
    y = {"field": "label", "type": "nominal", "sort": None, "axis": {**_NO_LINES, "labelLimit": 260}}
    scale = {"domain": [min(0, *(row["value"] for row in rows), 0), top], "nice": False}
    x = {"field": "value", "type": "quantitative", "scale": scale, "axis": None}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": {"band": 0.62}},
            "encoding": {"y": y, "x": x, "color": {"field": "fill", "scale": None}},
        },
        {
            "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
            "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
        },
        {
            "transform": [{"calculate": "isValid(datum.high) ? datum.high : datum.value", "as": "end"}],
            "mark": {"type": "text", "align": "left", "dx": 7, "fontWeight": 600},
            "encoding": {"y": y, "x": {**x, "field": "end"}, "text": {"field": "text"}},
        },
    ]
    return {
        "usermeta": {"title": title},
        "description": "; ".join(f"{row['label']}: {row['text']}" for row in rows),
        "width": width,
        "height": {"step": 26},
        "data": {"values": values},
        "layer": layers,
    }


def heat_map(
    title: str,
    cells: Sequence[Mapping[str, Any]],
    *,
    highest: float = 1.0,
    colour: str = "expected",
    step: tuple[int, int] = (64, 30),
) -> Spec:
    """A grid whose cells are the stronger the higher their value.

    ``cells``: ``row``, ``column``, ``value`` (null: an empty cell), ``text`` (printed in it); rows and
    columns stand in the order in which they first occur.
    """
    values = [dict(cell) for cell in cells]
    y = {
        "field": "row",
        "type": "nominal",
        "sort": _order(cells, "row"),
        "axis": {**_NO_LINES, "labelLimit": 300},
    }
    x = {
        "field": "column",
        "type": "nominal",
        "sort": _order(cells, "column"),
        "axis": {**_NO_LINES, "orient": "top", "labelAngle": -35 if step[0] < 90 else 0, "labelLimit": 200},
    }
    strength = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, highest], "range": [0.06, 0.95], "clamp": True},
    }
    strong = f"isValid(datum.value) && datum.value > {highest * 0.55}"
    return {
        "usermeta": {"title": title},
        "description": "; ".join(f"{c['row']}, {c['column']}: {c['text']}" for c in cells if c.get("text"))[
            :2000
        ],
        "width": {"step": step[0]},
        "height": {"step": step[1]},
        "data": {"values": values},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "rect", "fill": None, "stroke": RULE, "strokeWidth": 0.5}},
            {
                "transform": [{"filter": "isValid(datum.value)"}],
                "mark": {"type": "rect", "fill": COLOURS[colour][0], "stroke": COLOURS["paper"][0]},
                "encoding": {"fillOpacity": {**strength, "legend": None}},
            },
            {
                "mark": {"type": "text", "fontSize": 11, "baseline": "middle"},
                "encoding": {
                    "text": {"field": "text"},
                    "color": {"condition": {"test": strong, "value": COLOURS["on_strong"][0]}, "value": INK},
                },
            },
        ],
    }


def radar(
    title: str,
    axes: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    highest: float = 1.0,
    rings: int = 4,
    size: int = 300,
) -> Spec:
    """A radar of values between 0 and ``highest``, one outline per series (at most five).

    An axis without a value (null) is left out of its series' outline.
    """
    angles = [math.pi / 2 - 2 * math.pi * i / len(axes) for i in range(len(axes))]

    def at(angle: float, radius: float) -> dict[str, float]:
        return {"x": round(radius * math.cos(angle), 4), "y": round(radius * math.sin(angle), 4)}

    around = [*range(len(axes)), 0]
    grid = [
        {**at(angles[k], ring / rings), "ring": ring, "order": i}
        for ring in range(1, rings + 1)
        for i, k in enumerate(around)
    ]
    spokes = [{"x": 0, "y": 0, "x1": at(a, 1)["x"], "y1": at(a, 1)["y"]} for a in angles]
    shapes = [
        {**at(angles[k], value / highest), "series": name, "order": i}
        for name, values in series.items()
        for i, k in enumerate(around)
        if (value := values[k]) is not None
    ]
    names = [
        {
            **at(a, 1.1),
            "name": name,
            "side": "center" if abs(math.cos(a)) < 0.2 else "left" if math.cos(a) > 0 else "right",
        }
        for a, name in zip(angles, axes, strict=True)
    ]
    scale = {"domain": [-1.2, 1.2], "nice": False}
    x = {"field": "x", "type": "quantitative", "scale": scale, "axis": None}
    y = {"field": "y", "type": "quantitative", "scale": scale, "axis": None}
    legend = {"orient": "bottom", "symbolType": "stroke", "symbolStrokeWidth": 3} if len(series) > 1 else None
    colour = {
        "field": "series",
        "sort": None,
        "scale": {"domain": list(series), "range": list(_SERIES[: len(series)])},
        "legend": legend,
    }
    outline = {"type": "line", "interpolate": "linear"}
    return {
        "usermeta": {"title": title},
        "description": ". ".join(
            f"{name}: "
            + ", ".join(
                f"{a} {'unknown' if v is None else f'{v:.2g}'}" for a, v in zip(axes, values, strict=True)
            )
            for name, values in series.items()
        ),
        "width": size,
        "height": size,
        "layer": [
            {
                "data": {"values": grid},
                "mark": {**outline, "color": RULE, "strokeWidth": 1},
                "encoding": {"x": x, "y": y, "detail": {"field": "ring"}, "order": {"field": "order"}},
            },
            {
                "data": {"values": spokes},
                "mark": {"type": "rule", "color": RULE},
                "encoding": {"x": x, "y": y, "x2": {"field": "x1"}, "y2": {"field": "y1"}},
            },
            {
                "data": {"values": shapes},
                "mark": {**outline, "strokeWidth": 2.2, "point": {"size": 36, "filled": True}},
                "encoding": {"x": x, "y": y, "color": colour, "order": {"field": "order"}},
            },
            *(
                {
                    "data": {"values": [n for n in names if n["side"] == side]},
                    "mark": {"type": "text", "align": side, "baseline": "middle", "color": INK},
                    "encoding": {"x": x, "y": y, "text": {"field": "name"}},
                }
                for side in ("left", "center", "right")
            ),
        ],
    }


def _order(cells: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    return list(dict.fromkeys(cell[key] for cell in cells))
