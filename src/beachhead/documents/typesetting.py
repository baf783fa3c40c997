"""PDF from Typst templates: the same bytes on every machine, and nothing is read but the template's own folder.

A template lies in ``templates/typst/`` of the workspace or, where there is none of its name, ships with the
package. All of them are laid out in a temporary folder with the logo, and that folder is all that a template
sees. Its data are one JSON text: ``#let data = json(bytes(sys.inputs.data))``. A workspace's own templates are set in
a child process with limits and without a network, so that packages cannot be had.

Our font is Inter. Where a text has signs that it lacks, every font of the machine may help, and then the bytes depend
on them; where none has them, that is told with the signs.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from beachhead.documents import typst_compiling as typst_job
from beachhead.documents.brand import Brand, brand, logo_name
from beachhead.errors import BadInput
from beachhead.tables.confined import confined
from beachhead.tables.signs import printable
from beachhead.tables.workspace import Workspace

SHIPPED = Path(__file__).parent / "templates" / "typst"
FOLDER = Path("templates") / "typst"
NAMES = ("brief", "proposal", "battlecard")
_INTER = re.compile(r"[^\u0000-\u017f\u0384-\u03ce\u0400-\u045f\u2010-\u2027\u2030-\u203a\u20ac\u2192\u2212]")
"""Signs beyond those that Inter is known to have, which are looked up."""


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
        own = workspace.inside(FOLDER) if workspace else None
        for folder in (SHIPPED, own):
            if folder is not None and folder.is_dir():
                _lay_out(folder, self.root)
        if self.brand.logo:
            shutil.copyfile(self.brand.logo, self.root / logo_name(self.brand.logo))
        is_own = own is not None and (own / f"{template}.typ").is_file()
        source = (own if is_own and own else SHIPPED) / f"{template}.typ"
        self._foreign = own is not None and any(own.rglob("*.typ"))
        self._made = typst_job.Template(self.root / f"{template}.typ", self.root, source, template)

    def __enter__(self) -> Typesetter:
        return self

    def __exit__(self, *_: object) -> None:
        self._room.cleanup()

    def pdf(
        self, data: Mapping[str, Any], *, made: dt.date, title: str = "", every_sign: bool = False
    ) -> bytes:
        """The document as PDF that says it was made on ``made``. Raises BadInput, a sentence, for a bad template.

        Where no font has a sign of ``data``, its foot says so; with ``every_sign`` it is refused.
        """
        return self._set("pdf", data, made, title, every_sign=every_sign)[0]

    def png(
        self, data: Mapping[str, Any], *, made: dt.date, title: str = "", ppi: float = 144
    ) -> list[bytes]:
        """The document's pages as pictures."""
        return self._set("png", data, made, title, ppi=ppi)

    def warnings(self, data: Mapping[str, Any], *, made: dt.date) -> list[str]:
        """What the compiler warns of in a template of ours, such as a font that is not there."""
        _, told = self._compiler.compile_with_warnings(
            format="pdf", sys_inputs=self._inputs(data, made, ""), timestamp=_noon(made)
        )
        return [str(one.message) for one in told]

    @cached_property
    def _compiler(self) -> Any:
        return typst_job.compiler(self._made)

    def _inputs(
        self, data: Mapping[str, Any], made: dt.date, title: str, lacking: str = ""
    ) -> dict[str, str]:
        given = {
            **data,
            "brand": self.brand.plain(),
            "made": made.isoformat(),
            "document_title": title,
            "lacking": lacking,
        }
        return {"data": typst_job.json_of(_composed(given))}

    def _set(
        self,
        form: Literal["pdf", "png"],
        data: Mapping[str, Any],
        made: dt.date,
        title: str,
        ppi: float | None = None,
        every_sign: bool = False,
    ) -> list[bytes]:
        unusual = sorted({text for text in _texts([data, self.brand.plain(), title]) if _INTER.search(text)})
        wide, signs = self._signs(unusual) if unusual else (False, [])
        if signs and every_sign:
            raise _unshown(signs, unusual)
        inputs = self._inputs(data, made, title, ", ".join(f"U+{ord(s[0]):04X}" for s in signs))
        template = replace(self._made, all_fonts=wide)
        if self._foreign:
            job = "beachhead.documents.typst_compiling:pages"
            found: list[bytes] = confined(job, template, form, ppi, inputs, _noon(made), file=template.source)
            return found
        at_hand = None if wide else self._compiler
        return typst_job.pages(template, form, ppi, inputs, _noon(made), at_hand)

    def _signs(self, texts: list[str]) -> tuple[bool, list[str]]:
        """Whether fonts beside ours are needed for ``texts``, and the signs that these lack as well."""
        if not typst_job.lacking(texts, self.root, all_fonts=False):
            return False, []
        return True, typst_job.lacking(texts, self.root, all_fonts=True)


def _composed(value: Any) -> Any:
    """``value`` with its texts in composed letters and without the signs that must not leave."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", printable(value, lines=True))
    if isinstance(value, Mapping):
        return {_composed(key): _composed(inner) for key, inner in value.items()}
    return [_composed(inner) for inner in value] if isinstance(value, list | tuple) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield unicodedata.normalize("NFC", printable(value, lines=True))
    elif isinstance(value, Mapping | list | tuple):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def _unshown(signs: list[str], texts: list[str]) -> BadInput:
    held = next((text for text in texts if signs[0] in text), signs[0])
    return BadInput(
        f"no font on this machine has {'the signs' if len(signs) > 1 else 'the sign'} {' '.join(signs)}, which would be "
        f"empty boxes in the PDF (in {printable(held)[:80]!r}); install a font that has them, such as one of the Noto "
        "fonts, or write a .docx, for which Word takes a font of its own"
    )


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
        target = root / source.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
