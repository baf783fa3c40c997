"""Whole imports: what comes out, and what happens the second time."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from beachhead.tables.importing import import_folder
from beachhead.tables.workspace import Workspace


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder and what is in it."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_northwind_becomes_a_workspace(shared: Path, tmp_path: Path) -> None:
    report = import_folder(shared / "data/crm/northwind", tmp_path / "w")
    assert {t.file: t.kind for t in report.taken} == {
        "categories.csv": "category",
        "customers.csv": "account",
        "employees.csv": "person of ours",
        "order-details.csv": "order line",
        "orders.csv": "order",
        "products.csv": "product",
        "suppliers.csv": "partner",
    }
    workspace = Workspace(tmp_path / "w")
    purchases = workspace.table("purchases")
    assert purchases.height == 2155
    # order 10250 has a comma without quotes in its address: its first columns are right all the same
    hanari = purchases.filter(pl.col("purchase").str.starts_with("10250/"))
    assert hanari.get_column("account").unique().to_list() == ["HANAR"]
    assert hanari.get_column("amount").sum() == pytest.approx(
        1552.60
    )  # Northwind's own subtotal of the order
    assert workspace.table("accounts").height == 91
    assert workspace.table("partners").height == 29
    chai = workspace.table("products").row(0, named=True)
    assert (chai["name"], chai["vendor"], chai["need"]) == ("Chai", "Exotic Liquids", "Beverages")


def test_importing_twice_changes_nothing(shared: Path, tmp_path: Path) -> None:
    for name in ("northwind", "salesforce-lwc-recipes"):
        into = tmp_path / name
        import_folder(shared / "data/crm" / name, into)
        before = contents(into)
        again = import_folder(shared / "data/crm" / name, into)
        assert again.files == []
        assert contents(into) == before
