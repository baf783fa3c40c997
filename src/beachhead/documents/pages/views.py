"""What people in the field see, beside what the figures say."""

from __future__ import annotations

from beachhead.documents.html import own_templates, render
from beachhead.documents.market_section import standing_cells
from beachhead.documents.pages import Page
from beachhead.documents.views_words import disagreement, said, who_says, with_and_without
from beachhead.practice.observing import viewed_markets
from beachhead.practice.people import people
from beachhead.tables.workspace import Workspace


def page(workspace: Workspace) -> Page | None:
    """The page; None where nobody said anything that counts."""
    if workspace.path("observations") is None:
        return None
    found = viewed_markets(workspace)
    if not found:
        return None
    names = dict(people(workspace).select("person", "name").drop_nulls().iter_rows())
    sections = [(f"views-{n}", one.name) for n, one in enumerate(found, 1)]
    body = render(
        "report/views.html",
        own=own_templates(workspace),
        markets=[
            {
                "anchor": anchor,
                "name": name,
                "told": with_and_without(one),
                "standings": [
                    {"label": "figures alone", **standing_cells(one.without)},
                    {"label": "with the views", **standing_cells(one.those)},
                ],
                "views": [
                    {
                        "day": row["date"],
                        "who": who_says(row, names),
                        "said": said(row),
                        "comment": row["comment"] or "",
                    }
                    for row in one.views.iter_rows(named=True)
                ],
                "disagreement": disagreement(one),
            }
            for one, (anchor, name) in zip(found, sections, strict=True)
        ],
    )
    return Page("What people in the field see", body, sections, order=12)
