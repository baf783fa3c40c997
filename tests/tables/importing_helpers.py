"""What the tests of imports share: exports written in a line or two, and workspaces read back."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from beachhead.tables.import_told import ImportReport
from beachhead.tables.importing import import_folder
from beachhead.tables.workspace import Workspace


class Desk:
    """A folder of exports beside a workspace."""

    def __init__(self, folder: Path) -> None:
        self.exports, self.into = folder / "exports", folder / "workspace"
        self.exports.mkdir(parents=True)

    def put(self, name: str, *lines: str, encoding: str = "utf-8", newline: str = "\n") -> Path:
        """Write an export; the first line is the header."""
        path = self.exports / name
        path.write_bytes((newline.join(lines) + newline).encode(encoding))
        return path

    def settings(self, text: str) -> None:
        self.into.mkdir(exist_ok=True)
        (self.into / "beachhead.toml").write_text(text, encoding="utf-8")

    def run(self, **options: bool) -> ImportReport:
        return import_folder(self.exports, self.into, **options)

    def table(self, name: str) -> pl.DataFrame:
        return Workspace(self.into).table(name)

    def rows(self, name: str, *columns: str) -> list[tuple[object, ...]]:
        return self.table(name).select(columns).rows()

    def aside(self, name: str) -> list[str]:
        path = self.into / "unplaced" / f"{name}.csv"
        return pl.read_csv(path, infer_schema=False).get_column("why").to_list() if path.is_file() else []

    def contents(self) -> dict[str, bytes]:
        return {
            str(p.relative_to(self.into)): p.read_bytes() for p in sorted(self.into.rglob("*")) if p.is_file()
        }
