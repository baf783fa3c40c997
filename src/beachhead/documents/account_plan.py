"""The account plan: what is known of one account and what to do there as a workbook to go on working in."""

from __future__ import annotations

import datetime as dt
import filecmp
import itertools
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.documents.account_data import Gathered
from beachhead.documents.account_parts import DEPTHS
from beachhead.documents.plan_taken_over import taken_over
from beachhead.documents.words import percent
from beachhead.tables.workbooks import Sheet, write_workbook
from beachhead.tables.writing import worked_in, write_whole

Rows = list[tuple[Any, ...]]


def write_account_plan(gathered: Gathered, account: str, path: Path) -> Path | None:
    """Write the plan of ``account`` to ``path``, an XLSX file. The same workspace gives the same bytes.

    Where a plan of it lies there that somebody worked in, its tasks, remarks and answers are taken over, and the
    former workbook is put beside it; its path is returned. Raises BadInput where something else lies there.
    """
    known, as_of = gathered.of(account), gathered.workspace.as_of
    title = f"Account plan {known['account']['name']}"
    found, former = sheets(known, as_of), None
    if worked_in(path):
        found = taken_over(found, path, known["account"]["id"])
        former = _beside(path)
        write_whole(former, path.read_bytes())
    write_workbook(path, found, made=as_of, title=title)
    return former


def sheets(known: dict[str, Any], as_of: dt.date) -> list[Sheet]:
    """The sheets: Account, Tasks, Plays, Products, Changes, Business case, Questions, References."""
    found = [
        _sheet("Account", ("What", "Value"), _account(known)),
        _sheet("Tasks", ("Due", "Task", "Play", "Who", "Status", "Remark"), _tasks(known, as_of)),
        _sheet("Plays", ("Play", "Why", "Speak to", "Offer", "Leave behind", "Next step"), _plays(known)),
        _sheet("Products", ("Product", "State", "Remark", "Ours", "Within 12 months"), _products(known)),
        _sheet(
            "Changes",
            ("Department", "Kind", "Change", "Depth", "Left", "After all measures", "What makes it smaller"),
            _changes(known),
        ),
        _sheet(
            "Business case",
            ("Figure", "Unit", "Low", "Likely", "High", "The customer's own", "Source"),
            _case(known),
        ),
        _sheet(
            "Questions",
            ("Question", "About", "Answer"),
            [(q["question"], q["about"], None) for q in known["questions"]],
        ),
        _sheet(
            "References",
            ("Customer", "What can be told", "When", "In common"),
            [(r["name"], r["text"], r["date"], r["alike"]) for r in known["references"]],
        ),
    ]
    return [sheet for sheet in found if sheet.frame.height]


def _sheet(name: str, columns: tuple[str, ...], rows: Rows) -> Sheet:
    schema = {
        c: pl.Date if c == "Due" else pl.Int64 if c in ("Left", "After all measures") else pl.String
        for c in columns
    }
    return Sheet(name, pl.DataFrame(rows, schema=schema, orient="row"))


def _beside(path: Path) -> Path:
    """A free name beside ``path``: ``plan (former 1).xlsx``, or the one under which the same is kept already."""
    names = (path.with_stem(f"{path.stem} (former {n})") for n in itertools.count(1))
    return next(n for n in names if not n.exists() or (n.is_file() and filecmp.cmp(n, path, shallow=False)))


def _account(known: dict[str, Any]) -> Rows:
    who, stands, relation = known["account"], known["standing"], known["relationship"]
    rows: Rows = [
        ("Account", who["name"]),
        ("Account ID", who["id"]),
        ("As of", known["as_of"]),
        ("About", ", ".join(who["about"]) or None),
        ("Looked after by", who["owner"]),
        (
            "Standing",
            f"likeliest {stands['category']} ({stands['probability']})" if stands["known"] else "not known",
        ),
        *(("", f"{s['name']} {s['text']}") for s in stands["shares"]),
        ("Why", stands["why"] or None),
        ("Relationship", relation["pattern"]),
        ("Because", relation["because"]),
        ("What it means", relation["meaning"]),
        *((f["label"], f["value"]) for f in relation["facts"]),
        ("Next step", known["next_step"]["text"]),
    ]
    if (m := known["maturity"]) is not None:
        rows += [("Maturity", f"{percent(m['score'])}, assessed {m['date']}")]
        rows += [("", f"{d['name']}: {percent(d['score'])}") for d in m["domains"] if d["score"] is not None]
    return rows


def _tasks(known: dict[str, Any], as_of: dt.date) -> Rows:
    rows = [
        (as_of + dt.timedelta(days=t["days"]), t["task"], p["name"], known["account"]["owner"], "open", None)
        for p in known["plays"]
        for t in p["tasks"]
    ]
    return sorted(rows, key=lambda row: row[0])


def _plays(known: dict[str, Any]) -> Rows:
    return [
        (
            p["name"],
            "; ".join(p["because"]),
            ", ".join(p["roles"]),
            p["offer"],
            p["leave_behind"],
            p["next_step"],
        )
        for p in known["plays"]
    ]


def _products(known: dict[str, Any]) -> Rows:
    names = {"owned": "owned", "now": "fits now", "later": "later"}
    ours = {True: "yes", False: "no", None: None}
    return [
        (one["name"], names[state], one["detail"], ours[one["ours"]], one["chance"])
        for state, listed in known["products"].items()
        for one in listed
    ]


def _changes(known: dict[str, Any]) -> Rows:
    return [
        (
            room["name"],
            change["kind"],
            change["text"],
            DEPTHS[change["depth"]],
            change["left"],
            change["after"],
            "; ".join(f"{s['name']} ({s['state']})" for s in change["softeners"]),
        )
        for room in (known["discontinuity"] or {"departments": []})["departments"]
        for change in room["changes"]
    ]


def _case(known: dict[str, Any]) -> Rows:
    case = known["case"]
    if case is None:
        return []
    rows: Rows = [
        (i["name"], i["unit"], i["low"], i["likely"], i["high"], "yes" if i["own"] else "no", i["source"])
        for i in case["inputs"]
    ]
    steps = [(s["name"], s["unit"], None, s["value"], None, None, s["arithmetic"]) for s in case["steps"]]
    return [*rows, *steps, ("Result", None, None, case["payback"], None, None, " ".join(case["notes"]))]
