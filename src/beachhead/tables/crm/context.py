"""What the conversions share: the files as fields, what is known by id and name, and what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from beachhead.tables.crm.reading import CELL_CURRENCY, ROW, Fields, by_map
from beachhead.tables.names import Registry, folded_name
from beachhead.tables.paths import scan_parquet
from beachhead.tables.workspace import definition

WHY = "_why"
"""Column of a part: why the row cannot be placed; null for rows that can."""


WON = " (won)"
"""Behind a source's name: the purchases that were made of its won opportunities."""
ELSEWHERE = "another firm"
"""The seller of a competitor's product that the CRM does not name."""

_MAPPED_AT_MOST = 200_000  # different values
_WHO = ("account", "account_name")
_WHAT = ("product", "product_code", "product_name")


@dataclass
class Taken:
    """A file (or sheet) that was recognised, as fields. ``name`` is its section in ``beachhead.toml``."""

    name: str
    file: str
    kind: str
    crm: str
    fields: Fields
    headers: dict[str, str] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)
    won: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)
    big: bool = False
    _different: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)

    @property
    def frame(self) -> pl.LazyFrame:
        return self.fields.frame

    @property
    def may_name_others(self) -> bool:
        """Whether the column of the account may hold something else: what Dynamics' activities are "regarding"."""
        return self.kind == "activity" and self.crm == "Dynamics 365"

    def different(self, names: Sequence[str]) -> pl.DataFrame:
        """The different combinations of those of these fields that the file has."""
        there = tuple(n for n in names if self.has(n))
        if there not in self._different:
            self._different[there] = different(self.frame, there) if there else pl.DataFrame()
        return self._different[there]

    def has(self, *names: str) -> bool:
        """Whether one of these fields is there."""
        return any(n in self.fields.names for n in names)

    @property
    def currency(self) -> pl.Expr:
        """The currency of the row's amount: in a column of its own, with the amount, or with all amounts of the file."""
        cell = [pl.col(CELL_CURRENCY)] if self.fields.has_cell_currency else []
        return pl.coalesce(self.expr("currency"), *cell, pl.lit(self.fields.currency, pl.String))

    @property
    def tells_currency(self) -> bool:
        return self.has("currency") or self.fields.has_cell_currency or self.fields.currency is not None

    def expr(self, name: str, dtype: pl.DataType | type[pl.DataType] = pl.String) -> pl.Expr:
        """The field, or null of its type when the file has none."""
        return pl.col(name) if name in self.fields.names else pl.lit(None, dtype).alias(name)


@dataclass
class Part:
    """Rows for one table from one file: its columns, ``_row`` and ``_why``. ``given``: the columns that it fills.

    ``weak``: the file only tells something beside; blanks are filled with it, but nothing is replaced.
    """

    table: str
    source: str
    file: str
    frame: pl.LazyFrame
    given: list[str]
    big: bool = False
    weak: bool = False

    @cached_property
    def reasons(self) -> dict[str, int]:
        """Why rows cannot be placed → how many; ``""``: those that can."""
        counts = self.frame.group_by(pl.col(WHY).fill_null("")).len().collect(engine="streaming")
        return dict(counts.sort("len", WHY, descending=[True, False]).iter_rows())

    @property
    def placed(self) -> int:
        """How many rows can be placed."""
        return self.reasons.get("", 0)


@dataclass
class Context:
    """The state of one conversion. ``us``: our own name, empty when it is not set.

    ``superseded``: sources whose purchases are counted elsewhere by now; ``partner_accounts``: ids of accounts that the
    exports call partners; ``left_out``: account → why rows that name it are set aside; ``scratch``: a folder for what
    is worked out on the way. ``gone_names``: name of a deleted account or private person → why, of a merged one →
    its master's id, for files that refer to accounts by their names.
    """

    us: str = ""
    accounts: Registry = field(default_factory=lambda: Registry("account"))
    products: Registry = field(default_factory=lambda: Registry("product"))
    partners: Registry = field(default_factory=lambda: Registry("partner"))
    people: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    superseded: set[str] = field(default_factory=set)
    partner_accounts: set[str] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)
    gone_names: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    scratch: Path | None = None

    def put(
        self,
        table: str,
        taken: Taken,
        frame: pl.LazyFrame,
        given: Iterable[str],
        *,
        weak: bool = False,
        source: str = "",
    ) -> None:
        """Hand rows over: ``frame`` holds the columns ``given``, ``_row`` and, where rows cannot be placed, ``_why``."""
        columns = list(given)
        told = pl.col(WHY) if WHY in frame.collect_schema().names() else pl.lit(None, pl.String)
        needed = [c.name for c in definition(table).columns if c.required and c.name in columns]
        blank = [pl.when(pl.col(c).is_null()).then(pl.lit(f"it has no {c}")) for c in needed]
        frame = frame.with_columns(pl.coalesce(told, *blank).alias(WHY)).select(*columns, ROW, WHY)
        if taken.big and not weak and self.scratch is not None:
            # worked out once, for it is read several times from here on
            worked_out = self.scratch / f"part-{len(self.parts)}.parquet"
            frame.sink_parquet(worked_out, compression="lz4", statistics=False)
            frame = scan_parquet(worked_out)
        self.parts.append(
            Part(
                table=table,
                source=source or taken.name,
                file=taken.file,
                frame=frame,
                given=columns,
                big=taken.big and not weak,
                weak=weak,
            )
        )

    def placed(
        self, taken: Taken, frame: pl.LazyFrame, *, create: bool = True, many: bool = False
    ) -> pl.LazyFrame:
        """``frame`` with ``account`` an id that is known and ``_why`` where there is none.

        What no table lists becomes an account of its own, if ``create``. ``many``: a cell may hold several.
        """
        pairs = taken.different(_WHO)
        if not pairs.width:
            nameless = pl.lit("the table names no account")
            return frame.with_columns(account=pl.lit(None, pl.String), **{WHY: nameless})
        if taken.has("account") and pairs.select(_several().any()).item():
            frame = _split(frame, many)
            pairs = different(frame, pairs.columns)
        placed = [
            self._account(row.get("account"), row.get("account_name"), create)
            for row in pairs.iter_rows(named=True)
        ]
        ids = pl.Series("account", [account for account, _ in placed], dtype=pl.String)
        why = pl.Series(WHY, [reason for _, reason in placed], dtype=pl.String)
        return mapped(mapped(frame, pairs, why), pairs, ids)

    def meet(self, files: Sequence[Taken]) -> None:
        """Make known the accounts and products that these files name: first what has an id, then names alone.

        So it does not depend on the order of files which of several spellings becomes the id.
        """
        accounts: set[tuple[str | None, str | None]] = set()
        products: set[tuple[str | None, str | None, str | None]] = set()
        for taken in files:
            for row in taken.different(_WHAT).iter_rows(named=True):
                products.add((row.get("product"), row.get("product_code"), row.get("product_name")))
            if taken.may_name_others:
                continue
            pairs = taken.different(_WHO)
            if taken.has("account") and pairs.select(_several().any()).item():
                pairs = different(_split(pairs.lazy(), many=True), pairs.columns)
            for row in pairs.iter_rows(named=True):
                accounts.add((row.get("account"), row.get("account_name")))
        for key, name in sorted(accounts, key=_ids_first):
            self._account(key, name, create=True)
        for product in sorted(products, key=_ids_first):
            self.products.place(*product)

    def _account(self, key: str | None, name: str | None, create: bool) -> tuple[str | None, str | None]:
        key = self.accounts.aliases.get(key, key) if key else key
        if key in self.left_out and key not in self.accounts.names:
            named = self.accounts.find(None, name) if "several firms" in self.left_out[key] else None
            return (named, None) if named else (None, self.left_out[key])
        known = self.accounts.find(key, name)
        if known is not None:
            return known, None
        partner = self.partners.find(key, name)
        if partner is not None:
            return None, "the account is a partner"
        if key is None and name is None:
            return None, "it names no account"
        alone = name if key is None else key if name is None else None
        if alone is not None and folded_name(alone) in self.gone_names:
            master, why = self.gone_names[folded_name(alone)]
            end = self.accounts.aliases.get(master, master) if master else None
            return (end, None) if end else (None, why)
        if not create:
            return None, "it names something that is no account"
        return self.accounts.place(key, name), None

    def product_of(self, taken: Taken, frame: pl.LazyFrame) -> pl.LazyFrame:
        """``frame`` with ``product`` an id that is known; what no table lists becomes a product of its own."""
        pairs = taken.different(_WHAT)
        if not pairs.width:
            return frame.with_columns(product=pl.lit(None, pl.String))
        found = [
            self.products.place(row.get("product"), row.get("product_code"), row.get("product_name"))
            for row in pairs.iter_rows(named=True)
        ]
        return mapped(frame, pairs, pl.Series("product", found, dtype=pl.String))

    def seller(self, column: pl.Expr, frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
        """``frame`` with the text ``column`` as ``name``: a partner's id where it is one, us by our own name."""
        made = frame.with_columns(column.alias(name))
        values = (
            made.select(pl.col(name).unique()).collect(engine="streaming").to_series().drop_nulls().sort()
        )
        firms = pl.Series([self._firm(v) for v in values], dtype=pl.String)
        return (
            made
            if firms.equals(values)
            else made.with_columns(by_map(pl.col(name), values, firms).alias(name))
        )

    def _firm(self, value: str) -> str:
        if value == ELSEWHERE:
            return value
        if self.us and value.casefold().strip() == self.us.casefold().strip():
            return self.us
        partner = self.partners.find(value)
        if partner:
            return partner
        account = self.accounts.find(value)  # a firm that sells, though its type does not say so
        name = (self.accounts.names.get(account) or account) if account else value
        return self.partners.place(name) or value


def _ids_first(values: tuple[str | None, ...]) -> tuple[object, ...]:
    """Orders by which of the values are there, ids before names, then by the values."""
    return (*(v is None for v in values), *(v or "" for v in values))


def _several() -> pl.Expr:
    """Whether a cell holds several ids."""
    return pl.col("account").str.contains(r";|^\d+(\s*,\s*\d+)+$")


def _split(frame: pl.LazyFrame, many: bool) -> pl.LazyFrame:
    """Several ids in one cell: a row for each, or the first of them."""
    cell = pl.col("account")
    numbers = cell.str.contains(r"^[\d\s,;]+$")
    apart = pl.when(numbers).then(cell.str.replace_all(",", ";")).otherwise(cell).str.split(";")
    tidy = apart.list.eval(pl.element().str.strip_chars().replace("", None).drop_nulls())
    if many:
        return frame.with_columns(account=tidy).explode("account")
    return frame.with_columns(account=tidy.list.first())


def different(frame: pl.LazyFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The different combinations of these columns of text, in their order.

    Those with the first come first: an id that comes with a name must be known before that name alone is looked up.
    """
    return frame.select(columns).unique().collect(engine="streaming").sort(columns, nulls_last=True)


def mapped(frame: pl.LazyFrame, pairs: pl.DataFrame, values: pl.Series) -> pl.LazyFrame:
    """``frame`` with the column ``values`` that belongs to each combination of ``pairs``."""
    columns = pairs.columns
    if values.name == columns[0] and pairs.get_column(columns[0]).eq_missing(values).all():
        return frame
    if values.null_count() == len(values):
        return frame.with_columns(pl.lit(None, values.dtype).alias(values.name))
    if pairs.height > _MAPPED_AT_MOST:
        right = pairs.with_columns(values.alias("_value")).lazy()
        joined = frame.join(right, on=columns, how="left", nulls_equal=True, maintain_order="left")
        return joined.with_columns(pl.col("_value").alias(values.name)).drop("_value")
    # a map is applied piece by piece; a join would hold the whole table
    key = pl.concat_str([pl.col(c).fill_null("\x1e") for c in columns], separator="\x1f")
    keys = pairs.select(key).to_series()
    return frame.with_columns(by_map(key, keys, values).alias(values.name))
