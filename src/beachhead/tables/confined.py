"""Work on what strangers made, in a child process with limits of time, memory and size.

A Word template with a loop in a loop, a workbook that unpacks to gigabytes, a chart that aborts the interpreter:
none of them may hang, fill or end the process that was asked. So what reads or renders such a file is a function
that is named here and runs elsewhere:

    content = confined("beachhead.documents.word_rendering:rendered", path, fields)

The child starts a new interpreter (0.1 s and the imports of the function's module, so keep these few). What it
gives back is plain: None, numbers, texts, bytes, and lists, tuples and dicts of these; nothing that comes out of
the child can run code here. It has no way to the network that goes through a proxy setting, as Typst's does.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

from beachhead.errors import BadInput, BadKnowledge, BadQuestion, BeachheadError

SECONDS = 15.0
MEMORY = 1 << 30
SIZE = 64 << 20
"""The limits where none are given: wall clock, bytes of memory, bytes of what is given back or written."""

_MAIN = "from beachhead.tables.confined import _child; _child()"
_NOWHERE = "http://127.0.0.1:1"


def confined(
    job: str,
    *given: Any,
    file: object = None,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    size: int = SIZE,
) -> Any:
    """What the function ``job`` (``"package.module:name"``) makes of ``given``, worked out in a child process.

    ``file`` names in messages what was worked on. Raises what the function refuses (BadInput, BadKnowledge,
    BadQuestion), and BadInput, a sentence, where it needs more than the limits or breaks down. The limit of memory
    holds on Linux; elsewhere time and size are what bounds it.
    """
    order = pickle.dumps((job, given, seconds, memory, size))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _MAIN],
            input=order,
            capture_output=True,
            timeout=seconds,
            env=_surroundings(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_much(f"it takes longer than {seconds:g} seconds", file) from None
    except OSError as no:
        raise BadInput(f"it cannot be worked on: {no.strerror}", file=file) from no
    if done.returncode == -getattr(signal, "SIGXCPU", 24):
        raise _too_much(f"it takes longer than {seconds:g} seconds", file)
    try:
        if done.returncode:
            raise EOFError
        kind, value = _Plain(io.BytesIO(done.stdout)).load()
    except (EOFError, pickle.UnpicklingError):
        broke = "it cannot be used: what works on it broke down or ran out of memory"
        raise BadInput(broke, file=file) from None
    if kind == "done":
        return value
    if kind == "memory":
        raise _too_much(f"it needs more than {memory >> 20:,} MB of memory", file)
    if kind == "size":
        raise _too_much(f"what comes of it is larger than {size >> 20:,} MB", file)
    raise _refusal(kind, value, file)


def _too_much(what: str, file: object) -> BadInput:
    return BadInput(f"{what}, so it is left alone", file=file)


def _refusal(kind: str, value: Any, file: object) -> BeachheadError:
    if kind == "BadInput":
        return BadInput(value.pop("problem"), **value)
    if kind == "BadKnowledge":
        return BadKnowledge(value)
    if kind == "BadQuestion":
        return BadQuestion(value)
    return BadInput(f"it cannot be used: {value}", file=file)


def _surroundings() -> dict[str, str]:
    """The environment of the child: the same modules, and every proxy leads nowhere."""
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    kept = {k: v for k, v in os.environ.items() if k.casefold() not in (*proxies, "no_proxy")}
    barred = {name: _NOWHERE for one in proxies for name in (one, one.upper())}
    return kept | barred | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONSAFEPATH": "1"}


class _Plain(pickle.Unpickler):
    """Reads plain values only: no class is ever looked up."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


def _child() -> None:
    """The other end: reads one order, does it within the limits, and writes what came of it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the work prints is not the answer
    job, given, seconds, memory, size = pickle.load(sys.stdin.buffer)
    module, name = job.split(":")
    work = getattr(import_module(module), name)
    _limit(seconds, memory, size)
    try:
        told = ("done", work(*given))
        answer = pickle.dumps(told)
        if len(answer) > size:
            answer = pickle.dumps(("size", None))
    except MemoryError:
        answer = pickle.dumps(("memory", None))
    except BadKnowledge as no:
        answer = pickle.dumps(("BadKnowledge", no.problems))
    except BadInput as no:
        fields = {
            "file": no.file,
            "row": no.row,
            "column": no.column,
            "value": no.value,
            "expected": no.expected,
        }
        plain = {k: v if v is None or isinstance(v, int) else str(v) for k, v in fields.items()}
        answer = pickle.dumps(("BadInput", {"problem": no.problem, **plain}))
    except BeachheadError as no:
        answer = pickle.dumps(("BadQuestion", str(no)))
    except Exception as no:  # whatever the library stumbles over: told, never passed on
        answer = pickle.dumps(("broken", f"{type(no).__name__}: {no}"[:500]))
    answers.write(answer)
    answers.flush()
    os._exit(0)  # nothing that the work left behind may run at the end


def _limit(seconds: float, memory: int, size: int) -> None:
    """Tell the system what this process may use; where it knows no such limits, the parent's clock is left."""
    with suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_DATA, memory),
            (resource.RLIMIT_FSIZE, size),
            (resource.RLIMIT_CPU, int(seconds) + 1),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):  # the system may allow less already
                resource.setrlimit(kind, (most, most))
