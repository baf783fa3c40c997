"""Fixtures of the tests of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tables.importing_helpers import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
