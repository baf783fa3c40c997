"""The house rules that a machine can check."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conftest import ROOT

HEAVY = {
    "numpy",
    "polars",
    "narwhals",
    "pydantic",
    "sqlglot",
    "rich",
    "jinja2",
    "typst",
    "vl_convert",
    "docxtpl",
}


def test_help_imports_nothing_heavy() -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "beachhead", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Commands:" in run.stdout
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in run.stderr.splitlines()}
    assert not imported & HEAVY


def test_an_unknown_command_is_refused_with_a_suggestion() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "beachhead", "makret"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "did you mean 'market'?" in run.stderr
    assert "Traceback" not in run.stderr


def test_no_module_holds_more_than_it_should() -> None:
    long = {str(p): n for p in (ROOT / "src").rglob("*.py") if (n := len(p.read_text().splitlines())) > 420}
    assert not long, f"split these modules: {long}"


def test_what_the_readme_lists_exists() -> None:
    import beachhead as bh
    from beachhead.cli import commands
    from beachhead.market import Fit

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`beachhead ([a-z-]+)", readme))
    assert listed == set(commands.list_commands(None))  # type: ignore[arg-type]
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / target).exists(), f"the README points to {target}"
    for name in set(re.findall(r"\bbh\.(\w+)", readme)):
        assert callable(getattr(bh, name))
    for method in set(re.findall(r"\bfit\.(\w+)\(", readme)):
        assert callable(getattr(Fit, method))
    for target in set(re.findall(r"make (\w+)", readme)):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M), f"there is no make {target}"
