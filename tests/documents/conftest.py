"""The example territory worked out once for all documents."""

from __future__ import annotations

import pytest

from beachhead.documents.account_data import Gathered, gather
from beachhead.tables.workspace import Workspace
from tests.conftest import ROOT

KESTREL = "001A0000004xQ2ZIAU"


@pytest.fixture(scope="session")
def gathered() -> Gathered:
    """Everything that documents need of ``examples/partner-2009``."""
    return gather(Workspace(ROOT / "examples" / "partner-2009"))
