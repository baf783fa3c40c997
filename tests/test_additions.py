"""What other packages add by entry points: used where it is installed, refused in a sentence where it is broken."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from beachhead.additions import GROUPS, Addition
from beachhead.errors import BadInput
from beachhead.market.shapes import SHAPES, Shape, _check, richards
from beachhead.tables.crm.dialects import CRMS, HERE, Dialect, problems
from beachhead.tables.yaml_files import load_yaml, validate
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "addition"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the example package is installed into, from a wheel of its own."""
    made, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("site-packages")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made],
        cwd=EXAMPLE,
        check=True,
        capture_output=True,
    )
    (wheel,) = made.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(target)
    return target


def _broken(folder: Path, group: str, module: str, name: str = "odd") -> Path:
    """An installed package whose entry point leads to ``THING`` in a module with this text."""
    info = folder / f"{name}_package-2.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-package\nVersion: 2.1\n")
    (info / "entry_points.txt").write_text(f"[{group}]\nodd = {name}_module:THING\n")
    (folder / f"{name}_module.py").write_text(module)
    return folder


def _run(installed: Path, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(installed), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "110"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_added_shape_is_compared_with_and_told(installed: Path, tmp_path: Path) -> None:
    code = (
        "import beachhead as bh, beachhead.market.dictionary as d\n"
        f"fit = bh.fit({str(ROOT / 'examples/vmware-2009/adoption.csv')!r})\n"
        "print(*[s.name for s in d.generic().shapes], sep='\\n')\n"
        "print(*fit.notes['note'].unique(), sep='\\n')"
    )
    told = _run(installed, "-c", code, cwd=tmp_path)
    assert told.stderr == ""
    assert "two halves" in told.stdout.splitlines()
    assert (
        "compared also with the shape 'two halves' of the installed package beachhead-quayside 1.0"
        in told.stdout
    )


def test_without_additions_nothing_is_told_of_them(tmp_path: Path) -> None:
    code = "from beachhead.market.shapes import SHAPES, shapes; assert shapes() == SHAPES"
    assert _run(tmp_path, "-c", code, cwd=tmp_path).returncode == 0


def test_exports_of_an_added_dialect_are_read(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "berths.csv").write_text(
        "Berth No.,Ship's Owner,Cargo,Flag,Draught\nB-1,Kestrel Shipping,Grain,NL,7.1\nB-2,Tern Lines,Steel,DE,9.0\n"
    )
    read = _run(installed, "-m", "beachhead", "import", "exports", "--into", "harbour", cwd=tmp_path)
    assert (read.returncode, read.stderr) == (0, ""), read.stderr
    assert "Quayside" in read.stdout
    accounts = (tmp_path / "harbour" / "accounts.csv").read_text()
    assert "Kestrel Shipping" in accounts
    assert "Grain" in accounts
    # the same file is nobody's without the package
    plain = _run(
        tmp_path, "-m", "beachhead", "import", "exports", "--into", "plain", "--dry-run", cwd=tmp_path
    )
    assert "Quayside" not in plain.stdout


def test_a_model_of_an_added_form_is_imported(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.txt").write_text("ladder: Backup\n# Restores\n- Restores are tried out\n? what\n")
    told = _run(
        installed, "-m", "beachhead", "blueprint", "import", "backup.txt", "-o", "b.yaml", cwd=tmp_path
    )
    assert (told.returncode, told.stderr) == (0, ""), told.stderr
    assert "ladder: Backup, 1 domains, 1 points." in told.stdout
    assert "Not carried over: lines that are neither a domain nor a point (1 ×: ? what)." in told.stdout
    assert _run(installed, "-m", "beachhead", "blueprint", "check", "b.yaml", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("group", "module", "why"),
    [
        ("beachhead.shapes", "import nothing_there", "ModuleNotFoundError: No module named 'nothing_there'"),
        ("beachhead.shapes", "THING = 3", "it is no beachhead.market.shapes.Shape"),
        ("beachhead.dialects", "THING = None", "it is no path of a file such as hubspot.yaml"),
        ("beachhead.importers", "raise RuntimeError", "because RuntimeError"),
        ("beachhead.importers", "THING = 3", "it is no beachhead.practice.importers.draft.Importer"),
    ],
)
def test_a_broken_addition_is_refused_in_a_sentence(
    group: str, module: str, why: str, tmp_path: Path
) -> None:
    target = _broken(tmp_path / "target", group, module)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "a.csv").write_text("Account ID,Account Name\n1,Kestrel\n")
    command = {
        "beachhead.shapes": ["market", ROOT / "examples" / "vmware-2009"],
        "beachhead.dialects": ["import", "exports", "--into", "w"],
        "beachhead.importers": ["blueprint", "import", "exports/a.csv", "-o", "b.yaml"],
    }[group]
    told = _run(target, "-m", "beachhead", *command, cwd=tmp_path)
    assert told.returncode == 1
    assert "of the installed package odd-package 2.1 cannot be used, because" in " ".join(told.stderr.split())
    assert why in " ".join(told.stderr.split())
    assert "Traceback" not in told.stderr


def test_two_packages_with_one_name_are_refused(tmp_path: Path) -> None:
    target = _broken(tmp_path, "beachhead.importers", "THING = 1")
    _broken(tmp_path, "beachhead.importers", "THING = 2", name="even")
    told = _run(
        target, "-c", "from beachhead.additions import added; added('beachhead.importers')", cwd=tmp_path
    )
    assert "has the name of one of the package" in told.stderr


def test_what_an_added_importer_throws_is_told_as_its_own(tmp_path: Path) -> None:
    module = (
        "from beachhead.practice.importers.draft import Importer\n"
        "THING = Importer('odd', lambda path: True, lambda path, notes: 1 / 0)\n"
    )
    target = _broken(tmp_path / "target", "beachhead.importers", module)
    (tmp_path / "a.csv").write_text("a\n1\n")
    told = _run(target, "-m", "beachhead", "blueprint", "import", "a.csv", "-o", "b.yaml", cwd=tmp_path)
    assert told.returncode == 1
    assert "because ZeroDivisionError: division by zero" in " ".join(told.stderr.split())


def test_an_added_dialect_that_breaks_the_rules_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(
        "crm: Quay\nkinds:\n  acount:\n    columns: {name: [N]}\n  contact:\n    columns: {rol: [R]}\n"
    )
    target = _broken(tmp_path, "beachhead.dialects", f"THING = {str(tmp_path / 'd.yaml')!r}")
    told = _run(target, "-c", "from beachhead.tables.crm.dialects import profiles; profiles()", cwd=tmp_path)
    assert "line 3: there is no kind of table 'acount' (did you mean 'account'?)" in told.stderr
    assert "line 6: 'contact' has no field 'rol' (did you mean 'role'?)" in told.stderr
    assert "odd-package 2.1" in told.stderr


@pytest.mark.parametrize("crm", CRMS)
def test_our_own_dialects_keep_the_rules(crm: str) -> None:
    path = HERE / f"{crm}.yaml"
    data, lines = load_yaml(path)
    validate(Dialect, data, lines, path)
    assert problems(data, lines, path) == []


@pytest.mark.parametrize("shape", SHAPES, ids=[s.name for s in SHAPES])
def test_our_own_shapes_would_be_taken_under_another_name(shape: Shape) -> None:
    _check(_as_added(Shape("other", shape.level, shape.weight, shape.fine, shape.falls)))


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (Shape("logistic", richards(1.0), 1.0), "is called 'logistic', as one of ours"),
        (Shape("a", richards(1.0), 0.0), "has a weight of 0.0"),
        (Shape("a", lambda x: x[:5], 1.0), "does not give one number for every time"),
        (Shape("a", lambda x: x * float("nan"), 1.0), "does not give one number for every time"),
        (Shape("a", lambda x: x + 20, 1.0), "does not rise from nothing"),
        (Shape("a", lambda x: richards(1.0)(x) + 0.3 * (abs(x - 2) < 0.1), 1.0), "stay at its peak"),
        (Shape("a", richards(1.0), 1.0, falls=True), "come down to 0.05 of its peak"),
        (Shape("a", lambda x: richards(1.0)(x * 5), 1.0), "rises from 10 to 90 % in 0.2"),
        (Shape("a", lambda x: richards(1.0)(x - 3), 1.0), "around x = 3"),
        (Shape("a", lambda x: 1 / 0, 1.0), "ZeroDivisionError"),
    ],
)  # fmt: skip
def test_a_shape_that_is_no_life_cycle_is_refused(shape: Shape, why: str) -> None:
    with pytest.raises(BadInput, match=re.escape(why)):
        _check(_as_added(shape))


def _as_added(shape: Shape) -> Addition:
    return Addition("odd", "odd-package 2.1", shape, "the shape 'odd'")


def test_the_page_shows_the_example_as_it_is() -> None:
    page = (ROOT / "docs" / "additions.md").read_text("utf-8")
    shown = re.findall(r"^`(examples/addition/[\w./-]+)`:\n\n```\w+\n(.*?)^```$", page, re.M | re.S)
    assert len(shown) == 5
    for name, text in shown:
        assert text == (ROOT / name).read_text("utf-8"), f"{name} is not shown as it is"
    assert all(group in page for group in GROUPS)
