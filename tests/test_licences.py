"""What an installation brings may be used by anybody: every licence is known, and every file is pinned by its hash."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.conftest import ROOT

# licences under which a firm may install and run a package beside its own secrets; LGPL as a library of its own file
MAY = ("MIT", "BSD", "Apache", "OFL-1.1", "PSF", "MPL", "LGPL-2.1", "ISC")
PINNED = sorted(p.stem for p in (ROOT / "constraints").glob("*.txt"))


def listed() -> dict[str, str]:
    page = (ROOT / "docs" / "reference" / "licences.md").read_text(encoding="utf-8")
    return {
        name: said
        for name, said in re.findall(r"^\| (\S+) \| (.+) \|$", page, re.M)
        if name not in ("package", "---")
    }


def test_every_licence_is_one_that_anybody_may_use() -> None:
    assert len(listed()) >= 25
    for name, licence in listed().items():
        assert any(may in licence for may in MAY), f"{name}: {licence}"
        assert not re.search(r"\bA?GPL", licence), f"{name}: {licence}"


def test_every_package_named_in_pyproject_is_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["documents"]]
    folded = {name.casefold().replace("_", "-") for name in listed()}
    for text in named:
        assert re.split(r"[<>=\[]", text)[0].casefold() in folded


@pytest.mark.parametrize("extra", PINNED)
def test_every_pin_has_an_exact_version_and_hashes(extra: str) -> None:
    text = (ROOT / "constraints" / f"{extra}.txt").read_text(encoding="utf-8")
    pins = [p for p in re.split(r"(?m)^(?=\w)", text) if p.strip()]
    assert pins
    for pin in pins:
        assert re.match(r"[\w.-]+==[\w.]+", pin), pin[:60]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin[:60]
    assert "://" not in text, "no index address stands in a pin"


def test_each_extra_of_the_makefile_is_pinned() -> None:
    asked = re.findall(r"\.stamp: EXTRA = (\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert sorted(asked) == PINNED
