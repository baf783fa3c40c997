"""What is in place at the accounts: products owned, points answered, references near them.

A condition of a mitigation is true, false, or null where nobody knows: an account without a table of
purchases, a point that was not answered, respondents who disagree across the level that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import polars as pl

from beachhead.practice.answer_files import answer_files, read_answers
from beachhead.practice.assessment import Answers
from beachhead.practice.blueprint import Blueprint
from beachhead.practice.offering import Mitigation, Offering, When
from beachhead.practice.offering_library import blueprints_asked
from beachhead.practice.rollup import latest
from beachhead.practice.scoring import point_levels
from beachhead.tables.workspace import Workspace

NO_MATTER = -1.0
"""The level of a point that does not apply: below every level that can be asked for."""

References = dict[str, list[tuple[str, str | None, str | None]]]
"""Product → account, segment and category of each reference that may be named."""

ASSESSED = pl.Schema(
    {
        "account": pl.String,
        "blueprint": pl.String,
        "date": pl.Date,
        "answered": pl.Int64,
        "points": pl.Int64,
    }
)


@dataclass(frozen=True)
class Situation:
    """``accounts``: the facts, one row per account, with the lowest and highest level of each point that any
    offering asks for (columns ``BLUEPRINT/POINT:lo`` and ``:hi``) and whether each condition holds (``holds``).
    ``assessed``: columns ``ASSESSED``, the last assessment of each account. ``blueprints``: those at hand.
    """

    accounts: pl.DataFrame
    assessed: pl.DataFrame
    blueprints: Mapping[str, Blueprint]

    def of(self, accounts: pl.DataFrame) -> Situation:
        """The same for some of the accounts: a part of ``accounts``."""
        return replace(
            self, accounts=accounts, assessed=self.assessed.join(accounts, on="account", how="semi")
        )


def in_place(offering: Offering, mitigation: Mitigation) -> pl.Expr:
    """Whether ``mitigation`` is in place, over the accounts of a situation: true, false, null: not known."""
    tests = [pl.lit(True) if when.kind == "included" else holds(when) for when in offering.whens(mitigation)]
    return reduce(lambda a, b: a | b, tests) if tests else pl.lit(False)


def holds(when: When) -> pl.Expr:
    """Whether a condition (no ``included``) holds: a column of the accounts of a situation."""
    return pl.col(f"holds {when}")


def level_columns(when: When) -> tuple[str, str]:
    """The columns with the lowest and the highest level answered to the point of ``when``."""
    return f"{when.blueprint}/{when.name}:lo", f"{when.blueprint}/{when.name}:hi"


def situation(
    facts: pl.DataFrame,
    workspace: Workspace,
    offerings: Iterable[Offering],
    everybody: pl.DataFrame | None = None,
) -> Situation:
    """What is in place at the accounts of ``facts``, as far as ``offerings`` ask for it.

    ``facts``: as ``accounts.facts.facts`` gives them; ``everybody``: those of all accounts, where ``facts``
    are of some (references are compared with them). Raises BadKnowledge for answers that cannot be read.
    """
    offerings = list(offerings)
    measures = (measure for offering in offerings for measure in offering.measures.values())
    asked = {str(w): w for m in measures for w in m.when if w.kind != "included"}
    books = blueprints_asked(offerings, workspace)
    table, assessed = facts, [pl.DataFrame(schema=ASSESSED)]
    points = [when for when in asked.values() if when.kind == "point"]
    for name in sorted({when.blueprint for when in points} & set(books)):
        if answer_files(workspace.folder):
            own = sorted({when.name for when in points if when.blueprint == name})
            levels, rounds = _levels(workspace, books[name], own)
            table = table.join(levels, on="account", how="left", maintain_order="left")
            assessed.append(rounds.join(facts.select("account"), on="account", how="semi"))
    references = _references(workspace, facts if everybody is None else everybody)
    tests = {f"holds {text}": _test(when, table.columns, references) for text, when in asked.items()}
    return Situation(table.with_columns(**tests), pl.concat(assessed), books)


def _test(when: When, columns: Sequence[str], references: References) -> pl.Expr:
    if when.kind == "owned":
        return pl.col("products_owned").list.contains(when.name)
    if when.kind == "reference":
        return _near(references.get(when.name, []))
    low, high = level_columns(when)
    if low not in columns:
        return pl.lit(None, dtype=pl.Boolean)
    return pl.when(pl.col(low) >= when.level).then(True).when(pl.col(high) < when.level).then(False)


def _near(references: Sequence[tuple[str, str | None, str | None]]) -> pl.Expr:
    """Whether another account of the same segment or category is among ``references``."""
    tests = [
        (pl.col("account") != account) & (pl.col(column) == value).fill_null(False)
        for account, *values in references
        for column, value in zip(("segment", "standing"), values, strict=True)
        if value is not None
    ]
    return reduce(lambda a, b: a | b, tests) if tests else pl.lit(False)


@dataclass(frozen=True)
class LastAnswers:
    """The last actual assessment of each account to ``blueprint`` by the as-of day, and its points (``levels``, as
    ``scoring.point_levels`` gives them)."""

    blueprint: Blueprint
    answers: Answers
    levels: pl.DataFrame


def last_answers(workspace: Workspace, blueprint: Blueprint) -> LastAnswers:
    """How the accounts of ``workspace`` answered ``blueprint`` last; BadKnowledge as ``read_answers``."""
    return workspace.once(("last answers", blueprint.id), lambda: _last_answers(workspace, blueprint))


def _last_answers(workspace: Workspace, blueprint: Blueprint) -> LastAnswers:
    answers, _ = read_answers(workspace.folder, blueprint)
    known = answers.assessments.filter((pl.col("kind") == "account") & (pl.col("date") <= workspace.as_of))
    last = latest(
        Answers(known, answers.answers.join(known.select("assessment"), on="assessment", how="semi"))
    )
    return LastAnswers(blueprint, last, point_levels(last, blueprint))


def _levels(
    workspace: Workspace, blueprint: Blueprint, points: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Account and the levels of ``points`` in its last actual assessment known by the as-of day; and these
    assessments."""
    found = last_answers(workspace, blueprint)
    rounds = found.answers.assessments.select("assessment", "date", account="subject")
    away = pl.when(pl.col("state") == "not_applicable").then(NO_MATTER)
    ends = {
        f"{blueprint.id}/{point}:{end}": away.otherwise(end).filter(pl.col("point") == point).first()
        for point in points
        for end in ("lo", "hi")
    }
    own = found.levels.group_by("assessment").agg(
        answered=(pl.col("state") == "answered").sum().cast(pl.Int64),
        points=pl.len().cast(pl.Int64),
        **ends,
    )
    table = rounds.join(own.drop("answered", "points"), on="assessment", how="left", maintain_order="left")
    told = rounds.join(own, on="assessment", maintain_order="left").select(
        "account", pl.lit(blueprint.id).alias("blueprint"), "date", "answered", "points"
    )
    return table.drop("assessment", "date"), told


def _references(workspace: Workspace, facts: pl.DataFrame) -> References:
    """Product → the references that may be named; an account's own segment and category where none is told."""
    table = workspace.table("references").filter(
        pl.col("vanished").is_null()
        & pl.col("may_be_named").fill_null(False)
        & pl.col("product").is_not_null()
    )
    own = facts.select("account", of_segment="segment", of_category="standing")
    told = table.join(own, on="account", how="left", maintain_order="left").select(
        "product",
        "account",
        pl.coalesce("segment", "of_segment"),
        pl.coalesce("category", pl.col("of_category").cast(pl.String)),
    )
    found: dict[str, list[tuple[str, str | None, str | None]]] = {}
    for product, account, segment, category in told.iter_rows():
        found.setdefault(product, []).append((account, segment, category))
    return found
