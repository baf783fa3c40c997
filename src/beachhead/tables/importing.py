"""Import of a folder of exports into a workspace: recognised, converted, merged, and written all at once or not.

>>> report = import_folder("exports", "workspace")
>>> report.taken, report.left, report.tables
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

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
    withdrawn,
)
from beachhead.tables.crm.context import Context, Part, Taken
from beachhead.tables.crm.kinds import kinds
from beachhead.tables.crm.reading import read_fields, refuse_ambiguous
from beachhead.tables.crm.recognition import Recognition, map_columns, recognise
from beachhead.tables.links import linked
from beachhead.tables.remembered import (
    Section,
    file_pattern,
    read_sections,
    section_for,
    section_name,
)
from beachhead.tables.sources import NotRead, Source, read_folder
from beachhead.tables.stored import Stored
from beachhead.tables.workspace import SETTINGS, Workspace, definition, read_settings

Say = Callable[[str], None]


@dataclass
class TakenFile:
    """What one file was taken for. ``columns``: field → headers; ``free``: fields that no column was found for."""

    file: str
    section: str
    kind: str
    crm: str
    rows: int
    columns: dict[str, list[str]]
    left: list[str]
    unneeded: list[str]
    kept: list[str]
    personal: list[str]
    technical: list[str]
    notes: list[str]
    free: list[str]


@dataclass
class TableChange:
    """What an import does to one table."""

    table: str
    rows: int
    added: int
    changed: int
    vanished: int
    removed: int
    set_aside: int
    reasons: dict[str, int] = field(default_factory=dict)


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do."""

    taken: list[TakenFile] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    unplaced: list[tuple[str, list[str]]] = field(default_factory=list)
    tables: list[TableChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    candidates: int = 0
    files: list[str] = field(default_factory=list)
    dry: bool = False


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
    with tempfile.TemporaryDirectory(prefix="beachhead-") as scratch:
        return _import(folder, into, Path(scratch), dry_run, say)


def _import(folder: Path, into: Path, scratch: Path, dry_run: bool, say: Say) -> ImportReport:
    stored = Stored(into)
    settings = read_settings(into)
    sections = read_sections(settings, into / SETTINGS)
    report = ImportReport(dry=dry_run)
    say("reading the files")
    sources: list[Source] = []
    for found in read_folder(folder, scratch):
        if isinstance(found, NotRead):
            report.left.append((found.file, found.why))
        else:
            sources.append(found)
    placed = _recognised(sources, sections, report)
    if not placed:
        raise BadInput(_nothing(report), file=folder)
    say("reading the columns")
    taken = [_taken(source, reading, section) for source, reading, section in placed]
    for source, reading, section, one in ((*p, t) for p, t in zip(placed, taken, strict=True)):
        report.taken.append(_told(source, reading, section, one))
    workspace = Workspace(into) if into.is_dir() else None
    context = Context(us=workspace.us if workspace else "", scratch=scratch)
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


def _nothing(report: ImportReport) -> str:
    if len(report.left) == 1 and not report.unplaced:
        return report.left[0][1].split(": ", 1)[-1]
    whys = [why for _, why in report.left] + [
        f"{file}: its columns are not known" for file, _ in report.unplaced
    ]
    return "nothing here could be placed: " + "; ".join(whys[:5])


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
        reading: Recognition | None
        if section and section.kind:
            reading = map_columns(section.kind, source.headers, given, section.crm)
        else:
            reading = recognise(source.headers, source.evidence)
            if reading and section:
                reading = map_columns(reading.kind, source.headers, given, reading.crm)
        readings.append((source, reading, section))
    placed: list[Placed] = []
    names = [s.name for s in sections]
    for source, reading, section in linked(readings, report.notes):
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
        section.columns = {**reading.columns, **section.columns}
        placed.append((source, reading, section))
    return placed


def _named_columns(source: Source, section: Section) -> dict[str, list[str]]:
    """The columns that the settings name and the file has. Raises BadInput for a field that its kind has not."""
    known = _fields_of(section.kind)
    for name in section.columns:
        if name not in known:
            raise BadInput(
                f"[import.{section.name}] has columns.{name}, which is no field of {section.kind or 'any kind'}"
                f"{did_you_mean(name, known)}",
                file=SETTINGS,
                expected=", ".join(known),
            )
    return {f: [h for h in hs if h in source.headers] for f, hs in section.columns.items()}


def _fields_of(kind: str) -> list[str]:
    """The fields that a kind may have; of all kinds when it is not known."""
    if not kind:
        return list(dict.fromkeys(f for k in kinds().values() for f in k.fields))
    return list(kinds()[kind].fields if kind in kinds() else definition(kind.removeprefix("table ")).names)


def _complete(reading: Recognition) -> bool:
    if reading.kind.startswith("table "):
        return True
    return all(any(f in reading.columns for f in group) for group in kinds()[reading.kind].needs)


def how_to_place(
    source: Source, reading: Recognition | None, section: Section | None, names: list[str]
) -> list[str]:
    """The lines in ``beachhead.toml`` that would place a file that was not recognised."""
    kind = reading.kind if reading else (section.kind if section and section.kind else "purchase")
    name = section.name if section else section_name(source.file, source.sheet, kind, names)
    lines = [f"[import.{name}]", f'file = "{file_pattern(source.file)}"']
    if source.sheet:
        lines.append(f'sheet = "{source.sheet}"')
    lines.append(f'kind = "{kind}"  # or {", ".join(k for k in kinds() if k != kind)}; or skip = true')
    done = reading.columns if reading else {}
    needs = kinds()[kind].needs if kind in kinds() else ()
    for group in needs:
        header = next((done[f][0] for f in group if f in done), None)
        field_name = next((f for f in group if f in done), group[0])
        lines.append(f'columns.{field_name} = "{header or "…"}"')
    lines.append(f"# columns: {', '.join(source.headers[:30])}{' …' if len(source.headers) > 30 else ''}")
    return lines


def _taken(source: Source, reading: Recognition, section: Section) -> Taken:
    fields = read_fields(
        source.frame,
        {f: hs for f, hs in reading.columns.items() if hs},
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
        extras=list(extras_of(source, reading)),
        won=section.won,
        lost=section.lost,
        defaults={"seller": section.seller} if section.seller is not None else {},
        big=source.big,
    )


_LONGEST = 200  # mean length of a column of a user's own that is kept


def extras_of(source: Source, reading: Recognition) -> dict[str, str]:
    """Columns of accounts that have no place of their own and are kept: name here → header."""
    if reading.kind not in ("account", "table accounts"):
        return {}
    kept: dict[str, str] = {}
    for header in (h for h in source.headers if h in reading.left or h in reading.unneeded):
        name = "_".join("".join(c if c.isalnum() else " " for c in header.casefold()).split())
        values = source.sample.get_column(header).drop_nulls()
        if not name or not len(values) or values.str.len_chars().mean() > _LONGEST:  # type: ignore[operator]
            continue
        if name not in kept and name not in reading.columns and not name.startswith("_"):
            kept[name] = header
    return kept


def _told(source: Source, reading: Recognition, section: Section, taken: Taken) -> TakenFile:
    kept = extras_of(source, reading)
    left, unneeded = ([h for h in hs if h not in kept.values()] for hs in (reading.left, reading.unneeded))
    return TakenFile(
        file=source.where,
        section=section.name,
        kind=reading.kind,
        crm=reading.crm,
        rows=source.rows,
        columns=reading.columns,
        left=left,
        unneeded=unneeded,
        kept=list(kept.values()),
        personal=reading.personal,
        technical=reading.technical,
        notes=[*source.notes, *taken.fields.notes],
        free=[f for f in _fields_of(reading.kind) if f not in reading.columns],
    )


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
        "contact", "opportunity", "activity", "order", "purchase", "asset", "opportunity line", "order line"
    )
    for one in rest:
        accounts.partners_among(context, one)
    context.meet(rest)
    own.read_own_tables(context, of("table signals", "table references", "table outcomes"))
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
    frames = [p.frame for p in parts if p.table == "purchases"] + ([stored] if stored is not None else [])
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
