"""Account mapping: which accounts two firms share, and as what each of them knows them.

Accounts are the same where their internet domains are, else where their names are (without case, legal form
and punctuation). Lists may be *keyed*: instead of names they hold keys of domain and name under a secret that both
firms share (``keys``), so that lists can be compared without being shown in the clear. A partner who holds the secret
can still test a name that it guesses; nobody else can. How many accounts of which kind there are stands in the clear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from beachhead.accounts import keys
from beachhead.errors import BadInput
from beachhead.tables.names import normal

POPULATIONS = ("customers", "open opportunities", "prospects")
NOT_LISTED = "not in the list"
KEYED = ("key_domain", "key_name", "population", "agrees", "secret_check", "cost")
# Mail providers and platforms: many firms "are" there, so it says nothing of who they are.
SHARED_DOMAINS = frozenset(
    """
    gmail.com googlemail.com outlook.com hotmail.com yahoo.com icloud.com gmx.de gmx.net web.de t-online.de
    facebook.com linkedin.com wordpress.com blogspot.com wixsite.com
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class AccountList:
    """One firm's accounts. ``rows``: domain, name (keys in a keyed list), shown, population, agrees.

    ``shown`` is the name as written, null in a keyed list; ``agrees``: whether the name may be shown to the
    other.
    """

    rows: pl.DataFrame
    check: str | None = None  # of the secret that it was keyed with
    notes: list[str] = field(default_factory=list)

    @property
    def keyed(self) -> bool:
        return self.check is not None


@dataclass(frozen=True)
class Overlap:
    """``matrix``: ours, theirs, accounts for every pair of populations; ``names``: ours, theirs, name."""

    matrix: pl.DataFrame
    names: pl.DataFrame
    notes: list[str]


def read_account_list(path: str | Path) -> AccountList:
    """A workspace, an export of accounts (CSV, XLSX, …) or a keyed list, read as a list of accounts."""
    path = Path(path)
    if path.is_dir():
        return _from_workspace(path)
    from beachhead.tables.files import read_text_table

    table = read_text_table(path)
    frame = table.frame.rename({h: h.strip().casefold().replace(" ", "_") for h in table.frame.columns})
    if {"key_domain", "key_name"} & set(frame.columns):
        return _from_keys(frame, table.file)
    return _from_export(table.frame, table.file)


def with_keys(accounts: AccountList, secret: str) -> AccountList:
    """The same list with keys in place of domains and names; names stay beside them for us to see.

    Takes some 1.5 ms of one core per domain and name. Raises BadInput for a secret that can be guessed.
    """
    if accounts.keyed:
        raise BadInput("the list holds keys already, not names", expected="the list in the clear")
    key, rows = keys.key_of(secret), accounts.rows
    said = {c: [f"{c} {text}" for text in rows[c].drop_nulls()] for c in ("domain", "name")}
    made = keys.keyed(key, (text for texts in said.values() for text in texts))
    rows = rows.with_columns(
        _mapped(rows[c], {text: made[f"{c} {text}"] for text in rows[c].drop_nulls()}.get) for c in said
    )
    return AccountList(rows, keys.check_of(key), accounts.notes)


def keyed_table(accounts: AccountList) -> pl.DataFrame:
    """A keyed list as it is handed over, in the order of its keys, so that the order tells nothing."""
    return accounts.rows.select(
        key_domain="domain",
        key_name="name",
        population="population",
        agrees=pl.when("agrees").then(pl.lit("yes")).otherwise(pl.lit("no")),
        secret_check=pl.lit(accounts.check),
        cost=pl.lit(keys.COST),
    ).sort("key_name", "key_domain")


def overlap(ours: AccountList, theirs: AccountList, secret: str | None = None) -> Overlap:
    """The accounts that both lists hold, counted by what they are to each; names where both sides agree.

    ``secret`` is needed when exactly one of the lists is keyed. Raises BadInput when it is not given or is
    not the one that the keyed list was made with.
    """
    if ours.keyed != theirs.keyed or (secret and not ours.keyed):
        if not secret:
            raise BadInput("one of the lists holds keys", expected="the secret that it was keyed with")
        ours, theirs = (one if one.keyed else with_keys(one, secret) for one in (ours, theirs))
    if ours.check != theirs.check:
        raise BadInput("the two lists were keyed with different secrets", expected="one secret for both")
    pairs = _pairs(ours.rows, theirs.rows)
    notes = [f"{side}: {note}" for side, one in (("ours", ours), ("theirs", theirs)) for note in one.notes]
    return Overlap(_matrix(ours.rows, theirs.rows, pairs), _names(pairs), notes)


def _pairs(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """One row per account that both have: by domain where both know it, else by name."""
    left, right = (
        ours.with_row_index("l"),
        theirs.with_row_index("r").rename({c: f"{c}_t" for c in theirs.columns}),
    )
    by_domain = left.join(right, left_on="domain", right_on="domain_t", how="inner")
    by_name = left.join(right, left_on="name", right_on="name_t", how="inner")
    # Two firms of one name with different domains are two firms.
    by_name = by_name.filter(pl.col("domain").is_null() | pl.col("domain_t").is_null())
    columns = ["l", "r", "shown", "shown_t", "population", "population_t", "agrees", "agrees_t"]
    both = pl.concat([by_domain.select(columns), by_name.select(columns)])
    return both.unique("l", keep="first", maintain_order=True).unique("r", keep="first", maintain_order=True)


def _matrix(ours: pl.DataFrame, theirs: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    grouped = pairs.group_by("population", "population_t").len()
    shared = {(mine, yours): n for mine, yours, n in grouped.iter_rows()}
    rows = []
    for mine in POPULATIONS:
        rows += [(mine, yours, shared.get((mine, yours), 0)) for yours in POPULATIONS]
        of_mine = ours.filter(pl.col("population") == mine).height
        rows.append((mine, NOT_LISTED, of_mine - pairs.filter(pl.col("population") == mine).height))
    for yours in POPULATIONS:
        of_theirs = theirs.filter(pl.col("population") == yours).height
        rows.append((NOT_LISTED, yours, of_theirs - pairs.filter(pl.col("population_t") == yours).height))
    return pl.DataFrame(
        rows, schema={"ours": pl.String, "theirs": pl.String, "accounts": pl.Int64}, orient="row"
    )


def _names(pairs: pl.DataFrame) -> pl.DataFrame:
    named = pairs.filter(pl.col("agrees") & pl.col("agrees_t"))
    return (
        named.select(ours="population", theirs="population_t", name=pl.coalesce("shown", "shown_t"))
        .drop_nulls("name")
        .sort("ours", "theirs", "name")
    )


def _from_workspace(folder: Path) -> AccountList:
    """Customers and prospects of a workspace; a prospect with an open opportunity is one."""
    from beachhead.tables.workspace import Workspace

    workspace = Workspace(folder)
    accounts = workspace.table("accounts").filter(pl.col("vanished").is_null())
    opportunities = workspace.table("opportunities").filter(pl.col("vanished").is_null())
    is_open = opportunities.filter(pl.col("outcome") == "open")["account"].unique()
    population = (
        pl.when(pl.col("kind") == "customer")
        .then(pl.lit("customers"))
        .when(pl.col("account").is_in(is_open.implode()))
        .then(pl.lit("open opportunities"))
        .otherwise(pl.lit("prospects"))
    )
    named = accounts.with_columns(population=population, agrees=pl.lit(True))
    return _list(
        named.select(pl.coalesce("name", "account").alias("shown"), "domain", "population", "agrees"), []
    )


def _from_export(frame: pl.DataFrame, file: str) -> AccountList:
    """Any list of accounts; what its columns are is recognised as in the import of CRM exports."""
    from beachhead.tables.crm.recognition import map_columns
    from beachhead.tables.crm.values import account_kind

    columns = map_columns("account", frame.columns, {}).columns
    by_simple = {h.strip().casefold().replace(" ", "_"): h for h in frame.columns}
    names = columns.get("name") or columns.get("account_name") or columns.get("account")
    if not names and "domain" not in columns:
        raise BadInput(
            "no column holds the names of accounts", file=file, expected="a column Account Name, or Website"
        )
    what = [by_simple[h] for h in ("population",) if h in by_simple]
    what += [h for f in ("kind", "lifecycle", "outcome", "stage") for h in columns.get(f, [])]
    notes = []

    def population(words: str) -> str:
        simple = words.casefold()
        if any(word in simple for word in ("open", "pipeline", "opportunit", "deal")):
            return "open opportunities"
        return {"customer": "customers", "partner": "partner"}.get(account_kind(words) or "", "prospects")

    first = {field: pl.coalesce(headers) for field, headers in columns.items() if headers}
    written = frame.select(
        shown=pl.coalesce(names) if names else first["domain"],
        domain=first.get("domain", pl.lit(None, dtype=pl.String)),
        what=pl.coalesce(what) if what else pl.lit(None, dtype=pl.String),
        agrees=_yes(by_simple.get("agrees")),
    ).filter(pl.col("shown").is_not_null() | pl.col("domain").is_not_null())
    known = {words: population(words) for words in written["what"].drop_nulls().unique()}
    written = written.with_columns(population=pl.col("what").replace_strict(known, default="customers"))
    if not what:
        notes.append("no column says what the accounts are; all were counted as customers")
    if partners := written.filter(pl.col("population") == "partner").height:
        notes.append(f"{partners} partners were left out")
    return _list(written.filter(pl.col("population") != "partner").drop("what"), notes)


def _from_keys(frame: pl.DataFrame, file: str) -> AccountList:
    missing = [c for c in KEYED if c not in frame.columns]
    checks = frame["secret_check"].unique().to_list() if not missing else []
    if missing or len(checks) > 1 or frame["population"].is_in(POPULATIONS).not_().any():
        raise BadInput(
            "it is no keyed list", file=file, expected="a file as beachhead overlap --keyed writes it"
        )
    if (strange := frame.filter(pl.col("cost") != keys.COST)).height:
        raise BadInput(
            "the list was keyed at another cost, so its keys agree with none that are made here",
            file=file,
            column="cost",
            value=strange["cost"][0],
            expected=f"{keys.COST}: the list keyed anew by this version of Beachhead",
        )
    rows = frame.select(
        domain="key_domain",
        name="key_name",
        shown=pl.lit(None, dtype=pl.String),
        population="population",
        agrees=_yes("agrees"),
    )
    return AccountList(rows, checks[0] if checks else "", [])


def _yes(header: str | None) -> pl.Expr:
    """Whether a list agrees to show a name: as its column ``agrees`` says; without one it does."""
    if header is None:
        return pl.lit(True)
    return (
        pl.col(header).str.strip_chars().str.to_lowercase().is_in(["yes", "y", "true", "1"]).fill_null(False)
    )


def _list(written: pl.DataFrame, notes: list[str]) -> AccountList:
    """Rows with shown, domain, population and agrees, as a list in which each account stands once.

    Rows of one domain, or of one name without a domain, are one account: the furthest population counts,
    and the name is shown only if all of them agree.
    """
    rows = written.with_columns(
        domain=_mapped(written["domain"], _domain),
        name=_mapped(written["shown"], lambda n: normal(n) or None),
    ).with_columns(order=pl.col("population").replace_strict({p: i for i, p in enumerate(POPULATIONS)}))
    of_name = pl.when(pl.col("name").is_not_null()).then(pl.col("domain").drop_nulls().first().over("name"))
    rows = rows.with_columns(domain=pl.coalesce("domain", of_name))
    once = (
        rows.sort("order", maintain_order=True)
        .group_by(pl.coalesce("domain", "name").alias("same"), maintain_order=True)
        .agg(pl.col("domain", "name", "shown", "population").first(), pl.col("agrees").all())
    )
    if once.height < rows.height:
        notes = [*notes, f"{rows.height - once.height} rows repeat an account of the same domain or name"]
    return AccountList(once.select("domain", "name", "shown", "population", "agrees"), None, notes)


def _domain(text: str) -> str | None:
    """``https://www.Example.com/home`` → ``example.com``; an address of mail gives its domain."""
    bare = text.strip().casefold().split("://")[-1].split("/")[0].split("?")[0].split("@")[-1].split(":")[0]
    bare = bare.removeprefix("www.").rstrip(".")
    return bare if "." in bare and bare not in SHARED_DOMAINS else None


def _mapped(values: pl.Series, of: Callable[[str], str | None]) -> pl.Series:
    """``of`` applied to each distinct text."""
    made = {value: of(value) for value in values.drop_nulls().unique()}
    return values.replace_strict(made, default=None, return_dtype=pl.String)
