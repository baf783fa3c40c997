"""Where a market stands on the technology adoption life cycle, where each customer stands, what to do next.

>>> import beachhead as bh
>>> fit = bh.fit(table, kind="stock")          # columns unique_id, ds, y
>>> fit.standing(), fit.forecast(5, level=[80]), fit.buyers("2008-01-01", "2009-01-01")

Names are imported on first use, so that ``import beachhead`` and the command line start at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors, type checkers and the reference
    from beachhead.errors import BeachheadError
    from beachhead.market import cross_validate, fit, generations, stream

__version__ = "0.1.0"

# public name -> module that holds it
_PUBLIC = {
    "BeachheadError": "beachhead.errors",
    "cross_validate": "beachhead.market",
    "fit": "beachhead.market",
    "generations": "beachhead.market",
    "stream": "beachhead.market",
}
__all__ = ["BeachheadError", "__version__", "cross_validate", "fit", "generations", "stream"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'beachhead' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
