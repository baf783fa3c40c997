"""The charts: what they show is what they were given, readable by eye, by ear and in the dark."""

from __future__ import annotations

import math
import re
import sys
from datetime import date
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from beachhead.documents import charts, drawing, plain_charts
from beachhead.errors import MissingExtra
from beachhead.tables.categories import CATEGORIES

STANDING = {
    **dict(zip(CATEGORIES, (0.02, 0.31, 0.43, 0.18, 0.06), strict=True)),
    "fraction": 0.27,
    "fraction-lo-80": 0.08,
    "fraction-hi-80": 0.66,
}
HISTORY = pl.DataFrame(
    {"ds": [date(y, 12, 31) for y in range(2004, 2009)], "y": [218.8, 387.1, None, 1325.8, 1881.0]}
)
LATER = pl.DataFrame({"ds": [date(2009, 12, 31)], "y": [2023.9]})
FORECAST = pl.DataFrame(
    {"ds": [date(2009, 12, 31), date(2010, 12, 31)]}
    | {
        f"Beachhead{s}": [2000.0 + d, 2100.0 + 2 * d]
        for s, d in {"": 0, "-lo-80": -200, "-hi-80": 200, "-lo-95": -400, "-hi-95": 400}.items()
    }
)
CURVE = pl.DataFrame(
    [
        {"ds": date(y, 12, 31), "fraction": f, "fraction-lo-80": f / 2, "fraction-hi-80": (1 + f) / 2}
        for y in range(2004, 2014)
        for f in [1 / (1 + math.exp(2009 - y))]
    ]
)
WINDOWS = [("a year ago", dict(zip(CATEGORIES, (0.1, 0.4, 0.4, 0.1, 0.0), strict=True)))]
SPECS: dict[str, Any] = {
    "life_cycle": charts.life_cycle(STANDING),
    "adoption": charts.adoption(HISTORY, FORECAST, freq="Y", unit="million USD", later=LATER),
    "progress": charts.progress(CURVE, freq="Y", now=date(2008, 12, 31)),
    "composition": charts.composition(WINDOWS),
    "categories": charts.categories(STANDING),
    "bars": plain_charts.bars(
        "Gaps", [{"label": "R & D <x>", "value": 0.3, "text": "30 %", "low": 0.2, "high": 0.5}]
    ),
    "heat_map": plain_charts.heat_map(
        "Map",
        [
            {"row": "a", "column": "b", "value": 0.7, "text": "70 %"},
            {"row": "a", "column": "c", "value": None, "text": ""},
        ],
    ),
    "radar": plain_charts.radar(
        "Maturity", ["A", "B", "C"], {"now": [0.1, None, 0.5], "planned": [0.5, 0.6, 0.9]}
    ),
}


@pytest.mark.parametrize("name", SPECS)
def test_every_chart_is_a_picture_with_a_title_and_description(name: str) -> None:
    svg = charts.to_svg(SPECS[name])
    root = ElementTree.fromstring(svg)
    title, description = root[0], root[1]
    assert title.tag.endswith("title")
    assert title.text == SPECS[name]["usermeta"]["title"]
    assert description.text
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"
    assert charts.to_png(SPECS[name], scale=1).startswith(b"\x89PNG")
    assert "NaN" not in svg


@pytest.mark.parametrize("name", SPECS)
def test_a_page_can_recolour_every_colour_of_a_chart(name: str) -> None:
    svg = charts.to_inline_svg(SPECS[name])
    painted = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none", "transparent"}
    assert painted
    assert {c for c in painted if not c.startswith("var(--")} == set()


def test_the_same_chart_is_the_same_bytes_and_two_charts_share_no_id() -> None:
    once = charts.to_svg(SPECS["life_cycle"])
    assert once == charts.to_svg(charts.life_cycle(STANDING))
    ids = [
        set(re.findall(r'\bid="([^"]+)"', charts.to_svg(SPECS[name]))) for name in ("life_cycle", "adoption")
    ]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_the_life_cycle_prints_each_probability_and_puts_the_marker_where_the_fraction_is() -> None:
    texts = re.findall(r">([^<>]+)</text>", charts.to_svg(SPECS["life_cycle"]))
    assert {"2 %", "31 %", "43 %", "18 %", "6 %", "you are here", "13.5 %"} <= set(texts)
    half = charts.life_cycle({**STANDING, "fraction": 0.5})
    marker = next(p for p in half["layer"] if p["mark"]["type"] == "point")
    assert marker["data"]["values"] == [{"z": pytest.approx(0.0)}]


@pytest.mark.parametrize("fraction", [0.0, 1e-9, 1.0])
def test_the_life_cycle_bears_the_ends(fraction: float) -> None:
    ends = {f"fraction{s}": fraction for s in ("", "-lo-80", "-hi-80")}
    assert "NaN" not in charts.to_svg(charts.life_cycle({**STANDING, **ends}))


def test_the_fan_opens_from_the_last_figure_known_and_a_gap_is_no_point() -> None:
    bands, dots = SPECS["adoption"]["layer"][0], SPECS["adoption"]["layer"][4]
    assert bands["data"]["values"][0]["lo95"] == 1881.0
    assert [p["i"] for p in dots["data"]["values"]] == [2004, 2005, 2007, 2008]
    assert "2,000 million USD" not in SPECS["adoption"]["description"]
    assert (
        "Expected for 2010: 2,100 million USD, 80 % interval 1,700 to 2,500."
        in SPECS["adoption"]["description"]
    )


def test_a_quarter_is_named_as_one() -> None:
    quarters = [
        date(2008, 3, 31),
        date(2008, 6, 30),
        date(2008, 9, 30),
        date(2008, 12, 31),
        date(2009, 3, 31),
    ]
    history = pl.DataFrame({"ds": quarters, "y": [1.0, 2.0, 3.0, 4.0, 5.0]})
    svg = charts.to_svg(charts.adoption(history, FORECAST.clear(), freq="Q", unit="units"))
    assert "Q1 2008" in svg
    assert "Q1 2009" in svg


def test_a_composition_adds_up() -> None:
    bars = SPECS["composition"]["layer"][0]["data"]["values"]
    assert bars[0]["start"] == 0
    assert bars[-1]["end"] == pytest.approx(1)


def test_what_is_written_on_a_chart_is_escaped() -> None:
    svg = charts.to_svg(SPECS["bars"])
    assert "R &amp; D &lt;x&gt;" in svg
    assert "<x>" not in svg


def test_without_the_extra_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing._converter.cache_clear()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtra, match=r"beachhead\[documents\]"):
        charts.to_svg(SPECS["categories"])


def test_no_two_roles_share_a_light_colour() -> None:
    light = [pair[0] for pair in drawing.COLOURS.values()]
    assert len(set(light)) == len(light)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_texts_contrast_with_what_they_stand_on(dark: bool) -> None:
    """WCAG 2: 4.5 for text (3 for the bold figures on bars)."""
    colour = {role: pair[dark] for role, pair in drawing.COLOURS.items()}
    for role in ("ink", "muted", "here", "expected", "later"):
        assert _contrast(colour[role], colour["paper"]) >= 4.5, role
    for bar, text in {
        "innovators": "on_strong",
        "early_adopters": "on_soft",
        "early_majority": "on_strong",
        "late_majority": "on_soft",
        "laggards": "on_soft",
    }.items():
        assert _contrast(colour[bar], colour[text]) >= 3.0, bar
