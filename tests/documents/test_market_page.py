"""The market page of the report: what the settings add to the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.documents.pages.market import _also_known
from beachhead.errors import BadInput
from beachhead.tables.workspace import Workspace


def told(folder: Path, known_on: str) -> list[str]:
    (folder / "beachhead.toml").write_text(
        f'as_of = 2009-02-28\n[[market.also_known]]\ntext = "t"\nsource = "s"\nknown_on = {known_on}\n'
    )
    workspace = Workspace(folder)
    return [item["text"] for item in _also_known(workspace, workspace.settings["market"]["also_known"])]


@pytest.mark.parametrize(
    ("known_on", "shown"), [("2009-02-27", ["t"]), ("2009-02-28", ["t"]), ("2009-03-01", [])]
)
def test_nothing_is_told_that_became_known_later(tmp_path: Path, known_on: str, shown: list[str]) -> None:
    assert told(tmp_path, known_on) == shown


@pytest.mark.parametrize("known_on", ['"2009-02-28"', "2009", "2009-02-28T12:00:00"])
def test_a_day_that_is_no_day_is_refused(tmp_path: Path, known_on: str) -> None:
    with pytest.raises(BadInput, match="known_on of an entry of also_known is no day"):
        told(tmp_path, known_on)
