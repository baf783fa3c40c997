"""What other packages add: shapes, dialects and importers, by entry points (``docs/additions.md``).

A package names an object of its own in its ``pyproject.toml``; where it is installed, Beachhead uses the object beside
its own of that kind. Whatever is wrong with it is refused in one sentence that names the package, never left out: an
answer must not depend on whether an addition happened to load.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from beachhead.errors import BadInput

GROUPS = ("beachhead.shapes", "beachhead.dialects", "beachhead.importers")


@dataclass(frozen=True)
class Addition:
    """One object that a package adds.

    ``name``: the entry point's; ``package``: name and version; ``value``: the object; ``what``: ``the shape 'stepped'``.
    """

    name: str
    package: str
    value: Any
    what: str

    def check(self, fine: bool, why: str) -> None:
        """Refuse the addition, with the reason ``why`` in the words "because it …", unless it is ``fine``."""
        if not fine:
            raise _refused(self.what, self.package, f"it {why}")

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the package's own ``function`` returns; its faults are told as the package's, ours as they are."""
        try:
            return function(*arguments)
        except BadInput:
            raise
        except Exception as fault:
            raise _refused(self.what, self.package, _told(fault)) from fault


@cache
def added(group: str) -> tuple[Addition, ...]:
    """What installed packages add to a group of ``GROUPS``, in the order of names; each is loaded once in a run.

    Raises BadInput for what cannot be loaded, and for a name that two packages use.
    """
    found: dict[str, Addition] = {}
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        addition = _loaded(point, f"the {group.rpartition('.')[2].removesuffix('s')} {point.name!r}")
        other = found.setdefault(point.name, addition)
        addition.check(other is addition, f"has the name of one of the package {other.package}")
    return tuple(found.values())


def _loaded(point: EntryPoint, what: str) -> Addition:
    package = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    try:
        return Addition(point.name, package, point.load(), what)
    except Exception as fault:  # whatever a foreign module does while it is imported
        raise _refused(what, package, _told(fault)) from fault


def _told(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}".strip(": ")


def _refused(what: str, package: str, why: str) -> BadInput:
    return BadInput(
        f"{what} of the installed package {package} cannot be used, because {why}; mend the package or uninstall it"
    )
