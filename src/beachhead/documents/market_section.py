"""One market's section of the report: the paragraph, the figures, what would decide it, the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from markupsafe import Markup

from beachhead.documents import charts
from beachhead.documents.answers import Answer
from beachhead.documents.html import figure
from beachhead.documents.what_if import Stated
from beachhead.documents.words import (
    capital,
    market_paragraph,
    percent,
    percent_range,
    place,
)

KINDS = {"flow": "per period", "stock": "in all", "share": "(share of a population)"}
Table = tuple[list[str], list[list[str]]]


def section(answer: Answer, reading: str, stated: Sequence[Stated], used: Table | None) -> dict[str, Any]:
    """What the template shows of one market.

    ``reading``: a sentence of the workspace's own on what the series counts; ``used``: headings and rows of the
    figures behind it.
    """
    paragraph = market_paragraph(answer)
    return {
        "name": answer.name,
        "what": _what(answer),
        "reading": reading,
        "first": paragraph[0],
        "paragraph": " ".join(paragraph[1:]),
        "figures": _figures(answer),
        "progress": _progress(answer),
        "level": _level(answer),
        "borders": [
            {
                "potential": answer.figures(low, high) if isfinite(high) else f"above {answer.figure(low)}",
                "category": category,
                "probability": percent(answer.standing[category]) if answer.placed else "",
            }
            for category, low, high in answer.borders()
        ],
        "what_if": _what_if(answer, stated),
        "parameters": _parameters(answer),
        "evidence": answer.evidence,
        "notes": answer.notes,
        "used": used,
    }


def standing_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row of a table of standings shows."""
    return {
        "shares": row,
        "reached": percent_range(row["fraction-lo-80"], row["fraction-hi-80"]),
        "place": place(row),
    }


def placed_cells(answer: Answer) -> dict[str, Any]:
    """``standing_cells`` of an answer; blank, with the reason, where nothing places it."""
    if answer.placed:
        return standing_cells(answer.standing)
    least = f"at least {percent(answer.last[1] / answer.scale)}" if answer.kind == "share" else ""
    return {"shares": None, "reached": least, "place": "open: one figure, and no potential stated"}


def _what(answer: Answer) -> str:
    first, last = (answer.when(answer.history["ds"][i]) for i in (0, -1))
    known = answer.history.drop_nulls("y").height
    count = f"{known} figures, {first} to {last}" if known > 1 else f"one figure, {first}"
    return f"{capital(answer.measure or 'Figures')} {KINDS[answer.kind]}; {count}."


def _figures(answer: Answer) -> list[Markup]:
    if not answer.placed:
        return []
    drawn = [
        figure(
            charts.life_cycle(answer.standing),
            "Each category is drawn the stronger the likelier the market stands in it; the figures are those "
            "probabilities. The red bar is the 80 % interval of the fraction reached, the triangle its middle.",
        )
    ]
    if answer.single:
        return drawn
    fan = charts.adoption(
        answer.history,
        answer.forecast,
        freq=answer.freq,
        unit=answer.measure,
        factor=answer.factor,
        counted=answer.counted,
    )
    told = f"{capital(answer.measure or 'Figures')}. Forecast: middle estimate with 80 % and 95 % intervals."
    drawn.append(figure(fan, told, [("ink", "known on the day"), ("expected", "forecast")]))
    if answer.buyers:
        bars = charts.composition([(_window(answer, name, row), row) for name, row in answer.buyers.items()])
        drawn.append(figure(bars, "Those who adopt in each window, over all positions that fit the figures."))
    return drawn


def _window(answer: Answer, name: str, row: Mapping[str, Any]) -> str:
    """``next year (2009)``, or ``next year (to Sep 2009)`` where it is no calendar year."""
    if answer.counted:
        return name
    end = row["end"]
    return f"{name} ({end.year})" if (end.month, end.day) == (12, 31) else f"{name} (to {end:%b %Y})"


def _progress(answer: Answer) -> Markup | str:
    if answer.single:
        return ""
    return figure(
        charts.progress(answer.curve, freq=answer.freq, now=answer.last[0], counted=answer.counted),
        "Fraction of the eventual total reached: middle estimate, 80 % band. Red: the last figure known.",
    )


def _level(answer: Answer) -> str:
    if answer.kind == "flow":
        return f"So far: about {answer.figure(answer.level)}, what came before the first figure estimated."
    return f"So far: {answer.figure(answer.level)}."


def _what_if(answer: Answer, stated: Sequence[Stated]) -> list[dict[str, Any]]:
    """The standing as it is, then under each range that is tried; empty where nothing is tried."""
    if not stated:
        return []
    as_is = f"{answer.figures(*answer.stated)}, as stated" if answer.stated else "nothing stated"
    return [
        {"stated": as_is, "because": "", **placed_cells(answer)},
        *(
            {"stated": answer.figures(s.low, s.high), "because": s.because, **standing_cells(s.standing)}
            for s in stated
        ),
    ]


def _parameters(answer: Answer) -> list[tuple[str, str]]:
    """The posterior's summaries in words: name and value."""
    if not answer.placed:
        return []
    p, standing = answer.parameters, answer.standing
    reached = percent_range(standing["fraction-lo-80"], standing["fraction-hi-80"])
    rows = [
        ("Market potential", f"{answer.figure(p['m'])} (80 %: {answer.figures(p['m-lo-80'], p['m-hi-80'])})"),
        ("Fraction reached", f"{percent(standing['fraction'])} (80 %: {reached})"),
    ]
    if answer.single:
        return rows
    peak = [p[f"peak{side}"] for side in ("", "-lo-80", "-hi-80")]
    said = [answer.when(day) if answer.counted else str(day.year) for day in peak]
    rows.append(("Greatest adoption", f"{said[0]} (80 %: {said[1]} to {said[2]})"))
    rows.append(
        ("Speed per year", f"{p['speed']:.2f} (80 %: {p['speed-lo-80']:.2f} to {p['speed-hi-80']:.2f})")
    )
    for name, meaning in (("p", "Innovation"), ("q", "Imitation")):
        if p[name] is not None:
            low, high = p[f"{name}-lo-80"], p[f"{name}-hi-80"]
            rows.append((f"{meaning} ({name})", f"{p[name]:.3g} per year (80 %: {low:.3g} to {high:.3g})"))
    if standing["past_peak"] >= 0.05:
        rows.append(("Past its peak", f"probability {percent(standing['past_peak'])}"))
    return rows
