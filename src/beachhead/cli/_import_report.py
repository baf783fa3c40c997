"""What an import did, as text: files, columns, tables, and what needs a hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from beachhead.tables.import_told import ImportReport, TableChange, TakenFile

_SHOWN, _FREE = 12, 8
_NAMES_ONLY = ("category", "person of ours")


def show(report: ImportReport) -> None:
    """Print the report; what could not be read or placed comes last, with what to do."""
    for line in lines(report):
        click.echo(line)


def lines(report: ImportReport) -> Iterator[str]:
    """The report, line by line."""
    for taken in report.taken:
        yield from _file(taken)
    yield ""
    for change in report.tables:
        if change.rows or change.set_aside:
            yield _table(change)
    yield from _set_aside(report)
    if report.notes:
        yield ""
        yield from (f"Note: {note}." for note in report.notes)
    for file, why in report.left:
        yield f"Not read: {why if why.startswith(file) else f'{file}: {why}'}."
    if report.no_tables:
        yield f"No tables: {', '.join(file for file, _ in report.no_tables)}."
    for file, section in report.unplaced:
        yield f"Not placed: {file}: its columns are not known. To place it, put into beachhead.toml:"
        yield from (f"    {line}" for line in section)
    yield from (f"To do: {advice}." for advice in report.advice)
    if report.candidates:
        yield (
            f"To do: {report.candidates} {'name' if report.candidates == 1 else 'names'} may be the same as another: "
            "see matches.csv, write yes or no under confirmed, and import again."
        )
    if report.dry:
        yield "Dry run: nothing was written."
    elif not report.files:
        yield "Nothing changed."
    else:
        yield f"Written: {', '.join(report.files)}."


def _file(taken: TakenFile) -> Iterator[str]:
    what = f"{taken.crm} {_plural(taken.kind)}" if taken.crm else _plural(taken.kind)
    yield f"{taken.file}: {what}, {taken.rows:,} {'row' if taken.rows == 1 else 'rows'}"
    columns = [f"{field} = {' or '.join(headers)}" for field, headers in taken.columns.items() if headers]
    yield from _wrapped("columns", columns)
    helps = [f"{field} = {' or '.join(headers)}" for field, headers in taken.helps.items()]
    if helps:
        yield from _wrapped("read but not stored", helps)
    if taken.kept:
        yield from _wrapped("kept as they are", taken.kept)
    if taken.personal:
        yield from _wrapped("not stored, for they are about persons", taken.personal)
    if taken.technical:
        yield from _wrapped("dropped as technical", taken.technical)
    if taken.unneeded:
        yield from _wrapped("not needed", taken.unneeded)
    if taken.left:
        yield from _wrapped("not used", taken.left)
    if taken.left and taken.free and taken.kind not in _NAMES_ONLY:
        yield f"    to use one, put under [import.{taken.section}] in beachhead.toml:"
        yield f'        columns.NAME = "{taken.left[0]}"   with NAME {_either(taken.free[:_FREE])}'
    yield from (f"    {note}" for note in taken.notes)


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _plural(kind: str) -> str:
    kind = kind.removeprefix("table ")
    irregular = {"opportunity": "opportunities", "activity": "activities", "category": "categories"}
    if kind == "person of ours":
        return "people of ours (names only)"
    return irregular.get(kind, kind if kind.endswith("s") else kind + "s")


def _wrapped(title: str, items: list[str]) -> Iterator[str]:
    line = f"    {title}: "
    for at, item in enumerate(items):
        piece = item + (", " if at < len(items) - 1 else "")
        if len(line) + len(piece) > 110 and not line.isspace():
            yield line.rstrip()
            line = "        "
        line += piece
    yield line.rstrip()


def _table(change: TableChange) -> str:
    parts = [
        f"{n:,} {word}"
        for n, word in ((change.added, "new"), (change.changed, "changed"), (change.vanished, "vanished"))
        if n
    ]
    if change.removed:
        parts.append(f"{change.removed:,} merged into others or counted elsewhere")
    rows = "row" if change.rows == 1 else "rows"
    return f"{change.table}: {change.rows:,} {rows} ({', '.join(parts) or 'nothing new'})"


def _set_aside(report: ImportReport) -> Iterator[str]:
    for change in report.tables:
        for why, count in list(change.reasons.items())[:_SHOWN]:
            where = f" (see unplaced/{change.table}.csv)" if not report.dry else ""
            yield f"Set aside: {count:,} for {change.table}: {why}{where}"
