"""``beachhead import``: what it prints, and how it refuses."""

from __future__ import annotations

from pathlib import Path

from tests.docs_runner import run


def exports(folder: Path) -> Path:
    folder.mkdir()
    (folder / "accounts.csv").write_text("Account ID,Account Name,Industry,Shoe size\n1,Acme,x,42\n")
    (folder / "deals.csv").write_text(
        "Deal ID,Account,Product,Deal Stage,Close Date,Colour\n1,acme,P,Won,2009-01-31,red\n2,,P,Open,2009-03-31,blue\n"
    )
    return folder


def test_it_says_what_it_took_for_what(tmp_path: Path) -> None:
    said = run(f"beachhead import {exports(tmp_path / 'e')} --into {tmp_path / 'w'}")
    for line in (
        "accounts.csv: Salesforce accounts, 1 row",
        "    columns: account = Account ID, name = Account Name, industry = Industry",
        "    kept as they are: Shoe size",
        "    not used: Colour",
        "    to use one, put under [import.deals] in beachhead.toml:",
        "accounts: 1 row (1 new)",
        "opportunities: 1 row (1 new)",
        "Set aside: 1 for opportunities: it names no account (see unplaced/opportunities.csv)",
        'To do: who sold is left blank: say who you are with us = "…" in beachhead.toml and import again.',
    ):
        assert line in said.splitlines()
    assert "stages read as won: Won (1); open: Open (1)" in said


def test_a_dry_run_says_so_and_writes_nothing(tmp_path: Path) -> None:
    said = run(f"beachhead import {exports(tmp_path / 'e')} --into {tmp_path / 'w'} --dry-run")
    assert said.rstrip().endswith("Dry run: nothing was written.")
    assert not (tmp_path / "w").exists()


def test_what_is_refused_is_a_sentence(tmp_path: Path) -> None:
    said = run(f"beachhead import {tmp_path / 'nowhere'} --into {tmp_path / 'w'}")
    assert said.startswith("beachhead: ")
    assert "there is no such folder" in said
    assert "Traceback" not in said
