"""The documentation is executed: examples run and print what they show, and nothing public is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
import yaml

import beachhead as bh
from beachhead.cli import commands
from tests.conftest import ROOT
from tests.docs_runner import blocks, commands_of, first_difference, matches, run

GENERATED = ROOT / "docs" / "reference"
PAGES = sorted([*((ROOT / "docs").rglob("*.md")), ROOT / "README.md"])
PAGES = [page for page in PAGES if page.parent != GENERATED]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the examples in it, where a page's examples may write."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
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
    assert not [name for name in _names() if name != "README.md" and f"]({name})" not in index]


def test_every_page_is_in_the_site() -> None:
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    generated = [f"reference/{page.name}" for page in GENERATED.glob("*.md")]
    assert not [name for name in [*_names(), *generated] if f": {name}\n" not in site]


def _names() -> list[str]:
    """The pages below ``docs``, as they are linked from its index."""
    docs = ROOT / "docs"
    return [page.relative_to(docs).as_posix() for page in PAGES if page.is_relative_to(docs)]


def _python_reference() -> dict[str, object]:
    """The name of every entry of the Python reference, and what bears that name."""
    named = re.findall(r"^::: ([\w.]+)$", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.M)
    parts = [name.rpartition(".") for name in named]
    return {
        name: getattr(import_module(module), last)
        for module, _, last in parts
        for name in [f"{module}.{last}"]
    }


def test_all_that_the_pages_call_is_in_the_python_reference() -> None:
    known = list(_python_reference().values())
    code = "\n".join(b.text for page in PAGES for b in blocks(page) if b.language == "python")
    called = {
        f"{module}.{name}": getattr(import_module(module), name)
        for module, names in re.findall(r"^from (beachhead[\w.]*) import ([\w, ]+)$", code, re.M)
        for name in names.split(", ")
    }
    called |= {f"beachhead.{name}": getattr(bh, name) for name in bh.__all__ if not name.startswith("__")}
    assert not [name for name, what in called.items() if not any(what is one for one in known)]


def test_all_in_the_python_reference_says_what_it_is() -> None:
    silent = [name for name, what in _python_reference().items() if callable(what) and not what.__doc__]
    assert not silent


def test_a_link_of_the_site_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<h1 id='here'></h1><a href='b.html#there'></a><a href='b.html#nowhere'></a><a href='#here'></a>"
        "<a href='https://example.org/x'></a><img src='none.png'><a href='sub'></a><a href='c.html'></a>"
    )
    (tmp_path / "b.html").write_text("<a name='there'></a>")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "index.html").write_text("<a href='../a.html#here'></a><a href='../%62.html'></a>")
    found = list(_site().broken_links(tmp_path))
    assert found == ["a.html: b.html#nowhere (no such place)", "a.html: none.png", "a.html: c.html"]


def test_pages_of_the_project_are_on_the_site_with_their_links(tmp_path: Path) -> None:
    _site().stage(tmp_path)
    assert not list(tmp_path.rglob("*.py"))
    for page in tmp_path.rglob("*.md"):
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(tmp_path)}: {target}"


def test_links_to_pages_of_the_project_are_turned() -> None:
    turned = _site()._of_project("[c](../CONTRIBUTING.md#tests) [d](../../CHANGELOG.md) [e](CHANGELOG.md)")
    assert turned == "[c](contributing.md#tests) [d](../changelog.md) [e](CHANGELOG.md)"


def test_the_gallery_names_commands_that_there_are() -> None:
    gallery = (ROOT / "docs" / "gallery.py").read_text(encoding="utf-8")
    named = set(re.findall(r"beachhead ([a-z-]+) ", gallery))
    assert len(named) >= 8
    assert not named - set(commands.list_commands(None))  # type: ignore[arg-type]


def _site() -> Any:
    return _of_docs("site")


def _of_docs(name: str) -> Any:
    """A module of ``docs/``, which is no part of the package."""
    spec = spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


def test_the_picture_shows_every_room_and_no_arrow_against_the_direction() -> None:
    architecture = _of_docs("architecture")
    order = architecture.rooms()
    folders = {
        path.name for path in (ROOT / "src" / "beachhead").iterdir() if (path / "__init__.py").is_file()
    }
    assert folders <= set(order), "a room stands outside the import contract"
    drawn = architecture.picture()
    assert all(f">{room}</text>" in drawn for room in order)
    within = {(a, b) for a, b in architecture.imports() if {a, b} <= set(order)}
    assert ("documents", "practice") in within
    assert all(order.index(taker) > order.index(giver) for taker, giver in within)
    above = [room for room in order if room not in architecture.FLOOR]
    assert drawn.count("marker-end") == sum({a, b} <= set(above) for a, b in within)


def test_what_the_public_ci_runs_is_what_the_project_has() -> None:
    settings = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    steps = [step.get("run", "") for job in settings["jobs"].values() for step in job["steps"]]
    named = {word for step in steps for word in step.split() if word.startswith(".ci/")}
    assert named == {".ci/run", ".ci/check-release"}
    assert all((ROOT / name).is_file() for name in named)
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert oldest == f">={settings['jobs']['tests']['strategy']['matrix']['python'][0]}"
