"""The courses of a release side by side, as charts."""

from __future__ import annotations

from beachhead.documents.drawing import COLOURS, INK, RULE, Spec
from beachhead.documents.gate_words import NAMES, rounded, span
from beachhead.documents.plain_charts import bars
from beachhead.documents.words import category_name
from beachhead.practice.gate import Gate
from beachhead.practice.gate_courses import COURSES
from beachhead.tables.categories import CATEGORIES

SHORT = {"early": "Early access", "limited": "Limited", "now": "General now", "later": "General later"}


def adopters_chart(found: Gate) -> Spec:
    """Customers on the release by quarter and category, one panel per course."""
    values, ends = [], []
    for name in COURSES:
        course = found.courses[name]
        for q, by in enumerate(course.by_category):
            start = 0.0
            for k, category in enumerate(CATEGORIES):
                end = start + float(by[k])
                values.append(
                    {
                        "course": SHORT[name],
                        "quarter": f"Q{q + 1}",
                        "category": category,
                        "start": start,
                        "end": end,
                    }
                )
                start = end
            whole = course.by_quarter[q]
            ends.append({"course": SHORT[name], "quarter": f"Q{q + 1}", "low": whole.low, "high": whole.high})
    x = {
        "field": "quarter",
        "type": "nominal",
        "axis": {"title": None, "labelAngle": 0, "ticks": False, "domainColor": RULE},
    }
    y = {"field": "start", "type": "quantitative", "axis": {"title": None, "tickCount": 4, "domain": False}}
    colour = {
        "field": "category",
        "type": "nominal",
        "scale": {"domain": list(CATEGORIES), "range": [COLOURS[c][0] for c in CATEGORIES]},
        "legend": None,
    }
    layers = [
        {
            "transform": [{"filter": "isValid(datum.category)"}],
            "mark": {"type": "bar", "width": {"band": 0.72}},
            "encoding": {"x": x, "y": y, "y2": {"field": "end"}, "color": colour},
        },
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.3},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
    ]
    header = {"title": None, "labelFontSize": 12, "labelFontWeight": 600, "labelColor": INK}
    facet = {"field": "course", "type": "nominal", "sort": [SHORT[n] for n in COURSES], "header": header}
    told = "; ".join(
        f"{NAMES[n]}: " + ", ".join(rounded(one.mean) for one in found.courses[n].by_quarter) for n in COURSES
    )
    return {
        "usermeta": {"title": "Customers on the release by quarter"},
        "description": f"{told}. Categories: {', '.join(category_name(c) for c in CATEGORIES)}.",
        "data": {"values": [*values, *ends]},
        "facet": {"column": facet},
        "spacing": 16,
        "spec": {"width": 138, "height": 210, "layer": layers},
    }


def incidents_chart(found: Gate) -> Spec | None:
    """Unforgiven incidents at careful customers by course; None where no defects are known."""
    rows = []
    for name in COURSES:
        one = found.courses[name].incidents
        if one is None:
            return None
        colour = "here" if name == found.verdict.course else "expected"
        rows.append(
            {
                "label": NAMES[name],
                "value": one.mean,
                "low": one.low,
                "high": one.high,
                "text": span(one),
                "colour": colour,
            }
        )
    return bars("Incidents that are not forgiven", rows, width=300)
