"""The people who train: who they are, all that is kept of one of them, and forgetting it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.tables.hand_kept import Change, rewrite
from beachhead.tables.workspace import Workspace

FORGOTTEN = "(forgotten)"
"""Stands where a person who was forgotten had watched others."""

KEPT: dict[str, tuple[str, tuple[str, ...]]] = {
    "people": ("person", ()),
    "practice_log": ("person", ("observer",)),
    "observations": ("observer", ()),
}
"""Table → the column that says whose a row is, and those that name somebody else in it."""
INVITED = "delphi_rounds"
"""The table whose column ``invited`` lists people."""


@dataclass(frozen=True)
class Person:
    """One row of the table ``people``."""

    id: str
    name: str
    told: bool


def people(workspace: Workspace) -> pl.DataFrame:
    """The people who are still there; of several rows with one id the last. Columns of the table ``people``."""
    table = workspace.table("people").filter(pl.col("vanished").is_null())
    return table.unique("person", keep="last", maintain_order=True)


def find_person(workspace: Workspace, asked: str) -> Person:
    """Whom ``asked`` names, by id or name in any case. Raises BadQuestion, with the nearest one."""
    table = people(workspace)
    known = {
        key.casefold(): row
        for row in table.iter_rows(named=True)
        for key in (row["name"], row["person"])
        if key
    }
    row = known.get(asked.strip().casefold())
    if row is None:
        listed = f"there are {', '.join(table['person'])}" if table.height else "the table people is empty"
        raise BadQuestion(f"There is no person {asked!r}{did_you_mean(asked, table['person'])}; {listed}.")
    return Person(row["person"], row["name"] or row["person"], row["told"] is not None)


def kept_of(workspace: Workspace, person: str) -> dict[str, pl.DataFrame]:
    """Table → the rows that are kept of ``person``: own ones, and those in which the person is named."""
    found = {}
    for name, (own, others) in KEPT.items():
        named = pl.any_horizontal((pl.col(c) == person).fill_null(False) for c in (own, *others))
        found[name] = workspace.table(name).filter(named)
    found[INVITED] = workspace.table(INVITED).filter(pl.col("invited").list.contains(person))
    return found


def forget_person(workspace: Workspace, person: str) -> dict[str, int]:
    """Delete all rows of ``person`` in every table at once; where others were watched, only who watched is deleted.

    Gives table → how many rows were deleted or changed. Raises BadInput, with nothing changed, where a file cannot be
    written.
    """
    counts = {name: rows.height for name, rows in kept_of(workspace, person).items()}
    rewrite(
        workspace, {name: _without(name, person) for name in counts if counts[name]}, "forgetting a person"
    )
    return counts


def _without(name: str, person: str) -> Change:
    if name == INVITED:
        return lambda table: table.with_columns(pl.col("invited").list.set_difference([person]))
    own, others = KEPT[name]
    return lambda table: table.filter(pl.col(own).ne_missing(person)).with_columns(
        pl.col(c).replace(person, FORGOTTEN) for c in others
    )
