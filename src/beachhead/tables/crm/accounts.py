"""Files of accounts and of partners, and what other files tell of the accounts in them."""

from __future__ import annotations

import polars as pl

from beachhead.tables.crm.context import WHY, Context, Taken
from beachhead.tables.crm.departments import department_column
from beachhead.tables.crm.kinds import ACCOUNT_FIELDS
from beachhead.tables.crm.reading import ROW
from beachhead.tables.crm.rows import known, once, replaced
from beachhead.tables.crm.values import account_kind, partner_kind
from beachhead.tables.domains import shared_domains
from beachhead.tables.names import ALIKE, likeness

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
    "last_activity",
)


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
        known(context.partners, rows, "partner")
        given = [
            c for c in ("name", "kind", "regions", "practices") if taken.has(c) or (c == "kind" and supplier)
        ]
        context.put("partners", taken, once(rows, "partner", context.partners), ["partner", *given])


def read_accounts(context: Context, files: list[Taken]) -> None:
    """Files of accounts; those with ids first, so that those with names only find them. Partners go to partners."""
    read = [_accounts(context, taken) for taken in sorted(files, key=lambda t: not t.has("account"))]
    # what one file calls a partner is none of another's customers
    context.accounts.forget(context.partner_accounts)
    for taken, rows, columns in read:
        rows = rows.filter(~pl.col("account").is_in(sorted(context.partner_accounts)).fill_null(False))
        if "parent" in columns:
            rows = rows.with_columns(
                replaced(pl.col("parent"), rows.lazy(), lambda p: context.accounts.find(p) or p)
            )
        rows = rows.with_columns(
            pl.when(pl.col("account").is_null()).then(pl.lit("it has neither id nor name")).alias(WHY)
        )
        context.put(
            "accounts", taken, once(rows, "account", context.accounts), ["account", *columns, *taken.extras]
        )
        if taken.has("role", "department"):
            _put_contacts(context, taken, rows)


def _put_contacts(context: Context, taken: Taken, rows: pl.DataFrame) -> None:
    """A customer's file may name the role of the person that is known there."""
    there = [c for c in ("role", "department") if taken.has(c)]
    met = rows.filter(pl.any_horizontal(pl.col(there).is_not_null())).lazy()
    met = met.with_columns(department=department_column(taken, met), role=taken.expr("role"))
    context.put("contacts", taken, met, ["account", "department", "role"])


def _accounts(context: Context, taken: Taken) -> tuple[Taken, pl.DataFrame, list[str]]:
    """One file's accounts and which columns it tells; partners are handed over, all become known."""
    columns = [c for c in ACCOUNT_COLUMNS if taken.has(c) or (c == "kind" and taken.has("lifecycle"))]
    contact = [c for c in ("role", "department") if taken.has(c)]
    frame = taken.frame.with_columns(_account_columns(context, taken))
    frame = frame.with_columns(taken.expr("account"))
    rows = frame.select(ROW, "account", *columns, *taken.extras, *contact, "_kind").collect()
    rows = _with_ids(context, taken, rows)
    if "kind" in columns:
        is_partner = (pl.col("kind") == "partner").fill_null(False)
        _partner_accounts(context, taken, rows.filter(is_partner))
        rows = rows.filter(~is_partner)
    rows = _with_own_domains(context, taken, rows)
    known(context.accounts, rows, "account")
    twice = rows.get_column("account").drop_nulls().is_duplicated().sum()
    if twice:
        context.notes.append(
            f"{taken.file}: accounts stand in {twice} rows more than once; each is taken once"
        )
    return taken, rows, columns


def _with_own_domains(context: Context, taken: Taken, rows: pl.DataFrame) -> pl.DataFrame:
    """Without the domains that identify nobody, but for a platform's own."""
    if "domain" not in rows.columns or "name" not in rows.columns:
        return rows
    shared = shared_domains(rows.get_column("domain"), rows.get_column("name"))
    own = pl.col("domain").str.extract(r"([^.]+)\.[^.]+$", 1) == pl.col("name").str.to_lowercase()
    nobody = pl.col("domain").is_in(sorted(shared)) & ~own.fill_null(False)
    count = int(rows.select(nobody.sum()).item() or 0)
    if count:
        context.notes.append(
            f"{taken.file}: {count} {'domain belongs' if count == 1 else 'domains belong'} to a platform or to many "
            f"firms ({', '.join(sorted(shared)[:3])}), so to nobody, and {'is' if count == 1 else 'are'} left blank"
        )
    return rows.with_columns(domain=pl.when(~nobody.fill_null(False)).then("domain"))


def _with_ids(context: Context, taken: Taken, rows: pl.DataFrame) -> pl.DataFrame:
    """Each row with the id that it is known by: its own if that is nobody else's, else that of its name."""
    if taken.has("account", "name") and "name" in rows.columns:
        rows = _apart(context, taken, rows)
    padded = [context.accounts.padded(a) or a for a in rows.get_column("account")]
    own = set(rows.get_column("account").drop_nulls())
    ids = [a if p in own else p for a, p in zip(rows.get_column("account"), padded, strict=True)]
    names = rows.get_column("name") if "name" in rows.columns else [None] * rows.height
    return rows.with_columns(
        account=pl.Series(
            [a or _by_name(context, n) for a, n in zip(ids, names, strict=True)], dtype=pl.String
        )
    )


def _apart(context: Context, taken: Taken, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of several firms under one id are kept apart by their names: that id is nobody's.

    The same firm, renamed or spelt differently, has a name that is alike or the same domain.
    """
    told = [c for c in ("name", "domain") if c in rows.columns]
    there = rows.filter(pl.col("account").is_not_null() & pl.col("name").is_not_null())
    several = there.filter(pl.col("name").n_unique().over("account") > 1).unique(
        ["account", *told], maintain_order=True
    )
    shared: dict[str, list[str]] = {}
    for (account,), firms in several.group_by("account", maintain_order=True):
        (first, *rest) = firms.select(told).iter_rows()
        if any(not _same_firm(first, other) for other in rest):
            shared[str(account)] = firms.get_column("name").to_list()
    if not shared:
        return rows
    for account, names in shared.items():
        context.left_out[account] = (
            f"its account {account!r} stands for several firms: {', '.join(names[:3])}"
        )
    some = next(iter(shared))
    context.notes.append(
        f"{taken.file}: {len(shared)} {'id stands' if len(shared) == 1 else 'ids stand'} for several firms "
        f"({some!r}: {', '.join(shared[some][:3])}); they are kept apart by their names"
    )
    return rows.with_columns(
        account=pl.when(pl.col("account").is_in(list(shared))).then("name").otherwise("account")
    )


def _same_firm(one: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
    domains = [row[1] for row in (one, other) if len(row) > 1]
    if len(domains) == 2 and domains[0] is not None and domains[0] == domains[1]:
        return True
    return likeness(str(one[0]), str(other[0])) >= ALIKE


def _by_name(context: Context, name: str | None) -> str | None:
    """The account of that name; a new one is known by its name from now on."""
    found = context.accounts.find(name)
    if found is None and name is not None:
        context.accounts.add([name], [name])
    return found or name


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
    bare = (
        pl.col(column)
        .str.to_lowercase()
        .str.replace(r"^[a-z]+://", "")
        .str.replace(r"^.*@", "")
        .str.replace(r"^www\.", "")
    )
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
    known(context.partners, partners, "partner")
    context.partner_accounts |= set(partners.get_column("partner").drop_nulls())
    given = ["partner", "name", "kind", *(["regions"] if region else [])]
    context.put("partners", taken, once(partners, "partner", context.partners), given)
    are = "account is a partner and goes" if rows.height == 1 else "accounts are partners and go"
    context.notes.append(f"{taken.file}: {rows.height} {are} to the table partners")


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
