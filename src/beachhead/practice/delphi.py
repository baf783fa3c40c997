"""A Delphi round: several people say what they see, anonymously; then they see the spread and the comments, and say it
again (Linstone and Turoff, The Delphi Method, 1975).

What a round is stands in the table ``delphi_rounds``, the answers in ``observations``; the second part begins by itself
when everybody who was invited has answered once. Of everybody the last answer counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from beachhead.errors import BadQuestion, did_you_mean
from beachhead.practice.observing import Seen, add_view, markets, observations
from beachhead.practice.people import Person
from beachhead.tables.hand_kept import rewrite, with_row
from beachhead.tables.workspace import Workspace

FEWEST = 3
"""Below so many people nobody is anonymous (judgement)."""


@dataclass(frozen=True)
class Round:
    """A Delphi round. ``first``, ``second``: rows of ``observations``, the last one of everybody in each part."""

    id: str
    market: str
    invited: list[str]
    closed: bool
    first: pl.DataFrame
    second: pl.DataFrame

    @property
    def part(self) -> int:
        """1 until everybody has answered once, then 2."""
        return 2 if set(self.invited) <= set(self.first["observer"]) else 1

    @property
    def waiting(self) -> list[str]:
        """Who has not yet answered in this part."""
        answered = set((self.second if self.part == 2 else self.first)["observer"])
        return [person for person in self.invited if person not in answered]

    @property
    def latest(self) -> pl.DataFrame:
        """Everybody's last answer."""
        return pl.concat([self.first, self.second]).unique("observer", keep="last", maintain_order=True)


def open_round(workspace: Workspace, market: str, invited: list[Person]) -> Round:
    """Open a round on ``market``. Raises BadQuestion for too few people, a market not known, a round still open."""
    known = markets(workspace)
    if market not in known:
        raise BadQuestion(f"There is no market {market!r}{did_you_mean(market, known)}.")
    ids = list(dict.fromkeys(person.id for person in invited))
    if len(ids) < FEWEST:
        raise BadQuestion(f"A round needs {FEWEST} people or more: of fewer nobody is anonymous.")
    if untold := [person.name for person in invited if not person.told]:
        raise BadQuestion(f"{untold[0]} has not been told what is kept; tell them first.")
    name = f"{market}-{workspace.as_of}"
    there = workspace.table("delphi_rounds")
    if name in there["round"].to_list():
        raise BadQuestion(f"The round {name} was opened today already.")
    row = {"round": name, "market": market, "opened": workspace.as_of, "invited": ids}
    rewrite(
        workspace,
        {"delphi_rounds": lambda table: with_row(table, "delphi_rounds", row)},
        "the opening of a Delphi round",
    )
    return find_round(workspace, name)


def find_round(workspace: Workspace, name: str) -> Round:
    """The round ``name``. Raises BadQuestion, with the nearest one."""
    table = workspace.table("delphi_rounds").filter(pl.col("vanished").is_null())
    found = table.filter(round=name)
    if not found.height:
        listed = f"there are {', '.join(table['round'])}" if table.height else "none was opened"
        raise BadQuestion(f"There is no round {name!r}{did_you_mean(name, table['round'])}; {listed}.")
    row = found.row(-1, named=True)
    answers = observations(workspace).filter(
        (pl.col("round") == name) & pl.col("vanished").is_null() & pl.col("observer").is_in(row["invited"])
    )
    first = answers.unique("observer", keep="first", maintain_order=True)
    complete = set(row["invited"]) <= set(first["observer"])
    later = answers.join(first.select("observer"), on="observer", how="semi")
    again = later.filter(pl.int_range(pl.len()).over("observer") > 0).unique(
        "observer", keep="last", maintain_order=True
    )
    return Round(
        name,
        row["market"],
        row["invited"],
        row["closed"] is not None,
        first,
        again if complete else again.clear(),
    )


def answer_round(workspace: Workspace, name: str, person: Person, seen: Seen) -> Round:
    """Write the answer of ``person``. Raises BadQuestion where the round is closed, where they are not invited, or where
    they have answered and the others have not.
    """
    found = find_round(workspace, name)
    if found.closed:
        raise BadQuestion(f"The round {name} is closed.")
    if person.id not in found.invited:
        raise BadQuestion(f"{person.name} ({person.id}) is not invited to the round {name}.")
    if person.id not in found.waiting:
        others = len(found.waiting)
        raise BadQuestion(
            f"{person.name} has answered; the answer{'s' if others > 1 else ''} of {others} more "
            f"{'are' if others > 1 else 'is'} awaited."
            if others
            else f"{person.name} has answered twice, as everybody has; close the round."
        )
    add_view(workspace, person, replace(seen, market=found.market), name)
    return find_round(workspace, name)


def close_round(workspace: Workspace, name: str) -> Round:
    """Close a round; its answers stay. Raises BadQuestion where it is closed or nobody has answered."""
    found = find_round(workspace, name)
    if found.closed or not found.first.height:
        why = "is closed already" if found.closed else "has no answer yet"
        raise BadQuestion(f"The round {name} {why}.")
    day = workspace.as_of

    def closed(table: pl.DataFrame) -> pl.DataFrame:
        return table.with_columns(pl.when(round=name).then(pl.lit(day)).otherwise("closed").alias("closed"))

    rewrite(workspace, {"delphi_rounds": closed}, "the closing of a Delphi round")
    return find_round(workspace, name)
