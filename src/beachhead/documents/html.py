"""Jinja2 templates for HTML: escaped, sandboxed, and a missing field is an error rather than a blank.

A workspace's own ``templates/report/`` is looked in before the templates that ship, so a user can copy one
and brand it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from beachhead.documents import words
from beachhead.documents.drawing import Spec, css_colours, css_name, to_inline_svg
from beachhead.errors import BadInput
from beachhead.tables.categories import CATEGORIES
from beachhead.tables.paths import listed
from beachhead.tables.signs import printable
from beachhead.tables.workspace import Workspace

_SHIPPED = Path(__file__).parent / "templates"


def own_templates(workspace: Workspace) -> Path:
    """The folder of the workspace's own templates, once no file for pages in it leads out of the workspace."""
    listed(workspace.folder, "templates", "report")
    return workspace.inside("templates")


def render(template: str, own: Path | None = None, **values: Any) -> Markup:
    """The template (such as ``report/market.html``) filled in. ``own``: a folder of the user's own templates.

    Raises BadInput for a template of the user's that is broken or asks for something that there is not.
    """
    environment = _environment(own)
    try:
        return Markup(printable(environment.get_template(template).render(**values), lines=True))
    except jinja2.TemplateError as error:
        line = getattr(error, "lineno", None)
        raise BadInput(
            f"the template cannot be used: {error.message or error}",
            file=getattr(error, "name", None) or template,
            row=line,
        ) from error


def check_own(own: Path) -> list[str]:
    """What is wrong with the HTML templates below the folder ``own``, as far as reading them tells."""
    told = []
    for path in sorted(own.rglob("*.html")):
        try:
            _environment(own).get_template(path.relative_to(own).as_posix())
        except jinja2.TemplateError as error:
            row = getattr(error, "lineno", None)
            told.append(
                str(BadInput(f"the template cannot be used: {error.message or error}", file=path, row=row))
            )
    return told


def non_breaking(text: object) -> Markup:
    """Numbers stay on one line with their per cent sign and their unit of thousands."""
    kept = str(escape(text)).replace(" %", "\u00a0%")
    for unit in ("million", "billion", "trillion"):
        kept = kept.replace(f" {unit}", f"\u00a0{unit}")
    return Markup(kept)


def paragraphs(text: str) -> list[str]:
    """A text of the settings in paragraphs: blank lines part them."""
    return [" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip()]


def figure(spec: Spec, caption: str = "", legend: Sequence[tuple[str, str]] = ()) -> Markup:
    """A chart with its legend (role of a colour, what it stands for) and its caption."""
    told = Markup(f"<figcaption>{non_breaking(caption)}</figcaption>") if caption else ""
    return Markup(f"<figure>{to_inline_svg(spec)}{key(legend) if legend else ''}{told}</figure>")


def key(items: Iterable[tuple[str, str]]) -> Markup:
    """A legend: (role of a colour, what it stands for)."""
    marks = "".join(
        f'<li><span class="swatch" style="background:var({css_name(role)})"></span>{escape(text)}</li>'
        for role, text in items
    )
    return Markup(f'<ul class="key">{marks}</ul>')


def category_key() -> Markup:
    """The legend of the five categories."""
    return key((c, words.category_name(c)) for c in CATEGORIES)


def shares_bar(shares: Any) -> Markup:
    """The five categories' shares as one small stacked bar for a table's cell."""
    parts, start = [], 0.0
    for category in CATEGORIES:
        width = float(shares[category]) * 100
        parts.append(
            f'<rect x="{start:.2f}" width="{width:.2f}" height="8" style="fill:var({css_name(category)})">'
            f"<title>{words.category_name(category)} {words.percent(width / 100)}</title></rect>"
        )
        start += width
    told = ", ".join(f"{words.category_name(c)} {words.percent(float(shares[c]))}" for c in CATEGORIES)
    return Markup(
        f'<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{told}">'
        f"{''.join(parts)}</svg>"
    )


def _environment(own: Path | None) -> SandboxedEnvironment:
    folders = [str(folder) for folder in (own, _SHIPPED) if folder and folder.is_dir()]
    environment = SandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": lambda value: non_breaking(words.percent(value)),
        "number": lambda value: non_breaking(words.number(value)),
        "category": words.category_name,
        "day": words.day,
        "nb": non_breaking,
        "paragraphs": paragraphs,
    }
    environment.globals |= {
        "CATEGORIES": CATEGORIES,
        "category_key": category_key,
        "shares_bar": shares_bar,
        "light": Markup(css_colours()),
        "dark": Markup(css_colours(dark=True)),
    }
    return environment
