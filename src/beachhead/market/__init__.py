"""Where a technology stands on its life cycle."""

from __future__ import annotations

from importlib import import_module
from typing import Any

# At once, so that ``fit`` is the function whichever module of this room is imported first, never the module.
from beachhead.market.fit import Fit, fit

__all__ = ["Fit", "cross_validate", "fit"]


def __getattr__(name: str) -> Any:
    if name == "cross_validate":
        return import_module(f"{__name__}.evaluation").cross_validate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
