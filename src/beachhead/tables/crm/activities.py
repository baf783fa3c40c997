"""Files of activities, and the names of our people that stand in them as ids."""

from __future__ import annotations

import polars as pl

from beachhead.tables.crm.context import WHY, Context, Taken
from beachhead.tables.crm.rows import replaced
from beachhead.tables.crm.values import activity_kind, is_done
from beachhead.tables.workspace import definition


def read_people(context: Context, files: list[Taken]) -> None:
    """Our own people: only their names, to stand where other files have their ids."""
    for taken in files:
        full = pl.concat_str(
            [taken.expr("first_name"), taken.expr("last_name")], separator=" ", ignore_nulls=True
        )
        called = pl.coalesce(taken.expr("name"), taken.expr("full_name"), full)
        rows = taken.frame.select(taken.expr("person"), called.alias("name")).collect()
        context.people |= {p: n for p, n in rows.iter_rows() if p and n}


def read_activities(context: Context, files: list[Taken], who: pl.DataFrame, deals: pl.DataFrame) -> None:
    """Files of activities. ``who`` as ``read_contacts`` gives it; ``deals``: opportunity, name → account."""
    for taken in files:
        frame = _with_links(context, taken, who, deals)
        frame = frame.with_columns(
            date=pl.coalesce(taken.expr("date", pl.Date), taken.expr("completed", pl.Date)),
            kind=_activity_kinds(taken, frame),
            our_person=taken.expr("our_person").replace(context.people),
            note=taken.expr("note"),
            activity=taken.expr("activity"),
        )
        why = pl.coalesce(pl.col(WHY), pl.when(pl.col("date").is_null()).then(pl.lit("it has no date")))
        columns = [c for c in definition("activities").names if c != "vanished"]
        given = [c for c in columns if c in ("account", "date", "kind", "department", "role") or taken.has(c)]
        context.put("activities", taken, frame.with_columns(why.alias(WHY)), given)


def _with_links(context: Context, taken: Taken, who: pl.DataFrame, deals: pl.DataFrame) -> pl.LazyFrame:
    """Account, department and role: the row's own, else of its contact, else the account of its opportunity."""
    frame = taken.frame
    people, sales = _lookup(who, ("contact", "name", "email")), _lookup(deals, ("opportunity", "name"))
    person = pl.coalesce(taken.expr("contact"), taken.expr("person"), taken.expr("email"))
    tidy = person.str.split(";").list.first().str.strip_chars()
    inside = tidy.str.extract(r"\(([^()@\s]+@[^()\s]+)\)", 1).str.to_lowercase()  # "Name (email)"
    key = pl.coalesce(inside, tidy)
    deal = pl.coalesce(taken.expr("opportunity"), taken.expr("opportunity_name")).str.split(";").list.first()
    frame = frame.with_columns(
        _person_account=replaced(key, frame, lambda p: people.get(p.casefold(), (None, None, None))[0]),
        department=pl.coalesce(
            taken.expr("department"), replaced(key, frame, lambda p: people.get(p.casefold(), (None,) * 3)[1])
        ),
        role=pl.coalesce(
            taken.expr("role"), replaced(key, frame, lambda p: people.get(p.casefold(), (None,) * 3)[2])
        ),
        _deal_account=replaced(deal, frame, lambda d: sales.get(d.casefold(), (None,))[0]),
        _about=pl.lit(None, pl.String)
        if not taken.may_name_others
        else replaced(
            pl.coalesce(taken.expr("account"), taken.expr("account_name")),
            frame,
            lambda a: (
                None
                if context.accounts.find(a)
                else (sales.get(a.casefold()) or people.get(a.casefold()) or (None,))[0]
            ),
        ),
    )
    other = pl.coalesce("_about", "_deal_account", "_person_account")
    frame = context.placed(taken, frame, create=not taken.may_name_others, many=True)
    found = pl.coalesce(pl.col("_about"), pl.col("account"), other)
    known = replaced(found, frame, lambda a: context.accounts.find(a))
    why = pl.when(known.is_null()).then(pl.coalesce(pl.col(WHY), pl.lit("it names no account")))
    return frame.with_columns(account=known).with_columns(why.alias(WHY))


def _lookup(rows: pl.DataFrame, keys: tuple[str, ...]) -> dict[str, tuple[str | None, ...]]:
    """Each key, without case → the other columns; the first row that has it."""
    others = [c for c in rows.columns if c not in keys]
    found: dict[str, tuple[str | None, ...]] = {}
    for key in keys:
        there = rows.filter(pl.col(key).is_not_null() & pl.col("account").is_not_null())
        for value, *rest in there.select(key, *others).iter_rows():
            found.setdefault(value.casefold(), tuple(rest))
    return found


def _activity_kinds(taken: Taken, frame: pl.LazyFrame) -> pl.Expr:
    """The kind by subtype, type, subject, else by the file's name; what has not taken place is a task."""
    fields = [f for f in ("subtype", "type", "note", "status", "closed_flag") if taken.has(f)]
    rest = activity_kind(taken.file) or "task"

    def kind(row: dict[str, str | bool | None]) -> str:
        if not is_done(_text(row.get("status"))) or row.get("closed_flag") is False:
            return "task"
        told = activity_kind(_text(row.get("subtype"))) if row.get("subtype") != "Task" else None
        return told or activity_kind(_text(row.get("type"))) or activity_kind(_text(row.get("note"))) or rest

    if not fields:
        return pl.lit(rest)
    pairs = frame.select(fields).unique().collect(engine="streaming")
    kinds = pairs.with_columns(_k=pl.Series([kind(r) for r in pairs.iter_rows(named=True)], dtype=pl.String))
    key = pl.struct(fields).hash(0)
    hashed = kinds.select(h=key, k="_k").unique("h")
    return key.replace_strict(hashed.get_column("h"), hashed.get_column("k"), default=rest)


def _text(value: str | bool | None) -> str | None:
    return value if isinstance(value, str) else None
