"""Where a technology stands on its life cycle."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {"fit": "fit", "Fit": "fit", "cross_validate": "evaluation"}
__all__ = ["Fit", "cross_validate", "fit"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
        globals()[name] = value  # the function, not the module of the same name
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
