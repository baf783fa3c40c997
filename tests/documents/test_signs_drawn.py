"""Steering signs in texts end no drawing engine and reach no document."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from beachhead.documents.drawing import layer, to_png, to_svg
from beachhead.documents.html import render
from beachhead.documents.typesetting import Typesetter

ODD = "Shared\x0bstorage\x00\x1b[31m\x7f\ufffe"


def test_a_chart_with_odd_texts_is_drawn() -> None:
    encoding = {"x": {"field": "name", "title": ODD}, "y": {"field": "y", "type": "quantitative"}}
    spec = {**layer([{"name": ODD, "y": 1}], "bar", encoding), "usermeta": {"title": ODD}, "description": ODD}
    svg = to_svg(spec)
    assert "Shared storage[31m" in svg
    assert not set(svg) & set("\x0b\x00\x1b\x7f\ufffe")
    assert to_png(spec).startswith(b"\x89PNG")


def test_a_page_has_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>{{ title }}</p>")
    html = str(render("page.html", tmp_path, title=ODD))
    assert not set(html) & set("\x0b\x00\x1b\x7f\ufffe")


def test_typesetting_is_given_none_of_them() -> None:
    with Typesetter("battlecard") as sets:
        given = sets._inputs({"name": ODD, "list": [{ODD: (ODD,)}]}, dt.date(2009, 2, 28), ODD)
    assert "\\u000b" not in given["data"]
    assert "\\u001b" not in given["data"]
    assert "Shared storage[31m" in given["data"]
