"""The accounts of a territory on the life cycle, and its whitespace, as charts."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import polars as pl

from beachhead.documents.charts import EDGES, WIDTH
from beachhead.documents.drawing import COLOURS, MUTED, Spec, layer
from beachhead.documents.plain_charts import heat_map
from beachhead.documents.words import capital, category_name
from beachhead.tables.categories import CATEGORIES, SHARES

ALL = "All accounts"


def accounts_on_the_life_cycle(expected: Mapping[str, float]) -> Spec:
    """Rogers' curve with the number of accounts expected in each category above it, and the number that
    his shares would give below. ``expected``: category → accounts (sums of probabilities).
    """
    density, total = NormalDist().pdf, sum(expected.values())
    spans = list(zip(CATEGORIES, EDGES, EDGES[1:], strict=False))
    curve = [
        {"z": z, "density": density(z), "category": c}
        for c, left, right in spans
        for z in (left + (right - left) * i / 24 for i in range(25))
    ]
    labels = [
        {
            "z": (left + right) / 2,
            "top": max(density(z) for z in (left, (left + right) / 2, right)),
            "count": f"{expected[c]:.0f}",
            "name": capital(category_name(c)),
            "usual": f"{share * total:.0f} usual",
        }
        for (c, left, right), share in zip(spans, SHARES, strict=True)
    ]
    x = {"field": "z", "type": "quantitative", "scale": {"domain": [EDGES[0], EDGES[-1]]}, "axis": None}
    y: dict[str, Any] = {"type": "quantitative", "scale": {"domain": [-0.11, 0.46]}, "axis": None}
    colours = {"domain": list(CATEGORIES), "range": [COLOURS[c][0] for c in CATEGORIES]}
    fill = {"field": "category", "scale": colours, "legend": None}

    def text(field: str, at: Spec, **mark: Any) -> Spec:
        return layer(labels, "text", {"x": x, "y": at, "text": {"field": field}}, baseline="middle", **mark)

    return {
        "usermeta": {"title": "Our accounts on the adoption life cycle"},
        "description": "Accounts expected in each category: "
        + ", ".join(f"{category_name(c)} {expected[c]:.0f}" for c in CATEGORIES)
        + ".",
        "width": WIDTH,
        "height": 220,
        "layer": [
            layer(
                curve,
                "area",
                {"x": x, "y": {**y, "field": "density", "stack": None}, "color": fill},
                fillOpacity=0.75,
            ),
            text("count", {**y, "field": "top"}, dy=-13, fontSize=17, fontWeight=600),
            text("name", {**y, "datum": -0.045}),
            text("usual", {**y, "datum": -0.085}, fontSize=11, color=MUTED),
        ],
    }


def whitespace_map(whitespace: pl.DataFrame, groups: pl.DataFrame, names: Mapping[str, str]) -> Spec:
    """Product × group: how strong a cell is, is the share of the group's accounts that a product fits now.

    ``whitespace``: account, product, fit; ``groups``: account, group (missing: counted under all only).
    A cell says ``owned / fits now`` in percent of the accounts of its group.
    """
    order = groups["group"].drop_nulls().unique(maintain_order=True).to_list()
    joined = whitespace.join(groups, on="account")
    both = pl.concat([joined.drop_nulls("group"), joined.with_columns(group=pl.lit(ALL))])
    counted = both.group_by("product", "group").agg(
        owned=(pl.col("fit") == "owned").mean(), now=(pl.col("fit") == "now").mean()
    )
    told = {(p, g): (owned, now) for p, g, owned, now in counted.iter_rows()}
    cells = []
    for product in whitespace["product"].unique(maintain_order=True):
        for group in [ALL, *order]:
            owned, now = told.get((product, group), (0.0, 0.0))
            text = f"{owned * 100:.0f} / {now * 100:.0f}"
            cells.append({"row": names.get(product, product), "column": group, "value": now, "text": text})
    return heat_map("Whitespace: owned and fits now", cells, colour="later", step=(92, 28))
