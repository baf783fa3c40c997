"""Jinja2 templates for HTML: escaped, sandboxed, and a missing field is an error rather than a blank.

A workspace's own ``templates/report/`` is looked in before the templates that ship, so a user can copy one and
brand it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from beachhead.documents import words
from beachhead.documents.drawing import Spec, css_colours, to_inline_svg
from beachhead.errors import BadInput
from beachhead.tables.categories import CATEGORIES

_SHIPPED = Path(__file__).parent / "templates"


def render(template: str, own: Path | None = None, **values: Any) -> Markup:
    """The template (such as ``report/market.html``) filled in. ``own``: a folder of the user's own templates.

    Raises BadInput for a template of the user's that is broken or asks for something that there is not.
    """
    environment = _environment(own)
    try:
        return Markup(environment.get_template(template).render(**values))
    except jinja2.TemplateError as error:
        line = getattr(error, "lineno", None)
        raise BadInput(
            f"the template cannot be used: {error.message or error}",
            file=getattr(error, "name", None) or template,
            row=line,
        ) from error


def non_breaking(text: object) -> Markup:
    """Numbers stay on one line with their per cent sign and their unit of thousands."""
    kept = str(escape(text)).replace(" %", "\u00a0%")
    for unit in ("million", "billion", "trillion"):
        kept = kept.replace(f" {unit}", f"\u00a0{unit}")
    return Markup(kept)


def paragraphs(text: str) -> list[str]:
    """A text of the settings in paragraphs: blank lines part them."""
    return [" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip()]


def figure(spec: Spec, caption: str = "", key: list[tuple[str, str]] | None = None) -> Markup:
    """A chart with its caption; ``key``: (role of a colour, what it stands for) for what needs a legend."""
    items = "".join(
        f'<li><span class="swatch" style="background:var(--{role.replace("_", "-")})"></span>{escape(text)}</li>'
        for role, text in key or ()
    )
    key_list = f'<ul class="key">{items}</ul>' if items else ""
    told = f"<figcaption>{non_breaking(caption)}</figcaption>" if caption else ""
    return Markup(f"<figure>{to_inline_svg(spec)}{key_list}{told}</figure>")


def shares_bar(shares: Any) -> Markup:
    """The five categories' shares as one small stacked bar for a table's cell."""
    parts, start = [], 0.0
    for category in CATEGORIES:
        width = float(shares[category]) * 100
        name = category.replace("_", "-")
        parts.append(
            f'<rect x="{start:.2f}" width="{width:.2f}" height="8" style="fill:var(--{name})">'
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
        "shares_bar": shares_bar,
        "light": Markup(css_colours()),
        "dark": Markup(css_colours(dark=True)),
    }
    return environment
