"""What plays may ask for: the facts of the accounts, joined with how each was assessed and with what would be
disrupted there.
"""

from __future__ import annotations

import polars as pl

from beachhead.accounts.fact_columns import NAMES, conditions_schema
from beachhead.accounts.facts import OWN_NAME, facts
from beachhead.accounts.months import months_since
from beachhead.practice.discontinuity_facts import COLUMNS as DISCONTINUITY
from beachhead.practice.discontinuity_facts import discontinuity_facts
from beachhead.practice.gaps import hand_overs
from beachhead.practice.library import find_blueprint
from beachhead.practice.offering_library import offerings
from beachhead.practice.rollup import compare
from beachhead.practice.situation import LastAnswers, last_answers
from beachhead.practice.tolerance import tolerance
from beachhead.tables.departments import departments
from beachhead.tables.schema import Column
from beachhead.tables.workspace import Workspace, definition

BLUEPRINT = "operations"
DOMAINS = ("service", "operation", "change", "integration", "people")

PRACTICE: tuple[Column, ...] = (
    # the last actual assessment against the operations blueprint
    Column("maturity", pl.Float64, "score of the last assessment of its operations, 0 to 1"),
    *(Column(f"maturity_{d}", pl.Float64, f"its score in the domain {d}, 0 to 1") for d in DOMAINS),
    Column(
        "maturity_spread", pl.Float64, "how far missing and differing answers leave the score open, 0 to 1"
    ),
    Column(
        "maturity_disagreements",
        pl.Int64,
        "points of that assessment that its respondents answered differently",
    ),
    Column(
        "months_since_assessment", pl.Int64, "whole months since that assessment; missing: never assessed"
    ),
    Column("weakest_domain", pl.String, "the domain that it scores lowest in", choices=DOMAINS),
    Column("weakest_handover", pl.String, "the two departments that hand over to each other worst"),
    *DISCONTINUITY,
)
PRACTICE_NAMES = tuple(column.name for column in PRACTICE)
_SCHEMA = pl.Schema({column.name: column.dtype for column in PRACTICE})


def joined_facts(workspace: Workspace, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per account: its facts (``known``, computed when not given) with the columns ``PRACTICE``.

    They stand behind the facts and before the user's own columns. An account that was not assessed, or that no
    offering fits, has nulls.
    """
    table = facts(workspace) if known is None else known
    table = table.rename({name: f"{name}{OWN_NAME}" for name in table.columns if name in PRACTICE_NAMES})
    for known_too in (assessment_facts(workspace), _discontinuity(table, workspace)):
        table = table.join(known_too, on="account", how="left", maintain_order="left")
    missing = [pl.lit(None, dtype).alias(n) for n, dtype in _SCHEMA.items() if n not in table.columns]
    own = [name for name in table.columns if name not in (*NAMES, *PRACTICE_NAMES)]
    return table.with_columns(missing).select(*NAMES, *PRACTICE_NAMES, *own)


def known_facts(workspace: Workspace | None = None) -> dict[str, pl.DataType]:
    """Every fact that a play may ask for → its type, for the checks of conditions and sentences."""
    extra: dict[str, pl.DataType] = {}
    if workspace is not None:
        accounts = workspace.table("accounts")
        for name, dtype in accounts.schema.items():
            if name not in definition("accounts").names:
                taken = name in NAMES or name in PRACTICE_NAMES
                extra[f"{name}{OWN_NAME}" if taken else name] = dtype
    practice = {c.name: pl.Enum(c.choices) if c.choices else _SCHEMA[c.name] for c in PRACTICE}
    return conditions_schema(practice | extra)


def assessment_facts(workspace: Workspace) -> pl.DataFrame:
    """account and the assessment columns of ``PRACTICE``, for every account with an assessment up to the as-of
    date."""
    blueprint = find_blueprint(BLUEPRINT, workspace.folder)
    found = last_answers(workspace, blueprint)
    last = found.answers
    table = compare(last, blueprint).filter(pl.col("score").is_not_null())
    domains = [d for d in DOMAINS if d in table.columns]
    differ = (
        found.levels.group_by("assessment")
        .agg(maturity_disagreements=pl.col("disagree").sum().cast(pl.Int64))
        .join(last.assessments.select("assessment", account="subject"), on="assessment")
        .drop("assessment")
    )
    lowest = pl.min_horizontal(pl.lit(None, pl.Float64), *domains)
    weakest = pl.coalesce(
        pl.lit(None, pl.String), *(pl.when(pl.col(d) == lowest).then(pl.lit(d)) for d in domains)
    )
    return (
        table.select(
            account="subject",
            maturity="score",
            **{f"maturity_{d}": pl.col(d) for d in domains},
            maturity_spread=pl.col("hi") - pl.col("lo"),
            months_since_assessment=months_since("date", workspace.as_of),
            weakest_domain=weakest,
        )
        .join(differ, on="account", how="left", maintain_order="left")
        .join(_weakest_handovers(found), on="account", how="left", maintain_order="left")
    )


def _discontinuity(table: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    """Only where it is known what an account owns: else nothing is known of what would be disrupted."""
    known = table.filter(pl.col("products_owned").is_not_null())
    return discontinuity_facts(known, workspace, list(offerings(workspace).values()), tolerance(workspace))


def _weakest_handovers(found: LastAnswers) -> pl.DataFrame:
    """account, weakest_handover: "operations to service desk", where any hand-over was answered."""
    names = {d.id: d.name if d.name.isupper() else d.name.lower() for d in departments().values()}
    levels = found.levels.partition_by("assessment", as_dict=True)
    subjects = dict(found.answers.assessments.select("assessment", "subject").iter_rows())
    rows = []
    for (number,), own in levels.items():
        weakest = hand_overs(own, found.blueprint).filter(pl.col("score").is_not_null())
        if weakest.height:
            giver, taker = weakest.row(0)[:2]
            rows.append((subjects[number], f"{names.get(giver, giver)} to {names.get(taker, taker)}"))
    return pl.DataFrame(rows, schema={"account": pl.String, "weakest_handover": pl.String}, orient="row")
