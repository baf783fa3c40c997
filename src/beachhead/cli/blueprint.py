"""``beachhead blueprint``: maturity models as data, listed, read, checked, imported, and carried to Excel."""

from __future__ import annotations

import click

from beachhead.cli._output import outputs


@click.group()
def command() -> None:
    """Maturity models as data: list, show, check, import, and carry to Excel and back."""


@command.command(name="list")
@click.argument("workspace", type=click.Path(), required=False)
def list_(workspace: str | None) -> None:
    """The blueprints that ship, and those of WORKSPACE."""
    from pathlib import Path

    from beachhead.cli._tables import table
    from beachhead.errors import BadKnowledge
    from beachhead.practice.library import blueprints, load_blueprint

    rows = []
    for name, path in sorted(blueprints(Path(workspace) if workspace else None).items()):
        where = str(path) if workspace and path.is_relative_to(workspace) else "ships"
        try:
            one = load_blueprint(path)
        except BadKnowledge as no:
            rows.append([name, "", "", f"broken: {no.problems[0]}", "", where])
            continue
        points = str(len(one.placed))
        rows.append([name, str(one.version), points, one.name, ", ".join(one.groups), where])
    table(["id", "version", "points", "name", "groups", "where"], rows, whole=["id"])


@command.command()
@click.argument("blueprint")
@click.argument("part", required=False)
@click.option("--workspace", type=click.Path(), help="Look among the blueprints of this workspace too.")
@click.option("--language", help="Show the texts of another language that the blueprint has.")
def show(blueprint: str, part: str | None, workspace: str | None, language: str | None) -> None:
    """The points of BLUEPRINT (an id or a file); with PART all about one domain, section or point."""
    from pathlib import Path

    from beachhead.cli._blueprint_words import outline, point_lines
    from beachhead.errors import BadQuestion, did_you_mean
    from beachhead.practice.blueprint import sections
    from beachhead.practice.languages import in_language
    from beachhead.practice.library import find_blueprint

    one = find_blueprint(blueprint, Path(workspace) if workspace else None)
    if language:
        one = in_language(one, language)
    known = {s.id: s for s, _ in sections(one)}
    if part is None:
        lines = outline(one)
    elif part in one.by_id:
        lines = point_lines(one, one.by_id[part])
    elif part in known:
        inside = [p for p in one.placed if part in {s.id for s in p.path}]
        lines = [line for p in inside for line in [*point_lines(one, p), ""]]
    else:
        guess = did_you_mean(part, [*known, *one.by_id])
        raise BadQuestion(f"Blueprint {one.id!r} has no domain, section or point {part!r}{guess}.")
    click.echo("\n".join(lines))


@command.command()
@click.argument("path", type=click.Path(), metavar="FILE|FOLDER")
def check(path: str) -> None:
    """Check a blueprint file, or all of a folder: every problem with its line.

    A sound blueprint is remembered in fingerprints.json beside it; if it changes later, its version must rise.
    While you are writing one, give it version 0: drafts are not remembered.
    """
    from pathlib import Path

    from beachhead.errors import BadInput, BadKnowledge
    from beachhead.practice import fingerprints
    from beachhead.practice.library import load_blueprint
    from beachhead.tables.paths import YAML, files_in

    given = Path(path)
    files = files_in(given, YAML) if given.is_dir() else [given]
    if not files:
        raise BadInput("holds no blueprint", file=given, expected="YAML files")
    problems: list[str] = []
    for file in files:
        try:
            one = load_blueprint(file)
            new = fingerprints.record(one, file)
        except BadKnowledge as no:
            problems += no.problems
            continue
        remembered = f", remembered in {fingerprints.FILE}" if new else ""
        draft = ", a draft" if one.version == 0 else ""
        click.echo(f"{file}: {one.name}, version {one.version}{draft}, {len(one.placed)} points{remembered}.")
    if problems:
        raise BadKnowledge(problems)


@command.command(name="import")
@click.argument("source", type=click.Path(), metavar="FILE|FOLDER")
@click.option("-o", "--output", type=click.Path(), required=True, help="Blueprint file (YAML) to write.")
@outputs(output=(".yaml", ".yml"))
def import_(source: str, output: str) -> None:
    """Make a blueprint of another maturity model, and tell what it cannot hold.

    Understood are OWASP SAMM's data model (a folder), CISO Assistant libraries (YAML), DSOMM (YAML), AWS
    Well-Architected custom lenses (JSON), sheets with one row per point (XLSX, CSV), and what installed packages add.

    A CISO Assistant library that holds a mapping set becomes a mapping: write it into the folder 'mappings' of a
    workspace, so that the blueprints there are found.
    """
    from pathlib import Path

    from beachhead.errors import BadInput
    from beachhead.practice.importers import import_mappings, import_model
    from beachhead.practice.library import write_blueprint
    from beachhead.practice.mapping import write_mapping

    place = Path(output)
    home = place.absolute().parent
    into = home.name == "mappings"
    mappings, notes = import_mappings(source, home.parent if into else None, beside_framework=into)
    for number, one in enumerate(mappings, 1):
        path = place if number == 1 else place.with_name(f"{place.stem}-{number}{place.suffix}")
        write_mapping(one, path, [f"Imported from {Path(source).name} (CISO Assistant mapping set).", *notes])
        click.echo(
            f"CISO Assistant mapping set: {one.name}, {len(one.pairs)} pairs from {one.from_blueprint!r} to "
            f"{one.to_blueprint!r}; the mapping {one.id!r} lies in {path}."
        )
    if mappings:
        click.echo("\n".join(f"- {note}" for note in notes), nl=bool(notes))
        return
    if into:
        raise BadInput(
            "holds no mapping set; a blueprint belongs in the folder 'blueprints', not in 'mappings'",
            file=source,
        )
    found = import_model(source)
    write_blueprint(
        found.blueprint, Path(output), [f"Imported from {Path(source).name} ({found.form}).", *found.notes]
    )
    model = found.blueprint
    click.echo(f"{found.form}: {model.name}, {len(model.domains)} domains, {len(model.placed)} points.")
    for note in found.notes:
        click.echo(f"- {note}")
    click.echo(f"The blueprint {model.id!r} lies in {output}.")


@command.command(name="to-xlsx")
@click.argument("blueprint")
@click.option("-o", "--output", type=click.Path(), required=True, help="Workbook (XLSX) to write.")
@click.option("--workspace", type=click.Path(), help="Look among the blueprints of this workspace too.")
@outputs(output=(".xlsx",))
def to_xlsx_(blueprint: str, output: str, workspace: str | None) -> None:
    """Write BLUEPRINT (an id or a file) as a workbook, to be read and changed in Excel."""
    from pathlib import Path

    from beachhead.practice.library import find_blueprint
    from beachhead.practice.workbook import to_xlsx

    to_xlsx(find_blueprint(blueprint, Path(workspace) if workspace else None), Path(output))
    click.echo(
        f"The workbook lies in {output}. Read it back with: beachhead blueprint from-xlsx {output} -o FILE.yaml"
    )


@command.command(name="from-xlsx")
@click.argument("workbook", type=click.Path())
@click.option("-o", "--output", type=click.Path(), required=True, help="Blueprint file (YAML) to write.")
@outputs(output=(".yaml", ".yml"))
def from_xlsx_(workbook: str, output: str) -> None:
    """Read a blueprint from a workbook: every problem with its sheet and cell."""
    from pathlib import Path

    from beachhead.practice.library import write_blueprint
    from beachhead.practice.workbook_reading import from_xlsx

    one = from_xlsx(Path(workbook))
    write_blueprint(one, Path(output))
    click.echo(
        f"{one.name}, version {one.version}, {len(one.placed)} points: the blueprint lies in {output}."
    )
