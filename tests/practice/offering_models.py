"""A small offering, facts of accounts and a workspace for the tests of offerings and discontinuity."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import polars as pl

from beachhead.accounts.fact_columns import SCHEMA
from beachhead.practice.offering import Offering
from beachhead.practice.offering_library import offerings
from beachhead.tables.workspace import Workspace

SMALL = """\
id: small
version: 1
name: Small thing
language: en
author: Tests
licence: Apache-2.0
source: judgement
need: things
vendor: Anybody
products: [small-thing]
needs_first: [server-virtualisation]
price_model: by the piece
about: For tests
changes:
  - id: new-tool
    department: network
    kind: function
    what: tool
    depth: 3
    change: Another tool
    mitigations:
      - {id: course, kind: training, name: Course, takes_away: 1, days: 4, owners: [network], text: Two days}
      - {id: ports, kind: procedure, name: Ports, takes_away: 1, when: "point: network-ports >= 2", text: As ruled}
      - {id: witness, kind: reference, name: Seen, takes_away: 1, when: "reference: small-thing", days: 1, text: A call}
  - id: new-way
    department: operations
    kind: process
    what: process
    depth: 2
    change: Another way
    mitigations:
      - {id: helper, kind: product, name: Helper, takes_away: 1, when: "owned: vm-backup", days: 8, text: A product}
      - {id: guide, kind: procedure, name: Guide, takes_away: 1, when: included, text: A guide}
      - {id: ports, takes_away: 1}
  - id: as-before
    department: business
    kind: function
    what: tool
    depth: 0
    change: Nothing changes
business_case:
  question: Does it pay?
  currency: USD
  inputs:
    - {id: pieces, name: Pieces, unit: pieces, low: 10, likely: 10, high: 10, source: counted}
    - {id: saved, name: Saved, unit: money per piece per year, low: 50, likely: 100, high: 150, source: judgement}
    - {id: price, name: Price, unit: money per piece, low: 80, likely: 100, high: 120, source: judgement}
  formulas:
    annual_benefit: pieces * saved
    investment: pieces * price
  result: payback_months
"""


def small(workspace: Path, text: str = SMALL) -> Offering:
    """The small offering, written into ``workspace`` and read back."""
    write(workspace, "offerings/small.yaml", text)
    return offerings(Workspace(workspace))["small"]


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file of a workspace."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


def facts(*accounts: dict[str, Any]) -> pl.DataFrame:
    """Facts of accounts; what is not said is an early-majority account that owns server virtualisation."""
    known: dict[str, Any] = {
        "account": "A-1",
        "name": "Adatum",
        "segment": "Health",
        "standing": "early_majority",
        "p_innovators": 0.02,
        "p_early_adopters": 0.10,
        "p_early_majority": 0.60,
        "p_late_majority": 0.20,
        "p_laggards": 0.08,
        "products_owned": ["server-virtualisation"],
        "fits_now": ["small-thing", "infrastructure-management"],
        "fits_later": ["distributed-switch"],
    }
    rows = [dict.fromkeys(SCHEMA) | known | account for account in accounts]
    return pl.DataFrame(rows, schema=SCHEMA)


def answers(
    workspace: Path, account: str, levels: dict[str, Any], *, day: str = "2009-02-01", who: str = ""
) -> None:
    """An assessment of ``account`` against the operations blueprint."""
    lines = "\n".join(f"  {point}: {level}" for point, level in levels.items())
    respondent = f"respondent: {who}\n" if who else ""
    text = (
        f"subject: {account}\nkind: account\nblueprint: operations\nblueprint_version: 1\ndate: {day}\n"
        f"{respondent}answers:\n{lines}\n"
    )
    write(workspace, f"answers/{account}/operations-{day}{'-' + who if who else ''}.yaml", text)


REFERENCE = "account,product,segment,category,text,date,may_be_named\n"
