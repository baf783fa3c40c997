"""The figures behind an answer as they stand in the workspace's file, with their sources, for the reader to check."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from beachhead.tables.dates import parse_dates
from beachhead.tables.files import read_text_table

SHOWN = {"ds": "date", "y": "figure", "known_on": "known on", "status": "status", "source": "source"}


def figures_used(file: Path, as_of: date) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Per series the headings and rows of its figures known on ``as_of``; empty where no source is given."""
    frame = read_text_table(file).frame
    if not {"unique_id", "ds", "y", "source"} <= set(frame.columns):
        return {}
    if "known_on" in frame.columns:
        known_on = parse_dates(frame["known_on"]).values
        frame = frame.filter((known_on <= as_of).fill_null(True))
    columns = [c for c in SHOWN if c in frame.columns]
    heads = [SHOWN[c] for c in columns]
    parts = frame.select("unique_id", *columns).fill_null("").partition_by("unique_id", as_dict=True)
    return {
        str(key[0]): (heads, [list(row) for row in part.select(columns).sort("ds").iter_rows()])
        for key, part in parts.items()
    }
