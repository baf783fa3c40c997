"""What all tests share: where the data sets lie that are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("beachhead", deadline=None, derandomize=True)
settings.load_profile("beachhead")

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("BEACHHEAD_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data sets that tests read but that are not part of the project; skips without it."""
    if not SHARED.is_dir():
        pytest.skip(f"the data sets of {SHARED} are not here")
    return SHARED
