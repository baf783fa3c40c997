"""What a release gate says, as tables: the sheets of its workbook and the keys of its JSON."""

from __future__ import annotations

import polars as pl

from beachhead.documents.gate_words import NAMES, course_when, reasons, turning, verdict_sentence
from beachhead.practice.gate import Gate
from beachhead.practice.gate_courses import COURSES
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.defects import SEVERITIES


def gate_tables(found: Gate) -> dict[str, pl.DataFrame]:
    """verdict, courses, adopters, accounts, defects, whole product, change; those that have something to say."""
    tables = {
        "verdict": _verdict(found),
        "courses": _courses(found),
        "adopters": _adopters(found),
        "accounts": found.accounts,
        "defects": _defects(found),
        "whole product": found.whole_product.gaps.select(
            "rank", "point", "name", "level", "next_level", "criterion", "days"
        )
        if found.whole_product
        else pl.DataFrame(),
        "change": found.change.measures if found.change else pl.DataFrame(),
    }
    return {name: frame for name, frame in tables.items() if frame.height}


def _verdict(found: Gate) -> pl.DataFrame:
    rows = [
        ("course", found.verdict.course, verdict_sentence(found)),
        *((what, state, said) for what, state, said in reasons(found)),
        ("what would turn it", found.verdict.turning.to if found.verdict.turning else "", turning(found)),
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("about", "state", "says"), pl.String), orient="row")


def _courses(found: Gate) -> pl.DataFrame:
    rows = []
    for name in COURSES:
        one = found.courses[name]
        row: dict[str, object] = {"course": name, "name": NAMES[name], "what": course_when(found, name)}
        figures = {
            "adopters": one.adopters,
            "careful": one.careful,
            "incidents": one.incidents,
            "rate": one.rate,
            "incidents_per_critical_defect": one.per_critical,
            "references": one.references,
            "waiting": one.waiting,
        }
        for key, value in figures.items():
            row[key] = value.mean if value else None
            row[f"{key}-lo-80"] = value.low if value else None
            row[f"{key}-hi-80"] = value.high if value else None
        rows.append(row | {"chosen": name == found.verdict.course})
    return pl.DataFrame(rows)


def _adopters(found: Gate) -> pl.DataFrame:
    """Customers on the release by the end of each quarter, by course and category (means)."""
    rows = [
        {
            "course": name,
            "until": end,
            **dict(zip(CATEGORIES, by.tolist(), strict=True)),
            "all": float(by.sum()),
        }
        | {"all-lo-80": whole.low, "all-hi-80": whole.high}
        for name in COURSES
        for end, by, whole in zip(
            found.quarters, found.courses[name].by_category, found.courses[name].by_quarter, strict=True
        )
    ]
    return pl.DataFrame(rows)


def _defects(found: Gate) -> pl.DataFrame:
    known, bears = found.defects, found.tolerance
    rows = [
        {
            "severity": s,
            "open": None if known.open is None else known.open[s],
            "reported_last_quarter": known.reported[s] if known.open is not None else None,
            **{f"forgiven_by_{c}": bears.bears(c, s) for c in CATEGORIES},
        }
        for s in SEVERITIES
    ]
    return pl.DataFrame(rows)
