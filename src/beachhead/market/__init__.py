"""Where a technology stands on its life cycle."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# At once, so that ``fit`` is the function whichever module of this room is imported first, never the module.
from beachhead.market.fit import Fit, fit

if TYPE_CHECKING:
    from beachhead.market.evaluation import cross_validate
    from beachhead.market.releases import Generations, generations
    from beachhead.market.streaming import stream

__all__ = ["Fit", "Generations", "cross_validate", "fit", "generations", "stream"]


def __getattr__(name: str) -> Any:
    modules = {"cross_validate": "evaluation", "stream": "streaming"}
    modules |= {"generations": "releases", "Generations": "releases"}
    if name in modules:
        return getattr(import_module(f"{__name__}.{modules[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
