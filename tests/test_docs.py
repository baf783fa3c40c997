"""The documentation is executed: examples run and print what they show, and nothing public is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import beachhead as bh
from beachhead.cli import commands
from tests.conftest import ROOT
from tests.docs_runner import blocks, commands_of, first_difference, matches, run

PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
GENERATED = ROOT / "docs" / "reference"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the examples in it, where a page's examples may write."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_example_runs_and_prints_what_it_shows(page: Path, desk: Path) -> None:
    namespace: dict[str, object] = {"__name__": page.stem}
    for block in blocks(page):
        if block.language == "python":
            code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
            exec(code, namespace)  # the page's own examples
        else:
            for line, shown, at in commands_of(block):
                said = run(line)
                assert "Traceback" not in said
                assert matches(shown, said), (
                    f"{page.name}, line {at}: `{line}` does not print {first_difference(shown, said)!r} but\n{said}"
                )


def test_every_command_is_shown_at_work() -> None:
    shown = {
        re.split(r"\s+", line)[1]
        for page in PAGES
        for block in blocks(page)
        if block.language == "console"
        for line, _, _ in commands_of(block)
        if " " in line
    }
    missing = set(commands.list_commands(None)) - shown  # type: ignore[arg-type]
    assert not missing, f"no page shows these commands at work: {sorted(missing)}"


def test_every_public_function_is_shown_at_work() -> None:
    code = "\n".join(b.text for page in PAGES for b in blocks(page) if b.language == "python")
    missing = [
        n for n in bh.__all__ if not n.startswith("__") and not re.search(rf"\b(?:bh|beachhead)\.{n}\b", code)
    ]
    assert not missing, f"no page shows these at work: {missing}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert not [name for name in sorted(pages) if f"]({name})" not in index]


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [*PAGES, *GENERATED.glob("*.md")]
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_the_reference_pages_are_current(tmp_path: Path) -> None:
    # in a process of its own: click remembers a command's help option from whoever asked for it first
    code = "import pathlib, sys; sys.path.insert(0, 'docs'); import build; build.build(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    for written in sorted(p for p in tmp_path.rglob("*") if p.is_file()):
        kept = ROOT / written.relative_to(tmp_path)
        assert kept.is_file(), f"run `make docs`: {kept} is missing"
        assert kept.read_text("utf-8") == written.read_text("utf-8"), (
            f"run `make docs`: {kept.name} is not current"
        )


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        (["a", "b"], "a\nb\n", True),
        (["a", "..."], "a\nb\nc\n", True),
        (["a ... c"], "a b c\n", True),
        (["a"], "a\nb\n", False),
        (["..."], "", True),
        (["1.5"], "105\n", False),
        (["a  b"], "a     b  \n", True),
        (["a b"], "ab\n", False),
    ],
)
def test_output_is_compared_as_the_contract_says(shown: list[str], said: str, same: bool) -> None:
    assert matches(shown, said) is same
