"""Commands in processes of their own that begin with the libraries loaded, so that many can be killed."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys

LOADED = (
    "beachhead.cli beachhead.practice.check openpyxl polars pyarrow pydantic scipy.stats sqlglot xlsxwriter"
)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([*LOADED.split(), __name__])


def forked(command: list[str]) -> multiprocessing.process.BaseProcess:
    """The command in a process of its own, that begins with the libraries loaded, so that more can be killed."""
    process = FORKS.Process(target=_run, args=(command,))
    process.start()
    return process


def _run(command: list[str]) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.argv = ["beachhead", *command]
    importlib.import_module("beachhead.__main__").main()
