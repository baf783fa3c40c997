"""All benchmarks in one run: ``make bench``, or ``python -m benchmarks NAME …`` for some of them."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import benchmarks


def main() -> None:
    names = sys.argv[1:] or [m.name for m in pkgutil.iter_modules(benchmarks.__path__)]
    for name in sorted(names):
        module = import_module(f"benchmarks.{name}")
        if hasattr(module, "run"):
            module.run()


if __name__ == "__main__":
    main()
