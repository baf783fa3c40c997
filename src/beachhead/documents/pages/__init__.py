"""The pages of the report. A page is a module in this folder that defines ``page(workspace) -> Page | None``.

A module whose name begins with an underscore is not a page. A page that has nothing to say about a workspace
returns None and is left out.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from markupsafe import Markup

from beachhead.tables.workspace import Workspace

if TYPE_CHECKING:
    from beachhead.accounts.territory import Territory


@dataclass(frozen=True)
class Page:
    """One page: its title, its HTML, what it holds (anchor and heading of each section), and its place.

    ``order``: pages stand in rising order; market 10, accounts 20, practice 30, plays 40, others behind.
    """

    title: str
    body: Markup
    sections: list[tuple[str, str]] = field(default_factory=list)
    order: int = 90


@lru_cache(maxsize=1)
def territory_of(workspace: Workspace) -> Territory:
    """The territory of ``workspace``, worked out once for all pages of a report."""
    from beachhead.accounts.territory import territory

    return territory(workspace)


def pages(workspace: Workspace) -> dict[str, Page]:
    """Every page that has something to say about ``workspace``, by the name of its module, in order."""
    territory_of.cache_clear()  # the files may have changed since the last report
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    made = {name: import_module(f"{__name__}.{name}").page(workspace) for name in names}
    found = {name: page for name, page in made.items() if page is not None}
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))
