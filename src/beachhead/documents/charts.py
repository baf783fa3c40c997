"""The charts of the life cycle, as Vega-Lite specifications (plain dicts).

>>> spec = life_cycle(fit.standing().row(0, named=True))
>>> to_svg(spec), to_png(spec)

Each carries its title in ``usermeta.title`` and what it shows in words in ``description``. Charts that know
nothing of the life cycle (bars, heat map, radar) stand in ``plain_charts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import NormalDist
from typing import Any

import polars as pl

from beachhead.documents.drawing import COLOURS, INK, MUTED, Spec, layer, to_inline_svg, to_png, to_svg
from beachhead.documents.words import (
    capital,
    category_name,
    number,
    percent,
    percent_range,
    period,
    period_index,
)
from beachhead.tables.categories import CATEGORIES, CUTS

__all__ = [
    "adoption",
    "categories",
    "composition",
    "life_cycle",
    "progress",
    "to_inline_svg",
    "to_png",
    "to_svg",
]

WIDTH = 660
_NORMAL = NormalDist()
EDGES = (-3.2, *(_NORMAL.inv_cdf(cut) for cut in CUTS), 3.0)  # standard deviations of the time of adoption
_BORDERS = (0.0, *CUTS, 1.0)
_HERE, _EXPECTED, _LATER = COLOURS["here"][0], COLOURS["expected"][0], COLOURS["later"][0]
_CATEGORY = {
    "field": "category",
    "scale": {"domain": list(CATEGORIES), "range": [COLOURS[c][0] for c in CATEGORIES]},
    "legend": None,
}
_BARE = {"title": None, "domain": False, "ticks": False}


def life_cycle(standing: Mapping[str, Any]) -> Spec:
    """Rogers' curve, each category as strong as the market is likely to stand in it, and "you are here".

    ``standing``: one row of ``Fit.standing()``. The horizontal axis is the time of adoption in standard
    deviations (Rogers 2003 puts the borders at −2, −1, 0, 1; here the exact ones of 2.5, 16, 50 and 84 %).
    """
    low, middle, high = (_place(standing[k]) for k in ("fraction-lo-80", "fraction", "fraction-hi-80"))
    spans = list(zip(CATEGORIES, EDGES, EDGES[1:], strict=False))
    curve = [
        {"z": z, "density": _NORMAL.pdf(z), "category": c, "probability": round(standing[c], 4)}
        for c, left, right in spans
        for z in (left + (right - left) * i / 24 for i in range(25))
    ]
    names = [
        {
            "z": (left + right) / 2,
            "top": max(_NORMAL.pdf(z) for z in (left, (left + right) / 2, right)),
            "likely": percent(standing[c]),
            "name": capital(category_name(c)),
            "share": f"{(_BORDERS[i + 1] - _BORDERS[i]) * 100:.3g} %",
        }
        for i, (c, left, right) in enumerate(spans)
    ]
    x = {"field": "z", "type": "quantitative", "scale": {"domain": [EDGES[0], EDGES[-1]]}, "axis": None}
    height = {"type": "quantitative", "scale": {"domain": [-0.135, 0.45]}, "axis": None}
    density = {**height, "field": "density", "stack": None}
    below = {**height, "datum": -0.028}
    strength = {
        "field": "probability",
        "type": "quantitative",
        "scale": {"domain": [0, 0.6], "range": [0.10, 1], "clamp": True},
        "legend": None,
    }
    inside = high < 1.9  # room for the words to the right of the interval
    words = [{"z": high if inside else low, "words": "you are here"}]
    side = {"align": "left", "dx": 9} if inside else {"align": "right", "dx": -9}

    def label(field: str, y: Spec, **mark: Any) -> Spec:
        return layer(names, "text", {"x": x, "y": y, "text": {"field": field}}, baseline="middle", **mark)

    return {
        "usermeta": {"title": "You are here on the adoption life cycle"},
        "description": "Probability that the market stands in each category: "
        + ", ".join(f"{category_name(c)} {percent(standing[c])}" for c in CATEGORIES)
        + f". Fraction reached: middle estimate {percent(standing['fraction'])}, 80 % interval "
        + f"{percent_range(standing['fraction-lo-80'], standing['fraction-hi-80'])}.",
        "width": WIDTH,
        "height": 230,
        "layer": [
            layer(curve, "area", {"x": x, "y": density, "color": _CATEGORY, "fillOpacity": strength}),
            layer(curve, "line", {"x": x, "y": density}, color=MUTED, strokeWidth=1),
            layer(
                [{"z": z, "density": _NORMAL.pdf(z), "low": 0} for z in EDGES[1:-1]],
                "rule",
                {"x": x, "y": density, "y2": {"field": "low"}},
                color=MUTED,
                strokeWidth=0.8,
                strokeDash=[3, 3],
            ),
            layer(
                [{"z": EDGES[0], "to": EDGES[-1]}],
                "rule",
                {"x": x, "x2": {"field": "to"}, "y": {**height, "datum": 0}},
                color=MUTED,
            ),
            label("likely", {**height, "field": "top"}, dy=-12, fontSize=15, fontWeight=600),
            label("name", {**height, "datum": -0.075}),
            label("share", {**height, "datum": -0.112}, fontSize=11, color=MUTED),
            layer(
                [{"z": low, "to": high}],
                "rule",
                {"x": x, "x2": {"field": "to"}, "y": below},
                color=_HERE,
                strokeWidth=4,
                strokeCap="round",
            ),
            layer(
                [{"z": middle}],
                "point",
                {"x": x, "y": {**height, "datum": -0.023}},
                shape="triangle-up",
                size=150,
                filled=True,
                color=_HERE,
                opacity=1,
            ),
            layer(
                words,
                "text",
                {"x": x, "y": below, "text": {"field": "words"}},
                color=_HERE,
                fontWeight=600,
                baseline="middle",
                **side,
            ),
        ],
    }


def adoption(
    history: pl.DataFrame,
    forecast: pl.DataFrame,
    *,
    freq: str,
    unit: str,
    factor: float = 1.0,
    later: pl.DataFrame | None = None,
    counted: bool = False,
    model: str = "Beachhead",
) -> Spec:
    """What was known (dots), what is expected (line, 80 and 95 % bands), what happened later (diamonds).

    ``history``, ``later``: ``ds, y``; ``forecast``: the rows of ``Fit.forecast(h, level=[80, 95])`` for one
    series; ``factor``: what the figures are multiplied by for show (100 for a share of 1 in percent);
    ``counted``: periods have numbers and no calendar.
    """
    known, happened = _points(history, freq, factor), _points(later, freq, factor)
    sides = {f"{side}{level}": f"{model}-{side}-{level}" for side in ("lo", "hi") for level in (80, 95)}
    fan: list[dict[str, Any]] = [
        {"i": period_index(row["ds"], freq)}
        | {name: row[column] * factor for name, column in ({"mid": model} | sides).items()}
        for row in forecast.iter_rows(named=True)
    ]
    end = fan[-1] if fan else None
    if known and fan:  # the fan opens from the last figure known
        fan = [{"i": known[-1]["i"], **dict.fromkeys(("mid", *sides), known[-1]["y"])}, *fan]
    dates = [*history["ds"], *forecast["ds"], *(later["ds"] if later is not None else ())]
    x = _calendar(dates, freq, counted)
    top = max((p["y"] for p in [*known, *happened]), default=0.0), *(p["hi95"] for p in fan)
    form = "~s" if max(top) >= 1e6 else ",.12~g"
    y = {"type": "quantitative", "axis": {**_BARE, "grid": True, "format": form}}
    at = {"x": x, "y": {**y, "field": "y"}}
    layers = [
        layer(
            fan,
            "area",
            {"x": x, "y": {**y, "field": f"lo{level}"}, "y2": {"field": f"hi{level}"}},
            color=_EXPECTED,
            fillOpacity=opacity,
        )
        for level, opacity in ((95, 0.14), (80, 0.24))
    ]
    layers += [
        layer(fan, "line", {"x": x, "y": {**y, "field": "mid"}}, color=_EXPECTED, strokeWidth=2),
        layer(known, "line", at, color=INK, strokeWidth=1.2),
        layer(known, "point", at, filled=True, color=INK, size=46, opacity=1),
        layer(happened, "point", at, shape="diamond", color=_LATER, size=80, strokeWidth=2, opacity=1),
    ]
    told = f"{len(known)} figures known, the last {number(known[-1]['y'])} {unit}. " if known else ""
    if end:
        told += (
            f"Expected for {period(forecast['ds'][-1], freq, counted)}: {number(end['mid'])} {unit}, "
            f"80 % interval {number(end['lo80'])} to {number(end['hi80'])}."
        )
    return {
        "usermeta": {"title": "What was known and what is expected"},
        "description": told,
        "width": WIDTH - 60,
        "height": 230,
        "layer": layers,
    }


def progress(curve: pl.DataFrame, *, freq: str, now: date, counted: bool = False) -> Spec:
    """The fraction of the eventual total reached over time, with its 80 % band, across the categories.

    ``curve``: the rows of ``Fit.curve()`` for one series; ``now``: the last period known.
    """
    columns = ("fraction", "fraction-lo-80", "fraction-hi-80")
    values = [
        {"i": period_index(ds, freq), "mid": mid, "low": low, "high": high}
        for ds, mid, low, high in curve.select("ds", *columns).iter_rows()
    ]
    spans = list(zip(CATEGORIES, _BORDERS, _BORDERS[1:], strict=False))
    zones = [{"category": c, "low": low, "high": high} for c, low, high in spans]
    names = [{"y": (low + high) / 2, "name": capital(category_name(c))} for c, low, high in spans[1:]]
    x = _calendar(curve["ds"], freq, counted)
    axis = {
        **_BARE,
        "labelExpr": "datum.value * 100 + ' %'",
        "values": [0, 0.25, 0.5, 0.75, 1],
        "grid": False,
    }
    y = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}
    low, high = {**y, "field": "low"}, {"field": "high"}
    return {
        "usermeta": {"title": "Fraction of the eventual total reached"},
        "description": "The fraction reached over time, with its 80 % band, across the adopter categories.",
        "width": WIDTH - 140,
        "height": 230,
        "layer": [
            layer(zones, "rect", {"y": low, "y2": high, "color": _CATEGORY}, fillOpacity=0.16),
            layer(
                names,
                "text",
                {"x": {"value": "width"}, "y": {**y, "field": "y"}, "text": {"field": "name"}},
                align="left",
                dx=8,
                color=MUTED,
                fontSize=11,
            ),
            layer(values, "area", {"x": x, "y": low, "y2": high}, color=_EXPECTED, fillOpacity=0.25),
            layer(values, "line", {"x": x, "y": {**y, "field": "mid"}}, color=_EXPECTED, strokeWidth=2),
            layer([{"i": period_index(now, freq)}], "rule", {"x": x}, color=_HERE, strokeWidth=1.5),
        ],
    }


def composition(windows: Sequence[tuple[str, Mapping[str, float]]]) -> Spec:
    """Who buys: a stacked bar per window, innovators to laggards. ``windows``: label and shares (sum 1)."""
    values = []
    for label, shares in windows:
        start = 0.0
        for c in CATEGORIES:
            end = start + shares[c]
            text = percent(shares[c]) if shares[c] >= 0.07 else ""
            values.append({"window": label, "category": c, "start": start, "end": end, "text": text})
            start = end
    y = {
        "field": "window",
        "type": "nominal",
        "sort": [label for label, _ in windows],
        "axis": {**_BARE, "labelColor": INK, "labelFontSize": 13, "labelLimit": 220, "labelPadding": 8},
        "scale": {"paddingInner": 0.28, "paddingOuter": 0.05},
    }
    x = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": None, "field": "start"}
    names = ",".join(f"'{c}':'{capital(category_name(c))}'" for c in CATEGORIES)
    legend = {
        "orient": "top",
        "symbolType": "square",
        "labelExpr": f"({{{names}}})[datum.label]",
        "columnPadding": 14,
    }
    bar = {"y": y, "x": x, "x2": {"field": "end"}, "color": {**_CATEGORY, "legend": legend}}
    dark = "datum.category == 'early_majority' || datum.category == 'innovators'"
    on_bar = {
        "condition": {"test": dark, "value": COLOURS["on_strong"][0]},
        "value": COLOURS["on_soft"][0],
    }
    middle = {**x, "field": "middle"}
    return {
        "usermeta": {"title": "Who buys"},
        "description": " ".join(
            f"{label}: " + ", ".join(f"{category_name(c)} {percent(shares[c])}" for c in CATEGORIES) + "."
            for label, shares in windows
        ),
        "width": WIDTH - 130,
        "height": {"step": 46},
        "layer": [
            layer(values, "bar", bar, stroke=COLOURS["paper"][0], strokeWidth=1),
            {
                **layer(
                    values,
                    "text",
                    {"y": y, "x": middle, "text": {"field": "text"}, "color": on_bar},
                    baseline="middle",
                    fontWeight=600,
                ),
                "transform": [{"calculate": "(datum.start + datum.end) / 2", "as": "middle"}],
            },
        ],
    }


def categories(standing: Mapping[str, Any]) -> Spec:
    """The probability of each category as bars: the standing where there is no room for the life cycle."""
    rows = [
        {
            "category": c,
            "name": capital(category_name(c)),
            "probability": standing[c],
            "text": percent(standing[c]),
        }
        for c in CATEGORIES
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {**_BARE, "labelColor": INK, "labelPadding": 8},
    }
    x = {"field": "probability", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": None}
    return {
        "usermeta": {"title": "Where it stands"},
        "description": "Probability of each category: "
        + ", ".join(f"{r['name']} {r['text']}" for r in rows)
        + ".",
        "width": 320,
        "height": {"step": 26},
        "layer": [
            layer(rows, "bar", {"y": y, "x": x, "color": _CATEGORY}, height=16),
            layer(
                rows,
                "text",
                {"y": y, "x": x, "text": {"field": "text"}},
                align="left",
                dx=6,
                fontWeight=600,
            ),
        ],
    }


def _points(frame: pl.DataFrame | None, freq: str, factor: float) -> list[dict[str, Any]]:
    if frame is None:
        return []
    known = frame.drop_nulls("y").sort("ds").select("ds", "y")
    return [{"i": period_index(ds, freq), "y": y * factor} for ds, y in known.iter_rows()]


def _calendar(dates: Iterable[date], freq: str, counted: bool) -> Spec:
    """A time axis on period numbers: a year's figure stands above its year's name, not at New Year."""
    names = {period_index(ds, freq): period(ds, freq, counted) for ds in dates}
    first, last = min(names), max(names)
    per_year = {"Y": 1, "Q": 4, "M": 12, "W": 1}[freq]
    labelled = sorted(i for i in names if i % per_year == 0) or sorted(names)
    every = -(-len(labelled) // (5 if freq == "W" else 10))
    labelled = labelled[::-1][::every]
    texts = ",".join(f"'{i}':'{names[i]}'" for i in labelled)
    return {
        "field": "i",
        "type": "quantitative",
        "scale": {"domain": [first - 0.35, last + 0.35], "nice": False},
        "axis": {
            "title": None,
            "grid": False,
            "values": labelled,
            "labelExpr": f"({{{texts}}})[datum.value]",
            "labelPadding": 6,
        },
    }


def _place(fraction: float) -> float:
    """Where a fraction lies on the axis, in standard deviations, kept inside the picture."""
    z = _NORMAL.inv_cdf(min(max(fraction, 1e-6), 1 - 1e-6))
    return min(max(z, EDGES[0] + 0.05), EDGES[-1] - 0.05)
