"""The picture of the rooms and of an account's path through them, drawn from the code by ``docs/build.py``.

Rooms and their order come from the import contract in ``pyproject.toml``, arrows from the imports themselves, what
a room is for from its own first sentence. So the page cannot tell of a house that is not there.
"""

from __future__ import annotations

import ast
import inspect
import tomllib
from html import escape
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLOOR = ("knowledge", "additions", "errors")
"""What lies below the rooms: data that ships, what other packages add, the one kind of refusal."""
PATH = (
    ("tables.importing:import_folder", "tables, made from a CRM's exports"),
    ("tables.workspace:Workspace", "those tables, checked and typed"),
    ("accounts.facts:facts", "one row of facts per account"),
    ("accounts.standing:stand", "where each account stands"),
    ("accounts.next_buyers:predict", "who buys what next"),
    ("practice.matching:match", "the plays that apply"),
    ("documents.account_data:Gathered.of", "all that is said of one account"),
    ("documents.brief:brief_pdf", "two pages, as PDF"),
)
"""An account's way from a file to a PDF: who does it, and what there is afterwards."""
WORDS = {
    "tables": "exports, workspace",
    "market": "life cycles",
    "accounts": "customers",
    "practice": "plays, blueprints",
    "documents": "pages, files",
    "cli": "commands",
    "knowledge": "data that ships",
    "additions": "what others add",
    "errors": "refusals",
}
"""What each holds, in as few words as a box has room for."""
WIDE, HIGH, GAP, TOP = 128, 62, 34, 150  # of a room, in the picture's own units
INK, PAPER, SOFT = "#263238", "#ffffff", "#eceff1"


def rooms() -> list[str]:
    """The rooms in the direction of data, from the import contract (which lists them from above)."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    return [layer.removeprefix("beachhead.") for layer in reversed(contract["layers"])]


def imports() -> set[tuple[str, str]]:
    """Which room (first) imports which other (second), as it starts or works."""
    package, found = ROOT / "src" / "beachhead", set[tuple[str, str]]()
    for path in sorted(package.rglob("*.py")):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        named = {
            node.module.split(".")[1]
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("beachhead.")
        }
        found.update((room, other) for other in named - {room})
    return found


def purpose(room: str) -> str:
    """The first sentence of a room's own description."""
    return (inspect.getdoc(import_module(f"beachhead.{room}")) or "").partition("\n")[0].rstrip(".")


def picture() -> str:
    """The rooms in a row, an arrow for each room that takes from another, as SVG."""
    above = [room for room in rooms() if room not in FLOOR]
    left = {room: 20 + number * (WIDE + GAP) for number, room in enumerate(above)}
    width, height = 40 + len(above) * (WIDE + GAP) - GAP, TOP + HIGH + 90
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'font-family="sans-serif" fill="{INK}" role="img" aria-label="{escape(_told(above))}">',
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{INK}"/></marker></defs>',
    ]
    for taker, giver in sorted(imports()):
        if taker in left and giver in left:
            parts.append(_arrow(left, giver, taker, above))
    parts += [_box(left[room], TOP, WIDE, room, WORDS[room]) for room in above]
    each = (width - 40 - 2 * GAP) / len(FLOOR)
    for number, name in enumerate(FLOOR):
        parts.append(_box(20 + number * (each + GAP), TOP + HIGH + 26, each, name, WORDS[name], 44))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _told(above: list[str]) -> str:
    return f"Data flows through {', '.join(above[:-1])} and {above[-1]}, and no room takes from one after it"


def _arrow(left: dict[str, int], giver: str, taker: str, above: list[str]) -> str:
    """From a room to the one that takes from it: straight to the next, in an arc over those between."""
    begin, end = left[giver] + WIDE, left[taker]
    between = above.index(taker) - above.index(giver)
    if between == 1:
        return f'<path d="M{begin} {TOP + HIGH / 2} H{end - 2}" stroke="{INK}" stroke-width="2" marker-end="url(#head)"/>'
    high = TOP - 22 - 24 * between
    return (
        f'<path d="M{begin - 20} {TOP} C{begin} {high} {end} {high} {end + 20} {TOP - 2}" fill="none" stroke="{INK}" '
        'stroke-opacity=".55" stroke-width="1.5" marker-end="url(#head)"/>'
    )


def _box(x: float, y: float, width: float, title: str, words: str, height: float = HIGH) -> str:
    middle, centred = x + width / 2, 'text-anchor="middle" font-size='
    return (
        f'<rect x="{x:g}" y="{y}" width="{width:g}" height="{height}" rx="6" fill="{SOFT}" stroke="{INK}"/>'
        f'<text x="{middle:g}" y="{y + height / 2 - 4:g}" {centred}"15" font-weight="bold">{title}</text>'
        f'<text x="{middle:g}" y="{y + height / 2 + 14:g}" {centred}"12">{words}</text>'
    )


def page() -> str:
    """The picture with what each room is for, and the path of an account, each step with what does it."""
    lines = [
        "# Architecture",
        "",
        "Written from the code by `make docs`: rooms from the import contract, arrows from the imports, words from the",
        "rooms' own descriptions. An arrow leads from a room to one that takes from it. Below lie the data",
        "that ships, what other packages add, and the one kind of refusal.",
        "",
        "![Rooms in the direction of data](images/architecture.svg)",
        "",
        "| room | what it is for | takes from |",
        "| --- | --- | --- |",
    ]
    order, found = rooms(), imports()
    for room in order:
        takes = [other for other in order if (room, other) in found]
        lines.append(f"| `{room}` | {purpose(room)} | {', '.join(takes) or 'none'} |")
    lines += [
        "",
        "No room takes from one below it in this table.",
        "",
        "## The path of an account, from a file to a PDF",
        "",
        "| step | what there is afterwards | who does it | in its own words |",
        "| --- | --- | --- | --- |",
    ]
    for number, (where, after) in enumerate(PATH, 1):
        lines.append(f"| {number} | {after} | `beachhead.{where.replace(':', '.')}` | {_words(where)} |")
    return "\n".join(lines) + "\n"


def _words(where: str) -> str:
    """The first sentence of what does a step; fails where it is no longer there."""
    module, _, name = where.partition(":")
    thing: object = import_module(f"beachhead.{module}")
    for part in name.split("."):
        thing = getattr(thing, part)
    return (
        " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())
        .partition(". ")[0]
        .rstrip(".")
        .replace("|", "\\|")
    )
