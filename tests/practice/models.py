"""Small blueprints for the tests of this room."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from beachhead.practice.blueprint import Blueprint
from beachhead.practice.library import load_blueprint

SMALL = """\
id: small
version: 1
name: Small blueprint
language: en
author: Tests
licence: Apache-2.0
source: judgement
levels:
  - {level: 0, name: nothing}
  - {level: 1, name: begun}
  - {level: 2, name: lived}
  - {level: 3, name: improved}
groups:
  first-meeting: for an hour's talk
domains:
  - id: service
    name: Service
    points:
      - id: catalogue
        name: Services are in a catalogue
        question: Is there a catalogue?
        levels: {1: A list exists, 2: Users order from it, 3: It is reviewed each quarter}
        evidence: The catalogue
        owners: [operations]
        hands_over_to: [service-desk]
        value: 3
        effort: {days: 10, knowledge: 1, money: 1}
        groups: [first-meeting]
      - id: agreements
        name: Service levels are agreed
        question: Is a level agreed?
        levels: {1: One is written, 2: It is measured, 3: Penalties follow}
        owners: [management]
        hands_over_to: [business]
        value: 2
        effort: {days: 4, knowledge: 2, money: 1}
        needs: [catalogue]
  - id: change
    name: Change
    weight: 2
    sections:
      - id: records
        name: Records
        points:
          - id: change-record
            name: Every change has a record
            levels: {1: Some have, 2: Most have, 3: All have}
            owners: [server]
            hands_over_to: [operations]
            value: 3
            effort: {days: 6, knowledge: 1, money: 2}
            weight: 3
            groups: [first-meeting]
      - id: board
        name: Board
        points:
          - id: change-board
            name: A board meets
            levels: {1: On demand, 2: Each week, 3: With numbers}
            owners: [operations]
            value: 1
            effort: {days: 2}
            needs: [change-record, agreements]
            from_stage: late_majority
"""

STAGED = """\
id: staged
version: 1
name: Two practices in two streams
language: en
author: Tests
licence: CC0-1.0
source: judgement
scoring: stages
levels:
  - {level: 0, name: "no"}
  - {level: 0.25, name: some}
  - {level: 0.5, name: half}
  - {level: 1, name: most}
domains:
  - id: govern
    name: Govern
    sections:
      - id: strategy
        name: Strategy
        points:
          - {id: s-a-1, name: Strategy A 1, stage: 1, stream: A}
          - {id: s-b-1, name: Strategy B 1, stage: 1, stream: B}
          - {id: s-a-2, name: Strategy A 2, stage: 2, stream: A, needs: [s-a-1]}
          - {id: s-b-2, name: Strategy B 2, stage: 2, stream: B, needs: [s-b-1]}
          - {id: s-a-3, name: Strategy A 3, stage: 3, stream: A, needs: [s-a-2]}
          - {id: s-b-3, name: Strategy B 3, stage: 3, stream: B, needs: [s-b-2]}
      - id: policy
        name: Policy
        points:
          - {id: p-a-1, name: Policy A 1, stage: 1, stream: A}
          - {id: p-a-2, name: Policy A 2, stage: 2, stream: A}
          - {id: p-a-3, name: Policy A 3, stage: 3, stream: A}
"""


def blueprint(folder: Path, text: str = SMALL) -> Blueprint:
    """The blueprint that ``text`` holds, by way of a file in ``folder``."""
    return load_blueprint(write(folder, text))


def write(folder: Path, text: str, name: str = "blueprint.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path
