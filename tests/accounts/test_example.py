"""The example territory: made by its script, labelled as invented, and answering the questions it was made for."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from beachhead.accounts.territory import Territory
from beachhead.tables.workspace import Workspace

KESTREL = "001A0000004xQ2ZIAU"


@pytest.fixture(scope="module")
def scripts(example_folder: Path) -> Iterator[dict[str, Any]]:
    """The names in make.py, with the folder's other scripts importable."""
    before = set(sys.modules)
    sys.path.insert(0, str(example_folder))
    try:
        yield runpy.run_path(str(example_folder / "make.py"), run_name="not main")
    finally:
        sys.path.remove(str(example_folder))
        for name in {"crm_files", "exports", "names", "simulate", "world"} & (set(sys.modules) - before):
            del sys.modules[name]


def test_the_exports_are_those_of_the_script(
    scripts: dict[str, Any], example_folder: Path, tmp_path: Path
) -> None:
    people, record = scripts["simulate"](scripts["SEED"])
    scripts["write_exports"](tmp_path, people, record, np.random.default_rng(scripts["SEED"] + 1))
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in (example_folder / "exports").iterdir()}
    assert made == kept


def test_it_says_everywhere_that_it_is_invented(example_folder: Path) -> None:
    for name in ("README.md", "beachhead.toml", "make.py", "simulate.py", "world.py"):
        text = (example_folder / name).read_text().lower()
        assert "synthetic" in text or "invented" in text, name
    domains = Workspace(example_folder).table("accounts")["domain"].drop_nulls()
    assert domains.str.ends_with(".example").all()
    emails = pl.read_csv(example_folder / "exports" / "contacts.csv")["Email"]
    assert emails.str.ends_with("@invalid.example").all()


def test_it_has_the_size_that_was_asked_for(example_folder: Path) -> None:
    workspace = Workspace(example_folder)
    assert 395 <= workspace.table("accounts").height <= 405
    assert workspace.table("products").height == 13  # twelve, and one of a rival
    dates = workspace.table("purchases")["date"]
    assert dates.min() >= date(2005, 3, 1)
    assert date(2009, 2, 1) <= dates.max() <= workspace.as_of
    industries = set(workspace.table("accounts")["industry"].drop_nulls().str.to_lowercase())
    assert industries == {
        *("manufacturing", "public", "finance", "health", "retail", "education", "utilities", "logistics")
    }


def test_a_partner_in_name_is_recognised_with_the_facts(example: Territory) -> None:
    row = example.facts.row(by_predicate=pl.col("account") == KESTREL, named=True)
    assert row["name"] == "Kestrel Valves GmbH"
    assert (row["last_quantity"], row["last_seller"]) == (42.0, "Contoso Systems")
    assert (row["months_since_purchase"], row["months_since_contact"]) == (19, 14)
    assert row["incumbent_partner"] == "Contoso Systems"
    assert row["pattern"] == "partner-in-name"
    because = example.relationships.row(
        by_predicate=(pl.col("account") == KESTREL) & (pl.col("pattern") == "partner-in-name"), named=True
    )["because"]
    assert (
        because == "bought 42 licences from Contoso Systems 19 months ago; no contact with us for 14 months"
    )


def test_the_territory_is_varied_enough_to_learn_from(example: Territory) -> None:
    counts = dict(example.facts["pattern"].value_counts().iter_rows())
    assert len([p for p in counts if p is not None]) >= 14
    assert counts.get(None, 0) < 0.05 * example.facts.height
    assert max(counts.values()) < 0.4 * example.facts.height
    assert set(example.facts["standing"]) == {
        *("innovators", "early_adopters", "early_majority", "late_majority", "laggards")
    }
    assert set(example.whitespace["fit"]) == {"owned", "now", "later", "never"}
    references = example.workspace.table("references")
    assert 0 < references["may_be_named"].sum() < references.height
    assert example.facts["references_alike"].max() > 0


def test_every_claim_of_a_next_buy_has_its_reason(example: Territory) -> None:
    told = example.facts.filter(pl.col("next_buy").is_not_null())
    assert told.height > 0.95 * example.facts.height
    assert told["next_buy_reason"].null_count() == 0
    assert told["next_buy_probability"].is_between(0, 1, closed="none").all()
    ours = set(example.tables.products.filter(pl.col("ours"))["product"])
    assert set(told["next_buy"]) <= ours
    owned = told.filter(pl.col("products_owned").list.contains(pl.col("next_buy")))
    assert owned.height == 0


def test_the_tables_are_what_the_import_makes_of_the_exports(example_folder: Path, tmp_path: Path) -> None:
    from beachhead.tables.importing import import_folder

    workspace = tmp_path / "partner-2009"
    shutil.copytree(example_folder, workspace)
    report = import_folder(workspace / "exports", workspace, dry_run=False, say=lambda _: None)
    assert report.files == []
    for name in ("accounts", "purchases", "activities", "opportunities", "contacts"):
        assert (workspace / f"{name}.csv").read_bytes() == (example_folder / f"{name}.csv").read_bytes(), name
