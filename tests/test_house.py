"""The house rules that a machine can check."""

from __future__ import annotations

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
