"""The Typst compiler: one template and its data become pages, here or in a child process (see ``tables.confined``).

It imports next to nothing, because the child begins anew for every document of a foreign template.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput, MissingExtra

_MISSING = re.compile(r'dictionary does not contain key "(?P<key>[^"]+)"')
_UNSHOWN = re.compile(r'the text `"(?P<sign>.+?)"` could not be displayed', re.DOTALL)
_PACKAGE = re.compile(r"^(failed to (download|load) package|package (not found|specification|manifest))")
MOST_SIGNS = 12


@dataclass(frozen=True)
class Template:
    """``path``: what is compiled, in the folder ``root``, which is all that it sees; ``source``: the user's file of it,
    for messages; ``called``: brief, proposal …; ``all_fonts``: not only ours, where ours lack a sign."""

    path: Path
    root: Path
    source: Path
    called: str
    all_fonts: bool = False


def compiler(template: Template) -> Any:
    """A compiler for ``template``. Packages are looked for where there are none."""
    try:
        import typst
    except ImportError as absent:
        raise MissingExtra("writing PDF", "documents") from absent
    nowhere = str(template.root / "no-packages")
    return typst.Compiler(
        input=str(template.path),
        root=str(template.root),
        font_paths=font_folders(template.all_fonts),
        ignore_system_fonts=not template.all_fonts,
        package_path=nowhere,
        package_cache_path=nowhere,
    )


def font_folders(every: bool) -> list[str]:
    """The folder of Inter, in which our templates are set; ``every``: those of all font packages at hand."""
    try:
        import fontpkg_inter
    except ImportError as absent:
        raise MissingExtra("writing PDF", "documents") from absent
    found = [fontpkg_inter.ROOT]
    if every:
        found += [
            one.load().ROOT for one in sorted(entry_points(group="fontpkg.family"), key=lambda e: e.name)
        ]
    return [str(Path(root) / "files") for root in dict.fromkeys(found)]


def pages(
    template: Template,
    form: str,
    ppi: float | None,
    inputs: dict[str, str],
    made: dt.datetime,
    at_hand: Any = None,
) -> list[bytes]:
    """The document: one PDF, or a picture per page. Raises BadInput, a sentence with the user's file and line."""
    import typst

    try:
        found = (at_hand or compiler(template)).compile(
            format=form, ppi=ppi, sys_inputs=inputs, timestamp=made
        )
    except typst.TypstError as error:
        raise _refusal(error, template) from error
    return found if isinstance(found, list) else [found]


def lacking(texts: Sequence[str], folder: Path, *, all_fonts: bool) -> list[str]:
    """The signs of ``texts`` that no font has, at most ``MOST_SIGNS``. The compiler itself tells: in an archive's PDF
    it refuses a sign that would be an empty box."""
    import typst

    probe, left = folder / "signs.typ", list(texts)
    probe.write_text(
        '#set text(font: "Inter")\n#for t in json(bytes(sys.inputs.data)) [#t\n\n]', encoding="utf-8"
    )
    at_hand = compiler(Template(probe, folder, probe, "probe", all_fonts))
    found: list[str] = []
    while len(found) < MOST_SIGNS:
        try:
            at_hand.compile(
                format="pdf",
                pdf_standards=["a-2b"],
                sys_inputs={"data": json_of(left)},
                timestamp=dt.datetime(2009, 2, 28, tzinfo=dt.UTC),
            )
        except typst.TypstError as error:
            unshown = _UNSHOWN.search(str(error.message))
            if unshown is None:
                break
            sign = unshown["sign"]
            if sign.startswith("\\u{"):  # how the compiler writes a sign that it cannot show either
                sign = chr(int(sign[3:-1], 16))
            found.append(sign)
            left = [text.replace(sign, "") for text in left]
        else:
            break
    return found


def json_of(value: Any) -> str:
    """``value`` as JSON that keeps every sign as it is."""
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


def _refusal(error: Any, template: Template) -> BadInput:
    """What Typst says, as a sentence with the user's file and line."""
    message = str(error.message)
    line = re.search(r":(\d+):\d+", f"{error.diagnostic} {' '.join(error.trace)}")
    row = int(line[1]) if line else None
    if missing := _MISSING.search(message):
        return BadInput(
            f"the template asks for {missing['key']!r}, which a {template.called} does not have",
            file=template.source,
            row=row,
        )
    if _PACKAGE.search(message):
        return BadInput(
            "packages would be downloaded, which templates may not",
            file=template.source,
            row=row,
            expected="what it needs in a file beside it",
        )
    hint = f" ({'; '.join(error.hints)})" if error.hints else ""
    return BadInput(f"the template cannot be used: {message}{hint}", file=template.source, row=row)
