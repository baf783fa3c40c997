"""What an import did, or would do, and what would place what it does not know."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from beachhead.tables.crm.context import Taken
from beachhead.tables.crm.kinds import kinds
from beachhead.tables.crm.recognition import Recognition
from beachhead.tables.remembered import Section, as_toml, file_pattern, section_name
from beachhead.tables.sources import Source, tables_below
from beachhead.tables.workspace import SETTINGS, definition


@dataclass
class TakenFile:
    """What one file was taken for. ``columns``: field → headers, of what is stored; ``helps``: of what is read to
    tell what a row is or whom it is about, and stored nowhere; ``free``: fields that no column was found for."""

    file: str
    section: str
    kind: str
    crm: str
    rows: int
    columns: dict[str, list[str]]
    helps: dict[str, list[str]]
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
    no_tables: list[tuple[str, str]] = field(default_factory=list)
    candidates: int = 0
    files: list[str] = field(default_factory=list)
    dry: bool = False


def nothing_placed(report: ImportReport, folder: Path, into: Path) -> str:
    """Why nothing could be placed, and the lines that would place what has columns."""
    below = tables_below(folder) if folder.is_dir() else ""
    first = f"there are tables in {below}; here " if below else ""
    if len(report.left) == 1 and not report.unplaced and not below:
        return report.left[0][1].split(": ", 1)[-1]
    whys = [why for _, why in report.left] + [
        f"{file}: its columns are not known" for file, _ in report.unplaced
    ]
    sentence = f"{first}nothing {'' if below else 'here '}could be placed: " + "; ".join(whys[:5])
    lines = [line for _, lines in report.unplaced[:3] for line in ["", *lines]]
    if not lines:
        return sentence
    return (
        "\n    ".join([f"{sentence}. To place it, put into {into / SETTINGS}:", *lines[1:]])
        + "\nand import again"
    )


def how_to_place(
    source: Source, reading: Recognition | None, section: Section | None, names: list[str]
) -> list[str]:
    """The lines in ``beachhead.toml`` that would place a file that was not recognised."""
    kind = reading.kind if reading else (section.kind if section and section.kind else "purchase")
    name = section.name if section else section_name(source.file, source.sheet, kind, names)
    lines = [f"[import.{name}]", f"file = {as_toml(file_pattern(source.file))}"]
    if source.sheet:
        lines.append(f"sheet = {as_toml(source.sheet)}")
    lines.append(f'kind = "{kind}"  # or {", ".join(k for k in kinds() if k != kind)}; or skip = true')
    done = reading.columns if reading else {}
    needs = kinds()[kind].needs if kind in kinds() else ()
    for group in needs:
        header = next((done[f][0] for f in group if f in done), None)
        field_name = next((f for f in group if f in done), group[0])
        lines.append(f"columns.{field_name} = {as_toml(header or '…')}")
    lines.append(f"# columns: {', '.join(source.headers[:30])}{' …' if len(source.headers) > 30 else ''}")
    return lines


def fields_of(kind: str) -> list[str]:
    """The fields that a kind may have; of all kinds when it is not known."""
    if not kind:
        return list(dict.fromkeys(f for k in kinds().values() for f in k.fields))
    return list(kinds()[kind].fields if kind in kinds() else definition(kind.removeprefix("table ")).names)


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


def told(source: Source, reading: Recognition, section: Section, taken: Taken) -> TakenFile:
    kept = extras_of(source, reading)
    helps = kinds()[reading.kind].helps if reading.kind in kinds() else ()
    constants = {name: [f"{value!r} for all rows"] for name, value in section.constants.items()}
    left, unneeded = ([h for h in hs if h not in kept.values()] for hs in (reading.left, reading.unneeded))
    return TakenFile(
        file=source.where,
        section=section.name,
        kind=reading.kind,
        crm=reading.crm,
        rows=source.rows,
        columns={f: hs for f, hs in {**reading.columns, **constants}.items() if f not in helps},
        helps={f: hs for f, hs in reading.columns.items() if f in helps and hs},
        left=left,
        unneeded=unneeded,
        kept=list(kept.values()),
        personal=reading.personal,
        technical=reading.technical,
        notes=[*source.notes, *taken.fields.notes],
        free=[f for f in fields_of(reading.kind) if f not in reading.columns],
    )
