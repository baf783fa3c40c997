"""A workspace: a folder of plain files with the tables, the folders of YAML files, and ``beachhead.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from beachhead.errors import BadInput, BadQuestion, did_you_mean
from beachhead.tables.dates import FIRST_YEAR, LAST_YEAR
from beachhead.tables.paths import YAML, inside, listed, read_parquet
from beachhead.tables.pinned import Pinned
from beachhead.tables.schema import Table

Made = TypeVar("Made")
_IN_WORDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a section of its own",
}
ADOPTION = {"sheet": str, "header_row": int, "encoding": str, "kind": str, "freq": str}
"""Settings of the section ``[adoption]``."""

if TYPE_CHECKING:
    from beachhead.tables.adoption import Adoption

SETTINGS = "beachhead.toml"
TABLES = (
    "accounts",
    "products",
    "partners",
    "contacts",
    "purchases",
    "opportunities",
    "activities",
    "signals",
    "references",
    "outcomes",
    "people",
    "practice_log",
    "observations",
    "delphi_rounds",
    "releases",
    "defects",
    "installed_versions",
)
ENDINGS = (".csv", ".parquet", ".xlsx", ".tsv", ".txt", ".json")
SOURCE = "source"
"""Column in the files of imported tables: which import the row came from; blank for rows typed by hand."""


def definition(name: str) -> Table:
    """The definition of the table ``name``; raises BadQuestion for a name that is no table."""
    if name not in TABLES:
        raise BadQuestion(f"There is no table {name!r}{did_you_mean(name, TABLES)}.")
    return import_module(f"beachhead.tables.{name}").TABLE


class Workspace:
    """The tables and settings of ``folder``. Every table but the one a question needs may be absent.

    All of them are of one version, that of the moment of opening, whatever is written meanwhile.

    >>> workspace = Workspace("examples/partner-2009")
    >>> workspace.us, workspace.as_of, workspace.table("purchases")
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise BadInput("there is no such folder", file=self.folder, expected="the folder of a workspace")
        self.reopen()

    def reopen(self) -> None:
        """Take what there is now: for whoever has written into the workspace."""
        self.__dict__.pop("settings", None)
        self._made: dict[Hashable, Any] = {}
        self._pinned = Pinned(
            self.folder, [SETTINGS, *(n + e for n in (*TABLES, "adoption") for e in ENDINGS)]
        )

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, made once for the workspace as it was when opened. It is shared: never change it."""
        if key not in self._made:
            self._made[key] = make()
        found: Made = self._made[key]
        return found

    def inside(self, *parts: str | Path) -> Path:
        """The path of a file or folder of the workspace. Raises BadInput for a link that leads out of it."""
        return inside(self.folder, *parts)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """``beachhead.toml``, parsed; empty when there is none."""
        return self._read(SETTINGS, _parsed) if self._pinned.path(SETTINGS) else {}

    def _read(self, name: str, read: Callable[[Path], Any]) -> Any:
        """What ``read`` makes of the file as it was when the workspace was opened."""
        while True:
            path = self._pinned.path(name)
            assert path is not None
            try:
                found = read(path)
            except FileNotFoundError:  # removed between looking and reading: read what is still open
                continue
            if self._pinned.still(name):
                return found

    @property
    def us(self) -> str:
        """Who we are, as the setting ``us`` names us; empty when it is not set."""
        return self._setting("us", str, 'a name, such as us = "Harbour IT"') or ""

    @property
    def as_of(self) -> dt.date:
        """The day that everything is told as of: the setting ``as_of``, else today."""
        day = (
            self._setting("as_of", dt.date, expected := "a day, such as as_of = 2009-02-28")
            or dt.date.today()
        )
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BadInput("as_of cannot be used", file=self.folder / SETTINGS, value=day, expected=expected)
        return day

    @property
    def currency(self) -> str:
        """The currency of amounts that name none; empty when it is not set."""
        return self._setting("currency", str, 'a currency, such as currency = "EUR"') or ""

    def _setting(self, name: str, kind: type, expected: str) -> Any:
        value = self.settings.get(name)
        if isinstance(value, dt.datetime):
            value = value.date()
        if value is not None and not isinstance(value, kind):
            raise BadInput(
                f"{name} cannot be used", file=self.folder / SETTINGS, value=value, expected=expected
            )
        return value

    def section(self, name: str, kinds: Mapping[str, type]) -> dict[str, Any]:
        """The section ``[name]`` of the settings, with the kind of value that each of its keys takes.

        Empty where there is none. Raises BadInput for a key that is unknown and a value of another kind.
        """
        found, file = self.settings.get(name, {}), self.folder / SETTINGS
        if not isinstance(found, dict):
            raise BadInput(f"{name} cannot be used", file=file, value=found, expected=f"a section [{name}]")
        for key, value in found.items():
            if key not in kinds:
                raise BadInput(f"[{name}] has no setting {key!r}{did_you_mean(key, kinds)}", file=file)
            if not isinstance(value, kinds[key]) or (kinds[key] is int and isinstance(value, bool)):
                wanted = f"{_IN_WORDS[kinds[key]]}"
                raise BadInput(f"[{name}] {key} cannot be used", file=file, value=value, expected=wanted)
        return found

    def table(self, name: str) -> pl.DataFrame:
        """The table with exactly the columns of its definition, typed; empty when there is no such file.

        Accounts keep the user's own columns, behind the defined ones: as numbers where every cell is plainly one.
        """
        return self.once(("table", name), lambda: self._table(name))

    def _table(self, name: str) -> pl.DataFrame:
        table = definition(name)
        path = self.path(name)
        if path is None:
            return table.empty()
        frame = self._read(path.name, lambda file: read_typed(file, table)).drop(SOURCE, strict=False)
        if not table.extras:
            return frame.select(table.names)
        return frame.with_columns(
            _plainly(frame.get_column(c)) for c in frame.columns if c not in table.names
        )

    def path(self, name: str) -> Path | None:
        """The file of the table ``name``, or None; raises BadInput when there are two."""
        found = [path for ending in ENDINGS if (path := self._pinned.path(f"{name}{ending}"))]
        if len(found) > 1:
            raise BadInput(
                f"there is also {found[1].name}, so it is not clear which one holds the table {name}",
                file=found[0],
                expected="one of them, the other moved elsewhere",
            )
        return found[0] if found else None

    def adoption(self) -> Adoption:
        """The adoption series of the file ``adoption``, as known on ``as_of``; BadInput when there is none."""
        return self.adoption_on(self.as_of)

    def adoption_on(self, day: dt.date | None) -> Adoption:
        """As ``adoption``, with what was known on ``day``; None: with all that is known."""
        from beachhead.tables.adoption import read_adoption
        from beachhead.tables.adoption_source import load

        path = self.path("adoption")
        if path is None:
            raise BadInput(
                "the workspace has no adoption series",
                file=self.folder,
                expected="a file adoption.csv with the columns unique_id, ds and y",
            )
        asked = self.adoption_read()
        sheet, row, encoding = (asked.pop(name, None) for name in ("sheet", "header_row", "encoding"))
        source = self.once("adoption", lambda: load(path, sheet, row, encoding))
        return self.once(("adoption", day), lambda: read_adoption(source, as_of=day, **asked))

    def adoption_read(self) -> dict[str, Any]:
        """How the adoption file is to be read, where it does not tell itself: the section ``[adoption]``."""
        return dict(self.section("adoption", ADOPTION))

    def files(self, name: str) -> list[Path]:
        """The YAML files of the folder ``name`` (``plays``, ``answers`` …) and below it, sorted."""
        return listed(self.folder, name, endings=YAML)


def read_typed(path: Path, table: Table) -> pl.DataFrame:
    """The file of a table: the defined columns, typed, and behind them all others that the file has."""
    if path.suffix == ".parquet":
        frame, first_row = read_parquet(path), 2
    else:
        from beachhead.tables.files import read_text_table

        read = read_text_table(path)
        frame, first_row = read.frame, read.first_row
    typed = table.conform(frame, file=path, first_row=first_row)
    return typed.with_columns(pl.col(SOURCE).cast(pl.String)) if SOURCE in typed.columns else typed


_NUMBER = r"^-?(0|[1-9]\d{0,14})(\.\d+)?$"  # not 00123, which is an id


def _plainly(values: pl.Series) -> pl.Series:
    if values.dtype != pl.String or not values.drop_nulls().str.contains(_NUMBER).all():
        return values
    if values.null_count() == len(values):
        return values
    whole = not values.drop_nulls().str.contains(".", literal=True).any()
    return values.cast(pl.Int64 if whole else pl.Float64)


def read_settings(folder: Path) -> dict[str, Any]:
    """``beachhead.toml`` of ``folder``, parsed; empty when there is none. Raises BadInput for broken TOML."""
    path = inside(folder, SETTINGS)
    return _parsed(path) if path.is_file() else {}


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"it is not valid TOML: {error}", file=path) from error
    except UnicodeDecodeError as error:
        raise BadInput("it is not UTF-8 text", file=path, expected="the file saved as UTF-8") from error
