"""`beachhead demo`: the worked example, wherever Beachhead is installed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from beachhead.knowledge import example
from tests.conftest import ROOT
from tests.docs_runner import run


def test_it_works_and_its_workspace_gives_the_same_report(tmp_path: Path) -> None:
    said = run(f"beachhead demo -o {tmp_path}")
    assert f"The report lies in {tmp_path / 'index.html'}" in said
    first = (tmp_path / "index.html").read_bytes()
    run(f"beachhead report {tmp_path / 'vmware-2009'} -o {tmp_path / 'again'}")
    assert (tmp_path / "again" / "index.html").read_bytes() == first


def test_a_workspace_that_was_changed_is_not_overwritten(tmp_path: Path) -> None:
    run(f"beachhead demo -o {tmp_path}")
    settings = tmp_path / "vmware-2009" / "beachhead.toml"
    settings.write_text(settings.read_text("utf-8") + "# mine\n", encoding="utf-8")
    run(f"beachhead demo -o {tmp_path}")
    assert settings.read_text("utf-8").endswith("# mine\n")


def test_the_wheel_carries_the_example_where_the_package_looks_for_it() -> None:
    targets = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    carried = targets["wheel"]["force-include"]
    assert carried["examples/vmware-2009"] == "beachhead/knowledge/examples/vmware-2009"
    assert (example("vmware-2009") / "adoption.csv").is_file()
