"""PDF from Typst templates: the same bytes on every machine, and nothing is read but the template's own folder.

A template lies in ``templates/typst/`` of the workspace or, where there is none of its name, ships with the
package. All of them are laid out in a temporary folder with the logo, and that folder is all that a template
sees. Its data are one JSON text: ``#let data = json(bytes(sys.inputs.data))``.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from beachhead.documents.brand import Brand, brand, logo_name
from beachhead.errors import BadInput, MissingExtra
from beachhead.tables.signs import printable_values
from beachhead.tables.workspace import Workspace

SHIPPED = Path(__file__).parent / "templates" / "typst"
FOLDER = Path("templates") / "typst"
NAMES = ("brief", "proposal", "battlecard")
_PACKAGE = re.compile(r"\b(?:import|include)\s*\(?\s*\"@")
_MISSING = re.compile(r'dictionary does not contain key "(?P<key>[^"]+)"')


class Typesetter:
    """Sets documents from one template; one compiler for all of them, so that a batch is quick.

    >>> with Typesetter("brief", workspace) as sets:
    ...     pdf = sets.pdf(data, made=workspace.as_of, title="Brief")
    """

    def __init__(self, template: str, workspace: Workspace | None = None) -> None:
        self.template, self.workspace = template, workspace
        self.brand: Brand = brand(workspace)
        self._room = tempfile.TemporaryDirectory(prefix="beachhead-")
        self.root = Path(self._room.name)
        own = workspace.folder / FOLDER if workspace else None
        for folder in (SHIPPED, own):
            if folder is not None and folder.is_dir():
                _lay_out(folder, self.root)
        if self.brand.logo:
            shutil.copyfile(self.brand.logo, self.root / logo_name(self.brand.logo))
        is_own = own is not None and (own / f"{template}.typ").is_file()
        self.source = (own if is_own and own else SHIPPED) / f"{template}.typ"

    def __enter__(self) -> Typesetter:
        return self

    def __exit__(self, *_: object) -> None:
        self._room.cleanup()

    def pdf(self, data: Mapping[str, Any], *, made: dt.date, title: str = "") -> bytes:
        """The document as PDF that says it was made on ``made``. Raises BadInput, a sentence, for a bad template."""
        return self._set("pdf", data, made, title)[0]

    def png(
        self, data: Mapping[str, Any], *, made: dt.date, title: str = "", ppi: float = 144
    ) -> list[bytes]:
        """The document's pages as pictures."""
        return self._set("png", data, made, title, ppi=ppi)

    def warnings(self, data: Mapping[str, Any], *, made: dt.date) -> list[str]:
        """What the compiler warns of, such as a font that is not there."""
        _, told = self._compiler.compile_with_warnings(
            format="pdf", sys_inputs=self._inputs(data, made, ""), timestamp=_noon(made)
        )
        return [str(one.message) for one in told]

    @cached_property
    def _compiler(self) -> Any:
        try:
            import fontpkg_inter
            import typst
        except ImportError as absent:
            raise MissingExtra("writing PDF", "documents") from absent
        return typst.Compiler(
            input=str(self.root / f"{self.template}.typ"),
            root=str(self.root),
            font_paths=[str(Path(fontpkg_inter.ROOT) / "files")],
            ignore_system_fonts=True,
            package_path=str(self.root / "no-packages"),
            package_cache_path=str(self.root / "no-packages"),
        )

    def _inputs(self, data: Mapping[str, Any], made: dt.date, title: str) -> dict[str, str]:
        given = {**data, "brand": self.brand.plain(), "made": made.isoformat(), "document_title": title}
        return {"data": json.dumps(printable_values(given), ensure_ascii=False, default=str)}

    def _set(
        self,
        form: Literal["pdf", "png"],
        data: Mapping[str, Any],
        made: dt.date,
        title: str,
        ppi: float | None = None,
    ) -> list[bytes]:
        compiler = self._compiler
        import typst

        try:
            found = compiler.compile(
                format=form, ppi=ppi, sys_inputs=self._inputs(data, made, title), timestamp=_noon(made)
            )
        except typst.TypstError as error:
            raise self._refusal(error) from error
        return found if isinstance(found, list) else [found]

    def _refusal(self, error: Any) -> BadInput:
        """What Typst says, as a sentence with the user's file and line."""
        message = str(error.message)
        line = re.search(r":(\d+):\d+", f"{error.diagnostic} {' '.join(error.trace)}")
        row = int(line[1]) if line else None
        if missing := _MISSING.search(message):
            return BadInput(
                f"the template asks for {missing['key']!r}, which a {self.template} does not have",
                file=self.source,
                row=row,
            )
        hint = f" ({'; '.join(error.hints)})" if error.hints else ""
        return BadInput(f"the template cannot be used: {message}{hint}", file=self.source, row=row)


def copy_templates(folder: Path) -> list[Path]:
    """Copy the shipped templates into ``folder``/templates, to be changed there; what is there already stays."""
    written = []
    for kind in ("typst", "word"):
        for source in sorted((SHIPPED.parent / kind).iterdir()):
            target = folder / "templates" / kind / source.name
            if source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                written.append(target)
    return written


def _lay_out(folder: Path, root: Path) -> None:
    """Copy plain files; links are left out, for they could lead elsewhere."""
    for source in sorted(folder.rglob("*")):
        if (
            source.is_symlink()
            or not source.is_file()
            or not source.resolve().is_relative_to(folder.resolve())
        ):
            continue
        if source.suffix == ".typ":
            for row, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
                if _PACKAGE.search(line):
                    raise BadInput(
                        "packages would be downloaded, which templates may not",
                        file=source,
                        row=row,
                        expected="what it needs in a file beside it",
                    )
        target = root / source.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
