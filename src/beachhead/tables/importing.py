"""Import of a folder of exports into a workspace: recognised, converted, merged, and written all at once or not.

>>> report = import_folder("exports", "workspace")
>>> report.taken, report.left, report.tables
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from beachhead.errors import BadInput, did_you_mean
from beachhead.tables.crm import (
    accounts,
    activities,
    contacts,
    opportunities,
    own,
    products,
    purchases,
    shipped,
    withdrawn,
)
from beachhead.tables.crm.context import WON, Context, Part, Taken
from beachhead.tables.crm.kinds import kinds
from beachhead.tables.crm.reading import read_fields, refuse_ambiguous
from beachhead.tables.crm.recognition import Recognition, map_columns, recognise
from beachhead.tables.import_told import (
    ImportReport,
    TableChange,
    extras_of,
    fields_of,
    how_to_place,
    nothing_placed,
    told,
)
from beachhead.tables.links import linked, without_mere_names
from beachhead.tables.locks import one_writer
from beachhead.tables.remembered import (
    CONSTANTS,
    Section,
    file_pattern,
    read_sections,
    section_for,
    section_name,
    section_named,
)
from beachhead.tables.sources import How, NotRead, Source, read_folder, tables_below
from beachhead.tables.stored import Stored
from beachhead.tables.workspace import SETTINGS, Workspace, read_settings

Say = Callable[[str], None]


def import_folder(
    folder: str | Path, into: str | Path, *, dry_run: bool = False, say: Say = lambda _: None
) -> ImportReport:
    """Import the exports that lie in ``folder`` (or are that file) into the workspace ``into``.

    Raises BadInput, with nothing written, when no file holds a table that can be placed, when dates read both ways,
    or when ``beachhead.toml`` is not understood. ``say`` is told what is being done.
    """
    folder, into = Path(folder), Path(into)
    if folder.resolve() == into.resolve():
        raise BadInput(
            "the exports lie in the workspace itself", file=folder, expected="two different folders"
        )
    if into.exists() and not into.is_dir():
        raise BadInput("this is a file", file=into, expected="a folder for the workspace")
    new = not into.exists()
    writing = contextlib.nullcontext() if dry_run else one_writer(into, "an import")
    with tempfile.TemporaryDirectory(prefix="beachhead-") as scratch:
        try:
            with writing:
                return _import(folder, into, Path(scratch), dry_run, say)
        finally:
            if new:  # made for the lock, and gone again where nothing was written
                with contextlib.suppress(OSError):
                    into.rmdir()


def _import(folder: Path, into: Path, scratch: Path, dry_run: bool, say: Say) -> ImportReport:
    stored = Stored(into)
    settings = read_settings(into)
    sections = read_sections(settings, into / SETTINGS)
    report = ImportReport(dry=dry_run)
    say("reading the files")
    sources: list[Source] = []
    for found in read_folder(folder, scratch, _how(sections)):
        if isinstance(found, NotRead):
            (report.left if found.why else report.no_tables).append((found.file, found.why))
        else:
            sources.append(found)
    placed = _recognised(sources, sections, report)
    skipped = {s.name + end for s in sections if s.skip for end in ("", WON)}
    if not placed and not (skipped and all("says skip" in why for _, why in report.left)):
        raise BadInput(nothing_placed(report, folder, into), file=folder)
    if folder.is_dir() and (below := tables_below(folder)):
        report.notes.append(
            f"there are tables in {below} as well, which are not read: import that folder too"
        )
    say("reading the columns")
    taken = [_taken(source, reading, section) for source, reading, section in placed]
    for source, reading, section, one in ((*p, t) for p, t in zip(placed, taken, strict=True)):
        report.taken.append(told(source, reading, section, one))
    workspace = Workspace(into) if into.is_dir() else None
    context = Context(us=workspace.us if workspace else "", scratch=scratch)
    context.superseded |= skipped
    stored.make_known(context)
    say("placing the rows")
    convert(context, taken, stored)
    report.notes += list(dict.fromkeys(context.notes))
    report.advice += list(dict.fromkeys(context.advice))
    say("merging the tables")
    imported = {t.name for t in taken}
    as_of = workspace.as_of if workspace else dt.date.today()
    change = stored.change(context, imported, as_of)
    report.tables = [
        TableChange(name, m.rows, m.added, m.changed, m.vanished, m.removed, *change.aside.get(name, (0, {})))
        for name, m in change.tables.items()
    ]
    report.candidates = change.candidates
    if not dry_run:
        say("writing")
        report.files = stored.write(change, [section for _, _, section in placed])
    return report


def _how(sections: list[Section]) -> How:
    def how(file: str, sheet: str | None) -> dict[str, Any]:
        section = section_named(sections, file, sheet)
        return {"header_row": section.header_row, "encoding": section.encoding} if section else {}

    return how


Placed = tuple[Source, Recognition, Section]


def _recognised(sources: list[Source], sections: list[Section], report: ImportReport) -> list[Placed]:
    """Each source with what it was taken for and its section; what is not known goes to the report."""
    readings: list[tuple[Source, Recognition | None, Section | None]] = []
    for source in sources:
        section = section_for(sections, source.file, source.sheet, source.headers)
        if section and section.skip:
            report.left.append((source.where, f"{source.where}: [import.{section.name}] says skip"))
            continue
        given = _named_columns(source, section) if section else {}
        constants: dict[str, list[str]] = {name: [] for name in section.constants} if section else {}
        reading: Recognition | None
        if section and section.kind:
            reading = map_columns(section.kind, source.headers, given, section.crm)
        else:
            reading = recognise(source.headers, source.evidence, constants)
            if reading and section:
                reading = map_columns(reading.kind, source.headers, given, reading.crm)
        if reading and section and constants:
            _check_constants(section, reading.kind)
            reading = replace(reading, columns={**reading.columns, **constants})
        readings.append((source, reading, section))
    placed: list[Placed] = []
    names = [s.name for s in sections]
    for source, reading, section in without_mere_names(linked(readings, report.notes)):
        if reading is None or not _complete(reading):
            report.unplaced.append((source.where, how_to_place(source, reading, section, names)))
            continue
        if section is None:
            name = section_name(source.file, source.sheet, reading.kind, names)
            same = next(
                (
                    p
                    for p in placed
                    if p[2].files == [file_pattern(source.file)] and p[1].columns == reading.columns
                ),
                None,
            )
            section = (
                same[2] if same else Section(name, [file_pattern(source.file)], sheet=source.sheet or "")
            )
            names.append(section.name)
        section.kind, section.crm = reading.kind, section.crm or reading.crm
        gone = [h for hs in section.columns.values() for h in hs if h not in source.headers]
        if gone:
            report.notes.append(f"{source.where}: it has no column {' or '.join(map(repr, gone))} any more")
        section.columns = {**{f: hs for f, hs in reading.columns.items() if hs}, **section.columns}
        placed.append((source, reading, section))
    return placed


def _named_columns(source: Source, section: Section) -> dict[str, list[str]]:
    """The columns that the settings name and the file has. Raises BadInput for a field that its kind has not."""
    known = fields_of(section.kind)
    for name in section.columns:
        if name not in known:
            raise BadInput(
                f"[import.{section.name}] has columns.{name}, which is no field of {section.kind or 'any kind'}"
                f"{did_you_mean(name, known)}",
                file=SETTINGS,
                expected=", ".join(known),
            )
    return {f: [h for h in hs if h in source.headers] for f, hs in section.columns.items()}


def _check_constants(section: Section, kind: str) -> None:
    known = fields_of(kind)
    for name in section.constants:
        if name not in known and f"{name}_name" not in known:
            raise BadInput(
                f"[import.{section.name}] has {name} = …, which is no field of {kind}{did_you_mean(name, known)}",
                file=SETTINGS,
                expected=", ".join(c for c in CONSTANTS if c in known),
            )


def _complete(reading: Recognition) -> bool:
    if reading.kind.startswith("table "):
        return True
    return all(any(f in reading.columns for f in group) for group in kinds()[reading.kind].needs)


def _taken(source: Source, reading: Recognition, section: Section) -> Taken:
    columns = {f: hs for f, hs in reading.columns.items() if hs}
    frame = source.frame
    for name, value in section.constants.items():
        columns[name] = [_CONSTANT + name]
        frame = frame.with_columns(pl.lit(value).alias(_CONSTANT + name))
    fields = read_fields(
        frame,
        columns,
        day_first=section.day_first,
        choices=reading.choices,
        salesforce=reading.crm == "Salesforce",
        extras=extras_of(source, reading),
    )
    refuse_ambiguous(source.where, section.name, fields.ambiguous)
    return Taken(
        name=section.name,
        file=source.where,
        kind=reading.kind,
        crm=reading.crm,
        fields=fields,
        headers={f: hs[0] for f, hs in columns.items()},
        extras=list(extras_of(source, reading)),
        won=section.won,
        lost=section.lost,
        defaults={"seller": section.seller} if section.seller is not None else {},
        big=source.big,
    )


_CONSTANT = "\x00"  # before the name of a column that beachhead.toml gives; no header begins with it


def convert(context: Context, taken: list[Taken], stored: Stored) -> None:
    """Every file into parts of tables, in the order in which one needs what the other makes known."""

    def of(*kinds: str) -> list[Taken]:
        return [t for t in taken if t.kind in kinds]

    withdrawn.leave_out(context, taken)
    own.read_own_tables(context, of("table products", "table partners"))
    activities.read_people(context, of("person of ours"))
    products.read_categories(context, of("category"))
    accounts.read_partners(context, of("partner"))
    accounts.read_accounts(context, of("account"))
    products.read_products(context, of("product"))
    stored.make_mentioned_known(context)
    context.accounts.place_merged()
    rest = of(
        "contact",
        "opportunity",
        "activity",
        "order",
        "purchase",
        "asset",
        "opportunity line",
        "order line",
        "installed version",
    )
    for one in rest:
        accounts.partners_among(context, one)
    context.meet(rest)
    own.read_own_tables(
        context,
        of(
            "table signals",
            "table references",
            "table outcomes",
            "table releases",
            "table defects",
            "table installed_versions",
        ),
    )
    shipped.read_releases(context, of("release"))
    shipped.read_defects(context, of("defect"))
    shipped.read_installed(context, of("installed version"))
    who = contacts.read_contacts(context, of("contact"))
    deals = opportunities.read_opportunities(context, of("opportunity"))
    purchases.read_orders(context, of("order"), of("order line"))
    purchases.read_purchases(context, of("purchase"))
    purchases.read_assets(context, of("asset"))
    _count_won(context, stored, deals, of)
    # last, for by now everything is known that an activity may be about
    activities.read_activities(context, of("activity"), who, deals)


def _count_won(context: Context, stored: Stored, deals: pl.DataFrame, of: Callable[..., list[Taken]]) -> None:
    """Won opportunities as purchases, unless there are assets."""
    lines = of("opportunity line")
    won = opportunities.won_sources(of("opportunity"), lines)
    if of("asset") or stored.has_assets:
        if won:
            context.notes.append(
                "there are assets, so won opportunities are not counted as purchases as well"
            )
        context.superseded |= won
        return
    recorded = _recorded(context.parts, stored.purchases_but_of(won), deals)
    opportunities.read_won(context, deals, lines, of("opportunity"), recorded)


def _recorded(parts: list[Part], stored: pl.LazyFrame | None, deals: pl.DataFrame) -> pl.DataFrame:
    """Purchases that are known from elsewhere, of the accounts that have won opportunities."""
    buyers = deals.filter(pl.col("outcome") == "won").get_column("account").drop_nulls().unique()
    frames = [
        p.frame for p in parts if p.table == "purchases" and {"account", "product", "date"} <= set(p.given)
    ] + ([stored] if stored is not None else [])
    schema = {"account": pl.String, "product": pl.String, "date": pl.Date}
    if not frames or not len(buyers):
        return pl.DataFrame(schema=schema)
    found = [
        f.select("account", "product", "date")
        .filter(pl.col("account").is_in(buyers.implode()))
        .unique()
        .collect(engine="streaming")
        for f in frames
    ]
    return pl.concat(found).drop_nulls()
