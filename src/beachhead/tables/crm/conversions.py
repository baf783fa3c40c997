"""Exports become the tables of a workspace: people, products, partners, accounts, contacts and activities.

Opportunities and purchases are in ``sales``. Each function reads the files of its kinds and hands parts to the
context. What a file tells of an account beside its own rows (a report of contacts with the account's type) is
collected too.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from beachhead.tables.crm.context import WHY, Context, Taken
from beachhead.tables.crm.departments import department_of
from beachhead.tables.crm.kinds import ACCOUNT_FIELDS, PERSONS
from beachhead.tables.crm.reading import ROW, by_map
from beachhead.tables.crm.values import account_kind, activity_kind, is_done, partner_kind
from beachhead.tables.names import Registry
from beachhead.tables.workspace import definition

ACCOUNT_COLUMNS = (
    "name",
    "kind",
    "parent",
    "domain",
    "segment",
    "industry",
    "region",
    "country",
    "size",
    "owner",
)


def replaced(column: pl.Expr, frame: pl.LazyFrame, of: Callable[[str], str | None]) -> pl.Expr:
    """The text ``column`` with ``of`` applied to each different value."""
    values = frame.select(column.unique()).collect(engine="streaming").to_series().drop_nulls()
    return by_map(column, values, pl.Series([of(v) for v in values], dtype=pl.String))


def read_own_tables(context: Context, files: list[Taken]) -> None:
    """Tables as a workspace keeps them, of the kinds that no CRM exports."""
    registries = {"products": context.products, "partners": context.partners}
    for taken in files:
        table = definition(taken.kind.removeprefix("table "))
        given = [c for c in table.names if taken.has(c)]
        rows = table.conform(taken.frame.select(given).collect(), file=taken.file).select(given)
        rows = rows.with_columns(taken.frame.select(ROW).collect().get_column(ROW))
        if table.name in registries and table.key:
            _known(registries[table.name], rows, table.key)
        frame = rows.lazy()
        if "account" in given:
            frame = context.placed(taken, frame)
        if "product" in given and table.name != "products":
            frame = context.product_of(taken, frame)
        context.put(table.name, taken, frame, given)


def read_people(context: Context, files: list[Taken]) -> None:
    """Our own people: only their names, to stand where other files have their ids."""
    for taken in files:
        full = pl.concat_str(
            [taken.expr("first_name"), taken.expr("last_name")], separator=" ", ignore_nulls=True
        )
        called = pl.coalesce(taken.expr("name"), taken.expr("full_name"), full)
        rows = taken.frame.select(taken.expr("person"), called.alias("name")).collect()
        context.people |= {p: n for p, n in rows.iter_rows() if p and n}


def read_categories(context: Context, files: list[Taken]) -> None:
    """Categories of products: only their names, to stand where other files have their ids."""
    for taken in files:
        rows = taken.frame.select("category", "name").collect()
        context.categories |= {c: n for c, n in rows.iter_rows() if c and n}


def read_partners(context: Context, files: list[Taken]) -> None:
    """Files of partners and suppliers."""
    for taken in files:
        key = pl.coalesce(taken.expr("partner"), taken.expr("name"))
        supplier = any(w in taken.file.casefold() for w in ("supplier", "vendor", "lieferant", "manufactur"))
        kind = replaced(taken.expr("kind"), taken.frame, partner_kind)
        rows = taken.frame.select(
            ROW,
            partner=key,
            name=taken.expr("name"),
            kind=pl.coalesce(kind, pl.lit("vendor" if supplier else None, pl.String)),
            regions=pl.when(taken.expr("regions").is_not_null()).then(taken.expr("regions").str.split(";")),
            practices=pl.when(taken.expr("practices").is_not_null()).then(
                taken.expr("practices").str.split(";")
            ),
        ).collect()
        _known(context.partners, rows, "partner")
        given = [
            c for c in ("name", "kind", "regions", "practices") if taken.has(c) or (c == "kind" and supplier)
        ]
        context.put("partners", taken, _once(rows, "partner"), ["partner", *given])


def read_accounts(context: Context, files: list[Taken]) -> None:
    """Files of accounts; those with ids first, so that those with names only find them. Partners go to partners."""
    for taken in sorted(files, key=lambda t: not t.has("account")):
        frame = taken.frame.with_columns(_account_columns(context, taken))
        columns = [c for c in ACCOUNT_COLUMNS if taken.has(c) or (c == "kind" and taken.has("lifecycle"))]
        contact = [c for c in ("role", "department") if taken.has(c)]
        kept = [ROW, "account", *columns, *taken.extras, *contact, "_kind"]
        if taken.has("account"):
            rows = (
                frame.with_columns(account=pl.coalesce("account", taken.expr("name"))).select(kept).collect()
            )
        else:
            rows = frame.with_columns(account="name").select(kept).collect()
            found = [context.accounts.find(a) or a for a in rows.get_column("account")]
            rows = rows.with_columns(account=pl.Series(found, dtype=pl.String))
        is_partner = (
            pl.col("_kind").is_not_null() & (pl.col("kind") == "partner")
            if "kind" in columns
            else pl.lit(False)
        )
        partners, rows = rows.filter(is_partner), rows.filter(~is_partner)
        _partner_accounts(context, taken, partners)
        _known(context.accounts, rows, "account")
        rows = rows.with_columns(
            pl.when(pl.col("account").is_null()).then(pl.lit("it has neither id nor name")).alias(WHY)
        )
        _say_twice(context, taken, rows)
        context.put("accounts", taken, _once(rows, "account"), ["account", *columns, *taken.extras])
        if contact:
            met = rows.filter(pl.any_horizontal(pl.col(contact).is_not_null()))
            _put_contacts(context, taken, met.lazy())


def _account_columns(context: Context, taken: Taken) -> list[pl.Expr]:
    """What a file tells of accounts, in our words. ``_kind`` keeps the CRM's own type."""
    kind = replaced(taken.expr("kind"), taken.frame, account_kind)
    life = replaced(taken.expr("lifecycle"), taken.frame, account_kind)
    life = pl.when(life != "partner").then(life)
    made = [pl.coalesce(kind, life).alias("kind"), taken.expr("kind").alias("_kind")]
    if taken.has("domain"):
        made.append(_domain("domain"))
    if taken.has("size"):
        made.append(pl.col("size").round().cast(pl.Int64, strict=False))
    if taken.has("owner"):
        made.append(pl.col("owner").replace(context.people))
    return made


def _domain(column: str) -> pl.Expr:
    """``https://www.Example.com/home`` → ``example.com``."""
    bare = pl.col(column).str.to_lowercase().str.replace(r"^[a-z]+://", "").str.replace(r"^www\.", "")
    return bare.str.replace(r"[/?#:].*$", "").replace("", None).alias(column)


def _partner_accounts(context: Context, taken: Taken, rows: pl.DataFrame) -> None:
    if not rows.height:
        return
    kinds = [partner_kind(k) for k in rows.get_column("_kind")]
    region = "region" if "region" in rows.columns else "country" if "country" in rows.columns else None
    name = pl.col("name") if "name" in rows.columns else pl.lit(None, pl.String)
    partners = rows.select(
        ROW,
        partner="account",
        name=name,
        kind=pl.Series(kinds, dtype=pl.String),
        regions=pl.concat_list(region) if region else pl.lit(None, pl.List(pl.String)),
    )
    if region:
        partners = partners.with_columns(
            pl.when(pl.col("regions").list.first().is_not_null()).then("regions")
        )
    _known(context.partners, partners, "partner")
    given = ["partner", "name", "kind", *(["regions"] if region else [])]
    context.put("partners", taken, _once(partners, "partner"), given)
    are = "account is a partner and goes" if rows.height == 1 else "accounts are partners and go"
    context.notes.append(f"{taken.file}: {rows.height} {are} to the table partners")


def _known(registry: Registry, rows: pl.DataFrame, key: str) -> None:
    there = rows.filter(pl.col(key).is_not_null())
    names = there.get_column("name") if "name" in there.columns else [None] * there.height
    registry.add(there.get_column(key), names)


def _once(rows: pl.DataFrame, key: str) -> pl.LazyFrame:
    """One row per id: of each column the first value that is there. Rows without an id stay as they are."""
    keyed, rest = rows.filter(pl.col(key).is_not_null()), rows.filter(pl.col(key).is_null())
    if keyed.get_column(key).is_duplicated().any():
        columns = [pl.col(c).drop_nulls().first() for c in keyed.columns if c != key]
        keyed = keyed.group_by(key, maintain_order=True).agg(columns).select(rows.columns)
    return pl.concat([keyed, rest]).lazy()


def _say_twice(context: Context, taken: Taken, rows: pl.DataFrame) -> None:
    twice = rows.filter(pl.col("account").is_not_null()).get_column("account").is_duplicated().sum()
    if twice:
        context.notes.append(
            f"{taken.file}: accounts stand in {twice} rows more than once; each is taken once"
        )


def accounts_beside(context: Context, taken: Taken, frame: pl.LazyFrame) -> None:
    """What a file of contacts or purchases tells of the accounts in it (name, type, industry)."""
    told = [f for f in ACCOUNT_FIELDS if taken.has(f) and f != "parent"]
    if not told:
        return
    made = [e for e in _account_columns(context, taken) if e.meta.output_name() != "owner"]
    name = [pl.col("account_name").alias("name")] if taken.has("account_name") else []
    columns = [c for c in ACCOUNT_COLUMNS if c in told or (c == "kind" and "lifecycle" in told)]
    rows = frame.with_columns(made).filter(pl.col("account").is_not_null())
    named = ["name"] if name else []
    some = rows.group_by("account", maintain_order=True).agg(
        pl.col(ROW).first(),
        *(e.drop_nulls().first() for e in name),
        *(pl.col(c).drop_nulls().first() for c in columns),
    )
    context.put("accounts", taken, some, ["account", *named, *columns], weak=True)


def partners_among(context: Context, taken: Taken) -> None:
    """Accounts that a file of other rows types as partners become partners before its rows are placed."""
    if not taken.has("kind") or taken.kind == "account":
        return
    given = [f for f in ("account", "account_name") if taken.has(f)]
    rows = taken.frame.select(*given, "kind", ROW).unique(given, keep="first", maintain_order=True).collect()
    kinds = pl.Series([account_kind(k) for k in rows.get_column("kind")], dtype=pl.String)
    rows = rows.filter(kinds == "partner")
    key = pl.coalesce(given)
    name = pl.col("account_name") if "account_name" in given else pl.lit(None, pl.String)
    partners = rows.select(ROW, account=key, name=name, _kind="kind")
    new = [
        context.accounts.find(a, n) is None and context.partners.find(a, n) is None
        for a, n in partners.select("account", "name").iter_rows()
    ]
    _partner_accounts(context, taken, partners.filter(pl.Series(new, dtype=pl.Boolean)))


def read_products(context: Context, files: list[Taken]) -> None:
    """Files of products."""
    for taken in files:
        key = pl.coalesce(taken.expr("product"), taken.expr("code"), taken.expr("name"))
        rows = taken.frame.select(
            ROW,
            taken.expr("code"),
            product=key,
            name=taken.expr("name"),
            vendor=taken.expr("vendor"),
            need=taken.expr("need").replace(context.categories),
        )
        rows = context.seller(pl.col("vendor"), rows, "vendor") if taken.has("vendor") else rows
        made = rows.with_columns(vendor=_names_of(context, rows)).collect()
        _known(context.products, made, "product")
        coded = made.filter(pl.col("code").is_not_null() & pl.col("product").is_not_null())
        context.products.add(coded.get_column("product"), coded.get_column("code"))
        _known(context.products, made, "product")
        given = [c for c in ("name", "vendor", "need") if taken.has(c)]
        context.put("products", taken, _once(made, "product"), ["product", *given])


def _names_of(context: Context, rows: pl.LazyFrame) -> pl.Expr:
    return replaced(pl.col("vendor"), rows, lambda v: context.partners.names.get(v) or v)


def read_contacts(context: Context, files: list[Taken]) -> pl.DataFrame:
    """Files of contacts. Gives what tells who is meant elsewhere: contact, name, email → account, department, role."""
    who = []
    for taken in files:
        partners_among(context, taken)
        frame = context.placed(taken, taken.frame)
        accounts_beside(context, taken, frame)
        first_last = pl.concat_str(
            [taken.expr("first_name"), taken.expr("last_name")], separator=" ", ignore_nulls=True
        )
        met = frame.with_columns(
            department=_department(taken, frame),
            role=taken.expr("role"),
            _name=pl.coalesce(taken.expr("full_name"), first_last),
        )
        is_person = pl.any_horizontal(
            pl.col("role").is_not_null(),
            taken.expr("department").is_not_null(),
            *(taken.expr(f).is_not_null() for f in ("contact", *PERSONS)),
        )
        met = met.filter(is_person)
        who.append(
            met.select(
                taken.expr("contact"),
                pl.col("_name").alias("name"),
                taken.expr("email").str.to_lowercase(),
                "account",
                "department",
                "role",
            ).collect()
        )
        context.put("contacts", taken, met, ["account", "department", "role"])
    schema = dict.fromkeys(("contact", "name", "email", "account", "department", "role"), pl.String)
    return pl.concat(who) if who else pl.DataFrame(schema=schema)


def _put_contacts(context: Context, taken: Taken, rows: pl.LazyFrame) -> None:
    made = rows.with_columns(department=_department(taken, rows), role=taken.expr("role"))
    context.put("contacts", taken, made, ["account", "department", "role"])


def _department(taken: Taken, frame: pl.LazyFrame) -> pl.Expr:
    """The department by our list; where the file has none, what the role says of it."""
    named = replaced(taken.expr("department"), frame, lambda d: department_of(d, exact=True) or d)
    return pl.coalesce(named, replaced(taken.expr("role"), frame, department_of))


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
        _about=replaced(
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
    # what an activity is "regarding" may be anything; only its own account's column makes new accounts
    loose = taken.crm == "Dynamics 365"
    frame = context.placed(taken, frame, create=not loose, many=True)
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
