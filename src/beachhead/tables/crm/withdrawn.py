"""Rows that a CRM marks as deleted, archived or merged into another, and private persons among its accounts.

They are left out and counted. What belonged to a merged account goes to the one that it was merged into; what names a
deleted account or a person is set aside.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from beachhead.tables.crm.context import Context, Taken
from beachhead.tables.crm.rows import replaced
from beachhead.tables.crm.values import is_deleted, is_person
from beachhead.tables.names import folded_name

DELETED = "the account is deleted in the CRM"
PERSON = "the account is a private person, no firm"
_ACCOUNTS = ("account", "partner")


def leave_out(context: Context, files: Iterable[Taken]) -> None:
    """Take these rows out of the files' frames, and tell the context which accounts they were."""
    for taken in files:
        if taken.has("deleted", "archived", "active", "master", "merged", "private_person", "firm") or (
            taken.kind == "account" and taken.has("kind")
        ):
            _leave_out(context, taken)
    context.accounts.forget(context.left_out)
    context.accounts.follow_merged()


def _leave_out(context: Context, taken: Taken) -> None:
    deleted = replaced(
        pl.coalesce(taken.expr("deleted"), taken.expr("archived")),
        taken.frame,
        lambda mark: "yes" if is_deleted(mark) else None,
    ).is_not_null()
    if taken.kind != "opportunity":  # Odoo takes what was lost out of sight: see ``opportunities``
        deleted = deleted | taken.expr("active", pl.Boolean).eq_missing(False)
    master = taken.expr("master")
    if taken.kind == "account":
        master = pl.when(master != pl.coalesce(taken.expr("account"), pl.lit(""))).then(master)
        _remember_merged(context, taken)
    person = (
        taken.expr("private_person", pl.Boolean).eq_missing(True)
        | taken.expr("firm", pl.Boolean).eq_missing(False)
        | replaced(taken.expr("kind"), taken.frame, lambda k: "yes" if is_person(k) else None).is_not_null()
        if taken.kind == "account"
        else pl.lit(False)
    )
    state = (
        pl.when(master.is_not_null())
        .then(pl.lit("merged"))
        .when(deleted)
        .then(pl.lit("deleted"))
        .when(person)
        .then(pl.lit("person"))
    )
    marked = taken.frame.with_columns(_state=state, _master=master)
    gone = marked.filter(pl.col("_state").is_not_null()).select(
        "_state",
        "_master",
        pl.coalesce(taken.expr("account"), taken.expr("name")).alias("account"),
        taken.expr("name").alias("name")
        if taken.kind in _ACCOUNTS
        else pl.lit(None, pl.String).alias("name"),
    )
    rows = gone.collect(engine="streaming")
    if not rows.height:
        return
    taken.fields.frame = marked.filter(pl.col("_state").is_null()).drop("_state", "_master")
    if taken.kind == "account":
        _remember_accounts(context, rows)
    _say(context, taken, rows.get_column("_state"))


def _remember_merged(context: Context, taken: Taken) -> None:
    """HubSpot names, on the record that stays, those that were merged into it."""
    if not (taken.has("merged") and taken.has("account")):
        return
    kept = taken.frame.filter(pl.col("merged").is_not_null()).select("account", "merged").collect()
    for account, merged in kept.iter_rows():
        if account:
            for other in merged.replace(",", ";").split(";"):
                if other.strip() not in ("", account):
                    context.accounts.merged[other.strip()] = account


def _remember_accounts(context: Context, rows: pl.DataFrame) -> None:
    for state, master, account, name in rows.iter_rows():
        if account is None:
            continue
        why = DELETED if state == "deleted" else PERSON
        if name is not None:
            context.gone_names.setdefault(folded_name(name), (master, why))
        if master is not None:
            context.accounts.merged[account] = master
            context.accounts.merged_names[account] = name
        else:
            context.left_out[account] = why


def _say(context: Context, taken: Taken, states: pl.Series) -> None:
    said = {
        "merged": "merged into others in the CRM: what belongs to {them} goes there",
        "deleted": "deleted in the CRM and left out",
        "person": "private persons, no firms, and left out",
    }
    for state, words in said.items():
        count = int((states == state).sum())
        if count:
            them = "it" if count == 1 else "them"
            rows = "1 row is" if count == 1 else f"{count:,} rows are"
            words = (
                words.replace("private persons, no firms", "a private person, no firm")
                if count == 1
                else words
            )
            words = words.replace("into others", "into another") if count == 1 else words
            context.notes.append(f"{taken.file}: {rows} {words.format(them=them)}")
