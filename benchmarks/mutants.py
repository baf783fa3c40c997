"""Mutation testing: guards broken one at a time, and whether a test sees it. Run by ``make mutants``.

The mutants come from Cosmic Ray's operators. Only what guards an answer is broken: comparisons and the numbers in
them, named constants, conditions, ``and``/``or``/``not``, the filters' ``&``, ``|`` and ``~``, sums and products,
``True`` and ``False``; annotations, decorators and ``strict=`` are left alone. A mutant is known by its file,
definition, line and operator, and the sample is those with the least hashes: it stays the same when other code changes.
Each one runs in a forked child that has the libraries loaded already and stops at the first test that fails; the test
that saw it last time, kept in ``mutants.csv``, goes first.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import click
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators import (
    binary_operator_replacement,
    boolean_replacer,
    comparison_operator_replacement,
    number_replacer,
    unary_operator_replacement,
)
from parso.tree import NodeOrLeaf

ROOT = Path(__file__).parent.parent
SEEN_BY = Path(__file__).with_suffix(
    ".csv"
)  # by a mutant's hash: the test that failed last time, to be tried first
LAYERS = ("tables", "accounts", "practice", "documents")
FEW = 8  # test files for a module, at most
SECONDS = 90  # of the processor: a mutant that needs more is seen, for something loops
SWAPS = {
    comparison_operator_replacement: (
        "Lt_LtE LtE_Lt Gt_GtE GtE_Gt Lt_GtE GtE_Lt Gt_LtE LtE_Gt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is"
    ),
    binary_operator_replacement: "BitAnd_BitOr BitOr_BitAnd Add_Sub Sub_Add Mul_Div Div_Mul",
    unary_operator_replacement: "Delete_Not Delete_Invert",
}
OPERATORS = {
    cls.__name__: cls()
    for cls in (
        *(
            next(c for c in module.operators() if c.__name__.endswith("_" + swap))
            for module, swaps in SWAPS.items()
            for swap in swaps.split()
        ),
        boolean_replacer.AddNot,
        boolean_replacer.ReplaceTrueWithFalse,
        boolean_replacer.ReplaceFalseWithTrue,
        boolean_replacer.ReplaceAndWithOr,
        boolean_replacer.ReplaceOrWithAnd,
        number_replacer.NumberReplacer,
    )
}
LIBRARIES = (
    "docxtpl fastexcel hypothesis jinja2 openpyxl pandas polars pyarrow pydantic pytest rapidfuzz rich.console "
    "scipy.stats sqlglot typst vl_convert xlsxwriter yaml click.testing"
)
NAMED_CONSTANT = re.compile(r"_?[A-Z][A-Z_0-9]*")
# arguments that change how fast something is done, or that a right program never needs
NOT_A_GUARD = {"strict", "statistics", "rechunk", "maintain_order", "copy", "autoescape"}
_NAMED = re.compile(r"(?:beachhead )?([a-z][\w-]*)(?=$| )")
# tests whose files are named after a job, by the modules that do it
IMPORT = ("tests.tables.test_import_", "tests.tables.test_crm_", "tests.tables.test_mending")
JOBS = {"tables.crm": IMPORT, "tables.importing": IMPORT, "tables.links": IMPORT, "tables.merging": IMPORT}
# scale, kills and whole examples are too slow for each mutant; a program of its own would load what is not broken
LEFT_OUT = ("_large", "_killed", "_beds", "test_example", "test_exit_codes")
# where marks lie on a page is looked at, not tested
DRAWN = {"case_charts", "charts", "drawing", "plain_charts", "territory_charts", "typesetting"}


@dataclass(frozen=True)
class Mutant:
    """One guard broken: ``nth`` of an operator in a module's text."""

    module: str
    definition: str
    line: str
    operator: str
    nth: int
    row: int
    hash: str

    def told(self) -> str:
        """One line for people."""
        where = f"{_path(self.module).relative_to(ROOT)}:{self.row}"
        return f"{self.hash[:8]} {where} {self.operator}#{self.nth}: {self.line}"


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every guard of a module that an operator can break."""
    module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    inside = _definitions(text)
    nodes = list(ast_nodes(get_ast(text)))
    seen: Counter = Counter()
    for name, operator in OPERATORS.items():
        at = [(node, start[0]) for node in nodes for start, _ in operator.mutation_positions(node)]
        for nth, (node, row) in enumerate(at):
            if not _guards(node) or (name == "AddNot" and ":=" in lines[row - 1]):
                continue
            key = (module, inside(row), lines[row - 1].strip(), name)
            seen[key] += 1
            digest = hashlib.sha256("\0".join((*key, str(seen[key]))).encode()).hexdigest()
            yield Mutant(*key, nth, row, digest)


def _guards(node: NodeOrLeaf) -> bool:
    """Whether what a node says can change an answer: no annotation, no decorator, no number outside a bound."""
    bound = node.type != "number"
    child, around = node, node.parent
    while around is not None:
        kind, parts = around.type, around.children
        if kind in ("decorator", "tfpdef") or (kind == "annassign" and child is parts[1]):
            return False
        if (kind == "parameters" and child is node) or (kind == "funcdef" and around.annotation is child):
            return False
        if kind == "argument" and parts[0].get_code().strip() in NOT_A_GUARD:
            return False
        named = kind == "expr_stmt" and NAMED_CONSTANT.fullmatch(parts[0].get_code().strip())
        bound = bound or kind == "comparison" or bool(named)
        child, around = around, around.parent
    return bound


def _definitions(text: str) -> Callable[[int], str]:
    spans = [
        (node.lineno, node.end_lineno or node.lineno, node.name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]

    def inside(row: int) -> str:
        return ".".join(name for first, last, name in sorted(spans) if first <= row <= last)

    return inside


def sample(count: int, within: str = "") -> list[Mutant]:
    """The ``count`` mutants with the least hashes, of modules whose name contains ``within``."""
    files = [p for layer in LAYERS for p in (ROOT / "src" / "beachhead" / layer).rglob("*.py")]
    every = [m for path in files if path.stem not in DRAWN for m in mutants_of(path) if within in m.module]
    return sorted(every, key=lambda m: m.hash)[:count]


@cache
def _imports() -> dict[str, set[str]]:
    """By test file and module: the modules of Beachhead that it imports, or names as a command or a table."""
    found = {}
    for path in [*(ROOT / "tests").rglob("*.py"), *(ROOT / "src" / "beachhead").rglob("*.py")]:
        top = ROOT / "src" if path.is_relative_to(ROOT / "src") else ROOT
        here = path.relative_to(top).with_suffix("").parts
        package = list(here[:-1])
        beside = path.parent if top != ROOT else ROOT / "src" / "beachhead" / "cli"
        by_name = ".".join(beside.relative_to(ROOT / "src").parts)
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and (named := _NAMED.match(str(node.value))):
                name = named[1].replace("-", "_")  # a command or a table, whose module is loaded by name
                names |= {f"{by_name}.{name}"} if (beside / f"{name}.py").exists() else set()
            if isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else []
                module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
                names |= {module, *(f"{module}.{a.name}" for a in node.names)}
        found[".".join(p for p in here if p != "__init__")] = names
    return found


@cache
def tests_of(module: str) -> tuple[str, ...]:
    """The few test files that speak of a module: those of its name, of its job, that import it, or what imports it."""
    module = module.removesuffix(".__init__")
    _, layer, *rest = module.split(".")
    own, asked, found = f"{layer}.test_{rest[-1] if rest else layer}", {module}, []
    jobs = tuple(t for job, tests in JOBS.items() if module.startswith(f"beachhead.{job}") for t in tests)
    tests = [t for t in _imports() if ".test_" in t and not t.endswith(LEFT_OUT)]
    found += [t for t in tests if t.endswith(own)] + [t for t in tests if jobs and t.startswith(jobs)]
    for _ in range(4):
        near = [t for t in tests if not _imports()[t].isdisjoint(asked)]
        found += sorted(near, key=lambda t: f".{layer}." not in t)
        if len(set(found)) > FEW // 2:
            break
        asked = {m for m, names in _imports().items() if ".test_" not in m and not names.isdisjoint(asked)}
    return tuple(t.replace(".", "/") + ".py" for t in list(dict.fromkeys(found))[:FEW])


class _Broken(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Gives one module with other source; every other is left to the usual finders."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        super().__init__(module, str(path))
        self.source = source

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        package = [str(Path(self.path).parent)] if self.path.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=package
        )

    def get_code(self, fullname):
        return compile(self.source, self.path, "exec")


def broken(mutant: Mutant) -> str:
    """The module's text with the mutant in it."""
    text = _path(mutant.module).read_text(encoding="utf-8")
    return mutate_code(text, OPERATORS[mutant.operator], mutant.nth)


def _path(module: str) -> Path:
    return (ROOT / "src" / Path(*module.split("."))).with_suffix(".py")


def _seen_by() -> dict[str, str]:
    with SEEN_BY.open(encoding="utf-8", newline="") as rows:
        return {row["mutant"]: row["test"] for row in csv.DictReader(rows)}


def _keep(rows: list[dict]) -> None:
    """Write which test saw which mutant; those not tried now stay."""
    found = _seen_by() | {r["hash"][:12]: r["by"] for r in rows if r["by"]}
    with SEEN_BY.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([("mutant", "test"), *sorted(found.items())])


def _start(mutant: Mutant, first: str, tests: tuple[str, ...], log: Path) -> int:
    child = os.fork()
    if child:
        return child
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    code = 99
    try:
        import pytest

        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]
        name, path = mutant.module.removesuffix(".__init__"), _path(mutant.module)
        sys.meta_path.insert(0, _Broken(name, path, broken(mutant)))
        code = int(pytest.main([*options, first])) if first else 0
        if code in (0, 4, 5):  # it did not fail, or is no more
            code = int(pytest.main([*options, *tests]))
    except BaseException as error:  # a module that no longer loads is seen, however it fails
        print(repr(error))
        code = 1
    finally:
        sys.stdout.flush()
        os._exit(code)


def _preload() -> None:
    """Libraries, not Beachhead: each child loads that anew, with its broken module."""
    for name in LIBRARIES.split():
        importlib.import_module(name)


@dataclass
class Run:
    """A child at work."""

    mutant: Mutant
    log: Path
    since: float


@click.command()
@click.option("--count", default=300, show_default=True)
@click.option("--within", default="", help="Only modules whose name contains this.")
@click.option("--workers", default=2, show_default=True)
@click.option("--minutes", default=10.0, show_default=True, help="No new mutant is started after this.")
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "bench-results" / "mutants")
@click.option("--only", default="", help="Hashes (their beginnings), separated by commas.")
@click.option("--keep", is_flag=True, help=f"Keep in {SEEN_BY.name} which test saw which mutant.")
def main(count: int, within: str, workers: int, minutes: float, out: Path, only: str, keep: bool) -> None:
    """Break guards one at a time and tell which no test sees."""
    chosen = sample(count if not only else 10**6, within)
    if only:
        chosen = [m for m in chosen if m.hash.startswith(tuple(only.split(",")))]
    out.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    for name in [n for n in sys.modules if n.startswith("beachhead")]:
        del sys.modules[name]
    _preload()
    seen_by = _seen_by()
    started, waiting, running, rows = time.monotonic(), list(chosen), {}, []
    while waiting or running:
        while waiting and len(running) < workers and time.monotonic() - started < minutes * 60:
            mutant = waiting.pop(0)
            tests = tests_of(mutant.module)
            if not tests:
                rows.append({**asdict(mutant), "survived": True, "seconds": 0.0, "by": ""})
                print(mutant.told(), flush=True)
                continue
            log = out / f"{mutant.hash[:8]}.log"
            first = seen_by.get(mutant.hash[:12], "")
            running[_start(mutant, first, tests, log)] = Run(mutant, log, time.monotonic())
        if not running:
            break
        child, status = os.wait()
        run = running.pop(child)
        survived = os.waitstatus_to_exitcode(status) in (0, 5)  # nothing failed, or there was no test
        by = re.search(r"^(?:FAILED|ERROR) ([^\s[]+)", run.log.read_text(errors="replace"), re.MULTILINE)
        seconds = round(time.monotonic() - run.since, 1)
        rows.append(
            {**asdict(run.mutant), "survived": survived, "seconds": seconds, "by": by.group(1) if by else ""}
        )
        if survived:
            print(run.mutant.told(), flush=True)
        (out / "mutants.json").write_text(json.dumps(rows, indent=1))
    (out / "mutants.json").write_text(json.dumps(rows, indent=1))
    if keep:
        _keep(rows)
    killed = sum(not r["survived"] for r in rows)
    took = time.monotonic() - started
    print(
        f"{killed} of {len(rows)} seen ({killed / max(len(rows), 1):.1%}) in {took:.0f} s; {len(waiting)} not tried"
    )


if __name__ == "__main__":
    main()
