"""The example territory, worked out once for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.accounts.territory import Territory, territory
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "partner-2009"


@pytest.fixture(scope="session")
def example_folder() -> Path:
    return EXAMPLE


@pytest.fixture(scope="session")
def example(example_folder: Path) -> Territory:
    return territory(Workspace(example_folder))
