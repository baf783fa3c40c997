"""The tables that a workspace holds already, before and after an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from beachhead.errors import BadInput
from beachhead.tables import merging
from beachhead.tables.crm.context import WHY, WON, Context, Part
from beachhead.tables.crm.reading import ROW
from beachhead.tables.csv_cells import csv_text, neutral, restored
from beachhead.tables.files import read_text_table
from beachhead.tables.journal import Writer, recover, replace_files
from beachhead.tables.merging import MENTIONED, VANISHED, Merged
from beachhead.tables.names import MATCH_COLUMNS, Registry, aliases, candidates, merged_matches
from beachhead.tables.paths import inside, read_csv, scan_parquet, undamaged
from beachhead.tables.remembered import Section, read_sections, read_text, with_sections
from beachhead.tables.schema import Table
from beachhead.tables.streaming import merge_streamed
from beachhead.tables.workspace import (
    ENDINGS,
    SETTINGS,
    SOURCE,
    TABLES,
    definition,
    read_settings,
    read_typed,
)

MATCHES = "matches.csv"
ASIDE = "unplaced"
PARQUET_FROM = 500_000
"""Rows from which a table is kept as Parquet and merged without reading it whole."""


@dataclass
class Change:
    """What an import makes of the tables. ``aside``: table → how many rows were set aside and why."""

    tables: dict[str, Merged]
    aside: dict[str, tuple[int, dict[str, int]]]
    aside_rows: dict[str, pl.DataFrame]
    matches: pl.DataFrame
    candidates: int


class Stored:
    """The tables of a workspace as an import needs them: with the rows' sources and the user's own columns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        recover(folder)
        self._tables: dict[str, pl.DataFrame] = {}

    def is_large(self, name: str) -> bool:
        """Whether a table is so large that it is not read whole."""
        path = self.path(name)
        if path is None or path.suffix != ".parquet":
            return False
        with undamaged(path):
            return int(scan_parquet(path).select(pl.len()).collect().item()) >= PARQUET_FROM

    def scan(self, name: str) -> pl.LazyFrame | None:
        """The table without reading it; None when there is none."""
        path = self.path(name)
        if path is None:
            return None
        if path.suffix != ".parquet":
            return self.table(name).lazy()
        frame = scan_parquet(path)
        return (
            frame
            if SOURCE in frame.collect_schema()
            else frame.with_columns(pl.lit(None, pl.String).alias(SOURCE))
        )

    @cached_property
    def matches(self) -> pl.DataFrame:
        """``matches.csv`` as text, with the columns that it must have."""
        path = inside(self.folder, MATCHES)
        schema = dict.fromkeys(MATCH_COLUMNS, pl.String)
        if not path.is_file():
            return pl.DataFrame(schema=schema)
        frame = read_text_table(path).frame
        missing = [pl.lit(None, pl.String).alias(c) for c in MATCH_COLUMNS if c not in frame.columns]
        return frame.with_columns(missing).select(MATCH_COLUMNS)

    @cached_property
    def _sections(self) -> list[Section]:
        return read_sections(read_settings(self.folder), self.folder / SETTINGS)

    @property
    def has_assets(self) -> bool:
        """Whether purchases came from assets in an earlier import."""
        sources = [s.name for s in self._sections if s.kind == "asset"]
        stored = self.scan("purchases") if sources else None
        if stored is None:
            return False
        return bool(stored.select(pl.col(SOURCE).is_in(sources).any()).collect(engine="streaming").item())

    def path(self, name: str) -> Path | None:
        """The file of a table. Raises BadInput for a form that an import cannot write."""
        found = [p for e in ENDINGS if (p := inside(self.folder, f"{name}{e}")).is_file()]
        if any(p.suffix not in (".csv", ".parquet") for p in found):
            other = next(p for p in found if p.suffix not in (".csv", ".parquet"))
            raise BadInput(
                f"an import cannot add to a table in {other.suffix.removeprefix('.').upper()}",
                file=other,
                expected=f"the same table saved as {name}.csv",
            )
        if len(found) > 1:
            raise BadInput(f"there is also {found[1].name}", file=found[0], expected="one of them")
        return found[0] if found else None

    def table(self, name: str) -> pl.DataFrame:
        """The table, typed, with the user's own columns and ``source``; empty when there is none."""
        if name not in self._tables:
            path = self.path(name)
            table = definition(name)
            frame = read_typed(path, table) if path else table.empty()
            if SOURCE not in frame.columns:
                frame = frame.with_columns(pl.lit(None, pl.String).alias(SOURCE))
            others = [c for c in frame.columns if c not in (*table.names, SOURCE)]
            own = [pl.col(c).cast(pl.String) for c in others]
            self._tables[name] = frame.select(*table.names, *own, SOURCE)
        return self._tables[name]

    def purchases_but_of(self, sources: set[str]) -> pl.LazyFrame | None:
        """The purchases of other sources than these."""
        stored = self.scan("purchases")
        return (
            None if stored is None else stored.filter(~pl.col(SOURCE).is_in(sorted(sources)).fill_null(False))
        )

    # ---- what is known by id and name ----

    def make_known(self, context: Context) -> None:
        """Tell the context the accounts, partners and products that tables list, and the confirmed matches."""
        if context.us:
            context.partners.add([context.us], [context.us])
        for name, registry in _registries(context):
            registry.aliases |= aliases(self.matches, registry.what)
            rows = self.table(name).filter(pl.col(SOURCE).ne_missing(MENTIONED))
            rows = rows.filter(~pl.col(SOURCE).is_in(sorted(context.superseded)).fill_null(False))
            _add(registry, rows, definition(name))

    def make_mentioned_known(self, context: Context) -> None:
        """Tell it what earlier imports only met by name; what a table lists by now under that very name is that."""
        for name, registry in _registries(context):
            table = definition(name)
            rows = self.table(name).filter(pl.col(SOURCE).eq_missing(MENTIONED))
            kept = []
            for key, called in rows.select(table.key, "name").iter_rows():
                found = registry.find(called or key) if key not in registry.aliases else None
                if found and found != key:
                    registry.aliases[key] = found
                    context.notes.append(
                        f"{called or key} is listed by now, as {found}; what named it is moved there"
                    )
                elif key not in registry.aliases:
                    kept.append(key)
            listed = rows.filter(pl.col(table.key or "").is_in(kept))
            _add(registry, listed, table)
            registry.with_id |= {
                k for k, called in listed.select(table.key, "name").iter_rows() if called not in (None, k)
            }

    # ---- the change ----

    def change(self, context: Context, imported: set[str], as_of: dt.date) -> Change:
        """All tables after the import."""
        parts = [*context.parts, *_met(context)]
        tables: dict[str, Merged] = {}
        for name in TABLES:
            mine = sorted((p for p in parts if p.table == name), key=lambda p: p.weak)
            tables[name] = self._merged(name, mine, context, imported, as_of)
        aside_rows = self._aside(context.parts)
        aside = {
            name: (
                rows.height,
                dict(rows.group_by("why").len().sort("len", "why", descending=[True, False]).iter_rows()),
            )
            for name, rows in aside_rows.items()
            if rows.height
        }
        mentioned = self._mentioned(context)
        found = [candidates(r, new) for (_, r), new in zip(_registries(context), mentioned, strict=True)]
        new = pl.concat(found).with_columns(pl.col("likeness").cast(pl.String))
        matches = merged_matches(self.matches, new)
        open_ones = matches.filter(pl.col("confirmed").is_null()).height
        return Change(tables, aside, aside_rows, matches, open_ones)

    def _mentioned(self, context: Context) -> list[list[str]]:
        """Per registry, the ids of what is only mentioned, now or in earlier imports."""
        found = []
        for name, registry in _registries(context):
            key = definition(name).key or ""
            old = self.table(name).filter(pl.col(SOURCE).eq_missing(MENTIONED)).get_column(key).to_list()
            found.append([k for k in dict.fromkeys([*old, *registry.met]) if k not in registry.aliases])
        return found

    def _merged(
        self, name: str, parts: list[Part], context: Context, imported: set[str], as_of: dt.date
    ) -> Merged:
        table = definition(name)
        sources = (imported | {p.source for p in parts if not p.weak}) - {MENTIONED}
        kept = ~pl.col(SOURCE).is_in(sorted(context.superseded)).fill_null(False)
        if name == "accounts":  # what an export calls a partner by now is no account any more
            kept &= ~(
                pl.col("account").is_in(sorted(context.partner_accounts)) & pl.col(SOURCE).is_not_null()
            )
        stored = self.scan(name)
        before = 0 if stored is None else stored.select(pl.len()).collect(engine="streaming").item()
        moved = 0 if stored is None else _moved(stored, table, context)
        rest = None if stored is None else _realiased(stored.filter(kept), table, context)
        if self.is_large(name) or any(p.big for p in parts):
            after = 0 if rest is None else rest.select(pl.len()).collect(engine="streaming").item()
            merged = merge_streamed(table, rest, parts, sources, as_of)
        else:
            old = self.table(name) if rest is None else rest.collect()
            after = old.height
            merged = merging.merge(table, old, parts, sources, as_of)
        merged.changed += moved
        merged.removed = before - after
        return merged

    def _aside(self, parts: Iterable[Part]) -> dict[str, pl.DataFrame]:
        found = {}
        for name in TABLES:
            rows = merging.set_aside([p for p in parts if p.table == name and not p.weak])
            if rows.height or inside(self.folder, ASIDE, f"{name}.csv").is_file():
                found[name] = rows
        return found

    # ---- writing ----

    def write(self, change: Change, sections: list[Section]) -> list[str]:
        """Write all that changed, at once or not at all. Gives the names of the files that did."""
        writers: dict[str, Writer | bytes] = {}
        remove: list[str] = []
        for name, merged in change.tables.items():
            if merged.untouched or not (merged.rows or self.path(name)):
                continue
            ending = ".parquet" if merged.rows >= PARQUET_FROM else ".csv"
            writers[name + ending] = _writer(merged.frame, ending)
            old = self.path(name)
            if old is not None and old.suffix != ending:
                remove.append(old.name)
        for name, rows in change.aside_rows.items():
            kept = self._kept_aside(name, {s.name + end for s in sections for end in ("", WON)})
            together = pl.concat([kept, rows], how="diagonal") if kept.height else rows
            file = f"{ASIDE}/{name}.csv"
            if together.height:
                writers[file] = _csv(together)
            else:
                remove.append(file)
        if change.matches.height or inside(self.folder, MATCHES).is_file():
            writers[MATCHES] = _csv(change.matches)
        text = with_sections(read_text(self.folder), list({s.name: s for s in sections}.values()))
        writers[SETTINGS] = text.encode()
        return replace_files(self.folder, writers, remove, doing="an import")

    def _kept_aside(self, name: str, imported: set[str]) -> pl.DataFrame:
        """Rows set aside in earlier imports of other files."""
        path = inside(self.folder, ASIDE, f"{name}.csv")
        if not path.is_file():
            return pl.DataFrame()
        try:
            rows = restored(read_csv(path, infer_schema=False))
        except pl.exceptions.PolarsError:
            return pl.DataFrame()
        return (
            rows.filter(~pl.col(SOURCE).is_in(sorted(imported)).fill_null(False))
            if SOURCE in rows.columns
            else rows
        )


def _registries(context: Context) -> list[tuple[str, Registry]]:
    return [("accounts", context.accounts), ("partners", context.partners), ("products", context.products)]


def _add(registry: Registry, rows: pl.DataFrame, table: Table) -> None:
    there = rows.filter(pl.col(table.key or "").is_not_null())
    registry.add(there.get_column(table.key or ""), there.get_column("name"))


def _met(context: Context) -> list[Part]:
    """What other tables name and none lists, as rows of its own table."""
    parts = []
    for name, registry in _registries(context):
        key = definition(name).key or ""
        ids = [k for k in registry.met if k not in registry.aliases]
        if not ids:
            continue
        names = [registry.met[k] or k for k in ids]
        rows = pl.DataFrame(
            {key: ids, "name": names, ROW: [0] * len(ids), WHY: [None] * len(ids)},
            schema={key: pl.String, "name": pl.String, ROW: pl.Int64, WHY: pl.String},
        )
        parts.append(Part(name, MENTIONED, "", rows.lazy(), [key, "name"], weak=True))
    return parts


def _renamed_columns(
    table: Table, columns: list[str], context: Context
) -> Iterator[tuple[str, dict[str, str]]]:
    """The columns of a table that refer to accounts, partners and products, with the confirmed matches of each."""
    for name, registry in _registries(context):
        key = definition(name).key or ""
        also = {"accounts": ["parent"], "partners": ["seller", "serviced_by"], "products": []}[name]
        for column in [*([key] if table.name != name else []), *also]:
            if column in columns and registry.aliases:
                yield column, registry.aliases


def _moved(rows: pl.LazyFrame, table: Table, context: Context) -> int:
    """How many rows refer to something that was confirmed to be something else."""
    renamed = list(_renamed_columns(table, rows.collect_schema().names(), context))
    if not renamed:
        return 0
    hit = pl.any_horizontal(pl.col(c).is_in(list(known)).fill_null(False) for c, known in renamed)
    return int(rows.select(hit.sum()).collect(engine="streaming").item())


def _realiased(rows: pl.LazyFrame, table: Table, context: Context) -> pl.LazyFrame:
    """Confirmed matches applied to the rows that are there already."""
    for name, registry in _registries(context):
        if table.name == name and registry.aliases:
            rows = _joined_rows(rows.collect(), definition(name).key or "", registry.aliases).lazy()
    renamed = _renamed_columns(table, rows.collect_schema().names(), context)
    return rows.with_columns(pl.col(c).replace(known) for c, known in renamed)


def _joined_rows(rows: pl.DataFrame, key: str, known: dict[str, str]) -> pl.DataFrame:
    """Rows of the same firm are one: that of the confirmed id, its blanks filled from the other."""
    if not rows.get_column(key).is_in(list(known)).any():
        return rows
    order = rows.with_columns(_other=pl.col(key).is_in(list(known)), _at=pl.int_range(pl.len()))
    order = order.with_columns(pl.col(key).replace(known)).sort("_other", "_at")
    rest = [
        pl.col(c).drop_nulls().first() if c not in (SOURCE, VANISHED) else pl.col(c).first()
        for c in rows.columns
        if c != key
    ]
    return (
        order.group_by(key, maintain_order=True)
        .agg(*rest, pl.col("_at").min())
        .sort("_at")
        .select(rows.columns)
    )


def _writer(frame: pl.LazyFrame, ending: str) -> Callable[[Path], None]:
    if ending == ".parquet":
        # small groups of rows keep the memory of writing small
        return lambda path: frame.sink_parquet(path, compression_level=1, row_group_size=200_000)
    return lambda path: neutral(_csv_text(frame.collect())).write_csv(path)


def _csv_text(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [c for c, t in frame.schema.items() if isinstance(t, pl.List)]
    return frame.with_columns(pl.col(c).list.join(";") for c in lists)


def _csv(frame: pl.DataFrame) -> bytes:
    return csv_text(frame).encode()
