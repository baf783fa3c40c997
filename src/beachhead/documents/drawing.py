"""From a Vega-Lite specification to a picture: colours by role, the shipped font, a title for screen readers.

A specification names colours by what they stand for (``COLOURS``). ``to_svg`` and ``to_png`` give those of a
white page; ``to_inline_svg`` makes each a CSS variable, so that a page can show one chart light and dark.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from beachhead.errors import MissingExtra
from beachhead.tables.signs import printable, printable_values

Spec = dict[str, Any]

COLOURS = {  # role: (on a light page, on a dark page)
    "ink": ("#1d2733", "#e8ebef"),
    "muted": ("#5d6875", "#a3adb9"),
    "rule": ("#d3d9e0", "#3a4350"),
    "paper": ("#fffffe", "#14191f"),
    "here": ("#b3263a", "#ff7d8a"),
    "expected": ("#2a6496", "#79b4e3"),
    "later": ("#2b7a4b", "#6fcf97"),
    "innovators": ("#b46a12", "#e0a04a"),
    "early_adopters": ("#dd9a33", "#b87a1f"),
    "early_majority": ("#2f6fa6", "#5b9bd0"),
    "late_majority": ("#7fa9cb", "#3e6f99"),
    "laggards": ("#a9b2bc", "#66707c"),
    "on_strong": ("#fffffd", "#0d1116"),
    "on_soft": ("#1d2732", "#f1f3f6"),
}
"""Warm before the chasm, blue after it. No two roles share a light colour: it tells them apart."""

INK, MUTED, RULE = COLOURS["ink"][0], COLOURS["muted"][0], COLOURS["rule"][0]

_CONFIG = {
    "background": "transparent",
    "font": "Inter",
    "aria": False,  # the picture has one title and description; its numbers stand in a table beside it
    "view": {"stroke": None},
    "axis": {
        "domainColor": RULE,
        "tickColor": RULE,
        "gridColor": RULE,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {"labelColor": INK, "labelFontSize": 12, "title": None},
    "text": {"fontSize": 12, "color": INK},
}


def layer(values: Any, kind: str, encoding: Spec, **mark: Any) -> Spec:
    """One layer of a specification: a mark of ``kind`` over a list of records."""
    return {"data": {"values": values}, "mark": {"type": kind, **mark}, "encoding": encoding}


def to_svg(spec: Spec) -> str:
    """The chart as an SVG text, in the colours of a light page. Needs the extra ``documents``."""
    svg = _converter().vegalite_to_svg(_ready(spec))
    svg = _unique_ids(_named(svg, spec))
    return svg.replace('font-family="Inter"', 'font-family="Inter, system-ui, sans-serif"')


def to_png(spec: Spec, scale: float = 2.0) -> bytes:
    """The chart as a PNG on white, ``scale`` pixels per point. Needs the extra ``documents``."""
    return _converter().vegalite_to_png(_ready({**spec, "background": "white"}), scale=scale)


def to_inline_svg(spec: Spec) -> str:
    """The chart as an SVG for an HTML page: in its colours (``css_colours``), no wider than its column."""
    svg = to_svg(spec)
    for role, (light, _) in COLOURS.items():
        svg = svg.replace(f'"{light}"', f'"var({css_name(role)},{light})"')
    return re.sub(
        r"<svg ([^>]*?)width=\"(\d+)[^\"]*\" height=\"[^\"]*\"",
        r'<svg \1style="max-width:\2px"',
        svg,
        count=1,
    )


def css_name(role: str) -> str:
    """The CSS variable of a colour's role: ``early_majority`` → ``--early-majority``."""
    return f"--{role.replace('_', '-')}"


def css_colours(dark: bool = False) -> str:
    """The declarations ``--ink:#1d2733;…`` that ``to_inline_svg`` refers to."""
    return "".join(f"{css_name(role)}:{pair[dark]};" for role, pair in COLOURS.items())


def _ready(spec: Spec) -> Spec:
    # A control character in a text ends the drawing engine, and the process with it.
    return printable_values(
        {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            **spec,
            "config": {**_CONFIG, **spec.get("config", {})},
        }
    )


@cache
def _converter() -> Any:
    try:
        import fontpkg_inter
        import vl_convert
    except ImportError as absent:
        raise MissingExtra("drawing charts", "documents") from absent
    vl_convert.register_font_directory(str(Path(fontpkg_inter.ROOT) / "files"))
    return vl_convert


def _named(svg: str, spec: Spec) -> str:
    """Put the specification's title and description where a screen reader looks for them."""
    usermeta = spec.get("usermeta", {})
    title, description = usermeta.get("title", ""), spec.get("description", "")
    if not title:
        return svg
    head = f'<title id="title0">{escape(printable(title))}</title>'
    head += f'<desc id="desc0">{escape(printable(description))}</desc>'
    opening = '<svg role="img" aria-labelledby="title0 desc0" '
    return re.sub(r"<svg ([^>]*)>", lambda found: f"{opening}{found[1]}>{head}", svg, count=1)


def _unique_ids(svg: str) -> str:
    """Ids that stay apart when several charts stand in one page, and are the same on every run."""
    mark = "c" + hashlib.sha256(svg.encode()).hexdigest()[:8]
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{mark}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{mark}-\1)", svg)
    return svg.replace('aria-labelledby="title0 desc0"', f'aria-labelledby="{mark}-title0 {mark}-desc0"')
