"""Who the documents are from: name, colours, logo and a line for the foot, from ``[brand]`` in beachhead.toml.

[brand]
name = "Harbour IT"            # the setting ``us`` where it is left out
colour = "#1f4e79"             # headings and rules
accent = "#b3263a"             # what matters most
logo = "logo.svg"              # SVG, PNG or JPEG in the workspace's templates/
footer = "Harbour IT, 1 Quay"  # a line at the foot of every page
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beachhead.errors import BadInput, did_you_mean
from beachhead.tables.paths import trouble_with
from beachhead.tables.workspace import SETTINGS, Workspace

SECTION = "brand"
COLOUR, ACCENT = "#1f4e79", "#b3263a"
_KEYS = ("name", "colour", "accent", "logo", "footer")
_PICTURES = (".svg", ".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class Brand:
    """``logo``: the picture's file, or None; ``footer``: empty where nothing is set."""

    name: str
    colour: str = COLOUR
    accent: str = ACCENT
    logo: Path | None = None
    footer: str = ""

    def plain(self) -> dict[str, Any]:
        """What templates get; the logo as the name of the file that lies beside them."""
        return {
            "name": self.name,
            "colour": self.colour,
            "accent": self.accent,
            "logo": logo_name(self.logo) if self.logo else None,
            "footer": self.footer,
        }


def logo_name(logo: Path) -> str:
    """The name under which templates find the logo beside them."""
    return f"brand-logo{logo.suffix.lower()}"


def brand(workspace: Workspace | None) -> Brand:
    """The brand of ``workspace``; a plain one where nothing is set. Raises BadInput for what cannot be used."""
    if workspace is None:
        return Brand("")
    file, section = workspace.folder / SETTINGS, workspace.settings.get(SECTION, {})
    if not isinstance(section, dict):
        raise BadInput("brand should be a section", file=file, expected="[brand] with name = … below it")
    for key, value in section.items():
        if key not in _KEYS:
            raise BadInput(f"[brand] has no setting {key!r}{did_you_mean(key, _KEYS)}", file=file)
        if not isinstance(value, str):
            raise BadInput(f"[brand] {key} should be a text", file=file, value=value)
    for key in ("colour", "accent"):
        if key in section and not re.fullmatch(r"#[0-9a-fA-F]{6}", section[key]):
            raise BadInput(
                f"[brand] {key} is no colour", file=file, value=section[key], expected="such as #1f4e79"
            )
    return Brand(
        name=section.get("name") or workspace.us,
        colour=section.get("colour", COLOUR),
        accent=section.get("accent", ACCENT),
        logo=_logo(workspace, section["logo"]) if section.get("logo") else None,
        footer=section.get("footer", ""),
    )


def _logo(workspace: Workspace, name: str) -> Path:
    path = None if trouble_with(name) else workspace.inside("templates", name)
    expected = f"an SVG, PNG or JPEG file in {workspace.folder / 'templates'}"
    if path is None or not path.is_file() or path.suffix.lower() not in _PICTURES:
        raise BadInput(
            "[brand] logo cannot be used", file=workspace.folder / SETTINGS, value=name, expected=expected
        )
    return path
