"""The kinds of table that exports hold, the fields of each, and what tells one from another: ``kinds.yaml``.

A *field* is what a column of an export means (``account``, ``close_date``). Fields with the name of a column of a
workspace table mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from beachhead.tables.yaml_files import load_yaml

DATES = frozenset(
    (
        "date",
        "created",
        "close_date",
        "expected",
        "closed",
        "installed",
        "term_end",
        "completed",
        "last_activity",
        "updated",
        "available",
        "since",
        "until",
    )
)
NUMBERS = frozenset(
    ("quantity", "amount", "line_amount", "actual_amount", "unit_price", "discount", "probability", "size")
)
TRUTHS = frozenset(
    ("won", "lost", "closed_flag", "competitor", "active", "private_person", "firm", "early", "draft")
)
IDS = frozenset(
    (
        "account",
        "opportunity",
        "product",
        "order",
        "line",
        "asset",
        "activity",
        "contact",
        "partner",
        "purchase",
        "defect",
    )
) | {"parent", "owner", "our_person", "seller", "serviced_by", "vendor", "category", "person"}
SEVERAL = frozenset(("affects", "labels"))
"""Fields of which a row may have several, each in a column of its own."""
ACCOUNT_FIELDS = ("kind", "lifecycle", "segment", "industry", "region", "country", "size", "domain", "parent")
"""Fields that tell something about the account of a row, whatever the row is."""
MARKS = {
    "account": ("deleted", "archived", "active", "master", "merged", "private_person", "firm"),
    "partner": ("deleted", "archived", "active", "master"),
    "contact": ("deleted", "archived", "active", "master"),
    "activity": ("deleted", "active"),
    "opportunity": ("deleted", "active"),
    **dict.fromkeys(("opportunity line", "asset", "order", "order line", "purchase"), ("deleted",)),
}
"""Kind → fields in which a CRM marks rows that are gone or no firms; see ``withdrawn``."""
PERSONS = ("first_name", "last_name", "full_name", "email")
"""Read to tell which contact is meant, never stored."""


@dataclass(frozen=True)
class Kind:
    """One kind; its parts are explained at the head of ``kinds.yaml``."""

    table: str
    key: str
    fields: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    signs: dict[str, float]
    named: str
    as_: dict[str, str]
    helps: tuple[str, ...]


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    data, _ = load_yaml(Path(__file__).parent / "kinds.yaml")
    return {
        name: Kind(
            table=entry["table"],
            key=entry["key"],
            fields=(*entry["fields"], *MARKS.get(name, ())),
            needs=tuple(tuple(group) for group in entry["needs"]),
            signs=entry["signs"],
            named=entry["named"],
            as_=entry.get("as", {}),
            helps=(*entry.get("helps", ()), *MARKS.get(name, ())),
        )
        for name, entry in data.items()
    }
