"""The market page of the report: what the settings add to the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from beachhead.documents.later import later_view
from beachhead.documents.market_section import _what
from beachhead.documents.pages.market import _also_known
from beachhead.errors import BadInput
from beachhead.tables.adoption import Adoption, read_adoption
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


@pytest.mark.parametrize(
    ("ys", "said"), [([None, 5.0], "one figure, 2007."), ([1.0, 5.0], "2 figures, 2007 to 2008.")]
)
def test_figures_are_counted_where_there_are_several(ys: list[float | None], said: str) -> None:
    history = pl.DataFrame({"ds": [date(2007, 12, 31), date(2008, 12, 31)], "y": ys})
    answer = SimpleNamespace(history=history, when=lambda end: str(end.year), measure="hosts", kind="stock")
    assert _what(answer).endswith(f"; {said}")


def test_a_series_that_only_became_known_later_is_listed(tmp_path: Path) -> None:
    def known(day: date | None) -> Adoption:
        rows = [("a", date(y, 12, 31), float(y - 2000)) for y in range(2003, 2009)]
        rows += [("newcomer", date(2010, 12, 31), 5.0)] if day is None else []
        return read_adoption(pl.DataFrame(rows, schema=["unique_id", "ds", "y"], orient="row"), kind="stock")

    told = later_view(known, [], date(2009, 2, 28), "about", tmp_path)
    assert told is not None
    assert "newcomer" in told
