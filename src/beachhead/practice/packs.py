"""Packs: the knowledge of one technology, a folder of plain files beside the neutral core.

A pack holds ``pack.yaml`` and, as a workspace does, the folders ``plays``, ``objections`` and ``offerings``. What has the
id of something of the core replaces it where the pack serves. Which packs serve a workspace follows from its products:
stated in the column ``pack``, else recognised by the aliases of the pack; the setting ``pack`` states it for all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from beachhead.errors import BadInput, BadKnowledge, did_you_mean
from beachhead.knowledge import folder
from beachhead.practice.blueprint import Id, Text
from beachhead.practice.slots import Slots
from beachhead.tables.paths import YAML, files_in
from beachhead.tables.workspace import SETTINGS, Workspace
from beachhead.tables.yaml_files import load_model

FILE, FOLDER = "pack.yaml", "packs"
CORE = "core"
"""What ``pack`` says where no pack shall serve."""
PRODUCT_COLUMNS = ("product", "name", "need", "market")
_NAMED = ("purchases", "opportunities")  # tables that name products, where the table of products is missing


class _Dated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pack(_Dated):
    """What ``pack.yaml`` says."""

    id: Id
    version: Annotated[int, Field(ge=0, strict=True)]
    technology: Text = Field(description="What it is about, in a few words")
    language: Text
    author: Text
    licence: Text
    source: Text
    valid_from: dt.date = Field(description="First day on which it holds")
    valid_to: dt.date | None = Field(default=None, description="Last day on which it holds")
    aliases: list[Text] = Field(
        min_length=1,
        description="Words by which a product, need or market is recognised as this technology",
    )
    slots: Slots = Field(default={}, description="Slot of the core → what it is called here")


def pack_files(workspace: Workspace | None = None) -> list[Path]:
    """``pack.yaml`` of every pack that ships, then of those in the workspace's folder ``packs``."""
    shipped = sorted(folder(FOLDER).glob(f"*/{FILE}"))
    if workspace is None:
        return shipped
    home = workspace.inside(FOLDER)
    found = sorted(home.glob(f"*/{FILE}")) if home.is_dir() else []
    return [*shipped, *(workspace.inside(path.relative_to(workspace.folder)) for path in found)]


def packs(workspace: Workspace | None = None) -> dict[str, tuple[Pack, Path]]:
    """Id → pack and its folder; one of the workspace replaces a shipped one. Raises BadKnowledge."""
    return workspace.once(FOLDER, lambda: _read(pack_files(workspace))) if workspace else _shipped()


@cache
def _shipped() -> dict[str, tuple[Pack, Path]]:
    return _read(pack_files())


def _read(paths: Iterable[Path]) -> dict[str, tuple[Pack, Path]]:
    found = {}
    for path in paths:
        pack, _ = load_model(Pack, path)
        if pack.id != path.parent.name:
            raise BadKnowledge([f"{path}: the id {pack.id!r} is not the name of the folder of the pack."])
        found[pack.id] = (pack, path.parent)
    return found


def serving(workspace: Workspace | None) -> tuple[str, ...]:
    """Ids of the packs that serve the workspace, the one of most products first.

    All that ship without a workspace, and where a workspace names neither a product nor a pack.
    """
    if workspace is None:
        return tuple(packs())
    if "pack" not in workspace.settings and not _products(workspace):
        return tuple(packs(workspace))
    counted: dict[str, int] = {}
    for name in product_packs(workspace).values():
        counted[name] = counted.get(name, 0) + 1
    counted.pop(CORE, None)
    return tuple(sorted(counted, key=lambda name: -counted[name])) or _stated(workspace)


def product_packs(workspace: Workspace) -> dict[str, str]:
    """Product → its pack, for every product whose pack is stated or recognised. Raises BadInput for an unknown one."""
    return workspace.once("product packs", lambda: _product_packs(workspace))


def of_others(workspace: Workspace, pack: str) -> tuple[list[str], list[str]]:
    """The products of ``pack``, and those of other packs: by them an account is told apart."""
    known = product_packs(workspace)
    return [p for p, own in known.items() if own == pack], [p for p, own in known.items() if own != pack]


def files(name: str, workspace: Workspace | None, serve: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Pack (``core`` for none) and file, of the folder ``name`` of the core and of the packs ``serve``.

    The core stands first and the leading pack last, for what stands later replaces what has its id.
    """
    yield from ((CORE, path) for path in files_in(folder(name), YAML))
    at_hand = packs(workspace)
    for pack in reversed(list(serve)):
        yield from ((pack, path) for path in files_in(at_hand[pack][1] / name, YAML))


@cache
def known_ids(name: str) -> frozenset[str]:
    """The names of all files that ship in the folders ``name``, which are the ids of what they hold."""
    return frozenset(path.stem for _, path in files(name, None, serving(None)))


def slots(workspace: Workspace | None, serve: Iterable[str]) -> Slots:
    """What slots of the core are filled with: by the one pack that serves, else with neutral words."""
    served = list(serve)
    one = packs(workspace)[served[0]][0].slots if len(served) == 1 else {}
    return {**neutral_slots(), **one}


@cache
def neutral_slots() -> Slots:
    """What the core calls things where no pack says more."""
    return load_model(_Neutral, folder("slots.yaml"))[0].slots


class _Neutral(_Dated):
    id: Id
    version: int
    name: Text
    language: Text
    author: Text
    licence: Text
    source: Text
    slots: Slots


def _stated(workspace: Workspace) -> tuple[str, ...]:
    """The packs that the setting ``pack`` names."""
    given = workspace.settings.get("pack", [])
    names = [given] if isinstance(given, str) else given
    at_hand = packs(workspace)
    expected = f"one of {', '.join([*at_hand, CORE])}, or a list of them"
    if not isinstance(names, list):
        raise BadInput(
            "pack cannot be used", file=workspace.folder / SETTINGS, value=given, expected=expected
        )
    for name in names:
        if name not in at_hand and name != CORE:
            guess = did_you_mean(str(name), at_hand)
            raise BadInput(
                f"there is no pack {name!r}{guess}", file=workspace.folder / SETTINGS, expected=expected
            )
    return tuple(dict.fromkeys(name for name in names if name != CORE))


def _product_packs(workspace: Workspace) -> dict[str, str]:
    at_hand = packs(workspace)
    stated = _stated(workspace)
    allowed = stated or ((CORE,) if "pack" in workspace.settings else tuple(at_hand))
    found: dict[str, str] = {}
    for row in _products(workspace):
        if given := row.get("pack"):
            if given not in at_hand and given != CORE:
                guess = did_you_mean(given, at_hand)
                raise BadInput(
                    f"there is no pack {given!r}{guess}",
                    file=workspace.path("products"),
                    column="pack",
                    expected=f"one of {', '.join([*at_hand, CORE])}",
                )
            found[row["product"]] = given
        elif name := recognised(row, {p: one for p, (one, _) in at_hand.items() if p in allowed}):
            found[row["product"]] = name
    return found


def recognised(row: Mapping[str, Any], at_hand: Mapping[str, Pack]) -> str | None:
    """The pack whose alias stands, as whole words, in what a product is called; the longest alias decides."""
    texts = [f" {_plain(str(row[c]))} " for c in PRODUCT_COLUMNS if row.get(c)]
    fitting = [
        (len(alias), name)
        for name, pack in at_hand.items()
        for alias in map(_plain, pack.aliases)
        if any(f" {alias} " in text or f" {alias}s " in text for text in texts)
    ]
    return max(fitting)[1] if fitting else None


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _products(workspace: Workspace) -> list[dict[str, Any]]:
    """What is known of each product: its row, or its id where only purchases or opportunities name it."""
    try:
        table = workspace.table("products").filter(pl.col("vanished").is_null())
        if table.height:
            return table.select("pack", *PRODUCT_COLUMNS).to_dicts()
        named = [workspace.table(name)["product"] for name in _NAMED]
    except BadInput:  # a table that cannot be read is told where tables are checked
        return []
    return [{"product": product} for product in pl.concat(named).drop_nulls().unique(maintain_order=True)]
