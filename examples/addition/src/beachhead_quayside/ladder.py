"""Maturity models written as ladders: a text file with a domain per heading and a point per line.

ladder: Backup
# Restores
- Restores are tried out
- Restores are tried out every quarter by the people who will need them
"""

from pathlib import Path

from beachhead.practice.blueprint import Blueprint
from beachhead.practice.importers.draft import Ids, Importer, Notes, finished

HEAD = "ladder:"


def recognised(path: Path) -> bool:
    """Whether the text begins as a ladder does."""
    return path.is_file() and path.read_bytes()[: len(HEAD)] == HEAD.encode()


def read(path: Path, notes: Notes) -> Blueprint:
    """The ladder as a blueprint whose points are in place or not."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    name, ids, domains = first.removeprefix(HEAD).strip(), Ids(), []
    for line in filter(None, map(str.strip, lines)):
        if line.startswith("# "):
            domains.append({"id": ids.new(line), "name": line[2:], "points": []})
        elif line.startswith("- ") and domains:
            domains[-1]["points"].append({"id": ids.new(line[:40]), "name": line[2:]})
        else:
            notes.left_out("lines that are neither a domain nor a point", line[:40])
    return finished(
        {
            "id": Ids().new(name, path.stem),
            "version": 1,
            "name": name,
            "language": "en",
            "author": "not stated",
            "licence": "not stated",
            "source": f"Ladder, {path.name}",
            "levels": [{"level": 0, "name": "Missing"}, {"level": 1, "name": "In place"}],
            "domains": domains,
        },
        notes,
        path,
    )


LADDER = Importer("ladder", recognised, read)
